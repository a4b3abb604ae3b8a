"""A frozen refund in words: what is confirmed on the screen is told from nothing but the instruction."""

from __future__ import annotations

from portdesk.domain.messages import Message
from portdesk.domain.money import Amount
from portdesk.ledger.instruction import Instruction, from_minor


def amount_of(row: Instruction) -> Amount:
    """What the instruction gives back."""
    return Amount(from_minor(row.amount, row.currency), row.currency)


def rest_of(row: Instruction) -> Amount:
    """What is left after it, by the reading it rests on."""
    return Amount(from_minor(row.snapshot.balance - row.amount, row.currency), row.currency)


def action_of(row: Instruction) -> Message:
    """The button that does it."""
    return Message("&Refund {amount}", amount=amount_of(row))


def decision_of(row: Instruction) -> tuple[Message, ...]:
    """All that will be sent, one after the other."""
    parts = [
        Message("Refund of {amount}", amount=amount_of(row)),
        Message("Remaining after it {amount}", amount=rest_of(row)),
    ]
    if row.tax_free is not None:
        parts.append(Message("tax-free {amount}", amount=_sum(row, row.tax_free)))
    if row.vat_amount is not None:
        parts.append(Message("VAT {amount}", amount=_sum(row, row.vat_amount)))
    parts.append(Message("Reason “{reason}”", reason=row.reason))
    return tuple(parts)


def _sum(row: Instruction, minor: int) -> Amount:
    return Amount(from_minor(minor, row.currency), row.currency)
