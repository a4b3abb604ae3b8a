"""The first rows of an answer, without looking at all of it."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Iterator
from typing import Final

from portdesk.domain.payment_lists import PaymentQuery, PaymentSort
from portdesk.domain.payments import PaymentState
from portdesk.store import search_index
from portdesk.store.expressions import Expression
from portdesk.store.grams import magnitude
from portdesk.store.payment_columns import STATE_RANKS
from portdesk.store.payment_queries import order_of
from portdesk.store.search_terms import of_amount, of_magnitude, of_states
from portdesk.store.searches import Source, source_of

Row = tuple[int, int | None, int, int, int]
"""Place, when it occurred, rank of the state, whether on a test channel, id."""

_COLUMNS: Final = "payment_search.rowid, occurred_at, state, is_test_channel, id"
_AT_ONCE: Final = 256
_LARGE: Final = {PaymentSort.STATE: 5_000, PaymentSort.AMOUNT: 100_000}
"""How many rows it takes until asking value by value is faster than sorting."""
_MOST_PARTS: Final = 400


def first_ids(connection: sqlite3.Connection, query: PaymentQuery, limit: int) -> list[int]:
    """The first ids of the answer to `query`: what `payment_queries.ids` would begin with."""
    source = source_of(connection, query)
    if query.sort is PaymentSort.OCCURRED_AT and source.is_indexed:
        return _by_time(connection, source, limit, is_descending=query.descending)
    if query.sort in _LARGE and _is_large(connection, source, _LARGE[query.sort]):
        found = _by_parts(connection, query, limit)
        if found is not None:
            return found
    return _sorted(connection, source, query, limit)


def _sorted(connection: sqlite3.Connection, source: Source, query: PaymentQuery, limit: int) -> list[int]:
    words = ("SELECT id FROM", source.tables, source.condition, "ORDER BY", order_of(query), "LIMIT ?")
    return [id_ for (id_,) in connection.execute(" ".join(words), (*source.values, limit))]


def _is_large(connection: sqlite3.Connection, source: Source, number: int) -> bool:
    """Whether an answer has this many rows; only an index that holds all can do without sorting them."""
    if not source.is_indexed:
        return not source.is_narrowed and search_index.is_complete(connection)
    words = ("SELECT count(*) FROM (SELECT 1 FROM", source.counted, source.condition, "LIMIT ?)")
    (found,) = connection.execute(" ".join(words), (*source.values, number)).fetchone()
    return int(found) == number


def _by_parts(connection: sqlite3.Connection, query: PaymentQuery, limit: int) -> list[int] | None:
    """Value after value of what is sorted by, each the newest first; `None` if that takes too many."""
    found: list[int] = []
    for tried, part in enumerate(_parts(connection, query)):
        if len(found) >= limit:
            break
        if tried == _MOST_PARTS:
            return None
        found += _of_part(connection, query, part, limit - len(found))
    return found


def _of_part(connection: sqlite3.Connection, query: PaymentQuery, part: Expression, limit: int) -> list[int]:
    source = source_of(connection, query, part)
    if source.is_indexed:
        return _by_time(connection, source, limit, is_descending=True)
    return _sorted(connection, source, query, limit)


def _parts(connection: sqlite3.Connection, query: PaymentQuery) -> Iterator[Expression]:
    if query.sort is PaymentSort.STATE:
        ranked = sorted(PaymentState, key=STATE_RANKS.__getitem__, reverse=query.descending)
        wanted = query.states or frozenset(PaymentState)
        return (of_states((state,)) for state in ranked if state in wanted)
    return _amounts(connection, query)


def _amounts(connection: sqlite3.Connection, query: PaymentQuery) -> Iterator[Expression]:
    """Amount after amount, those of magnitudes left out that have no answer."""
    amounts = search_index.amounts(connection, is_descending=query.descending)
    for bits, group in itertools.groupby(amounts, magnitude):
        if _of_part(connection, query, of_magnitude(bits), 1):
            yield from map(of_amount, group)
    yield of_amount(None)


def _by_time(connection: sqlite3.Connection, source: Source, limit: int, *, is_descending: bool) -> list[int]:
    """
    The newest (or oldest) rows, read in the order of their places until no better one can come.

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
    return lambda at, place: at is None or at < search_index.first_second(place, spilled)
