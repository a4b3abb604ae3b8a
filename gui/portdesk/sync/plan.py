"""
What to ask the server for next, and what an answer proves. No network, no disk, no clock.

The server lists payments by final status, at most 90 days of that status's own time at once. A row
of such a list can leave it (a payment is refunded: it moves from `paid` to `cancelled`), and every
list gets new rows at its newest end, because a status comes about now. Pages cut from a list that
shrinks skip rows. So pages are never counted through: **one answer is one moment's truth about the
stretch of time it holds whole**, and only such stretches are marked as covered:

- An answer whose `total` fits into it holds its whole stretch.
- `ready` and `paid` can be sorted by the very time the stretch is cut by. The first page of a longer
  list then holds everything down to its oldest second, which itself may be torn and is asked again.
- `cancelled` and `failed` cannot be sorted by their time: the stretch is made shorter until it fits.
- A single second with more payments than fit into an answer is the one case left to pages
  (`sync/payments.py` compares totals before and after).

Why no row is lost. Let a row have reached its present status S at time a. Either a is in a covered
stretch of S that was read when the row was already there: then it is in the copy. Or the row came
there after the reading at time t; statuses come about now, so a > t, and nothing later than
t - `SETTLE` was marked as covered: the stretch that holds a is still open and will be read. So when
every second up to t is covered for every status, each row as it was at t - `SETTLE` or later is in
the copy, whatever moved meanwhile and wherever the program was stopped, for a covered stretch is
noted in the transaction that saves its rows. The same holds for an answer of a replica that is less
than `SETTLE` behind. Rows that arrive late in a covered stretch (a status dated back)
break the assumption; comparing the server's `total` with our own count finds those.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from portdesk.domain.payments import CANCELLED, FAILED, PAID, READY, STATUSES, Payment, PaymentStatus
from portdesk.domain.times import KST, to_unix
from portdesk.store.checkpoints import Stretch
from portdesk.sync.spans import Span, Spans

Sorting = Literal["-started", "-paid", "-updated"]

FIRST_SECOND: Final = to_unix(datetime(2014, 1, 1, tzinfo=KST))
"""No payment is older: i'mport began in 2014."""

SLOT: Final = 90 * 86_400
"""The longest stretch the server lists at once, in seconds."""

SETTLE: Final = 120
"""How much later than its time a row may appear in its list, in seconds."""

FULL_PAGE: Final = 1000
FIRST_PAGE: Final = 100
"""The first answer of each list is short, so that the screen fills at once."""

_FILLING: Final = 0.7
"""How full an answer is to be whose stretch was cut to fit into it."""

_NOW: Final = 1800
"""Seconds that still pass for now when it is told how far back the copy reaches."""

_SORTINGS: Final[dict[PaymentStatus, Sorting]] = {
    READY: "-started",
    PAID: "-paid",
    CANCELLED: "-updated",
    FAILED: "-updated",
}
_IN_ORDER: Final = (READY, PAID)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request: the newest `limit` payments of a stretch."""

    status: PaymentStatus
    since: int
    until: int
    limit: int
    sorting: Sorting

    @property
    def is_one_second(self) -> bool:
        """Whether the stretch cannot be made any shorter."""
        return self.since == self.until


def status_second(payment: Payment, status: PaymentStatus) -> int | None:
    """The time the server's list of `status` goes by, in Unix seconds."""
    time = {
        READY: payment.started_at,
        PAID: payment.paid_at,
        CANCELLED: payment.cancelled_at,
        FAILED: payment.failed_at,
    }[status]
    return None if time is None else to_unix(time)


def proven(ask: Ask, payments: Sequence[Payment], *, total: int, unreadable: int) -> Span | None:
    """The stretch of `ask` that this answer holds whole, or `None` if it proves nothing."""
    if total <= len(payments) + unreadable:
        return ask.since, ask.until
    if ask.status not in _IN_ORDER or not payments:
        return None
    seconds = [status_second(payment, ask.status) for payment in payments]
    known = [second for second in seconds if second is not None]
    if len(known) < len(seconds) or known != sorted(known, reverse=True):
        return None
    if not ask.since <= known[-1] <= known[0] <= ask.until:
        return None
    return (known[-1] + 1, ask.until) if known[-1] < ask.until else None


def lasting(ask: Ask, span: Span | None, read_at: int) -> Stretch | None:
    """What of a proven span can be noted for good: what was settled when it was read."""
    if span is None or span[0] > min(span[1], read_at - SETTLE):
        return None
    return Stretch(status=ask.status, since=span[0], until=min(span[1], read_at - SETTLE))


