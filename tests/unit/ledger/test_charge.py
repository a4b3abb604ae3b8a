from __future__ import annotations

import re
from typing import Any

import pytest

from portdesk.domain.errors import InputError
from portdesk.ledger.charge import ChargeRules, charge_uid
from portdesk.ledger.finding import Knowledge, Reading
from portdesk.ledger.instruction import Entry, Instruction, Kind, Observation, Snapshot
from portdesk.ledger.states import State
from portdesk.ledger.steps import Accepted, NotExecuted, NotSent, Refused, Unclear

KNOWN = Knowledge()
NAMES: dict[str, Any] = {
    "shop": "f00d",
    "customer_uid": "kim-1",
    "plan": "gold",
    "period": "2026-12",
    "revision": 0,
}


def payment(status: str, amount: int = 9900, uid: str = "imp_1") -> Entry:
    return Entry(mark=f"{uid}|{status}", amount=amount, status=status)


def order(*entries: Entry, subject: str = "order") -> Observation:
    return Observation(subject=subject, server_time=1, balance=0, entries=entries)


def charge(*before: Entry) -> Instruction:
    return Instruction(
        id="c", kind=Kind.CHARGE, shop="f00d", subject="order", amount=9900, currency="KRW",
        snapshot=Snapshot(balance=0, entries=before), reason="", code=None, actor="kim", words="",
    )  # fmt: skip


def test_an_instruction_begins_with_nothing_known() -> None:
    row = charge()

    assert (row.state, row.attempt, row.cancellation, row.quiet_from) == (State.PLANNED, 0, None, None)
    assert (row.settled_at, row.echoed, row.is_overlapped, row.note) == (None, 0, False, "")
    assert (row.is_plain, row.may_rise, row.pays_later, row.approval) == (True, False, False, "")
    assert (row.pg, row.merchant_uid, row.batch, row.row) == ("", "", None, None)
    assert (row.tax_free, row.vat_amount) == (None, None)


class TestUid:
    def test_two_desks_make_the_same(self) -> None:
        assert charge_uid(**NAMES) == charge_uid(**NAMES)

    @pytest.mark.parametrize(
        "other", [{"shop": "x"}, {"customer_uid": "x"}, {"plan": "x"}, {"period": "x"}, {"revision": 1}]
    )
    def test_each_part_counts(self, other: dict[str, Any]) -> None:
        assert charge_uid(**NAMES) != charge_uid(**NAMES | other)

    def test_every_pg_takes_it(self) -> None:
        assert re.fullmatch(r"[0-9A-Za-z]{32}", charge_uid(**NAMES))

    def test_parts_do_not_run_together(self) -> None:
        assert charge_uid(**NAMES | {"plan": "ab", "period": "c"}) != charge_uid(
            **NAMES | {"plan": "a", "period": "bc"}
        )

    @pytest.mark.parametrize("other", [{"shop": ""}, {"period": "a\x1fb"}, {"revision": -1}])
    def test_a_charge_without_a_name_is_refused(self, other: dict[str, Any]) -> None:
        with pytest.raises(InputError):
            charge_uid(**NAMES | other)


class TestFind:
    @pytest.mark.parametrize(
        ("entries", "reading"),
        [
            ((), Reading.NOTHING),
            ((payment("failed"),), Reading.NOTHING),
            ((payment("paid"),), Reading.OURS),
            ((payment("failed", uid="imp_0"), payment("paid")), Reading.OURS),
            ((payment("paid", 100),), Reading.AMBIGUOUS),
            ((payment("paid"), payment("paid", uid="imp_2")), Reading.AMBIGUOUS),
            ((payment("ready"),), Reading.AMBIGUOUS),
            ((payment("pending"),), Reading.AMBIGUOUS),
        ],
    )
    def test_only_one_paid_payment_of_the_amount_is_ours(
        self, entries: tuple[Entry, ...], reading: Reading
    ) -> None:
        assert ChargeRules().find(charge(), order(*entries), KNOWN).reading is reading

    def test_a_paid_one_is_the_end_of_it(self) -> None:
        assert ChargeRules().find(charge(), order(payment("paid")), KNOWN).is_final
        assert not ChargeRules().find(charge(), order(), KNOWN).is_final

    def test_what_was_there_before_is_not_ours(self) -> None:
        before = payment("failed")

        assert ChargeRules().find(charge(before), order(before), KNOWN).grounds == "unchanged"

    @pytest.mark.parametrize(
        ("before", "now", "grounds"),
        [
            ((), (payment("paid"),), "paid"),
            ((), (payment("paid", 100),), "paid, but not as asked"),
            ((payment("failed"),), (), "older than what the dialog showed"),
            ((), (payment("ready"),), "neither paid nor failed"),
        ],
    )
    def test_a_finding_says_on_what_it_rests(
        self, before: tuple[Entry, ...], now: tuple[Entry, ...], grounds: str
    ) -> None:
        """These words are kept in the journal and told to whoever has to decide."""
        assert ChargeRules().find(charge(*before), order(*now), KNOWN).grounds == grounds

    def test_an_older_reading_proves_nothing(self) -> None:
        assert ChargeRules().find(charge(payment("failed")), order(), KNOWN).reading is Reading.AMBIGUOUS

    def test_what_was_waiting_may_have_failed(self) -> None:
        finding = ChargeRules().find(charge(payment("ready")), order(payment("failed")), KNOWN)

        assert finding.reading is Reading.NOTHING
        assert finding.grounds == "failed"


class TestClassify:
    @pytest.mark.parametrize(
        ("answer", "state", "identity"),
        [
            (NotSent("x"), State.NOT_SENT, None),
            (NotExecuted(), State.NOT_SENT, None),
            (Refused(1), State.REFUSED, None),
            (Unclear("x"), State.UNKNOWN, None),
            (Accepted(None), State.UNKNOWN, None),
            (Accepted(order(payment("paid"))), State.CONFIRMED, "imp_1|paid"),
            (Accepted(order(payment("paid"), subject="other")), State.UNKNOWN, None),
            (Accepted(order(payment("failed"))), State.REFUSED, None),
            (Accepted(order()), State.UNKNOWN, None),
            (Accepted(order(payment("ready"), payment("failed", uid="imp_2"))), State.UNKNOWN, None),
        ],
    )
    def test_code_0_is_not_enough(self, answer: Any, state: State, identity: str | None) -> None:
        assert ChargeRules().classify(charge(), answer, KNOWN) == (state, identity)
