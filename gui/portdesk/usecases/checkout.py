"""Paying and registering cards in a window: written down first, then looked for until the server has said."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

import msgspec

from portdesk.api.client import Client
from portdesk.api.endpoints.billing_keys import FETCH_BILLING_KEY, FetchBillingKey
from portdesk.api.endpoints.payments import FETCH_PAYMENT, FIND_ALL_PAYMENTS, FetchPayment, FindAllPayments
from portdesk.api.endpoints.validation import FETCH_PREPARE, PREPARE_PAYMENT, FetchPrepare, PreparePayment
from portdesk.api.errors import ApiError, NotFoundError, RefusedError
from portdesk.api.verdict import Reply
from portdesk.domain.billing_keys import BillingKey
from portdesk.domain.checkout import PayRequest, Purpose
from portdesk.domain.errors import InputError, StoreUnusableError
from portdesk.domain.events import Bus
from portdesk.domain.ids import CustomerUid, ImpUid, MerchantUid
from portdesk.domain.messages import Message
from portdesk.domain.payments import Payment
from portdesk.domain.pg.pay.effect import Effect
from portdesk.domain.pg.pay.table import effect_for, window_for
from portdesk.domain.reference import PgSetting
from portdesk.domain.times import to_unix
from portdesk.ledger.checkout import (
    UNSETTLED,
    Checkout,
    CheckoutState,
    Patience,
    Sight,
    again_in,
    judge,
    left,
    updated_at,
)
from portdesk.ledger.instruction import to_minor
from portdesk.ledger.steps import Committed
from portdesk.store.journal_checkouts import (
    find_checkout,
    latest_checkouts,
    move_checkout,
    open_checkout,
    unsettled_checkouts,
)
from portdesk.store.journal_head import JournalHead
from portdesk.store.journal_thread import JournalThread

logger = logging.getLogger(__name__)

OnRead = Callable[[Reply[Payment]], Awaitable[None]]

_SWEEP: Final = 30.0
_REST: Final = 5.0
_JITTER: Final = 0.1
_CHARGING: Final = (Effect.CHARGED, Effect.REGISTERED_AND_CHARGED, Effect.AWAITS_DEPOSIT)
_IMPOSSIBLE: Final = (Effect.REFUSED, Effect.NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutMoved:
    """An attempt stands elsewhere than before; `payment` is the server's record where there is one."""

    row: Checkout
    payment: Payment | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a window is to be opened for; `words` are the sentence the person confirmed."""

    request: PayRequest = field(repr=False)
    channel: PgSetting
    words: str
    prepares: bool = False
    """Register the amount first, so that the window refuses any other."""


class Checkouts:
    """
    One shop's payment windows.

    `keep_looking` has to run in a task of its own; it finds out what became of every window, also of
    those that an earlier start left behind. It never moves money. `shop` is the fingerprint of the
    account whose key the client uses.
    """

    def __init__(
        self,
        client: Client,
        journal: JournalThread,
        head: JournalHead,
        bus: Bus,
        *,
        shop: str,
        on_read: OnRead,
        patience: Patience | None = None,
    ) -> None:
        self._client = client
        self._journal = journal
        self._head = head
        self._bus = bus
        self._shop = shop
        self._on_read = on_read
        self._patience = patience or Patience()
        self._windows: set[str] = set()
        self._hints: dict[str, ImpUid] = {}
        self._due: dict[str, tuple[float, int]] = {}
        self._looking: dict[str, asyncio.Lock] = {}
        self._stirred = asyncio.Event()

    # ---- what stands

    async def latest(self, most: int = 1000) -> list[Checkout]:
        """The newest attempts, newest first."""
        return await self._journal.run(latest_checkouts, most)

    async def find(self, id_: str) -> Checkout | None:
        """One attempt, or `None`."""
        return await self._journal.run(find_checkout, id_)

    # ---- one window

    async def begin(self, order: Order, actor: str) -> Checkout:
        """
        Write the attempt down; only then a window may open for it.

        Raises `InputError` where it cannot be done as asked, `ApiError` where the server could not be
        asked what stands before, and `StoreUnusableError`: in each case nothing was begun.
        """
        if not self._journal.may_send:
            raise StoreUnusableError(
                Message("Payment windows are locked: the record of earlier ones cannot be trusted yet."),
                Message("Everything can be looked at. The activity tab says what is missing."),
            )
        request = order.request
        draft = self._draft(order, actor)
        before = await self._orders(MerchantUid(request.merchant_uid))
        if before:
            raise InputError(
                Message("There is a payment of order {order} already.", order=request.merchant_uid),
                Message("Every window needs an order number of its own."),
            )
        key = await self._key(draft.customer_uid) if draft.customer_uid else None
        if order.prepares and request.amount > 0:
            await self._prepare(MerchantUid(request.merchant_uid), request.amount, draft.currency)
        row = msgspec.structs.replace(
            draft, opened_at=self._server_seconds(), key_before=updated_at(key) if key else None
        )
        await self._open(row)
        return row

    async def hear(self, id_: str, imp_uid: str | None) -> Checkout | None:
        """Something came back from the window: look. Whatever it said is a hint where, and no more."""
        if imp_uid is not None:
            self._hints[id_] = ImpUid(imp_uid)
        row = await self.find(id_)
        return await self.look(row) if row is not None else None

    async def leave(self, id_: str, ending: str, *, told_nothing: bool = False) -> Checkout | None:
        """
        The window is gone, in whatever way: from now on the server is asked until it has said.

        `told_nothing`: the page said that nothing was begun; it shortens the wait and decides nothing.
        """
        self._windows.discard(id_)
        row = await self.find(id_)
        if row is None:
            return None
        gone = left(row, ending, self._hints.get(id_), "told" if told_nothing else "")
        if gone != row and row.state in UNSETTLED:  # else the server has said, and how it ended is all one
            await self._move(gone, row.state)
        self._due.pop(id_, None)
        self._stirred.set()
        return await self.look(gone)

    # ---- finding out

    async def keep_looking(self) -> None:
        """Look again and again for what is not settled, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            self._stirred.clear()
            rest = 0.0
            try:
                await self.look_around(loop.time())
            except Exception:  # a round that fails is followed by the next one
                logger.exception("a round of looking for payments failed")
                rest = _REST
            wait = min((due for due, _ in self._due.values()), default=loop.time() + _SWEEP) - loop.time()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(rest, min(_SWEEP, wait))):
                    await self._stirred.wait()

    async def look_around(self, now: float) -> None:
        """One round over everything that is not settled and due at `now`; raises `StoreUnusableError`."""
        if not self._journal.may_write:
            return
        rows = await self._journal.run(unsettled_checkouts)
        self._due = {row.id: self._due.get(row.id, (now, 0)) for row in rows}
        for row in rows:
            if row.state is CheckoutState.OPEN and row.id not in self._windows:
                await self.leave(row.id, "lost")  # an earlier start opened it
            elif self._due[row.id][0] <= now:
                await self.look(row)

    async def look(self, row: Checkout) -> Checkout:
        """One look at one attempt; answers where it stands now."""
        async with self._looking.setdefault(row.id, asyncio.Lock()):
            row = await self.find(row.id) or row
            payments, sight = None, None
            if row.shop == self._shop:
                sight = await self._sight(row)
                payments = sight.payments
            seen = row if sight is None else judge(row, sight, self._patience)
            if seen != row and not await self._move(seen, row.state):
                seen = await self.find(row.id) or row
        self._schedule(seen)
        record = next((one for one in payments or () if one.imp_uid == seen.imp_uid), None)
        self._bus.publish(CheckoutMoved(row=seen, payment=record))
        return seen

    # ---- inside

    def _draft(self, order: Order, actor: str) -> Checkout:
        request, channel = order.request, order.channel
        effect = effect_for(request, (channel,))
        if effect in _IMPOSSIBLE:
            raise InputError(Message("This PG has no window for this. Nothing happens."))
        currency = request.currency or window_for(request, (channel,))[1].currency
        amount = to_minor(request.amount, currency)
        charge = amount if effect in _CHARGING else 0
        purpose = Purpose.PAY
        if request.customer_uid:
            purpose = Purpose.BOTH if charge else Purpose.REGISTER
        return Checkout(
            id=secrets.token_hex(8),
            shop=self._shop,
            purpose=purpose,
            merchant_uid=request.merchant_uid,
            customer_uid=request.customer_uid,
            amount=amount,
            charge=charge,
            currency=currency,
            may_try_charge=effect is Effect.TESTED,
            pay_method=request.pay_method or "",
            pg_provider=channel.pg_provider,
            pg_id=channel.pg_id,
            is_test_channel=channel.is_test_channel,
            actor=actor,
            words=order.words,
        )

    async def _prepare(self, merchant_uid: MerchantUid, amount: Decimal, currency: str) -> None:
        """Register the amount; one that stands already, as after a refused window, has to be the same."""
        wanted = PreparePayment(merchant_uid=merchant_uid, amount=amount, currency=currency)
        try:
            await self._client.send(PREPARE_PAYMENT, wanted)
        except RefusedError as refused:
            try:
                known = (
                    await self._client.send(FETCH_PREPARE, FetchPrepare(merchant_uid=merchant_uid))
                ).value
            except NotFoundError:
                raise refused from None
            if known.amount != amount or known.currency not in (None, currency):
                raise InputError(
                    Message("Another amount is registered for order {order} already.", order=merchant_uid),
                    Message("Take a new order number for this amount."),
                ) from None

    async def _open(self, row: Checkout) -> None:
        self._windows.add(row.id)
        done = await self._journal.run(open_checkout, row)
        if done is not Committed.YES:
            self._windows.discard(row.id)
        if done is Committed.NO:
            raise InputError(
                Message("A window for this order or this customer is open already."),
                Message("Two at once could overwrite each other's card."),
            )
        if done is Committed.FAILED:
            raise StoreUnusableError(
                Message("The attempt could not be written down, so no window was opened.")
            )
        await self._head.follow(self._journal)
        self._schedule(row)
        self._stirred.set()
        self._bus.publish(CheckoutMoved(row=row))

    async def _move(self, row: Checkout, was: CheckoutState) -> bool:
        done = await self._journal.run(move_checkout, row, was)
        if done is Committed.YES:
            await self._head.follow(self._journal)
        return done is Committed.YES

    def _schedule(self, row: Checkout) -> None:
        _, looks = self._due.get(row.id, (0.0, -1))
        wait = again_in(row, max(looks, 0))
        if wait is None:
            self._due.pop(row.id, None)
            self._looking.pop(row.id, None)
            self._hints.pop(row.id, None)
            return
        spread = 1 + random.uniform(-_JITTER, _JITTER)  # noqa: S311 - spreads looks, guards nothing
        self._due[row.id] = (asyncio.get_running_loop().time() + wait * spread, looks + 1)

    async def _sight(self, row: Checkout) -> Sight:
        try:
            payments = await self._orders(MerchantUid(row.merchant_uid))
            hinted = await self._hinted(row, payments)
            key = await self._key(row.customer_uid) if row.customer_uid else None
        except ApiError as error:
            logger.info("an order could not be looked at", extra={"kind": type(error).__name__})
            return Sight(server_time=None, payments=None)
        return Sight(server_time=self._server_seconds(), payments=(*payments, *hinted), key=key)

    async def _orders(self, merchant_uid: MerchantUid) -> tuple[Payment, ...]:
        """Every payment of the order; "not found" only says that nothing is recorded so far."""
        try:
            reply = await self._client.send(
                FIND_ALL_PAYMENTS, FindAllPayments(merchant_uid=merchant_uid, limit=100)
            )
        except NotFoundError:
            return ()
        for payment in reply.value.list:
            await self._on_read(Reply(payment, reply.server_time))
        return reply.value.list

    async def _hinted(self, row: Checkout, known: tuple[Payment, ...]) -> tuple[Payment, ...]:
        """The payment a window named, where the order's list lags behind and it really is of this order."""
        imp_uid = self._hints.get(row.id)
        if imp_uid is None or any(payment.imp_uid == imp_uid for payment in known):
            return ()
        try:
            reply = await self._client.send(FETCH_PAYMENT, FetchPayment(imp_uid=imp_uid))
        except NotFoundError:
            return ()
        return (reply.value,) if reply.value.merchant_uid == row.merchant_uid else ()

    async def _key(self, customer_uid: str) -> BillingKey | None:
        try:
            reply = await self._client.send(
                FETCH_BILLING_KEY, FetchBillingKey(customer_uid=CustomerUid(customer_uid))
            )
        except RefusedError:  # 404, or 200 with code 1: no such key
            return None
        return reply.value

    def _server_seconds(self) -> int | None:
        now = self._client.server_now()
        return None if now is None else to_unix(now)
