"""The protocol, broken in one place at a time; the judge has to notice each."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from portdesk.ledger.finding import Finding, Knowledge, Reading
from portdesk.ledger.instruction import Instruction, Observation, Snapshot, difference
from portdesk.ledger.reconcile import Reconciliation
from portdesk.ledger.refund import RefundRules, Wish, fields, freeze
from portdesk.ledger.sending import Click, Outcome, Sending, recover
from portdesk.ledger.states import OPEN, State
from portdesk.ledger.steps import (
    Accepted,
    Answer,
    Change,
    Commit,
    Committed,
    Course,
    NotExecuted,
    NotSent,
    Refused,
    Send,
    Unclear,
    Unreadable,
)
from sim.core import Core
from sim.desk import Desk
from sim.memory import MemoryJournal
from sim.server import Reply


class RetryOnTimeout(Core):
    """Sends again when no answer came."""

    class Again(Sending):
        def send(
            self, row: Instruction, click: Click, known: Knowledge, *, cause: str = "click"
        ) -> Course[Outcome]:
            outcome = yield from super().send(row, click, known, cause=cause)
            if outcome.is_recorded and outcome.row.state is State.UNKNOWN:
                again = replace(outcome.row, state=State.SENDING, attempt=outcome.row.attempt + 1)
                yield Commit(forced(outcome.row, again))
                yield Send(again)
            return outcome

    def __init__(self) -> None:
        super().__init__()
        self.sending = self.Again(self.rules)

    def commit(self, desk: Desk, change: Change) -> Committed:
        return lenient(desk, change)


class LookThenRetry(Core):
    """Believes one look after a lost answer and offers the button at once."""

    def __init__(self) -> None:
        super().__init__()
        self.reconciliation = AtOnce(self.rules)


class AtOnce(Reconciliation):
    def _is_quiet(self, row: Instruction, seen: Observation, known: Knowledge) -> bool:
        return True


class NoChecksum(Core):
    """Leaves the test of the balance out."""

    def fields(self, row: Instruction) -> dict[str, Any]:
        return {name: value for name, value in fields(row).items() if name != "checksum"}


class JournalAfterAnswer(Core):
    """Writes nothing down until the answer is there."""

    def __init__(self) -> None:
        super().__init__()
        self._held: list[Change] = []

    def commit(self, desk: Desk, change: Change) -> Committed:
        if change.event in {"planned", "claimed"}:
            self._held.append(change)
            return Committed.YES
        self.after_send(desk)
        return super().commit(desk, change)

    def after_send(self, desk: Desk) -> None:
        held, self._held = self._held, []
        for change in held:
            desk.journal.apply(change)

    def started(self, desk: Desk) -> None:
        self._held = []


class AmountOnly(Core):
    """Takes any new cancel of the right amount for its own."""

    class Rules(RefundRules):
        def find(self, row: Instruction, seen: Observation, known: Knowledge) -> Finding:
            new, _ = difference(seen.entries, row.snapshot.entries)
            same = [entry for entry in new if entry.amount == row.amount]
            if same:
                return Finding(reading=Reading.OURS, identity=same[0].identity)
            return super().find(row, seen, known)

    def __init__(self) -> None:
        super().__init__()
        self.rules = self.Rules()
        self.sending, self.reconciliation = Sending(self.rules), Reconciliation(self.rules)


class BelievesMissing(Core):
    """Takes 404 for a payment without a cancel."""

    class Gullible(Reconciliation):
        def _is_quiet(self, row: Instruction, seen: Observation, known: Knowledge) -> bool:
            return seen.balance == -404 or super()._is_quiet(row, seen, known)

    class Rules(RefundRules):
        def find(self, row: Instruction, seen: Observation, known: Knowledge) -> Finding:
            if seen.balance == -404:
                return Finding(reading=Reading.NOTHING, is_final=True)
            return super().find(row, seen, known)

    def __init__(self) -> None:
        super().__init__()
        self.rules = self.Rules()
        self.sending, self.reconciliation = Sending(self.rules), self.Gullible(self.rules)

    def reading(self, reply: Reply, desk: Desk, at: int | None) -> Observation | Unreadable:
        seen = super().reading(reply, desk, at)
        if reply[0] != "missing":
            return seen
        uid = next((row.subject for row in desk.journal.all() if row.state is State.UNKNOWN), "")
        return Observation(subject=uid, server_time=at, balance=-404)


class NoClaim(Core):
    """Commits whatever it wants, however the row stands meanwhile; two reconcilers and two windows act."""

    def commit(self, desk: Desk, change: Change) -> Committed:
        now = desk.journal.find(change.row.id)
        if now is None:
            return super().commit(desk, change)
        desk.journal.rows[change.row.id] = change.row
        if change.attempt:
            desk.journal.bodies[change.row.id, change.row.attempt] = change.attempt.body_sha256
        return Committed.YES


class RefusalAtOnce(Core):
    """Calls a refusal final without a look."""

    class Rules(RefundRules):
        def classify(self, row: Instruction, answer: Answer, known: Knowledge) -> tuple[State, str | None]:
            if isinstance(answer, Refused):
                return State.REJECTED, None
            return super().classify(row, answer, known)

    def __init__(self) -> None:
        super().__init__()
        self.rules = self.Rules()
        self.sending = Sending(self.rules)

    def commit(self, desk: Desk, change: Change) -> Committed:
        return lenient(desk, change)


class TokenRetriedBelow(Core):
    """The client repeats a money call after 401 by itself."""

    resends_after_401 = True


class NoControl(Core):
    """Does not read another record before it says that nothing happened."""

    class Alone(Reconciliation):
        def _prove_nothing(self, row: Instruction, known: Knowledge, looks: int) -> Course[Any]:
            course = super()._prove_nothing(row, known, looks)
            next(course)
            try:
                command = course.send(True)  # as if it could be read
            except StopIteration as stop:
                return stop.value
            while True:
                value = yield command
                try:
                    command = course.send(value)
                except StopIteration as stop:
                    return stop.value

    def __init__(self) -> None:
        super().__init__()
        self.reconciliation = self.Alone(self.rules)


class OthersWithoutCodes(Core):
    """Takes every change without its code for somebody else's, echoed or not."""

    class Rules(RefundRules):
        def find(self, row: Instruction, seen: Observation, known: Knowledge) -> Finding:
            return super().find(row, seen, replace(known, echoes_codes=True))

    def __init__(self) -> None:
        super().__init__()
        self.rules = self.Rules()
        self.sending, self.reconciliation = Sending(self.rules), Reconciliation(self.rules)


