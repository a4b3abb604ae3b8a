"""What the protocol asks for, and what it is told in return; said without naming who does it."""

from __future__ import annotations

from collections.abc import Generator
from enum import Enum
from typing import Any, TypeVar

import msgspec

from portdesk.ledger.instruction import Attempt, Closing, Instruction, Observation
from portdesk.ledger.states import State

T = TypeVar("T")


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """
    One conditional commit: `row` takes the place of the row that has state `was` and attempt `number`.

    `was` is `None` for a new row. `is_result` marks what is learnt after a request: it may use the
    last reserve of the disk. Everything is written, or nothing.
    """

    row: Instruction
    was: State | None
    number: int
    event: str
    actor: str
    attempt: Attempt | None = None
    closing: Closing | None = None
    seen: Observation | None = None
    is_result: bool = False


class Committed(Enum):
    """How a commit ended. `NO`: somebody else was first. `FAILED`: nothing could be written."""

    YES = "yes"
    NO = "no"
    FAILED = "failed"


class Commit(msgspec.Struct, frozen=True):
    """Write `change` to disk; answered with `Committed`."""

    change: Change


class Send(msgspec.Struct, frozen=True):
    """Send the request of the row's attempt, once; answered with an `Answer`."""

    row: Instruction


class Look(msgspec.Struct, frozen=True):
    """Read the subject anew; answered with an `Observation` or `Unreadable`."""

    subject: str


class LookElsewhere(msgspec.Struct, frozen=True):
    """Read another known record of the same kind; answered with whether it could be read."""

    subject: str


class Wait(msgspec.Struct, frozen=True):
    """Let some seconds pass; answered with nothing."""

    seconds: float


Command = Commit | Send | Look | LookElsewhere | Wait
Course = Generator[Command, Any, T]


class Unreadable(msgspec.Struct, frozen=True):
    """The server did not show it: not found, refused, another shop's, garbled. Proves nothing."""

    why: str


class NotSent(msgspec.Struct, frozen=True):
    """It is certain that no byte of the request left."""

    why: str


class NotExecuted(msgspec.Struct, frozen=True):
    """Turned away at the door for its token; nothing was done."""


class Refused(msgspec.Struct, frozen=True):
    """An answer that says no. Believed only after a look."""

    code: int
    server_message: str = ""


class Accepted(msgspec.Struct, frozen=True):
    """An answer that says yes, and the record it came with; `None` when that does not fit."""

    seen: Observation | None


class Unclear(msgspec.Struct, frozen=True):
    """Anything else: no answer, half an answer, an answer that is none."""

    why: str


Answer = NotSent | NotExecuted | Refused | Accepted | Unclear
