"""Saved views of a list: filters, order and columns under a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QMenu, QToolButton, QWidget, QWidgetAction

from portdesk.domain.plain import visible
from portdesk.qt.words import Wording, tr
from portdesk.widgets.kit.text import set_tip, shown_mnemonics

LONGEST: Final = 40
"""Characters of a view's name."""
_SHOWN: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """
    What a list shows, under a name.

    `state` is what the listing tells of itself; what it does not tell may be anything. The name of a
    `ready` view is an English text and is translated; that of the person's own is shown as it is.
    """

    name: str
    state: Mapping[str, Any]
    ready: bool = False

    @property
    def title(self) -> str:
        """Its name as it is shown."""
        return tr(self.name) if self.ready else self.name


class ViewMenu(QToolButton):
    """
    Names the view that is shown, chooses another, saves the present one under a name.

    Signals:
        chosen: the View to show
        save_asked: the name (str) to keep the present view under
        arrange_asked: the own views are to be renamed, ordered or deleted
        own_changed: the person's own views are other ones
    """

    chosen = Signal(object)
    save_asked = Signal(str)
    arrange_asked = Signal()
    own_changed = Signal()

    def __init__(self, ready: Sequence[View], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chip")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._ready = tuple(ready)
        self._own: tuple[View, ...] = ()
        self._current: View | None = None
        self._is_changed = False
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.setMenu(self._menu)
        Wording(self).follow(self._render)

    @property
    def own(self) -> tuple[View, ...]:
        """The person's own views, in their order."""
        return self._own

    @property
    def current(self) -> View | None:
        """The view that is shown, or was before something was changed in it."""
        return self._current

    def keep(self, view: View) -> None:
        """Add `view` to the person's own, in place of one of that name, and be in it."""
        if any(one.name == view.name for one in self._own):
            self.arrange([view if one.name == view.name else one for one in self._own], now_in=view)
        else:
            self.arrange([*self._own, view], now_in=view)

    def arrange(self, own: Sequence[View], *, now_in: View | None = None) -> None:
        """These are the person's own views from now on; `now_in` is the one that is shown."""
        shown = now_in or self._current
        self._own = tuple(own)
        is_kept = shown is not None and (shown.ready or shown in self._own)
        if now_in is not None:
            self._is_changed = False
        self._current = shown if is_kept else None
        self._render()
        self.own_changed.emit()

    def look(self, fits: Callable[[View], bool], asks_alike: Callable[[View], bool]) -> None:
        """
        Find out which view is shown now.

        `fits` tells whether one is what the list shows, `asks_alike` whether its filters are at least:
        with another order or other columns it is still that view, changed.
        """
        current = self._current
        if current is None or not fits(current):
            others = () if current and asks_alike(current) else (*self._own, *self._ready)
            found = next((view for view in others if fits(view)), None)
            self._is_changed = found is None
            self._current = found or current
        else:
            self._is_changed = False
        self._render()

    def state(self) -> list[dict[str, Any]]:
        """The person's own views, to be remembered."""
        return [{"name": view.name, "state": dict(view.state)} for view in self._own]

    def restore(self, state: object) -> None:
        """Take over what `state` told; whatever does not fit is passed over."""
        own: dict[str, View] = {}
        for kept in state if isinstance(state, list) else []:
            match kept:
                case {"name": str(name), "state": dict(inner)} if name:
                    own[name[:LONGEST]] = View(name=name[:LONGEST], state=inner)
        self._own = tuple(own.values())
        self._render()

    def _fill(self) -> None:
        menu, current = self._menu, self._current
        menu.clear()
        for number, view in enumerate((*self._ready, *self._own)):
            if number == len(self._ready):
                menu.addSeparator()
            action = menu.addAction(shown_mnemonics(view.title))
            action.setCheckable(True)
            action.setChecked(view == current and not self._is_changed)
            action.triggered.connect(partial(self._choose, view))
        menu.addSeparator()
        if current is not None and not current.ready and self._is_changed:
            name = shown_mnemonics(tr("Save the changes in “{name}”", name=current.name))
            menu.addAction(name, partial(self.save_asked.emit, current.name))
        menu.addAction(self._naming())
        if self._own:
            menu.addAction(tr("Rename, order, delete…"), self.arrange_asked.emit)

    def _naming(self) -> QWidgetAction:
        action = QWidgetAction(self._menu)
        name = QLineEdit(self._menu)
        name.setMaxLength(LONGEST)
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
        self._current = view
        self.chosen.emit(view)

    def _render(self) -> None:
        text, told = tr("Views"), tr("Ready and saved views of this list")
        is_far_from_all = self._is_changed and self._current is not None and not self._current.state
        if self._current is not None and not is_far_from_all:
            name = visible(self._current.title, _SHOWN)
            text = tr("View: {name}", name=name)
            if self._is_changed:
                text = tr("View: {name}, changed", name=name)
                told = tr("“{name}” with other filters, columns or another order", name=self._current.title)
        self.setText(text.replace("&", "&&"))
        self.setAccessibleName(text)
        set_tip(self, told)
