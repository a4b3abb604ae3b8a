"""Rules about the state a payment is in: what can be given back at all, and what may change meanwhile."""

from __future__ import annotations

from typing import Final

from portdesk.domain.messages import Message
from portdesk.domain.payments import CANCELLED, FAILED, PAID, READY, STATUSES
from portdesk.domain.pg import sources
from portdesk.domain.pg.refund import Refund
from portdesk.domain.pg.rule import Rule, Severity
from portdesk.domain.times import KST

REASON_LENGTH: Final = 256
_ISSUE: Final = "issue"
_DEBIT: Final = 1
_LOOK: Final = Message("Read the payment again from the server.")


def _is_returned(refund: Refund) -> bool:
    return refund.payment.status in (PAID, CANCELLED) and refund.rest <= 0


def _awaits_deposit(refund: Refund) -> bool:
    return refund.payment.status == READY and refund.payment.vbank_num is not None


def _never_finished(refund: Refund) -> bool:
    return refund.payment.status == READY and refund.payment.vbank_num is None


def _can_still_be_undone(refund: Refund) -> bool:
    payment = refund.payment
    if payment.cancelled_at is None or payment.escrow or payment.card_type == _DEBIT:
        return False
    cancelled_on = payment.cancelled_at.astimezone(KST).date()
    return refund.holds_money and cancelled_on == refund.today and refund.paid_on != refund.today


def _has_promotion(refund: Refund) -> bool:
    return refund.holds_money and refund.payment.promotion is not None


def _leaves_receipt(refund: Refund) -> bool:
    return refund.holds_money and refund.payment.cash_receipt_issued is True


STATE_RULES: Final = (
    Rule(
        id="status.unknown",
        severity=Severity.BLOCKS,
        applies=lambda refund: refund.payment.status not in STATUSES,
        words=lambda refund: Message(
            "The state “{status}” of this payment is not known here, so nothing is sent.",
            status=refund.payment.status,
        ),
        advice=_LOOK,
        source=sources.COMPATIBILITY,
    ),
    Rule(
        id="status.unfinished",
        severity=Severity.BLOCKS,
        applies=_never_finished,
        words=Message("This payment was never finished; there is nothing to give back."),
        advice=_LOOK,
        source=sources.CANCEL,
    ),
    Rule(
        id="status.awaiting_deposit",
        severity=Severity.BLOCKS,
        applies=_awaits_deposit,
        words=Message("Nothing has been paid into this virtual account yet; there is nothing to give back."),
        advice=Message("Close the virtual account instead, so that nobody pays into it."),
        source=sources.REVOKE_ACCOUNT,
    ),
    Rule(
        id="status.failed",
        severity=Severity.BLOCKS,
        applies=lambda refund: refund.payment.status == FAILED,
        words=Message("This payment failed; there is nothing to give back."),
        advice=_LOOK,
        source=sources.CANCEL,
    ),
    Rule(
        id="status.returned",
        severity=Severity.BLOCKS,
        applies=_is_returned,
        words=Message("Everything of this payment has already been given back."),
        source=sources.BASIC,
    ),
    Rule(
        id="key.registration",
        severity=Severity.WARNS,
        applies=lambda refund: refund.holds_money and refund.payment.customer_uid_usage == _ISSUE,
        words=Message("This row registered a billing key; perhaps no money was taken."),
        advice=Message("Look at the PG's page whether the amount was really charged."),
        source=sources.docs("비인증 결제 연동하기", "integration/start/v1/non-auth"),
    ),
    Rule(
        id="promotion.sums",
        severity=Severity.WARNS,
        applies=_has_promotion,
        words=Message("This payment was made under a promotion; its amounts are those before the discount."),
        advice=Message("Look at the PortOne console how much the customer really paid."),
        source=sources.PROMOTION,
    ),
    Rule(
        id="promotion.part",
        severity=Severity.WARNS,
        applies=lambda refund: _has_promotion(refund) and refund.is_part,
        words=Message("When too little is left for the promotion, its discount is taken back."),
        source=sources.CANCEL,
    ),
    Rule(
        id="test.channel",
        severity=Severity.NOTES,
        applies=lambda refund: refund.holds_money and refund.payment.is_test_channel,
        words=Message("This is a test payment. Several PGs undo theirs by themselves before midnight."),
        source=sources.TEST_CANCEL,
    ),
    Rule(
        id="console.unseen",
        severity=Severity.NOTES,
        applies=lambda refund: refund.holds_money,
        words=Message("A refund made on the PG's own page cannot be seen here."),
        advice=Message("If somebody may have refunded this at the PG, look there first."),
        source=sources.CANCEL_GUIDE,
    ),
    Rule(
        id="receipt.stays",
        severity=Severity.NOTES,
        applies=_leaves_receipt,
        words=Message(
            "A cash receipt was issued for this payment; see afterwards whether it was cancelled too."
        ),
        source=sources.CASH_RECEIPTS,
    ),
    Rule(
        id="reason.long",
        severity=Severity.BLOCKS,
        applies=lambda refund: len(refund.request.reason) > REASON_LENGTH,
        words=Message("A reason has at most {most} characters.", most=REASON_LENGTH),
        source=sources.CANCEL_OLD,
    ),
    Rule(
        id="reason.empty",
        severity=Severity.NOTES,
        applies=lambda refund: refund.holds_money and not refund.request.reason.strip(),
        words=Message("Without a reason the record will only say that the API asked for the refund."),
        source=sources.CANCEL,
    ),
)

REVERSIBLE: Final = Rule(
    id="reversal.same_day",
    severity=Severity.WARNS,
    applies=_can_still_be_undone,
    words=Message("The last refund is from today; at this PG it can still be undone until midnight."),
    advice=Message("Make sure nobody is undoing it at the PG."),
    source=sources.REVERSAL,
)
"""
For the PGs that can undo a refund in part on the same day: what is left may rise again.

Not what was paid on that day, nor debit cards and escrow.
"""

NOT_REVERSIBLE: Final = Rule(
    id="reversal.never",
    severity=Severity.NOTES,
    applies=lambda refund: refund.holds_money,
    words=Message("This PG cannot undo a refund, not even on the same day."),
    source=sources.REVERSAL,
)
