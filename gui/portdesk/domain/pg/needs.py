"""What a refund asks for beyond the amount: an account to send money to, and parts of the tax."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final

from portdesk.domain.payments import Payment
from portdesk.domain.times import KST


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountNeed:
    """The pay methods whose money cannot go back the way it came, and whether a phone number is demanded."""

    methods: frozenset[str]
    wants_tel: bool = False
    only_after_month: bool = False

    def is_met_by(self, payment: Payment, now: datetime) -> bool:
        """Whether a refund of `payment` at `now` is one of these."""
        if payment.pay_method not in self.methods:
            return False
        return not self.only_after_month or is_after_month(payment, now)


VIRTUAL_ACCOUNTS: Final = AccountNeed(methods=frozenset({"vbank"}))


class TaxPart(Enum):
    """How a PG treats a tax part of the refund."""

    OPTIONAL = "optional"
    REPEATED = "repeated"
    """To be given again when the payment had it; nothing is filled in."""
    UNREAD = "unread"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxParts:
    """How a PG treats `tax_free` and `vat_amount`, and whether it takes them without checking."""

    tax_free: TaxPart = TaxPart.OPTIONAL
    vat_amount: TaxPart = TaxPart.UNREAD
    verbatim: bool = False


def is_after_month(payment: Payment, now: datetime) -> bool:
    """Whether the calendar month of the payment, in Korea, has ended."""
    if payment.paid_at is None:
        return False
    paid, today = payment.paid_at.astimezone(KST), now.astimezone(KST)
    return (today.year, today.month) > (paid.year, paid.month)
