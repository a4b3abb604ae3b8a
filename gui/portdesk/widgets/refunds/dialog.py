"""The refund dialog: a fresh reading, a decision, and then the truth about it."""

from __future__ import annotations

import getpass
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from portdesk.domain.errors import PortdeskError
from portdesk.domain.events import Bus
from portdesk.domain.ids import ImpUid
from portdesk.domain.messages import Message
from portdesk.domain.money import Amount
from portdesk.domain.payments import Payment
from portdesk.domain.shops import Shop
from portdesk.domain.times import to_unix
from portdesk.ledger.instruction import Instruction, from_minor
from portdesk.ledger.refund import Wish
from portdesk.ledger.sending import Outcome
from portdesk.ledger.states import State
from portdesk.qt.alerts import Alert, alert_of
from portdesk.qt.privacy import Privacy
from portdesk.qt.tasks import Tasks
from portdesk.qt.words import money, render, tr
from portdesk.usecases.refund_wire import Extras, RefundAccount
from portdesk.usecases.refunds import RefundMoved, Refunds, Shown
from portdesk.widgets.kit.banner import Banner
from portdesk.widgets.kit.state import StateCard
from portdesk.widgets.kit.text import PlainLabel
from portdesk.widgets.payments.vocabulary import METHODS, PROVIDERS, named
from portdesk.widgets.refunds.form import RefundForm
from portdesk.widgets.refunds.verdict import Verdict

_DAY: Final = int(timedelta(days=1).total_seconds())
_LARGE: Final = 500_000
"""From this many won on a second confirmation is asked for."""


