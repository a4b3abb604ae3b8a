"""The newest or oldest of an answer, read in the order of places until no better one can come."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Final

from portdesk.domain.payment_lists import PaymentQuery
from portdesk.store import search_index
from portdesk.store.expressions import Expression
from portdesk.store.payment_queries import order_of
from portdesk.store.searches import Source, source_of

Row = tuple[int, int | None, int, int, int]
"""Place, when it occurred, rank of the state, whether on a test channel, id."""

_COLUMNS: Final = "payment_search.rowid, occurred_at, state, is_test_channel, id"
_AT_ONCE: Final = 256


def in_order(connection: sqlite3.Connection, source: Source, query: PaymentQuery, limit: int) -> list[int]:
    """The first of a source, after all of it was sorted."""
    words = ("SELECT id FROM", source.tables, source.condition, "ORDER BY", order_of(query), "LIMIT ?")
    return [id_ for (id_,) in connection.execute(" ".join(words), (*source.values, limit))]


def is_large(connection: sqlite3.Connection, source: Source, number: int) -> bool:
    """Whether an indexed source has this many rows."""
    words = ("SELECT count(*) FROM (SELECT 1 FROM", source.counted, source.condition, "LIMIT ?)")
    (found,) = connection.execute(" ".join(words), (*source.values, number)).fetchone()
    return int(found) == number


def newest(connection: sqlite3.Connection, query: PaymentQuery, part: Expression, limit: int) -> list[int]:
    """The newest of the answer that fit `part`, among which the order asked for makes no difference."""
    if limit <= 0:
        return []
    source = source_of(connection, query, part)
    if source.is_indexed:
        return by_time(connection, source, limit, is_descending=True)
    return in_order(connection, source, query, limit)


def by_time(connection: sqlite3.Connection, source: Source, limit: int, *, is_descending: bool) -> list[int]:
    """
    The newest (or oldest) rows of an indexed source.

    Places are in the order of time but for the rows of one span; a place bounds the times beyond it.
    """
    words = ("SELECT", _COLUMNS, "FROM", source.tables, source.condition)
    order = "ORDER BY payment_search.rowid DESC" if is_descending else "ORDER BY payment_search.rowid"
    cursor = connection.execute(" ".join((*words, order)), source.values)
    is_settled = _newer_than_rest if is_descending else _older_than_rest(search_index.spilled_by(connection))
    best: list[Row] = []
    while part := cursor.fetchmany(max(limit, _AT_ONCE)):
        best += part
        best.sort(key=_age, reverse=is_descending)
        del best[limit:]
        if len(best) == limit and is_settled(best[-1][1], part[-1][0]):
            break
    cursor.close()
    return [row[-1] for row in best]


def _age(row: Row) -> tuple[int, int, int, int]:
    _, at, state, is_test, id_ = row
    return (-1 if at is None else at, state, is_test, id_)


def _newer_than_rest(at: int | None, place: int) -> bool:
    return at is not None and at > search_index.last_second(place)


def _older_than_rest(spilled: int) -> Callable[[int | None, int], bool]:
    # Those without a time share the first span with those of its seconds.
    return lambda at, place: (at or 0) < search_index.first_second(place, spilled)
