"""What a list comes to: how many rows, and its sums in each currency."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from portdesk.domain.money import Amount
from portdesk.qt.words import Wording, money, tr, trn
from portdesk.widgets.kit.icons import icon
from portdesk.widgets.kit.text import PlainLabel, set_tip, shown_mnemonics
from portdesk.widgets.kit.theme import Dressing, shades

_GAP: Final = 12
_BUTTON: Final = 42
_HEIGHT: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What `rows` rows of one currency come to: figures by their English words, what is left last."""

    rows: int
    figures: tuple[tuple[str, Amount], ...]

    def told(self) -> str:
        """All of it in a line."""
        return "   ".join(f"{tr(word)} {money(amount)}" for word, amount in self.figures)


def rows_in_words(count: int) -> str:
    """How many rows, where a list has no better word for them."""
    return trn("{count} row", "{count} rows", count)


class Totals(QWidget):
    """
    The count, and the sums of the most frequent currency; those of the others wait behind a button.

    Where room is short the figures before the last one wait there as well. Everything can be copied.

    Signals:
        copied: the text that is now on the clipboard
    """

    copied = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._in_words: Callable[[int], str] = rows_in_words
        self._notes: Callable[[], Sequence[str]] = tuple
        self._count: int | None = None
        self._sums: tuple[Sums, ...] = ()
        self._note, self._counted = (PlainLabel("", self, emphasis=True) for _ in range(2))
        self._figures: list[PlainLabel] = []
        self._row, self.more, self._menu = QHBoxLayout(self), QToolButton(self), QMenu(self)
        self._build()
        Wording(self).follow(self.render_all)
        Dressing(self, self._dress)

    def speak(self, in_words: Callable[[int], str], notes: Callable[[], Sequence[str]] = tuple) -> None:
        """Say a count by `in_words`, after `notes`, both of which tell translated texts."""
        self._in_words, self._notes = in_words, notes
        self.render_all()

    def show_count(self, count: int | None) -> None:
        """Another question has so many rows, or it is still being counted; earlier sums no longer stand."""
        self._count, self._sums = count, ()
        self.render_all()

    def show_sums(self, count: int, sums: Sequence[Sums]) -> None:
        """So many rows come to this, or to nothing that could be added up."""
        self._count, self._sums = count, tuple(sorted(sums, key=lambda one: -one.rows))
        self.render_all()

    def text(self) -> str:
        """Everything in a line, as it is copied and said aloud."""
        parts = [*self._notes(), self._told_count(), *(one.told() for one in self._sums)]
        return "   ".join(part for part in parts if part)

    def render_all(self) -> None:
        """Say everything again, in the language of the screen."""
        notes = "   ".join(note for note in self._notes() if note)
        self._note.setText(notes)
        self._note.setVisible(bool(notes))
        self._counted.setText(self._told_count())
        figures = self._sums[0].figures if self._sums else ()
        while len(self._figures) < len(figures):
            self._figures.append(self._add())
        for number, label in enumerate(self._figures):
            if number < len(figures):
                word, amount = figures[number]
                label.setText(f"{tr(word)} {money(amount)}")
        others = len(self._sums) - 1
        self.more.setText(f"+{others}" if others > 0 else "")
        # Without the room that a style keeps for the mark of a menu.
        self.more.setFixedWidth(self.more.fontMetrics().horizontalAdvance(self.more.text()) + _BUTTON)
        self.more.setVisible(bool(self._sums))
        self.more.setAccessibleName(tr("All sums"))
        set_tip(self.more, "\n".join(one.told() for one in self._sums))
        self.setAccessibleName(self.text())
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(self._needs(len(self._shown)), _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._needs(min(len(self._shown), 1)), _HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @property
    def _shown(self) -> Sequence[PlainLabel]:
        return self._figures[: len(self._sums[0].figures)] if self._sums else ()

    def _build(self) -> None:
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(_GAP)
        self._row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        self._row.addStretch(1)
        self._row.addWidget(self._note)
        self._row.addWidget(self._counted)
        self._row.addWidget(self.more)
        for label in (self._note, self._counted):
            label.make_selectable()
        self.more.setObjectName("more")
        self.more.setIconSize(QSize(14, 14))
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setMenu(self._menu)
        self._menu.aboutToShow.connect(self._fill)

    def _add(self) -> PlainLabel:
        label = PlainLabel("", self)
        label.make_selectable()
        self._row.insertWidget(self._row.count() - 1, label)
        return label

    def _told_count(self) -> str:
        if self._count is None:
            return tr("counting…")
        return self._in_words(self._count) if self._count else ""

    def _needs(self, figures: int) -> int:
        labels = [*self._shown[len(self._shown) - figures :], self._counted]
        labels += [self._note] if self._note.text() else []
        width = sum(label.sizeHint().width() + _GAP for label in labels)
        return width + (self.more.sizeHint().width() if self._sums else 0)

    def _fit(self) -> None:
        shown = self._shown
        whole = self.width() >= self._needs(len(shown))
        for number, label in enumerate(self._figures):
            is_last = number == len(shown) - 1
            label.setVisible(number < len(shown) and (whole or is_last))
            font = label.font()
            if font.bold() != is_last:
                font.setBold(is_last)
                label.setFont(font)

    def _fill(self) -> None:
        self._menu.clear()
        for one in self._sums:
            line = f"{self._in_words(one.rows)}   {one.told()}"
            self._menu.addAction(shown_mnemonics(line, 200), partial(self._copy, line))
        self._menu.addSeparator()
        self._menu.addAction(tr("Copy all as cells"), lambda: self._copy(self._cells()))

    def _cells(self) -> str:
        """The sums for a spreadsheet: a line each, the count first and then bare figures."""
        if not self._sums:
            return self.text()
        head = ["", "", *(tr(word) for word, _ in self._sums[0].figures)]
        lines = [
            [one.figures[0][1].currency, str(one.rows), *(str(amount.value) for _, amount in one.figures)]
            for one in self._sums
        ]
        return "\n".join("\t".join(line) for line in (head, *lines))

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.copied.emit(text)

    def _dress(self) -> None:
        self.more.setIcon(icon("copy", shades(self).quiet, 14))
