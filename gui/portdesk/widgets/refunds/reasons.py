"""The reasons a shop gives for its refunds: the standard ones, and the choice among the shop's own."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QComboBox, QWidget

from portdesk.domain.plain import visible
from portdesk.domain.refund_settings import RefundSettings
from portdesk.ledger.instruction import longest_reason
from portdesk.qt.words import later, tr

STANDARD: Final = (
    later("Change of mind"),
    later("Out of stock"),
    later("Faulty or wrong product"),
    later("Late delivery"),
    later("Paid twice"),
    later("Agreed with the customer"),
)


def standard_reasons() -> tuple[str, ...]:
    """The reasons every shop begins with, in the language of the screen."""
    return tuple(tr(reason) for reason in STANDARD)


class ReasonBox(QComboBox):
    """One reason of the list, or another that is typed; the one given last is there first."""

    def __init__(self, settings: RefundSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMinimumContentsLength(24)
        self.show_settings(settings)
        self.setCurrentText(next(iter((*settings.latest, *settings.offered(standard_reasons()))), ""))

    @property
    def reason(self) -> str:
        """What is to be given as the reason."""
        return self.currentText().strip()

    def show_settings(self, settings: RefundSettings) -> None:
        """Offer the list of `settings`; what is typed stays."""
        typed = self.currentText()
        before = self.blockSignals(True)
        self.clear()
        self.addItems([visible(reason, 200) for reason in settings.offered(standard_reasons())])
        self.setEditText(typed)
        self.blockSignals(before)
        edit = self.lineEdit()
        if edit is not None:
            # What would not fit is refused here, where it is seen, not cut off on its way.
            edit.setMaxLength(longest_reason(with_code=settings.with_code))
