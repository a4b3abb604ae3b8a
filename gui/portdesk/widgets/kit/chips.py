"""Filters as chips: each says what it holds and opens its choices."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from portdesk.qt.words import Wording, tr

Choice = tuple[Hashable, str]
"""A value and the English text it is called by."""


class Chip(QToolButton):
    """
    One filter. With `several` any number of choices may be on, and none means all.

    Signals:
        changed: somebody chose otherwise
    """

    changed = Signal()

    def __init__(
        self, title: str, choices: Sequence[Choice], *, several: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("chip")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._title = title
        self._choices = tuple(choices)
        self._several = several
        self._menu = QMenu(self)
        self.setMenu(self._menu)
        self._group = QActionGroup(self)
        self._group.setExclusive(not several)
        self._actions: list[QAction] = [self._add() for _ in self._choices]
        if not several:
            self._actions[0].setChecked(True)
        Wording(self).follow(self._retranslate)

    @property
    def values(self) -> frozenset[Hashable]:
        """What is on."""
        return frozenset(
            value
            for (value, _), action in zip(self._choices, self._actions, strict=True)
            if action.isChecked()
        )

    @property
    def value(self) -> Hashable:
        """The one that is on, for a chip with a single choice."""
        return next(iter(self.values))

    @property
    def first(self) -> Hashable:
        """The first of the choices, which asks for everything where only one can be on."""
        return self._choices[0][0]

    def choose(self, *values: Hashable) -> None:
        """Switch exactly `values` on; nobody is told."""
        for (value, _), action in zip(self._choices, self._actions, strict=True):
            action.setChecked(value in values)
        self._retranslate()

    def _add(self) -> QAction:
        action = QAction(self._menu, checkable=True)
        action.triggered.connect(self._on_chosen)
        self._group.addAction(action)
        self._menu.addAction(action)
        return action

    def _on_chosen(self) -> None:
        self._retranslate()
        self.changed.emit()

    def _retranslate(self) -> None:
        on = []
        for (_, text), action in zip(self._choices, self._actions, strict=True):
            action.setText(tr(text))
            if action.isChecked():
                on.append(tr(text))
        held = self._held(on)
        self.setText(f"{tr(self._title)}: {held}")
        self.setAccessibleName(self.text())
        self._show_active(active=bool(on) and (self._several or not self._actions[0].isChecked()))

    def _held(self, on: Sequence[str]) -> str:
        if not on:
            return tr("all")
        return on[0] if len(on) == 1 else tr("{first} +{count}", first=on[0], count=len(on) - 1)

    def _show_active(self, *, active: bool) -> None:
        if self.property("active") != active:
            self.setProperty("active", active)
            self.style().unpolish(self)
            self.style().polish(self)
