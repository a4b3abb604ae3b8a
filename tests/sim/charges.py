"""The same skeleton with charges: an order's name in place of a checksum, and its own server and judge."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from portdesk.ledger.charge import ChargeRules, charge_uid
from portdesk.ledger.instruction import Entry, Instruction, Kind, Observation, Snapshot
from portdesk.ledger.reconcile import Reconciliation
from portdesk.ledger.refund import Wish
from portdesk.ledger.sending import Sending
from portdesk.ledger.steps import Unreadable
from sim.clock import Clock
from sim.core import Core
from sim.desk import Desk
from sim.histories import BUSY, CALM, RISE
from sim.judge import PROVEN_NOT, Judge, Row
from sim.memory import MemoryJournal
from sim.server import LONGEST_LAG, LONGEST_WORK, Reply, Tag
from sim.world import PLAIN, World

PRICE = 9900
CHARGE_WORLDS = (
    PLAIN,
    replace(PLAIN, name="two desks", desks=2),
    replace(PLAIN, name="refuses, then does", refuses_then_does=0.35),
    replace(PLAIN, name="bad network", badness=2.5, desks=2),
    replace(PLAIN, name="tokens that end", expiring=0.3),
    replace(PLAIN, name="reads that go dead", outage=0.8, badness=1.5),
    replace(PLAIN, name="crashes", crash=0.06, disk_fault=0.02, desks=2),
)


@dataclass(slots=True)
class Paid:
    tag: Tag
    imp_uid: str
    amount: int
    status: str
    time: float
    undone_at: float | None = None


class OrderServer:
    """Takes each order's name once; charges that fail are on record, too."""

    def __init__(self, world: World, dice: random.Random, clock: Clock) -> None:
        self.world = world
        self._dice = dice
        self._clock = clock
        self.orders: dict[str, list[Paid]] = {"control": [Paid(None, "imp_c", 1, "paid", 0.0)]}
        self.on_paid: Callable[[str, Paid], None] = lambda _uid, _paid: None
        self.is_calm = False
        self.dead = (0.0, 0.0)
        self._count = 0

    def _p(self, chance: float) -> bool:
        return not self.is_calm and self._dice.random() < chance

    def read(self, uid: str) -> Reply:
        now = self._clock.now
        if self.dead[0] <= now < self.dead[1] and not self.is_calm:
            return ("missing", uid) if uid != "control" else ("error", 503)
        if self._p(0.06 * self.world.badness):
            return self._dice.choice((("error", 503), ("garbage", None), ("token", 401)))
        lag = self._dice.random() * LONGEST_LAG if self._p(0.25 * self.world.badness) else 0.0
        return self._view(uid, now - lag)

    def _view(self, uid: str, time: float) -> Reply:
        seen = [paid for paid in self.orders.get(uid, ()) if paid.time <= time]
        return ("found", (uid, seen)) if seen else ("missing", uid)

    def cancel(self, body: dict[str, Any], tag: Tag, answer: Callable[[Reply], None]) -> None:
        """The request has arrived. The network knows one kind of request by one name."""
        if self._p(self.world.expiring):
            answer(("token", 401))
        elif self._p(0.02 * self.world.badness):
            answer(("error", 502))
        else:
            work = self._dice.uniform(20, LONGEST_WORK) if self._p(self.world.slow) else 1.0
            if self._p(self.world.refuses_then_does):
                self._clock.after(work, lambda: answer(("refused", (-1, "pg timeout"))))
                answer = _nobody
            self._clock.after(work, lambda: self._charge(body, tag, answer))

    def _charge(self, body: dict[str, Any], tag: Tag, answer: Callable[[Reply], None]) -> None:
        uid = body["merchant_uid"]
        records = self.orders.setdefault(uid, [])
        if any(paid.status == "paid" for paid in records):
            answer(("refused", (1, "approved already")))
            return
        self._count += 1
        status = "failed" if self._dice.random() < 0.2 else "paid"
        paid = Paid(tag, f"imp_{self._count}", body["amount"], status, self._clock.now)
        records.append(paid)
        if status == "paid":
            self.on_paid(uid, paid)
        answer(self._view(uid, self._clock.now))


def _nobody(_reply: Reply) -> None:
    """The answer was given before."""


