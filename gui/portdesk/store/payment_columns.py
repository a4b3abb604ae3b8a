"""A payment as one narrow row, and back as what a list shows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

import msgspec

from portdesk.domain.errors import WireError
from portdesk.domain.ids import CustomerUid, ImpUid, MerchantUid
from portdesk.domain.money import from_scaled, to_scaled
from portdesk.domain.payment_lists import PaymentRow
from portdesk.domain.payments import Payment, PaymentState, PaymentStatus, payment_from_wire
from portdesk.domain.times import from_unix, to_unix
from portdesk.store.faults import DamageError

STATE_RANKS: Final[Mapping[PaymentState, int]] = MappingProxyType(
    {
        PaymentState.STARTED: 0,
        PaymentState.AWAITING_DEPOSIT: 1,
        PaymentState.PAID: 2,
        PaymentState.PARTLY_RETURNED: 3,
        PaymentState.RETURNED: 4,
        PaymentState.FAILED: 5,
        PaymentState.UNKNOWN: 6,
    }
)
"""How a state is stored, and the order of a list sorted by state; changing it needs a migration."""

ROW_COLUMNS: Final = (
    "id",
    "imp_uid",
    "merchant_uid",
    "name",
    "buyer_name",
    "buyer_tel",
    "buyer_email",
    "pay_method",
    "pg_provider",
    "emb_pg_provider",
    "pg_id",
    "instrument",
    "card_number",
    "apply_num",
    "customer_uid",
    "amount",
    "cancel_amount",
    "currency",
    "status",
    "awaits_deposit",
    "is_test_channel",
    "escrow",
    "occurred_at",
    "started_at",
    "paid_at",
    "cancelled_at",
    "failed_at",
)
COLUMNS: Final = (*ROW_COLUMNS, "state", "status_at", "read_at", "digest")

_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")
_DECODER: Final = msgspec.json.Decoder(float_hook=Decimal)


def wire_bytes(payment: Payment) -> bytes:
    """The object as it was received, as JSON with exact numbers."""
    return _ENCODER.encode(dict(payment.wire))


def digest_of(wire: bytes) -> int:
    """A signed 64-bit number that stands for the bytes."""
    return int.from_bytes(hashlib.blake2b(wire, digest_size=8).digest(), signed=True)


def payment_of(wire: bytes) -> Payment:
    """The payment that was stored as `wire`; raises `DamageError` when nobody can have stored it."""
    try:
        return payment_from_wire(_DECODER.decode(wire))
    except (msgspec.DecodeError, UnicodeDecodeError, WireError) as error:
        raise DamageError("an object cannot be read back") from error


def columns_of(payment: Payment, *, id_: int, read_at: int, digest: int) -> tuple[Any, ...]:
    """The values of `COLUMNS`."""
    return (
        id_,
        payment.imp_uid,
        payment.merchant_uid,
        payment.name,
        payment.buyer_name,
        payment.buyer_tel,
        payment.buyer_email,
        payment.pay_method,
        payment.pg_provider,
        payment.emb_pg_provider,
        payment.pg_id,
        payment.card_name or payment.vbank_name or payment.bank_name,
        payment.card_number,
        payment.apply_num,
        payment.customer_uid,
        to_scaled(payment.amount),
        to_scaled(payment.cancel_amount),
        payment.currency,
        payment.status,
        payment.vbank_num is not None,
        payment.is_test_channel,
        bool(payment.escrow),
        _seconds(_occurred_at(payment)),
        _seconds(payment.started_at),
        _seconds(payment.paid_at),
        _seconds(payment.cancelled_at),
        _seconds(payment.failed_at),
        STATE_RANKS[payment.state],
        _seconds(payment.status_at),
        read_at,
        digest,
    )


def row_of(values: Sequence[Any], exact: Payment | None = None) -> PaymentRow:
    """
    What a list shows, from the values of `ROW_COLUMNS`.

    `exact` is needed where an amount could not be stored as a whole number.
    """
    amount, cancel_amount = values[15], values[16]
    try:
        return PaymentRow(
            imp_uid=ImpUid(values[1]),
            merchant_uid=MerchantUid(values[2]),
            name=values[3],
            buyer_name=values[4],
            buyer_tel=values[5],
            buyer_email=values[6],
            pay_method=values[7],
            pg_provider=values[8],
            emb_pg_provider=values[9],
            pg_id=values[10],
            instrument=values[11],
            card_number=values[12],
            apply_num=values[13],
            customer_uid=None if values[14] is None else CustomerUid(values[14]),
            amount=exact.amount if exact is not None else from_scaled(amount),
            cancel_amount=exact.cancel_amount if exact is not None else from_scaled(cancel_amount),
            currency=values[17],
            status=PaymentStatus(values[18]),
            awaits_deposit=bool(values[19]),
            is_test_channel=bool(values[20]),
            escrow=bool(values[21]),
            occurred_at=_time(values[22]),
            started_at=_time(values[23]),
            paid_at=_time(values[24]),
            cancelled_at=_time(values[25]),
            failed_at=_time(values[26]),
        )
    except (ValueError, TypeError) as error:
        raise DamageError("a row cannot be read back") from error


def _occurred_at(payment: Payment) -> datetime | None:
    return (
        payment.paid_at
        or payment.failed_at
        or payment.started_at
        or payment.vbank_issued_at
        or payment.cancelled_at
    )


def _seconds(time: datetime | None) -> int | None:
    return None if time is None else to_unix(time)


def _time(seconds: int | None) -> datetime | None:
    return None if seconds is None else from_unix(seconds)
