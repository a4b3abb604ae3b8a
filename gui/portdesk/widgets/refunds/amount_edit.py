"""A field for a sum of money that groups the thousands while it is being typed."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from portdesk.domain.messages import Message
from portdesk.domain.typed_amount import grouped, read_amount

_WIDTH: Final = 140
_MOST: Final = 40


class AmountEdit(QLineEdit):
    """
    One sum in one currency.

    Nothing is changed while an input method is composing, and nothing that was pasted in one piece:
    a comma in it may have meant something else.
    """

    def __init__(self, currency: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._currency = currency
        self._before = ""
        self._composes = False
        self.setMaximumWidth(_WIDTH)
        self.setMaxLength(_MOST)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setInputMethodHints(Qt.InputMethodHint.ImhPreferNumbers | Qt.InputMethodHint.ImhNoPredictiveText)
        self.textEdited.connect(self._on_edited)
        self.textChanged.connect(self._on_changed)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is typed."""
        return not self.text().strip()

    @property
    def typed(self) -> Decimal | Message:
        """The sum, or what is wrong with it."""
        return read_amount(self.text(), self._currency)

    def show_wrong(self, *, wrong: bool) -> None:
        """Mark the field as the one to look at."""
        if self.property("wrong") != wrong:
            self.setProperty("wrong", wrong)
            self.style().polish(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # A separator is not the person's: both keys reach over it to the digit they mean.
        place, text = self.cursorPosition(), self.text()
        if event.key() == Qt.Key.Key_Backspace and text[:place].endswith(",") and not self.hasSelectedText():
            self.cursorBackward(False)
        elif event.key() == Qt.Key.Key_Delete and text[place:].startswith(",") and not self.hasSelectedText():
            self.cursorForward(False)
        super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._composes = bool(event.preeditString())
        super().inputMethodEvent(event)

    def _on_edited(self, text: str) -> None:
        before = self._before
        if self._composes or not _is_one_step(before, text):
            return
        wanted = grouped(text)
        if wanted != text:
            behind = sum(sign != "," for sign in text[self.cursorPosition() :])
            self.setText(wanted)
            self.setCursorPosition(_place_before(wanted, behind))

    def _on_changed(self) -> None:
        self._before = self.text()


def _is_one_step(before: str, after: str) -> bool:
    """Whether at most one sign came in; any number may have gone."""
    old, new = before.replace(",", ""), after.replace(",", "")
    start = next((place for place, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), None)
    if start is None:
        return len(new) - len(old) <= 1
    rest = min(len(old), len(new)) - start
    end = next((n for n in range(rest) if old[-1 - n] != new[-1 - n]), rest)
    return len(new) - start - end <= 1


def _place_before(text: str, signs: int) -> int:
    """The place in `text` that has `signs` signs behind it, separators not counted."""
    place = len(text)
    while signs and place:
        place -= 1
        signs -= text[place] != ","
    return place
