"""Tag payments.validation: registering the amount of an order before it is paid."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from portdesk.sandbox import texts
from portdesk.sandbox.calls import Call, Refusal, Reply, answer, number, operation, text
from portdesk.sandbox.record import wire
from portdesk.sandbox.state import State

_LONGEST: Final = 40


@operation("POST", "/payments/prepare", "payments.validation")
def prepare(call: Call, state: State) -> Reply:
    """Register an order that has no amount yet."""
    merchant_uid, amount, currency = _read(call)
    if state.prepared(merchant_uid, call.tier) is not None:
        raise Refusal(200, 1, texts.ALREADY_PREPARED)
    state.prepare(merchant_uid, call.tier, amount, currency)
    return _prepared(merchant_uid, amount, currency)


@operation("PUT", "/payments/prepare", "payments.validation")
def change(call: Call, state: State) -> Reply:
    """Change a registered amount."""
    merchant_uid, amount, currency = _read(call)
    if state.prepared(merchant_uid, call.tier) is None:
        raise Refusal(404, -1, texts.NOT_PREPARED)
    state.prepare(merchant_uid, call.tier, amount, currency)
    return _prepared(merchant_uid, amount, currency)


@operation("GET", "/payments/prepare/{merchant_uid}", "payments.validation")
def fetch(call: Call, state: State) -> Reply:
    """The amount registered for an order."""
    merchant_uid = call.path["merchant_uid"]
    known = state.prepared(merchant_uid, call.tier)
    if known is None:
        raise Refusal(404, -1, texts.NOT_PREPARED)
    return _prepared(merchant_uid, *known)


def _read(call: Call) -> tuple[str, Decimal, str | None]:
    fields = call.fields()
    merchant_uid, amount = text(fields, "merchant_uid"), number(fields, "amount")
    if not merchant_uid or len(merchant_uid) > _LONGEST or amount is None or amount < 0:
        raise Refusal(400, -1, texts.MISSING)
    return merchant_uid, amount, text(fields, "currency") or None


def _prepared(merchant_uid: str, amount: Decimal, currency: str | None) -> Reply:
    return answer({"merchant_uid": merchant_uid, "amount": wire(amount), "currency": currency})


OPERATIONS = (prepare, change, fetch)
