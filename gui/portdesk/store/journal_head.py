"""The end of a journal's chain, kept in the key store, where an old copy of the file cannot reach."""

from __future__ import annotations

import asyncio
from typing import Final

import msgspec

from portdesk.domain.errors import KeyringMissingError
from portdesk.domain.ids import ShopId
from portdesk.store.journal import Journal
from portdesk.store.journal_check import Kept, Standing
from portdesk.store.journal_thread import JournalThread
from portdesk.store.secrets import Secrets

_NAME: Final = "journal"
PATIENCE: Final = 5.0
"""Seconds in which a key store has to answer; one that is locked may ask a person who is not there."""


class JournalHead:
    """One shop's head. Without a key store nothing is kept, and nothing can be proven."""

    def __init__(self, keys: Secrets, shop_id: ShopId) -> None:
        self._keys = keys
        self._shop_id = shop_id
        self.is_kept = False

    async def load(self) -> Kept | None:
        """What was kept last, `None` if nothing was or it cannot be read."""
        try:
            text = await self._keys.kept(self._shop_id, _NAME)
            self.is_kept = True
            return msgspec.json.decode(text, type=Kept) if text else None
        except KeyringMissingError:
            self.is_kept = False
        except msgspec.MsgspecError:
            pass
        return None

    async def follow(self, journal: JournalThread) -> None:
        """
        Keep how far the journal has come; raises `StoreUnusableError`.

        Not of one whose past is not proven: what it lost would be forgotten here too, and the next
        start would trust it.
        """
        if journal.standing is Standing.READY:
            await self.save(await journal.run(_kept))

    async def save(self, kept: Kept) -> None:
        """Keep a new head; a key store that refuses or does not answer costs the proof, not the work."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._keys.keep(self._shop_id, _NAME, msgspec.json.encode(kept).decode())
            self.is_kept = True
        except (KeyringMissingError, TimeoutError):
            self.is_kept = False


def _kept(journal: Journal) -> Kept:
    return journal.kept
