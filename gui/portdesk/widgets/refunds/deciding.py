"""A person decides what the record cannot: the evidence, the choices, a note, and a second look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from portdesk.domain.errors import PortdeskError, StoreUnusableError
from portdesk.domain.ids import ImpUid
from portdesk.domain.messages import Message
from portdesk.domain.plain import visible
from portdesk.domain.times import from_unix
from portdesk.ledger.instruction import Entry, Observation, difference
from portdesk.ledger.states import State
from portdesk.qt.alerts import alert_of
from portdesk.qt.tasks import Tasks
from portdesk.qt.words import exact, later, tr
from portdesk.usecases.refund_file import RefundFile
from portdesk.usecases.refunds import Refunds
from portdesk.widgets.kit.banner import Banner
from portdesk.widgets.kit.facts import Facts
from portdesk.widgets.kit.text import PlainLabel
from portdesk.widgets.refund_marks import told
from portdesk.widgets.refunds.history import evidence_group


@dataclass(frozen=True, slots=True)
class _Choice:
    """What a person may say, and what it means from then on."""

    title: str
    meaning: str


_CHOICES: Final[Mapping[State, _Choice]] = {
    State.CONFIRMED_BY_HUMAN: _Choice(
        later("&The money went back by this refund"),
        later("It counts as refunded from now on, on your word. It is never checked or sent again."),
    ),
    State.EXTERNAL: _Choice(
        later("It was &settled elsewhere, at the PG for instance"),
        later("It is closed and never counts as refunded by Portdesk. It is never checked or sent again."),
    ),
    State.ABANDONED: _Choice(
        later("&Nothing was given back"),
        later(
            "It is closed, and the payment can be refunded anew. Should the first request have got through "
            "after all, the money goes back twice: ask the PG before."
        ),
    ),
}
_NOTE_LENGTH: Final = 300


class DecideDialog(QDialog):
    """
    One decision about one refund. It can be taken once, with a note, and after a second look.

    Signals:
        decided: it stands in the journal
        read: the server was asked for the record, whatever came of it
    """

    decided = Signal()
    read = Signal()

    def __init__(self, refunds: Refunds, file: RefundFile, actor: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._refunds, self._file, self._actor = refunds, file, actor
        self._tasks = Tasks(self, self._on_error)
        self.notice = Banner(self)
        self.facts = Facts(self)
        self.choices = {state: QRadioButton(tr(choice.title), self) for state, choice in _CHOICES.items()}
        self.which = QComboBox(self)
        self.note = QLineEdit(self)
        self.sure = QCheckBox(self)
        self.record, self._cancel = QPushButton(self), QPushButton(self)
        self._group = QButtonGroup(self)
        self._build()
        last = file.seen[-1] if file.seen else None
        if last is not None:
            self._show_evidence(last, tr("The server's record, as read last"))
        self._on_changed()
        self._tasks.start("read", self._read)

    @property
    def chosen(self) -> State | None:
        """What the person says."""
        return next((state for state, choice in self.choices.items() if choice.isChecked()), None)

    async def end(self) -> None:
        """Ask nothing more."""
        await self._tasks.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter in the note must not decide; only the button itself does.
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            return
        super().keyPressEvent(event)

    def _build(self) -> None:
        row = self._file.row
        self.setWindowTitle(tr("Decide about a refund"))
        self.setMinimumWidth(600)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(8)
        layout.addWidget(self.notice)
        layout.addWidget(
            PlainLabel(tr("Refund of {amount}", amount=told(row.amount, row.currency)), self, emphasis=True)
        )
        layout.addWidget(PlainLabel(row.words or row.subject, self, quiet=True, wraps=True))
        layout.addWidget(self.facts)
        layout.addSpacing(8)
        layout.addWidget(PlainLabel(tr("What happened, as far as you know?"), self, emphasis=True))
        for choice in self.choices.values():
            self._group.addButton(choice)
            choice.toggled.connect(self._on_changed)
            layout.addWidget(choice)
        layout.addWidget(self.which)
        self.which.setAccessibleName(tr("Which line of the record"))
        self.note.setMaxLength(_NOTE_LENGTH)
        self.note.setPlaceholderText(tr("What it rests on: who said so, and when"))
        self.note.setAccessibleName(tr("What the decision rests on"))
        self.note.textChanged.connect(self._on_changed)
        layout.addWidget(self.note)
        self.meaning = PlainLabel("", self, wraps=True)
        layout.addSpacing(4)
        layout.addWidget(self.meaning)
        layout.addWidget(self.sure)
        self.sure.toggled.connect(self._on_sure)
        self.sure.setText(tr("&Yes, that is what I mean"))
        layout.addStretch(1)
        layout.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self._cancel, self.record):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        self._cancel.setText(tr("Cancel"))
        self.record.setText(tr("&Write down the decision"))
        self.record.setObjectName("primary")
        self._cancel.clicked.connect(self.close)
        self.record.clicked.connect(self._on_record)
        return buttons

    async def _read(self) -> None:
        """What the server says now; where it cannot be read, the last reading stays in sight."""
        try:
            shown = await self._refunds.show(ImpUid(self._file.row.subject))
        except PortdeskError as error:
            self.notice.show_alert(alert_of(error))
        else:
            at = exact(from_unix(shown.seen.server_time or 0))
            self._show_evidence(shown.seen, tr("The server's record, as of {time}", time=at))
        self.read.emit()

    def _show_evidence(self, seen: Observation, title: str) -> None:
        row = self._file.row
        self.facts.show_groups([evidence_group(row, seen, title)])
        new, _ = difference(seen.entries, row.snapshot.entries)
        self.which.clear()
        self.which.addItem(tr("No line of the record in particular"), None)
        for entry in new:
            self.which.addItem(_line(entry, row.currency), entry.identity)
        self._on_changed()

    @property
    def _is_complete(self) -> bool:
        return self.chosen is not None and bool(self.note.text().strip())

    def _on_changed(self) -> None:
        """What was agreed to was another choice or another note."""
        state = self.chosen
        self.which.setVisible(state is State.CONFIRMED_BY_HUMAN and self.which.count() > 1)
        self.meaning.setText(tr(_CHOICES[state].meaning) if state is not None else "")
        self.sure.setChecked(False)
        self.sure.setEnabled(self._is_complete)
        self._on_sure()

    def _on_sure(self) -> None:
        self.record.setEnabled(self._is_complete and self.sure.isChecked())

    def _on_record(self) -> None:
        state = self.chosen
        if state is not None and self.record.isEnabled():
            self.record.setEnabled(False)
            self._tasks.start("record", self._record, state)

    async def _record(self, state: State) -> None:
        line = self.which.currentData() if state is State.CONFIRMED_BY_HUMAN else None
        done = await self._refunds.decide(
            self._file.row.id, state, actor=self._actor, note=self.note.text().strip(), cancellation=line
        )
        if not done:
            self._on_error(StoreUnusableError(Message("The decision could not be written down.")))
            return
        self.decided.emit()
        self.close()

    def _on_error(self, error: Exception) -> None:
        self.notice.show_alert(alert_of(error))
        self._on_sure()


def _line(entry: Entry, currency: str) -> str:
    parts = (told(entry.amount, currency), exact(from_unix(entry.at or 0)), entry.text)
    return visible(" · ".join(part for part in parts if part), 90)
