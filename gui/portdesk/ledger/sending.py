"""The course of one instruction: claim, send, classify, commit; and what a restart makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Protocol

import msgspec

from portdesk.domain.errors import InputError
from portdesk.domain.messages import Message
from portdesk.ledger.days import korean_day
from portdesk.ledger.finding import Finding, Knowledge, is_behind, outstanding
from portdesk.ledger.instruction import Attempt, Closing, Instruction, Observation, echoed_bytes, writable
from portdesk.ledger.states import CHECKING, RETRYABLE, State
from portdesk.ledger.steps import (
    Accepted,
    Answer,
    Change,
    Commit,
    Committed,
    Course,
    Look,
    NotExecuted,
    NotSent,
    Refused,
    Send,
    Wait,
)

RESENDS: Final = 2
"""How often a request of which no byte has left is made again by itself."""
RENEWALS: Final = 1
"""How often a request that was turned away for its token is made again by itself."""
_PAUSE: Final = 1.0


class Rules(Protocol):
    """What answers and readings mean for one kind of instruction."""

    def classify(self, row: Instruction, answer: Answer, known: Knowledge) -> tuple[State, str | None]:
        """The state an answer leads to, and the identity of what we did."""
        ...

    def find(self, row: Instruction, seen: Observation, known: Knowledge) -> Finding:
        """What a fresh reading says."""
        ...


class Click(msgspec.Struct, frozen=True, kw_only=True):
    """
    One press of the button that moves money: by whom, and the hash of the exact body it sends.

    `server_time` is that of the reading the press rests on.
    """

    actor: str
    body_sha256: str
    server_time: int | None = None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """
    How a course ended; the screen is painted from this and from nothing earlier.

    `is_recorded` is false when the result could not be written: the row is checked again later.
    `was_started` is false when no request was made at all: because somebody else was first or, if it
    is not recorded either, because the intent could not be written.
    """

    row: Instruction
    was_started: bool = True
    is_recorded: bool = True


class Sending:
    """The courses that send; each step that must be durable is a `Commit` of its own."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    def begin(self, row: Instruction, click: Click, known: Knowledge) -> Course[Outcome]:
        """Write the confirmed decision, then send it."""
        planned = Change(row=row, was=None, number=0, event="planned", actor=click.actor)
        done = yield Commit(planned)
        if done is not Committed.YES:
            return Outcome(row=row, was_started=False, is_recorded=done is Committed.NO)
        return (yield from self.send(row, click, known))

    def send(
        self, row: Instruction, click: Click, known: Knowledge, *, cause: str = "click"
    ) -> Course[Outcome]:
        """Claim the row and send; again only when it is certain that nothing was carried out."""
        left: dict[type[Any], int] = {NotSent: RESENDS, NotExecuted: RENEWALS}
        while True:
            claim = _claim(row, click, cause)
            done = yield Commit(claim)
            if done is not Committed.YES:
                return Outcome(row=row, was_started=False, is_recorded=done is Committed.NO)
            claimed = claim.row
            answer = yield Send(claimed)
            kind = type(answer)
            if left.get(kind, 0) == 0:
                return (yield from self._close(claimed, click, answer, known))
            left[kind] -= 1
            cause = "token" if kind is NotExecuted else "not sent"
            back = self._with_answer(claimed, State.PLANNED, answer, click)
            if (yield Commit(back)) is not Committed.YES:
                return Outcome(row=claimed, is_recorded=False)
            row = back.row
            if kind is NotSent:
                yield Wait(_PAUSE)

    def _close(self, row: Instruction, click: Click, answer: Answer, known: Knowledge) -> Course[Outcome]:
        state, identity = self._rules.classify(row, answer, known)
        change = self._with_answer(row, state, answer, click, identity)
        done = change.row
        if (yield Commit(change)) is not Committed.YES:
            return Outcome(row=done, is_recorded=False)
        if state is State.CONFIRMED:
            done = yield from self._look_after(done, click)
        return Outcome(row=done)

    def _with_answer(
        self, row: Instruction, state: State, answer: Answer, click: Click, identity: str | None = None
    ) -> Change:
        seen = answer.seen if isinstance(answer, Accepted) else None
        closing = Closing(
            answer=_told(answer),
            server_message=answer.server_message if isinstance(answer, Refused) else None,
        )
        return Change(
            row=msgspec.structs.replace(
                row,
                state=state,
                cancellation=identity,
                settled_at=seen.server_time if seen else None,
                echoed=echoed_bytes(row, seen),
            ),
            was=row.state,
            number=row.attempt,
            event=_EVENTS.get(state, state.value),
            actor=click.actor,
            closing=closing,
            seen=seen,
            is_result=True,
        )

    def _look_after(self, row: Instruction, click: Click) -> Course[Instruction]:
        """Look once more after success: somebody else may have acted at the same moment."""
        seen = yield Look(row.subject)
        if not isinstance(seen, Observation) or row.is_strict:
            return row
        if seen.balance >= row.snapshot.balance - row.amount:
            return row
        warned = msgspec.structs.replace(row, is_overlapped=True)
        change = Change(
            row=warned,
            was=row.state,
            number=row.attempt,
            event="overlapped",
            actor=click.actor,
            seen=seen,
            is_result=True,
        )
        return warned if (yield Commit(change)) is Committed.YES else row


