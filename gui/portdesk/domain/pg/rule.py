"""A rule of a PG or of PortOne: when it speaks, in which words, and where it is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from portdesk.domain.messages import Message
from portdesk.domain.pg.refund import Refund
from portdesk.domain.pg.sources import Source


class Severity(IntEnum):
    """How loudly a rule speaks, the loudest first."""

    BLOCKS = 0
    """The API itself would refuse, or do something else than was asked."""
    WARNS = 1
    NOTES = 2
    """Worth knowing; nothing to be done about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one rule says about one request."""

    id: str
    severity: Severity
    words: Message
    advice: Message | None
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`applies` answers for one refund; `words` may be made for it."""

    id: str
    severity: Severity
    applies: Callable[[Refund], bool]
    words: Message | Callable[[Refund], Message]
    source: Source
    advice: Message | None = None

    def speak(self, refund: Refund) -> Finding | None:
        """What this rule has to say about `refund`, if anything."""
        if not self.applies(refund):
            return None
        words = self.words if isinstance(self.words, Message) else self.words(refund)
        return Finding(
            id=self.id, severity=self.severity, words=words, advice=self.advice, source=self.source
        )
