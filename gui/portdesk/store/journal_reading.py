"""Reading the journal: instructions, their attempts and observations, the chain."""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeVar

import msgspec

from portdesk.ledger import audit
from portdesk.ledger.instruction import Instruction, Observation
from portdesk.ledger.states import OPEN
from portdesk.store.faults import DamageError, is_damage
from portdesk.store.journal_rows import (
    ATTEMPT_COLUMNS,
    COLUMN_LIST,
    AttemptRecord,
    audit_row_of,
    chain_of,
    instruction_of,
    seen_of,
)

T = TypeVar("T")

_UNREADABLE: Final = (msgspec.MsgspecError, DamageError, ValueError, TypeError, RecursionError)
_SELECT: Final = f"SELECT {COLUMN_LIST} FROM instructions "  # noqa: S608 - our own names
_LATEST: Final = "ORDER BY rowid DESC LIMIT ?"


class JournalReader(ABC):
    """What may be done with every journal that can be opened at all."""

    def __init__(self) -> None:
        self._connection: sqlite3.Connection | None = None

    def find(self, instruction_id: str) -> Instruction | None:
        """One instruction, or `None`."""
        return next(iter(self._instructions("WHERE id = ?", instruction_id)), None)

    def latest(self, most: int = 1000) -> list[Instruction]:
        """The newest instructions, newest first."""
        return self._instructions(_LATEST, most)

    def numbered(self, after: int = 0, most: int = 1000) -> list[tuple[int, Instruction]]:
        """Instructions with the numbers they keep, oldest first, from `after` on."""
        rows = self._live().execute(
            f"SELECT rowid, {COLUMN_LIST} FROM instructions WHERE rowid > ? ORDER BY rowid LIMIT ?",  # noqa: S608 - our own names
            (after, most),
        )
        return [(number, instruction_of(values)) for number, *values in rows]

    def open_rows(self) -> list[Instruction]:
        """Everything that is not settled, oldest first."""
        return self._in_states([state.value for state in OPEN])

    def checking(self) -> list[Instruction]:
        """What the server is still to be asked about, and what a crash left behind."""
        return self._in_states(["planned", "sending", "unknown", "refused"])

    def about(self, subject: str) -> list[Instruction]:
        """Everything ever decided about one payment or order, oldest first."""
        return self._instructions("WHERE subject = ? ORDER BY rowid", subject)

    def of_batch(self, batch: str) -> list[Instruction]:
        """The instructions of a bulk plan, by row."""
        return self._instructions('WHERE batch = ? ORDER BY "row", rowid', batch)

    def attempts(self, instruction_id: str) -> list[AttemptRecord]:
        """The requests of one instruction."""
        names = ", ".join(ATTEMPT_COLUMNS)
        return self._read(
            lambda row: AttemptRecord(**dict(zip(ATTEMPT_COLUMNS, row, strict=True))),
            f"SELECT {names} FROM attempts WHERE instruction = ? ORDER BY number",  # noqa: S608 - our own names
            instruction_id,
        )

    def observations(self, instruction_id: str) -> list[Observation]:
        """The readings that decided something about one instruction."""
        return self._read(
            lambda row: seen_of(row[0]),
            "SELECT seen FROM observations WHERE instruction = ? ORDER BY id",
            instruction_id,
        )

    def plans(self) -> list[tuple[str, str, str]]:
        """The bulk plans: id, plan, state; newest first."""
        return self._read(
            lambda row: (row[0], row[1], row[2]), 'SELECT id, "plan", state FROM plans ORDER BY rowid DESC'
        )

    def echoes(self, pg: str, length: int) -> bool:
        """Whether this provider has ever returned a reason of ours whole that was at least so long."""
        found = self._live().execute(
            "SELECT 1 FROM instructions WHERE pg = ? AND echoed >= ? AND echoed > 0 LIMIT 1", (pg, length)
        )
        return found.fetchone() is not None

    def audit_rows(self, after: int = 0, most: int = 1000) -> list[audit.Row]:
        """The audit chain from `after` on."""
        return self._read(
            audit_row_of,
            "SELECT height, at, actor, event, subject, detail, rows, hash FROM audit"
            " WHERE height > ? ORDER BY height LIMIT ?",
            after,
            most,
        )

    def audit_about(self, subject: str) -> list[audit.Row]:
        """What the audit chain has about one instruction, oldest first."""
        rows = self._live().execute(
            "SELECT height, at, actor, event, subject, detail, rows, hash FROM audit"
            " WHERE subject = ? ORDER BY height",
            (subject,),
        )
        return [audit_row_of(row) for row in rows]

    def chain(self) -> Iterator[audit.Row]:
        """The whole audit chain."""
        return chain_of(self._live())

    def select(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of another subject."""
        return self._live().execute(statement, values).fetchall()

    def _live(self) -> sqlite3.Connection:
        if self._connection is None:
            raise sqlite3.OperationalError("the journal cannot be read")
        return self._connection

    def _instructions(self, where: str, *values: object) -> list[Instruction]:
        return self._read(instruction_of, _SELECT + where, *values)

    def _read(self, convert: Callable[[Any], T], statement: str, *values: object) -> list[T]:
        """What `convert` makes of each row; of a journal that is closed to sending, as far as it goes."""
        connection = self._live()
        found = []
        try:
            for row in connection.execute(statement, values):
                try:
                    found.append(convert(row))
                except _UNREADABLE as error:
                    self._met_damage(error)
        except sqlite3.Error as error:
            if is_damage(error):
                self._met_damage(error)
            else:
                raise
        return found

    @abstractmethod
    def _met_damage(self, error: Exception) -> None:
        """A row cannot be read; raises `DamageError` where every row counts."""

    def _in_states(self, states: Sequence[str]) -> list[Instruction]:
        marks = ", ".join("?" * len(states))
        return self._instructions(f"WHERE state IN ({marks}) ORDER BY rowid", *states)
