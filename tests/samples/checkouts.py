"""Attempts to pay in a window, and readings of them, with sensible defaults."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from portdesk.domain.billing_keys import BillingKey
from portdesk.domain.checkout import Purpose
from portdesk.domain.ids import CustomerUid, ImpUid, MerchantUid
from portdesk.domain.payments import Payment, PaymentStatus
from portdesk.ledger.checkout import Checkout, Sight

NOW = 1_790_000_000


def checkout(**fields: Any) -> Checkout:
    return Checkout(
        **{
            "id": "w1",
            "shop": "f00d",
            "purpose": Purpose.PAY,
            "merchant_uid": "m1",
            "amount": 9900,
            "charge": 9900,
            "currency": "KRW",
            "pg_provider": "jtnet",
            "pg_id": "jt0001",
            "is_test_channel": True,
            "actor": "kim",
            "words": "9,900 won are charged now",
            "opened_at": NOW,
        }
        | fields
    )


def registering(**fields: Any) -> Checkout:
    return checkout(**{"purpose": Purpose.REGISTER, "customer_uid": "c1", "amount": 0, "charge": 0} | fields)


def record(status: str = "paid", amount: int = 9900, **fields: Any) -> Payment:
    return Payment(
        **{
            "imp_uid": ImpUid("imp_1"),
            "merchant_uid": MerchantUid("m1"),
            "amount": Decimal(amount),
            "cancel_amount": Decimal(0),
            "currency": "KRW",
            "status": PaymentStatus(status),
            "is_test_channel": True,
            "pg_provider": "jtnet",
            "pg_id": "jt0001",
        }
        | fields
    )


def key(updated: int = NOW + 5, **fields: Any) -> BillingKey:
    return BillingKey(
        **{
            "customer_uid": CustomerUid("c1"),
            "pg_provider": "jtnet",
            "pg_id": "jt0001",
            "is_test_channel": True,
            "inserted": datetime.fromtimestamp(NOW - 10, UTC),
            "updated": datetime.fromtimestamp(updated, UTC),
        }
        | fields
    )


def sight(*payments: Payment, at: int | None = NOW + 10, **fields: Any) -> Sight:
    return Sight(server_time=at, payments=payments, **fields)
