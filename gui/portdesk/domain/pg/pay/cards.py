"""The pay windows of the other PGs of Korea that take every pay method."""

from __future__ import annotations

from typing import Final

from portdesk.domain.messages import Message
from portdesk.domain.pg import sources
from portdesk.domain.pg.pay.asked import Asked
from portdesk.domain.pg.pay.limits import bytes_of, letters, longest, need, note, smallest
from portdesk.domain.pg.pay.rule import PayRule
from portdesk.domain.pg.pay.terms import WindowTerms
from portdesk.domain.pg.pay.window import AmountMeaning, PayWindow, Switch, WindowKind, same
from portdesk.domain.pg.rule import Severity
from portdesk.domain.pg.sources import Source, docs
from portdesk.domain.pg.terms import VOUCHERS

_PLAIN: Final = ("card", "trans", "vbank", "phone")
_ISSUERS: Final = frozenset({"display", "card"})

_KCP: Final = docs("NHN KCP", "integration/pg/v1/nhn-kcp/readme")
_KCP_QUICK: Final = docs("NHN KCP 퀵페이", "integration/pg/v1/nhn-kcp/kcp-quickpay")
_NICE: Final = docs("나이스페이먼츠", "integration/pg/v1/nice")
_NICE_V2: Final = docs("나이스페이먼츠(신모듈)", "integration/pg/v1/nice-v2/readme")
_NICE_CAUTIONS: Final = docs(
    "나이스페이먼츠(신모듈) 결제 유의사항", "integration/pg/v1/nice-v2/payment-caution"
)
_TOSS: Final = docs("토스페이먼츠", "integration/pg/v1/newtoss/readme")
_UPLUS: Final = docs("토스페이먼츠(구모듈)", "integration/pg/v1/toss")
_KSNET: Final = docs("KSNET", "integration/pg/v1/ksnet/readme")
_WELCOME: Final = docs("웰컴페이먼츠", "integration/pg/v1/welcome/readme")
_WELCOME_CAUTIONS: Final = docs("웰컴페이먼츠 유의사항", "integration/pg/v1/welcome/caution")
_KICC: Final = docs("이지페이(KICC)", "integration/pg/v1/kicc")
_DAOU: Final = docs("키움페이", "integration/pg/v1/daou/readme")


def _direct_lacks_quota(asked: Asked) -> bool:
    direct = asked.request.card.direct if asked.request.card is not None else None
    return direct is not None and direct.quota is None


def _is_not_euc_kr(asked: Asked) -> bool:
    text = f"{asked.request.name or ''}{asked.request.buyer_name or ''}"
    try:
        text.encode("euc-kr")
    except UnicodeEncodeError:
        return True
    return False


def _direct(code: str, source: Source) -> PayRule:
    return note(
        f"{code}.direct",
        Message("Straight to one card company needs its instalment term too; 0 is lump sum."),
        source,
        _direct_lacks_quota,
        severity=Severity.BLOCKS,
    )


KCP_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="kcp",
        kind=WindowKind.LAYER,
        methods=(
            *_PLAIN,
            *("cultureland", "smartculture", "booknlife", "happymoney", "payco", "lpay", "kakaopay"),
            *("naverpay", "naverpay_bridge", "samsung", "ssgpay", "applepay", "tosspay", "point"),
        ),
        takes=_ISSUERS
        | {"escrow", "kcp_products", "company", "language", "tax_free", "vbank_due"}
        | {"phone", "prefill"},
        switches=(
            Switch("shop_user_id", Message("Customer number, for vouchers and phone bills")),
            Switch("skin_indx", Message("Colour of the window, 1 to 11")),
            Switch("site_logo", Message("Address of a logo, 150 by 50, GIF or JPG")),
            Switch("complex_pnt_yn", Message("Points together with cards"), ("", "Y", "N")),
            Switch("pt_memcorp_cd", Message("Point company")),
            Switch("app_flag", Message("Called from an app")),
        ),
    ),
    sources=(_KCP,),
    rules=(
        note(
            "kcp.shop_user_id",
            Message("Vouchers and phone bills need the option shop_user_id."),
            _KCP,
            lambda asked: asked.method in VOUCHERS | {"phone"} and not asked.switch("shop_user_id"),
            severity=Severity.BLOCKS,
        ),
        need("kcp", "buyer_name", _KCP, methods=VOUCHERS | {"phone"}),
        note(
            "kcp.goods",
            Message("Escrow needs the list of goods (kcpProducts)."),
            _KCP,
            lambda asked: asked.request.escrow is True and asked.request.kcp_products is None,
            severity=Severity.BLOCKS,
        ),
    ),
)

KCP_BILLING_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="kcp_billing",
        kind=WindowKind.LAYER,
        methods=("card",),
        billing=same(AmountMeaning.DISPLAY_ONLY, "card"),
        pays_without_key=False,
        switches=(
            Switch("site_logo", Message("Address of a logo, 150 by 50, GIF or JPG")),
            Switch("batch_birth_day_yn", Message("Ask for the date of birth"), ("", "Y", "N")),
        ),
    ),
    sources=(_KCP, sources.WRAPPERS),
    rules=(
        note(
            "kcp_billing.hidden",
            Message("On a computer the amount is not shown in this window."),
            _KCP,
            lambda asked: asked.amount > 0,
        ),
    ),
)

