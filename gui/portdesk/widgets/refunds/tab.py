"""The refunds tab: every instruction of this journal, how it stands, and what a person has to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QWidget

from portdesk.domain.errors import PortdeskError
from portdesk.domain.folding import fold
from portdesk.domain.messages import Message
from portdesk.qt.alerts import Alerts
from portdesk.qt.events import Events
from portdesk.qt.privacy import Privacy
from portdesk.qt.tasks import Tasks
from portdesk.qt.waiting import until
from portdesk.qt.words import later, tr, trn
from portdesk.usecases.disclosures import operator_name
from portdesk.usecases.refund_file import RefundFiles
from portdesk.usecases.refund_list import RefundList, RefundQuery, RefundRow
from portdesk.usecases.refunds import Refunds
from portdesk.widgets.crossings import Crossings
from portdesk.widgets.kit.disclosing import Disclosing
from portdesk.widgets.kit.listing import Listing
from portdesk.widgets.kit.source import Nothing, Order
from portdesk.widgets.kit.tab import ListingTab
from portdesk.widgets.refunds.columns import refund_columns
from portdesk.widgets.refunds.deciding import DecideDialog
from portdesk.widgets.refunds.details import RefundDetails
from portdesk.widgets.refunds.filters import READY_VIEWS, RefundFilters
from portdesk.widgets.refunds.retrying import AbandonDialog, RetryDialog
from portdesk.widgets.refunds.standing import AcceptDialog, StandingStrip


class RefundsTab(ListingTab[RefundQuery, RefundRow]):
    """
    The refunds, what needs a person first. Money words come from the journal alone.

    `sending` lives as long as the window: a request that is out does not end with this tab.
    """

    def __init__(
        self,
        refunds: Refunds,
        listed: RefundList,
        files: RefundFiles,
        *,
        crossings: Crossings,
        events: Events,
        alerts: Alerts,
        privacy: Privacy,
        disclosing: Disclosing,
        sending: Tasks,
        now: Callable[[], datetime],
        parent: QWidget | None = None,
    ) -> None:
        self._refunds, self._listed, self._files = refunds, listed, files
        self._sending, self._crossings, self._alerts = sending, crossings, alerts
        self._chosen: RefundRow | None = None
        self.dialog: QDialog | None = None
        self.filters = RefundFilters(now)
        self.details = RefundDetails(privacy)
        self.details.setMinimumWidth(320)
        listing: Listing[RefundQuery, RefundRow] = Listing(
            listed,
            refund_columns(privacy, now),
            what="refunds",
            disclosing=disclosing,
            bar=self.filters,
            details=self.details,
            order=Order("at"),
            ask=self.filters.query,
            in_words=lambda count: trn("{count} refund", "{count} refunds", count),
            notes=self._notes,
            nothing=Nothing(sentence=Message("No refund was made from this computer yet.")),
            words=lambda query: [fold(word) for word in query.words],
            views=READY_VIEWS,
            on_error=alerts.show,
            export_name=lambda: tr("refunds {day}", day=f"{now():%Y-%m-%d}"),
            export_columns=lambda: refund_columns(privacy.frozen(), now),
            masked_columns=lambda: refund_columns(privacy.frozen(masked=True), now),
        )
        super().__init__(listing, later("Refunds"), parent)
        self._tasks = Tasks(self, alerts.show)
        self.ends_with_it(self._tasks)
        self.standing = StandingStrip(refunds, self)
        self.put_above(self.standing)
        self._connect(events, privacy)

    async def end(self) -> None:
        """Stop everything under way."""
        if self.dialog is not None:
            self.dialog.close()
        await super().end()

    def show_refund(self, instruction_id: str) -> None:
        """Show one instruction among all; of an empty id, what needs a person or is being checked."""
        self._tasks.start("show", self._show, instruction_id)

    def _connect(self, events: Events, privacy: Privacy) -> None:
        events.refunds_changed.connect(self._on_changed)
        events.payments_changed.connect(self._on_payments_changed)
        privacy.changed.connect(self.listing.model.retranslate)
        self._crossings.refund_asked.connect(self.show_refund)
        self.listing.chosen.connect(self._on_chosen)
        self.details.decide_asked.connect(self._on_decide)
        self.details.again_asked.connect(self._on_again)
        self.details.abandon_asked.connect(self._on_abandon)
        self.details.payment_asked.connect(self._on_payment)
        self.standing.accept_asked.connect(self._on_accept)
        again = QShortcut(QKeySequence(QKeySequence.StandardKey.Refresh), self)
        again.activated.connect(self.listing.ask_anew)

    def _on_changed(self) -> None:
        self.standing.show_standing()
        self.listing.note_change()
        if self._chosen is not None:
            self._tasks.start("details", self._load, self._chosen)

    def _on_payments_changed(self) -> None:
        if self._listed.has_unnamed:
            self.listing.note_change()

    def _on_chosen(self, named: RefundRow | None) -> None:
        self._chosen = named
        if named is None:
            self._tasks.cancel("details")
            self.details.show_nothing()
        else:
            self._tasks.start("details", self._load, named)

    async def _load(self, named: RefundRow) -> None:
        file = await self._files.read(named.row.id)
        if file is not None and self._chosen is named:
            self.details.show_file(named, file, may_act=self._refunds.may_decide(file.row))

    async def _show(self, instruction_id: str) -> None:
        before = self.listing.answers
        if instruction_id:
            self.filters.clear()
        else:
            self.filters.restore({"chips": {"state": ["human", "checking"]}})
        await until(lambda: self.listing.answers > before, self.listing.answered)
        number = self._listed.number_of(instruction_id) if instruction_id else None
        place = 0 if number is None else self.listing.model.row_of(number)
        if 0 <= place < len(self.listing.model.ids):
            self.listing.table.setCurrentIndex(self.listing.model.index(place, 0))
            self.listing.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _notes(self) -> list[str]:
        """What waits, before the count of the rows."""
        found = self._listed.open
        return [
            trn("{count} needs you", "{count} need you", found.needs_person) if found.needs_person else "",
            tr("{count} being checked", count=found.checking) if found.checking else "",
        ]

    # ---- acting

    def _on_decide(self) -> None:
        file = self.details.file
        if file is not None:
            self._open_dialog(DecideDialog(self._refunds, file, operator_name(), self.window()))

    def _on_again(self) -> None:
        row = self.details.row
        if row is not None:
            dialog = RetryDialog(
                self._refunds, row, operator_name(), sending=self._sending, parent=self.window()
            )
            self._open_dialog(dialog)

    def _on_abandon(self) -> None:
        row = self.details.row
        if row is not None:
            dialog = AbandonDialog(row, self.window())
            dialog.agreed.connect(lambda: self._tasks.start("abandon", self._abandon, row.id))
            self._open_dialog(dialog)

    async def _abandon(self, instruction_id: str) -> None:
        await self._refunds.abandon(instruction_id, operator_name())

    def _on_payment(self) -> None:
        row = self.details.row
        if row is not None:
            self._crossings.payment_asked.emit(row.subject)

    def _on_accept(self) -> None:
        dialog = AcceptDialog(self.window())
        dialog.agreed.connect(lambda: self._tasks.start("accept", self._accept))
        self._open_dialog(dialog)

    async def _accept(self) -> None:
        if not await self._refunds.accept_older(operator_name()):
            raise PortdeskError(
                Message("Not yet: the record still has refunds that are being checked."),
                Message("Wait until they are settled, then try again."),
            )

    def _open_dialog(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self._on_finished)
        self.dialog = dialog
        dialog.open()

    def _on_finished(self) -> None:
        self.dialog = None
