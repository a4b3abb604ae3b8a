"""The dry run: a verdict for each row, what it adds up to, and the total typed by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from portdesk.domain.errors import InputError
from portdesk.ledger.batch import Sum
from portdesk.ledger.instruction import to_minor
from portdesk.qt.privacy import Privacy
from portdesk.qt.tasks import OnError
from portdesk.qt.words import render, tr, trn
from portdesk.usecases.dry_runs import CheckedRow, DryRun, Verdict
from portdesk.usecases.refund_columns import amount_in
from portdesk.widgets.bulk_refunds.rows import VERDICT_WORDS, checked_columns, told
from portdesk.widgets.bulk_refunds.table import RowsTable
from portdesk.widgets.kit.text import PlainLabel

COOLING: Final = 5
"""Seconds between the right total and the button."""


class TrialPage(QWidget):
    """
    What would be sent, and the confirmation of it.

    `start` can be pressed once the total has been typed and some seconds have passed; anything that
    changes what would be sent begins this anew.

    Signals:
        started: the person confirmed; `chosen` tells the rows
        named: the button says something else, or can be pressed
    """

    started = Signal()
    named = Signal()

    def __init__(
        self, run: DryRun, privacy: Privacy, on_error: OnError, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.run = run
        self._privacy = privacy
        self.filters = {verdict: QToolButton(self) for verdict in Verdict}
        self.table = RowsTable(checked_columns(run, privacy), tr("Verdicts"), on_error, self)
        self.with_warned = QCheckBox(self)
        self.total = QLineEdit(self)
        self.start = QPushButton(self)
        self._ask = PlainLabel("", self)
        self._left = 0
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._build()
        self._connect()
        self._show_rows()
        self._on_changed()

    @property
    def chosen(self) -> Sequence[CheckedRow]:
        """The rows that would be sent."""
        return self.run.chosen(with_warned=self.with_warned.isChecked())

    @property
    def sum(self) -> Sum:
        """What those add up to."""
        rows = self.chosen
        return Sum(rows=len(rows), amount=sum(row.amount for row in rows))

    def _build(self) -> None:
        sums = self.run.sums()
        chips = QHBoxLayout()
        chips.setSpacing(8)
        for verdict, chip in self.filters.items():
            sum_ = sums[verdict]
            chip.setObjectName("verdict")
            chip.setCheckable(True)
            count = trn("{count} row", "{count} rows", sum_.rows)
            text = f"{tr(VERDICT_WORDS[verdict])}  {count}"
            if verdict is not Verdict.BLOCKED:
                text += f"  {told(sum_.amount, self.run.currency)}"
            chip.setText(text)
            chip.setEnabled(bool(sum_.rows))
            chips.addWidget(chip)
        chips.addStretch(1)
        warned = sums[Verdict.WARNED]
        self.with_warned.setText(
            trn(
                "Send the {count} row with a warning, too",
                "Send the {count} rows with a warning, too",
                warned.rows,
            )
        )
        self.with_warned.setVisible(bool(warned.rows))
        self.total.setMaximumWidth(180)
        self.total.setAccessibleName(tr("Total to give back"))
        self.start.setObjectName("primary")
        self.start.setAutoDefault(False)
        typing = QHBoxLayout()
        typing.setSpacing(8)
        typing.addWidget(self._ask)
        typing.addWidget(self.total)
        typing.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(chips)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.with_warned)
        layout.addLayout(typing)

    def _connect(self) -> None:
        for chip in self.filters.values():
            chip.toggled.connect(self._show_rows)
        self.table.chosen.connect(self._on_row_chosen)
        self.with_warned.toggled.connect(self._on_changed)
        self.total.textChanged.connect(self._on_changed)
        self._clock.timeout.connect(self._on_tick)
        self.start.clicked.connect(self._on_start)
        self._privacy.changed.connect(self.table.model.retranslate)

    def _show_rows(self) -> None:
        wanted = {verdict for verdict, chip in self.filters.items() if chip.isChecked()} or set(Verdict)
        self.table.show_rows(self.run.rows, [row.number for row in self.run.rows if row.verdict in wanted])

    def _on_row_chosen(self, row: CheckedRow | None) -> None:
        lines = []
        for remark in row.remarks if row is not None else ():
            parts = [render(remark.words), "" if remark.advice is None else render(remark.advice)]
            source = tr("({source})", source=remark.source) if remark.source else ""
            lines.append(" ".join(part for part in (*parts, source) if part))
        self.table.tell("\n".join(lines))

    def _on_changed(self) -> None:
        wanted = self.sum
        self._left = COOLING if self._is_right() else 0
        if self._left:
            self._clock.start()
        else:
            self._clock.stop()
        total = told(wanted.amount, self.run.currency)
        self._ask.setText(
            tr("To go on, type the total {total}:", total=total)
            if wanted.rows
            else tr("There is no row that could be sent.")
        )
        self.total.setVisible(bool(wanted.rows))
        self._name()

    def _is_right(self) -> bool:
        typed, wanted = amount_in(self.total.text()), self.sum
        if typed is None or not wanted.rows:
            return False
        try:
            return to_minor(typed, self.run.currency) == wanted.amount
        except InputError:
            return False

    def _on_tick(self) -> None:
        self._left -= 1
        if self._left <= 0:
            self._clock.stop()
        self._name()

    def _name(self) -> None:
        wanted = self.sum
        total = told(wanted.amount, self.run.currency)
        text = trn("Refund {count} row, {total}", "Refund {count} rows, {total}", wanted.rows, total=total)
        self.start.setText(
            tr("{text} (in {seconds} s)", text=text, seconds=self._left) if self._left else text
        )
        self.start.setEnabled(self._is_right() and self._left <= 0)
        self.named.emit()

    def _on_start(self) -> None:
        if self.start.isEnabled():
            self.start.setEnabled(False)
            self.started.emit()
