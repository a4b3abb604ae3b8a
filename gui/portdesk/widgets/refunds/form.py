"""What a refund is asked with: how much, why, and what the PG demands besides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from portdesk.domain.korean_amount import korean_words
from portdesk.domain.money import Amount
from portdesk.domain.payments import Payment
from portdesk.domain.pg.banks import bare_number, refund_banks
from portdesk.domain.pg.directory import check_refund, profile_of
from portdesk.domain.pg.needs import TaxPart
from portdesk.domain.pg.refund import RefundRequest
from portdesk.domain.pg.rule import Finding, Severity
from portdesk.qt.words import language, later, money, render, tr
from portdesk.widgets.kit.text import PlainLabel, set_tip

REASONS: Final = (
    later("Change of mind"),
    later("Out of stock"),
    later("Faulty or wrong product"),
    later("Late delivery"),
    later("Paid twice"),
    later("Agreed with the customer"),
)
_SIGNS: Final = {Severity.BLOCKS: "✕", Severity.WARNS: "⚠", Severity.NOTES: "·"}
_MOST_FINDINGS: Final = 6


class RefundForm(QWidget):
    """
    The fields of a refund, made for one payment as it was just read.

    Signals:
        changed: what is asked for is something else
    """

    changed = Signal()

    def __init__(self, payment: Payment, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._payment, self._now = payment, now
        self._profile = profile_of(payment.pg_provider)
        self._need = self._profile.account_need(payment, now())
        self._rest = payment.remaining
        self.whole = QRadioButton(tr("All that is left, {amount}", amount=money(self._rest)), self)
        self.part = QRadioButton(tr("A part"), self)
        self.amount = QLineEdit(self)
        self._words = PlainLabel("", self, quiet=True)
        self._after = PlainLabel("", self, quiet=True)
        self.reason = QComboBox(self)
        self.tax_free, self.vat = QLineEdit(self), QLineEdit(self)
        self.bank = QComboBox(self)
        self.account, self.holder, self.tel = (QLineEdit(self) for _ in range(3))
        self.sure = QCheckBox(self)
        self._findings = [PlainLabel("", self, wraps=True) for _ in range(_MOST_FINDINGS)]
        self.blocked = False
        self._build()
        self._on_changed()

    @property
    def value(self) -> Decimal | None:
        """How much is asked for; `None` while that is no number."""
        if self.whole.isChecked():
            return self._rest.value
        return _number(self.amount.text())

    @property
    def request(self) -> RefundRequest | None:
        """What is asked for, in the wire's words; `None` while the amount is no number."""
        value = self.value
        if value is None:
            return None
        return RefundRequest(
            amount=value,
            checksum=self._rest.value,
            reason=self.reason.currentText().strip(),
            tax_free=_number(self.tax_free.text()),
            vat_amount=_number(self.vat.text()),
            refund_holder=self.holder.text().strip(),
            refund_bank=str(self.bank.currentData() or ""),
            refund_account=bare_number(self.account.text()),
            refund_tel=bare_number(self.tel.text()),
        )

    @property
    def needs_account(self) -> bool:
        """Whether the money goes to a bank account."""
        return self._need is not None

    @property
    def wants_tel(self) -> bool:
        """Whether the account holder's phone number is demanded."""
        return self._need is not None and self._need.wants_tel

    @property
    def pays_later(self) -> bool:
        """Whether the PG carries it out in its own time."""
        return self._profile.completes_later(self._payment, self._now())

    def ask_to_be_sure(self, sentence: str) -> None:
        """Demand a tick for something unusual; an empty sentence demands none."""
        self.sure.setText(sentence)
        self.sure.setVisible(bool(sentence))
        if not sentence:
            self.sure.setChecked(False)

    def _build(self) -> None:
        group = QButtonGroup(self)
        group.addButton(self.whole)
        group.addButton(self.part)
        self.whole.setChecked(True)
        how_much = QHBoxLayout()
        how_much.addWidget(self.part)
        how_much.addWidget(self.amount)
        how_much.addWidget(self._words, 1)
        self.amount.setMaximumWidth(140)
        self.amount.setAccessibleName(tr("Amount"))
        self.amount.textEdited.connect(lambda: self.part.setChecked(True))
        self.reason.setEditable(True)
        self.reason.addItems([tr(reason) for reason in REASONS])
        rows = QFormLayout()
        rows.setSpacing(8)
        self._add_tax(rows)
        self._add_account(rows)
        rows.addRow(PlainLabel(tr("Reason"), self), self.reason)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.whole)
        layout.addLayout(how_much)
        layout.addLayout(rows)
        for widget in (self._after, *self._findings, self.sure):
            layout.addWidget(widget)
        self.sure.hide()
        self._connect()

    def _connect(self) -> None:
        for edit in (self.amount, self.tax_free, self.vat, self.account, self.holder, self.tel):
            edit.textChanged.connect(self._on_changed)
        self.whole.toggled.connect(self._on_changed)
        self.reason.editTextChanged.connect(self._on_changed)
        self.bank.currentIndexChanged.connect(self._on_changed)
        self.sure.toggled.connect(self.changed)

    def _add_tax(self, rows: QFormLayout) -> None:
        tax = self._profile.refund.tax
        for name, how, edit in (
            (tr("Tax-free part"), tax.tax_free, self.tax_free),
            (tr("VAT"), tax.vat_amount, self.vat),
        ):
            edit.setMaximumWidth(140)
            edit.setAccessibleName(name)
            edit.setVisible(how is not TaxPart.UNREAD)
            if how is not TaxPart.UNREAD:
                rows.addRow(PlainLabel(name, self), edit)

    def _add_account(self, rows: QFormLayout) -> None:
        fields = ((tr("Account number"), self.account), (tr("Account holder"), self.holder))
        self.bank.addItem("", "")
        for choice in refund_banks(self._payment.pg_provider) if self._need else ():
            self.bank.addItem(choice.name, choice.code)
        if self._need:
            rows.addRow(PlainLabel(tr("Bank"), self), self.bank)
        for name, edit in fields:
            edit.setAccessibleName(name)
            if self._need:
                rows.addRow(PlainLabel(name, self), edit)
        if self.wants_tel:
            rows.addRow(PlainLabel(tr("Phone"), self), self.tel)
        for widget, shown in ((self.bank, self._need), (self.account, self._need), (self.holder, self._need)):
            widget.setVisible(shown is not None)
        self.bank.setAccessibleName(tr("Bank"))
        self.tel.setAccessibleName(tr("Phone"))
        self.tel.setVisible(self.wants_tel)

    def _on_changed(self) -> None:
        value, currency = self.value, self._payment.currency
        asked = None if value is None else Amount(value, currency)
        in_words = korean_words(asked) if asked is not None and language() == "ko" else None
        self._words.setText(in_words or "")
        self._after.setText(
            tr("Remaining after it {amount}", amount=money(self._rest - asked)) if asked else ""
        )
        request = self.request
        found = () if request is None else check_refund(self._payment, request, self._now())
        self.blocked = request is None or any(finding.severity is Severity.BLOCKS for finding in found)
        self._show_findings(found)
        self.changed.emit()

    def _show_findings(self, found: tuple[Finding, ...]) -> None:
        told = [finding for finding in found if finding.severity is not Severity.NOTES]
        for number, label in enumerate(self._findings):
            label.setVisible(number < len(told))
            if number < len(told):
                finding = told[number]
                advice = f" {render(finding.advice)}" if finding.advice else ""
                label.setText(f"{_SIGNS[finding.severity]} {render(finding.words)}{advice}")
                set_tip(label, f"{finding.source.title} ({finding.source.date})")


def _number(text: str) -> Decimal | None:
    plain = text.strip().replace(",", "")
    try:
        return Decimal(plain) if plain.isascii() else None
    except InvalidOperation:
        return None
