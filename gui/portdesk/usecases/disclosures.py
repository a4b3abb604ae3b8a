"""Exports and reveals of personal data, written into the audit chain: who, when, what, how much, why."""

from __future__ import annotations

import getpass
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from portdesk.domain.errors import InputError, StoreUnusableError
from portdesk.domain.messages import Message
from portdesk.domain.plain import visible
from portdesk.store.journal import Journal
from portdesk.store.journal_check import Standing
from portdesk.store.journal_head import JournalHead
from portdesk.store.journal_thread import JournalThread

logger = logging.getLogger(__name__)

LONGEST_REASON: Final = 200

_WHY_NOT: Final[Mapping[Standing, Message]] = {
    Standing.IN_USE: Message("Another Portdesk holds the record. Do it there, or close it first."),
    Standing.NEWER: Message("The record was written by a newer Portdesk. Update this one first."),
    Standing.DAMAGED: Message("The record is damaged. Restore it from one of its copies first."),
}
_UNUSABLE: Final = Message("Check that the disk has room and that you may write to the data folder.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """
    Rows of one list that leave it, and which of their fields are personal and not masked.

    `form` is the kind of file, empty for the screen. None of the data is in it.
    """

    what: str
    rows: int
    columns: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    form: str = ""
    why: str = ""

    @property
    def detail(self) -> Mapping[str, Any]:
        """What the audit chain keeps of it."""
        told = {"rows": self.rows, "personal": list(self.personal), "why": visible(self.why, LONGEST_REASON)}
        if self.form:
            told |= {"form": self.form, "columns": list(self.columns)}
        return told


class Disclosures:
    """
    The record of what left the program, kept by one shop's journal.

    A journal that cannot be written locks no reading: masked exports go on and so does the screen, and
    both say that nothing was written down. Only a file with unmasked personal data needs its entry.
    """

    def __init__(self, journal: JournalThread, head: JournalHead, actor: str) -> None:
        self._journal = journal
        self._head = head
        self._actor = actor

    @property
    def obstacle(self) -> Message | None:
        """What has to be done before anything can be written down; `None` if it can be now."""
        if self._journal.may_write:
            return None
        return _WHY_NOT.get(self._journal.standing, _UNUSABLE)

    async def export(self, disclosure: Disclosure) -> bool:
        """
        Write an export down before its first row; whether that was done.

        Raises `InputError` for unmasked personal data without a reason, `StoreUnusableError` when
        such an export cannot be written down: it must not be made then.
        """
        if disclosure.personal and not disclosure.why.strip():
            raise InputError(Message("Say why the personal data is needed."))
        if await self._write("exported", disclosure):
            return True
        if disclosure.personal:
            raise StoreUnusableError(
                Message("Nothing was exported: an export with personal data has to be written down first."),
                self.obstacle or _UNUSABLE,
            )
        return False

    async def stopped(self, disclosure: Disclosure) -> None:
        """Add that an export which was written down has left no file."""
        await self._write("export_stopped", disclosure)

    async def reveal(self, disclosure: Disclosure) -> bool:
        """Write down that masked personal data is shown from now on; whether that was done."""
        if not disclosure.why.strip():
            raise InputError(Message("Say why the personal data is needed."))
        return await self._write("revealed", disclosure)

    async def _write(self, event: str, disclosure: Disclosure) -> bool:
        try:
            done = await self._journal.run(
                Journal.record, event, self._actor, disclosure.what, disclosure.detail
            )
            if done:
                await self._head.follow(self._journal)
        except StoreUnusableError:
            done = False
        if not done:
            logger.warning("a disclosure could not be written down", extra={"event": event})
        return done


def operator_name() -> str:
    """Who sits here, as the operating system knows them."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"
