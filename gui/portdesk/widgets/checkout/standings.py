"""From an attempt and the server's record to what is shown of it; the words come from the state alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from portdesk.domain.messages import Message
from portdesk.domain.money import Amount
from portdesk.domain.payments import Payment
from portdesk.ledger.checkout import UNSETTLED, Checkout, CheckoutState, checkout_words
from portdesk.ledger.instruction import from_minor
from portdesk.qt.marks import Mark
from portdesk.qt.privacy import Privacy
from portdesk.qt.words import exact, money
from portdesk.widgets.checkout.result import Standing

_SHORT: Final[Mapping[CheckoutState, tuple[Mark, Message]]] = {
    CheckoutState.OPEN: (Mark.WAITING, Message("Open")),
    CheckoutState.LOOKING: (Mark.WAITING, Message("Checking")),
    CheckoutState.PAID: (Mark.DONE, Message("Paid")),
    CheckoutState.ISSUED: (Mark.DONE, Message("Registered")),
    CheckoutState.PAID_AND_ISSUED: (Mark.DONE, Message("Paid and registered")),
    CheckoutState.DEPOSIT: (Mark.WAITING, Message("Awaiting deposit")),
    CheckoutState.FAILED: (Mark.REFUSED, Message("Failed")),
    CheckoutState.NOTHING: (Mark.UNKNOWN, Message("Nothing happened")),
    CheckoutState.MISMATCH: (Mark.REFUSED, Message("Not as asked")),
}
_NEXT: Final[Mapping[CheckoutState, Message]] = {
    CheckoutState.OPEN: Message("Closing the window cancels nothing: the customer may just have paid."),
    CheckoutState.LOOKING: Message(
        "Portdesk keeps asking the server. This can be closed; it goes on by itself."
    ),
    CheckoutState.DEPOSIT: Message("Tell the customer the account. The payment turns into paid by itself."),
    CheckoutState.FAILED: Message("You can try again with a new order number."),
    CheckoutState.NOTHING: Message("You can try again with a new order number."),
    CheckoutState.MISMATCH: Message(
        "Open the payment in the list and compare amount, channel and customer. Refund it if it is wrong."
    ),
}


def standing_of(row: Checkout, payment: Payment | None, privacy: Privacy) -> Standing:
    """How `row` stands, with what the server has recorded in `payment`."""
    mark, word = _SHORT[row.state]
    return Standing(
        mark=mark,
        word=word,
        sentence=checkout_words(row),
        following=_NEXT.get(row.state),
        facts=(*_of_row(row), *(_of_payment(payment, privacy) if payment is not None else ())),
        is_settled=row.state not in UNSETTLED,
    )


def _of_row(row: Checkout) -> tuple[tuple[Message, str], ...]:
    charged = "" if row.found is None else money(Amount(from_minor(row.found, row.currency), row.currency))
    return (
        (Message("Order number"), row.merchant_uid),
        (Message("Billing key"), row.customer_uid or ""),
        (Message("Amount on record"), charged),
        (Message("What differs"), row.note if row.state is CheckoutState.MISMATCH else ""),
    )


def _of_payment(payment: Payment, privacy: Privacy) -> tuple[tuple[Message, str], ...]:
    card = " ".join(
        part for part in (payment.card_name, privacy.shown("card_number", payment.card_number)) if part
    )
    account = " ".join(
        part for part in (payment.vbank_name, privacy.shown("vbank_num", payment.vbank_num)) if part
    )
    return (
        (Message("Payment number"), payment.imp_uid),
        (Message("Card"), card),
        (Message("Account to pay to"), account),
        (Message("Paid at"), exact(payment.paid_at)),
        (Message("Approval number"), payment.apply_num or ""),
        (Message("Why it failed"), payment.fail_reason or ""),
    )
