"""One HTTP exchange, said without the HTTP library: who makes it and what it brings back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from portdesk.api.endpoint import Call


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `damage` says in which way the body could not be received."""

    status: int
    body: bytes = field(repr=False, default=b"")
    damage: str | None = None
    date: datetime | None = None
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Nothing whole came back. `may_be_sent` is false only when it is certain that nothing left."""

    cause: str
    may_be_sent: bool = True
    is_tls: bool = False


class Wire(Protocol):
    """The connections to one address. Named apart from its maker, whose import takes its time."""

    async def exchange(self, call: Call, headers: Mapping[str, str]) -> Answer | Failure:
        """Send `call` once. Nothing is raised but the cancellation of the caller."""
        ...

    async def aclose(self) -> None:
        """Close every connection."""
        ...
