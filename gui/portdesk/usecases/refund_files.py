"""A list somebody made, read from a workbook or a text file as cells; what they mean is decided elsewhere."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from portdesk.domain.errors import InputError, MachineError, PortdeskError
from portdesk.domain.messages import Message
from portdesk.usecases.workbook_shape import (
    MOST_COLUMNS,
    MOST_LINES,
    Place,
    formulas_of,
    too_large,
    unreadable,
)

_MOST_BYTES: Final = 32 * 1024 * 1024
_HEAD: Final = 2048
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_SEPARATORS: Final = (",", "\t", ";")
_CERTAIN: Final = 10**15
"""From here on Excel has rounded a number."""

FORMULA: Final = Message("A formula stands here. Put its value in its place.")
MERGED: Final = Message("This cell is merged with others. Separate them and fill in every row.")
ROUNDED: Final = Message("Excel keeps only 15 digits of a number. Make the column text and enter it again.")


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell, as text; `flaw` says why it cannot be relied on."""

    text: str = ""
    is_number: bool = False
    flaw: Message | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A row that is not empty, with its number as Excel shows it."""

    number: int
    cells: tuple[Cell, ...]

    def cell(self, column: int) -> Cell:
        """The cell in this column; an empty one beyond the end."""
        return self.cells[column] if 0 <= column < len(self.cells) else Cell()


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet that is not empty; a text file is one without a name."""

    name: str
    lines: tuple[Line, ...]


def read_tables(path: Path) -> tuple[Table, ...]:
    """
    Every sheet of the file that holds something, as far as people can see it.

    Takes its time: belongs into a worker thread. Raises `InputError` for what is no such file, is
    empty or too large, and `MachineError` when the machine does not let us read it.
    """
    fault: PortdeskError
    try:
        tables = tuple(table for table in _tables(path) if table.lines)
    except FileNotFoundError:
        fault = InputError(Message("{name} is not there any more.", name=path.name))
    except (OSError, MemoryError):
        fault = MachineError(
            Message("{name} cannot be read.", name=path.name),
            Message("Close it in other programs, or copy it to this computer."),
        )
    else:
        if tables:
            return tables
        fault = InputError(Message("There is nothing in this file."), Message("Choose another one."))
    raise fault


def _tables(path: Path) -> Iterator[Table]:
    if path.stat().st_size > _MOST_BYTES:
        raise too_large()
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(_ZIP):
        return _workbook(path, formulas_of(path))
    if head.startswith(_OLE):
        return _workbook(path, {})
    if head.lstrip().lower().startswith((b"<html", b"<!doctype", b"<?xml", b"<table", b"<meta")):
        raise InputError(
            Message("This is a web page under the name of a workbook."),
            Message("Open it in Excel and save it as .xlsx."),
        )
    return iter((Table("", tuple(_text_lines(path.read_bytes()))),))


def _workbook(path: Path, formulas: Mapping[str, Collection[Place]]) -> Iterator[Table]:
    from python_calamine import (  # noqa: PLC0415 - only who reads a workbook needs it
        CalamineError,
        PasswordError,
        SheetTypeEnum,
        SheetVisibleEnum,
        load_workbook,
    )

    fault: InputError
    try:
        with load_workbook(path) as book:
            for kept in book.sheets_metadata:
                if kept.visible is SheetVisibleEnum.Visible and kept.typ is SheetTypeEnum.WorkSheet:
                    sheet = book.get_sheet_by_name(kept.name)
                    yield Table(kept.name, tuple(_sheet_lines(sheet, formulas.get(kept.name, ()))))
    except PasswordError:
        fault = InputError(
            Message("This workbook is locked with a password."),
            Message("Save it again without one; nothing of it could be read."),
        )
    except CalamineError:
        fault = unreadable()
    else:
        return
    raise fault


def _sheet_lines(sheet: Any, formulas: Collection[Place]) -> Iterator[Line]:
    if sheet.start is None:
        return
    top, left = sheet.start
    if sheet.end[0] >= MOST_LINES or sheet.end[1] >= MOST_COLUMNS:
        raise too_large()
    merged = _merged(sheet.merged_cell_ranges or ())
    for row, values in enumerate(sheet.to_python(), top):
        cells = [Cell()] * left + [_cell(value) for value in values]
        for column, cell in enumerate(cells):
            flaw = _flaw((row, column), formulas, merged)
            if flaw is not None:
                cells[column] = Cell(cell.text, cell.is_number, flaw)
        if any(cell.text or cell.flaw for cell in cells):
            yield Line(row + 1, tuple(cells))


def _flaw(place: Place, formulas: Collection[Place], merged: Collection[Place]) -> Message | None:
    if place in formulas:
        return FORMULA
    return MERGED if place in merged else None


def _merged(ranges: Iterable[tuple[Place, Place]]) -> set[Place]:
    """Every cell that is one with another, as far as such a sheet is read."""
    return {
        (row, column)
        for (top, left), (bottom, right) in ranges
        for row in range(top, min(bottom, MOST_LINES) + 1)
        for column in range(left, min(right, MOST_COLUMNS) + 1)
    }


def _cell(value: object) -> Cell:
    if isinstance(value, bool):
        return Cell(str(value).upper())
    if isinstance(value, int | float):
        number = Decimal(repr(value))
        whole = number.is_finite() and number == number.to_integral_value()
        return Cell(str(int(number)) if whole else f"{number.normalize():f}", is_number=True)
    if isinstance(value, date | time | timedelta):
        return Cell(str(value))
    return Cell(str(value).strip())


def _text_lines(content: bytes) -> Iterator[Line]:
    text = _decoded(content)
    try:
        for number, values in enumerate(_records(text), 1):
            if len(values) > MOST_COLUMNS or number > MOST_LINES:
                raise too_large()
            cells = tuple(_text_cell(value.strip()) for value in values)
            if any(cell.text for cell in cells):
                yield Line(number, cells)
    except csv.Error:
        pass
    else:
        return
    raise unreadable()


def _records(text: str) -> Iterator[Sequence[str]]:
    head = text.lstrip("\r\n").partition("\n")[0]
    separator = max(_SEPARATORS, key=head.count)
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)


def _text_cell(text: str) -> Cell:
    return Cell(text, flaw=FORMULA if text.startswith(("=", "@")) else None)


def _decoded(content: bytes) -> str:
    readings: tuple[Callable[[], str], ...] = (
        lambda: content.decode("utf-16") if content.startswith(_UTF_16) else content.decode("utf-8-sig"),
        lambda: content.decode("cp949"),
    )
    for read in readings:
        try:
            text = read()
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise InputError(
        Message("The letters of this file cannot be read."),
        Message("Save it as an Excel workbook, or as CSV in UTF-8."),
    )


def is_rounded(cell: Cell) -> bool:
    """Whether a number may not be the one that was entered."""
    return cell.is_number and abs(Decimal(cell.text)) >= _CERTAIN
