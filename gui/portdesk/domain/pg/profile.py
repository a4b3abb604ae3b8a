"""What one PG can do: its pay windows, its refunds, and the check of a refund against it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from portdesk.domain.messages import Message
from portdesk.domain.payments import Payment
from portdesk.domain.pg.accounts import ACCOUNT_RULES
from portdesk.domain.pg.amounts import AMOUNT_RULES, NO_SUM
from portdesk.domain.pg.methods import METHOD_RULES, NEXT_DAY
from portdesk.domain.pg.needs import VIRTUAL_ACCOUNTS, AccountNeed, TaxParts
from portdesk.domain.pg.pay.table import terms_of
from portdesk.domain.pg.pay.terms import WindowTerms
from portdesk.domain.pg.refund import Refund, RefundRequest
from portdesk.domain.pg.rule import Finding, Rule
from portdesk.domain.pg.sources import Source
from portdesk.domain.pg.states import STATE_RULES
from portdesk.domain.pg.terms import Deadline, Later, PartLimit

GENERAL_RULES = (*STATE_RULES, *AMOUNT_RULES, *ACCOUNT_RULES, *METHOD_RULES)
"""What holds for every PG that does not say otherwise in `without`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundTerms:
    """
    How a PG refunds.

    `without` names general rules that do not hold here; `little_known` says why so little stands here.
    `wants_requester` where it is to be told who asks for the refund.
    """

    sources: tuple[Source, ...]
    little_known: Message | None = None
    accounts: tuple[AccountNeed, ...] = (VIRTUAL_ACCOUNTS,)
    tax: TaxParts = field(default_factory=TaxParts)
    wants_requester: bool = False
    deadlines: tuple[Deadline, ...] = ()
    parts: tuple[PartLimit, ...] = ()
    later: tuple[Later, ...] = ()
    rules: tuple[Rule, ...] = ()
    without: frozenset[str] = frozenset()

    def own_rules(self) -> tuple[Rule, ...]:
        """The rules of this PG alone."""
        terms: tuple[Deadline | PartLimit | Later, ...] = (*self.deadlines, *self.parts, *self.later)
        return (*(term.rule() for term in terms), *self.rules)

    def all_rules(self) -> tuple[Rule, ...]:
        """The general rules that hold here, and this PG's own."""
        return (*(rule for rule in GENERAL_RULES if rule.id not in self.without), *self.own_rules())


@dataclass(frozen=True, slots=True, kw_only=True)
class PgProfile:
    """One PG: the codes it goes by on the wire, its name, and its ways."""

    codes: tuple[str, ...]
    name: Message
    refund: RefundTerms

    @property
    def windows(self) -> tuple[WindowTerms, ...]:
        """The pay window behind each of the codes."""
        return tuple(terms_of(code) for code in self.codes)

    def account_need(self, payment: Payment, now: datetime) -> AccountNeed | None:
        """What a refund of `payment` demands of a bank account, or `None` when it needs none."""
        for need in self.refund.accounts:
            if need.is_met_by(payment, now):
                return need
        return None

    def check(self, payment: Payment, request: RefundRequest, now: datetime) -> tuple[Finding, ...]:
        """Everything there is to say about this refund, the worst first."""
        refund = self._refund(payment, request, now)
        nonsense = NO_SUM.speak(refund)
        if nonsense is not None:
            return (nonsense,)
        return tuple(sorted(self._findings(refund), key=lambda finding: finding.severity))

    def completes_later(self, payment: Payment, now: datetime) -> bool:
        """Whether a refund of `payment` is only accepted at first, and carried out by the PG in its time."""
        refund = self._refund(payment, RefundRequest(amount=payment.remaining.value), now)
        return any(term.concerns(refund) for term in (NEXT_DAY, *self.refund.later))

    def _refund(self, payment: Payment, request: RefundRequest, now: datetime) -> Refund:
        return Refund(
            payment=payment,
            request=request,
            now=now,
            account=self.account_need(payment, now),
            tax=self.refund.tax,
        )

    def _findings(self, refund: Refund) -> Iterator[Finding]:
        for rule in self.refund.all_rules():
            finding = rule.speak(refund)
            if finding is not None:
                yield finding
