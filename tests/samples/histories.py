"""Histories of a local copy from a seed: what is saved, changed and asked, the same every time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from portdesk.domain.payment_lists import PaymentQuery, PaymentSort
from portdesk.domain.payments import Payment, PaymentState
from portdesk.domain.search import understand
from portdesk.domain.times import KST, from_unix
from samples.payments import NOON, payment
from samples.searched import AMOUNTS, CARDS, CURRENCIES, FRAGMENTS, METHODS, PROVIDERS, TELS

BETWEEN_READINGS: Final = 3_600
"""Seconds from one reading to the next, enough for the later one to be the newer truth."""
NAMES: Final = (
    *(None, "", "김민수", "김민지", "이지현 꽃다발", "오늘의 꽃다발 S", "Emily Rose", "가*나"),
    *("STRASSE ß", "👩\u200d👧 꽃"),
    *(part for parts in FRAGMENTS.values() for part in parts[:2]),
)  # fmt: skip
TYPED: Final = (
    *("", "", "김", "김민", "민수", "꽃다발", "ㄱㅁ", "ㄱㅁㅅ", "ㄱ", "rose", "strasse", "👧"),
    *("꽃 김", "없는말"),
    *("imp_0", "imp_000000001", "ord-1", "ORD1", "1234", "5678", "@ex", "kim1@example.com"),
    *("451842", "010-1234"),
    *("환불", "=환불", "카드", "=토스", "실패", "입금대기", "테스트", "=live"),
    *("9900", "=9900", ">9000", "<=39000"),
    *("1만~5만", "~0", "6.5535", ">=9999999999999", "어제", "=9월", "2026-09", "9/19~9/22", "2026.9~2026.10"),
    *("김 >9000", "꽃 =결제완료", '"환불"', "가*나", "-", "ㅋ", "AND", '"', "NEAR("),
)  # fmt: skip
NOW: Final = datetime(2026, 9, 22, 12, tzinfo=KST)


def made(dice: random.Random, number: int) -> Payment:
    """The payment of this number as it may be read some time; often only its times are others than before."""
    times, dice = dice, random.Random(number) if dice.random() < 0.6 else dice
    status = dice.choice(("paid", "paid", "paid", "ready", "failed", "cancelled", "odd"))
    at = NOON + times.choice(
        (times.randrange(-200_000, 90_000), times.randrange(-20_000, 20_000), times.randrange(40) * 9_000, 7)
    )
    is_timeless = dice.random() < 0.15
    fields: dict[str, Any] = {
        "name": dice.choice(NAMES),
        "buyer_name": dice.choice(NAMES),
        "buyer_email": dice.choice((None, f"kim{number % 7}@example.com", "rose@꽃.kr")),
        "buyer_tel": dice.choice((None, f"010-{number:04d}-5678", *TELS)),
        "merchant_uid": f"ORD-{number:05d}",
        "customer_uid": dice.choice((None, "cust-1", f"c{number}")),
        "apply_num": dice.choice((None, f"{number:08d}")),
        "card_number": dice.choice((None, *CARDS)),
        "card_name": dice.choice((None, "", "BC카드", "신한")),
        "pay_method": dice.choice(METHODS),
        "pg_provider": dice.choice(PROVIDERS),
        "emb_pg_provider": dice.choice((None, *PROVIDERS)),
        "amount": dice.choice((*AMOUNTS, dice.randrange(100_000))),
        "cancel_amount": dice.choice((0, 1000, 38000, AMOUNTS[-2])) if status == "cancelled" else 0,
        "currency": dice.choice(CURRENCIES),
        "vbank_num": dice.choice((None, "110")) if status == "ready" else None,
        "sandbox": dice.random() < 0.2,
        "started_at": 0 if is_timeless else at,
        "paid_at": at + times.choice((30, 40_000)) if status == "paid" and not is_timeless else 0,
        "cancelled_at": at + 90 if status == "cancelled" else 0,
    }
    return payment(number, imp_uid=f"imp_{number:09d}", status=status, **fields)


def page(dice: random.Random, known: int, *, new: int, changed: int) -> list[Payment]:
    """New payments and new readings of some of the `known`, as one answer brings them."""
    numbers = [*range(known, known + new), *dice.sample(range(known), min(changed, known))]
    dice.shuffle(numbers)
    return [made(dice, number) for number in numbers]


def pages(seed: int) -> Iterator[list[Payment]]:
    """Without end: small answers, and a large one now and then."""
    dice = random.Random(seed)
    known = 0
    while True:
        new = dice.choice((0, 1, 1, 2, 3, 25))
        yield page(dice, known, new=new, changed=dice.choice((0, 1, 4, 20)))
        known += new


def read_at(turn: int) -> datetime:
    """When the answer of this turn was read."""
    return datetime.fromtimestamp(NOON + turn * BETWEEN_READINGS, UTC)


def question(dice: random.Random) -> PaymentQuery:
    """Any question a list may ask."""
    days = [
        from_unix(NOON + dice.randrange(-200_000, 100_000)) if dice.random() < 0.2 else None for _ in "abcd"
    ]
    states = frozenset(dice.sample(list(PaymentState), dice.choice((0, 0, 0, 1, 2))))
    return PaymentQuery(
        since=days[0],
        until=days[1],
        returned_since=days[2] if dice.random() < 0.3 else None,
        returned_until=days[3] if dice.random() < 0.3 else None,
        states=states,
        test_channel=dice.choice((None, None, None, True, False)),
        terms=understand(dice.choice(TYPED), NOW).terms,
        sort=dice.choice((PaymentSort.OCCURRED_AT, PaymentSort.AMOUNT, PaymentSort.STATE, *PaymentSort)),
        descending=dice.random() < 0.5,
    )
