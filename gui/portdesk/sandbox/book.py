"""Every payment of the shop, in SQLite: found by id, paged by time, changed with an undo."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

from portdesk.sandbox.billing_keys import KeysOfHistory
from portdesk.sandbox.channels import tier_number
from portdesk.sandbox.packing import Packing, samples_of
from portdesk.sandbox.record import PAID, STATUSES, Payment, changed_at
from portdesk.sandbox.schema import CHANGE, COUNT, FIND, INDEXES, SAVE, SCHEMA, VERSION, connected, is_ours
from portdesk.sandbox.seed import Made

ALL: Final = "all"
STARTED: Final = "started"
PAID_AT: Final = "paid"
UPDATED: Final = "updated"

_UNDO_LIMIT: Final = 10_000
_SAMPLES: Final = 5
_ORDERS: Final = {
    STARTED: ("started_at", "changed_at"),
    UPDATED: ("changed_at", "started_at"),
    PAID_AT: ("paid_at", "started_at"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One question for a page: final status, from and to (both included), and the order."""

    tier: int
    status: str
    since: int
    until: int
    sort: str = STARTED
    descending: bool = True


@dataclass(frozen=True, slots=True)
class _Undo:
    imp_uid: str
    at: int
    row: tuple[Any, ...] | None


class Book:
    """Used by one thread at a time; `State` sees to that."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._sql = connection
        self._packing = Packing(b"")
        self._undo: deque[_Undo] = deque(maxlen=_UNDO_LIMIT)
        self._totals: dict[Window, int] = {}
        self._lags: dict[int, int] = {}

    @classmethod
    def create(cls, path: Path | None, history: Iterable[Made]) -> Book:
        """A new book holding `history`."""
        book = cls(connected(path))
        book._build(history)
        return book

    @classmethod
    def reopen(cls, path: Path) -> Book:
        """The book an earlier start left at `path`."""
        if not is_ours(path):
            raise ValueError(f"{path.name} was not made by this version of the sandbox")
        book = cls(connected(path))
        book._packing = Packing(bytes(book.fact("samples") or b""))
        book._measure()
        return book

    def close(self) -> None:
        """Let go of the file."""
        self._sql.close()

    @property
    def sql(self) -> sqlite3.Connection:
        """For the few facts beside payments that are kept in the same file."""
        return self._sql

    @property
    def changes(self) -> int:
        """How many changes can be looked back on."""
        return len(self._undo)

    def fact(self, name: str) -> Any:
        """What was noted under `name`."""
        row = self._sql.execute("select value from facts where name = ?", (name,)).fetchone()
        return row[0] if row else None

    def note(self, name: str, value: str | bytes) -> None:
        """Keep a fact."""
        self._sql.execute("insert or replace into facts values (?, ?)", (name, value))

    def text(self, imp_uid: str, tier: int, *, tests: bool = True) -> bytes | None:
        """The payment's JSON; those of test channels only when asked for."""
        row = self._sql.execute(
            "select body from payments where imp_uid = ? and tier = ? and test <= ?", (imp_uid, tier, tests)
        ).fetchone()
        return self._packing.text(row[0]) if row else None

    def find(self, imp_uid: str, tier: int) -> Payment | None:
        """The payment."""
        row = self._sql.execute(
            "select body from payments where imp_uid = ? and tier = ?", (imp_uid, tier)
        ).fetchone()
        return self._packing.payment(row[0]) if row else None

    def of_order(
        self, merchant_uid: str, tier: int, *, status: str = ALL, sort: str = STARTED, descending: bool = True
    ) -> list[bytes]:
        """The JSON of every payment of one order."""
        where, values = "merchant_uid = ? and tier = ?", [merchant_uid, tier]
        if status != ALL:
            where += " and status = ?"
            values.append(STATUSES.index(status))
        rows = self._sql.execute(
            # Left to itself SQLite walks every payment in the order that is asked for.
            f"select body from payments indexed by by_merchant_uid where {where}"  # noqa: S608 - parts from the tables above
            f" order by {_order(sort, descending=descending)}",
            values,
        )
        return [self._packing.text(body) for (body,) in rows]

    def of_customer(self, customer_uid: str, tier: int) -> list[bytes]:
        """The JSON of every payment with one billing key, newest first."""
        rows = self._sql.execute(
            "select body from payments where customer_uid = ? and tier = ? order by started_at desc, id desc",
            (customer_uid, tier),
        )
        return [self._packing.text(body) for (body,) in rows]

    def payments_of_order(self, merchant_uid: str, tier: int, *, status: str) -> list[Payment]:
        """The same as payments, newest first."""
        texts = self.of_order(merchant_uid, tier, status=status)
        return [self._packing.read(text) for text in texts]

    def total(self, window: Window) -> int:
        """How many payments answer the question."""
        known = self._totals.get(window)
        if known is None:
            statuses = STATUSES if window.status == ALL else (window.status,)
            known = 0
            for status in statuses:
                (count,) = self._sql.execute(
                    COUNT,
                    (window.tier, STATUSES.index(status), window.since, window.until),
                ).fetchone()
                known += count
            self._totals[window] = known
        return known

    def page(self, window: Window, *, offset: int, limit: int) -> list[bytes]:
        """The JSON of some of the payments that answer the question."""
        total = self.total(window)
        limit = min(limit, total - offset)
        backwards = offset > total // 2
        if backwards:
            offset = total - offset - limit
        rows = self._scan(window, descending=window.descending is not backwards, offset=offset, limit=limit)
        texts = [self._packing.text(body) for (body,) in rows]
        return texts[::-1] if backwards else texts

    def save(self, payment: Payment, *, tier: int, at: int, trouble: str | None = None) -> None:
        """Add a payment or change it."""
        imp_uid = payment["imp_uid"]
        before = self._sql.execute(FIND, (imp_uid,)).fetchone()
        self._undo.append(_Undo(imp_uid, at, before))
        row = self._row(Made(payment, None, trouble), tier)
        self._sql.execute(SAVE + CHANGE, row)
        status, lag = row[4], row[8] - row[6]
        self._lags[status] = max(self._lags.get(status, 0), lag)
        self._totals.clear()

    def trouble(self, imp_uid: str) -> str | None:
        """What the PG says to every refund of this payment, if it refuses them."""
        row = self._sql.execute("select trouble from payments where imp_uid = ?", (imp_uid,)).fetchone()
        text: str | None = row[0] if row else None
        return text

    def set_trouble(self, imp_uid: str, text: str | None) -> None:
        """Let the PG refuse, or no longer refuse, refunds of this payment."""
        self._sql.execute("update payments set trouble = ? where imp_uid = ?", (text, imp_uid))

    def tier_of(self, imp_uid: str) -> int:
        """Whose payment it is."""
        row = self._sql.execute("select tier from payments where imp_uid = ?", (imp_uid,)).fetchone()
        return int(row[0]) if row else 0

    def payments(self, where: str = "1", values: Iterable[object] = ()) -> Iterator[Payment]:
        """Every payment that fits a condition over the columns, oldest first."""
        rows = self._sql.execute(
            f"select body from payments where {where} order by started_at, id",  # noqa: S608 - written by the caller's code
            tuple(values),
        )
        return (self._packing.payment(body) for (body,) in rows)

    def counts(self, tier: int) -> dict[str, int]:
        """How many payments an account has in each status."""
        rows = dict(
            self._sql.execute("select status, count(*) from payments where tier = ? group by status", (tier,))
        )
        return {status: rows.get(number, 0) for number, status in enumerate(STATUSES)}

    @contextmanager
    def looking_back(self, *, changes: int = 0, before: int | None = None) -> Iterator[None]:
        """As it was so many changes ago, or `before` a moment; nothing said here is kept."""
        steps = list(reversed(self._undo))
        undone = [
            step
            for number, step in enumerate(steps)
            if number < changes or (before is not None and step.at > before)
        ]
        totals, self._totals = self._totals, {}
        undo = self._undo.copy()
        self._sql.execute("savepoint now")
        try:
            for step in undone:
                self._sql.execute("delete from payments where imp_uid = ?", (step.imp_uid,))
                if step.row is not None:
                    self._sql.execute(SAVE, step.row)
            yield
        finally:
            self._sql.execute("rollback to now")
            self._sql.execute("release now")
            self._totals, self._undo = totals, undo

    def _build(self, history: Iterable[Made]) -> None:
        made = iter(history)
        first = list(islice(made, _SAMPLES))
        self._packing = Packing(samples_of(entry.payment for entry in first))
        self._sql.executescript(SCHEMA)
        self._sql.execute("begin")
        keys = KeysOfHistory()
        self._sql.executemany(
            SAVE, (self._row(keys.noting(entry), tier_number(entry.tier)) for entry in chain(first, made))
        )
        keys.write(self._sql)
        self._sql.execute("commit")
        self._sql.executescript(INDEXES)
        self.note("version", str(VERSION))
        self.note("samples", self._packing.samples)
        self._measure()

    def _row(self, made: Made, tier: int) -> tuple[Any, ...]:
        payment = made.payment
        return (
            payment["imp_uid"],
            payment["merchant_uid"],
            payment["customer_uid"],
            tier,
            STATUSES.index(payment["status"]),
            int(payment["sandbox"]),
            payment["started_at"],
            payment["paid_at"],
            changed_at(payment),
            made.trouble,
            self._packing.pack(payment),
        )

    def _measure(self) -> None:
        # How long after its start a payment of this status still changed: bounds the walk along starts.
        self._lags = dict(
            self._sql.execute("select status, max(changed_at - started_at) from payments group by status")
        )

    def _scan(self, window: Window, *, descending: bool, offset: int, limit: int) -> sqlite3.Cursor:
        where = "tier = ? and changed_at between ? and ? and started_at between ? and ?"
        lag = max(self._lags.values(), default=0)
        values: list[object] = [window.tier, window.since, window.until]
        if window.status != ALL:
            number = STATUSES.index(window.status)
            lag = self._lags.get(number, 0)
        values += [window.since - lag, window.until]
        if window.status != ALL:
            where += " and status = ?"
            values.append(number)
        # What is paid last changed when it was paid, and there is an index for changes only.
        sort = UPDATED if (window.status, window.sort) == (PAID, PAID_AT) else window.sort
        index = "indexed by " + ("by_" if window.status == ALL else "by_status_")
        index = "" if sort == PAID_AT else index + ("started" if sort == STARTED else "changed")
        return self._sql.execute(
            f"select body from payments {index} where {where}"  # noqa: S608 - parts from the tables above
            f" order by {_order(sort, descending=descending)} limit ? offset ?",
            [*values, limit, offset],
        )


def _order(sort: str, *, descending: bool) -> str:
    direction = " desc" if descending else ""
    return ", ".join(column + direction for column in (*_ORDERS[sort], "id"))
