"""How a PAYCO payment was paid part by part, net of refunds."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import msgspec


class BalancePart(msgspec.Struct, frozen=True, kw_only=True):
    """One source of money, split as the tax office sees it."""

    tax_free: Decimal
    supply: Decimal
    vat: Decimal
    service: Decimal


class BalanceEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One change of the balance."""

    cash_receipt: BalancePart
    primary: BalancePart
    secondary: BalancePart
    discount: BalancePart
    created: datetime | None = None


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """What is left of a payment, and how it came to that."""

    amount: Decimal
    cash_receipt: BalancePart
    primary: BalancePart
    secondary: BalancePart
    discount: BalancePart
    histories: tuple[BalanceEntry, ...] = ()
