from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from portdesk.domain.payments import payment_from_wire
from portdesk.ledger.days import korean_day
from portdesk.ledger.instruction import Entry, Observation
from portdesk.ledger.reading import minor, observe
from samples.payments import NOON, wire


def read(at: int | None = NOON + 86_400 * 3, **fields: Any) -> Observation:
    return observe(payment_from_wire(wire(1, **fields)), at)


def cancel(**fields: Any) -> dict[str, Any]:
    return {
        "amount": 8000,
        "cancelled_at": NOON,
        "pg_tid": "t1",
        "reason": "late",
        "cancellation_id": "c1",
    } | fields


def test_what_is_left_and_what_was_given_back() -> None:
    seen = read(cancel_amount=8000, status="cancelled", cancel_history=[cancel()])

    assert seen == Observation(
        subject="imp_000000000001",
        server_time=NOON + 86_400 * 3,
        balance=30_000,
        entries=(Entry(number="c1", mark=f"t1|8000|{NOON}", amount=8000, at=NOON, text="late"),),
    )


def test_what_the_server_leaves_out() -> None:
    bare = cancel(pg_tid=None, reason=None, cancellation_id="", cancelled_at=0)
    [entry] = read(cancel_history=[bare]).entries

    assert entry == Entry(number=None, mark="|8000|0", amount=8000, at=None, text="")


def test_other_currencies_in_their_cents() -> None:
    seen = read(amount=Decimal("12.50"), currency="USD", cancel_history=[cancel(amount=Decimal("2.50"))])

    assert seen.balance == 1250
    assert seen.entries[0].amount == 250


@pytest.mark.parametrize("amount", [Decimal("0.5"), -1, Decimal("1e20")])
def test_sums_that_are_none_close_every_action(amount: Any) -> None:
    seen = read(amount=amount)

    assert (seen.is_open, seen.is_plain, seen.balance) == (False, False, 0)
    assert minor(Decimal(5), "KRW") == 5


def test_a_cancel_that_is_no_sum_has_no_amount() -> None:
    [entry] = read(cancel_history=[cancel(amount=Decimal("0.5"))]).entries

    assert (entry.amount, entry.mark) == (None, f"t1|0.5|{NOON}")


@pytest.mark.parametrize(
    ("status", "is_open"),
    [("paid", True), ("cancelled", True), ("ready", False), ("failed", False), ("pending", False)],
)
def test_only_known_states_are_open(status: str, is_open: bool) -> None:
    assert read(status=status).is_open is is_open


@pytest.mark.parametrize(
    ("fields", "is_plain"),
    [
        ({}, True),
        ({"promotion": {"id": "p"}}, False),
        ({"pay_method": "phone"}, False),
        ({"pay_method": "phone", "pg_provider": "danal"}, True),
        *(
            ({"pay_method": "phone", "pg_provider": pg}, False)
            for pg in ("inicis", "html5_inicis", "inicis_v2", "inicis_unified")
        ),
    ],
)
def test_sums_that_do_not_add_up(fields: dict[str, Any], is_plain: bool) -> None:
    assert read(**fields).is_plain is is_plain


def test_a_balance_that_may_rise() -> None:
    today = (korean_day(NOON)) * 86_400 - 9 * 3_600
    given_back = {"cancel_history": [cancel()]}

    assert not read().may_rise
    assert read(deposit_history=[{"amount": 1}]).may_rise
    assert read(today, **given_back).may_rise
    assert read(today + 86_399, **given_back).may_rise
    assert not read(today + 86_400, **given_back).may_rise
    assert not read(today - 1, **given_back).may_rise
    assert read(None, **given_back).may_rise
    assert not read(None).may_rise
    assert not read(cancel_history=[cancel(cancelled_at=0)]).may_rise
