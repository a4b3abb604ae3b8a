"""Copies of the journal beside it: the newest fourteen, and putting one back."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import Final

from portdesk.store.folders import create_private, make_private
from portdesk.store.journal import Journal
from portdesk.store.journal_copies import folder_of, generations

GENERATIONS: Final = 14


def backup(journal: Journal) -> Path | None:
    """
    A copy of a sound journal as it is now, unless the newest copy is just that.

    `None` when none was made; a copy that cannot be made costs nothing but itself.
    """
    if not journal.may_write:
        return None
    folder = folder_of(journal.path)
    unfinished = folder / "unfinished"
    try:
        head = journal.kept.head
        made = folder / f"journal-{head.height:010d}-{head.hash[:8]}.db"
        if made.exists():
            return None
        make_private(folder)
        unfinished.unlink(missing_ok=True)
        journal.copy_to(unfinished)
        _sync(unfinished)
        unfinished.replace(made)
        others = [copy for copy in generations(journal.path) if copy != made]
        for old in others[GENERATIONS - 1 :]:
            old.unlink()
    except (sqlite3.Error, OSError):
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
        return None
    return made


def restore(path: Path, generation: Path) -> Path | None:
    """
    Put a copy in the place of the journal, which must be closed; raises `OSError`.

    What lay there is kept, with what a crash may have left beside it, and its place is returned. The
    restored journal is older than what the key store remembers, so it opens as rolled back and is
    compared with the server first.
    """
    aside = None
    if path.exists():
        aside = _free_name(path)
        path.replace(aside)
    for tail in ("-journal", "-wal", "-shm"):
        left = path.with_name(path.name + tail)
        if aside is not None and left.exists():
            left.replace(aside.with_name(aside.name + tail))
        left.unlink(missing_ok=True)
    beside = path.with_name(path.name + ".new")
    create_private(beside)
    beside.write_bytes(generation.read_bytes())
    _sync(beside)
    beside.replace(path)
    return aside


def _free_name(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.name}.aside-{number}")).exists():
        number += 1
    return aside


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
