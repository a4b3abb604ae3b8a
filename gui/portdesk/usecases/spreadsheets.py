"""Rows as an Excel workbook whose cells have types and never a formula."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from io import BufferedIOBase
from tempfile import TemporaryDirectory
from typing import Any, Final, Generic, cast
from xml.sax.saxutils import escape

from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell_fast
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import CellNumberTuple, Worksheet

from portdesk.domain.times import KST
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

ROW_LIMIT: Final = 1_048_576
"""The rows of an Excel sheet, its head among them."""

_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_TIME: Final = "yyyy-mm-dd hh:mm:ss"
_DAY_ZERO: Final = datetime(1899, 12, 30, tzinfo=KST)
_FIRST_DAY: Final = datetime(1900, 3, 1, tzinfo=KST)
"""Before it Excel counts a day that never was."""
_DAY: Final = timedelta(days=1)
_CERTAIN_DIGITS: Final = 15
"""Excel shows, and a double surely holds, this many digits of a number."""

_LIKE_AN_ESCAPE: Final = re.compile("_(?=x[0-9a-fA-F]{4}_)")

WriteCell = Callable[[int, Row], None]


class _PlainPage(Worksheet):
    """
    A worksheet that knows texts and numbers alone, at three times the speed.

    XlsxWriter takes a text between `<r>` and `</r>` for markup of its own and writes it as it is,
    so that a buyer's name could bring a formula along; here every text is escaped.
    """

    fh: Any

    def drop(self) -> None:
        """Let go of the file in which the rows wait."""
        with contextlib.suppress(OSError):  # a full disk refuses the last bytes once more
            self._opt_close()

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        style = cell.format._get_xf_index()  # noqa: SLF001 - as the method it stands in for
        start = f'<c r="{xl_rowcol_to_cell_fast(row, col)}" s="{style}"'
        if type(cell) is CellNumberTuple:
            self.fh.write(f"{start}><v>{cell.number!r}</v></c>")
        else:
            self.fh.write(f'{start} t="inlineStr"><is>{_text_element(cell.string)}</is></c>')


def _text_element(text: str) -> str:
    space = ' xml:space="preserve"' if text[0].isspace() or text[-1].isspace() else ""
    if "_x" in text:
        text = _LIKE_AN_ESCAPE.sub("_x005F_", text)
    return f"<t{space}>{escape(text)}</t>"


class Spreadsheet(Generic[Row]):
    """
    An `.xlsx` file with one sheet: a head that stays in sight, a filter, a cell per value.

    Cells hold texts, exact numbers and Korean times; a number that a spreadsheet would round is
    written as text. The rows wait in a folder of their own, readable by their owner alone, until
    `finish` packs them into `file`.
    """

    def __init__(self, file: BufferedIOBase, columns: Sequence[ExportColumn[Row]]) -> None:
        self._folder = TemporaryDirectory(prefix="portdesk-export-")
        any_file: Any = file  # XlsxWriter knows more than its annotations say
        self._book = Workbook(any_file, {**_OPTIONS, "tmpdir": self._folder.name})
        self._book.use_zip64()
        self._page = cast(_PlainPage, self._book.add_worksheet(worksheet_class=_PlainPage))
        self._formats: dict[str, Format] = {}
        self._text = self._format("@")
        self._time = self._format(_TIME)
        self._width = len(columns)
        self._next = 1
        self._cells = [self._writer(place, column) for place, column in enumerate(columns)]
        self._begin(columns)

    def add(self, rows: Iterable[Row]) -> None:
        """Append `rows`."""
        for row in rows:
            for write in self._cells:
                write(self._next, row)
            self._next += 1

    def finish(self) -> None:
        """Pack the workbook into its file; raises `OSError`."""
        self._page.autofilter(0, 0, self._next - 1, self._width - 1)
        self._page.ignore_errors(
            {"number_stored_as_text": f"A1:{xl_col_to_name(self._width - 1)}{ROW_LIMIT}"}
        )
        try:
            self._book.close()
        except FileCreateError as error:
            raise error.args[0] from None
        self._folder.cleanup()

    def abandon(self) -> None:
        """Remove what waits to be packed."""
        self._page.drop()
        self._folder.cleanup()

    def _begin(self, columns: Sequence[ExportColumn[Row]]) -> None:
        bold = self._book.add_format({"bold": True, "num_format": "@"})
        for place, column in enumerate(columns):
            style = self._text if column.kind is Kind.TEXT else None
            self._page.set_column(place, place, column.width, style)
            self._page.write_string(0, place, shown_text(column.title), bold)
        self._page.freeze_panes(1, 0)

    def _writer(self, place: int, column: ExportColumn[Row]) -> WriteCell[Row]:
        """What writes the cells of a column; chosen once, for there are millions of them."""
        write = {
            Kind.TEXT: self._write_text,
            Kind.NUMBER: self._write_number,
            Kind.MONEY: self._write_number,
            Kind.TIME: self._write_time,
        }[column.kind]
        return partial(write, place, column)

    def _write_text(self, place: int, column: ExportColumn[Row], number: int, row: Row) -> None:
        self._put_text(number, place, column.value(row))

    def _write_number(self, place: int, column: ExportColumn[Row], number: int, row: Row) -> None:
        value = column.value(row)
        exact = number_of(value)
        if exact is None:
            self._put_text(number, place, value)
            return
        plain = plain_number(exact, column.digits(row))
        digits = len(plain.partition(".")[2])
        held = _held(exact)
        if held is None or digits > _CERTAIN_DIGITS:
            self._put_text(number, place, plain)
            return
        whole = "#,##0" if column.kind is Kind.MONEY else "0"
        pattern = f"{whole}.{'0' * digits}" if digits else whole
        self._page.write_number(number, place, held, self._format(pattern))

    def _write_time(self, place: int, column: ExportColumn[Row], number: int, row: Row) -> None:
        value = column.value(row)
        time = korean_time(value)
        if time is None:
            self._put_text(number, place, value)
        elif time < _FIRST_DAY:
            self._put_text(number, place, clock_text(time))
        else:
            self._page.write_number(number, place, (time - _DAY_ZERO) / _DAY, self._time)

    def _put_text(self, number: int, place: int, value: object) -> None:
        if value is not None and value != "":
            self._page.write_string(number, place, shown_text(value), self._text)

    def _format(self, pattern: str) -> Format:
        found = self._formats.get(pattern)
        if found is None:
            found = self._formats[pattern] = self._book.add_format({"num_format": pattern})
        return found


def _held(number: Decimal) -> float | None:
    """`number` as a double if that keeps every digit, also of what Excel shows."""
    double = float(number)
    return double if Decimal(f"{double:.{_CERTAIN_DIGITS}g}") == number else None
