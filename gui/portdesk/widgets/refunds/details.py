"""The detail pane of a refund: how it stands, what can be done, and its whole file."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from portdesk.domain.messages import Message
from portdesk.ledger.instruction import Instruction
from portdesk.ledger.states import RETRYABLE, State, words
from portdesk.qt.privacy import Privacy
from portdesk.qt.words import Wording, later, render, tr
from portdesk.usecases.refund_file import RefundFile
from portdesk.usecases.refund_list import RefundRow
from portdesk.widgets.kit.badge import Badge
from portdesk.widgets.kit.facts import Facts
from portdesk.widgets.kit.state import StateCard
from portdesk.widgets.kit.text import ElidedLabel, PlainLabel
from portdesk.widgets.refund_marks import group_mark, group_word, told
from portdesk.widgets.refunds.history import file_groups


class RefundDetails(QWidget):
    """
    Everything about one refund, and what a person may do about it.

    Signals:
        decide_asked, again_asked, abandon_asked: a person wants to act on what is shown
        payment_asked: the person wants to see the payment
        shown: another file, or a newer one, is on the screen
    """

    decide_asked = Signal()
    again_asked = Signal()
    abandon_asked = Signal()
    payment_asked = Signal()
    shown = Signal()

    def __init__(self, privacy: Privacy, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._privacy = privacy
        self._named: RefundRow | None = None
        self.file: RefundFile | None = None
        self._title, self._order = ElidedLabel("", self, emphasis=True), ElidedLabel("", self)
        self.badge = Badge(self)
        self.state = PlainLabel("", self, wraps=True)
        self.decide, self.again, self.abandon, self.payment = (QPushButton(self) for _ in range(4))
        self.facts = Facts(self)
        self._nothing = StateCard(self)
        self._nothing.show_state("receipt", Message("Choose a refund to see all of it."))
        self._may_act = True
        self._build()
        privacy.changed.connect(self._render)
        texts = Wording(self)
        texts.say(self.decide.setText, later("&Decide…"))
        texts.say(self.abandon.setText, later("&Give up…"))
        texts.say(self.payment.setText, later("&Open the payment"))
        texts.say(self._scroll.setAccessibleName, later("Details of the refund"))
        texts.follow(self._render)

    @property
    def row(self) -> Instruction | None:
        """The instruction that is shown."""
        return None if self.file is None else self.file.row

    def show_file(self, named: RefundRow, file: RefundFile, *, may_act: bool) -> None:
        """Show `file`; nothing can be done about it unless `may_act`."""
        is_other = self.file is None or self.file.row.id != file.row.id
        self._named, self.file, self._may_act = named, file, may_act
        self._render()
        self._pages.setCurrentIndex(1)
        if is_other:
            self._scroll.verticalScrollBar().setValue(0)
        self.shown.emit()

    def show_nothing(self) -> None:
        """Nothing is chosen."""
        self.file = None
        self._pages.setCurrentIndex(0)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._title, 1)
        head.addWidget(self.badge)
        actions = QHBoxLayout()
        actions.setSpacing(8)
        self.decide.setObjectName("primary")
        for button in (self.decide, self.again, self.abandon):
            actions.addWidget(button)
        actions.addStretch(1)
        body = QWidget(self)
        body.setObjectName("pane")
        inside = QVBoxLayout(body)
        inside.setContentsMargins(16, 16, 16, 24)
        inside.setSpacing(8)
        inside.addLayout(head)
        inside.addWidget(self._order)
        inside.addWidget(self.state)
        inside.addLayout(actions)
        inside.addWidget(self.payment, 0, Qt.AlignmentFlag.AlignLeft)
        inside.addSpacing(8)
        inside.addWidget(self.facts)
        inside.addStretch(1)
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(body)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._nothing)
        self._pages.addWidget(self._scroll)
        self.decide.clicked.connect(self.decide_asked)
        self.again.clicked.connect(self.again_asked)
        self.abandon.clicked.connect(self.abandon_asked)
        self.payment.clicked.connect(self.payment_asked)

    def _render(self) -> None:
        named, file = self._named, self.file
        if named is None or file is None:
            return
        row, amount = file.row, told(file.row.amount, file.row.currency)
        buyer = self._privacy.shown("buyer_name", named.buyer_name)
        title = tr("Refund of {amount}", amount=amount)
        self._title.setText(" · ".join(part for part in (buyer, title) if part))
        self._order.setText(named.name or row.merchant_uid or row.subject)
        self.badge.show_status(group_mark(row), group_word(row))
        self.state.setText(render(words(row.state, pays_later=row.pays_later)))
        self.decide.setVisible(row.state is State.HUMAN)
        self.again.setVisible(row.state in RETRYABLE)
        self.abandon.setVisible(row.state in RETRYABLE)
        self.again.setText(tr("&Try {amount} again…", amount=amount))
        for button in (self.decide, self.again, self.abandon):
            button.setEnabled(self._may_act)
        self.facts.show_groups(file_groups(file))
