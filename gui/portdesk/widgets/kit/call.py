"""A strip that calls for a person, with one way to go there."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QWidget

from portdesk.qt.words import Wording, later
from portdesk.widgets.kit.icons import icon
from portdesk.widgets.kit.text import PlainLabel
from portdesk.widgets.kit.theme import Dressing, shades


class CallStrip(QFrame):
    """
    One sentence and one action; stays until it is acted upon, dismissed or no longer true.

    Signals:
        acted: the person wants to go there
    """

    acted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._sign, self.text = PlainLabel("", self), PlainLabel("", self, wraps=True)
        self.action, self.close_button = QPushButton(self), QToolButton(self)
        self.close_button.setObjectName("flat")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 6, 8, 6)
        layout.setSpacing(12)
        layout.addWidget(self._sign)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.action, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self.close_button)
        self.action.clicked.connect(self.acted)
        self.action.clicked.connect(self.hide)
        self.close_button.clicked.connect(self.hide)
        words = Wording(self)
        words.say(self.action.setText, later("&Show them"))
        words.say(self.close_button.setAccessibleName, later("Dismiss this notice"))
        Dressing(self, self._dress)
        self.hide()

    def _dress(self) -> None:
        colours = shades(self)
        self._sign.setPixmap(icon("warning", colours.waiting, 18).pixmap(18, 18))
        self.close_button.setIcon(icon("close", colours.quiet))
