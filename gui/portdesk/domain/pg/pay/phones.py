"""The pay windows of the PGs that began with phone bills and transfers."""

from __future__ import annotations

import re
from typing import Final

from portdesk.domain.messages import Message
from portdesk.domain.pg.pay.asked import Asked
from portdesk.domain.pg.pay.limits import bytes_of, letters, longest, need, note, smallest
from portdesk.domain.pg.pay.terms import WindowTerms
from portdesk.domain.pg.pay.window import AmountMeaning, PayWindow, Switch, WindowKind, same
from portdesk.domain.pg.rule import Severity
from portdesk.domain.pg.sources import docs
from portdesk.domain.pg.terms import VOUCHERS

_PLAIN: Final = ("card", "trans", "vbank", "phone")
_DANAL: Final = docs("다날", "integration/pg/v1/danal")
_MOBILIANS: Final = docs("KG모빌리언스", "integration/pg/v1/kg")
_MOBILIANS_V2: Final = docs("KG파이낸셜", "integration/pg/v1/kg-mobilians-v2")
_SETTLE: Final = docs("헥토파이낸셜", "integration/pg/v1/settle/readme")
_SETTLE_ACC: Final = docs("헥토파이낸셜 내통장결제", "integration/pg/v1/settle/mybank")
_SMARTRO: Final = docs("스마트로(구모듈)", "integration/pg/v1/smartro")
_SMARTRO_V2: Final = docs("스마트로(신모듈)", "integration/pg/v1/smartro-v2/readme")
_SMARTRO_CAUTIONS: Final = docs("스마트로(신모듈) 유의사항", "integration/pg/v1/smartro-v2/caution")
_GALAXIA: Final = docs("갤럭시아머니트리", "integration/pg/v1/galaxia")
_BLUE: Final = docs("블루월넛", "integration/pg/v1/blue")

_BIZ_NUM: Final = re.compile(r"\d{10}")
_DAY: Final = re.compile(r"\d{8}")


def _direct_is_half(asked: Asked) -> bool:
    direct = asked.request.card.direct if asked.request.card is not None else None
    return direct is not None and direct.quota is None


DANAL_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="danal",
        kind=WindowKind.LAYER,
        size=(720, 700),
        methods=("phone",),
        billing=same(AmountMeaning.ALWAYS_CHARGES, "phone"),
        takes=frozenset({"digital", "phone", "prefill", "period"}),
    ),
    sources=(_DANAL,),
    rules=(
        note(
            "danal.monthly",
            Message("The phone is charged again every month: about the same day, the same amount."),
            _DANAL,
            lambda asked: asked.registers,
        ),
    ),
)

DANAL_TPAY_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="danal_tpay",
        kind=WindowKind.LAYER,
        size=(720, 700),
        methods=("card", "trans", "vbank", "cultureland", "happymoney"),
        billing=same(AmountMeaning.TEST_CHARGE, "card"),
        takes=frozenset({"biz_num", "vbank_due", "period", "display", "card"}),
    ),
    sources=(_DANAL,),
    rules=(
        need("danal_tpay", "buyer_tel", _DANAL),
        need("danal_tpay", "biz_num", _DANAL, methods={"vbank"}),
        note(
            "danal_tpay.biz_num_form",
            Message("A business number has ten digits."),
            _DANAL,
            lambda asked: asked.given("biz_num") and not _BIZ_NUM.fullmatch(asked.request.biz_num or ""),
            severity=Severity.BLOCKS,
        ),
        note(
            "danal_tpay.ten_won",
            Message("The test charge of 10 won is taken back by itself after about half an hour."),
            _DANAL,
            lambda asked: asked.registers and asked.amount == 0,
        ),
    ),
)

MOBILIANS_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="mobilians",
        kind=WindowKind.LAYER,
        size=(820, 700),
        methods=("phone", "card"),
        billing=same(AmountMeaning.ALWAYS_CHARGES, "phone"),
        takes=frozenset({"digital"}),
    ),
    sources=(_MOBILIANS,),
    rules=(
        need("mobilians", "buyer_tel", _MOBILIANS),
        note(
            "mobilians.monthly",
            Message("The phone is charged again every month: the same day, the same amount."),
            _MOBILIANS,
            lambda asked: asked.registers,
        ),
    ),
)

