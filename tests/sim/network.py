"""The way between a desk and the server: slow, lossy, sometimes late."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portdesk.ledger.instruction import Instruction
from sim.core import encoded
from sim.server import LONGEST_DELIVERY, Reply

TIMEOUT = 90.0
Done = Callable[[object], None]


class Network:
    """What one desk can reach. `desk` gives it time, dice and the core it talks for."""

    def __init__(self, desk: Any) -> None:
        self._desk = desk
        self._server = desk.server
        self._bad = desk.world.badness

    def look(self, subject: str, done: Done) -> None:
        desk = self._desk
        reply = self._server.read(subject) if not desk.p(0.03 * self._bad) else ("lost", None)
        at = None if desk.p(desk.world.timeless) else desk.clock.unix
        if desk.core.reads_own_clock and at is not None:
            at += desk.own_clock_error
        seen = desk.core.reading(reply, desk, at)
        desk.later(self._pause(), lambda: done(seen))

    def send(self, row: Instruction, done: Done) -> None:
        if self._desk.p(0.04 * self._bad):
            answer = self._desk.core.answer(("unsent", None), self._desk)
            self._desk.later(self._pause(), lambda: done(answer))
        else:
            _Request(self._desk, row, done).leave(self._pause)

    def _pause(self) -> float:
        return 0.1 if self._desk.is_calm else self._desk.dice.uniform(0.02, 1.5)


class _Request:
    """One request on its way, as often as the core lets it leave."""

    def __init__(self, desk: Any, row: Instruction, done: Done) -> None:
        self._desk = desk
        self._row = row
        self._done = done
        self._life = desk.life
        self._is_over = False
        self._sent = desk.core.fields(row)

    def leave(self, pause: Callable[[], float]) -> None:
        desk, bad, server = self._desk, self._desk.world.badness, self._desk.server
        self._first_byte()
        tag = (self._row.id, self._row.attempt)

        def answered(reply: Reply) -> None:
            if reply[0] == "token" and desk.core.resends_after_401:
                self._first_byte()
                server.cancel(self._sent, tag, answered)
            elif desk.life == self._life and not desk.p(0.08 * bad):
                desk.clock.after(pause(), lambda: self._over(reply))

        if desk.p(0.05 * bad):
            pass  # it never arrives
        elif desk.p(0.08 * bad):
            late = desk.dice.uniform(1, LONGEST_DELIVERY)
            desk.clock.after(late, lambda: server.cancel(self._sent, tag, lambda _reply: None))
        else:
            desk.clock.after(pause(), lambda: server.cancel(self._sent, tag, answered))
        patience = desk.dice.uniform(0.5, TIMEOUT) if desk.p(0.3) else TIMEOUT
        desk.clock.after(patience, lambda: self._over(("silence", None)))

    def _first_byte(self) -> None:
        """The judge sees what the disk holds at this moment."""
        desk, row = self._desk, self._row
        on_disk = desk.journal.find(row.id)
        durable = None if on_disk is None else desk.durable(on_disk)
        desk.judge.request(
            (row.id, row.attempt), encoded(self._sent), self._sent, row=durable, life=desk.life
        )

    def _over(self, reply: Reply) -> None:
        if self._is_over:
            return
        self._is_over = True
        desk = self._desk
        desk.core.after_send(desk)
        if desk.life == self._life:
            desk.later(0, lambda: self._done(desk.core.answer(reply, desk)))
