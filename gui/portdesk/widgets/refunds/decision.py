"""What a click would do, told from the frozen draft that the click sends."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from portdesk.domain.errors import InputError
from portdesk.domain.korean_amount import korean_words
from portdesk.domain.money import Amount
from portdesk.domain.refund_settings import RefundSettings
from portdesk.ledger.instruction import Instruction
from portdesk.ledger.refund import Wish
from portdesk.qt.words import language, render, tr
from portdesk.usecases.cautions import DayMoney, cautions
from portdesk.usecases.disclosures import operator_name
from portdesk.usecases.refund_words import action_of, amount_of, decision_of
from portdesk.usecases.refunds import Refunds, Shown
from portdesk.widgets.kit.text import PlainLabel
from portdesk.widgets.refunds.form import RefundForm
from portdesk.widgets.refunds.second_look import SecondLook


class Decision(QWidget):
    """
    The draft in one sentence, what it compares to, and the second confirmation where one is due.

    Signals:
        changed: the second confirmation was given or taken back
    """

    changed = Signal()

    def __init__(self, refunds: Refunds, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._refunds = refunds
        self.frozen: Instruction | None = None
        self.sentence = PlainLabel("", self, wraps=True, emphasis=True)
        self.sentence.make_selectable()
        self.share = PlainLabel("", self, wraps=True, quiet=True)
        self._obstacle = PlainLabel("", self, wraps=True)
        self.second_look = SecondLook(self)
        self.second_look.changed.connect(self.changed)
        line = QFrame(self)
        line.setObjectName("rule")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(line)
        for label in (self.sentence, self.share, self._obstacle):
            layout.addWidget(label)
        layout.addWidget(self.second_look)
        self.clear()

    @property
    def is_ready(self) -> bool:
        """Whether the draft may be sent as far as the person is concerned."""
        return self.frozen is not None and self.second_look.is_satisfied

    @property
    def action(self) -> str:
        """What the button says, with the amount and its mnemonic."""
        return tr("Refund") if self.frozen is None else render(action_of(self.frozen))

    def clear(self) -> None:
        """There is no draft."""
        self.frozen = None
        self.second_look.show_cautions((), None)
        self.hide()

    def draw_up(
        self, form: RefundForm, shown: Shown, *, about: str, settings: RefundSettings, day: DayMoney
    ) -> None:
        """Freeze what stands in the form; what is told of it is part of the draft, after `about`."""
        request = form.request
        if request is None or form.blocked:
            self.clear()
            return
        amount = Amount(request.amount, shown.payment.currency)
        found = cautions(shown, amount, is_whole=form.is_whole, settings=settings, day=day)
        self.second_look.show_cautions(found, amount)
        wish = Wish(
            amount=request.amount,
            currency=shown.payment.currency,
            reason=request.reason,
            actor=operator_name(),
            tax_free=request.tax_free,
            vat_amount=request.vat_amount,
            pays_later=form.pays_later,
            with_code=settings.with_code,
            approval=self.second_look.approval,
            beside=frozenset(row.id for row in shown.outstanding),
        )
        try:
            row = self._refunds.prepare(shown, wish, self.frozen.id if self.frozen else "")
        except InputError as error:
            self.clear()
            self._tell(_problem_of(error))
            return
        self.frozen = msgspec.structs.replace(row, words=f"{about} · {sentence_of(row)}")
        self.sentence.setText(sentence_of(self.frozen))
        self.share.setText(_compared(self.frozen, shown))
        self._tell("")

    def _tell(self, obstacle: str) -> None:
        for label, text in (
            (self._obstacle, obstacle),
            (self.sentence, "" if obstacle else self.sentence.text()),
            (self.share, "" if obstacle else self.share.text()),
        ):
            label.setText(text)
            label.setVisible(bool(text))
        self.show()


def sentence_of(row: Instruction) -> str:
    """All that will be sent, on one line."""
    return " · ".join(render(part) for part in decision_of(row))


def _problem_of(error: InputError) -> str:
    """What is wrong and what to do about it."""
    return " ".join(render(text) for text in (error.text, error.advice) if text is not None)


def _compared(row: Instruction, shown: Shown) -> str:
    amount = amount_of(row)
    parts = [(korean_words(amount) if language() == "ko" else None) or ""]
    if shown.payment.amount > 0:
        share = f"{int(amount.value * 100 / shown.payment.amount)} %"
        parts.append(tr("{share} of the payment", share=share))
    return " · ".join(part for part in parts if part)
