"""The pay window's second dozen of scenarios: the program's host against the stand-in, touched for real."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count
from typing import Any

import pytest
from PySide6.QtWebEngineCore import QWebEnginePage

from portdesk.checkout.results import Ending, NoticeKind
from portdesk.ledger.checkout import CheckoutState
from portdesk.sandbox.clock import Clock
from portdesk.sandbox.record import Payment
from portdesk.sandbox.server import RunningSandbox, start_sandbox
from portdesk.sandbox.settings import SandboxSettings
from portdesk.sandbox.window.scenario import Scenario
from portdesk.sandbox.window.truth import deposit
from screen import eventually
from web.shop import SECONDS, Customer, Server, eventually_true

pytestmark = pytest.mark.anyio

NUMBERS = count(1)
NOW = 1_795_000_000
Opener = Callable[..., Customer]


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture(scope="module")
def sandbox(clock: Clock) -> Iterator[RunningSandbox]:
    with start_sandbox(SandboxSettings(payments=20, clock=clock)) as running:
        yield running


@pytest.fixture
def server(sandbox: RunningSandbox, clock: Clock) -> Iterator[Server]:
    clock.set(NOW)
    server = Server(sandbox)
    yield server
    server.close()


@pytest.fixture
async def arrive(sandbox: RunningSandbox) -> AsyncIterator[Opener]:
    """Opens a window for an order at a PG, with whatever was chosen to happen in it."""
    opened: list[Customer] = []

    def arrive(pg: str, scenario: Scenario | None = None, **parameters: Any) -> Customer:
        asked = {
            "pg": pg,
            "pay_method": "card",
            "merchant_uid": f"scene{next(NUMBERS)}",
            "name": "꽃다발",
            "amount": 9_900,
            "buyer_name": "Nara Kim",
            "buyer_tel": "010-1234-5678",
            "buyer_email": "nara@example.com",
        } | parameters
        if scenario is not None:
            sandbox.windows.scenarios.choose(scenario, merchant_uid=asked["merchant_uid"])
        customer = Customer(sandbox, asked)
        opened.append(customer)
        return customer

    yield arrive
    for customer in opened:
        if not customer.is_ended:
            await customer.leave()
        customer.host.deleteLater()
    sandbox.windows.scenarios.clear()
    sandbox.windows.unreachable = set()


class Test12NoCallback:
    async def test_an_alert_is_all_there_is(self, arrive: Opener, server: Server, clock: Clock) -> None:
        customer = arrive("smilepay")
        await customer.press("#close")
        await eventually(lambda: NoticeKind.SAID in customer.kinds, SECONDS)

        await customer.leave()

        assert (customer.heard, customer.endings) == ([], [Ending.CLOSED])
        assert customer.verdict(server) is CheckoutState.LOOKING
        clock.advance(91)
        assert customer.verdict(server) is CheckoutState.FAILED

    async def test_naverco_reports_nothing_and_has_paid(self, arrive: Opener, server: Server) -> None:
        customer = arrive("naverco", pay_method="naverpay")
        await eventually(lambda: customer.popups, SECONDS)
        await customer.press("#agree")
        await customer.press("#pay")
        await eventually_true(lambda: customer.says("#silent"))

        await customer.leave()

        assert (customer.heard, customer.endings) == ([], [Ending.CLOSED])
        assert customer.verdict(server) is CheckoutState.PAID

    async def test_an_answer_that_was_lost(self, arrive: Opener, server: Server) -> None:
        customer = arrive("jtnet")
        await customer.press('[data-press="lose"]')
        await eventually_true(lambda: customer.says("#silent"))

        await customer.leave()

        assert (customer.heard, customer.endings) == ([], [Ending.CLOSED])
        assert customer.verdict(server) is CheckoutState.PAID


async def test_13_an_account_is_issued_and_paid_into_later(
    arrive: Opener, server: Server, sandbox: RunningSandbox
) -> None:
    customer = arrive("jtnet", pay_method="vbank", vbank_due="2030-12-31")
    await customer.press("#agree")
    await customer.press("#pay")
    await customer.told()

    ready = server.payment(customer.order)
    assert (ready["status"], bool(ready["vbank_num"]), ready["paid_at"]) == ("ready", True, 0)
    assert customer.verdict(server) is CheckoutState.DEPOSIT
    deposit(sandbox.state, ready["imp_uid"])

    assert server.payment(customer.order)["status"] == "paid"


class Test14Pending:
    async def test_a_pingback_pays_later(self, arrive: Opener, server: Server, clock: Clock) -> None:
        customer = arrive("paymentwall", currency="USD", customer_uid="pending-1", amount=20)
        await customer.type_card()
        await customer.press("#pay")
        await customer.told()
        assert server.payment(customer.order)["status"] == "ready"
        assert server.key("pending-1") is None
        assert customer.verdict(server) is CheckoutState.LOOKING

        clock.advance(30)

        assert customer.verdict(server) is CheckoutState.PAID_AND_ISSUED

    async def test_what_failed_is_paid_later(self, arrive: Opener, server: Server, clock: Clock) -> None:
        scenario = Scenario(press="pay", after_seconds=60, first_failed=True, told="failure")
        customer = arrive("paymentwall", scenario, currency="USD", amount=20)
        rumour = await customer.told()
        assert rumour.is_failure
        assert server.payment(customer.order)["status"] == "failed"
        assert customer.verdict(server) is CheckoutState.LOOKING

        clock.advance(61)

        assert customer.verdict(server) is CheckoutState.PAID


@pytest.mark.parametrize(
    "cost",
    [
        ("jtnet", 0, 0, CheckoutState.ISSUED),
        ("jtnet", 1_004, 1_004, CheckoutState.PAID_AND_ISSUED),
        ("danal_tpay", 0, 10, CheckoutState.ISSUED),
        ("html5_inicis", 9_900, 0, CheckoutState.ISSUED),
        ("paymentwall", 20, 20, CheckoutState.PAID_AND_ISSUED),
    ],
)
async def test_15_what_a_key_costs(
    arrive: Opener, server: Server, clock: Clock, cost: tuple[str, int, int, CheckoutState]
) -> None:
    pg, amount, charged, state = cost
    uid = f"costs-{pg}-{amount}"
    customer = arrive(pg, amount=amount, customer_uid=uid, currency="KRW")
    await customer.type_card()
    await customer.press("#pay")
    rumour = await customer.told()
    clock.advance(30)

    payment = server.payment(customer.order)
    assert not rumour.is_failure
    assert customer.verdict(server) is state
    assert (payment["status"], payment["amount"], payment["customer_uid_usage"]) == ("paid", charged, "issue")
    assert server.key(uid)["card_number"] == "451842******7894"


async def test_16_a_name_that_is_used_again_leaves_the_old_key_at_the_pg(
    arrive: Opener, server: Server, sandbox: RunningSandbox, clock: Clock
) -> None:
    first = arrive("jtnet", Scenario(press="pay"), amount=0, customer_uid="again")
    await first.told()
    before = server.key("again")
    clock.advance(60)

    second = arrive("jtnet", amount=0, customer_uid="again", key_before=before["updated"])
    await second.type_card()
    await second.press("#pay")
    await second.told()

    after = server.key("again")
    assert after["updated"] > before["updated"] == after["inserted"]
    assert second.verdict(server) is CheckoutState.ISSUED
    assert [key.is_live for key in sandbox.state.billing_keys.at_pg("again")] == [True, True]


async def test_17_one_window_after_the_other(arrive: Opener, server: Server) -> None:
    for pg in ("html5_inicis", "payco"):
        customer = arrive(pg, Scenario(press="pay"))
        assert (await customer.told()).merchant_uid == customer.order
        await customer.leave()
        assert customer.verdict(server) is CheckoutState.PAID


async def test_18_a_renderer_that_dies_after_the_money_has_moved(arrive: Opener, server: Server) -> None:
    customer = arrive("jtnet")
    await customer.press('[data-press="lose"]')
    await eventually_true(lambda: customer.says("#silent"))

    os.kill(customer.host.page.renderProcessPid(), signal.SIGKILL)

    await eventually(lambda: customer.endings, SECONDS)
    assert customer.endings == [Ending.CRASHED]
    assert customer.verdict(server) is CheckoutState.PAID


class Test19Unreachable:
    @pytest.fixture(autouse=True)
    def _later(self, clock: Clock) -> Iterator[None]:
        yield
        clock.set(NOW)

    async def test_the_script(
        self, arrive: Opener, server: Server, sandbox: RunningSandbox, clock: Clock
    ) -> None:
        sandbox.windows.unreachable = {"sdk"}
        customer = arrive("jtnet")

        await eventually(lambda: customer.endings, SECONDS)

        assert customer.endings == [Ending.UNREACHABLE]
        assert customer.verdict(server) is CheckoutState.LOOKING
        clock.advance(601)
        assert customer.verdict(server) is CheckoutState.NOTHING

    async def test_core(self, arrive: Opener, server: Server, sandbox: RunningSandbox) -> None:
        sandbox.windows.unreachable = {"core"}
        customer = arrive("jtnet")

        assert (await customer.told()).is_failure
        assert NoticeKind.SAID in customer.kinds
        assert customer.verdict(server) is CheckoutState.LOOKING

    async def test_the_pgs_frame(self, arrive: Opener, server: Server, sandbox: RunningSandbox) -> None:
        sandbox.windows.unreachable = {"pg"}
        customer = arrive("jtnet")
        await customer.press("#close")

        assert (await customer.told()).is_failure
        assert customer.verdict(server) is CheckoutState.LOOKING


async def test_20_another_channel_opens_than_was_asked_for(arrive: Opener, server: Server) -> None:
    customer = arrive("kakopay", Scenario(press="pay"))

    assert (await customer.told()).success is True
    assert customer.verdict(server) is CheckoutState.MISMATCH
    assert customer.row.note == "pg_provider"


class Test21OddText:
    @pytest.mark.parametrize("name", ["100% 할인 꽃", "\"'`${1}</script>", "꽃다발 🌷👩‍👩‍👧", "가\u2028나"])
    async def test_it_survives(self, arrive: Opener, server: Server, name: str) -> None:
        customer = arrive("html5_inicis", Scenario(press="pay"), name=name)

        assert (await customer.told()).success is True
        assert customer.verdict(server) is CheckoutState.PAID
        assert server.payment(customer.order)["name"] == name

    async def test_an_euc_kr_pg_takes_korean(self, arrive: Opener, server: Server) -> None:
        customer = arrive("daou", Scenario(press="pay"), name="꽃다발 (당일)", buyer_name="김나라")

        assert (await customer.told()).success is True
        assert server.payment(customer.order)["buyer_name"] == "김나라"

    async def test_and_refuses_what_it_cannot_write(self, arrive: Opener, server: Server) -> None:
        customer = arrive("daou", name="꽃다발 🌷")

        rumour = await customer.told()
        assert rumour.is_failure
        assert "EUC-KR" in rumour.error_msg
        assert server.payment(customer.order) is None


async def test_22_a_test_channels_payment_is_hidden_from_a_plain_question(
    arrive: Opener, server: Server
) -> None:
    customer = arrive("danal_tpay", Scenario(press="pay"))
    uid = (await customer.told()).imp_uid

    assert server.get(f"/payments/{uid}").status_code == 404
    found: Payment = server.get(f"/payments/{uid}", include_sandbox="true").json()["response"]
    assert (found["status"], found["sandbox"]) == ("paid", True)


class Test23Popups:
    async def test_one_of_the_pgs(self, arrive: Opener, server: Server) -> None:
        customer = arrive("payco")
        await eventually(lambda: customer.popups, SECONDS)
        await customer.press("#agree")
        await customer.press("#pay")

        assert (await customer.told()).success is True
        await eventually(lambda: not customer.popups, SECONDS)
        assert customer.verdict(server) is CheckoutState.PAID

    async def test_one_that_is_closed_tells_of_it(self, arrive: Opener, server: Server) -> None:
        customer = arrive("payco")
        await eventually(lambda: customer.popups, SECONDS)
        await eventually_true(lambda: customer.says("#brand"))

        customer.popups[0].page.triggerAction(QWebEnginePage.WebAction.RequestClose)

        assert (await customer.told()).is_failure
        assert customer.verdict(server) is CheckoutState.LOOKING
        assert customer.row.note == "failed"

    async def test_one_out_of_the_pgs_frame(self, arrive: Opener, server: Server) -> None:
        customer = arrive("html5_inicis")
        await customer.press("#secure")
        await eventually(lambda: customer.popups, SECONDS)
        await customer.press("#code")
        customer.type("123456")
        await customer.press("button.primary")

        assert (await customer.told()).success is True
        assert customer.verdict(server) is CheckoutState.PAID


class Test24Elsewhere:
    @pytest.mark.parametrize(
        ("button", "kind"), [("scheme", NoticeKind.APP), ("download", NoticeKind.DOWNLOAD)]
    )
    async def test_apps_and_programs_are_refused_and_told_of(
        self, arrive: Opener, server: Server, button: str, kind: NoticeKind
    ) -> None:
        customer = arrive("jtnet", amount=100)
        await customer.press(f'[data-try="{button}"]')

        await eventually(lambda: kind in customer.kinds, SECONDS)

        assert server.payment(customer.order)["status"] == "ready"

    async def test_what_a_pgs_frame_says_is_shown(self, arrive: Opener) -> None:
        customer = arrive("jtnet", Scenario(tries=("alert", "confirm")))

        await eventually(lambda: NoticeKind.SAID in customer.kinds, SECONDS)

        assert any("보안 프로그램" in notice.words for notice in customer.notices)


@pytest.mark.parametrize("way", ["get", "post"])
async def test_25_a_page_that_leaves_comes_back_by_our_address(
    arrive: Opener, server: Server, way: str
) -> None:
    customer = arrive("naverpay", Scenario(come_back_by=way), pay_method="naverpay", amount=59_000)
    await customer.press("#agree")
    await customer.press("#pay")

    rumour = await customer.told()

    assert (rumour.is_redirect, rumour.merchant_uid, rumour.success) == (True, customer.order, True)
    assert customer.endings == []
    assert customer.verdict(server) is CheckoutState.PAID
