"""What a page is told when a pay window ends: the older shape, the newer one, and their quirks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from portdesk.sandbox.record import Payment
from portdesk.sandbox.window import truth
from portdesk.sandbox.window.attempts import CERTIFICATION, Attempt
from portdesk.sandbox.window.scenario import CANCEL, DECLINE, FAILURE, LATE, PAY, SUCCESS, TIME_OUT

Result = dict[str, Any]

_ECHOED: Final = (
    "name",
    "buyer_name",
    "buyer_email",
    "buyer_tel",
    "buyer_addr",
    "buyer_postcode",
    "custom_data",
)
_GAVE_UP: Final = "PAY_PROCESS_CANCELED"
_BY_CARD: Final = ("apply_num", "card_name", "card_number", "card_quota")
_BY_ACCOUNT: Final = ("vbank_num", "vbank_name", "vbank_holder", "vbank_date")


def refused(attempt: Attempt, message: str) -> Result:
    """Before any window opened: without an `imp_uid` in the newer shape, with a null one in the older."""
    if attempt.is_new:
        return {"merchant_uid": attempt.merchant_uid, "error_code": "F500", "error_msg": message}
    return {
        "success": False,
        "imp_uid": None,
        "merchant_uid": attempt.merchant_uid,
        "error_code": "F400",
        "error_msg": message,
    }


def told(attempt: Attempt, payment: Payment | None, button: str) -> Result:
    """What is told after `button`, be it the truth or what was chosen in its place."""
    scenario = attempt.scenario
    went_well = {SUCCESS: True, FAILURE: False}.get(scenario.told, button == PAY)
    error = None if went_well else _error(attempt, button)
    if attempt.is_new:
        result = _newer(attempt, error)
    elif attempt.kind == CERTIFICATION:
        result = _ids(attempt) | {"success": went_well} | _errors(error)
    else:
        result = _older(attempt, payment, error)
    return result | dict(scenario.told_fields)


def query_of(attempt: Attempt, result: Mapping[str, Any]) -> dict[str, str]:
    """What a page that left comes back with in its address."""
    query = {name: str(result[name]) for name in ("imp_uid", "merchant_uid") if result.get(name)}
    if attempt.kind == CERTIFICATION:
        query["success"] = _text(result.get("success"))
    elif not attempt.is_new:
        query["imp_success"] = _text(result.get("success", result.get("imp_success")))
    return query | {name: str(result[name]) for name in ("error_code", "error_msg") if result.get(name)}


def _newer(attempt: Attempt, error: tuple[str, str] | None) -> Result:
    result = _ids(attempt)
    if attempt.customer_uid:
        result["customer_uid"] = attempt.customer_uid
    return result | _errors(error)


def _older(attempt: Attempt, payment: Payment | None, error: tuple[str, str] | None) -> Result:
    flag: Any = error is None
    if attempt.scenario.flag_is_text:
        flag = _text(flag)
    result = {attempt.scenario.flag: flag} | _ids(attempt) | _errors(error)
    if error is not None or payment is None:
        return result
    names = [*_ECHOED, *(name for name in (*_BY_CARD, *_BY_ACCOUNT) if payment[name])]
    return (
        result
        | {name: payment[name] for name in names}
        | {
            "pay_method": payment["pay_method"],
            "paid_amount": payment["amount"],
            "currency": payment["currency"],
            "status": payment["status"],
            "pg_provider": payment["pg_provider"],
            "pg_tid": payment["pg_tid"],
            "pg_type": "payment",
            "paid_at": payment["paid_at"],
            "receipt_url": payment["receipt_url"],
        }
    )


def _ids(attempt: Attempt) -> Result:
    return {"imp_uid": attempt.imp_uid, "merchant_uid": attempt.merchant_uid}


def _errors(error: tuple[str, str] | None) -> Result:
    return {} if error is None else {"error_code": error[0], "error_msg": error[1]}


def _error(attempt: Attempt, button: str) -> tuple[str, str]:
    scenario = attempt.scenario
    if button == DECLINE or scenario.message:
        code, message = truth.DECLINED
        return scenario.code or code, scenario.message or message
    if button == CANCEL:
        # The older flow prefixes its own code and repeats the payment's id inside the text.
        older = f"F0005:결제가 중단되었습니다({attempt.imp_uid}) [{_GAVE_UP}] {truth.GAVE_UP}"
        return (_GAVE_UP, truth.GAVE_UP) if attempt.is_new else ("F0005", older)
    if button == TIME_OUT:
        return "PAY_TIMEOUT", truth.TIMED_OUT
    if button == LATE:
        return "F1004", truth.PENDING
    return "F400", truth.PENDING


def _text(flag: object) -> str:
    return "true" if flag in (True, "true") else "false"