class ChargeCore(Core):
    """The product's core with the rules of charges."""

    rules: Any

    def __init__(self) -> None:
        super().__init__()
        self.rules = ChargeRules()
        self.sending, self.reconciliation = Sending(self.rules), Reconciliation(self.rules)

    def fields(self, row: Instruction) -> dict[str, Any]:
        return {"merchant_uid": row.subject, "amount": row.amount}

    def freeze(self, op: str, wish: Wish, shown: Observation, done: list[Instruction]) -> Instruction:
        return Instruction(
            id=op, kind=Kind.CHARGE, shop="shop", subject=shown.subject, amount=PRICE, currency="KRW",
            snapshot=Snapshot(balance=0, entries=shown.entries, server_time=shown.server_time),
            reason="", code=None, actor=wish.actor, words="",
        )  # fmt: skip

    def reading(self, reply: Reply, desk: Desk, at: int | None) -> Observation | Unreadable:
        kind, what = reply
        if kind == "missing":
            return Observation(subject=what, server_time=at, balance=0)
        return desk.observed(what, at) if kind == "found" else Unreadable(kind)


def observed(view: tuple[str, list[Paid]], at: int | None) -> Observation:
    uid, records = view
    entries = tuple(
        Entry(mark=f"{paid.imp_uid}|{paid.status}", amount=paid.amount, status=paid.status)
        for paid in records
    )
    return Observation(subject=uid, server_time=at, balance=0, entries=entries)


class ChargeJudge(Judge):
    """One payment for each order, and true words about it."""

    def __init__(self, now: Callable[[], float], server: OrderServer) -> None:
        super().__init__(now)
        self._server = server

    def paid(self, uid: str, paid: Paid) -> None:
        if sum(one.status == "paid" for one in self._server.orders[uid]) > 1:
            self._fail("M12", f"{uid} was paid twice")
        op = paid.tag[0] if paid.tag else ""
        self.effects.setdefault(op, []).append(paid)  # type: ignore[arg-type]
        row = self.rows.get(op)
        if row is not None and row["state"] in PROVEN_NOT:
            self._fail("M4", f"{op} was called {row['state']} and happened later")

    def ended(self) -> None:
        for op, row in self.rows.items():
            if row["state"] in {"planned", "sending", "unknown", "refused"}:
                self._fail("M9", f"{op} was left {row['state']}")

    def _makes_sense(self, op: str, fields: Mapping[str, Any], row: Row) -> None:
        if fields != {"merchant_uid": row["payment"], "amount": row["amount"]}:
            self._fail("M7", f"{op} sends something else than was shown")

    def _really_done(self, row: Row) -> None:
        paid = [one for one in self._server.orders.get(row["payment"], ()) if one.status == "paid"]
        if [f"{one.imp_uid}|paid" for one in paid] != [row["named"]]:
            self._fail("M3", f"{row['id']} names {row['named']}")

    def _adds_up(self, uid: str) -> None:
        """Refunds add up; an order is paid or not."""


class ChargeHistory:
    def __init__(self, seed: int, core: Callable[[], Core] = ChargeCore) -> None:
        self.world = CHARGE_WORLDS[seed % len(CHARGE_WORLDS)]
        dice = self.dice = random.Random(seed)
        self.clock = Clock()
        self.server = OrderServer(self.world, dice, self.clock)
        self.judge = ChargeJudge(lambda: self.clock.now, self.server)
        self.server.on_paid = self.judge.paid
        self.desks = [
            Desk(
                f"pc{number}", server=self.server, clock=self.clock, judge=self.judge, dice=dice,
                journal=MemoryJournal(), core=core(), see=observed,
            )
            for number in range(self.world.desks)
        ]  # fmt: skip

    def play(self) -> ChargeJudge:
        dice = self.dice
        for desk in self.desks:
            for period in ("2026-11", "2026-12"):
                uid = charge_uid(shop="s", customer_uid="kim", plan="gold", period=period, revision=0)
                clicks = 2 if dice.random() < 0.2 else 1
                act = _later(desk, uid, dice.uniform(1, 60), clicks)
                self.clock.at(dice.uniform(0, BUSY * 0.6), act)
            for _ in range(dice.randint(0, 4)):
                self.clock.at(dice.uniform(30, BUSY), desk.meddle)
            if dice.random() < 0.3:
                self.clock.at(dice.uniform(0, BUSY), desk.crash)
        if dice.random() < self.world.outage:
            start = dice.uniform(0, BUSY / 2)
            self.server.dead = (start, start + dice.uniform(700, 1400))
        self.clock.run(BUSY)
        self.server.is_calm = True
        for desk in self.desks:
            desk.is_calm = True
        self.clock.run(BUSY + RISE + CALM)
        self.judge.ended()
        return self.judge

    @property
    def payments(self) -> int:
        """How often the customer paid, for two months, under whatever names."""
        records = [paid for uid, order in self.server.orders.items() if uid != "control" for paid in order]
        return sum(paid.status == "paid" for paid in records)


def _later(desk: Desk, uid: str, think: float, clicks: int) -> Callable[[], None]:
    return lambda: desk.refund(uid, PRICE, think=think, clicks=clicks)
