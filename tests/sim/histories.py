"""One history: a world, its people and its accidents, all from one seed."""

from __future__ import annotations

import random
from collections.abc import Callable

from sim.clock import Clock
from sim.core import Core, observed
from sim.desk import Desk, Journal
from sim.judge import Judge
from sim.memory import MemoryJournal
from sim.server import Server
from sim.world import WORLDS, World

BUSY = 1500.0
"""Seconds in which people act and things go wrong."""
RISE = 250.0
"""Seconds until everybody who died is up again and late work has ended."""
CALM = 600 + 300.0
"""Seconds after which nothing may be left open: the quiet window and five minutes."""


class History:
    def __init__(
        self,
        seed: int,
        *,
        world: World | None = None,
        journals: Callable[[str], Journal] = lambda _name: MemoryJournal(),
        core: Callable[[], Core] = Core,
        see: Callable[..., object] = observed,
    ) -> None:
        self.seed = seed
        self.world = world or WORLDS[seed % len(WORLDS)]
        dice = self.dice = random.Random(seed)
        self.clock = Clock()
        self.judge = Judge(lambda: self.clock.now)
        self.server = Server(self.world, dice, self.clock)
        self.server.on_cancel = self.judge.cancelled
        self.server.add("control", 1000)
        for n in range(dice.randint(1, 2)):
            self.server.add(f"imp_{n}", 30_000)
        self.desks = [
            Desk(
                f"pc{n}",
                server=self.server,
                clock=self.clock,
                judge=self.judge,
                dice=dice,
                journal=journals(f"pc{n}"),
                core=core(),
                see=see,
            )
            for n in range(self.world.desks)
        ]

    def play(self) -> Judge:
        """Raises `ViolationError` with the rule that was broken."""
        self._people()
        self._accidents()
        self.clock.run(BUSY)
        self.server.is_calm = True
        for desk in self.desks:
            desk.is_calm = True
            desk.wake()
        self.clock.run(BUSY + RISE)
        self.clock.run(BUSY + RISE + CALM)
        self.judge.ended()
        for desk in self.desks:
            desk.settle()
        return self.judge

    def _people(self) -> None:
        dice = self.dice
        amounts = (10_000,) if self.world.equal_amounts else (10_000, 10_000, 20_000, 30_000, 777)
        payments = [uid for uid in self.server.payments if uid != "control"]
        for desk in self.desks:
            for _ in range(dice.randint(1, 3)):
                self._refund(desk, dice.choice(payments), dice.choice(amounts))
            for _ in range(dice.randint(0, 3)):
                self.clock.at(dice.uniform(30, BUSY), desk.meddle)
        self._outsiders(payments, amounts)
        if self.world.rises:
            for uid in payments:
                self._rise(uid)

    def _outsiders(self, payments: list[str], amounts: tuple[int, ...]) -> None:
        dice = self.dice
        while dice.random() < self.world.outsider:
            uid, amount = dice.choice(payments), dice.choice(amounts)
            self.clock.at(dice.uniform(0, BUSY), lambda u=uid, a=amount: self.server.cancel_outside(u, a))
            if dice.random() < 0.5:
                break

    def _rise(self, uid: str) -> None:
        for _ in range(2):
            self.clock.at(self.dice.uniform(0, BUSY), lambda: self.server.deposit(uid, 10_000))
        self.clock.at(self.dice.uniform(0, BUSY), lambda: self.server.undo_one(uid))

    def _refund(self, desk: Desk, uid: str, amount: int) -> None:
        dice = self.dice
        think = dice.uniform(1, 40) if dice.random() < 0.9 else dice.uniform(200, 900)
        clicks = 2 if dice.random() < 0.15 else 1
        start = dice.uniform(0, BUSY * 0.6)
        self.clock.at(start, lambda: desk.refund(uid, amount, think=think, clicks=clicks))

    def _accidents(self) -> None:
        dice, world = self.dice, self.world
        for desk in self.desks:
            if dice.random() < world.sleeps:
                self.clock.at(dice.uniform(0, BUSY), lambda d=desk: d.sleep(dice.uniform(60, 28_800)))
            if dice.random() < 0.3:
                self.clock.at(dice.uniform(0, BUSY), desk.crash)
            if dice.random() < 0.3:
                self.clock.at(dice.uniform(0, BUSY), lambda d=desk: self._jump(d))
        if dice.random() < world.outage:
            start = dice.uniform(0, BUSY / 2)
            self.server.die_between(start, start + dice.uniform(700, 1400))

    def _jump(self, desk: Desk) -> None:
        desk.own_clock_error = self.dice.choice((-10_000_000, -3600, 3600, 10_000_000))
