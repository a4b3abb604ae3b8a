"""Rules of a pay request that hold at every PG that does not say otherwise."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from portdesk.domain.messages import Message
from portdesk.domain.money import minor_digits
from portdesk.domain.pg import sources
from portdesk.domain.pg.pay.asked import Asked
from portdesk.domain.pg.pay.fields import field_name
from portdesk.domain.pg.pay.limits import longest, need
from portdesk.domain.pg.pay.rule import PayRule
from portdesk.domain.pg.rule import Severity

_LARGEST: Final = Decimal(10) ** 13
_INSTALMENTS_FROM: Final = 50_000
_UID, _NAME, _KEY = 40, 40, 80
_FORMS: Final = ("%Y-%m-%d", "%Y%m%d", "%Y-%m-%d %H:%M:%S", "%Y%m%d%H%M%S")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_TEL: Final = re.compile(r"\+?[\d\- ]{8,20}")
_DAY: Final = re.compile(r"\d{8}")
_CARDS: Final = frozenset(
    {"361", "381", "367", "365", "368", "371", "041", "374", "045", "373", "364", "366", "002", "369"}
    | {"048", "370", "071", "089", "372", "090", "10001", "10002", "10003", "10004", "10005", "10006"}
)


def is_no_sum(asked: Asked) -> bool:
    """Whether one of the sums is no amount at all; nothing else can be asked then."""
    request = asked.request
    sums = (request.amount, request.tax_free or Decimal(0), request.vat_amount or Decimal(0))
    return not all(value.is_finite() and 0 <= value < _LARGEST for value in sums)


NO_SUM: Final = PayRule(
    id="pay.no_sum",
    severity=Severity.BLOCKS,
    applies=is_no_sum,
    words=Message("This is no amount of money."),
    source=sources.REQUEST,
    always=True,
)
"""Asked before all others."""


def due_of(text: str | None) -> date | None:
    """The last day to pay, in any of the four forms; `None` for anything else."""
    for form in _FORMS:
        try:
            return datetime.strptime(text or "", form).date()  # noqa: DTZ007 - the PG's own, Korean day
        except ValueError:
            continue
    return None


def _is_fraction(asked: Asked) -> bool:
    return asked.amount != round(asked.amount, minor_digits(asked.currency))


def _tax_is_more(asked: Asked) -> bool:
    request = asked.request
    parts = (request.tax_free or Decimal(0)) + (request.vat_amount or Decimal(0))
    return 0 < asked.amount < parts


def _is_past(asked: Asked) -> bool:
    due = due_of(asked.request.vbank_due)
    return due is not None and due < asked.today


def _period_is_odd(asked: Asked) -> bool:
    period = asked.request.period
    if period is None:
        return False
    days = [day for day in (period.from_, period.to) if day is not None]
    if not all(_DAY.fullmatch(day) and due_of(day) for day in days):
        return True
    return len(days) == 2 and days[0] > days[1]  # noqa: PLR2004 - from and to


def _unknown_cards(asked: Asked) -> list[str]:
    card = asked.request.card
    if card is None:
        return []
    codes = [detail.card_code for detail in card.detail or () if detail.card_code != "*"]
    codes += [card.direct.code] if card.direct is not None else []
    return [code for code in codes if code not in _CARDS]


def _all_cards_are_off(asked: Asked) -> bool:
    details = asked.request.card.detail if asked.request.card is not None else None
    if not details or not any(detail.card_code == "*" and detail.enabled is False for detail in details):
        return False
    return not any(detail.enabled for detail in details)


def _is_odd(asked: Asked, name: str, shape: re.Pattern[str]) -> bool:
    return asked.given(name) and not shape.fullmatch(str(getattr(asked.request, name)).strip())


FORM_RULES: Final = (
    need("pay", "merchant_uid", sources.REQUEST),
    longest("pay", "merchant_uid", _UID, sources.REQUEST),
    longest("pay", "name", _NAME, sources.REQUEST),
    longest("pay", "customer_uid", _KEY, sources.BILLING_KEYS),
    PayRule(
        id="pay.fraction",
        severity=Severity.BLOCKS,
        applies=_is_fraction,
        words=lambda asked: Message("{currency} has no amounts this fine.", currency=asked.currency),
        source=sources.REQUEST,
    ),
    PayRule(
        id="pay.tax_more",
        severity=Severity.BLOCKS,
        applies=_tax_is_more,
        words=Message("The parts of the tax are more than the amount."),
        source=sources.TAXES,
    ),
    PayRule(
        id="pay.name",
        severity=Severity.WARNS,
        applies=lambda asked: not asked.given("name"),
        words=Message("Without an order name most PGs refuse, and the customer sees none."),
        source=sources.REQUEST,
    ),
    need("pay", "vbank_due", sources.WRAPPERS, methods={"vbank"}),
    PayRule(
        id="pay.vbank_due_form",
        severity=Severity.BLOCKS,
        applies=lambda asked: asked.given("vbank_due") and due_of(asked.request.vbank_due) is None,
        words=Message("The last day to pay is written as 2026-12-31 or 20261231."),
        source=sources.REQUEST,
    ),
    PayRule(
        id="pay.vbank_due_past",
        severity=Severity.BLOCKS,
        applies=_is_past,
        words=Message("The last day to pay is over already."),
        source=sources.REQUEST,
    ),
    need("pay", "digital", sources.REQUEST, methods={"phone"}),
    PayRule(
        id="pay.instalments",
        severity=Severity.WARNS,
        applies=lambda asked: (
            bool(asked.months) and asked.currency == "KRW" and asked.amount < _INSTALMENTS_FROM
        ),
        words=Message("Instalments are offered from 50,000 won on."),
        source=sources.REQUEST,
    ),
    PayRule(
        id="pay.period",
        severity=Severity.BLOCKS,
        applies=_period_is_odd,
        words=Message("A service period has two days, written as 20260101, the earlier one first."),
        source=sources.REQUEST,
    ),
    PayRule(
        id="pay.cards_off",
        severity=Severity.BLOCKS,
        applies=_all_cards_are_off,
        words=Message("All cards are switched off; the customer has none to choose."),
        source=sources.REQUEST,
    ),
    PayRule(
        id="pay.card_code",
        severity=Severity.WARNS,
        applies=lambda asked: bool(_unknown_cards(asked)),
        words=lambda asked: Message(
            "No card company has this code: {codes}.", codes=", ".join(_unknown_cards(asked))
        ),
        source=sources.CARD_CODES,
    ),
    PayRule(
        id="pay.buyer_email",
        severity=Severity.WARNS,
        applies=lambda asked: _is_odd(asked, "buyer_email", _EMAIL),
        words=Message("{field} looks mistyped.", field=field_name("buyer_email")),
        source=sources.REQUEST,
    ),
    PayRule(
        id="pay.buyer_tel",
        severity=Severity.WARNS,
        applies=lambda asked: _is_odd(asked, "buyer_tel", _TEL),
        words=Message("{field} looks mistyped.", field=field_name("buyer_tel")),
        source=sources.REQUEST,
    ),
)
