"""Makes the history of the flower shop 바다꽃집: the same seed and time give the same payments."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Final

from portdesk.sandbox import goods, methods
from portdesk.sandbox.buyers import Buyer, Buyers
from portdesk.sandbox.channels import TIERS, mid
from portdesk.sandbox.clock import DAY, HOUR, KST_SHIFT, MINUTE
from portdesk.sandbox.dice import Dice, Weighted
from portdesk.sandbox.methods import FOREIGN, Method
from portdesk.sandbox.record import (
    DEFAULT_REASON,
    Payment,
    blank,
    cancel,
    exact,
    fail,
    pay,
    wire,
)
from portdesk.sandbox.season import order_times

_OUTCOMES: Final = Weighted((("paid", 80), ("returned", 4.6), ("partly", 3.2), ("failed", 6), ("left", 6.2)))
_ENTRIES: Final = Weighted(((1, 68), (2, 22), (3, 10)))
_ATTEMPTS: Final = 4
_LEGACY_DAYS: Final = 760
_TIER_SHARE: Final = 0.03
_TEST_SHARE: Final = 0.02
_TROUBLE_SHARE: Final = 0.01
_PROMOTION_SHARE: Final = 0.006
_TEST_MIDS: Final = ("html5_inicis", "kcp", "tosspayments", "kakaopay")
_HOSTILE_EVERY: Final = 29
_HOSTILE_FROM: Final = 40

_KEPT: Final = ("name", "amount", "currency", "custom_data", "promotion")
"""What a second attempt at the same order repeats."""

_SPECIAL: Final = {
    1: (Method("html5_inicis", "vbank"), "waiting"),
    3: (Method("tosspayments", "card"), "failed"),
    4: (Method("kcp", "vbank", escrow_share=1.0), "waiting"),
    5: (Method("html5_inicis", "card"), "partly"),
    7: (Method("tosspayments", "vbank"), "waiting"),
    8: (Method("paypal_v2", "paypal"), "paid"),
    10: (Method("kakaopay", "point"), "returned"),
    12: (Method("smartro_v2", "vbank"), "paid"),
    13: (Method("payco", "payco"), "partly"),
    14: (Method("danal", "phone"), "paid"),
}
"""What the newest orders always are, so that even a small shop shows every kind."""


@dataclass(frozen=True, slots=True)
class Made:
    """A payment, whose it is, and what the PG will say to a refund if it will refuse one."""

    payment: Payment
    tier: str | None = None
    trouble: str | None = None


class Florist:
    """Makes up orders and how they ended."""

    def __init__(self, *, seed: int, now: int, payments: int, gives_cancellation_id: bool) -> None:
        self._dice = Dice(seed)
        self._now = now
        self._count = payments
        self._buyers = Buyers(seed, max(20, payments * 2 // 5))
        self._gives_cancellation_id = gives_cancellation_id
        self._made = 0

    def history(self) -> Iterator[Made]:
        """All payments, orders newest first."""
        left = self._count
        if not left:
            return
        for number, at in enumerate(self._times()):
            method, outcome = _SPECIAL.get(number) or (self._method(at), _OUTCOMES.pick(self._dice))
            for made in self._order(at, method, outcome, self._count - number):
                if number >= _HOSTILE_FROM and (number - _HOSTILE_FROM) % _HOSTILE_EVERY == 0:
                    made.payment.update(self._hostile(number))
                yield made
                left -= 1
                if not left:
                    return

    def _times(self) -> Iterator[int]:
        # Some orders take several attempts, so fewer orders than payments fill the years.
        times = order_times(self._count - self._count // 14, self._now, self._dice)
        yield from times
        oldest = times[-1] if times else self._now - HOUR
        yield from (oldest - HOUR * turn for turn in count(1))

    def _hostile(self, number: int) -> Payment:
        turn = (number - _HOSTILE_FROM) // _HOSTILE_EVERY
        return dict(goods.HOSTILE[turn]) if turn < len(goods.HOSTILE) else {}

    def window(self, at: int, number: int) -> Payment:
        """A pay window opened at `at` and not finished yet."""
        method = self._method(at)
        while method.billing:
            method = self._method(at)
        return self._begun(at, method, f"BD{_date(at)}-T{number:05}", self._buyer(method))

    def approved(self, payment: Payment, at: int) -> Payment:
        """The same payment once the PG approved it."""
        approved = pay(payment, at)
        methods.approve(approved, self._dice)
        return approved

    def refused(self, payment: Payment, at: int) -> Payment:
        """The same payment once the PG refused it."""
        return fail(payment, at, methods.failure(payment, self._dice))

    def returned(self, payment: Payment, at: int, amount: float, reason: str) -> Payment:
        """The same payment with one more refund."""
        return cancel(payment, self._entry(payment, at, amount, reason))

    def _method(self, at: int) -> Method:
        kinds = methods.LONG_AGO if at < self._now - _LEGACY_DAYS * DAY else methods.TODAY
        return kinds.pick(self._dice)

    def _buyer(self, method: Method) -> Buyer:
        if method.pg_provider in FOREIGN:
            return self._buyers.abroad(self._dice)
        return self._buyers.any(self._dice)

    def _order(self, at: int, method: Method, outcome: str, number: int) -> Iterator[Made]:
        dice = self._dice
        tier = dice.pick(tuple(TIERS)) if dice.happens(_TIER_SHARE) else None
        buyer = self._buyer(method)
        merchant_uid = f"BD{_date(at)}-{number:06}"
        if method.billing:
            merchant_uid = f"sub_{_date(at)}_{number:07}"
            outcome = "paid" if outcome == "left" else outcome
        wanted: Payment = {}
        for attempt in range(1, _ATTEMPTS):
            payment = self._begun(at, method, merchant_uid, buyer) | wanted
            wanted = {name: payment[name] for name in _KEPT}
            ended = self._end(payment, method, outcome)
            yield Made(ended, tier, self._trouble(ended))
            if outcome not in ("failed", "left") or method.billing or dice.happens(0.55):
                return
            at += dice.between(1, 6) * MINUTE + dice.below(MINUTE)
            if at > self._now - 3 * MINUTE:
                return
            outcome = "paid" if attempt == _ATTEMPTS - 2 or dice.happens(0.7) else "failed"

    def _begun(self, at: int, method: Method, merchant_uid: str, buyer: Buyer) -> Payment:
        dice = self._dice
        payment = blank()
        payment["imp_uid"] = self._imp_uid(at, billing=method.billing)
        payment["merchant_uid"] = merchant_uid
        payment["started_at"] = at
        methods.fill(payment, method, dice)
        self._fill_order(payment, method, buyer)
        payment["buyer_name"], payment["buyer_email"] = buyer.name, buyer.email
        payment["buyer_tel"], payment["buyer_addr"] = buyer.tel, buyer.addr
        payment["buyer_postcode"] = buyer.postcode
        if method.pg_provider in _TEST_MIDS and not method.billing and dice.happens(_TEST_SHARE):
            payment["sandbox"] = True
            payment["pg_id"] = mid(method.pg_provider, sandbox=True)
        return payment

    def _fill_order(self, payment: Payment, method: Method, buyer: Buyer) -> None:
        dice = self._dice
        if method.pg_provider in FOREIGN:
            payment["name"], payment["amount"] = goods.export(dice)
            payment["currency"] = "USD"
            return
        if method.billing:
            turn = 1 + dice.below(24)
            bought = goods.plan(dice, turn)
            payment["customer_uid"] = f"flower_{buyer.member}_{1 + buyer.member % 2}"
            payment["customer_uid_usage"] = "payment.scheduled" if turn > 1 else "payment"
        else:
            bought = goods.article(dice)
            if dice.happens(0.4):
                payment["custom_data"] = goods.order_memo(dice, _iso_date(payment["started_at"] + DAY))
            if dice.happens(_PROMOTION_SHARE) and bought.price > 20_000:  # noqa: PLR2004 - made up
                payment["promotion"] = {"id": f"promotion-{_date(payment['started_at'])}", "discount": 2_000}
        payment["name"], payment["amount"] = bought.name, bought.price

    def _end(self, payment: Payment, method: Method, outcome: str) -> Payment:
        at: int = payment["started_at"]
        if method.pay_method == "vbank" and outcome != "left":
            return self._end_account(payment, outcome)
        if outcome in ("left", "waiting"):
            return payment
        done = min(
            at + self._dice.between(2 if method.billing else 25, 20 if method.billing else 240), self._now
        )
        if outcome == "failed":
            return self.refused(payment, done)
        return self._refunded(self.approved(payment, done), outcome)

    def _end_account(self, payment: Payment, outcome: str) -> Payment:
        dice = self._dice
        issued = payment["started_at"] + dice.between(20, 150)
        methods.issue_account(payment, issued, dice)
        if outcome == "failed":
            revoked = min(payment["vbank_date"], issued + dice.between(HOUR, DAY))
            return fail(payment, revoked, "계좌말소") if revoked <= self._now else payment
        if outcome == "waiting" or dice.happens(0.12):
            return payment
        paid = issued + int((payment["vbank_date"] - issued) * dice.random() ** 3) + MINUTE
        if paid > self._now:
            return payment
        deposited = self.approved(payment, paid)
        if payment["pg_provider"] == "settle":
            deposited["deposit_history"] = [_deposit(deposited)]
        return self._refunded(deposited, outcome)

    def _refunded(self, payment: Payment, outcome: str) -> Payment:
        dice = self._dice
        if outcome not in ("returned", "partly"):
            return payment
        entries = _ENTRIES.pick(dice) if outcome == "partly" and _takes_parts(payment) else 1
        at: int = payment["paid_at"]
        for turn in range(entries):
            at += int(MINUTE * 5 + DAY * 6 * dice.random() ** 3)
            if at > self._now:
                return payment
            rest = exact(payment["amount"]) - exact(payment["cancel_amount"])
            if outcome == "returned" or not _takes_parts(payment):
                return self.returned(payment, at, wire(rest), goods.REFUND_REASONS.pick(dice))
            share = dice.pick((3_000, 5_000, int(rest) // 4 // 100 * 100, int(rest) // 2 // 100 * 100))
            amount = max(1_000, min(share, int(rest) - 1_000 * (entries - turn)))
            payment = self.returned(payment, at, amount, goods.PARTIAL_REASONS.pick(dice))
        return payment

    def _entry(self, payment: Payment, at: int, amount: float, reason: str) -> Payment:
        dice = self._dice
        provider = payment["pg_provider"]
        same = provider in ("kcp", "kakaopay")
        pg_tid = payment["pg_tid"] if same else methods.transaction(provider, payment["pg_id"], at, dice)
        entry: Payment = {
            "pg_tid": pg_tid,
            "amount": amount,
            "cancelled_at": at,
            "reason": reason or DEFAULT_REASON,
            "receipt_url": methods.receipt(provider, pg_tid),
        }
        if self._gives_cancellation_id:
            entry["cancellation_id"] = str(uuid.UUID(int=dice.getrandbits(128), version=4))
        return entry

    def _trouble(self, payment: Payment) -> str | None:
        if payment["status"] == "paid" and self._dice.happens(_TROUBLE_SHARE):
            return methods.refund_trouble(payment["pg_provider"])
        return None

    def _imp_uid(self, at: int, *, billing: bool) -> str:
        # Neighbours in time are neighbours in number, so the thousandths never meet within one second.
        thousandths = self._made * 617 % 1000
        self._made += 1
        return f"{'imps' if billing else 'imp'}_{at % 10**9:09}{thousandths:03}"


def _takes_parts(payment: Payment) -> bool:
    method = payment["pay_method"]
    return method not in ("phone", "cultureland") and not payment["escrow"] and payment["currency"] == "KRW"


def _deposit(payment: Payment) -> Payment:
    return {
        "pg_tid": payment["pg_tid"],
        "amount": payment["amount"],
        "depositor_name": payment["buyer_name"],
        "deposited_at": payment["paid_at"],
        "reason": None,
    }


def _date(at: int) -> str:
    date = time.gmtime(at + KST_SHIFT)
    return f"{date.tm_year % 100:02}{date.tm_mon:02}{date.tm_mday:02}"


def _iso_date(at: int) -> str:
    date = time.gmtime(at + KST_SHIFT)
    return f"{date.tm_year}-{date.tm_mon:02}-{date.tm_mday:02}"
