"""The pay windows of the wallets of Korea."""

from __future__ import annotations

from typing import Final

from portdesk.domain.messages import Message
from portdesk.domain.pg import sources
from portdesk.domain.pg.pay.asked import Asked
from portdesk.domain.pg.pay.limits import longest, need, note, smallest
from portdesk.domain.pg.pay.terms import WindowTerms
from portdesk.domain.pg.pay.window import AmountMeaning, PayWindow, Suffix, Switch, WindowKind, same
from portdesk.domain.pg.rule import Severity
from portdesk.domain.pg.sources import Source, docs

_KAKAOPAY: Final = docs("카카오페이", "integration/pg/v1/kakaopay")
_PAYCO: Final = docs("페이코", "integration/pg/v1/payco")
_NAVER: Final = docs("네이버페이", "integration/pg/v1/naver")
_TOSSPAY: Final = docs("토스페이(구모듈)", "integration/pg/v1/tosspay")
_TOSSPAY_V2: Final = docs("토스페이", "integration/pg/v1/tosspay-v2/readme")
_TOSSPAY_CAUTIONS: Final = docs("토스페이 유의사항", "integration/pg/v1/tosspay-v2/caution")
_BRANDPAY: Final = docs("토스 브랜드페이", "integration/pg/v1/toss-brandpay/widget")
_SMILEPAY: Final = docs("스마일페이", "integration/pg/v1/smilepay")
_CHAI: Final = Source(
    "아임포트 매뉴얼, 차이 빌링키", "비인증결제/example/chai-request-billing-key.md", _PAYCO.date
)


def _minutes(asked: Asked) -> bool:
    text = asked.switch("tosspay_v2.expiredTime")
    return bool(text) and not (text.isascii() and text.isdigit() and 1 <= int(text) <= 60)  # noqa: PLR2004 - an hour


KAKAOPAY_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="kakaopay",
        kind=WindowKind.LAYER,
        size=(426, 550),
        methods=("card",),
        reads_method=False,
        billing=same(AmountMeaning.KEY_ONLY_AT_0, "card", "kakaopay"),
        takes=frozenset({"display", "tax_free"}),
        switches=(
            Switch("kakaopay.payment_method_type", Message("Card or KakaoMoney only"), ("", "CARD", "MONEY")),
            Switch("kakaopay.custom_message", Message("A line of text in the window")),
        ),
        on_phone=True,
    ),
    sources=(_KAKAOPAY,),
    rules=(
        note(
            "kakaopay.one_term",
            Message("KakaoPay takes one instalment term, which then is fixed."),
            _KAKAOPAY,
            lambda asked: (
                asked.request.display is not None and len(asked.request.display.card_quota or ()) > 1
            ),
            severity=Severity.BLOCKS,
        ),
        note(
            "kakaopay.monthly_limit",
            Message("KakaoPay limits what a registered card may be charged in a month."),
            _KAKAOPAY,
            lambda asked: asked.registers,
        ),
    ),
)

PAYCO_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="payco",
        kind=WindowKind.POPUP,
        size=(727, 512),
        may_pop_up=True,
        methods=("card", "trans", "vbank"),
        billing=same(AmountMeaning.DISPLAY_ONLY, "card"),
        takes=frozenset({"popup", "tax_free", "vbank_due"}),
    ),
    sources=(_PAYCO,),
    rules=(
        need("payco", "buyer_tel", _PAYCO),
        need("payco", "name", _PAYCO),
    ),
    without=frozenset({"pay.name", "pay.vbank_due"}),
)

