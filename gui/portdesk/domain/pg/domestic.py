"""The PGs of Korea that take every pay method."""

from __future__ import annotations

from typing import Final

from portdesk.domain.messages import Message
from portdesk.domain.pg import sources
from portdesk.domain.pg.ksnet import KSNET
from portdesk.domain.pg.needs import VIRTUAL_ACCOUNTS, AccountNeed, TaxPart, TaxParts, is_after_month
from portdesk.domain.pg.profile import PgProfile, RefundTerms
from portdesk.domain.pg.refund import Refund
from portdesk.domain.pg.rule import Rule, Severity
from portdesk.domain.pg.smartro import SMARTRO, SMARTRO_V2
from portdesk.domain.pg.sources import CANCEL, CANCEL_PER_PG, docs
from portdesk.domain.pg.states import REVERSIBLE
from portdesk.domain.pg.terms import OTHER_WAY, VOUCHERS, Later, PartLimit

_NEXT_MONTH: Final = AccountNeed(methods=frozenset({"phone"}), only_after_month=True)
_TAX_FREE_REPEATS: Final = TaxParts(tax_free=TaxPart.REPEATED)
_CANCEL_ONLY: Final = Message("PortOne's documents say nothing of refunds at this PG but what holds for all.")
_NO_PAYMENTS: Final = Message("This module checks identities and takes no payments.")

_DANAL: Final = docs("다날", "integration/pg/v1/danal")
_DANAL_FUNDS: Final = sources.help_page(
    "다날 취소 실패 '취소불가 상태입니다' 안내", "faq/payment-faq/payment-failure-danal-insufficient-funds"
)
_DAOU: Final = docs("키움페이 유의사항", "integration/pg/v1/daou/undefined")
_MOBILIANS: Final = docs("KG파이낸셜", "integration/pg/v1/kg-mobilians-v2")
_SETTLE: Final = docs("헥토파이낸셜", "integration/pg/v1/settle/readme")
_TOSS: Final = docs("토스페이먼츠 연동 주의사항", "integration/pg/v1/newtoss/warning")
_WELCOME: Final = docs("웰컴페이먼츠 API 연동", "integration/pg/v1/welcome/api")
_WELCOME_CAUTIONS: Final = docs("웰컴페이먼츠 연동 유의사항", "integration/pg/v1/welcome/caution")


def _nothing_special(*codes: str, name: Message, why: Message = _CANCEL_ONLY) -> PgProfile:
    return PgProfile(codes=codes, name=name, refund=RefundTerms(sources=(CANCEL,), little_known=why))


def _is_account(refund: Refund) -> bool:
    return refund.holds_money and refund.method == "vbank"


INICIS: Final = PgProfile(
    codes=("html5_inicis", "inicis"),
    name=Message("KG Inicis"),
    refund=RefundTerms(
        sources=(CANCEL_PER_PG, sources.INICIS_ACCOUNT, sources.PARTS),
        tax=TaxParts(vat_amount=TaxPart.REPEATED, verbatim=True),
        parts=(
            PartLimit(
                id="inicis.phone_part",
                methods={"phone"},
                severity=Severity.WARNS,
                words=Message("KG Inicis takes the rest anew and cancels the whole first payment."),
                source=sources.PARTS,
            ),
        ),
        rules=(
            REVERSIBLE,
            Rule(
                id="inicis.account_contract",
                severity=Severity.WARNS,
                applies=_is_account,
                words=Message("KG Inicis refunds virtual accounts only under a contract of its own."),
                advice=Message("Without it the PG refuses; then transfer the money yourself."),
                source=sources.INICIS_ACCOUNT,
            ),
        ),
        without=frozenset({"phone.part", "vbank.contract"}),
    ),
)

