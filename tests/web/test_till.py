"""
From the form to the server's record: JTNET, KG Inicis and Paymentwall, registering and paying.

Each test plays what one of the guides the project began with says of the amount, in the real window
over the stand-in, and asks the imitation server what it has on record.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from portdesk.checkout.place import CheckoutPlace
from portdesk.domain.checkout import PayRequest, Purpose
from portdesk.domain.shops import Credentials
from portdesk.ledger.checkout import Checkout, CheckoutState
from portdesk.qt.privacy import Privacy
from portdesk.qt.tasks import Tasks
from portdesk.sandbox.faults import Fault, FaultKind
from portdesk.sandbox.record import Payment
from portdesk.sandbox.server import RunningSandbox, start_sandbox
from portdesk.sandbox.settings import SandboxSettings
from portdesk.sandbox.window.scenario import Scenario
from portdesk.store.folders import DataFolder
from portdesk.store.secrets import Secrets
from portdesk.usecases.shops import OpenShop, Shops
from portdesk.widgets.checkout.beginning import Beginning
from portdesk.widgets.checkout.dialog import PayDialog
from portdesk.widgets.checkout.till import Till
from portdesk.widgets.checkout.venue import Venue
from screen import NOW, HeardAlerts, eventually

pytestmark = pytest.mark.anyio
S = CheckoutState


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with start_sandbox(SandboxSettings(payments=30, seed=5)) as running:
        yield running


@pytest.fixture
async def shop(sandbox: RunningSandbox, tmp_path: Path) -> AsyncIterator[OpenShop]:
    keys = Credentials(imp_key=sandbox.imp_key, imp_secret=sandbox.imp_secret)
    shops = Shops(DataFolder(tmp_path), Secrets(lambda: None))
    opened = await shops.open_loopback(sandbox.base_url, keys, name="demo")
    await opened.refunds.check_due(0.0)
    yield opened
    await opened.close()
    shops.close()


@dataclass
class Played:
    """What became of one order: our attempt, and what the imitation server has."""

    dialog: PayDialog
    row: Checkout
    payment: Payment | None
    key: dict[str, Any] | None


class Clerk:
    """Fills in the form, opens the window, and lets the stand-in's customer press the button."""

    def __init__(
        self, shop: OpenShop, sandbox: RunningSandbox, till: Till, tasks: Tasks, desk: QWidget
    ) -> None:
        self.shop, self.sandbox, self.till, self.tasks, self.desk = shop, sandbox, till, tasks, desk

    async def play(
        self, pg: str, amount: int, purpose: Purpose, scenario: Scenario | None = None, **more: Any
    ) -> Played:
        self.sandbox.windows.scenarios.choose(scenario or Scenario(press="pay"))
        told = {"name": "장미", "buyer_name": "Jack Son", "buyer_tel": "010-1234-5678"}
        told |= {"buyer_email": "jack@example.com", "pay_method": "card"}
        request = PayRequest(**{"merchant_uid": "", "amount": Decimal(amount), "pg": pg, **told, **more})
        dialog = self.till.ask(Beginning(purpose=purpose, request=request), self.desk)
        await eventually(lambda: dialog.is_ready and not dialog._tasks.is_running("begin"))
        await eventually(dialog.open_button.isEnabled)
        self.tasks.start("keep looking", self.shop.checkouts.keep_looking)
        order, key = dialog.form.order.text(), dialog.form.key.text()

        QTest.mouseClick(dialog.open_button, Qt.MouseButton.LeftButton)

        await eventually(
            lambda: dialog.outcome.standing is not None and dialog.outcome.standing.is_settled, 20
        )
        # Nothing may be under way between a test and its fixtures, where no loop runs.
        await eventually(lambda: not self.till.windows, 10)
        await self.tasks.wait(f"leave {(await self.shop.checkouts.latest())[0].id}")
        await self.tasks.end()
        await dialog.end()
        row = next(row for row in await self.shop.checkouts.latest() if row.merchant_uid == order)
        with self.sandbox.state.held() as state:
            payment = next(iter(state.book.payments_of_order(order, 0, status="all")), None)
            known = state.billing_keys.find(key, 0) if purpose is not Purpose.PAY else None
        return Played(dialog, row, payment, known)


@pytest.fixture
async def clerk(
    shop: OpenShop, sandbox: RunningSandbox, alerts: HeardAlerts, theme: object
) -> AsyncIterator[Clerk]:
    desk = QWidget()
    tasks = Tasks(desk, alerts.show)
    origins = frozenset({sandbox.core_url, sandbox.pg_url})
    place = CheckoutPlace.on_this_machine(sandbox.sdk_url, sandbox.user_code, origins=origins)
    till = Till(
        shop.checkouts,
        shop.pay_forms,
        Venue(here=place, is_local=True),
        bus=shop.bus,
        privacy=Privacy(),
        tasks=tasks,
        now=lambda: NOW,
        parent=desk,
    )
    yield Clerk(shop, sandbox, till, tasks, desk)
    await till.end()
    for dialog in desk.findChildren(PayDialog):
        await dialog.end()
    await tasks.end()
    sandbox.windows.scenarios.clear()
    desk.deleteLater()


