"""A table of any length with marks, a column menu and a layout that is remembered."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final, Generic, TypeVar

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QKeyCombination,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSignalBlocker,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QToolTip, QWidget

from portdesk.domain.errors import InputError
from portdesk.domain.marking import composed, spans
from portdesk.domain.messages import Message
from portdesk.domain.plain import visible
from portdesk.domain.right_of_way import SCREEN
from portdesk.qt.tables import CHUNK, Column, PagedModel
from portdesk.qt.tasks import Tasks
from portdesk.qt.words import Wording, tr
from portdesk.widgets.kit.cells import CellDelegate, spelled
from portdesk.widgets.kit.copying import Copy
from portdesk.widgets.kit.text import shown_mnemonics, tip

Row = TypeVar("Row")

ROW_HEIGHT: Final = 28
_THIS_ROW: Final = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
_MENU_KEYS: Final = QKeyCombination(Qt.KeyboardModifier.ShiftModifier, Qt.Key.Key_F10)
_FRESH: Final = 1600
"""Milliseconds for which a row that changed stands out."""
_MOST_COPIED: Final = 10_000


class TableView(QTableView, Generic[Row]):
    """
    A table over a `PagedModel`.

    Signals:
        sort_asked: the column (int) whose head was clicked and whether it should descend (bool)
        row_chosen: the row number (int) that is now current, -1 when none is
        menu_asked: a menu (QMenu) is about to open on a row (int); what fits there may be added
        layout_changed: columns were resized, moved, shown or hidden
    """

    sort_asked = Signal(int, bool)
    row_chosen = Signal(int)
    menu_asked = Signal(int, object)
    layout_changed = Signal()

    def __init__(self, model: PagedModel[Row], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._delegate = CellDelegate(self)
        self._sorted = (0, True)
        self._tasks = Tasks(self, model.on_error)
        self._fresh: set[int] = set()
        self._words: tuple[str, ...] = ()
        self._found: dict[int, tuple[str, str] | None] = {}
        self._fading = QTimer(self, singleShot=True, interval=_FRESH)
        self._fading.timeout.connect(self._on_faded)
        self._build()
        self.setModel(model)
        self.selectionModel().currentRowChanged.connect(self._on_current_changed)
        model.rows_differ.connect(self.highlight)
        for changed in (model.dataChanged, self.layout_changed):
            changed.connect(self._found.clear)
        self._dress_columns()
        Wording(self).follow(model.retranslate)

    def _build(self) -> None:
        self.setItemDelegate(self._delegate)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setFrameShape(QTableView.Shape.NoFrame)
        down = self.verticalHeader()
        down.hide()
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setDefaultSectionSize(ROW_HEIGHT)
        down.setMinimumSectionSize(ROW_HEIGHT)
        across = self.horizontalHeader()
        across.setSectionsMovable(True)
        across.setSectionsClickable(True)
        across.setHighlightSections(False)
        across.setSortIndicatorShown(True)
        across.setMinimumSectionSize(56)
        across.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        across.customContextMenuRequested.connect(self._on_columns_asked)
        across.sectionClicked.connect(self._on_head_clicked)
        across.sectionResized.connect(self.layout_changed)
        across.sectionMoved.connect(self.layout_changed)
        self.entered.connect(lambda index: self._delegate.hover(index.row(), self.viewport()))

    def _dress_columns(self) -> None:
        for number, column in enumerate(self._model.columns):
            self.setColumnWidth(number, column.width)
            self.setColumnHidden(number, not column.shown)
            if column.stretches:
                self.horizontalHeader().setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)

    def show_sort(self, column: int, *, descending: bool) -> None:
        """Draw the arrow of the order in force; this sorts nothing."""
        self._sorted = (column, descending)
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.horizontalHeader().setSortIndicator(column, order)

    def chosen_rows(self) -> list[int]:
        """The selected row numbers, in order."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def chosen_id(self) -> int | None:
        """The id of the current row, to find it again in another order."""
        row = self.currentIndex().row()
        return self._model.ids[row] if row >= 0 else None

    def choose(self, id_: int) -> bool:
        """Go to the row with this id, whatever keys are held meanwhile; whether it is there."""
        row = self._model.row_of(id_)
        if row >= 0:
            self.selectionModel().setCurrentIndex(self._model.index(row, 0), _THIS_ROW)
        return row >= 0

    def layout_state(self) -> dict[str, Any]:
        """Width, place and visibility of every column, to be kept in the settings."""
        across = self.horizontalHeader()
        return {
            column.key: [
                self.columnWidth(number),
                across.visualIndex(number),
                not self.isColumnHidden(number),
            ]
            for number, column in enumerate(self._model.columns)
        }

    def restore_layout(self, state: Mapping[str, Any]) -> None:
        """Put the columns back as `layout_state` told; whatever does not fit is passed over."""
        across = self.horizontalHeader()
        places: list[tuple[int, int]] = []
        for number, column in enumerate(self._model.columns):
            match state.get(column.key):
                case [int(width), int(place), bool(shown)]:
                    self._set_shown(number, shown=shown)
                    self.setColumnWidth(number, min(max(width, 48), 1000))
                    places.append((place, number))
        for place, (_, number) in enumerate(sorted(places)):
            across.moveSection(across.visualIndex(number), place)

    def highlight(self, ids: Iterable[int]) -> None:
        """Let the rows with these ids stand out for a moment: they are new, or read otherwise now."""
        self._fresh.update(ids)
        self._fading.start()
        self.viewport().update()

    def mark_words(self, words: Sequence[str]) -> None:
        """
        Mark these folded words in the cells that are searched.

        A row that shows none of them, because they were found in a hidden column, says where they were.
        """
        self._words = tuple(words)
        self._found.clear()
        self._delegate.mark_words(words)
        self.viewport().update()

    def keep_place(self, change: Callable[[], None]) -> int:
        """
        Run `change` on the model while the rows in view, and the place in them, stay where they are.

        The answer is how many rows came in above them, out of sight. At the very top they come into
        sight, unless somebody is about to do something with the rows that are there.
        """
        ids, top = self._model.ids, max(self.rowAt(0), 0)
        anchor = ids[top] if len(ids) else None
        stays = top > 0 or self.currentIndex().isValid() or self.viewport().underMouse()
        change()
        row = -1 if anchor is None else self._model.row_of(anchor)
        if row < 0:
            return 0
        if stays:
            self.executeDelayedItemsLayout()  # or the scroll bar ends where the earlier rows did
            self.verticalScrollBar().setValue(row)
        hidden = self.verticalScrollBar().value()
        if hidden < row - top:
            self.highlight(self._model.ids[hidden : row - top])
        return min(max(0, row - top), hidden)

    def shown_columns(self) -> list[Column[Row]]:
        """The columns that are shown, as they stand from left to right."""
        across = self.horizontalHeader()
        return [
            self._model.columns[number]
            for number in sorted(range(len(self._model.columns)), key=across.visualIndex)
            if not self.isColumnHidden(number)
        ]

    def copy_cells(self) -> None:
        """Put the selected rows on the clipboard, as spreadsheets read them."""
        ids = self._model.ids
        self._tasks.start("copy", self._copy, [ids[row] for row in self.chosen_rows()[: _MOST_COPIED + 1]])

    async def end(self) -> None:
        """Stop what is under way."""
        await self._tasks.end()

    async def _copy(self, ids: Sequence[int]) -> None:
        if len(ids) > _MOST_COPIED:
            raise InputError(
                Message("At most {most} rows can be copied at once.", most=f"{_MOST_COPIED:,}"),
                Message("Choose fewer of them, or export them to a file."),
            )
        copy = Copy(self.shown_columns())
        for start in range(0, len(ids), CHUNK):
            copy.add(await self._model.rows_of(ids[start : start + CHUNK]))
            await asyncio.sleep(0)  # rows that are here already are no wait, and the window needs its turn
        QGuiApplication.clipboard().setMimeData(copy.data())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        place = event.globalPos()
        index = self.indexAt(self.viewport().mapFromGlobal(place))
        if not by_mouse:  # the key's place is the middle of the table, whatever row is there
            index = self.currentIndex()
            self.scrollTo(index)
            place = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())
        row = self._model.row(index.row()) if index.isValid() else None
        if row is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if by_mouse and (text := self._shown_text(index.column(), row)):
            name = tr("Copy “{text}”", text=text[:40])
            menu.addAction(shown_mnemonics(name), partial(QGuiApplication.clipboard().setText, text))
        self._offer_fields(menu, row)
        menu.addAction(tr("Copy the chosen rows as cells"), self.copy_cells)
        menu.addSeparator()
        self.menu_asked.emit(index.row(), menu)
        menu.popup(place)

    def _offer_fields(self, menu: QMenu, row: Row) -> None:
        """Every field of `row` that says something can be copied, those of hidden columns too."""
        fields = menu.addMenu(tr("Copy one field"))
        for number, column in enumerate(self._model.columns):
            if text := self._shown_text(number, row):
                name = shown_mnemonics(f"{tr(column.title)}: {text[:40]}", 80)
                fields.addAction(name, partial(QGuiApplication.clipboard().setText, text))

    def _shown_text(self, number: int, row: Row) -> str:
        return visible(self._model.exact_text(self._model.columns[number], row))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_cells()
            return
        if event.keyCombination() == _MENU_KEYS and sys.platform != "win32":  # where Qt knows it by itself
            place = self.viewport().rect().center()
            reason = QContextMenuEvent.Reason.Keyboard
            self.contextMenuEvent(QContextMenuEvent(reason, place, self.mapToGlobal(place)))
            return
        super().keyPressEvent(event)

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        # Home and End would go along the row, of which all cells are chosen anyway.
        if action in (QAbstractItemView.CursorAction.MoveHome, QAbstractItemView.CursorAction.MoveEnd):
            last = len(self._model.ids) - 1
            row = 0 if action == QAbstractItemView.CursorAction.MoveHome else last
            return self._model.index(row, 0) if last >= 0 else QModelIndex()
        return super().moveCursor(action, modifiers)

    def focusInEvent(self, event: QFocusEvent) -> None:
        # Qt makes the first row current on focus, which would open one that nobody chose.
        had_row = self.currentIndex().isValid()
        with QSignalBlocker(self.selectionModel()):
            super().focusInEvent(event)
            if not had_row:
                self.selectionModel().clearCurrentIndex()

    def keyboardSearch(self, search: str) -> None:
        """Nothing: Qt would walk every row of the model for a letter."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """
        Draw the cells in one go.

        Calling the delegate cell by cell, Qt fills in a style option for each, which nothing here
        looks at; that took a quarter of the time.
        """
        area = event.rect()
        across = [
            (number, self.columnViewportPosition(number), self.columnWidth(number))
            for number in range(len(self._model.columns))
            if not self.isColumnHidden(number)
        ]
        first, last = self.rowAt(area.top()), self.rowAt(area.bottom())
        if first < 0:
            return
        if last < 0:
            last = len(self._model.ids) - 1
        selection, root, draw = self.selectionModel(), self.rootIndex(), self._delegate.draw
        ids, fresh = self._model.ids, self._fresh
        aside = self._widest() if self._words else -1
        with SCREEN.taken(), QPainter(self.viewport()) as painter:
            for row in range(first, last + 1):
                top, height = self.rowViewportPosition(row), self.rowHeight(row)
                is_selected = selection.isRowSelected(row, root)
                is_fresh = bool(fresh) and ids[row] in fresh
                for number, left, width in across:
                    if left <= area.right() and left + width > area.left():
                        look = self._model.look(row, number)
                        if look is not None and number == aside:
                            look = look._replace(beside=self._found_in(row))
                        place = QRect(left, top, width, height)
                        draw(painter, place, look, row, is_selected=is_selected, is_fresh=is_fresh)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.layout_changed.emit()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._show_tip(event)
            return True
        if event.type() == QEvent.Type.Leave:
            self._delegate.hover(-1, self.viewport())
        return super().viewportEvent(event)

    def _widest(self) -> int:
        """The column with the most room; that one stretches, if it is shown."""
        return max(range(len(self._model.columns)), key=self.columnWidth)

    def _found_in(self, number: int) -> tuple[str, str] | None:
        """The field of a row in which the words were found, where no shown column has them."""
        id_, row = self._model.ids[number], self._model.row(number)
        if row is None:
            return None
        if id_ not in self._found:
            self._found[id_] = self._look_for_words(row)
        return self._found[id_]

    def _look_for_words(self, row: Row) -> tuple[str, str] | None:
        hidden = None
        for number, column in enumerate(self._model.columns):
            words = self._words if column.has_initials else spelled(self._words)
            if column.searched and spans(composed(column.text(row)), words):
                if not self.isColumnHidden(number):
                    return None
                hidden = hidden or (tr(column.title), column.text(row))
        return hidden

    def _on_faded(self) -> None:
        self._fresh.clear()
        self.viewport().update()

    def _show_tip(self, event: QHelpEvent) -> None:
        index = self.indexAt(event.pos())
        row = self._model.row(index.row()) if index.isValid() else None
        text = "" if row is None else self._model.exact_text(self._model.columns[index.column()], row)
        QToolTip.showText(event.globalPos(), tip(text), self.viewport())

    def _on_current_changed(
        self, current: QModelIndex | QPersistentModelIndex, _previous: QModelIndex | QPersistentModelIndex
    ) -> None:
        self.row_chosen.emit(current.row() if current.isValid() else -1)

    def _on_head_clicked(self, number: int) -> None:
        column, (sorted_by, descending) = self._model.columns[number], self._sorted
        if column.sort is not None:
            descending = not descending if number == sorted_by else column.largest_first
            self.show_sort(number, descending=descending)
            self.sort_asked.emit(number, descending)
        else:
            self.show_sort(sorted_by, descending=descending)

    def _on_columns_asked(self, place: QPoint) -> None:
        menu = QMenu(self)
        for number, column in enumerate(self._model.columns):
            action = QAction(tr(column.title), menu, checkable=True, checked=not self.isColumnHidden(number))
            action.toggled.connect(lambda on, number=number: self._show_column(number, shown=on))
            menu.addAction(action)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.horizontalHeader().mapToGlobal(place))

    def _show_column(self, number: int, *, shown: bool) -> None:
        self._set_shown(number, shown=shown)
        self.layout_changed.emit()

    def _set_shown(self, number: int, *, shown: bool) -> None:
        """Show or hide a column; the last one shown stays, or its menu could not be reached again."""
        others = (other for other in range(len(self._model.columns)) if other != number)
        is_last = all(self.isColumnHidden(other) for other in others)
        self.setColumnHidden(number, not shown and not is_last)
