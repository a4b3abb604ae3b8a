"""Keeps the local copy in step with the server: the newest first, then the past, then counting."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from portdesk.api.client import Client
from portdesk.api.errors import TooManyRequestsError
from portdesk.domain.errors import PortdeskError
from portdesk.domain.events import Bus, CopyReplaced, PaymentsChanged, SyncFailed, SyncPhase
from portdesk.domain.payments import STATUSES, PaymentStatus
from portdesk.domain.times import to_unix
from portdesk.store.checkpoints import Check, Checkpoints, Stretch
from portdesk.store.payments import PaymentStore
from portdesk.sync.line import Line
from portdesk.sync.pace import Clock, Gate, Pace
from portdesk.sync.payments import PaymentSync
from portdesk.sync.plan import FIRST_SECOND, SLOT, Ask, Plan
from portdesk.sync.progress import Progress

_TELL_EVERY: Final = 0.25
_JUMP: Final = 60
"""Seconds by which the server's time may be other than thought before the newest is read again."""


class SyncEngine:
    """
    Fetches for ever, until its task is cancelled; it can be stopped at any point and goes on from there.

    A round reads the newest part of every status, then what is missing in the past, then compares
    counts: each stretch of 90 days once before the copy is called complete, later the latest one
    every few minutes and an older one each minute, in turn.
    """

    def __init__(
        self,
        client: Client,
        store: PaymentStore,
        checkpoints: Checkpoints,
        bus: Bus,
        *,
        clock: Clock | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._store = store
        self._checkpoints = checkpoints
        self._bus = bus
        self._clock = clock or Clock()
        self._pace = pace or Pace()
        self._line = Line(client, bus, Gate(self._pace, self._clock))
        self._payments = PaymentSync(self._line, store, bus)
        self._progress = Progress()
        self._plan: Plan | None = None
        self._checks: dict[tuple[PaymentStatus, int], Check] = {}
        self._awake = asyncio.Event()
        self._error: PortdeskError | None = None
        self._next_newest = 0.0
        self._next_recent_check = 0.0
        self._next_check = 0.0
        self._next_telling = 0.0
        self._is_waiting = False
        self._rows = 0

    async def run(self) -> None:
        """Keep in step for ever; a failed round is tried again later."""
        failures = 0
        while True:
            self._awake.clear()
            try:
                await self._round()
            except PortdeskError as error:
                failures += 1
                await self._wait_after(error, failures)
            else:
                failures = 0
                await self._rest(self._next_newest - self._clock.now())

    def pause(self) -> None:
        """Send nothing more until `resume`; what is under way still arrives."""
        self._line.gate.shut()
        self._tell_at_once()

    def resume(self) -> None:
        """Go on after `pause`."""
        self._line.gate.reopen()
        self.wake()

    def wake(self) -> None:
        """Read the newest at once, and count the latest stretch: someone asks, or the machine slept."""
        self._next_newest = self._next_recent_check = 0.0
        self._awake.set()

    async def tell_offline(self) -> None:
        """Say how far the local copy is, in place of `run`: nothing is asked of the server."""
        plan = await self._load()
        plan.tick(max(plan.known_until(status) or 0 for status in STATUSES))
        rows = await self._store.count()
        self._bus.publish(
            self._progress.told(
                plan,
                phase=SyncPhase.OFFLINE,
                rows=rows,
                seconds=self._clock.now(),
                is_complete=self._is_complete(plan),
            )
        )

    def begin_anew(self) -> None:
        """Go by what the store says: its file was replaced by an empty one."""
        self._plan = None
        self._bus.publish(CopyReplaced())
        self._bus.publish(PaymentsChanged())
        self.wake()

    async def _round(self) -> None:
        plan = self._plan or await self._load()
        await self._catch_up(plan)
        for status, since in self._slots_to_check(plan):
            if self._plan is not plan:
                return
            await self._check(plan, status, since)
            if self._clock.now() >= self._next_newest:
                await self._catch_up(plan)
        await self._tell(plan)

    async def _load(self) -> Plan:
        plan = Plan(await self._checkpoints.coverage())
        checks = await self._checkpoints.checks()
        self._checks = {(check.stretch.status, check.stretch.since): check for check in checks}
        self._next_recent_check = self._clock.now() + self._pace.recent_check_every
        self._next_check = self._clock.now() + self._pace.check_every
        self._progress = Progress()
        self._plan = plan
        return plan

    # ---- fetching

    async def _catch_up(self, plan: Plan) -> None:
        """Fetch whatever is missing, the newest first, a few requests at a time."""
        self._tick(plan)
        self._progress.begin()
        self._error = None
        async with asyncio.TaskGroup() as group:
            for _ in range(self._pace.at_once):
                group.create_task(self._work(plan))
        if self._error is not None:
            raise self._error
        self._is_waiting = False
        await self._tell(plan)

    async def _work(self, plan: Plan) -> None:
        while self._error is None and self._plan is plan:
            if self._clock.now() >= self._next_newest:
                self._tick(plan)
            ask = plan.next_ask()
            if ask is None:
                return
            try:
                await self._fetch(plan, ask)
            except PortdeskError as error:
                self._error = error
            finally:
                plan.release(ask)

    async def _fetch(self, plan: Plan, ask: Ask) -> None:
        check = await self._payments.fetch(plan, ask)
        if check is not None:
            self._checks[check.stretch.status, check.stretch.since] = check
        self._is_waiting = False
        if abs(self._now() - plan.now) > _JUMP + self._pace.newest_every:
            self._tick(plan)
        if self._clock.now() >= self._next_telling:
            await self._tell(plan)

    def _tick(self, plan: Plan) -> None:
        self._next_newest = self._clock.now() + self._pace.newest_every
        plan.tick(self._now())

    def _now(self) -> int:
        return to_unix(self._line.server_now() or datetime.now(UTC))

    # ---- counting

    def _slots_to_check(self, plan: Plan) -> Iterator[tuple[PaymentStatus, int]]:
        """What has never been counted, then what is due."""
        slots = range(FIRST_SECOND, plan.now + 1, SLOT)
        for since in reversed(slots):
            yield from ((status, since) for status in STATUSES if (status, since) not in self._checks)
        now = self._clock.now()
        if now >= self._next_recent_check:
            self._next_recent_check = now + self._pace.recent_check_every
            yield from ((status, slots[-1]) for status in STATUSES)
        if now >= self._next_check:
            self._next_check = now + self._pace.check_every
            yield min(
                ((status, since) for since in slots for status in STATUSES),
                key=lambda key: self._checks[key].checked_at if key in self._checks else 0,
            )

    async def _check(self, plan: Plan, status: PaymentStatus, since: int) -> None:
        until = min(since + SLOT - 1, plan.known_until(status) or 0)
        if until < since:
            return
        stretch = Stretch(status=status, since=since, until=until)
        check = await self._payments.compare(stretch)
        if not self._agrees(check):
            # What moved since the newest was read explains most differences.
            await self._catch_up(plan)
            check = await self._payments.compare(stretch)
        if not self._agrees(check):
            check = await self._payments.repair(stretch)
        await self._note(check)

    def _agrees(self, check: Check) -> bool:
        before = self._checks.get((check.stretch.status, check.stretch.since))
        known_difference = before.total - before.held if before else 0
        return check.total - check.held == known_difference

    async def _note(self, check: Check) -> None:
        self._checks[check.stretch.status, check.stretch.since] = check
        await self._checkpoints.note([check])

    # ---- telling and waiting

    async def _tell(self, plan: Plan) -> None:
        self._next_telling = self._clock.now() + _TELL_EVERY
        rows = await self._store.count()
        if self._plan is plan:
            self._tell_now(plan, rows)

    def _tell_now(self, plan: Plan, rows: int) -> None:
        self._rows = rows
        self._bus.publish(
            self._progress.told(
                plan,
                phase=self._phase(plan),
                rows=rows,
                seconds=self._clock.now(),
                is_complete=self._is_complete(plan),
            )
        )

    def _tell_at_once(self) -> None:
        if self._plan is not None:
            self._tell_now(self._plan, self._rows)

    def _phase(self, plan: Plan) -> SyncPhase:
        if self._line.gate.is_shut:
            return SyncPhase.PAUSED
        if self._is_waiting:
            return SyncPhase.WAITING
        reached = [plan.reached(status) for status in STATUSES]
        if None in reached:
            return SyncPhase.RECENT
        if set(reached) != {FIRST_SECOND}:
            return SyncPhase.HISTORY
        return SyncPhase.IDLE if self._is_complete(plan) else SyncPhase.CHECKING

    def _is_complete(self, plan: Plan) -> bool:
        return all(
            plan.known_until(status) is not None
            and plan.reached(status) == FIRST_SECOND
            and all(
                (status, since) in self._checks
                for since in range(FIRST_SECOND, (plan.known_until(status) or 0) + 1, SLOT)
            )
            for status in STATUSES
        )

    async def _wait_after(self, error: PortdeskError, failures: int) -> None:
        seconds = self._pace.wait_after(failures)
        if isinstance(error, TooManyRequestsError) and error.retry_after is not None:
            seconds = max(seconds, error.retry_after)
        self._is_waiting = True
        self._bus.publish(SyncFailed(error, timedelta(seconds=round(seconds, 1))))
        self._tell_at_once()
        await self._rest(seconds)

    async def _rest(self, seconds: float) -> None:
        end = self._clock.now() + seconds
        while not self._awake.is_set() and (left := end - self._clock.now()) > 0:
            await self._clock.wait(self._awake, left)
