"""A payment as the protocol sees it: what is left, what was given back, what its numbers can prove."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from portdesk.domain.money import Amount, minor_digits
from portdesk.domain.payments import CANCELLED, PAID, Cancellation, Payment
from portdesk.domain.times import to_unix
from portdesk.ledger.days import korean_day
from portdesk.ledger.instruction import Entry, Observation

_RESPLITS_PHONE: Final = frozenset({"inicis", "html5_inicis", "inicis_v2", "inicis_unified"})
"""Give part of a phone payment back by charging the rest anew and cancelling the whole."""


def observe(payment: Payment, server_time: int | None) -> Observation:
    """The reading of one payment at the server's time."""
    left = minor(payment.amount - payment.cancel_amount, payment.currency)
    entries = tuple(_entry(cancel, payment.currency) for cancel in payment.cancel_history)
    return Observation(
        subject=payment.imp_uid,
        server_time=server_time,
        balance=left or 0,
        entries=entries,
        is_plain=left is not None and _is_plain(payment),
        may_rise=bool(payment.deposit_history) or _has_cancel_of_today(entries, server_time),
        is_open=left is not None and payment.status in (PAID, CANCELLED),
    )


def minor(value: Decimal, currency: str) -> int | None:
    """Whole minor units, or `None` for what is no plain sum."""
    if not Amount(value, currency).is_plain:
        return None
    return int(value.scaleb(minor_digits(currency)))


def _entry(cancel: Cancellation, currency: str) -> Entry:
    amount = minor(cancel.amount, currency)
    at = to_unix(cancel.cancelled_at) if cancel.cancelled_at else None
    return Entry(
        number=cancel.cancellation_id or None,
        mark=f"{cancel.pg_tid or ''}|{cancel.amount if amount is None else amount}|{at or 0}",
        amount=amount,
        at=at,
        text=cancel.reason or "",
    )


def _is_plain(payment: Payment) -> bool:
    """Sums under a promotion are counted before its discount; some phone payments are split anew."""
    is_resplit = payment.pay_method == "phone" and payment.pg_provider in _RESPLITS_PHONE
    return payment.promotion is None and not is_resplit


def _has_cancel_of_today(entries: tuple[Entry, ...], server_time: int | None) -> bool:
    """Some providers can take back a cancel of the same day, and the balance rises again."""
    if server_time is None:
        return bool(entries)
    today = korean_day(server_time)
    return any(entry.at is not None and korean_day(entry.at) == today for entry in entries)
