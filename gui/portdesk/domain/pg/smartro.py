"""Smartro, old and new: refunds of accounts and transfers with a phone number, done later."""

from __future__ import annotations

from typing import Final

from portdesk.domain.messages import Message
from portdesk.domain.pg.needs import AccountNeed
from portdesk.domain.pg.profile import PgProfile, RefundTerms
from portdesk.domain.pg.refund import Refund
from portdesk.domain.pg.rule import Rule, Severity
from portdesk.domain.pg.sources import CANCEL, CANCEL_PER_PG, docs
from portdesk.domain.pg.terms import Later, PartLimit

_API: Final = docs("스마트로 API 연동", "integration/pg/v1/smartro-v2/api")
_CAUTIONS: Final = docs("스마트로 연동 유의사항", "integration/pg/v1/smartro-v2/caution")
_DEBIT: Final = 1


def _lacks_tax_free(refund: Refund) -> bool:
    return refund.holds_money and refund.is_part and refund.request.tax_free is None


def _account_without_receipt(refund: Refund) -> bool:
    if not refund.holds_money or refund.method != "vbank":
        return False
    return not refund.payment.cash_receipt_issued and bool(refund.request.tax_free)


def _is_test_kakaopay(refund: Refund) -> bool:
    payment = refund.payment
    kakaopay = "kakaopay" in (payment.pay_method, payment.emb_pg_provider)
    return refund.holds_money and payment.is_test_channel and kakaopay


SMARTRO: Final = PgProfile(
    codes=("smartro",),
    name=Message("Smartro"),
    refund=RefundTerms(
        sources=(CANCEL,), accounts=(AccountNeed(methods=frozenset({"vbank"}), wants_tel=True),)
    ),
)

SMARTRO_V2: Final = PgProfile(
    codes=("smartro_v2",),
    name=Message("Smartro V2"),
    refund=RefundTerms(
        sources=(_API, _CAUTIONS, CANCEL_PER_PG),
        accounts=(AccountNeed(methods=frozenset({"vbank", "trans"}), wants_tel=True),),
        parts=(
            PartLimit(
                id="smartro_v2.test_debit_part",
                methods={"card"},
                words=Message("Test payments with a debit card cannot be refunded in parts."),
                source=_CAUTIONS,
                also=lambda refund: refund.payment.is_test_channel and refund.payment.card_type == _DEBIT,
            ),
        ),
        later=(
            Later(
                id="smartro_v2.account_later",
                methods={"vbank"},
                words=Message(
                    "Smartro accepts the refund now and pays later; it counts only when Smartro reports it."
                ),
                source=_API,
            ),
        ),
        rules=(
            Rule(
                id="smartro_v2.tax_free_part",
                severity=Severity.NOTES,
                applies=_lacks_tax_free,
                words=Message(
                    "If this part has something tax-free in it, Smartro wants the tax-free amount."
                ),
                source=_API,
            ),
            Rule(
                id="smartro_v2.tax_unchecked",
                severity=Severity.WARNS,
                applies=_account_without_receipt,
                words=Message(
                    "Smartro does not check the tax-free amount of this refund; a wrong one stays."
                ),
                source=_API,
            ),
            Rule(
                id="smartro_v2.receipt",
                severity=Severity.WARNS,
                applies=lambda refund: refund.holds_money and refund.payment.cash_receipt_issued is True,
                words=Message(
                    "A cash receipt issued through the API is not cancelled together with the payment."
                ),
                advice=Message("Cancel the cash receipt afterwards."),
                source=_API,
            ),
            Rule(
                id="smartro_v2.test_kakaopay",
                severity=Severity.WARNS,
                applies=_is_test_kakaopay,
                words=Message(
                    "Test payments with a card in KakaoPay take real money and are not undone by themselves."
                ),
                advice=Message("Refund it here."),
                source=_CAUTIONS,
            ),
        ),
        without=frozenset({"receipt.stays"}),
    ),
)
