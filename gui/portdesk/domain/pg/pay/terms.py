"""A pay window with the rules of its PG."""

from __future__ import annotations

from dataclasses import dataclass

from portdesk.domain.pg.pay.general import FORM_RULES
from portdesk.domain.pg.pay.meaning import MEANING_RULES
from portdesk.domain.pg.pay.rule import PayRule
from portdesk.domain.pg.pay.window import PayWindow
from portdesk.domain.pg.sources import Source

GENERAL_PAY_RULES = (*MEANING_RULES, *FORM_RULES)
"""What holds for every window that does not say otherwise in `without`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowTerms:
    """The window behind one code; `without` names general rules that do not hold here."""

    window: PayWindow
    sources: tuple[Source, ...]
    rules: tuple[PayRule, ...] = ()
    without: frozenset[str] = frozenset()

    def all_rules(self) -> tuple[PayRule, ...]:
        """The general rules that hold here, and this PG's own."""
        return (*(rule for rule in GENERAL_PAY_RULES if rule.id not in self.without), *self.rules)
