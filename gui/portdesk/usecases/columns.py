"""What an export's columns are, and their values as every kind of file needs them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Final, Generic, Protocol, TypeVar

from portdesk.domain.money import minor_digits
from portdesk.domain.plain import visible
from portdesk.domain.times import KST

Row = TypeVar("Row")
Row_contra = TypeVar("Row_contra", contravariant=True)

CELL_LIMIT: Final = 32_767
"""The UTF-16 units that Excel takes in one cell; more than anybody reads in any other program."""

_LONGEST_NUMBER: Final = 40


class Kind(Enum):
    """What stands in a column. Ids, phone, card and approval numbers are texts: their zeros count."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    TIME = "time"


@dataclass(frozen=True, kw_only=True)
class ExportColumn(Generic[Row]):
    """
    One column of an export: its head and what it says of a row.

    `value` and `currency` are called in a worker thread. `value` gives a `str`, an `int` or
    `Decimal`, or an aware `datetime`, as `kind` says; `None` leaves the cell empty, and what is no
    value of its kind is written as text. `currency` is that of an amount in major units. `width` is
    in characters.
    """

    title: str
    value: Callable[[Row], object]
    kind: Kind = Kind.TEXT
    currency: Callable[[Row], str] | None = None
    width: int = 16

    def __post_init__(self) -> None:
        if (self.kind is Kind.MONEY) != (self.currency is not None):
            raise ValueError("amounts have a currency, and nothing else has")

    def digits(self, row: Row) -> int:
        """How many digits after the point a number of this column has at least."""
        return minor_digits(self.currency(row)) if self.currency is not None else 0


class Sheet(Protocol[Row_contra]):
    """A file being filled, in a worker thread."""

    def add(self, rows: Iterable[Row_contra]) -> None:
        """Append `rows`."""

    def finish(self) -> None:
        """Write what is still held back; the file is then complete."""

    def abandon(self) -> None:
        """Let go of everything; the file is not wanted any more."""


def shown_text(value: object) -> str:
    """`value` on one line, with what is invisible in it spelled out, no longer than a cell."""
    text = value if isinstance(value, str) else _said(value)
    if len(text) <= CELL_LIMIT and text.isascii() and text.isprintable():
        return text  # most of millions of cells
    shown = visible(text, CELL_LIMIT)
    if len(shown) <= CELL_LIMIT // 2:
        return shown
    units = shown.encode("utf-16-le")
    if len(units) <= 2 * CELL_LIMIT:
        return shown
    return units[: 2 * (CELL_LIMIT - 1)].decode("utf-16-le", "ignore") + "…"


def number_of(value: object) -> Decimal | None:
    """`value` as an exact number, zero without a sign; `None` if it is none that a person could mean."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    if not number.is_finite():
        return None
    if not number:
        return Decimal(0)
    is_sane = max(abs(number.adjusted()), len(number.as_tuple().digits)) <= _LONGEST_NUMBER
    return number if is_sane else None


def plain_number(number: Decimal, digits: int) -> str:
    """`number` to the last digit, ungrouped, with at least `digits` after the point."""
    whole, _, fraction = f"{number:f}".partition(".")
    fraction = fraction.rstrip("0").ljust(digits, "0")
    return f"{whole}.{fraction}" if fraction else whole


def korean_time(value: object) -> datetime | None:
    """`value` on a Korean clock, to the second; `None` if it is no time."""
    if not isinstance(value, datetime):
        return None
    if value.tzinfo is None:
        raise ValueError("a time without a zone")
    return value.astimezone(KST).replace(microsecond=0)


def clock_text(time: datetime) -> str:
    """A time as every kind of file shows it."""
    return f"{time:%Y-%m-%d %H:%M:%S}"


def _said(value: object) -> str:
    # An int of thousands of digits refuses to become a str; a Decimal does not.
    return str(Decimal(value)) if type(value) is int else str(value)
