"""The whole window: its languages, what is read aloud, its keys, its end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDateEdit,
    QLabel,
    QLineEdit,
    QMenu,
    QProgressBar,
    QTabBar,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from doubles.shop import MemoryShop
from portdesk.api.errors import NoReplyError
from portdesk.domain.errors import InputError
from portdesk.domain.events import ConnectionChanged, SyncPhase, SyncProgressed
from portdesk.domain.messages import Message
from portdesk.qt import words
from portdesk.widgets.keyboard import KEYS, KeyboardSheet
from portdesk.widgets.main_window import MainWindow
from portdesk.widgets.payments.tab import PaymentsTab
from portdesk.widgets.sign_in import SignIn
from portdesk.widgets.tabs import TABS
from samples.payments import full_wire, payment
from screen import NOW, HeardAlerts, delete_what_is_due, eventually

pytestmark = pytest.mark.anyio

Opener = Callable[..., Awaitable[PaymentsTab]]
CATALOGUE = Path(__file__).resolve().parents[3] / "resources/translations/ko/LC_MESSAGES/portdesk.po"
SAME_IN_BOTH = {"paid", "English"}
"""English words that are also words of the wire, or a language's own name, shown as they are."""


def changing() -> set[str]:
    """Every English text whose Korean is another, without names to be filled in."""
    with CATALOGUE.open("rb") as source:
        catalogue = read_po(source, locale="ko")
    texts = (message for message in catalogue if isinstance(message.id, str) and message.id)
    return {message.id for message in texts if message.string != message.id and "{" not in message.id}


def said(top: QWidget) -> Iterator[str]:
    """Every text that is seen or read aloud in `top`, its tips and menus too."""
    for widget in [top, *top.findChildren(QWidget)]:
        if isinstance(widget, QMenu):
            yield from (action.text() for action in widget.actions())
        elif not widget.isVisibleTo(top):
            continue
        yield widget.accessibleName()
        yield widget.windowTitle()
        yield widget.toolTip().replace("<p style='white-space:pre-wrap'>", "").replace("</p>", "")
        yield from said_by(widget)


def said_by(widget: QWidget) -> Iterator[str]:
    match widget:
        case QLabel() | QAbstractButton():
            yield widget.text()
        case QLineEdit():
            yield widget.placeholderText()
        case QTabBar():
            yield from (widget.tabText(number) for number in range(widget.count()))
        case QTableView():
            model = widget.model()
            for number in range(model.columnCount()):
                yield model.headerData(number, Qt.Orientation.Horizontal, Qt.ItemDataRole.DisplayRole)
                yield from (
                    str(model.index(row, number).data() or "") for row in range(min(model.rowCount(), 5))
                )


async def active(window: MainWindow) -> None:
    window.activateWindow()
    await eventually(window.isActiveWindow)


class TestLanguage:
    async def test_nothing_english_stays_in_a_window_that_turns_korean(
        self, window: MainWindow, tab: PaymentsTab, shop: MemoryShop, alerts: HeardAlerts
    ) -> None:
        alerts.show(NoReplyError("GET /payments"))
        alerts.take()
        shop.payments.add(payment(**full_wire(99)))
        shop.bus.publish(ConnectionChanged(is_connected=True))
        shop.bus.publish(SyncProgressed(phase=SyncPhase.HISTORY, done=0.5, as_of=NOW))
        await eventually(lambda: len(tab.listing.model.ids) == 41)
        tab.listing.table.selectRow(0)
        await eventually(lambda: tab.details.payment)
        before = set(said(window)) & changing()
        assert len(before) > 40

        words.set_language("ko")
        delete_what_is_due()

        assert set(said(window)) & changing() - SAME_IN_BOTH == set()

    async def test_nothing_english_is_in_a_window_that_began_korean(
        self, open_shop: Opener, window: MainWindow, shop: MemoryShop
    ) -> None:
        words.set_language("ko")
        tab = await open_shop(shop, shop_kind="Demo shop · test")
        tab.listing.table.selectRow(0)
        await eventually(lambda: tab.details.payment)
        delete_what_is_due()

        assert set(said(window)) & changing() - SAME_IN_BOTH == set()

    async def test_the_first_page_and_the_sheet_of_keys(self, window: MainWindow) -> None:
        page, sheet = SignIn(window), KeyboardSheet(window)
        window.show_page(page)
        sheet.show()
        page.form.show_result(InputError(Message("Both the REST API key and the secret are needed.")))
        words.set_language("ko")
        delete_what_is_due()

        assert set(said(window)) & changing() - SAME_IN_BOTH == set()
        assert sheet.windowTitle() != "Keyboard"
        sheet.close()

    async def test_it_can_turn_back(self, window: MainWindow, tab: PaymentsTab) -> None:
        before = list(said(window))
        words.set_language("ko")
        words.set_language("en")
        delete_what_is_due()

        assert list(said(window)) == before


