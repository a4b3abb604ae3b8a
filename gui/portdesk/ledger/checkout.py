"""One attempt to pay or to register a card in a window, and what the server's record says became of it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Final

import msgspec

from portdesk.domain.billing_keys import BillingKey
from portdesk.domain.checkout import Purpose
from portdesk.domain.messages import Message
from portdesk.domain.money import minor_digits
from portdesk.domain.payments import CANCELLED, FAILED, PAID, READY, Payment
from portdesk.domain.times import to_unix
from portdesk.ledger.instruction import from_minor


class CheckoutState(Enum):
    """Where an attempt stands. What is not here cannot be shown."""

    OPEN = "open"
    """Written down; the window stands open."""
    LOOKING = "looking"
    """The window is gone and the server is asked what happened."""
    PAID = "paid"
    ISSUED = "issued"
    """The card is registered, and no money has moved."""
    PAID_AND_ISSUED = "paid_and_issued"
    DEPOSIT = "deposit"
    """An account number was given out; the money is awaited."""
    FAILED = "failed"
    """The server recorded a failure and has kept to it."""
    NOTHING = "nothing"
    """Nothing was recorded for longer than any payment provider keeps a window alive."""
    MISMATCH = "mismatch"
    """Something happened, but not as asked: somebody has to look."""


UNSETTLED: Final = frozenset({CheckoutState.OPEN, CheckoutState.LOOKING})

_GOOD: Final = frozenset(
    {CheckoutState.PAID, CheckoutState.ISSUED, CheckoutState.PAID_AND_ISSUED, CheckoutState.DEPOSIT}
)
_FOUND: Final = _GOOD | {CheckoutState.MISMATCH}

CHECKOUT_MOVES: Final[Mapping[CheckoutState, frozenset[CheckoutState]]] = {
    CheckoutState.OPEN: _FOUND | {CheckoutState.OPEN, CheckoutState.LOOKING},
    CheckoutState.LOOKING: _FOUND | {CheckoutState.LOOKING, CheckoutState.FAILED, CheckoutState.NOTHING},
    CheckoutState.FAILED: _FOUND,  # some providers say no first and yes later
    CheckoutState.NOTHING: _FOUND | {CheckoutState.FAILED},
    CheckoutState.DEPOSIT: frozenset({CheckoutState.PAID, CheckoutState.MISMATCH}),
    CheckoutState.PAID: frozenset(),
    CheckoutState.ISSUED: frozenset(),
    CheckoutState.PAID_AND_ISSUED: frozenset(),
    CheckoutState.MISMATCH: frozenset(),
}


class Checkout(msgspec.Struct, frozen=True, kw_only=True):
    """
    One window for one order.

    Everything above `state` is written down before the window opens and never changes. `amount` is what
    the SDK is handed and `charge` what is to be charged in the end, both in minor units; they differ
    where a provider only displays the amount. `pg_provider`, `pg_id` and `is_test_channel` are `None`
    where the shop left the choice to PortOne. `opened_at` is the server's time, `key_before` the
    `updated` of the card that stood behind the name then. `gone_at` is the server's time at the first
    look after the window.
    """

    id: str
    shop: str
    purpose: Purpose
    merchant_uid: str
    customer_uid: str | None = None
    amount: int
    charge: int
    currency: str
    may_try_charge: bool = False
    """The provider tries the card with a few won, which it gives back by itself."""
    pay_method: str = ""
    pg_provider: str | None = None
    pg_id: str | None = None
    is_test_channel: bool | None = None
    actor: str
    words: str
    opened_at: int | None = None
    key_before: int | None = None

    state: CheckoutState = CheckoutState.OPEN
    ending: str = ""
    imp_uid: str | None = None
    gone_at: int | None = None
    settled_at: int | None = None
    found: int | None = None
    """What was really charged, in minor units."""
    note: str = ""


CHECKOUT_PROGRESS: Final = ("state", "ending", "imp_uid", "gone_at", "settled_at", "found", "note")
"""The fields of an attempt that a commit may change; all others are frozen."""


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """
    One reading: every payment of the order, and the key of the name.

    `payments` is `None` where they or the key could not be read. `key` is `None` where there is none.
    """

    server_time: int | None
    payments: tuple[Payment, ...] | None
    key: BillingKey | None = None


class Patience(msgspec.Struct, frozen=True, kw_only=True):
    """
    How long the server's silence has to last before it means something, in seconds of its own clock.

    `refused`: after a recorded failure. `late`: the same at providers that answer later by themselves.
    `told`: nothing recorded, and the page said that nothing was begun. `silent`: nothing recorded at
    all; no provider keeps a window alive for longer than an hour.
    """

    refused: int = 90
    late: int = 3600
    told: int = 600
    silent: int = 3900


LATE_PROVIDERS: Final = frozenset(
    {"paymentwall", "paypal", "paypal_v2", "payletter_global", "kicc_v2", "daou", "inicis_jp", "alipay"}
)
"""Providers whose failure may become a payment afterwards."""

NOT_BEGUN: Final = frozenset({"unreachable"})
"""Endings before any provider was asked for anything."""

_QUICK: Final = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
_MINUTE: Final = 60.0
_SOON: Final = 16
_OPEN: Final = 10.0
_SLOW: Final = 300.0
_TRIAL: Final = Decimal(100)

_PAID_FOR: Final = (PAID, CANCELLED)


def again_in(row: Checkout, looks: int) -> float | None:
    """Seconds until the next look; `None` when there is nothing left to look for."""
    if row.state is CheckoutState.OPEN:
        return _OPEN
    if row.state is not CheckoutState.LOOKING:
        return None
    if looks < len(_QUICK):
        return _QUICK[looks]
    return _MINUTE if looks < _SOON else _SLOW


def left(row: Checkout, ending: str, imp_uid: str | None = None, note: str = "") -> Checkout:
    """The window is gone, or its page has said something: from now on only the server is asked."""
    if row.state not in UNSETTLED:
        return row
    return msgspec.structs.replace(
        row,
        state=CheckoutState.LOOKING if row.state is CheckoutState.OPEN else row.state,
        ending=row.ending or ending,
        imp_uid=row.imp_uid or imp_uid,
        note=row.note or note,
    )


def judge(row: Checkout, sight: Sight, patience: Patience | None = None) -> Checkout:
    """Where the attempt stands after a reading. A reading that brought nothing changes nothing."""
    if sight.payments is None or row.state not in (*UNSETTLED, CheckoutState.FAILED, CheckoutState.NOTHING):
        return row
    patience = patience or Patience()
    ours = [payment for payment in sight.payments if payment.merchant_uid == row.merchant_uid]
    row = _dated(row, sight)
    paid = [payment for payment in ours if payment.status in _PAID_FOR]
    if paid:
        return _judge_paid(row, paid, sight, patience)
    deposit = next((one for one in ours if one.status == READY and one.vbank_num), None)
    if deposit is not None:
        wrong = differences(row, deposit)
        state = CheckoutState.MISMATCH if wrong else CheckoutState.DEPOSIT
        return _settled(row, state, sight, deposit, ",".join(wrong))
    if _is_fresh(row, sight):
        return _wait(row, sight, "key", CheckoutState.MISMATCH, patience.told)
    if any(payment.status == FAILED for payment in ours):
        is_late = any(payment.pg_provider in LATE_PROVIDERS for payment in ours)
        return _wait(
            row, sight, "failed", CheckoutState.FAILED, patience.late if is_late else patience.refused
        )
    quick = row.ending in NOT_BEGUN or row.note == "told"
    return _wait(row, sight, row.note, CheckoutState.NOTHING, patience.told if quick else patience.silent)


def differences(row: Checkout, payment: Payment) -> tuple[str, ...]:
    """What about a payment is not as it was asked for, by the names of its fields."""
    expected = from_minor(row.charge, row.currency)
    is_trial = row.may_try_charge and expected == 0 and payment.amount <= _TRIAL
    usage = payment.customer_uid_usage
    is_for_key = row.purpose is not Purpose.PAY
    checks = {
        "amount": payment.amount == expected or is_trial,
        "currency": payment.currency == row.currency,
        "pg_provider": row.pg_provider in (None, payment.pg_provider),
        "pg_id": row.pg_id in (None, payment.pg_id),
        "sandbox": row.is_test_channel in (None, payment.is_test_channel),
        "customer_uid": not is_for_key or payment.customer_uid in (None, row.customer_uid),
        "customer_uid_usage": usage in ((None, "issue", "payment") if is_for_key else (None, "null")),
    }
    return tuple(name for name, is_right in checks.items() if not is_right)


def _judge_paid(row: Checkout, paid: list[Payment], sight: Sight, patience: Patience) -> Checkout:
    first = paid[0]
    wrong = differences(row, first) if len(paid) == 1 else ("several",)
    if wrong:
        return _settled(row, CheckoutState.MISMATCH, sight, first, ",".join(wrong))
    if row.purpose is Purpose.PAY:
        return _settled(row, CheckoutState.PAID, sight, first)
    if _is_fresh(row, sight):
        key = sight.key
        if key is not None and row.pg_id not in (None, key.pg_id):
            return _settled(row, CheckoutState.MISMATCH, sight, first, "pg_id")
        state = CheckoutState.PAID_AND_ISSUED if row.charge else CheckoutState.ISSUED
        return _settled(row, state, sight, first)
    waiting = _wait(row, sight, "no key", CheckoutState.MISMATCH, patience.late)
    return msgspec.structs.replace(waiting, imp_uid=first.imp_uid)


def _is_fresh(row: Checkout, sight: Sight) -> bool:
    """Whether the card behind the name is a newer one than before the window."""
    if row.purpose is Purpose.PAY or sight.key is None:
        return False
    updated = updated_at(sight.key)
    return row.key_before is None or (updated is not None and updated > row.key_before)


def updated_at(key: BillingKey) -> int | None:
    """When another card last took its place behind a name, in Unix seconds."""
    return None if key.updated is None else to_unix(key.updated)


def _dated(row: Checkout, sight: Sight) -> Checkout:
    if row.state is CheckoutState.OPEN or row.gone_at is not None:
        return row
    return msgspec.structs.replace(row, gone_at=sight.server_time)


def _wait(row: Checkout, sight: Sight, note: str, state: CheckoutState, seconds: int) -> Checkout:
    """Go on looking; once the server has been silent for long enough, settle on `state`."""
    row = msgspec.structs.replace(row, note=note)
    if row.state is not CheckoutState.LOOKING or row.gone_at is None or sight.server_time is None:
        return row
    if sight.server_time - row.gone_at < seconds:
        return row
    return msgspec.structs.replace(row, state=state, settled_at=sight.server_time)


def _settled(row: Checkout, state: CheckoutState, sight: Sight, payment: Payment, note: str = "") -> Checkout:
    return msgspec.structs.replace(
        row,
        state=state,
        settled_at=sight.server_time,
        imp_uid=payment.imp_uid,
        found=int(payment.amount.scaleb(minor_digits(payment.currency))),
        note=note,
    )


_WORDS: Final[Mapping[CheckoutState, Message]] = {
    CheckoutState.OPEN: Message("The payment window is open"),
    CheckoutState.LOOKING: Message("Checking: the server has recorded nothing yet"),
    CheckoutState.PAID: Message("Paid"),
    CheckoutState.ISSUED: Message("The card is registered; nothing was charged"),
    CheckoutState.PAID_AND_ISSUED: Message("Paid, and the card is registered"),
    CheckoutState.DEPOSIT: Message("Waiting for the deposit; an account number was given out"),
    CheckoutState.FAILED: Message("Failed, nothing was charged"),
    CheckoutState.NOTHING: Message("Nothing was paid or registered in this window"),
    CheckoutState.MISMATCH: Message("Not as asked: compare it with the payment at once"),
}
_LOOKING: Final[Mapping[str, Message]] = {
    "failed": Message("Checking: the server has recorded a failure, making sure that it stays so"),
    "key": Message("Checking: a card was registered, but the record of this window is still missing"),
    "no key": Message("Checking: the server has recorded it, but the card is not registered yet"),
}


def checkout_words(row: Checkout) -> Message:
    """The one text for where an attempt stands."""
    if row.state is CheckoutState.LOOKING and row.note in _LOOKING:
        return _LOOKING[row.note]
    return _WORDS[row.state]
