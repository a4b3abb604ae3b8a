"""How an imitation is to be set up, and where it leaves the published description."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from portdesk.sandbox.clock import Clock


@dataclass(frozen=True, kw_only=True)
class SandboxSettings:
    """
    What a shop and its server are like.

    `seed`, `payments` and the clock's time at the start decide the whole history. The switches choose
    between worlds: real answers differ from the published description, and both must be lived with.
    """

    port: int = 0
    payments: int = 3_000
    seed: int = 7
    db: Path | None = None
    """Keep the shop in this file and go on with it on the next start; else in memory."""
    clock: Clock = field(default_factory=Clock)
    gives_cancellation_id: bool = True
    echoes_reason: bool = True
    unknown_key_is_404: bool = True
    """Whether an unknown `customer_uid` is 404, or 200 with code 1."""
    refund_delay_seconds: int = 90
    """How long the PGs that refund later take: PayPal, Paymentwall, some virtual accounts."""
    window_delay_seconds: int = 20
    """How long after its window a PG with late answers gives one: Paymentwall, PayPal, payletter."""
    usage_when_charged: str = "issue"
    """`customer_uid_usage` of a payment that was charged while its key was issued: `issue` or `payment`."""
    trickle_seconds: float | None = None
    """About this often something happens by itself; `None` leaves the shop as it is."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """One place where the imitation may leave the published description, and why."""

    where: str
    what: str
    source: str


DEVIATIONS: Final = (
    Deviation(
        "Payment.cancel_history[].cancellation_id",
        "absent with gives_cancellation_id=False, though published as required",
        "every real answer of 2022 and 2023 found in public code lacks it",
    ),
    Deviation(
        "Payment.cancel_history[].reason",
        "the default text in place of the caller's with echoes_reason=False",
        "no source says that every PG path returns the reason unchanged",
    ),
    Deviation(
        "PaymentPrepare",
        "no total, previous and next, though published as required",
        "the published example and every client read merchant_uid, amount and currency only",
    ),
    Deviation(
        "Payment.extension",
        "present with extension=true, though not among the published fields",
        "notes per PG in the published description: daou virtual accounts, PayPal",
    ),
    Deviation(
        "Payment, fields that did not happen",
        "null where a plain type is published",
        "real answers; times that did not happen are 0, other absent values null",
    ),
    Deviation(
        "POST /payments/cancel, extra",
        "an object, published as an array",
        "the published text itself speaks of extra.requester",
    ),
    Deviation(
        "GET and DELETE /subscribe/customers/{customer_uid}, unknown",
        "200 with code 1 with unknown_key_is_404=False, though published as 404",
        "tests of the vendor's Python client",
    ),
    Deviation(
        "POST /subscribe/customers/{customer_uid}, channel_key",
        "may be left out in favour of pg, or of both, though published as required",
        "seeds 000 and 001 send the card alone",
    ),
    Deviation(
        "Payment.customer_uid_usage, charged while issuing",
        "issue, or payment with usage_when_charged",
        "no source shows the record of a charge and an issue in one",
    ),
    Deviation(
        "404, 405 and 401",
        "answered in the envelope with code -1",
        "clients of the vendor read code and message from every answer; the bodies are not published",
    ),
)
