from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from doubles.courses import Driven
from portdesk.domain.errors import InputError
from portdesk.ledger.days import korean_day
from portdesk.ledger.finding import Knowledge
from portdesk.ledger.instruction import Attempt, Closing, Entry, Instruction
from portdesk.ledger.refund import RefundRules
from portdesk.ledger.sending import (
    Click,
    Sending,
    abandon,
    check_fresh,
    check_retry,
    decide,
    is_being_checked,
    recover,
)
from portdesk.ledger.states import MOVES, OPEN, RETRYABLE, TERMINAL, State, words
from portdesk.ledger.steps import (
    Accepted,
    Committed,
    NotExecuted,
    NotSent,
    Refused,
    Unclear,
    Unreadable,
)
from samples.instructions import NOW, entry, in_state, planned, seen

KNOWN = Knowledge()
CLICK = Click(actor="kim", body_sha256="cd" * 32, server_time=NOW)
ROW = planned()
SENDING = Sending(RefundRules())


def ours(amount: int = 3000) -> Entry:
    return entry("c1", amount, text=ROW.reason)


def begun(*answers: Any, row: Any = ROW, **failing: Committed) -> Driven:
    return Driven(SENDING.begin(row, CLICK, KNOWN), *answers, failing=failing)


class TestBegin:
    def test_every_step_is_on_the_disk_before_the_next(self) -> None:
        course = begun(Accepted(seen(7000, ours())), seen(7000, ours(), at=NOW + 1))

        assert course.path == ["planned", "sending", "Send", "confirmed", "Look"]
        assert course.result.row is course.changes[-1].row
        assert course.result.was_started
        assert course.result.is_recorded
        plan, claim, done = course.changes
        assert (plan.was, plan.number, plan.event, plan.actor) == (None, 0, "planned", "kim")
        assert claim.actor == done.actor == "kim"
        assert (claim.was, claim.number, claim.event, claim.is_result) == (State.PLANNED, 0, "claimed", False)
        assert claim.attempt == Attempt(
            instruction="op-1",
            number=1,
            actor="kim",
            body_sha256="cd" * 32,
            cause="click",
            server_time=NOW,
        )
        assert (done.was, done.number, done.event, done.is_result) == (State.SENDING, 1, "confirmed", True)
        assert done.closing == Closing(answer="Accepted")
        assert done.seen == seen(7000, ours())
        assert done.row.cancellation == "id:c1"
        assert done.row.settled_at == NOW
        assert done.row.echoed == len(ROW.reason.encode())

    @pytest.mark.parametrize("failure", [Committed.NO, Committed.FAILED])
    @pytest.mark.parametrize("event", ["planned", "claimed"])
    def test_what_is_not_on_the_disk_is_not_sent(self, event: str, failure: Committed) -> None:
        course = begun(**{event: failure})

        assert "Send" not in course.path
        assert not course.result.was_started
        assert course.result.is_recorded == (failure is Committed.NO)
        assert course.result.row.state is State.PLANNED

    @pytest.mark.parametrize("failure", [Committed.NO, Committed.FAILED])
    def test_a_result_that_cannot_be_written_is_told_as_such(self, failure: Committed) -> None:
        course = begun(Accepted(seen(7000, ours())), confirmed=failure)

        assert course.path == ["planned", "sending", "Send", "confirmed"]
        assert not course.result.is_recorded
        assert course.result.was_started
        assert course.result.row.state is State.CONFIRMED

    @pytest.mark.parametrize(
        ("answer", "state", "told"),
        [
            (Unclear("ReadTimeout"), State.UNKNOWN, "Unclear ReadTimeout"),
            (Refused(-1, "no"), State.REFUSED, "Refused -1"),
            (Accepted(None), State.UNKNOWN, "Accepted"),
        ],
    )
    def test_an_open_end_is_written_and_nothing_more_is_done(
        self, answer: Any, state: State, told: str
    ) -> None:
        course = begun(answer)

        assert course.path == ["planned", "sending", "Send", state.value]
        assert course.result.row.state is state
        assert course.changes[-1].closing.answer == told
        assert course.changes[-1].closing.server_message == ("no" if isinstance(answer, Refused) else None)
        assert course.changes[-1].event == state.value


