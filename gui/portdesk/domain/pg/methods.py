"""Rules of pay methods that hold at every PG, but for those that say otherwise."""

from __future__ import annotations

from typing import Final

from portdesk.domain.messages import Message
from portdesk.domain.pg import sources
from portdesk.domain.pg.needs import is_after_month
from portdesk.domain.pg.refund import Refund
from portdesk.domain.pg.rule import Rule, Severity
from portdesk.domain.pg.terms import OTHER_WAY, VOUCHERS, Deadline, Later, PartLimit, months_after

_OVERSEAS_CARDS: Final = frozenset(
    {"10001", "10002", "10003", "10004", "10005", "10006"} | {"VIS", "MAS", "DIN", "AMX", "JCB", "UNI", "DIS"}
)
_SOME_MONTHS: Final = 3


def _is_old(refund: Refund, method: str) -> bool:
    if refund.paid_on is None or refund.method != method or not refund.holds_money:
        return False
    return refund.today > months_after(refund.paid_on, _SOME_MONTHS)


def _month_is_over(refund: Refund) -> bool:
    return refund.holds_money and refund.method == "phone" and is_after_month(refund.payment, refund.now)


def _month_ends_today(refund: Refund) -> bool:
    if refund.method != "phone" or not refund.holds_money or _month_is_over(refund):
        return False
    return months_after(refund.today.replace(day=1), 1).toordinal() == refund.today.toordinal() + 1


CARD_YEAR: Final = Deadline(id="card.year", months=12, methods={"card"}, source=sources.DEADLINES)
NEXT_DAY: Final = Later(
    id="vbank.next_day",
    methods={"vbank"},
    severity=Severity.NOTES,
    words=Message("The refund is only registered now; the money arrives on the next business day."),
    source=sources.VIRTUAL_ACCOUNT,
)

METHOD_RULES: Final = (
    CARD_YEAR.rule(),
    Rule(
        id="card.three_months",
        severity=Severity.NOTES,
        applies=lambda refund: _is_old(refund, "card"),
        words=Message("Some card companies take refunds for three months only."),
        source=sources.DEADLINES,
    ),
    Rule(
        id="trans.three_months",
        severity=Severity.WARNS,
        applies=lambda refund: _is_old(refund, "trans"),
        words=Message(
            "PortOne's pages disagree: refunds of transfers end after about three months, or never."
        ),
        advice=OTHER_WAY,
        source=sources.DEADLINES,
    ),
    Rule(
        id="phone.month",
        severity=Severity.BLOCKS,
        applies=_month_is_over,
        words=Message("A phone bill can be refunded only in the calendar month of the payment."),
        advice=OTHER_WAY,
        source=sources.BASIC,
    ),
    Rule(
        id="phone.last_day",
        severity=Severity.WARNS,
        applies=_month_ends_today,
        words=Message("Today is the last day: from midnight this phone bill cannot be refunded any more."),
        source=sources.BASIC,
    ),
    PartLimit(
        id="phone.part",
        methods={"phone"},
        words=Message("A phone bill cannot be refunded in parts."),
        source=sources.PARTS,
    ).rule(),
    PartLimit(
        id="voucher.part",
        methods=VOUCHERS,
        severity=Severity.WARNS,
        words=Message("Most gift vouchers cannot be refunded in parts."),
        source=sources.PARTS,
    ).rule(),
    PartLimit(
        id="point.part",
        methods={"point"},
        severity=Severity.WARNS,
        words=Message("Payments with points often cannot be refunded in parts."),
        source=sources.PARTS,
    ).rule(),
    PartLimit(
        id="card.overseas_part",
        methods={"card"},
        severity=Severity.WARNS,
        words=Message("Cards from abroad cannot be refunded in parts at most PGs."),
        source=sources.PARTS,
        also=lambda refund: refund.payment.card_code in _OVERSEAS_CARDS,
    ).rule(),
    PartLimit(
        id="escrow.part",
        words=Message("An escrow payment cannot be refunded in parts."),
        source=sources.PARTS,
        also=lambda refund: refund.payment.escrow is True,
    ).rule(),
    Rule(
        id="escrow.confirmed",
        severity=Severity.WARNS,
        applies=lambda refund: refund.holds_money and refund.payment.escrow is True,
        words=Message("The PG refuses an escrow refund once the customer has confirmed the purchase."),
        source=sources.KCP_BOOK,
    ),
    Rule(
        id="vbank.contract",
        severity=Severity.WARNS,
        applies=lambda refund: refund.holds_money and refund.method == "vbank",
        words=Message("Refunds of virtual accounts need a contract of their own with this PG."),
        advice=Message("Without it the PG refuses; then transfer the money yourself."),
        source=sources.VIRTUAL_ACCOUNT,
    ),
    NEXT_DAY.rule(),
    Rule(
        id="vbank.fees",
        severity=Severity.NOTES,
        applies=lambda refund: refund.holds_money and refund.method == "vbank",
        words=Message("The fees of the virtual account are not given back, and the transfer costs one more."),
        source=sources.VIRTUAL_ACCOUNT,
    ),
    Rule(
        id="test.vbank",
        severity=Severity.WARNS,
        applies=lambda refund: (
            refund.holds_money and refund.method == "vbank" and refund.payment.is_test_channel
        ),
        words=Message("Test deposits cannot be refunded: the PG will say that nothing was paid in."),
        source=sources.TEST_ACCOUNT,
    ),
)
