"""Lists as people send them, and as nobody should: what is read, what is refused, in which words."""

from __future__ import annotations

import threading
import time
import zipfile
from pathlib import Path

import pytest
from xlsxwriter.workbook import Workbook

from portdesk.domain.errors import InputError, MachineError
from portdesk.usecases.refund_files import FORMULA, MERGED, Table, is_rounded, read_tables
from samples.workbooks import old_workbook, workbook

ROWS = [
    ["imp_uid", "환불금액", "사유"],
    ["imp_123456789012", "1000", "고객 변심"],
    ["imp_2", "남은 금액 전부", ""],
]


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in line.cells] for line in table.lines]


def lines(separator: str = ",") -> str:
    return "\r\n".join(separator.join(row) for row in ROWS) + "\r\n"


@pytest.mark.parametrize(
    "content",
    [
        lines().encode("utf-8"),
        lines().encode("utf-8-sig"),
        lines().encode("cp949"),
        lines("\t").encode("utf-16"),
        lines(";").encode("utf-8"),
    ],
    ids=["utf-8", "BOM", "CP949", "Excel's Unicode text", "semicolons"],
)
def test_a_text_file_in_any_usual_spelling(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)

    (table,) = read_tables(path)
    assert texts(table) == ROWS


def test_new_and_old_workbooks_say_the_same(tmp_path: Path) -> None:
    new = read_tables(workbook(tmp_path / "list.xlsx", ROWS))
    old = read_tables(old_workbook(tmp_path / "list.xls", [[cell for cell in row if cell] for row in ROWS]))

    assert [table.name for table in (*new, *old)] == ["환불", "환불"]
    assert texts(new[0])[1] == texts(old[0])[1] == ROWS[1]


def test_the_kind_of_file_is_told_by_its_content_not_by_its_name(tmp_path: Path) -> None:
    path = workbook(tmp_path / "list.xlsx", ROWS).rename(tmp_path / "list.csv")

    assert read_tables(path)[0].name == "환불"


def test_numbers_keep_what_was_entered(tmp_path: Path) -> None:
    (table,) = read_tables(workbook(tmp_path / "l.xlsx", [[1000, 12.5, 1e15, 2**63, -3]]))

    cells = table.lines[0].cells
    assert [cell.text for cell in cells] == ["1000", "12.5", "1000000000000000", "9223372036854776000", "-3"]
    assert [is_rounded(cell) for cell in cells] == [False, False, True, True, False]


def test_rows_keep_the_numbers_that_excel_shows(tmp_path: Path) -> None:
    (table,) = read_tables(workbook(tmp_path / "l.xlsx", [[], [], ["", "imp_uid"], [], ["", "imp_1"]]))

    assert [line.number for line in table.lines] == [3, 5]
    assert table.lines[0].cell(1).text == "imp_uid"


def test_formulas_are_marked_where_they_stand(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "l.xlsx",
        [["imp_uid", "amount"], ["imp_1"]],
        lambda sheet: sheet.write_formula("B2", "=1+1"),
    )

    (table,) = read_tables(path)
    assert table.lines[1].cell(1).flaw is FORMULA
    assert table.lines[1].cell(0).flaw is None


