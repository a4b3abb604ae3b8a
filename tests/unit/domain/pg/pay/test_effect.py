"""Whether money will move, told for every code and pay method, and in one sentence."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portdesk.domain.checkout import PayRequest
from portdesk.domain.pg.pay.effect import Effect, sentence
from portdesk.domain.pg.pay.table import WINDOWS, effect_for
from portdesk.domain.pg.pay.window import AmountMeaning

A, B, C = AmountMeaning.KEY_ONLY_AT_0, AmountMeaning.DISPLAY_ONLY, AmountMeaning.ALWAYS_CHARGES
REGISTERS = {
    ("jtnet", "card"): A,
    ("kakaopay", "card"): A,
    ("kakaopay", "kakaopay"): A,
    ("settle_acc", "trans"): A,
    ("mobilians_v2", "card"): A,
    ("danal_tpay", "card"): AmountMeaning.TEST_CHARGE,
    ("html5_inicis", "card"): B,
    ("kcp_billing", "card"): B,
    ("tosspayments", "card"): B,
    ("kicc", "card"): B,
    ("payco", "card"): B,
    ("naverpay", "naverpay"): B,
    ("naverpay", "card"): B,
    ("smartro_v2", "card"): B,
    ("welcome", "card"): B,
    ("galaxia", "card"): B,
    ("chai", "trans"): B,
    ("nice_v2", "kakaopay"): B,
    ("nice_v2", "naverpay"): B,
    ("tosspay_v2", "tosspay"): B,
    ("paypal_v2", "paypal"): B,
    ("paymentwall", "card"): C,
    ("danal", "phone"): C,
    ("mobilians", "phone"): C,
    ("mobilians_v2", "phone"): C,
    ("welcome", "phone"): C,
    ("galaxia", "phone"): C,
    ("payletter_global", "card"): C,
}
"""Read from the pages of each PG and the matrix of billing keys; every other pair has no window."""

AT_ZERO = {
    A: Effect.REGISTERED,
    AmountMeaning.TEST_CHARGE: Effect.TESTED,
    B: Effect.REGISTERED,
    C: Effect.REFUSED,
}
ABOVE_ZERO = {
    A: Effect.REGISTERED_AND_CHARGED,
    AmountMeaning.TEST_CHARGE: Effect.REGISTERED_AND_CHARGED,
    B: Effect.SHOWN,
    C: Effect.REGISTERED_AND_CHARGED,
}
PAIRS = [(terms.window.code, method) for terms in WINDOWS for method in (*terms.window.methods, "card")]


def effect(code: str, method: str, amount: int, key: str | None = "kim_0001") -> Effect:
    request = PayRequest(
        merchant_uid="a1", amount=Decimal(amount), pg=code, pay_method=method, customer_uid=key
    )
    return effect_for(request, ())


@pytest.mark.parametrize(("code", "method"), PAIRS)
def test_what_registering_does_to_money(code: str, method: str) -> None:
    meaning = REGISTERS.get((code, method))

    assert effect(code, method, 0) is (AT_ZERO[meaning] if meaning else Effect.NOTHING)
    assert effect(code, method, 9900) is (ABOVE_ZERO[meaning] if meaning else Effect.NOTHING)


@pytest.mark.parametrize(("code", "method"), PAIRS)
def test_what_paying_does_to_money(code: str, method: str) -> None:
    opens = code not in {"kcp_billing", "inicis", "inicis_unified", "inicis_v2", "kcp_v2", "settle_firm"}
    later = method in ("vbank", "cvs")

    paid = effect(code, method, 9900, None)

    if not opens:
        assert paid is Effect.NOTHING
        return
    assert paid is (Effect.AWAITS_DEPOSIT if later else Effect.CHARGED)
    assert effect(code, method, 0, None) is Effect.REFUSED


def test_every_pair_that_registers_is_offered() -> None:
    offered = {(terms.window.code, method) for terms in WINDOWS for method in terms.window.billing}

    assert offered == REGISTERS.keys()


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (Effect.CHARGED, "₩9,900 is charged now."),
        (Effect.AWAITS_DEPOSIT, "Nothing is charged now: ₩9,900 is paid when the customer sends it."),
        (Effect.REGISTERED, "The card is only registered. Nothing is charged."),
        (Effect.SHOWN, "₩9,900 is only shown. The card is registered and nothing is charged."),
        (Effect.REGISTERED_AND_CHARGED, "The card is registered and ₩9,900 is charged now."),
        (Effect.TESTED, "The card is registered. A test charge of ₩10 is made and taken back."),
        (Effect.REFUSED, "This amount is not taken: it has to be more than 0."),
        (Effect.NOTHING, "This PG has no window for this. Nothing happens."),
    ],
)
def test_the_sentence(told: Effect, words: str) -> None:
    assert str(sentence(told, "₩9,900")) == words


def test_only_what_charges_moves_money() -> None:
    moving = {told for told in Effect if told.moves_money}

    assert moving == {Effect.CHARGED, Effect.REGISTERED_AND_CHARGED, Effect.TESTED}
