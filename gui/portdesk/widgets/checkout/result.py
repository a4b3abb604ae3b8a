"""How an attempt stands: in the words of its state and of the server's own record, and of nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from portdesk.domain.messages import Message
from portdesk.qt.marks import Mark
from portdesk.qt.words import Wording, render, tr
from portdesk.widgets.kit.badge import Badge
from portdesk.widgets.kit.facts import Fact, Facts, Group
from portdesk.widgets.kit.text import PlainLabel


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """
    What is to be shown of an attempt: a mark with a word, a sentence, what comes next.

    `facts` are names and values as the server told them. `is_settled` says that nothing more is awaited.
    """

    mark: Mark
    word: Message
    sentence: Message
    following: Message | None = None
    facts: tuple[tuple[Message, str], ...] = ()
    is_settled: bool = False


class PayResult(QWidget):
    """The page after the form; it may be closed at any time, what is under way goes on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.standing: Standing | None = None
        self._badge = Badge(self)
        self.sentence = PlainLabel("", self, emphasis=True, wraps=True)
        self._next = PlainLabel("", self, wraps=True)
        self._busy = QProgressBar(self)
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._busy.setFixedWidth(160)
        self._facts = Facts(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self._badge, 0, Qt.AlignmentFlag.AlignLeft)
        for widget in (self.sentence, self._next, self._busy, self._facts):
            layout.addWidget(widget)
        layout.addStretch(1)
        Wording(self).follow(self._render)

    def show_standing(self, standing: Standing) -> None:
        """Show how it stands now."""
        self.standing = standing
        self._render()

    def _render(self) -> None:
        standing = self.standing
        if standing is None:
            return
        self._badge.show_status(standing.mark, render(standing.word))
        self.sentence.setText(render(standing.sentence))
        self.sentence.setVisible(standing.sentence != standing.word)
        self._next.setVisible(standing.following is not None)
        self._next.setText("" if standing.following is None else render(standing.following))
        self._busy.setVisible(not standing.is_settled)
        facts = [Fact(name=render(name), value=value) for name, value in standing.facts]
        self._facts.show_groups([Group(tr("The server's record"), facts)] if facts else [])
