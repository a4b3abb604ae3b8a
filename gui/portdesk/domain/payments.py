"""A payment as the server records it, and what its fields mean together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import Enum
from types import MappingProxyType
from typing import Any, Final, NewType

import msgspec

from portdesk.domain.errors import WireError
from portdesk.domain.ids import CustomerUid, ImpUid, MerchantUid
from portdesk.domain.money import Amount
from portdesk.domain.times import from_unix

PaymentStatus = NewType("PaymentStatus", str)
"""`ready`, `paid`, `cancelled` or `failed`; a value we do not know is kept and shown as it is."""

READY: Final = PaymentStatus("ready")
PAID: Final = PaymentStatus("paid")
CANCELLED: Final = PaymentStatus("cancelled")
FAILED: Final = PaymentStatus("failed")
STATUSES: Final = (READY, PAID, CANCELLED, FAILED)


class PaymentState(Enum):
    """
    What a person calls the state of a payment.

    The wire has no word for a partial refund: it says `cancelled` from the first won returned.
    """

    STARTED = "started"
    AWAITING_DEPOSIT = "awaiting_deposit"
    PAID = "paid"
    PARTLY_RETURNED = "partly_returned"
    RETURNED = "returned"
    FAILED = "failed"
    UNKNOWN = "unknown"


def state_of(
    *, status: str, amount: Decimal | int, cancel_amount: Decimal | int, awaits_deposit: bool
) -> PaymentState:
    """The state a person would name; amounts in any one unit."""
    if status in (PAID, CANCELLED):
        if cancel_amount == 0 and status == PAID:
            return PaymentState.PAID
        return PaymentState.PARTLY_RETURNED if cancel_amount < amount else PaymentState.RETURNED
    if status == READY:
        return PaymentState.AWAITING_DEPOSIT if awaits_deposit else PaymentState.STARTED
    return PaymentState.FAILED if status == FAILED else PaymentState.UNKNOWN


class Cancellation(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of `cancel_history`. Real answers lack `cancellation_id`, published as required."""

    amount: Decimal
    cancelled_at: datetime | None = None
    pg_tid: str | None = None
    reason: str | None = None
    cancellation_id: str | None = None
    receipt_url: str | None = None


