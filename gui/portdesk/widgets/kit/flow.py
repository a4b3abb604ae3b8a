"""Lays widgets out in lines, as words are: what does not fit goes on in the next one."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class Flow(QLayout):
    """A row that wraps; `gap` pixels between its widgets and its lines."""

    def __init__(self, parent: QWidget, *, gap: int) -> None:
        super().__init__(parent)
        self.setContentsMargins(QMargins())
        self._items: list[QLayoutItem] = []
        self._gap = gap

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), moves=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, moves=True)

    def sizeHint(self) -> QSize:
        seen = [item.sizeHint() for item in self._items if not item.isEmpty()]
        width = sum(size.width() for size in seen) + self._gap * max(len(seen) - 1, 0)
        return QSize(width, max((size.height() for size in seen), default=0))

    def minimumSize(self) -> QSize:
        seen = [item.minimumSize() for item in self._items if not item.isEmpty()]
        return QSize(
            max((size.width() for size in seen), default=0), max((size.height() for size in seen), default=0)
        )

    def _place(self, rect: QRect, *, moves: bool) -> int:
        """Put the widgets into lines, if it `moves` them; the height that takes."""
        left, top, line = rect.left(), rect.top(), 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint().boundedTo(QSize(max(rect.width(), 1), item.sizeHint().height()))
            if left > rect.left() and left + size.width() > rect.right() + 1:
                left, top, line = rect.left(), top + line + self._gap, 0
            if moves:
                item.setGeometry(QRect(QPoint(left, top), size))
            left, line = left + size.width() + self._gap, max(line, size.height())
        return top + line - rect.top()
