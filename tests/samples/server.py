"""A server of payments without a network, whose time is made up and whose lists move."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from portdesk.api.endpoints.payments import (
    FETCH_PAYMENTS,
    LIST_PAYMENTS_BY_STATUS,
    PagedPayments,
)
from portdesk.api.errors import NoReplyError, NotFoundError, RefusedError, ServerFaultError
from portdesk.api.reading import Listed
from portdesk.api.verdict import Reply
from portdesk.domain.payments import payment_from_wire
from portdesk.sync.pace import Clock
from samples.payments import wire

START = 1_790_000_000
DAY = 86_400
_TIMES = {"ready": "started_at", "paid": "paid_at", "cancelled": "cancelled_at", "failed": "failed_at"}


class HurriedClock(Clock):
    """Time that passes only when somebody waits, and then at once; above `longest` it stands still."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.longest = float("inf")

    def now(self) -> float:
        return self.seconds

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        await asyncio.sleep(0)
        if seconds > self.longest:
            await event.wait()
        elif not event.is_set():
            self.seconds += seconds


class MovingServer:
    """
    Stands in for `Client`: lists by final status as the real one does, at most `most` rows at once.

    Before each answer something may happen: the shop's payments move on, the request fails, or the
    answer comes from a replica that is up to a minute behind.
    """

    def __init__(self, clock: HurriedClock, *, seed: int, payments: int, most: int = 40) -> None:
        self.clock = clock
        self.dice = random.Random(seed)
        self.most = most
        self.rows: dict[str, dict[str, Any]] = {}
        self.moves = 0.0
        self.faults = 0.0
        self.lags = 0.0
        self.sent: list[Any] = []
        self.on_send: Callable[[], None] = lambda: None
        self._updated: dict[str, int] = {}
        self._past: deque[tuple[int, dict[str, dict[str, Any]]]] = deque(maxlen=50)
        for number in range(payments):
            self._begin(number)

    @property
    def now(self) -> int:
        return START + int(self.clock.seconds)

    def server_now(self) -> datetime:
        return datetime.fromtimestamp(self.now, UTC)

    async def aclose(self) -> None:
        """Nothing is open."""

    async def send(self, endpoint: Any, request: Any) -> Reply[Any]:
        self.on_send()
        await asyncio.sleep(0)
        self.clock.seconds += 0.2
        self.sent.append(request)
        if self.dice.random() < self.faults:
            raise self.dice.choice((NoReplyError, ServerFaultError))(endpoint.name)
        rows = self._seen()
        while self.dice.random() < self.moves:
            self.move()
        if endpoint is LIST_PAYMENTS_BY_STATUS:
            answer: Any = self._list(rows, request)
        else:
            assert endpoint is FETCH_PAYMENTS
            found = [payment_from_wire(rows[uid]) for uid in request.imp_uid if uid in rows]
            if not found:
                raise NotFoundError(endpoint.name, http_status=404)
            answer = Listed(tuple(found))
        await asyncio.sleep(0)
        return Reply(answer, self.server_now())

    def move(self) -> None:
        """Let one payment begin or go on, now."""
        self._past.append((self.now, dict(self.rows)))
        if self.dice.random() < 0.3:
            number = len(self.rows)
            self._put(wire(number, status="ready", started_at=self.now, paid_at=0))
            return
        uid = self.dice.choice(list(self.rows))
        row = dict(self.rows[uid])
        if row["status"] in ("ready", "failed") and self.dice.random() < 0.8:
            row |= {"status": "paid", "paid_at": self.now}
        elif row["status"] == "ready":
            row |= {"status": "failed", "failed_at": self.now}
        elif row["cancel_amount"] < row["amount"]:
            self._refund(row, keeps_time=False)
        self._put(row)

    def refund_quietly(self) -> str:
        """Return another part of a payment in a way that leaves its `cancelled_at` alone."""
        uid = self.dice.choice(
            [uid for uid, row in self.rows.items() if 0 < row["cancel_amount"] < row["amount"]]
        )
        row = dict(self.rows[uid])
        self._refund(row, keeps_time=True)
        self._put(row)
        return uid

    def pay_in_the_past(self, seconds: int) -> str:
        """Let a waiting payment have been paid some time ago."""
        uid = self.dice.choice([uid for uid, row in self.rows.items() if row["status"] == "ready"])
        self._put(self.rows[uid] | {"status": "paid", "paid_at": self.now - seconds})
        return uid

    def _refund(self, row: dict[str, Any], *, keeps_time: bool) -> None:
        part = self.dice.choice((100, 1000, row["amount"] - row["cancel_amount"]))
        part = min(part, row["amount"] - row["cancel_amount"])
        at = row["cancelled_at"] if keeps_time else self.now
        row |= {
            "status": "cancelled",
            "cancel_amount": row["cancel_amount"] + part,
            "cancelled_at": at,
            "cancel_history": [*row["cancel_history"], {"amount": part, "cancelled_at": self.now}],
        }

    def _begin(self, number: int) -> None:
        ago = self.dice.choice((DAY, 30 * DAY, 200 * DAY, 900 * DAY))
        started_at = self.now - self.dice.randrange(1, ago)
        if self.dice.random() < 0.1:
            started_at = self.now - 40 * DAY
        row = wire(number, started_at=started_at)
        later = min(self.now, started_at + self.dice.randrange(30 * DAY))
        fate = self.dice.random()
        if fate < 0.15:
            row |= {"status": "ready", "paid_at": 0}
        elif fate < 0.3:
            row |= {"status": "failed", "paid_at": 0, "failed_at": started_at + 10}
        elif fate < 0.5:
            part = self.dice.choice((500, row["amount"]))
            row |= {"status": "cancelled", "cancel_amount": part, "cancelled_at": later}
            row["cancel_history"] = [{"amount": part, "cancelled_at": later}]
        row["paid_at"] = min(row["paid_at"], self.now)
        self._put(row, at=max(row[name] for name in _TIMES.values()))

    def _put(self, row: dict[str, Any], *, at: int | None = None) -> None:
        self.rows[row["imp_uid"]] = row
        self._updated[row["imp_uid"]] = at or self.now

    def _seen(self) -> dict[str, dict[str, Any]]:
        if self.dice.random() < self.lags:
            for time, rows in self._past:
                if self.now - time <= 60:
                    return rows
        return self.rows

    def _list(self, rows: dict[str, dict[str, Any]], request: Any) -> PagedPayments:
        assert request.to - request.from_ <= 90 * DAY
        time = _TIMES[request.payment_status]
        key = {"-started": "started_at", "-paid": "paid_at", "-updated": None}[request.sorting]
        found = [
            row
            for row in rows.values()
            if row["status"] == request.payment_status and request.from_ <= row[time] <= request.to
        ]
        found.sort(
            key=lambda row: (row[key] if key else self._updated[row["imp_uid"]], row["imp_uid"]), reverse=True
        )
        limit = min(request.limit, self.most)
        first = (request.page - 1) * limit
        if request.page > 1 and first >= len(found):
            raise RefusedError("GET /payments/status/{payment_status}", http_status=400, code=-1)
        page = tuple(payment_from_wire(row) for row in found[first : first + limit])
        following = request.page + 1 if first + limit < len(found) else 0
        return PagedPayments(total=len(found), previous=request.page - 1, next=following, list=page)
