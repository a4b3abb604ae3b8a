"""The bar above a list: search, period, chips, what was understood, totals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Final, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from portdesk.qt.marks import Mark
from portdesk.qt.words import Wording, later
from portdesk.widgets.kit.chips import Chip, Choice
from portdesk.widgets.kit.period import ALL, PeriodChip
from portdesk.widgets.kit.search import Part, Parts, SearchField
from portdesk.widgets.kit.totals import Totals

_LINE: Final = 32

Code = TypeVar("Code", bound=Enum)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChipSpec:
    """One chip of the bar: its name in saved views, its English title, its choices by a short text each."""

    key: str
    title: str
    choices: Sequence[Choice]
    several: bool = False


def chip_of(key: str, title: str, words: Mapping[Code, tuple[Mark, str]]) -> ChipSpec:
    """A chip that lets any of these codes through, by their English words."""
    choices = tuple((code.value, word) for code, (_, word) in words.items())
    return ChipSpec(key=key, title=title, choices=choices, several=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the bar asks for: the search as typed, the moments, and what is on in each chip."""

    text: str
    since: datetime | None
    until: datetime | None
    chosen: Mapping[str, frozenset[str]]

    def among(self, key: str, codes: type[Code]) -> frozenset[Code]:
        """The `codes` that are on in the chip `key`."""
        return frozenset(map(codes, self.chosen[key]))


class FilterBar(QWidget):
    """
    Says what is asked for. It knows no word of what is listed.

    `understand` tells what it reads in a search as parts, each with the text that would be left
    without it; without it there is no search.

    Signals:
        changed: somebody asks for something else
        left: the person is done typing and goes to the list
    """

    changed = Signal()
    left = Signal()

    def __init__(
        self,
        specs: Sequence[ChipSpec],
        *,
        now: Callable[[], datetime],
        understand: Callable[[str], Sequence[Part]] | None = None,
        hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("filters")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._understand = understand or (lambda _: ())
        self.search = SearchField(self)
        self.parts = Parts(self)
        self.period = PeriodChip(now, self)
        self.chips = {
            spec.key: Chip(spec.title, spec.choices, several=spec.several, parent=self) for spec in specs
        }
        self._single = {spec.key for spec in specs if not spec.several}
        self._clear = QToolButton(self)
        self._clear.setObjectName("flat")
        self._clear.setMaximumHeight(_LINE)  # it comes and goes, and the list must not move
        self.totals = Totals(self)
        self.actions_row, self.standing_row = QHBoxLayout(), QHBoxLayout()
        self._build()
        self._connect()
        words = Wording(self)
        words.say(self._clear.setText, later("Clear"))
        if hint:
            words.say(self.search.setPlaceholderText, hint)
        self.search.setVisible(understand is not None)
        words.say(self.search.setAccessibleName, later("Search"))
        words.follow(self._show_parts)
        self._show_clear()

    @property
    def is_clear(self) -> bool:
        """Whether everything is asked for."""
        return (
            not self.search.typed.strip()
            and self.period.is_clear
            and all(self._is_clear(key) for key in self.chips)
        )

    @property
    def asked(self) -> Asked:
        """What is asked for now."""
        since, until = self.period.bounds()
        chosen = {key: frozenset(map(str, chip.values)) for key, chip in self.chips.items()}
        return Asked(text=self.search.typed, since=since, until=until, chosen=chosen)

    def in_order(self) -> list[QWidget]:
        """What can be reached by keyboard, from left to right and line by line."""
        dates = (self.period.chip, self.period.since, self.period.until)
        first = [self.search, *dates, *self.chips.values(), *_widgets(self.actions_row)]
        last = [widget for widget in _widgets(self.standing_row) if widget not in (self.parts, self.totals)]
        return [*first, *last, *self.parts.chips, self.totals.more]

    def clear(self) -> None:
        """Ask for everything."""
        self.restore({})

    def state(self) -> dict[str, Any]:
        """What is asked for, to be remembered."""
        return {
            "text": self.search.typed,
            "period": self.period.state(),
            "chips": {key: sorted(map(str, chip.values)) for key, chip in self.chips.items()},
        }

    def whole(self, state: object) -> dict[str, Any]:
        """What `state` asks for, said in full as `state()` says it."""
        told = state if isinstance(state, dict) else {}
        chips = told.get("chips")
        wanted = chips if isinstance(chips, dict) else {}
        return {
            "text": told.get("text", ""),
            "period": told.get("period") or [ALL],
            "chips": {
                key: sorted(wanted.get(key) or ([str(chip.first)] if key in self._single else []))
                for key, chip in self.chips.items()
            },
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Ask for what `state` told; whatever does not fit it is left open."""
        text = state.get("text")
        self.search.put(text if isinstance(text, str) else "")
        self.period.restore(state.get("period"))
        chips = state.get("chips")
        for key, chip in self.chips.items():
            wanted = chips.get(key) if isinstance(chips, dict) else None
            chip.choose(*(wanted if isinstance(wanted, list) else ()))
            if key in self._single and not chip.values:
                chip.choose(chip.first)
        self._on_changed()

    def ask(self, text: str) -> None:
        """Search for `text` among everything."""
        self.restore({"text": text})

    def _is_clear(self, key: str) -> bool:
        chip = self.chips[key]
        return chip.value == chip.first if key in self._single else not chip.values

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.search, 2)
        for widget in (self.period, *self.chips.values()):
            row.addWidget(widget)
        row.addStretch(1)
        row.addLayout(self.actions_row)
        self.standing_row.setSpacing(8)
        self.standing_row.addWidget(self._clear, 0, Qt.AlignmentFlag.AlignTop)
        self.standing_row.addWidget(self.parts, 1, Qt.AlignmentFlag.AlignVCenter)
        self.standing_row.addWidget(self.totals, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 4)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addLayout(self.standing_row)

    def _connect(self) -> None:
        self.search.searched.connect(self._on_changed)
        self.search.left.connect(self.left)
        self.parts.changed_to.connect(self.search.setText)
        self.period.changed.connect(self._on_changed)
        for chip in self.chips.values():
            chip.changed.connect(self._on_changed)
        self._clear.clicked.connect(self.clear)
        for keys in ("Ctrl+F", "Ctrl+K"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(self._on_search_asked)

    def _on_search_asked(self) -> None:
        if self.search.isHidden():
            self.period.chip.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _on_changed(self) -> None:
        self._show_parts()
        self._show_clear()
        self.changed.emit()

    def _show_parts(self) -> None:
        self.parts.show_parts(self._understand(self.search.typed))

    def _show_clear(self) -> None:
        self._clear.setVisible(not self.is_clear)


def _widgets(row: QHBoxLayout) -> list[QWidget]:
    items = (row.itemAt(place) for place in range(row.count()))
    return [widget for item in items if item is not None and (widget := item.widget()) is not None]
