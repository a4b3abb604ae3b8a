"""The payments a list means, read anew: a hundred at a time, by id or by order."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from portdesk.api.client import Client
from portdesk.api.endpoints.payments import (
    FETCH_PAYMENT,
    FETCH_PAYMENTS,
    FIND_ALL_PAYMENTS,
    MAX_IDS,
    MAX_LIMIT,
    FetchPayment,
    FetchPayments,
    FindAllPayments,
)
from portdesk.api.errors import NotFoundError, RefusedError
from portdesk.domain.errors import InputError
from portdesk.domain.ids import ImpUid, MerchantUid
from portdesk.domain.messages import Message
from portdesk.domain.payments import Payment
from portdesk.domain.times import to_unix
from portdesk.ledger.instruction import Observation
from portdesk.ledger.reading import observe
from portdesk.usecases.refund_columns import RowWish

T = TypeVar("T")
Progress = Callable[[int, int], None]

_AT_ONCE: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Why a row is warned or blocked; `source` names the rule's document, if it is one."""

    words: Message
    advice: Message | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """The payment a row means as it was just read, or why there is none."""

    payment: Payment | None = None
    seen: Observation | None = None
    trouble: Remark | None = None


class Readings:
    """The payments of a list, a hundred at a time; what was not among them is asked for one by one."""

    def __init__(self, client: Client, progress: Progress) -> None:
        self._client = client
        self._progress = progress
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._by_id: dict[str, tuple[Payment, Observation]] = {}
        self._by_order: dict[str, list[tuple[Payment, Observation]]] = defaultdict(list)
        self._done = self._total = 0

    async def fetch(self, wishes: Sequence[RowWish]) -> None:
        """Read everything that `wishes` name; raises `ApiError`."""
        sound = [wish for wish in wishes if not wish.flaws]
        uids = list(dict.fromkeys(wish.imp_uid for wish in sound if wish.imp_uid))
        orders = list(dict.fromkeys(wish.merchant_uid for wish in sound if not wish.imp_uid))
        self._total = len(uids) + len(orders)
        portions = [uids[first : first + MAX_IDS] for first in range(0, len(uids), MAX_IDS)]
        await self._all(self._portion, portions)
        await self._all(self._one, [uid for uid in uids if uid not in self._by_id])
        await self._all(self._order, orders)

    def of(self, wish: RowWish) -> Reading:
        """The payment a row means."""
        if wish.flaws:
            return Reading()
        if wish.imp_uid:
            return self._named(wish)
        found = self._by_order[wish.merchant_uid]
        holding = [one for one in found if one[1].is_open and one[1].balance > 0] or found[:1]
        if len(holding) > 1:
            return Reading(
                trouble=Remark(
                    words=Message("{count} payments of this order hold money.", count=len(holding)),
                    advice=Message("Name the one that is meant by its imp_uid."),
                )
            )
        return Reading(*holding[0]) if holding else Reading(trouble=NOT_SHOWN)

    def _named(self, wish: RowWish) -> Reading:
        known = self._by_id.get(wish.imp_uid)
        if known is None:
            return Reading(trouble=NOT_SHOWN)
        if wish.merchant_uid and known[0].merchant_uid != wish.merchant_uid:
            return Reading(
                trouble=Remark(
                    words=Message("The imp_uid and the order number are of different payments."),
                    advice=Message("Mend the row, or leave one of them out."),
                )
            )
        return Reading(*known)

    async def _all(self, fetch: Callable[[T], Awaitable[None]], what: Iterable[T]) -> None:
        async def one(asked: T) -> None:
            async with self._places:
                await fetch(asked)

        try:
            async with asyncio.TaskGroup() as group:
                for asked in what:
                    group.create_task(one(asked))
        except BaseExceptionGroup as failures:  # the others have been stopped
            raise failures.exceptions[0] from None

    async def _portion(self, uids: Sequence[str]) -> None:
        request = FetchPayments(imp_uid=tuple(map(ImpUid, uids)))
        try:
            reply = await self._client.send(FETCH_PAYMENTS, request)
        except NotFoundError:
            return  # none of them; asked for one by one, they may be of a test channel
        moment = to_unix(reply.server_time) if reply.server_time else None
        asked = set(uids)
        for payment in reply.value.list:
            if payment.imp_uid in asked:
                self._by_id[payment.imp_uid] = payment, observe(payment, moment)
        self._tell(len(self._by_id))

    async def _one(self, uid: str) -> None:
        try:
            reply = await self._client.send(FETCH_PAYMENT, FetchPayment(imp_uid=ImpUid(uid)))
        except (RefusedError, InputError):
            return
        if reply.value.imp_uid == uid:
            moment = to_unix(reply.server_time) if reply.server_time else None
            self._by_id[uid] = reply.value, observe(reply.value, moment)
        self._tell(len(self._by_id))

    async def _order(self, order: str) -> None:
        request = FindAllPayments(merchant_uid=MerchantUid(order), limit=MAX_LIMIT)
        try:
            reply = await self._client.send(FIND_ALL_PAYMENTS, request)
        except (RefusedError, InputError):
            return
        moment = to_unix(reply.server_time) if reply.server_time else None
        self._by_order[order] += [
            (payment, observe(payment, moment))
            for payment in reply.value.list
            if payment.merchant_uid == order
        ]
        self._tell(len(self._by_id) + len(self._by_order))

    def _tell(self, done: int) -> None:
        self._progress(min(done, self._total), 2 * self._total)


NOT_SHOWN: Final = Remark(
    words=Message("PortOne does not show this payment to this shop."),
    advice=Message("Check the number, and whether it belongs to this shop."),
)
