"""Colours and shapes of the program, light and dark."""

from __future__ import annotations

from collections.abc import Callable
from string import Template
from typing import Final, NamedTuple

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from portdesk import assets
from portdesk.qt.marks import Mark

_FAMILIES: Final = (
    "Pretendard",
    "Apple SD Gothic Neo",
    "Malgun Gothic",
    "Noto Sans CJK KR",
    "Noto Sans KR",
    "NanumGothic",
    "sans-serif",
)
_POINTS: Final = 10.0
_DRESSED_ANEW: Final = (QEvent.Type.PaletteChange, QEvent.Type.DevicePixelRatioChange)


class Shades(NamedTuple):
    """The colours of one theme, as `#rrggbb`. Texts keep 4.5:1 against `base` and `window`."""

    window: str
    base: str
    stripe: str
    hover: str
    fresh: str
    line: str
    text: str
    quiet: str
    accent: str
    on_accent: str
    selection: str
    warning_ground: str
    match: str
    done: str
    waiting: str
    refused: str
    returned: str
    unknown: str

    def mark(self, mark: Mark) -> str:
        """The colour of a status."""
        return {
            Mark.DONE: self.done,
            Mark.PART: self.returned,
            Mark.WAITING: self.waiting,
            Mark.REFUSED: self.refused,
            Mark.RETURNED: self.returned,
            Mark.BEGUN: self.unknown,
            Mark.UNKNOWN: self.unknown,
        }[mark]


LIGHT: Final = Shades(
    window="#f4f5f7",
    base="#ffffff",
    stripe="#fafbfc",
    hover="#f0f3f8",
    fresh="#e2f3e8",
    line="#dfe3e8",
    text="#1a1f26",
    quiet="#5a6472",
    accent="#2557c9",
    on_accent="#ffffff",
    selection="#dce7fd",
    warning_ground="#fff4d6",
    match="#ffe9a8",
    done="#17703f",
    waiting="#8a5a00",
    refused="#b42318",
    returned="#5b3fb5",
    unknown="#56606d",
)
DARK: Final = Shades(
    window="#1c1f24",
    base="#15181c",
    stripe="#191c21",
    hover="#23282f",
    fresh="#1b3327",
    line="#343a43",
    text="#e7eaee",
    quiet="#9ba5b3",
    accent="#7aa5ff",
    on_accent="#0d1524",
    selection="#25385e",
    warning_ground="#3a2f12",
    match="#5c4a12",
    done="#54c98a",
    waiting="#eab54a",
    refused="#ff8d85",
    returned="#b7a3ff",
    unknown="#9ba5b3",
)


def shades(widget: QWidget) -> Shades:
    """The colours `widget` is drawn in."""
    middle = 128
    return DARK if widget.palette().color(QPalette.ColorRole.Window).lightness() < middle else LIGHT


class Dressing(QObject):
    """Calls `dress` now and whenever colours or the screen of `widget` change: icons keep theirs."""

    def __init__(self, widget: QWidget, dress: Callable[[], object]) -> None:
        super().__init__(widget)
        self._dress = dress
        widget.installEventFilter(self)
        dress()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _DRESSED_ANEW:
            self._dress()
        return super().eventFilter(watched, event)


class Theme(QObject):
    """Dresses the application; follows the system until told otherwise."""

    def __init__(self, app: QApplication, choice: str = "system") -> None:
        super().__init__(app)
        self._app = app
        self._sheet = Template((assets.resources() / "style.qss").read_text("utf-8"))
        font = QFont(list(_FAMILIES))
        font.setPointSizeF(_POINTS)
        app.setFont(font)
        app.styleHints().colorSchemeChanged.connect(self._on_scheme_changed)
        self.force(choice)

    def force(self, choice: str) -> None:
        """Use the `light` or `dark` colours, or follow the `system`."""
        schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
        self._app.styleHints().setColorScheme(schemes.get(choice, Qt.ColorScheme.Unknown))
        self._on_scheme_changed(schemes.get(choice))

    def _on_scheme_changed(self, forced: Qt.ColorScheme | None = None) -> None:
        scheme = forced or self._app.styleHints().colorScheme()
        colours = DARK if scheme == Qt.ColorScheme.Dark else LIGHT
        self._app.setPalette(_palette(colours))
        arrow = assets.resources() / "icons"
        self._app.setStyleSheet(self._sheet.substitute(colours._asdict(), icons=arrow.as_posix()))


def _palette(colours: Shades) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for place, colour in (
        (role.Window, colours.window),
        (role.WindowText, colours.text),
        (role.Base, colours.base),
        (role.AlternateBase, colours.stripe),
        (role.Text, colours.text),
        (role.PlaceholderText, colours.quiet),
        (role.Button, colours.base),
        (role.ButtonText, colours.text),
        (role.BrightText, colours.refused),
        (role.Highlight, colours.selection),
        (role.HighlightedText, colours.text),
        (role.Accent, colours.accent),
        (role.Link, colours.accent),
        (role.LinkVisited, colours.accent),
        (role.ToolTipBase, colours.base),
        (role.ToolTipText, colours.text),
        (role.Mid, colours.line),
        (role.Midlight, colours.line),
        (role.Light, colours.base),
        (role.Dark, colours.line),
        (role.Shadow, colours.line),
    ):
        palette.setColor(place, QColor(colour))
    disabled = QPalette.ColorGroup.Disabled
    for place in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(disabled, place, QColor(colours.quiet))
    return palette
