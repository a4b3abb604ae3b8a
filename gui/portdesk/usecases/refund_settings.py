"""Changing what a shop has chosen about its refunds; the limit and the code are in the audit chain."""

from __future__ import annotations

import asyncio
import contextlib

import msgspec

from portdesk.domain.errors import StoreUnusableError
from portdesk.domain.messages import Message
from portdesk.domain.refund_settings import LARGEST_LIMIT, RefundSettings, clean_reasons
from portdesk.store.journal import Journal
from portdesk.store.journal_head import JournalHead
from portdesk.store.journal_thread import JournalThread
from portdesk.store.refund_settings import RefundSettingsFile


class RefundChoices:
    """The refund settings of one shop: what they are now, and keeping others."""

    def __init__(self, file: RefundSettingsFile, journal: JournalThread, head: JournalHead) -> None:
        self._file, self._journal, self._head = file, journal, head
        self._one_at_a_time = asyncio.Lock()
        self.settings = file.load()

    async def keep(self, settings: RefundSettings, actor: str) -> None:
        """
        Keep `settings` from now on; raises `StoreUnusableError`, and then nothing has changed.

        A limit that was raised has to be found later: it is written down before it holds.
        """
        reasons = None if settings.reasons is None else clean_reasons(settings.reasons)
        limit = min(max(settings.limit, 0), LARGEST_LIMIT)
        wanted = msgspec.structs.replace(settings, reasons=reasons, limit=limit)
        async with self._one_at_a_time:
            if (wanted.limit, wanted.with_code) != (self.settings.limit, self.settings.with_code):
                await self._write_down(wanted, actor)
            await self._save(msgspec.structs.replace(wanted, latest=self.settings.latest))

    async def note(self, reason: str) -> None:
        """Remember `reason` as the one given last; what cannot be remembered is no reason for an alarm."""
        async with self._one_at_a_time:
            with contextlib.suppress(StoreUnusableError):
                await self._save(self.settings.after(reason))

    async def _write_down(self, wanted: RefundSettings, actor: str) -> None:
        detail = {
            "limit": wanted.limit,
            "with_code": wanted.with_code,
            "limit_before": self.settings.limit,
            "with_code_before": self.settings.with_code,
        }
        if not await self._journal.run(Journal.record, "settings", actor, "refunds", detail):
            raise StoreUnusableError(
                Message("The settings were not changed: the change could not be written down."),
                Message("Check that the disk has room and that no other Portdesk is open."),
            )
        await self._head.follow(self._journal)

    async def _save(self, settings: RefundSettings) -> None:
        await asyncio.to_thread(self._file.save, settings)
        self.settings = settings
