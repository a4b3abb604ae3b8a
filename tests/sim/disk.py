"""The product's own journal in a file, under the same accidents as the one in memory."""

from __future__ import annotations

import shutil
from pathlib import Path

from portdesk.ledger.instruction import Instruction
from portdesk.ledger.steps import Change, Committed
from portdesk.store.journal import Journal
from portdesk.store.journal_check import Kept, Standing


class DiskJournal:
    """What the key store keeps is here as the desk would have it: noted after each commit."""

    def __init__(self, template: Path, path: Path) -> None:
        path.parent.mkdir(parents=True)
        shutil.copyfile(template, path)
        self._path = path
        self._kept: Kept | None = None
        self._journal = self._opened()

    def _opened(self) -> Journal:
        journal = Journal.open(self._path, self._kept, clock=lambda: "")
        if self._kept is None:
            journal.accept("test")
        assert journal.standing is Standing.READY, journal.why
        return journal

    def apply(self, change: Change) -> Committed:
        return self._journal.apply(change)

    def body_sha256(self, op: str, attempt: int) -> str | None:
        found = [one for one in self._journal.attempts(op) if one.number == attempt]
        return found[0].body_sha256 if found else None

    def find(self, op: str) -> Instruction | None:
        return self._journal.find(op)

    def all(self) -> list[Instruction]:
        return self._journal.latest()[::-1]

    def checking(self) -> list[Instruction]:
        return self._journal.checking()

    def echoes(self, pg: str, length: int) -> bool:
        return self._journal.echoes(pg, length)

    def die(self) -> None:
        """The process is gone in the middle of whatever it did."""
        self._kept = self._journal.kept
        self._journal.close()

    def revive(self) -> None:
        """Every start walks the whole chain and every hash."""
        self._journal = self._opened()

    def close(self) -> None:
        self._journal.close()
