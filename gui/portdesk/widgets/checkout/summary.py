"""Beside the form: whether money will move, what speaks against it, and the call itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from portdesk.domain.checkout import PayRequest
from portdesk.domain.messages import Message
from portdesk.domain.money import Amount
from portdesk.domain.pg.pay.effect import Effect, sentence
from portdesk.domain.pg.rule import Finding, Severity
from portdesk.qt.marks import Mark
from portdesk.qt.words import money, render, tr
from portdesk.widgets.kit.icons import icon
from portdesk.widgets.kit.text import PlainLabel, PlainText
from portdesk.widgets.kit.theme import Dressing, shades

_SIGNS: Final = {Severity.BLOCKS: "✕", Severity.WARNS: "⚠", Severity.NOTES: "·"}
_MARKS: Final = {
    Effect.CHARGED: Mark.WAITING,
    Effect.REGISTERED_AND_CHARGED: Mark.WAITING,
    Effect.TESTED: Mark.WAITING,
    Effect.AWAITS_DEPOSIT: Mark.UNKNOWN,
    Effect.REGISTERED: Mark.DONE,
    Effect.SHOWN: Mark.DONE,
    Effect.REFUSED: Mark.REFUSED,
    Effect.NOTHING: Mark.REFUSED,
}
_FILL_IN: Final = Message("Fill in the amount to see whether money will move.")


class FindingLine(QWidget):
    """What one rule says, and below it where that is written."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = PlainLabel("", self)
        self.words = PlainLabel("", self, wraps=True)
        self.source = PlainLabel("", self, quiet=True, small=True, wraps=True)
        for label in (self.words, self.source):
            label.make_selectable()
        self._sign.setFixedWidth(16)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self.words)
        texts.addWidget(self.source)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(texts, 1)

    def show_finding(self, finding: Finding) -> None:
        """Show `finding`; a sign says how loud it is."""
        advice = f" {render(finding.advice)}" if finding.advice else ""
        self._sign.setText(_SIGNS[finding.severity])
        self.words.setText(f"{render(finding.words)}{advice}")
        source = finding.source
        self.source.setText(tr("Source: {title} ({date})", title=source.title, date=source.date))
        self.setAccessibleName(f"{_SIGNS[finding.severity]} {self.words.text()}")


class Summary(QWidget):
    """What will happen, and everything the rules say about it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._effect: Effect | None = None
        self._card = QFrame(self)
        self._card.setObjectName("card")
        self._sign = PlainLabel("", self._card)
        self.sentence = PlainLabel("", self._card, emphasis=True, wraps=True)
        self.hint = PlainLabel("", self, quiet=True, wraps=True)
        self._found = QWidget(self)
        self._list = QVBoxLayout(self._found)
        self.findings: list[FindingLine] = []
        self._switch = QPushButton(self)
        self.copy = QPushButton(self)
        self.preview = PlainText(self)
        self._build()
        Dressing(self, self._dress)

    def show_effect(self, effect: Effect | None, amount: Amount | None) -> None:
        """Say whether money will move; `None` while nobody can know."""
        self._effect = effect if amount is not None else None
        words = _FILL_IN if self._effect is None or amount is None else sentence(self._effect, money(amount))
        self.sentence.setText(render(words))
        self._card.setAccessibleName(render(words))
        self._dress()

    def show_findings(self, found: Sequence[Finding]) -> None:
        """Show what the rules say, the worst first, each with where it is written."""
        while len(self.findings) < len(found):
            told = FindingLine(self._found)
            self.findings.append(told)
            self._list.insertWidget(len(self.findings) - 1, told)
        for number, told in enumerate(self.findings):
            told.setVisible(number < len(found))
            if number < len(found):
                told.show_finding(found[number])

    def show_hint(self, words: Message | None) -> None:
        """Tell something about using the window itself, such as that a phone is needed."""
        self.hint.setText("" if words is None else f"☎ {render(words)}")
        self.hint.setVisible(words is not None)

    def show_call(self, code: str, request: PayRequest | None) -> None:
        """The call as a developer would write it."""
        self.preview.setPlainText(code if request is not None else "")
        self.copy.setEnabled(request is not None)

    def _build(self) -> None:
        inside = QHBoxLayout(self._card)
        inside.setContentsMargins(14, 12, 14, 12)
        inside.setSpacing(10)
        inside.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        inside.addWidget(self.sentence, 1)
        self._list.setContentsMargins(0, 0, 8, 0)
        self._list.setSpacing(8)
        self._list.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._found)
        scroll.setAccessibleName(tr("What the rules say"))
        self._switch.setObjectName("flat")
        self._switch.setCheckable(True)
        self._switch.toggled.connect(self._on_switched)
        self.copy.setText(tr("Copy"))
        self.copy.setAccessibleName(tr("Copy the call"))
        self.copy.clicked.connect(self._on_copy)
        self.preview.setAccessibleName(tr("The call of the SDK"))
        self.preview.setMinimumHeight(180)
        below = QHBoxLayout()
        below.addWidget(self._switch)
        below.addStretch(1)
        below.addWidget(self.copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        for widget in (self._card, self.hint):
            layout.addWidget(widget)
        layout.addWidget(scroll, 1)
        layout.addLayout(below)
        layout.addWidget(self.preview, 1)
        self.hint.make_selectable()
        self.hint.hide()
        self._on_switched(on=False)

    def _dress(self) -> None:
        colours = shades(self)
        mark = Mark.UNKNOWN if self._effect is None else _MARKS[self._effect]
        name = "warning" if mark in (Mark.WAITING, Mark.REFUSED) else "receipt"
        self._sign.setPixmap(icon(name, colours.mark(mark), 20).pixmap(20, 20))

    def _on_switched(self, on: bool) -> None:  # noqa: FBT001 - a signal's argument
        self.preview.setVisible(on)
        self._switch.setText(tr("Hide the call of the SDK") if on else tr("Show the call of the SDK"))

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.preview.toPlainText())
