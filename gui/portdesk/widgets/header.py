"""The top of the window: the shop's band, its name, the tabs, privacy and settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QBrush, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QTabBar, QToolButton, QWidget

from portdesk.domain.ids import ShopId
from portdesk.domain.plain import visible
from portdesk.domain.shops import Shop
from portdesk.qt.words import LANGUAGES, Wording, later, tr, trn
from portdesk.widgets.kit.icons import icon
from portdesk.widgets.kit.text import PlainLabel, set_tip, shown_mnemonics
from portdesk.widgets.kit.theme import Dressing, shades

_THEMES: Final = (
    ("system", later("As the system")),
    ("light", later("Light")),
    ("dark", later("Dark")),
)


class Band(QWidget):
    """A thin strip in the shop's colour; hatched for the demo shop, so that it is not colour alone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hatched = False
        self.setFixedHeight(5)
        self.setAutoFillBackground(True)
        self._fill("#7d8794")

    def show_shop(self, colour: str, *, hatched: bool) -> None:
        """Take on the colour of a shop, `#rrggbb`."""
        self._hatched = hatched
        self._fill(colour)
        self.update()

    def _fill(self, colour: str) -> None:
        palette = self.palette()
        palette.setColor(self.backgroundRole(), QColor(colour))
        self.setPalette(palette)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event  # drawn whole; the ground is already there
        if self._hatched:
            with QPainter(self) as painter:
                painter.fillRect(self.rect(), QBrush(QColor("#202124"), Qt.BrushStyle.BDiagPattern))


