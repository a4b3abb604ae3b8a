"""What is to be refunded: the payments that were chosen, or a file, and in which manner."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from portdesk.domain.ids import ImpUid
from portdesk.domain.refund_settings import RefundSettings
from portdesk.qt.tasks import Tasks
from portdesk.qt.words import tr, trn
from portdesk.usecases.refund_columns import Field, Manner, RowWish, Understood, amount_in, understand, wishes
from portdesk.usecases.refund_files import Line, Table
from portdesk.widgets.bulk_refunds.columns import ColumnChoice
from portdesk.widgets.kit.text import ElidedLabel, PlainLabel
from portdesk.widgets.refunds.reasons import ReasonBox

Reader = Callable[[Path], Coroutine[Any, Any, tuple[Table, ...]]]

_NOTHING: Final = Understood(head=-1, columns={}, doubts=frozenset())


class SourcePage(QWidget):
    """
    The first page: where the rows come from and what holds for all of them.

    Signals:
        changed: something else is asked for
        failed: the file could not be read (an exception)
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(
        self, chosen: Sequence[ImpUid], read: Reader, settings: RefundSettings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._chosen, self._read = tuple(chosen), read
        self._tables: tuple[Table, ...] = ()
        self._understood = _NOTHING
        self._tasks = Tasks(self, self.failed.emit)
        self.from_selection, self.from_file = QRadioButton(self), QRadioButton(self)
        self.choose_file = QPushButton(tr("Choose a file…"), self)
        self._file = ElidedLabel(
            tr("Excel (.xlsx, .xls) or CSV, with the payments by imp_uid or order number"), self
        )
        self.sheet = QComboBox(self)
        self.columns = ColumnChoice(self)
        self.columns_are_right = QCheckBox(tr("These columns are right"), self)
        self.whole, self.same = QRadioButton(self), QRadioButton(self)
        self.amount = QLineEdit(self)
        self.fill_up = QCheckBox(self)
        self.reason, self.requester = ReasonBox(settings, self), QComboBox(self)
        self._hint = PlainLabel("", self, wraps=True, quiet=True)
        self._build()
        self._connect()
        self._show_source()

    async def wishes(self) -> tuple[RowWish, ...]:
        """Every row that is asked for; those of a file are read in a thread."""
        if not self.from_file.isChecked():
            return self._of_selection()
        manner = self._for_all(whole_rest=self.fill_up.isChecked())
        lines, columns = self._lines(), self.columns.columns
        return await asyncio.to_thread(lambda: tuple(wishes(lines, columns, manner)))

    @property
    def count(self) -> int:
        """How many rows are asked for."""
        return len(self._lines()) if self.from_file.isChecked() else len(self._chosen)

    @property
    def is_ready(self) -> bool:
        """Whether there is something to try."""
        if not self.from_file.isChecked():
            return bool(self._chosen) and (
                self.whole.isChecked() or amount_in(self.amount.text()) is not None
            )
        named = {Field.IMP_UID, Field.MERCHANT_UID} & self.columns.columns.keys()
        sure = self._understood.is_clear or self.columns_are_right.isChecked()
        return bool(self._lines()) and bool(named) and sure

    def read_file(self, path: Path) -> None:
        """Read the file at `path`."""
        self.from_file.setChecked(True)
        self._file.setText(tr("Reading {file}…", file=path.name))
        self._tasks.start("read", self._read_file, path)

    async def end(self) -> None:
        """Stop what is under way."""
        await self._tasks.end()

    async def _read_file(self, path: Path) -> None:
        self._tables = ()
        self._show_tables()
        try:
            self._tables = await self._read(path)
        finally:
            self._file.setText(path.name)
        self._show_tables()

    def _build(self) -> None:
        count = len(self._chosen)
        self.from_selection.setText(trn("The {count} chosen payment", "The {count} chosen payments", count))
        self.from_selection.setVisible(bool(self._chosen))
        self.from_file.setText(tr("A list in a file"))
        self.whole.setText(tr("All that is left of each"))
        self.same.setText(tr("The same amount of each"))
        self.amount.setMaximumWidth(140)
        self.amount.setAccessibleName(tr("Amount to give back of each"))
        self.fill_up.setText(tr("Where no amount stands: all that is left"))
        self.reason.setAccessibleName(tr("Reason"))
        self.requester.addItem(tr("The customer"), "customer")
        self.requester.addItem(tr("The shop"), "admin")
        self.requester.setAccessibleName(tr("Asked for by"))
        self.sheet.setAccessibleName(tr("Sheet"))
        for group in ((self.from_selection, self.from_file), (self.whole, self.same)):
            together = QButtonGroup(self)
            for button in group:
                together.addButton(button)
        (self.from_selection if self._chosen else self.from_file).setChecked(True)
        self.whole.setChecked(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.from_selection)
        layout.addLayout(_beside(self.from_file, self.choose_file, self._file, self.sheet, stretch=2))
        for widget in (self.columns, self.columns_are_right, self._hint, self.whole):
            layout.addWidget(widget)
        layout.addLayout(_beside(self.same, self.amount))
        layout.addWidget(self.fill_up)
        layout.addLayout(self._manner())
        layout.addStretch(1)

    def _manner(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        self._reason_name = PlainLabel("", self)
        grid.addWidget(self._reason_name, 0, 0)
        grid.addWidget(self.reason, 0, 1)
        grid.addWidget(PlainLabel(tr("Asked for by"), self), 1, 0)
        grid.addWidget(self.requester, 1, 1)
        grid.addWidget(PlainLabel(tr("Naver Pay wants to know this."), self, quiet=True), 1, 2)
        grid.setColumnStretch(2, 1)
        return grid

    def _connect(self) -> None:
        self.choose_file.clicked.connect(self._on_choose_file)
        self.from_file.toggled.connect(self._show_source)
        self.sheet.currentIndexChanged.connect(self._show_columns)
        for signal in (
            self.columns.changed,
            self.columns_are_right.toggled,
            self.whole.toggled,
            self.amount.textChanged,
            self.fill_up.toggled,
        ):
            signal.connect(self._on_changed)
        self.amount.textEdited.connect(lambda: self.same.setChecked(True))

    def _on_choose_file(self) -> None:
        ask_for_list(self.window(), self.read_file)

    def _show_source(self) -> None:
        of_file = self.from_file.isChecked()
        for widget in (self.whole, self.same, self.amount):
            widget.setVisible(not of_file)
        self.fill_up.setVisible(of_file)
        self._reason_name.setText(tr("Reason where none stands") if of_file else tr("Reason"))
        self._show_tables()

    def _show_tables(self) -> None:
        self.sheet.blockSignals(True)
        self.sheet.clear()
        self.sheet.addItems([table.name for table in self._tables])
        self.sheet.blockSignals(False)
        self._show_columns()

    def _show_columns(self) -> None:
        table = self._table()
        lines = table.lines if table is not None else ()
        self._understood = understand(lines)
        self.columns_are_right.setChecked(False)
        self.columns.show_columns(lines, self._understood)
        shown = bool(lines) and self.from_file.isChecked()
        self.columns.setVisible(shown)
        self.columns_are_right.setVisible(shown and not self._understood.is_clear)
        self._hint.setVisible(shown)
        self.sheet.setVisible(shown and len(self._tables) > 1)
        self._on_changed()

    def _on_changed(self) -> None:
        if self._hint.isVisibleTo(self):
            count = len(self._lines())
            told = trn("{count} row below the headings.", "{count} rows below the headings.", count)
            if not self._understood.is_clear:
                told += " " + tr("The headings are not clear: choose the columns and confirm them.")
            self._hint.setText(told)
        self.changed.emit()

    def _table(self) -> Table | None:
        place = max(self.sheet.currentIndex(), 0)
        return self._tables[place] if place < len(self._tables) else None

    def _lines(self) -> Sequence[Line]:
        table = self._table()
        return table.lines[self._understood.head + 1 :] if table is not None else ()

    def _of_selection(self) -> tuple[RowWish, ...]:
        manner = self._for_all(whole_rest=self.whole.isChecked())
        amount: Decimal | None = None if manner.whole_rest else amount_in(self.amount.text())
        return tuple(
            RowWish(line=0, imp_uid=uid, amount=amount, reason=manner.reason, requester=manner.requester)
            for uid in self._chosen
        )

    def _for_all(self, *, whole_rest: bool) -> Manner:
        asked_by: Literal["customer", "admin"] = self.requester.currentData()
        return Manner(whole_rest=whole_rest, reason=self.reason.reason, requester=asked_by)


def ask_for_list(parent: QWidget, chosen: Callable[[Path], object]) -> None:
    """Let a person choose a file with a list."""
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    dialog = QFileDialog(parent, tr("A list of refunds"), place)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([tr("Lists (*.xlsx *.xls *.csv *.txt)"), tr("All files (*)")])
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(lambda path: chosen(Path(path)))
    dialog.open()


def _beside(*widgets: QWidget, stretch: int = -1) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for place, widget in enumerate(widgets):
        row.addWidget(widget, 1 if place == stretch else 0)
    if stretch < 0:
        row.addStretch(1)
    return row
