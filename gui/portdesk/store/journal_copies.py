"""Where the copies of a journal lie, newest first."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_PATTERN: Final = "journal-*.db"


def folder_of(path: Path) -> Path:
    """Where the copies of the journal at `path` lie."""
    return path.parent / "backups"


def generations(path: Path) -> list[Path]:
    """
    The copies of the journal at `path`, newest first.

    By the time they were made: after an older one was put back, the rows are counted from a lower number.
    """
    return sorted(
        folder_of(path).glob(_PATTERN), key=lambda copy: (copy.stat().st_mtime_ns, copy), reverse=True
    )
