"""Which payment a refund is of: the shop, the order, the buyer, and its sums."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from portdesk.domain.payments import Payment
from portdesk.domain.shops import Shop
from portdesk.qt.privacy import Privacy
from portdesk.qt.words import tr
from portdesk.widgets.kit.text import PlainLabel
from portdesk.widgets.payments.vocabulary import METHODS, PROVIDERS, named


class Heading(QWidget):
    """Two lines, empty until the payment was read."""

    def __init__(self, shop: Shop, privacy: Privacy, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop, self._privacy = shop, privacy
        self.about = PlainLabel("", self, wraps=True, quiet=True)
        self.sums = PlainLabel("", self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for label in (self.about, self.sums):
            label.make_selectable()
            layout.addWidget(label)

    def tell(self, payment: Payment) -> None:
        """Tell of `payment` as it was just read."""
        buyer = self._privacy.shown("buyer_name", payment.buyer_name)
        self.about.setText(" · ".join(part for part in (self.name(payment), buyer) if part))
        self.sums.show()
        self.sums.setText(
            tr(
                "Paid {paid}   Refunded {returned}   Remaining {rest}",
                paid=payment.charged,
                returned=payment.returned,
                rest=payment.remaining,
            )
        )

    def name(self, payment: Payment) -> str:
        """The payment without its buyer: also for the journal, from which nothing can be deleted."""
        how = " ".join((named(PROVIDERS, payment.pg_provider), named(METHODS, payment.pay_method))).strip()
        parts = (self._shop.name, payment.name or payment.merchant_uid, how, payment.imp_uid)
        return " · ".join(part for part in parts if part)
