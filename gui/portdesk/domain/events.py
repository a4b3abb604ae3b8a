"""What has happened, as frozen past-tense classes, and the bus that carries it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, TypeVar

from portdesk.domain.errors import PortdeskError
from portdesk.domain.ids import ImpUid

E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class PaymentsChanged:
    """Rows of the local copy were written; `imp_uids` is empty when they are too many to name."""

    imp_uids: frozenset[ImpUid] = frozenset()


@dataclass(frozen=True, slots=True)
class CopyReplaced:
    """The local copy's file was replaced by an empty one: the ids of its rows stand for others now."""


class SyncPhase(Enum):
    """What the sync is doing."""

    IDLE = "idle"
    RECENT = "recent"
    HISTORY = "history"
    CHECKING = "checking"
    PAUSED = "paused"
    WAITING = "waiting"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncProgressed:
    """
    How far the local copy is.

    `done` is between 0 and 1 over the whole history, `reached` the oldest time fetched without a gap,
    `as_of` the server's time up to which the newest rows are known, `estimate` the time still needed.
    `is_complete` says that every window down to the first payment was fetched and its count agreed.
    """

    phase: SyncPhase
    done: float = 0.0
    rows: int = 0
    reached: datetime | None = None
    as_of: datetime | None = None
    estimate: timedelta | None = None
    is_complete: bool = False


@dataclass(frozen=True, slots=True)
class SyncFailed:
    """A round of the sync ended early; it is tried again by itself after `retry_in`."""

    error: PortdeskError
    retry_in: timedelta | None = None


@dataclass(frozen=True, slots=True)
class ConnectionChanged:
    """Whether the last request reached the server, and when it last did by our clock."""

    is_connected: bool
    error: PortdeskError | None = None


@dataclass(frozen=True, slots=True)
class SyncLogged:
    """The sync's notes are other ones."""


@dataclass(frozen=True, slots=True)
class RefundsChanged:
    """Some refund stands elsewhere than before."""


@dataclass(frozen=True, slots=True)
class RefundsOpen:
    """How many refunds wait for a person, and how many are being checked, by the journal."""

    needs_person: int = 0
    checking: int = 0


class Bus:
    """Carries events to those who asked for their type, at once and on the publisher's thread."""

    def __init__(self) -> None:
        self._handlers: dict[type[Any], list[Callable[[Any], None]]] = {}

    def subscribe(self, event: type[E], handler: Callable[[E], None]) -> Callable[[], None]:
        """Call `handler` for each `event`; the answer ends that."""
        handlers = self._handlers.setdefault(event, [])
        handlers.append(handler)

        def unsubscribe() -> None:
            if handler in handlers:
                handlers.remove(handler)

        return unsubscribe

    def publish(self, event: object) -> None:
        """Hand `event` to every handler of its type."""
        handlers = self._handlers.get(type(event), [])
        for handler in tuple(handlers):
            if handler in handlers:  # an earlier one may have ended it
                handler(event)
