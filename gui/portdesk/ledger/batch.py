"""Bulk plans: fixed before the first request, stopped by their limits, adding up at the end."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import Enum
from typing import Final, Literal

import msgspec

from portdesk.domain.errors import InputError
from portdesk.domain.messages import Message
from portdesk.ledger.audit import digest
from portdesk.ledger.instruction import Instruction
from portdesk.ledger.states import CHECKING, State

TOGETHER: Final = 2
"""Requests under way at once; never two for one payment."""


class PlanRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    One line of a plan: how much of which payment, and what was left of it in the dry run.

    `line` is its place in the list it came from. An account it needs is never written down.
    """

    subject: str
    amount: int
    balance: int
    reason: str = ""
    merchant_uid: str = ""
    line: int = 0
    tax_free: int | None = None
    vat_amount: int | None = None
    needs_account: bool = False
    pays_later: bool = False
    requester: Literal["", "customer", "admin"] = ""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What the owner allows one plan, in minor units and rows; `None` for no limit."""

    most_amount: int | None = None
    most_rows: int | None = None


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done, in one currency; written down before anything is sent and never changed."""

    id: str
    shop: str
    actor: str
    currency: str
    rows: tuple[PlanRow, ...]

    @property
    def total(self) -> int:
        """The sum of all rows."""
        return sum(row.amount for row in self.rows)

    @property
    def fingerprint(self) -> str:
        """What the typed confirmation stands for."""
        return digest(self)


def check_plan(plan: Plan, limits: Limits) -> None:
    """Raises `InputError` for a plan that may not start."""
    if not plan.rows:
        raise InputError(Message("There is nothing in this list."))
    subjects = [row.subject for row in plan.rows]
    if len(set(subjects)) != len(subjects) or not all(subjects):
        raise InputError(Message("A payment is in this list twice, or a row names none."))
    if any(not 0 < row.amount <= row.balance for row in plan.rows):
        raise InputError(Message("A row asks for nothing, or for more than what is left."))
    if limits.most_rows is not None and len(plan.rows) > limits.most_rows:
        raise InputError(Message("This shop allows {most} rows at once.", most=limits.most_rows))
    if limits.most_amount is not None and plan.total > limits.most_amount:
        raise InputError(Message("The total is above what this shop allows at once."))


class Breaker(msgspec.Struct, frozen=True, kw_only=True):
    """Stops a plan when something is wrong with more than one row."""

    unclear: int = 0
    refused: int = 0
    most_unclear: int = 3
    most_refused: int = 5

    def after(self, state: State) -> Breaker:
        """Counts how requests end; a success begins anew."""
        if state is State.CONFIRMED:
            return msgspec.structs.replace(self, unclear=0, refused=0)
        if state is State.REFUSED:
            return msgspec.structs.replace(self, unclear=0, refused=self.refused + 1)
        return msgspec.structs.replace(self, unclear=self.unclear + 1, refused=0)

    @property
    def is_open(self) -> bool:
        """Whether nothing new may start."""
        return self.unclear >= self.most_unclear or self.refused >= self.most_refused


class Next(Enum):
    """What a plan is to do now, when it starts nothing."""

    WAIT = "wait"
    """Something is under way, or still being checked."""
    PAUSED = "paused"
    """A click goes on."""
    FINISHED = "finished"


def next_rows(
    plan: Plan,
    done: Mapping[int, Instruction],
    *,
    breaker: Breaker,
    under_way: Collection[int] = (),
    skipped: Collection[int] = (),
    is_paused: bool = False,
    is_fresh: bool = False,
) -> tuple[int, ...] | Next:
    """
    Which rows start now.

    `done` is what the journal holds of each row. `is_fresh` says that this run has just begun, or goes
    on after a stop: then whatever is being checked is settled before anything is sent. Rows that a
    crash or a lost line left behind are not sent again by themselves.
    """
    waiting = [n for n in range(len(plan.rows)) if n not in done and n not in skipped and n not in under_way]
    checked = {n for n, row in done.items() if row.state in CHECKING or row.state is State.PLANNED}
    if not waiting:
        return Next.WAIT if under_way or checked else Next.FINISHED
    if is_paused or breaker.is_open:
        return Next.WAIT if under_way else Next.PAUSED
    if is_fresh and checked:
        return Next.WAIT
    room = TOGETHER - len(under_way)
    return tuple(waiting[:room]) if room > 0 else Next.WAIT


class Part(Enum):
    """Every way a row can stand; each row is in exactly one."""

    CONFIRMED = "confirmed"
    CONFIRMED_BY_HUMAN = "confirmed_by_human"
    EXTERNAL = "external"
    REFUSED = "refused"
    NOT_APPLIED = "not_applied"
    NOT_SENT = "not_sent"
    ABANDONED = "abandoned"
    CHECKING = "checking"
    HUMAN = "human"
    NOT_STARTED = "not_started"


PARTS: Final[Mapping[State, Part]] = {
    State.CONFIRMED: Part.CONFIRMED,
    State.CONFIRMED_BY_HUMAN: Part.CONFIRMED_BY_HUMAN,
    State.EXTERNAL: Part.EXTERNAL,
    State.REJECTED: Part.REFUSED,
    State.NOT_APPLIED: Part.NOT_APPLIED,
    State.NOT_SENT: Part.NOT_SENT,
    State.ABANDONED: Part.ABANDONED,
    State.PLANNED: Part.CHECKING,
    State.SENDING: Part.CHECKING,
    State.UNKNOWN: Part.CHECKING,
    State.REFUSED: Part.CHECKING,
    State.HUMAN: Part.HUMAN,
}


class Sum(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows and how much money stand in one part."""

    rows: int = 0
    amount: int = 0


def report(plan: Plan, done: Mapping[int, Instruction]) -> Mapping[Part, Sum]:
    """The plan in its parts, which add up to it in rows and in money."""
    sums = dict.fromkeys(Part, Sum())
    for number, row in enumerate(plan.rows):
        now = done.get(number)
        part = PARTS[now.state] if now else Part.NOT_STARTED
        before = sums[part]
        sums[part] = Sum(rows=before.rows + 1, amount=before.amount + row.amount)
    return sums


def latest_by_row(rows: Sequence[Instruction]) -> Mapping[int, Instruction]:
    """The last instruction of each row, given in the order they were made."""
    return {row.row: row for row in rows if row.row is not None}
