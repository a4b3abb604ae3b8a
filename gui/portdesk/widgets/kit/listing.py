"""A list with its details beside it: asks, shows, and keeps its place while rows change."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Any, Final, Generic, Protocol, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QSplitter, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from portdesk.domain.keyboard_layout import other_layout
from portdesk.domain.messages import Message
from portdesk.qt.tables import CHUNK, Column, PagedModel
from portdesk.qt.tasks import OnError, Tasks
from portdesk.qt.words import Wording, later, tr, trn
from portdesk.widgets.kit.arranging import ArrangeDialog
from portdesk.widgets.kit.asking import Question
from portdesk.widgets.kit.disclosing import Disclosing
from portdesk.widgets.kit.exporting import ExportStrip, Sheet, export_column
from portdesk.widgets.kit.filters import Asked, FilterBar
from portdesk.widgets.kit.news import News
from portdesk.widgets.kit.state import StateCard
from portdesk.widgets.kit.table import TableView
from portdesk.widgets.kit.text import shown_mnemonics
from portdesk.widgets.kit.totals import Sums, rows_in_words
from portdesk.widgets.kit.views import View, ViewMenu
from portdesk.widgets.kit.working import Working

Query = TypeVar("Query")
Query_contra = TypeVar("Query_contra", contravariant=True)
Row = TypeVar("Row")

_BREATH: Final = 0.25
"""Seconds between two looks while rows are being written, at least."""
_REST: Final = 4
"""How many times as long as a look has taken the next one waits: looking is not to be all that is done."""
_FIRST_SCREEN: Final = 0.05
"""Seconds in which the rows in view come before the counting of all."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is sorted by: a column's `sort`, and which end comes first."""

    sort: Any
    descending: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar:
    """A search for others like a row: what it is called, translated, and what the bar asks for then."""

    name: str
    filters: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing:
    """What stands in place of a list without any rows; `busy` while that may change by itself."""

    sentence: Message
    picture: str = "empty"
    more: Message | None = None
    busy: bool = False


_NOTHING: Final = Nothing(sentence=Message("There is nothing here yet."))
_NOTHING_FITS: Final = Message("Nothing fits the search and the filters.")


class Source(Protocol[Query_contra, Row]):
    """Where the rows of a list come from."""

    def ids(self, query: Query_contra) -> Awaitable[array[int]]:
        """The row ids that answer `query`, in its order."""

    def rows(self, ids: Sequence[int]) -> Awaitable[list[Row]]:
        """The rows of these ids, in their order, one for each."""


