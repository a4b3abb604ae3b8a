"""Only the server's record says what became of a window, and only its long silence that nothing did."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from portdesk.domain.checkout import Purpose
from portdesk.ledger.checkout import (
    CHECKOUT_MOVES,
    Checkout,
    CheckoutState,
    Patience,
    Sight,
    again_in,
    checkout_words,
    differences,
    judge,
    left,
)
from samples.checkouts import NOW, checkout, key, record, registering, sight

S = CheckoutState
HOUR = 3600


def looking(
    row: Checkout | None = None, ending: str = "closed", gone_at: int | None = NOW, **more: Any
) -> Checkout:
    return replace(left(row or checkout(), ending, **more), gone_at=gone_at)


class TestPaying:
    def test_a_paid_record_of_the_order_settles_it(self) -> None:
        row = judge(checkout(), sight(record()))

        assert (row.state, row.imp_uid, row.found, row.settled_at) == (S.PAID, "imp_1", 9900, NOW + 10)

    def test_what_was_paid_and_returned_was_paid(self) -> None:
        assert judge(looking(), sight(record("cancelled", cancel_amount=Decimal(9900)))).state is S.PAID

    def test_another_orders_payment_says_nothing(self) -> None:
        assert judge(looking(), sight(record(merchant_uid="m2"))).state is S.LOOKING

    @pytest.mark.parametrize(
        ("fields", "name"),
        [
            ({"amount": 100}, "amount"),
            ({"currency": "USD"}, "currency"),
            ({"pg_provider": "html5_inicis"}, "pg_provider"),
            ({"pg_id": "other"}, "pg_id"),
            ({"is_test_channel": False}, "sandbox"),
            ({"customer_uid_usage": "issue"}, "customer_uid_usage"),
        ],
    )
    def test_anything_else_than_was_asked_for_is_an_alarm(self, fields: dict[str, Any], name: str) -> None:
        row = judge(looking(), sight(record(**fields)))

        assert (row.state, row.note) == (S.MISMATCH, name)

    def test_two_payments_of_one_order_are_an_alarm(self) -> None:
        assert judge(looking(), sight(record(), record(imp_uid="imp_2"))).note == "several"

    def test_a_failure_before_the_payment_does_not_matter(self) -> None:
        assert judge(looking(), sight(record("failed", imp_uid="imp_0"), record())).state is S.PAID

    def test_where_the_choice_was_portones_any_channel_will_do(self) -> None:
        row = checkout(pg_provider=None, pg_id=None, is_test_channel=None)

        assert differences(row, record(pg_provider="kcp", pg_id="x", is_test_channel=False)) == ()

    def test_an_account_number_awaits_its_deposit(self) -> None:
        row = judge(looking(), sight(record("ready", vbank_num="1-2")))

        assert row.state is S.DEPOSIT
        assert judge(looking(), sight(record("ready", vbank_num="1-2", amount=1))).state is S.MISMATCH


class TestSilence:
    def test_a_recorded_failure_is_believed_after_a_while(self) -> None:
        failed = record("failed")
        row = judge(looking(), sight(failed, at=NOW + 89))

        assert (row.state, row.note) == (S.LOOKING, "failed")
        assert judge(row, sight(failed, at=NOW + 90)).state is S.FAILED

    def test_where_answers_come_late_a_failure_waits_longer(self) -> None:
        asked = checkout(pg_provider="paymentwall")
        failed = record("failed", pg_provider="paymentwall")

        assert judge(looking(asked), sight(failed, at=NOW + 90)).state is S.LOOKING
        assert judge(looking(asked), sight(failed, at=NOW + HOUR)).state is S.FAILED

    def test_a_failure_that_becomes_a_payment_is_one(self) -> None:
        failed = judge(looking(), sight(record("failed"), at=NOW + 90))

        assert judge(failed, sight(record())).state is S.PAID

    def test_nothing_at_all_is_believed_after_an_hour(self) -> None:
        assert judge(looking(), sight(at=NOW + HOUR)).state is S.LOOKING
        assert judge(looking(), sight(at=NOW + 3900)).state is S.NOTHING

    @pytest.mark.parametrize("row", [looking(ending="unreachable"), looking(note="told")])
    def test_where_nothing_was_begun_it_is_believed_sooner(self, row: Checkout) -> None:
        assert judge(row, sight(at=NOW + 599)).state is S.LOOKING
        assert judge(row, sight(at=NOW + 600)).state is S.NOTHING

    def test_the_wait_begins_at_the_first_look_without_a_window(self) -> None:
        row = judge(looking(gone_at=None), sight(at=NOW + 50))

        assert row.gone_at == NOW + 50
        assert judge(checkout(), sight(at=NOW + 50)).gone_at is None

    def test_an_open_window_is_never_given_up(self) -> None:
        row = judge(checkout(), sight(record("failed"), at=NOW + 9 * HOUR))

        assert (row.state, row.note) == (S.OPEN, "failed")

    def test_without_the_servers_time_no_time_has_passed(self) -> None:
        assert judge(looking(), sight(at=None)).state is S.LOOKING
        assert judge(looking(gone_at=None), sight(at=None)).state is S.LOOKING

    def test_what_could_not_be_read_changes_nothing(self) -> None:
        row = looking()

        assert judge(row, Sight(server_time=NOW + 9 * HOUR, payments=None)) is row

    @pytest.mark.parametrize("state", [S.PAID, S.ISSUED, S.MISMATCH, S.DEPOSIT])
    def test_what_is_settled_stays(self, state: S) -> None:
        row = replace(checkout(), state=state)

        assert judge(row, sight(record(amount=1))) is row


class TestRegistering:
    ISSUE = record(amount=0, customer_uid="c1", customer_uid_usage="issue")

    def test_record_and_new_card_together_settle_it(self) -> None:
        assert judge(looking(registering()), sight(self.ISSUE, key=key())).state is S.ISSUED

    def test_a_charge_that_was_asked_for_is_told(self) -> None:
        row = looking(registering(purpose=Purpose.BOTH, amount=500, charge=500))
        paid = record(amount=500, customer_uid="c1", customer_uid_usage="payment")

        assert judge(row, sight(paid, key=key())).state is S.PAID_AND_ISSUED

    def test_a_charge_that_nobody_asked_for_is_an_alarm(self) -> None:
        row = judge(looking(registering()), sight(record(amount=500, customer_uid="c1"), key=key()))

        assert (row.state, row.note, row.found) == (S.MISMATCH, "amount", 500)

    def test_a_card_is_tried_with_a_few_won_where_that_is_usual(self) -> None:
        trial = record("cancelled", amount=10, customer_uid="c1", customer_uid_usage="issue")
        row = looking(registering(may_try_charge=True))

        assert judge(row, sight(trial, key=key())).state is S.ISSUED
        assert judge(looking(registering()), sight(trial, key=key())).state is S.MISMATCH

    def test_the_card_that_was_there_before_is_no_new_one(self) -> None:
        row = looking(registering(key_before=NOW + 5))
        seen = judge(row, sight(self.ISSUE, key=key(NOW + 5)))

        assert (seen.state, seen.note, seen.imp_uid) == (S.LOOKING, "no key", "imp_1")
        assert judge(row, sight(self.ISSUE, key=key(NOW + 6))).state is S.ISSUED
        assert judge(row, sight(self.ISSUE, key=key(updated=NOW + 5), at=NOW + HOUR)).state is S.MISMATCH

    def test_a_card_whose_time_is_not_told_is_no_new_one(self) -> None:
        row = looking(registering(key_before=NOW))

        assert judge(row, sight(self.ISSUE, key=key(updated=NOW + 9))).state is S.ISSUED
        assert judge(row, sight(self.ISSUE, key=replace(key(), updated=None))).state is S.LOOKING

    def test_a_new_card_without_a_record_is_an_alarm_in_the_end(self) -> None:
        row = judge(looking(registering()), sight(key=key()))

        assert (row.state, row.note) == (S.LOOKING, "key")
        assert judge(row, sight(key=key(), at=NOW + 600)).state is S.MISMATCH

    def test_a_card_on_another_channel_is_an_alarm(self) -> None:
        row = judge(looking(registering()), sight(self.ISSUE, key=key(pg_id="other")))

        assert (row.state, row.note) == (S.MISMATCH, "pg_id")

    def test_somebody_elses_record_is_an_alarm(self) -> None:
        row = judge(looking(registering()), sight(record(amount=0, customer_uid="c2"), key=key()))

        assert row.note == "customer_uid"


class TestLeaving:
    def test_the_first_ending_and_hint_stay(self) -> None:
        row = left(left(checkout(), "closed", "imp_1"), "crashed", "imp_2")

        assert (row.state, row.ending, row.imp_uid) == (S.LOOKING, "closed", "imp_1")

    def test_what_is_settled_is_not_opened_again(self) -> None:
        for state in set(S) - {S.OPEN, S.LOOKING}:
            settled = replace(checkout(), state=state)
            assert left(settled, "closed", "imp_1", "told") == settled


class TestLooking:
    def test_looks_come_quickly_at_first_and_then_rarely(self) -> None:
        assert [again_in(looking(), looks) for looks in (0, 1, 5, 6, 15, 16, 99)] == [
            1,
            2,
            30,
            60,
            60,
            300,
            300,
        ]
        assert again_in(checkout(), 99) == 10
        assert again_in(replace(checkout(), state=S.PAID), 0) is None

    def test_patience_can_be_another(self) -> None:
        assert judge(looking(), sight(at=NOW + 2), Patience(silent=2)).state is S.NOTHING


def test_every_state_has_words_and_moves() -> None:
    for state in S:
        assert checkout_words(replace(checkout(), state=state)).id
        assert state in CHECKOUT_MOVES


def test_what_is_waited_for_is_said() -> None:
    texts = {checkout_words(looking(note=note)).id for note in ("", "failed", "key", "no key")}

    assert len(texts) == 4
