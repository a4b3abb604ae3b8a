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
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

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

MakeCell = Callable[[int, Row], str]


class _PlainPage(Worksheet):
    """
    A worksheet whose rows come as XML, which is three times as fast.

    It is also safer: XlsxWriter takes a text between `<r>` and `</r>` for markup of its own and
    writes it as it is, so that a buyer's name could bring a formula along.
    """

    fh: Any

    def put(self, number: int, cells: Sequence[str]) -> None:
        """Append row `number`, counted from 1."""
        self._check_dimensions(number - 1, len(cells) - 1)
        self.fh.write(f'<row r="{number}">{"".join(cells)}</row>')

    def drop(self) -> None:
        """Let go of the file in which the rows wait."""
        with contextlib.suppress(OSError):  # a full disk refuses the last bytes once more
            self._opt_close()


class Spreadsheet(Generic[Row]):
    """
    An `.xlsx` file with sheets one after the other: a head that stays in sight, a filter, a cell per value.

    Cells hold texts, exact numbers and Korean times; a number that a spreadsheet would round is
    written as text. The rows wait in a folder of their own, readable by their owner alone, until
    `finish` packs them into `file`.
    """

    def __init__(
        self, file: BufferedIOBase, columns: Sequence[ExportColumn[Row]], *, title: str | None = None
    ) -> None:
        self._folder = TemporaryDirectory(prefix="portdesk-export-")
        any_file: Any = file  # XlsxWriter knows more than its annotations say
        self._book = Workbook(any_file, {**_OPTIONS, "tmpdir": self._folder.name})
        self._book.use_zip64()
        self._styles: dict[tuple[str, bool], int] = {}
        self._text = self._style("@")
        self._time = self._style(_TIME)
        self._pages: list[_PlainPage] = []
        self.turn_to(title, columns)

    def turn_to(self, title: str | None, columns: Sequence[ExportColumn[Row]]) -> None:
        """Go on with another sheet, of which `title` is the name."""
        if self._pages:
            self._end_page()
        made = self._book.add_worksheet(title, worksheet_class=_PlainPage)
        self._page = cast(_PlainPage, made)
        self._pages.append(self._page)
        self._last = xl_col_to_name(len(columns) - 1)
        self._written = 1
        self._makers = [self._maker(xl_col_to_name(place), column) for place, column in enumerate(columns)]
        self._begin(columns)

    def add(self, rows: Iterable[Row]) -> None:
        """Append `rows`."""
        for row in rows:
            self._written += 1
            self._page.put(self._written, [make(self._written, row) for make in self._makers])

    def finish(self) -> None:
        """Pack the workbook into its file; raises `OSError`."""
        self._end_page()
        try:
            self._book.close()
        except FileCreateError as error:
            raise error.args[0] from None
        self._folder.cleanup()

    def abandon(self) -> None:
        """Remove what waits to be packed."""
        for page in self._pages:
            page.drop()
        self._folder.cleanup()

    def _end_page(self) -> None:
        self._page.autofilter(f"A1:{self._last}{self._written}")
        self._page.ignore_errors({"number_stored_as_text": f"A1:{self._last}{ROW_LIMIT}"})

    def _begin(self, columns: Sequence[ExportColumn[Row]]) -> None:
        text = self._book.add_format({"num_format": "@"})
        bold = self._style("@", bold=True)
        for place, column in enumerate(columns):
            self._page.set_column(place, place, column.width, text if column.kind is Kind.TEXT else None)
        self._page.put(
            1, [_text_cell(f"{xl_col_to_name(n)}1", bold, column.title) for n, column in enumerate(columns)]
        )
        self._page.freeze_panes(1, 0)

    def _maker(self, letters: str, column: ExportColumn[Row]) -> MakeCell[Row]:
        """What makes the cells of a column; chosen once, for there are millions of them."""
        make = {
            Kind.TEXT: self._plain,
            Kind.NUMBER: self._number,
            Kind.MONEY: self._number,
            Kind.TIME: self._moment,
        }[column.kind]
        return partial(make, letters, column)

    def _plain(self, letters: str, column: ExportColumn[Row], number: int, row: Row) -> str:
        return _text_cell(f"{letters}{number}", self._text, column.value(row))

    def _number(self, letters: str, column: ExportColumn[Row], number: int, row: Row) -> str:
        value = column.value(row)
        exact = number_of(value)
        if exact is None:
            return _text_cell(f"{letters}{number}", self._text, value)
        plain = plain_number(exact, column.digits(row))
        digits = len(plain.partition(".")[2])
        held = _held(exact)
        if held is None or digits > _CERTAIN_DIGITS:
            return _text_cell(f"{letters}{number}", self._text, plain)
        whole = "#,##0" if column.kind is Kind.MONEY else "0"
        style = self._style(f"{whole}.{'0' * digits}" if digits else whole)
        return _number_cell(f"{letters}{number}", style, held)

    def _moment(self, letters: str, column: ExportColumn[Row], number: int, row: Row) -> str:
        value = column.value(row)
        time = korean_time(value)
        if time is not None and time >= _FIRST_DAY:
            return _number_cell(f"{letters}{number}", self._time, (time - _DAY_ZERO) / _DAY)
        return _text_cell(f"{letters}{number}", self._text, value if time is None else clock_text(time))

    def _style(self, pattern: str, *, bold: bool = False) -> int:
        """The number by which cells name a format."""
        found = self._styles.get((pattern, bold))
        if found is None:
            style: Any = self._book.add_format({"num_format": pattern, "bold": bold})
            found = self._styles[pattern, bold] = style._get_xf_index()  # noqa: SLF001 - XlsxWriter keeps it so
        return found


def _number_cell(place: str, style: int, number: float) -> str:
    return f'<c r="{place}" s="{style}"><v>{number!r}</v></c>'


def _text_cell(place: str, style: int, value: object) -> str:
    if value is None or value == "":
        return ""
    text = shown_text(value)
    space = ' xml:space="preserve"' if text[0].isspace() or text[-1].isspace() else ""
    if "_x" in text:
        text = _LIKE_AN_ESCAPE.sub("_x005F_", text)
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t{space}>{escape(text)}</t></is></c>'


def _held(number: Decimal) -> float | None:
    """`number` as a double if that keeps every digit, also of what Excel shows."""
    double = float(number)
    return double if Decimal(f"{double:.{_CERTAIN_DIGITS}g}") == number else None
