from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from doubles.courses import Driven
from portdesk.ledger.finding import Knowledge
from portdesk.ledger.instruction import Entry
from portdesk.ledger.reconcile import LATER_SECONDS, LATER_WAIT, Reconciliation, wait_before
from portdesk.ledger.refund import RefundRules
from portdesk.ledger.states import State
from portdesk.ledger.steps import Committed, Unreadable
from samples.instructions import NOW, entry, in_state, planned, seen

KNOWN = Knowledge()
ROW = planned()
LATER = NOW + KNOWN.quiet_seconds
RULES = Reconciliation(RefundRules())
QUIET = in_state(State.UNKNOWN, ROW, quiet_from=NOW)


def ours() -> Entry:
    return entry("c1", 3000, text=ROW.reason)


def checked(
    row: Any, *answers: Any, known: Knowledge = KNOWN, looks: int = 0, **failing: Committed
) -> Driven:
    return Driven(RULES.check(row, known, looks=looks), *answers, failing=failing)


class TestOurs:
    @pytest.mark.parametrize("state", [State.UNKNOWN, State.REFUSED])
    def test_our_code_settles_at_once(self, state: State) -> None:
        course = checked(in_state(state, ROW), seen(7000, ours()))

        assert course.path == ["Look", "confirmed"]
        [change] = course.changes
        assert (change.was, change.number, change.event, change.actor) == (state, 1, "settled", "portdesk")
        assert (change.row.cancellation, change.row.settled_at, change.row.note) == ("id:c1", NOW, "our code")
        assert change.row.echoed == len(ROW.reason.encode())
        assert change.seen == seen(7000, ours())
        assert change.is_result
        assert course.result.again_in is None
        assert course.result.row is change.row
        assert course.result.why == "our code"

    def test_also_on_the_second_look(self) -> None:
        course = checked(QUIET, seen(at=LATER), True, seen(7000, ours(), at=LATER))

        assert course.path == ["Look", "LookElsewhere", "Look", "confirmed"]

    def test_the_first_pass_needs_no_count(self) -> None:
        assert Driven(RULES.check(QUIET, KNOWN), seen()).result.again_in == 1.0

    def test_who_comes_second_looks_again(self) -> None:
        course = checked(in_state(State.UNKNOWN, ROW), seen(7000, ours()), settled=Committed.NO)

        assert course.result.row.state is State.UNKNOWN
        assert course.result.again_in == 1.0


class TestQuiet:
    def test_the_first_reading_starts_the_clock(self) -> None:
        course = checked(in_state(State.UNKNOWN, ROW), seen())

        assert course.path == ["Look", "unknown"]
        assert course.changes[0].row.quiet_from == NOW
        assert course.changes[0].event == "looked"
        assert course.result.row.quiet_from == NOW
        assert course.result.again_in == 1.0
        assert course.result.why == "unchanged"

    def test_if_it_cannot_be_written_it_has_not_started(self) -> None:
        course = checked(in_state(State.UNKNOWN, ROW), seen(), looked=Committed.FAILED)

        assert course.result.row.quiet_from is None

    @pytest.mark.parametrize("at", [NOW - 50, NOW, LATER - 1])
    def test_before_its_end_nothing_is_said_about_nothing(self, at: int) -> None:
        course = checked(QUIET, seen(at=at), looks=3)

        assert course.path == ["Look"]
        assert course.result.row is QUIET
        assert course.result.again_in == 8.0

    @pytest.mark.parametrize(
        ("state", "end"), [(State.UNKNOWN, State.NOT_APPLIED), (State.REFUSED, State.REJECTED)]
    )
    def test_at_its_end_two_looks_and_another_record_prove_it(self, state: State, end: State) -> None:
        row = replace(QUIET, state=state)
        course = checked(row, seen(at=LATER), True, seen(at=LATER + 1))

        assert course.path == ["Look", "LookElsewhere", "Look", end.value]
        assert course.changes[0].row.settled_at == LATER + 1
        assert course.result.row.state is end
        assert course.result.again_in is None
        assert course.asked[1].subject == "imp_1"

    def test_without_another_record_nothing_is_proven(self) -> None:
        course = checked(QUIET, seen(at=LATER), False)

        assert course.path == ["Look", "LookElsewhere"]
        assert course.result.row is QUIET
        assert course.result.why == "no other record can be read"

    @pytest.mark.parametrize(
        "second",
        [
            Unreadable("gone"),
            seen(at=LATER, subject="imp_2"),
            seen(at=NOW),
            seen(at=None),
            seen(7000, entry("c1", 3000), at=LATER),
        ],
    )
    def test_the_second_look_has_to_agree(self, second: Any) -> None:
        course = checked(QUIET, seen(at=LATER), True, second)

        assert course.path == ["Look", "LookElsewhere", "Look"]
        assert course.result.row is QUIET
        assert course.result.again_in == 1.0
        if isinstance(second, Unreadable):
            assert course.result.why == second.why

    def test_what_no_late_request_can_change_need_not_wait(self) -> None:
        atomic = Knowledge(is_atomic=True)
        course = checked(
            in_state(State.UNKNOWN, ROW), *(seen(9000, entry()), True) * 1, seen(9000, entry()), known=atomic
        )

        assert course.path == ["Look", "LookElsewhere", "Look", "not_applied"]
        assert course.result.why == "other amounts"

    def test_what_can_be_read_in_two_ways_waits_and_then_goes_to_a_person(self) -> None:
        both = (entry("c1", 3000),)

        assert checked(QUIET, seen(7000, *both)).path == ["Look"]
        course = checked(QUIET, seen(7000, *both, at=LATER))
        assert course.path == ["Look", "human"]
        assert course.changes[0].row.note == "an equal amount without a name"
        assert course.changes[0].row.cancellation is None
        assert course.result.again_in is None


