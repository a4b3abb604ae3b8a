"""Both themes can be read by everybody and change while the window is open."""

from __future__ import annotations

from itertools import product

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from doubles.shop import MemoryShop
from portdesk.domain.messages import Message
from portdesk.qt.alerts import Alert
from portdesk.qt.marks import Mark
from portdesk.widgets.kit.shapes import _SHAPES
from portdesk.widgets.kit.theme import DARK, LIGHT, Shades, Theme, shades
from portdesk.widgets.main_window import MainWindow
from portdesk.widgets.payments.tab import PaymentsTab
from screen import eventually

TEXTS = ("text", "quiet", "done", "waiting", "refused", "returned", "unknown")
GROUNDS = ("base", "window", "stripe", "hover", "selection", "warning_ground", "fresh")
ENOUGH = 4.5


def luminance(colour: str) -> float:
    """WCAG's relative luminance."""
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_is_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
class TestContrast:
    @pytest.mark.parametrize(("text", "ground"), list(product(TEXTS, GROUNDS)))
    def test_every_text_on_every_ground(self, theme: Shades, text: str, ground: str) -> None:
        assert contrast(getattr(theme, text), getattr(theme, ground)) >= ENOUGH

    @pytest.mark.parametrize("ground", ["base", "window"])
    def test_links_and_the_main_button(self, theme: Shades, ground: str) -> None:
        assert contrast(theme.accent, getattr(theme, ground)) >= ENOUGH
        assert contrast(theme.on_accent, theme.accent) >= ENOUGH

    def test_every_mark_has_a_colour_of_the_theme(self, theme: Shades) -> None:
        assert {theme.mark(mark) for mark in Mark} <= {getattr(theme, name) for name in TEXTS}

    def test_every_colour_is_one(self, theme: Shades) -> None:
        assert all(QColor(colour).isValid() for colour in theme)


def test_no_two_marks_have_the_same_shape() -> None:
    assert _SHAPES.keys() == set(Mark)
    assert len(set(_SHAPES.values())) == len(Mark)


class TestSwitch:
    @pytest.fixture(autouse=True)
    def back(self, theme: Theme) -> object:
        yield
        theme.force("light")

    @pytest.mark.parametrize(("choice", "expected"), [("light", LIGHT), ("dark", DARK)])
    def test_a_forced_theme_holds(self, qtbot: QtBot, theme: Theme, choice: str, expected: Shades) -> None:
        theme.force(choice)
        widget = QWidget()
        qtbot.addWidget(widget)

        assert shades(widget) is expected
        assert QApplication.palette().color(QPalette.ColorRole.Window) == QColor(expected.window)
        assert expected.accent in QApplication.instance().styleSheet()  # type: ignore[union-attr] # it is there

    def test_no_name_of_a_colour_is_left_in_the_sheet(self, theme: Theme) -> None:
        theme.force("dark")

        rules = QApplication.instance().styleSheet()  # type: ignore[union-attr] # it is there
        assert "$" not in rules.partition("*/")[2]

    @pytest.mark.anyio
    async def test_an_open_window_is_drawn_anew(
        self, window: MainWindow, tab: PaymentsTab, theme: Theme, shop: MemoryShop
    ) -> None:
        window.banner.show_alert(Alert(Message("Something to dismiss.")))
        tab.listing.table.selectRow(2)
        await eventually(lambda: tab.details.payment)
        light = window.grab().toImage()
        icons = [button.icon().pixmap(16, 16).toImage() for button in buttons(window)]

        theme.force("dark")
        QApplication.processEvents()

        dark = window.grab().toImage()
        assert brightness(light) > 180
        assert brightness(dark) < 80
        for button, before in zip(buttons(window), icons, strict=True):
            assert button.icon().pixmap(16, 16).toImage() != before, button.accessibleName() or button.text()


def buttons(window: MainWindow) -> list[QToolButton]:
    return [
        each for each in window.findChildren(QToolButton) if each.isVisible() and not each.icon().isNull()
    ]


def brightness(image: object) -> float:
    small = image.scaled(32, 32)  # type: ignore[attr-defined] # a QImage
    return sum(small.pixelColor(x, y).lightness() for x in range(32) for y in range(32)) / 1024
