"""
The search index: one document for each payment, in the order of time.

A document's number is the payment's `place`. Places grow with time: the upper bits are a span of nine
hours, the lower bits count within it. So the newest hits come out of the index first, and numbers
stay small. Where a span is full its payments spill into later ones, never into earlier ones. A
payment that changes gets a new place, and one without a place is not in the index yet.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from portdesk.domain.right_of_way import SCREEN
from portdesk.store.grams import INDEXED, document

SPAN_BITS: Final = 15
"""A span is this power of two in seconds."""
SLOT_BITS: Final = 13
"""A span has room for this power of two of payments."""
EVERYWHERE: Final = (0, 2**62)
"""The lowest and the highest place there can be."""

_SLOTS: Final = 1 << SLOT_BITS
_MERGED: Final = 64
"""Pages of the index that are merged at once."""
_WRITE: Final = "INSERT INTO payment_search (rowid, payment_search, tokens) VALUES (?, ?, ?)"
_AMOUNT: Final = INDEXED.index("amount")
_SELECT: Final = ("SELECT id, place,", ",".join(INDEXED), "FROM payments")
_OF_IDS: Final = " ".join((*_SELECT, "WHERE id IN (SELECT value FROM json_each(?))"))
_BETWEEN: Final = "SELECT 1 FROM payments INDEXED BY payments_by_place WHERE place BETWEEN ? AND ?"
_UNPLACED: Final = " ".join((*_SELECT, "WHERE place IS NULL ORDER BY occurred_at DESC LIMIT ?"))

Change = tuple[int, str | None, str]
"""A place, `delete` where a document leaves it, and the document."""


class Entry(NamedTuple):
    """A payment as the index knows it."""

    id: int
    place: int | None
    occurred_at: int | None
    amount: int | None
    document: str


def first_place(at: int | None) -> int:
    """The lowest place of the span of a Unix second; without a time, the lowest of all."""
    return 0 if at is None else (at >> SPAN_BITS) << SLOT_BITS


def highest_place(before: int, spilled: int) -> int:
    """No payment that happened before this Unix second is above this place."""
    return first_place(before) + _SLOTS + spilled


def last_second(place: int) -> int:
    """No payment at this place or a lower one happened after this Unix second."""
    return (((place >> SLOT_BITS) + 1) << SPAN_BITS) - 1


def first_second(place: int, spilled: int) -> int:
    """No payment at this place or a higher one happened before this Unix second."""
    return (max(place - spilled, 0) >> SLOT_BITS) << SPAN_BITS


def spilled_by(connection: sqlite3.Connection) -> int:
    """By how many places the worst spill missed its span."""
    (places,) = connection.execute("SELECT spilled FROM search_state").fetchone()
    return int(places)


def is_complete(connection: sqlite3.Connection) -> bool:
    """Whether every payment is in the index."""
    return connection.execute("SELECT 1 FROM payments WHERE place IS NULL LIMIT 1").fetchone() is None


def count(connection: sqlite3.Connection, places: tuple[int, int], most: int) -> int:
    """How many payments are at these places, the first and the last included, counted up to `most`."""
    words = ("SELECT count(*) FROM (", _BETWEEN, "LIMIT ?)")
    (number,) = connection.execute(" ".join(words), (*places, most)).fetchone()
    return int(number)


def highest_id(connection: sqlite3.Connection) -> int:
    """Nearly the number of all payments, without counting."""
    (id_,) = connection.execute("SELECT coalesce(max(id), 0) FROM payments").fetchone()
    return int(id_)


def amounts(
    connection: sqlite3.Connection, conditions: Sequence[str], values: Sequence[int], *, is_descending: bool
) -> list[int]:
    """Every amount a payment has or had that meets all conditions, as stored, in order."""
    where = " AND ".join(conditions) or "true"
    words = ("SELECT amount FROM search_amounts WHERE", where, "ORDER BY amount")
    found = [amount for (amount,) in connection.execute(" ".join(words), values)]
    return found[::-1] if is_descending else found


def take_places(connection: sqlite3.Connection, times: Iterable[int | None]) -> list[int]:
    """A free place for each of these times."""
    free: dict[int, int] = {}
    places: list[int] = []
    worst = 0
    for at in times:
        span = wanted = first_place(at)
        while True:
            if span not in free:
                free[span] = _free_in(connection, span)
            if free[span] < span + _SLOTS:
                break
            span += _SLOTS
        places.append(free[span])
        free[span] += 1
        worst = max(worst, span - wanted)
    if worst:
        connection.execute("UPDATE search_state SET spilled = max(spilled, ?)", (worst,))
    return places


def add(connection: sqlite3.Connection, places: Sequence[int], values: Iterable[Sequence[Any]]) -> None:
    """Put payments in, given by their places and the values of `INDEXED`."""
    rows = list(values)
    _note_amounts(connection, (row[_AMOUNT] for row in rows))
    entries = zip(places, SCREEN.giving(rows), strict=True)
    _write(connection, [(place, None, document(row)) for place, row in entries])


@contextlib.contextmanager
def following(connection: sqlite3.Connection, ids: Sequence[int]) -> Iterator[None]:
    """Bring the index up to what the body does to the rows of these ids; those not in it stay out."""
    wanted = msgspec.json.encode(ids).decode()
    before = {entry.id: entry for entry in _entries(connection.execute(_OF_IDS, (wanted,)))}
    yield
    after = _entries(connection.execute(_OF_IDS, (wanted,)))
    _replace(connection, [(before[entry.id], entry) for entry in after])


def build(connection: sqlite3.Connection, limit: int) -> bool:
    """Take in up to `limit` payments that are not in the index yet, the newest first; whether there were."""
    entries = list(_entries(connection.execute(_UNPLACED, (limit,))))
    places = take_places(connection, (entry.occurred_at for entry in entries))
    _place(connection, entries, places)
    _write(connection, [(place, None, entry.document) for place, entry in zip(places, entries, strict=True)])
    return bool(entries)


def merge_some(connection: sqlite3.Connection) -> bool:
    """
    Merge a little of what was written since, about a hundredth of a second; whether there may be more.

    Every transaction leaves the index a part of its own, and a question asks them all.
    """
    before = connection.total_changes
    connection.execute("INSERT INTO payment_search (payment_search, rank) VALUES ('merge', ?)", (_MERGED,))
    # The command itself counts as one change.
    return connection.total_changes - before > 1


def _free_in(connection: sqlite3.Connection, span: int) -> int:
    (taken,) = connection.execute(
        "SELECT max(place) FROM payments WHERE place >= ? AND place < ?", (span, span + _SLOTS)
    ).fetchone()
    return span if taken is None else int(taken) + 1


def _entries(cursor: sqlite3.Cursor) -> Iterator[Entry]:
    for id_, place, *values in SCREEN.giving(cursor):
        yield Entry(id_, place, values[0], values[_AMOUNT], document(values))


def _replace(connection: sqlite3.Connection, pairs: Iterable[tuple[Entry, Entry]]) -> None:
    left: list[Change] = []
    moved = []
    for old, new in pairs:
        if old.place is not None and (old.document != new.document or _span_of(old) != _span_of(new)):
            left.append((old.place, "delete", old.document))
            moved.append(new)
    places = take_places(connection, (entry.occurred_at for entry in moved))
    _place(connection, moved, places)
    _write(connection, left + [(place, None, new.document) for place, new in zip(places, moved, strict=True)])


def _span_of(entry: Entry) -> int:
    """Where its place begins to count; a document knows the day alone, which has several spans."""
    return first_place(entry.occurred_at)


def _note_amounts(connection: sqlite3.Connection, amounts: Iterable[int | None]) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO search_amounts VALUES (?)",
        [(amount,) for amount in set(amounts) if amount is not None],
    )


def _place(connection: sqlite3.Connection, entries: Sequence[Entry], places: Sequence[int]) -> None:
    _note_amounts(connection, (entry.amount for entry in entries))
    connection.executemany(
        "UPDATE payments SET place = ? WHERE id = ?",
        [(place, entry.id) for place, entry in zip(places, entries, strict=True)],
    )


def _write(connection: sqlite3.Connection, changes: list[Change]) -> None:
    # FTS5 starts a new segment whenever a number is not above the one before.
    connection.executemany(_WRITE, SCREEN.giving(sorted(changes)))
