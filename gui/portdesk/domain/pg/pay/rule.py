"""A rule about a pay request: when it speaks, in which words, and where it is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from portdesk.domain.messages import Message
from portdesk.domain.pg.pay.asked import Asked
from portdesk.domain.pg.rule import Finding, Severity
from portdesk.domain.pg.sources import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class PayRule:
    """
    `applies` answers for one request; `words` may be made for it.

    `always` speaks even where no window opens.
    """

    id: str
    severity: Severity
    applies: Callable[[Asked], bool]
    words: Message | Callable[[Asked], Message]
    source: Source
    advice: Message | None = None
    always: bool = False

    def speak(self, asked: Asked) -> Finding | None:
        """What this rule has to say about `asked`, if anything."""
        if not (self.always or asked.opens) or not self.applies(asked):
            return None
        words = self.words if isinstance(self.words, Message) else self.words(asked)
        return Finding(
            id=self.id, severity=self.severity, words=words, advice=self.advice, source=self.source
        )
