"""What to write to a customer whose payment cannot go on in a window at this desk."""

from __future__ import annotations

from typing import Final

from portdesk.domain.checkout import Purpose
from portdesk.domain.money import Amount
from portdesk.domain.plain import visible
from portdesk.ledger.checkout import Checkout
from portdesk.ledger.instruction import from_minor
from portdesk.qt.words import money, tr

_LONGEST: Final = 100


def message_for(row: Checkout, name: str) -> str:
    """The message, with the order's `name`, or its number for want of one, and nothing of the customer."""
    order = visible(name.strip() or row.merchant_uid, _LONGEST)
    if not row.charge:
        return tr(
            "Hello. Please register your card for “{order}” on a phone or on our web page.", order=order
        )
    amount = money(Amount(from_minor(row.charge, row.currency), row.currency))
    if row.purpose is Purpose.PAY:
        return tr(
            "Hello. Please pay {amount} for “{order}” on a phone or on our web page.",
            amount=amount,
            order=order,
        )
    return tr(
        "Hello. Please register your card and pay {amount} for “{order}” on a phone or on our web page.",
        amount=amount,
        order=order,
    )
