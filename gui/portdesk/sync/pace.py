"""How fast the sync may go, and how long it waits: everything about seconds that are not a payment's."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from portdesk.api.clock import steady_seconds


class Clock:
    """Our own steady clock; tests bring one that does not wait."""

    def now(self) -> float:
        """Seconds since some fixed moment."""
        return steady_seconds()

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        """Return when `event` is set, or about `seconds` later; some loops fire early."""
        with suppress(TimeoutError):
            await asyncio.wait_for(event.wait(), seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds between rounds, limits of politeness, and the waits after an error."""

    newest_every: float = 15.0
    recent_check_every: float = 300.0
    check_every: float = 60.0
    requests_per_second: float = 48.0
    at_once: int = 3
    first_wait: float = 2.0
    longest_wait: float = 300.0
    jitter: Callable[[], float] = random.SystemRandom().random

    def wait_after(self, failures: int) -> float:
        """Seconds to wait after so many failures in a row, spread so that shops do not march in step."""
        wait = min(self.longest_wait, self.first_wait * 2.0 ** min(failures - 1, 20))
        return wait * (0.75 + self.jitter() / 2)


class Gate:
    """Lets requests through one by one: few at once, none too soon after another, none while shut."""

    def __init__(self, pace: Pace, clock: Clock) -> None:
        self._clock = clock
        self._interval = 1 / pace.requests_per_second
        self._places = asyncio.Semaphore(pace.at_once)
        self._open = asyncio.Event()
        self._open.set()
        self._never = asyncio.Event()
        self._next = clock.now()

    @property
    def is_shut(self) -> bool:
        """Whether requests are held back."""
        return not self._open.is_set()

    def shut(self) -> None:
        """Hold requests back; those under way go on."""
        self._open.clear()

    def reopen(self) -> None:
        """Let requests through again."""
        self._open.set()

    @asynccontextmanager
    async def passage(self) -> AsyncIterator[None]:
        """Wait for one's turn; the place is given back at the end."""
        async with self._places:
            await self._open.wait()
            turn = max(self._next, self._clock.now())
            self._next = turn + self._interval
            while (left := turn - self._clock.now()) > 0:
                await self._clock.wait(self._never, left)
            yield
