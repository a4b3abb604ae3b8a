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
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

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
from portdesk.widgets.refunds.buttons import Buttons
from portdesk.widgets.refunds.decision import Decision
from portdesk.widgets.refunds.form import RefundForm
from portdesk.widgets.refunds.heading import Heading
from portdesk.widgets.refunds.settings import RefundSettingsDialog
from portdesk.widgets.refunds.verdict import Verdict

_DAY: Final = int(timedelta(days=1).total_seconds())
_PATIENCE: Final = 2.0
"""Seconds the dialog waits for the day's sums, which are only for a question."""
_WIDTH: Final = 640
_LOCKED: Final = Message("Refunds are locked: the record of earlier ones cannot be trusted yet.")
_LOCKED_ADVICE: Final = Message("Everything can be looked at. The activity tab says what is missing.")
_TAKEN: Final = Message("Nothing was sent: this payment is being dealt with.")
_UNWRITTEN: Final = Message("Nothing was sent: it could not be written down first.")
_UNWRITTEN_ADVICE: Final = Message("Check that the disk has room; what you typed is still here.")
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
        self.heading = Heading(shop.shop, privacy, self)
        self.decision = Decision(self._refunds, self)
        self.buttons = Buttons(self)
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
        self._body = QVBoxLayout()
        self._body.setSpacing(10)
        self._body.addWidget(self._state)
        self._body.addWidget(self.verdict)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 16, 24, 16)
        layout.setSpacing(10)
        layout.addWidget(self._notice)
        layout.addWidget(self.heading)
        layout.addLayout(self._body)
        layout.addStretch(1)
        layout.addWidget(self.decision)
        layout.addWidget(self.buttons)
        self.verdict.hide()
        self.decision.clear()
        self._state.show_state("reload", Message("Reading the payment from the server…"), busy=True)
        self._state.acted.connect(lambda: self._tasks.start("open", self._open))
        self.decision.changed.connect(self._offer_refund)
        self.buttons.cancel.clicked.connect(self.close)
        self.buttons.another.clicked.connect(self._on_another)
        self.buttons.again.clicked.connect(self._on_again)
        self.buttons.refund.clicked.connect(self._on_refund)

    # ---- opening

    async def _open(self, *, anew: bool = False, keeps: str = "") -> None:
        """
        Show what stands about this payment: an earlier refund that matters still, or the form.

        `keeps` is the instruction that was tried: if nothing came of it, the form stays with all that
        was typed.
        """
        self._state.show_state("reload", Message("Reading the payment from the server…"), busy=True)
        self.buttons.keep_place(keep=False)
        last = None if anew else await self._last()
        is_another = last is None or (last.id != keeps and last.state not in OPEN)
        if keeps and is_another and self.form is not None:
            self._show_again(self.form)
            return
        if last is not None:
            self._show_verdict(last)
        else:
            self.verdict.hide()
            self._state.setVisible(self.form is None or self.form.isHidden())
        try:
            shown = await self._refunds.show(self._imp_uid)
            self._day = await self._read_day()
        except PortdeskError as error:
            if last is None:
                self._state.show_state("warning", error.text, more=error.advice, action=later("Read again"))
            return
        self._shown = shown
        self.heading.tell(shown.payment)
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
        if not self._refunds.may_send:
            self._notice.show_alert(Alert(_LOCKED, _LOCKED_ADVICE))
        self._show_again(self.form)
        for _ in range(2):  # texts that wrap know their height only once they have their width
            self.adjustSize()
        self.moved.emit()

    def _show_again(self, form: RefundForm) -> None:
        self._state.hide()
        self.verdict.hide()
        form.show()
        self.heading.sums.show()
        self.buttons.suit_form()
        self._on_changed()
        form.whole.setFocus()

    # ---- deciding

    def _on_changed(self) -> None:
        form, shown = self.form, self._shown
        if form is None or shown is None:
            return
        self.decision.draw_up(
            form,
            shown,
            about=self.heading.name(shown.payment),
            settings=self._open_shop.refund_choices.settings,
            day=self._day,
        )
        self._offer_refund()

    def _offer_refund(self) -> None:
        ready = self.decision.is_ready and self._refunds.may_send
        self.buttons.offer_refund(self.decision.action, ready=ready)

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
        if form is None or row is None or form.isHidden() or not self.buttons.refund.isEnabled():
            return
        # Nothing can be pressed twice: the form is gone before anything is sent. The second click of a
        # double click finds an empty place there, not "Close".
        self.buttons.keep_place(keep=True)
        self._sent = _extras(form)
        self._show_verdict(row)
        self._sending.start(f"refund {row.id}", self._confirm, row, self._sent)
        self._sending.start("reason", self._open_shop.refund_choices.note, form.reason.reason)

    async def _confirm(self, row: Instruction, extras: Extras) -> None:
        await self._told(row.id, self._refunds.confirm(row, row.actor, extras))

    async def _told(self, instruction_id: str, sending: Awaitable[Outcome]) -> None:
        """Show how it went, as long as anybody looks; the journal knows it in any case."""
        try:
            outcome = await sending
        except PortdeskError as error:
            if self._is_over:
                raise
            self._on_error(error)
            self._tasks.start("open", self._open, keeps=instruction_id)
            return
        if self._is_over:
            return
        if not outcome.was_started:
            self._tasks.start("open", self._not_started, instruction_id)
            return
        if not outcome.is_recorded:
            self._notice.show_alert(Alert(_UNRECORDED, _UNRECORDED_ADVICE))
        self._show_row(outcome.row)

    async def _not_started(self, instruction_id: str) -> None:
        rows = await self._refunds.about(self._imp_uid)
        is_taken = any(row.state in OPEN for row in rows)
        self._notice.show_alert(Alert(_TAKEN) if is_taken else Alert(_UNWRITTEN, _UNWRITTEN_ADVICE))
        await self._open(keeps=instruction_id)

    def _on_again(self) -> None:
        row = self.verdict.row
        if row is not None:
            self.buttons.again.hide()
            self._sending.start(f"refund {row.id}", self._try_again, row.id)

    async def _try_again(self, instruction_id: str) -> None:
        await self._told(instruction_id, self._refunds.try_again(instruction_id, operator_name(), self._sent))

    def _on_another(self) -> None:
        self.buttons.another.hide()
        self._state.show()
        self.verdict.hide()
        self._tasks.start("open", self._open, anew=True)

    # ---- telling

    def _show_verdict(self, row: Instruction) -> None:
        if self.form is not None:
            self.form.hide()
        self._state.hide()
        self.decision.clear()
        self.heading.sums.hide()  # they are those from before
        self.verdict.show()
        self.buttons.cancel.setFocus()
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
        payment = self._shown.payment if self._shown else None
        # Account and requester are written down nowhere; without them it would be another request.
        is_complete = payment is not None and (self._sent != Extras() or not self._wants_more(payment))
        has_rest = payment is not None and payment.remaining.value > Decimal(0)
        self.buttons.suit_verdict(self.verdict, is_complete=is_complete, has_rest=has_rest)

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