class TestNoEvidence:
    @pytest.mark.parametrize("state", [State.UNKNOWN, State.REFUSED])
    @pytest.mark.parametrize(
        ("look", "why"),
        [
            (Unreadable("NotFoundError"), "NotFoundError"),
            (Unreadable("TokenError"), "TokenError"),
            (seen(7000, ours(), subject="imp_2"), "another record"),
        ],
    )
    def test_what_is_not_shown_is_never_a_verdict(self, state: State, look: Any, why: str) -> None:
        row = replace(QUIET, state=state)
        course = checked(row, look, looks=99)

        assert course.path == ["Look"]
        assert course.result.row is row
        assert course.result.why == why
        assert course.result.again_in == 60.0

    def test_a_server_without_a_clock_proves_nothing_and_goes_to_a_person_in_the_end(self) -> None:
        row = in_state(State.UNKNOWN, ROW)

        assert checked(row, seen(at=None), looks=KNOWN.most_timeless_looks - 1).path == ["Look"]
        course = checked(row, seen(at=None), looks=KNOWN.most_timeless_looks)
        assert course.path == ["Look", "human"]
        assert course.changes[0].row.note == "the server tells no time"


def test_looks_come_closer_at_first() -> None:
    assert [wait_before(look) for look in range(9)] == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert wait_before(10_000) == 60
    assert (LATER_WAIT, LATER_SECONDS) == (600, 345_600)


class TestAProviderThatRefundsLater:
    """Until it does, the record is the same as if nothing had been asked of it."""

    ROW = in_state(State.UNKNOWN, planned(pays_later=True), quiet_from=NOW)

    @pytest.mark.parametrize("record", [(), (entry("c9", 500, text="other [222222]"),)])
    def test_a_record_without_it_proves_nothing(self, record: tuple[Entry, ...]) -> None:
        known = Knowledge(echoes_codes=True, is_atomic=True)
        reading = seen(10_000 - 500 * len(record), *record, at=LATER)
        course = checked(self.ROW, reading, known=known)

        assert course.path == ["Look"]
        assert course.result.row.state is State.UNKNOWN
        assert (course.result.why, course.result.again_in) == ("the provider refunds later", LATER_WAIT)

    def test_not_even_what_would_be_final_elsewhere_is_believed_at_once(self) -> None:
        row = in_state(State.UNKNOWN, planned(pays_later=True))
        known = Knowledge(echoes_codes=True, is_atomic=True)
        course = checked(row, seen(9_500, entry("c9", 500, text="other [222222]")), known=known)

        assert course.path == ["Look", "unknown"]
        assert course.changes[0].row.quiet_from == NOW

    def test_the_record_settles_it_on_any_day(self) -> None:
        named = entry("c1", 3000, text=self.ROW.reason)

        assert checked(self.ROW, seen(7000, named, at=NOW + LATER_SECONDS)).path == ["Look", "confirmed"]

    def test_after_days_a_person_is_asked(self) -> None:
        assert checked(self.ROW, seen(at=NOW + LATER_SECONDS - 1)).path == ["Look"]

        course = checked(self.ROW, seen(at=NOW + LATER_SECONDS))

        assert course.path == ["Look", "human"]
        assert course.changes[0].row.note == "the provider refunds later, and nothing has come"

    def test_a_refusal_is_a_refusal(self) -> None:
        refused = in_state(State.REFUSED, self.ROW, quiet_from=NOW)
        course = checked(refused, seen(at=LATER), True, seen(at=LATER))

        assert course.path == ["Look", "LookElsewhere", "Look", "rejected"]
