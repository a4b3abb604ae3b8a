"""Rows as a CSV file that a spreadsheet program can open without running anything in it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from io import TextIOWrapper
from typing import BinaryIO, Final, Generic, cast

from portdesk.usecases.columns import (
    ExportColumn,
    Kind,
    Row,
    clock_text,
    korean_time,
    number_of,
    plain_number,
    shown_text,
)
from portdesk.usecases.drafts import Outlet

_QUOTES: Final = "\"'`\u2018\u2019\u201c\u201d\uff02\uff07"
_SIGNS: Final = "=+@\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u2212-"
"""What may begin a formula, plain, full-width and small."""
_FORMULA: Final = re.compile(rf"[\t\r\0]|[\s{_QUOTES}]*[{_SIGNS}]")


class CommaSheet(Generic[Row]):
    """
    A `.csv` file as Excel expects it: UTF-8 with its mark, CRLF, quotes where they are needed.

    A text that could be taken for a formula gets an apostrophe before it; numbers are checked and
    stay bare. Times are Korean.
    """

    def __init__(self, file: Outlet, columns: Sequence[ExportColumn[Row]]) -> None:
        self._text = TextIOWrapper(cast(BinaryIO, file), encoding="utf-8-sig", newline="")
        self._lines = csv.writer(self._text, lineterminator="\r\n")
        self._columns = tuple(columns)
        self._lines.writerow([guarded(column.title) for column in columns])

    def add(self, rows: Iterable[Row]) -> None:
        """Append `rows`."""
        self._lines.writerows([_cell(column, row) for column in self._columns] for row in rows)

    def finish(self) -> None:
        """Hand over what is still held back; raises `OSError`."""
        self._text.detach()

    def abandon(self) -> None:
        """Forget what is still held back."""


def guarded(value: object) -> str:
    """`value` as text that no spreadsheet program takes for a formula."""
    shown = shown_text(value)
    if shown[:1].isalnum() and shown is value:
        return shown  # most of millions of cells
    is_formula = _FORMULA.match(shown) or _FORMULA.match(str(value))
    return f"'{shown}" if is_formula else shown


def _cell(column: ExportColumn[Row], row: Row) -> str:
    value = column.value(row)
    if value is None:
        return ""
    if column.kind is Kind.TIME:
        time = korean_time(value)
        return guarded(value) if time is None else clock_text(time)
    if column.kind is not Kind.TEXT:
        number = number_of(value)
        return guarded(value) if number is None else plain_number(number, column.digits(row))
    return guarded(value)
