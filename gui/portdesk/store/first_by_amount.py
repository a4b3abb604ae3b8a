"""
The first rows of a large answer by amount.

A sample of the answer tells up to which amount the first rows reach. What lies before that amount is
little and can be sorted; of the amount itself, which half of the answer may have, the newest are
enough. Where the sample misleads, it goes on to a later amount, and at last sorts all.
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from portdesk.domain.payment_lists import PaymentQuery
from portdesk.domain.payments import PaymentState
from portdesk.domain.search_terms import Costs
from portdesk.store import search_index
from portdesk.store.expressions import Either, Expression
from portdesk.store.first_by_time import in_order, is_large, newest
from portdesk.store.grams import magnitude
from portdesk.store.search_terms import bounds_of, of_amount, of_magnitude, of_states
from portdesk.store.searches import Source, source_of

Row = tuple[int, int | None, int | None, int, int, int]
"""Place, amount, when it occurred, rank of the state, whether on a test channel, id."""

_COLUMNS: Final = "payment_search.rowid, amount, occurred_at, state, is_test_channel, id"
_SAMPLED: Final = 2_000
_LEAST_RANK: Final = 8
"""Fewer of a sample tell little about what lies beyond them."""
_MARGIN: Final = 3
_FURTHER: Final = 5
_SOON_SORTED: Final = 15_000
"""How many rows an answer may have to be sorted as a whole."""
_COUNTED: Final = 300_000
"""Up to how many payments of a period are counted, five milliseconds' worth."""
_FEW_AMOUNTS: Final = 3
"""How many amounts an answer may have for each to be asked for by itself, without a sample."""
_MOST_AMOUNTS: Final = 60
"""How many amounts of one magnitude are asked for before all of it is."""


def by_amount(connection: sqlite3.Connection, query: PaymentQuery, limit: int) -> list[int]:
    """The first ids of an answer sorted by amount."""
    source = source_of(connection, query)
    if source.is_narrowed or not (source.is_indexed or _can_be_indexed(connection, query)):
        return in_order(connection, source, query, limit)
    amounts = _amounts(connection, query)
    if len(amounts) <= _FEW_AMOUNTS:
        return _one_by_one(connection, query, amounts, limit)
    if not source.is_indexed:
        source = source_of(connection, query, of_states(query.states or PaymentState))
    rows = _newest(connection, source)
    if len(rows) < _SAMPLED:
        rows.sort(key=_downwards if query.descending else _upwards)
        return [row[-1] for row in rows[:limit]]
    stands_for = _stands_for(connection, source.places, (rows[-1][0], rows[0][0]))
    found = None
    # A sample all of one day promises many that are not there.
    if stands_for is not None and is_large(connection, source, _SOON_SORTED):
        rank = max(_LEAST_RANK, int(_MARGIN * limit / stands_for))
        steps = _steps(rows, rank, is_descending=query.descending)
        found = _step_by_step(connection, query, amounts, steps, limit)
    return in_order(connection, source, query, limit) if found is None else found


def _can_be_indexed(connection: sqlite3.Connection, query: PaymentQuery) -> bool:
    """Whether the index knows all that is asked, though no word asks for it."""
    of_refunds = query.returned_since, query.returned_until
    return of_refunds == (None, None) and search_index.is_complete(connection)


def _newest(connection: sqlite3.Connection, source: Source) -> list[Row]:
    words = ("SELECT", _COLUMNS, "FROM", source.tables, source.condition)
    order = "ORDER BY payment_search.rowid DESC LIMIT ?"
    return connection.execute(" ".join((*words, order)), (*source.values, _SAMPLED)).fetchall()


def _downwards(row: Row) -> tuple[int, ...]:
    _, amount, at, state, is_test, id_ = row
    return amount is None, -(amount or 0), -(-1 if at is None else at), -state, -is_test, -id_


def _upwards(row: Row) -> tuple[int, ...]:
    is_none, amount, *age = _downwards(row)
    return is_none, -amount, *age


def _steps(rows: Sequence[Row], rank: int, *, is_descending: bool) -> Iterator[int]:
    """Amounts in order, beginning with that of a rank of the sample."""
    amounts = sorted((amount for _, amount, *_ in rows if amount is not None), reverse=is_descending)
    last = None
    while rank < len(amounts):
        if amounts[rank] != last:
            yield amounts[rank]
        last = amounts[rank]
        rank *= _FURTHER


def _one_by_one(
    connection: sqlite3.Connection, query: PaymentQuery, amounts: Sequence[int], limit: int
) -> list[int]:
    found: list[int] = []
    for amount in (*amounts, None):
        found += newest(connection, query, of_amount(amount), limit - len(found))
    return found


def _step_by_step(
    connection: sqlite3.Connection,
    query: PaymentQuery,
    amounts: Sequence[int],
    steps: Iterable[int],
    limit: int,
) -> list[int] | None:
    """What is up to the first of some amounts, then up to the next; `None` if that is not enough."""
    found: list[int] = []
    begin = 0
    for amount in steps:
        end = amounts.index(amount, begin)
        found += _among(connection, query, amounts[begin:end], limit - len(found))
        found += newest(connection, query, of_amount(amount), limit - len(found))
        if len(found) >= limit:
            return found
        begin = end + 1
    return None


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


def _among(
    connection: sqlite3.Connection, query: PaymentQuery, amounts: Sequence[int], limit: int
) -> list[int]:
    """The beginning of what an answer has in a run of amounts that leaves none out."""
    if not amounts or limit <= 0:
        return []
    ends = {magnitude(amounts[0]), magnitude(amounts[-1])}
    tokens: list[Expression] = []
    for bits, group in itertools.groupby(amounts, magnitude):
        some = list(group)
        is_whole = bits not in ends or len(some) > _MOST_AMOUNTS
        tokens += [of_magnitude(bits)] if is_whole else map(of_amount, some)
    source = source_of(connection, query, Either(tuple(tokens)), filters_rows=True)
    least, most = sorted((amounts[0], amounts[-1]))
    return in_order(connection, source.restricted("amount BETWEEN ? AND ?", least, most), query, limit)


def _stands_for(
    connection: sqlite3.Connection, all_places: tuple[int, int], places: tuple[int, int]
) -> float | None:
    """
    How many rows of the answer each row of its sample stands for, given the places of both.

    `None` if the answer is so small that all of it is soon sorted.
    """
    if all_places == search_index.EVERYWHERE:
        there_are = search_index.highest_id(connection)
    else:
        there_are = search_index.count(connection, all_places, _COUNTED)
    enough = _SAMPLED * there_are // _SOON_SORTED
    passed = search_index.count(connection, places, enough + 1)
    return there_are / passed if passed <= enough else None
