"""The window around the page: it says whose page it is, closes when the server has said, cancels nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from portdesk.checkout import opening
from portdesk.checkout.opening import open_host
from portdesk.checkout.place import CheckoutPlace
from portdesk.checkout.request import parameters_of
from portdesk.checkout.results import Notice, NoticeKind
from portdesk.domain.checkout import PayRequest
from portdesk.domain.errors import MachineError
from portdesk.ledger.checkout import CheckoutState
from portdesk.qt.tasks import Tasks
from portdesk.sandbox.server import RunningSandbox, start_sandbox
from portdesk.sandbox.settings import SandboxSettings
from portdesk.sandbox.window.scenario import Scenario
from portdesk.usecases.checkout import Order
from portdesk.widgets.checkout.window import PayWindow, Question
from portdesk.widgets.kit.theme import Theme
from screen import eventually
from web.counter import Counter
from web.gestures import click

pytestmark = pytest.mark.anyio
S = CheckoutState


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with start_sandbox(SandboxSettings(payments=50, seed=5)) as running:
        yield running


@pytest.fixture
async def counter(sandbox: RunningSandbox, tmp_path: Path) -> AsyncIterator[Counter]:
    counter = await Counter.open(sandbox, tmp_path)
    yield counter
    await counter.close()
    sandbox.windows.scenarios.clear()


Opener = Callable[..., Awaitable[PayWindow]]


@pytest.fixture
async def open_window(counter: Counter, theme: Theme, sandbox: RunningSandbox) -> AsyncIterator[Opener]:
    desk = QWidget()
    looking = Tasks(desk, lambda error: pytest.fail(str(error)))
    opened: list[PayWindow] = []

    async def open_window(
        scenario: Scenario | None = None, pg: str = "jtnet.tjtnet001m", **more: Any
    ) -> PayWindow:
        if scenario is not None:
            sandbox.windows.scenarios.choose(scenario)
        order = f"win{len(opened)}x{id(counter) % 99999}"
        request = PayRequest(
            **{"merchant_uid": order, "amount": Decimal(9900), "pg": pg, "pay_method": "card", "name": "장미",
               "buyer_name": "홍길동", "buyer_tel": "010-1234-5678", "buyer_email": "hong@example.kr"} | more
        )  # fmt: skip
        row = await counter.checkouts.begin(
            Order(request=request, channel=counter.channel(pg), words="9,900"), "kim"
        )
        window = PayWindow(
            counter.place,
            parameters_of(request),
            row,
            counter.checkouts,
            bus=counter.bus,
            looking=looking,
            parent=desk,
        )
        opened.append(window)
        window.start()
        return window

    yield open_window
    for window in opened:
        if isValid(window):
            window.leave()
    await eventually(lambda: not any(isValid(window) for window in opened), 10)
    await looking.end()
    desk.deleteLater()


async def test_it_says_whose_page_it_is_and_closes_once_the_server_has_said(
    open_window: Opener, counter: Counter
) -> None:
    window = await open_window(Scenario(press="pay"))
    ends: list[bool] = []
    window.gone.connect(lambda: ends.append(True))
    await eventually(lambda: "127.0.0.1" in window.strip.told, 10)
    assert "not a real payment provider" in window.strip.told
    assert window.strip.accessibleName() == window.strip.told

    await eventually(lambda: ends, 10)
    assert await counter.state_of(window.row) is S.PAID


async def test_closing_it_cancels_nothing(open_window: Opener, counter: Counter) -> None:
    window = await open_window()
    ends: list[bool] = []
    window.gone.connect(lambda: ends.append(True))
    await click(window.host, "#agree")
    window.close()

    await eventually(lambda: ends, 10)
    await eventually(lambda: any(move.row.state is S.LOOKING for move in counter.moves), 10)


async def test_where_it_cannot_go_on_a_message_for_the_customer_is_offered(open_window: Opener) -> None:
    window = await open_window()
    window.host.noticed.emit(Notice(kind=NoticeKind.SLOW))
    assert window.bar.action.isHidden()

    window.host.noticed.emit(Notice(kind=NoticeKind.APP, host="pg.example", words="ispmobile"))
    assert window.bar.action.text() == "Copy a message for the customer"
    QTest.mouseClick(window.bar.action, Qt.MouseButton.LeftButton)

    message = QGuiApplication.clipboard().text()
    assert message == "Hello. Please pay ₩9,900 for “장미” on a phone or on our web page."
    assert window.bar.action.text() == "Copied"


async def test_a_popup_has_a_strip_of_its_own_and_closing_it_comes_home(
    open_window: Opener, counter: Counter
) -> None:
    window = await open_window(pg="payco.PARTNERTEST", amount=Decimal(9900))
    await eventually(lambda: window.popups, 10)
    frame = window.popups[0]
    await eventually(lambda: "127.0.0.1" in frame.strip.told, 10)
    frame.close()

    await eventually(lambda: not window.popups, 10)


async def test_a_question_of_the_page_is_asked_in_our_own_dialog(open_window: Opener) -> None:
    window = await open_window(Scenario(tries=("confirm",)))
    await eventually(lambda: window.findChildren(Question), 10)
    question = window.findChildren(Question)[0]
    QTest.mouseClick(question.yes, Qt.MouseButton.LeftButton)

    await eventually(lambda: not window.findChildren(Question), 10)


def test_a_live_shops_window_is_not_opened_as_root(monkeypatch: pytest.MonkeyPatch, qapp: object) -> None:
    monkeypatch.setattr(opening, "is_root", lambda: True)
    parent = QWidget()

    with pytest.raises(MachineError, match="root"):
        open_host(CheckoutPlace.live("imp12345678"), {}, parent)
    parent.deleteLater()


def test_without_webengine_it_says_so(
    monkeypatch: pytest.MonkeyPatch, qapp: object, counter: Counter
) -> None:
    def missing(name: str) -> None:
        raise ImportError("libnss3.so: cannot open shared object file", name=None)

    monkeypatch.setattr(opening.importlib, "import_module", missing)
    parent = QWidget()
    with pytest.raises(MachineError, match=r"libnss3\.so"):
        open_host(counter.place, {}, parent)
    parent.deleteLater()


def test_nothing_weakens_the_browser_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    switches = ("QTWEBENGINE_DISABLE_SANDBOX", "QTWEBENGINE_CHROMIUM_FLAGS", "QTWEBENGINE_REMOTE_DEBUGGING")
    for name in switches:
        monkeypatch.setenv(name, "1")
    monkeypatch.setattr(opening, "is_root", lambda: False)
    opening.warm_up(is_live=True)

    assert [name for name in switches if name in opening.os.environ] == []