class TestAgain:
    def test_what_never_left_is_sent_up_to_three_times(self) -> None:
        course = begun(NotSent("dns"), None, NotSent("dns"), None, NotSent("dns"))

        once = ["sending", "Send", "planned", "Wait"]
        assert course.path == ["planned", *once, *once, "sending", "Send", "not_sent"]
        assert course.result.row.attempt == 3
        assert course.changes[-1].closing.answer == "NotSent dns"
        assert [change.attempt.cause for change in course.changes if change.attempt] == [
            "click",
            "not sent",
            "not sent",
        ]
        assert course.changes[2].event == "returned"
        assert course.asked[4].seconds == 1.0

    def test_a_token_is_renewed_once(self) -> None:
        course = begun(NotExecuted(), NotExecuted())

        assert course.path == ["planned", "sending", "Send", "planned", "sending", "Send", "not_sent"]
        assert course.changes[-1].closing.answer == "NotExecuted"
        assert course.changes[3].attempt.cause == "token"

    def test_each_kind_has_its_own_number(self) -> None:
        course = begun(NotSent("dns"), None, NotExecuted(), NotSent("dns"), None, Unclear("x"))

        assert course.result.row.state is State.UNKNOWN
        assert course.result.row.attempt == 4

    @pytest.mark.parametrize("failure", [Committed.NO, Committed.FAILED])
    def test_not_when_that_cannot_be_written(self, failure: Committed) -> None:
        course = begun(NotSent("dns"), returned=failure)

        assert course.path == ["planned", "sending", "Send", "planned"]
        assert course.result.row.state is State.SENDING
        assert not course.result.is_recorded

    @pytest.mark.parametrize("answer", [Unclear("x"), Refused(1), Accepted(None)])
    def test_whatever_may_have_been_carried_out_is_never_sent_again(self, answer: Any) -> None:
        assert begun(answer).path.count("Send") == 1

    def test_a_new_click_forgets_the_old_quiet_time(self) -> None:
        waiting = in_state(State.NOT_APPLIED, quiet_from=NOW)
        course = Driven(SENDING.send(waiting, CLICK, KNOWN), Unclear("x"))

        assert course.path == ["sending", "Send", "unknown"]
        assert course.changes[0].was is State.NOT_APPLIED
        assert course.changes[0].row.quiet_from is None
        assert course.changes[0].row.attempt == 2


class TestAfter:
    def test_somebody_elses_refund_at_the_same_moment_is_told(self) -> None:
        both = seen(6000, ours(), entry("c2"))
        course = begun(Accepted(seen(7000, ours())), both)

        assert course.path[-2:] == ["Look", "confirmed"]
        assert course.result.row.is_overlapped
        change = course.changes[-1]
        assert (change.event, change.was, change.number) == ("overlapped", State.CONFIRMED, 1)
        assert (change.seen, change.is_result, change.actor) == (both, True, "kim")

    @pytest.mark.parametrize("look", [seen(7000), seen(7001), Unreadable("x")])
    def test_nothing_to_tell(self, look: Any) -> None:
        assert not begun(Accepted(seen(7000, ours())), look).result.row.is_overlapped

    def test_a_balance_that_may_rise_tells_nothing(self) -> None:
        row = replace(ROW, may_rise=True)

        assert not begun(Accepted(seen(7000, ours())), seen(100), row=row).result.row.is_overlapped

    def test_a_warning_that_cannot_be_written_is_not_shown(self) -> None:
        course = begun(Accepted(seen(7000, ours())), seen(100), overlapped=Committed.FAILED)

        assert not course.result.row.is_overlapped


class TestRecover:
    @pytest.mark.parametrize("state", list(State))
    def test_a_start_believes_nothing_it_has_not_seen(self, state: State) -> None:
        change = recover(in_state(state, quiet_from=5), "portdesk")

        if state is State.SENDING:
            assert change.row.state is State.UNKNOWN
        elif state is State.PLANNED:
            assert change.row.state is State.NOT_SENT
        else:
            assert change is None
            return
        assert (change.was, change.number, change.event, change.actor) == (state, 1, "recovered", "portdesk")
        assert change.row.quiet_from is None
        assert change.is_result


