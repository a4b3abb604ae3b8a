"""The imitated PG's own doing: the only thing here that writes payments and billing keys."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from portdesk.sandbox import cards, methods
from portdesk.sandbox.billing_keys import blank_key, put_card
from portdesk.sandbox.clock import MINUTE
from portdesk.sandbox.due import LATER_REFUND, WINDOW
from portdesk.sandbox.record import FAILED, READY, Payment, blank, fail, wire
from portdesk.sandbox.record import exact as exact_number
from portdesk.sandbox.state import State
from portdesk.sandbox.window.attempts import Attempt
from portdesk.sandbox.window.table import Amounts

GAVE_UP: Final = "사용자가 결제를 취소하셨습니다"
TIMED_OUT: Final = "결제 시간이 초과되었습니다"
DECLINED: Final = ("51", "한도초과")
PENDING: Final = "(PG사 결제 장애) Internal error"

_BUYER: Final = ("name", "tel", "email", "addr", "postcode")
_TEST_CHARGE: Final = 10
_TEST_CHARGE_BACK_AFTER: Final = 30 * MINUTE
_DOLLARS: Final = ("paypal", "paypal_v2", "eximbay", "alipay")

Card = Mapping[str, Any]
"""What the window tells of a card: `number` (masked), `code`, `quota`."""


def begin(attempt: Attempt, state: State, user_agent: str) -> None:
    """Write the payment of a window that now stands, as `ready`."""
    params = attempt.params
    payment = blank() | {
        "imp_uid": attempt.imp_uid,
        "merchant_uid": attempt.merchant_uid,
        "name": _text(params, "name"),
        "amount": _money(attempt),
        "currency": _text(params, "currency")
        or ("USD" if attempt.channel.pg_provider in _DOLLARS else "KRW"),
        "pay_method": attempt.pay_method,
        "pg_provider": attempt.channel.pg_provider,
        "pg_id": attempt.channel.pg_id,
        "sandbox": attempt.channel.sandbox,
        "channel": "mobile" if attempt.is_mobile else "pc",
        "user_agent": user_agent[:256],
        "escrow": params.get("escrow") is True,
        "customer_uid": attempt.customer_uid,
        "customer_uid_usage": _usage(attempt, state),
        "started_at": state.clock.now(),
    }
    for name in _BUYER:
        payment[f"buyer_{name}"] = _text(params, f"buyer_{name}")
    if params.get("custom_data") is not None:
        payment["custom_data"] = json.dumps(params["custom_data"], ensure_ascii=False)
    payment |= dict(attempt.scenario.record)
    state.book.save(payment, tier=attempt.tier, at=payment["started_at"])


def approve(attempt: Attempt, state: State, card: Card, seconds: float) -> None:
    """Take the money or register the card, now or `seconds` later."""
    now = state.clock.now()
    what = {
        "kind": WINDOW,
        "imp_uid": attempt.imp_uid,
        "tier": attempt.tier,
        "card": dict(card),
        "key": _key(attempt) if attempt.customer_uid else None,
        "gives_back": attempt.amounts is Amounts.TEST_CHARGE_AT_ZERO and not attempt.params["amount"],
        "forged": dict(attempt.scenario.record),
    }
    if not seconds:
        settle(state, now, what)
        return
    if attempt.scenario.first_failed:
        refuse(attempt, state, PENDING)
    state.plan(int(now + seconds), what)


def settle(state: State, at: int, what: Mapping[str, Any]) -> None:
    """What an approval does to the shop."""
    payment = state.book.find(what["imp_uid"], what["tier"])
    if payment is None or payment["status"] not in (READY, FAILED):
        return
    if payment["pay_method"] == "vbank" and not payment["vbank_num"]:
        methods.issue_account(payment, at, state.dice)
        state.book.save(payment, tier=what["tier"], at=at)
        return
    payment = state.florist.approved(payment, at)
    if payment["card_number"]:
        _put_card(payment, what["card"])
    payment |= what["forged"]
    state.book.save(payment, tier=what["tier"], at=at)
    if what["key"] is not None:
        key = blank_key(what["key"]["customer_uid"]) | what["key"]
        number = what["card"].get("number") or payment["card_number"] or "451842******0000"
        is_silent = "inicis" in key["pg_provider"]
        put_card(key, what["card"].get("code") or cards.issuer_of(number), number, None if is_silent else 0)
        state.billing_keys.issue(key, what["tier"], at)
    if what["gives_back"]:
        back = {
            "kind": LATER_REFUND,
            "imp_uid": what["imp_uid"],
            "amount": _TEST_CHARGE,
            "reason": "빌링키 확인",
        }
        state.plan(at + _TEST_CHARGE_BACK_AFTER, back)


def refuse(attempt: Attempt, state: State, reason: str) -> None:
    """Let the payment fail; one that has already ended stays as it is."""
    payment = state.book.find(attempt.imp_uid, attempt.tier)
    if payment is not None and payment["status"] == READY and not payment["vbank_num"]:
        now = state.clock.now()
        state.book.save(fail(payment, now, reason), tier=attempt.tier, at=now)


def deposit(state: State, imp_uid: str) -> Payment:
    """Let the money arrive on a virtual account; raises `KeyError` when none waits for it."""
    now = state.clock.now()
    payment = state.payment(imp_uid)
    if payment is None or payment["status"] != READY or not payment["vbank_num"]:
        raise KeyError(imp_uid)
    payment = state.florist.approved(payment, now)
    state.book.save(payment, tier=state.book.tier_of(imp_uid), at=now)
    return payment


def _text(params: Mapping[str, Any], name: str) -> str | None:
    value = params.get(name)
    return None if value is None else str(value)


def _money(attempt: Attempt) -> int | float:
    amount = wire(exact_number(attempt.params["amount"]))
    if attempt.amounts is Amounts.SHOWN_ONLY:
        return 0
    if attempt.amounts is Amounts.TEST_CHARGE_AT_ZERO and not amount:
        return _TEST_CHARGE
    return amount


def _usage(attempt: Attempt, state: State) -> str | None:
    if attempt.customer_uid is None:
        return None
    if attempt.amounts is Amounts.SHOWN_ONLY or not attempt.params["amount"]:
        return "issue"
    return attempt.scenario.usage or state.settings.usage_when_charged


def _key(attempt: Attempt) -> dict[str, Any]:
    params = attempt.params
    about = {
        f"customer_{name}": params.get(f"buyer_{name}")
        for name in ("name", "tel", "email", "addr", "postcode")
    }
    return about | {
        "customer_uid": attempt.customer_uid,
        "customer_id": _text(params, "customer_id"),
        "pg_provider": attempt.channel.pg_provider,
        "pg_id": attempt.channel.pg_id,
        "sandbox": attempt.channel.sandbox,
    }


def _put_card(payment: Payment, card: Card) -> None:
    number = card.get("number")
    if number:
        payment["card_number"] = number
    code = card.get("code") or cards.issuer_of(payment["card_number"])
    payment["card_code"], payment["card_name"] = code, cards.name_of(code)
    payment["card_quota"] = card.get("quota") or 0
    if payment["card_issuer_code"]:
        payment["card_issuer_code"] = payment["card_publisher_code"] = code
        payment["card_issuer_name"] = payment["card_publisher_name"] = payment["card_name"]
