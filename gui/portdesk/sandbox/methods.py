"""How people pay: which PG, which method, and the fields each of them fills."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from portdesk.sandbox.channels import BANKS, CARDS, mid
from portdesk.sandbox.clock import DAY
from portdesk.sandbox.dice import Dice, Weighted
from portdesk.sandbox.record import Payment


@dataclass(frozen=True, slots=True)
class Method:
    """A PG and a pay method as they are used together."""

    pg_provider: str
    pay_method: str
    emb_pg_provider: str | None = None
    escrow_share: float = 0.0
    billing: bool = False


TODAY: Final = Weighted(
    (
        (Method("html5_inicis", "card"), 20),
        (Method("html5_inicis", "trans"), 2),
        (Method("html5_inicis", "vbank", escrow_share=0.1), 4),
        (Method("html5_inicis", "samsung"), 1.5),
        (Method("html5_inicis", "phone"), 0.6),
        (Method("kcp", "card"), 8),
        (Method("kcp", "vbank", escrow_share=0.5), 3),
        (Method("kcp", "trans", escrow_share=0.3), 2),
        (Method("kcp", "phone"), 0.4),
        (Method("kcp", "cultureland"), 0.2),
        (Method("tosspayments", "card"), 13),
        (Method("tosspayments", "card", emb_pg_provider="applepay"), 1),
        (Method("tosspayments", "vbank"), 2),
        (Method("tosspayments", "trans"), 1.5),
        (Method("nice_v2", "card"), 5),
        (Method("nice_v2", "kakaopay", emb_pg_provider="kakaopay"), 1.5),
        (Method("nice_v2", "naverpay", emb_pg_provider="naverpay"), 1),
        (Method("nice_v2", "vbank"), 0.6),
        (Method("kakaopay", "card"), 6),
        (Method("kakaopay", "point"), 5),
        (Method("naverpay", "card"), 5),
        (Method("naverpay", "point"), 3),
        (Method("payco", "payco"), 2.5),
        (Method("tosspay", "tosspay"), 2.5),
        (Method("danal", "phone"), 1.2),
        (Method("smartro_v2", "vbank"), 0.5),
        (Method("daou", "vbank"), 0.5),
        (Method("settle", "vbank"), 0.3),
        (Method("paypal_v2", "paypal"), 0.8),
        (Method("paymentwall", "card"), 0.6),
        (Method("tosspayments", "card", billing=True), 3),
        (Method("nice_v2", "card", billing=True), 2.5),
        (Method("html5_inicis", "card", billing=True), 2),
    )
)
LONG_AGO: Final = Weighted(
    (
        (Method("jtnet", "card"), 5),
        (Method("jtnet", "vbank"), 1),
        (Method("html5_inicis", "card"), 9),
        (Method("kcp", "card"), 5),
        (Method("kcp", "vbank", escrow_share=0.5), 3),
        (Method("kakaopay", "point"), 4),
        (Method("payco", "payco"), 2),
        (Method("html5_inicis", "card", billing=True), 1),
    )
)
"""Before the shop left its first PG."""

FOREIGN: Final = ("paypal_v2", "paymentwall")

_ISSUERS: Final = Weighted(
    (
        (("366", "451842"), 20), (("381", "557042"), 18), (("365", "537145"), 15), (("367", "433028"), 15),
        (("368", "513792"), 8), (("041", "538720"), 7), (("374", "455437"), 7), (("371", "546111"), 5),
        (("361", "942061"), 4), (("090", "515594"), 4), (("370", "456405"), 1), (("089", "517729"), 1),
    )
)  # fmt: skip
_QUOTAS: Final = Weighted(((0, 70), (2, 6), (3, 14), (5, 3), (6, 4), (10, 1), (12, 2)))
_TELLS_ISSUER: Final = ("tosspayments", "ksnet", "paypal_v2", "smartro_v2", "nice_v2", "welcome")
_VBANKS: Final = ("004", "088", "020", "081", "011", "003", "071", "032", "031")
_IPHONE: Final = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
)
_ANDROID: Final = "Mozilla/5.0 (Linux; Android 15; SM-S936N) AppleWebKit/537.36 (KHTML, like Gecko)"
_WINDOWS: Final = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
_MAC: Final = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
_AGENTS: Final = Weighted(
    (
        (("mobile", f"{_IPHONE} Version/18.5 Mobile/15E148 Safari/604.1"), 30),
        (("mobile", f"{_IPHONE} Mobile/15E148 NAVER(inapp; search; 2020; 12.14.4; 16PRO)"), 6),
        (("mobile", f"{_ANDROID} Chrome/138.0.0.0 Mobile Safari/537.36"), 25),
        (("mobile", f"{_ANDROID} Version/4.0 Chrome/137.0.0.0 Mobile Safari/537.36 KAKAOTALK 25.5.2"), 9),
        (("pc", f"{_WINDOWS} Chrome/138.0.0.0 Safari/537.36"), 20),
        (("pc", f"{_WINDOWS} Chrome/138.0.0.0 Safari/537.36 Whale/4.32.315.22"), 4),
        (("pc", f"{_MAC} Version/18.5 Safari/605.1.15"), 6),
    )
)
_BY_API: Final = ("api", "sorry_not_supported_anymore")

_FAILURES: Final = {
    "card": ("잔액부족", "한도초과", "분실/도난 카드", "유효기간 오류", "할부 불가 카드"),
    "trans": ("[BE31] 계좌 잔액이 부족합니다.", "이체 시간이 초과되었습니다."),
    "phone": ("휴대폰 결제 한도를 초과하였습니다.", "통신사 미납 요금이 있어 결제할 수 없습니다."),
    "paypal": ("INSTRUMENT_DECLINED",),
}
_GAVE_UP: Final = "사용자가 결제를 취소하셨습니다"
_PG_FAILURES: Final = {
    "paymentwall": ("(PG사 결제 장애) Internal error",),
    "tosspayments": ("[PAY_PROCESS_ABORTED] 결제 진행 중 승인에 실패하여 결제가 중단되었습니다.",),
    "kcp": (
        "[CC10] 잔액부족",
        "[CC08] 일 사용한도 초과",
        "[CC04] 분실/사용불가",
        "[CC67] 사업자번호 오류(인증)",
    ),
}
_REFUND_TROUBLES: Final = {
    "kcp": "[8178] 취소 요청금액이 정산금액보다 커서 취소할 수 없습니다. 정산금액 부족",
    "daou": "[9029] 취소 가능 금액 부족",
    "nice_v2": "취소금액이 미정산 금액보다 큽니다.",
    "danal": "취소불가 상태입니다.",
}


def fill(payment: Payment, method: Method, dice: Dice) -> None:
    """Everything that is known from the moment the pay window opens."""
    provider = method.pg_provider
    payment["pg_provider"] = provider
    payment["pay_method"] = method.pay_method
    payment["emb_pg_provider"] = method.emb_pg_provider
    payment["escrow"] = method.escrow_share > 0 and dice.happens(method.escrow_share)
    payment["channel"], payment["user_agent"] = _BY_API if method.billing else _AGENTS.pick(dice)
    payment["pg_id"] = mid(provider, type="api_payment" if method.billing else "payment")


def approve(payment: Payment, dice: Dice) -> None:
    """What the PG adds when it approves."""
    provider, way = payment["pg_provider"], payment["pay_method"]
    payment["pg_tid"] = transaction(provider, payment["pg_id"], payment["paid_at"], dice)
    payment["receipt_url"] = receipt(provider, payment["pg_tid"])
    if way in ("card", "samsung", "payco", "tosspay", "kakaopay", "naverpay"):
        _add_card(payment, dice)
    elif way in ("trans", "vbank"):
        payment["cash_receipt_issued"] = dice.happens(0.6)
        if provider != "daou":
            payment["bank_code"] = dice.pick(_VBANKS)
            payment["bank_name"] = BANKS[payment["bank_code"]]


def issue_account(payment: Payment, at: int, dice: Dice) -> None:
    """A virtual account waiting for money until its deadline."""
    code = dice.pick(_VBANKS)
    midnight = (at // DAY + dice.pick((2, 3, 3, 7))) * DAY + DAY * 5 // 8 - 1
    payment["vbank_code"], payment["vbank_name"] = code, BANKS[code]
    payment["vbank_num"] = dice.digits(14)
    payment["vbank_holder"] = None if payment["pg_provider"] == "tosspayments" else "바다꽃집"
    payment["vbank_issued_at"], payment["vbank_date"] = at, midnight
    payment["pg_tid"] = transaction(payment["pg_provider"], payment["pg_id"], at, dice)


def failure(payment: Payment, dice: Dice) -> str:
    """Why the PG refused, in its own words."""
    if dice.happens(0.35) and payment["channel"] != "api":
        return _GAVE_UP
    own = _PG_FAILURES.get(payment["pg_provider"])
    if own and dice.happens(0.7):
        return dice.pick(own)
    return dice.pick(_FAILURES.get(payment["pay_method"], _FAILURES["card"]))


def refund_trouble(provider: str) -> str | None:
    """What this PG says when too little unsettled money is left for a refund."""
    return _REFUND_TROUBLES.get(provider)


def transaction(provider: str, pg_id: str, at: int, dice: Dice) -> str:
    """A transaction number in the manner of the PG."""
    number = dice.digits(9)
    if provider == "html5_inicis":
        return f"StdpayCARD{pg_id}{at}{number}"
    if provider == "kcp":
        return f"{at}{number[:4]}"
    if provider == "kakaopay":
        return f"T{at:x}{int(number):08x}"
    if provider in ("paypal_v2", "paymentwall"):
        return f"{number}{at:X}"
    return f"{pg_id}{at}{number}"


def receipt(provider: str, pg_tid: str) -> str | None:
    """Where the sales slip would be; a reserved name, so that nothing leaves the machine."""
    if provider == "danal":
        return None
    return f"https://receipt.example/{provider}?tid={pg_tid}"


def _add_card(payment: Payment, dice: Dice) -> None:
    code, prefix = _ISSUERS.pick(dice)
    payment["card_code"], payment["card_name"] = code, CARDS[code]
    payment["card_number"] = f"{prefix}******{dice.digits(4)}"
    payment["card_quota"] = _QUOTAS.pick(dice) if payment["amount"] >= 50_000 else 0  # noqa: PLR2004 - card law
    payment["card_type"] = None if payment["channel"] == "api" else int(dice.happens(0.35))
    payment["apply_num"] = dice.digits(8)
    if payment["pg_provider"] in _TELLS_ISSUER:
        payment["card_issuer_code"] = payment["card_publisher_code"] = code
        payment["card_issuer_name"] = payment["card_publisher_name"] = CARDS[code]
