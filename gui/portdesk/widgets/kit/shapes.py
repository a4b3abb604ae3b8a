"""The shape of each mark, drawn."""

from __future__ import annotations

import math
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from portdesk.qt.marks import Mark
from portdesk.widgets.kit.theme import Shades

MARK_SIZE: Final = 9


def paint_mark(painter: QPainter, mark: Mark, place: QRect, colours: Shades) -> None:
    """Draw the shape of `mark` in the middle of `place`."""
    size = MARK_SIZE
    top = place.top() + (place.height() - size) / 2
    box = QRectF(place.left(), top, size, size).adjusted(0.5, 0.5, -0.5, -0.5)
    colour = QColor(colours.mark(mark))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1.6))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _SHAPES[mark](painter, box, colour)
    painter.restore()


def _filled(painter: QPainter, box: QRectF, colour: QColor) -> None:
    painter.setBrush(colour)
    painter.drawEllipse(box)


def _half(painter: QPainter, box: QRectF, colour: QColor) -> None:
    painter.drawEllipse(box)
    painter.setBrush(colour)
    painter.drawPie(box, 90 * 16, 180 * 16)


def _ring(painter: QPainter, box: QRectF, _colour: QColor) -> None:
    painter.drawEllipse(box)


def _clock(painter: QPainter, box: QRectF, _colour: QColor) -> None:
    painter.drawEllipse(box)
    middle = box.center()
    painter.drawLine(middle, QPointF(middle.x(), box.top() + 1.5))
    painter.drawLine(middle, QPointF(box.right() - 2, middle.y()))


def _cross(painter: QPainter, box: QRectF, _colour: QColor) -> None:
    inner = box.adjusted(0.8, 0.8, -0.8, -0.8)
    painter.drawLine(inner.topLeft(), inner.bottomRight())
    painter.drawLine(inner.topRight(), inner.bottomLeft())


def _dots(painter: QPainter, box: QRectF, colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    for place in (0.12, 0.5, 0.88):
        painter.drawEllipse(QPointF(box.left() + box.width() * place, box.center().y()), 1.3, 1.3)


def _diamond(painter: QPainter, box: QRectF, _colour: QColor) -> None:
    half = box.width() / 2
    points = [
        QPointF(
            box.center().x() + half * math.sin(turn * math.pi / 2),
            box.center().y() - half * math.cos(turn * math.pi / 2),
        )
        for turn in range(4)
    ]
    painter.drawPolygon(points)


_SHAPES: Final = {
    Mark.DONE: _filled,
    Mark.PART: _half,
    Mark.WAITING: _clock,
    Mark.REFUSED: _cross,
    Mark.RETURNED: _ring,
    Mark.BEGUN: _dots,
    Mark.UNKNOWN: _diamond,
}