KCP_QUICK_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="kcp_quick",
        kind=WindowKind.POPUP,
        size=(480, 720),
        methods=("card", "trans"),
        switches=(
            Switch("kcpQuick.actionType", Message("What to do")),
            Switch("kcpQuick.CI", Message("Identity (CI)")),
            Switch("kcpQuick.memberID", Message("Member number, at most 16")),
        ),
    ),
    sources=(_KCP_QUICK,),
    rules=(
        note(
            "kcp_quick.member",
            Message("The member number has at most 16 characters."),
            _KCP_QUICK,
            lambda asked: len(asked.switch("kcpQuick.memberID")) > 16,  # noqa: PLR2004 - the PG's own limit
            severity=Severity.BLOCKS,
        ),
        note(
            "kcp_quick.call",
            Message("From 300,000 won on the customer is telephoned."),
            _KCP_QUICK,
            lambda asked: asked.amount >= 300_000,  # noqa: PLR2004 - the PG's own limit
        ),
    ),
)

NICE_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="nice",
        kind=WindowKind.LAYER,
        methods=(*_PLAIN, "kakaopay", "naverpay", "payco", "samsung", "ssgpay", "lpay", "cultureland"),
        currencies=("KRW", "USD"),
        takes=_ISSUERS | {"vbank_due", "vat_amount", "tax_free", "escrow"},
    ),
    sources=(_NICE,),
)

NICE_V2_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="nice_v2",
        kind=WindowKind.LAYER,
        methods=(
            *(*_PLAIN, "kakaopay", "naverpay", "naverpay_card", "naverpay_point", "payco", "samsungpay"),
            *("ssgpay", "ssgpay_bank", "lpay", "skpay", "applepay", "cultureland"),
        ),
        billing=same(AmountMeaning.DISPLAY_ONLY, "kakaopay", "naverpay"),
        takes=_ISSUERS
        | {"vbank_due", "vat_amount", "tax_free", "escrow", "customer_id", "use_free_interest_from_mall"},
        switches=(
            Switch("MallUserID", Message("Customer number, for Cultureland")),
            Switch("cashReceiptType", Message("Cash receipt for")),
            Switch("customerIdentifier", Message("Number for the cash receipt")),
            Switch("isCulturalExpense", Message("Cultural expense")),
        ),
    ),
    sources=(_NICE_V2, _NICE_CAUTIONS),
    rules=(
        longest("nice_v2", "name", 40, _NICE_CAUTIONS, measure=bytes_of),
        letters(
            "nice_v2",
            "name",
            r"[^%&|$\-+=\[\]]*",
            Message("NICE Payments refuses these signs in an order name: % & | $ - + = [ ]"),
            _NICE_CAUTIONS,
        ),
        need("nice_v2", "buyer_tel", _NICE_V2, registers=False),
        need("nice_v2", "customer_id", _NICE_V2, registers=True),
        note(
            "nice_v2.cultureland",
            Message("Cultureland needs the option MallUserID."),
            _NICE_CAUTIONS,
            lambda asked: asked.method == "cultureland" and not asked.switch("MallUserID"),
            severity=Severity.BLOCKS,
        ),
        note(
            "nice_v2.key_zero",
            Message("Registering at NICE Payments is asked with an amount of 0."),
            _NICE_V2,
            lambda asked: asked.registers and asked.amount > 0,
            severity=Severity.BLOCKS,
        ),
        _direct("nice_v2", _NICE_CAUTIONS),
    ),
)

TOSSPAYMENTS_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="tosspayments",
        kind=WindowKind.LAYER,
        size=(650, 650),
        methods=(
            *(*_PLAIN, "cultureland", "smartculture", "booknlife", "kakaopay", "naverpay", "payco"),
            *("tosspay", "lpay", "ssgpay", "samsungpay", "applepay"),
        ),
        billing=same(AmountMeaning.DISPLAY_ONLY, "card"),
        takes=_ISSUERS
        | {"vbank_due", "escrow", "products", "tax_free", "customer_id", "use_free_interest_from_mall"},
        switches=(
            Switch("tosspayments.useInternationalCardOnly", Message("Cards from abroad only"), ("", "true")),
            Switch("tosspayments.discountCode", Message("Discount code")),
        ),
    ),
    sources=(_TOSS, sources.BILLING_MATRIX),
    rules=(
        need("tosspayments", "buyer_name", _TOSS),
        note(
            "tosspayments.test_wallets",
            Message("Wallets cannot be tried on a test channel of Toss Payments."),
            _TOSS,
            lambda asked: (
                asked.choice.setting is not None
                and asked.choice.setting.is_test_channel
                and asked.method not in (*_PLAIN, *VOUCHERS)
            ),
            severity=Severity.WARNS,
        ),
    ),
)

