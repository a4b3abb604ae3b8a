"""The refund dialog: a fresh reading, a decision, and then the truth about it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from portdesk.domain.errors import PortdeskError
from portdesk.domain.ids import ImpUid
from portdesk.domain.messages import Message
from portdesk.domain.payments import Payment
from portdesk.domain.pg.directory import profile_of
from portdesk.domain.times import to_unix
from portdesk.ledger.instruction import Instruction
from portdesk.ledger.sending import Outcome
from portdesk.ledger.states import OPEN, RETRYABLE
from portdesk.qt.alerts import Alert, alert_of
from portdesk.qt.privacy import Privacy
from portdesk.qt.tasks import Tasks
from portdesk.qt.words import later, tr
from portdesk.usecases.cautions import DayMoney
from portdesk.usecases.disclosures import operator_name
from portdesk.usecases.refund_wire import Extras, RefundAccount
from portdesk.usecases.refunds import RefundMoved, Shown
from portdesk.usecases.shops import OpenShop
from portdesk.widgets.kit.banner import Banner
from portdesk.widgets.kit.state import StateCard
from portdesk.widgets.kit.text import PlainLabel
from portdesk.widgets.payments.vocabulary import METHODS, PROVIDERS, named
from portdesk.widgets.refunds.decision import Decision
from portdesk.widgets.refunds.form import RefundForm
from portdesk.widgets.refunds.settings import RefundSettingsDialog
from portdesk.widgets.refunds.verdict import Verdict

_DAY: Final = int(timedelta(days=1).total_seconds())
_PATIENCE: Final = 2.0
"""Seconds the dialog waits for the day's sums, which are only for a question."""
_WIDTH: Final = 640
_LOCKED: Final = Message("Refunds are locked: the record of earlier ones cannot be trusted yet.")
_LOCKED_ADVICE: Final = Message("Everything can be looked at. The activity tab says what is missing.")
_UNRECORDED: Final = Message("The result could not be written down, so it will be checked again.")
_UNRECORDED_ADVICE: Final = Message("Free some space on the disk. Do not refund it again.")


