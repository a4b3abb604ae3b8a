from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from portdesk.domain.plain import visible
from portdesk.domain.times import KST
from portdesk.usecases.columns import CELL_LIMIT, ExportColumn, Kind
from portdesk.usecases.spreadsheets import Spreadsheet
from samples.strings import HOSTILE, texts

NAMES = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def book(columns: Sequence[ExportColumn[object]], rows: Sequence[object]) -> bytes:
    file = io.BytesIO()
    sheet = Spreadsheet(file, columns)
    sheet.add(rows)
    sheet.finish()
    sheet.abandon()
    return file.getvalue()


def read(data: bytes) -> list[list[object]]:
    """The cells below the head."""
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    return sheet.to_python(skip_empty_area=False)[1:]


def part(data: bytes, name: str) -> ET.Element:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return ET.fromstring(archive.read(name))  # noqa: S314 - we have just written it


def sheet_of(data: bytes) -> ET.Element:
    return part(data, "xl/worksheets/sheet1.xml")


def column(kind: Kind = Kind.TEXT, currency: str | None = None) -> ExportColumn[object]:
    return ExportColumn(
        title="Title",
        kind=kind,
        value=lambda row: row,
        currency=None if currency is None else lambda _: currency,
    )


def one(value: object, kind: Kind = Kind.TEXT, currency: str | None = None) -> object:
    """What a cell holds when the workbook is opened again."""
    # The second column keeps an empty cell from being nobody's.
    ends = ExportColumn[object](title="End", value=lambda _: "end")
    return read(book([column(kind, currency), ends], [value]))[0][0]


def as_time(cell: object) -> object:
    """Calamine reads a midnight as a day."""
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return datetime.combine(cell, time.min)
    return cell


def number_format(value: object, kind: Kind, currency: str | None = None) -> str:
    data = book([column(kind, currency)], [value])
    style = int(sheet_of(data).findall(".//m:sheetData/m:row[2]/m:c", NAMES)[0].get("s", ""))
    styles = part(data, "xl/styles.xml")
    number = styles.findall("m:cellXfs/m:xf", NAMES)[style].get("numFmtId")
    built_in = {"1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00", "49": "@"}
    custom = {each.get("numFmtId"): each.get("formatCode") for each in styles.iterfind(".//m:numFmt", NAMES)}
    return str(custom.get(number) or built_in[str(number)])


class TestTexts:
    @pytest.mark.parametrize("text", ["0012345", "01012345678", "4111-11**-****-1111", "1e5", "TRUE", " a "])
    def test_stay_texts_to_the_last_zero(self, text: str) -> None:
        assert one(text) == text

    def test_keep_their_kind_when_they_are_edited(self) -> None:
        assert number_format("0012", Kind.TEXT) == "@"

    @pytest.mark.parametrize("text", HOSTILE)
    def test_say_what_a_screen_says(self, text: str) -> None:
        assert one(text) == visible(text)

    def test_nothing_is_an_empty_cell(self) -> None:
        data = book([column(), ExportColumn(title="End", value=lambda _: "end")], [None, ""])

        assert read(data) == [["", "end"], ["", "end"]]
        assert len(sheet_of(data).findall(".//m:c", NAMES)) == 4

    def test_are_cut_where_a_cell_ends(self) -> None:
        assert one("가" * CELL_LIMIT) == "가" * CELL_LIMIT
        assert one("가" * (CELL_LIMIT + 1)) == "가" * (CELL_LIMIT - 1) + "…"

    def test_an_emoji_counts_twice_and_is_not_halved(self) -> None:
        cut = one("😀" * CELL_LIMIT)

        assert cut == "😀" * ((CELL_LIMIT - 1) // 2) + "…"

    @settings(max_examples=60)
    @given(st.lists(texts, min_size=1, max_size=30))
    @example(list(HOSTILE))
    def test_whatever_comes_the_sheet_opens_and_holds_no_formula(self, hostile: list[str]) -> None:
        columns = [
            ExportColumn[object](title=hostile[0] or "t", value=lambda row: row),
            ExportColumn[object](title="End", value=lambda _: "end"),
        ]
        data = book(columns, hostile)

        assert [cells[0] for cells in read(data)] == [visible(text) for text in hostile]
        sheet = sheet_of(data)
        assert {element.tag.split("}")[1] for element in sheet.iterfind(".//m:sheetData//", NAMES)} <= {
            "row", "c", "is", "t"
        }  # fmt: skip
        assert {cell.get("t") for cell in sheet.iterfind(".//m:c", NAMES)} == {"inlineStr"}
        assert sheet.find(".//m:hyperlinks", NAMES) is None
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert not any(
                "external" in name.lower() or "calc" in name.lower() for name in archive.namelist()
            )


class TestNumbers:
    @pytest.mark.parametrize(
        ("value", "currency", "pattern"),
        [
            ("38000", "KRW", "#,##0"),
            ("0", "KRW", "#,##0"),
            ("-500", "KRW", "#,##0"),
            ("12.5", "USD", "#,##0.00"),
            ("12.50", "USD", "#,##0.00"),
            ("100", "USD", "#,##0.00"),
            ("1000.5", "KRW", "#,##0.0"),
            ("0.125", "USD", "#,##0.000"),
            ("9999999999999.99", "USD", "#,##0.00"),
        ],
    )
    def test_an_amount_is_a_number_shown_as_its_currency_is(
        self, value: str, currency: str, pattern: str
    ) -> None:
        found = one(Decimal(value), Kind.MONEY, currency)

        assert isinstance(found, float)
        assert Decimal(repr(found)) == Decimal(value)
        assert number_format(Decimal(value), Kind.MONEY, currency) == pattern

    def test_each_row_has_its_own_currency(self) -> None:
        columns = [
            ExportColumn[tuple[int, str]](
                title="Amount", kind=Kind.MONEY, value=lambda row: row[0], currency=lambda row: row[1]
            )
        ]
        data = book(columns, [(1, "KRW"), (2, "USD")])  # type: ignore[arg-type]
        cells = sheet_of(data).findall(".//m:c", NAMES)

        assert cells[1].get("s") != cells[2].get("s")

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            ("12345678901234567.89", "12345678901234567.89"),
            ("0.1234567890123456", "0.1234567890123456"),
            ("1E-20", "0.00000000000000000001"),
            ("1E+50", "1E+50"),
            ("1E+999999", "1E+999999"),
            ("NaN", "NaN"),
            ("sNaN", "sNaN"),
            ("-Infinity", "-Infinity"),
        ],
    )
    def test_what_a_double_would_round_is_text(self, value: str, text: str) -> None:
        assert one(Decimal(value), Kind.MONEY, "USD") == text

    def test_a_minus_zero_is_zero(self) -> None:
        assert str(one(Decimal("-0.00"), Kind.MONEY, "USD")) == "0.0"

    @given(st.one_of(st.decimals(), st.decimals(places=2), st.integers(), st.just(10**5000)))
    @settings(max_examples=150)
    def test_no_number_changes(self, value: Decimal | int) -> None:
        found = one(value, Kind.NUMBER)

        if isinstance(found, float):
            assert Decimal(repr(found)) == value
            assert Decimal(f"{found:.15g}") == value  # as Excel shows it
        else:
            assert isinstance(found, str)
            assert Decimal(found).compare_total(Decimal(value)) == 0 or Decimal(found) == value

    @pytest.mark.parametrize("value", [True, "=1+1", 1.5])
    def test_what_is_no_exact_number_is_text(self, value: object) -> None:
        assert one(value, Kind.NUMBER) == str(value)


