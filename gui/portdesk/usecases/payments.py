"""What the operator can do with payments: list them, add them up, read one again."""

from __future__ import annotations

from array import array
from collections.abc import Awaitable, Sequence
from datetime import UTC, datetime

from portdesk.api.client import Client
from portdesk.api.endpoints.payments import FETCH_PAYMENT, FetchPayment
from portdesk.api.errors import ApiError, NoReplyError
from portdesk.domain.events import Bus, ConnectionChanged, PaymentsChanged
from portdesk.domain.ids import ImpUid
from portdesk.domain.payment_lists import CurrencyTotal, PaymentQuery, PaymentRow
from portdesk.domain.payments import KnownPayment, Payment
from portdesk.store.payments import PaymentStore


class Payments:
    """One shop's payments: lists from the local copy, single ones also from the server."""

    def __init__(self, client: Client, store: PaymentStore, bus: Bus) -> None:
        self._client = client
        self._store = store
        self._bus = bus

    def ids(self, query: PaymentQuery) -> Awaitable[array[int]]:
        """The row ids that answer `query`, in its order; an id stays with its payment."""
        return self._store.ids(query)

    def first_ids(self, query: PaymentQuery, limit: int) -> Awaitable[array[int]]:
        """What `ids` will begin with, long before it is done."""
        return self._store.first_ids(query, limit)

    def rows(self, ids: Sequence[int]) -> Awaitable[list[PaymentRow]]:
        """The rows of these ids, in their order, one for each."""
        return self._store.rows(ids)

    def count(self, query: PaymentQuery) -> Awaitable[int]:
        """How many payments answer `query`."""
        return self._store.count(query)

    def totals(self, query: PaymentQuery) -> Awaitable[list[CurrencyTotal]]:
        """What the payments that answer `query` add up to, by currency."""
        return self._store.totals(query)

    def find(self, imp_uid: ImpUid) -> Awaitable[KnownPayment | None]:
        """One payment whole, from the local copy, with the time of its reading."""
        return self._store.find(imp_uid)

    async def read_again(self, imp_uid: ImpUid) -> Payment:
        """
        One payment as the server tells it now; the local copy follows.

        Raises `ApiError`. That the server does not show a payment proves nothing about it, so the
        local copy then stays as it is.
        """
        try:
            reply = await self._client.send(FETCH_PAYMENT, FetchPayment(imp_uid=imp_uid))
        except NoReplyError as error:
            self._bus.publish(ConnectionChanged(is_connected=False, error=error))
            raise
        except ApiError:
            self._bus.publish(ConnectionChanged(is_connected=True))
            raise
        self._bus.publish(ConnectionChanged(is_connected=True))
        read_at = reply.server_time or self._client.server_now() or datetime.now(UTC)
        changed = await self._store.save([reply.value], read_at=read_at)
        await self._store.confirm(imp_uid, read_at=read_at)
        if changed:
            self._bus.publish(PaymentsChanged(changed))
        return reply.value
