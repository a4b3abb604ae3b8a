"""Tag payments, the reading half: one payment, several, lists by order and by status."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import msgspec

from portdesk.sandbox import texts
from portdesk.sandbox.book import ALL, PAID_AT, STARTED, UPDATED, Window
from portdesk.sandbox.calls import Call, Refusal, Reply, answer, answer_text, operation
from portdesk.sandbox.clock import DAY
from portdesk.sandbox.record import STATUSES, Payment, exact, wire
from portdesk.sandbox.state import State

LONGEST_PERIOD: Final = 90 * DAY
MOST_ROWS: Final = 1000
MOST_IDS: Final = 100

_DEFAULT_ROWS: Final = 20
_SORTINGS: Final = {
    "-started": (STARTED, True),
    "started": (STARTED, False),
    "-paid": (PAID_AT, True),
    "paid": (PAID_AT, False),
    "-updated": (UPDATED, True),
    "updated": (UPDATED, False),
}
_TELLS_DEPOSITOR: Final = "daou"


@operation("GET", "/payments/{imp_uid}", "payments")
def fetch_payment(call: Call, state: State) -> Reply:
    """One payment; those of test channels only with `include_sandbox=true`."""
    imp_uid = call.path["imp_uid"]
    text = state.book.text(imp_uid, call.tier, tests=call.flag("include_sandbox"))
    if text is None:
        raise Refusal(404, -1, texts.NO_PAYMENT)
    if call.flag("extension"):
        return answer(_extended(msgspec.json.decode(text)))
    return answer_text(text)


@operation("GET", "/payments", "payments")
def fetch_payments(call: Call, state: State) -> Reply:
    """Up to a hundred payments by id or order; 207 when some are missing, 404 when all are."""
    by_id, by_order = call.asked_all("imp_uid[]"), call.asked_all("merchant_uid[]")
    if not by_id and not by_order:
        raise Refusal(400, -1, texts.MISSING)
    if len(by_id) + len(by_order) > MOST_IDS:
        raise Refusal(400, -1, texts.TOO_MANY_IDS)
    found = [state.book.text(imp_uid, call.tier) for imp_uid in by_id]
    for merchant_uid in by_order:
        found += state.book.of_order(merchant_uid, call.tier)[:1] or [None]
    known = list(dict.fromkeys(text for text in found if text is not None))
    if not known:
        raise Refusal(404, -1, texts.NO_PAYMENT)
    return answer_text(b"[" + b",".join(known) + b"]", 200 if None not in found else 207)


@operation("GET", "/payments/find/{merchant_uid}/{payment_status}", "payments")
def find_payment(call: Call, state: State) -> Reply:
    """The first payment of an order."""
    found = _of_order(call, state)
    return answer_text(found[0])


@operation("GET", "/payments/findAll/{merchant_uid}/{payment_status}", "payments")
def find_all_payments(call: Call, state: State) -> Reply:
    """Every payment of an order, in pages."""
    page, limit = _paging(call)
    found = _of_order(call, state)
    first = (page - 1) * limit
    if first >= len(found):
        raise Refusal(400, -1, texts.BAD_PAGE)
    return paged(found[first : first + limit], len(found), page, limit)


@operation("GET", "/payments/status/{payment_status}", "payments")
def list_payments(call: Call, state: State) -> Reply:
    """Payments that reached this status within at most ninety days, in pages."""
    status = call.path["payment_status"]
    if status not in (ALL, *STATUSES):
        raise Refusal(400, -1, texts.BAD_STATUS)
    page, limit = _paging(call)
    sort, descending = _sorting(call)
    until = call.whole("to", call.now)
    since = call.whole("from", until - LONGEST_PERIOD)
    if not until - LONGEST_PERIOD <= since <= until:
        raise Refusal(400, -1, texts.BAD_PERIOD)
    window = Window(tier=call.tier, status=status, since=since, until=until, sort=sort, descending=descending)
    total = state.book.total(window)
    first = (page - 1) * limit
    if page > 1 and first >= total:
        raise Refusal(400, -1, texts.BAD_PAGE)
    return paged(state.book.page(window, offset=first, limit=limit), total, page, limit)


@operation("GET", "/payments/{imp_uid}/balance", "payments")
def fetch_balance(call: Call, state: State) -> Reply:
    """What a PAYCO payment consists of after its refunds."""
    payment = state.book.find(call.path["imp_uid"], call.tier)
    if payment is None:
        raise Refusal(404, -1, texts.NO_PAYMENT)
    if payment["pg_provider"] != "payco" or not payment["paid_at"]:
        raise Refusal(404, -1, texts.NOT_PAYCO)
    rest = exact(payment["amount"])
    histories = [_parts(rest) | {"created": payment["paid_at"]}]
    for entry in payment["cancel_history"]:
        rest -= exact(entry["amount"])
        histories.append(_parts(rest) | {"created": entry["cancelled_at"]})
    return answer({"amount": payment["amount"], **_parts(rest), "histories": histories})


def paged(rows: list[bytes], total: int, page: int, limit: int) -> Reply:
    """One page of a list."""
    following = page + 1 if page * limit < total else 0
    head = b'{"total":%d,"previous":%d,"next":%d,"list":[' % (total, page - 1, following)
    return answer_text(head + b",".join(rows) + b"]}")


OPERATIONS = (fetch_payment, fetch_payments, find_payment, find_all_payments, list_payments, fetch_balance)


def _of_order(call: Call, state: State) -> list[bytes]:
    status = call.path.get("payment_status", ALL)
    if status not in (ALL, *STATUSES):
        raise Refusal(400, -1, texts.BAD_STATUS)
    sort, descending = _sorting(call)
    merchant_uid = call.path["merchant_uid"]
    found = state.book.of_order(merchant_uid, call.tier, status=status, sort=sort, descending=descending)
    if not found:
        raise Refusal(404, -1, texts.NO_PAYMENT)
    return found


def _paging(call: Call) -> tuple[int, int]:
    page, limit = call.whole("page", 1), call.whole("limit", _DEFAULT_ROWS)
    if page < 1:
        raise Refusal(400, -1, texts.BAD_PAGE)
    if not 1 <= limit <= MOST_ROWS:
        raise Refusal(400, -1, texts.BAD_LIMIT)
    return page, limit


def _sorting(call: Call) -> tuple[str, bool]:
    asked = call.asked("sorting") or "-started"
    if asked not in _SORTINGS:
        raise Refusal(400, -1, texts.BAD_SORTING)
    return _SORTINGS[asked]


def _extended(payment: Payment) -> Payment:
    tells = payment["pg_provider"] == _TELLS_DEPOSITOR and payment["paid_at"]
    return payment | {"extension": {"REMITTER": payment["buyer_name"]} if tells else {}}


def _parts(amount: Decimal) -> dict[str, dict[str, int | float]]:
    vat = (amount / 11).to_integral_value()
    nothing: dict[str, int | float] = {"tax_free": 0, "supply": 0, "vat": 0, "service": 0}
    return {
        "cash_receipt": nothing,
        "primary": nothing | {"supply": wire(amount - vat), "vat": wire(vat)},
        "secondary": nothing,
        "discount": nothing,
    }
