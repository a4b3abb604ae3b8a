"""The one window: band, header, a notice, what is open, and the status bar."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, Protocol, runtime_checkable

from PySide6.QtCore import QByteArray, Qt, Signal, SignalInstance
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from portdesk.domain.messages import Message
from portdesk.domain.plain import visible
from portdesk.domain.shops import Shop
from portdesk.qt.alerts import Alert, Alerts
from portdesk.qt.privacy import Privacy
from portdesk.widgets.header import Band, Header
from portdesk.widgets.kit.state import StateCard

_CHOOSE: Final = Message("Choose one from the menu at the top left.")


@runtime_checkable
class Tab(Protocol):
    """What the window asks of a tab, which is also a QWidget."""

    def layout_state(self) -> dict[str, Any]:
        """Columns and divider, to be remembered."""

    def restore_layout(self, state: Mapping[str, Any]) -> None:
        """Put columns and divider back."""

    async def end(self) -> None:
        """Stop everything the tab has under way."""


@runtime_checkable
class Viewed(Protocol):
    """A tab with views that a person can add to."""

    @property
    def views_changed(self) -> SignalInstance:
        """The person's own views are other ones."""


class Guard(Protocol):
    """Stands between the header's switch and the privacy mode while a shop is open."""

    def ask(self, *, on: bool) -> None:
        """Mask personal data, or have it shown."""

    async def end(self) -> None:
        """Stop what is under way."""


class Page(NamedTuple):
    """One page of the open shop: its name in saved layouts, its English title, its widget."""

    key: str
    title: str
    widget: QWidget


class MainWindow(QMainWindow):
    """
    Frames whatever is open; it opens nothing by itself.

    Signals:
        closed: the person closed the window
        views_changed: the person's own views of a tab are other ones, and are to be kept
    """

    closed = Signal()
    views_changed = Signal()

    def __init__(self, *, alerts: Alerts, privacy: Privacy, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._alerts, self._privacy, self._now = alerts, privacy, now
        self.guard: Guard | None = None
        self.band = Band(self)
        self.header = Header(self)
        self._content = QStackedWidget(self)
        self._state = StateCard(self)
        self._pages = QStackedWidget(self)
        self._column = QVBoxLayout()
        self._shown: tuple[Page, ...] = ()
        self._build()
        self._state.show_state("shop", Message("Opening…"), busy=True)

    def furnish(self) -> None:
        """Add what the first paint does without: notices, the call for a person, the status bar; once."""
        from portdesk.widgets.calling import Calling  # noqa: PLC0415 - these are 5 ms of a start
        from portdesk.widgets.footer import Footer  # noqa: PLC0415 - see above
        from portdesk.widgets.kit.banner import Banner  # noqa: PLC0415 - see above
        from portdesk.widgets.kit.call import CallStrip  # noqa: PLC0415 - see above

        self.banner = Banner(self)
        self.footer = Footer(self._now, self)
        self.call = CallStrip(self)
        self.calling = Calling(self.header, self.call, self.choose_page, self)
        below = self._column.indexOf(self.header) + 1
        self._column.insertWidget(below, self.banner)
        self._column.insertWidget(below + 1, self.call)
        self._column.addWidget(self.footer)
        self.footer.hide()
        self._alerts.raised.connect(self._on_alert)

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

    def show_shop(self, shop: Shop, pages: Sequence[Page], layouts: Mapping[str, Any], guard: Guard) -> None:
        """
        Show `shop` with these pages; `layouts` is what `layouts()` told last time.

        From now on `guard` is asked before masked personal data is shown again.
        """
        self.guard = guard
        self._shown = tuple(pages)
        for page in pages:
            if isinstance(page.widget, Tab) and isinstance(layouts.get(page.key), dict):
                page.widget.restore_layout(layouts[page.key])
            if isinstance(page.widget, Viewed):
                page.widget.views_changed.connect(self.views_changed)
            self._pages.addWidget(page.widget)
        self.band.show_shop(shop.colour, hatched=shop.is_demo)
        self.header.show_tabs([page.title for page in pages])
        self.footer.show()
        self._content.setCurrentWidget(self._pages)
        pages[0].widget.setFocus()
        self.setWindowTitle(f"{visible(shop.name, 40)} — Portdesk")

    async def close_shop(self) -> None:
        """Stop and take away the pages of the shop that is open."""
        guard, self.guard = self.guard, None
        if guard is not None:
            await guard.end()
        for page in self._shown:
            if isinstance(page.widget, Tab):
                await page.widget.end()
            self._pages.removeWidget(page.widget)
            page.widget.deleteLater()
        self._shown = ()
        self.header.show_tabs(())
        self.call.hide()
        self.setWindowTitle("Portdesk")

    @property
    def tabs(self) -> tuple[QWidget, ...]:
        """The tabs of the open shop, in order."""
        return tuple(page.widget for page in self._shown)

    @property
    def page(self) -> Page:
        """The page of the open shop that is in front."""
        return self._shown[self._pages.currentIndex()]

    def layouts(self) -> dict[str, Any]:
        """Columns and dividers of every tab, to be remembered."""
        return {page.key: page.widget.layout_state() for page in self._shown if isinstance(page.widget, Tab)}

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
        middle.setLayout(self._column)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.band)
        self._column.addWidget(self.header)
        self._column.addWidget(self._content, 1)
        self.setCentralWidget(middle)
        self.setMinimumSize(900, 480)
        self.header.tab_chosen.connect(self._pages.setCurrentIndex)
        self.header.keys_asked.connect(self._on_keys_asked)
        self.header.quit_asked.connect(self.closed)
        self.header.privacy_asked.connect(self._on_privacy_asked)
        self._privacy.changed.connect(self._on_privacy_changed)
        for number in range(9):
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number + 1}"), self)
            shortcut.activated.connect(lambda number=number: self._choose_tab(number))
        pay_key = QShortcut(QKeySequence("Ctrl+N"), self)
        pay_key.activated.connect(self._on_pay_key)
        help_key = QShortcut(QKeySequence("F1"), self)
        help_key.activated.connect(self._on_keys_asked)

    def _on_privacy_asked(self, on: bool) -> None:  # noqa: FBT001 - a signal's argument
        if self.guard is None:  # nothing is open that could be revealed
            self._privacy.switch(on)
        else:
            self.guard.ask(on=on)

    def _on_privacy_changed(self) -> None:
        """The switch stands where the privacy mode does, whatever was pressed."""
        self.header.show_privacy(on=self._privacy.is_on)

    def _on_alert(self, alert: Alert) -> None:
        self.banner.show_alert(alert)
        if self._content.currentWidget() is self._state:  # what was being opened will not come
            self._state.show_state("shop", Message("No shop is open"), more=_CHOOSE)

    def _on_pay_key(self) -> None:
        if self._shown:
            self.header.pay_asked.emit()

    def choose_page(self, key: str) -> None:
        """Go to the page that has this name in saved layouts."""
        keys = [page.key for page in self._shown]
        if key in keys:
            self.header.tabs.setCurrentIndex(keys.index(key))

    def _choose_tab(self, number: int) -> None:
        if number < self.header.tabs.count():
            self.header.tabs.setCurrentIndex(number)

    def _on_keys_asked(self) -> None:
        from portdesk.widgets.keyboard import KeyboardSheet  # noqa: PLC0415 - no start needs it

        sheet = KeyboardSheet(self)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()