UPLUS_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="uplus",
        kind=WindowKind.LAYER,
        size=(650, 650),
        methods=(
            *(*_PLAIN, "cultureland", "smartculture", "booknlife", "applepay", "tosspay", "naverpay"),
            *("kakaopay", "lpay", "payco", "samsung"),
        ),
        takes=_ISSUERS | {"vbank_due", "escrow"},
    ),
    sources=(_UPLUS,),
)

KICC_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="kicc",
        kind=WindowKind.LAYER,
        methods=_PLAIN,
        billing=same(AmountMeaning.DISPLAY_ONLY, "card"),
        takes=_ISSUERS | {"vbank_due", "escrow", "kicc_products", "tax_free"},
    ),
    sources=(_KICC, sources.BILLING_MATRIX),
    rules=(
        need("kicc", "buyer_tel", _KICC),
        note(
            "kicc.goods",
            Message("Escrow by transfer or virtual account needs the list of goods (kiccProducts)."),
            _KICC,
            lambda asked: (
                asked.request.escrow is True
                and asked.method in ("trans", "vbank")
                and asked.request.kicc_products is None
            ),
            severity=Severity.BLOCKS,
        ),
    ),
)

DAOU_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="daou",
        kind=WindowKind.LAYER,
        methods=(
            *(*_PLAIN, "kakaopay", "naverpay", "payco", "samsung", "applepay"),
            *("cultureland", "smartculture", "booknlife"),
        ),
        takes=frozenset({"display", "digital", "tax_free", "vbank_due", "phone", "prefill"}),
        switches=(
            Switch("daou.PRODUCTCODE", Message("Product code")),
            Switch("daou.CASHRECEIPTFLAG", Message("Cash receipt"), ("", "0", "1")),
            Switch("daou.DIRECT_YN", Message("Straight to the card company"), ("", "Y", "N")),
            Switch("daou.CARDQUOTA", Message("Instalment term")),
        ),
    ),
    sources=(_DAOU,),
    rules=(
        note(
            "daou.euc_kr",
            Message("Kiwoom Pay takes only letters of EUC-KR in names: no emoji, no rare letters."),
            _DAOU,
            _is_not_euc_kr,
            severity=Severity.BLOCKS,
        ),
        note(
            "daou.digital",
            Message("Whether goods are shipped has to agree with the contract."),
            _DAOU,
            lambda asked: asked.request.digital is not None,
        ),
    ),
)

KSNET_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="ksnet",
        kind=WindowKind.LAYER,
        methods=("card", "vbank", "trans", "phone", "lpay", "ssgpay", "kakaopay", "naverpay", "payco"),
        currencies=("KRW", "USD"),
        takes=_ISSUERS | {"tax_free", "vbank_due", "store_details", "use_free_interest_from_mall"},
    ),
    sources=(_KSNET,),
    rules=(
        need("ksnet", "buyer_name", _KSNET),
        note(
            "ksnet.store",
            Message("Straight to one card company needs the shop's details (storeDetails)."),
            _KSNET,
            lambda asked: (
                asked.request.card is not None
                and asked.request.card.direct is not None
                and asked.request.store_details is None
            ),
            severity=Severity.BLOCKS,
        ),
        note(
            "ksnet.mixed_tax",
            Message("A MID for mixed taxes needs the tax-free part, even when it is 0."),
            _KSNET,
            lambda asked: asked.request.tax_free is None,
        ),
    ),
)

_CARD_SHOWN_PHONE_CHARGED: Final = {
    **same(AmountMeaning.DISPLAY_ONLY, "card"),
    **same(AmountMeaning.ALWAYS_CHARGES, "phone"),
}

WELCOME_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="welcome",
        kind=WindowKind.LAYER,
        methods=(*_PLAIN, "culturegift", "lpay", "kakaopay", "payco", "tosspay", "naverpay"),
        billing=_CARD_SHOWN_PHONE_CHARGED,
        takes=_ISSUERS
        | {"vbank_due", "digital", "period", "tax_free", "vat_amount", "escrow"}
        | {"use_free_interest_from_mall"},
        switches=(Switch("acceptmethod", Message("Options, joined by “:” (below1000 …)")),),
    ),
    sources=(_WELCOME, _WELCOME_CAUTIONS),
    rules=(
        need("welcome", "buyer_name", _WELCOME),
        need("welcome", "buyer_tel", _WELCOME),
        need("welcome", "name", _WELCOME),
        smallest(
            "welcome",
            1000,
            _WELCOME_CAUTIONS,
            unless=lambda asked: "below1000" in asked.switch("acceptmethod").split(":"),
        ),
        _direct("welcome", _WELCOME),
        note(
            "welcome.lump_sum",
            Message("Without instalments named, only lump sum is offered."),
            _WELCOME_CAUTIONS,
            lambda asked: asked.method == "card" and asked.request.display is None,
        ),
    ),
    without=frozenset({"pay.name"}),
)
