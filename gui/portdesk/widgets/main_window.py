"""The one window: band, header, a notice, what is open, and the status bar."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from portdesk.domain.messages import Message
from portdesk.domain.plain import visible
from portdesk.qt.alerts import Alerts
from portdesk.qt.events import Events
from portdesk.qt.privacy import Privacy
from portdesk.qt.words import later
from portdesk.usecases.shops import OpenShop
from portdesk.widgets.footer import Footer
from portdesk.widgets.header import Band, Header
from portdesk.widgets.keyboard import KeyboardSheet
from portdesk.widgets.kit.banner import Banner
from portdesk.widgets.kit.state import StateCard
from portdesk.widgets.tabs import TABS, Surroundings, Tab


class MainWindow(QMainWindow):
    """
    Frames whatever is open; it opens nothing by itself.

    Signals:
        closed: the person closed the window
    """

    closed = Signal()

    def __init__(self, *, alerts: Alerts, privacy: Privacy, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._alerts, self._privacy, self._now = alerts, privacy, now
        self.band = Band(self)
        self.header = Header(self)
        self.banner = Banner(self)
        self.footer = Footer(now, self)
        self._content = QStackedWidget(self)
        self._state = StateCard(self)
        self._pages = QStackedWidget(self)
        self._tabs: list[QWidget] = []
        self._events: Events | None = None
        self._build()
        alerts.raised.connect(self.banner.show_alert)
        self._state.show_state("shop", Message("Opening…"), busy=True)

    def show_opening(self, sentence: Message) -> None:
        """Say what is being waited for."""
        self._state.show_state("shop", sentence, busy=True)
        self._content.setCurrentWidget(self._state)

    def show_page(self, page: QWidget) -> None:
        """Show a page that belongs to no shop, such as the first start."""
        if self._content.indexOf(page) < 0:
            self._content.addWidget(page)
        self._content.setCurrentWidget(page)
        self.footer.hide()

    def show_shop(self, shop: OpenShop, layouts: Mapping[str, Any], *, offline: bool) -> None:
        """Show `shop` with every tab there is; `layouts` is what `layouts()` told last time."""
        self._events = Events(shop.bus, self)
        around = Surroundings(
            shop=shop, events=self._events, alerts=self._alerts, privacy=self._privacy, now=self._now
        )
        for spec in TABS:
            tab = spec.build(around)
            if isinstance(tab, Tab) and isinstance(layouts.get(spec.key), dict):
                tab.restore_layout(layouts[spec.key])
            self._tabs.append(tab)
            self._pages.addWidget(tab)
        self.band.show_shop(shop.shop.colour, hatched=shop.shop.is_demo)
        self.header.show_tabs([spec.title for spec in TABS])
        kind = later("Demo shop · test") if shop.shop.is_demo else ""
        self.footer.follow(self._events, shop_kind=kind, offline=offline)
        self.footer.show()
        self._content.setCurrentWidget(self._pages)
        self._tabs[0].setFocus()
        # Qt replaces [*] in a title; doubled it stands for itself.
        name = visible(shop.shop.name, 40).replace("[*]", "[*][*]")
        self.setWindowTitle(f"{name} — Portdesk")

    async def close_shop(self) -> None:
        """Stop and take away the tabs of the shop that is open."""
        for tab in self._tabs:
            if isinstance(tab, Tab):
                await tab.end()
            self._pages.removeWidget(tab)
            tab.deleteLater()
        self._tabs.clear()
        if self._events is not None:
            self._events.end()
            self._events.deleteLater()
            self._events = None
        self.header.show_tabs(())
        self.setWindowTitle("Portdesk")

    @property
    def tabs(self) -> tuple[QWidget, ...]:
        """The tabs of the open shop, in the order of TABS."""
        return tuple(self._tabs)

    def layouts(self) -> dict[str, Any]:
        """Columns and dividers of every tab, to be remembered."""
        return {
            spec.key: tab.layout_state()
            for spec, tab in zip(TABS, self._tabs, strict=False)
            if isinstance(tab, Tab)
        }

    def place(self) -> str:
        """Size and place of the window, as text to be remembered."""
        return bytes(self.saveGeometry().toBase64().data()).decode()

    def restore_place(self, text: str) -> None:
        """Put the window back where `place` said; the first time it takes a laptop's size."""
        if not text or not self.restoreGeometry(QByteArray.fromBase64(text.encode())):
            self.resize(1280, 720)

    def raise_to_front(self) -> None:
        """Come to the front, as when the program was started a second time."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def closeEvent(self, event: QCloseEvent) -> None:
        # The loop ends the program in order; the window only says that it is time.
        event.ignore()
        self.closed.emit()

    def _build(self) -> None:
        self.setWindowTitle("Portdesk")
        self.setWindowIcon(QApplication.windowIcon())
        self._content.addWidget(self._state)
        self._content.addWidget(self._pages)
        middle = QWidget(self)
        layout = QVBoxLayout(middle)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (self.band, self.header, self.banner):
            layout.addWidget(widget)
        layout.addWidget(self._content, 1)
        layout.addWidget(self.footer)
        self.setCentralWidget(middle)
        self.setMinimumSize(900, 560)
        self.footer.hide()
        self.header.tab_chosen.connect(self._pages.setCurrentIndex)
        self.header.keys_asked.connect(self._on_keys_asked)
        self.header.privacy_asked.connect(self._privacy.switch)
        self.header.quit_asked.connect(self.closed)
        for number in range(9):
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number + 1}"), self)
            shortcut.activated.connect(lambda number=number: self._choose_tab(number))
        help_key = QShortcut(QKeySequence("F1"), self)
        help_key.activated.connect(self._on_keys_asked)

    def _choose_tab(self, number: int) -> None:
        if number < self.header.tabs.count():
            self.header.tabs.setCurrentIndex(number)

    def _on_keys_asked(self) -> None:
        sheet = KeyboardSheet(self)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()
