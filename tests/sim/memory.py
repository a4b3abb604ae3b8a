"""A journal in memory that survives its desk, for histories that need to be fast."""

from __future__ import annotations

from portdesk.ledger.instruction import Instruction
from portdesk.ledger.states import CHECKING, MOVES, OPEN, State
from portdesk.ledger.steps import Change, Committed


class MemoryJournal:
    def __init__(self) -> None:
        self.rows: dict[str, Instruction] = {}
        self.bodies: dict[tuple[str, int], str] = {}
        self.echoed: dict[str, int] = {}

    def apply(self, change: Change) -> Committed:
        row = change.row
        now = self.rows.get(row.id)
        if (now.state, now.attempt) != (change.was, change.number) if now else change.was is not None:
            return Committed.NO
        if now and row.state not in MOVES[now.state]:
            raise AssertionError(f"{now.state} to {row.state}")
        if row.state in OPEN and not (now and now.state in OPEN) and self.has_open(row):
            return Committed.NO
        self.rows[row.id] = row
        if change.attempt:
            self.bodies[row.id, row.attempt] = change.attempt.body_sha256
        self.echoed[row.pg] = max(row.echoed, self.echoed.get(row.pg, 0))
        return Committed.YES

    def has_open(self, row: Instruction) -> bool:
        return any(other.subject == row.subject and other.state in OPEN for other in self.rows.values())

    def body_sha256(self, op: str, attempt: int) -> str | None:
        return self.bodies.get((op, attempt))

    def find(self, op: str) -> Instruction | None:
        return self.rows.get(op)

    def all(self) -> list[Instruction]:
        return list(self.rows.values())

    def checking(self) -> list[Instruction]:
        return [row for row in self.rows.values() if row.state in CHECKING or row.state is State.PLANNED]

    def echoes(self, pg: str, length: int) -> bool:
        return 0 < length <= self.echoed.get(pg, 0)

    def die(self) -> None:
        """What was committed stays."""

    def revive(self) -> None:
        """Nothing to read again."""
