"""A small strip over a list: offers to stop what is being looked for, then says that it was stopped."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QTableView, QToolButton, QWidget

from portdesk.domain.messages import Message
from portdesk.qt.words import Wording, render, tr
from portdesk.widgets.kit.icons import icon
from portdesk.widgets.kit.text import PlainLabel, set_tip
from portdesk.widgets.kit.theme import Dressing, shades

_GAP: Final = 8
_READ: Final = 8000
"""Milliseconds after which a sentence has been read."""


class Stopping(QFrame):
    """
    In the upper right corner of a table or of what stands over it, seen only while it says something.

    Signals:
        stop_asked: the button was pressed while something could be stopped
    """

    stop_asked = Signal()

    def __init__(self, table: QTableView, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("stopping")
        self._table = table
        self._said: Message | None = None
        self._is_over = False
        self._text = PlainLabel("", self)
        self.button = QToolButton(self)
        self.button.setObjectName("flat")
        self.button.clicked.connect(self._on_clicked)
        self._read = QTimer(self, singleShot=True, interval=_READ)
        self._read.timeout.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 2, 2, 2)
        layout.setSpacing(8)
        layout.addWidget(self._text)
        layout.addWidget(self.button)
        over.installEventFilter(self)
        Wording(self).follow(self._render)
        Dressing(self, self._dress)
        self.hide()

    def offer(self, doing: Message) -> None:
        """Say what is under way, and that it can be stopped."""
        self._show(doing, is_over=False)

    def withdraw(self) -> None:
        """Nothing can be stopped any more; a sentence stays until it has been read."""
        if not self._is_over:
            self.hide()

    def forget(self) -> None:
        """What was told is no longer how things are."""
        if self._is_over:
            self.hide()

    def tell(self, outcome: Message) -> None:
        """Say what became of it."""
        self._show(outcome, is_over=True)
        self._read.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _show(self, said: Message, *, is_over: bool) -> None:
        self._read.stop()
        self._said, self._is_over = said, is_over
        self._render()
        self._dress()
        self.show()
        self.raise_()

    def _render(self) -> None:
        if self._said is None:
            return
        self._text.setText(render(self._said))
        self.setAccessibleName(self._text.text())
        name = tr("Dismiss this notice") if self._is_over else tr("Stop (Esc)")
        self.button.setText(name)
        style = Qt.ToolButtonStyle
        self.button.setToolButtonStyle(
            style.ToolButtonIconOnly if self._is_over else style.ToolButtonTextOnly
        )
        set_tip(self.button, name if self._is_over else "")
        self._place()

    def _dress(self) -> None:
        self.button.setIcon(icon("close", shades(self).quiet, 14))

    def _place(self) -> None:
        self.adjustSize()
        view = self._table.viewport().geometry()
        self.move(max(view.right() - self.width() - _GAP, 0), view.top() + _GAP)

    def _on_clicked(self) -> None:
        if self._is_over:
            self.hide()
        else:
            self.stop_asked.emit()
