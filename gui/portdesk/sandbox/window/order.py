"""What a PG's page is told about the order it shows."""

from __future__ import annotations

from typing import Any, Final

from portdesk.sandbox.channels import BANKS, CARDS
from portdesk.sandbox.record import exact as exact_number
from portdesk.sandbox.record import wire
from portdesk.sandbox.window.attempts import CERTIFICATION, Attempt
from portdesk.sandbox.window.table import Amounts

_BRANDS: Final = {
    "html5_inicis": ("KG이니시스", "#1b3f94"),
    "jtnet": ("JTNet", "#0b6e4f"),
    "paymentwall": ("Paymentwall", "#0f75bc"),
    "kcp": ("NHN KCP", "#0a58a6"),
    "kcp_billing": ("NHN KCP", "#0a58a6"),
    "kcp_quick": ("KCP 퀵페이", "#0a58a6"),
    "nice": ("나이스페이", "#1f4fa3"),
    "nice_v2": ("나이스페이먼츠", "#1f4fa3"),
    "tosspayments": ("토스페이먼츠", "#3182f6"),
    "toss_brandpay": ("토스 브랜드페이", "#3182f6"),
    "tosspay": ("토스페이", "#3182f6"),
    "tosspay_v2": ("토스페이", "#3182f6"),
    "uplus": ("토스페이먼츠", "#3182f6"),
    "kakaopay": ("카카오페이", "#3c1e1e"),
    "naverpay": ("네이버페이", "#03a94d"),
    "naverco": ("네이버페이 주문", "#03a94d"),
    "payco": ("PAYCO", "#d5161e"),
    "danal": ("다날", "#004b93"),
    "danal_tpay": ("다날", "#004b93"),
    "mobilians": ("KG모빌리언스", "#e0450b"),
    "mobilians_v2": ("KG파이낸셜", "#e0450b"),
    "settle": ("헥토파이낸셜", "#5b2d90"),
    "settle_acc": ("헥토 내통장결제", "#5b2d90"),
    "smartro": ("스마트로", "#00658f"),
    "smartro_v2": ("스마트로", "#00658f"),
    "kicc": ("KICC", "#004a98"),
    "daou": ("키움페이", "#6c1d83"),
    "ksnet": ("KSNET", "#00559f"),
    "galaxia": ("갤럭시아", "#2a2f86"),
    "welcome": ("웰컴페이먼츠", "#a5142f"),
    "paypal": ("PayPal", "#003087"),
    "paypal_v2": ("PayPal", "#003087"),
    "eximbay": ("Eximbay", "#1a6aa8"),
    "smilepay": ("스마일페이", "#c8102e"),
}
_NEUTRAL: Final = "#3a4654"
_WALLETS: Final = (
    "kakaopay", "naverpay", "naverco", "payco", "tosspay", "tosspay_v2", "toss_brandpay", "paypal",
    "paypal_v2", "alipay", "chai", "smilepay", "kicc_v2",
)  # fmt: skip
_FORMS: Final = {"card": "card", "trans": "bank", "vbank": "vbank", "phone": "phone"}
_INSTALMENTS_FROM: Final = 50_000
_MONTHS: Final = (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
_UP_TO_LARGEST: Final = ("html5_inicis", "kcp", "tosspayments")
"""PGs that read `card_quota` as "up to the largest"; the others show what is listed."""
_SENTENCES: Final = {
    None: ("{}이 결제됩니다", "{} will be charged"),
    "registers": ("카드만 등록되고 결제되지 않습니다", "The card is registered; nothing is charged"),
    "shown": (
        "카드만 등록됩니다. 금액 {}은 표시만 됩니다",
        "The card is registered; {} is only displayed",
    ),
    "account": (
        "계좌가 발급되고, {}을 입금하면 결제됩니다",
        "An account is issued; paying {} in completes the payment",
    ),
    "identity": ("휴대폰으로 본인을 확인합니다", "Your identity is checked by phone"),
    "both": ("{}이 결제되고 카드가 등록됩니다", "{} will be charged and the card registered"),
    "test": ("확인을 위해 10원이 결제된 뒤 취소됩니다", "10 won are charged as a check, then returned"),
}


def order_of(attempt: Attempt, shop: str) -> dict[str, Any]:
    """The page's data, as JSON values."""
    params = attempt.params
    brand, colour = _BRANDS.get(attempt.channel.pg_provider, (attempt.channel.pg_provider, _NEUTRAL))
    amount = wire(exact_number(params.get("amount") or 0))
    korean, english = _SENTENCES[_what(attempt, amount)]
    currency = str(params.get("currency") or "KRW")
    return {
        "sid": attempt.sid,
        "brand": brand,
        "colour": colour,
        "shop": str(params.get("company") or shop),
        "name": str(params.get("name") or "상품"),
        "order": attempt.merchant_uid,
        "period": params.get("period") if isinstance(params.get("period"), dict) else None,
        "amount": _said(amount, currency, korean=True),
        "amount_english": _said(amount, currency, korean=False),
        "sentence": [
            korean.format(_said(amount, currency, korean=True)),
            english.format(_said(amount, currency, korean=False)),
        ],
        "is_key": attempt.customer_uid is not None,
        "form": _form(attempt),
        "quotas": quotas(params, attempt.channel.pg_provider, amount),
        "issuers": issuers(params),
        "direct": _direct(params),
        "banks": [{"code": code, "name": name} for code, name in BANKS.items() if code < "100"],
        "press": attempt.scenario.press,
        "tries": list(attempt.scenario.tries),
        "return_url": str(params.get("m_redirect_url") or ""),
        "is_test": attempt.channel.sandbox,
    }


def quotas(params: dict[str, Any], provider: str, amount: float) -> list[int]:
    """The instalment terms to choose from, in months; 0 is the lump sum."""
    display = _object(params, "display")
    asked = display.get("card_quota")
    months = [term for term in asked if isinstance(term, int)] if isinstance(asked, list) else list(_MONTHS)
    if amount < _INSTALMENTS_FROM:
        months = []
    if months and isinstance(asked, list) and provider in _UP_TO_LARGEST:
        months = [term for term in _MONTHS if term <= max(months)]
    if provider == "kakaopay" and isinstance(asked, list) and len(months) == 1:
        return months
    hides_lump_sum = display.get("only_installment") or display.get("only_installments")
    return months if hides_lump_sum and months else [0, *months]


def issuers(params: dict[str, Any]) -> list[dict[str, Any]]:
    """The card companies to choose from, with their longest interest-free term where the shop pays for it."""
    card = _object(params, "card")
    listed = card.get("detail")
    detail = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    switched = {str(entry.get("card_code")): entry["enabled"] for entry in detail if "enabled" in entry}
    otherwise = switched.get("*", True)
    free = {str(entry.get("card_code")): entry["max_month"] for entry in detail if "max_month" in entry}
    return [
        {"code": code, "name": name, "free": free.get(code, card.get("interest_free") or 0)}
        for code, name in CARDS.items()
        if switched.get(code, otherwise)
    ]


def _object(params: dict[str, Any], name: str) -> dict[str, Any]:
    value = params.get(name)
    return value if isinstance(value, dict) else {}


def _direct(params: dict[str, Any]) -> dict[str, Any] | None:
    card = params.get("card")
    direct = card.get("direct") if isinstance(card, dict) else None
    if not isinstance(direct, dict) or str(direct.get("code")) not in CARDS:
        return None
    quota = direct.get("quota")
    return {"code": str(direct["code"]), "quota": quota if isinstance(quota, int) else 0}


def _what(attempt: Attempt, amount: float) -> str | None:
    if attempt.kind == CERTIFICATION:
        return "identity"
    match attempt.amounts:
        case None:
            return "account" if attempt.pay_method == "vbank" else None
        case Amounts.SHOWN_ONLY:
            return "shown" if amount else "registers"
        case Amounts.TEST_CHARGE_AT_ZERO if not amount:
            return "test"
        case _:
            return "both" if amount else "registers"


def _form(attempt: Attempt) -> str:
    if attempt.kind == CERTIFICATION:
        return "identity"
    method = str(attempt.params["pay_method"])
    if attempt.channel.pg_provider in _WALLETS:
        return "wallet"
    return _FORMS.get(method, "wallet")


def _said(amount: float, currency: str, *, korean: bool) -> str:
    if currency == "KRW":
        return f"{amount:,}원" if korean else f"KRW {amount:,}"
    return f"{currency} {amount:,.2f}"
