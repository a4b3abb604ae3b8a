"""The wallets of Korea, each a PG of its own."""

from __future__ import annotations

from typing import Final

from portdesk.domain.messages import Message
from portdesk.domain.pg import sources
from portdesk.domain.pg.needs import TaxPart, TaxParts
from portdesk.domain.pg.profile import PgProfile, RefundTerms
from portdesk.domain.pg.refund import Refund
from portdesk.domain.pg.rule import Rule, Severity
from portdesk.domain.pg.sources import CANCEL, CANCEL_PER_PG, docs
from portdesk.domain.pg.states import NOT_REVERSIBLE
from portdesk.domain.pg.terms import Deadline

_KAKAOPAY: Final = docs("카카오페이", "integration/pg/v1/kakaopay")
_BRANDPAY: Final = docs("토스 브랜드페이 연동 유의사항", "integration/pg/v1/toss-brandpay/warning")
_REFUSED_PART: Final = sources.Source(
    "iamport-rest-client-java, issue 20",
    "requested cancel amount is bigger than cancelable amount",
    sources.CANCEL.date,
)
_CANCEL_ONLY: Final = Message("PortOne's documents say nothing of refunds at this PG but what holds for all.")
_REQUESTERS: Final = ("customer", "admin")


def _is_second_part(refund: Refund) -> bool:
    return refund.holds_money and refund.payment.cancel_amount > 0


def _lacks_reason(refund: Refund) -> bool:
    return refund.holds_money and not refund.request.reason.strip()


def _wallet(*codes: str, name: Message) -> PgProfile:
    return PgProfile(codes=codes, name=name, refund=RefundTerms(sources=(CANCEL,), little_known=_CANCEL_ONLY))


KAKAOPAY: Final = PgProfile(
    codes=("kakaopay",),
    name=Message("KakaoPay"),
    refund=RefundTerms(
        sources=(_KAKAOPAY, sources.DEADLINES),
        deadlines=(
            Deadline(id="kakaopay.money_five_years", months=60, methods={"point"}, source=sources.DEADLINES),
        ),
        rules=(
            Rule(
                id="kakaopay.second_part",
                severity=Severity.WARNS,
                applies=_is_second_part,
                words=Message(
                    "KakaoPay may refuse a further part when its VAT does not add up with the first."
                ),
                advice=Message("If it is refused, refund everything that is left in one go."),
                source=_REFUSED_PART,
            ),
        ),
        without=frozenset({"point.part"}),
    ),
)

NAVERPAY: Final = PgProfile(
    codes=("naverpay",),
    name=Message("Naver Pay"),
    refund=RefundTerms(
        sources=(CANCEL_PER_PG, sources.DEADLINES, sources.REVERSAL),
        wants_requester=True,
        deadlines=(Deadline(id="naverpay.three_years", days=1095, source=sources.DEADLINES),),
        rules=(
            NOT_REVERSIBLE,
            Rule(
                id="naverpay.reason",
                severity=Severity.BLOCKS,
                applies=_lacks_reason,
                words=Message("Naver Pay wants a reason for every refund."),
                source=CANCEL_PER_PG,
            ),
            Rule(
                id="naverpay.requester",
                severity=Severity.WARNS,
                applies=lambda refund: refund.holds_money and refund.request.requester not in _REQUESTERS,
                words=Message(
                    "Naver Pay wants to know whether the customer or the shop asks for the refund."
                ),
                source=CANCEL_PER_PG,
            ),
        ),
        without=frozenset({"card.year", "card.three_months", "point.part", "reason.empty"}),
    ),
)

NAVERCO: Final = PgProfile(
    codes=("naverco",),
    name=Message("Naver Pay order"),
    refund=RefundTerms(
        sources=(sources.NAVER_ORDERS,),
        rules=(
            Rule(
                id="naverco.orders",
                severity=Severity.WARNS,
                applies=lambda refund: refund.holds_money,
                words=Message("Naver Pay orders are cancelled order by order, each with its own goods."),
                advice=Message("Cancel it in Naver's seller centre or by the order API."),
                source=sources.NAVER_ORDERS,
            ),
        ),
    ),
)

PAYCO: Final = PgProfile(
    codes=("payco",),
    name=Message("PAYCO"),
    refund=RefundTerms(
        sources=(CANCEL_PER_PG, sources.BALANCE, sources.REVERSAL),
        tax=TaxParts(tax_free=TaxPart.REPEATED),
        rules=(
            NOT_REVERSIBLE,
            Rule(
                id="payco.balance",
                severity=Severity.NOTES,
                applies=lambda refund: refund.holds_money and refund.is_part,
                words=Message("What is left of the tax-free and taxed parts can be looked up at PAYCO."),
                source=sources.BALANCE,
            ),
        ),
    ),
)

BRANDPAY: Final = PgProfile(
    codes=("toss_brandpay",),
    name=Message("Toss BrandPay"),
    refund=RefundTerms(
        sources=(_BRANDPAY,),
        rules=(
            Rule(
                id="toss_brandpay.tax_free",
                severity=Severity.NOTES,
                applies=lambda refund: refund.holds_money and refund.request.tax_free is None,
                words=Message(
                    "If there was a tax-free part, its rest has to be exact, even when everything goes back."
                ),
                source=_BRANDPAY,
            ),
        ),
    ),
)

EASYPAY: Final = (
    KAKAOPAY,
    NAVERPAY,
    NAVERCO,
    PAYCO,
    BRANDPAY,
    _wallet("tosspay", "tosspay_v2", name=Message("Toss Pay")),
    _wallet("smilepay", name=Message("Smile Pay")),
    _wallet("chai", name=Message("Chai")),
)