def _claim(row: Instruction, click: Click, cause: str) -> Change:
    number = row.attempt + 1
    return Change(
        row=msgspec.structs.replace(row, state=State.SENDING, attempt=number, quiet_from=None),
        was=row.state,
        number=row.attempt,
        event="claimed",
        actor=click.actor,
        attempt=Attempt(
            instruction=row.id,
            number=number,
            actor=click.actor,
            body_sha256=click.body_sha256,
            cause=cause,
            server_time=click.server_time,
        ),
    )


_EVENTS: Final[Mapping[State, str]] = {State.PLANNED: "returned"}


def _told(answer: Answer) -> str:
    """The kind of answer and its cause, without any text of the server's."""
    name = type(answer).__name__
    match answer:
        case Refused(code=code):
            return f"{name} {code}"
        case NotExecuted() | Accepted():
            return name
    return f"{name} {answer.why}"


def recover(row: Instruction, actor: str) -> Change | None:
    """What the death of the program makes of a row; nothing is sent by it."""
    state = {State.SENDING: State.UNKNOWN, State.PLANNED: State.NOT_SENT}.get(row.state)
    if state is None:
        return None
    return Change(
        row=msgspec.structs.replace(row, state=state, quiet_from=None),
        was=row.state,
        number=row.attempt,
        event="recovered",
        actor=actor,
        is_result=True,
    )


_CHANGED: Final = (Message("The payment has changed since."), Message("Open it again and decide anew."))


def check_retry(row: Instruction, seen: Observation, earlier: Iterable[Instruction] = ()) -> None:
    """
    Whether a new click may send the same instruction again; raises `InputError`.

    Only when the record is still exactly what the dialog showed, and not older than what `earlier`
    instructions about the same payment are known to have done or to be about to do. Where the
    balance may rise, not before the next day in Korea.
    """
    if row.state not in RETRYABLE:
        raise InputError(Message("This is being dealt with already."))
    earlier = [other for other in earlier if other.id != row.id]
    if seen.subject != row.subject or not row.snapshot.equals(seen) or outstanding(earlier, seen):
        raise InputError(*_CHANGED)
    if any(is_behind(seen, other) for other in earlier):
        raise InputError(
            Message("The server still shows an older state of this payment."),
            Message("Wait a moment and open it again."),
        )
    if row.is_strict and row.attempt and not _is_later_day(row, seen):
        raise InputError(Message("This kind of payment can be tried again tomorrow."))


def _is_later_day(row: Instruction, seen: Observation) -> bool:
    since = row.quiet_from or row.snapshot.server_time
    if since is None or seen.server_time is None:
        return False
    return korean_day(seen.server_time) > korean_day(since)


def check_fresh(row: Instruction, earlier: Iterable[Instruction]) -> None:
    """
    Whether the dialog still shows what this journal knows; raises `InputError`.

    `earlier` may have grown since the dialog was drawn: another window may have given money back from
    the same display.
    """
    shown = Observation(
        subject=row.subject,
        server_time=row.snapshot.server_time,
        balance=row.snapshot.balance,
        entries=row.snapshot.entries,
    )
    if any(is_behind(shown, other) for other in earlier):
        raise InputError(*_CHANGED)


def abandon(row: Instruction, actor: str) -> Change:
    """Give up what was proven not to have happened; raises `InputError`."""
    if row.state not in RETRYABLE:
        raise InputError(Message("Only what has not been carried out can be given up."))
    return _decided(row, State.ABANDONED, actor=actor, event="abandoned", note="")


def decide(
    row: Instruction, state: State, *, actor: str, note: str, cancellation: str | None = None
) -> Change:
    """A person's decision where the record can be read in two ways; raises `InputError`."""
    if row.state is not State.HUMAN or state not in _DECISIONS:
        raise InputError(Message("There is nothing to decide here."))
    if not note.strip():
        raise InputError(Message("Say what the decision rests on."))
    return _decided(row, state, actor=actor, event="decided", note=note, cancellation=cancellation)


_DECISIONS: Final = frozenset({State.CONFIRMED_BY_HUMAN, State.EXTERNAL, State.ABANDONED})


def _decided(
    row: Instruction, state: State, *, actor: str, event: str, note: str, cancellation: str | None = None
) -> Change:
    return Change(
        row=msgspec.structs.replace(row, state=state, note=writable(note), cancellation=cancellation),
        was=row.state,
        number=row.attempt,
        event=event,
        actor=actor,
        is_result=True,
    )


def is_being_checked(row: Instruction) -> bool:
    """Whether the server is still to be asked about it."""
    return row.state in CHECKING
