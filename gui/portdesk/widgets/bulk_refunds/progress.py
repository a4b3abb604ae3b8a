"""A list under way: how far it is, what stopped it, how every row stands."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from portdesk.domain.errors import InputError, PortdeskError
from portdesk.domain.events import Bus
from portdesk.domain.messages import Message
from portdesk.ledger.batch import Part, Sum
from portdesk.qt.tasks import Tasks
from portdesk.qt.words import render, span, tr, trn
from portdesk.usecases.bulk_lists import BulkLists
from portdesk.usecases.bulk_refunds import BulkMoved, BulkRow, BulkRun, PlanState, totals
from portdesk.usecases.refund_columns import Manner, RowWish, understand, wishes
from portdesk.usecases.refund_files import Table
from portdesk.widgets.bulk_refunds.rows import PART_MARKS, PART_WORDS, planned_columns, state_of, told, why_of
from portdesk.widgets.bulk_refunds.source import ask_for_list
from portdesk.widgets.bulk_refunds.table import RowsTable
from portdesk.widgets.kit.badge import Badge
from portdesk.widgets.kit.text import PlainLabel

_GLANCE: Final = 200
_COLUMNS: Final = 2

UNCLEAR: Final = Message(
    "Several answers in a row were unclear, so nothing more is sent. Portdesk is finding out what became of"
    " those rows. Look at the network, then go on."
)
REFUSED: Final = Message(
    "Several refunds in a row were refused, so nothing more is sent. Look at what PortOne says about them"
    " before you go on."
)


class RunPage(QWidget):
    """
    One plan: its sums, its rows, and the buttons that pause, stop and go on.

    What it shows comes from the journal and from the run, which goes on without it.

    Signals:
        shown: the rows on the screen are as they stand now
    """

    shown = Signal()

    def __init__(
        self,
        lists: BulkLists,
        run: BulkRun,
        *,
        bus: Bus,
        sending: Tasks,
        now: Callable[[], datetime],
        on_error: Callable[[Exception], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.run, self.rows = run, list[BulkRow]()
        self.said: dict[int, str] = {}
        self._lists, self._sending, self._now, self._on_error = lists, sending, now, on_error
        self._began, self._began_with = now(), 0
        self._is_stopped = self._is_left = False
        self._tasks = Tasks(self, on_error)
        self.headline = PlainLabel("", self, emphasis=True, wraps=True)
        self.bar = QProgressBar(self)
        self._sums = {part: (Badge(self), PlainLabel("", self)) for part in Part}
        self.table = RowsTable(planned_columns(self.said), tr("Refunds"), on_error, self)
        self.pause, self.stop = QPushButton(tr("Pause"), self), QPushButton(tr("Stop"), self)
        self.go_on, self.give_up = QPushButton(self), QPushButton(tr("Give up the rest"), self)
        self.accounts = QPushButton(tr("Give the accounts again…"), self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_GLANCE)
        self._build()
        self._unsubscribe = bus.subscribe(BulkMoved, self._on_moved)
        self._tasks.start("look", self._look)

    @property
    def buttons(self) -> tuple[QPushButton, ...]:
        """What the person can do now, in this order."""
        return (self.accounts, self.give_up, self.stop, self.pause, self.go_on)

    def begin(self) -> None:
        """The click that sends: go on with whatever has not been started."""
        if not self.run.is_running:
            self._is_stopped = False
            self._began, self._began_with = self._now(), self._settled()
            self._sending.start(f"bulk {self.run.plan.id}", self._go_on)

    def read_accounts(self, path: Path) -> None:
        """Take accounts that were not kept from the file at `path`; nothing is sent by it."""
        self._tasks.start("accounts", self._read_accounts, path)

    def leave(self) -> None:
        """Look no longer; the run goes on."""
        self._is_left = True
        self._timer.stop()
        self._unsubscribe()
        self._tasks.cancel_all()

    async def _go_on(self) -> None:
        try:
            await self._lists.go_on(self.run)
        except PortdeskError as error:
            if self._is_left:
                raise
            self._on_error(error)

    async def _read_accounts(self, path: Path) -> None:
        for table in await self._lists.read(path):
            found = await asyncio.to_thread(_wishes_of, table)
            if await self._lists.give_accounts(self.run, found):
                await self._look()
                return
        raise InputError(
            Message("No account in this file fits a row that lacks one."),
            Message("Choose the file that the list came from."),
        )

    def _build(self) -> None:
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("How much of the list is settled"))
        self.go_on.setObjectName("primary")
        for button in self.buttons:
            button.setAutoDefault(False)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(2 * _COLUMNS, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.headline)
        layout.addWidget(self.bar)
        layout.addLayout(self._grid)
        layout.addWidget(self.table, 1)
        self._timer.timeout.connect(lambda: self._tasks.start("look", self._look))
        self.table.chosen.connect(self._on_row_chosen)
        self.pause.clicked.connect(self.run.pause)
        self.stop.clicked.connect(self._on_stop)
        self.go_on.clicked.connect(self.begin)
        self.accounts.clicked.connect(lambda: ask_for_list(self.window(), self.read_accounts))
        self.give_up.clicked.connect(lambda: self._tasks.start("give up", self._lists.give_up, self.run))

    def _on_stop(self) -> None:
        self._is_stopped = True
        self.run.pause()

    def _on_moved(self, event: BulkMoved) -> None:
        if event.plan == self.run.plan.id and not self._timer.isActive():
            self._timer.start()

    async def _look(self) -> None:
        self.rows = await self.run.rows()
        sums = totals(self.rows)
        if sums[Part.REFUSED].rows or sums[Part.CHECKING].rows:
            self.said.clear()
            self.said.update(await self._lists.said(self.run))
        self.table.show_rows(self.rows, range(len(self.rows)))
        self._show_sums(sums)
        self._show_state(sums)
        self.shown.emit()

    def _show_sums(self, sums: Mapping[Part, Sum]) -> None:
        shown = 0
        for part, (badge, label) in self._sums.items():
            sum_ = sums[part]
            badge.show_status(PART_MARKS[part], tr(PART_WORDS[part]))
            count = trn("{count} row", "{count} rows", sum_.rows)
            label.setText(f"{count}, {told(sum_.amount, self.run.plan.currency)}")
            row, side = divmod(shown, _COLUMNS)
            for place, widget in enumerate((badge, label)):
                self._grid.addWidget(widget, row, 2 * side + place)
                widget.setVisible(bool(sum_.rows))
            shown += bool(sum_.rows)
        self.bar.setRange(0, max(len(self.rows), 1))
        self.bar.setValue(self._settled())

    def _show_state(self, sums: Mapping[Part, Sum]) -> None:
        run, rest = self.run, sums[Part.NOT_STARTED].rows
        is_over = run.state is PlanState.GIVEN_UP or (run.state is PlanState.FINISHED and not run.skipped)
        self.headline.setText(self._words(sums))
        may_go_on = not run.is_running and not is_over and bool(rest)
        self.pause.setVisible(run.is_running and bool(rest))
        self.stop.setVisible(run.is_running and bool(rest))
        for button in (self.pause, self.stop):
            button.setEnabled(not run.is_pausing)
        amount = told(sums[Part.NOT_STARTED].amount, run.plan.currency)
        self.go_on.setText(
            trn("Go on: {count} row, {amount}", "Go on: {count} rows, {amount}", rest, amount=amount)
        )
        self.go_on.setVisible(may_go_on)
        lacking = any(row.part is Part.NOT_STARTED and row.number in run.lacking for row in self.rows)
        self.accounts.setVisible(may_go_on and lacking)
        self.give_up.setVisible(may_go_on and run.state is not PlanState.PLANNED)

    def _words(self, sums: Mapping[Part, Sum]) -> str:
        run, checking, rest = self.run, sums[Part.CHECKING].rows, sums[Part.NOT_STARTED].rows
        if run.is_running:
            return self._words_of_a_run(checking, rest)
        if run.state is PlanState.GIVEN_UP:
            return trn(
                "Given up: {count} row was never started.", "Given up: {count} rows were never started.", rest
            )
        if run.state is PlanState.FINISHED:
            return self._words_of_an_end(sums)
        if run.breaker.is_open:
            return render(REFUSED if run.breaker.refused >= run.breaker.most_refused else UNCLEAR)
        head = tr("Stopped.") if self._is_stopped else tr("Paused.")
        left = trn("{count} row has not been started.", "{count} rows have not been started.", rest)
        return f"{head} {left} {tr('Nothing is sent by itself; going on reads every payment anew.')}"

    def _words_of_a_run(self, checking: int, rest: int) -> str:
        run = self.run
        if run.is_pausing:
            count = len(run.under_way)
            return trn(
                "Stopping: {count} request is still on its way, nothing new is started.",
                "Stopping: {count} requests are still on their way, nothing new is started.",
                count,
            )
        if run.under_way:
            done, all_ = self._settled(), len(self.rows)
            text = tr("Refunding: {done} of {all} settled.", done=f"{done:,}", all=f"{all_:,}")
            return f"{text} {self._estimate(rest)}".strip()
        if rest and checking:
            return trn(
                "Finding out first what became of {count} row that was left open; nothing is sent before.",
                "Finding out first what became of {count} rows that were left open; nothing is sent before.",
                checking,
            )
        if checking:
            return trn(
                "Everything has been sent; {count} row is still being checked. You can close this.",
                "Everything has been sent; {count} rows are still being checked. You can close this.",
                checking,
            )
        return tr("Reading the payments anew…")

    def _words_of_an_end(self, sums: Mapping[Part, Sum]) -> str:
        if sums[Part.CONFIRMED].rows == len(self.rows):
            return tr("Finished: the server's own record names every refund.")
        left = trn(
            "{count} row was left alone.", "{count} rows were left alone.", sums[Part.NOT_STARTED].rows
        )
        text = tr("Finished.")
        if sums[Part.NOT_STARTED].rows:
            text += f" {left} {tr('Its row says why.')}"
        if sums[Part.NOT_SENT].rows or sums[Part.NOT_APPLIED].rows or sums[Part.HUMAN].rows:
            text += " " + tr("The Refunds tab offers another try, or the decision, for the others.")
        return text

    def _estimate(self, rest: int) -> str:
        done = self._settled() - self._began_with
        spent = self._now() - self._began
        return tr("About {span} left.", span=span(spent / done * rest)) if done and rest else ""

    def _settled(self) -> int:
        return sum(row.part not in (Part.NOT_STARTED, Part.CHECKING) for row in self.rows)

    def _on_row_chosen(self, row: BulkRow | None) -> None:
        if row is None:
            self.table.tell("")
            return
        code = row.instruction.code if row.instruction is not None else None
        parts: Sequence[str] = (
            state_of(row),
            why_of(row, self.said),
            tr("Code {code}", code=code) if code else "",
        )
        self.table.tell(" · ".join(part for part in parts if part))


def _wishes_of(table: Table) -> tuple[RowWish, ...]:
    """The rows of a sheet whose headings are clear; raises `InputError`."""
    understood = understand(table.lines)
    if not understood.is_clear:
        raise InputError(
            Message("The headings of this file are not clear."),
            Message("Name the columns as in the list that was used."),
        )
    manner = Manner(whole_rest=True)
    return tuple(wishes(table.lines[understood.head + 1 :], understood.columns, manner))