def slot_of(second: int) -> Span:
    """The 90 days on a fixed grid that hold `second`."""
    since = FIRST_SECOND + (second - FIRST_SECOND) // SLOT * SLOT
    return since, since + SLOT - 1


class Plan:
    """
    What is covered, what is being asked for, and what comes next: the newest of what is missing.

    `settled` outlives the program. What was read less than `SETTLE` ago counts as known only until
    the next `tick`, which opens the newest stretch again.
    """

    def __init__(self, coverage: Iterable[Stretch] = ()) -> None:
        self.now = FIRST_SECOND
        self._settled = {status: Spans() for status in STATUSES}
        self._fresh = {status: Spans() for status in STATUSES}
        self._asked = {status: Spans() for status in STATUSES}
        self._length = dict.fromkeys(STATUSES, SLOT)
        self._density = dict.fromkeys(STATUSES, 0.0)
        for stretch in coverage:
            if stretch.status in self._settled:
                self._settled[stretch.status].add(stretch.since, stretch.until)
        self._unseen = {status for status in STATUSES if not self._settled[status]}

    def tick(self, now: int) -> None:
        """Let the server's time be `now`: the newest stretch of every status is to be read again."""
        self.now = max(now, FIRST_SECOND + SLOT)
        for status in STATUSES:
            self._fresh[status] = Spans()

    def next_ask(self) -> Ask | None:
        """The request for the newest missing stretch that nobody is asking for yet."""
        found = [(gap, status) for status in STATUSES if (gap := self._newest_gap(status)) is not None]
        if not found:
            return None
        (since, until), status = max(found, key=lambda gap: gap[0][1])
        since = max(since, slot_of(until)[0], until - self._length[status] + 1)
        self._asked[status].add(since, until)
        limit = FIRST_PAGE if status in self._unseen else FULL_PAGE
        self._unseen.discard(status)
        return Ask(status=status, since=since, until=until, limit=limit, sorting=_SORTINGS[status])

    def release(self, ask: Ask) -> None:
        """Nobody is asking for this any longer."""
        self._asked[ask.status].remove(ask.since, ask.until)

    def settle(self, ask: Ask, span: Span | None, *, total: int, received: int, read_at: int) -> None:
        """Take in what an answer has `proven`, once its rows are saved."""
        length = ask.until - ask.since + 1
        self._density[ask.status] = total / length
        if span is None:
            self._shorten(ask, length, total, received)
            return
        self._lengthen(ask, span, total)
        self._fresh[ask.status].add(*span)
        settled = lasting(ask, span, read_at)
        if settled is not None:
            self._settled[ask.status].add(settled.since, settled.until)

    def is_slot(self, ask: Ask) -> bool:
        """Whether `ask` is for all of a stretch whose counts are compared."""
        since, until = slot_of(ask.since)
        return ask.since == since and ask.until >= min(until, self.now - SETTLE)

    def open_spans(self, status: PaymentStatus) -> list[Span]:
        """What is not known of this status, newest first; what is being asked for counts as unknown."""
        known = Spans((*self._settled[status], *self._fresh[status]))
        return list(known.gaps(FIRST_SECOND, self.now))

    def known_until(self, status: PaymentStatus) -> int | None:
        """The last second up to which a status is known without a doubt."""
        spans = list(self._settled[status])
        return spans[-1][1] if spans else None

    def reached(self, status: PaymentStatus) -> int | None:
        """The first second of what is known without a gap from about now on backwards."""
        known = list(Spans((*self._settled[status], *self._fresh[status])))
        return known[-1][0] if known and known[-1][1] >= self.now - _NOW else None

    def density(self, status: PaymentStatus) -> float:
        """Rows a second in the stretch that was asked for last."""
        return self._density[status]

    def _newest_gap(self, status: PaymentStatus) -> Span | None:
        known = Spans((*self._settled[status], *self._fresh[status], *self._asked[status]))
        return next(known.gaps(FIRST_SECOND, self.now), None)

    def _shorten(self, ask: Ask, length: int, total: int, received: int) -> None:
        if ask.limit < FULL_PAGE and total <= FULL_PAGE and received >= ask.limit:
            return
        aim = max(1, int(received * _FILLING))
        self._length[ask.status] = max(1, min(length * aim // total, length - 1))

    def _lengthen(self, ask: Ask, span: Span, total: int) -> None:
        is_in_order = ask.status in _IN_ORDER
        if is_in_order and (ask.is_one_second or span != (ask.since, ask.until)):
            self._length[ask.status] = SLOT
        elif total < FULL_PAGE * _FILLING / 2:
            self._length[ask.status] = min(SLOT, self._length[ask.status] * 2)
