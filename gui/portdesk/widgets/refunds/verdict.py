"""What became of a refund, in words that only its state decides."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from portdesk.domain.messages import Message
from portdesk.domain.pg.refusals import explain
from portdesk.domain.plain import visible
from portdesk.domain.times import from_unix
from portdesk.ledger.instruction import Instruction
from portdesk.ledger.states import CHECKING, OPEN, RETRYABLE, State, words
from portdesk.qt.marks import Mark
from portdesk.qt.words import Wording, exact, render, span, tr, trn
from portdesk.usecases.refund_words import amount_of, rest_of
from portdesk.usecases.refunds import Looking
from portdesk.widgets.kit.badge import Badge
from portdesk.widgets.kit.text import PlainLabel, ValueLabel
from portdesk.widgets.kit.theme import Dressing, shades

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
    State.PLANNED: Message("It is being written down before it is sent."),
    State.SENDING: Message("The request is on its way. Do not press again anywhere."),
    State.UNKNOWN: Message(
        "Do not refund it again. Portdesk keeps asking the server and tells you here what it finds."
    ),
    State.REFUSED: Message("Portdesk asks the server again, to be sure that nothing was given back."),
    State.HUMAN: Message("The server's record can be read in two ways. Decide in the refunds tab."),
    State.CONFIRMED: Message("The server's own record names this refund."),
    State.NOT_SENT: Message("Nothing was given back. You can try again."),
    State.NOT_APPLIED: Message("It is proven that nothing was given back. You can try again."),
    State.REJECTED: Message("Nothing was given back."),
}
_LATER: Final = Message("The server has accepted it. The PG sends the money in its own time.")
_WHYS: Final[Mapping[str, Message]] = {
    "unchanged": Message("The server's record shows no change so far."),
    "another account": Message(
        "It was done under another account's keys; open that shop to have it checked."
    ),
    "no other record can be read": Message("The server shows no other payment either, which proves nothing."),
    "another record": Message("The server answered with another payment, which proves nothing."),
}
_UNREADABLE: Final = Message("The server could not be asked just now, which proves nothing.")
_DECIDED: Final = frozenset({State.CONFIRMED_BY_HUMAN, State.EXTERNAL})
_SLOW: Final = 30
_LONGEST_QUOTE: Final = 300


class Verdict(QWidget):
    """
    The state of one instruction: mark and words, what is being done and how far, what the PG said.

    `look` tells how far finding out has come; it is asked every second while that goes on.
    """

    def __init__(self, look: Callable[[Instruction], Looking], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._row: Instruction | None = None
        self._quote = self._why = ""
        self._amount = PlainLabel("", self, emphasis=True)
        self.card = QFrame(self)
        self.card.setObjectName("card")
        self._mark = Badge(self.card)
        self.state = PlainLabel("", self.card, emphasis=True, wraps=True)
        self.next = PlainLabel("", self.card, wraps=True)
        self.progress = PlainLabel("", self.card, quiet=True, wraps=True)
        self.found = PlainLabel("", self.card, quiet=True, wraps=True)
        self._record = ValueLabel("", self.card, quiet=True, wraps=True)
        self.overlap = PlainLabel("", self, wraps=True)
        self.quote = PlainLabel("", self, quiet=True, wraps=True)
        self.meaning, self.step = PlainLabel("", self, wraps=True), PlainLabel("", self, wraps=True)
        self._source = PlainLabel("", self, quiet=True, small=True, wraps=True)
        self._code = PlainLabel("", self, quiet=True)
        for label in (self.state, self.next, self._record, self.quote, self.meaning, self.step, self._code):
            label.make_selectable()
        self._build()
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._tick)
        Wording(self).follow(self._render)
        Dressing(self, self._dress)

    @property
    def row(self) -> Instruction | None:
        """What is shown."""
        return self._row

    @property
    def is_open(self) -> bool:
        """Whether it is still to be found out or decided what became of it."""
        return self._row is not None and self._row.state in OPEN

    @property
    def is_under_way(self) -> bool:
        """Whether it goes on by itself."""
        return self.is_open and self._row is not None and self._row.state is not State.HUMAN

    @property
    def may_try_again(self) -> bool:
        """Whether a new click may send the same instruction again."""
        return self._row is not None and self._row.state in RETRYABLE

    def show_row(self, row: Instruction, *, why: str = "") -> None:
        """Show how `row` stands; `why` says what the last look found."""
        if self._row is None or self._row.id != row.id:
            self._quote = ""
        self._row, self._why = row, why
        if row.state in CHECKING:
            self._clock.start()
        else:
            self._clock.stop()
        self._render()

    def show_quote(self, quote: str) -> None:
        """Show what the server said in turning it away."""
        self._quote = quote
        self._render()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._mark)
        head.addWidget(self.state, 1)
        inside = QVBoxLayout(self.card)
        inside.setContentsMargins(16, 12, 16, 12)
        inside.setSpacing(8)
        inside.addLayout(head)
        for label in (self.next, self.progress, self.found, self._record):
            inside.addWidget(label)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self._amount)
        layout.addWidget(self.card)
        for label in (self.overlap, self.quote, self.meaning, self.step, self._source, self._code):
            layout.addWidget(label)

    def _dress(self) -> None:
        if self._row is None:
            return
        palette = self.state.palette()
        palette.setColor(QPalette.ColorRole.WindowText, QColor(shades(self).mark(MARKS[self._row.state])))
        self.state.setPalette(palette)

    def _render(self) -> None:
        row = self._row
        if row is None:
            return
        self._amount.setText(
            tr("Refund of {amount}, remaining after it {rest}", amount=amount_of(row), rest=rest_of(row))
            if row.state is State.CONFIRMED
            else tr("Refund of {amount}", amount=amount_of(row))
        )
        self._mark.show_status(MARKS[row.state], "")
        self.state.setText(render(words(row.state, pays_later=row.pays_later)))
        following = _LATER if row.state is State.CONFIRMED and row.pays_later else _NEXT.get(row.state)
        _say(self.next, "" if following is None else render(following))
        _say(self._record, self._recorded(row) or _noted(row))
        _say(
            self.overlap,
            tr("⚠ Somebody else refunded this payment at the same moment. Look at its refunds.")
            if row.is_overlapped
            else "",
        )
        self._render_quote(row)
        _say(self._code, tr("Code {code}", code=row.code) if row.code else "")
        self._dress()
        self._tick()

    def _recorded(self, row: Instruction) -> str:
        """The server's own record of it."""
        if row.state is not State.CONFIRMED or row.cancellation is None:
            return ""
        at = exact(from_unix(row.settled_at)) if row.settled_at else ""
        named = row.cancellation.removeprefix("id:")
        return tr("In the server's record as {id}. Seen {time}.", id=named, time=at)

    def _render_quote(self, row: Instruction) -> None:
        said = visible(self._quote, _LONGEST_QUOTE)
        _say(self.quote, tr("In the words of PortOne and the PG: “{words}”", words=said) if said else "")
        known = explain(row.pg.partition("/")[0], self._quote) if said else None
        # A step is not to be taken before it is certain that nothing happened.
        is_certain = known is not None and row.state not in OPEN
        _say(self.meaning, tr("What it means: {meaning}", meaning=known.meaning) if known else "")
        _say(
            self.step,
            tr("Next, {actor}: {step}", actor=known.actor.value, step=known.next_step)
            if known and is_certain
            else "",
        )
        source = known.source if known else None
        _say(
            self._source,
            tr("Source: {title}, {date}", title=source.title, date=source.date) if source else "",
        )

    def _tick(self) -> None:
        row = self._row
        checking = row is not None and row.state in CHECKING
        _say(self.progress, self._told(row) if row is not None and checking else "")
        why = _WHYS.get(self._why, _UNREADABLE if self._why.endswith("Error") else None)
        _say(self.found, render(why) if why is not None and checking else "")

    def _told(self, row: Instruction) -> str:
        look = self._look(row)
        if row.state is State.SENDING and not look.looks:
            waited = look.since or 0
            if waited >= _SLOW:
                return tr(
                    "The PG is slow: no answer for {span} yet. Closing this window stops nothing.",
                    span=_span(waited),
                )
            return tr(
                "Waiting for the answer for {span}. Closing this window stops nothing.", span=_span(waited)
            )
        parts = [trn("Looked {count} time", "Looked {count} times", look.looks)]
        if look.again_in is not None:
            parts.append(tr("next look in {span}", span=_span(math.ceil(look.again_in))))
        if look.quiet_left is not None and not row.pays_later:
            parts.append(
                tr(
                    "the server has to be quiet for {left} more of {all}",
                    left=_span(look.quiet_left),
                    all=_span(look.quiet_seconds),
                )
            )
        if look.since is not None:
            parts.append(tr("asked for {span} ago", span=_span(look.since)))
        return " · ".join(parts)


def _noted(row: Instruction) -> str:
    """What a person wrote who decided it."""
    return tr("Noted: “{note}”", note=visible(row.note, 300)) if row.state in _DECIDED and row.note else ""


def _span(seconds: float) -> str:
    return span(timedelta(seconds=seconds))


def _say(label: PlainLabel, text: str) -> None:
    label.setText(text)
    label.setVisible(bool(text))
