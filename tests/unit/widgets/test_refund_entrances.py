"""A refund begins in the table's menu, in the detail pane and on the keyboard; its settings in a menu."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from doubles.shop import MemoryShop
from portdesk.domain.ids import ImpUid
from portdesk.widgets.main_window import MainWindow
from portdesk.widgets.payments.tab import PaymentsTab
from samples.payments import payment
from screen import eventually

pytestmark = pytest.mark.anyio


@pytest.fixture
async def asked(tab: PaymentsTab, monkeypatch: pytest.MonkeyPatch) -> list[ImpUid]:
    """The payments a refund was asked for; the first row is chosen."""
    heard: list[ImpUid] = []
    monkeypatch.setattr(tab, "_refund", lambda imp_uid, _: heard.append(imp_uid))
    await choose(tab, 0)
    return heard


async def choose(tab: PaymentsTab, number: int) -> None:
    row = await tab.listing.model.loaded_row(number)
    assert row is not None
    tab.listing.table.setCurrentIndex(tab.listing.model.index(number, 0))
    await eventually(lambda: tab.details.payment is not None and tab.details.payment.imp_uid == row.imp_uid)


def entry(tab: PaymentsTab, number: int) -> QAction:
    menu = QMenu(tab)
    tab.listing.table.menu_asked.emit(number, menu)
    return next(action for action in menu.actions() if action.text() == "Refund…")


async def test_from_the_menu_of_a_row(tab: PaymentsTab, asked: list[ImpUid]) -> None:
    row = await tab.listing.model.loaded_row(3)
    assert row is not None
    entry(tab, 3).trigger()

    assert asked == [row.imp_uid], "of the row the menu is on, not of the one that is chosen"


async def test_from_the_pane(tab: PaymentsTab, asked: list[ImpUid]) -> None:
    tab.details.refund.click()

    assert tab.details.payment is not None
    assert asked == [tab.details.payment.imp_uid]


async def test_from_the_keyboard(tab: PaymentsTab, asked: list[ImpUid], window: MainWindow) -> None:
    window.activateWindow()
    await eventually(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)

    assert len(asked) == 1


@pytest.mark.parametrize(
    "fields",
    [{"status": "failed"}, {"status": "ready"}, {"status": "cancelled", "cancel_amount": 38_000}],
)
async def test_not_where_nothing_can_be_given_back(
    tab: PaymentsTab, shop: MemoryShop, asked: list[ImpUid], window: MainWindow, fields: dict[str, object]
) -> None:
    shop.payments.change(payment(39, **fields))
    await eventually(lambda: not tab.details.refund.isEnabled())
    await eventually(lambda: not entry(tab, 0).isEnabled())
    window.activateWindow()
    await eventually(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    tab.details.refund.click()

    assert asked == []


async def test_the_settings_are_in_the_menu_while_a_shop_is_open(
    tab: PaymentsTab, window: MainWindow, shop: MemoryShop
) -> None:
    heard: list[bool] = []
    window.header.refunds_asked.connect(lambda: heard.append(True))
    texts = {action.text(): action for action in window.header._menu.actions()}
    texts["Refund settings…"].trigger()
    assert heard == [True]
    window.header.show_shops([], None)

    assert "Refund settings…" not in [action.text() for action in window.header._menu.actions()]
