"""The questions a list of payments answers, as SQL; every value is bound, never written in."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec

from portdesk.domain.ids import ImpUid
from portdesk.domain.money import SCALE, from_scaled
from portdesk.domain.payment_lists import CurrencyTotal, PaymentQuery, PaymentRow, PaymentSort
from portdesk.domain.payments import CANCELLED, PAID, PaymentState
from portdesk.store.memory import give_back
from portdesk.store.payment_columns import ROW_COLUMNS, STATE_RANKS, payment_of, row_of
from portdesk.store.searches import Source, source_of

_AS_ONE: Final = "SELECT json_group_array(id) FROM"
_AT_ONCE: Final = 32_000
_MANY: Final = 100_000
_CAME_IN: Final = (PaymentState.PAID, PaymentState.PARTLY_RETURNED, PaymentState.RETURNED)

_SELECT_ROWS: Final = " ".join(
    ("SELECT", ",".join(ROW_COLUMNS), "FROM payments WHERE id IN (SELECT value FROM json_each(?))")
)
_NEWEST_FIRST: Final = "occurred_at DESC, state DESC, is_test_channel DESC, id DESC"
_OLDEST_FIRST: Final = "occurred_at, state, is_test_channel, id"
_USUAL: Final = ("KRW", "USD")
_RANKS: Final = ",".join(str(STATE_RANKS[state]) for state in _CAME_IN)
# Whole and rest apart: a sum of hostile amounts would run over 64 bits.
_PARTS: Final = (
    "count(*)",
    *(f"sum(iif(state IN ({_RANKS}), amount {by} {SCALE}, 0))" for by in "/%"),
    *(f"sum(cancel_amount {by} {SCALE})" for by in "/%"),
)
_USUAL_SUMS: Final = ",".join(
    f"{part} FILTER (WHERE currency = '{currency}')" for currency in _USUAL for part in _PARTS
)
_SORTED_BY: Final = {
    PaymentSort.NAME: "name",
    PaymentSort.BUYER_NAME: "buyer_name",
    PaymentSort.INSTRUMENT: "instrument",
    PaymentSort.PG_PROVIDER: "pg_provider",
    PaymentSort.AMOUNT: "amount",
    PaymentSort.CANCEL_AMOUNT: "cancel_amount",
    PaymentSort.STATE: "state",
    PaymentSort.MERCHANT_UID: "merchant_uid",
    PaymentSort.IMP_UID: "imp_uid",
}

_GONE: Final = (
    *(0, "", ""),
    *(None,) * 12,
    *(0, 0, "", "", False, False, False),
    *(None,) * 5,
)
"""Stands for a row that a rebuilt file no longer has, until the list is asked for anew."""


def ids(connection: sqlite3.Connection, query: PaymentQuery) -> array[int]:
    """
    The row ids that answer `query`, in its order.

    They come as one text: for every row that is handed over by itself this thread would ask for the
    interpreter's lock again, a million times against the thread of the screen.
    """
    source = source_of(connection, query)
    words = ("SELECT id FROM", source.tables, source.condition, "ORDER BY", order_of(query))
    cursor = connection.execute(" ".join((_AS_ONE, "(", *words, ")")), source.values)
    (text,) = cursor.fetchone()
    cursor.close()
    found = array("q")
    end = 0
    while end < len(text) - 1:
        # In portions, so that the thread of the screen gets its turns.
        start, end = end + 1, text.find(",", end + _AT_ONCE)
        end = len(text) - 1 if end < 0 else end
        found.extend(msgspec.json.decode(f"[{text[start:end]}]", type=list[int]))
    if len(found) > _MANY:
        give_back()  # sorting a million rows takes 80 MB
    return found


def count(connection: sqlite3.Connection, query: PaymentQuery) -> int:
    """How many rows answer `query`."""
    source = source_of(connection, query)
    words = ("SELECT count(*) FROM", source.counted, source.condition)
    (number,) = connection.execute(" ".join(words), source.values).fetchone()
    return int(number)


def rows(connection: sqlite3.Connection, wanted: Sequence[int]) -> list[PaymentRow]:
    """The rows of these ids, in their order, one for each."""
    cursor = connection.execute(_SELECT_ROWS, (msgspec.json.encode(list(wanted)).decode(),))
    found = {values[0]: values for values in cursor}
    return [_row(connection, found.get(id_, _GONE)) for id_ in wanted]


def totals(connection: sqlite3.Connection, query: PaymentQuery) -> list[CurrencyTotal]:
    """The sums of a list, by currency, the most frequent first."""
    source = source_of(connection, query)
    odd = _unscaled_sums(connection, source)
    found = []
    for currency, number, whole, rest, back_whole, back_rest in _sums(connection, source):
        odd_paid, odd_returned = odd.get(currency, (Decimal(), Decimal()))
        paid = Decimal(whole or 0) + from_scaled(rest or 0) + odd_paid
        returned = Decimal(back_whole or 0) + from_scaled(back_rest or 0) + odd_returned
        found.append(CurrencyTotal(currency, number, paid, returned))
    return found


def _sums(connection: sqlite3.Connection, source: Source) -> list[tuple[Any, ...]]:
    """
    Currency, number, what was paid in (whole and rest), what went back (whole and rest).

    The usual currencies take one walk: to group its rows SQLite would sort them, in 50 MB a million.
    """
    words = ("SELECT count(*),", _USUAL_SUMS, "FROM", source.tables, source.condition)
    number, *values = connection.execute(" ".join(words), source.values).fetchone()
    size = len(_PARTS)
    sums: list[tuple[Any, ...]] = []
    for place, currency in enumerate(_USUAL):
        sums.append((currency, *values[size * place : size * (place + 1)]))
    if sum(usual[1] for usual in sums) < number:
        is_other = f"currency NOT IN {_USUAL}"
        condition = f"{source.condition} AND {is_other}" if source.terms else f"WHERE {is_other}"
        rest = ("SELECT currency,", ",".join(_PARTS), "FROM", source.tables, condition, "GROUP BY currency")
        sums += connection.execute(" ".join(rest), source.values).fetchall()
    return sorted((found for found in sums if found[1]), key=lambda found: (-found[1], found[0]))


def ids_of(connection: sqlite3.Connection, imp_uids: Sequence[ImpUid]) -> dict[ImpUid, int]:
    """The row ids of these payments, where there are any."""
    cursor = connection.execute(
        "SELECT imp_uid, id FROM payments WHERE imp_uid IN (SELECT value FROM json_each(?))",
        (msgspec.json.encode(list(imp_uids)).decode(),),
    )
    return {ImpUid(imp_uid): id_ for imp_uid, id_ in cursor}


def names_of(connection: sqlite3.Connection, imp_uids: Sequence[ImpUid]) -> dict[ImpUid, tuple[str, str]]:
    """What these payments are called, order and buyer, where they are known."""
    cursor = connection.execute(
        "SELECT imp_uid, name, buyer_name FROM payments WHERE imp_uid IN (SELECT value FROM json_each(?))",
        (msgspec.json.encode(list(imp_uids)).decode(),),
    )
    return {ImpUid(imp_uid): (name or "", buyer or "") for imp_uid, name, buyer in cursor}


def _row(connection: sqlite3.Connection, values: Sequence[Any]) -> PaymentRow:
    if values[15] is not None and values[16] is not None:
        return row_of(values)
    (wire,) = connection.execute("SELECT wire FROM payment_objects WHERE id = ?", values[:1]).fetchone()
    return row_of(values, payment_of(wire))


def _unscaled_sums(connection: sqlite3.Connection, source: Source) -> dict[str, tuple[Decimal, Decimal]]:
    """What the amounts add up to that no whole number of ten-thousandths can hold."""
    sums: dict[str, tuple[Decimal, Decimal]] = {}
    odd = connection.execute("SELECT 1 FROM payments WHERE amount IS NULL OR cancel_amount IS NULL LIMIT 1")
    if odd.fetchone() is None:
        return sums
    cursor = connection.execute(
        " ".join(
            (
                "SELECT amount IS NULL, cancel_amount IS NULL, wire FROM",
                source.tables,
                "JOIN payment_objects USING (id)",
                source.condition or "WHERE true",
                "AND (amount IS NULL OR cancel_amount IS NULL)",
            )
        ),
        source.values,
    )
    for lacks_amount, lacks_returned, wire in cursor:
        payment = payment_of(wire)
        paid, returned = sums.get(payment.currency, (Decimal(), Decimal()))
        if lacks_amount and payment.status in (PAID, CANCELLED):
            paid += payment.amount
        if lacks_returned:
            returned += payment.cancel_amount
        sums[payment.currency] = (paid, returned)
    return sums


def order_of(query: PaymentQuery) -> str:
    """The order of an answer, as SQL."""
    if query.sort is PaymentSort.OCCURRED_AT:
        return _NEWEST_FIRST if query.descending else _OLDEST_FIRST
    direction = "DESC" if query.descending else "ASC"
    return f"{_SORTED_BY[query.sort]} {direction} NULLS LAST, {_NEWEST_FIRST}"
