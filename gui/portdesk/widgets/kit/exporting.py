"""Writes what a list shows to a file, noted in the record, with progress and a way to stop."""

from __future__ import annotations

from array import array
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from PySide6.QtCore import QStandardPaths, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QProgressBar, QToolButton, QWidget

from portdesk.qt.tables import Column
from portdesk.qt.tasks import OnError, Tasks
from portdesk.qt.words import Wording, tr, trn
from portdesk.usecases.disclosures import Disclosure, Disclosures
from portdesk.usecases.export import Export, ExportColumn
from portdesk.widgets.kit.text import ElidedLabel

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet(Generic[Row]):
    """
    What is to be written: the columns in the order they are shown, and the rows of the list.

    `what` names the list in the record. `personal` are the columns with unmasked personal data, their
    keys and titles; `why` they are needed.
    """

    name: str
    what: str
    columns: Sequence[ExportColumn[Row]]
    keys: Sequence[str]
    ids: array[int]
    fetch: Callable[[Sequence[int]], Awaitable[list[Row]]]
    personal: Mapping[str, str] = field(default_factory=dict)
    why: str = ""

    def disclosure(self, path: Path) -> Disclosure:
        """What the record keeps of it."""
        return Disclosure(
            what=self.what,
            rows=len(self.ids),
            columns=tuple(self.keys),
            personal=tuple(self.personal),
            form=path.suffix.lower().removeprefix("."),
            why=self.why,
        )


def export_column(column: Column[Row]) -> ExportColumn[Row]:
    """What `column` of a table is in a file: a typed value where it tells one, else its whole text."""
    return ExportColumn(
        title=tr(column.title),
        value=column.value or column.exact or column.text,
        kind=column.kind,
        currency=column.currency,
        width=max(10, column.width // 8),
    )


def _folder() -> Path:
    kept = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
    return kept if kept.is_dir() else Path.home()


class ExportStrip(QFrame, Generic[Row]):
    """
    A strip above the list: how far an export is, then where its file lies, until dismissed.

    One export at a time; another one takes its place.
    """

    def __init__(self, record: Disclosures, on_error: OnError, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._record = record
        self.setObjectName("strip")
        self._tasks = Tasks(self, on_error)
        self._text = ElidedLabel("", self)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(200)
        self.folder, self._stop = QToolButton(self), QToolButton(self)
        self._path = Path()
        self._is_done = False
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 6, 12, 6)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._bar, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self.folder)
        layout.addWidget(self._stop)
        self.folder.clicked.connect(self._on_folder_asked)
        self._stop.clicked.connect(self._on_stop)
        Wording(self).follow(self._name)
        self.hide()

    @property
    def is_running(self) -> bool:
        """Whether a file is being written."""
        return self._tasks.is_running("export")

    def ask_where(self, sheet: Sheet[Row]) -> None:
        """Ask for the place of the file, then write it."""
        dialog = QFileDialog(self.window(), tr("Export"), str(_folder() / f"{sheet.name}.xlsx"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([tr("Excel (*.xlsx)"), tr("CSV (*.csv)")])
        dialog.setDefaultSuffix("xlsx")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filterSelected.connect(
            lambda kind: dialog.setDefaultSuffix("csv" if "csv" in kind else "xlsx")
        )
        dialog.fileSelected.connect(lambda path: self.write(sheet, Path(path)))
        dialog.open()

    def write(self, sheet: Sheet[Row], path: Path) -> None:
        """Write `sheet` to `path`, once it has been written down."""
        self._tasks.start("export", self._write, sheet, path)

    async def end(self) -> None:
        """Stop what is under way; nothing of it is left behind."""
        await self._tasks.end()

    async def _write(self, sheet: Sheet[Row], path: Path) -> None:
        disclosure = sheet.disclosure(path)
        is_noted = await self._record.export(disclosure)
        written: int | None = None
        try:
            written = await self._fill(sheet, path)
        finally:
            self._show_end(path, written, is_noted=is_noted)
            if written is None and is_noted:
                await self._record.stopped(disclosure)

    async def _fill(self, sheet: Sheet[Row], path: Path) -> int:
        self._is_done, self._path = False, path
        self._name()
        self._bar.setRange(0, max(len(sheet.ids), 1))
        self._text.setText(tr("Writing {file}…", file=path.name))
        self._bar.show()
        self.show()

        async def rows(offset: int, count: int) -> list[Row]:
            return await sheet.fetch(sheet.ids[offset : offset + count])

        return await Export().write(
            path, sheet.columns, total=len(sheet.ids), rows=rows, progress=self._show_progress
        )

    def _show_progress(self, done: int, total: int) -> None:
        self._bar.setRange(0, max(total, 1))
        self._bar.setValue(done)

    def _show_end(self, path: Path, written: int | None, *, is_noted: bool) -> None:
        self._is_done = True
        self._bar.hide()
        self._name()
        if written is None:
            self.hide()
        else:
            told = trn("{count} row is in {file}", "{count} rows are in {file}", written, file=str(path))
            self._text.setText(
                told if is_noted else tr("{told}. The record of exports could not be written.", told=told)
            )

    def _name(self) -> None:
        self.folder.setText(tr("Open the folder"))
        self.folder.setVisible(self._is_done)
        self._stop.setText(tr("Close") if self._is_done else tr("Stop"))

    def _on_folder_asked(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._path.parent)))

    def _on_stop(self) -> None:
        if self._is_done:
            self.hide()
        else:
            self._tasks.cancel("export")
