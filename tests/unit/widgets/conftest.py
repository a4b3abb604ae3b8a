"""These tests run on the program's own loop, in a window over a shop that lives in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from doubles.shop import MemoryPayments, MemoryShop
from portdesk.domain.events import Bus
from portdesk.qt.privacy import Privacy
from portdesk.widgets.kit.theme import Theme
from portdesk.widgets.main_window import MainWindow
from portdesk.widgets.payments.tab import PaymentsTab
from samples.payments import payment
from screen import (  # noqa: F401 - fixtures are found by being here
    NOW,
    HeardAlerts,
    alerts,
    anyio_backend,
    eventually,
    first_language,
    no_task_left,
    no_window_left,
    theme,
    watched_tasks,
)


@pytest.fixture
def privacy(qapp: object) -> Privacy:
    return Privacy()


@pytest.fixture
async def shop() -> MemoryShop:
    bus = Bus()
    return MemoryShop(MemoryPayments(bus, [payment(number) for number in range(40)], NOW), bus)


@pytest.fixture
async def window(
    alerts: HeardAlerts,  # noqa: F811 - the fixture
    privacy: Privacy,
    theme: Theme,  # noqa: F811 - the fixture
) -> AsyncIterator[MainWindow]:
    theme.force("light")
    window = MainWindow(alerts=alerts, privacy=privacy, now=lambda: NOW)
    window.resize(1366, 768)
    window.show()
    yield window
    await window.close_shop()
    window.deleteLater()


@pytest.fixture
async def tab(window: MainWindow, shop: MemoryShop) -> PaymentsTab:
    window.show_shop(shop, {}, offline=False)
    window.header.show_shops([shop.shop], shop.shop)
    (tab,) = window.tabs
    assert isinstance(tab, PaymentsTab)
    await eventually(lambda: tab.listing.answers)
    return tab
