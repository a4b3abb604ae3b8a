"""What became of a refund, in words that only its state decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from portdesk.domain.messages import Message
from portdesk.domain.money import Amount
from portdesk.ledger.instruction import Instruction, from_minor
from portdesk.ledger.states import CHECKING, RETRYABLE, State, words
from portdesk.qt.tables import Mark
from portdesk.qt.words import Wording, money, render, span, tr
from portdesk.widgets.kit.badge import Badge
from portdesk.widgets.kit.text import PlainLabel

MARKS: Final[Mapping[State, Mark]] = {
    State.PLANNED: Mark.BEGUN,
    State.SENDING: Mark.WAITING,
    State.UNKNOWN: Mark.WAITING,
    State.REFUSED: Mark.WAITING,
    State.HUMAN: Mark.UNKNOWN,
    State.CONFIRMED: Mark.DONE,
    State.REJECTED: Mark.REFUSED,
    State.NOT_APPLIED: Mark.REFUSED,
    State.NOT_SENT: Mark.REFUSED,
    State.CONFIRMED_BY_HUMAN: Mark.DONE,
    State.EXTERNAL: Mark.RETURNED,
    State.ABANDONED: Mark.RETURNED,
}

_NEXT: Final[Mapping[State, Message]] = {
    State.SENDING: Message("The request is on its way. Do not press again anywhere."),
    State.UNKNOWN: Message(
        "Do not refund it again. Portdesk keeps asking the server and tells you here what it finds."
    ),
    State.REFUSED: Message("Portdesk asks the server again, to be sure that nothing was given back."),
    State.HUMAN: Message("The server's record can be read in two ways. Look at the payment and decide."),
    State.CONFIRMED: Message("The server's own record names this refund."),
    State.NOT_SENT: Message("Nothing was given back. You can try again."),
    State.NOT_APPLIED: Message("It is proven that nothing was given back. You can try again."),
    State.REJECTED: Message("Nothing was given back."),
}


def amount_of(row: Instruction) -> Amount:
    """What the instruction gives back."""
    return Amount(from_minor(row.amount, row.currency), row.currency)


class Verdict(QWidget):
    """The state of one instruction: mark, words, what is being done, since when."""

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._row: Instruction | None = None
        self._since = now()
        self._badge = Badge(self)
        self._amount = PlainLabel("", self, emphasis=True)
        self._next = PlainLabel("", self, wraps=True)
        self._code = PlainLabel("", self, quiet=True)
        self._waited = PlainLabel("", self, quiet=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        for widget in (self._amount, self._badge, self._next, self._waited, self._code):
            layout.addWidget(widget)
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._tick)
        Wording(self).follow(self._render)

    @property
    def row(self) -> Instruction | None:
        """What is shown."""
        return self._row

    @property
    def may_try_again(self) -> bool:
        """Whether a new click may send the same instruction again."""
        return self._row is not None and self._row.state in RETRYABLE

    def show_row(self, row: Instruction) -> None:
        """Show how `row` stands."""
        self._row = row
        if row.state in CHECKING:
            self._clock.start()
        else:
            self._clock.stop()
        self._render()

    def _render(self) -> None:
        row = self._row
        if row is None:
            return
        self._amount.setText(tr("Refund of {amount}", amount=money(amount_of(row))))
        self._badge.show_status(MARKS[row.state], render(words(row.state, pays_later=row.pays_later)))
        following = _NEXT.get(row.state)
        if row.state is State.CONFIRMED and row.pays_later:
            following = Message("The server has accepted it. The PG sends the money in its own time.")
        self._next.setText("" if following is None else render(following))
        self._code.setText(tr("Code {code}", code=row.code) if row.code else "")
        self._tick()

    def _tick(self) -> None:
        checking = self._row is not None and self._row.state in CHECKING
        waited = span(self._now() - self._since)
        self._waited.setText(tr("Checking for {span}", span=waited) if checking else "")
