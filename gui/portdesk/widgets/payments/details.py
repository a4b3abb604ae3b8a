"""The detail pane: all of one payment, as the server last told it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from itertools import pairwise

import msgspec
from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from portdesk.domain.masking import mask_card_number
from portdesk.domain.messages import Message
from portdesk.domain.payments import CANCELLED, PAID, Payment
from portdesk.ledger.instruction import Instruction
from portdesk.qt.privacy import Privacy
from portdesk.qt.words import Wording, exact, later, moment, money, tr
from portdesk.widgets.kit.badge import Badge
from portdesk.widgets.kit.facts import Facts
from portdesk.widgets.kit.icons import icon
from portdesk.widgets.kit.state import StateCard
from portdesk.widgets.kit.text import ElidedLabel, PlainLabel, PlainText, set_tip
from portdesk.widgets.kit.theme import Dressing, shades
from portdesk.widgets.payments.facts import payment_groups, timeline
from portdesk.widgets.payments.vocabulary import STATES, state_word
from portdesk.widgets.refund_marks import group_mark, group_word, told


class PaymentDetails(QWidget):
    """
    Everything about one payment, and reading it again.

    Signals:
        read_again: the person asked for a fresh look at the server
        refund_asked: the person wants to give money back
        again_asked, card_asked: the customer is to pay once more, or to register a card
        read: the server was asked, whatever came of it; `readings` counts them
        refund_seen: the person wants to see this refund, by its id
        shown: another payment, or a newer reading of it, is on the screen
    """

    read_again = Signal()
    refund_asked = Signal()
    again_asked = Signal()
    card_asked = Signal()
    read = Signal()
    refund_seen = Signal(str)
    shown = Signal()

    def __init__(self, privacy: Privacy, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._privacy, self._now = privacy, now
        self._payment: Payment | None = None
        self.readings = 0
        self._read_at: datetime | None = None
        self._title = ElidedLabel("", self, emphasis=True)
        self._order = ElidedLabel("", self)
        self._badge = Badge(self)
        self.refund_mark, self.refund_link = Badge(self), QPushButton(self)
        self._refunded: Instruction | None = None
        self._remaining = PlainLabel("", self, emphasis=True)
        self._steps = PlainLabel("", self, quiet=True, wraps=True)
        self._age = PlainLabel("", self, quiet=True, small=True, wraps=True)
        self._read, self._receipt, self._copy, self._raw_switch = (QPushButton(self) for _ in range(4))
        self.refund = QPushButton(self)
        self.more = QToolButton(self)
        self._menu = QMenu(self)
        self.again, self.card = self._menu.addAction(""), self._menu.addAction("")
        self._facts = Facts(self)
        self._raw = PlainText(self)
        self._nothing = StateCard(self)
        self._nothing.show_state("receipt", Message("Choose a payment to see all of it."))
        self._build()
        self._connect()
        privacy.changed.connect(self._render)
        self._say()

    @property
    def payment(self) -> Payment | None:
        """What is shown."""
        return self._payment

    def show_payment(self, payment: Payment, read_at: datetime | None) -> None:
        """Show `payment` as the server told it at `read_at`."""
        is_other = self._payment is None or self._payment.imp_uid != payment.imp_uid
        self._payment, self._read_at = payment, read_at
        self._render()
        self._pages.setCurrentIndex(1)
        if is_other:
            self._scroll.verticalScrollBar().setValue(0)
        self.shown.emit()

    def show_refund(self, refund: Instruction | None) -> None:
        """Mark the payment with how a refund of this desk stands, by the journal."""
        self._refunded = refund
        self._render()

    def show_nothing(self) -> None:
        """Nothing is chosen."""
        self._payment = None
        self._pages.setCurrentIndex(0)

    def show_reading(self, *, reading: bool) -> None:
        """Whether the server is being asked just now."""
        self._read.setEnabled(not reading)
        self._age.setText(tr("Reading from the server…") if reading else self._told_age())
        if not reading:
            self.readings += 1
            self.read.emit()

    def _dress(self) -> None:
        colour = shades(self).text
        self._read.setIcon(icon("reload", colour))
        self._receipt.setIcon(icon("receipt", colour))
        self._copy.setIcon(icon("copy", colour))

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._title, 1)
        head.addWidget(self._badge)
        actions = QHBoxLayout()
        actions.setSpacing(8)
        self.more.setObjectName("more")
        self.more.setText("⋯")
        self.more.setMenu(self._menu)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        for button in (self.refund, self._read, self._receipt, self._copy):
            actions.addWidget(button)
        actions.addStretch(1)
        body = QWidget(self)
        body.setObjectName("pane")
        inside = QVBoxLayout(body)
        inside.setContentsMargins(16, 16, 16, 24)
        inside.setSpacing(8)
        inside.addLayout(head)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self._order, 1)
        below.addWidget(self.more)
        inside.addLayout(below)
        for widget in (self._remaining, self._steps):
            inside.addWidget(widget)
        inside.addLayout(self._mark_row())
        inside.addLayout(actions)
        inside.addWidget(self._age)
        inside.addSpacing(8)
        inside.addWidget(self._facts)
        inside.addSpacing(8)
        inside.addWidget(self._raw_switch, 0, Qt.AlignmentFlag.AlignLeft)
        inside.addWidget(self._raw)
        inside.addStretch(1)
        acting = (self.more, self.refund_link, self.refund, self._read, self._receipt, self._copy)
        for before, after in pairwise((*acting, self._raw_switch, self._raw)):
            QWidget.setTabOrder(before, after)
        self._raw.setMinimumHeight(280)
        self._raw.hide()
        self._raw_switch.setObjectName("flat")
        self._raw_switch.setCheckable(True)
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(body)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._nothing)
        self._pages.addWidget(self._scroll)

    def _connect(self) -> None:
        self.refund.clicked.connect(self.refund_asked)
        self.again.triggered.connect(self.again_asked)
        self.card.triggered.connect(self.card_asked)
        self.refund_link.clicked.connect(self._on_refund_link)
        self._read.clicked.connect(self.read_again)
        self._receipt.clicked.connect(self._on_receipt)
        self._copy.clicked.connect(self._on_copy)
        self._raw_switch.toggled.connect(self._on_raw)

    def _mark_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.refund_mark)
        row.addWidget(self.refund_link)
        row.addStretch(1)
        return row

    def _say(self) -> None:
        words = Wording(self)
        words.say(self.refund.setText, later("Refund…"))
        words.say(self.refund_link.setText, later("See the refund"))
        words.say(self._read.setText, later("Read again"))
        words.say(self.more.setAccessibleName, later("More with this payment"))
        words.say(partial(set_tip, self.more), later("More with this payment"))
        words.say(self.again.setText, later("Charge this customer again…"))
        words.say(self.card.setText, later("Register a card of this customer…"))
        words.say(self._receipt.setText, later("Receipt"))
        words.say(self._copy.setAccessibleName, later("Copy imp_uid"))
        words.say(partial(set_tip, self._copy), later("Copy imp_uid"))
        words.say(self._scroll.setAccessibleName, later("Details of the payment"))
        words.say(self._raw.setAccessibleName, later("The server's answer, as received"))
        words.follow(self._render)
        Dressing(self, self._dress)

    def _render(self) -> None:
        self._raw_switch.setText(
            tr("Hide the server's answer") if self._raw_switch.isChecked() else tr("Show the server's answer")
        )
        self._render_refund()
        payment = self._payment
        if payment is None:
            return
        buyer = self._privacy.shown("buyer_name", payment.buyer_name)
        self._title.setText(" · ".join(part for part in (buyer, money(payment.charged)) if part))
        self._order.setText(payment.name or payment.merchant_uid)
        self._badge.show_status(STATES[payment.state][0], state_word(payment.state, payment.status))
        self._remaining.setVisible(0 < payment.cancel_amount < payment.amount)
        self._remaining.setText(tr("Remaining {amount}", amount=money(payment.remaining)))
        now = self._now()
        self._steps.setText(
            "  →  ".join(f"{word} {at}" for word, at in timeline(payment, lambda at: moment(at, now)))
        )
        self._age.setText(self._told_age())
        self.refund.setEnabled(payment.status in (PAID, CANCELLED) and payment.remaining.value > 0)
        self._receipt.setEnabled(_web_address(payment.receipt_url) is not None)
        set_tip(self._receipt, payment.receipt_url or tr("The PG gave no receipt for this payment."))
        self._facts.show_groups(payment_groups(payment, self._privacy))
        self._render_raw(payment)

    def _render_refund(self) -> None:
        refund = self._refunded
        for widget in (self.refund_mark, self.refund_link):
            widget.setVisible(refund is not None)
        if refund is not None:
            told_amount = told(refund.amount, refund.currency)
            word = tr("Refund of {amount}: {state}", amount=told_amount, state=group_word(refund))
            self.refund_mark.show_status(group_mark(refund), word)

    def _on_refund_link(self) -> None:
        if self._refunded is not None:
            self.refund_seen.emit(self._refunded.id)

    def _render_raw(self, payment: Payment) -> None:
        if not self._raw_switch.isChecked():
            self._raw.clear()
        elif self._privacy.is_on:
            self._raw.setPlainText(tr("Hidden while the privacy mode is on."))
        else:
            self._raw.setPlainText(
                mask_card_number(msgspec.json.format(payment.wire_json, indent=2).decode())
            )

    def _told_age(self) -> str:
        return tr("As read from the server {time}", time=exact(self._read_at)) if self._read_at else ""

    def _on_raw(self, on: bool) -> None:  # noqa: FBT001 - a signal's argument
        self._raw.setVisible(on)
        self._render()

    def _on_receipt(self) -> None:
        address = _web_address(self._payment.receipt_url) if self._payment else None
        if address is not None:
            QDesktopServices.openUrl(address)

    def _on_copy(self) -> None:
        if self._payment is not None:
            QGuiApplication.clipboard().setText(self._payment.imp_uid)


def _web_address(text: str | None) -> QUrl | None:
    """`text` as an address of the web; anything else a server may have written is not opened."""
    address = QUrl(text or "", QUrl.ParsingMode.StrictMode)
    return address if address.isValid() and address.scheme() in ("https", "http") and address.host() else None
