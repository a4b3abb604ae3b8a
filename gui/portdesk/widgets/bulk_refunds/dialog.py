"""The dialog for many refunds: from a list over the dry run to what became of each row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from portdesk.domain.errors import PortdeskError
from portdesk.domain.events import Bus
from portdesk.domain.ids import ImpUid
from portdesk.domain.messages import Message
from portdesk.domain.shops import Shop
from portdesk.ledger.batch import Limits, Plan
from portdesk.qt.alerts import alert_of
from portdesk.qt.privacy import Privacy
from portdesk.qt.tasks import Tasks
from portdesk.qt.words import tr, trn
from portdesk.usecases.bulk_lists import MOST_ROWS, BulkLists
from portdesk.usecases.bulk_refunds import BulkRun, totals
from portdesk.usecases.bulk_results import Page, write_pages
from portdesk.usecases.disclosures import Disclosure, Disclosures
from portdesk.widgets.bulk_refunds.progress import RunPage
from portdesk.widgets.bulk_refunds.rows import checked_page, rows_page, summary_page, verdicts_page
from portdesk.widgets.bulk_refunds.source import SourcePage
from portdesk.widgets.bulk_refunds.trial import TrialPage
from portdesk.widgets.kit.banner import Banner
from portdesk.widgets.kit.state import StateCard
from portdesk.widgets.kit.text import PlainLabel

LIMITS: Final = Limits(most_rows=MOST_ROWS)
_SIZE: Final = (1160, 680)


class BulkDialog(QDialog):
    """
    A list of refunds on its way: source, dry run, confirmation, progress.

    It may be closed at any time. What is under way goes on in `sending`, which outlives it; what has
    not been started waits for a click, also after a crash.

    Signals:
        moved: another page, or another state of this one, is shown
    """

    moved = Signal()

    def __init__(
        self,
        lists: BulkLists,
        *,
        record: Disclosures,
        shop: Shop,
        bus: Bus,
        privacy: Privacy,
        now: Callable[[], datetime],
        sending: Tasks,
        chosen: Sequence[ImpUid] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._lists, self._bus, self._privacy, self._now = lists, bus, privacy, now
        self._sending, self._record = sending, record
        self._tasks = Tasks(self, self._on_error)
        self.notice = Banner(self)
        self.source = SourcePage(chosen, lists.read, lists.choices.settings, self)
        self.trial: TrialPage | None = None
        self.running: RunPage | None = None
        self._waiting = StateCard(self)
        self.bar = QProgressBar(self)
        self.back, self.cancel, self.save = (QPushButton(self) for _ in range(3))
        self.check, self.leave = QPushButton(self), QPushButton(self)
        self._pages = QStackedWidget(self)
        self._shop_name = PlainLabel(shop.name, self, quiet=True)
        self._told = PlainLabel("", self, quiet=True, wraps=True)
        self._build()
        self._connect()
        self._go_to(self.source)

    def show_run(self, run: BulkRun, *, begins: bool) -> None:
        """Show a plan that was begun earlier; `begins` is the click that goes on with it."""
        self._open_run(run)
        if begins and self.running is not None:
            self.running.begin()

    def shows(self, plan: Plan) -> bool:
        """Whether it is this plan that is on the screen."""
        return self.running is not None and self.running.run.plan.id == plan.id

    def closeEvent(self, event: QCloseEvent) -> None:
        self._leave_pages()
        super().closeEvent(event)

    def done(self, result: int) -> None:
        self._leave_pages()
        super().done(result)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter in a field must not give money back; only the buttons themselves do.
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            return
        super().keyPressEvent(event)

    def _leave_pages(self) -> None:
        self._tasks.cancel_all()
        if self.running is not None:
            self.running.leave()

    def _build(self) -> None:
        self.setWindowTitle(tr("Refund several payments"))
        self.resize(*_SIZE)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("How much of the list has been read"))
        self.back.setText(tr("Back"))
        self.cancel.setText(tr("Stop reading"))
        self.save.setText(tr("Save as a file…"))
        self.leave.setText(tr("Close"))
        self.check.setObjectName("primary")
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._buttons.addWidget(self.save)
        self._buttons.addStretch(1)
        for button in (self.leave, self.back, self.cancel, self.check):
            button.setAutoDefault(False)
            self._buttons.addWidget(button)
        self.save.setAutoDefault(False)
        self._pages.addWidget(self.source)
        self._pages.addWidget(self._waiting)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        layout.addWidget(self.notice)
        layout.addWidget(self._shop_name)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self.bar)
        layout.addWidget(self._told)
        layout.addLayout(self._buttons)

    def _connect(self) -> None:
        self.source.changed.connect(self._on_source_changed)
        self.source.failed.connect(self._on_error)
        self.check.clicked.connect(self._on_check)
        self.cancel.clicked.connect(self._on_cancel)
        self.back.clicked.connect(lambda: self._go_to(self.source))
        self.save.clicked.connect(self._on_save)
        self.leave.clicked.connect(self.close)

    def _go_to(self, page: QWidget) -> None:
        self._pages.setCurrentWidget(page)
        self._told.setText("")
        is_trial, is_run = page is self.trial, page is self.running
        self.check.setVisible(page is self.source)
        self.bar.setVisible(page is self._waiting)
        self.cancel.setVisible(page is self._waiting)
        self.back.setVisible(is_trial)
        self.save.setVisible(is_trial or is_run)
        if self.trial is not None:
            self.trial.start.setVisible(is_trial)
        self._on_source_changed()
        first = self.source.choose_file if page is self.source else self.leave
        first.setFocus()
        self.moved.emit()

    def _on_source_changed(self) -> None:
        count = self.source.count
        named = trn("Check {count} row", "Check {count} rows", count)
        self.check.setText(named if count else tr("Check the list"))
        self.check.setEnabled(self.source.is_ready)
        self.moved.emit()

    def _on_check(self) -> None:
        self.notice.dismiss()
        self._waiting.show_state(
            "reload",
            Message("Reading every payment from the server…"),
            more=Message("Nothing is sent by this."),
        )
        self.bar.setRange(0, 0)
        self._go_to(self._waiting)
        self._tasks.start("check", self._check)

    def _on_cancel(self) -> None:
        self._tasks.cancel("check")
        self._go_to(self.source)

    async def _check(self) -> None:
        try:
            run = await self._lists.check(await self.source.wishes(), self._on_progress)
        except PortdeskError as error:
            self._go_to(self.source)
            self._on_error(error)
            return
        await self._drop_trial()
        trial = TrialPage(run, self._privacy, self._on_error, self)
        trial.started.connect(self._on_started)
        self.trial = trial
        self._pages.addWidget(trial)
        self._buttons.addWidget(trial.start)
        self._go_to(trial)

    async def _drop_trial(self) -> None:
        if self.trial is not None:
            await self.trial.table.end()
            self._pages.removeWidget(self.trial)
            self.trial.start.deleteLater()
            self.trial.deleteLater()
            self.trial = None

    def _on_progress(self, done: int, total: int) -> None:
        self.bar.setRange(0, max(total, 1))
        self.bar.setValue(done)

    def _on_started(self) -> None:
        """The click: what was tried is frozen as a plan, written down, and only then sent."""
        if self.trial is not None:
            run = self._lists.prepare(self.trial.chosen, self.trial.run.currency)
            self.trial.setEnabled(False)
            self._tasks.start("write down", self._write_down, run)

    async def _write_down(self, run: BulkRun) -> None:
        try:
            await self._lists.write_down(run, LIMITS)
        except PortdeskError as error:
            self._on_error(error)
            if self.trial is not None:
                self.trial.setEnabled(True)
            return
        self._open_run(run)
        if self.running is not None:
            self.running.begin()

    def _open_run(self, run: BulkRun) -> None:
        page = RunPage(
            self._lists,
            run,
            bus=self._bus,
            sending=self._sending,
            now=self._now,
            on_error=self._on_error,
            parent=self,
        )
        page.shown.connect(self.moved)
        self.running = page
        self._pages.addWidget(page)
        for button in page.buttons:
            self._buttons.addWidget(button)
        self._go_to(page)

    def _on_save(self) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name = tr("refunds {moment}", moment=f"{self._now():%Y-%m-%d %H%M}")
        dialog = QFileDialog(self, tr("Save as a file"), f"{folder}/{name}.xlsx")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([tr("Excel (*.xlsx)"), tr("CSV (*.csv)")])
        dialog.setDefaultSuffix("xlsx")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filterSelected.connect(
            lambda kind: dialog.setDefaultSuffix("csv" if "csv" in kind else "xlsx")
        )
        dialog.fileSelected.connect(lambda path: self.save_to(Path(path)))
        dialog.open()

    def save_to(self, path: Path) -> None:
        """Write what is shown to a file: every row, and a sheet on which they add up."""
        self._tasks.start("save", self._save_to, path)

    async def _save_to(self, path: Path) -> None:
        pages = await self._pages_of_a_file()
        written = await self._written(path, pages)
        self._told.setText(tr("Saved in {file}", file=", ".join(map(str, written))))
        self.moved.emit()

    async def _written(self, path: Path, pages: Sequence[Page]) -> Sequence[Path]:
        """The files, noted in the record before they are made; names of buyers in them are masked."""
        titles = tuple(column.title for column in pages[-1].columns)
        form = path.suffix.lower().removeprefix(".")
        noted = Disclosure(what="bulk refunds", rows=len(pages[-1].rows), columns=titles, form=form)
        is_noted = await self._record.export(noted)
        written: Sequence[Path] = ()
        try:
            written = await write_pages(path, pages)
        finally:
            if is_noted and not written:
                await self._record.stopped(noted)
        return written

    async def _pages_of_a_file(self) -> Sequence[Page]:
        privacy = self._privacy.frozen()
        if self.running is not None:
            run = self.running.run
            rows, said = await run.rows(), await self._lists.said(run)
            return summary_page(totals(rows), run.plan.currency), rows_page(rows, said, privacy)
        assert self.trial is not None  # noqa: S101 - else there is nothing to be saved
        return verdicts_page(self.trial.run), checked_page(self.trial.run, privacy)

    def _on_error(self, error: Exception) -> None:
        self.notice.show_alert(alert_of(error))
        self.moved.emit()
