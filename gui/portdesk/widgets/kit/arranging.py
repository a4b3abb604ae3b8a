"""The list of a person's own views: renamed in place, put in order, deleted and brought back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from portdesk.qt.words import tr
from portdesk.widgets.kit.text import PlainLabel
from portdesk.widgets.kit.views import LONGEST, View

_VIEW: Final = Qt.ItemDataRole.UserRole


class ArrangeDialog(QDialog):
    """
    Everything done here counts at once; what was deleted can be brought back while it is open.

    Signals:
        arranged: the views (a list of View) as they are now
    """

    arranged = Signal(object)

    def __init__(self, views: Sequence[View], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = QListWidget(self)
        self.rename, self.up, self.down, self.delete, self.undo = (QPushButton(self) for _ in range(5))
        self.told = PlainLabel("", self, quiet=True, wraps=True)
        self._deleted: tuple[int, View] | None = None
        for view in views:
            self.list.addItem(_item(view))
        self.list.setCurrentRow(0)
        self._build()
        self._connect()
        self._show_what_can_be_done()

    @property
    def views(self) -> list[View]:
        """The views in their order."""
        return [self.list.item(row).data(_VIEW) for row in range(self.list.count())]

    def _build(self) -> None:
        self.setWindowTitle(tr("Saved views"))
        self.setMinimumSize(460, 340)
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.setAccessibleName(tr("Saved views"))
        for button, text in (
            (self.rename, tr("Rename")),
            (self.up, tr("Move up")),
            (self.down, tr("Move down")),
            (self.delete, tr("Delete")),
            (self.undo, tr("Undo")),
        ):
            button.setText(text)
            button.setAutoDefault(False)
        beside = QVBoxLayout()
        for button in (self.rename, self.up, self.down, self.delete):
            beside.addWidget(button)
        beside.addStretch(1)
        middle = QHBoxLayout()
        middle.addWidget(self.list, 1)
        middle.addLayout(beside)
        below = QHBoxLayout()
        below.addWidget(self.told, 1)
        below.addWidget(self.undo)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        close.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(12)
        layout.addLayout(middle)
        layout.addLayout(below)
        layout.addWidget(close)

    def _connect(self) -> None:
        self.rename.clicked.connect(lambda: self.list.editItem(self.list.currentItem()))
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(1))
        self.delete.clicked.connect(self._on_delete)
        self.undo.clicked.connect(self._on_undo)
        self.list.itemChanged.connect(self._on_renamed)
        self.list.currentRowChanged.connect(self._show_what_can_be_done)
        self.list.model().rowsMoved.connect(self._on_moved)
        self.list.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            button = {
                QKeyCombination(Qt.KeyboardModifier.AltModifier, Qt.Key.Key_Up): self.up,
                QKeyCombination(Qt.KeyboardModifier.AltModifier, Qt.Key.Key_Down): self.down,
                QKeyCombination(Qt.Key.Key_Delete): self.delete,
            }.get(event.keyCombination())
            if button is not None:
                button.click()
                return True
        return super().eventFilter(watched, event)

    def _move(self, distance: int) -> None:
        row = self.list.currentRow()
        item = self.list.takeItem(row)
        self.list.insertItem(row + distance, item)
        self.list.setCurrentItem(item)
        self._on_moved()

    def _on_moved(self) -> None:
        self._show_what_can_be_done()
        self.arranged.emit(self.views)

    def _on_delete(self) -> None:
        row = self.list.currentRow()
        view = self.list.takeItem(row).data(_VIEW)
        self._deleted = row, view
        self._say(tr("“{name}” was deleted.", name=view.name))
        self.arranged.emit(self.views)

    def _on_undo(self) -> None:
        if self._deleted is not None:
            (row, view), self._deleted = self._deleted, None
            self.list.insertItem(row, _item(view))
            self.list.setCurrentRow(row)
            self._say("")
            self.arranged.emit(self.views)

    def _on_renamed(self, item: QListWidgetItem) -> None:
        view, name = item.data(_VIEW), item.text().strip()[:LONGEST]
        is_taken = any(one.name == name for one in self.views if one is not view)
        if is_taken or not name:
            self._say(tr("There is another “{name}” already.", name=name) if is_taken else "")
            name = view.name
        before = self.list.blockSignals(True)
        item.setText(name)
        item.setData(_VIEW, View(name=name, state=view.state))
        self.list.blockSignals(before)
        if name != view.name:
            self._say("")
            self.arranged.emit(self.views)

    def _say(self, text: str) -> None:
        self.told.setText(text)
        self._show_what_can_be_done()

    def _show_what_can_be_done(self) -> None:
        row, count = self.list.currentRow(), self.list.count()
        for button in (self.rename, self.delete):
            button.setEnabled(row >= 0)
        self.up.setEnabled(row > 0)
        self.down.setEnabled(0 <= row < count - 1)
        self.undo.setVisible(self._deleted is not None)


def _item(view: View) -> QListWidgetItem:
    item = QListWidgetItem(view.name)
    item.setData(_VIEW, view)
    item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
    return item
