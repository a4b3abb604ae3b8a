"""Rules that many PGs have in their own measure: deadlines, refunds in parts, refunds done later."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from portdesk.domain.messages import Message
from portdesk.domain.pg.refund import Refund
from portdesk.domain.pg.rule import Rule, Severity
from portdesk.domain.pg.sources import Source

VOUCHERS: Final = frozenset({"cultureland", "smartculture", "booknlife", "culturegift", "happymoney"})
OTHER_WAY: Final = Message(
    "Give the money back another way, such as a bank transfer, and keep a record of it."
)
WHOLE_ONLY: Final = Message("Refund the whole payment, or give the part back another way.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """How long after the payment a PG takes refunds, in calendar months or in days."""

    id: str
    source: Source
    months: int = 0
    days: int = 0
    methods: Collection[str] | None = None

    def last_day(self, paid_on: date) -> date:
        """The last day on which a refund is taken."""
        if self.days:
            return date.fromordinal(min(paid_on.toordinal() + self.days, date.max.toordinal()))
        return months_after(paid_on, self.months)

    def rule(self) -> Rule:
        """The rule that refuses from the next day on."""
        return Rule(
            id=self.id,
            severity=Severity.BLOCKS,
            applies=self._is_over,
            words=self._say,
            advice=OTHER_WAY,
            source=self.source,
        )

    def _is_over(self, refund: Refund) -> bool:
        paid_on = refund.paid_on
        if paid_on is None or not paid_with(refund, self.methods):
            return False
        return refund.holds_money and refund.today > self.last_day(paid_on)

    def _say(self, refund: Refund) -> Message:
        day = self.last_day(refund.paid_on or refund.today).isoformat()
        return Message("The time for a refund of this payment ended on {day}.", day=day)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLimit:
    """Pay methods that cannot, or not always, be refunded in parts."""

    id: str
    source: Source
    words: Message
    methods: Collection[str] | None = None
    severity: Severity = Severity.BLOCKS
    also: Callable[[Refund], bool] | None = None

    def rule(self) -> Rule:
        """The rule about a refund in parts."""
        return Rule(
            id=self.id,
            severity=self.severity,
            applies=self._concerns,
            words=self.words,
            advice=WHOLE_ONLY,
            source=self.source,
        )

    def _concerns(self, refund: Refund) -> bool:
        if not (refund.holds_money and refund.is_part and paid_with(refund, self.methods)):
            return False
        return self.also is None or self.also(refund)


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """Refunds that are accepted now and carried out later: accepted is not refunded."""

    id: str
    source: Source
    words: Message
    methods: Collection[str] | None = None
    severity: Severity = Severity.WARNS
    also: Callable[[Refund], bool] | None = None

    def rule(self) -> Rule:
        """The rule that says so beforehand."""
        return Rule(
            id=self.id,
            severity=self.severity,
            applies=self.concerns,
            words=self.words,
            source=self.source,
        )

    def concerns(self, refund: Refund) -> bool:
        """Whether `refund` is one of these."""
        if not (refund.holds_money and paid_with(refund, self.methods)):
            return False
        return self.also is None or self.also(refund)


def paid_with(refund: Refund, methods: Collection[str] | None) -> bool:
    """Whether the payment was made in one of `methods`; `None` is any."""
    return methods is None or refund.method in methods


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
