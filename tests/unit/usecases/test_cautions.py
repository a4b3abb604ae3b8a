"""What has to be confirmed twice, and why; what is usual is not asked about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from portdesk.domain.errors import StoreUnusableError
from portdesk.domain.messages import Message
from portdesk.domain.money import Amount
from portdesk.domain.payment_lists import CurrencyTotal, PaymentQuery
from portdesk.domain.refund_settings import RefundSettings
from portdesk.domain.times import KST, to_unix
from portdesk.ledger.instruction import Instruction
from portdesk.ledger.reading import observe
from portdesk.ledger.refund import Wish, freeze
from portdesk.ledger.states import State
from portdesk.usecases.cautions import Caution, DayBook, DayMoney, Why, cautions
from portdesk.usecases.refunds import Shown
from samples.payments import payment

NOW = datetime(2026, 11, 21, 14, 2, tzinfo=KST)
UNIX = to_unix(NOW)
HOUR = 3600
SETTINGS = RefundSettings()


def shown(*, earlier: Iterable[Instruction] = (), **fields: Any) -> Shown:
    read = payment(**{"amount": 38_000, **fields})
    return Shown(payment=read, seen=observe(read, UNIX), earlier=tuple(earlier))


def asked(
    reading: Shown, won: int, *, is_whole: bool = False, day: DayMoney | None = None, limit: int = 500_000
) -> tuple[Caution, ...]:
    settings = RefundSettings(limit=limit)
    amount = Amount(Decimal(won), reading.payment.currency)
    return cautions(reading, amount, is_whole=is_whole, settings=settings, day=day or DayMoney())


def whys(found: Iterable[Caution]) -> list[Why]:
    return [caution.why for caution in found]


def cancelled(won: int, ago: int) -> dict[str, Any]:
    entry = {"amount": won, "cancelled_at": UNIX - ago, "reason": "console", "pg_tid": "t1"}
    return {
        "status": "cancelled",
        "cancel_amount": won,
        "cancelled_at": UNIX - ago,
        "cancel_history": [entry],
    }


def given(won: int, state: State = State.CONFIRMED, *, ago: int = HOUR, later: bool = False) -> Instruction:
    wish = Wish(amount=Decimal(won), currency="KRW", reason="x", actor="kim", pays_later=later)
    row = freeze("0123456789abcdef", wish, shown().seen)
    return msgspec.structs.replace(row, state=state, settled_at=UNIX - ago, cancellation="t|1|1")


def test_a_usual_refund_is_not_asked_about() -> None:
    assert asked(shown(), 10_000) == ()
    assert asked(shown(), 38_000, is_whole=True) == ()


@pytest.mark.parametrize(("ago", "asks"), [(HOUR, True), (24 * HOUR - 1, True), (24 * HOUR, False)])
def test_the_same_amount_within_a_day_is_asked_about_whoever_gave_it_back(ago: int, asks: bool) -> None:
    reading = shown(**cancelled(5_000, ago))

    assert (whys(asked(reading, 5_000)) == [Why.SAME_AMOUNT]) is asks
    assert asked(reading, 5_001) == ()


@pytest.mark.parametrize(
    ("state", "asks"),
    [
        (State.CONFIRMED, True),
        (State.CONFIRMED_BY_HUMAN, True),
        (State.EXTERNAL, True),
        (State.REJECTED, False),
        (State.NOT_SENT, False),
        (State.ABANDONED, False),
    ],
)
def test_what_only_the_journal_knows_of_counts_too(state: State, asks: bool) -> None:
    found = asked(shown(earlier=[given(5_000, state)]), 5_000)

    assert (Why.SAME_AMOUNT in whys(found)) is asks


def test_a_server_without_a_clock_makes_no_refund_old() -> None:
    reading = shown(**cancelled(5_000, 90 * 24 * HOUR))
    timeless = replace(reading, seen=msgspec.structs.replace(reading.seen, server_time=None))

    assert whys(asked(timeless, 5_000)) == [Why.SAME_AMOUNT]


@pytest.mark.parametrize(
    ("won", "said"),
    [(30_399, None), (30_400, "80 %"), (37_999, "99 %"), (38_000, "all that is left")],
)
def test_a_part_that_is_nearly_all_of_it_is_asked_about(won: int, said: str | None) -> None:
    found = asked(shown(), won)

    assert whys(found) == ([Why.SHARE] if said else [])
    assert said is None or said in str(found[0].words)


def test_the_limit_is_the_shops() -> None:
    assert asked(shown(), 10_000, limit=10_000) == ()
    [found] = asked(shown(), 10_001, limit=10_000)

    assert found.why is Why.LIMIT
    assert "10,000 KRW" in str(found.words)
    assert whys(asked(shown(), 1, limit=0)) == [Why.LIMIT]


def test_a_large_share_of_the_days_money_is_told_with_the_share() -> None:
    day = DayMoney(taken=Decimal(400_000), returned=Decimal(200_000))
    [found] = asked(shown(amount=1_000_000), 100_000, day=day)

    assert found.why is Why.DAY
    assert "75 %" in str(found.words)
    assert "300,000 KRW" in str(found.words)
    assert asked(shown(amount=1_000_000), 30_000, day=day) == (), "little beside the day's money"
    assert asked(shown(amount=1_000_000), 90_000, day=DayMoney(taken=Decimal(10))) == (), "little at all"


def test_an_accepted_refund_that_is_not_carried_out_is_named() -> None:
    [found] = asked(shown(earlier=[given(5_000, later=True)]), 7_000)

    assert found.why is Why.UNDER_WAY
    assert "5,000 KRW" in str(found.words)


def test_every_reason_is_given_at_once_in_a_sentence_of_its_own() -> None:
    day = DayMoney(taken=Decimal(100_000))
    reading = shown(amount=400_000, earlier=[given(38_000, later=True)], **cancelled(190_000, HOUR))
    found = asked(reading, 190_000, day=day, limit=100_000)

    assert set(whys(found)) == set(Why)
    assert all(isinstance(caution.words, Message) for caution in found)
    assert len({caution.words.id for caution in found}) == len(found)


class Payments:
    """The shop's sums by period; raises where the copy cannot be read."""

    def __init__(self, before: CurrencyTotal | None, today: CurrencyTotal | None, *, broken: bool = False):
        self.sums, self.broken = (before, today), broken
        self.asked: list[PaymentQuery] = []

    async def totals(self, query: PaymentQuery) -> list[CurrencyTotal]:
        if self.broken:
            raise StoreUnusableError(Message("no"))
        self.asked.append(query)
        found = self.sums[query.until is None]
        return [CurrencyTotal("USD", 9, Decimal(9), Decimal(9)), *([found] if found else [])]


