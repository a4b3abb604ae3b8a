"""The payments tab: filters above, the list on the left, one payment on the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from portdesk.domain.errors import InputError
from portdesk.domain.events import PaymentsChanged, SyncFailed, SyncPhase, SyncProgressed
from portdesk.domain.ids import ImpUid
from portdesk.domain.messages import Message
from portdesk.domain.money import Amount
from portdesk.domain.payment_lists import PaymentQuery, PaymentRow, PaymentSort
from portdesk.domain.payments import CANCELLED, PAID, Payment
from portdesk.domain.plain import visible
from portdesk.domain.times import KST
from portdesk.qt.alerts import Alerts
from portdesk.qt.events import Events
from portdesk.qt.privacy import Privacy
from portdesk.qt.tasks import Tasks
from portdesk.qt.waiting import until
from portdesk.qt.words import Wording, later, money, tr, trn
from portdesk.usecases.bulk_lists import MOST_ROWS
from portdesk.usecases.payments import Payments
from portdesk.usecases.refund_list import RefundList
from portdesk.widgets.crossings import Crossings
from portdesk.widgets.kit.disclosing import Disclosing
from portdesk.widgets.kit.listing import Listing
from portdesk.widgets.kit.source import Nothing, Order, Similar
from portdesk.widgets.kit.tab import ListingTab
from portdesk.widgets.kit.totals import Sums
from portdesk.widgets.payments.columns import RefundOf, payment_columns
from portdesk.widgets.payments.details import PaymentDetails
from portdesk.widgets.payments.filters import READY_VIEWS, PaymentFilters, words_of

_CARD_END: Final = 4


_FETCHING: Final = Nothing(picture="reload", sentence=Message("Fetching the newest payments…"), busy=True)


def _frozen(refunded: RefundList) -> RefundOf:
    """The marks as they are now, for what another thread writes."""
    return refunded.marks().get


class PaymentsTab(ListingTab[PaymentQuery, PaymentRow]):
    """
    The payments of one shop, from the local copy; a single one is read again from the server.

    Signals:
        several_opened: a list of refunds was begun
    """

    several_opened = Signal()

    def __init__(
        self,
        payments: Payments,
        *,
        refund: Callable[[ImpUid, QWidget], None],
        refund_many: Callable[[Sequence[ImpUid], QWidget], object],
        again: Callable[[Payment, QWidget], object],
        register: Callable[[Payment, QWidget], object],
        refunded: RefundList,
        crossings: Crossings,
        events: Events,
        alerts: Alerts,
        privacy: Privacy,
        disclosing: Disclosing,
        now: Callable[[], datetime],
        parent: QWidget | None = None,
    ) -> None:
        self._payments = payments
        self._privacy, self._refund, self._refund_many = privacy, refund, refund_many
        self._again, self._register = again, register
        self._refunded, self._crossings = refunded, crossings
        self._chosen: ImpUid | None = None
        self._progress = SyncProgressed(phase=SyncPhase.RECENT)
        self._trouble: Message | None = None
        self.filters = PaymentFilters(now)
        self.details = PaymentDetails(privacy, now)
        self.details.setMinimumWidth(320)
        listing: Listing[PaymentQuery, PaymentRow] = Listing(
            payments,
            payment_columns(privacy, now, refunded.latest_about),
            what="payments",
            disclosing=disclosing,
            bar=self.filters,
            details=self.details,
            order=Order(PaymentSort.OCCURRED_AT),
            ask=self.filters.query,
            first_ids=payments.first_ids,
            count=payments.count,
            add_up=self._add_up,
            in_words=lambda count: trn("{count} payment", "{count} payments", count),
            nothing=_FETCHING,
            on_error=alerts.show,
            words=words_of,
            similar=self._similar,
            views=READY_VIEWS,
            export_name=lambda: tr("payments {day}", day=f"{now():%Y-%m-%d}"),
            export_columns=lambda: payment_columns(privacy.frozen(), now, _frozen(refunded)),
            masked_columns=lambda: payment_columns(privacy.frozen(masked=True), now, _frozen(refunded)),
        )
        super().__init__(listing, later("Payments"), parent)
        self._tasks = Tasks(self, alerts.show)
        self.ends_with_it(self._tasks)
        self.several = QToolButton(self)
        self.filters.actions_row.insertWidget(0, self.several)
        listing.order_tabs()
        self._connect(events, privacy)

    def ask_refund(self, imp_uid: ImpUid) -> None:
        """Open the refund of one payment."""
        self._refund(imp_uid, self)

    def show_payment(self, imp_uid: str) -> None:
        """Show one payment among all."""
        self._tasks.start("show", self._show, imp_uid)

    def _connect(self, events: Events, privacy: Privacy) -> None:
        events.payments_changed.connect(self._on_payments_changed)
        events.copy_replaced.connect(self.listing.begin_anew)
        events.sync_progressed.connect(self._on_sync_progressed)
        events.sync_failed.connect(self._on_sync_failed)
        privacy.changed.connect(self.listing.model.retranslate)
        events.refunds_changed.connect(self._on_refunds_changed)
        self._crossings.payment_asked.connect(self.show_payment)
        self.details.refund_seen.connect(self._crossings.refund_asked)
        self.listing.chosen.connect(self._on_chosen)
        self.listing.table.menu_asked.connect(self._on_menu_asked)
        self.details.read_again.connect(self._on_read_again)
        self.details.refund_asked.connect(self._on_refund_asked)
        self.details.again_asked.connect(lambda: self._with_payment(self._again))
        self.details.card_asked.connect(lambda: self._with_payment(self._register))
        giving_back = QShortcut(QKeySequence("Ctrl+R"), self)
        giving_back.activated.connect(self._on_refund_asked)
        giving_many_back = QShortcut(QKeySequence("Ctrl+Shift+R"), self)
        giving_many_back.activated.connect(self._on_several_asked)
        self.several.clicked.connect(self._on_several_asked)
        again = QShortcut(QKeySequence(QKeySequence.StandardKey.Refresh), self)
        again.activated.connect(self._on_read_again)
        Wording(self).say(self.several.setText, later("Refund several…"))

    def _similar(self, row: PaymentRow) -> list[Similar]:
        """Searches that find payments like `row`: its buyer's, its card's, its amount on its day."""
        found: list[Similar] = []
        if row.buyer_name and not self._privacy.is_on:  # the search would show what is masked
            name = tr("Find all of {buyer}", buyer=visible(row.buyer_name, 20))
            found.append(Similar(name=name, filters={"text": f'"{row.buyer_name}"'}))
        card = self._privacy.shown("card_number", row.card_number)
        ending = card[-_CARD_END:]
        if ending.isdigit():
            name = tr("Find this card (…{ending})", ending=ending)
            asked = card if card == row.card_number else ending
            found.append(Similar(name=name, filters={"text": f'"{asked}"'}))
        if row.occurred_at is not None:
            day = f"{row.occurred_at.astimezone(KST):%Y-%m-%d}"
            name = tr("Find {amount} on that day", amount=money(row.charged))
            filters = {"text": f"={row.amount:f}", "period": ["dates", day, day]}
            found.append(Similar(name=name, filters=filters))
        return found

    def _on_payments_changed(self, event: PaymentsChanged) -> None:
        self.listing.note_change()
        chosen = self._chosen
        if chosen is not None and (chosen in event.imp_uids or not event.imp_uids):
            self._tasks.start("details", self._load, chosen)

    def _on_sync_progressed(self, event: SyncProgressed) -> None:
        self._progress = event
        self.listing.say_nothing(self._nothing())

    def _on_sync_failed(self, event: SyncFailed) -> None:
        self._trouble = event.error.text
        self.listing.say_nothing(self._nothing())

    def _on_chosen(self, row: PaymentRow | None) -> None:
        self._chosen = None if row is None else row.imp_uid
        if row is None:
            self._tasks.cancel("details")
            self.details.show_nothing()
        else:
            self._tasks.start("details", self._load, row.imp_uid)

    def _on_menu_asked(self, number: int, menu: QMenu) -> None:
        row = self.listing.model.row(number)
        if row is None:
            return
        menu.addSeparator()
        count = len(self.listing.table.chosen_rows())
        if count > 1:
            text = trn("Refund {count} chosen payment…", "Refund {count} chosen payments…", count)
            menu.addAction(text, self._on_several_asked)
            return
        refund = menu.addAction(tr("Refund…"), lambda: self.ask_refund(row.imp_uid))
        refund.setEnabled(row.status in (PAID, CANCELLED) and row.charged.value > row.returned.value)

    def _on_read_again(self) -> None:
        if self._chosen is not None:
            self._tasks.start("read again", self._read_again, self._chosen)

    def _on_refund_asked(self) -> None:
        if len(self.listing.table.chosen_rows()) > 1:
            self._on_several_asked()
        elif self.details.payment is not None and self.details.refund.isEnabled():
            self.ask_refund(self.details.payment.imp_uid)

    def _on_several_asked(self) -> None:
        self._tasks.start("several", self._open_several)

    async def _open_several(self) -> None:
        numbers = self.listing.table.chosen_rows()
        if len(numbers) > MOST_ROWS:
            raise InputError(
                Message("At most {most} payments can be refunded by one list.", most=f"{MOST_ROWS:,}"),
                Message("Choose fewer of them."),
            )
        rows = await self.listing.model.loaded_rows(numbers) if len(numbers) > 1 else []
        self._refund_many([row.imp_uid for row in rows], self)
        self.several_opened.emit()

    def _with_payment(self, ask: Callable[[Payment, QWidget], object]) -> None:
        if self.details.payment is not None:
            ask(self.details.payment, self)

    def _on_refunds_changed(self) -> None:
        self.listing.model.retranslate()
        if self._chosen is not None:
            self.details.show_refund(self._refunded.latest_about(self._chosen))

    async def _show(self, imp_uid: str) -> None:
        before = self.listing.answers
        self.filters.ask(imp_uid)
        await until(lambda: self.listing.answers > before, self.listing.answered)
        if not self.listing.is_empty:
            self.listing.table.setCurrentIndex(self.listing.model.index(0, 0))
            self.listing.table.setFocus(Qt.FocusReason.OtherFocusReason)

    async def _load(self, imp_uid: ImpUid) -> None:
        known = await self._payments.find(imp_uid)
        if known is not None:
            self.details.show_refund(self._refunded.latest_about(imp_uid))
            self.details.show_payment(known.payment, known.read_at)

    async def _read_again(self, imp_uid: ImpUid) -> None:
        self.details.show_reading(reading=True)
        try:
            await self._payments.read_again(imp_uid)
            if self._chosen == imp_uid:  # somebody may have gone on to another meanwhile
                await self._load(imp_uid)
        finally:
            self.details.show_reading(reading=False)

    async def _add_up(self, query: PaymentQuery) -> list[Sums]:
        return [
            Sums(
                rows=total.rows,
                figures=(
                    (later("paid"), paid := Amount(total.paid, total.currency)),
                    (later("refunded"), returned := Amount(total.returned, total.currency)),
                    (later("net"), paid - returned),
                ),
            )
            for total in await self._payments.totals(query)
        ]

    def _nothing(self) -> Nothing:
        """Why there is no payment at all."""
        phase = self._progress.phase
        if self._progress.is_complete:
            return Nothing(sentence=Message("This shop has no payments yet."))
        if phase is SyncPhase.WAITING:
            trouble = self._trouble or Message("The server cannot be reached.")
            return Nothing(
                picture="offline",
                sentence=Message("{trouble} Nothing has been fetched yet.", trouble=trouble),
                more=Message("Portdesk keeps trying; the list fills by itself."),
            )
        if phase is SyncPhase.OFFLINE:
            sentence = Message("Nothing was fetched before, and this window works offline.")
            return Nothing(picture="offline", sentence=sentence)
        if phase is SyncPhase.PAUSED:
            sentence = Message("Fetching is paused and nothing has been fetched yet.")
            return Nothing(picture="pause", sentence=sentence)
        return _FETCHING
