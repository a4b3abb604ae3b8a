"""Draws the cells of a table: one string each, a status mark, a stripe, a hover."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from portdesk.domain.marking import Span, spans
from portdesk.domain.plain import visible
from portdesk.qt.tables import DIM_ROLE, MARK_ROLE, SEARCHED_ROLE, Mark
from portdesk.widgets.kit.theme import Shades, shades

_MARGIN: Final = 8
_MARK_SIZE: Final = 9
_LONGEST: Final = 300


class CellDelegate(QStyledItemDelegate):
    """Paints a cell by itself: faster than the style, and without its focus frames and markup."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._hovered = -1
        self._words: tuple[str, ...] = ()

    def mark_words(self, words: Sequence[str]) -> None:
        """Mark these folded words wherever a searched cell shows them."""
        self._words = tuple(words)

    def hover(self, row: int, viewport: QWidget) -> None:
        """Lift the row under the mouse; -1 is none."""
        if row != self._hovered:
            self._hovered = row
            viewport.update()

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        colours = shades(option.widget)
        rect = option.rect
        ground = self._ground(colours, option, index.row())
        if ground is not None:
            painter.fillRect(rect, QColor(ground))
        text = index.data(Qt.ItemDataRole.DisplayRole)
        if text is None:
            _paint_placeholder(painter, rect, colours)
            return
        inner = rect.adjusted(_MARGIN, 0, -_MARGIN, 0)
        mark = index.data(MARK_ROLE)
        if mark is not None:
            paint_mark(painter, mark, QRect(inner.left(), inner.top(), _MARK_SIZE, inner.height()), colours)
            inner.setLeft(inner.left() + _MARK_SIZE + 6)
        painter.setPen(QColor(colours.quiet if index.data(DIM_ROLE) else colours.text))
        alignment = index.data(Qt.ItemDataRole.TextAlignmentRole)
        shown = option.fontMetrics.elidedText(
            visible(text, _LONGEST), Qt.TextElideMode.ElideRight, inner.width()
        )
        if self._words and index.data(SEARCHED_ROLE):
            _paint_matches(painter, shown, inner, spans(shown, self._words), colours)
        painter.drawText(inner, int(alignment), shown)

    def _ground(self, colours: Shades, option: QStyleOptionViewItem, row: int) -> str | None:
        if option.state & QStyle.StateFlag.State_Selected:
            return colours.selection
        if row == self._hovered:
            return colours.hover
        return colours.stripe if row % 2 else None


def _paint_matches(
    painter: QPainter, text: str, inner: QRect, found: Sequence[Span], colours: Shades
) -> None:
    metrics = painter.fontMetrics()
    for start, end in found:
        left = inner.left() + metrics.horizontalAdvance(text, start)
        width = metrics.horizontalAdvance(text, end) - metrics.horizontalAdvance(text, start)
        place = QRect(left, inner.center().y() - metrics.height() // 2, width, metrics.height() + 1)
        painter.fillRect(place, QColor(colours.match))


def _paint_placeholder(painter: QPainter, rect: QRect, colours: Shades) -> None:
    bar = QRect(rect.left() + _MARGIN, rect.center().y() - 4, max(rect.width() // 2, 24), 8)
    painter.fillRect(bar, QColor(colours.hover))


def paint_mark(painter: QPainter, mark: Mark, place: QRect, colours: Shades) -> None:
    """Draw the shape of `mark` in the middle of `place`."""
    size = _MARK_SIZE
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