class TestReadAloud:
    def unnamed(self, top: QWidget) -> list[str]:
        return [
            f"{type(widget).__name__} {widget.objectName()}"
            for widget in top.findChildren(QWidget)
            if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
            and widget.isVisibleTo(top)
            and not self.is_part(widget)
            and not self.name(widget).strip()
        ]

    def name(self, widget: QWidget) -> str:
        text = widget.text() if isinstance(widget, QAbstractButton | QLabel) else ""
        return widget.accessibleName() or text

    def is_part(self, widget: QWidget) -> bool:
        """Whether it only serves another control, which has the name."""
        owner = widget.parentWidget()
        return isinstance(widget, QMenu) or isinstance(owner, QDateEdit | QComboBox) or not widget.isEnabled()

    async def test_every_control_of_the_window_has_a_name(
        self, window: MainWindow, tab: PaymentsTab, alerts: HeardAlerts
    ) -> None:
        alerts.show(InputError(Message("Something."), Message("Do something.")))
        alerts.take()
        tab.listing.table.selectRow(0)
        await eventually(lambda: tab.details.payment)
        tab.details._raw_switch.setChecked(True)
        tab.filters.period.chip.choose("dates")

        assert self.unnamed(window) == []

    async def test_every_control_of_the_first_page_has_a_name(self, window: MainWindow) -> None:
        page = SignIn(window)
        window.show_page(page)

        assert self.unnamed(page) == []
        assert self.unnamed(KeyboardSheet(window)) == []

    async def test_what_can_be_reached_by_tab_can_be_left_by_tab(
        self, window: MainWindow, tab: PaymentsTab, qtbot: QtBot
    ) -> None:
        await active(window)
        tab.listing.table.setFocus()
        seen = set()
        for _ in range(40):
            focused = window.focusWidget()
            seen.add(focused)
            qtbot.keyClick(focused, Qt.Key.Key_Tab)

        assert len(seen) >= 6
        assert tab.listing.table in seen
        assert window.header.tabs in seen


class TestKeys:
    async def test_the_sheet_opens_and_closes(self, window: MainWindow, qtbot: QtBot) -> None:
        await active(window)
        qtbot.keyClick(window, Qt.Key.Key_F1)
        (sheet,) = window.findChildren(KeyboardSheet)
        texts = [label.text() for label in sheet.findChildren(QLabel)]
        assert all(keys in texts and text in texts for keys, text in KEYS)

        qtbot.keyClick(sheet, Qt.Key.Key_Escape)
        delete_what_is_due()
        assert window.findChildren(KeyboardSheet) == []

    async def test_no_letter_alone_is_a_shortcut(self, window: MainWindow, tab: PaymentsTab) -> None:
        from PySide6.QtGui import QShortcut  # noqa: PLC0415 - used here alone

        keys = [shortcut.key().toString() for shortcut in window.findChildren(QShortcut)]
        assert "F5" in keys
        assert all("+" in key or key.startswith("F") or key == "Esc" for key in keys)

    async def test_ctrl_1_goes_to_the_first_tab_and_ctrl_9_nowhere(
        self, window: MainWindow, tab: PaymentsTab, qtbot: QtBot
    ) -> None:
        await active(window)
        for key in (Qt.Key.Key_9, Qt.Key.Key_1):
            qtbot.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)

        assert window.header.tabs.currentIndex() == 0


class TestFrame:
    async def test_closing_asks_to_end_and_closes_nothing(self, window: MainWindow, qtbot: QtBot) -> None:
        with qtbot.waitSignal(window.closed):
            window.close()

        assert window.isVisible()

    async def test_the_place_is_remembered(self, window: MainWindow) -> None:
        window.resize(950, 640)
        place = window.place()
        window.resize(1000, 600)
        window.restore_place(place)

        assert window.height() == 640

    @pytest.mark.parametrize("text", ["", "nonsense", "AAAA", "💐"])
    async def test_a_damaged_place_is_a_laptops_size(self, window: MainWindow, text: str) -> None:
        window.restore_place(text)

        assert (window.width(), window.height()) == (1280, 720)

    async def test_it_fits_a_small_laptop(self, window: MainWindow, tab: PaymentsTab) -> None:
        for language in ("en", "ko"):
            words.set_language(language)
            assert window.minimumSizeHint().width() <= 1366
            assert window.minimumSizeHint().height() <= 768

    async def test_what_cannot_be_opened_is_not_waited_for(
        self, window: MainWindow, alerts: HeardAlerts
    ) -> None:
        window.show_opening(Message("Opening {name}…", name="바다꽃집"))
        alerts.show(InputError(Message("It cannot be opened.")))

        assert len(alerts.take()) == 1
        shown = [label.text() for label in window.findChildren(QLabel) if label.isVisible()]
        assert "No shop is open" in shown
        assert not any("Opening" in text for text in shown)
        assert not any(bar.isVisible() for bar in window.findChildren(QProgressBar))

    async def test_one_shop_after_another(
        self, window: MainWindow, open_shop: Opener, shop: MemoryShop
    ) -> None:
        for _ in range(3):
            await open_shop(shop)
            assert window.windowTitle() == "바다꽃집 — Portdesk"
            assert window.header.tabs.count() == len(TABS)
            await window.close_shop()
        delete_what_is_due()

        assert window.findChildren(PaymentsTab) == []
        assert window.header.tabs.count() == 0

    async def test_an_alert_stays_until_it_is_dismissed(
        self, window: MainWindow, tab: PaymentsTab, alerts: HeardAlerts, shop: MemoryShop
    ) -> None:
        alerts.show(InputError(Message("Something.")))
        alerts.take()
        shop.bus.publish(ConnectionChanged(is_connected=True))
        assert window.banner.isVisible()

        window.banner._close.click()
        assert not window.banner.isVisible()


class TestPaying:
    async def test_by_key_and_menu(self, window: MainWindow, tab: PaymentsTab) -> None:
        asked: list[str] = []
        window.header.pay_asked.connect(lambda: asked.append("pay"))
        window.header.card_asked.connect(lambda: asked.append("card"))
        window.activateWindow()

        QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
        for action in window.header.pay.menu().actions():
            action.trigger()

        assert asked == ["pay", "pay", "card"]

    async def test_not_without_a_shop(self, window: MainWindow) -> None:
        asked: list[str] = []
        window.header.pay_asked.connect(lambda: asked.append("pay"))
        window.activateWindow()

        QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)

        assert asked == []
        assert not window.header.pay.isVisible()
