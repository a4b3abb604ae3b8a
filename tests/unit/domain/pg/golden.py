"""Reads golden.txt: what it says of a refund becomes the payment, the request and the moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from portdesk.domain.payments import Payment
from portdesk.domain.pg.refund import RefundRequest
from portdesk.domain.times import KST, to_unix
from samples.payments import payment

TABLE = Path(__file__).with_name("golden.txt")
MONDAY = "2026-09-21T14:00"
TODAY, YESTERDAY = "2026-09-21T09:00", "2026-09-20T15:00"
PAID = "2026-09-20"
HOLDER, NUMBER, TEL = "김하나", "110123456789", "010-1234-5678"
MARKS = {
    "ready": {"status": "ready", "paid_at": 0},
    "failed": {"status": "failed", "paid_at": 0},
    "escrow": {"escrow": True},
    "test": {"sandbox": True},
    "receipt": {"cash_receipt_issued": True},
    "promo": {"promotion": {"id": "spring", "discount": 1500}},
    "issue": {"customer_uid_usage": "issue"},
    "debit": {"card_type": 1},
    "number": {"vbank_num": "56021234567890"},
    "deposits": {"deposit_history": [{"amount": 38000, "deposited_at": 1_790_000_000}]},
}
FIELDS = {"cur": "currency", "status": "status", "card": "card_code", "emb": "emb_pg_provider"}
ASKED = {
    "holder": "refund_holder",
    "bank": "refund_bank",
    "number": "refund_account",
    "phone": "refund_tel",
    "by": "requester",
    "reason": "reason",
}
SUMS = {"free": "tax_free", "vat": "vat_amount", "seen": "checksum"}


@dataclass(frozen=True, kw_only=True)
class Case:
    """One line of the table."""

    line: int
    payment: str
    request: str
    now: str
    found: str

    @property
    def loud(self) -> dict[str, bool]:
        """The rules that block (true) or warn (false)."""
        words = [word for word in self.found.split() if word[0] not in "+~" and word != "-"]
        return {word.removeprefix("!"): word.startswith("!") for word in words}

    @property
    def heard(self) -> set[str]:
        return {word[1:] for word in self.found.split() if word[0] == "+"}

    @property
    def unheard(self) -> set[str]:
        return {word[1:] for word in self.found.split() if word[0] == "~"}

    def __str__(self) -> str:
        return f"{self.line}: {self.payment} | {self.request} | {self.now}"


@cache
def cases() -> tuple[Case, ...]:
    return tuple(_read())


def _read() -> Iterator[Case]:
    for line, text in enumerate(TABLE.read_text("utf-8").splitlines(), 1):
        if text and not text.startswith("#"):
            paid, asked, now, found = (part.strip() for part in text.split("|"))
            yield Case(line=line, payment=paid, request=asked, now=now, found=found)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(MONDAY if text == "." else text).replace(tzinfo=KST)


def unix(text: str) -> int:
    return to_unix(moment(text))


def payment_of(text: str) -> Payment:
    provider, method, amount, *marks = text.split()
    fields: dict[str, Any] = {
        "pg_provider": None if provider == "none" else provider,
        "pay_method": method,
        "amount": Decimal(amount),
        "started_at": unix(f"{PAID}T10:00"),
        "paid_at": unix(f"{PAID}T10:00"),
    }
    for mark in marks:
        name, _, value = mark.partition("=")
        fields |= _mark(name, value)
    return payment(**fields)


def _mark(name: str, value: str) -> dict[str, Any]:
    match name:
        case "paid":
            return {"paid_at": unix(f"{value}T10:00")}
        case "back" | "back_today":
            return _history(value, 1, YESTERDAY if name == "back" else TODAY)
        case "backs":
            amount, _, times = value.partition("x")
            return _history(amount, int(times), YESTERDAY)
        case _ if value:
            return {FIELDS[name]: value}
        case _:
            return MARKS[name]


def _history(amount: str, times: int, at: str) -> dict[str, Any]:
    entry = {"amount": Decimal(amount), "cancelled_at": unix(at), "reason": "고객 변심"}
    return {
        "status": "cancelled",
        "cancel_amount": Decimal(amount) * times,
        "cancelled_at": unix(at),
        "cancel_history": [entry] * times,
    }


def request_of(text: str, paid: Payment) -> RefundRequest:
    amount, *marks = text.split()
    fields: dict[str, Any] = {
        "amount": paid.remaining.value if amount == "all" else Decimal(amount),
        "reason": "고객 변심",
    }
    for mark in marks:
        fields |= _asked(mark)
    return RefundRequest(**fields)


def _asked(mark: str) -> dict[str, Any]:
    name, _, value = mark.partition("=")
    if mark.startswith("reason*"):
        return {"reason": "가" * int(mark.removeprefix("reason*"))}
    if name in SUMS:
        return {SUMS[name]: Decimal(value)}
    if name in ASKED:
        return {ASKED[name]: value}
    return {
        "noreason": {"reason": ""},
        "tel": {"refund_tel": TEL},
        "acc": {"refund_holder": HOLDER, "refund_bank": value, "refund_account": NUMBER},
    }[name]
