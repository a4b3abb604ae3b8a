"""Names and values in groups: the body of a detail pane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QGridLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from portdesk.domain.plain import visible
from portdesk.qt.words import tr
from portdesk.widgets.kit.text import PlainLabel, ValueLabel, set_tip

_NAME_WIDTH: Final = 116
_LONGEST_QUOTE: Final = 300
_LONGEST: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """
    One named value. `name` is translated already; an empty `value` is not shown at all.

    `wire` is the field's own name, shown on hover. `foreign` marks a text that somebody else wrote
    and that is quoted as such.
    """

    name: str
    value: str
    wire: str = ""
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Facts under one heading."""

    title: str
    facts: Sequence[Fact]


class Facts(QWidget):
    """Groups of facts below one another; rows are made once and reused."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(16)
        self._groups: list[_GroupBox] = []

    def show_groups(self, groups: Sequence[Group]) -> None:
        """Show `groups`, leaving out empty facts and groups without any."""
        full = [group for group in groups if any(fact.value for fact in group.facts)]
        while len(self._groups) < len(full):
            box = _GroupBox(self)
            self._groups.append(box)
            self._layout.addWidget(box)
        for number, box in enumerate(self._groups):
            box.setVisible(number < len(full))
            if number < len(full):
                box.show_group(full[number])


class _GroupBox(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._title = PlainLabel("", self, emphasis=True)
        self._rows: list[tuple[PlainLabel, PlainLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnMinimumWidth(0, _NAME_WIDTH)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(self._title, 0, 0, 1, 2)

    def show_group(self, group: Group) -> None:
        self._title.setText(group.title)
        facts = [fact for fact in group.facts if fact.value]
        while len(self._rows) < len(facts):
            self._add_row()
        for number, (name, value) in enumerate(self._rows):
            name.setVisible(number < len(facts))
            value.setVisible(number < len(facts))
            if number < len(facts):
                _show(name, value, facts[number])

    def _add_row(self) -> None:
        name = PlainLabel("", self, quiet=True, wraps=True)
        name.setFixedWidth(_NAME_WIDTH)
        value = ValueLabel("", self, wraps=True)
        value.make_selectable()
        value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        value.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        value.customContextMenuRequested.connect(lambda _place, value=value: _offer_copy(value))
        row = len(self._rows) + 1
        self._grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, row, 1)
        self._rows.append((name, value))


def _show(name: PlainLabel, value: PlainLabel, fact: Fact) -> None:
    name.setText(fact.name)
    set_tip(name, fact.wire)
    shown = f"“{visible(fact.value, _LONGEST_QUOTE)}”" if fact.foreign else visible(fact.value, _LONGEST)
    value.setText(shown)
    value.setForegroundRole(
        QPalette.ColorRole.PlaceholderText if fact.foreign else QPalette.ColorRole.WindowText
    )
    set_tip(value, fact.value if shown.endswith("…") else "")
    value.setAccessibleName(visible(f"{fact.name}: {fact.value}"))
    value.setProperty("plain", fact.value)


def _offer_copy(value: PlainLabel) -> None:
    menu = QMenu(value)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    plain = str(value.property("plain"))
    menu.addAction(tr("Copy the value"), lambda: QGuiApplication.clipboard().setText(plain))
    menu.popup(value.mapToGlobal(value.rect().bottomLeft()))
