"""A list with its details beside it: asks, shows, and keeps its place while rows change."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Generic, Protocol, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from portdesk.qt.tables import Column, PagedModel
from portdesk.qt.tasks import OnError, Tasks
from portdesk.widgets.kit.state import StateCard
from portdesk.widgets.kit.table import TableView

Query = TypeVar("Query")
Query_contra = TypeVar("Query_contra", contravariant=True)
Row = TypeVar("Row")

_BREATH: Final = 0.25
"""Seconds between two looks while rows are being written."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is sorted by: a column's `sort`, and which end comes first."""

    sort: Any
    descending: bool = True


class Source(Protocol[Query_contra, Row]):
    """Where the rows of a list come from."""

    def ids(self, query: Query_contra) -> Awaitable[array[int]]:
        """The row ids that answer `query`, in its order."""

    def rows(self, ids: Sequence[int]) -> Awaitable[list[Row]]:
        """The rows of these ids, in their order, one for each."""


class Listing(QWidget, Generic[Query, Row]):
    """
    The frame of a tab: a bar above, the list on the left, details on the right.

    It knows no word of what it lists. `ask` tells the query for an order; `on_answer` is awaited
    with that query once its rows are shown, for totals and the like.

    Signals:
        answered: the list shows the answer to what is asked; `answers` counts them
        chosen: the current row itself, or None
    """

    answered = Signal()
    chosen = Signal(object)

    def __init__(
        self,
        source: Source[Query, Row],
        columns: Sequence[Column[Row]],
        *,
        bar: QWidget,
        details: QWidget,
        order: Order,
        ask: Callable[[Order], Query],
        on_answer: Callable[[Query], Awaitable[None]],
        on_error: OnError,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._source = source
        self._ask, self._on_answer = ask, on_answer
        self._order = order
        self._tasks = Tasks(self, on_error)
        self._is_stale = False
        self.answers = 0
        self.model = PagedModel(columns, source.rows, on_error=on_error, parent=self)
        self.table = TableView(self.model, self)
        self.state = StateCard(self)
        self._build(bar, details)
        self.table.sort_asked.connect(self._on_sort_asked)
        self.table.row_chosen.connect(self._on_row_chosen)

    @property
    def is_empty(self) -> bool:
        """Whether nothing answers what is asked."""
        return not len(self.model.ids)

    def ask_anew(self) -> None:
        """Ask from the beginning, as after another filter or order."""
        self._tasks.start("ask", self._ask_anew)

    def note_change(self) -> None:
        """Rows were written: look again soon, without losing the place."""
        self._is_stale = True
        if not self._tasks.is_running("follow"):
            self._tasks.start("follow", self._follow)

    def show_state(self) -> None:
        """Show the list, or its `state` card while it is empty."""
        self._pages.setCurrentWidget(self.state if self.is_empty else self.table)

    def layout_state(self) -> dict[str, Any]:
        """Columns and divider, to be remembered."""
        return {"columns": self.table.layout_state(), "divider": self._splitter.sizes()}

    def restore_layout(self, state: Mapping[str, Any]) -> None:
        """Put columns and divider back; whatever does not fit is passed over."""
        columns = state.get("columns")
        if isinstance(columns, dict):
            self.table.restore_layout(columns)
        match state.get("divider"):
            case [int(left), int(right)] if left > 0 and right > 0:
                self._splitter.setSizes([left, right])

    async def end(self) -> None:
        """Stop everything under way."""
        await self._tasks.end()
        await self.table.end()
        await self.model.end()

    def _build(self, bar: QWidget, details: QWidget) -> None:
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.table)
        self._pages.addWidget(self.state)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.addWidget(self._pages)
        self._splitter.addWidget(details)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setCollapsible(0, False)
        self._splitter.setSizes([900, 400])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(bar)
        layout.addWidget(self._splitter, 1)
        self._show_order()

    def _show_order(self) -> None:
        for number, column in enumerate(self.model.columns):
            if column.sort == self._order.sort:
                self.table.show_sort(number, descending=self._order.descending)

    def _on_sort_asked(self, column: int, descending: bool) -> None:  # noqa: FBT001 - a signal's argument
        self._order = Order(self.model.columns[column].sort, descending)
        self.ask_anew()

    def _on_row_chosen(self, number: int) -> None:
        self._tasks.start("choose", self._choose, number)

    async def _choose(self, number: int) -> None:
        self.chosen.emit(await self.model.loaded_row(number))

    async def _ask_anew(self) -> None:
        query = self._ask(self._order)
        ids = await self._source.ids(query)
        chosen = self.table.chosen_id()
        self.model.show(ids)
        self.show_state()
        if chosen is None or not self.table.choose(chosen):
            self.chosen.emit(None)
        await self._tell(query)

    async def _follow(self) -> None:
        while self._is_stale:
            self._is_stale = False
            query = self._ask(self._order)
            ids = await self._source.ids(query)
            if query == self._ask(self._order):
                self.table.keep_place(partial(self.model.refresh, ids))
                self.show_state()
                await self._tell(query)
            await asyncio.sleep(_BREATH)

    async def _tell(self, query: Query) -> None:
        await self._on_answer(query)
        self.answers += 1
        self.answered.emit()
