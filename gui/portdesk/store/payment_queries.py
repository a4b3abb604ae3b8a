"""The questions a list of payments answers, as SQL; every value is bound, never written in."""

from __future__ import annotations

import sqlite3
import struct
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
from portdesk.store.searches import Source, whole_source_of

_AS_ONE: Final = "SELECT json_group_array(id) FROM"
_AT_ONCE: Final = 32_000
_MANY: Final = 100_000
_CAME_IN: Final = (PaymentState.PAID, PaymentState.PARTLY_RETURNED, PaymentState.RETURNED)

_SELECT_ROWS: Final = " ".join(
    ("SELECT", ",".join(ROW_COLUMNS), "FROM payments WHERE id IN (SELECT value FROM json_each(?))")
)
_NEWEST_FIRST: Final = "occurred_at DESC, state DESC, is_test_channel DESC, id DESC"
_OLDEST_FIRST: Final = "occurred_at, state, is_test_channel, id"
_COMMON: Final = "KRW"
_SECOND: Final = "USD"
_IS_SECOND: Final = f"currency = '{_SECOND}'"
_IS_RARE: Final = f"currency NOT IN ('{_COMMON}', '{_SECOND}')"
_PAID: Final = f"iif(state IN ({','.join(str(STATE_RANKS[state]) for state in _CAME_IN)}), amount, 0)"
_SUMS: Final = ("count(*)", f"sum({_PAID})", "sum(cancel_amount)")
# Whole and rest apart, for hostile amounts: their sum would run over 64 bits.
_PARTS: Final = (
    "count(*)",
    *(f"sum({value} {by} {SCALE})" for value in (_PAID, "cancel_amount") for by in "/%"),
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

Sums = tuple[int, int, int]
"""Number, what was paid in, what went back, as stored."""

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
    source = whole_source_of(connection, query)
    words = ("SELECT id FROM", source.tables, source.condition, "ORDER BY", order_of(query))
    cursor = connection.execute(" ".join((_AS_ONE, "(", *words, ")")), source.values)
    (text,) = cursor.fetchone()
    cursor.close()
    try:
        found = _numbers(text, "I")
    except struct.error:  # an id beyond 32 bits
        found = _numbers(text, "q")
    del text
    if len(found) > _MANY:
        give_back()  # sorting a million rows takes 80 MB
    return found


def _numbers(text: str, kind: str) -> array[int]:
    """The numbers of a JSON list in an array of exactly their size; `kind` is the array's type code."""
    found = array(kind, [0]) * (text.count(",") + 1 if len(text) > len("[]") else 0)
    end = place = 0
    while end < len(text) - 1:
        # In portions, so that the thread of the screen gets its turns.
        start, end = end + 1, text.find(",", end + _AT_ONCE)
        end = len(text) - 1 if end < 0 else end
        part = msgspec.json.decode(f"[{text[start:end]}]", type=list[int])
        # Half the time that the array takes to look at each number by itself.
        struct.pack_into(f"={len(part)}{kind}", found, place * found.itemsize, *part)
        place += len(part)
    return found


def count(connection: sqlite3.Connection, query: PaymentQuery) -> int:
    """How many rows answer `query`."""
    source = whole_source_of(connection, query)
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
    source = whole_source_of(connection, query)
    odd = _unscaled_sums(connection, source)
    found = []
    for currency, (number, paid, returned) in _sums(connection, source).items():
        odd_paid, odd_returned = odd.get(currency, (Decimal(), Decimal()))
        paid_in, went_back = from_scaled(paid) + odd_paid, from_scaled(returned) + odd_returned
        found.append(CurrencyTotal(currency, number, paid_in, went_back))
    return sorted(found, key=lambda total: (-total.rows, total.currency))


def _sums(connection: sqlite3.Connection, source: Source) -> dict[str, Sums]:
    try:
        return _sums_by_currency(connection, source, _SUMS)
    except sqlite3.OperationalError as error:
        if "overflow" not in str(error):
            raise
    return _sums_by_currency(connection, source, _PARTS)


def _sums_by_currency(connection: sqlite3.Connection, source: Source, sums: Sequence[str]) -> dict[str, Sums]:
    """
    The sums of those currencies that there are, in one walk if only the usual ones are.

    To group its rows SQLite would sort them, in 50 MB a million. The common currency is what the
    others leave: to ask each row for it takes longer than to read the row.
    """
    size = len(sums)
    second = (f"{part} FILTER (WHERE {_IS_SECOND})" for part in sums)
    asked = ",".join((*sums, *second, f"count(*) FILTER (WHERE {_IS_RARE})"))
    words = ("SELECT", asked, "FROM", source.tables, source.condition)
    *values, rare = connection.execute(" ".join(words), source.values).fetchone()
    every, found = _as_sums(values[:size]), {_SECOND: _as_sums(values[size:])}
    if rare:
        rest = source.restricted(_IS_RARE)
        by_currency = ("SELECT currency,", ",".join(sums), "FROM", rest.tables, rest.condition)
        for currency, *others in connection.execute(
            " ".join((*by_currency, "GROUP BY currency")), rest.values
        ):
            found[currency] = _as_sums(others)
    number, paid, returned = every
    for others in found.values():
        number, paid, returned = number - others[0], paid - others[1], returned - others[2]
    found[_COMMON] = number, paid, returned
    return {currency: sums for currency, sums in found.items() if sums[0]}


def _as_sums(values: Sequence[int | None]) -> Sums:
    """From plain sums, or from sums in parts, whole and rest."""
    number, *parts = (value or 0 for value in values)
    if len(parts) == len(_PARTS) - 1:
        parts = [parts[0] * SCALE + parts[1], parts[2] * SCALE + parts[3]]
    paid, returned = parts
    return number, paid, returned


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
