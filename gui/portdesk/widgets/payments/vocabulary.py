"""What the wire's codes are called by people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from portdesk.domain.payments import PaymentState
from portdesk.qt.marks import Mark
from portdesk.qt.words import later, tr

STATES: Final[Mapping[PaymentState, tuple[Mark, str]]] = {
    PaymentState.PAID: (Mark.DONE, later("Paid")),
    PaymentState.PARTLY_RETURNED: (Mark.PART, later("Partly refunded")),
    PaymentState.RETURNED: (Mark.RETURNED, later("Refunded")),
    PaymentState.AWAITING_DEPOSIT: (Mark.WAITING, later("Awaiting deposit")),
    PaymentState.STARTED: (Mark.BEGUN, later("Not finished")),
    PaymentState.FAILED: (Mark.REFUSED, later("Failed")),
    PaymentState.UNKNOWN: (Mark.UNKNOWN, later("Unknown")),
}

METHODS: Final[Mapping[str, str]] = {
    "card": later("Card"),
    "trans": later("Bank transfer"),
    "vbank": later("Virtual account"),
    "phone": later("Phone bill"),
    "cultureland": later("Cultureland voucher"),
    "smartculture": later("Smart Culture voucher"),
    "booknlife": later("Book & Life voucher"),
    "culturegift": later("Culture gift voucher"),
    "point": later("Points"),
    "samsung": later("Samsung Pay"),
    "samsungpay": later("Samsung Pay"),
    "kpay": later("KPay"),
    "kakaopay": later("KakaoPay"),
    "payco": later("PAYCO"),
    "lpay": later("L.PAY"),
    "ssgpay": later("SSGPAY"),
    "tosspay": later("Toss Pay"),
    "naverpay": later("Naver Pay"),
    "applepay": later("Apple Pay"),
    "paypal": later("PayPal"),
    "cvs": later("Convenience store"),
}

PROVIDERS: Final[Mapping[str, str]] = {
    "html5_inicis": later("KG Inicis"),
    "inicis": later("KG Inicis"),
    "inicis_unified": later("KG Inicis identity"),
    "inicis_v2": later("KG Inicis V2"),
    "kcp": later("NHN KCP"),
    "kcp_billing": later("NHN KCP billing"),
    "kcp_quick": later("NHN KCP Quick"),
    "kcp_v2": later("NHN KCP V2"),
    "uplus": later("Toss Payments (old)"),
    "tosspayments": later("Toss Payments"),
    "toss_brandpay": later("Toss BrandPay"),
    "nice": later("NICE Payments"),
    "nice_v2": later("NICE Payments V2"),
    "kicc": later("KICC EasyPay"),
    "kakaopay": later("KakaoPay"),
    "danal": later("Danal phone"),
    "danal_tpay": later("Danal"),
    "mobilians": later("KG Financial"),
    "payco": later("PAYCO"),
    "paypal": later("PayPal"),
    "paypal_v2": later("PayPal"),
    "eximbay": later("Eximbay"),
    "naverpay": later("Naver Pay"),
    "naverco": later("Naver Pay order"),
    "smilepay": later("Smile Pay"),
    "chai": later("Chai"),
    "daou": later("Kiwoom Pay"),
    "paymentwall": later("Paymentwall"),
    "tosspay": later("Toss Pay"),
    "tosspay_v2": later("Toss Pay"),
    "smartro": later("Smartro"),
    "smartro_v2": later("Smartro V2"),
    "settle": later("Hecto Financial"),
    "settle_acc": later("Hecto My Account"),
    "ksnet": later("KSNET"),
    "galaxia": later("Galaxia"),
    "welcome": later("Welcome Payments"),
    "jtnet": later("JTNET"),
}

CHANNELS: Final[Mapping[str, str]] = {
    "pc": later("Computer"),
    "mobile": later("Phone"),
    "api": later("Key-in or billing key"),
}

KEY_USES: Final[Mapping[str, str]] = {
    "issue": later("A billing key was registered"),
    "payment": later("Paid with a billing key"),
    "payment.scheduled": later("Paid by schedule"),
}

CARD_TYPES: Final[Mapping[int, str]] = {0: later("Credit"), 1: later("Debit")}


def state_word(state: PaymentState, raw: str) -> str:
    """The word for `state`; a status we do not know is shown as the server wrote it."""
    return raw if state is PaymentState.UNKNOWN else tr(STATES[state][1])


def named(names: Mapping[str, str], code: str | None) -> str:
    """What `code` is called; a code we do not know is shown as it is."""
    if not code:
        return ""
    return tr(names[code]) if code in names else code