class Header(QWidget):
    """
    What is always on top.

    Signals:
        tab_chosen: the number of the tab
        shop_asked: the ShopId of another shop
        demo_asked, connect_asked, keys_asked, quit_asked, refunds_asked: from the menus
        pay_asked, card_asked: a payment is to be taken, a card to be registered
        privacy_asked: whether personal data should be masked
        language_asked: `ko` or `en`
        theme_asked: `system`, `light` or `dark`
        privacy_shown: the switch was put where the privacy mode stands
    """

    tab_chosen = Signal(int)
    shop_asked = Signal(str)
    demo_asked = Signal()
    connect_asked = Signal()
    keys_asked = Signal()
    quit_asked = Signal()
    pay_asked = Signal()
    card_asked = Signal()
    refunds_asked = Signal()
    privacy_asked = Signal(bool)
    language_asked = Signal(str)
    theme_asked = Signal(str)
    privacy_shown = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("header")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._shop = QToolButton(self)
        self._mark = PlainLabel("", self, emphasis=True)
        self.tabs = QTabBar(self)
        self.pay = QToolButton(self)
        self._pay_menu = QMenu(self)
        self.privacy = QToolButton(self)
        self._settings = QToolButton(self)
        self._shop_menu, self._menu = QMenu(self), QMenu(self)
        self._shops: tuple[Shop, ...] = ()
        self._current: Shop | None = None
        self._titles: tuple[str, ...] = ()
        self._counts: dict[int, int] = {}
        self._chosen = {"language": "ko", "theme": "system"}
        self._build()
        Wording(self).follow(self._render)
        Dressing(self, self._dress)

    def show_tabs(self, titles: Sequence[str]) -> None:
        """Show these tabs, by their English titles; none while no shop is open."""
        self._titles = tuple(titles)
        self._counts.clear()
        while self.tabs.count():
            self.tabs.removeTab(0)
        for title in self._titles:
            self.tabs.addTab(tr(title))
        self._render()

    def show_count(self, place: int, count: int) -> None:
        """Say on the tab at `place` how much waits for a person there."""
        self._counts[place] = count
        self._name_tabs()

    def show_privacy(self, *, on: bool) -> None:
        """Show whether personal data is masked, without asking for anything."""
        before = self.privacy.blockSignals(True)
        self.privacy.setChecked(on)
        self.privacy.blockSignals(before)
        self._render()
        self.privacy_shown.emit()

    def show_shops(self, shops: Sequence[Shop], current: Shop | None) -> None:
        """Offer `shops` in the menu and name the one that is open."""
        self._shops, self._current = tuple(shops), current
        self._render()

    def show_choices(self, *, language: str, theme: str) -> None:
        """Tick the language and theme in force."""
        self._chosen = {"language": language, "theme": theme}
        self._render()

    def _dress(self) -> None:
        colours = shades(self)
        self._shop.setIcon(icon("flask" if self._is_demo else "shop", colours.text))
        self.privacy.setIcon(icon("hidden" if self.privacy.isChecked() else "eye", colours.text, 18))
        self._settings.setIcon(icon("settings", colours.text, 18))

    @property
    def _is_demo(self) -> bool:
        return self._current is not None and self._current.is_demo

    def _build(self) -> None:
        self._shop.setObjectName("shop")
        self._shop.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._shop.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._shop.setMenu(self._shop_menu)
        self.tabs.setObjectName("tabs")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.currentChanged.connect(self.tab_chosen)
        for button in (self.privacy, self._settings):
            button.setObjectName("flat")
            button.setIconSize(QSize(18, 18))
        self.privacy.setCheckable(True)
        self.privacy.toggled.connect(self._on_privacy)
        self._settings.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._settings.setMenu(self._menu)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 0, 8, 0)
        layout.setSpacing(8)
        for widget in (self._shop, self._mark, self.tabs):
            layout.addWidget(widget)
        layout.addStretch(1)
        self.pay.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.pay.setObjectName("menu")
        self.pay.setMenu(self._pay_menu)
        layout.addWidget(self.pay)
        layout.addWidget(self.privacy)
        layout.addWidget(self._settings)
        self.setMinimumHeight(44)

    def _on_privacy(self, on: bool) -> None:  # noqa: FBT001 - a signal's argument
        self._render()
        self.privacy_asked.emit(on)

    def _render(self) -> None:
        name = visible(self._current.name, 40) if self._current else tr("No shop is open")
        if self._is_demo:
            name = tr("{name} (demo)", name=name)
        self._shop.setText(name.replace("&", "&&"))
        self._mark.setText(tr("DEMO · nothing here is real") if self._is_demo else "")
        self._mark.setVisible(self._is_demo)
        self._name_tabs()
        word = tr("Show personal data") if self.privacy.isChecked() else tr("Mask personal data")
        self.privacy.setAccessibleName(word)
        set_tip(self.privacy, word)
        self.tabs.setAccessibleName(tr("Tabs"))
        self._settings.setAccessibleName(tr("Settings"))
        set_tip(self._settings, tr("Settings"))
        self.pay.setText(tr("Take a payment"))
        self.pay.setVisible(bool(self._titles))
        self._fill_pay()
        self._fill_shops()
        self._fill_settings()
        self._dress()

    def _fill_pay(self) -> None:
        menu = self._pay_menu
        menu.clear()
        menu.addAction(tr("Take a payment…"), self.pay_asked.emit)
        menu.addAction(tr("Register a card…"), self.card_asked.emit)

    def _name_tabs(self) -> None:
        for number, title in enumerate(self._titles):
            count = self._counts.get(number, 0)
            self.tabs.setTabText(number, f"{tr(title)}  ● {count}" if count else tr(title))
            told = trn("{count} needs you", "{count} need you", count)
            self.tabs.setAccessibleTabName(number, f"{tr(title)}, {told}" if count else tr(title))

    def _fill_shops(self) -> None:
        menu = self._shop_menu
        menu.clear()
        for shop in self._shops:
            action = menu.addAction(shown_mnemonics(shop.name, 40))
            action.setCheckable(True)
            action.setChecked(self._current is not None and shop.id == self._current.id)
            action.triggered.connect(lambda _on, id_=shop.id: self._ask_shop(id_))
        if self._shops:
            menu.addSeparator()
        menu.addAction(tr("Connect a shop…"), self.connect_asked.emit)
        if not self._is_demo:
            menu.addAction(tr("Open the demo shop"), self.demo_asked.emit)

    def _ask_shop(self, id_: ShopId) -> None:
        self.shop_asked.emit(id_)

    def _fill_settings(self) -> None:
        menu = self._menu
        for inner in menu.findChildren(QMenu):
            inner.deleteLater()  # clear() takes away their entries only
        menu.clear()
        languages = menu.addMenu(tr("Language"))
        for code, own_name in LANGUAGES.items():
            self._add_choice(languages, own_name, "language", code)
        themes = menu.addMenu(tr("Colours"))
        for code, text in _THEMES:
            self._add_choice(themes, tr(text), "theme", code)
        menu.addSeparator()
        if self._current is not None:
            menu.addAction(tr("Refund settings…"), self.refunds_asked.emit)
        sheet = QAction(tr("Keyboard"), menu)
        sheet.setShortcut("F1")  # shown here; the window's own key does it, and two would do nothing
        sheet.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        sheet.triggered.connect(self.keys_asked)
        menu.addAction(sheet)
        menu.addAction(tr("Quit"), self.quit_asked.emit)

    def _add_choice(self, menu: QMenu, text: str, kind: str, code: str) -> None:
        group = menu.findChild(QActionGroup) or QActionGroup(menu)
        action = QAction(text, menu, checkable=True, checked=self._chosen[kind] == code)
        asked = self.language_asked if kind == "language" else self.theme_asked
        action.triggered.connect(lambda _on, code=code: asked.emit(code))
        group.addAction(action)
        menu.addAction(action)
