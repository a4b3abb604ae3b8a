"""The pay window's first dozen of scenarios: customers who cancel, PGs that refuse, pages that lie."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWebEngineCore import QWebEnginePage

from portdesk.checkout.results import Ending
from portdesk.ledger.checkout import CheckoutState
from portdesk.sandbox.server import RunningSandbox, start_sandbox
from portdesk.sandbox.settings import SandboxSettings
from portdesk.sandbox.window.scenario import Scenario
from screen import eventually
from web.counter import Counter, Window
from web.gestures import press

pytestmark = pytest.mark.anyio
S = CheckoutState

PAYCO = {"pg": "payco.PARTNERTEST"}
SETTLE_ACCOUNT = {"pg": "settle.nxca_jt_il", "pay_method": "vbank", "vbank_due": "2030-12-31"}
TOSSPAY = {"pg": "tosspay_v2.tosstest_v2", "pay_method": "tosspay"}

Opener = Callable[..., Awaitable[Window]]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with start_sandbox(SandboxSettings(payments=20, window_delay_seconds=1)) as running:
        yield running


@pytest.fixture
async def counter(sandbox: RunningSandbox, tmp_path: Path) -> AsyncIterator[Counter]:
    counter = await Counter.open(sandbox, tmp_path)
    yield counter
    await counter.close()
    sandbox.windows.scenarios.clear()


@pytest.fixture
def begin(counter: Counter, sandbox: RunningSandbox) -> Opener:
    async def begin(scenario: Scenario | None = None, **fields: Any) -> Window:
        if scenario is not None:
            sandbox.windows.scenarios.choose(scenario)
        return await counter.begin(**fields)

    return begin


async def leave(counter: Counter, window: Window) -> None:
    """The operator closes the window, and the program takes note."""
    await window.close()
    await counter.work()
    counter.windows.remove(window)


async def hear(window: Window) -> None:
    """Something has come back."""
    await eventually(lambda: window.heard, 10)


async def close_popup(window: Window) -> None:
    """As a person does it, by the cross of its frame."""
    window.popups[-1].page.triggerAction(QWebEnginePage.WebAction.RequestClose)
    await eventually(lambda: not window.popups, 10)


async def test_02_the_customer_cancels(begin: Opener, counter: Counter) -> None:
    window = await begin()
    await press(window.pane, "#cancel")
    await hear(window)
    await leave(counter, window)

    await counter.until(window.row, S.FAILED)

    assert window.heard[0].error_code == "F0005"


async def test_03_the_layer_is_closed_by_its_cross(begin: Opener, counter: Counter) -> None:
    window = await begin()
    await press(window.pane, "#close")
    await hear(window)
    await leave(counter, window)

    await counter.until(window.row, S.FAILED)


class Test04ThePopupIsClosed:
    async def test_and_nothing_was_done_in_it(self, begin: Opener, counter: Counter) -> None:
        window = await begin(**TOSSPAY)
        await window.popup()
        await press(window.pane, "#agree")
        await close_popup(window)
        await hear(window)
        await leave(counter, window)

        await counter.until(window.row, S.NOTHING)

    async def test_and_it_had_paid(self, begin: Opener, counter: Counter) -> None:
        window = await begin(**PAYCO)
        await window.popup()
        await press(window.pane, '[data-press="lose"]')
        await close_popup(window)

        assert (await counter.until(window.row, S.PAID)).found == 9900

    async def test_and_it_had_given_out_an_account(self, begin: Opener, counter: Counter) -> None:
        window = await begin(Scenario(told="nothing"), **SETTLE_ACCOUNT)
        await window.popup()
        await press(window.pane, "#agree")
        await press(window.pane, "#pay")
        await close_popup(window)
        await hear(window)

        await counter.until(window.row, S.DEPOSIT)

    async def test_and_the_pg_had_refused(self, begin: Opener, counter: Counter) -> None:
        window = await begin(Scenario(pay_means="decline", told="nothing"), **TOSSPAY)
        await window.popup()
        await press(window.pane, "#agree")
        await press(window.pane, "#pay")
        await close_popup(window)
        await hear(window)
        await leave(counter, window)

        await counter.until(window.row, S.FAILED)


async def test_05_the_operator_closes_it_and_it_is_paid_afterwards(begin: Opener, counter: Counter) -> None:
    window = await begin(Scenario(after_seconds=1, told="nothing"))
    await window.pay()
    await leave(counter, window)

    await counter.until(window.row, S.PAID)

    assert window.endings == [Ending.CLOSED]


async def test_06_the_pg_declines(begin: Opener, counter: Counter) -> None:
    window = await begin(Scenario(code="1221", message="잔액이 부족합니다"))
    await press(window.pane, '[data-press="decline"]')
    await hear(window)
    await leave(counter, window)

    await counter.until(window.row, S.FAILED)

    assert (window.heard[0].error_code, window.heard[0].error_msg) == ("1221", "잔액이 부족합니다")


async def test_07_it_is_refused_before_the_window(begin: Opener, counter: Counter) -> None:
    window = await begin(pg="html5_inicis.INIpayTest", buyer_tel=None)
    await hear(window)
    await leave(counter, window)

    await counter.until(window.row, S.NOTHING)

    assert window.heard[0].imp_uid is None
    assert "buyer_tel" in window.heard[0].error_msg


async def test_08_the_page_says_failed_and_the_server_paid(begin: Opener, counter: Counter) -> None:
    window = await begin(Scenario(told="failure"))
    await window.pay()

    await counter.until(window.row, S.PAID)

    assert window.heard[0].is_failure


class Test09ThePageLies:
    @pytest.mark.parametrize(
        ("scenario", "state"),
        [
            (Scenario(pay_means="decline", told="success"), S.FAILED),
            (Scenario(record={"amount": 100}), S.MISMATCH),
            (Scenario(record={"currency": "USD"}), S.MISMATCH),
            (Scenario(record={"pg_id": "somebody-else"}), S.MISMATCH),
            (Scenario(record={"merchant_uid": "another-order"}), S.NOTHING),
            (Scenario(told_fields={"merchant_uid": "another-order"}), S.PAID),
            (Scenario(told_fields={"imp_uid": "imp_000000000001"}), S.PAID),
        ],
        ids=["failed", "amount", "currency", "mid", "order", "other order told", "other payment told"],
    )
    async def test_and_only_the_record_counts(
        self, begin: Opener, counter: Counter, scenario: Scenario, state: CheckoutState
    ) -> None:
        window = await begin(scenario)
        await window.pay()
        await hear(window)
        if state in (S.FAILED, S.NOTHING):  # which take the window being gone
            await leave(counter, window)

        await counter.until(window.row, state)

        assert window.heard[0].success is True


async def test_10_a_frame_goes_to_the_address_of_success(begin: Opener, counter: Counter) -> None:
    window = await begin(Scenario(tries=("leave",)))
    await press(window.pane, "#brand")
    await press(window.pane, "#name")
    await hear(window)
    await leave(counter, window)

    row = await counter.until(window.row, S.NOTHING)

    assert window.heard[0].imp_uid == "imp_000000000000"
    assert row.found is None


async def test_11_an_answer_that_comes_again_and_again_counts_once(begin: Opener, counter: Counter) -> None:
    window = await begin(Scenario(times=5))
    await window.pay()
    await counter.until(window.row, S.PAID)
    for _ in range(5):
        await counter.checkouts.hear(window.row.id, window.heard[0].imp_uid)
        await counter.work()

    assert len({moved.row for moved in counter.moves if moved.row.state is S.PAID}) == 1
