"""A server with a record of payments, as slow, racy and forgetful as the world wants it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sim.clock import Clock
from sim.world import World

LONGEST_WORK = 170.0
LONGEST_LAG = 120.0
LONGEST_DELIVERY = 60.0

Tag = tuple[str, int] | None
Reply = tuple[str, Any]
"""What leaves the server: a kind, and what comes with it."""


@dataclass(slots=True)
class Cancel:
    tag: Tag
    """Known to the judge alone: which request did this, or nobody's of ours."""
    amount: int
    number: str | None
    trace: str
    time: float
    unix: int
    reason: str | None
    undone_at: float | None = None


@dataclass(slots=True)
class Payment:
    imp_uid: str
    amount: int
    cancels: list[Cancel] = field(default_factory=list)
    deposits: list[tuple[float, int]] = field(default_factory=list)
    can_rise: bool = False

    def total(self, time: float) -> int:
        return self.amount + sum(amount for when, amount in self.deposits if when <= time)

    def standing(self, time: float) -> list[Cancel]:
        return [
            cancel
            for cancel in self.cancels
            if cancel.time <= time and (cancel.undone_at is None or cancel.undone_at > time)
        ]

    def balance(self, time: float) -> int:
        return self.total(time) - sum(cancel.amount for cancel in self.standing(time))

    def view(self, time: float) -> dict[str, Any]:
        standing = self.standing(time)
        returned = sum(cancel.amount for cancel in standing)
        return {
            "imp_uid": self.imp_uid,
            "merchant_uid": "order",
            "amount": self.total(time),
            "cancel_amount": returned,
            "currency": "KRW",
            "status": "cancelled" if standing else "paid",
            "sandbox": False,
            "pay_method": "vbank" if self.can_rise else "card",
            "cancel_history": [
                {
                    "pg_tid": cancel.trace,
                    "amount": cancel.amount,
                    "cancelled_at": cancel.unix,
                    "reason": cancel.reason,
                }
                | ({"cancellation_id": cancel.number} if cancel.number else {})
                for cancel in standing
            ],
            "deposit_history": [{"amount": amount} for when, amount in self.deposits if when <= time],
        }


