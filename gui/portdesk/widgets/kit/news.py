"""Says that rows came in above what is looked at, without moving it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QPushButton, QTableView

from portdesk.qt.words import Wording, tr, trn
from portdesk.widgets.kit.text import set_tip

_GAP = 8


class News(QPushButton):
    """A button at the top of a table: how many new rows are above; pressing it goes there."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self.setObjectName("news")
        self._table = table
        self._count = 0
        self.clicked.connect(table.scrollToTop)
        table.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        table.viewport().installEventFilter(self)
        Wording(self).follow(self._render)

    def add(self, count: int) -> None:
        """`count` more rows came in above."""
        if count:
            self._count += count
            self._render()

    def clear(self) -> None:
        """Nothing new is out of sight any more."""
        self._count = 0
        self._render()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _on_scrolled(self, value: int) -> None:
        if value == 0:
            self.clear()

    def _render(self) -> None:
        self.setText("↑ " + trn("{count} new", "{count} new", self._count))
        self.setAccessibleName(self.text())
        set_tip(self, tr("Show the newest (Home)"))
        self.setVisible(self._count > 0)
        self._place()

    def _place(self) -> None:
        self.adjustSize()
        view = self._table.viewport().geometry()
        self.move(view.center().x() - self.width() // 2, view.top() + _GAP)
        self.raise_()
