"""What the PGs demand of a refund: accounts to send money to, deadlines, methods without parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from portdesk.sandbox.channels import BANKS
from portdesk.sandbox.clock import DAY, KST_SHIFT, korean_month
from portdesk.sandbox.record import Payment, balance

_KFTC: Final = frozenset(BANKS) | {"012"}
_TWO_DIGITS: Final = frozenset(code[1:] for code in _KFTC if code < "100" and code != "035")
_KCP_BANKS: Final = frozenset(f"BK{code}" for code in _TWO_DIGITS)
_BANKS_OF: Final[Mapping[str, frozenset[str]]] = {
    "html5_inicis": _TWO_DIGITS,
    "inicis": _TWO_DIGITS,
    "kcp": _KCP_BANKS,
    "kcp_billing": _KCP_BANKS,
    "kcp_quick": _KCP_BANKS,
    "daou": frozenset(("04", "11", "03", "08", "15", "10", "12", "05", "09", "31")),
    "nice_v2": frozenset(
        ("004", "023", "034", "003", "011", "031", "032", "088", "081", "020", "071", "089")
    ),
    "welcome": frozenset(
        ("004", "034", "039", "003", "031", "032", "007", "088", "081", "020", "037", "089")
    ),
}
"""Bank codes each PG reads in `refund_bank`; the standard codes for all others. PortOne's table of
bank codes per PG."""

_TRANS_NEEDS_ACCOUNT: Final = ("smartro_v2", "welcome")
_NEEDS_TEL: Final = ("smartro", "smartro_v2", "welcome")
_KSNET_PARTS: Final = 9
_NIGHT_ENDS, _NIGHT_BEGINS = 6, 23


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A refund as it was asked for: how much of which payment, when, and to which account."""

    payment: Payment
    amount: Decimal
    now: int
    holder: str = ""
    bank: str = ""
    account: str = ""
    tel: str = ""

    @property
    def provider(self) -> str:
        """The PG."""
        provider: str = self.payment["pg_provider"]
        return provider

    @property
    def method(self) -> str:
        """How it was paid."""
        method: str = self.payment["pay_method"]
        return method

    @property
    def is_part(self) -> bool:
        """Something stays paid, or was refunded before."""
        return self.amount < balance(self.payment) or bool(self.payment["cancel_history"])

    @property
    def age(self) -> int:
        """Seconds since it was paid."""
        paid_at: int = self.payment["paid_at"]
        return self.now - paid_at

    @property
    def has_account(self) -> bool:
        """Holder, bank and number are all there."""
        return bool(self.holder and self.bank and self.account)


@dataclass(frozen=True, slots=True)
class Rule:
    """When a PG refuses a refund, in which words, and where that is written."""

    refuses: Callable[[Request], bool]
    message: str
    source: str


def needs_account(request: Request) -> bool:
    """Whether the money cannot go back the way it came."""
    if request.method == "vbank":
        return True
    if request.method == "trans":
        return request.provider in _TRANS_NEEDS_ACCOUNT
    return request.method == "phone" and request.provider == "kcp" and not _same_month(request)


def needs_tel(request: Request) -> bool:
    """Whether the holder's phone number is demanded with the account."""
    return request.provider in _NEEDS_TEL and needs_account(request)


def refused_by_pg(request: Request) -> str | None:
    """What the PG says against this refund, if anything."""
    for rule in RULES:
        if rule.refuses(request):
            return rule.message
    return None


def completes_later(request: Request) -> bool:
    """
    Whether the PG takes the order now and carries it out later.

    PayPal and Paymentwall: notes per PG of the cancel operation, release note of 2023-07-17.
    Virtual accounts of smartro_v2 and daou: their PG pages.
    """
    if request.provider in ("paypal_v2", "paymentwall"):
        return True
    return request.method == "vbank" and request.provider in ("smartro_v2", "daou")


def _same_month(request: Request) -> bool:
    return korean_month(request.now) == korean_month(request.payment["paid_at"])


def _at_night(request: Request) -> bool:
    hour = (request.now + KST_SHIFT) % DAY // 3600
    return hour >= _NIGHT_BEGINS or hour < _NIGHT_ENDS


def _unknown_bank(request: Request) -> bool:
    known: Any = _BANKS_OF.get(request.provider, _KFTC)
    return needs_account(request) and request.bank not in known


RULES: Final = (
    Rule(
        lambda request: request.method == "vbank" and request.provider in ("danal", "danal_tpay"),
        "가상계좌 환불을 지원하지 않습니다.",
        "help impossible-partial-cancel",
    ),
    Rule(_unknown_bank, "환불은행 코드 오류", "PortOne, bank codes per PG"),
    Rule(
        lambda request: request.method == "phone" and request.provider != "kcp" and not _same_month(request),
        "취소불가 상태입니다.",
        "docs integration/cancel/v1/basic: phone bills only within the month of payment",
    ),
    Rule(
        lambda request: (
            request.is_part
            and request.method == "phone"
            and request.provider not in ("html5_inicis", "inicis")
        ),
        "휴대폰 결제는 부분취소가 불가능합니다.",
        "help impossible-partial-cancel",
    ),
    Rule(
        lambda request: request.is_part and request.method in ("cultureland", "smartculture", "booknlife"),
        "상품권 결제는 부분취소가 불가능합니다.",
        "help impossible-partial-cancel",
    ),
    Rule(
        lambda request: request.is_part and bool(request.payment["escrow"]),
        "에스크로 거래는 부분취소가 불가능합니다.",
        "help impossible-partial-cancel",
    ),
    Rule(
        lambda request: (
            request.provider == "ksnet" and len(request.payment["cancel_history"]) >= _KSNET_PARTS
        ),
        "부분취소 가능 횟수를 초과하였습니다.",
        "docs integration/pg/v1/ksnet/warning",
    ),
    Rule(
        lambda request: request.provider == "ksnet" and request.age > 183 * DAY,
        "취소 가능 기간이 지났습니다.",
        "docs integration/pg/v1/ksnet/warning",
    ),
    Rule(
        lambda request: request.provider == "ksnet" and request.method == "vbank" and _at_night(request),
        "가상계좌 취소 불가 시간입니다.(23:00~06:00)",
        "published description, cancel, note for ksnet",
    ),
    Rule(
        lambda request: request.provider in ("paypal", "paypal_v2") and request.age > 180 * DAY,
        "REFUND_TIME_LIMIT_EXCEEDED",
        "help cancel-deadline-by-paymethod",
    ),
    Rule(
        lambda request: (
            request.method == "card"
            and request.provider not in ("naverpay", "paypal", "paypal_v2")
            and request.age > 365 * DAY
        ),
        "취소 가능 기간(1년)이 지났습니다.",
        "help cancel-deadline-by-paymethod",
    ),
    Rule(
        lambda request: request.provider == "naverpay" and request.age > 1095 * DAY,
        "취소 가능 기간(1095일)이 지났습니다.",
        "help cancel-deadline-by-paymethod",
    ),
    Rule(
        lambda request: (
            request.provider == "kakaopay" and request.method == "point" and request.age > 5 * 365.25 * DAY
        ),
        "취소 가능 기간(5년)이 지났습니다.",
        "help cancel-deadline-by-paymethod",
    ),
)
"""The first that refuses speaks."""
