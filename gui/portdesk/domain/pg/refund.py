"""A refund as somebody wants it, and the moment and payment it is wanted for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from portdesk.domain.payments import CANCELLED, PAID, Payment
from portdesk.domain.pg.needs import AccountNeed, TaxParts
from portdesk.domain.times import KST


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRequest:
    """What is to be sent, by the wire's names; `checksum` is the balance the person saw."""

    amount: Decimal
    checksum: Decimal | None = None
    reason: str = ""
    tax_free: Decimal | None = None
    vat_amount: Decimal | None = None
    refund_holder: str = field(default="", repr=False)
    refund_bank: str = ""
    refund_account: str = field(default="", repr=False)
    refund_tel: str = field(default="", repr=False)
    requester: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """One refund under examination: the rules ask it questions."""

    payment: Payment
    request: RefundRequest
    now: datetime
    account: AccountNeed | None
    tax: TaxParts

    @property
    def provider(self) -> str:
        """The PG's code."""
        return self.payment.pg_provider or ""

    @property
    def method(self) -> str:
        """How it was paid."""
        return self.payment.pay_method or ""

    @property
    def rest(self) -> Decimal:
        """What could still be returned."""
        return self.payment.remaining.value

    @property
    def holds_money(self) -> bool:
        """Whether there is something left to give back."""
        return self.payment.status in (PAID, CANCELLED) and self.rest > 0

    @property
    def is_part(self) -> bool:
        """Whether something stays paid, or went back before."""
        return self.request.amount < self.rest or self.payment.cancel_amount > 0

    @property
    def today(self) -> date:
        """The day in Korea."""
        return self.now.astimezone(KST).date()

    @property
    def paid_on(self) -> date | None:
        """The day of the payment in Korea."""
        paid_at = self.payment.paid_at
        return None if paid_at is None else paid_at.astimezone(KST).date()
