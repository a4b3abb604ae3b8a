"""A pay window opened by the program itself on an imitated shop, and the hands of its customer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any, Final

import httpx
from PySide6.QtTest import QTest

from portdesk.api.endpoints.billing_keys import read_billing_key
from portdesk.checkout.host import Host
from portdesk.checkout.pane import Pane
from portdesk.checkout.place import CheckoutPlace
from portdesk.checkout.results import Ending, Notice, NoticeKind, Rumour
from portdesk.domain.checkout import Purpose
from portdesk.domain.money import minor_digits
from portdesk.domain.payments import payment_from_wire
from portdesk.domain.pg.pay.table import terms_of
from portdesk.domain.pg.pay.window import AmountMeaning
from portdesk.ledger.checkout import Checkout, CheckoutState, Sight, judge, left
from portdesk.sandbox.server import RunningSandbox
from samples.checkouts import checkout
from screen import eventually
from web.gestures import asked, frames_of, press

CARD: Final = "4518421234567894"
SECONDS: Final = 12.0


class Customer:
    """One window and the person before it; `heard`, `notices` and `endings` are what the host said."""

    def __init__(self, sandbox: RunningSandbox, parameters: dict[str, Any]) -> None:
        place = CheckoutPlace.on_this_machine(
            sandbox.sdk_url, sandbox.user_code, origins=frozenset({sandbox.core_url, sandbox.pg_url})
        )
        self.order = str(parameters["merchant_uid"])
        self.row = _written_down(parameters, sandbox.state.clock.now())
        self.host = Host(place, parameters)
        self.heard: list[Rumour] = []
        self.notices: list[Notice] = []
        self.endings: list[Ending] = []
        self.popups: list[Pane] = []
        self.is_ended = False
        self.host.heard.connect(self.heard.append)
        self.host.noticed.connect(self.notices.append)
        self.host.ending.connect(self.endings.append)
        self.host.asked.connect(lambda question: question.answer(yes=True))
        self.host.popup_opened.connect(self._on_popup)
        self.host.ended.connect(self._on_ended)
        self.host.resize(900, 900)
        self.host.show()
        self.host.start()

    @property
    def pane(self) -> Pane:
        """The window in front."""
        return self.popups[-1] if self.popups else self.host

    @property
    def kinds(self) -> set[NoticeKind]:
        return {notice.kind for notice in self.notices}

    async def press(self, selector: str) -> None:
        """Click, once it has been scrolled to."""
        await press(self.pane, selector)

    async def type_card(self) -> None:
        """By keyboard: the form moves on by itself."""
        await self.press("#number-1")
        for letter in CARD + "0930" + "12" + "900101":
            before = await self.form()
            self.type(letter)
            await eventually_true(lambda before=before: self.differs(before))
        await self.press("#agree")

    def type(self, text: str) -> None:
        """Press the keys of a text, wherever the focus is."""
        QTest.keyClicks(self.pane.view.focusProxy(), text)

    async def form(self) -> str:
        """Everything that stands in the boxes."""
        script = "[...document.querySelectorAll('#form .digits')].map((box) => box.value).join('|')"
        for frame in frames_of(self.pane.page.mainFrame()):
            told = await asked(frame, script)
            if told and "|" in told:
                return str(told)
        return ""

    async def differs(self, before: str) -> bool:
        return await self.form() != before

    async def told(self) -> Rumour:
        """The first rumour, when it has come."""
        await eventually(lambda: self.heard, SECONDS)
        return self.heard[0]

    async def says(self, selector: str) -> str:
        """What an element that is shown says; empty when there is none."""
        script = f"(document.querySelector({json.dumps(selector)} + ':not([hidden])') || {{}}).innerText"
        for frame in frames_of(self.pane.page.mainFrame()):
            told = await asked(frame, script)
            if told:
                return str(told)
        return ""

    def verdict(self, server: Server) -> CheckoutState:
        """Where the attempt stands once the program has looked again."""
        if self.endings or self.heard:
            ending = self.endings[-1] if self.endings else Ending.RETURNED
            self.row = left(self.row, ending.value)
        self.row = judge(self.row, server.sight(self.order, self.row.customer_uid))
        return self.row.state

    async def leave(self) -> None:
        """The operator closes the window."""
        self.host.leave()
        await eventually(lambda: self.is_ended, SECONDS)

    def _on_popup(self, pane: Pane) -> None:
        self.popups.append(pane)
        pane.resize(760, 900)
        pane.show()
        pane.closed.connect(lambda: self._drop(pane))

    def _drop(self, pane: Pane) -> None:
        if pane in self.popups:
            self.popups.remove(pane)
            pane.deleteLater()

    def _on_ended(self) -> None:
        self.is_ended = True


async def eventually_true(is_so: Callable[[], Awaitable[object]]) -> None:
    """Ask a page again and again, within reason."""
    async with asyncio.timeout(SECONDS):
        while not await is_so():  # noqa: ASYNC110 - a page sets no event
            await asyncio.sleep(0.01)


def _written_down(parameters: dict[str, Any], now: int) -> Checkout:
    """What the program's journal holds before the window opens."""
    pg, uid = parameters["pg"], parameters.get("customer_uid")
    currency = parameters.get("currency", "KRW")
    amount = parameters["amount"] * 10 ** minor_digits(currency)
    meaning = terms_of(pg).window.meaning(parameters["pay_method"])
    charge = 0 if uid and meaning is AmountMeaning.DISPLAY_ONLY else amount
    purpose = Purpose.PAY
    if uid:
        purpose = Purpose.BOTH if charge else Purpose.REGISTER
    return checkout(
        purpose=purpose,
        merchant_uid=parameters["merchant_uid"],
        customer_uid=uid,
        amount=amount,
        charge=charge,
        may_try_charge=meaning is AmountMeaning.TEST_CHARGE,
        currency=currency,
        pg_provider=pg,
        pg_id=None,
        is_test_channel=None,
        opened_at=now,
        key_before=parameters.get("key_before"),
    )


class Server:
    """What the shop's server says, asked as the program asks."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self._clock = sandbox.state.clock
        self._http = httpx.Client(base_url=sandbox.base_url, trust_env=False)
        keys = {"imp_key": sandbox.imp_key, "imp_secret": sandbox.imp_secret}
        token = self._http.post("/users/getToken", json=keys).json()["response"]["access_token"]
        self._http.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self._http.get(path, params=query)

    def payment(self, merchant_uid: str) -> Any:
        """The newest payment of an order; `None` when there is none."""
        return self.get(f"/payments/find/{merchant_uid}").json()["response"]

    def sight(self, merchant_uid: str, customer_uid: str | None) -> Sight:
        """One reading of an order and of a key."""
        found = self.get(f"/payments/findAll/{merchant_uid}")
        rows = json.loads(found.text, parse_float=Decimal)["response"]
        key = self.key(customer_uid) if customer_uid else None
        return Sight(
            server_time=self._clock.now(),
            payments=tuple(map(payment_from_wire, rows["list"])) if rows else (),
            key=read_billing_key(key) if key else None,
        )

    def key(self, customer_uid: str) -> Any:
        return self.get(f"/subscribe/customers/{customer_uid}").json()["response"]

    def close(self) -> None:
        self._http.close()
