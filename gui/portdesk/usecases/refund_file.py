"""The file of one refund: everything the journal has about it, in the order it happened."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from portdesk.domain.messages import Message
from portdesk.ledger import audit
from portdesk.ledger.instruction import Entry, Instruction, Observation, difference
from portdesk.store.journal import Journal
from portdesk.store.journal_rows import AttemptRecord
from portdesk.store.journal_thread import JournalThread


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request: why there was one, by whom, and how it ended; `answer` is empty if nobody knows."""

    number: int
    actor: str
    cause: str
    body_sha256: str
    answer: str = ""
    detail: str = ""
    server_message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFile:
    """One instruction with its requests, the readings that decided, and the rows of the audit chain."""

    row: Instruction
    requests: tuple[Request, ...] = ()
    seen: tuple[Observation, ...] = ()
    events: tuple[audit.Row, ...] = ()

    @property
    def server_message(self) -> str:
        """What the server said last, in its own words; empty if it gave no reason."""
        return next((one.server_message for one in reversed(self.requests) if one.server_message), "")


@dataclass(frozen=True, slots=True)
class Evidence:
    """
    The server's record when it was confirmed and now, and what came and went between.

    `expected` is the balance if all had been carried out and nothing else.
    """

    before: int
    now: int
    expected: int
    new: tuple[Entry, ...]
    gone: tuple[Entry, ...]


def evidence(row: Instruction, seen: Observation) -> Evidence:
    """What speaks for and against `row` in a reading."""
    new, gone = difference(seen.entries, row.snapshot.entries)
    return Evidence(row.snapshot.balance, seen.balance, row.snapshot.balance - row.amount, new, gone)


class Lean(Enum):
    """Which way the record leans; a person decides."""

    NOTHING = Message("The record is as it was before: nothing in it speaks for a refund.")
    EQUAL = Message("The record has a refund of this very amount, but it does not carry our code.")
    NAMED = Message("The record carries our code.")
    OTHER = Message("The record has changed, but not by this amount.")


def leaning(row: Instruction, found: Evidence) -> Lean:
    """What the evidence amounts to, in one sentence."""
    if any(row.code and entry.code == row.code for entry in found.new):
        return Lean.NAMED
    if any(entry.amount == row.amount and entry.code is None for entry in found.new):
        return Lean.EQUAL
    return Lean.OTHER if found.new or found.gone or found.now != found.before else Lean.NOTHING


class RefundFiles:
    """Reads the journal's file of a refund; asks no server."""

    def __init__(self, journal: JournalThread) -> None:
        self._journal = journal

    async def read(self, instruction_id: str) -> RefundFile | None:
        """Everything about one instruction; raises `StoreUnusableError`."""
        return await self._journal.run(_read, instruction_id)


def _read(journal: Journal, instruction_id: str) -> RefundFile | None:
    row = journal.find(instruction_id)
    if row is None:
        return None
    return RefundFile(
        row=row,
        requests=tuple(map(_request, journal.attempts(instruction_id))),
        seen=tuple(journal.observations(instruction_id)),
        events=tuple(journal.audit_about(instruction_id)),
    )


def _request(record: AttemptRecord) -> Request:
    answer, _, detail = (record.answer or "").partition(" ")
    return Request(
        number=record.number,
        actor=record.actor,
        cause=record.cause,
        body_sha256=record.body_sha256,
        answer=answer,
        detail=detail,
        server_message=record.server_message or "",
    )
