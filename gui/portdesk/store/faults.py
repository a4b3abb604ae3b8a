"""What SQLite's errors mean for a person: damage, a full disk, a locked file."""

from __future__ import annotations

import sqlite3
from typing import Final

from portdesk.domain.errors import StoreUnusableError
from portdesk.domain.messages import Message

_BROKEN: Final = (
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_FORMAT,
    sqlite3.SQLITE_CONSTRAINT,
    sqlite3.SQLITE_MISMATCH,
)
_BROKEN_WORDS: Final = ("Could not decode to UTF-8", "no such ", "malformed", "has no column")


class DamageError(Exception):
    """The file holds what the program cannot have written."""


def is_damage(error: BaseException) -> bool:
    """
    Whether `error` says that the file itself is broken.

    Flipped bytes show in many ways: text that is no UTF-8, a column whose name has changed, an
    index that no longer knows its row, so that a constraint fails which the program never breaks.
    """
    if isinstance(error, DamageError | UnicodeDecodeError):
        return True
    if not isinstance(error, sqlite3.DatabaseError):
        return False
    return _primary(error) in _BROKEN or any(words in str(error) for words in _BROKEN_WORDS)


def name_of(error: BaseException) -> str:
    """What kind of error it was, without the data that its text may quote."""
    return getattr(error, "sqlite_errorname", None) or type(error).__name__


def as_machine_fault(error: sqlite3.Error | OSError) -> StoreUnusableError | None:
    """`error` in words for people, or `None` if it is a bug and no fault of the machine."""
    if isinstance(error, OSError):
        return StoreUnusableError(
            Message("The local copy cannot be opened ({reason}).", reason=error.strerror or "?"),
            Message("Check that the data folder exists and that you may write there."),
        )
    words = {
        sqlite3.SQLITE_FULL: _disk_full,
        sqlite3.SQLITE_BUSY: _in_use,
        sqlite3.SQLITE_LOCKED: _in_use,
        sqlite3.SQLITE_PROTOCOL: _in_use,
        sqlite3.SQLITE_READONLY: _not_writable,
        sqlite3.SQLITE_PERM: _not_writable,
        sqlite3.SQLITE_AUTH: _not_writable,
        sqlite3.SQLITE_CANTOPEN: _not_writable,
        sqlite3.SQLITE_IOERR: _disk_fault,
        sqlite3.SQLITE_NOMEM: _no_memory,
    }.get(_primary(error))
    return words() if words else None


def _primary(error: sqlite3.Error) -> int:
    code = getattr(error, "sqlite_errorcode", None)
    return code & 0xFF if isinstance(code, int) else 0


def _disk_full() -> StoreUnusableError:
    return StoreUnusableError(
        Message("There is no room left on the disk."),
        Message("Free some space; the local copy goes on by itself."),
    )


def _in_use() -> StoreUnusableError:
    return StoreUnusableError(
        Message("Another program holds the local copy."),
        Message("Close the other program, for instance a backup or a second Portdesk."),
    )


def _not_writable() -> StoreUnusableError:
    return StoreUnusableError(
        Message("The local copy cannot be written."),
        Message("Check that you may write to the data folder and that the disk is not read-only."),
    )


def _disk_fault() -> StoreUnusableError:
    return StoreUnusableError(
        Message("The disk refused to read or write the local copy."),
        Message("Check that the disk is connected and sound."),
    )


def _no_memory() -> StoreUnusableError:
    return StoreUnusableError(
        Message("There is not enough memory for the local copy."),
        Message("Close other programs and try again."),
    )
