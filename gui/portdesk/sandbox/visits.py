"""The requests the server saw: method, path and status, no bodies; tests can wait for one."""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_KEPT: Final = 10_000
_SECRET: Final = re.compile(r"(?<![^&])(pg_api_key|_token|imp_secret)=[^&]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request that is over; `status` is `None` when no answer was sent."""

    number: int
    at: float
    method: str
    path: str
    query: str
    operation: str | None
    status: int | None


class Visits:
    """The latest requests, oldest first; safe to use from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._visits: deque[Visit] = deque(maxlen=_KEPT)
        self._count = 0

    @property
    def count(self) -> int:
        """How many requests there were in all."""
        return self._count

    def add(
        self, *, at: float, method: str, path: str, query: str, operation: str | None, status: int | None
    ) -> None:
        """Note a request that is over."""
        with self._changed:
            self._count += 1
            visit = Visit(
                number=self._count,
                at=at,
                method=method,
                path=path,
                query=_SECRET.sub(r"\1=...", query),
                operation=operation,
                status=status,
            )
            self._visits.append(visit)
            self._changed.notify_all()

    def all(self, operation: str | None = None) -> list[Visit]:
        """The requests of one operation, or all of them."""
        with self._changed:
            return [visit for visit in self._visits if operation in (None, visit.operation)]

    def wait_for(
        self, fits: Callable[[Visit], bool], *, count: int = 1, timeout: float = 10.0
    ) -> list[Visit]:
        """The first `count` fitting requests, waiting for them; raises `TimeoutError`."""

        def found() -> list[Visit]:
            return [visit for visit in self._visits if fits(visit)][:count]

        with self._changed:
            if not self._changed.wait_for(lambda: len(found()) >= count, timeout):
                raise TimeoutError(f"{len(found())} of {count} requests came")
            return found()
