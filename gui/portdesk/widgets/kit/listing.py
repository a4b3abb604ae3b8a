"""A list that asks for its rows, shows them, and keeps its place while they change."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final, Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from portdesk.domain.errors import StoreUnusableError
from portdesk.domain.keyboard_layout import other_layout
from portdesk.domain.messages import Message
from portdesk.qt.tables import CHUNK, Column, PagedModel
from portdesk.qt.tasks import OnError, Tasks
from portdesk.qt.words import Wording, later, tr, trn
from portdesk.widgets.kit.asking import Question
from portdesk.widgets.kit.disclosing import Disclosing
from portdesk.widgets.kit.exporting import ExportStrip, Sheet, export_column
from portdesk.widgets.kit.filters import Asked, FilterBar
from portdesk.widgets.kit.frame import Frame
from portdesk.widgets.kit.source import Answer, Before, Nothing, Order, Similar, Source
from portdesk.widgets.kit.text import shown_mnemonics
from portdesk.widgets.kit.totals import Sums, rows_in_words
from portdesk.widgets.kit.views import View

Query = TypeVar("Query")
Row = TypeVar("Row")

_BREATH: Final = 0.5
"""Seconds between two looks while rows are being written, at least."""
_REST: Final = 4
"""How many times as long as a look has taken the next one waits: looking is not to be all that is done."""
_FIRST_SCREEN: Final = 0.05
"""Seconds in which the rows in view come before the counting of all."""

_SORTING: Final = Message("Sorting…")
_LOOKING: Final = Message("Looking…")
_SORTING_STOPPED: Final = Message("Sorting was stopped; the list is as it was.")
_SEARCH_STOPPED: Final = Message("The search was stopped; the list is as it was.")
_REPLACED: Final = Message("The local copy was replaced while it was being exported; nothing was written.")
_EXPORT_AGAIN: Final = Message("Export again once the list is complete.")
_NOTHING: Final = Nothing(sentence=Message("There is nothing here yet."))


class Listing(Frame[Row], Generic[Query, Row]):
    """
    A list that asks for its rows, shows them and follows their changes.

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
        model = PagedModel(columns, source.rows, on_error=on_error)
        super().__init__(model, bar, order, details=details, views=views, nothing=nothing, parent=parent)
        self._source = source
        self._ask, self._add_up, self._words = ask, add_up, words
        self._shown: Query | None = None
        self._first_ids, self._count = first_ids, count
        self._similar, self._export_name = similar, export_name
        self._what, self._disclosing = what, disclosing
        self._export_columns = export_columns or (lambda: columns)
        self._masked_columns = masked_columns or self._export_columns
        self._tasks = Tasks(self, on_error)
        self._is_stale = False
        self._files = 0
        self._answered: Answer[Query] | None = None
        self._before: Before[Query] | None = None
        self.answers = 0
        self.bar.totals.speak(in_words, notes)
        self.exporting: ExportStrip[Row] = ExportStrip(disclosing.record, on_error, self)
        self._export = QToolButton(self)
        self._layout.insertWidget(1, self.exporting)
        self.bar.actions_row.addWidget(self._export)
        self.order_tabs()
        self._connect()

    def ask_anew(self) -> None:
        """Ask from the beginning, as after another filter or order."""
        if self._before is None and self._answered is not None:
            top = self.table.verticalScrollBar().value()
            self._keep(Before(self._answered, self.table.chosen_id(), top))
        self.stopping.forget()
        self._tasks.cancel("add up")
        is_following = self._tasks.is_running("follow")
        self._tasks.start("ask", self._ask_anew)
        if is_following:  # its question is no longer the one; let it take up the new one afterwards
            self._is_stale = True
            self._tasks.start("follow", self._follow)

    def stop(self) -> None:
        """Look no longer for what was asked for last; the list is as it was before, filters and order too."""
        before = self._before
        if before is None or not self._tasks.is_running("ask"):
            return
        for name in ("ask", "count"):
            self._tasks.cancel(name)
        outcome = _SORTING_STOPPED if self._is_same_search(before) else _SEARCH_STOPPED
        self._keep(None)
        self.go_back(before.answer.filters, before.answer.order)
        self._export.setEnabled(True)
        if self.model.ids is not before.answer.ids:  # else not even the first rows of another answer had come
            self._show_again(before)
        self.stopping.tell(outcome)
        self.table.setFocus()

    def begin_anew(self) -> None:
        """The ids of all rows stand for others now: let go of what is shown, and ask."""
        self._tasks.cancel("choose")
        self._files += 1
        self._shown = self._answered = None
        self._keep(None)
        self.model.forget()
        self.chosen.emit(None)
        self._tell_count(None)
        self.ask_anew()

    def note_change(self) -> None:
        """Rows were written: look again soon, without losing the place."""
        self._is_stale = True
        if not self._tasks.is_running("follow"):
            self._tasks.start("follow", self._follow)

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
            fetch=self._fetch_of_this_file(),
            personal={column.key: tr(column.title) for column in columns if column.reveals},
        )

    def _fetch_of_this_file(self) -> Callable[[Sequence[int]], Awaitable[list[Row]]]:
        file = self._files

        async def fetch(ids: Sequence[int]) -> list[Row]:
            rows = await self._source.rows(ids)
            if file != self._files:
                raise StoreUnusableError(_REPLACED, _EXPORT_AGAIN)
            return rows

        return fetch

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

    def _keep(self, before: Before[Query] | None) -> None:
        """Know what to go back to, as long as the whole of another answer is not there."""
        self._before = before
        self.escape.setEnabled(before is not None)
        if before is None:
            self.stopping.withdraw()

    def _is_same_search(self, before: Before[Query]) -> bool:
        return self.bar.state() == before.answer.filters

    def _show_again(self, before: Before[Query]) -> None:
        answer = before.answer
        self._show(answer.query, answer.ids)
        if before.chosen is not None:
            self.table.choose(before.chosen)
        self.table.executeDelayedItemsLayout()
        self.table.verticalScrollBar().setValue(before.top)
        self._tell_count(len(answer.ids))
        self._tasks.start("add up", self._tell, answer.query)

    def _offer_stop(self) -> None:
        if self._before is not None:
            self.stopping.offer(_SORTING if self._is_same_search(self._before) else _LOOKING)

    async def end(self) -> None:
        """Stop everything under way."""
        await self._tasks.end()
        await self.exporting.end()
        await self.table.end()
        await self.model.end()

    def _connect(self) -> None:
        self.reordered.connect(self.ask_anew)
        self.tried_again.connect(self.ask_anew)
        self.table.row_chosen.connect(self._on_row_chosen)
        self.table.menu_asked.connect(self._on_menu_asked)
        self.bar.changed.connect(self.ask_anew)
        self.working.appeared.connect(self._offer_stop)
        self.stopping.stop_asked.connect(self.stop)
        self.escape.activated.connect(self.stop)
        self._export.clicked.connect(self.export)
        shortcut = QShortcut(QKeySequence("Ctrl+E"), self)
        shortcut.activated.connect(self.export)
        Wording(self).say(self._export.setText, later("Export…"))

    def _on_row_chosen(self, number: int) -> None:
        self._tasks.start("choose", self._choose, number)

    def _query(self) -> Query:
        return self._ask(self.bar.asked, self.order)

    def _on_menu_asked(self, number: int, menu: QMenu) -> None:
        row = self.model.row(number)
        for like in self._similar(row) if row is not None else ():
            menu.addAction(shown_mnemonics(like.name), partial(self.bar.restore, like.filters))

    async def _choose(self, number: int) -> None:
        try:
            row = await self.model.loaded_row(number)
        except Exception:  # told by the task; what was chosen before is chosen no longer
            self.chosen.emit(None)
            raise
        self.chosen.emit(row)

    async def _ask_anew(self) -> None:
        number = self.working.begin()
        query = self._query()
        try:
            await self._answer(query)
        except Exception:  # told by the task
            self._keep(None)
            if query != self._shown or not self._export.isEnabled():
                self._show_failure()
            raise
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
        self._answered = Answer(query, self.bar.state(), self.order, self.model.ids)
        self._keep(None)
        if lost is not None:
            self.chosen.emit(None)
        await self._tell(query)
        if not ids and not self.bar.is_clear:
            await self._look_for_what_was_meant()

    def _show_failure(self) -> None:
        """Rows that answer another question, or a part of this one, are not left standing."""
        self._tasks.cancel("count")
        self._shown, self._answered, self.is_unreadable = None, None, True
        self.model.show(array("q"))
        self.chosen.emit(None)
        self._tell_count(0)
        self.show_state()

    async def _look_for_what_was_meant(self) -> None:
        """Where nothing fits, offer what the same keys type on the other keyboard, if that is found."""
        meant = other_layout(self.bar.asked.text)
        if meant is not None:
            query = self._ask(replace(self.bar.asked, text=meant), self.order)
            ids = await (self._source.ids(query) if self._first_ids is None else self._first_ids(query, 1))
            self.meant = meant if ids else ""
            self.show_state()

    async def _count_rows(self, query: Query, count: Callable[[Query], Awaitable[int]]) -> None:
        await asyncio.sleep(_FIRST_SCREEN)
        self._tell_count(await count(query))

    def _show(self, query: Query, ids: array[int]) -> int | None:
        """Show an answer from its beginning; the id that was chosen, if it is not among these."""
        chosen = self.table.chosen_id()
        self._shown, self.is_unreadable, self.meant = query, False, ""
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
        self._shown, self.is_unreadable = query, False
        if self.is_empty:
            self._tell_count(len(ids))
        self.news.add(self.table.keep_place(partial(self.model.refresh, ids)))
        self._answered = Answer(query, self.bar.state(), self.order, ids)
        self._export.setEnabled(True)
        self.show_state()
        await self._tell(query)

    def _tell_count(self, count: int | None) -> None:
        """Another question is answered, so the sums of the one before no longer stand."""
        self.bar.totals.show_count(count)
        self.counted.emit(count)

    async def _tell(self, query: Query) -> None:
        try:
            sums = () if self._add_up is None else await self._add_up(query)
        except Exception:  # told by the task
            self._tell_count(len(self.model.ids))
            raise
        self.bar.totals.show_sums(len(self.model.ids), sums)
        self.answers += 1
        self.answered.emit()
