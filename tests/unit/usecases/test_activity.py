"""What the bus tells becomes notes, changes of a page among changes of a page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from portdesk.domain.errors import StoreUnusableError
from portdesk.domain.events import (
    Bus,
    ConnectionChanged,
    PaymentsChanged,
    SyncFailed,
    SyncLogged,
    SyncPhase,
    SyncProgressed,
)
from portdesk.domain.ids import ImpUid
from portdesk.domain.messages import Message
from portdesk.domain.sync_log import SyncLogQuery, SyncNote, SyncNoteKind
from portdesk.domain.times import KST
from portdesk.store.database import Database
from portdesk.store.migrations import MIGRATIONS
from portdesk.store.sync_log import SyncLogStore
from portdesk.usecases.activity import SyncLog

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 21, 14, 2, tzinfo=KST)


@pytest.fixture
def bus() -> Bus:
    return Bus()


@pytest.fixture
async def log(bus: Bus, tmp_path: Path) -> AsyncIterator[SyncLog]:
    database = await Database.open(tmp_path / "cache.db", MIGRATIONS)
    yield SyncLog(SyncLogStore(database), bus, lambda: NOW)
    await database.close()


async def notes(log: SyncLog) -> list[SyncNote]:
    await log.flush()
    return await log.rows(await log.ids(SyncLogQuery(descending=False)))


def changed(*numbers: int) -> PaymentsChanged:
    return PaymentsChanged(frozenset(ImpUid(f"imp_{number}") for number in numbers))


async def test_changes_are_gathered_into_one_note(log: SyncLog, bus: Bus) -> None:
    told: list[object] = []
    bus.subscribe(SyncLogged, told.append)
    bus.publish(changed(1, 2))
    bus.publish(changed(3))

    assert await notes(log) == [SyncNote(at=NOW, kind=SyncNoteKind.RECEIVED, rows=3)]
    assert len(told) == 1


async def test_nothing_is_noted_when_nothing_happened(log: SyncLog, bus: Bus) -> None:
    told: list[object] = []
    bus.subscribe(SyncLogged, told.append)

    assert await notes(log) == []
    assert told == []


async def test_connection_failure_and_recovery(log: SyncLog, bus: Bus) -> None:
    error = StoreUnusableError(Message("There is no room left on the disk."))
    bus.publish(ConnectionChanged(is_connected=False, error=error))
    bus.publish(SyncFailed(error))
    bus.publish(ConnectionChanged(is_connected=True))

    kinds = [(note.kind, note.detail) for note in await notes(log)]
    assert kinds == [
        (SyncNoteKind.LOST, error.text),
        (SyncNoteKind.FAILED, error.text),
        (SyncNoteKind.CONNECTED, None),
    ]


async def test_a_server_that_answers_badly_is_a_failure_and_no_connection(log: SyncLog, bus: Bus) -> None:
    error = StoreUnusableError(Message("There is no room left on the disk."))
    bus.publish(ConnectionChanged(is_connected=True, error=error))
    bus.publish(SyncFailed(error))

    assert [note.kind for note in await notes(log)] == [SyncNoteKind.FAILED]


async def test_pause_and_completion_are_noted_once(log: SyncLog, bus: Bus) -> None:
    for phase, complete in (
        (SyncPhase.PAUSED, False),
        (SyncPhase.PAUSED, False),
        (SyncPhase.HISTORY, False),
        (SyncPhase.IDLE, True),
        (SyncPhase.IDLE, True),
    ):
        bus.publish(SyncProgressed(phase=phase, rows=7, is_complete=complete))

    kinds = [(note.kind, note.rows) for note in await notes(log)]
    assert kinds == [(SyncNoteKind.PAUSED, 0), (SyncNoteKind.RESUMED, 0), (SyncNoteKind.COMPLETE, 7)]