class RefundDialog(QDialog):
    """
    One refund of one payment.

    It is drawn from a reading made when it opens and from nothing else. The click freezes the
    decision; what is sent and what is shown afterwards are made of that frozen instruction. It may
    be closed at any time: what is under way goes on in `sending`, which outlives it.

    Signals:
        moved: the form is there, or the verdict is another one
    """

    moved = Signal()

    def __init__(
        self,
        refunds: Refunds,
        imp_uid: ImpUid,
        *,
        shop: Shop,
        bus: Bus,
        privacy: Privacy,
        now: Callable[[], datetime],
        sending: Tasks,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._refunds, self._imp_uid = refunds, imp_uid
        self._sending = sending
        self._is_over = False
        self._shop, self._privacy, self._now = shop, privacy, now
        self._shown: Shown | None = None
        self.form: RefundForm | None = None
        self.verdict = Verdict(now, self)
        self._state = StateCard(self)
        self._notice = Banner(self)
        self._about, self._sums = PlainLabel("", self, wraps=True, quiet=True), PlainLabel("", self)
        self.cancel_button, self.refund_button = QPushButton(self), QPushButton(self)
        self._again = QPushButton(self)
        self._tasks = Tasks(self, self._on_error)
        self._unsubscribe = bus.subscribe(RefundMoved, self._on_moved)
        self._build()
        self._tasks.start("open", self._open)

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
        self.setMinimumWidth(560)
        self._body = QVBoxLayout()
        self._body.addWidget(self._state)
        self._state.show_state("reload", Message("Reading the payment from the server…"), busy=True)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self.cancel_button, self._again, self.refund_button):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        self.refund_button.setObjectName("primary")
        self.cancel_button.setText(tr("Cancel"))
        self._again.setText(tr("Try again"))
        self._again.hide()
        self.refund_button.setEnabled(False)
        self.refund_button.setText(tr("Refund"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        layout.addWidget(self._notice)
        for widget in (self._about, self._sums):
            layout.addWidget(widget)
        layout.addLayout(self._body)
        layout.addStretch(1)
        layout.addLayout(buttons)
        self.verdict.hide()
        self.cancel_button.clicked.connect(self.close)
        self.refund_button.clicked.connect(self._on_refund)
        self._again.clicked.connect(self._on_again)

    async def _open(self) -> None:
        try:
            self._shown = await self._refunds.show(self._imp_uid)
        except PortdeskError as error:
            self._state.show_state("warning", error.text, more=error.advice)
            return
        payment = self._shown.payment
        self._tell_about(payment)
        self._state.hide()
        self._body.removeWidget(self._state)
        self.form = RefundForm(payment, self._now, self)
        self.form.changed.connect(self._on_changed)
        self._body.addWidget(self.form)
        self._on_changed()
        self.cancel_button.setFocus()
        self.moved.emit()

    def _tell_about(self, payment: Payment) -> None:
        how = " ".join((named(PROVIDERS, payment.pg_provider), named(METHODS, payment.pay_method))).strip()
        buyer = self._privacy.shown("buyer_name", payment.buyer_name)
        parts = (self._shop.name, payment.name or payment.merchant_uid, buyer, how, payment.imp_uid)
        self._about.setText(" · ".join(part for part in parts if part))
        self._sums.setText(
            tr(
                "Paid {paid}   Refunded {returned}   Remaining {rest}",
                paid=money(payment.charged),
                returned=money(payment.returned),
                rest=money(payment.remaining),
            )
        )

    def _on_changed(self) -> None:
        form, shown = self.form, self._shown
        if form is None or shown is None:
            return
        value = form.value
        if value is None:
            self.refund_button.setText(tr("Refund"))
            self.refund_button.setEnabled(False)
            return
        amount = Amount(value, shown.payment.currency)
        form.ask_to_be_sure(self._unusual(amount, shown))
        sure = form.sure.isChecked() or form.sure.isHidden()
        self.refund_button.setText(tr("Refund {amount}", amount=money(amount)))
        self.refund_button.setEnabled(not form.blocked and sure and self._refunds.may_send)

    def _unusual(self, amount: Amount, shown: Shown) -> str:
        """What a second confirmation is asked for, if anything."""
        for row in shown.outstanding:
            earlier = Amount(from_minor(row.amount, row.currency), row.currency)
            return tr(
                "An earlier refund of {amount} ({code}) was accepted and is not in the server's record yet. "
                "Give this one back on top of it.",
                amount=money(earlier),
                code=row.code or row.id,
            )
        since = to_unix(self._now()) - _DAY
        for row in shown.earlier:
            same = from_minor(row.amount, row.currency) == amount.value and row.state is State.CONFIRMED
            if same and (row.settled_at or 0) >= since:
                return tr("The same amount went back within a day. Give it back once more.")
        if amount.currency == "KRW" and amount.value >= _LARGE:
            return tr("Yes, {amount} is meant.", amount=money(amount))
        return ""

    def _on_refund(self) -> None:
        form, shown = self.form, self._shown
        if form is None or shown is None or form.request is None or not self.refund_button.isEnabled():
            return
        try:
            row = self._refunds.prepare(shown, self._wish(form, shown))
        except PortdeskError as error:
            self._on_error(error)
            return
        # Nothing can be pressed twice: the form is gone before anything is sent.
        self._show_verdict(row)
        self._sending.start(f"refund {row.id}", self._confirm, row, self._extras(form))

    def _wish(self, form: RefundForm, shown: Shown) -> Wish:
        request = form.request
        assert request is not None  # noqa: S101 - the button is closed without one
        amount = Amount(request.amount, shown.payment.currency)
        return Wish(
            amount=request.amount,
            currency=shown.payment.currency,
            reason=request.reason,
            actor=_actor(),
            words=f"{self._about.text()} · {money(amount)}",
            tax_free=request.tax_free,
            vat_amount=request.vat_amount,
            pays_later=form.pays_later,
            approval="confirmed twice" if form.sure.isChecked() else "",
            beside=frozenset(row.id for row in shown.outstanding) if form.sure.isChecked() else frozenset(),
        )

    def _extras(self, form: RefundForm) -> Extras:
        request = form.request
        if request is None or not form.needs_account:
            return Extras()
        return Extras(
            account=RefundAccount(
                refund_holder=request.refund_holder,
                refund_bank=request.refund_bank,
                refund_account=request.refund_account,
                refund_tel=request.refund_tel if form.wants_tel else None,
            )
        )

    async def _confirm(self, row: Instruction, extras: Extras) -> None:
        await self._told(self._refunds.confirm(row, _actor(), extras))

    async def _told(self, sending: Awaitable[Outcome]) -> None:
        """Show how it went, as long as anybody looks; the journal knows it in any case."""
        try:
            outcome = await sending
        except PortdeskError as error:
            if self._is_over:
                raise
            self._on_error(error)
            return
        if self._is_over:
            return
        self.verdict.show_row(outcome.row)
        self._offer()
        if not outcome.was_started:
            self._notice.show_alert(Alert(Message("Nothing was sent: this payment is being dealt with.")))

    def _on_again(self) -> None:
        row = self.verdict.row
        if row is not None:
            self._again.hide()
            self._sending.start(f"refund {row.id}", self._try_again, row.id)

    async def _try_again(self, instruction_id: str) -> None:
        await self._told(self._refunds.try_again(instruction_id, _actor()))

    def _show_verdict(self, row: Instruction) -> None:
        if self.form is not None:
            self.form.hide()
            self._body.removeWidget(self.form)
        self._body.addWidget(self.verdict)
        self.verdict.show()
        self.verdict.show_row(row)
        self.refund_button.hide()
        self.cancel_button.setText(tr("Close"))

    def _on_moved(self, event: RefundMoved) -> None:
        shown = self.verdict.row
        if shown is not None and shown.id == event.row.id:
            self.verdict.show_row(event.row)
            self._offer()

    def _offer(self) -> None:
        self.moved.emit()
        needs_account = self.form is not None and self.form.needs_account
        self._again.setVisible(self.verdict.may_try_again and not needs_account)

    def _on_error(self, error: Exception) -> None:
        self._notice.show_alert(alert_of(error))


def _actor() -> str:
    """Who sits here, as the operating system knows them."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return render(Message("unknown"))
