"""What PortOne refuses before a PG's window opens."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from portdesk.sandbox.record import PAID, exact
from portdesk.sandbox.state import State
from portdesk.sandbox.window.attempts import Attempt
from portdesk.sandbox.window.table import Amounts

_LONGEST_UID: Final = 40
_LONGEST_NAME: Final = 40
_LONGEST_CUSTOMER: Final = 80
_NICE_BYTES: Final = 40
_DUE: Final = re.compile(r"\d{4}-?\d{2}-?\d{2}( ?\d{2}:?\d{2}:?\d{2})?")
_ALPHANUMERIC: Final = re.compile(r"[A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Check:
    """When a request is refused, and in which words; `{}` is what is missing or too long."""

    fails: Callable[[Attempt], object]
    message: str


def refused_before(attempt: Attempt, state: State) -> str | None:
    """Why this window does not open, if it does not."""
    if attempt.scenario.refuse:
        return attempt.scenario.refuse
    for check in CHECKS:
        found = check.fails(attempt)
        if found:
            return check.message.format(found)
    return _refused_by_shop(attempt, state)


def _refused_by_shop(attempt: Attempt, state: State) -> str | None:
    of_order = state.book.payments_of_order(attempt.merchant_uid, attempt.tier, status="all")
    if any(payment["paid_at"] or payment["status"] == PAID for payment in of_order):
        return "이미 승인이 완료된 주문번호(merchant_uid)입니다. 새로운 주문번호로 요청해 주세요."
    prepared = state.prepared(attempt.merchant_uid, attempt.tier)
    if prepared is None:
        return None
    amount, currency = prepared
    if exact(attempt.params["amount"]) != amount:
        return "사전등록된 결제금액과 일치하지 않습니다."
    if currency is not None and currency != (attempt.params.get("currency") or "KRW"):
        return "사전등록된 통화와 일치하지 않습니다."
    return None


def _provider(*names: str) -> Callable[[Attempt], bool]:
    return lambda attempt: attempt.channel.pg_provider in names


def _missing(attempt: Attempt) -> str | None:
    names = attempt.row.needs
    if attempt.customer_uid:
        names += attempt.row.needs_with_key
    return next((name for name in names if not attempt.params.get(name)), None)


def _too_long(attempt: Attempt) -> str | None:
    for name, most in (
        ("merchant_uid", _LONGEST_UID),
        ("name", _LONGEST_NAME),
        ("customer_uid", _LONGEST_CUSTOMER),
    ):
        if len(str(attempt.params.get(name) or "")) > most:
            return f"{name}(최대 {most}자)"
    return None


def _amount(attempt: Attempt) -> Decimal:
    return exact(attempt.params["amount"])


def _nameless_method(attempt: Attempt) -> str | None:
    methods = attempt.row.methods
    method = str(attempt.params["pay_method"])
    return method if methods and method not in methods else None


def _below(attempt: Attempt) -> int | None:
    least = attempt.row.least
    if attempt.customer_uid or "below1000" in str(_bypass(attempt).get("acceptmethod", "")):
        return None
    return least if _amount(attempt) < least else None


def _bypass(attempt: Attempt) -> dict[str, Any]:
    bypass = attempt.params.get("bypass")
    return bypass if isinstance(bypass, dict) else {}


def _direct_without_quota(attempt: Attempt) -> bool:
    card = attempt.params.get("card")
    direct = card.get("direct") if isinstance(card, dict) else None
    return isinstance(direct, dict) and ("code" in direct) != ("quota" in direct)


def _no_euc_kr(attempt: Attempt) -> str | None:
    for name in ("name", "buyer_name"):
        try:
            str(attempt.params.get(name) or "").encode("euc-kr")
        except UnicodeEncodeError:
            return name
    return None


def _ordinary(attempt: Attempt) -> bool:
    return attempt.customer_uid is None


def _method(attempt: Attempt) -> str:
    return str(attempt.params["pay_method"])


CHECKS: Final = (
    Check(_too_long, "파라메터의 길이가 너무 깁니다. {}"),
    Check(_nameless_method, "지원하지 않는 결제수단(pay_method)입니다. {}"),
    Check(
        lambda attempt: attempt.amounts is Amounts.NO_WINDOW and _method(attempt),
        "해당 PG사는 결제창 방식의 빌링키 발급을 지원하지 않습니다. (pay_method: {})",
    ),
    Check(_missing, "필수 파라메터가 누락되었습니다. {}"),
    Check(
        lambda attempt: (
            _method(attempt) == "vbank" and not _DUE.fullmatch(str(attempt.params.get("vbank_due") or ""))
            and not _provider("html5_inicis")(attempt)
        ),
        "가상계좌 입금기한(vbank_due)이 누락되었거나 형식이 올바르지 않습니다.",
    ),
    Check(
        lambda attempt: _method(attempt) == "phone" and not isinstance(attempt.params.get("digital"), bool),
        "휴대폰 결제는 digital 파라메터가 필요합니다.",
    ),
    Check(
        lambda attempt: (
            _provider("danal_tpay")(attempt) and _method(attempt) == "vbank"
            and not re.fullmatch(r"\d{10}", str(attempt.params.get("biz_num") or ""))
        ),
        "다날 가상계좌는 사업자등록번호(biz_num) 10자리가 필요합니다.",
    ),
    Check(
        lambda attempt: _ordinary(attempt) and _amount(attempt) <= 0,
        "결제금액(amount)은 0보다 커야 합니다.",
    ),
    Check(lambda attempt: _amount(attempt) < 0, "결제금액(amount)이 올바르지 않습니다."),
    Check(
        lambda attempt: attempt.amounts is Amounts.ALWAYS_CHARGED and _amount(attempt) <= 0,
        "빌링키 발급과 함께 최초 결제가 이루어지므로 결제금액(amount)이 0보다 커야 합니다.",
    ),
    Check(
        lambda attempt: _provider("nice_v2")(attempt) and attempt.customer_uid and _amount(attempt) > 0,
        "간편결제 빌링키 발급 시 결제금액(amount)은 0이어야 합니다.",
    ),
    Check(_below, "최소 결제금액({}) 미만입니다."),
    Check(
        lambda attempt: (
            _provider("paymentwall")(attempt)
            and len(str(attempt.params.get("buyer_name")).split()) < 2  # noqa: PLR2004 - first and last
        ),
        "buyer_name은 이름과 성을 공백으로 구분해야 합니다. (Firstname Lastname)",
    ),
    Check(
        lambda attempt: (
            _provider("nice_v2")(attempt)
            and (
                len(str(attempt.params.get("name") or "").encode("euc-kr", "replace")) > _NICE_BYTES
                or set(str(attempt.params.get("name") or "")) & set("%&|$-+=[]")
            )
        ),
        "주문명(name)은 40바이트 이하이며 특수문자를 쓸 수 없습니다.",
    ),
    Check(
        lambda attempt: (
            _provider("smartro_v2", "payletter_global")(attempt)
            and not _ALPHANUMERIC.fullmatch(attempt.merchant_uid)
        ),
        "주문번호(merchant_uid)는 영문과 숫자만 쓸 수 있습니다.",
    ),
    Check(
        lambda attempt: _provider("mobilians_v2")(attempt) and len(attempt.merchant_uid) < 4,  # noqa: PLR2004 - its limit
        "주문번호(merchant_uid)는 4자 이상이어야 합니다.",
    ),
    Check(
        lambda attempt: (
            _provider("nice_v2", "smartro_v2", "welcome")(attempt) and _direct_without_quota(attempt)
        ),
        "card.direct에는 code와 quota가 모두 필요합니다.",
    ),
    Check(
        lambda attempt: (
            _provider("paypal", "paypal_v2")(attempt) and attempt.params.get("currency") == "KRW"
        ),
        "지원하지 않는 통화입니다.",
    ),
    Check(
        lambda attempt: attempt.row.is_euc_kr and _no_euc_kr(attempt),
        "EUC-KR로 나타낼 수 없는 글자가 있습니다. {}",
    ),
)  # fmt: skip
"""The first that fails speaks. Conditions from the PG pages; the wording is ours."""
