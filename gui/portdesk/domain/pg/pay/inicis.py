"""The pay windows of KG Inicis."""

from __future__ import annotations

import re
from typing import Final

from portdesk.domain.messages import Message
from portdesk.domain.pg import sources
from portdesk.domain.pg.pay.asked import Asked
from portdesk.domain.pg.pay.limits import need, note
from portdesk.domain.pg.pay.terms import WindowTerms
from portdesk.domain.pg.pay.window import AmountMeaning, PayWindow, Switch, WindowKind, same
from portdesk.domain.pg.rule import Severity

_METHODS: Final = (
    *("card", "samsung", "kakaopay", "ssgpay", "chai", "trans", "vbank", "phone"),
    *("payco", "tosspay", "lpay", "naverpay", "cultureland", "smartculture", "happymoney", "booknlife"),
    "applepay",
)
"""The sixteen of the guide, and the one that came later."""

_ON_PC: Final = re.compile(
    r"noeasypay|cardpoint|CARDPOINT|no_receipt|SKIN\([^)]*\)|cardshowopt\([^)]*\)|disablepoint|usespcp|cd_ps\([^)]*\)"
)
_ON_PHONE: Final = re.compile(
    r"(noeasypay|cp_yn|dcp_yn|vbank_receipt|twotrs_bank|apprun_check|iosapp)=Y|bank_receipt=N|app_scheme=.+|cardshowopt=.+"
)
_PAY_TEST, _BILL_TEST = "INIpayTest", "INIBillTst"


def _odd(path: str, between: str, shape: re.Pattern[str], asked: Asked) -> list[str]:
    words = [word for word in asked.switch(path).split(between) if word]
    return [word for word in words if not shape.fullmatch(word)]


def _odd_words(asked: Asked) -> list[str]:
    return _odd("acceptmethod", ":", _ON_PC, asked) + _odd("P_RESERVED", "&", _ON_PHONE, asked)


def _returns_two_ways(asked: Asked) -> bool:
    words = asked.switch("P_RESERVED")
    return "apprun_check=Y" in words and "app_scheme=" in words


def _mid(asked: Asked) -> str:
    setting = asked.choice.setting
    return setting.pg_id if setting is not None else (asked.request.pg or "").partition(".")[2]


def _is_zero_rated(asked: Asked) -> bool:
    return asked.request.tax_free == 0 and asked.request.vat_amount == 0


INICIS_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="html5_inicis",
        kind=WindowKind.LAYER,
        methods=_METHODS,
        billing=same(AmountMeaning.DISPLAY_ONLY, "card"),
        takes=frozenset({"escrow", "vbank_due", "period", "language", "display", "card"})
        | {"tax_free", "vat_amount", "use_free_interest_from_mall"},
        switches=(
            Switch("acceptmethod", Message("Options on a computer, joined by “:” (noeasypay, cardpoint …)")),
            Switch("P_RESERVED", Message("Options on a phone, joined by “&” (noeasypay=Y, cp_yn=Y …)")),
            Switch("inicis.authtype", Message("Registering on a phone asks less"), ("", "01")),
            Switch("ini_PAYSHOT_KEY", Message("Hyundai Payshot key, computer")),
            Switch("P_PAYSHOT_KEY", Message("Hyundai Payshot key, phone")),
        ),
    ),
    sources=(sources.INICIS_WINDOW, sources.INICIS_BILLING),
    without=frozenset({"pay.vbank_due"}),
    rules=(
        need("inicis", "buyer_tel", sources.INICIS_WINDOW, registers=False),
        note(
            "inicis.accept_words",
            Message("KG Inicis does not know one of these options."),
            sources.INICIS_WINDOW,
            lambda asked: bool(_odd_words(asked)),
            severity=Severity.WARNS,
        ),
        note(
            "inicis.two_returns",
            Message("apprun_check and app_scheme exclude each other."),
            sources.INICIS_WINDOW,
            _returns_two_ways,
            severity=Severity.BLOCKS,
        ),
        note(
            "inicis.due",
            Message("Without a last day to pay, the virtual account stays open for 30 days."),
            sources.INICIS_WINDOW,
            lambda asked: asked.method == "vbank" and not asked.given("vbank_due"),
        ),
        note(
            "inicis.zero_rate",
            Message(
                "Zero-rated: only where the MID is set up so, and a refund has to repeat the same parts."
            ),
            sources.INICIS_WINDOW,
            _is_zero_rated,
        ),
        note(
            "inicis.zero_half",
            Message("A zero rate needs both parts: tax-free 0 and VAT 0."),
            sources.INICIS_WINDOW,
            lambda asked: asked.request.vat_amount == 0 and asked.request.tax_free is None,
            severity=Severity.WARNS,
        ),
        note(
            "inicis.no_vat_shown",
            Message("Transfers and virtual accounts show no VAT unless a cash receipt is issued."),
            sources.INICIS_WINDOW,
            lambda asked: asked.method in ("trans", "vbank") and asked.request.vat_amount is not None,
        ),
        note(
            "inicis.interest",
            Message("Interest is paid by the shop only after KG Inicis has set it up."),
            sources.INICIS_WINDOW,
            lambda asked: asked.request.card is not None and asked.request.card.interest_free is not None,
        ),
        note(
            "inicis.escrow",
            Message("Escrow needs a contract with KG Inicis."),
            sources.INICIS_WINDOW,
            lambda asked: asked.request.escrow is True,
        ),
        note(
            "inicis.chai",
            Message("The newer guide does not name Chai any more."),
            sources.INICIS_WINDOW,
            lambda asked: asked.method == "chai",
        ),
        note(
            "inicis.test_mid",
            Message("Registering is tested with the MID INIBillTst, payments with INIpayTest."),
            sources.INICIS_BILLING,
            lambda asked: _mid(asked) == (_PAY_TEST if asked.registers else _BILL_TEST),
            severity=Severity.WARNS,
        ),
        note(
            "inicis.shown_only",
            Message(
                "KG Inicis charges nothing in this window, whatever the amount; charge the key afterwards."
            ),
            sources.INICIS_WINDOW,
            lambda asked: asked.registers and asked.amount > 0,
        ),
    ),
)

INICIS_OLD: Final = WindowTerms(
    window=PayWindow(code="inicis", kind=WindowKind.NONE, methods=(), pays_without_key=False),
    sources=(sources.BILLING_MATRIX, sources.INICIS_BILLING),
    rules=(
        note(
            "inicis.old",
            Message(
                "This code is for the REST API and the ActiveX window of old; the window is html5_inicis."
            ),
            sources.INICIS_BILLING,
            always=True,
        ),
    ),
)
