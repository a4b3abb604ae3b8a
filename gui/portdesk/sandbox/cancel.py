"""Tag payments, the refunding half: `POST /payments/cancel`."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from portdesk.sandbox import texts
from portdesk.sandbox.calls import Call, Refusal, Reply, answer, number, operation, text
from portdesk.sandbox.due import LATER_REFUND
from portdesk.sandbox.record import CANCELLED, DEFAULT_REASON, PAID, WON, Payment, balance, exact, wire
from portdesk.sandbox.rules import Request, completes_later, needs_account, needs_tel, refused_by_pg
from portdesk.sandbox.state import State

_CAPTURED_OUT: Final = "The capture has already been fully refunded."


@operation("POST", "/payments/cancel", "payments")
def cancel_payment(call: Call, state: State) -> Reply:
    """Give back all or part of what was paid."""
    return answer(refund(call.fields(), state, tier=call.tier, now=call.now))


def refund(fields: Mapping[str, Any], state: State, *, tier: int, now: int) -> Payment:
    """The payment after the refund; refuses as the server and then as the PG would."""
    payment = _target(fields, state, tier)
    _check_checksum(fields, payment)
    request = Request(
        payment=payment,
        amount=_amount(fields, payment),
        now=now,
        holder=text(fields, "refund_holder"),
        bank=text(fields, "refund_bank"),
        account=text(fields, "refund_account"),
        tel=text(fields, "refund_tel"),
    )
    if needs_account(request) and not request.has_account:
        raise Refusal(200, 1, texts.NO_REFUND_ACCOUNT)
    if needs_tel(request) and not request.tel:
        raise Refusal(200, 1, texts.NO_REFUND_TEL)
    trouble = refused_by_pg(request) or state.book.trouble(payment["imp_uid"])
    if trouble:
        raise Refusal(200, -1, texts.CANCEL_FAILED.format(trouble))
    reason = text(fields, "reason") if state.settings.echoes_reason else ""
    return _carry_out(request, reason or DEFAULT_REASON, state, tier)


OPERATIONS = (cancel_payment,)


def _carry_out(request: Request, reason: str, state: State, tier: int) -> Payment:
    payment, amount = request.payment, wire(request.amount)
    if completes_later(request):
        if _asked_for(payment["imp_uid"], state) + request.amount > balance(payment):
            raise Refusal(200, -1, texts.CANCEL_FAILED.format(_CAPTURED_OUT))
        what = {"kind": LATER_REFUND, "imp_uid": payment["imp_uid"], "amount": amount, "reason": reason}
        state.plan(request.now + state.settings.refund_delay_seconds, what)
        return payment
    returned = state.florist.returned(payment, request.now, amount, reason)
    state.book.save(returned, tier=tier, at=request.now)
    return returned


def _asked_for(imp_uid: str, state: State) -> Decimal:
    waiting = (what for _, what in state.planned() if what.get("imp_uid") == imp_uid)
    return sum((exact(what["amount"]) for what in waiting if what["kind"] == LATER_REFUND), Decimal(0))


def _target(fields: Mapping[str, Any], state: State, tier: int) -> Payment:
    imp_uid, merchant_uid = text(fields, "imp_uid"), text(fields, "merchant_uid")
    if imp_uid:
        payment = state.book.find(imp_uid, tier)
    else:
        payment = _latest_paid(merchant_uid, state, tier) if merchant_uid else None
    if payment is None or payment["status"] not in (PAID, CANCELLED):
        raise Refusal(200, 1, texts.NOTHING_TO_CANCEL)
    if balance(payment) <= 0:
        raise Refusal(200, 1, texts.ALREADY_CANCELLED)
    return payment


def _latest_paid(merchant_uid: str, state: State, tier: int) -> Payment | None:
    # Which of several is taken is not published; the newest that holds money is the likeliest.
    for status in (PAID, CANCELLED):
        for found in state.book.payments_of_order(merchant_uid, tier, status=status):
            return found
    return None


def _check_checksum(fields: Mapping[str, Any], payment: Payment) -> None:
    checksum = number(fields, "checksum")
    if checksum is not None and checksum != balance(payment):
        raise Refusal(200, 1, texts.CHECKSUM_MISMATCH)


def _amount(fields: Mapping[str, Any], payment: Payment) -> Decimal:
    amount = number(fields, "amount")
    rest = balance(payment)
    if not amount:
        return rest
    digits = 0 if payment["currency"] == WON else 2
    if amount > rest:
        raise Refusal(200, 1, texts.OVER_BALANCE)
    if amount < 0 or amount != round(amount, digits):
        raise Refusal(200, 1, texts.BAD_AMOUNT)
    return amount
