"""Workbooks as people send them: new ones by XlsxWriter, an old .xls put together by hand."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

_SECTOR = 512
_SMALLEST = 4096
"""A shorter stream would live in a file system inside the file system."""
_END, _FAT, _FREE = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF


def workbook(path: Path, rows: Sequence[Sequence[Any]], touch: Callable[[Worksheet], object] = id) -> Path:
    """An .xlsx of one sheet; `touch` may do more to it."""
    book = Workbook(str(path), {"strings_to_formulas": False})
    sheet = book.add_worksheet("환불")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    touch(sheet)
    book.close()
    return path


def old_workbook(path: Path, rows: Sequence[Sequence[str | float]]) -> Path:
    """An .xls of one sheet."""
    path.write_bytes(_container(_biff(rows)))
    return path


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _begin(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 1996, 0, 6))


def _biff(rows: Sequence[Sequence[str | float]]) -> bytes:
    def head(place: int) -> bytes:
        name = "환불".encode("utf-16-le")
        bound = struct.pack("<IBBBB", place, 0, 0, 2, 1) + name
        return (
            _begin(0x0005) + _record(0x0042, struct.pack("<H", 1200)) + _record(0x0085, bound) + _END_RECORD
        )

    cells = b"".join(
        _cell(row, column, value) for row, values in enumerate(rows) for column, value in enumerate(values)
    )
    return head(len(head(0))) + _begin(0x0010) + cells + _END_RECORD


_END_RECORD = _record(0x000A, b"")


def _cell(row: int, column: int, value: str | float) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, str):
        text = value.encode("utf-16-le")
        return _record(0x0204, place + struct.pack("<HB", len(value), 1) + text)
    return _record(0x0203, place + struct.pack("<d", value))


def _container(stream: bytes) -> bytes:
    """A compound file with the stream `Workbook`."""
    stream = stream.ljust(_SMALLEST, b"\0")
    count = -(-len(stream) // _SECTOR)
    stream = stream.ljust(count * _SECTOR, b"\0")
    chain = [_FAT, _END, *range(3, 2 + count), _END]
    fat = struct.pack(f"<{len(chain)}I", *chain).ljust(_SECTOR, b"\xff")
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        b"",
        0,
        1,
        1,
        0,
        _SMALLEST,
        _END,
        0,
        _END,
        0,
    ) + struct.pack("<109I", 0, *[_FREE] * 108)
    folder = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, 2, len(stream))
    return header + fat + folder.ljust(_SECTOR, b"\0") + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16sIQQIQ", text, len(text), kind, 1, _FREE, _FREE, child, b"", 0, 0, 0, start, size
    )