class TestJtnet:
    """The JTNET guides: 0 registers the card alone, more charges it as well."""

    async def test_registering_at_zero_charges_nothing(self, clerk: Clerk) -> None:
        played = await clerk.play("jtnet.badajt001m", 0, Purpose.REGISTER)

        assert played.row.state is S.ISSUED
        assert played.key is not None
        assert played.payment is None or played.payment["amount"] == 0

    async def test_registering_with_an_amount_charges_it(self, clerk: Clerk) -> None:
        played = await clerk.play("jtnet.badajt001m", 1004, Purpose.BOTH)

        assert played.row.state is S.PAID_AND_ISSUED
        assert played.key is not None
        assert played.payment is not None
        assert (played.payment["status"], played.payment["amount"]) == ("paid", 1004)

    async def test_a_payment(self, clerk: Clerk) -> None:
        played = await clerk.play("jtnet.badajt001m", 14000, Purpose.PAY)

        assert played.row.state is S.PAID
        assert played.payment is not None
        assert (played.payment["status"], played.payment["amount"]) == ("paid", 14000)
        assert played.payment["pg_provider"] == "jtnet"


class TestInicis:
    """The KG Inicis guide: registering shows the amount and never charges it."""

    async def test_registering_never_charges(self, clerk: Clerk) -> None:
        played = await clerk.play("html5_inicis.MOIbadaflw", 1004, Purpose.REGISTER)

        assert played.row.state is S.ISSUED
        assert played.key is not None
        assert played.payment is None or played.payment["amount"] == 0

    async def test_a_payment(self, clerk: Clerk) -> None:
        played = await clerk.play("html5_inicis.MOIbadaflw", 1004, Purpose.PAY)

        assert played.row.state is S.PAID
        assert played.payment is not None
        assert (played.payment["status"], played.payment["amount"]) == ("paid", 1004)


class TestPaymentwall:
    """The Paymentwall guide: registering always charges, and the answer comes later."""

    async def test_registering_charges(self, clerk: Clerk) -> None:
        played = await clerk.play(
            "paymentwall.badaflower_global",
            20,
            Purpose.BOTH,
            Scenario(press="pay", after_seconds=1.0),
            currency="USD",
        )

        assert played.row.state is S.PAID_AND_ISSUED
        assert played.key is not None
        assert played.payment is not None
        assert (played.payment["status"], played.payment["amount"]) == ("paid", 20)
        assert played.payment["currency"] == "USD"
        assert played.payment["buyer_email"] == "jack@example.com"

    async def test_a_payment(self, clerk: Clerk) -> None:
        played = await clerk.play(
            "paymentwall.badaflower_global",
            20,
            Purpose.PAY,
            Scenario(press="pay", after_seconds=1.0),
            currency="USD",
        )

        assert played.row.state is S.PAID
        assert played.payment is not None
        assert played.payment["status"] == "paid"


class TestTill:
    async def test_the_result_is_told_in_words_of_the_state(self, clerk: Clerk) -> None:
        played = await clerk.play("jtnet.badajt001m", 14000, Purpose.PAY)

        assert played.dialog.outcome.sentence.text() == "Paid"
        facts = {name.id: value for name, value in played.dialog.outcome.standing.facts}
        assert facts["Amount on record"] == "₩14,000"
        assert facts["Order number"] == played.row.merchant_uid

    async def test_the_sentence_that_was_seen_is_written_down(self, clerk: Clerk) -> None:
        played = await clerk.play("jtnet.badajt001m", 14000, Purpose.PAY)

        assert played.row.words == "₩14,000 is charged now."

    async def test_a_form_that_is_closed_at_once_opens_no_window(
        self, clerk: Clerk, sandbox: RunningSandbox
    ) -> None:
        told = {"merchant_uid": "", "amount": Decimal(14000), "pg": "jtnet.badajt001m", "name": "장미"}
        dialog = clerk.till.ask(Beginning(request=PayRequest(**told)), clerk.desk)
        await eventually(lambda: dialog.is_ready and not dialog._tasks.is_running("begin"))
        order = dialog.form.order.text()
        sandbox.faults.add(Fault(kind=FaultKind.LATENCY, seconds=0.3))

        QTest.mouseClick(dialog.open_button, Qt.MouseButton.LeftButton)
        dialog.close()
        await clerk.tasks.wait(f"pay {order}")

        assert clerk.till.windows == ()
        rows = [row for row in await clerk.shop.checkouts.latest() if row.merchant_uid == order]
        assert [row.state for row in rows] == [S.LOOKING]
