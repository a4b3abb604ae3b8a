"""One payment as the server keeps it: every published field, and how it changes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

Payment = dict[str, Any]

READY: Final = "ready"
PAID: Final = "paid"
CANCELLED: Final = "cancelled"
FAILED: Final = "failed"
STATUSES: Final = (READY, PAID, CANCELLED, FAILED)

DEFAULT_REASON: Final = "취소요청api"
WON: Final = "KRW"

_TIMES: Final = {READY: "started_at", PAID: "paid_at", CANCELLED: "cancelled_at", FAILED: "failed_at"}
_BLANK: Final[Payment] = {
    "amount": 0,
    "apply_num": None,
    "bank_code": None,
    "bank_name": None,
    "buyer_addr": None,
    "buyer_email": None,
    "buyer_name": None,
    "buyer_postcode": None,
    "buyer_tel": None,
    "cancel_amount": 0,
    "cancel_history": (),
    "cancel_reason": None,
    "cancel_receipt_urls": (),
    "cancelled_at": 0,
    "card_code": None,
    "card_issuer_code": None,
    "card_issuer_name": None,
    "card_name": None,
    "card_number": None,
    "card_publisher_code": None,
    "card_publisher_name": None,
    "card_quota": 0,
    "card_type": None,
    "cash_receipt_issued": False,
    "channel": "pc",
    "currency": WON,
    "custom_data": None,
    "customer_uid": None,
    "customer_uid_usage": None,
    "deposit_history": (),
    "emb_pg_provider": None,
    "escrow": False,
    "fail_reason": None,
    "failed_at": 0,
    "imp_uid": "",
    "merchant_uid": "",
    "name": None,
    "paid_at": 0,
    "pay_method": "card",
    "pg_id": None,
    "pg_provider": None,
    "pg_tid": None,
    "promotion": None,
    "receipt_url": None,
    "sandbox": False,
    "started_at": 0,
    "status": READY,
    "user_agent": None,
    "vbank_code": None,
    "vbank_date": 0,
    "vbank_holder": None,
    "vbank_issued_at": 0,
    "vbank_name": None,
    "vbank_num": None,
}


def blank() -> Payment:
    """A payment nothing is known of yet, in the order of fields the server answers with."""
    return _BLANK.copy()


def changed_at(payment: Payment) -> int:
    """When it reached its status: what the date filters compare, and the time of its last change."""
    moment: int = payment[_TIMES[payment["status"]]]
    return moment


def exact(number: object) -> Decimal:
    """A JSON number as it was written."""
    return Decimal(str(number))


def wire(number: Decimal) -> int | float:
    """A JSON number: whole where it is whole."""
    return int(number) if number == number.to_integral_value() else float(number)


def balance(payment: Payment) -> Decimal:
    """What can still be refunded."""
    return exact(payment["amount"]) - exact(payment["cancel_amount"])


def pay(payment: Payment, at: int) -> Payment:
    """The same payment, approved."""
    return payment | {"status": PAID, "paid_at": at, "failed_at": 0, "fail_reason": None}


def fail(payment: Payment, at: int, reason: str) -> Payment:
    """The same payment, refused."""
    return payment | {"status": FAILED, "failed_at": at, "fail_reason": reason}


def cancel(payment: Payment, entry: Payment) -> Payment:
    """The same payment with one more cancellation; `cancelled` from the first won returned."""
    receipt = entry.get("receipt_url")
    receipts = [*payment["cancel_receipt_urls"], receipt] if receipt else payment["cancel_receipt_urls"]
    return payment | {
        "status": CANCELLED,
        "cancel_amount": wire(exact(payment["cancel_amount"]) + exact(entry["amount"])),
        "cancelled_at": entry["cancelled_at"],
        "cancel_reason": entry["reason"],
        "cancel_history": [*payment["cancel_history"], entry],
        "cancel_receipt_urls": receipts,
    }
