"""A payment keeps all the server said, refuses what does not fit and names its state for people."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portdesk.domain.errors import WireError
from portdesk.domain.payments import Payment, PaymentState, payment_from_wire, state_of
from portdesk.domain.times import from_unix
from samples.payments import NOON, full_wire, payment, wire

PUBLISHED = Path(__file__).resolve().parents[2] / "contract" / "published.json"
FIELDS: dict[str, Any] = json.loads(PUBLISHED.read_text("utf-8"))["definitions"]["PaymentAnnotation"][
    "fields"
]
TIMES = {"vbank_date", "vbank_issued_at", "started_at", "paid_at", "failed_at", "cancelled_at"}
MARK = "secret-1234"


def held(read: Payment, field: str) -> Any:
    return getattr(read, {"sandbox": "is_test_channel"}.get(field, field))


class TestReading:
    def test_the_sample_tells_every_published_field(self) -> None:
        assert full_wire().keys() == FIELDS.keys()

    @pytest.mark.parametrize(
        "field", sorted(FIELDS.keys() - {"cancel_history", "deposit_history", "promotion"})
    )
    def test_every_published_field_is_kept(self, field: str) -> None:
        sent = full_wire()[field]
        value = held(payment_from_wire(full_wire()), field)

        if field in TIMES:
            assert value == from_unix(sent)
        elif isinstance(sent, list):
            assert value == tuple(sent)
        else:
            assert value == sent

    def test_histories_are_kept_field_by_field(self) -> None:
        read = payment_from_wire(full_wire())

        (cancelled,), (deposited,) = read.cancel_history, read.deposit_history
        assert cancelled.amount == 10_000
        assert cancelled.cancelled_at == from_unix(NOON + 7100)
        assert (cancelled.pg_tid, cancelled.reason) == ("CancelTid1", "꽃이 시들었어요")
        assert (cancelled.cancellation_id, cancelled.receipt_url) == (
            "cid-77",
            "https://receipt.example/refund",
        )
        assert (deposited.amount, deposited.deposited_at) == (38_000, from_unix(NOON + 600))
        assert (deposited.pg_tid, deposited.reason, deposited.depositor_name) == (
            "DepositTid1",
            "입금",
            "이영희",
        )
        assert read.promotion is not None
        assert (read.promotion.id, read.promotion.discount) == ("spring-26", 1500)

    def test_the_object_survives_as_it_was_received(self) -> None:
        sent = full_wire(new_field={"deep": [1, Decimal("2.50")]}, amount=Decimal("38000.00"))
        read = payment_from_wire(sent)

        assert dict(read.wire) == sent
        assert json.loads(read.wire_json, parse_float=Decimal) == sent

    def test_later_changes_of_the_received_object_do_not_reach_it(self) -> None:
        sent = wire()
        read = payment_from_wire(sent)
        sent["name"] = "other"

        assert read.wire["name"] == "주문 1"

    def test_a_field_called_wire_cannot_take_the_place_of_the_object(self) -> None:
        assert payment_from_wire(wire(wire={"amount": 1})).wire["amount"] == 38000

    def test_a_status_nobody_published_is_kept(self) -> None:
        read = payment(status="pending_review")

        assert read.status == "pending_review"
        assert read.state is PaymentState.UNKNOWN
        assert read.status_at is None

    def test_null_and_absent_and_time_zero_are_none(self) -> None:
        read = payment(buyer_name=None, paid_at=0)

        assert read.buyer_name is None
        assert read.paid_at is None
        assert read.promotion is None

    def test_amounts_are_exact(self) -> None:
        assert payment(amount=Decimal("12.10"), currency="USD").amount == Decimal("12.10")
        assert payment(amount=2**63).amount == 2**63

    def test_repr_of_a_wrong_payment_is_not_in_the_error(self) -> None:
        with pytest.raises(WireError) as caught:
            payment(amount=MARK)

        assert MARK not in str(caught.value)
        assert MARK not in repr(caught.value.args)
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None


WRONG: list[tuple[str, Any]] = [
    *((name, MARK) for name in ("amount", "cancel_amount", "sandbox", "escrow", "card_quota", "card_type")),
    *((name, MARK) for name in ("cancel_history", "deposit_history", "promotion", "cancel_receipt_urls")),
    *((name, MARK) for name in sorted(TIMES)),
    *((name, True) for name in ("amount", "started_at", "card_quota")),
    *((name, 1.5) for name in ("amount", "paid_at", "cancel_amount")),
    *((name, {"value": MARK}) for name in ("imp_uid", "merchant_uid", "status", "currency", "buyer_name")),
    *((name, 20261121) for name in ("imp_uid", "buyer_tel", "receipt_url", "custom_data")),
    *((name, Decimal(bad)) for name in ("amount", "cancel_amount") for bad in ("NaN", "sNaN", "Infinity")),
    *(("paid_at", moment) for moment in (-1, 2**63, Decimal("1.5"))),
]


class TestWhatDoesNotFit:
    @pytest.mark.parametrize(("field", "value"), WRONG)
    def test_the_field_is_named_and_the_value_is_not(self, field: str, value: Any) -> None:
        with pytest.raises(WireError) as caught:
            payment_from_wire(wire() | {field: value})

        assert field in caught.value.place
        assert MARK not in str(caught.value)

    @pytest.mark.parametrize(
        "field", ["imp_uid", "merchant_uid", "amount", "cancel_amount", "currency", "status"]
    )
    @pytest.mark.parametrize("how", ["null", "absent"])
    def test_a_missing_field_is_named(self, field: str, how: str) -> None:
        sent = wire() | {field: None}
        if how == "absent":
            del sent[field]

        with pytest.raises(WireError) as caught:
            payment_from_wire(sent)

        assert caught.value.place == field

    def test_a_wrong_entry_of_a_history_is_named_with_its_place(self) -> None:
        with pytest.raises(WireError) as caught:
            payment(cancel_history=[{"amount": 1}, {"amount": MARK}])

        assert caught.value.place == "$.cancel_history[1].amount"

    @pytest.mark.parametrize("sent", [None, [], "text", 5])
    def test_only_an_object_is_a_payment(self, sent: Any) -> None:
        with pytest.raises(WireError):
            payment_from_wire(sent)


class TestState:
    @pytest.mark.parametrize(
        ("status", "cancelled", "awaits_deposit", "state"),
        [
            ("ready", 0, False, PaymentState.STARTED),
            ("ready", 0, True, PaymentState.AWAITING_DEPOSIT),
            ("paid", 0, False, PaymentState.PAID),
            ("paid", 0, True, PaymentState.PAID),
            ("paid", 1000, False, PaymentState.PARTLY_RETURNED),
            ("cancelled", 1000, False, PaymentState.PARTLY_RETURNED),
            ("cancelled", 38000, False, PaymentState.RETURNED),
            ("cancelled", 40000, False, PaymentState.RETURNED),
            ("failed", 0, False, PaymentState.FAILED),
            ("", 0, False, PaymentState.UNKNOWN),
            ("PAID", 0, False, PaymentState.UNKNOWN),
        ],
    )
    def test_is_what_a_person_would_say(
        self, status: str, cancelled: int, awaits_deposit: bool, state: PaymentState
    ) -> None:
        assert (
            state_of(status=status, amount=38000, cancel_amount=cancelled, awaits_deposit=awaits_deposit)
            is state
        )

    def test_one_won_returned_is_a_partial_refund(self) -> None:
        assert payment(status="cancelled", cancel_amount=1).state is PaymentState.PARTLY_RETURNED

    def test_remaining_is_what_could_still_go_back(self) -> None:
        assert payment(status="cancelled", cancel_amount=10_000).remaining.digits == "28,000"

    @pytest.mark.parametrize(
        ("status", "time"),
        [
            ("ready", "started_at"),
            ("paid", "paid_at"),
            ("failed", "failed_at"),
            ("cancelled", "cancelled_at"),
        ],
    )
    def test_the_time_of_the_final_status_is_the_one_that_filters_compare(
        self, status: str, time: str
    ) -> None:
        times = {name: NOON + place for place, name in enumerate(("started_at", "paid_at", "failed_at"))}
        read = payment(status=status, cancelled_at=NOON + 9, **times)

        assert read.status_at == getattr(read, time)
