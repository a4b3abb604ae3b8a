"""A status as a mark and a word."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from portdesk.domain.plain import visible
from portdesk.qt.marks import Mark
from portdesk.widgets.kit.shapes import paint_mark
from portdesk.widgets.kit.theme import shades

_LONGEST: Final = 40


class Badge(QWidget):
    """A mark and its word in the status colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark = Mark.UNKNOWN
        self._word = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_status(self, mark: Mark, word: str) -> None:
        """Show `mark` with `word`."""
        self._mark, self._word = mark, visible(word, _LONGEST)
        self.setAccessibleName(self._word)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._word) + 18, self.fontMetrics().height() + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event  # drawn whole
        colours, place = shades(self), self.rect().adjusted(16, 0, 0, 0)
        with QPainter(self) as painter:
            paint_mark(painter, self._mark, QRect(0, 0, 10, self.height()), colours)
            painter.setPen(QColor(colours.mark(self._mark)))
            painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), self._word)
