"""KSNET, which counts refunds in parts, closes at night and leaves cash receipts alone."""

from __future__ import annotations

from typing import Final

from portdesk.domain.messages import Message
from portdesk.domain.pg.profile import PgProfile, RefundTerms
from portdesk.domain.pg.refund import Refund
from portdesk.domain.pg.rule import Rule, Severity
from portdesk.domain.pg.sources import CANCEL_PER_PG, docs
from portdesk.domain.pg.terms import OTHER_WAY, Deadline
from portdesk.domain.times import KST

_CAUTIONS: Final = docs("KSNET 연동 주의사항", "integration/pg/v1/ksnet/warning")
_PARTS: Final = 9
_NIGHT_ENDS, _NIGHT_BEGINS = 6, 23
_CASH: Final = frozenset({"vbank", "trans"})


def _is_night(refund: Refund) -> bool:
    hour = refund.now.astimezone(KST).hour
    return hour >= _NIGHT_BEGINS or hour < _NIGHT_ENDS


def _parts_are_used_up(refund: Refund) -> bool:
    return refund.holds_money and len(refund.payment.cancel_history) >= _PARTS


def _is_last_part(refund: Refund) -> bool:
    if not refund.holds_money or refund.request.amount >= refund.rest:
        return False
    return len(refund.payment.cancel_history) == _PARTS - 1


def _leaves_receipt(refund: Refund) -> bool:
    return refund.holds_money and refund.method in _CASH and refund.payment.cash_receipt_issued is True


def _splits_account_tax(refund: Refund) -> bool:
    return refund.method == "vbank" and bool(refund.request.tax_free)


KSNET: Final = PgProfile(
    codes=("ksnet",),
    name=Message("KSNET"),
    refund=RefundTerms(
        sources=(_CAUTIONS, CANCEL_PER_PG),
        deadlines=(Deadline(id="ksnet.six_months", months=6, source=_CAUTIONS),),
        rules=(
            Rule(
                id="ksnet.nine_parts",
                severity=Severity.BLOCKS,
                applies=_parts_are_used_up,
                words=Message("KSNET refunds a payment in at most nine parts; all nine have been used."),
                advice=OTHER_WAY,
                source=_CAUTIONS,
            ),
            Rule(
                id="ksnet.last_part",
                severity=Severity.WARNS,
                applies=_is_last_part,
                words=Message("This is the ninth and last part; what then remains cannot be refunded here."),
                source=_CAUTIONS,
            ),
            Rule(
                id="ksnet.night",
                severity=Severity.BLOCKS,
                applies=lambda refund: refund.holds_money and refund.method == "vbank" and _is_night(refund),
                words=Message("KSNET does not refund virtual accounts between 23:00 and 06:00."),
                advice=Message("Try again after 06:00, Korean time."),
                source=_CAUTIONS,
            ),
            Rule(
                id="ksnet.receipt",
                severity=Severity.WARNS,
                applies=_leaves_receipt,
                words=Message("KSNET does not cancel the cash receipt together with the payment."),
                advice=Message("Cancel the cash receipt afterwards."),
                source=_CAUTIONS,
            ),
            Rule(
                id="ksnet.receipt_again",
                severity=Severity.WARNS,
                applies=lambda refund: _leaves_receipt(refund) and refund.is_part,
                words=Message(
                    "If it was partly tax-free, cancel the cash receipt and issue it again for what is left."
                ),
                source=_CAUTIONS,
            ),
            Rule(
                id="ksnet.account_tax",
                severity=Severity.WARNS,
                applies=_splits_account_tax,
                words=Message("KSNET does not read a tax-free part for virtual accounts."),
                source=_CAUTIONS,
            ),
        ),
        without=frozenset({"receipt.stays"}),
    ),
)
