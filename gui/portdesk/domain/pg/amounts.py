"""Rules about the sums of a refund: what is no amount is never sent."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from portdesk.domain.messages import Message
from portdesk.domain.money import Amount, minor_digits
from portdesk.domain.pg import sources
from portdesk.domain.pg.needs import TaxPart
from portdesk.domain.pg.refund import Refund
from portdesk.domain.pg.rule import Rule, Severity

TOO_LARGE: Final = Decimal(10) ** 13
_CURRENCIES: Final = frozenset(
    {"KRW", "USD", "EUR", "JPY", "CNY", "VND", "HKD", "TWD", "SGD", "THB", "MYR", "PHP", "IDR", "INR", "MOP"}
    | {"AUD", "NZD", "CAD", "GBP", "CHF", "SEK", "NOK", "DKK", "CZK", "HUF", "PLN", "ILS", "BRL", "MXN"}
)
"""What PortOne's pages name, and PayPal's list; each has two digits after the point or none."""
_COUNTABLE: Final = 1_000
"""Sums with more digits than this could not even be added."""
_VAT_SHARE: Final = 11
_ROUNDING: Final = 1
_TYPE_IT: Final = Message("Type the exact amount to give back.")


def _sums(refund: Refund) -> tuple[Decimal, ...]:
    request = refund.request
    sums = (request.amount, request.tax_free, request.vat_amount, request.checksum)
    return tuple(value for value in sums if value is not None)


def is_no_sum(refund: Refund) -> bool:
    """Whether one of the sums is no number at all; nothing else can be asked then."""
    payment = refund.payment
    sums = (*_sums(refund), payment.amount, payment.cancel_amount)
    return not all(value.is_finite() and value.adjusted() < _COUNTABLE for value in sums)


NO_SUM: Final = Rule(
    id="amount.no_sum",
    severity=Severity.BLOCKS,
    applies=is_no_sum,
    words=Message("This is no amount of money."),
    advice=_TYPE_IT,
    source=sources.CANCEL,
)
"""Asked before all others."""


def _is_fraction(refund: Refund) -> bool:
    value = refund.request.amount
    if abs(value) >= TOO_LARGE:
        return False
    return value != round(value, minor_digits(refund.payment.currency))


def _is_over(refund: Refund) -> bool:
    return refund.holds_money and refund.rest < refund.request.amount < TOO_LARGE


def _has_changed(refund: Refund) -> bool:
    checksum = refund.request.checksum
    return checksum is not None and checksum != refund.rest


def _payment_is_odd(refund: Refund) -> bool:
    payment = refund.payment
    if payment.currency not in _CURRENCIES:
        return False
    plain = all(Amount(value, payment.currency).is_plain for value in (payment.amount, payment.cancel_amount))
    return not plain or payment.cancel_amount > payment.amount


def _tax_parts(refund: Refund) -> tuple[Decimal, ...]:
    request = refund.request
    return tuple(value for value in (request.tax_free, request.vat_amount) if value is not None)


def _tax_is_no_sum(refund: Refund) -> bool:
    return not all(Amount(value, refund.payment.currency).is_plain for value in _tax_parts(refund))


def _tax_is_over(refund: Refund) -> bool:
    if _tax_is_no_sum(refund):
        return False
    return 0 < refund.request.amount < sum(_tax_parts(refund))


def _vat_is_odd(refund: Refund) -> bool:
    request = refund.request
    if not request.vat_amount or _tax_is_over(refund) or _tax_is_no_sum(refund):
        return False
    usual = (request.amount - (request.tax_free or 0)) / _VAT_SHARE
    return abs(request.vat_amount - usual) > _ROUNDING


def _vat_is_unread(refund: Refund) -> bool:
    return refund.request.vat_amount is not None and refund.tax.vat_amount is TaxPart.UNREAD


def _tax_free_repeats(refund: Refund) -> bool:
    return refund.tax.tax_free is TaxPart.REPEATED and refund.request.tax_free is None


def _vat_repeats(refund: Refund) -> bool:
    return refund.tax.vat_amount is TaxPart.REPEATED and refund.request.vat_amount is None


def _is_verbatim(refund: Refund) -> bool:
    return refund.tax.verbatim and bool(_tax_parts(refund))


AMOUNT_RULES: Final = (
    Rule(
        id="amount.zero",
        severity=Severity.BLOCKS,
        applies=lambda refund: refund.request.amount == 0,
        words=Message("An amount of 0 would give everything back."),
        advice=_TYPE_IT,
        source=sources.CANCEL,
    ),
    Rule(
        id="amount.negative",
        severity=Severity.BLOCKS,
        applies=lambda refund: refund.request.amount < 0,
        words=Message("The amount to give back must be above zero."),
        advice=_TYPE_IT,
        source=sources.CANCEL,
    ),
    Rule(
        id="amount.too_large",
        severity=Severity.BLOCKS,
        applies=lambda refund: abs(refund.request.amount) >= TOO_LARGE,
        words=Message("No payment is as large as this amount."),
        advice=_TYPE_IT,
        source=sources.CANCEL,
    ),
    Rule(
        id="amount.fraction",
        severity=Severity.BLOCKS,
        applies=_is_fraction,
        words=lambda refund: Message(
            "The amount has a fraction that {currency} does not have.", currency=refund.payment.currency
        ),
        advice=_TYPE_IT,
        source=sources.CANCEL,
    ),
    Rule(
        id="amount.over_balance",
        severity=Severity.BLOCKS,
        applies=_is_over,
        words=lambda refund: Message(
            "Only {rest} {currency} of this payment can still be given back.",
            rest=refund.payment.remaining.digits,
            currency=refund.payment.currency,
        ),
        source=sources.CANCEL,
    ),
    Rule(
        id="balance.changed",
        severity=Severity.BLOCKS,
        applies=_has_changed,
        words=lambda refund: Message(
            "What is left of this payment has changed; it is now {rest} {currency}.",
            rest=refund.payment.remaining.digits,
            currency=refund.payment.currency,
        ),
        advice=Message("Look at the payment again before you decide."),
        source=sources.BASIC,
    ),
    Rule(
        id="payment.odd_amounts",
        severity=Severity.BLOCKS,
        applies=_payment_is_odd,
        words=Message("The amounts of this payment cannot be understood, so nothing is sent."),
        advice=Message("Refund it in the PortOne console or at the PG."),
        source=sources.PAYMENT,
    ),
    Rule(
        id="currency.unknown",
        severity=Severity.BLOCKS,
        applies=lambda refund: refund.payment.currency not in _CURRENCIES,
        words=lambda refund: Message(
            "The currency {currency} is not known here, so nothing is sent.", currency=refund.payment.currency
        ),
        advice=Message("Refund it in the PortOne console or at the PG."),
        source=sources.CURRENCIES,
    ),
    Rule(
        id="tax.no_sum",
        severity=Severity.BLOCKS,
        applies=_tax_is_no_sum,
        words=Message("The tax-free part and the VAT must be whole amounts, 0 or more."),
        source=sources.CANCEL,
    ),
    Rule(
        id="tax.over_amount",
        severity=Severity.BLOCKS,
        applies=_tax_is_over,
        words=Message("The tax-free part and the VAT together are more than the amount to give back."),
        source=sources.TAXES,
    ),
    Rule(
        id="tax.vat_odd",
        severity=Severity.WARNS,
        applies=_vat_is_odd,
        words=Message("The VAT is not one eleventh of what is taxed."),
        advice=Message("Compare it with the receipt of the payment."),
        source=sources.TAXES,
    ),
    Rule(
        id="tax.vat_unread",
        severity=Severity.WARNS,
        applies=_vat_is_unread,
        words=Message("This PG does not read the VAT of a refund; it works it out by itself."),
        source=sources.CANCEL,
    ),
    Rule(
        id="tax.free_repeats",
        severity=Severity.NOTES,
        applies=_tax_free_repeats,
        words=Message("If the payment had a tax-free part, this PG wants the part of this refund too."),
        source=sources.CANCEL_PER_PG,
    ),
    Rule(
        id="tax.vat_repeats",
        severity=Severity.NOTES,
        applies=_vat_repeats,
        words=Message("If the VAT was given at the payment, this PG wants the VAT of this refund too."),
        source=sources.CANCEL_PER_PG,
    ),
    Rule(
        id="tax.verbatim",
        severity=Severity.NOTES,
        applies=_is_verbatim,
        words=Message("This PG takes the tax parts exactly as they are written and corrects nothing."),
        source=sources.CANCEL_PER_PG,
    ),
)
