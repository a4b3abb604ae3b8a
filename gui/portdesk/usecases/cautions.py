"""What makes a refund unusual enough to be confirmed a second time, each with its reason in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Final

from portdesk.domain.errors import StoreUnusableError
from portdesk.domain.messages import Message
from portdesk.domain.money import Amount
from portdesk.domain.payment_lists import CurrencyTotal, PaymentQuery
from portdesk.domain.refund_settings import RefundSettings
from portdesk.domain.times import KST
from portdesk.ledger.days import korean_day
from portdesk.ledger.instruction import Instruction, to_minor
from portdesk.ledger.states import State
from portdesk.usecases.payments import Payments
from portdesk.usecases.refund_words import amount_of
from portdesk.usecases.refunds import Refunds, Shown

_DAY: Final = int(timedelta(days=1).total_seconds())
_LOOKED_BACK: Final = 30
_ENOUGH: Final = 30
_MOST_OF_IT: Final = Decimal("0.8")
"""A part of at least so much of what is left looks like a slip, or like all of it."""
_HALF: Final = Decimal("0.5")
_SMALL: Final = Decimal(100_000)
"""Won in one day that are nobody's worry, however little the shop takes."""
_WORTH_ASKING: Final = Decimal("0.1")
"""Of the day's money; below it a refund is not asked about for what went back before it."""
_WENT_BACK: Final = frozenset({State.CONFIRMED, State.CONFIRMED_BY_HUMAN, State.EXTERNAL})
_MAY_HAVE: Final = _WENT_BACK | {State.SENDING, State.UNKNOWN, State.REFUSED, State.HUMAN}


class Why(Enum):
    """What is unusual about a refund."""

    SAME_AMOUNT = "same amount"
    SHARE = "share of the payment"
    DAY = "share of the day"
    LIMIT = "limit"
    UNDER_WAY = "accepted before"


@dataclass(frozen=True, slots=True)
class Caution:
    """One reason for a second confirmation."""

    why: Why
    words: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class DayMoney:
    """What the shop takes on a day in won, and what has gone back today from this computer."""

    taken: Decimal = Decimal(0)
    returned: Decimal = Decimal(0)


class DayBook:
    """Adds the day up. The local copy is good enough for a question; nothing is allowed by it."""

    def __init__(self, payments: Payments, refunds: Refunds) -> None:
        self._payments, self._refunds = payments, refunds

    async def read(self, now: datetime) -> DayMoney:
        """The day of `now` in Korea; nothing at all where the copy cannot be read."""
        today = now.astimezone(KST).replace(hour=0, minute=0, second=0, microsecond=0)
        try:
            earlier = await self._total(today - timedelta(days=_LOOKED_BACK), today)
            rows = await self._refunds.latest()
            this_day = await self._total(today, None)
        except StoreUnusableError:
            return DayMoney()
        if earlier.rows < _ENOUGH:
            return DayMoney()  # what a usual day is cannot be told from so few
        taken = max(this_day.paid, earlier.paid / _LOOKED_BACK)
        day = korean_day(int(now.timestamp()))
        back = sum(row.amount for row in rows if _is_of(row, day))
        return DayMoney(taken=taken.quantize(Decimal(1)), returned=Decimal(back))

    async def _total(self, since: datetime, until: datetime | None) -> CurrencyTotal:
        totals = await self._payments.totals(PaymentQuery(since=since, until=until, test_channel=False))
        nothing = CurrencyTotal("KRW", 0, Decimal(0), Decimal(0))
        return next((total for total in totals if total.currency == "KRW"), nothing)


def _is_of(row: Instruction, day: object) -> bool:
    seen = row.snapshot.server_time
    return row.currency == "KRW" and row.state in _MAY_HAVE and seen is not None and korean_day(seen) == day


def cautions(
    shown: Shown, amount: Amount, *, is_whole: bool, settings: RefundSettings, day: DayMoney
) -> tuple[Caution, ...]:
    """
    Everything unusual about giving `amount` back of the payment that was `shown`.

    `is_whole` says that all that is left was chosen by that name, not typed.
    """
    return tuple(
        caution
        for caution in (
            *_same_amount(shown, amount),
            *_under_way(shown),
            *(() if is_whole else _share(shown, amount)),
            *_day(amount, day),
            *_limit(amount, settings),
        )
    )


def _same_amount(shown: Shown, amount: Amount) -> Iterator[Caution]:
    """The server's record counts, whoever asked; so does what only this journal knows of."""
    now, minor = shown.seen.server_time, to_minor(amount.value, amount.currency)
    entries = (entry.at for entry in shown.seen.entries if entry.amount == minor)
    rows = (
        row.settled_at or row.snapshot.server_time
        for row in shown.earlier
        if row.state in _WENT_BACK and row.amount == minor
    )
    if any(at is None or now is None or now - at < _DAY for at in (*entries, *rows)):
        yield Caution(
            Why.SAME_AMOUNT,
            Message(
                "The same amount, {amount}, already went back within a day. Give it back once more.",
                amount=amount,
            ),
        )


def _under_way(shown: Shown) -> Iterator[Caution]:
    """The balance does not move until the PG carries an accepted refund out, so it guards nothing."""
    for row in shown.outstanding:
        yield Caution(
            Why.UNDER_WAY,
            Message(
                "An earlier refund of {amount} ({code}) was accepted and is not in the server's record yet. "
                "Give this one back on top of it.",
                amount=amount_of(row),
                code=row.code or row.id,
            ),
        )


def _share(shown: Shown, amount: Amount) -> Iterator[Caution]:
    rest = shown.payment.remaining.value
    if rest <= 0 or amount.value < _MOST_OF_IT * rest:
        return
    if amount.value >= rest:
        yield Caution(Why.SHARE, Message("This is not a part: it gives back all that is left."))
    else:
        share = _percent(amount.value, rest)
        yield Caution(Why.SHARE, Message("This part is {share} of all that is left.", share=share))


def _day(amount: Amount, day: DayMoney) -> Iterator[Caution]:
    if amount.currency != "KRW" or day.taken <= 0 or amount.value < _WORTH_ASKING * day.taken:
        return
    together = day.returned + amount.value
    if together < max(_HALF * day.taken, _SMALL):
        return
    share, taken = _percent(together, day.taken), Amount(day.taken, "KRW")
    if day.returned:
        told = Message(
            "With this, {together} goes back today: {share} of what the shop takes on a day ({taken}).",
            together=Amount(together, "KRW"),
            share=share,
            taken=taken,
        )
    else:
        told = Message("This is {share} of what the shop takes on a day ({taken}).", share=share, taken=taken)
    yield Caution(Why.DAY, told)


def _limit(amount: Amount, settings: RefundSettings) -> Iterator[Caution]:
    if amount.currency == "KRW" and amount.value > settings.limit:
        limit = Amount(Decimal(settings.limit), "KRW")
        yield Caution(Why.LIMIT, Message("This is above the shop's limit of {limit}.", limit=limit))


def _percent(part: Decimal, whole: Decimal) -> str:
    """Rounded down, so that 100 is said only of everything."""
    return f"{int(part * 100 / whole):,} %"
