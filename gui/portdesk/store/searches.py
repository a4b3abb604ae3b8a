"""Where the rows that answer a question come from: the table, or the search index and the table."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import msgspec

from portdesk.domain.payment_lists import PaymentQuery
from portdesk.domain.payments import PaymentState
from portdesk.domain.search_terms import Costs, OnDays, Term
from portdesk.domain.times import KST, to_unix
from portdesk.store import search_index, search_terms
from portdesk.store.expressions import All, Expression, both, changed, holds, phrases_in, query_of
from portdesk.store.grams import INDEXED, Phrase, document
from portdesk.store.payment_columns import STATE_RANKS

_FOUND: Final = "payment_search CROSS JOIN payments ON payments.place = payment_search.rowid"
_BY_PLACE: Final = "payments INDEXED BY payments_by_place"
_WITHIN: Final = "place BETWEEN ? AND ?"
_AMONG: Final = "place IN (SELECT value FROM json_each(?))"
_MATCHED: Final = ("payment_search MATCH ?", "payment_search.rowid BETWEEN ? AND ?")
_NARROW: Final = (
    "SELECT rowid FROM payment_search WHERE payment_search MATCH ? AND rowid BETWEEN ? AND ? LIMIT ?"
)
_DOCUMENTS: Final = " ".join(
    (
        "SELECT place,",
        ",".join(INDEXED),
        "FROM payments WHERE place IN (SELECT value FROM json_each(?))",
    )
)
_NARROW_ENOUGH: Final = 2000
_LONG: Final = 5
_KEPT: Final = 4
_COMMON: Final = frozenset(
    text[place : place + 3]
    for text in (
        "imp_",
        "imps_",
        "010",
        "@naver.com",
        "@gmail.com",
        "@hanmail.net",
        "@daum.net",
        "@kakao.com",
    )
    for place in range(len(text) - 2)
)
"""Threes that half of the documents have: no help in narrowing."""


@dataclass(frozen=True, slots=True)
class Source:
    """
    Tables, a condition on them and its values.

    `is_indexed` tells that rows come by place, straight from the search index; `is_match_only` that
    nothing is asked beyond what the index alone knows. All rows are between the two `places`.
    """

    tables: str
    terms: tuple[str, ...] = ()
    values: tuple[Any, ...] = ()
    places: tuple[int, int] = search_index.EVERYWHERE
    is_indexed: bool = False
    is_match_only: bool = False

    @property
    def is_narrowed(self) -> bool:
        """Whether the index has already been asked and left only a few places."""
        return _AMONG in self.terms

    @property
    def counted(self) -> str:
        """The tables it takes to count."""
        return "payment_search" if self.is_match_only else self.tables

    @property
    def condition(self) -> str:
        """The condition as a clause, if there is any."""
        return "WHERE " + " AND ".join(self.terms) if self.terms else ""

    def restricted(self, term: str, *values: object) -> Source:
        """Those of its rows that meet one more condition."""
        return replace(self, terms=(*self.terms, term), values=(*self.values, *values), is_match_only=False)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question, parted into what the index answers and what the table does."""

    expression: Expression | None
    terms: tuple[str, ...]
    values: tuple[Any, ...]
    since: int | None
    until: int | None


def source_of(
    connection: sqlite3.Connection,
    query: PaymentQuery,
    also: Expression | None = None,
    *,
    filters_rows: bool = False,
) -> Source:
    """
    Where the rows that answer `query` come from, and fit `also`.

    States and channels are asked of the index, or, if it `filters_rows`, looked up in each row: the
    index walks its lists of half of all payments, which takes longer than looking at a few rows.
    """
    asked = _asked(query, also, filters_rows=filters_rows)
    during = dict(_during(asked))
    terms, values = (*asked.terms, *during), (*asked.values, *during.values())
    if asked.expression is None:
        return Source("payments", terms, values)
    places = _places(connection, asked)
    narrowed = _narrowed(connection, asked.expression, places)
    if narrowed is not None:
        return Source(_BY_PLACE, (_AMONG, *terms), (narrowed, *values))
    found = (query_of(asked.expression), *places)
    return Source(
        _FOUND,
        (*_MATCHED, *terms),
        (*found, *values),
        places=places,
        is_indexed=True,
        is_match_only=not terms,
    )


def whole_source_of(connection: sqlite3.Connection, query: PaymentQuery) -> Source:
    """
    Where all the rows that answer `query` come from, for who is going to walk through every one.

    A range of amounts is to the index a list of half of all payments, every one of which has to be
    looked up; a look at all in the order of their places takes a fifth of that.
    """
    if not any(map(_is_range, query.terms)) or not all(map(_needs_no_index, query.terms)):
        return source_of(connection, query)
    asked = _asked(query, None, filters_rows=True)
    during = dict(_during(asked))
    terms, values = (*asked.terms, *during), (*asked.values, *during.values())
    places = _places(connection, asked)
    return Source(_BY_PLACE, (_WITHIN, *terms), (*places, *values), places=places)