class TestRetry:
    WAITING = in_state(State.NOT_APPLIED, quiet_from=NOW)

    @pytest.mark.parametrize("state", sorted(RETRYABLE, key=str))
    def test_an_unchanged_payment_may_be_tried_again(self, state: State) -> None:
        check_retry(in_state(state), seen())

    @pytest.mark.parametrize("state", sorted(set(State) - RETRYABLE, key=str))
    def test_nothing_else_may(self, state: State) -> None:
        with pytest.raises(InputError):
            check_retry(in_state(state), seen())

    @pytest.mark.parametrize(
        "look", [seen(9000, entry()), seen(9999), seen(subject="imp_2"), seen(is_open=False)]
    )
    def test_not_when_anything_has_changed(self, look: Any) -> None:
        with pytest.raises(InputError, match="changed"):
            check_retry(self.WAITING, look)

    def test_not_from_a_reading_that_lags_behind_our_own_record(self) -> None:
        later = replace(in_state(State.CONFIRMED, cancellation="id:c9", settled_at=NOW), id="op-2")

        with pytest.raises(InputError, match="older state"):
            check_retry(self.WAITING, seen(), iter([later]))  # read twice, whatever it comes as
        check_retry(self.WAITING, seen(), [self.WAITING])

    def test_not_on_top_of_what_the_record_does_not_show_yet(self) -> None:
        other = replace(in_state(State.EXTERNAL), id="op-2")

        with pytest.raises(InputError, match="changed"):
            check_retry(self.WAITING, seen(), [other])

    def test_what_may_rise_waits_for_the_next_day_in_korea(self) -> None:
        strict = replace(self.WAITING, may_rise=True)
        midnight = (korean_day(NOW) + 1) * 86_400 - 9 * 3_600

        for at in (NOW, midnight - 1, None):
            with pytest.raises(InputError, match="tomorrow"):
                check_retry(strict, seen(at=at))
        check_retry(strict, seen(at=midnight))

    def test_from_the_dialogs_time_if_there_is_no_later_one(self) -> None:
        strict = replace(self.WAITING, may_rise=True, quiet_from=None)

        with pytest.raises(InputError, match="tomorrow"):
            check_retry(strict, seen(at=NOW))
        check_retry(strict, seen(at=NOW + 86_400))
        timeless = replace(strict, snapshot=replace(strict.snapshot, server_time=None))
        with pytest.raises(InputError, match="tomorrow"):
            check_retry(timeless, seen(at=NOW + 86_400))

    def test_what_was_never_tried_need_not_wait(self) -> None:
        check_retry(in_state(State.NOT_SENT, replace(ROW, may_rise=True), attempt=0), seen())


class TestFresh:
    """Another window may have given money back since this one was drawn."""

    def done(self, number: str = "c1", **fields: Any) -> Instruction:
        row = in_state(State.CONFIRMED, planned("op-9"), cancellation=f"id:{number}", settled_at=NOW)
        return replace(row, **fields)

    def test_what_was_drawn_before_it_is_too_old(self) -> None:
        with pytest.raises(InputError, match="changed"):
            check_fresh(planned(), [self.done(), self.done(subject="imp_2")])

    def test_what_was_drawn_after_it_is_not(self) -> None:
        check_fresh(planned("op-1", seen(9000, entry("c1"))), [self.done()])
        check_fresh(planned("op-1", seen(9000, entry(None, mark="m"))), [self.done(cancellation="m")])

    @pytest.mark.parametrize("state", [state for state in State if state is not State.CONFIRMED])
    def test_only_what_was_done_counts(self, state: State) -> None:
        check_fresh(planned(), [self.done(state=state)])

    def test_nor_what_was_done_to_another_payment(self) -> None:
        check_fresh(planned(), [self.done(subject="imp_2")])

    def test_what_is_missing_much_later_was_taken_back(self) -> None:
        late = planned("op-1", seen(at=NOW + 600))
        check_fresh(late, [self.done()])
        with pytest.raises(InputError):
            check_fresh(planned("op-1", seen(at=NOW + 599)), [self.done()])


