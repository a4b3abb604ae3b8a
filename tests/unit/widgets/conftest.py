"""These tests run on the program's own loop, in a window over a shop that lives in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from doubles.shop import MemoryPayments, MemoryShop
from portdesk.domain.events import Bus
from portdesk.qt.events import Events
from portdesk.qt.privacy import Privacy
from portdesk.qt.tasks import Tasks
from portdesk.widgets.crossings import Crossings
from portdesk.widgets.kit.disclosing import Disclosing
from portdesk.widgets.kit.theme import Theme
from portdesk.widgets.main_window import MainWindow, Page
from portdesk.widgets.payments.tab import PaymentsTab
from portdesk.widgets.revealing import Revealing
from portdesk.widgets.tabs import REFUNDS, TABS, Surroundings
from samples.payments import payment
from screen import (  # noqa: F401 - fixtures are found by being here
    NOW,
    HeardAlerts,
    alerts,
    anyio_backend,
    eventually,
    first_language,
    no_key_held,
    no_task_left,
    no_window_left,
    theme,
    watched_tasks,
)

Opener = Callable[..., Awaitable[PaymentsTab]]


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
    window.furnish()
    window.resize(1366, 768)
    window.show()
    yield window
    await window.close_shop()
    window.deleteLater()


@pytest.fixture
async def open_shop(
    window: MainWindow,
    alerts: HeardAlerts,  # noqa: F811 - the fixture
    privacy: Privacy,
) -> Opener:
    """Shows a shop in the window, as the program does, and waits for its first answer."""

    async def open_in(shop: MemoryShop, layouts: dict[str, Any] | None = None, **footer: Any) -> PaymentsTab:
        events = Events(shop.bus, window)
        disclosing = Disclosing(shop.disclosures, (), lambda _: None)  # type: ignore[arg-type] # in memory
        around = Surroundings(
            shop=shop,  # type: ignore[arg-type] # lives in memory
            events=events,
            alerts=alerts,
            privacy=privacy,
            disclosing=disclosing,
            tasks=Tasks(window, alerts.show),
            pay=lambda beginning, _parent: shop.begun.append(beginning),
            crossings=Crossings(window),
            now=lambda: NOW,
        )
        pages = [Page(spec.key, spec.title, spec.build(around)) for spec in TABS]
        guard = Revealing(window, privacy, alerts, disclosing)
        window.show_shop(shop.shop, pages, layouts or {}, guard)
        window.calling.follow(events, REFUNDS, around.crossings)
        window.footer.follow(events, **{"shop_kind": "", **footer})
        window.header.show_shops([shop.shop], shop.shop)
        tab = window.tabs[0]
        assert isinstance(tab, PaymentsTab)
        await eventually(lambda: tab.listing.answers)
        return tab

    return open_in


@pytest.fixture
async def tab(open_shop: Opener, shop: MemoryShop) -> PaymentsTab:
    return await open_shop(shop)