def test_formulas_in_a_text_file_are_marked(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text('imp_uid,amount\nimp_1,=1+1\nimp_2,"=HYPERLINK(""http://x"")"\n', "utf-8")

    (table,) = read_tables(path)
    assert [line.cell(1).flaw for line in table.lines] == [None, FORMULA, FORMULA]


def test_merged_cells_are_marked_in_every_row(tmp_path: Path) -> None:
    rows = [["imp_uid", "amount"], ["", 1], ["", 2], ["", 3]]
    path = workbook(tmp_path / "l.xlsx", rows, lambda sheet: sheet.merge_range("A2:A4", "imp_1"))

    (table,) = read_tables(path)
    assert [(line.number, line.cell(0).flaw) for line in table.lines[1:]] == [(n, MERGED) for n in (2, 3, 4)]


def test_hidden_and_empty_sheets_are_passed_over(tmp_path: Path) -> None:
    book = Workbook(str(tmp_path / "l.xlsx"))
    for name in ("empty", "list", "hidden"):
        sheet = book.add_worksheet(name)
        if name != "empty":
            sheet.write(0, 0, "imp_uid")
    book.get_worksheet_by_name("hidden").hide()
    book.close()

    assert [table.name for table in read_tables(tmp_path / "l.xlsx")] == ["list"]


@pytest.mark.parametrize("name", ["l.xlsx", "l.csv"])
def test_an_empty_file_says_so(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "l.csv":
        path.write_bytes(b"\xef\xbb\xbf\r\n,,\r\n")
    else:
        workbook(path, [])

    with pytest.raises(InputError, match="nothing in this file"):
        read_tables(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04 this is no archive", "broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "broken"),
        (b"<html><table><tr><td>imp_1</td></tr></table></html>", "web page"),
        (b"\x00\x01\x02\x03" * 300, "letters"),
        (bytes(range(128, 256)) * 3, "letters"),
    ],
)
def test_what_is_no_list_is_refused_in_words(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "list.xls"
    path.write_bytes(content)

    with pytest.raises(InputError, match=said) as caught:
        read_tables(path)
    assert caught.value.advice is not None


def test_every_truncation_of_a_workbook_is_refused_in_words(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "l.xlsx", ROWS).read_bytes()
    path = tmp_path / "part.xlsx"
    for length in range(4, len(whole), 97):
        path.write_bytes(whole[:length])
        with pytest.raises(InputError):
            read_tables(path)


def test_bytes_turned_over_never_raise_anything_else(tmp_path: Path) -> None:
    whole = bytearray(workbook(tmp_path / "l.xlsx", ROWS).read_bytes())
    path = tmp_path / "bent.xlsx"
    for place in range(0, len(whole), 61):
        bent = whole.copy()
        bent[place] ^= 0xFF
        path.write_bytes(bent)
        try:
            read_tables(path)
        except InputError:
            continue


def test_a_hundred_thousand_rows_are_refused_before_they_are_read(tmp_path: Path) -> None:
    book = Workbook(str(tmp_path / "l.xlsx"), {"constant_memory": True})
    sheet = book.add_worksheet()
    for number in range(100_000):
        sheet.write_row(number, 0, [f"imp_{number:012d}", 1000, "고객 변심"])
    book.close()
    (tmp_path / "l.csv").write_text("imp_000000000001,1000\n" * 100_000, "utf-8")

    for name in ("l.xlsx", "l.csv"):
        began = time.perf_counter()
        with pytest.raises(InputError, match="5,000"):
            read_tables(tmp_path / name)
        assert time.perf_counter() - began < 1


def test_a_cell_at_the_end_of_the_world_makes_no_room_for_all_before_it(tmp_path: Path) -> None:
    path = workbook(tmp_path / "l.xlsx", ROWS, lambda sheet: sheet.write("XFD1048576", "x"))

    with pytest.raises(InputError, match="wide"):
        read_tables(path)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = workbook(tmp_path / "l.xlsx", ROWS)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb", b"\0" * (257 * 1024 * 1024))

    with pytest.raises(InputError, match="5,000"):
        read_tables(path)


def test_a_workbook_that_declares_entities_is_refused(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "whole.xlsx", ROWS)
    path = tmp_path / "l.xlsx"
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "xl/workbook.xml":
                content = content.replace(b"?>", b'?><!DOCTYPE a [<!ENTITY b "c">]>', 1)
            new.writestr(part.filename, content)

    with pytest.raises(InputError, match="broken"):
        read_tables(path)


def test_a_file_that_went_away_or_is_a_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not there"):
        read_tables(tmp_path / "none.csv")
    with pytest.raises(MachineError, match="cannot be read"):
        read_tables(tmp_path)


def test_reading_leaves_room_for_others(tmp_path: Path) -> None:
    """The thread that reads must not keep the screen's from running."""
    path = workbook(tmp_path / "l.xlsx", [[f"imp_{n:012d}", n, "reason"] for n in range(5000)])
    thread = threading.Thread(target=read_tables, args=(path,))
    longest, last = 0.0, time.perf_counter()
    thread.start()
    while thread.is_alive():
        thread.join(0.001)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    assert longest < 0.25