class TestPeople:
    @pytest.mark.parametrize("state", list(State))
    def test_only_what_has_not_happened_is_given_up(self, state: State) -> None:
        if state not in RETRYABLE:
            with pytest.raises(InputError):
                abandon(in_state(state), "kim")
            return
        change = abandon(in_state(state), "kim")
        assert (change.row.state, change.was, change.event) == (State.ABANDONED, state, "abandoned")
        assert (change.actor, change.number, change.row.note) == ("kim", 1, "")
        assert change.is_result

    @pytest.mark.parametrize("choice", [State.CONFIRMED_BY_HUMAN, State.EXTERNAL, State.ABANDONED])
    def test_a_person_decides_with_grounds(self, choice: State) -> None:
        change = decide(in_state(State.HUMAN), choice, actor="boss", note="seen", cancellation="id:c9")

        assert (change.row.state, change.was, change.event) == (choice, State.HUMAN, "decided")
        assert (change.row.note, change.row.cancellation, change.actor) == ("seen", "id:c9", "boss")

    def test_half_a_sign_in_the_grounds_can_be_written(self) -> None:
        change = decide(in_state(State.HUMAN), State.EXTERNAL, actor="boss", note="\ud83d 가")

        assert change.row.note == "? 가"

    @pytest.mark.parametrize(
        ("state", "choice", "note"),
        [
            (State.UNKNOWN, State.EXTERNAL, "seen"),
            (State.HUMAN, State.CONFIRMED, "seen"),
            (State.HUMAN, State.EXTERNAL, " "),
        ],
    )
    def test_not_otherwise(self, state: State, choice: State, note: str) -> None:
        with pytest.raises(InputError):
            decide(in_state(state), choice, actor="boss", note=note)


class TestStates:
    @pytest.mark.parametrize("state", list(State))
    def test_done_and_failed_are_said_of_nothing_else(self, state: State) -> None:
        text = str(words(state)).lower()
        proven_not = {State.REJECTED, State.NOT_APPLIED, State.NOT_SENT, State.ABANDONED}

        assert ("done" in text) == (state is State.CONFIRMED)
        assert ("nothing was" in text) == (state in proven_not)
        if state in OPEN - {State.PLANNED}:
            assert text.startswith("checking")

    def test_where_money_follows_later_nothing_is_done(self) -> None:
        assert str(words(State.CONFIRMED, pays_later=True)).startswith("Accepted")
        assert str(words(State.UNKNOWN, pays_later=True)).startswith(
            "Checking: the PG refunds in its own time"
        )
        assert words(State.REJECTED, pays_later=True) == words(State.REJECTED)

    def test_each_state_is_open_retryable_or_an_end(self) -> None:
        assert set(State) == OPEN | RETRYABLE | TERMINAL
        assert len(OPEN) + len(RETRYABLE) + len(TERMINAL) == len(State)
        assert {State.NOT_SENT, State.NOT_APPLIED} == RETRYABLE

    def test_a_check_leads_to_a_verdict_or_to_a_person(self) -> None:
        always = {State.CONFIRMED, State.HUMAN}

        assert MOVES[State.UNKNOWN] == {*always, State.NOT_APPLIED, State.UNKNOWN}
        assert MOVES[State.REFUSED] == {*always, State.REJECTED, State.REFUSED}
        assert MOVES[State.HUMAN] == {State.CONFIRMED_BY_HUMAN, State.EXTERNAL, State.ABANDONED}
        assert MOVES[State.PLANNED] == {State.SENDING, State.NOT_SENT}
        assert MOVES[State.NOT_SENT] == MOVES[State.NOT_APPLIED] == {State.SENDING, State.ABANDONED}
        assert MOVES[State.SENDING] == {
            State.PLANNED,
            State.SENDING,
            State.CONFIRMED,
            State.REFUSED,
            State.UNKNOWN,
            State.NOT_SENT,
        }

    def test_an_end_is_an_end(self) -> None:
        assert set(MOVES) == set(State)
        assert all(MOVES[state] <= {state} for state in TERMINAL)
        assert [state for state in TERMINAL if MOVES[state]] == [State.CONFIRMED]

    def test_only_a_click_or_a_proof_leads_to_sending(self) -> None:
        assert {state for state in State if State.SENDING in MOVES[state]} == {
            State.PLANNED,
            State.SENDING,
            *RETRYABLE,
        }

    @pytest.mark.parametrize("state", list(State))
    def test_what_the_server_is_asked_about(self, state: State) -> None:
        expected = state in {State.SENDING, State.UNKNOWN, State.REFUSED}

        assert is_being_checked(in_state(state)) == expected
