"""A notice above the content that stays until it is dismissed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from portdesk.domain.messages import Message
from portdesk.domain.plain import visible
from portdesk.qt.alerts import Alert
from portdesk.qt.words import Wording, render, tr
from portdesk.widgets.kit.icons import icon
from portdesk.widgets.kit.text import PlainLabel
from portdesk.widgets.kit.theme import Dressing, shades


class Banner(QFrame):
    """
    The last alert: what happened and what to do, hidden while there is none.

    Signals:
        acted: the button beside the alert was pressed
    """

    acted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._alert: Alert | None = None
        self._does: Message | None = None
        self._sign = PlainLabel("", self)
        self._text = PlainLabel("", self, wraps=True)
        self._advice = PlainLabel("", self, quiet=True, wraps=True)
        self._quote = PlainLabel("", self, quiet=True, wraps=True)
        for label in (self._text, self._quote, self._advice):
            label.make_selectable()
        self.action = QPushButton(self)
        self.action.setAutoDefault(False)
        self.action.clicked.connect(self.acted)
        self._close = QToolButton(self)
        self._close.setObjectName("flat")
        self._close.clicked.connect(self.dismiss)
        self._build()
        words = Wording(self)
        words.follow(self._render)
        words.say(self._close.setAccessibleName, "Dismiss this notice")
        Dressing(self, self._dress)
        self.hide()

    def _build(self) -> None:
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self._text)
        texts.addWidget(self._quote)
        texts.addWidget(self._advice)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 8, 8, 8)
        layout.setSpacing(12)
        layout.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(texts, 1)
        layout.addWidget(self.action, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)

    def show_alert(self, alert: Alert, *, action: Message | None = None) -> None:
        """Show `alert` in place of any earlier one, with a button if it says what the button does."""
        self._alert, self._does = alert, action
        self._render()
        self.show()

    def dismiss(self) -> None:
        """Take the notice away."""
        self._alert = None
        self.hide()

    def _dress(self) -> None:
        colours = shades(self)
        self._sign.setPixmap(icon("warning", colours.waiting, 18).pixmap(18, 18))
        self._close.setIcon(icon("close", colours.quiet))

    def _render(self) -> None:
        if self._alert is None:
            return
        self._text.setText(render(self._alert.text))
        self.action.setVisible(self._does is not None)
        self.action.setText("" if self._does is None else render(self._does))
        quote = self._alert.quote
        self._quote.setVisible(bool(quote))
        self._quote.setText(tr("PortOne's own words: “{words}”", words=visible(quote, 300)) if quote else "")
        self._advice.setVisible(self._alert.advice is not None)
        self._advice.setText("" if self._alert.advice is None else render(self._alert.advice))