class EchoWhateverLength(Core):
    """Believes that a provider that returned a short reason returns a long one."""

    class Rules(RefundRules):
        def __init__(self) -> None:
            self.has_echoed = False

        def find(self, row: Instruction, seen: Observation, known: Knowledge) -> Finding:
            self.has_echoed = self.has_echoed or any(entry.code for entry in seen.entries)
            return super().find(row, seen, replace(known, echoes_codes=self.has_echoed))

    def __init__(self) -> None:
        super().__init__()
        self.rules = self.Rules()
        self.sending, self.reconciliation = Sending(self.rules), Reconciliation(self.rules)


class SecondClickUnseen(Core):
    """The second click sends with the balance of the moment, without comparing what was shown."""

    def retry(self, row: Instruction, seen: Observation, earlier: list[Instruction]) -> Instruction:
        return replace(row, snapshot=Snapshot(balance=seen.balance, entries=seen.entries))


class RestartResends(Core):
    """A restart sends what was planned."""

    def recover(self, row: Instruction) -> Change | None:
        return None if row.state is State.PLANNED else recover(row, "desk")

    def started(self, desk: Desk) -> None:
        for row in desk.journal.all():
            if row.state is State.PLANNED:
                click = Click(actor="desk", body_sha256=desk.hash_of(row))
                desk.run(row.id, self.sending.send(row, click, desk.known(row)), lambda _outcome: None)


class RestartForgets(Core):
    """A restart takes a claimed request for one that was not sent."""

    def recover(self, row: Instruction) -> Change | None:
        change = recover(row, "desk")
        if change is None or row.state is not State.SENDING:
            return change
        return replace(change, row=replace(row, state=State.NOT_SENT))


class ZeroAmount(Core):
    """Says "everything that is left" by leaving the amount at 0."""

    def fields(self, row: Instruction) -> dict[str, Any]:
        sent = dict(fields(row))
        if row.amount == row.snapshot.balance:
            sent["amount"] = Decimal(0)
        return sent


class OwnClock(Core):
    """Measures the quiet time on this computer's clock."""

    reads_own_clock = True


