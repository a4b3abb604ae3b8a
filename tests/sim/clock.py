"""A clock that stands still until something is due."""

from __future__ import annotations

import heapq
from collections.abc import Callable

EPOCH = 1_790_000_000
"""The server's time at the beginning of every history."""


class Clock:
    def __init__(self) -> None:
        self.now = 0.0
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0

    @property
    def unix(self) -> int:
        return EPOCH + int(self.now)

    def at(self, time: float, act: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._due, (max(time, self.now), self._count, act))

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        self.at(self.now + seconds, act)

    def run(self, until: float) -> None:
        due = self._due
        while due and due[0][0] <= until:
            self.now, _, act = heapq.heappop(due)
            act()
        self.now = until
