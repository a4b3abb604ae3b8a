"""What was proven not to have happened: send the same once more, or give it up."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from portdesk.domain.errors import PortdeskError
from portdesk.domain.ids import ImpUid
from portdesk.domain.messages import Message
from portdesk.domain.pg.directory import profile_of
from portdesk.domain.times import KST, from_unix
from portdesk.ledger.instruction import Instruction
from portdesk.ledger.states import words
from portdesk.qt.alerts import Alert, alert_of
from portdesk.qt.tasks import Tasks
from portdesk.qt.words import exact, render, tr
from portdesk.usecases.refunds import Refunds, Shown
from portdesk.widgets.kit.banner import Banner
from portdesk.widgets.kit.facts import Facts
from portdesk.widgets.kit.text import PlainLabel
from portdesk.widgets.refund_marks import told
from portdesk.widgets.refunds.history import evidence_group

_ACCOUNT = Message("This refund needs the bank account again. Give this one up and open a new refund.")


class _MoneyDialog(QDialog):
    """A sentence, a notice for what goes wrong, and a button that Enter never presses by accident."""

    def __init__(self, title: str, sentence: str, row: Instruction, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.row = row
        self.notice = Banner(self)
        self.act, self.cancel = QPushButton(self), QPushButton(self)
        self.sentence = PlainLabel(sentence, self, wraps=True)
        self.setWindowTitle(title)
        self.setMinimumWidth(560)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(24, 20, 24, 20)
        self.body.setSpacing(8)
        amount = tr("Refund of {amount}", amount=told(row.amount, row.currency))
        for widget in (
            self.notice,
            PlainLabel(amount, self, emphasis=True),
            PlainLabel(row.words or row.subject, self, quiet=True, wraps=True),
            self.sentence,
        ):
            self.body.addWidget(widget)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self.cancel, self.act):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        self.act.setObjectName("primary")
        self.cancel.setText(tr("Cancel"))
        self.cancel.clicked.connect(self.close)
        self.body.addStretch(1)
        self.body.addLayout(buttons)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            return
        super().keyPressEvent(event)


class AbandonDialog(_MoneyDialog):
    """
    Giving up what has not happened.

    Signals:
        agreed: the person means it
    """

    agreed = Signal()

    def __init__(self, row: Instruction, parent: QWidget | None = None) -> None:
        super().__init__(
            tr("Give up a refund"),
            tr("Nothing was given back by it. It is closed then; the payment can be refunded anew."),
            row,
            parent,
        )
        self.act.setText(tr("&Give it up"))
        self.act.clicked.connect(self.agreed)
        self.act.clicked.connect(self.close)
        self.cancel.setFocus()


class RetryDialog(_MoneyDialog):
    """
    The same refund once more, after a fresh reading. The click sends once; the verdict follows here.

    What is under way goes on in `sending` when the dialog is closed.

    Signals:
        moved: the reading is there, or it is known how the request ended
    """

    moved = Signal()

    def __init__(
        self, refunds: Refunds, row: Instruction, actor: str, *, sending: Tasks, parent: QWidget | None = None
    ) -> None:
        super().__init__(tr("Try a refund again"), tr("Reading the payment from the server…"), row, parent)
        self._refunds, self._actor, self._sending = refunds, actor, sending
        self._tasks = Tasks(self, self._on_error)
        self._is_over = False
        self.facts = Facts(self)
        self.body.insertWidget(self.body.count() - 2, self.facts)
        self.act.setText(tr("&Refund {amount} again", amount=told(row.amount, row.currency)))
        self.act.setEnabled(False)
        self.act.clicked.connect(self._on_again)
        self.finished.connect(self._on_finished)
        self._tasks.start("read", self._read)

    async def end(self) -> None:
        """Ask nothing more."""
        await self._tasks.end()

    async def _read(self) -> None:
        try:
            shown = await self._refunds.show(ImpUid(self.row.subject))
        except PortdeskError as error:
            self.sentence.setText(tr("Nothing was sent: the payment could not be read."))
            self._on_error(error)
        else:
            self._show(shown)
        self.moved.emit()

    def _show(self, shown: Shown) -> None:
        at = exact(from_unix(shown.seen.server_time or 0))
        group = evidence_group(self.row, shown.seen, tr("The server's record, as of {time}", time=at))
        self.facts.show_groups([group])
        obstacle = self._obstacle(shown)
        self.act.setEnabled(obstacle is None)
        if obstacle is None:
            self.sentence.setText(
                tr("It is proven that nothing was given back. The click sends the same refund once more.")
            )
            self.cancel.setFocus()
        else:
            self.sentence.setText(render(obstacle))

    def _obstacle(self, shown: Shown) -> Message | None:
        now = from_unix(shown.seen.server_time or 0)
        if not self._refunds.may_send:
            return Message("Refunds are locked just now. The top of the list says why.")
        profile = profile_of(shown.payment.pg_provider)
        if now is not None and profile.account_need(shown.payment, now.astimezone(KST)) is not None:
            return _ACCOUNT
        if not self.row.snapshot.equals(shown.seen) or shown.outstanding:
            return Message("The payment has changed since. Give this one up and open a new refund.")
        return None

    def _on_again(self) -> None:
        self.act.setEnabled(False)
        self.sentence.setText(tr("Sending once…"))
        self._sending.start(f"refund {self.row.id}", self._send)

    async def _send(self) -> None:
        try:
            outcome = await self._refunds.try_again(self.row.id, self._actor)
        except PortdeskError as error:
            if self._is_over:
                raise
            self.sentence.setText(tr("Nothing was sent."))
            self._on_error(error)
            self.moved.emit()
            return
        if self._is_over:
            return
        if not outcome.was_started:
            self.notice.show_alert(Alert(Message("Nothing was sent: this payment is being dealt with.")))
        self.row = outcome.row
        self._tell()
        self.moved.emit()

    def _tell(self) -> None:
        self.sentence.setText(render(words(self.row.state, pays_later=self.row.pays_later)))
        self.act.hide()
        self.facts.hide()
        self.cancel.setText(tr("Close"))

    def _on_finished(self) -> None:
        self._is_over = True

    def _on_error(self, error: Exception) -> None:
        self.notice.show_alert(alert_of(error))
