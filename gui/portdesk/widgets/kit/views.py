"""Saved views of a list: filters, order and columns under a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QMenu, QToolButton, QWidget, QWidgetAction

from portdesk.qt.words import Wording, tr
from portdesk.widgets.kit.text import set_tip, shown_mnemonics

_LONGEST: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """
    What a list shows, under a name.

    `state` is what the listing tells of itself. The name of a `ready` view is an English text and
    is translated; that of the person's own is shown as it is.
    """

    name: str
    state: Mapping[str, Any]
    ready: bool = False


class ViewMenu(QToolButton):
    """
    Chooses a view, saves the present one under a name, takes an own one away.

    Signals:
        chosen: the View to show
        save_asked: the name (str) to keep the present view under
        own_changed: the person's own views are other ones
    """

    chosen = Signal(object)
    save_asked = Signal(str)
    own_changed = Signal()

    def __init__(self, ready: Sequence[View], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chip")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._ready = tuple(ready)
        self._own: dict[str, View] = {}
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.setMenu(self._menu)
        Wording(self).follow(self._render)

    @property
    def own(self) -> tuple[View, ...]:
        """The person's own views, in the order they were saved."""
        return tuple(self._own.values())

    def keep(self, view: View) -> None:
        """Add `view` to the person's own, in place of one of that name."""
        self._own[view.name] = view
        self.own_changed.emit()

    def state(self) -> list[dict[str, Any]]:
        """The person's own views, to be remembered."""
        return [{"name": view.name, "state": dict(view.state)} for view in self.own]

    def restore(self, state: object) -> None:
        """Take over what `state` told; whatever does not fit is passed over."""
        self._own.clear()
        for kept in state if isinstance(state, list) else []:
            match kept:
                case {"name": str(name), "state": dict(inner)} if name:
                    self._own[name[:_LONGEST]] = View(name=name[:_LONGEST], state=inner)

    def _fill(self) -> None:
        menu = self._menu
        menu.clear()
        for view in self._ready:
            menu.addAction(tr(view.name)).triggered.connect(partial(self._choose, view))
        if self._own:
            menu.addSeparator()
        for view in self.own:
            menu.addAction(shown_mnemonics(view.name)).triggered.connect(partial(self._choose, view))
        menu.addSeparator()
        menu.addAction(self._naming())
        if self._own:
            away = menu.addMenu(tr("Delete a view"))
            for view in self.own:
                away.addAction(shown_mnemonics(view.name)).triggered.connect(partial(self._remove, view.name))

    def _naming(self) -> QWidgetAction:
        action = QWidgetAction(self._menu)
        name = QLineEdit(self._menu)
        name.setMaxLength(_LONGEST)
        name.setMinimumWidth(200)
        name.setPlaceholderText(tr("Save this view as…"))
        name.setAccessibleName(tr("Save this view as…"))
        name.returnPressed.connect(lambda: self._save(name.text().strip()))
        action.setDefaultWidget(name)
        return action

    def _save(self, name: str) -> None:
        self._menu.close()
        if name:
            self.save_asked.emit(name)

    def _choose(self, view: View, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - a signal's argument
        self.chosen.emit(view)

    def _remove(self, name: str, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - a signal's argument
        self._own.pop(name, None)
        self.own_changed.emit()

    def _render(self) -> None:
        self.setText(tr("Views"))
        self.setAccessibleName(tr("Saved views"))
        set_tip(self, tr("Ready and saved views of this list"))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
