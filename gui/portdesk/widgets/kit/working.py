"""A thin moving line that says something is still being looked for."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from portdesk.qt.words import Wording, later
from portdesk.widgets.kit.theme import shades

_PATIENCE: Final = 200
"""Milliseconds in which most answers come, and nothing has to be said."""
_FRAME: Final = 40
_ROUND: Final = 1600
_HEIGHT: Final = 3
_SHARE: Final = 4


class Working(QWidget):
    """
    A line along the top of `over`, seen only when an answer takes a while.

    What began last decides: whoever ends something that was replaced meanwhile changes nothing.

    Signals:
        appeared: it takes longer than one has patience
        ended: it is over
    """

    appeared = Signal()
    ended = Signal()

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self._number = 0
        self._clock = QElapsedTimer()
        self._late = QTimer(self, singleShot=True, interval=_PATIENCE)
        self._late.timeout.connect(self._appear)
        self._frames = QTimer(self, interval=_FRAME)
        self._frames.timeout.connect(self.update)
        over.installEventFilter(self)
        Wording(self).say(self.setAccessibleName, later("Looking…"))
        self.hide()

    def begin(self) -> int:
        """Something is being looked for; the answer is what ends it."""
        self._number += 1
        if self.isVisible():
            self.appeared.emit()
        else:
            self._late.start()
        return self._number

    def end(self, number: int) -> None:
        """It was found, or is no longer looked for."""
        if number == self._number:
            self._late.stop()
            self._frames.stop()
            self.hide()
            self.ended.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event  # drawn whole
        colours, length = shades(self), self.width() // _SHARE
        left = (self.width() + length) * (self._clock.elapsed() % _ROUND) // _ROUND - length
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(colours.line))
            painter.fillRect(left, 0, length, self.height(), QColor(colours.accent))

    def _appear(self) -> None:
        self._clock.start()
        self._place()
        self.show()
        self.raise_()
        self._frames.start()
        self.appeared.emit()

    def _place(self) -> None:
        self.setGeometry(0, 0, self._over.width(), _HEIGHT)
