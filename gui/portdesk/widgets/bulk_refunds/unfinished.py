"""A strip that tells of lists which were begun and are not over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from portdesk.domain.events import Bus
from portdesk.ledger.batch import Part
from portdesk.qt.tasks import Tasks
from portdesk.qt.words import Wording, tr, trn
from portdesk.usecases.bulk_lists import BulkLists, Unfinished
from portdesk.usecases.bulk_refunds import BulkMoved
from portdesk.widgets.bulk_refunds.rows import told
from portdesk.widgets.kit.text import ElidedLabel

_GLANCE: Final = 500


class UnfinishedStrip(QFrame):
    """
    The newest list that is not over: what was done of it, and one click to go on.

    Signals:
        opened: the list (a `Plan`) is to be shown
        resumed: the list (a `Plan`) is to be gone on with
    """

    opened = Signal(object)
    resumed = Signal(object)

    def __init__(
        self, lists: BulkLists, bus: Bus, on_error: Callable[[Exception], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self._lists = lists
        self._found: list[Unfinished] = []
        self._tasks = Tasks(self, on_error)
        self.text = ElidedLabel("", self)
        self.look, self.go_on = QPushButton(self), QPushButton(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_GLANCE)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 6, 8, 6)
        layout.setSpacing(8)
        layout.addWidget(self.text, 1)
        for button in (self.look, self.go_on):
            layout.addWidget(button)
        self.go_on.setObjectName("primary")
        self.look.clicked.connect(lambda: self.opened.emit(self._found[0].plan))
        self.go_on.clicked.connect(lambda: self.resumed.emit(self._found[0].plan))
        self._timer.timeout.connect(lambda: self._tasks.start("look", self._look))
        self._unsubscribe = bus.subscribe(BulkMoved, self._on_moved)
        Wording(self).follow(self._render)
        self._tasks.start("look", self._look)

    @property
    def widget(self) -> QWidget:
        """What is seen of it."""
        return self

    async def end(self) -> None:
        """Look no longer."""
        self._timer.stop()
        self._unsubscribe()
        await self._tasks.end()

    def _on_moved(self, _event: BulkMoved) -> None:
        if not self._timer.isActive():
            self._timer.start()

    async def _look(self) -> None:
        self._found = await self._lists.unfinished()
        self._render()

    def _render(self) -> None:
        self.setVisible(bool(self._found))
        self.look.setText(tr("Show the list…"))
        if not self._found:
            return
        newest, others = self._found[0], len(self._found) - 1
        sums, currency = newest.sums, newest.plan.currency
        rest = sums[Part.NOT_STARTED]
        parts = [
            trn(
                "A list of {count} refund is not finished",
                "A list of {count} refunds is not finished",
                len(newest.plan.rows),
            ),
            tr("{count} confirmed", count=f"{sums[Part.CONFIRMED].rows:,}"),
            tr("{count} being checked", count=f"{sums[Part.CHECKING].rows:,}"),
            tr("{count} not started", count=f"{rest.rows:,}"),
        ]
        if others:
            parts.append(trn("and {count} more list", "and {count} more lists", others))
        self.text.setText(" · ".join(parts))
        amount = told(rest.amount, currency)
        self.go_on.setText(
            trn("Go on: {count} row, {amount}", "Go on: {count} rows, {amount}", rest.rows, amount=amount)
        )
        self.go_on.setVisible(not newest.is_running)
