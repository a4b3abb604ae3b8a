"""The first rows of an answer, without looking at all of it."""

from __future__ import annotations

import sqlite3
from typing import Final

from portdesk.domain.payment_lists import PaymentQuery, PaymentSort
from portdesk.domain.payments import PaymentState
from portdesk.store import search_index
from portdesk.store.first_by_amount import by_amount
from portdesk.store.first_by_time import by_time, in_order, is_large, newest
from portdesk.store.payment_columns import STATE_RANKS
from portdesk.store.search_terms import of_states
from portdesk.store.searches import Source, source_of

_MANY_BY_STATE: Final = 5_000
"""How many rows it takes until asking state by state is faster than sorting."""


def first_ids(connection: sqlite3.Connection, query: PaymentQuery, limit: int) -> list[int]:
    """The first ids of the answer to `query`: what `payment_queries.ids` would begin with."""
    if query.sort is PaymentSort.AMOUNT:
        return by_amount(connection, query, limit)
    source = source_of(connection, query)
    if query.sort is PaymentSort.OCCURRED_AT and source.is_indexed:
        return by_time(connection, source, limit, is_descending=query.descending)
    if query.sort is PaymentSort.STATE and _fits_by_state(connection, source):
        return _by_state(connection, query, limit)
    return in_order(connection, source, query, limit)


def _fits_by_state(connection: sqlite3.Connection, source: Source) -> bool:
    """Whether asking state by state is faster than sorting; only an index that holds all can do it."""
    if not source.is_indexed:
        return not source.is_narrowed and search_index.is_complete(connection)
    return is_large(connection, source, _MANY_BY_STATE)


def _by_state(connection: sqlite3.Connection, query: PaymentQuery, limit: int) -> list[int]:
    """State after state, each the newest first."""
    wanted = query.states or frozenset(PaymentState)
    states = sorted(wanted, key=STATE_RANKS.__getitem__, reverse=query.descending)
    found: list[int] = []
    for state in states:
        if len(found) < limit:
            found += newest(connection, query, of_states((state,)), limit - len(found))
    return found
