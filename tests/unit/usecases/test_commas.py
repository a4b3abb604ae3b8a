from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from threading import Event

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portdesk.domain.plain import visible
from portdesk.usecases.columns import ExportColumn, Kind
from portdesk.usecases.commas import CommaSheet, guarded
from portdesk.usecases.drafts import Outlet
from samples.strings import HOSTILE, texts

SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20\u2212"
BLANKS = "\t\r\0"
BEFORE = " '\"\u3000\u201c\u2018`"


def written(columns: Sequence[ExportColumn[object]], rows: Sequence[object]) -> bytes:
    file = io.BytesIO()
    sheet = CommaSheet(Outlet(file, Event()), columns)
    sheet.add(rows)
    sheet.finish()
    sheet.abandon()
    return file.getvalue()


def read(data: bytes) -> list[list[str]]:
    """The cells below the head."""
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[1:]


def column(kind: Kind = Kind.TEXT, currency: str | None = None) -> ExportColumn[object]:
    return ExportColumn(
        title="Title",
        kind=kind,
        value=lambda row: row,
        currency=None if currency is None else lambda _: currency,
    )


def one(value: object, kind: Kind = Kind.TEXT, currency: str | None = None) -> str:
    return read(written([column(kind, currency)], [value]))[0][0]


def is_inert(cell: str) -> bool:
    """What OWASP asks for: nothing that runs stands first, not behind blanks and quotes either."""
    if cell.startswith("'"):
        return True
    return cell.strip(BEFORE + "\t\r\n")[:1] not in {*SIGNS} and cell[:1] not in {*SIGNS, *BLANKS}


class TestFile:
    def test_has_the_mark_of_utf8_and_lines_of_excel(self) -> None:
        data = written([column(), column()], ["가", "b"])

        assert data == "Title,Title\r\n가,가\r\nb,b\r\n".encode("utf-8-sig")

    def test_quotes_what_would_fall_apart(self) -> None:
        assert written([column()], ['a,b"c']).endswith(b'"a,b""c"\r\n')

    def test_an_empty_line_is_still_a_row(self) -> None:
        assert read(written([column()], [None, ""])) == [[""], [""]]

    def test_a_head_is_guarded_like_any_text(self) -> None:
        data = written([ExportColumn[object](title="=1+1", value=str)], [])

        assert data.decode("utf-8-sig") == "'=1+1\r\n"


class TestGuard:
    @pytest.mark.parametrize("start", SIGNS)
    @pytest.mark.parametrize("before", ["", *BEFORE, "' \"", "\t", "\r\n"])
    def test_a_formula_gets_an_apostrophe(self, start: str, before: str) -> None:
        assert one(f"{before}{start}1+1").startswith(f"'{visible(before)}")

    @pytest.mark.parametrize("start", BLANKS)
    def test_so_does_what_begins_with_a_blank_that_programs_drop(self, start: str) -> None:
        assert one(f"{start}1").startswith("'")

    @pytest.mark.parametrize("text", ["홍길동", "a=b", "1-2", "010-1234-5678", "'quoted'", "", "a@b.example"])
    def test_what_cannot_run_stays_as_it_is(self, text: str) -> None:
        assert one(text) == text

    def test_a_phone_number_with_a_plus_is_text(self) -> None:
        assert one("+82-10-1234-5678") == "'+82-10-1234-5678"

    def test_a_text_that_looks_like_a_negative_number_is_text(self) -> None:
        assert one("-5000") == "'-5000"

    @given(texts)
    def test_whatever_comes_nothing_runs_and_nothing_is_lost(self, text: str) -> None:
        cell = one(text)

        assert is_inert(cell)
        assert cell in (visible(text), f"'{visible(text)}")

    @given(st.lists(st.lists(texts, min_size=3, max_size=3), max_size=20))
    @example([list(HOSTILE[place : place + 3]) for place in range(len(HOSTILE) - 3)])
    def test_every_cell_comes_back_in_its_place(self, rows: list[list[str]]) -> None:
        columns = [
            ExportColumn[object](title=str(place), value=lambda row, place=place: row[place])  # type: ignore[index,misc]
            for place in range(3)
        ]

        assert read(written(columns, rows)) == [[guarded(text) for text in row] for row in rows]


class TestValues:
    @pytest.mark.parametrize(
        ("value", "currency", "text"),
        [
            ("38000", "KRW", "38000"),
            ("-500", "KRW", "-500"),
            ("12.5", "USD", "12.50"),
            ("1000.5", "KRW", "1000.5"),
            ("-0.00", "USD", "0.00"),
            ("12345678901234567.89", "USD", "12345678901234567.89"),
            ("1E+3", "KRW", "1000"),
            ("NaN", "KRW", "NaN"),
            ("-Infinity", "KRW", "'-Infinity"),
            ("-1E+99", "KRW", "'-1E+99"),
        ],
    )
    def test_an_amount_is_bare_and_exact(self, value: str, currency: str, text: str) -> None:
        assert one(Decimal(value), Kind.MONEY, currency) == text

    @given(st.one_of(st.decimals(allow_nan=False), st.integers()))
    def test_no_number_changes(self, value: Decimal | int) -> None:
        assert Decimal(one(value, Kind.NUMBER).removeprefix("'")) == value

    def test_a_time_is_that_of_a_korean_clock(self) -> None:
        assert one(datetime(2026, 10, 1, 15, 30, 59, tzinfo=UTC), Kind.TIME) == "2026-10-02 00:30:59"

    def test_what_is_no_value_of_its_kind_is_guarded(self) -> None:
        assert one("=1+1", Kind.MONEY, "KRW") == "'=1+1"
        assert one("=1+1", Kind.TIME) == "'=1+1"
        assert one(True, Kind.NUMBER) == "True"


def test_what_is_held_back_reaches_the_file_at_the_end(tmp_path: Path) -> None:
    with (tmp_path / "out").open("wb") as file:
        sheet = CommaSheet(Outlet(file, Event()), [column()])
        sheet.add(["last"])
        sheet.finish()

    assert (tmp_path / "out").read_bytes().endswith(b"last\r\n")
