"""The top of the window: which shop, which tab, and the menus behind them."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from portdesk.domain.ids import ShopId
from portdesk.domain.shops import Shop
from portdesk.qt import words
from portdesk.widgets.header import Band, Header
from screen import delete_what_is_due

FLOWERS = Shop(id=ShopId("000000000001"), name="바다꽃집 & 카페", colour="#2a9d8f")
BREAD = Shop(id=ShopId("000000000002"), name="산빵집", colour="#b4540a")
DEMO = Shop(id=ShopId("000000000003"), name="체험", colour="#2a9d8f", is_demo=True)


@pytest.fixture
def header(qtbot: QtBot) -> Header:
    header = Header()
    qtbot.addWidget(header)
    header.resize(1000, 44)
    header.show()
    header.show_choices(language="en", theme="system")
    return header


def entries(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def entry(menu: QMenu, text: str) -> QAction:
    (found,) = (action for action in menu.actions() if action.text() == text)
    return found


class TestShops:
    def test_none_is_open(self, header: Header) -> None:
        assert header._shop.text() == "No shop is open"
        assert entries(header._shop_menu) == ["Connect a shop…", "Open the demo shop"]

    def test_all_are_offered_and_the_open_one_is_ticked(self, header: Header) -> None:
        header.show_shops([FLOWERS, BREAD], BREAD)
        ticked = [action.text() for action in header._shop_menu.actions() if action.isChecked()]

        assert entries(header._shop_menu)[:2] == ["바다꽃집 && 카페", "산빵집"]
        assert ticked == ["산빵집"]
        assert header._shop.text() == "산빵집"

    def test_an_ampersand_is_no_mnemonic(self, header: Header) -> None:
        header.show_shops([FLOWERS], FLOWERS)

        assert header._shop.text() == "바다꽃집 && 카페"

    def test_choosing_asks_for_it(self, header: Header, qtbot: QtBot) -> None:
        header.show_shops([FLOWERS, BREAD], BREAD)
        with qtbot.waitSignal(header.shop_asked, check_params_cb=lambda id_: id_ == FLOWERS.id):
            entry(header._shop_menu, "바다꽃집 && 카페").trigger()

    @pytest.mark.parametrize(
        ("text", "signal"), [("Connect a shop…", "connect_asked"), ("Open the demo shop", "demo_asked")]
    )
    def test_the_ways_out(self, header: Header, qtbot: QtBot, text: str, signal: str) -> None:
        with qtbot.waitSignal(getattr(header, signal)):
            entry(header._shop_menu, text).trigger()

    def test_the_demo_shop_is_marked_by_words_and_a_hatched_band(self, header: Header, qtbot: QtBot) -> None:
        header.show_shops([DEMO], DEMO)

        assert header._shop.text() == "체험 (demo)"
        assert header._mark.isVisible()
        assert "DEMO" in header._mark.text()
        assert "Open the demo shop" not in entries(header._shop_menu)

        plain, hatched = Band(), Band()
        for band in (plain, hatched):
            qtbot.addWidget(band)
            band.resize(200, 5)
        plain.show_shop("#2a9d8f", hatched=False)
        hatched.show_shop("#2a9d8f", hatched=True)
        assert plain.grab().toImage() != hatched.grab().toImage()


class TestSettings:
    def submenus(self, header: Header) -> dict[str, QMenu]:
        return {action.text(): action.menu() for action in header._menu.actions() if action.menu()}  # type: ignore[misc] # a QMenu

    def test_languages_are_called_by_their_own_names(self, header: Header, qtbot: QtBot) -> None:
        menu = self.submenus(header)["Language"]
        assert entries(menu) == ["한국어", "English"]
        assert entry(menu, "English").isChecked()

        with qtbot.waitSignal(header.language_asked, check_params_cb=lambda code: code == "ko"):
            entry(menu, "한국어").trigger()

    def test_themes(self, header: Header, qtbot: QtBot) -> None:
        menu = self.submenus(header)["Colours"]
        assert entries(menu) == ["As the system", "Light", "Dark"]
        assert entry(menu, "As the system").isChecked()

        with qtbot.waitSignal(header.theme_asked, check_params_cb=lambda code: code == "dark"):
            entry(menu, "Dark").trigger()

    @pytest.mark.parametrize(("text", "signal"), [("Keyboard", "keys_asked"), ("Quit", "quit_asked")])
    def test_the_rest(self, header: Header, qtbot: QtBot, text: str, signal: str) -> None:
        with qtbot.waitSignal(getattr(header, signal)):
            entry(header._menu, text).trigger()

    def test_filling_the_menus_again_and_again_leaves_nothing_behind(self, header: Header) -> None:
        header.show_shops([FLOWERS, BREAD], FLOWERS)
        delete_what_is_due()
        before = len(header.findChildren(QMenu)), len(header.findChildren(QAction))

        for _ in range(10):
            header.show_shops([FLOWERS, BREAD], BREAD)
            header.show_shops([FLOWERS, BREAD], FLOWERS)
        delete_what_is_due()

        assert (len(header.findChildren(QMenu)), len(header.findChildren(QAction))) == before


class TestTabs:
    def test_are_told_when_chosen(self, header: Header, qtbot: QtBot) -> None:
        header.show_tabs(["Payments", "Keyboard"])
        told: list[Any] = []
        header.tab_chosen.connect(told.append)
        header.tabs.setCurrentIndex(1)

        assert told == [1]

    def test_speak_the_language_of_the_screen(self, header: Header) -> None:
        header.show_tabs(["Payments"])
        words.set_language("ko")
        assert header.tabs.tabText(0) == "결제"

        header.show_tabs(())
        assert header.tabs.count() == 0


def test_privacy_says_what_it_will_do(header: Header, qtbot: QtBot) -> None:
    assert header.privacy.accessibleName() == "Mask personal data"
    with qtbot.waitSignal(header.privacy_asked, check_params_cb=lambda on: on is True):
        header.privacy.click()

    assert header.privacy.accessibleName() == "Show personal data"
    assert header.privacy.toolTip().endswith(">Show personal data</p>")
