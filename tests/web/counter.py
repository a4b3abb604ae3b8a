"""A till for tests: the real use case and journal, the real host, the stand-in for SDK and PG."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from portdesk.api.client import Client
from portdesk.api.client import Patience as ApiPatience
from portdesk.checkout.host import Host
from portdesk.checkout.pane import Pane
from portdesk.checkout.place import CheckoutPlace
from portdesk.checkout.request import parameters_of
from portdesk.checkout.results import Ending, Notice, Rumour
from portdesk.domain.checkout import PayRequest
from portdesk.domain.events import Bus
from portdesk.domain.ids import ShopId
from portdesk.domain.reference import PgSetting
from portdesk.domain.shops import Credentials
from portdesk.ledger.checkout import Checkout, CheckoutState, Patience
from portdesk.sandbox.server import RunningSandbox
from portdesk.store.journal_head import JournalHead
from portdesk.store.journal_thread import JournalThread
from portdesk.store.secrets import Secrets
from portdesk.usecases.checkout import CheckoutMoved, Checkouts, Order
from screen import eventually
from web.gestures import click, type_into

AT_ONCE = ApiPatience(first_wait=0, longest_wait=0, jitter=0)
HASTY = Patience(refused=1, late=2, told=1, silent=2)
CARD = ("5570", "4212", "3456", "7896")


async def _nothing(_reply: object) -> None:
    pass


@dataclass
class Counter:
    """Opens windows at one running sandbox; a later one takes the journal over, as after a restart."""

    sandbox: RunningSandbox
    checkouts: Checkouts
    client: Client
    journal: JournalThread
    keys: Secrets
    bus: Bus
    moves: list[CheckoutMoved]
    windows: list[Window] = field(default_factory=list)

    @classmethod
    async def open(cls, sandbox: RunningSandbox, folder: Path, patience: Patience = HASTY) -> Self:
        journal = await JournalThread.open(folder / "journal.db", None)
        client = Client(
            sandbox.base_url,
            Credentials(imp_key=sandbox.imp_key, imp_secret=sandbox.imp_secret),
            patience=AT_ONCE,
        )
        bus, moves = Bus(), []
        bus.subscribe(CheckoutMoved, moves.append)
        keys = Secrets(lambda: None)
        head = JournalHead(keys, ShopId("f00df00df00d"))
        await journal.run(lambda opened: opened.accept("kim"))
        checkouts = Checkouts(client, journal, head, bus, shop="f00d", on_read=_nothing, patience=patience)
        return cls(sandbox, checkouts, client, journal, keys, bus, moves)

    @property
    def place(self) -> CheckoutPlace:
        return CheckoutPlace.on_this_machine(
            self.sandbox.sdk_url,
            self.sandbox.user_code,
            origins=frozenset({self.sandbox.core_url, self.sandbox.pg_url}),
        )

    def channel(self, pg: str) -> PgSetting:
        code, _, mid = pg.partition(".")
        return PgSetting(pg_provider=code, pg_id=mid, is_test_channel=True, type="payment")

    async def begin(self, pg: str = "jtnet.tjtnet001m", amount: int = 9900, **fields: Any) -> Window:
        request = PayRequest(
            **{
                "merchant_uid": f"web{len(self.windows)}x{id(self) % 100000}",
                "amount": Decimal(amount),
                "pg": pg,
                "pay_method": "card",
                "name": "장미 꽃다발",
                "buyer_name": "홍길동",
                "buyer_tel": "010-1234-5678",
                "buyer_email": "hong@example.kr",
            }
            | fields
        )
        order = Order(request=request, channel=self.channel(pg), words="as the test says")
        row = await self.checkouts.begin(order, "kim")
        window = Window(self, row, Host(self.place, parameters_of(request)))
        self.windows.append(window)
        return window

    async def state_of(self, row: Checkout) -> CheckoutState:
        found = await self.checkouts.find(row.id)
        assert found is not None
        return found.state

    async def work(self) -> None:
        """
        Do what the windows have asked for, and the looks that are due.

        Not in a task of its own: Qt's events also run between a test and its fixtures, when no loop does.
        """
        for window in self.windows:
            while window.wishes:
                await window.wishes.pop(0)()
        await self.checkouts.look_around(asyncio.get_running_loop().time())
        await asyncio.sleep(0.02)

    async def until(self, row: Checkout, *states: CheckoutState, seconds: float = 15.0) -> Checkout:
        """The attempt once it stands at one of `states`."""
        async with asyncio.timeout(seconds):
            while (found := await self.checkouts.find(row.id)) is None or found.state not in states:
                await self.work()
        return found

    async def close(self) -> None:
        for window in self.windows:
            await window.close()
        await self.client.aclose()
        await self.journal.close()
        self.keys.close()


class Window:
    """One open window: what it told, and the hands that work in it."""

    def __init__(self, counter: Counter, row: Checkout, host: Host) -> None:
        self.counter, self.row, self.host = counter, row, host
        self.heard: list[Rumour] = []
        self.notices: list[Notice] = []
        self.endings: list[Ending] = []
        self.popups: list[Pane] = []
        self.is_started = self.is_ended = False
        self.wishes: list[Callable[[], Awaitable[object]]] = []
        host.heard.connect(self._on_heard)
        host.noticed.connect(self.notices.append)
        host.ending.connect(self._on_ending)
        host.popup_opened.connect(self._on_popup)
        host.started.connect(lambda: setattr(self, "is_started", True))
        host.asked.connect(lambda question: question.answer(yes=True))
        host.ended.connect(self._on_ended)
        host.resize(900, 760)
        host.show()
        host.start()

    @property
    def pane(self) -> Pane:
        """Where the PG's page is: the newest popup, or the window itself."""
        return self.popups[-1] if self.popups else self.host

    async def pay(self, card: tuple[str, ...] = CARD) -> None:
        """Be the customer: type a card and press the button."""
        await type_into(self.pane, "#number-1", card[0])
        for turn, part in enumerate(card[1:], 2):
            await type_into(self.pane, f"#number-{turn}", part)
        await type_into(self.pane, "#month", "12")
        await type_into(self.pane, "#year", "39")
        await type_into(self.pane, "#secret", "12")
        await type_into(self.pane, "#birth", "900101")
        await click(self.pane, "#agree")
        await click(self.pane, "#pay")

    async def popup(self) -> None:
        await eventually(lambda: self.popups, 10)

    async def close(self) -> None:
        if not self.is_ended:
            self.host.leave()
        await eventually(lambda: self.is_ended, 10)

    def _on_heard(self, rumour: Rumour) -> None:
        self.heard.append(rumour)
        self.wishes.append(lambda: self.counter.checkouts.hear(self.row.id, rumour.imp_uid))

    def _on_ending(self, ending: Ending) -> None:
        self.endings.append(ending)
        told = bool(self.heard) and self.heard[-1].is_failure and self.heard[-1].imp_uid is None
        leave = self.counter.checkouts.leave
        self.wishes.append(lambda: leave(self.row.id, ending.value, told_nothing=told))

    def _on_popup(self, pane: Pane) -> None:
        self.popups.append(pane)
        pane.resize(760, 700)
        pane.show()
        pane.closed.connect(lambda: self._on_popup_closed(pane))

    def _on_popup_closed(self, pane: Pane) -> None:
        if pane in self.popups:
            self.popups.remove(pane)
            pane.deleteLater()

    def _on_ended(self) -> None:
        self.is_ended = True
        self.host.deleteLater()
