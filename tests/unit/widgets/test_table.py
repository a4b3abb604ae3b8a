"""The table copies, sorts and remembers its columns, and keeps the place of the rows in view."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QFocusEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from portdesk.domain.money import Amount
from portdesk.qt.tables import CHUNK, Column, PagedModel
from portdesk.widgets.kit.columns import money_column, number_column, time_column
from portdesk.widgets.kit.copying import Copy
from portdesk.widgets.kit.table import TableView
from samples.hostile import CELLS
from screen import HeardAlerts, eventually

pytestmark = pytest.mark.anyio

GARBAGE: list[Any] = [
    {},
    {"name": None},
    {"name": [1, 2]},
    {"name": ["wide", "left", "yes"]},
    {"name": {"width": 5}},
    {"name": [10**12, -(10**12), True]},
    {"name": [-5, 10**9, False], "amount": [True, 0.5, 1]},
    {"nobody": [100, 0, True]},
    {"name": [100, 2, False], "amount": [100, 0, False], "time": [50, 1, False], "note": [9, 9, False]},
]


class Names:
    """Rows called after their ids, unless given."""

    def __init__(self) -> None:
        self.named: dict[int, str] = {}
        self.asked = 0

    async def fetch(self, ids: Sequence[int]) -> list[str]:
        self.asked += 1
        return [self.named.get(id_, f"name {id_}") for id_ in ids]


COLUMNS = (
    Column(key="time", title="Time", text=lambda row: f"t {row}", width=80, sort="time", largest_first=True),
    Column(key="name", title="Name", text=str, width=120, sort="name", exact=lambda row: f"{row}"),
    Column(key="note", title="Note", text=lambda row: f"n {row}", width=90),
    Column(key="amount", title="Amount", text=lambda _: "38,000", width=70, is_number=True, shown=False),
)


@pytest.fixture
async def names() -> Names:
    return Names()


@pytest.fixture
async def table(names: Names, alerts: HeardAlerts) -> AsyncIterator[TableView[str]]:
    model = PagedModel(COLUMNS, names.fetch, on_error=alerts.show)
    table = TableView(model)
    model.setParent(table)
    table.resize(500, 300)
    table.show()
    yield table
    await table.end()
    await model.end()
    table.deleteLater()


async def fill(table: TableView[str], count: int, first: int = 0) -> None:
    from array import array  # noqa: PLC0415 - used here alone

    table._model.show(array("q", range(first, first + count)))
    await drawn(table)


async def drawn(table: TableView[str]) -> None:
    table.viewport().repaint()
    await eventually(lambda: not table._model._tasks.is_running("fetch"))


async def copied(table: TableView[str]) -> str:
    QGuiApplication.clipboard().setText("before")
    table.copy_cells()
    await eventually(lambda: QGuiApplication.clipboard().text() != "before")
    return QGuiApplication.clipboard().text()


class TestCopy:
    async def test_the_shown_columns_in_their_order(self, table: TableView[str]) -> None:
        await fill(table, 5)
        table.horizontalHeader().moveSection(2, 0)
        table.setColumnHidden(0, True)
        table.selectRow(3)

        assert await copied(table) == "n name 3\tname 3"

    async def test_the_chosen_rows_from_top_to_bottom(self, table: TableView[str], qtbot: QtBot) -> None:
        await fill(table, 5)
        table.selectRow(4)
        place = table.visualRect(table.model().index(1, 1)).center()
        qtbot.mouseClick(
            table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, place
        )

        assert [line.split("\t")[1] for line in (await copied(table)).split("\n")] == ["name 1", "name 4"]

    async def test_rows_never_looked_at_are_copied_too(self, table: TableView[str]) -> None:
        await fill(table, 10 * CHUNK)
        table.selectAll()

        lines = (await copied(table)).split("\n")
        assert len(lines) == 10 * CHUNK
        assert lines[-1].split("\t")[1] == f"name {10 * CHUNK - 1}"

    async def test_cells_say_what_they_are(self, alerts: HeardAlerts) -> None:
        at = datetime(2026, 11, 21, 5, 2, 3, tzinfo=UTC)
        columns: tuple[Column[str], ...] = (
            Column(key="id", title="Id", text=str, width=80),
            time_column("at", "At", lambda _: at, now=lambda: at),
            number_column("n", "N", lambda _: 1200),
            money_column("won", "Won", lambda _: Amount(Decimal(38000), "KRW")),
            money_column("usd", "Usd", lambda _: Amount(Decimal("71.9"), "USD")),
        )
        copy = Copy(columns)
        copy.add(["0020261121000123456789", "<b>=1+1</b>"])
        data = copy.data()

        first, second = data.text().split("\n")
        assert first.split("\t") == [
            "0020261121000123456789", "2026-11-21 14:02:03", "1200", "38000", "US$71.90",
        ]  # fmt: skip
        markup = bytes(data.data("text/html").data()).decode()
        assert """<td style='mso-number-format:"\\@"'>0020261121000123456789</td>""" in markup
        assert """<td style='mso-number-format:"#,##0"'>38000</td>""" in markup
        assert ">71.90</td>" in markup
        assert "<b>" not in markup
        assert "&lt;b&gt;=1+1" in markup
        assert second.startswith("<b>")

    async def test_more_rows_than_can_be_copied_are_refused_in_words(
        self, table: TableView[str], alerts: HeardAlerts, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("portdesk.widgets.kit.table._MOST_COPIED", 2)
        await fill(table, 3)
        QGuiApplication.clipboard().setText("before")
        table.selectAll()
        table.copy_cells()
        await eventually(lambda: alerts._heard)

        assert "At most 2 rows" in str(alerts.take()[0].text)
        assert QGuiApplication.clipboard().text() == "before"

    async def test_by_keyboard(self, table: TableView[str], qtbot: QtBot) -> None:
        await fill(table, 3)
        table.selectRow(1)
        QGuiApplication.clipboard().clear()
        qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        await eventually(lambda: QGuiApplication.clipboard().text())

        assert "name 1" in QGuiApplication.clipboard().text()

    @pytest.mark.parametrize("text", CELLS, ids=ascii)
    async def test_no_cell_is_a_formula(self, table: TableView[str], names: Names, text: str) -> None:
        names.named[0] = text
        await fill(table, 1)
        table.selectRow(0)

        (cells,) = csv.reader(io.StringIO(await copied(table)), delimiter="\t", quoting=csv.QUOTE_NONE)
        assert len(cells) == 3
        assert not cells[1].lstrip(" \"'").startswith(("=", "@", "\uff1d")) or cells[1].startswith("'")

    @pytest.mark.parametrize("text", ["+82 10-1234-5678", "-1,500".replace(",", ""), "010-1234-5678", "a=b"])
    async def test_numbers_and_words_stay_as_they_are(
        self, table: TableView[str], names: Names, text: str
    ) -> None:
        names.named[0] = text
        await fill(table, 1)
        table.selectRow(0)

        assert (await copied(table)).split("\t")[1] == text

    async def test_a_cell_cannot_break_out_of_its_row(self, table: TableView[str], names: Names) -> None:
        names.named[0] = "a\tb\nc\r\x1f\u2028d"
        await fill(table, 1)
        table.selectRow(0)

        assert len((await copied(table)).split("\t")) == 3
        assert "\n" not in await copied(table)


class TestLayout:
    async def test_comes_back(self, table: TableView[str], names: Names, alerts: HeardAlerts) -> None:
        table.horizontalHeader().moveSection(2, 0)
        table.setColumnWidth(1, 222)
        table.setColumnHidden(3, False)
        table.setColumnHidden(0, True)
        state = json.loads(json.dumps(table.layout_state()))

        model = PagedModel(COLUMNS, names.fetch, on_error=alerts.show)
        other = TableView(model)
        model.setParent(other)
        other.restore_layout(state)

        assert other.layout_state() == table.layout_state()
        other.deleteLater()

    @pytest.mark.parametrize("state", GARBAGE, ids=str)
    async def test_garbage_is_passed_over(self, table: TableView[str], state: Any) -> None:
        table.restore_layout(state)
        across = table.horizontalHeader()

        assert sorted(across.visualIndex(number) for number in range(4)) == [0, 1, 2, 3]
        assert any(not table.isColumnHidden(number) for number in range(4))
        assert all(48 <= table.columnWidth(n) <= 1000 for n in range(4) if not table.isColumnHidden(n))

    async def test_the_last_column_cannot_be_hidden(self, table: TableView[str]) -> None:
        for number in range(4):
            table._show_column(number, shown=False)

        assert any(not table.isColumnHidden(number) for number in range(4))

    async def test_columns_are_offered_with_a_tick(self, table: TableView[str]) -> None:
        table._on_columns_asked(QPoint(5, 5))
        (menu,) = table.findChildren(QMenu)
        assert [(action.text(), action.isChecked()) for action in menu.actions()] == [
            ("Time", True), ("Name", True), ("Note", True), ("Amount", False),
        ]  # fmt: skip

        menu.actions()[3].trigger()
        assert not table.isColumnHidden(3)
        menu.close()


class TestSort:
    @pytest.fixture
    def asked(self, table: TableView[str]) -> list[tuple[int, bool]]:
        asked: list[tuple[int, bool]] = []
        table.sort_asked.connect(lambda column, descending: asked.append((column, descending)))
        return asked

    def click(self, table: TableView[str], qtbot: QtBot, column: int) -> None:
        across = table.horizontalHeader()
        place = QPoint(across.sectionViewportPosition(column) + 20, 10)
        qtbot.mouseClick(across.viewport(), Qt.MouseButton.LeftButton, pos=place)

    async def test_a_click_asks_and_a_second_turns_it_round(
        self, table: TableView[str], asked: list[tuple[int, bool]], qtbot: QtBot
    ) -> None:
        table.show_sort(0, descending=True)
        for column in (1, 1, 0, 0):
            self.click(table, qtbot, column)

        assert asked == [(1, False), (1, True), (0, True), (0, False)]
        assert table.horizontalHeader().sortIndicatorSection() == 0
        assert table.horizontalHeader().sortIndicatorOrder() == Qt.SortOrder.AscendingOrder

    async def test_a_column_without_an_order_asks_nothing_and_the_arrow_stays(
        self, table: TableView[str], asked: list[tuple[int, bool]], qtbot: QtBot
    ) -> None:
        table.show_sort(1, descending=True)
        self.click(table, qtbot, 2)

        assert asked == []
        assert table.horizontalHeader().sortIndicatorSection() == 1
        assert table.horizontalHeader().sortIndicatorOrder() == Qt.SortOrder.DescendingOrder


class TestPlace:
    def newer(self, table: TableView[str], count: int, first: int) -> None:
        from array import array  # noqa: PLC0415 - used here alone

        table.keep_place(lambda: table._model.refresh(array("q", range(first, first + count))))

    async def test_rows_in_view_stay_where_they_are(self, table: TableView[str]) -> None:
        await fill(table, 500, first=100)
        table.verticalScrollBar().setValue(200)
        top = table._model.ids[table.rowAt(0)]

        self.newer(table, 600, first=0)

        assert table._model.ids[table.rowAt(0)] == top
        await drawn(table)

    async def test_at_the_top_the_newest_come_into_view(self, table: TableView[str]) -> None:
        await fill(table, 500, first=100)
        self.newer(table, 600, first=0)

        assert table.rowAt(0) == 0
        await drawn(table)

    async def test_the_current_row_follows(self, table: TableView[str]) -> None:
        await fill(table, 500, first=100)
        table.selectRow(7)
        self.newer(table, 600, first=0)

        assert table.chosen_id() == 107
        assert table.chosen_rows() == [107]
        await drawn(table)


async def test_choosing_by_id(table: TableView[str]) -> None:
    await fill(table, 10)

    assert table.choose(4)
    assert table.chosen_id() == 4
    assert not table.choose(99)
    assert table.chosen_id() == 4


async def test_letters_do_not_walk_through_a_million_rows(
    table: TableView[str], names: Names, qtbot: QtBot
) -> None:
    await fill(table, 1_000_000)
    before = names.asked
    qtbot.keyClicks(table, "name")
    await drawn(table)

    assert names.asked == before


async def test_the_chosen_row_is_told(table: TableView[str]) -> None:
    told: list[int] = []
    table.row_chosen.connect(told.append)
    await fill(table, 10)
    table.selectRow(4)
    table.selectRow(4)
    table.selectRow(6)

    assert told == [4, 6]


async def test_focus_alone_chooses_no_row(table: TableView[str]) -> None:
    await fill(table, 3)
    chosen: list[int] = []
    table.row_chosen.connect(chosen.append)

    QApplication.sendEvent(table, QFocusEvent(QEvent.Type.FocusIn))

    assert chosen == []
    assert not table.currentIndex().isValid()
