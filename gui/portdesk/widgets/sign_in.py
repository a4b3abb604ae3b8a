"""The first page: try the demo shop, or connect one's own."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from portdesk.domain.errors import PortdeskError
from portdesk.domain.messages import Message
from portdesk.domain.shops import Credentials, Shop
from portdesk.qt.words import Wording, later, render, tr
from portdesk.widgets.kit.icons import icon
from portdesk.widgets.kit.text import PlainLabel
from portdesk.widgets.kit.theme import Dressing, shades

_TIER = re.compile(r"[A-Z0-9]{3}")


class SignIn(QWidget):
    """
    Two cards: the demo shop, and the form that connects a shop.

    Signals:
        demo_asked: open the demo shop
        connect_asked: the Shop whose keys were asked for or None, its name (str), Credentials,
            whether to keep the keys (bool)
    """

    demo_asked = Signal()
    connect_asked = Signal(object, str, object, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = ConnectForm(self)
        self.form.connect_asked.connect(self.connect_asked)
        self._demo = _DemoCard(self)
        self._demo.demo_asked.connect(self.demo_asked)
        cards = QHBoxLayout()
        cards.setSpacing(24)
        cards.addWidget(self._demo, 0, Qt.AlignmentFlag.AlignTop)
        cards.addWidget(self.form, 0, Qt.AlignmentFlag.AlignTop)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addLayout(cards)
        across.addStretch(1)
        title = PlainLabel("", self, emphasis=True)
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        down = QVBoxLayout(self)
        down.setSpacing(24)
        down.addStretch(2)
        down.addWidget(title)
        down.addLayout(across)
        down.addStretch(3)
        Wording(self).say(title.setText, later("Welcome to Portdesk. How would you like to begin?"))

    def offer_demo(self, *, offered: bool) -> None:
        """Whether the card of the demo shop is there; it is not when another shop is being added."""
        self._demo.setVisible(offered)


class _Card(QFrame):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setFixedWidth(400)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(24, 24, 24, 24)
        self.column.setSpacing(12)


class _DemoCard(_Card):
    demo_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._picture = PlainLabel("", self)
        title = PlainLabel("", self, emphasis=True)
        text = PlainLabel("", self, wraps=True, quiet=True)
        button = QPushButton(self)
        button.setObjectName("primary")
        button.clicked.connect(self.demo_asked)
        for widget in (self._picture, title, text):
            self.column.addWidget(widget)
        self.column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        words = Wording(self)
        words.say(title.setText, later("Try the demo shop"))
        words.say(
            text.setText,
            later(
                "A flower shop with three years of made-up payments. Everything works, "
                "no account is needed and nothing leaves this computer."
            ),
        )
        words.say(button.setText, later("Open the demo shop"))
        Dressing(self, self._dress)

    def _dress(self) -> None:
        self._picture.setPixmap(_picture("flask", self))


class ConnectForm(_Card):
    """
    Asks for a shop's name and keys. The secret can be typed, never read back.

    Signals:
        connect_asked: as of SignIn
    """

    connect_asked = Signal(object, str, object, bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._asked_for: Shop | None = None
        self._result: Message | None = None
        self._advice: Message | None = None
        self._picture = PlainLabel("", self)
        self._title = PlainLabel("", self, emphasis=True)
        self.name, self.imp_key, self.imp_secret, self.tier = (QLineEdit(self) for _ in range(4))
        self.keep = QCheckBox(self)
        self._keep_note = PlainLabel("", self, wraps=True, quiet=True, small=True)
        self._told = PlainLabel("", self, wraps=True)
        self._told_advice = PlainLabel("", self, wraps=True, quiet=True)
        self.button = QPushButton(self)
        self._can_keep = True
        self._busy = False
        self._build()
        Wording(self).follow(self._render)
        Dressing(self, self._render)

    def ask_keys_of(self, shop: Shop | None) -> None:
        """Ask for the keys of a known shop again, or (`None`) for a new one."""
        self._asked_for = shop
        self.name.setText(shop.name if shop else "")
        self.name.setEnabled(shop is None)
        self.tier.setText((shop.tier_code or "") if shop else "")
        self.imp_key.clear()
        self.imp_secret.clear()
        self.show_result(None)

    def allow_keeping(self, *, allowed: bool) -> None:
        """Whether this system has a key store that may hold the keys."""
        self._can_keep = allowed
        self.keep.setEnabled(allowed)
        self.keep.setChecked(allowed)
        self._render()

    def show_busy(self, *, busy: bool) -> None:
        """Whether the keys are being tried just now."""
        self._busy = busy
        for widget in (self.imp_key, self.imp_secret, self.tier, self.button):
            widget.setEnabled(not busy)
        self.name.setEnabled(not busy and self._asked_for is None)
        self._render()

    def show_result(self, error: PortdeskError | None) -> None:
        """Tell why it did not work, or clear what was told."""
        self._result = error.text if error else None
        self._advice = error.advice if error else None
        self._render()

    def forget_secret(self) -> None:
        """Empty the fields of the keys."""
        self.imp_key.clear()
        self.imp_secret.clear()

    def _build(self) -> None:
        self.imp_secret.setEchoMode(QLineEdit.EchoMode.Password)
        self.tier.setMaxLength(3)
        self.name.setMaxLength(40)
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.setSpacing(10)
        words = Wording(self)
        for text, edit in (
            (later("Shop name"), self.name),
            (later("REST API key"), self.imp_key),
            (later("REST API secret"), self.imp_secret),
            (later("Tier code (if any)"), self.tier),
        ):
            label = PlainLabel("", self)
            label.setBuddy(edit)
            words.say(label.setText, text)
            words.say(edit.setAccessibleName, text)
            form.addRow(label, edit)
            edit.returnPressed.connect(self._on_connect)
        self.button.setObjectName("primary")
        self.button.clicked.connect(self._on_connect)
        self.column.addWidget(self._picture)
        self.column.addWidget(self._title)
        self.column.addLayout(form)
        for widget in (self.keep, self._keep_note, self._told, self._told_advice):
            self.column.addWidget(widget)
        self.column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        words.say(self.keep.setText, later("Keep the keys in this computer's key store"))
        words.say(self.name.setPlaceholderText, later("as you call it"))
        words.say(self.imp_key.setPlaceholderText, later("from the console: API Keys, V1 API"))

    def _render(self) -> None:
        shop = self._asked_for
        self._picture.setPixmap(_picture("plug", self))
        self._title.setText(tr("The keys of {name}", name=shop.name) if shop else tr("Connect your shop"))
        self._keep_note.setText(
            tr("The secret is kept by the operating system, never in a file of ours.")
            if self._can_keep
            else tr("No key store was found on this system, so the keys are used for this session only.")
        )
        self._told.setVisible(self._result is not None)
        self._told.setText(render(self._result) if self._result else "")
        self._told_advice.setVisible(self._advice is not None)
        self._told_advice.setText(render(self._advice) if self._advice else "")
        self.button.setText(tr("Trying the keys…") if self._busy else tr("Connect"))

    def _on_connect(self) -> None:
        if self._busy:
            return
        problem = self._problem()
        if problem is not None:
            self.show_result(PortdeskError(problem))
            return
        self.show_result(None)
        credentials = Credentials(
            imp_key=self.imp_key.text().strip(),
            imp_secret=self.imp_secret.text().strip(),
            tier_code=self.tier.text().strip().upper() or None,
        )
        self.connect_asked.emit(self._asked_for, self.name.text().strip(), credentials, self.keep.isChecked())

    def _problem(self) -> Message | None:
        if not self.name.text().strip():
            return Message("Give the shop a name, so that you can tell it from others.")
        if not self.imp_key.text().strip() or not self.imp_secret.text().strip():
            return Message("Both the REST API key and the secret are needed.")
        tier = self.tier.text().strip().upper()
        if tier and _TIER.fullmatch(tier) is None:
            return Message("A tier code has exactly three characters, A to Z or 0 to 9.")
        return None


def _picture(name: str, widget: QWidget) -> QPixmap:
    return icon(name, shades(widget).accent, 28).pixmap(28, 28)