class TestTimes:
    def test_a_time_is_a_date_on_a_korean_clock(self) -> None:
        moment = datetime(2026, 10, 1, 15, 30, 59, tzinfo=UTC)

        assert one(moment, Kind.TIME) == datetime(2026, 10, 2, 0, 30, 59)  # noqa: DTZ001 - as calamine reads it
        assert number_format(moment, Kind.TIME) == "yyyy-mm-dd hh:mm:ss"

    @settings(max_examples=40)
    @given(st.lists(st.integers(1, 253_370_000_000), min_size=1, max_size=50))
    @example([86_400, 86_399, 86_401])
    def test_every_second_survives(self, seconds: list[int]) -> None:
        start = datetime(1970, 1, 1, tzinfo=KST)
        rows = [start + timedelta(seconds=second) for second in seconds]
        cells = [cells[0] for cells in read(book([column(Kind.TIME)], rows))]

        assert [as_time(cell) for cell in cells] == [row.replace(tzinfo=None) for row in rows]

    def test_before_the_days_of_excel_it_is_text(self) -> None:
        assert one(datetime(1899, 1, 1, tzinfo=KST), Kind.TIME) == "1899-01-01 00:00:00"

    def test_a_time_without_a_zone_is_a_mistake(self) -> None:
        file = io.BytesIO()
        sheet = Spreadsheet(file, [column(Kind.TIME)])

        with pytest.raises(ValueError, match="zone"):
            sheet.add([datetime(2026, 1, 1)])  # noqa: DTZ001 - the mistake
        sheet.abandon()

    def test_what_is_no_time_is_text(self) -> None:
        assert one("=soon", Kind.TIME) == "=soon"


class TestSheet:
    def test_the_head_is_bold_stays_in_sight_and_filters(self) -> None:
        data = book([column(), column()], ["a", "b", "c"])
        sheet = sheet_of(data)
        pane = sheet.find(".//m:pane", NAMES)
        head = sheet.find(".//m:row[1]/m:c", NAMES)
        assert pane is not None
        assert head is not None
        styles = part(data, "xl/styles.xml")
        font = styles.findall("m:cellXfs/m:xf", NAMES)[int(head.get("s", ""))].get("fontId")

        assert (pane.get("state"), pane.get("ySplit"), pane.get("xSplit")) == ("frozen", "1", None)
        assert styles.findall("m:fonts/m:font", NAMES)[int(str(font))].find("m:b", NAMES) is not None
        assert sheet.find("m:autoFilter", NAMES).get("ref") == "A1:B4"  # type: ignore[union-attr]

    def test_columns_are_as_wide_as_asked_for(self) -> None:
        columns = [
            ExportColumn[object](title="a", value=str, width=7),
            ExportColumn[object](title="b", value=str, width=40),
        ]
        widths = [
            float(each.get("width", ""))
            for each in sheet_of(book(columns, [])).findall("m:cols/m:col", NAMES)
        ]

        assert [round(width) for width in widths] == [8, 41]

    def test_excel_does_not_mark_the_texts_as_mistakes(self) -> None:
        ignored = sheet_of(book([column()], ["0012"])).find(".//m:ignoredError", NAMES)

        assert ignored is not None
        assert ignored.get("numberStoredAsText") == "1"
        assert ignored.get("sqref") == "A1:A1048576"

    def test_without_rows_the_head_is_there(self) -> None:
        data = book([column()], [])

        assert read(data) == []
        assert re.search(r"Title", ET.tostring(sheet_of(data), "unicode"))
