"""Whether a journal is whole, unedited and the newest there was."""

from __future__ import annotations

import sqlite3
from enum import Enum
from pathlib import Path
from typing import Final

import msgspec

from portdesk.ledger.audit import Head, verify
from portdesk.store.faults import DamageError
from portdesk.store.journal_rows import chain_of, hashes_of
from portdesk.store.journal_schema import APPLICATION_ID, VERSION, own_shape, shape_of, version_of

_HEADER: Final = 100
AFTER_ANOTHER: Final = "copies"
"""In the first row: how many copies of an earlier journal lay beside this one when it was made."""


class Standing(Enum):
    """What a journal may be used for. Reading is always allowed as far as it can be read."""

    READY = "ready"
    """Whole, and no older than the head kept elsewhere."""
    UNPROVEN = "unproven"
    """Whole, but nothing is kept elsewhere: what is open has to be compared with the server first."""
    ROLLED_BACK = "rolled_back"
    """Older than it was, or another one: an old backup, an old machine image, a copied folder."""
    DAMAGED = "damaged"
    """Broken, or edited by somebody: closed to sending until it is restored."""
    NEWER = "newer"
    """Written by a newer program: read only."""
    IN_USE = "in_use"
    """Another program writes it: read only."""
    UNUSABLE = "unusable"
    """The machine does not let us read or write it."""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept outside the journal: whose it is, and how far it had come."""

    journal: str
    head: Head


def look_at_header(path: Path) -> Standing | None:
    """What the first bytes say without opening the file, so that a newer one keeps every byte."""
    with path.open("rb") as file:
        header = file.read(_HEADER)
    if not header.startswith(b"SQLite format 3\0") or len(header) < _HEADER:
        return Standing.DAMAGED
    if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        return Standing.DAMAGED
    return Standing.NEWER if int.from_bytes(header[60:64], "big") > VERSION else None


def check(connection: sqlite3.Connection, kept: Kept | None) -> tuple[Standing, str]:
    """Walk the whole journal; the words are for the log and name no content."""
    try:
        # The quick check passes over an index that lags behind its table, and rows are found by indexes.
        if connection.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
            return Standing.DAMAGED, "the file is broken"
        if shape_of(connection) != own_shape(max(0, version_of(connection))):
            return Standing.DAMAGED, "a table, an index or a trigger is another one"
        return _check_chain(connection, kept)
    except (sqlite3.Error, msgspec.MsgspecError, DamageError, TypeError, ValueError) as error:
        return Standing.DAMAGED, type(error).__name__


def _check_chain(connection: sqlite3.Connection, kept: Kept | None) -> tuple[Standing, str]:
    head, covered, gap = verify(chain_of(connection))
    if gap is not None:
        return Standing.DAMAGED, f"audit row {gap.height}: {gap.why}"
    if head.height == 0:
        return Standing.DAMAGED, "the chain is empty"
    left = dict(covered)
    for name, mark, is_true in hashes_of(connection):
        if not is_true or left.pop(name, None) != mark:
            return Standing.DAMAGED, f"{name.partition('/')[0]}: a row was changed"
    if left:
        return Standing.DAMAGED, f"{next(iter(left)).partition('/')[0]}: a row is gone"
    return _compare(connection, kept)


def _compare(connection: sqlite3.Connection, kept: Kept | None) -> tuple[Standing, str]:
    if _is_begun_anew(connection):
        return Standing.ROLLED_BACK, "begun anew beside copies of an earlier one"
    if kept is None:
        return Standing.UNPROVEN, "nothing is kept elsewhere"
    if journal_id(connection) != kept.journal:
        return Standing.ROLLED_BACK, "another journal"
    found = connection.execute("SELECT hash FROM audit WHERE height = ?", (kept.head.height,)).fetchone()
    if found is None:
        return Standing.ROLLED_BACK, "the end is missing"
    if found[0] != kept.head.hash:
        return Standing.ROLLED_BACK, "another history"
    return Standing.READY, ""


def _is_begun_anew(connection: sqlite3.Connection) -> bool:
    """Whether the first row tells of an earlier journal, and nobody has accepted its loss since."""
    (detail,) = connection.execute("SELECT detail FROM audit WHERE height = 1").fetchone()
    accepted = connection.execute("SELECT 1 FROM audit WHERE event = 'accepted' LIMIT 1").fetchone()
    return bool(msgspec.json.decode(detail).get(AFTER_ANOTHER)) and accepted is None


def journal_id(connection: sqlite3.Connection) -> str:
    """The name a journal was given when it was made."""
    (subject,) = connection.execute("SELECT subject FROM audit WHERE height = 1").fetchone()
    return str(subject)


def head_of(connection: sqlite3.Connection) -> Head:
    """The end of the chain."""
    found = connection.execute("SELECT height, hash FROM audit ORDER BY height DESC LIMIT 1").fetchone()
    return Head(*found) if found else Head()
