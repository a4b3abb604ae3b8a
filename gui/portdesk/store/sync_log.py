"""The sync's notes, the latest ten thousand of them."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterator, Sequence
from typing import Any, Final

from portdesk.domain.messages import Message
from portdesk.domain.sync_log import SyncLogQuery, SyncNote, SyncNoteKind
from portdesk.domain.times import KST, from_unix, to_unix
from portdesk.store.database import Database

_KEPT: Final = 10_000


class SyncLogStore:
    """Notes in the order they were made; an id stays with its note."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, notes: Sequence[SyncNote]) -> None:
        """Keep `notes`; the oldest beyond the limit go."""
        await self._database.write(_add, notes)

    async def ids(self, query: SyncLogQuery) -> array[int]:
        """The ids that answer `query`, in its order."""
        return await self._database.read(_ids, query)

    async def rows(self, ids: Sequence[int]) -> list[SyncNote]:
        """The notes of these ids, in their order; a note that is gone is an empty one."""
        return await self._database.read(_rows, ids)


def _add(connection: sqlite3.Connection, notes: Sequence[SyncNote]) -> None:
    connection.executemany(
        "INSERT INTO sync_log (at, kind, rows, detail) VALUES (?, ?, ?, ?)",
        [(to_unix(note.at), note.kind.value, note.rows, _kept(note.detail)) for note in notes],
    )
    connection.execute("DELETE FROM sync_log WHERE id <= (SELECT max(id) FROM sync_log) - ?", (_KEPT,))


def _ids(connection: sqlite3.Connection, query: SyncLogQuery) -> array[int]:
    conditions, values = [], []
    for condition, bound in _conditions(query):
        conditions.append(condition)
        values += bound
    where = " AND ".join(conditions) or "1"
    order = "DESC" if query.descending else "ASC"
    question = f"SELECT id FROM sync_log WHERE {where} ORDER BY id {order}"  # noqa: S608 - our own words only
    rows = connection.execute(question, values)
    return array("q", [id_ for (id_,) in rows])


def _conditions(query: SyncLogQuery) -> Iterator[tuple[str, list[Any]]]:
    if query.since is not None:
        yield "at >= ?", [to_unix(query.since)]
    if query.until is not None:
        yield "at < ?", [to_unix(query.until)]
    if query.kinds:
        yield "kind IN (" + ",".join("?" * len(query.kinds)) + ")", [kind.value for kind in query.kinds]


def _rows(connection: sqlite3.Connection, ids: Sequence[int]) -> list[SyncNote]:
    found = {
        row[0]: row
        for row in connection.execute(
            "SELECT id, at, kind, rows, detail FROM sync_log WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
    }
    return [_note(found.get(id_, _GONE)) for id_ in ids]


def _note(row: tuple[int, int, str, int, str | None]) -> SyncNote:
    _, at, kind, rows, detail = row
    time = from_unix(at) or from_unix(1)
    assert time is not None  # noqa: S101 - one second after the epoch is a time
    return SyncNote(at=time.astimezone(KST), kind=SyncNoteKind(kind), rows=rows, detail=_said(detail))


_GONE: Final = (0, 1, SyncNoteKind.RECEIVED.value, 0, None)


def _kept(message: Message | None) -> str | None:
    if message is None:
        return None
    return json.dumps([message.id, {name: str(value) for name, value in message.args.items()}])


def _said(kept: str | None) -> Message | None:
    if kept is None:
        return None
    id_, args = json.loads(kept)
    return Message(id_, **args)
