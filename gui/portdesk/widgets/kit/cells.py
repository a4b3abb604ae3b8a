"""Draws the cells of a table: one string each, a status mark, a stripe, a hover."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from portdesk.domain.folding import is_initials
from portdesk.domain.marking import Span, composed, spans
from portdesk.domain.plain import visible
from portdesk.qt.tables import DIM_ROLE, MARK_ROLE, SEARCHED_ROLE, Index, Look
from portdesk.widgets.kit.shapes import MARK_SIZE, paint_mark
from portdesk.widgets.kit.theme import LIGHT, Shades, shades

_MARGIN: Final = 8
_LONGEST: Final = 300
_BESIDE: Final = (Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter).value
_SELECTED: Final = QStyle.StateFlag.State_Selected.value


class CellDelegate(QStyledItemDelegate):
    """
    Paints a cell by itself: faster than the style, and without its focus frames and markup.

    The table draws its cells through `draw`; `paint` is for whatever Qt wants painted by itself.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._widget = parent
        self._hovered = -1
        self._words: tuple[str, ...] = ()
        self._spelled: tuple[str, ...] = ()
        self._dressed: tuple[int, Shades] = (0, LIGHT)
        self._inks: dict[str, QColor] = {}

    def mark_words(self, words: Sequence[str]) -> None:
        """Mark these folded words wherever a searched cell shows them."""
        self._words = tuple(words)
        self._spelled = spelled(words)

    def hover(self, row: int, viewport: QWidget) -> None:
        """Lift the row under the mouse; -1 is none."""
        if row != self._hovered:
            self._hovered = row
            viewport.update()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        is_selected = bool(option.state.value & _SELECTED)
        self.draw(painter, option.rect, look_at(index), index.row(), is_selected=is_selected)

    def draw(
        self,
        painter: QPainter,
        rect: QRect,
        look: Look | None,
        row: int,
        *,
        is_selected: bool,
        is_fresh: bool = False,
    ) -> None:
        """Draw one cell; `look` is `None` while its row is not here, `is_fresh` if that has just changed."""
        colours = self._colours()
        if is_selected:
            ground: str | None = colours.selection
        else:
            ground = colours.fresh if is_fresh else self._ground(colours, row)
        if ground is not None:
            painter.fillRect(rect, self._ink(ground))
        if look is None:
            _paint_placeholder(painter, rect, self._ink(colours.hover))
            return
        inner = rect.adjusted(_MARGIN, 0, -_MARGIN, 0)
        if look.mark is not None:
            place = QRect(inner.left(), inner.top(), MARK_SIZE, inner.height())
            paint_mark(painter, look.mark, place, colours)
            inner.setLeft(inner.left() + MARK_SIZE + 6)
        if look.beside:
            inner = self._draw_beside(painter, inner, look.beside, colours)
        painter.setPen(self._ink(colours.quiet if look.is_dim else colours.text))
        text = composed(look.text) if self._words and look.is_searched else look.text
        shown = painter.fontMetrics().elidedText(
            visible(text, _LONGEST), Qt.TextElideMode.ElideRight, inner.width()
        )
        if self._words and look.is_searched:
            start = _start_of(painter, shown, inner, look.alignment)
            words = self._words if look.has_initials else self._spelled
            _paint_matches(painter, shown, start, spans(shown, words), self._ink(colours.match))
        painter.drawText(inner, look.alignment, shown)

    def _draw_beside(
        self, painter: QPainter, inner: QRect, beside: tuple[str, str], colours: Shades
    ) -> QRect:
        """Draw what stands beside a cell's text, in at most half of it; the room that is left."""
        metrics, room = painter.fontMetrics(), inner.width() // 2
        title, shown = beside[0], visible(composed(beside[1]), _LONGEST)
        found = spans(shown, self._words)
        if metrics.horizontalAdvance(f"{title} {shown}") <= room:
            shown = f"{title} {shown}"
        elif found:  # what was found is what has to be seen
            is_early = found[0][0] < len(shown) - found[0][1]
            mode = Qt.TextElideMode.ElideRight if is_early else Qt.TextElideMode.ElideLeft
            shown = metrics.elidedText(shown, mode, room)
        width = metrics.horizontalAdvance(shown)
        place = inner.adjusted(inner.width() - width, 0, 0, 0)
        _paint_matches(painter, shown, place, spans(shown, self._words), self._ink(colours.match))
        painter.setPen(self._ink(colours.quiet))
        painter.drawText(place, _BESIDE, shown)
        return inner.adjusted(0, 0, -width - _MARGIN, 0)

    def _colours(self) -> Shades:
        widget = self._widget
        key = widget.palette().cacheKey()
        if key != self._dressed[0]:
            self._dressed = (key, shades(widget))
        return self._dressed[1]

    def _ink(self, colour: str) -> QColor:
        ink = self._inks.get(colour)
        if ink is None:
            ink = self._inks[colour] = QColor(colour)
        return ink

    def _ground(self, colours: Shades, row: int) -> str | None:
        if row == self._hovered:
            return colours.hover
        return colours.stripe if row % 2 else None


def spelled(words: Sequence[str]) -> tuple[str, ...]:
    """Those of the words that are not initials."""
    return tuple(word for word in words if not is_initials(word))


def look_at(index: Index) -> Look | None:
    """What any model tells of a cell, role by role."""
    text = index.data(Qt.ItemDataRole.DisplayRole)
    if text is None:
        return None
    return Look(
        text,
        index.data(MARK_ROLE),
        bool(index.data(DIM_ROLE)),
        bool(index.data(SEARCHED_ROLE)),
        int(index.data(Qt.ItemDataRole.TextAlignmentRole)),
    )


def _start_of(painter: QPainter, text: str, inner: QRect, alignment: int) -> QRect:
    """The room in which `text` stands, from its first character on."""
    if not alignment & Qt.AlignmentFlag.AlignRight.value:
        return inner
    return inner.adjusted(inner.width() - painter.fontMetrics().horizontalAdvance(text), 0, 0, 0)


def _paint_matches(painter: QPainter, text: str, inner: QRect, found: Sequence[Span], ink: QColor) -> None:
    metrics = painter.fontMetrics()
    for start, end in found:
        left = inner.left() + metrics.horizontalAdvance(text, start)
        width = metrics.horizontalAdvance(text, end) - metrics.horizontalAdvance(text, start)
        place = QRect(left, inner.center().y() - metrics.height() // 2, width, metrics.height() + 1)
        painter.fillRect(place, ink)


def _paint_placeholder(painter: QPainter, rect: QRect, ink: QColor) -> None:
    bar = QRect(rect.left() + _MARGIN, rect.center().y() - 4, max(rect.width() // 2, 24), 8)
    painter.fillRect(bar, ink)
