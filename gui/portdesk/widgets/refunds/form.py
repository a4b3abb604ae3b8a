"""What a refund is asked with: how much, why, and what the PG demands besides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Final, Literal

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from portdesk.domain.messages import Message
from portdesk.domain.payments import Payment
from portdesk.domain.pg.directory import check_refund, profile_of
from portdesk.domain.pg.needs import TaxPart
from portdesk.domain.pg.refund import RefundRequest
from portdesk.domain.pg.rule import Severity
from portdesk.domain.refund_settings import RefundSettings
from portdesk.qt.words import later, money, render, tr
from portdesk.widgets.kit.text import PlainLabel, without_mnemonic
from portdesk.widgets.kit.theme import Dressing, shades
from portdesk.widgets.refunds.account import AccountFields
from portdesk.widgets.refunds.amount_edit import AmountEdit
from portdesk.widgets.refunds.reasons import ReasonBox
from portdesk.widgets.refunds.rules import RuleList

_REQUESTERS: Final[tuple[tuple[str, Literal["customer", "admin"] | None], ...]] = (
    (later("Not said"), None),
    (later("The customer"), "customer"),
    (later("The shop"), "admin"),
)


class RefundForm(QWidget):
    """
    The fields of a refund, made for one payment as it was just read.

    Signals:
        changed: what is asked for is something else
        settings_asked: the person wants to change reasons and limit
    """

    changed = Signal()
    settings_asked = Signal()

    def __init__(
        self,
        payment: Payment,
        settings: RefundSettings,
        now: Callable[[], datetime],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._payment, self._now = payment, now
        self._profile = profile_of(payment.pg_provider)
        self._rest = payment.remaining
        self.whole = QRadioButton(tr("&All that is left, {amount}", amount=money(self._rest)), self)
        self.part = QRadioButton(tr("A par&t"), self)
        self.amount, self.tax_free, self.vat = (AmountEdit(payment.currency, self) for _ in range(3))
        self.reason = ReasonBox(settings, self)
        self.requester = QComboBox(self)
        need = self._profile.account_need(payment, now())
        self.account = AccountFields(need, payment.pg_provider, self)
        self.settings_button = QPushButton(tr("Reasons and &limit…"), self)
        self._problem = PlainLabel("", self, wraps=True)
        self.rules = RuleList(self)
        self.blocked = False
        self._build()
        self._connect()
        Dressing(self, self._dress)
        self._on_changed()

    @property
    def is_whole(self) -> bool:
        """Whether all that is left was chosen by that name."""
        return self.whole.isChecked()

    @property
    def value(self) -> Decimal | Message:
        """How much is asked for, or why that is no sum."""
        return self.most if self.is_whole else self.amount.typed

    @property
    def most(self) -> Decimal:
        """All that is left."""
        return self._rest.value

    @property
    def problem(self) -> Message | None:
        """What is no sum in the fields, in words; an empty field of the tax is none."""
        taxes = (edit.typed for edit in (self.tax_free, self.vat) if not edit.is_empty)
        return next((value for value in (self.value, *taxes) if isinstance(value, Message)), None)

    @property
    def request(self) -> RefundRequest | None:
        """What is asked for, in the wire's words; `None` while a field holds no sum."""
        value = self.value
        if isinstance(value, Message) or self.problem is not None:
            return None
        return RefundRequest(
            amount=value,
            checksum=self.most,
            reason=self.reason.reason,
            tax_free=_sum(self.tax_free),
            vat_amount=_sum(self.vat),
            requester=self.asked_for_by,
            **self.account.values(),
        )

    @property
    def asked_for_by(self) -> Literal["customer", "admin"] | None:
        """Who asks for it, where the PG wants to know."""
        return _REQUESTERS[max(self.requester.currentIndex(), 0)][1]

    @property
    def pays_later(self) -> bool:
        """Whether the PG carries it out in its own time."""
        return self._profile.completes_later(self._payment, self._now())

    def _build(self) -> None:
        group = QButtonGroup(self)
        for button in (self.whole, self.part):
            group.addButton(button)
        self.whole.setChecked(True)
        how_much = QHBoxLayout()
        how_much.setSpacing(8)
        how_much.addWidget(self.part)
        how_much.addWidget(self.amount)
        how_much.addWidget(PlainLabel(_unit(self._payment.currency), self, quiet=True))
        how_much.addStretch(1)
        self.amount.setAccessibleName(tr("Amount to give back"))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(8)
        self._add_tax()
        self._add_requester()
        self._add_reason()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.whole)
        layout.addLayout(how_much)
        layout.addWidget(self.account)
        layout.addLayout(self._grid)
        layout.addWidget(self._problem)
        layout.addWidget(self.rules)
        self._order()

    def _order(self) -> None:
        """Let the tab key go from top to bottom, whatever was made first."""
        chain = (self.whole, self.part, self.amount, *self.account.fields, self.tax_free, self.vat)
        chain = (*chain, self.requester, self.reason, self.settings_button, self.rules.notes)
        for before, after in pairwise(chain):
            QWidget.setTabOrder(before, after)

    def _dress(self) -> None:
        palette = self._problem.palette()
        palette.setColor(QPalette.ColorRole.WindowText, QColor(shades(self).refused))
        self._problem.setPalette(palette)

    def _connect(self) -> None:
        self.amount.textEdited.connect(lambda: self.part.setChecked(True))
        self.part.clicked.connect(self.amount.setFocus)
        for edit in (self.amount, self.tax_free, self.vat):
            edit.textChanged.connect(self._on_changed)
        self.whole.toggled.connect(self._on_changed)
        self.reason.editTextChanged.connect(self._on_changed)
        self.requester.currentIndexChanged.connect(self._on_changed)
        self.account.changed.connect(self._on_changed)
        self.settings_button.clicked.connect(self.settings_asked)

    def _add_tax(self) -> None:
        tax = self._profile.refund.tax
        parts = (
            (tr("Ta&x-free part"), tax.tax_free, self.tax_free),
            (tr("&VAT"), tax.vat_amount, self.vat),
        )
        row = QHBoxLayout()
        row.setSpacing(8)
        for name, how, edit in parts:
            edit.setVisible(how is not TaxPart.UNREAD)
            if how is TaxPart.UNREAD:
                continue
            label = self._label(name, edit)
            edit.setPlaceholderText(tr("by the PG"))
            if row.isEmpty():
                self._grid.addWidget(label, 0, 0)
            else:
                row.addSpacing(16)
                row.addWidget(label)
            row.addWidget(edit)
        row.addStretch(1)
        self._grid.addLayout(row, 0, 1)

    def _add_requester(self) -> None:
        self.requester.setVisible(self._profile.refund.wants_requester)
        if not self._profile.refund.wants_requester:
            return
        for name, _ in _REQUESTERS:
            self.requester.addItem(tr(name))
        self._grid.addWidget(self._label(tr("As&ked for by"), self.requester), 1, 0)
        self._grid.addWidget(self.requester, 1, 1)

    def _add_reason(self) -> None:
        self.settings_button.setObjectName("flat")
        self.settings_button.setAutoDefault(False)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.reason, 1)
        row.addWidget(self.settings_button)
        self._grid.addWidget(self._label(tr("Rea&son"), self.reason), 2, 0)
        self._grid.addLayout(row, 2, 1)

    def _label(self, name: str, field: QWidget) -> PlainLabel:
        label = PlainLabel(name, self)
        label.setBuddy(field)
        field.setAccessibleName(without_mnemonic(name))
        return label

    def _on_changed(self) -> None:
        problem, request = self.problem, self.request
        found = () if request is None else check_refund(self._payment, request, self._now())
        self.blocked = request is None or any(finding.severity is Severity.BLOCKS for finding in found)
        self._problem.setText("" if problem is None else f"✕ {render(problem)}")
        self._problem.setVisible(problem is not None)
        self._mark_wrong({finding.id for finding in found if finding.severity is Severity.BLOCKS})
        self.rules.show_findings(found)
        self.changed.emit()

    def _mark_wrong(self, blocking: set[str]) -> None:
        part = not self.is_whole and not self.amount.is_empty
        is_amount = any(rule.startswith("amount.") for rule in blocking)
        self.amount.show_wrong(wrong=part and (is_amount or isinstance(self.amount.typed, Message)))
        for edit in (self.tax_free, self.vat):
            told = not edit.is_empty and isinstance(edit.typed, Message)
            edit.show_wrong(wrong=told or (not edit.is_empty and any(r.startswith("tax.") for r in blocking)))


def _unit(currency: str) -> str:
    return tr("won") if currency == "KRW" else currency


def _sum(edit: AmountEdit) -> Decimal | None:
    typed = edit.typed
    return None if isinstance(typed, Message) else typed
