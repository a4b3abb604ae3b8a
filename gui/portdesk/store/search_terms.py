"""The terms of a search as questions to the index."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from portdesk.domain.money import SCALE, to_scaled
from portdesk.domain.payments import PaymentState
from portdesk.domain.search_terms import (
    Costs,
    InStates,
    OnDays,
    OnTestChannel,
    PaidBy,
    Reading,
    Term,
    Through,
    Words,
)
from portdesk.store import grams
from portdesk.store.expressions import All, Either, Expression
from portdesk.store.payment_columns import STATE_RANKS

_DAY: Final = timedelta(days=1)
_LARGEST: Final = 2**62
_BOTH: Final = (False, True)


def expression_of(term: Term) -> Expression:
    """What a document must have to fit a term; of amounts in a range, their magnitude only."""
    parts = tuple(_of_reading(reading) for reading in term.readings)
    return parts[0] if len(parts) == 1 else Either(parts)


def of_states(states: Iterable[PaymentState], channels: Iterable[bool] = _BOTH) -> Expression:
    """One of these states, on one of these channels (whether it is a test)."""
    tested = tuple(channels)
    return Either(
        tuple(
            (grams.state_token(rank, is_test=is_test),)
            for rank in sorted(STATE_RANKS[state] for state in states)
            for is_test in tested
        )
    )


def of_amount(scaled: int | None) -> Expression:
    """Just the one amount, as stored."""
    return (grams.amount_tokens(scaled)[0],)


def of_magnitude(bits: int) -> Expression:
    """All amounts of this magnitude."""
    return (grams.magnitude_token(bits),)


def bounds_of(costs: Costs) -> tuple[str, tuple[int, ...]]:
    """The range as SQL over `amount`; an amount that could not be stored may be any."""
    terms, values = [], []
    if costs.least is not None:
        terms.append(f"amount {'>=' if costs.includes_least else '>'} ?")
        values.append(_scaled(costs.least))
    if costs.most is not None:
        terms.append(f"amount {'<=' if costs.includes_most else '<'} ?")
        values.append(_scaled(costs.most))
    return f"(amount IS NULL OR {' AND '.join(terms) or 'true'})", tuple(values)


def _of_reading(reading: Reading) -> Expression:
    match reading:
        case Words(words):
            parts = tuple(Either(tuple(grams.phrases_of(word))) for word in dict.fromkeys(words))
            return All(parts)
        case InStates(states):
            return of_states(states)
        case OnTestChannel(is_test):
            return of_states(PaymentState, (is_test,))
        case PaidBy(codes) | Through(codes):
            return Either(tuple((grams.code_token(code),) for code in sorted(codes)))
        case OnDays(first, last):
            return Either(tuple((token,) for token in _day_tokens(first, last)))
        case Costs():
            return Either(tuple((token,) for token in _amount_tokens(reading)))


def _day_tokens(first: date, last: date) -> Iterator[str]:
    """Whole months as such, the days around them one by one."""
    day = first
    while day <= last:
        end = day.replace(day=monthrange(day.year, day.month)[1])
        if day.day == 1 and end <= last:
            yield grams.month_token(day)
            day = end + _DAY
        else:
            yield grams.day_token(day)
            day += _DAY


def _amount_tokens(costs: Costs) -> Iterator[str]:
    yield grams.amount_tokens(None)[0]
    if costs.is_exact and costs.least is not None:
        yield grams.amount_tokens(_scaled(costs.least))[0]
        return
    least = grams.magnitude(_scaled(costs.least)) if costs.least is not None else 0
    most = grams.magnitude(_scaled(costs.most)) if costs.most is not None else _LARGEST.bit_length()
    for bits in range(least, most + 1):
        yield grams.magnitude_token(bits)


def _scaled(value: Decimal) -> int:
    """As stored; what nobody can have stored, as near as it gets."""
    scaled = to_scaled(value)
    return int(min(value * SCALE, Decimal(_LARGEST))) if scaled is None else scaled
