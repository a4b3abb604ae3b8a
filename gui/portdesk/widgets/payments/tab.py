"""The payments tab: filters above, the list on the left, one payment on the right."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from portdesk.domain.events import PaymentsChanged, SyncPhase, SyncProgressed
from portdesk.domain.ids import ImpUid
from portdesk.domain.messages import Message
from portdesk.domain.money import Amount
from portdesk.domain.payment_lists import CurrencyTotal, PaymentQuery, PaymentRow, PaymentSort
from portdesk.qt.alerts import Alerts
from portdesk.qt.events import Events
from portdesk.qt.privacy import Privacy
from portdesk.qt.tables import PagedModel
from portdesk.qt.tasks import Tasks
from portdesk.qt.words import Wording, later, money, tr, trn
from portdesk.usecases.payments import Payments
from portdesk.widgets.kit.state import StateCard
from portdesk.widgets.kit.table import TableView
from portdesk.widgets.payments.columns import payment_columns
from portdesk.widgets.payments.details import PaymentDetails
from portdesk.widgets.payments.filters import PaymentFilters

_BREATH: Final = 0.25
"""Seconds between two refreshes while a sync is writing."""


class PaymentsTab(QWidget):
    """
    The payments of one shop, from the local copy; a single one is read again from the server.

    Signals:
        answered: the list shows the answer to what the filters ask
    """

    answered = Signal()

    def __init__(
        self,
        payments: Payments,
        *,
        events: Events,
        alerts: Alerts,
        privacy: Privacy,
        now: Callable[[], datetime],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._payments = payments
        self._alerts = alerts
        self._tasks = Tasks(self, alerts.show)
        self._sort = PaymentQuery()
        self._totals: list[CurrencyTotal] = []
        self._progress = SyncProgressed(phase=SyncPhase.RECENT)
        self._stale = asyncio.Event()
        self.answers = 0
        self.filters = PaymentFilters(now, self)
        self.model = PagedModel(
            payment_columns(privacy, now), payments.rows, on_error=alerts.show, parent=self
        )
        self.table = TableView(self.model, self)
        self.details = PaymentDetails(privacy, now, self)
        self._state = StateCard(self)
        self._build()
        self._connect(events, privacy)
        self._tasks.start("ask", self._ask)
        self._tasks.start("follow", self._follow)

    def layout_state(self) -> dict[str, Any]:
        """Columns and divider, to be remembered."""
        return {"columns": self.table.layout_state(), "divider": self._splitter.sizes()}

    def restore_layout(self, state: Mapping[str, Any]) -> None:
        """Put columns and divider back; whatever does not fit is passed over."""
        columns = state.get("columns")
        if isinstance(columns, dict):
            self.table.restore_layout(columns)
        match state.get("divider"):
            case [int(left), int(right)] if left > 0 and right > 0:
                self._splitter.setSizes([left, right])

    async def end(self) -> None:
        """Stop everything under way."""
        await self._tasks.end()
        await self.model.end()

    def _build(self) -> None:
        self._list = QStackedWidget(self)
        self._list.addWidget(self.table)
        self._list.addWidget(self._state)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.addWidget(self._list)
        self._splitter.addWidget(self.details)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setCollapsible(0, False)
        self._splitter.setSizes([900, 400])
        self.details.setMinimumWidth(320)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.filters)
        layout.addWidget(self._splitter, 1)
        self.table.show_sort(0, descending=True)
        self.setFocusProxy(self.table)

    def _connect(self, events: Events, privacy: Privacy) -> None:
        events.payments_changed.connect(self._on_payments_changed)
        events.sync_progressed.connect(self._on_sync_progressed)
        privacy.changed.connect(self.model.retranslate)
        self.filters.changed.connect(self._on_question_changed)
        self.table.sort_asked.connect(self._on_sort_asked)
        self.table.row_chosen.connect(self._on_row_chosen)
        self.details.read_again.connect(self._on_read_again)
        self._state.acted.connect(self.filters.clear)
        again = QShortcut(QKeySequence(QKeySequence.StandardKey.Refresh), self)
        again.activated.connect(self._on_read_again)
        words = Wording(self)
        words.say(self.table.setAccessibleName, later("Payments"))
        words.follow(self._show_totals)

    def _on_payments_changed(self, event: PaymentsChanged) -> None:
        self._stale.set()
        shown = self.details.payment
        if shown is not None and (shown.imp_uid in event.imp_uids or not event.imp_uids):
            self._tasks.start("details", self._load, shown.imp_uid)

    def _on_sync_progressed(self, event: SyncProgressed) -> None:
        self._progress = event
        if not len(self.model.ids):
            self._show_list()

    def _on_question_changed(self) -> None:
        self._tasks.start("ask", self._ask)

    def _on_sort_asked(self, column: int, descending: bool) -> None:  # noqa: FBT001 - a signal's argument
        sort = self.model.columns[column].sort
        assert isinstance(sort, PaymentSort)  # noqa: S101 - columns that cannot be sorted do not ask
        self._sort = PaymentQuery(sort=sort, descending=descending)
        self._tasks.start("ask", self._ask)

    def _on_row_chosen(self, row: int) -> None:
        if row >= 0:
            self._tasks.start("choose", self._choose, row)

    def _on_read_again(self) -> None:
        if self.details.payment is not None:
            self._tasks.start("read again", self._read_again, self.details.payment.imp_uid)

    async def _ask(self) -> None:
        query = self.filters.query(self._sort)
        ids = await self._payments.ids(query)
        chosen = self.table.chosen_id()
        self.model.show(ids)
        self._show_list()
        if chosen is None or not self.table.choose(chosen):
            self.details.show_nothing()
        await self._add_up(query)
        self.answers += 1
        self.answered.emit()

    async def _follow(self) -> None:
        while True:
            await self._stale.wait()
            self._stale.clear()
            query = self.filters.query(self._sort)
            ids = await self._payments.ids(query)
            if query == self.filters.query(self._sort):
                self.table.keep_place(partial(self.model.refresh, ids))
                self._show_list()
                await self._add_up(query)
            await asyncio.sleep(_BREATH)

    async def _add_up(self, query: PaymentQuery) -> None:
        self._totals = await self._payments.totals(query)
        self._show_totals()

    async def _choose(self, number: int) -> None:
        row: PaymentRow | None = await self.model.loaded_row(number)
        if row is not None:
            await self._load(row.imp_uid)

    async def _load(self, imp_uid: ImpUid) -> None:
        stored = await self._payments.find(imp_uid)
        if stored is not None:
            self.details.show_payment(stored.payment, stored.read_at)

    async def _read_again(self, imp_uid: ImpUid) -> None:
        self.details.show_reading(reading=True)
        try:
            await self._payments.read_again(imp_uid)
            await self._load(imp_uid)
        finally:
            self.details.show_reading(reading=False)

    def _show_list(self) -> None:
        if len(self.model.ids):
            self._list.setCurrentWidget(self.table)
            return
        self._list.setCurrentWidget(self._state)
        if not self.filters.is_clear:
            self._state.show_state(
                "search", Message("No payment fits these filters."), action=later("Show all payments")
            )
        elif self._progress.is_complete:
            self._state.show_state("empty", Message("This shop has no payments yet."))
        elif self._progress.phase is SyncPhase.WAITING:
            self._state.show_state(
                "offline",
                Message("The server cannot be reached, and nothing has been fetched yet."),
                more=Message("Portdesk keeps trying; the list fills by itself."),
            )
        elif self._progress.phase is SyncPhase.PAUSED:
            self._state.show_state("pause", Message("Fetching is paused and nothing has been fetched yet."))
        else:
            self._state.show_state("reload", Message("Fetching the newest payments…"), busy=True)

    def _show_totals(self) -> None:
        rows = sum(total.rows for total in self._totals)
        if not rows:
            self.filters.totals.setText("")
            return
        sums = [
            tr("net {amount}", amount=money(Amount(total.paid - total.returned, total.currency)))
            for total in self._totals
        ]
        count = trn("{count} payment", "{count} payments", rows)
        self.filters.totals.setText("   ".join([count, *sums]))