KCP: Final = PgProfile(
    codes=("kcp",),
    name=Message("NHN KCP"),
    refund=RefundTerms(
        sources=(CANCEL_PER_PG, sources.PARTS, sources.KCP_BOOK),
        accounts=(VIRTUAL_ACCOUNTS, _NEXT_MONTH),
        tax=_TAX_FREE_REPEATS,
        parts=(
            PartLimit(
                id="kcp.phone_part",
                methods={"phone"},
                severity=Severity.WARNS,
                words=Message("NHN KCP refunds phone bills in parts only when it was set up for the shop."),
                source=sources.PARTS,
            ),
        ),
        later=(
            Later(
                id="kcp.phone_next_month",
                methods={"phone"},
                words=Message(
                    "The month is over: the money goes to the account on the next business day, by contract."
                ),
                source=CANCEL_PER_PG,
                also=lambda refund: is_after_month(refund.payment, refund.now),
            ),
        ),
        rules=(REVERSIBLE,),
        without=frozenset({"phone.part", "phone.month", "phone.last_day"}),
    ),
)

KCP_QUICK: Final = PgProfile(
    codes=("kcp_quick",),
    name=Message("NHN KCP Quick"),
    refund=RefundTerms(sources=(CANCEL_PER_PG,), tax=_TAX_FREE_REPEATS),
)

TOSSPAYMENTS: Final = PgProfile(
    codes=("tosspayments",),
    name=Message("Toss Payments"),
    refund=RefundTerms(
        sources=(CANCEL_PER_PG, _TOSS),
        parts=(
            PartLimit(
                id="tosspayments.voucher_part",
                methods=VOUCHERS,
                words=Message("Toss Payments cannot refund gift vouchers in parts."),
                source=CANCEL_PER_PG,
            ),
        ),
        rules=(REVERSIBLE,),
        without=frozenset({"vbank.contract", "voucher.part"}),
    ),
)

_NICE_TEST: Final = PartLimit(
    id="nice.test_part",
    severity=Severity.WARNS,
    words=Message("At NICE Payments a refund in part of a test payment is not recorded rightly."),
    source=sources.TEST_CANCEL,
    also=lambda refund: refund.payment.is_test_channel,
)

NICE: Final = PgProfile(
    codes=("nice",),
    name=Message("NICE Payments"),
    refund=RefundTerms(
        sources=(CANCEL_PER_PG, sources.TEST_CANCEL),
        tax=TaxParts(tax_free=TaxPart.REPEATED, vat_amount=TaxPart.REPEATED, verbatim=True),
        parts=(_NICE_TEST,),
    ),
)

NICE_V2: Final = PgProfile(
    codes=("nice_v2",),
    name=Message("NICE Payments V2"),
    refund=RefundTerms(
        sources=(CANCEL, sources.TEST_CANCEL),
        tax=TaxParts(vat_amount=TaxPart.REPEATED),
        parts=(_NICE_TEST,),
    ),
)

KICC: Final = PgProfile(
    codes=("kicc",),
    name=Message("KICC EasyPay"),
    refund=RefundTerms(sources=(CANCEL_PER_PG,), tax=_TAX_FREE_REPEATS),
)

DANAL: Final = PgProfile(
    codes=("danal", "danal_tpay"),
    name=Message("Danal"),
    refund=RefundTerms(
        sources=(sources.TEST_ACCOUNT, _DANAL_FUNDS, _DANAL),
        rules=(
            REVERSIBLE,
            Rule(
                id="danal.account",
                severity=Severity.BLOCKS,
                applies=_is_account,
                words=Message("Danal does not refund virtual accounts."),
                advice=OTHER_WAY,
                source=sources.TEST_ACCOUNT,
            ),
            Rule(
                id="danal.funds",
                severity=Severity.NOTES,
                applies=lambda refund: refund.holds_money,
                words=Message("Danal refuses refunds larger than the shop's sales of two days."),
                source=_DANAL_FUNDS,
            ),
        ),
        without=frozenset({"vbank.contract"}),
    ),
)

MOBILIANS: Final = PgProfile(
    codes=("mobilians", "mobilians_v2"),
    name=Message("KG Financial"),
    refund=RefundTerms(
        sources=(_MOBILIANS,),
        later=(
            Later(
                id="mobilians.thursdays",
                methods={"vbank"},
                words=Message(
                    "Virtual accounts are paid back on Thursdays; what came in by Tuesday goes the same week."
                ),
                source=_MOBILIANS,
            ),
        ),
    ),
)

