"""A strip that says why nothing can be sent and what can be done; reading goes on."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from portdesk.qt.words import Wording, later, render, tr, trn
from portdesk.usecases.refunds import Refunds
from portdesk.usecases.standing import stand_of
from portdesk.widgets.kit.icons import icon
from portdesk.widgets.kit.text import PlainLabel
from portdesk.widgets.kit.theme import Dressing, shades

_MINUTE = 60


class StandingStrip(QFrame):
    """
    Hidden while refunds may be sent.

    Signals:
        accept_asked: the person wants to go on with a record that is older than it was
    """

    accept_asked = Signal()

    def __init__(self, refunds: Refunds, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._refunds = refunds
        self._sign = PlainLabel("", self)
        self.text, self.advice = (
            PlainLabel("", self, wraps=True),
            PlainLabel("", self, quiet=True, wraps=True),
        )
        self.accept = QPushButton(self)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self.text)
        texts.addWidget(self.advice)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 8, 12, 8)
        layout.setSpacing(12)
        layout.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(texts, 1)
        layout.addWidget(self.accept, 0, Qt.AlignmentFlag.AlignVCenter)
        for label in (self.text, self.advice):
            label.make_selectable()
        self.accept.clicked.connect(self.accept_asked)
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self.show_standing)
        Wording(self).follow(self.show_standing)
        Dressing(self, self._dress)

    def show_standing(self) -> None:
        """Show how the record stands now."""
        stand = stand_of(self._refunds)
        self.setVisible(stand is not None)
        if stand is None:
            self._clock.stop()
            return
        self.text.setText(render(stand.text))
        self.advice.setText(render(stand.advice))
        self.accept.setVisible(stand.may_be_accepted)
        left = self._refunds.quiet_left
        self.accept.setEnabled(left == 0)
        self.accept.setText(tr("&Go on with this record…") if left == 0 else _told_wait(left))
        if stand.may_be_accepted and left != 0:
            self._clock.start()
        else:
            self._clock.stop()

    def _dress(self) -> None:
        self._sign.setPixmap(icon("warning", shades(self).waiting, 18).pixmap(18, 18))


def _told_wait(left: int | None) -> str:
    if left is None:
        return tr("Waiting for the server")
    minutes = -(-left // _MINUTE)
    return trn("Possible in {count} minute", "Possible in {count} minutes", minutes)


class AcceptDialog(QDialog):
    """
    The owner goes on with a record that may lack refunds.

    Signals:
        agreed: the person means it
    """

    agreed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sure, self.act, cancel = QCheckBox(self), QPushButton(self), QPushButton(self)
        self.setWindowTitle(tr("Go on with an older record"))
        self.setMinimumWidth(520)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(8)
        sentence = tr(
            "What was refunded after this record was written is missing in it. Portdesk reads every payment "
            "anew before it refunds, but it no longer knows what it had sent then."
        )
        layout.addWidget(PlainLabel(sentence, self, wraps=True))
        layout.addWidget(self.sure)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (cancel, self.act):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        layout.addLayout(buttons)
        words = Wording(self)
        words.say(self.sure.setText, later("I &decide this for the shop, and nobody else refunds right now"))
        words.say(self.act.setText, later("&Go on with this record"))
        words.say(cancel.setText, later("Cancel"))
        self.act.setObjectName("primary")
        self.act.setEnabled(False)
        self.sure.toggled.connect(self.act.setEnabled)
        cancel.clicked.connect(self.close)
        self.act.clicked.connect(self.agreed)
        self.act.clicked.connect(self.close)
