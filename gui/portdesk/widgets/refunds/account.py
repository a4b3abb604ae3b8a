"""Where the money goes when it cannot go back the way it came: a bank account of the customer's."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from portdesk.domain.pg.banks import bare_number, refund_banks
from portdesk.domain.pg.needs import AccountNeed
from portdesk.qt.words import tr
from portdesk.widgets.kit.text import PlainLabel, without_mnemonic

_MOST: Final = 40


class AccountFields(QWidget):
    """
    Bank, number, holder and, where it is wanted, a phone number; hidden where none is needed.

    Signals:
        changed: something else is in a field
    """

    changed = Signal()

    def __init__(
        self, need: AccountNeed | None, pg_provider: str | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.need = need
        self.bank = QComboBox(self)
        self.account, self.holder, self.tel = (QLineEdit(self) for _ in range(3))
        self._grid = QGridLayout(self)
        self._build()
        self.bank.addItem(tr("Choose the bank"), "")
        for choice in refund_banks(pg_provider) if need else ():
            self.bank.addItem(choice.name, choice.code)
        self.bank.currentIndexChanged.connect(self.changed)
        for edit in (self.account, self.holder, self.tel):
            edit.setMaxLength(_MOST)
            edit.textChanged.connect(self.changed)
        self.setVisible(need is not None)

    @property
    def wants_tel(self) -> bool:
        """Whether the holder's phone number is demanded."""
        return self.need is not None and self.need.wants_tel

    @property
    def fields(self) -> tuple[QWidget, ...]:
        """The fields in their order."""
        return self.bank, self.account, self.holder, self.tel

    def values(self) -> dict[str, str]:
        """What is in the fields, by the wire's names, numbers without their hyphens."""
        if self.need is None:
            return {}
        return {
            "refund_holder": self.holder.text().strip(),
            "refund_bank": str(self.bank.currentData() or ""),
            "refund_account": bare_number(self.account.text()),
            "refund_tel": bare_number(self.tel.text()) if self.wants_tel else "",
        }

    def _build(self) -> None:
        grid = self._grid
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        places = (
            (tr("&Bank"), self.bank),
            (tr("Accou&nt number"), self.account),
            (tr("Account &holder"), self.holder),
            (tr("&Phone"), self.tel),
        )
        for number, (name, field) in enumerate(places):
            row, column = divmod(number, 2)
            label = PlainLabel(name, self)
            label.setBuddy(field)
            field.setAccessibleName(without_mnemonic(name))
            grid.addWidget(label, row, column * 2)
            grid.addWidget(field, row, column * 2 + 1)
            if field is self.tel:
                label.setVisible(self.wants_tel)
                field.setVisible(self.wants_tel)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        self.account.setPlaceholderText("110-123-456789")
        self.tel.setPlaceholderText("010-1234-5678")
