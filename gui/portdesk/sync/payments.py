"""Payments from the server into the local copy: one stretch of one status at a time."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final, TypeVar, cast

from portdesk.api.endpoints.payments import (
    FETCH_PAYMENTS,
    LIST_PAYMENTS_BY_STATUS,
    MAX_IDS,
    FetchPayments,
    ListPaymentsByStatus,
    PagedPayments,
    StatusFilter,
)
from portdesk.api.errors import NotFoundError, RefusedError
from portdesk.api.verdict import Reply
from portdesk.domain.events import Bus, PaymentsChanged
from portdesk.domain.ids import ImpUid
from portdesk.domain.payments import Payment
from portdesk.domain.times import to_unix
from portdesk.store.checkpoints import Check, Proof, Stretch
from portdesk.store.payments import PaymentStore
from portdesk.sync.line import Line
from portdesk.sync.plan import FIRST_PAGE, FULL_PAGE, Ask, Plan, Sorting, lasting, proven

A = TypeVar("A")

logger = logging.getLogger(__name__)

_WALKS: Final = 5
"""How often the pages of one crowded second are walked before what was seen has to do."""


class PaymentSync:
    """Carries out what a `Plan` asks for, and compares counts."""

    def __init__(self, line: Line, store: PaymentStore, bus: Bus) -> None:
        self._line = line
        self._store = store
        self._bus = bus

    async def fetch(self, plan: Plan, ask: Ask) -> Check | None:
        """
        Carry out `ask`: save the rows together with what they prove.

        The answer is the comparison of counts where one came for nothing.
        """
        reply = await self._ask(ask, limit=ask.limit, page=1)
        page, read_at = reply.value, to_unix(self._line.read_at(reply))
        received = len(page.list) + page.unreadable
        span = proven(ask, page.list, total=page.total, unreadable=page.unreadable)
        if span is None and ask.is_one_second and ask.limit == FULL_PAGE:
            await self._walk(ask)
            span = (ask.since, ask.until)
        check = None
        if plan.is_slot(ask) and page.total <= received:
            stretch = Stretch(status=ask.status, since=ask.since, until=ask.until)
            held = page.total - page.unreadable
            check = Check(stretch=stretch, checked_at=read_at, total=page.total, held=held)
        await self._save(page.list, reply, Proof(covered=lasting(ask, span, read_at), check=check))
        plan.settle(ask, span, total=page.total, received=received, read_at=read_at)
        return check

    async def compare(self, stretch: Stretch) -> Check:
        """
        Count a stretch on both sides, and take in what changed last in it.

        The list comes with the latest changed rows first, so a change that moved nothing (another
        part of a refund, a late deposit) is seen here; the pages are followed while they bring news.
        """
        ask = _ask(stretch, FIRST_PAGE, "-updated")
        number, total, read_at = 1, 0, 0
        while True:
            reply, has_news = await self._list(ask, limit=FIRST_PAGE, page=number)
            total, read_at = reply.value.total, to_unix(self._line.read_at(reply))
            if not has_news or number * FIRST_PAGE >= total:
                break
            number += 1
        held = await self._store.count_by_status(stretch.status, stretch.since, stretch.until)
        return Check(stretch=stretch, checked_at=read_at, total=total, held=held)

    async def repair(self, stretch: Stretch) -> Check:
        """
        Find where the counts differ and read that part anew; the answer is what remains between them.

        Rows the server did not send cannot be held: a difference may stay, and is known from then on.
        """
        found = await self._mend(stretch)
        held = await self._store.count_by_status(stretch.status, stretch.since, stretch.until)
        logger.info("counts were compared row by row")
        return Check(stretch=stretch, checked_at=found.checked_at, total=found.total, held=held)

    async def _mend(self, stretch: Stretch) -> Check:
        reply, _ = await self._list(_ask(stretch, FULL_PAGE, "-updated"), limit=FULL_PAGE, page=1)
        page, read_at = reply.value, to_unix(self._line.read_at(reply))
        held = await self._store.count_by_status(stretch.status, stretch.since, stretch.until)
        check = Check(stretch=stretch, checked_at=read_at, total=page.total, held=held)
        if page.total <= len(page.list) + page.unreadable:
            await self._ask_after(stretch, page.list)
        elif stretch.since == stretch.until:
            await self._ask_after(stretch, await self._walk(_ask(stretch, FULL_PAGE, "-updated")))
        elif page.total != held:
            middle = (stretch.since + stretch.until) // 2
            for since, until in ((middle + 1, stretch.until), (stretch.since, middle)):
                half = Stretch(status=stretch.status, since=since, until=until)
                await self._mend(half)
        return check

    async def _ask_after(self, stretch: Stretch, seen: Sequence[Payment]) -> None:
        """Read those one by one that we hold in this stretch and the server does not list there."""
        held = await self._store.uids_by_status(stretch.status, stretch.since, stretch.until)
        missing = sorted(held - {payment.imp_uid for payment in seen})
        for first in range(0, len(missing), MAX_IDS):
            await self._read(tuple(missing[first : first + MAX_IDS]))

    async def _read(self, imp_uids: tuple[ImpUid, ...]) -> None:
        try:
            reply = await self._line.send(FETCH_PAYMENTS, FetchPayments(imp_uid=imp_uids))
        except NotFoundError:
            # No evidence that they do not exist; the rows stay as they are.
            return
        await self._save(reply.value.list, reply)

    async def _walk(self, ask: Ask) -> list[Payment]:
        """Page through one second; pages that moved meanwhile are walked again."""
        seen: dict[ImpUid, Payment] = {}
        for _ in range(_WALKS):
            totals: set[int] = set()
            count = 0
            for number in itertools.count(1):
                page = await self._page_or_end(ask, number)
                if page is None:
                    totals.add(-1)
                    break
                totals.add(page.total)
                seen.update((payment.imp_uid, payment) for payment in page.list)
                count += len(page.list) + page.unreadable
                if count >= page.total or not page.list:
                    break
            if len(totals) == 1:
                return list(seen.values())
        logger.warning("the pages of one second kept moving")
        return list(seen.values())

    async def _page_or_end(self, ask: Ask, number: int) -> PagedPayments | None:
        try:
            reply, _ = await self._list(ask, limit=FULL_PAGE, page=number)
        except RefusedError as error:
            if number == 1 or error.http_status != HTTPStatus.BAD_REQUEST:
                raise
            return None
        return reply.value

    async def _list(self, ask: Ask, *, limit: int, page: int) -> tuple[Reply[PagedPayments], bool]:
        """One page, saved, and whether it brought news."""
        reply = await self._ask(ask, limit=limit, page=page)
        return reply, await self._save(reply.value.list, reply)

    async def _ask(self, ask: Ask, *, limit: int, page: int) -> Reply[PagedPayments]:
        request = ListPaymentsByStatus(
            payment_status=cast("StatusFilter", ask.status),
            page=page,
            limit=limit,
            from_=ask.since,
            to=ask.until,
            sorting=ask.sorting,
        )
        return await self._line.send(LIST_PAYMENTS_BY_STATUS, request)

    async def _save(self, payments: Sequence[Payment], reply: Reply[A], proof: Proof | None = None) -> bool:
        changed = await self._store.save(payments, read_at=self._line.read_at(reply), proof=proof)
        if changed:
            self._bus.publish(PaymentsChanged(changed))
        return bool(changed)


def _ask(stretch: Stretch, limit: int, sorting: Sorting) -> Ask:
    return Ask(status=stretch.status, since=stretch.since, until=stretch.until, limit=limit, sorting=sorting)
