"""How large the sheets of a workbook are and where formulas stand, told by its own XML."""

from __future__ import annotations

import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final
from xml.parsers.expat import ExpatError, ParserCreate

from portdesk.domain.errors import InputError
from portdesk.domain.messages import Message

MOST_LINES: Final = 5_050
"""Lines of a sheet that are read at all: a list and what stands above it."""
MOST_COLUMNS: Final = 200

_MOST_UNPACKED: Final = 256 * 1024 * 1024
_PORTION: Final = 256 * 1024
_PLACE: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")

_BROKEN: Final = (zipfile.BadZipFile, zlib.error, struct.error, StopIteration)

Place = tuple[int, int]
"""Row and column, counted from 0."""


def too_large() -> InputError:
    """What is said of a file that holds more than one list can."""
    return InputError(
        Message("This file has more than {most} rows, or rows far too wide.", most=f"{MOST_LINES - 50:,}"),
        Message("Nothing was sent. Split it into several files."),
    )


def unreadable() -> InputError:
    """What is said of a file that no program could read."""
    return InputError(
        Message("This file is broken and cannot be read."),
        Message("Open it in Excel and save it again as .xlsx."),
    )


@dataclass
class _Shape:
    """One sheet on its way past: nothing of it is kept but the places of its formulas."""

    formulas: set[Place] = field(default_factory=set)
    row: int = -1
    column: int = -1

    def begin(self, name: str, given: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "row":
                self.row = int(given["r"]) - 1 if given.get("r", "").isdecimal() else self.row + 1
                self.column = -1
            case "c":
                self._come_to(given.get("r", ""))
            case "f":
                self.formulas.add((self.row, self.column))
        if self.row >= MOST_LINES or self.column >= MOST_COLUMNS:
            raise too_large()

    def _come_to(self, place: str) -> None:
        found = _PLACE.fullmatch(place)
        if found is None:
            self.column += 1
            return
        self.row, self.column = int(found[2]) - 1, _number(found[1])


def formulas_of(path: Path) -> Mapping[str, frozenset[Place]]:
    """
    Where formulas stand in each sheet, by its name.

    A workbook whose sheets are too large is refused here, before a reader would make room for every
    cell of them. Raises `InputError` and `OSError`; belongs into a worker thread.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > _MOST_UNPACKED:
                raise too_large()
            return {name: _formulas(archive, part) for name, part in _sheets(archive)}
    except (*_BROKEN, ExpatError, KeyError, ValueError, EOFError, NotImplementedError, RuntimeError):
        pass  # said outside, so that nothing of the file comes along
    raise unreadable()


def _formulas(archive: zipfile.ZipFile, part: str) -> frozenset[Place]:
    shape = _Shape()
    with archive.open(part) as file:
        _walk(file, shape.begin)
    return frozenset(shape.formulas)


def _sheets(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """The names of the sheets and the parts that hold them."""
    targets: dict[str, str] = {}
    named: list[tuple[str, str]] = []

    def relation(name: str, given: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "Relationship":
            targets[given["Id"]] = posixpath.normpath(posixpath.join("/xl", given["Target"])).lstrip("/")

    def sheet(name: str, given: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "sheet":
            id_ = next(value for key, value in given.items() if key.rpartition(":")[2] == "id")
            named.append((given["name"], id_))

    with archive.open("xl/_rels/workbook.xml.rels") as file:
        _walk(file, relation)
    with archive.open("xl/workbook.xml") as file:
        _walk(file, sheet)
    return [(name, targets[id_]) for name, id_ in named if "worksheets/" in targets[id_]]


def _walk(file: IO[bytes], begin: Callable[[str, dict[str, str]], None]) -> None:
    def refuse(*_: object) -> None:
        raise ValueError("no workbook declares a document type")

    parser = ParserCreate()
    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = refuse
    read = 0
    while portion := file.read(_PORTION):
        read += len(portion)
        if read > _MOST_UNPACKED:
            raise too_large()
        parser.Parse(portion)
    parser.Parse(b"", True)


def _number(letters: str) -> int:
    """A column's number, counted from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
