"""
The local copy as a list: every question is answered by a look at every payment.

Written from what a list and its search are to answer, with nothing of the store's in it, so that the two
cannot be wrong in the same way.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache

from portdesk.domain.payment_lists import CurrencyTotal, PaymentQuery, PaymentSort
from portdesk.domain.payments import Payment, PaymentState
from portdesk.domain.search_terms import (
    Costs,
    InStates,
    OnDays,
    OnTestChannel,
    PaidBy,
    Reading,
    Term,
    Through,
    Words,
)
from portdesk.domain.times import KST

INITIALS = {
    syllable: "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"[
        ord(unicodedata.normalize("NFD", syllable)[0]) - 0x1100
    ]
    for syllable in map(chr, range(ord("가"), ord("힣") + 1))
}
STATES_IN_ORDER = (
    PaymentState.STARTED,
    PaymentState.AWAITING_DEPOSIT,
    PaymentState.PAID,
    PaymentState.PARTLY_RETURNED,
    PaymentState.RETURNED,
    PaymentState.FAILED,
    PaymentState.UNKNOWN,
)
CAME_IN = STATES_IN_ORDER[2:5]
INVISIBLE = {
    *"\u00ad\u180e\ufeff",
    *map(chr, range(0x200B, 0x2010)),
    *map(chr, range(0x202A, 0x202F)),
    *map(chr, range(0x2060, 0x2070)),
    *map(chr, range(0xFE00, 0xFE10)),
}

Answer = list[str]
"""The `imp_uid`s of an answer, in its order."""


class Looking:
    """Payments in the order in which they first came, each as it was said last."""

    def __init__(self, payments: Iterable[Payment] = ()) -> None:
        self.all: dict[str, Payment] = {}
        self.save(payments)

    def save(self, payments: Iterable[Payment]) -> None:
        """All of them newer than what was known."""
        for payment in payments:
            self.all[payment.imp_uid] = payment

    def answer(self, query: PaymentQuery) -> Answer:
        """Who fits, in the order asked for."""
        numbers = {imp_uid: number for number, imp_uid in enumerate(self.all)}

        def age(payment: Payment) -> tuple[int, int, bool, int]:
            at = occurred_at(payment)
            return (
                -1 if at is None else int(at.timestamp()),
                STATES_IN_ORDER.index(payment.state),
                payment.is_test_channel,
                numbers[payment.imp_uid],
            )

        newest_first = sorted(self._fitting(query), key=age, reverse=True)
        if query.sort is PaymentSort.OCCURRED_AT:
            found = newest_first if query.descending else newest_first[::-1]
        else:
            values = [(sorted_by(payment, query.sort), payment) for payment in newest_first]
            told = [pair for pair in values if pair[0] is not None]
            # The later of two sorts keeps the order of the earlier one, turned round or not.
            told.sort(key=lambda pair: pair[0], reverse=query.descending)
            found = [payment for _, payment in told] + [payment for value, payment in values if value is None]
        return [payment.imp_uid for payment in found]

    def totals(self, query: PaymentQuery) -> list[CurrencyTotal]:
        """Rows and sums by currency, the most frequent first."""
        totals: dict[str, CurrencyTotal] = {}
        for payment in self._fitting(query):
            before = totals.get(payment.currency, CurrencyTotal(payment.currency, 0, Decimal(), Decimal()))
            totals[payment.currency] = CurrencyTotal(
                payment.currency,
                before.rows + 1,
                before.paid + (payment.amount if payment.state in CAME_IN else 0),
                before.returned + payment.cancel_amount,
            )
        return sorted(totals.values(), key=lambda total: (-total.rows, total.currency))

    def _fitting(self, query: PaymentQuery) -> Iterator[Payment]:
        return (payment for payment in self.all.values() if answers(payment, query))


def answers(payment: Payment, query: PaymentQuery) -> bool:
    """Whether a payment belongs into an answer."""
    return (
        is_between(occurred_at(payment), query.since, query.until)
        and is_between(payment.cancelled_at, query.returned_since, query.returned_until)
        and (not query.states or payment.state in query.states)
        and query.test_channel in (None, payment.is_test_channel)
        and all(fits(payment, term) for term in query.terms)
    )


def fits(payment: Payment, term: Term) -> bool:
    """Whether any one reading of a term is true of a payment."""
    return any(means(payment, reading) for reading in term.readings)


def means(payment: Payment, reading: Reading) -> bool:  # noqa: PLR0911 - one answer for each meaning
    codes = {payment.pay_method, payment.pg_provider, payment.emb_pg_provider}
    match reading:
        case Words(words):
            return all(has_word(payment, word) for word in words)
        case InStates(states):
            return payment.state in states
        case PaidBy(wanted) | Through(wanted):
            return bool(codes & wanted)
        case OnTestChannel(is_test):
            return payment.is_test_channel is is_test
        case OnDays(first, last):
            at = occurred_at(payment)
            return at is not None and first <= at.astimezone(KST).date() <= last
        case Costs() if scaled(payment.amount) is None:
            return True  # what cannot be compared may be any
        case Costs(least, most, includes_least, includes_most):
            above = least is None or payment.amount > least or (includes_least and payment.amount == least)
            below = most is None or payment.amount < most or (includes_most and payment.amount == most)
            return above and below


def has_word(payment: Payment, word: str) -> bool:
    """Whether this folded word stands in a name, or is part of an id or number, of a payment."""
    for name in filter(None, (payment.name, payment.buyer_name)):
        text = alike(name)
        if word in text or word in initials(text):
            return True
    uids = (payment.buyer_email, payment.merchant_uid, payment.imp_uid, payment.customer_uid)
    numbers = (payment.buyer_tel, dialled(payment.buyer_tel), payment.apply_num, payment.card_number)
    bare = word.replace("-", "")
    for field in filter(None, (*uids, *numbers)):
        if len(bare) >= 3 and any(bare in part for part in unspaced(field).replace("-", "").split("*")):
            return True
    return len(word) >= 3 and any(word in unspaced(field) for field in uids if field)


@lru_cache(maxsize=65_536)
def alike(text: str) -> str:
    """What is left of a text of what a person tells apart."""
    kept = []
    for character in unicodedata.normalize("NFC", text):
        if character.isspace():
            kept.append(" ")
        elif character in INVISIBLE or unicodedata.category(character) == "Cc":
            continue
        elif "\uff01" <= character <= "\uff5e":
            kept.append(unicodedata.normalize("NFKC", character))
        elif "\u1100" <= character <= "\u1112":
            kept.append(INITIALS[unicodedata.normalize("NFC", character + "\u1161")])
        else:
            kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept).casefold())


def initials(text: str) -> str:
    return "".join(INITIALS.get(character, character) for character in text)


def unspaced(text: str) -> str:
    return "".join(alike(text).split())


def dialled(tel: str | None) -> str:
    """A number with more in it than digits and dashes as it is dialled in Korea."""
    digits = "".join(character for character in alike(tel or "") if character.isdecimal())
    is_plain = all(character.isdecimal() or character in "- " for character in tel or "")
    return "" if is_plain else ("0" + digits[2:] if digits.startswith("82") else digits)


def occurred_at(payment: Payment) -> datetime | None:
    """When it was paid; failed; or, before either, requested."""
    return (
        payment.paid_at
        or payment.failed_at
        or payment.started_at
        or payment.vbank_issued_at
        or payment.cancelled_at
    )


def scaled(amount: Decimal) -> int | None:
    """In ten-thousandths; what is finer or has more than thirteen digits cannot be ordered."""
    exact = amount.scaleb(4) if abs(amount) < 10**13 else None
    return int(exact) if exact is not None and exact == exact.to_integral_value() else None


def sorted_by(payment: Payment, sort: PaymentSort) -> int | bytes | None:
    """What a list is ordered by, texts by their bytes; `None` comes last."""
    if sort is PaymentSort.STATE:
        return STATES_IN_ORDER.index(payment.state)
    if sort is PaymentSort.AMOUNT:
        return scaled(payment.amount)
    if sort is PaymentSort.CANCEL_AMOUNT:
        return scaled(payment.cancel_amount)
    if sort is PaymentSort.INSTRUMENT:
        text = payment.card_name or payment.vbank_name or payment.bank_name
    else:
        text = getattr(payment, sort.value)
    return None if text is None else text.encode()


def is_between(time: datetime | None, since: datetime | None, until: datetime | None) -> bool:
    """From `since` on and before `until`; what has no time is in no bounds."""
    if since is None and until is None:
        return True
    beginning, end = since or datetime.min.replace(tzinfo=UTC), until or datetime.max.replace(tzinfo=UTC)
    return time is not None and beginning <= time < end
