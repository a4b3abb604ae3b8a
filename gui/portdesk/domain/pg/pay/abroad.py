"""The pay windows of the PGs for customers abroad."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from portdesk.domain.messages import Message
from portdesk.domain.pg.pay.asked import Asked
from portdesk.domain.pg.pay.limits import letters, longest, need, note
from portdesk.domain.pg.pay.terms import WindowTerms
from portdesk.domain.pg.pay.window import AmountMeaning, PayWindow, Switch, WindowKind, same
from portdesk.domain.pg.rule import Severity
from portdesk.domain.pg.sources import Source, docs

_PAYPAL: Final = docs("페이팔(Express)", "integration/pg/v1/paypal")
_SPB: Final = docs("페이팔 SPB", "integration/pg/v1/spb/readme")
_RT: Final = docs("페이팔 RT", "integration/pg/v1/rt/readme")
_EXIMBAY: Final = docs("엑심베이", "integration/pg/v1/eximbay")
_INICIS_JP: Final = docs("KG이니시스 일본결제", "integration/pg/v1/inicis-jp")
_KICC_V2: Final = docs("이지페이(KICC) 해외결제", "integration/pg/v1/kicc-v2")
_PAYLETTER: Final = docs("페이레터 해외결제", "integration/pg/v1/payletter-global")
_ALIPAY: Final = Source("아임포트 매뉴얼, 알리페이", "인증결제/sample/alipay.md", _PAYPAL.date)

_PAYPAL_CURRENCIES: Final = (
    *("USD", "AUD", "BRL", "CAD", "CHF", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "ILS", "JPY"),
    *("MXN", "MYR", "NOK", "NZD", "PHP", "PLN", "SEK", "SGD", "THB", "TWD"),
)


def _sum_differs(asked: Asked) -> bool:
    products = asked.request.products
    if not products:
        return False
    return sum((line.unit_price * line.quantity for line in products), Decimal(0)) != asked.amount


PAYPAL_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="paypal",
        kind=WindowKind.REDIRECT,
        size=(440, 700),
        may_pop_up=True,
        methods=("card",),
        currencies=_PAYPAL_CURRENCIES,
        takes=frozenset({"popup"}),
    ),
    sources=(_PAYPAL,),
    rules=(
        note(
            "paypal.closed",
            Message("PayPal takes no new shops for this window; paypal_v2 has come in its place."),
            _PAYPAL,
        ),
    ),
)

PAYPAL_V2_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="paypal_v2",
        kind=WindowKind.BUTTONS,
        methods=("paypal",),
        billing=same(AmountMeaning.DISPLAY_ONLY, "paypal"),
        currencies=_PAYPAL_CURRENCIES,
        takes=frozenset({"products"}),
    ),
    sources=(_SPB, _RT),
    rules=(
        note(
            "paypal_v2.sum",
            Message("The lines of the order have to add up to the amount."),
            _SPB,
            _sum_differs,
            severity=Severity.BLOCKS,
        ),
        note(
            "paypal_v2.korea",
            Message("PayPal takes no payments from Korean accounts to Korean shops."),
            _SPB,
        ),
        note(
            "paypal_v2.pending",
            Message("PayPal may answer “pending”; the payment is decided later."),
            _SPB,
            lambda asked: not asked.registers,
        ),
    ),
)

EXIMBAY_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="eximbay",
        kind=WindowKind.POPUP,
        size=(640, 400),
        may_pop_up=True,
        methods=("card", "unionpay", "alipay", "wechat", "tenpay", "econtext", "molpay"),
        currencies=("USD", "KRW", "JPY", "EUR", "CNY"),
        takes=frozenset({"popup", "language"}),
        switches=(Switch("eximbay.issuercountry", Message("Country of the card"), ("", "KR")),),
    ),
    sources=(_EXIMBAY,),
    rules=(
        need("eximbay", "buyer_name", _EXIMBAY),
        need("eximbay", "buyer_tel", _EXIMBAY),
        note(
            "eximbay.econtext",
            Message("econtext is paid in yen."),
            _EXIMBAY,
            lambda asked: asked.method == "econtext" and asked.currency != "JPY",
            severity=Severity.BLOCKS,
        ),
        note(
            "eximbay.dollars",
            Message("Without a currency, Eximbay reads the amount as US dollars."),
            _EXIMBAY,
            lambda asked: not asked.given("currency"),
            severity=Severity.WARNS,
        ),
    ),
)

INICIS_JP_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="inicis_jp",
        kind=WindowKind.POPUP,
        methods=("card", "cvs", "paypay", "amazonpay", "rakutenpay", "merpay", "aupay", "dbarai"),
        currencies=("JPY",),
        takes=frozenset(
            {"popup", "customer_id", "store_details", "cvs", "buyer_first_name", "buyer_last_name"}
        ),
    ),
    sources=(_INICIS_JP,),
    rules=(
        note(
            "inicis_jp.popup",
            Message("This window opens only in a window of its own (popup)."),
            _INICIS_JP,
            lambda asked: asked.request.popup is not True,
            severity=Severity.BLOCKS,
        ),
        longest("inicis_jp", "customer_id", 30, _INICIS_JP),
        note(
            "inicis_jp.store",
            Message("Payments in convenience stores cannot be cancelled."),
            _INICIS_JP,
            lambda asked: asked.method == "cvs",
            severity=Severity.WARNS,
        ),
    ),
)

KICC_V2_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="kicc_v2",
        kind=WindowKind.LAYER,
        methods=("wechat", "alipay_plus"),
        currencies=("KRW", "USD"),
        on_phone=True,
    ),
    sources=(_KICC_V2,),
    rules=(
        note(
            "kicc_v2.later",
            Message("It may be approved after the window is closed; the server's record counts."),
            _KICC_V2,
        ),
    ),
)

PAYLETTER_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="payletter_global",
        kind=WindowKind.LAYER,
        methods=("card",),
        reads_method=False,
        billing=same(AmountMeaning.ALWAYS_CHARGES, "card"),
        currencies=(),
        switches=(
            Switch("payletter_global.pginfo", Message("Pay method, as Payletter names it")),
            Switch("payletter_global.servicename", Message("Service name, for WeChat and Alipay")),
        ),
    ),
    sources=(_PAYLETTER,),
    rules=(
        letters(
            "payletter_global",
            "merchant_uid",
            r"[A-Za-z0-9]*",
            Message("Payletter takes only letters and digits in an order number."),
            _PAYLETTER,
        ),
        need("payletter_global", "buyer_email", _PAYLETTER),
        note(
            "payletter_global.method",
            Message("The option payletter_global.pginfo says how it is paid."),
            _PAYLETTER,
            lambda asked: not asked.switch("payletter_global.pginfo"),
            severity=Severity.WARNS,
        ),
    ),
)

ALIPAY_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="alipay",
        kind=WindowKind.REDIRECT,
        methods=("alipay",),
        reads_method=False,
        currencies=("USD", "KRW"),
    ),
    sources=(_ALIPAY,),
)