class TimeoutIsNotSent(Core):
    """Takes silence for a request that did not leave."""

    def answer(self, reply: Reply, desk: Desk) -> Answer:
        answer = super().answer(reply, desk)
        return NotSent("timeout") if isinstance(answer, Unclear) else answer


class ErrorPageIsFailure(Core):
    """Takes a 5xx for "not carried out"."""

    def answer(self, reply: Reply, desk: Desk) -> Answer:
        return NotExecuted() if reply[0] == "error" else super().answer(reply, desk)


class ManyOpen(Core):
    """Lets two instructions be open on one payment."""

    def commit(self, desk: Desk, change: Change) -> Committed:
        return lenient(desk, change, one_open=False)


class YesIsEnough(Core):
    """Takes code 0 for done, whatever record comes with it."""

    class Rules(RefundRules):
        def classify(self, row: Instruction, answer: Answer, known: Knowledge) -> tuple[State, str | None]:
            state, identity = super().classify(row, answer, known)
            if isinstance(answer, Accepted) and answer.seen:
                last = answer.seen.entries[-1].identity if answer.seen.entries else "?"
                return State.CONFIRMED, identity or last
            return state, identity

    def __init__(self) -> None:
        super().__init__()
        self.rules = self.Rules()
        self.sending = Sending(self.rules)


class QuietFromClaim(Core):
    """Counts the quiet time from the dialog instead of from the end of the request."""

    class Early(Reconciliation):
        def _is_quiet(self, row: Instruction, seen: Observation, known: Knowledge) -> bool:
            early = replace(row, quiet_from=row.snapshot.server_time)
            return super()._is_quiet(early, seen, known)

    def __init__(self) -> None:
        super().__init__()
        self.reconciliation = self.Early(self.rules)


class SetOfAmounts(Core):
    """Compares the record by its sums, not by its lines."""

    class Rules(RefundRules):
        def find(self, row: Instruction, seen: Observation, known: Knowledge) -> Finding:
            before = {entry.amount for entry in row.snapshot.entries}
            left = tuple(entry for entry in seen.entries if entry.amount not in before)
            return super().find(
                replace(row, snapshot=replace(row.snapshot, entries=()), may_rise=True),
                replace(seen, entries=left),
                known,
            )

    def __init__(self) -> None:
        super().__init__()
        self.rules = self.Rules()
        self.sending, self.reconciliation = Sending(self.rules), Reconciliation(self.rules)


class StaleDialog(Core):
    """Draws the dialog from a reading that is older than what was already known."""

    def freeze(self, op: str, wish: Wish, shown: Observation, done: list[Instruction]) -> Instruction:
        return freeze(op, wish, shown)


class EndlessChecking(Core):
    """Never comes to a verdict."""

    class Never(Reconciliation):
        def _is_quiet(self, row: Instruction, seen: Observation, known: Knowledge) -> bool:
            return False

    def __init__(self) -> None:
        super().__init__()
        self.reconciliation = self.Never(self.rules)


def lenient(desk: Desk, change: Change, *, one_open: bool = True) -> Committed:
    """What a journal would do that knows no list of moves, and perhaps not that one may be open."""
    journal = desk.journal
    assert isinstance(journal, MemoryJournal)
    now = journal.rows.get(change.row.id)
    if (now.state, now.attempt) != (change.was, change.number) if now else change.was is not None:
        return Committed.NO
    is_open = change.row.state in OPEN and not (now and now.state in OPEN)
    if one_open and is_open and journal.has_open(change.row):
        return Committed.NO
    journal.rows[change.row.id] = change.row
    if change.attempt:
        journal.bodies[change.row.id, change.row.attempt] = change.attempt.body_sha256
    return Committed.YES


def forced(row: Instruction, again: Instruction) -> Change:
    return Change(row=again, was=row.state, number=row.attempt, event="again", actor="desk")


BLUNDERS: Mapping[str, type[Core]] = {
    core.__name__: core
    for core in (
        RetryOnTimeout, LookThenRetry, NoChecksum, JournalAfterAnswer, AmountOnly, BelievesMissing, NoClaim,
        RefusalAtOnce, TokenRetriedBelow, NoControl, OthersWithoutCodes, EchoWhateverLength,
        SecondClickUnseen, RestartResends, RestartForgets, ZeroAmount, OwnClock, TimeoutIsNotSent,
        ErrorPageIsFailure, ManyOpen, YesIsEnough, QuietFromClaim, SetOfAmounts, StaleDialog,
        EndlessChecking,
    )
}  # fmt: skip
