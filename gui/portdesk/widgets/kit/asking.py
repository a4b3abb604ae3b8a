"""The question why personal data is to be seen or handed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from portdesk.domain.messages import Message
from portdesk.qt.words import later, render, tr
from portdesk.usecases.disclosures import LONGEST_REASON
from portdesk.widgets.kit.text import PlainLabel, shown_mnemonics

REASONS: Final = (
    later("A customer asked"),
    later("Accounting or tax"),
    later("Delivery"),
    later("Looking into a problem"),
    later("An authority asked for it"),
)
"""What is offered before anybody has typed a reason; kept by these English texts in every language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """
    What the reason is asked for, its texts translated.

    `obstacle` is why it cannot be done unmasked at all; then no reason is asked for. `masked` is
    the name of the way that needs none, empty where there is no such way.
    """

    title: str
    sentence: str
    action: str
    masked: str = ""
    obstacle: Message | None = None


class WhyDialog(QDialog):
    """
    A short list of reasons, those given last first, and room for another one.

    Signals:
        answered: the reason as it is to be kept
        masked_asked: it is to be done masked instead
    """

    answered = Signal(str)
    masked_asked = Signal()

    def __init__(self, question: Question, reasons: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        offered = dict.fromkeys((*reasons, *REASONS))
        self.choices = {reason: QRadioButton(shown_mnemonics(tr(reason)), self) for reason in offered}
        self.own_choice, self.own = QRadioButton(tr("Another reason:"), self), QLineEdit(self)
        self.act, self.masked, self._cancel = (QPushButton(self) for _ in range(3))
        self._group = QButtonGroup(self)
        self._build(question)
        self._on_changed()

    @property
    def reason(self) -> str:
        """What is chosen, empty while nothing is."""
        if self.own_choice.isChecked():
            return self.own.text().strip()
        return next((reason for reason, choice in self.choices.items() if choice.isChecked()), "")

    def _build(self, question: Question) -> None:
        self.setWindowTitle(question.title)
        self.setMinimumWidth(480)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(8)
        layout.addWidget(PlainLabel(question.sentence, self, wraps=True))
        if question.obstacle is None:
            self._add_choices(layout)
        else:
            told = tr("It cannot be written down right now, so it cannot be done like this.")
            layout.addWidget(PlainLabel(told, self, wraps=True))
            layout.addWidget(PlainLabel(render(question.obstacle), self, quiet=True, wraps=True))
            for widget in (*self.choices.values(), self.own_choice, self.own):
                widget.hide()
        layout.addSpacing(8)
        layout.addLayout(self._buttons(question))

    def _add_choices(self, layout: QVBoxLayout) -> None:
        layout.addSpacing(4)
        layout.addWidget(PlainLabel(tr("Why is it needed?"), self, emphasis=True))
        for choice in (*self.choices.values(), self.own_choice):
            self._group.addButton(choice)
            choice.toggled.connect(self._on_changed)
        for choice in self.choices.values():
            layout.addWidget(choice)
        own = QHBoxLayout()
        own.addWidget(self.own_choice)
        own.addWidget(self.own, 1)
        layout.addLayout(own)
        self.own.setMaxLength(LONGEST_REASON)
        self.own.setAccessibleName(tr("Another reason"))
        self.own.textEdited.connect(self._on_typed)
        self.own_choice.clicked.connect(self.own.setFocus)
        note = tr("The reason is kept with your name and the time in a record that cannot be changed.")
        layout.addSpacing(4)
        layout.addWidget(PlainLabel(note, self, quiet=True, small=True, wraps=True))

    def _buttons(self, question: Question) -> QHBoxLayout:
        self.act.setObjectName("primary")  # before it is shown: a style looks at the name once
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        for button, text in (
            (self._cancel, tr("Cancel")),
            (self.masked, question.masked),
            (self.act, question.action),
        ):
            button.setText(text)
            button.setAutoDefault(False)
            row.addWidget(button)
        self.masked.setVisible(bool(question.masked))
        self.act.setVisible(question.obstacle is None)
        self.act.setDefault(True)
        self._cancel.clicked.connect(self.reject)
        self.masked.clicked.connect(self._on_masked)
        self.act.clicked.connect(self._on_act)
        return row

    def _on_typed(self) -> None:
        self.own_choice.setChecked(True)
        self._on_changed()

    def _on_changed(self) -> None:
        self.act.setEnabled(bool(self.reason))

    def _on_act(self) -> None:
        reason = self.reason
        self.accept()
        self.answered.emit(reason)

    def _on_masked(self) -> None:
        self.accept()
        self.masked_asked.emit()
