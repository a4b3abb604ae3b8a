"""What stands in place of content: one sentence and one action."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QPushButton, QVBoxLayout, QWidget

from portdesk.domain.messages import Message
from portdesk.qt.words import Wording, render, tr
from portdesk.widgets.kit.icons import icon
from portdesk.widgets.kit.text import PlainLabel
from portdesk.widgets.kit.theme import Dressing, shades


class StateCard(QWidget):
    """
    An empty, loading, offline or failed state.

    Signals:
        acted: the action was pressed
    """

    acted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = PlainLabel("", self)
        self._sentence = PlainLabel("", self, wraps=True, emphasis=True)
        self._more = PlainLabel("", self, wraps=True, quiet=True)
        self._busy = QProgressBar(self)
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._busy.setFixedWidth(160)
        self._action = QPushButton(self)
        self._icon = ""
        self._action.clicked.connect(self.acted)
        self._shown: tuple[Message | None, Message | None, str | Message] = (None, None, "")
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addStretch(2)
        layout.setContentsMargins(24, 24, 24, 24)
        for label in (self._picture, self._sentence, self._more):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label)
        for widget in (self._busy, self._action):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)
        Wording(self).follow(self._render)
        Dressing(self, self._draw)

    def show_state(
        self,
        picture: str,
        sentence: Message,
        *,
        more: Message | None = None,
        action: str | Message = "",
        busy: bool = False,
    ) -> None:
        """Show `picture` (an icon's name) and `sentence`; `action` is the button's text, in English."""
        self._shown, self._icon = (sentence, more, action), picture
        self._draw()
        self._busy.setVisible(busy)
        self._render()

    def _draw(self) -> None:
        if self._icon:
            self._picture.setPixmap(icon(self._icon, shades(self).quiet, 40).pixmap(40, 40))

    def _render(self) -> None:
        sentence, more, action = self._shown
        self._sentence.setText("" if sentence is None else render(sentence))
        self._more.setVisible(more is not None)
        self._more.setText("" if more is None else render(more))
        self._action.setVisible(bool(action))
        said = render(action) if isinstance(action, Message) else tr(action) if action else ""
        self._action.setText(said.replace("&", "&&") if isinstance(action, Message) else said)