DAOU: Final = PgProfile(
    codes=("daou",),
    name=Message("Kiwoom Pay"),
    refund=RefundTerms(
        sources=(_DAOU, CANCEL_PER_PG),
        later=(
            Later(
                id="daou.by_hand",
                methods={"vbank"},
                words=Message(
                    "Kiwoom Pay refunds virtual accounts by hand, by contract, after seven business days."
                ),
                source=_DAOU,
            ),
        ),
        rules=(
            Rule(
                id="daou.tax_free_card",
                severity=Severity.WARNS,
                applies=lambda refund: refund.method != "card" and bool(refund.request.tax_free),
                words=Message("Kiwoom Pay reads a tax-free part for cards only."),
                source=_DAOU,
            ),
        ),
        without=frozenset({"vbank.contract", "vbank.next_day"}),
    ),
)

SETTLE: Final = PgProfile(
    codes=("settle",),
    name=Message("Hecto Financial"),
    refund=RefundTerms(
        sources=(_SETTLE,),
        rules=(
            REVERSIBLE,
            Rule(
                id="settle.fixed_account",
                severity=Severity.WARNS,
                applies=lambda refund: refund.holds_money and bool(refund.payment.deposit_history),
                words=Message(
                    "More money can be paid into this fixed account at any time, even after a refund."
                ),
                advice=Message("Compare the deposits with the refunds before and after."),
                source=_SETTLE,
            ),
        ),
    ),
)

WELCOME: Final = PgProfile(
    codes=("welcome",),
    name=Message("Welcome Payments"),
    refund=RefundTerms(
        sources=(_WELCOME, _WELCOME_CAUTIONS, CANCEL_PER_PG),
        accounts=(AccountNeed(methods=frozenset({"vbank", "trans"}), wants_tel=True),),
        tax=TaxParts(tax_free=TaxPart.REPEATED, vat_amount=TaxPart.REPEATED, verbatim=True),
        parts=(
            PartLimit(
                id="welcome.part",
                severity=Severity.WARNS,
                words=Message("Welcome Payments refunds in parts only for pay methods the shop applied for."),
                source=_WELCOME,
            ),
        ),
        rules=(
            Rule(
                id="welcome.escrow",
                severity=Severity.WARNS,
                applies=lambda refund: refund.holds_money and refund.payment.escrow is True,
                words=Message(
                    "The shop can refund an escrow payment only when the customer declined it, or if agreed."
                ),
                source=_WELCOME_CAUTIONS,
            ),
        ),
        without=frozenset({"escrow.confirmed"}),
    ),
)

JTNET: Final = PgProfile(
    codes=("jtnet",),
    name=Message("JTNET"),
    refund=RefundTerms(
        sources=(sources.PG_CODES,),
        little_known=Message("PortOne's documents do not name this PG any more."),
        rules=(
            Rule(
                id="jtnet.gone",
                severity=Severity.WARNS,
                applies=lambda refund: refund.holds_money,
                words=Message(
                    "PortOne's documents do not name this PG any more; its refunds may be refused."
                ),
                source=sources.PG_CODES,
            ),
        ),
    ),
)

DOMESTIC: Final = (
    INICIS,
    KCP,
    KCP_QUICK,
    TOSSPAYMENTS,
    NICE,
    NICE_V2,
    KICC,
    DANAL,
    MOBILIANS,
    DAOU,
    SMARTRO,
    SMARTRO_V2,
    SETTLE,
    KSNET,
    WELCOME,
    JTNET,
    _nothing_special("kcp_billing", name=Message("NHN KCP billing")),
    _nothing_special("uplus", name=Message("Toss Payments (old)")),
    _nothing_special("settle_acc", name=Message("Hecto My Account")),
    _nothing_special("settle_firm", name=Message("Hecto Firm Banking")),
    _nothing_special("galaxia", name=Message("Galaxia")),
    _nothing_special("bluewalnut", name=Message("Blue Walnut")),
    _nothing_special("inicis_unified", "inicis_v2", name=Message("KG Inicis identity"), why=_NO_PAYMENTS),
    _nothing_special("kcp_v2", name=Message("NHN KCP V2"), why=_NO_PAYMENTS),
)
