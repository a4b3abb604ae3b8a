"""The PGs for customers abroad."""

from __future__ import annotations

from typing import Final

from portdesk.domain.messages import Message
from portdesk.domain.pg import sources
from portdesk.domain.pg.profile import PgProfile, RefundTerms
from portdesk.domain.pg.rule import Rule, Severity
from portdesk.domain.pg.sources import CANCEL, CANCEL_PER_PG, docs
from portdesk.domain.pg.terms import OTHER_WAY, Deadline, Later

_INICIS_JP: Final = docs("KG이니시스 일본결제", "integration/pg/v1/inicis-jp")
_KICC_V2: Final = docs("이지페이(KICC) 해외결제", "integration/pg/v1/kicc-v2")
_PAYLETTER: Final = docs("페이레터 해외결제", "integration/pg/v1/payletter-global")
_PINGBACK: Final = sources.Source(
    "포트원 릴리스 노트 2023-07-17, 페이먼트월 취소", "release-notes/api-sdk/2023-07-17", sources.CANCEL.date
)
_CANCEL_ONLY: Final = Message("PortOne's documents say nothing of refunds at this PG but what holds for all.")

_HALF_YEAR: Final = Deadline(id="paypal.half_year", days=180, source=sources.DEADLINES)

PAYPAL: Final = PgProfile(
    codes=("paypal",),
    name=Message("PayPal"),
    refund=RefundTerms(
        sources=(sources.DEADLINES,), deadlines=(_HALF_YEAR,), without=frozenset({"card.year"})
    ),
)

PAYPAL_V2: Final = PgProfile(
    codes=("paypal_v2",),
    name=Message("PayPal"),
    refund=RefundTerms(
        sources=(CANCEL_PER_PG, sources.DEADLINES),
        deadlines=(_HALF_YEAR,),
        later=(
            Later(
                id="paypal_v2.later",
                words=Message(
                    "PayPal may accept the refund and decide later; it counts only when the record shows it."
                ),
                source=CANCEL_PER_PG,
            ),
        ),
        without=frozenset({"card.year"}),
    ),
)

PAYMENTWALL: Final = PgProfile(
    codes=("paymentwall",),
    name=Message("Paymentwall"),
    refund=RefundTerms(
        sources=(_PINGBACK, sources.TEST_CANCEL),
        later=(
            Later(
                id="paymentwall.later",
                words=Message("Paymentwall reports the refund later; until then the payment stays as it is."),
                source=_PINGBACK,
            ),
        ),
        rules=(
            Rule(
                id="paymentwall.test",
                severity=Severity.WARNS,
                applies=lambda refund: refund.holds_money and refund.payment.is_test_channel,
                words=Message(
                    "Test payments at Paymentwall take real money and are not undone by themselves."
                ),
                advice=Message("Refund it here."),
                source=sources.TEST_CANCEL,
            ),
        ),
        without=frozenset({"test.channel"}),
    ),
)

INICIS_JP: Final = PgProfile(
    codes=("inicis_jp",),
    name=Message("KG Inicis Japan"),
    refund=RefundTerms(
        sources=(_INICIS_JP,),
        rules=(
            Rule(
                id="inicis_jp.store",
                severity=Severity.BLOCKS,
                applies=lambda refund: refund.holds_money and refund.method == "cvs",
                words=Message("Payments in Japanese convenience stores cannot be refunded here."),
                advice=OTHER_WAY,
                source=_INICIS_JP,
            ),
        ),
        without=frozenset({"card.overseas_part"}),
    ),
)

KICC_V2: Final = PgProfile(
    codes=("kicc_v2",),
    name=Message("KICC overseas"),
    refund=RefundTerms(
        sources=(_KICC_V2,),
        later=(
            Later(
                id="kicc_v2.wechat",
                methods={"wechat"},
                words=Message("WeChat Pay decides refunds later; accepted does not mean refunded."),
                source=_KICC_V2,
            ),
        ),
    ),
)

PAYLETTER: Final = PgProfile(
    codes=("payletter_global",),
    name=Message("Payletter overseas"),
    refund=RefundTerms(
        sources=(_PAYLETTER,),
        rules=(
            Rule(
                id="payletter_global.japan",
                severity=Severity.WARNS,
                applies=lambda refund: refund.holds_money and refund.payment.currency == "JPY",
                words=Message(
                    "Some Japanese methods of Payletter are refunded only on Payletter's own page."
                ),
                advice=Message("If it is refused, refund it on Payletter's page."),
                source=_PAYLETTER,
            ),
        ),
    ),
)

OVERSEAS: Final = (
    PAYPAL,
    PAYPAL_V2,
    PAYMENTWALL,
    INICIS_JP,
    KICC_V2,
    PAYLETTER,
    PgProfile(
        codes=("eximbay",),
        name=Message("Eximbay"),
        refund=RefundTerms(sources=(CANCEL,), little_known=_CANCEL_ONLY),
    ),
    PgProfile(
        codes=("alipay",),
        name=Message("Alipay"),
        refund=RefundTerms(sources=(CANCEL,), little_known=_CANCEL_ONLY),
    ),
)
