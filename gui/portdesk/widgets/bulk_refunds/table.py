"""A table over rows that are all at hand."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from portdesk.qt.tables import Column, PagedModel
from portdesk.qt.tasks import OnError
from portdesk.widgets.kit.table import TableView
from portdesk.widgets.kit.text import PlainLabel

Row = TypeVar("Row")


class RowsTable(QWidget, Generic[Row]):
    """
    Rows with one of them told in full below.

    A row's place in what `show_rows` was given is its id, so that a selection follows it.

    Signals:
        chosen: the current row itself, or None
    """

    chosen = Signal(object)

    def __init__(
        self, columns: Sequence[Column[Row]], name: str, on_error: OnError, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self.model = PagedModel(columns, self._fetch, on_error=on_error, parent=self)
        self.table = TableView(self.model, self)
        self.table.setAccessibleName(name)
        self.table.horizontalHeader().setSortIndicatorShown(False)
        self.more = PlainLabel("", self, wraps=True)
        self.more.make_selectable()
        self.more.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.more)
        self.table.row_chosen.connect(self._on_chosen)

    def show_rows(self, rows: Sequence[Row], shown: Sequence[int]) -> None:
        """Show those of `rows` whose places are `shown`, in that order."""
        before = self.model.ids
        self._rows = list(rows)
        ids = array("q", shown)
        if ids == before:
            self.table.keep_place(lambda: self.model.refresh(ids))
            self._on_chosen(self.table.currentIndex().row())
        else:
            self.model.show(ids)

    def tell(self, text: str) -> None:
        """Say `text` below the table."""
        self.more.setText(text)
        self.more.setVisible(bool(text))

    async def end(self) -> None:
        """Stop what is under way."""
        await self.table.end()
        await self.model.end()

    async def _fetch(self, ids: Sequence[int]) -> list[Row]:
        return [self._rows[id_] for id_ in ids]

    def _on_chosen(self, number: int) -> None:
        ids = self.model.ids
        self.chosen.emit(self._rows[ids[number]] if 0 <= number < len(ids) else None)
