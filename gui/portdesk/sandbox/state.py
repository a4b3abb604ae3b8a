"""The whole shop: its payments, its keys, its clock, and what will happen to it later."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from portdesk.sandbox.billing_keys import BillingKeys
from portdesk.sandbox.book import Book
from portdesk.sandbox.channels import tier_number
from portdesk.sandbox.dice import Dice
from portdesk.sandbox.record import Payment, exact, wire
from portdesk.sandbox.seed import Florist
from portdesk.sandbox.settings import SandboxSettings
from portdesk.sandbox.tokens import Tokens

_REMEMBERED: Final = ("payments", "seed", "gives_cancellation_id")


@dataclass(frozen=True, slots=True)
class Keys:
    """What the console would show the shop under API keys."""

    imp_key: str
    imp_secret: str
    user_code: str

    def __repr__(self) -> str:
        return f"Keys(user_code={self.user_code!r})"


class State:
    """
    One shop on the imitated server.

    The server's thread and a test's thread may both look in; each holds the lock while it does.
    """

    def __init__(self, settings: SandboxSettings) -> None:
        self.settings = settings
        self.clock = settings.clock
        self.keys = _keys(settings.seed)
        self.tokens = Tokens()
        self.lock = threading.RLock()
        self.began = self.clock.now()
        self.dice = Dice(settings.seed * 31 + 1)
        self.book = self._open()
        self.billing_keys = BillingKeys(self.book.sql)
        self.florist = self._florist(self._next_session())

    def close(self) -> None:
        """Let go of the database."""
        with self.lock:
            self.book.close()

    @contextmanager
    def held(self) -> Iterator[State]:
        """Nobody else changes anything meanwhile."""
        with self.lock:
            yield self

    def payment(self, imp_uid: str) -> Payment | None:
        """The payment as the shop has it now, whichever tier it belongs to."""
        with self.lock:
            return self.book.find(imp_uid, self.book.tier_of(imp_uid))

    def payments(self, **like: object) -> list[Payment]:
        """Every payment with these fields, oldest first."""
        with self.lock:
            return [
                payment
                for payment in self.book.payments()
                if all(payment[name] == value for name, value in like.items())
            ]

    def put(self, payment: Payment, *, tier: str | None = None) -> None:
        """Add or change a payment, as the shop's own doing at this moment."""
        with self.lock:
            self.book.save(payment, tier=tier_number(tier), at=self.clock.now())

    def prepared(self, merchant_uid: str, tier: int) -> tuple[Decimal, str | None] | None:
        """The amount and currency registered for an order, if any."""
        row = self.book.sql.execute(
            "select amount, currency from prepared where merchant_uid = ? and tier = ?", (merchant_uid, tier)
        ).fetchone()
        return (Decimal(row[0]), row[1]) if row else None

    def prepare(self, merchant_uid: str, tier: int, amount: Decimal, currency: str | None) -> None:
        """Register the amount an order must be paid with."""
        self.book.sql.execute(
            "insert or replace into prepared values (?, ?, ?, ?)", (merchant_uid, tier, str(amount), currency)
        )

    def plan(self, at: int, what: dict[str, Any]) -> None:
        """Let something happen at a later moment of the clock."""
        self.book.sql.execute("insert into due (at, what) values (?, ?)", (at, json.dumps(what, default=str)))

    def planned(self) -> list[tuple[int, dict[str, Any]]]:
        """What is still to happen, soonest first."""
        rows = self.book.sql.execute("select at, what from due order by at, id")
        return [(at, json.loads(what)) for at, what in rows]

    def next_due(self, now: int) -> tuple[int, dict[str, Any]] | None:
        """Take what had to happen by now, the earliest first."""
        row = self.book.sql.execute(
            "select id, at, what from due where at <= ? order by at, id limit 1", (now,)
        ).fetchone()
        if row is None:
            return None
        self.book.sql.execute("delete from due where id = ?", (row[0],))
        return row[1], json.loads(row[2])

    def count_containing(self, text: str, tier_code: str | None = None) -> int:
        """How many payments have `text`, as it is spelled, in `name` or `buyer_name`."""
        with self.lock:
            payments = self.book.payments("tier = ?", (tier_number(tier_code),))
            return sum(
                text in (payment["name"] or "") or text in (payment["buyer_name"] or "")
                for payment in payments
            )

    def summary(self, tier_code: str | None = None) -> dict[str, Any]:
        """Counts by status and the sum of all refunds by currency, of the account or one sub-merchant."""
        tier = tier_number(tier_code)
        with self.lock:
            returned: dict[str, Decimal] = {}
            refunds = 0
            for payment in self.book.payments("status = ? and tier = ?", (2, tier)):
                currency = payment["currency"]
                returned[currency] = returned.get(currency, Decimal(0)) + exact(payment["cancel_amount"])
                refunds += len(payment["cancel_history"])
            counts = self.book.counts(tier)
            return {
                "payments": sum(counts.values()),
                "counts": counts,
                "returned": {currency: wire(total) for currency, total in returned.items()},
                "refunds": refunds,
                "billing_keys": self.billing_keys.count(tier),
                "planned": len(self.planned()),
                "now": self.clock.now(),
            }

    def _open(self) -> Book:
        settings = self.settings
        if settings.db is not None and settings.db.exists():
            book = Book.reopen(settings.db)
            self._check_same_shop(book)
            self.began = int(book.fact("began"))
            return book
        if settings.db is None:
            return self._made(None)
        # Made under another name first: a start that was broken off leaves no half shop behind.
        unfinished = settings.db.with_name(settings.db.name + ".part")
        unfinished.unlink(missing_ok=True)
        self._made(unfinished).close()
        unfinished.replace(settings.db)
        return Book.reopen(settings.db)

    def _made(self, path: Path | None) -> Book:
        book = Book.create(path, self._florist().history())
        book.note("began", str(self.began))
        for name in _REMEMBERED:
            book.note(name, str(getattr(self.settings, name)))
        return book

    def _check_same_shop(self, book: Book) -> None:
        for name in _REMEMBERED:
            made_with = book.fact(name)
            if made_with != str(getattr(self.settings, name)):
                book.close()
                raise ValueError(f"the shop in this file was made with {name}={made_with}")

    def _next_session(self) -> int:
        # Numbers made up after each start differ from those of all starts before.
        session = int(self.book.fact("session") or 0) + 1
        self.book.note("session", str(session))
        return session

    def _florist(self, session: int = 0) -> Florist:
        return Florist(
            seed=self.settings.seed + session * 1_000_003,
            now=self.began,
            payments=self.settings.payments,
            gives_cancellation_id=self.settings.gives_cancellation_id,
        )


def _keys(seed: int) -> Keys:
    digest = hashlib.sha256(f"portdesk sandbox {seed}".encode()).hexdigest()
    numbers = str(int(digest, 16))
    return Keys(numbers[:16], digest + digest[:16], f"imp{numbers[20:28]}")
