"""The journal in a thread of its own, so that waiting for the disk never holds the screen."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from portdesk.domain.errors import StoreUnusableError
from portdesk.domain.messages import Message
from portdesk.ledger.steps import Change, Committed
from portdesk.store.faults import DamageError, as_machine_fault
from portdesk.store.journal import Journal
from portdesk.store.journal_check import Kept, Standing

T = TypeVar("T")
P = ParamSpec("P")


class JournalThread:
    """
    Runs functions on the journal, one after the other.

    A task that stops waiting does not stop what it asked for: a commit that has begun is finished.
    """

    def __init__(self, journal: Journal, worker: ThreadPoolExecutor) -> None:
        self._journal = journal
        self._worker = worker
        self._is_closed = False

    @classmethod
    async def open(cls, path: Path, kept: Kept | None = None) -> JournalThread:
        """Open the journal; `standing` tells what came of it."""
        worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")
        loop = asyncio.get_running_loop()
        return cls(await loop.run_in_executor(worker, Journal.open, path, kept), worker)

    @property
    def standing(self) -> Standing:
        """What it may be used for."""
        return self._journal.standing

    @property
    def may_write(self) -> bool:
        """Whether results of what is open may be written."""
        return self._journal.may_write

    @property
    def may_send(self) -> bool:
        """Whether new requests may leave."""
        return self._journal.may_send

    async def run(
        self, function: Callable[Concatenate[Journal, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `function` on the journal; raises `StoreUnusableError`."""
        if self._is_closed:
            raise StoreUnusableError(Message("The record of refunds is closed."))
        loop = asyncio.get_running_loop()
        work = partial(function, self._journal, *args, **kwargs)
        fault: StoreUnusableError | None
        try:
            return await asyncio.shield(loop.run_in_executor(self._worker, work))
        except (sqlite3.Error, DamageError) as error:
            fault = as_machine_fault(error) if isinstance(error, sqlite3.Error) else None
        raise fault or StoreUnusableError(
            Message("The record of refunds is damaged."), Message("Restore it from one of its copies.")
        )

    async def apply(self, change: Change) -> Committed:
        """One conditional commit."""
        return await self.run(Journal.apply, change)

    async def close(self) -> None:
        """Finish what was asked for, then let go of the file."""
        if self._is_closed:
            return
        self._is_closed = True
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._worker, self._journal.close)
        self._worker.shutdown()
