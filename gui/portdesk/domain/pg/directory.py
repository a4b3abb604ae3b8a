"""Every PG there is a profile of, and the check of a refund at whichever PG took the payment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from portdesk.domain.messages import Message
from portdesk.domain.payments import Payment
from portdesk.domain.pg.domestic import DOMESTIC
from portdesk.domain.pg.easypay import EASYPAY
from portdesk.domain.pg.needs import TaxPart, TaxParts
from portdesk.domain.pg.overseas import OVERSEAS
from portdesk.domain.pg.profile import PgProfile, RefundTerms
from portdesk.domain.pg.refund import RefundRequest
from portdesk.domain.pg.rule import Finding, Rule, Severity
from portdesk.domain.pg.sources import PG_CODES

PROFILES: Final = (*DOMESTIC, *EASYPAY, *OVERSEAS)

UNKNOWN_PG: Final = PgProfile(
    codes=(),
    name=Message("Unknown PG"),
    refund=RefundTerms(
        sources=(PG_CODES,),
        little_known=Message("Nothing is known here of this PG."),
        tax=TaxParts(vat_amount=TaxPart.OPTIONAL),
        rules=(
            Rule(
                id="pg.unknown",
                severity=Severity.WARNS,
                applies=lambda refund: refund.holds_money,
                words=lambda refund: Message(
                    "The PG “{code}” is not known here; its own rules could not be checked.",
                    code=refund.provider or "?",
                ),
                source=PG_CODES,
            ),
        ),
    ),
)

_BY_CODE: Final[Mapping[str, PgProfile]] = MappingProxyType(
    {code: profile for profile in PROFILES for code in profile.codes}
)


def profile_of(pg_provider: str | None) -> PgProfile:
    """The profile of this PG, or a cautious one when the code is unknown."""
    return _BY_CODE.get(pg_provider or "", UNKNOWN_PG)


def check_refund(payment: Payment, request: RefundRequest, now: datetime) -> tuple[Finding, ...]:
    """What the PG, the pay method and PortOne have to say about this refund, the worst first."""
    return profile_of(payment.pg_provider).check(payment, request, now)
