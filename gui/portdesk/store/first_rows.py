"""The first rows of an answer, without looking at all of it."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Sequence
from typing import Final

from portdesk.domain.payment_lists import PaymentQuery, PaymentSort
from portdesk.domain.payments import PaymentState
from portdesk.domain.search_terms import Costs
from portdesk.store import search_index
from portdesk.store.expressions import Expression
from portdesk.store.grams import magnitude
from portdesk.store.payment_columns import STATE_RANKS
from portdesk.store.payment_queries import order_of
from portdesk.store.search_terms import bounds_of, of_amount, of_magnitude, of_states
from portdesk.store.searches import Source, source_of

Row = tuple[int, int | None, int, int, int]
"""Place, when it occurred, rank of the state, whether on a test channel, id."""

_COLUMNS: Final = "payment_search.rowid, occurred_at, state, is_test_channel, id"
_AT_ONCE: Final = 256
_MANY_BY_STATE: Final = 5_000
_MANY_BY_AMOUNT: Final = 15_000
_MANY_OF_MAGNITUDE: Final = 150_000
"""How many rows it takes until asking value by value is faster than sorting."""
_MOST_AMOUNTS: Final = 12
_MOST_WITHOUT_WORDS: Final = 60
"""How many amounts are asked for one by one: with words each takes the index milliseconds, without none."""


def first_ids(connection: sqlite3.Connection, query: PaymentQuery, limit: int) -> list[int]:
    """The first ids of the answer to `query`: what `payment_queries.ids` would begin with."""
    source = source_of(connection, query)
    if query.sort is PaymentSort.OCCURRED_AT and source.is_indexed:
        return _by_time(connection, source, limit, is_descending=query.descending)
    if query.sort is PaymentSort.STATE and _is_large(connection, source, _MANY_BY_STATE):
        return _by_state(connection, query, limit)
    if query.sort is PaymentSort.AMOUNT and _is_large(connection, source, _MANY_BY_AMOUNT):
        return _by_amount(connection, query, limit)
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


def _by_state(connection: sqlite3.Connection, query: PaymentQuery, limit: int) -> list[int]:
    """State after state, each the newest first."""
    wanted = query.states or frozenset(PaymentState)
    states = sorted(wanted, key=STATE_RANKS.__getitem__, reverse=query.descending)
    found: list[int] = []
    for state in states:
        if len(found) < limit:
            found += _newest(connection, query, of_states((state,)), limit - len(found))
    return found


def _by_amount(connection: sqlite3.Connection, query: PaymentQuery, limit: int) -> list[int]:
    """Magnitude after magnitude, each sorted; where one is large, amount after amount."""
    is_wordless = not any(term.words for term in query.terms)
    most = _MOST_WITHOUT_WORDS if is_wordless else _MOST_AMOUNTS
    found: list[int] = []
    for bits, group in itertools.groupby(_amounts(connection, query), magnitude):
        if len(found) >= limit:
            return found
        amounts = list(group)
        source = source_of(connection, query, of_magnitude(bits))
        some = None
        if (is_wordless and len(amounts) <= most) or _is_large(connection, source, _MANY_OF_MAGNITUDE):
            some = _amount_after_amount(connection, query, amounts, most, limit - len(found))
        found += _sorted(connection, source, query, limit - len(found)) if some is None else some
    return found + _newest(connection, query, of_amount(None), limit - len(found))


def _amounts(connection: sqlite3.Connection, query: PaymentQuery) -> list[int]:
    """The amounts an answer can have, in its order."""
    asked = [term.readings[0] for term in query.terms if len(term.readings) == 1]
    bounds = [bounds_of(costs) for costs in asked if isinstance(costs, Costs)]
    return search_index.amounts(
        connection,
        [condition for condition, _ in bounds],
        [value for _, values in bounds for value in values],
        is_descending=query.descending,
    )


def _amount_after_amount(
    connection: sqlite3.Connection, query: PaymentQuery, amounts: Sequence[int], most: int, limit: int
) -> list[int] | None:
    """Each amount the newest first; `None` if the first `most` do not yield enough."""
    found: list[int] = []
    for amount in amounts[:most]:
        found += _newest(connection, query, of_amount(amount), limit - len(found))
        if len(found) >= limit:
            return found
    return found if len(amounts) <= most else None


def _newest(connection: sqlite3.Connection, query: PaymentQuery, part: Expression, limit: int) -> list[int]:
    """The newest of the answer that fit `part`, among which the order asked for makes no difference."""
    if limit <= 0:
        return []
    source = source_of(connection, query, part)
    if source.is_indexed:
        return _by_time(connection, source, limit, is_descending=True)
    return _sorted(connection, source, query, limit)


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
    # Those without a time share the first span with those of its seconds.
    return lambda at, place: (at or 0) < search_index.first_second(place, spilled)