class RefundDialog(QDialog):
    """
    One refund of one payment.

    It is drawn from a reading made when it opens and from nothing else. Every change of the form
    freezes a draft of the decision; button and sentence are told from that draft, and the click sends
    that very draft. It may be closed at any time: what is under way goes on in `sending`, which
    outlives it, and a dialog opened anew shows what became of it.

    Signals:
        moved: the form is there, or the verdict is another one
    """

    moved = Signal()

    def __init__(
        self,
        shop: OpenShop,
        imp_uid: ImpUid,
        *,
        privacy: Privacy,
        now: Callable[[], datetime],
        sending: Tasks,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._open_shop, self._refunds, self._imp_uid = shop, shop.refunds, imp_uid
        self._sending, self._privacy, self._now = sending, privacy, now
        self._is_over = False
        self._shown: Shown | None = None
        self._day = DayMoney()
        self._sent = Extras()
        self.form: RefundForm | None = None
        self.verdict = Verdict(self._refunds.looking, self)
        self._state = StateCard(self)
        self._notice = Banner(self)
        self._about, self._sums = PlainLabel("", self, wraps=True, quiet=True), PlainLabel("", self)
        self.decision = Decision(self._refunds, self)
        self._unseen = PlainLabel("", self, quiet=True, small=True, wraps=True)
        self.cancel_button, self.another_button, self.again_button, self.refund_button = (
            QPushButton(self) for _ in range(4)
        )
        self._tasks = Tasks(self, self._on_error)
        self._unsubscribe = shop.bus.subscribe(RefundMoved, self._on_moved)
        self._build()
        self._tasks.start("open", self._open)

    @property
    def is_read(self) -> bool:
        """Whether the payment was read and there is something to see of it."""
        return self._shown is not None and (self.form is not None or self.verdict.row is not None)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._leave()
        super().closeEvent(event)

    def done(self, result: int) -> None:
        self._leave()
        super().done(result)

    def _leave(self) -> None:
        self._is_over = True
        self._unsubscribe()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter in a field must not give money back; only the button itself does.
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            return
        super().keyPressEvent(event)

    def _build(self) -> None:
        self.setWindowTitle(tr("Refund"))
        self.setMinimumWidth(_WIDTH)
        self.refund_button.setObjectName("primary")
        for label in (self._about, self._sums):
            label.make_selectable()
        self._body = QVBoxLayout()
        self._body.setSpacing(10)
        self._body.addWidget(self._state)
        self._body.addWidget(self.verdict)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 16, 24, 16)
        layout.setSpacing(10)
        layout.addWidget(self._notice)
        layout.addWidget(self._about)
        layout.addWidget(self._sums)
        layout.addLayout(self._body)
        layout.addStretch(1)
        layout.addWidget(self.decision)
        layout.addLayout(self._build_buttons())
        self.verdict.hide()
        self.decision.clear()
        self._state.show_state("reload", Message("Reading the payment from the server…"), busy=True)
        self._state.acted.connect(lambda: self._tasks.start("open", self._open))
        self.decision.changed.connect(self._offer_refund)
        self.cancel_button.clicked.connect(self.close)
        self.another_button.clicked.connect(self._on_another)
        self.again_button.clicked.connect(self._on_again)
        self.refund_button.clicked.connect(self._on_refund)

    def _build_buttons(self) -> QHBoxLayout:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._unseen, 1)
        for button, text in (
            (self.cancel_button, tr("Cancel")),
            (self.another_button, tr("&Another refund…")),
            (self.again_button, tr("&Try again")),
            (self.refund_button, tr("Refund")),
        ):
            button.setText(text)
            button.setAutoDefault(False)
            buttons.addWidget(button)
        for button in (self.another_button, self.again_button):
            button.hide()
        self.refund_button.setEnabled(False)
        return buttons

    # ---- opening

    async def _open(self, *, anew: bool = False) -> None:
        """Show what stands about this payment: an earlier refund that matters still, or the form."""
        self._state.show_state("reload", Message("Reading the payment from the server…"), busy=True)
        self._keep_place(keep=False)
        last = None if anew else await self._last()
        if last is not None:
            self._show_verdict(last)
        try:
            shown = await self._refunds.show(self._imp_uid)
            self._day = await self._read_day()
        except PortdeskError as error:
            if last is None:
                self._state.show_state("warning", error.text, more=error.advice, action=later("Read again"))
            return
        self._shown = shown
        self._tell_about(shown.payment)
        if last is None:
            self._show_form(shown)
        else:
            self._offer()
            self.moved.emit()

    async def _last(self) -> Instruction | None:
        """The last refund of this payment from here, while its verdict is what people come for."""
        with contextlib.suppress(PortdeskError):  # the reading tells of a journal that cannot be used
            for row in (await self._refunds.about(self._imp_uid))[::-1]:
                since = to_unix(self._now()) - (row.snapshot.server_time or 0)
                if row.state in OPEN | RETRYABLE or since < _DAY:
                    return row
        return None

    async def _read_day(self) -> DayMoney:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                return await self._open_shop.day_book.read(self._now())
        return DayMoney()

    def _tell_about(self, payment: Payment) -> None:
        buyer = self._privacy.shown("buyer_name", payment.buyer_name)
        parts = (*self._named(payment), buyer)
        self._about.setText(" · ".join(part for part in parts if part))
        self._sums.show()
        self._sums.setText(
            tr(
                "Paid {paid}   Refunded {returned}   Remaining {rest}",
                paid=payment.charged,
                returned=payment.returned,
                rest=payment.remaining,
            )
        )

    def _named(self, payment: Payment) -> tuple[str, ...]:
        """The payment without its buyer: also for the journal, from which nothing can be deleted."""
        how = " ".join((named(PROVIDERS, payment.pg_provider), named(METHODS, payment.pay_method))).strip()
        return (self._open_shop.shop.name, payment.name or payment.merchant_uid, how, payment.imp_uid)

    def _show_form(self, shown: Shown) -> None:
        if self.form is not None:
            self._body.removeWidget(self.form)
            self.form.deleteLater()
        self.decision.clear()
        self._sent = Extras()
        self._state.hide()
        self.verdict.hide()
        self.form = RefundForm(shown.payment, self._open_shop.refund_choices.settings, self._now, self)
        self.form.changed.connect(self._on_changed)
        self.form.settings_asked.connect(self._on_settings_asked)
        self._body.insertWidget(0, self.form)
        self.form.show()
        for button in (self.another_button, self.again_button):
            button.hide()
        self.refund_button.show()
        self._unseen.setText(tr("A refund made on the PG's own page is not seen here."))
        self.cancel_button.setText(tr("Cancel"))
        if not self._refunds.may_send:
            self._notice.show_alert(Alert(_LOCKED, _LOCKED_ADVICE))
        self._on_changed()
        self.form.whole.setFocus()
        for _ in range(2):  # texts that wrap know their height only once they have their width
            self.adjustSize()
        self.moved.emit()

    # ---- deciding

    def _on_changed(self) -> None:
        form, shown = self.form, self._shown
        if form is None or shown is None:
            return
        self.decision.draw_up(
            form,
            shown,
            about=" · ".join(part for part in self._named(shown.payment) if part),
            settings=self._open_shop.refund_choices.settings,
            day=self._day,
        )
        self._offer_refund()

    def _offer_refund(self) -> None:
        self.refund_button.setText(self.decision.action)
        self.refund_button.setEnabled(self.decision.is_ready and self._refunds.may_send)

    def _on_settings_asked(self) -> None:
        dialog = RefundSettingsDialog(self._open_shop.refund_choices, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.saved.connect(self._on_settings_saved)
        dialog.open()

    def _on_settings_saved(self) -> None:
        if self.form is not None:
            self.form.reason.show_settings(self._open_shop.refund_choices.settings)
            self._on_changed()

    # ---- acting

    def _on_refund(self) -> None:
        QGuiApplication.inputMethod().commit()  # what is still being composed is on the screen already
        form, row = self.form, self.decision.frozen
        if form is None or row is None or form.isHidden() or not self.refund_button.isEnabled():
            return
        # Nothing can be pressed twice: the form is gone before anything is sent. The second click of a
        # double click finds an empty place there, not "Close".
        self._keep_place(keep=True)
        self._sent = _extras(form)
        self._show_verdict(row)
        self._sending.start(f"refund {row.id}", self._confirm, row, self._sent)
        self._sending.start("reason", self._open_shop.refund_choices.note, form.reason.reason)

    def _keep_place(self, *, keep: bool) -> None:
        policy = self.refund_button.sizePolicy()
        policy.setRetainSizeWhenHidden(keep)
        self.refund_button.setSizePolicy(policy)

    async def _confirm(self, row: Instruction, extras: Extras) -> None:
        await self._told(self._refunds.confirm(row, row.actor, extras))

    async def _told(self, sending: Awaitable[Outcome]) -> None:
        """Show how it went, as long as anybody looks; the journal knows it in any case."""
        try:
            outcome = await sending
        except PortdeskError as error:
            if self._is_over:
                raise
            self._on_error(error)
            self._tasks.start("open", self._open)
            return
        if self._is_over:
            return
        if not outcome.was_started:
            self._notice.show_alert(Alert(Message("Nothing was sent: this payment is being dealt with.")))
            self._tasks.start("open", self._open)
            return
        if not outcome.is_recorded:
            self._notice.show_alert(Alert(_UNRECORDED, _UNRECORDED_ADVICE))
        self._show_row(outcome.row)

    def _on_again(self) -> None:
        row = self.verdict.row
        if row is not None:
            self.again_button.hide()
            self._sending.start(f"refund {row.id}", self._try_again, row.id)

    async def _try_again(self, instruction_id: str) -> None:
        await self._told(self._refunds.try_again(instruction_id, operator_name(), self._sent))

    def _on_another(self) -> None:
        self.another_button.hide()
        self._state.show()
        self.verdict.hide()
        self._tasks.start("open", self._open, anew=True)

    # ---- telling

    def _show_verdict(self, row: Instruction) -> None:
        if self.form is not None:
            self.form.hide()
        self._state.hide()
        self.decision.clear()
        self.refund_button.hide()
        self.refund_button.setEnabled(False)
        self._sums.hide()  # they are those from before
        self.cancel_button.setText(tr("Close"))
        self.verdict.show()
        self.cancel_button.setFocus()
        self._show_row(row)

    def _show_row(self, row: Instruction, *, why: str = "") -> None:
        self.verdict.show_row(row, why=why)
        self._tasks.start("quote", self._quote, row)
        self._offer()
        self.moved.emit()

    async def _quote(self, row: Instruction) -> None:
        said = await self._refunds.said_about(row)
        shown = self.verdict.row
        if shown is not None and shown.id == row.id:
            self.verdict.show_quote(said)

    def _on_moved(self, event: RefundMoved) -> None:
        row, shown = event.row, self.verdict.row
        if shown is not None and shown.id == row.id and not self.verdict.isHidden():
            self._show_row(row, why=event.why)
        elif row.subject == self._imp_uid and self.form is not None and not self.form.isHidden():
            # Somebody else acts on this payment: what the form was drawn from is no longer true.
            self._notice.show_alert(
                Alert(Message("This payment is being refunded elsewhere in this program."))
            )
            self._tasks.start("open", self._open)

    def _offer(self) -> None:
        """What can be done about the verdict that is shown."""
        if not self.verdict.isHidden():
            self._unseen.setText(tr("You can close this; it goes on.") if self.verdict.is_under_way else "")
        payment = self._shown.payment if self._shown else None
        # Account and requester are written down nowhere; without them it is another request.
        is_whole = payment is not None and (self._sent != Extras() or not self._wants_more(payment))
        self.again_button.setVisible(self.verdict.may_try_again and is_whole)
        rest = payment is not None and payment.remaining.value > Decimal(0)
        self.another_button.setVisible(rest and not self.verdict.is_open)

    def _wants_more(self, payment: Payment) -> bool:
        profile = profile_of(payment.pg_provider)
        return profile.refund.wants_requester or profile.account_need(payment, self._now()) is not None

    def _on_error(self, error: Exception) -> None:
        self._notice.show_alert(alert_of(error))


def _extras(form: RefundForm) -> Extras:
    request = form.request
    if request is None:
        return Extras()
    account = None
    if form.account.need is not None:
        account = RefundAccount(
            refund_holder=request.refund_holder,
            refund_bank=request.refund_bank,
            refund_account=request.refund_account,
            refund_tel=request.refund_tel if form.account.wants_tel else None,
        )
    return Extras(account=account, requester=form.asked_for_by)
