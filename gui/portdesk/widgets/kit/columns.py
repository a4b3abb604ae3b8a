"""The columns that most lists have: a time, a number, money, a word with its mark."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from portdesk.domain.money import Amount
from portdesk.qt.marks import Mark
from portdesk.qt.tables import Column
from portdesk.qt.words import exact, moment, money, tr
from portdesk.usecases.columns import Kind

Row = TypeVar("Row")
Code = TypeVar("Code")


def time_column(
    key: str,
    title: str,
    at: Callable[[Row], datetime | None],
    *,
    now: Callable[[], datetime],
    sort: Any = None,
    width: int = 118,
) -> Column[Row]:
    """A moment as told from `now`, exact on hover; the newest first."""
    return Column(
        key=key,
        title=title,
        text=lambda row: moment(at(row), now()),
        exact=lambda row: exact(at(row)),
        value=at,
        kind=Kind.TIME,
        sort=sort,
        largest_first=True,
        width=width,
    )


def number_column(
    key: str, title: str, of: Callable[[Row], int], *, sort: Any = None, width: int = 96
) -> Column[Row]:
    """A count with grouped digits; a nought is left blank."""
    return Column(
        key=key,
        title=title,
        text=lambda row: f"{of(row):,}" if of(row) else "",
        value=of,
        kind=Kind.NUMBER,
        sort=sort,
        largest_first=True,
        is_number=True,
        width=width,
    )


def money_column(
    key: str,
    title: str,
    of: Callable[[Row], Amount],
    *,
    sort: Any = None,
    is_bare: bool = False,
    blank_nought: bool = False,
    searched: bool = False,
    width: int = 96,
    shown: bool = True,
) -> Column[Row]:
    """A sum with its currency; `is_bare` leaves that of the won to the column's head."""

    def text(row: Row) -> str:
        amount = of(row)
        if blank_nought and not amount.value:
            return ""
        return amount.digits if is_bare and amount.currency == "KRW" else money(amount)

    return Column(
        key=key,
        title=title,
        text=text,
        exact=lambda row: money(of(row)) if text(row) else "",
        value=lambda row: of(row).value,
        kind=Kind.MONEY,
        currency=lambda row: of(row).currency,
        sort=sort,
        largest_first=True,
        is_number=True,
        searched=searched,
        width=width,
        shown=shown,
    )


def word_column(
    key: str,
    title: str,
    of: Callable[[Row], Code],
    words: Mapping[Code, tuple[Mark, str]],
    *,
    sort: Any = None,
    width: int = 142,
) -> Column[Row]:
    """One of a few codes, by its English word in `words` and the mark before it."""
    return Column(
        key=key,
        title=title,
        text=lambda row: tr(words[of(row)][1]),
        mark=lambda row: words[of(row)][0],
        sort=sort,
        width=width,
    )
