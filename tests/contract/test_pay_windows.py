"""The pay windows we believe in and those the sandbox imitates: two readings of the same pages."""

from __future__ import annotations

from itertools import product

import pytest

from portdesk.domain.pg.pay.table import WINDOWS, terms_of
from portdesk.domain.pg.pay.window import AmountMeaning, WindowKind
from portdesk.sandbox.window.table import ROWS, Amounts, Mode, amounts_with_key, row_of

MEANS = {
    Amounts.CHARGED_ABOVE_ZERO: AmountMeaning.KEY_ONLY_AT_0,
    Amounts.TEST_CHARGE_AT_ZERO: AmountMeaning.TEST_CHARGE,
    Amounts.SHOWN_ONLY: AmountMeaning.DISPLAY_ONLY,
    Amounts.ALWAYS_CHARGED: AmountMeaning.ALWAYS_CHARGES,
    Amounts.NO_WINDOW: AmountMeaning.NO_WINDOW,
}
KINDS = {
    Mode.LAYER: WindowKind.LAYER,
    Mode.POPUP: WindowKind.POPUP,
    Mode.TOP: WindowKind.REDIRECT,
    Mode.BUTTON: WindowKind.BUTTONS,
    Mode.NEVER: WindowKind.POPUP,
}
METHODS = ("card", "trans", "vbank", "phone", "kakaopay", "naverpay", "tosspay", "paypal", "point")
DEAF = {"paymentwall", "kakaopay", "naverpay", "payletter_global", "payco", "paypal_v2"}
"""The imitation lets any method through where the PG ignores it; the form registers only by those named."""
TWO_WORDS = {"daou": "PortOne's page says a frame, the old SDK opened a popup"}


@pytest.mark.parametrize(("code", "method"), list(product(ROWS, METHODS)))
def test_both_say_the_same_of_an_amount_with_a_billing_key(code: str, method: str) -> None:
    ours = terms_of(code).window.meaning(method)
    theirs = MEANS[amounts_with_key(code, method)]

    if code in DEAF and ours is AmountMeaning.NO_WINDOW:
        assert theirs in terms_of(code).window.billing.values()
    else:
        assert ours is theirs


def test_both_know_the_same_windows() -> None:
    opening = {terms.window.code for terms in WINDOWS if terms.window.kind is not WindowKind.NONE}

    assert opening == set(ROWS)


@pytest.mark.parametrize("code", ROWS)
def test_both_open_it_alike(code: str) -> None:
    window, row = terms_of(code).window, row_of(code)

    assert (window.kind is KINDS[row.mode]) is (code not in TWO_WORDS)
    assert window.size in (None, row.size)
    assert window.may_pop_up is (row.switch is not None) or row.mode is Mode.NEVER


@pytest.mark.parametrize("code", [code for code, row in ROWS.items() if row.methods])
def test_whatever_we_offer_the_imitation_takes(code: str) -> None:
    assert set(terms_of(code).window.methods) <= set(row_of(code).methods)
