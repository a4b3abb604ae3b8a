"""What the program did by itself: the sync's notes, made from the bus."""

from __future__ import annotations

import asyncio
import contextlib
from array import array
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final

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
from portdesk.domain.messages import Message
from portdesk.domain.sync_log import SyncLogQuery, SyncNote, SyncNoteKind
from portdesk.store.sync_log import SyncLogStore

_GATHERED: Final = 2.0
"""Seconds of changes that make one note."""


class SyncLog:
    """Listens to the bus and keeps notes; lists ask it for them."""

    def __init__(self, store: SyncLogStore, bus: Bus, now: Callable[[], datetime]) -> None:
        self._store = store
        self._bus = bus
        self._now = now
        self._waiting: list[SyncNote] = []
        self._changed = 0
        self._phase: SyncPhase | None = None
        self._was_complete = False
        self._something = asyncio.Event()
        bus.subscribe(PaymentsChanged, self._on_payments_changed)
        bus.subscribe(SyncProgressed, self._on_progressed)
        bus.subscribe(SyncFailed, self._on_failed)
        bus.subscribe(ConnectionChanged, self._on_connection_changed)

    def ids(self, query: SyncLogQuery) -> Awaitable[array[int]]:
        """The ids that answer `query`, in its order."""
        return self._store.ids(query)

    def rows(self, ids: Sequence[int]) -> Awaitable[list[SyncNote]]:
        """The notes of these ids, in their order."""
        return self._store.rows(ids)

    async def run(self) -> None:
        """Keep notes until cancelled."""
        while True:
            await self._something.wait()
            self._something.clear()
            await asyncio.sleep(_GATHERED)
            with contextlib.suppress(StoreUnusableError):  # a note is not worth ending the sync for
                await self.flush()

    async def flush(self) -> None:
        """Keep what has been noted so far."""
        notes, self._waiting = self._waiting, []
        if self._changed:
            notes.append(self._note(SyncNoteKind.RECEIVED, rows=self._changed))
            self._changed = 0
        if notes:
            await self._store.add(notes)
            self._bus.publish(SyncLogged())

    def _on_payments_changed(self, event: PaymentsChanged) -> None:
        self._changed += len(event.imp_uids)
        self._something.set()

    def _on_progressed(self, event: SyncProgressed) -> None:
        if event.phase is SyncPhase.PAUSED and self._phase is not SyncPhase.PAUSED:
            self._keep(SyncNoteKind.PAUSED)
        elif self._phase is SyncPhase.PAUSED and event.phase is not SyncPhase.PAUSED:
            self._keep(SyncNoteKind.RESUMED)
        if event.is_complete and not self._was_complete:
            self._keep(SyncNoteKind.COMPLETE, rows=event.rows)
        self._phase, self._was_complete = event.phase, event.is_complete

    def _on_failed(self, event: SyncFailed) -> None:
        self._keep(SyncNoteKind.FAILED, detail=event.error.text)

    def _on_connection_changed(self, event: ConnectionChanged) -> None:
        if not event.is_connected:
            self._keep(SyncNoteKind.LOST, detail=event.error.text if event.error else None)
        elif event.error is None:  # else it answers, but not as it should: the round that fails says so
            self._keep(SyncNoteKind.CONNECTED)

    def _keep(self, kind: SyncNoteKind, *, rows: int = 0, detail: Message | None = None) -> None:
        self._waiting.append(self._note(kind, rows=rows, detail=detail))
        self._something.set()

    def _note(self, kind: SyncNoteKind, *, rows: int = 0, detail: Message | None = None) -> SyncNote:
        return SyncNote(at=self._now(), kind=kind, rows=rows, detail=detail)