class Listing(QWidget, Generic[Query, Row]):
    """
    The frame of a tab: a bar above, the list on the left, details on the right.

    It knows no word of what it lists. `ask` tells the query for what the bar asks and an order;
    `first_ids` what a long answer begins with, which is shown until the whole of it is there;
    `count` how many rows answer, which is known before a long answer is there; `add_up` what they come to,
    which the bar shows beside their count. That is told by `in_words`, after the `notes` of what else is
    to be known. `nothing` stands in place of no rows at all; where only the filters let none through, the
    list says so by itself. `words`
    are the folded words of a query that are marked in the rows. `similar` tells, for a row, what
    searches would find others like it. `export_columns` are the same columns for a worker thread,
    where nothing may change under an export, `masked_columns` those with all personal data masked.
    `what` names the list in the record that `disclosing` keeps of exports.

    Signals:
        counted: how many rows (int) answer a new question, or None while that is not known
        answered: the list shows the answer to what is asked; `answers` counts them
        chosen: the current row itself, or None
    """

    counted = Signal(object)
    answered = Signal()
    chosen = Signal(object)

    def __init__(
        self,
        source: Source[Query, Row],
        columns: Sequence[Column[Row]],
        *,
        what: str,
        disclosing: Disclosing,
        bar: FilterBar,
        order: Order,
        ask: Callable[[Asked, Order], Query],
        on_error: OnError,
        first_ids: Callable[[Query, int], Awaitable[array[int]]] | None = None,
        details: QWidget | None = None,
        count: Callable[[Query], Awaitable[int]] | None = None,
        add_up: Callable[[Query], Awaitable[Sequence[Sums]]] | None = None,
        in_words: Callable[[int], str] = rows_in_words,
        notes: Callable[[], Sequence[str]] = tuple,
        nothing: Nothing = _NOTHING,
        words: Callable[[Query], Sequence[str]] = lambda _: (),
        similar: Callable[[Row], Sequence[Similar]] = lambda _: (),
        views: Sequence[View] = (),
        export_name: Callable[[], str] = lambda: "portdesk",
        export_columns: Callable[[], Sequence[Column[Row]]] | None = None,
        masked_columns: Callable[[], Sequence[Column[Row]]] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._source = source
        self._ask, self._add_up, self._words = ask, add_up, words
        self._nothing = nothing
        self._shown: Query | None = None
        self._details = details
        self._meant = ""
        self._first_ids, self._count = first_ids, count
        self._similar, self._export_name = similar, export_name
        self._what, self._disclosing = what, disclosing
        self._export_columns = export_columns or (lambda: columns)
        self._masked_columns = masked_columns or self._export_columns
        self._order = order
        self._tasks = Tasks(self, on_error)
        self._is_stale = False
        self.answers = 0
        self.bar = bar
        self.model = PagedModel(columns, source.rows, on_error=on_error, parent=self)
        self.table = TableView(self.model, self)
        self.state = StateCard(self)
        self.news = News(self.table)
        self.views = ViewMenu(views, self)
        self.bar.totals.speak(in_words, notes)
        self.exporting: ExportStrip[Row] = ExportStrip(disclosing.record, on_error, self)
        self._export = QToolButton(self)
        self._build()
        self._connect()

    @property
    def is_empty(self) -> bool:
        """Whether nothing answers what is asked."""
        return not len(self.model.ids)

    def ask_anew(self) -> None:
        """Ask from the beginning, as after another filter or order."""
        self._tasks.start("ask", self._ask_anew)

    def note_change(self) -> None:
        """Rows were written: look again soon, without losing the place."""
        self._is_stale = True
        if not self._tasks.is_running("follow"):
            self._tasks.start("follow", self._follow)

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
        if self.bar.is_clear:
            said = self._nothing
            self.state.show_state(said.picture, said.sentence, more=said.more, busy=said.busy)
        else:
            self.state.show_state("search", _NOTHING_FITS, action=self._offered() or later("Show everything"))

    def _offered(self) -> Message | None:
        return Message("Search for “{text}”", text=self._meant) if self._meant else None

    def export(self) -> None:
        """Write exactly what is shown to a file: these columns, in this order, of these rows."""
        if self.is_empty or not self._export.isEnabled():
            return
        sheet = self.sheet()
        if sheet.personal:
            self._ask_why(sheet)
        else:
            self.exporting.ask_where(sheet)

    def sheet(self, *, masked: bool = False) -> Sheet[Row]:
        """What an export of the present list would hold."""
        made = self._masked_columns() if masked else self._export_columns()
        frozen = {column.key: column for column in made}
        columns = [frozen[column.key] for column in self.table.shown_columns()]
        return Sheet(
            name=self._export_name(),
            what=self._what,
            columns=[export_column(column) for column in columns],
            keys=[column.key for column in columns],
            ids=self.model.ids[:],
            fetch=self._source.rows,
            personal={column.key: tr(column.title) for column in columns if column.reveals},
        )

    def _ask_why(self, sheet: Sheet[Row]) -> None:
        sentence = trn(
            "This file will hold personal data that is not masked: {columns}, of {count} row.",
            "This file will hold personal data that is not masked: {columns}, of {count} rows.",
            len(sheet.ids),
            columns=", ".join(sheet.personal.values()),
        )
        question = Question(
            title=tr("Export"),
            sentence=sentence,
            action=tr("Export as it is"),
            masked=tr("Export masked"),
            obstacle=self._disclosing.record.obstacle,
        )
        self._disclosing.ask(
            question,
            self.window(),
            answered=lambda why: self.exporting.ask_where(replace(sheet, why=why)),
            masked=lambda: self.exporting.ask_where(self.sheet(masked=True)),
        )

    def view_state(self) -> dict[str, Any]:
        """Filters, order and columns, to be kept as a view."""
        key = next((column.key for column in self.model.columns if column.sort == self._order.sort), "")
        return {
            "filters": self.bar.state(),
            "order": [key, self._order.descending],
            "columns": self.table.layout_state(),
        }

    def restore_view(self, state: Mapping[str, Any]) -> None:
        """Show what `view_state` told; what it does not tell stays as it is."""
        match state.get("order"):
            case [str(key), bool(descending)]:
                sorts = {column.key: column.sort for column in self.model.columns}
                if sorts.get(key) is not None:
                    self._order = Order(sorts[key], descending)
                    self._show_order()
        columns, filters = state.get("columns"), state.get("filters")
        if isinstance(columns, dict):
            self.table.restore_layout(columns)
        self.bar.restore(filters if isinstance(filters, dict) else {})

    def fits(self, view: View) -> bool:
        """Whether `view` is what is shown; what it does not tell may be anything."""
        told, shown = view.state, self.view_state()
        columns = told.get("columns")
        return (
            self._asks_alike(view)
            and told.get("order", shown["order"]) == shown["order"]
            and (columns is None or _shown_keys(columns) == _shown_keys(shown["columns"]))
        )

    def _asks_alike(self, view: View) -> bool:
        return self.bar.whole(view.state.get("filters")) == self.bar.state()

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

    async def end(self) -> None:
        """Stop everything under way."""
        await self._tasks.end()
        await self.exporting.end()
        await self.table.end()
        await self.model.end()

    def _connect(self) -> None:
        self.table.sort_asked.connect(self._on_sort_asked)
        self.table.row_chosen.connect(self._on_row_chosen)
        self.table.menu_asked.connect(self._on_menu_asked)
        self.bar.changed.connect(self.ask_anew)
        self.bar.left.connect(self.table.setFocus)
        self.state.acted.connect(self._on_offer_taken)
        self.views.chosen.connect(lambda view: self.restore_view(view.state))
        self.views.save_asked.connect(lambda name: self.views.keep(View(name=name, state=self.view_state())))
        self.views.arrange_asked.connect(self._on_arrange_asked)
        self.table.layout_changed.connect(self._name_view)
        self.bar.changed.connect(self._name_view)
        self._export.clicked.connect(self.export)
        shortcut = QShortcut(QKeySequence("Ctrl+E"), self)
        shortcut.activated.connect(self.export)
        Wording(self).say(self._export.setText, later("Export…"))

    def _build(self) -> None:
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.table)
        self._pages.addWidget(self.state)
        self.working = Working(self._pages)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.addWidget(self._pages)
        if self._details is not None:
            self._splitter.addWidget(self._details)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setCollapsible(0, False)
        self._splitter.setSizes([900, 400])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.bar.standing_row.insertWidget(0, self.views, 0, Qt.AlignmentFlag.AlignTop)
        self.bar.actions_row.addWidget(self._export)
        layout.addWidget(self.bar)
        layout.addWidget(self.exporting)
        layout.addWidget(self._splitter, 1)
        self._show_order()
        self._name_view()
        self.order_tabs()
        self.bar.parts.grown.connect(self.order_tabs)

    def _name_view(self) -> None:
        self.views.look(self.fits, self._asks_alike)

    def _on_arrange_asked(self) -> None:
        dialog = ArrangeDialog(self.views.own, self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.arranged.connect(self.views.arrange)
        dialog.open()

    def _show_order(self) -> None:
        for number, column in enumerate(self.model.columns):
            if column.sort == self._order.sort:
                self.table.show_sort(number, descending=self._order.descending)

    def _on_offer_taken(self) -> None:
        if self._meant and self.is_empty:
            self.bar.search.setText(self._meant)
        else:
            self.bar.clear()
        self.bar.search.setFocus()

    def _on_sort_asked(self, column: int, descending: bool) -> None:  # noqa: FBT001 - a signal's argument
        self._order = Order(self.model.columns[column].sort, descending)
        self._name_view()
        self.ask_anew()

    def _on_row_chosen(self, number: int) -> None:
        self._tasks.start("choose", self._choose, number)

    def _query(self) -> Query:
        return self._ask(self.bar.asked, self._order)

    def _on_menu_asked(self, number: int, menu: QMenu) -> None:
        row = self.model.row(number)
        for like in self._similar(row) if row is not None else ():
            menu.addAction(shown_mnemonics(like.name), partial(self.bar.restore, like.filters))

    async def _choose(self, number: int) -> None:
        self.chosen.emit(await self.model.loaded_row(number))

    async def _ask_anew(self) -> None:
        number = self.working.begin()
        try:
            await self._answer(self._query())
        finally:
            self.working.end(number)

    async def _answer(self, query: Query) -> None:
        self._tasks.cancel("count")
        ids = await (self._source.ids(query) if self._first_ids is None else self._first_ids(query, CHUNK))
        lost = self._show(query, ids)
        self._export.setEnabled(True)  # an earlier question may have ended while its rest was awaited
        if self._first_ids is not None and len(ids) == CHUNK:
            lost = await self._show_rest(query, lost)
        else:
            self._tell_count(len(ids))
        if lost is not None:
            self.chosen.emit(None)
        await self._tell(query)
        if not ids and not self.bar.is_clear:
            await self._look_for_what_was_meant()

    async def _look_for_what_was_meant(self) -> None:
        """Where nothing fits, offer what the same keys type on the other keyboard, if that is found."""
        meant = other_layout(self.bar.asked.text)
        if meant is not None:
            query = self._ask(replace(self.bar.asked, text=meant), self._order)
            ids = await (self._source.ids(query) if self._first_ids is None else self._first_ids(query, 1))
            self._meant = meant if ids else ""
            self.show_state()

    async def _count_rows(self, query: Query, count: Callable[[Query], Awaitable[int]]) -> None:
        await asyncio.sleep(_FIRST_SCREEN)
        self._tell_count(await count(query))

    def _show(self, query: Query, ids: array[int]) -> int | None:
        """Show an answer from its beginning; the id that was chosen, if it is not among these."""
        chosen = self.table.chosen_id()
        self._shown, self._meant = query, ""
        self.table.mark_words(self._words(query))
        self.news.clear()
        self.model.show(ids)
        self.show_state()
        if chosen is None:
            self.chosen.emit(None)
        elif not self.table.choose(chosen):
            return chosen
        return None

    async def _show_rest(self, query: Query, lost: int | None) -> int | None:
        """Let the whole of an answer follow its first rows; no export may hold less."""
        self._export.setEnabled(False)
        self._tell_count(None)
        if self._count is not None:
            self._tasks.start("count", self._count_rows, query, self._count)
        ids = await self._source.ids(query)
        self._tasks.cancel("count")
        self._tell_count(len(ids))
        self.table.keep_place(partial(self.model.refresh, ids))
        self._export.setEnabled(True)
        if lost is None or self.table.chosen_id() is not None or self.table.choose(lost):
            return None
        return lost

    async def _follow(self) -> None:
        loop, breath = asyncio.get_running_loop(), _BREATH
        while self._is_stale:
            if not self._tasks.is_running("ask"):  # else what is on its way may be older than the change
                self._is_stale = False
                begun = loop.time()
                await self._look_again(self._query())
                breath = max(_BREATH, _REST * (loop.time() - begun))
            await asyncio.sleep(breath)

    async def _look_again(self, query: Query) -> None:
        ids = await self._source.ids(query)
        if query != self._query() or self._tasks.is_running("ask"):
            self._is_stale = self._tasks.is_running("ask")
            return
        self._shown = query
        self.news.add(self.table.keep_place(partial(self.model.refresh, ids)))
        self._export.setEnabled(True)
        self.show_state()
        await self._tell(query)

    def _tell_count(self, count: int | None) -> None:
        """Another question is answered, so the sums of the one before no longer stand."""
        self.bar.totals.show_count(count)
        self.counted.emit(count)

    async def _tell(self, query: Query) -> None:
        sums = () if self._add_up is None else await self._add_up(query)
        if query == self._shown:  # somebody may have asked for something else meanwhile
            self.bar.totals.show_sums(len(self.model.ids), sums)
        self.answers += 1
        self.answered.emit()


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
