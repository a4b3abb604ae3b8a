"""The pay window of Paymentwall."""

from __future__ import annotations

import re
from typing import Final

from portdesk.domain.messages import Message
from portdesk.domain.pg import sources
from portdesk.domain.pg.pay.asked import Asked
from portdesk.domain.pg.pay.limits import need, note
from portdesk.domain.pg.pay.terms import WindowTerms
from portdesk.domain.pg.pay.window import AmountMeaning, PayWindow, Suffix, Switch, WindowKind, same
from portdesk.domain.pg.rule import Severity

_FIRST_AND_LAST: Final = re.compile(r"\S+ +\S.*")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_SOURCE: Final = sources.PAYMENTWALL_WINDOW


def _is_not_live(asked: Asked) -> bool:
    return asked.choice.setting is not None and asked.choice.setting.is_test_channel


def _tests_in_vain(asked: Asked) -> bool:
    return asked.request.use_test_method is True and _is_not_live(asked) and asked.switch("ps") != "test"


def _is_one_word(asked: Asked) -> bool:
    name = (asked.request.buyer_name or "").strip()
    return bool(name) and not _FIRST_AND_LAST.fullmatch(name)


PAYMENTWALL_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="paymentwall",
        kind=WindowKind.LAYER,
        methods=("card",),
        suffix=Suffix.PROJECT_KEY,
        reads_method=False,
        billing=same(AmountMeaning.ALWAYS_CHARGES, "card"),
        currencies=(),
        takes=frozenset({"use_test_method", "products"}),
        switches=(
            Switch("widget_code", Message("Window: t3_1 for Terminal3"), ("", "pw_1", "t3_1")),
            Switch("ps", Message("Only this method (all, test, kakaopaykr …)")),
            Switch("country_code", Message("Methods of this country (DE, US …)")),
            Switch("logo_url", Message("Address of a logo")),
            Switch("project_name", Message("Name of the project")),
            Switch("product_price_without_tax", Message("Price without tax")),
            Switch("sales_tax", Message("Sales tax")),
        ),
    ),
    sources=(sources.PAYMENTWALL_WINDOW, sources.PAYMENTWALL_BILLING),
    without=frozenset({"pay.name"}),
    rules=(
        need("paymentwall", "name", _SOURCE),
        need("paymentwall", "buyer_name", _SOURCE),
        need("paymentwall", "buyer_email", _SOURCE),
        need("paymentwall", "currency", _SOURCE),
        note(
            "paymentwall.first_and_last",
            Message("Paymentwall wants a first and a last name with a blank between them: Jack Son."),
            _SOURCE,
            _is_one_word,
            severity=Severity.BLOCKS,
        ),
        note(
            "paymentwall.test_methods",
            Message("Before the project is live, test methods need the option ps = test as well."),
            _SOURCE,
            _tests_in_vain,
            severity=Severity.WARNS,
        ),
        note(
            "paymentwall.test_alone",
            Message("The option ps = test works only together with the test payment methods."),
            _SOURCE,
            lambda asked: asked.switch("ps") == "test" and asked.request.use_test_method is not True,
            severity=Severity.WARNS,
        ),
        note(
            "paymentwall.country",
            Message("A country is written with two capitals, such as DE."),
            _SOURCE,
            lambda asked: (
                bool(asked.switch("country_code")) and not _COUNTRY.fullmatch(asked.switch("country_code"))
            ),
            severity=Severity.BLOCKS,
        ),
        note(
            "paymentwall.widget",
            Message("Paymentwall's windows are pw_1, and t3_1 for Terminal3."),
            _SOURCE,
            lambda asked: asked.switch("widget_code") not in ("", "pw_1", "t3_1"),
            severity=Severity.WARNS,
        ),
        note(
            "paymentwall.same_email",
            Message("Every later charge of this card has to name the same e-mail address."),
            _SOURCE,
            lambda asked: asked.registers and asked.given("buyer_email"),
        ),
        note(
            "paymentwall.no_dry_run",
            Message("Registering and cancelling at once may get the shop blocked by the card schemes."),
            _SOURCE,
            lambda asked: asked.registers,
            severity=Severity.WARNS,
        ),
        note(
            "paymentwall.later",
            Message("Paymentwall answers later; what failed may still turn into paid, and a key comes last."),
            sources.PAYMENTWALL_BILLING,
        ),
        note(
            "paymentwall.goods",
            Message("If goods are shipped, their delivery has to be reported, or the shop is not paid out."),
            _SOURCE,
            lambda asked: asked.request.digital is not True,
        ),
    ),
)