MOBILIANS_V2_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="mobilians_v2",
        kind=WindowKind.POPUP,
        methods=("phone", "card", "vbank", "trans", "cultureland", "booknlife", "smartculture"),
        billing={
            **same(AmountMeaning.KEY_ONLY_AT_0, "card"),
            **same(AmountMeaning.ALWAYS_CHARGES, "phone"),
        },
        takes=frozenset({"digital", "vbank_due", "customer_id"}),
    ),
    sources=(_MOBILIANS_V2,),
    rules=(
        longest("mobilians_v2", "merchant_uid", 40, _MOBILIANS_V2, least=4),
        smallest("mobilians_v2", 100, _MOBILIANS_V2),
        need(
            "mobilians_v2",
            "customer_id",
            _MOBILIANS_V2,
            when=lambda asked: (asked.registers and asked.method == "card") or asked.method in VOUCHERS,
        ),
        longest("mobilians_v2", "customer_id", 20, _MOBILIANS_V2, measure=bytes_of),
        note(
            "mobilians_v2.test_key",
            Message("KG Financial registers cards on live channels only."),
            _MOBILIANS_V2,
            lambda asked: (
                asked.registers
                and asked.method == "card"
                and asked.choice.setting is not None
                and asked.choice.setting.is_test_channel
            ),
            severity=Severity.BLOCKS,
        ),
    ),
    without=frozenset({"pay.merchant_uid_length"}),
)

SETTLE_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="settle",
        kind=WindowKind.POPUP,
        size=(720, 630),
        methods=_PLAIN,
        takes=frozenset({"company", "company_en", "vbank_due", "digital"}),
    ),
    sources=(_SETTLE,),
    rules=(
        need("settle", "buyer_tel", _SETTLE),
        need("settle", "company", _SETTLE, methods={"phone", "vbank"}),
        need("settle", "company_en", _SETTLE, methods={"phone"}),
        need("settle", "name", _SETTLE, methods={"phone"}),
    ),
    without=frozenset({"pay.name"}),
)

SETTLE_ACC_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="settle_acc",
        kind=WindowKind.POPUP,
        methods=("trans",),
        billing=same(AmountMeaning.KEY_ONLY_AT_0, "trans"),
        switches=(Switch("settle.custCi", Message("Identity (CI)")),),
    ),
    sources=(_SETTLE_ACC,),
)

SMARTRO_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="smartro",
        kind=WindowKind.POPUP,
        size=(620, 405),
        methods=("card", "trans", "vbank"),
        takes=frozenset({"display", "card", "vbank_due"}),
    ),
    sources=(_SMARTRO,),
)

SMARTRO_V2_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="smartro_v2",
        kind=WindowKind.LAYER,
        methods=(*_PLAIN, "lpay", "kakaopay", "naverpay", "payco", "pinpay"),
        billing=same(AmountMeaning.DISPLAY_ONLY, "card"),
        takes=frozenset({"display", "card", "vbank_due", "digital", "customer_id"}),
    ),
    sources=(_SMARTRO_V2, _SMARTRO_CAUTIONS),
    rules=(
        letters(
            "smartro_v2",
            "merchant_uid",
            r"[A-Za-z0-9]*",
            Message("Smartro takes only letters and digits in an order number."),
            _SMARTRO_V2,
        ),
        need("smartro_v2", "buyer_tel", _SMARTRO_V2),
        need(
            "smartro_v2",
            "customer_id",
            _SMARTRO_V2,
            when=lambda asked: asked.registers or asked.method not in _PLAIN,
        ),
        longest("smartro_v2", "customer_id", 20, _SMARTRO_V2),
        note(
            "smartro_v2.due_form",
            Message("Smartro takes the last day to pay as 20261231 only; it ends with that day."),
            _SMARTRO_V2,
            lambda asked: asked.given("vbank_due") and not _DAY.fullmatch(asked.request.vbank_due or ""),
            severity=Severity.BLOCKS,
        ),
        note(
            "smartro_v2.direct",
            Message("Straight to one card company needs its instalment term too; 0 is lump sum."),
            _SMARTRO_V2,
            _direct_is_half,
            severity=Severity.BLOCKS,
        ),
        note(
            "smartro_v2.first_key",
            Message("The first card of each customer number is checked by phone."),
            _SMARTRO_CAUTIONS,
            lambda asked: asked.registers,
        ),
    ),
)

GALAXIA_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="galaxia",
        kind=WindowKind.LAYER,
        methods=(
            *(*_PLAIN, "cultureland", "smartculture", "booknlife", "happymoney"),
            *("kakaopay", "naverpay", "tosspay", "samsungpay", "applepay", "payco", "moneytree"),
        ),
        billing={
            **same(AmountMeaning.DISPLAY_ONLY, "card"),
            **same(AmountMeaning.ALWAYS_CHARGES, "phone"),
        },
        takes=frozenset({"customer_id", "vbank_due", "digital", "display"}),
    ),
    sources=(_GALAXIA,),
    rules=(
        need("galaxia", "customer_id", _GALAXIA),
        longest("galaxia", "customer_id", 20, _GALAXIA),
        need("galaxia", "name", _GALAXIA),
        note(
            "galaxia.shown_as",
            Message("An amount of 0 is shown as 1,000 won in this window, and not charged."),
            _GALAXIA,
            lambda asked: asked.registers and asked.method == "card" and asked.amount == 0,
        ),
    ),
    without=frozenset({"pay.name"}),
)

BLUEWALNUT_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="bluewalnut", kind=WindowKind.LAYER, methods=_PLAIN, takes=frozenset({"vbank_due", "digital"})
    ),
    sources=(_BLUE,),
)
