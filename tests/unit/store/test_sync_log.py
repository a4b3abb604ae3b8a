"""The sync's notes come back as they were made, in the order asked for, and never grow without end."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from portdesk.domain.messages import Message
from portdesk.domain.sync_log import SyncLogQuery, SyncNote, SyncNoteKind
from portdesk.domain.times import KST
from portdesk.store import sync_log
from portdesk.store.database import Database
from portdesk.store.sync_log import SyncLogStore

pytestmark = pytest.mark.anyio

AT = datetime(2026, 11, 21, 14, 2, tzinfo=KST)
NOTES = [
    SyncNote(at=AT, kind=SyncNoteKind.CONNECTED),
    SyncNote(at=AT + timedelta(minutes=1), kind=SyncNoteKind.RECEIVED, rows=100),
    SyncNote(
        at=AT + timedelta(minutes=2),
        kind=SyncNoteKind.FAILED,
        detail=Message("The data folder cannot be used ({reason}).", reason="{x} <b>"),
    ),
]


@pytest.fixture
def log(database: Database) -> SyncLogStore:
    return SyncLogStore(database)


async def found(log: SyncLogStore, **query: object) -> list[SyncNote]:
    return await log.rows(await log.ids(SyncLogQuery(**query)))  # type: ignore[arg-type] # as SyncLogQuery takes them


async def test_notes_come_back_newest_first(log: SyncLogStore) -> None:
    await log.add(NOTES)

    assert await found(log) == NOTES[::-1]
    assert await found(log, descending=False) == NOTES


async def test_kinds_and_times_narrow_them_down(log: SyncLogStore) -> None:
    await log.add(NOTES)

    assert await found(log, kinds=frozenset({SyncNoteKind.FAILED, SyncNoteKind.CONNECTED})) == [
        NOTES[2],
        NOTES[0],
    ]
    assert await found(log, since=NOTES[1].at, until=NOTES[2].at) == [NOTES[1]]


async def test_the_oldest_go(log: SyncLogStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_log, "_KEPT", 2)
    await log.add(NOTES)

    assert await found(log) == [NOTES[2], NOTES[1]]


async def test_a_note_that_is_gone_leaves_an_empty_one(log: SyncLogStore) -> None:
    (gone,) = await log.rows([77])

    assert gone.rows == 0
    assert gone.detail is None