NAVERPAY_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="naverpay",
        kind=WindowKind.REDIRECT,
        size=(760, 900),
        may_pop_up=True,
        methods=("naverpay", "card"),
        reads_method=False,
        billing=same(AmountMeaning.DISPLAY_ONLY, "naverpay", "card"),
        takes=frozenset(
            {"naver_popup_mode", "naver_products", "naver_product_code", "naver_product_count"}
            | {"naver_use_cfm", "tax_free"}
        ),
        on_phone=True,
    ),
    sources=(_NAVER, sources.BILLING_MATRIX),
    rules=(
        smallest("naverpay", 10, _NAVER),
        need("naverpay", "naver_product_code", _NAVER, registers=True),
        need("naverpay", "buyer_tel", _NAVER, registers=True),
        note(
            "naverpay.goods",
            Message("Naver's review demands the list of goods (naverProducts)."),
            _NAVER,
            lambda asked: not asked.registers and asked.request.naver_products is None,
            severity=Severity.WARNS,
        ),
        note(
            "naverpay.last_day",
            Message("The last day of use is today or later, written as 20261231."),
            _NAVER,
            lambda asked: (
                asked.given("naver_use_cfm") and (asked.request.naver_use_cfm or "") < f"{asked.today:%Y%m%d}"
            ),
            severity=Severity.BLOCKS,
        ),
        note(
            "naverpay.review",
            Message("Before Naver's review is over the window answers “no API permission”."),
            _NAVER,
        ),
    ),
)

NAVERCO_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="naverco",
        kind=WindowKind.POPUP,
        methods=("naverco",),
        reads_method=False,
        takes=frozenset({"naver_products", "popup"}),
        may_pop_up=True,
    ),
    sources=(_NAVER,),
    rules=(
        note(
            "naverco.silent",
            Message("This order form never says how it ended; only the server's list does."),
            _NAVER,
            severity=Severity.WARNS,
        ),
        need("naverco", "naver_products", _NAVER),
    ),
)

TOSSPAY_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="tosspay", kind=WindowKind.POPUP, size=(460, 670), methods=("card",), on_phone=True
    ),
    sources=(_TOSSPAY,),
    rules=(
        need("tosspay", "name", _TOSSPAY),
        note(
            "tosspay.test_key",
            Message("The test key tosstest returns no result on a computer."),
            _TOSSPAY,
            lambda asked: asked.choice.setting is not None and asked.choice.setting.pg_id == "tosstest",
            severity=Severity.WARNS,
        ),
    ),
    without=frozenset({"pay.name"}),
)

TOSSPAY_V2_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="tosspay_v2",
        kind=WindowKind.POPUP,
        methods=("tosspay", "tosspay_card", "tosspay_money"),
        billing=same(AmountMeaning.DISPLAY_ONLY, "tosspay"),
        takes=frozenset({"customer_id", "tax_free", "vat_amount", "card", "display"}),
        switches=(Switch("tosspay_v2.expiredTime", Message("Minutes until the window ends, 15 to 60")),),
        on_phone=True,
    ),
    sources=(_TOSSPAY_V2, _TOSSPAY_CAUTIONS),
    rules=(
        need("tosspay_v2", "customer_id", _TOSSPAY_V2, registers=True),
        longest("tosspay_v2", "customer_id", 50, _TOSSPAY_V2),
        note(
            "tosspay_v2.minutes",
            Message("The window stays open for 60 minutes at most."),
            _TOSSPAY_V2,
            _minutes,
            severity=Severity.BLOCKS,
        ),
        note(
            "tosspay_v2.lost",
            Message("A closed window may hide that the key exists already; the server's record counts."),
            _TOSSPAY_CAUTIONS,
            lambda asked: asked.registers,
        ),
    ),
)

BRANDPAY_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="toss_brandpay",
        kind=WindowKind.BUTTONS,
        methods=("toss_brandpay",),
        takes=frozenset({"customer_id", "tax_free"}),
    ),
    sources=(_BRANDPAY,),
    rules=(need("toss_brandpay", "customer_id", _BRANDPAY),),
)

SMILEPAY_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="smilepay", kind=WindowKind.LAYER, methods=("card",), reads_method=False, on_phone=True
    ),
    sources=(_SMILEPAY,),
    rules=(
        need("smilepay", "buyer_tel", _SMILEPAY),
        note(
            "smilepay.silent",
            Message("When the customer closes this window, nothing is reported; the server is asked."),
            _SMILEPAY,
        ),
    ),
)

CHAI_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="chai",
        kind=WindowKind.REDIRECT,
        size=(540, 740),
        suffix=Suffix.PUBLIC_KEY,
        may_pop_up=True,
        methods=("trans",),
        billing=same(AmountMeaning.DISPLAY_ONLY, "trans"),
        takes=frozenset({"popup"}),
        on_phone=True,
    ),
    sources=(_CHAI,),
)
