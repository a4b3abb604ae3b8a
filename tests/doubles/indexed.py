"""What is in the search index of a local copy, and what should be."""

from __future__ import annotations

import sqlite3
from string import ascii_lowercase, ascii_uppercase
from typing import Any

import pytest

from portdesk.store import first_by_amount, first_by_time, first_rows, search_index
from portdesk.store.grams import INDEXED, document


def indexed(connection: sqlite3.Connection) -> list[tuple[Any, ...]]:
    """All that is in the index, token by token."""
    connection.execute(
        "CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab (main, payment_search, instance)"
    )
    found = connection.execute("SELECT doc, offset, term FROM temp.vocabulary ORDER BY 1, 2").fetchall()
    connection.execute("DROP TABLE temp.vocabulary")
    return found


def held(connection: sqlite3.Connection) -> list[tuple[Any, ...]]:
    """All that the index should hold, from the rows as they are."""
    rows = connection.execute(f"SELECT place, {','.join(INDEXED)} FROM payments ORDER BY place").fetchall()
    return [
        (place, offset, token.translate(str.maketrans(ascii_uppercase, ascii_lowercase)))
        for place, *values in rows
        if place is not None
        for offset, token in enumerate(document(values).split())
    ]


def assert_whole(connection: sqlite3.Connection) -> None:
    """The file and the index in it are sound, and the index holds the rows as they are."""
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.execute("INSERT INTO payment_search (payment_search) VALUES ('integrity-check')")
    assert indexed(connection) == held(connection)
    spilled = search_index.spilled_by(connection)
    for place, at in connection.execute("SELECT place, occurred_at FROM payments WHERE place NOT NULL"):
        span = (place >> search_index.SLOT_BITS) << search_index.SLOT_BITS
        assert 0 <= span - search_index.first_place(at) <= spilled


def make_bounds_small(patch: pytest.MonkeyPatch, *, slot_bits: int, rows: int) -> None:
    """So that few payments spill over spans, and few rows take the ways that are meant for many."""
    patch.setattr(search_index, "SLOT_BITS", slot_bits)
    patch.setattr(search_index, "_SLOTS", 1 << slot_bits)
    for module in (first_rows, first_by_amount, first_by_time):
        for name, value in vars(module).copy().items():
            if type(value) is int:
                patch.setattr(module, name, min(value, rows))
