"""One field for a search, and what was understood of it as chips that can be taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QToolButton, QWidget

from portdesk.domain.folding import is_initials
from portdesk.qt.words import Wording, tr
from portdesk.widgets.kit.flow import Flow
from portdesk.widgets.kit.icons import icon
from portdesk.widgets.kit.text import set_tip, shown_mnemonics
from portdesk.widgets.kit.theme import Dressing, shades

_GLASS: Final = 16
_SMALL: Final = 12
_SHORTEST: Final = 2
_REMEMBERED: Final = 8


@dataclass(frozen=True, slots=True)
class Part:
    """One understood part: what it says, and the whole text without it."""

    label: str
    rest: str


class SearchField(QLineEdit):
    """
    A line to type into, as long as there is room.

    Escape or the cross empties it. What was searched for before is offered by the down key, or by the
    arrow, while it is empty; that is remembered as long as the field is there, and nowhere else.

    A syllable is looked for while an input method still puts it together, or the last one of every name
    would be missing; single letters on their way to one are waited for.

    Signals:
        searched: the text is another one
        left: the person is done typing and goes to the list
    """

    searched = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("search")
        self.setMinimumWidth(150)
        self.setMaximumWidth(420)
        self.setMaxLength(400)
        self.setTextMargins(_GLASS + 6, 0, _GLASS + 4, 0)
        self.setMouseTracking(True)
        self.recent: list[str] = []
        self._menu = QMenu(self)
        self._preedit = ""
        self._told = ""
        self.textChanged.connect(self._on_changed)
        Dressing(self, self._dress)

    @property
    def typed(self) -> str:
        """The text, with the syllable that is being put together."""
        text, place = self.text(), self.cursorPosition()
        preedit = self._preedit
        if not all("가" <= character <= "힣" for character in preedit):
            preedit = preedit if is_initials(text + preedit) else ""
        return text[:place] + preedit + text[place:]

    def put(self, text: str) -> None:
        """Hold `text` from now on; nobody is told."""
        self._preedit, self._told = "", text
        self.setText(text)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._preedit = ""  # what is committed is told as text by the next line
        super().inputMethodEvent(event)
        self._preedit = event.preeditString()
        self._on_changed()

    def _on_changed(self) -> None:
        typed = self.typed
        if typed != self._told:
            self._told = typed
            self.searched.emit(typed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Down and self.recent and not self.text():
            self._offer_recent()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self._remember()
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        # Qt puts an action's icon off the middle where a style sheet sets the padding.
        super().paintEvent(event)
        with QPainter(self) as painter:
            self._glass.paint(painter, QRect(8, (self.height() - _GLASS) // 2, _GLASS, _GLASS))
            if self.text():
                self._cross.paint(painter, self._end())
            elif self.recent:
                self._arrow.paint(painter, self._end())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._is_at_end(event):
            super().mousePressEvent(event)
        elif self.text():
            self._remember()
            self.clear()
            self.setFocus()
        else:
            self._offer_recent()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        at_end = self._is_at_end(event)
        self.setCursor(Qt.CursorShape.ArrowCursor if at_end else Qt.CursorShape.IBeamCursor)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._remember()

    def _end(self) -> QRect:
        """Where the cross or the arrow is."""
        return QRect(self.width() - _SMALL - 10, (self.height() - _SMALL) // 2, _SMALL, _SMALL)

    def _is_at_end(self, event: QMouseEvent) -> bool:
        has_sign = bool(self.text() or self.recent)
        return has_sign and event.position().x() >= self._end().left() - 4

    def _remember(self) -> None:
        text = self.text().strip()
        if len(text) >= _SHORTEST:
            self.recent = [text, *(one for one in self.recent if one != text)][:_REMEMBERED]

    def _offer_recent(self) -> None:
        self._menu.clear()
        for text in self.recent:
            self._menu.addAction(shown_mnemonics(text), partial(self.setText, text))
        if self.recent:
            self._menu.popup(self.mapToGlobal(self.rect().bottomLeft()))
            self._menu.setActiveAction(self._menu.actions()[0])

    def _dress(self) -> None:
        self._glass = icon("search", shades(self).quiet, _GLASS)
        self._cross = icon("close", shades(self).quiet, _SMALL)
        self._arrow = icon("down-mid", shades(self).quiet, _SMALL)


class Parts(QWidget):
    """
    What was understood, in lines of chips.

    Signals:
        changed_to: the text that remains when a part was taken away
        grown: there are more chips than before
    """

    changed_to = Signal(str)
    grown = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: tuple[Part, ...] = ()
        self.chips: list[QToolButton] = []
        self._flow = Flow(self, gap=6)
        Dressing(self, self._dress)
        Wording(self).follow(self._name)

    def show_parts(self, parts: Sequence[Part]) -> None:
        """Show these parts in place of the earlier ones."""
        self._parts = tuple(parts)
        before = len(self.chips)
        while len(self.chips) < len(self._parts):
            self.chips.append(self._add(len(self.chips)))
        for number, chip in enumerate(self.chips):
            chip.setVisible(number < len(self._parts))
            if number < len(self._parts):
                chip.setText(shown_mnemonics(self._parts[number].label))
        self._name()
        if len(self.chips) > before:
            self.grown.emit()

    def _add(self, number: int) -> QToolButton:
        chip = QToolButton(self)
        chip.setObjectName("part")
        chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the cross behind the words
        chip.setIcon(icon("close", shades(self).quiet, 12))
        chip.clicked.connect(lambda: self.changed_to.emit(self._parts[number].rest))
        self._flow.addWidget(chip)
        return chip

    def _name(self) -> None:
        for part, chip in zip(self._parts, self.chips, strict=False):
            chip.setAccessibleName(tr("Search without {part}", part=part.label))
            set_tip(chip, tr("Search without {part}", part=part.label))

    def _dress(self) -> None:
        for chip in self.chips:
            chip.setIcon(icon("close", shades(self).quiet, 12))
