"""A table of any length fetches what is looked at, once, and keeps its place while rows change."""

from __future__ import annotations

import asyncio
import logging
from array import array
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt

from portdesk.qt.marks import Mark
from portdesk.qt.tables import CHUNK, DIM_ROLE, MARK_ROLE, Column, PagedModel
from portdesk.widgets.kit.cells import look_at
from screen import HeardAlerts, eventually, settled

pytestmark = pytest.mark.anyio

COLUMNS = (
    Column(key="text", title="Text", text=str, width=100, exact=lambda row: f"exactly {row}"),
    Column(
        key="size", title="Size", text=lambda row: str(len(row)), width=50, is_number=True, is_dim=True,
        mark=lambda _: Mark.DONE,
    ),
)  # fmt: skip


class Rows:
    """A store whose answers wait until they are let go, once it is told to."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.version = 1
        self.fails = False

    async def fetch(self, ids: Sequence[int]) -> list[str]:
        self.asked.append((ids[0], len(ids)))
        await self.gate.wait()
        if self.fails:
            raise OSError("the disk is gone")
        return [f"row {id_} v{self.version}" for id_ in ids]


@pytest.fixture
async def rows() -> Rows:
    return Rows()


@pytest.fixture
async def model(rows: Rows, alerts: HeardAlerts) -> AsyncIterator[PagedModel[str]]:
    model = PagedModel(COLUMNS, rows.fetch, on_error=alerts.show)
    yield model
    await model.end()


def ids(*numbers: int) -> array[int]:
    return array("q", numbers)


def many(count: int, first: int = 0) -> array[int]:
    return array("q", range(first, first + count))


def text(model: PagedModel[str], row: int) -> object:
    return model.data(model.index(row, 0), Qt.ItemDataRole.DisplayRole)


async def quiet(model: PagedModel[str]) -> None:
    await settled()
    await eventually(lambda: not model._tasks.is_running("fetch"))


class TestFetching:
    async def test_a_row_is_empty_until_it_comes(self, model: PagedModel[str]) -> None:
        model.show(many(10))
        assert text(model, 3) is None

        await quiet(model)
        assert text(model, 3) == "row 3 v1"

    async def test_rows_are_fetched_once_and_in_chunks(self, model: PagedModel[str], rows: Rows) -> None:
        model.show(many(1000))
        for _ in range(3):
            for row in range(300):
                text(model, row)
            await quiet(model)

        assert rows.asked == [(0, 2 * CHUNK)], "a screen across two chunks is fetched and painted once"

    async def test_the_last_chunk_may_be_short(self, model: PagedModel[str], rows: Rows) -> None:
        model.show(many(CHUNK + 3))
        text(model, CHUNK + 2)
        await quiet(model)

        assert rows.asked == [(CHUNK, 3)]
        assert text(model, CHUNK + 2) == f"row {CHUNK + 2} v1"

    async def test_what_was_wished_for_last_comes_first(self, model: PagedModel[str], rows: Rows) -> None:
        rows.gate.clear()
        model.show(many(100 * CHUNK))
        text(model, 0)
        await eventually(lambda: rows.asked)
        for chunk in (10, 20, 30):
            text(model, chunk * CHUNK)
        rows.gate.set()
        await quiet(model)

        assert [first // CHUNK for first, _ in rows.asked] == [0, 30, 20, 10]

    async def test_what_flew_past_is_not_fetched(self, model: PagedModel[str], rows: Rows) -> None:
        rows.gate.clear()
        model.show(many(1000 * CHUNK))
        for chunk in range(0, 1000, 2):
            text(model, chunk * CHUNK)
        rows.gate.set()
        await quiet(model)

        fetched = [first // CHUNK for first, _ in rows.asked]
        assert fetched[0] == 998
        assert len(fetched) <= 4

    async def test_views_are_told_which_rows_came(self, model: PagedModel[str]) -> None:
        told: list[tuple[int, int]] = []
        model.dataChanged.connect(lambda top, bottom, *_: told.append((top.row(), bottom.row())))
        model.show(many(CHUNK + 10))
        text(model, CHUNK + 1)
        await quiet(model)

        assert told == [(CHUNK, CHUNK + 9)]

    async def test_only_so_many_rows_are_kept(self, model: PagedModel[str], rows: Rows) -> None:
        model.show(many(100 * CHUNK))
        for chunk in range(40):
            text(model, chunk * CHUNK)
            await quiet(model)

        assert len(model._rows) <= 8 * CHUNK
        assert text(model, 0) is None
        await quiet(model)
        assert text(model, 0) == "row 0 v1"

    @pytest.mark.parametrize("logger", ["portdesk.qt.tasks"])
    async def test_a_failed_fetch_is_told_and_tried_again_when_the_row_is_seen_again(
        self, model: PagedModel[str], rows: Rows, alerts: HeardAlerts, logger: str
    ) -> None:
        logging.getLogger(logger).disabled = True
        rows.fails = True
        model.show(many(10))
        text(model, 0)
        await quiet(model)
        logging.getLogger(logger).disabled = False
        assert len(alerts.take()) == 1

        rows.fails = False
        text(model, 0)
        await quiet(model)
        assert text(model, 0) == "row 0 v1"

    async def test_a_single_row_can_be_waited_for(self, model: PagedModel[str], rows: Rows) -> None:
        model.show(many(10))

        assert await model.loaded_row(4) == "row 4 v1"
        assert await model.loaded_row(10) is None
        assert await model.loaded_row(-1) is None
        assert rows.asked == [(4, 1)]

    async def test_nothing_is_fetched_after_the_end(self, model: PagedModel[str], rows: Rows) -> None:
        rows.gate.clear()
        model.show(many(10))
        text(model, 0)
        await eventually(lambda: rows.asked)

        await model.end()

        assert not model._tasks.is_running("fetch")


class TestNewQuestion:
    async def test_an_answer_to_the_earlier_question_is_dropped(
        self, model: PagedModel[str], rows: Rows
    ) -> None:
        rows.gate.clear()
        model.show(many(10))
        text(model, 0)
        await eventually(lambda: rows.asked)

        model.show(many(10, first=500))
        assert text(model, 0) is None
        rows.gate.set()
        await quiet(model)

        assert text(model, 0) == "row 500 v1"

    async def test_selection_does_not_stay(self, model: PagedModel[str]) -> None:
        model.show(many(10))
        selection = chosen(model, 3)

        model.show(many(10))

        assert not selection.hasSelection()


class TestNewerAnswer:
    async def test_a_selection_follows_its_rows(self, model: PagedModel[str]) -> None:
        model.show(ids(10, 20, 30, 40))
        selection = chosen(model, 1, 3)

        model.refresh(ids(5, 10, 15, 20, 40, 30))

        assert sorted(index.row() for index in selection.selectedRows()) == [3, 4]
        assert selection.currentIndex().row() == 4

    async def test_a_row_that_is_gone_is_no_longer_selected(self, model: PagedModel[str]) -> None:
        model.show(ids(10, 20, 30))
        selection = chosen(model, 1)

        model.refresh(ids(10, 30))

        assert selection.selectedRows() == []

    async def test_a_large_selection_follows_in_one_pass(
        self, model: PagedModel[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        count = 20_000
        model.show(many(count))
        selection = chosen(model)
        selection.select(
            model.index(0, 0),
            QItemSelectionModel.SelectionFlag.Columns | QItemSelectionModel.SelectionFlag.Select,
        )
        selection.select(
            model.index(5, 0),
            QItemSelectionModel.SelectionFlag.Deselect | QItemSelectionModel.SelectionFlag.Rows,
        )
        searched: list[int] = []
        row_of = model.row_of
        monkeypatch.setattr(model, "row_of", lambda id_: searched.append(id_) or row_of(id_))

        model.refresh(array("q", [*range(-3, 0), *many(count)]))

        assert len(searched) < 10
        assert selection.isSelected(model.index(3, 0))
        assert not selection.isSelected(model.index(8, 0))

    async def test_the_earlier_rows_stay_in_sight_until_the_newer_come(
        self, model: PagedModel[str], rows: Rows
    ) -> None:
        model.show(ids(10, 20))
        text(model, 0)
        await quiet(model)
        rows.version = 2

        model.refresh(ids(5, 10, 20))

        assert [text(model, row) for row in range(3)] == [None, "row 10 v1", "row 20 v1"]
        await quiet(model)
        assert [text(model, row) for row in range(3)] == ["row 5 v2", "row 10 v2", "row 20 v2"]

    async def test_two_in_a_row_still_show_the_earlier_rows(self, model: PagedModel[str]) -> None:
        model.show(ids(10, 20))
        text(model, 0)
        await quiet(model)

        model.refresh(ids(10, 20))
        model.refresh(ids(10, 20))

        assert text(model, 0) == "row 10 v1"


def chosen(model: PagedModel[str], *rows: int) -> QItemSelectionModel:
    selection = QItemSelectionModel(model)
    for row in rows:
        selection.setCurrentIndex(
            model.index(row, 0),
            QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows,
        )
    return selection


class TestCells:
    async def test_each_role(self, model: PagedModel[str]) -> None:
        model.show(ids(7))
        text(model, 0)
        await quiet(model)
        place: Callable[[int, int], Any] = lambda column, role: model.data(model.index(0, column), role)  # noqa: E731 - short

        assert place(1, MARK_ROLE) is Mark.DONE
        assert place(0, MARK_ROLE) is None
        assert (place(0, DIM_ROLE), place(1, DIM_ROLE)) == (False, True)
        assert place(1, Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight
        assert place(0, Qt.ItemDataRole.AccessibleTextRole) == "Text: exactly row 7 v1"

    async def test_a_look_is_what_the_roles_tell(self, model: PagedModel[str]) -> None:
        model.show(ids(7))
        cells = [model.index(0, column) for column in (0, 1)]
        assert (
            [model.look(0, column) for column in (0, 1)] == [look_at(cell) for cell in cells] == [None, None]
        )
        await quiet(model)

        looks = [model.look(0, column) for column in (0, 1)]
        assert looks == [look_at(cell) for cell in cells]
        assert [(look.text, look.is_dim) for look in looks if look] == [("row 7 v1", False), ("8", True)]

    @pytest.mark.parametrize(
        "role", [Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.StatusTipRole, Qt.ItemDataRole.WhatsThisRole]
    )
    async def test_roles_that_qt_would_read_as_markup_are_empty(
        self, model: PagedModel[str], role: Qt.ItemDataRole
    ) -> None:
        model.show(ids(7))
        text(model, 0)
        await quiet(model)

        assert model.data(model.index(0, 0), role) is None

    async def test_what_is_read_aloud_is_visible_text(self, rows: Rows, alerts: HeardAlerts) -> None:
        async def fetch(ids: Sequence[int]) -> list[str]:
            return ["a\u202eb"] * len(ids)

        model = PagedModel(COLUMNS, fetch, on_error=alerts.show)
        model.show(ids(7))
        text(model, 0)
        await quiet(model)

        aloud = model.data(model.index(0, 0), Qt.ItemDataRole.AccessibleTextRole)
        assert aloud == "Text: exactly a⟨202E⟩b"

    async def test_heads(self, model: PagedModel[str]) -> None:
        across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical

        assert model.headerData(0, across, Qt.ItemDataRole.DisplayRole) == "Text"
        assert model.headerData(0, down, Qt.ItemDataRole.DisplayRole) is None
        assert model.headerData(0, across, Qt.ItemDataRole.ToolTipRole) is None

    async def test_it_is_flat(self, model: PagedModel[str]) -> None:
        model.show(ids(1, 2))

        assert model.rowCount() == 2
        assert model.columnCount() == 2
        assert model.rowCount(model.index(0, 0)) == 0
        assert model.columnCount(model.index(0, 0)) == 0
        assert model.index(0, 0).parent() == QModelIndex()

    async def test_another_language_draws_everything_again(self, model: PagedModel[str]) -> None:
        heads: list[object] = []
        cells: list[object] = []
        model.headerDataChanged.connect(lambda *span: heads.append(span[1:]))
        model.dataChanged.connect(lambda top, bottom, *_: cells.append((top.row(), bottom.row())))
        model.retranslate()
        assert (heads, cells) == ([(0, 1)], [])

        model.show(ids(1, 2, 3))
        model.retranslate()
        assert cells == [(0, 2)]


async def test_a_million_rows_cost_no_python_object_each(model: PagedModel[str], rows: Rows) -> None:
    model.show(many(1_000_000))

    assert model.rowCount() == 1_000_000
    assert model.ids.itemsize == 8
    assert model.row_of(999_999) == 999_999
    assert model.row_of(-5) == -1
    text(model, 999_999)
    await quiet(model)
    assert rows.asked == [(999_999 // CHUNK * CHUNK, 1_000_000 - 999_999 // CHUNK * CHUNK)]
    model.refresh(many(1_000_000, first=1))
    assert text(model, 999_998) == "row 999999 v1"
    await quiet(model)