class Journal:
    def __init__(self, *rows: Instruction) -> None:
        self.rows = list(rows)

    async def latest(self) -> list[Instruction]:
        return self.rows


def total(rows: int, paid: int) -> CurrencyTotal:
    return CurrencyTotal("KRW", rows, Decimal(paid), Decimal(0))


def book(payments: Payments, *rows: Instruction) -> DayBook:
    return DayBook(payments, Journal(*rows))  # type: ignore[arg-type] # live in memory


@pytest.mark.anyio
async def test_a_usual_day_is_the_mean_of_thirty_or_today_if_that_is_more() -> None:
    payments = Payments(total(60, 3_000_000), total(2, 50_000))
    assert (await book(payments).read(NOW)).taken == 100_000
    before, today = payments.asked
    assert today.since == before.until == datetime(2026, 11, 21, tzinfo=KST)
    assert before.since == datetime(2026, 10, 22, tzinfo=KST)
    assert (await book(Payments(total(60, 3_000_000), total(9, 250_000))).read(NOW)).taken == 250_000


@pytest.mark.anyio
@pytest.mark.parametrize("payments", [Payments(None, None), Payments(total(29, 9_000_000), None)])
async def test_a_copy_that_holds_little_tells_nothing_of_a_usual_day(payments: Payments) -> None:
    assert await book(payments).read(NOW) == DayMoney()


@pytest.mark.anyio
async def test_a_copy_that_cannot_be_read_holds_no_refund_up() -> None:
    assert await book(Payments(None, None, broken=True)).read(NOW) == DayMoney()


@pytest.mark.anyio
async def test_what_went_back_today_from_here_is_added_up() -> None:
    yesterday = given(10_000)
    old = msgspec.structs.replace(yesterday.snapshot, server_time=UNIX - 15 * HOUR)
    rows = (
        given(1_000),
        given(2_000, State.UNKNOWN),
        given(4_000, State.REJECTED),
        msgspec.structs.replace(yesterday, snapshot=old),
    )
    read = await book(Payments(total(60, 3_000_000), None), *rows).read(NOW)

    assert read.returned == 3_000
    assert NOW - timedelta(hours=15) < datetime(2026, 11, 21, tzinfo=KST)