def _is_range(term: Term) -> bool:
    match term.readings:
        case (Costs(is_exact=False),):
            return True
    return False


def _needs_no_index(term: Term) -> bool:
    match term.readings:
        case (OnDays(),):
            return True
    return _is_range(term)


def _asked(query: PaymentQuery, also: Expression | None, *, filters_rows: bool) -> _Asked:
    since = [] if query.since is None else [to_unix(query.since)]
    until = [] if query.until is None else [to_unix(query.until)]
    expressions: list[Expression | None] = [also]
    terms: list[str] = []
    values: list[Any] = []
    for term in query.terms:
        match term.readings:
            case (OnDays(first, last),):
                since.append(_midnight(first))
                until.append(_midnight(last + timedelta(days=1)))
            case (Costs(is_exact=False) as costs,):
                expressions.append(search_terms.expression_of(term))
                condition, bounds = search_terms.bounds_of(costs)
                terms.append(condition)
                values += bounds
            case _:
                expressions.append(search_terms.expression_of(term))
    for condition, moment in _returned(query):
        terms.append(condition)
        values.append(moment)
    expression = both(*expressions)
    if expression is not None and not filters_rows:
        expression = both(expression, _filter(query))
    else:
        for condition, ranks in _conditions(query):
            terms.append(condition)
            values += ranks
    return _Asked(expression, tuple(terms), tuple(values), max(since, default=None), min(until, default=None))


def _returned(query: PaymentQuery) -> Iterator[tuple[str, int]]:
    """The time of the last refund, which the index does not know."""
    if query.returned_since is not None:
        yield "cancelled_at >= ?", to_unix(query.returned_since)
    if query.returned_until is not None:
        yield "cancelled_at < ?", to_unix(query.returned_until)


def _filter(query: PaymentQuery) -> Expression | None:
    """The states and channels asked for, as the index knows them."""
    if not query.states and query.test_channel is None:
        return None
    channels = (False, True) if query.test_channel is None else (query.test_channel,)
    return search_terms.of_states(query.states or PaymentState, channels)


def _conditions(query: PaymentQuery) -> Iterator[tuple[str, list[int]]]:
    """The states and channels asked for, as the table knows them."""
    if query.states:
        ranks = sorted(STATE_RANKS[state] for state in query.states)
        yield "state IN (" + ",".join("?" * len(ranks)) + ")", ranks
    if query.test_channel is not None:
        yield "is_test_channel = ?", [query.test_channel]


def _during(asked: _Asked) -> Iterator[tuple[str, int]]:
    if asked.since is not None:
        yield "occurred_at >= ?", asked.since
    if asked.until is not None:
        yield "occurred_at < ?", asked.until


def _places(connection: sqlite3.Connection, asked: _Asked) -> tuple[int, int]:
    """The lowest and the highest place an answer can have."""
    lowest, highest = search_index.EVERYWHERE
    if asked.since is not None:
        lowest = search_index.first_place(max(asked.since, 0))
    if asked.until is not None:
        highest = search_index.highest_place(max(asked.until, 0), search_index.spilled_by(connection))
    return lowest, highest


def _narrowed(connection: sqlite3.Connection, expression: Expression, places: tuple[int, int]) -> str | None:
    """
    All places of an answer as JSON, if a cheaper question leaves few enough to look at one by one.

    A long phrase makes FTS5 walk the lists of all its tokens in step, which takes it tens of
    milliseconds; a few of them, rare ones, already leave little more than the answer.
    """
    if not any(len(phrase) > _LONG for phrase in phrases_in(expression)):
        return None
    fewer = query_of(changed(expression, _sample))
    cursor = connection.execute(_NARROW, (fewer, *places, _NARROW_ENOUGH + 1))
    found = [place for (place,) in cursor]
    if len(found) > _NARROW_ENOUGH:
        return None
    documents = connection.execute(_DOCUMENTS, (msgspec.json.encode(found).decode(),))
    held = [place for place, *values in documents if holds(expression, f" {document(values)} ")]
    return msgspec.json.encode(held).decode()


def _sample(phrase: Phrase) -> Expression:
    """Tokens of a phrase that together cover it, the common ones left out."""
    if len(phrase) <= _LONG:
        return phrase
    covering = [*phrase[: -1 : len(phrase[0])], phrase[-1]]
    # An e-mail is rare before its host; of ids made of time or count, the end is.
    before_host = list(itertools.takewhile(lambda token: "@" not in token, covering))
    rare = [token for token in before_host if token not in _COMMON] or covering
    return All(tuple((token,) for token in rare[-_KEPT:]))


def _midnight(day: date) -> int:
    return to_unix(datetime.combine(day, time(), KST))
