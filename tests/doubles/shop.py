"""A shop whose payments are a list in memory, told of changes as the real one is."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from portdesk.domain.errors import StoreUnusableError
from portdesk.domain.events import Bus, PaymentsChanged, RefundsOpen, SyncLogged
from portdesk.domain.ids import ImpUid, ShopId
from portdesk.domain.messages import Message
from portdesk.domain.payment_lists import CurrencyTotal, PaymentQuery, PaymentRow
from portdesk.domain.payments import KnownPayment, Payment
from portdesk.domain.shops import Shop
from portdesk.domain.sync_log import SyncLogQuery, SyncNote
from portdesk.usecases.disclosures import Disclosure

SHARED = set(PaymentRow.__struct_fields__) & set(Payment.__struct_fields__)


def row_of(payment: Payment) -> PaymentRow:
    told = {name: getattr(payment, name) for name in SHARED} | {"escrow": bool(payment.escrow)}
    return PaymentRow(
        **told,
        instrument=payment.card_name or payment.bank_name or payment.vbank_name,
        awaits_deposit=payment.vbank_num is not None,
        occurred_at=payment.paid_at or payment.failed_at or payment.started_at,
    )


class MemoryPayments:
    """
    Row ids are places in `all`; newer payments come first.

    Any search finds everything, or only that for one of the `findable` words. `gate` holds back `find`,
    `server` holds back `read_again`, `first` and `whole` hold back `first_ids` and `ids`, `adding` holds
    back `totals`; `error` is raised by the next call of another kind.
    """

    def __init__(self, bus: Bus, payments: Sequence[Payment], read_at: datetime) -> None:
        self.all = list(payments)
        self.asked: list[PaymentQuery] = []
        self.read: list[ImpUid] = []
        held = [asyncio.Event() for _ in range(5)]
        self.gate, self.server, self.first, self.whole, self.adding = held
        for event in held:
            event.set()
        self.error: Exception | None = None
        self.findable: frozenset[str] | None = None
        self._bus, self._read_at = bus, read_at

    async def ids(self, query: PaymentQuery) -> array[int]:
        self._fail()
        self.asked.append(query)
        await self.whole.wait()
        return self._answer(query)

    async def first_ids(self, query: PaymentQuery, limit: int) -> array[int]:
        self._fail()
        self.asked.append(query)
        await self.first.wait()
        return self._answer(query)[:limit]

    async def rows(self, ids: Sequence[int]) -> list[PaymentRow]:
        return [row_of(self.all[id_]) for id_ in ids]

    async def count(self, query: PaymentQuery) -> int:
        return len(self._answer(query))

    async def totals(self, query: PaymentQuery) -> list[CurrencyTotal]:
        await self.adding.wait()
        fitting = [payment for payment in self.all if self._fits(payment, query)]
        paid, returned = (
            sum((getattr(p, n) for p in fitting), Decimal()) for n in ("amount", "cancel_amount")
        )
        return [CurrencyTotal("KRW", len(fitting), paid, returned)] if fitting else []

    async def find(self, imp_uid: ImpUid) -> KnownPayment | None:
        await self.gate.wait()
        for payment in self.all:
            if payment.imp_uid == imp_uid:
                return KnownPayment(payment=payment, read_at=self._read_at)
        return None

    async def read_again(self, imp_uid: ImpUid) -> None:
        self.read.append(imp_uid)
        await self.server.wait()
        self._fail()

    def add(self, *payments: Payment) -> None:
        self.all.extend(payments)
        self._bus.publish(PaymentsChanged(frozenset(payment.imp_uid for payment in payments)))

    def change(self, payment: Payment) -> None:
        place = next(number for number, old in enumerate(self.all) if old.imp_uid == payment.imp_uid)
        self.all[place] = payment
        self._bus.publish(PaymentsChanged(frozenset({payment.imp_uid})))

    def _answer(self, query: PaymentQuery) -> array[int]:
        fitting = (number for number, payment in enumerate(self.all) if self._fits(payment, query))
        return array("q", sorted(fitting, reverse=query.descending))

    def _fail(self) -> None:
        error, self.error = self.error, None
        if error is not None:
            raise error

    def _fits(self, payment: Payment, query: PaymentQuery) -> bool:
        asked = {word for term in query.terms for word in term.words}
        if self.findable is not None and asked and not asked & self.findable:
            return False
        return not query.states or payment.state in query.states


class MemoryLog:
    """The sync's notes as a list; ids are places in it."""

    def __init__(self, bus: Bus) -> None:
        self.all: list[SyncNote] = []
        self.asked: list[SyncLogQuery] = []
        self._bus = bus

    async def ids(self, query: SyncLogQuery) -> array[int]:
        self.asked.append(query)
        fitting = (n for n, note in enumerate(self.all) if not query.kinds or note.kind in query.kinds)
        return array("q", sorted(fitting, reverse=query.descending))

    async def rows(self, ids: Sequence[int]) -> list[SyncNote]:
        return [self.all[id_] for id_ in ids]

    def add(self, *notes: SyncNote) -> None:
        self.all += notes
        self._bus.publish(SyncLogged())


class MemoryRecord:
    """The record of exports and reveals as a list; with an `obstacle` nothing can be written down."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, Disclosure]] = []
        self.obstacle: Message | None = None

    async def export(self, disclosure: Disclosure) -> bool:
        if self.obstacle is not None and disclosure.personal:
            raise StoreUnusableError(Message("Nothing was exported"), self.obstacle)
        return await self._write("exported", disclosure)

    async def stopped(self, disclosure: Disclosure) -> None:
        await self._write("export_stopped", disclosure)

    async def reveal(self, disclosure: Disclosure) -> bool:
        return await self._write("revealed", disclosure)

    async def _write(self, event: str, disclosure: Disclosure) -> bool:
        if self.obstacle is None:
            self.entries.append((event, disclosure))
        return self.obstacle is None


class NoRefunds:
    """Nothing was refunded here, and nothing can be."""

    async def ids(self, _query: object) -> array[int]:
        return array("q")

    async def rows(self, _ids: Sequence[int]) -> list[object]:
        return []

    open = RefundsOpen()
    has_unnamed = False

    def latest_about(self, _imp_uid: ImpUid) -> None:
        return None

    def marks(self) -> dict[str, object]:
        return {}


class NoDesk:
    """Refunds of which there are none, though they may be sent."""

    may_send = True
    quiet_left = None


class NoLists:
    """No list of refunds was begun here."""

    async def unfinished(self) -> list[object]:
        return []


@dataclass
class MemoryShop:
    """What the window asks of an open shop."""

    payments: MemoryPayments
    bus: Bus
    log: MemoryLog = field(init=False)
    refunds: NoDesk = field(default_factory=NoDesk)
    refund_files: object = None
    refund_list: NoRefunds = field(default_factory=NoRefunds)
    disclosures: MemoryRecord = field(default_factory=MemoryRecord)
    bulk: NoLists = field(default_factory=NoLists)
    begun: list[object] = field(default_factory=list)
    """What the form of the pay window was opened with."""
    shop: Shop = field(
        default_factory=lambda: Shop(id=ShopId("000000000001"), name="바다꽃집", colour="#2a9d8f")
    )

    def __post_init__(self) -> None:
        self.log = MemoryLog(self.bus)