class Server:
    def __init__(self, world: World, dice: random.Random, clock: Clock) -> None:
        self.world = world
        self._dice = dice
        self._clock = clock
        self.payments: dict[str, Payment] = {}
        self.on_cancel: Callable[[Payment, Cancel], None] = lambda _payment, _cancel: None
        self.is_calm = False
        self._dead: tuple[float, float] | None = None
        self._copies: dict[str, dict[str, Any]] = {}
        self._count = 0

    def add(self, imp_uid: str, amount: int) -> Payment:
        payment = self.payments[imp_uid] = Payment(imp_uid, amount, can_rise=self.world.rises)
        return payment

    def die_between(self, start: float, end: float) -> None:
        """From `start` to `end` reads come from copies; what has no copy cannot be read."""
        self._dead = (start, end)
        self._clock.at(start, self._freeze)

    def _freeze(self) -> None:
        self._copies = {
            uid: payment.view(self._clock.now) for uid, payment in self.payments.items() if uid != "control"
        }

    def _p(self, chance: float) -> bool:
        return not self.is_calm and self._dice.random() < chance

    # ---- reading

    def read(self, imp_uid: str) -> Reply:
        dice, now, bad = self._dice, self._clock.now, self.world.badness
        if not self.is_calm:
            if self._dead and self._dead[0] <= now < self._dead[1]:
                copy = self._copies.get(imp_uid)
                return ("found", copy) if copy else ("error", 503)
            if dice.random() < 0.06 * bad:
                return dice.choice((("missing", 404), ("error", 503), ("garbage", None), ("token", 401)))
        payment = self.payments.get(imp_uid)
        if payment is None:
            return "missing", 404
        lag = dice.random() * LONGEST_LAG if dice.random() < 0.25 * bad and not self.is_calm else 0.0
        return "found", payment.view(now - lag)

    # ---- cancelling

    def cancel(self, body: dict[str, Any], tag: Tag, answer: Callable[[Reply], None]) -> None:
        """The request has arrived; `answer` is called when the server has something to say."""
        world, dice = self.world, self._dice
        if self._p(world.expiring):
            answer(("token", 401))
            return
        if self._p(0.01 * world.badness):
            answer(("error", 502))
            return
        payment = self.payments.get(str(body.get("imp_uid") or ""))
        if payment is None:
            answer(("refused", (1, "none")))
            return
        refusal = None if world.is_atomic else self._refusal(payment, body)
        if refusal:
            answer(refusal)
            return
        work = dice.uniform(20, LONGEST_WORK) if self._p(world.slow) else dice.uniform(0.1, 3.0)
        if self._p(world.refuses):
            self._clock.after(work, lambda: answer(("refused", (-1, "pg"))))
            return
        if self._p(world.refuses_then_does):
            later = work + dice.uniform(0, LONGEST_WORK - work)
            self._clock.after(work, lambda: answer(("refused", (-1, "pg timeout"))))
            self._clock.after(later, lambda: self._execute(payment, body, tag, lambda _reply: None))
            return
        self._clock.after(work, lambda: self._execute(payment, body, tag, answer))

    def _refusal(self, payment: Payment, body: dict[str, Any]) -> Reply | None:
        balance = payment.balance(self._clock.now)
        checksum = body.get("checksum")
        if checksum is not None and int(checksum) != balance:
            return "refused", (1, "checksum")
        amount = int(body.get("amount") or 0) or balance
        return ("refused", (1, "balance")) if balance <= 0 or amount > balance else None

    def _execute(
        self, payment: Payment, body: dict[str, Any], tag: Tag, answer: Callable[[Reply], None]
    ) -> None:
        if self.world.is_atomic:
            refusal = self._refusal(payment, body)
            if refusal:
                answer(refusal)
                return
        balance = payment.balance(self._clock.now)
        amount = int(body.get("amount") or 0) or balance
        if balance <= 0 or amount > balance:
            answer(("refused", (1, "balance")))
            return
        self._record(payment, amount, tag, body.get("reason"))
        answer(self._yes(payment))

    def _yes(self, payment: Payment) -> Reply:
        """Mostly the record as it is; sometimes an old one, another one, or none."""
        bad = self.world.badness
        if self._p(0.01 * bad):
            return "error", 500
        if self._p(0.01 * bad):
            return "garbage", None
        if self._p(0.04 * bad):
            other = next((p for uid, p in self.payments.items() if uid != payment.imp_uid), payment)
            return "found", other.view(self._clock.now)
        if self._p(0.03 * bad):
            return "found", payment.view(self._clock.now - 1.0 - self._dice.random() * LONGEST_LAG)
        return "found", payment.view(self._clock.now)

    def _record(self, payment: Payment, amount: int, tag: Tag, reason: object) -> None:
        self._count += 1
        world = self.world
        kept = str(reason).encode()[: world.longest_reason].decode(errors="ignore") if reason else None
        cancel = Cancel(
            tag=tag,
            amount=amount,
            number=f"c{self._count}" if world.has_ids else None,
            trace=f"t{self._count}",
            time=self._clock.now,
            unix=self._clock.unix,
            reason=kept if world.echoes or tag is None else "by api",
        )
        payment.cancels.append(cancel)
        self.on_cancel(payment, cancel)

    # ---- others

    def cancel_outside(self, imp_uid: str, amount: int) -> None:
        """Somebody uses another tool; the test of the balance is the server's, at once."""
        payment = self.payments[imp_uid]
        if 0 < amount <= payment.balance(self._clock.now):
            self._record(payment, amount, None, "elsewhere")

    def deposit(self, imp_uid: str, amount: int) -> None:
        self.payments[imp_uid].deposits.append((self._clock.now, amount))

    def undo_one(self, imp_uid: str) -> None:
        """The provider takes its last cancel back."""
        standing = self.payments[imp_uid].standing(self._clock.now)
        if standing:
            standing[-1].undone_at = self._clock.now
