"""
Which of two readings of one payment is the newer: the rule that lets pages arrive in any order.

A reading is the object and the server's time when it was read. A server with replicas may answer
with what was true up to `LAG` ago, so the time of reading alone decides only beyond that.
Within it, how far the payment has come decides: everything in `progress` only ever grows, so of
two readings the one with more progress is the newer truth. Equal progress leaves it to the time of
reading and, within one second, to a fixed but arbitrary order. For a record that only moves
forward this is one order over all readings, and the last row does not depend on how they arrived.
Should a server take a step back (a refund undone at the PG), a reading made `LAG` later shows it.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple

from portdesk.domain.payments import CANCELLED, FAILED, PAID, READY, Payment
from portdesk.domain.times import to_unix

LAG: Final = 600
"""Seconds a reading may lag behind the truth at the time it was made."""

_RANKS: Final = {READY: 0, FAILED: 2, PAID: 3, CANCELLED: 4}
_RANK_OF_UNKNOWN: Final = 1


class Reading(NamedTuple):
    """One payment as it was read at a server's time; `digest` stands for its bytes."""

    payment: Payment
    read_at: int
    digest: int


def progress(payment: Payment) -> tuple[int, int, Decimal, int, int]:
    """How far a payment has come; of one payment this never shrinks."""
    times = [
        payment.started_at,
        payment.vbank_issued_at,
        payment.paid_at,
        payment.failed_at,
        payment.cancelled_at,
        *(entry.cancelled_at for entry in payment.cancel_history),
        *(entry.deposited_at for entry in payment.deposit_history),
    ]
    return (
        max((_seconds(time) for time in times), default=0),
        _RANKS.get(payment.status, _RANK_OF_UNKNOWN),
        payment.cancel_amount,
        len(payment.cancel_history),
        len(payment.deposit_history),
    )


def supersedes(new: Reading, old: Reading) -> bool:
    """Whether `new` takes the place of `old`."""
    if abs(new.read_at - old.read_at) > LAG:
        return new.read_at > old.read_at
    return (progress(new.payment), new.read_at, new.digest) > (
        progress(old.payment),
        old.read_at,
        old.digest,
    )


def _seconds(time: datetime | None) -> int:
    return to_unix(time) if time is not None else 0
