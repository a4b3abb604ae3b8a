"""One computer: the real core, its journal, the person before it, and all that can go wrong between."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Protocol

from portdesk.domain.errors import InputError
from portdesk.ledger.finding import Knowledge
from portdesk.ledger.instruction import Instruction, Observation
from portdesk.ledger.reconcile import Checked
from portdesk.ledger.refund import Wish
from portdesk.ledger.sending import Click, Outcome, abandon, decide
from portdesk.ledger.states import CHECKING, RETRYABLE, State, words
from portdesk.ledger.steps import (
    Change,
    Commit,
    Committed,
    Course,
    Look,
    LookElsewhere,
    Send,
    Wait,
)
from sim.clock import Clock
from sim.core import Core, encoded, observed
from sim.judge import Judge
from sim.network import Network
from sim.server import Server

SWEEP = 45.0


class Journal(Protocol):
    def apply(self, change: Change) -> Committed: ...
    def body_sha256(self, op: str, attempt: int) -> str | None: ...
    def find(self, op: str) -> Instruction | None: ...
    def all(self) -> list[Instruction]: ...
    def checking(self) -> list[Instruction]: ...
    def echoes(self, pg: str, length: int) -> bool: ...
    def die(self) -> None: ...
    def revive(self) -> None: ...


class Desk:
    def __init__(
        self,
        name: str,
        *,
        server: Server,
        clock: Clock,
        judge: Judge,
        dice: random.Random,
        journal: Journal,
        core: Core,
        see: Callable[[dict[str, Any], int | None], Observation] = observed,
    ) -> None:
        self.name = name
        self.server = server
        self.clock = clock
        self.judge = judge
        self.dice = dice
        self.journal = journal
        self.core = core
        self.observed = see
        self.world = server.world
        self.is_calm = False
        self.is_up = True
        self.own_clock_error = 0
        self._asleep_until = 0.0
        self._dormant: list[Callable[[], None]] = []
        self.life = 0
        self._busy: set[str] = set()
        self._looks: dict[str, int] = {}
        self._ops = 0
        self.network = Network(self)
        self._start()

    # ---- time on this computer

    def p(self, chance: float) -> bool:
        return not self.is_calm and self.dice.random() < chance

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        life = self.life

        def wake() -> None:
            if self.life != life:
                return
            if self.clock.now < self._asleep_until:
                self._dormant.append(wake)
            else:
                act()

        self.clock.after(seconds, wake)

    def sleep(self, seconds: float) -> None:
        self._asleep_until = self.clock.now + seconds
        self.clock.after(seconds, self.wake)

    def wake(self) -> None:
        """Everything that came due meanwhile happens now, in its order."""
        self._asleep_until = 0.0
        dormant, self._dormant = self._dormant, []
        for act in dormant:
            act()

    def crash(self) -> None:
        if not self.is_up:
            return
        self.is_up = False
        self.life += 1
        self._busy.clear()
        self._looks.clear()
        self.journal.die()
        self.clock.after(self.dice.uniform(1, 240), self._restart)

    def _restart(self) -> None:
        self.journal.revive()
        self.is_up = True
        self._start()

    def _start(self) -> None:
        self.core.started(self)
        self._sweep()

    def _sweep(self) -> None:
        """Rows that no course of this life holds: what a dead one left, or what could not be written."""
        life = self.life
        for row in self.journal.checking():
            if self.life != life:
                return
            if row.id in self._busy:
                continue
            change = self.core.recover(row)
            if change is not None and self.commit(change) is not Committed.YES:
                continue
            if row.state in CHECKING:
                self.check(row.id)
        if self.life == life:
            self.later(SWEEP, self._sweep)

    # ---- the courses

    def run(self, op: str, course: Course[Any], done: Callable[[Any], None]) -> None:
        if not self.is_up:
            return
        self._busy.add(op)
        life = self.life

        def advance(value: object) -> None:
            while self.life == life:
                if self.p(self.world.crash):
                    self.crash()
                    return
                try:
                    command = course.send(value)
                except StopIteration as stop:
                    self._busy.discard(op)
                    done(stop.value)
                    return
                if isinstance(command, Commit):
                    value = self.commit(command.change)
                    continue
                self._carry_out(command, advance)
                return

        advance(None)

    def _carry_out(self, command: object, advance: Callable[[object], None]) -> None:
        match command:
            case Send(row):
                self.later(0, lambda: self.network.send(row, advance))
            case Look(subject):
                self.network.look(subject, advance)
            case LookElsewhere():
                self.network.look("control", lambda seen: advance(isinstance(seen, Observation)))
            case Wait(seconds):
                self.later(seconds, lambda: advance(None))

    def commit(self, change: Change) -> Committed:
        life = self.life
        if self.p(self.world.disk_fault):
            return Committed.FAILED
        done = self.core.commit(self, change)
        if done is Committed.YES and self.life == life:
            self.told(change.row.id)
        return done

    def told(self, op: str) -> None:
        row = self.journal.find(op)
        if row is None:
            return
        if row.state is State.PLANNED and row.attempt:
            self.judge.excused(op)
        self.judge.committed(self.name, self.durable(row))

    def durable(self, row: Instruction) -> dict[str, Any]:
        """What the disk says, in the judge's words."""
        return {
            "id": row.id,
            "state": row.state.value,
            "attempt": row.attempt,
            "payment": row.subject,
            "amount": row.amount,
            "checksum": row.snapshot.balance,
            "shown": tuple(sorted(entry.identity for entry in row.snapshot.entries)),
            "named": row.cancellation,
            "text": str(words(row.state, pays_later=row.pays_later)),
            "body_sha256": self.journal.body_sha256(row.id, row.attempt),
        }

    # ---- the person

    def refund(self, imp_uid: str, amount: int, *, think: float, clicks: int) -> None:
        """Open the dialog, think, press; sometimes twice, sometimes in two windows."""

        def shown(seen: object) -> None:
            if isinstance(seen, Observation):
                self.later(think, lambda: self._confirm(seen, amount, clicks))

        if self.is_up:
            self.network.look(imp_uid, shown)

    def _confirm(self, seen: Observation, amount: int, clicks: int) -> None:
        if self.is_calm:
            return
        for _ in range(clicks):
            self._ops += 1
            op = f"{self.name}-{self.life}-{self._ops}"
            wish = Wish(
                amount=Decimal(min(amount, seen.balance)),
                currency="KRW",
                reason="changed mind [x]" * self.dice.choice((1, 1, 4)),
                actor=self.name,
                shop="shop",
                pg="pg/card",
            )
            if not self.is_up:
                return
            try:
                row = self.core.freeze(op, wish, seen, self.journal.all())
            except InputError:
                return
            self.press(row, seen, is_new=True)

    def press(self, row: Instruction, seen: Observation, *, is_new: bool = False) -> None:
        self.judge.clicked(row.id, self.life)
        click = Click(actor=self.name, body_sha256=self.hash_of(row), server_time=seen.server_time)
        start = self.core.sending.begin if is_new else self.core.sending.send
        self.run(row.id, start(row, click, self.known(row)), self._ended)

    def hash_of(self, row: Instruction) -> str:
        return hashlib.sha256(encoded(self.core.fields(row))).hexdigest()

    def known(self, row: Instruction) -> Knowledge:
        return Knowledge(echoes_codes=self.journal.echoes(row.pg, len(row.reason.encode())))

    def _ended(self, outcome: Outcome) -> None:
        if outcome.is_recorded and outcome.row.state in CHECKING and outcome.was_started:
            self.check(outcome.row.id)

    def check(self, op: str, *, twice: bool = False) -> None:
        """Go on asking what became of it; sometimes two windows ask at once."""
        row = self.journal.find(op)
        if row is None or row.state not in CHECKING or (op in self._busy and not twice):
            return
        looks = self._looks.get(op, 0)
        self._looks[op] = looks + 1

        def done(checked: Checked) -> None:
            if checked.again_in is not None:
                jitter = 1.0 if self.is_calm else self.dice.uniform(0.8, 1.2)
                self.later(checked.again_in * jitter, lambda: self.check(op))

        self.run(op, self.core.reconciliation.check(row, self.known(row), looks=looks), done)

    def meddle(self) -> None:
        """Press whatever button some row offers."""
        rows = self.journal.all() if self.is_up else []
        if not rows:
            return
        row = self.dice.choice(rows)
        if row.state in RETRYABLE and row.id not in self._busy:
            if self.dice.random() < 0.15:
                self.commit(abandon(row, self.name))
            else:
                self.network.look(row.subject, lambda seen: self._retry(row, seen))
        elif row.state in CHECKING:
            self.check(row.id, twice=True)

    def _retry(self, row: Instruction, seen: object) -> None:
        if not isinstance(seen, Observation) or row.id in self._busy or self.is_calm:
            return
        try:
            ready = self.core.retry(row, seen, self.journal.all())
        except InputError:
            return
        self.press(ready, seen)

    def settle(self) -> None:
        """The owner looks at the provider's own console, which tells the truth, and decides."""
        for row in self.journal.all():
            if row.state is State.HUMAN:
                done = self.judge.effects.get(row.id)
                state = State.CONFIRMED_BY_HUMAN if done else State.ABANDONED
                self.commit(decide(row, state, actor="owner", note="seen at the provider"))