class Deposit(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of `deposit_history`: money that came in on a fixed unlimited virtual account."""

    amount: Decimal
    deposited_at: datetime | None = None
    pg_tid: str | None = None
    reason: str | None = None
    depositor_name: str | None = None


class Promotion(msgspec.Struct, frozen=True, kw_only=True):
    """The promotion a payment was made under; whether `amount` is before `discount` is not published."""

    id: str | None = None
    discount: Decimal | None = None


class Payment(msgspec.Struct, frozen=True, kw_only=True, rename={"is_test_channel": "sandbox"}):
    """
    One payment, every published field of it, by the wire's own names.

    `None` stands for null, absent and, in times, for the wire's 0. The one renamed field is
    `is_test_channel`, the wire's `sandbox`. `wire` is the object as it was received, with the
    fields nobody has published yet.
    """

    imp_uid: ImpUid
    merchant_uid: MerchantUid
    amount: Decimal
    cancel_amount: Decimal
    currency: str
    status: PaymentStatus
    is_test_channel: bool

    pay_method: str | None = None
    channel: str | None = None
    pg_provider: str | None = None
    emb_pg_provider: str | None = None
    pg_tid: str | None = None
    pg_id: str | None = None
    escrow: bool | None = None

    apply_num: str | None = None
    card_code: str | None = None
    card_name: str | None = None
    card_issuer_code: str | None = None
    card_issuer_name: str | None = None
    card_publisher_code: str | None = None
    card_publisher_name: str | None = None
    card_quota: int | None = None
    card_number: str | None = None
    card_type: int | None = None

    bank_code: str | None = None
    bank_name: str | None = None
    vbank_code: str | None = None
    vbank_name: str | None = None
    vbank_num: str | None = None
    vbank_holder: str | None = None
    vbank_date: datetime | None = None
    vbank_issued_at: datetime | None = None

    name: str | None = None
    buyer_name: str | None = None
    buyer_email: str | None = None
    buyer_tel: str | None = None
    buyer_addr: str | None = None
    buyer_postcode: str | None = None
    custom_data: str | None = None
    user_agent: str | None = None

    started_at: datetime | None = None
    paid_at: datetime | None = None
    failed_at: datetime | None = None
    cancelled_at: datetime | None = None
    fail_reason: str | None = None
    cancel_reason: str | None = None

    receipt_url: str | None = None
    cancel_history: tuple[Cancellation, ...] = ()
    deposit_history: tuple[Deposit, ...] = ()
    cancel_receipt_urls: tuple[str, ...] = ()
    cash_receipt_issued: bool | None = None
    customer_uid: CustomerUid | None = None
    customer_uid_usage: str | None = None
    promotion: Promotion | None = None

    wire: Mapping[str, Any] = MappingProxyType({})

    @property
    def charged(self) -> Amount:
        """What was asked for, with its currency."""
        return Amount(self.amount, self.currency)

    @property
    def returned(self) -> Amount:
        """What has gone back so far."""
        return Amount(self.cancel_amount, self.currency)

    @property
    def remaining(self) -> Amount:
        """What could still be returned; zero or below when nothing could."""
        return self.charged - self.returned

    @property
    def state(self) -> PaymentState:
        """The state a person would name."""
        return state_of(
            status=self.status,
            amount=self.amount,
            cancel_amount=self.cancel_amount,
            awaits_deposit=self.vbank_num is not None,
        )

    @property
    def wire_json(self) -> bytes:
        """The object as it was received, as JSON with exact numbers."""
        return _WIRE.encode(dict(self.wire))

    @property
    def status_at(self) -> datetime | None:
        """When it reached its final status: the time the server's date filters compare."""
        return {
            READY: self.started_at,
            PAID: self.paid_at,
            CANCELLED: self.cancelled_at,
            FAILED: self.failed_at,
        }.get(self.status)


_WIRE: Final = msgspec.json.Encoder(decimal_format="number")


class KnownPayment(msgspec.Struct, frozen=True, kw_only=True):
    """A payment of the local copy, and the server's time when it was last read."""

    payment: Payment
    read_at: datetime


_TIMES: Final = ("started_at", "paid_at", "failed_at", "cancelled_at", "vbank_date", "vbank_issued_at")
_READ_AS_IS: Final = (Decimal, datetime)


def payment_from_wire(wire: Mapping[str, Any]) -> Payment:
    """
    Read one payment object whose JSON numbers are `int` or `Decimal`.

    Raises `WireError` naming the field when the object does not fit.
    """
    fields = _read_object("payment", wire, times=_TIMES, sums=("amount", "cancel_amount"))
    fields["wire"] = MappingProxyType(dict(wire))
    for history, time in (("cancel_history", "cancelled_at"), ("deposit_history", "deposited_at")):
        entries = fields.get(history)
        if isinstance(entries, list):
            fields[history] = [
                _read_object(history, entry, times=(time,), sums=("amount",)) for entry in entries
            ]
    if "promotion" in fields:
        fields["promotion"] = _read_object("promotion", fields["promotion"], times=(), sums=("discount",))
    try:
        return msgspec.convert(fields, Payment, builtin_types=_READ_AS_IS)
    except msgspec.ValidationError as error:
        place = _place(str(error))
    raise WireError(place)


def _place(error: str) -> str:
    """The path in msgspec's words, or the name it misses; both are ours, never the server's."""
    words, _, path = error.partition(" - at ")
    missing = words.partition("missing required field ")[2]
    return ".".join(part.strip("`") for part in (path, missing) if part) or "payment"


def _read_object(
    place: str, wire: object, *, times: tuple[str, ...], sums: tuple[str, ...]
) -> dict[str, Any]:
    if not isinstance(wire, Mapping):
        raise WireError(place)
    fields = {name: value for name, value in wire.items() if value is not None}
    for name in times:
        if name in fields:
            fields[name] = _read_time(name, fields[name])
    for name in sums:
        if name in fields:
            fields[name] = _read_sum(name, fields[name])
    return fields


def _read_sum(name: str, value: object) -> object:
    if type(value) is int:
        return Decimal(value)
    if isinstance(value, Decimal) and not value.is_finite():
        raise WireError(name)
    return value


def _read_time(name: str, seconds: object) -> datetime | None:
    if type(seconds) is not int:
        raise WireError(name)
    try:
        return from_unix(seconds)
    except ValueError:
        raise WireError(name) from None
