"""What the form begins with: nothing, a customer, or the payment of one who pays again."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from portdesk.domain.checkout import PayRequest, Purpose
from portdesk.domain.payments import Payment


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """The purpose, and a request to fill the form in from; its channel is named by `pg`."""

    purpose: Purpose = Purpose.PAY
    request: PayRequest | None = field(default=None, repr=False)


def again(payment: Payment) -> Beginning:
    """
    The same customer, order and amount once more.

    The order number is not taken over, as it must be new, nor is the name of a billing key: a window
    would put another card behind it.
    """
    return Beginning(purpose=Purpose.PAY, request=_request(payment, payment.amount))


def register(payment: Payment) -> Beginning:
    """A card of the customer of `payment`."""
    return Beginning(purpose=Purpose.REGISTER, request=_request(payment, Decimal(0)))


def _request(payment: Payment, amount: Decimal) -> PayRequest:
    pg = payment.pg_provider
    return PayRequest(
        merchant_uid="",
        amount=amount,
        pay_method=payment.pay_method,
        pg=f"{pg}.{payment.pg_id}" if pg and payment.pg_id else pg,
        name=payment.name,
        currency=payment.currency,
        buyer_name=payment.buyer_name,
        buyer_tel=payment.buyer_tel,
        buyer_email=payment.buyer_email,
        buyer_addr=payment.buyer_addr,
        buyer_postcode=payment.buyer_postcode,
        escrow=payment.escrow or None,
    )
