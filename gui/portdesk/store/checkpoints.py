"""How far the local copy reaches: which stretches of time were fetched, and where counts agreed."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from portdesk.domain.payments import PaymentStatus
from portdesk.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Every payment whose `status` came about between two Unix seconds, both inclusive."""

    status: PaymentStatus
    since: int
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The server's `total` of a stretch, and how many rows of it the copy `held` at that time."""

    stretch: Stretch
    checked_at: int
    total: int
    held: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What the rows of one answer prove, noted together with them or not at all."""

    covered: Stretch | None = None
    check: Check | None = None


class Checkpoints:
    """What a sync that was stopped needs in order to go on."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def coverage(self) -> list[Stretch]:
        """What has been fetched without a gap, as few stretches as possible."""
        return await self._database.read(_coverage)

    async def checks(self) -> list[Check]:
        """The last comparison of counts of each stretch."""
        return await self._database.read(_checks)

    async def note(self, checks: Sequence[Check]) -> None:
        """Keep these comparisons in the place of earlier ones that begin with the same second."""
        await self._database.write(_note, checks)


def _coverage(connection: sqlite3.Connection) -> list[Stretch]:
    rows = connection.execute("SELECT status, since, until FROM coverage ORDER BY status, since")
    return [Stretch(status=PaymentStatus(status), since=since, until=until) for status, since, until in rows]


def _checks(connection: sqlite3.Connection) -> list[Check]:
    rows = connection.execute("SELECT status, since, until, checked_at, total, held FROM checks")
    return [
        Check(
            stretch=Stretch(status=PaymentStatus(status), since=since, until=until),
            checked_at=checked_at,
            total=total,
            held=held,
        )
        for status, since, until, checked_at, total, held in rows
    ]


def note_proof(connection: sqlite3.Connection, proof: Proof) -> None:
    """Keep a proof in the transaction that is open; a stretch grows together with what touches it."""
    if proof.covered is not None:
        _cover(connection, proof.covered)
    if proof.check is not None:
        _note(connection, [proof.check])


def _cover(connection: sqlite3.Connection, new: Stretch) -> None:
    touching = (new.status, new.until + 1, new.since - 1)
    found = connection.execute(
        "SELECT since, until FROM coverage WHERE status = ? AND since <= ? AND until >= ?", touching
    ).fetchall()
    if any(since <= new.since and new.until <= until for since, until in found):
        return
    connection.execute("DELETE FROM coverage WHERE status = ? AND since <= ? AND until >= ?", touching)
    since = min(new.since, *(since for since, _ in found), new.since)
    until = max(new.until, *(until for _, until in found), new.until)
    connection.execute("INSERT INTO coverage VALUES (?, ?, ?)", (new.status, since, until))


def _note(connection: sqlite3.Connection, checks: Sequence[Check]) -> None:
    connection.executemany(
        "INSERT OR REPLACE INTO checks VALUES (?, ?, ?, ?, ?, ?)",
        [
            (
                check.stretch.status,
                check.stretch.since,
                check.stretch.until,
                check.checked_at,
                check.total,
                check.held,
            )
            for check in checks
        ],
    )
