"""What is seen of a list: a bar above it, its table, its details beside it, its views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final, Generic, TypeVar

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from portdesk.domain.messages import Message
from portdesk.qt.tables import PagedModel
from portdesk.qt.words import later
from portdesk.widgets.kit.arranging import ArrangeDialog
from portdesk.widgets.kit.filters import FilterBar
from portdesk.widgets.kit.news import News
from portdesk.widgets.kit.source import Nothing, Order
from portdesk.widgets.kit.state import StateCard
from portdesk.widgets.kit.stopping import Stopping
from portdesk.widgets.kit.table import TableView
from portdesk.widgets.kit.views import View, ViewMenu
from portdesk.widgets.kit.working import Working

Row = TypeVar("Row")

_NOTHING_FITS: Final = Message("Nothing fits the search and the filters.")
_UNREADABLE: Final = Message("The list could not be read.")


class Frame(QWidget, Generic[Row]):
    """
    Holds the parts together: what is asked for and in what order, what is shown, what is remembered.

    It asks nobody for rows; a `Listing` does. `meant` is a search that finds something where the one
    that was typed finds nothing; with `is_unreadable` the rows that are asked for could not be had.

    Signals:
        reordered: the rows are wanted in another order
        tried_again: what could not be read is wanted nevertheless
    """

    reordered = Signal()
    tried_again = Signal()

    def __init__(
        self,
        model: PagedModel[Row],
        bar: FilterBar,
        order: Order,
        *,
        details: QWidget | None,
        views: Sequence[View],
        nothing: Nothing,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        model.setParent(self)
        self.bar, self.model = bar, model
        self.table = TableView(model, self)
        self.state = StateCard(self)
        self.news = News(self.table)
        self.views = ViewMenu(views, self)
        self.order = order
        self.meant = ""
        self.is_unreadable = False
        self._nothing, self._details = nothing, details
        self._build()
        self._follow_parts()

    @property
    def is_empty(self) -> bool:
        """Whether nothing answers what is asked."""
        return not len(self.model.ids)

    def order_tabs(self) -> None:
        """Let the tab key go as the eye does; to be called again when the bar has more in it."""
        aside = [] if self._details is None else _in_order(self._details)
        for before, after in pairwise((*self.bar.in_order(), self.table, *aside)):
            QWidget.setTabOrder(before, after)

    def say_nothing(self, nothing: Nothing) -> None:
        """Say `nothing` from now on while there are no rows at all."""
        self._nothing = nothing
        self.show_state()

    def show_state(self) -> None:
        """Show the list, or its `state` card while it is empty."""
        if self.is_empty:
            self._say_why()
        self._pages.setCurrentWidget(self.state if self.is_empty else self.table)

    def _say_why(self) -> None:
        if self.is_unreadable:
            self.state.show_state("reload", _UNREADABLE, action=later("Try again"))
        elif self.bar.is_clear:
            said = self._nothing
            self.state.show_state(said.picture, said.sentence, more=said.more, busy=said.busy)
        else:
            self.state.show_state("search", _NOTHING_FITS, action=self._offered() or later("Show everything"))

    def _offered(self) -> Message | None:
        return Message("Search for “{text}”", text=self.meant) if self.meant else None

    def view_state(self) -> dict[str, Any]:
        """Filters, order and columns, to be kept as a view."""
        key = next((column.key for column in self.model.columns if column.sort == self.order.sort), "")
        return {
            "filters": self.bar.state(),
            "order": [key, self.order.descending],
            "columns": self.table.layout_state(),
        }

    def restore_view(self, state: Mapping[str, Any]) -> None:
        """Show what `view_state` told; what it does not tell stays as it is."""
        match state.get("order"):
            case [str(key), bool(descending)]:
                sorts = {column.key: column.sort for column in self.model.columns}
                if sorts.get(key) is not None:
                    self.order = Order(sorts[key], descending)
                    self._show_order()
        columns, filters = state.get("columns"), state.get("filters")
        if isinstance(columns, dict):
            self.table.restore_layout(columns)
        self.bar.restore(filters if isinstance(filters, dict) else {})

    def fits(self, view: View) -> bool:
        """Whether `view` is what is shown; what it does not tell may be anything."""
        if not self._asks_alike(view):
            return False
        told, shown = view.state, self.view_state()
        columns = told.get("columns")
        return told.get("order", shown["order"]) == shown["order"] and (
            columns is None or _shown_keys(columns) == _shown_keys(shown["columns"])
        )

    def _asks_alike(self, view: View) -> bool:
        return self.bar.whole(view.state.get("filters")) == self.bar.state()

    def go_back(self, filters: Mapping[str, Any], order: Order) -> None:
        """Have these filters and this order again, without asking for anything."""
        self.order = order
        self._show_order()
        if self.bar.state() != filters:
            with QSignalBlocker(self.bar):
                self.bar.restore(filters)
        self._name_view()

    def layout_state(self) -> dict[str, Any]:
        """Columns, divider and own views, to be remembered."""
        return {
            "columns": self.table.layout_state(),
            "divider": self._splitter.sizes(),
            "views": self.views.state(),
        }

    def restore_layout(self, state: Mapping[str, Any]) -> None:
        """Put columns, divider and views back; whatever does not fit is passed over."""
        columns = state.get("columns")
        if isinstance(columns, dict):
            self.table.restore_layout(columns)
        self.views.restore(state.get("views"))
        match state.get("divider"):
            case [int(left), int(right)] if left > 0 and right > 0:
                self._splitter.setSizes([left, right])

    def _follow_parts(self) -> None:
        self.table.sort_asked.connect(self._on_sort_asked)
        self.bar.left.connect(self.table.setFocus)
        self.state.acted.connect(self._on_offer_taken)
        self.views.chosen.connect(lambda view: self.restore_view(view.state))
        self.views.save_asked.connect(lambda name: self.views.keep(View(name=name, state=self.view_state())))
        self.views.arrange_asked.connect(self._on_arrange_asked)
        self.table.layout_changed.connect(self._name_view)
        self.bar.changed.connect(self._name_view)
        self.bar.parts.grown.connect(self.order_tabs)
        self.working.ended.connect(self.stopping.withdraw)

    def _build(self) -> None:
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.table)
        self._pages.addWidget(self.state)
        self.working = Working(self._pages)
        self.stopping = Stopping(self.table, self._pages)
        self.escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self._pages)
        self.escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.escape.setEnabled(False)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.addWidget(self._pages)
        if self._details is not None:
            self._splitter.addWidget(self._details)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setCollapsible(0, False)
        self._splitter.setSizes([900, 400])
        self._layout = layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.bar.standing_row.insertWidget(0, self.views, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.bar)
        layout.addWidget(self._splitter, 1)
        self._show_order()
        self._name_view()
        self.order_tabs()

    def _name_view(self) -> None:
        self.views.look(self.fits, self._asks_alike)

    def _on_arrange_asked(self) -> None:
        dialog = ArrangeDialog(self.views.own, self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.arranged.connect(self.views.arrange)
        dialog.open()

    def _show_order(self) -> None:
        for number, column in enumerate(self.model.columns):
            if column.sort == self.order.sort:
                self.table.show_sort(number, descending=self.order.descending)

    def _on_offer_taken(self) -> None:
        if self.is_unreadable:
            self.tried_again.emit()
            return
        if self.meant and self.is_empty:
            self.bar.search.setText(self.meant)
        else:
            self.bar.clear()
        self.bar.search.setFocus()

    def _on_sort_asked(self, column: int, descending: bool) -> None:  # noqa: FBT001 - a signal's argument
        self.order = Order(self.model.columns[column].sort, descending)
        self._name_view()
        self.reordered.emit()


def _in_order(widget: QWidget) -> list[QWidget]:
    """What inside `widget` can have the focus, in the order of the tab key."""
    found, here = [], widget.nextInFocusChain()
    while here is not None and here is not widget:
        if widget.isAncestorOf(here) and here.focusPolicy() != Qt.FocusPolicy.NoFocus:
            found.append(here)
        here = here.nextInFocusChain()
    return found


def _shown_keys(columns: Mapping[str, Any]) -> list[str]:
    """The columns that are shown, from left to right, of what a table told of its layout."""
    places = {
        key: place
        for key, told in columns.items()
        if isinstance(told, list) and len(told) == len(("width", "place", "shown"))
        for _, place, shown in [told]
        if shown
    }
    return sorted(places, key=lambda key: places[key])
