"""Faults on demand: what goes wrong, at which operation, how often."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass, fields
from enum import Enum
from typing import Any, Final

ANY_OPERATION: Final = "*"


class FaultKind(Enum):
    """What can go wrong. `work` below is what the operation does to the shop."""

    LATENCY = "latency"
    """Waits `seconds`, then works and answers."""
    STATUS = "status"
    """Answers `status` with an empty JSON object in place of work, or after it."""
    TOO_MANY = "too_many"
    """Answers 429, with Retry-After of `seconds` when above 0."""
    HTML = "html"
    """Answers `status` with a web page, as a proxy or a captive portal does."""
    RESET = "reset"
    """Resets the connection before work."""
    EXPIRED_TOKEN = "expired_token"  # noqa: S105 - the name of a fault
    """Every token given out so far is refused from now on."""
    STALE = "stale"
    """Reads see the shop of `changes` changes or `seconds` seconds ago."""
    REFUSED_BUT_DONE = "refused_but_done"
    """Answers that the PG refused, and works `seconds` later."""
    LOST_ANSWER = "lost_answer"
    """Works, then closes the connection without a word."""
    DELAYED_ANSWER = "delayed_answer"
    """Works at once and answers `seconds` later."""
    CUT_BODY = "cut_body"
    """Works, then closes the connection in the middle of the body."""
    GARBAGE = "garbage"
    """Works, then answers 200 with JSON that breaks off."""
    WRONG_TYPES = "wrong_types"
    """Works, then answers with `field` replaced by `value` wherever it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """
    One thing going wrong.

    `operation` is "METHOD /path" as published, or "*". The fault lets the first `after` calls through
    and then strikes `count` times; a `count` of `None` means until it is cleared.
    """

    kind: FaultKind
    operation: str = ANY_OPERATION
    count: int | None = 1
    after: int = 0
    seconds: float = 0.0
    status: int = 503
    after_work: bool = False
    changes: int = 0
    field: str = "amount"
    value: Any = "not a number"


def fault_from(wish: dict[str, Any]) -> Fault:
    """A fault from JSON; raises `ValueError` or `TypeError` for one that does not exist."""
    known = {field.name for field in fields(Fault)}
    unknown = set(wish) - known
    if unknown:
        raise ValueError(f"no such field: {', '.join(sorted(unknown))}")
    return Fault(**{**wish, "kind": FaultKind(wish.get("kind"))})


class Faults:
    """The faults that are still to strike; safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[tuple[Fault, _Left]] = []

    def add(self, fault: Fault) -> None:
        """Let `fault` strike."""
        with self._lock:
            self._waiting.append((fault, _Left(fault.after, fault.count)))

    def clear(self) -> None:
        """Let everything work again."""
        with self._lock:
            self._waiting.clear()

    def waiting(self) -> list[dict[str, Any]]:
        """The faults that still strike, as JSON values, with how often."""
        with self._lock:
            return [
                asdict(fault) | {"kind": fault.kind.value, "after": left.after, "count": left.count}
                for fault, left in self._waiting
            ]

    def strike(self, operation: str) -> list[Fault]:
        """What goes wrong with this call, in the order it was asked for."""
        with self._lock:
            if not self._waiting:
                return []
            struck = [
                fault
                for fault, left in self._waiting
                if fault.operation in (ANY_OPERATION, operation) and left.takes_one()
            ]
            self._waiting = [(fault, left) for fault, left in self._waiting if left.count != 0]
            return struck


@dataclass(slots=True)
class _Left:
    after: int
    count: int | None

    def takes_one(self) -> bool:
        if self.after > 0:
            self.after -= 1
            return False
        if self.count is not None:
            if self.count <= 0:
                return False
            self.count -= 1
        return True
