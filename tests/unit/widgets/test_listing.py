"""A list under a sync: whatever comes late, fails or is replaced, the rows are those that are asked for."""

from __future__ import annotations

import asyncio
import logging
import os
import random
from array import array
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from PySide6.QtCore import QItemSelectionModel
from PySide6.QtGui import QGuiApplication

from doubles.shop import MemoryRecord
from portdesk.domain.errors import StoreUnusableError
from portdesk.domain.money import Amount
from portdesk.qt.tables import CHUNK, Column
from portdesk.widgets.kit import listing as kit
from portdesk.widgets.kit.disclosing import Disclosing
from portdesk.widgets.kit.exporting import Sheet
from portdesk.widgets.kit.filters import Asked, ChipSpec, FilterBar
from portdesk.widgets.kit.listing import Listing, Order
from portdesk.widgets.kit.totals import Sums, rows_in_words
from screen import NOW, HeardAlerts, eventually, settled

pytestmark = pytest.mark.anyio

CAMPAIGN = int(os.environ.get("PORTDESK_CAMPAIGN", "1"))
KINDS = ("a", "b")
TOP = 20
"""Rows that are looked at whole."""
SEVERAL = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows


class Query(NamedTuple):
    """Which kinds, and whether the newest come first."""

    kinds: frozenset[str]
    descending: bool

    @property
    def sign(self) -> Decimal:
        """A sum that no other question has."""
        return Decimal(1000 + 2 * sum(1 << KINDS.index(kind) for kind in self.kinds) + self.descending)


@dataclass(frozen=True)
class Item:
    """A row: which it is for good, its id in the file, its kind, how often it changed."""

    name: str
    id: int
    kind: str
    version: int = 0


COLUMNS: tuple[Column[Item], ...] = (
    Column(key="name", title="Name", text=lambda item: item.name, width=90, sort="name"),
    Column(key="version", title="Version", text=lambda item: str(item.version), width=50),
)


@dataclass
class Call:
    """A question to the source that waits for its answer, which is as old as the question."""

    what: str
    query: object
    result: object
    future: asyncio.Future[Any]


class World:
    """Items that come and change; every answer about them waits until it is let go."""

    def __init__(self) -> None:
        self.items: dict[int, Item] = {}
        self.waiting: list[Call] = []
        self.files = 0
        self._next = 0

    def begin_file(self, size: int) -> None:
        """Another file, in which the same ids stand for other items."""
        self.files += 1
        self.items.clear()
        self._next = 0
        self.add(size)

    def add(self, count: int) -> None:
        for _ in range(count):
            self._next += 1
            kind = KINDS[(self._next * 7 + self.files) % 3 % 2]
            self.items[self._next] = Item(f"{self.files}:{self._next}", self._next, kind)

    def change(self, id_: int) -> None:
        self.items[id_] = replace(self.items[id_], version=self.items[id_].version + 1)

    def answer(self, query: Query) -> list[int]:
        fitting = (id_ for id_, item in self.items.items() if not query.kinds or item.kind in query.kinds)
        return sorted(fitting, reverse=query.descending)

    async def ids(self, query: Query) -> array[int]:
        return array("q", await self._ask("ids", query, self.answer(query)))

    async def first_ids(self, query: Query, limit: int) -> array[int]:
        return array("q", await self._ask("first", query, self.answer(query)[:limit]))

    async def count(self, query: Query) -> int:
        return int(await self._ask("count", query, len(self.answer(query))))

    async def add_up(self, query: Query) -> list[Sums]:
        rows = len(self.answer(query))
        sums = [Sums(rows=rows, figures=(("net", Amount(query.sign, "KRW")),))]
        return list(await self._ask("sums", query, sums))

    async def rows(self, ids: Sequence[int]) -> list[Item]:
        gone = Item("", 0, "")
        return list(await self._ask("rows", tuple(ids), [self.items.get(id_, gone) for id_ in ids]))

    def let_go(self, call: Call, error: Exception | None = None) -> None:
        self.waiting.remove(call)
        if call.future.done():
            return
        if error is None:
            call.future.set_result(call.result)
        else:
            call.future.set_exception(error)

    async def _ask(self, what: str, query: object, result: object) -> Any:
        call = Call(what, query, result, asyncio.get_running_loop().create_future())
        self.waiting.append(call)
        try:
            return await call.future
        finally:
            if call in self.waiting:
                self.waiting.remove(call)


def ask(asked: Asked, order: Order) -> Query:
    return Query(frozenset(asked.chosen["kind"]), order.descending)


@pytest.fixture(autouse=True)
def no_breath(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("_BREATH", "_FIRST_SCREEN"):
        monkeypatch.setattr(kit, name, 0.0)
    logging.getLogger("portdesk.qt.tasks").disabled = True
    yield
    logging.getLogger("portdesk.qt.tasks").disabled = False


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def shown(world: World, alerts: HeardAlerts, theme: object) -> AsyncIterator[Listing[Query, Item]]:
    del theme
    kinds = ChipSpec(key="kind", title="Kind", choices=[(kind, kind) for kind in KINDS], several=True)
    listing: Listing[Query, Item] = Listing(
        world,
        COLUMNS,
        what="items",
        disclosing=Disclosing(MemoryRecord(), (), lambda _: None),  # type: ignore[arg-type] # in memory
        bar=FilterBar((kinds,), now=lambda: NOW),
        order=Order("name"),
        ask=ask,
        first_ids=world.first_ids,
        count=world.count,
        add_up=world.add_up,
        on_error=alerts.show,
    )
    listing.resize(900, 500)
    listing.show()
    yield listing
    await listing.end()
    listing.deleteLater()


def is_quiet(listing: Listing[Query, Item], world: World) -> bool:
    running = ("ask", "follow", "count", "choose")
    return (
        not world.waiting
        and not any(listing._tasks.is_running(name) for name in running)
        and listing.model.is_settled
    )


async def answer_all(listing: Listing[Query, Item], world: World) -> None:
    def go_on() -> bool:
        for call in list(world.waiting):
            world.let_go(call)
        listing.table.viewport().repaint()
        return is_quiet(listing, world)

    await settled()
    await eventually(go_on)


def query_of(listing: Listing[Query, Item]) -> Query:
    return listing._query()


def choose_kinds(listing: Listing[Query, Item], *kinds: str) -> None:
    listing.bar.restore({"chips": {"kind": list(kinds)}})


class Life:
    """What happens to a list, one thing after the other, and what must be true of it at any time."""

    def __init__(self, listing: Listing[Query, Item], world: World, alerts: HeardAlerts, seed: int) -> None:
        self.listing, self.world, self.alerts = listing, world, alerts
        self.dice = random.Random(seed)
        self.details: Item | None = None
        self.answered: set[Query] = set()
        listing.chosen.connect(self._on_chosen)
        self.steps: tuple[Callable[[], None], ...] = (
            *(self.answer_one,) * 8,
            *(self.fail_one,) * 1,
            *(self.rows_come,) * 2,
            *(self.rows_change,) * 2,
            *(self.ask_otherwise,) * 2,
            *(self.turn_round,) * 1,
            *(self.ask_the_same,) * 1,
            *(self.listing.stop,) * 1,
            *(self.choose_one,) * 2,
            *(self.choose_several,) * 1,
            *(self.scroll,) * 2,
            *(self.copy,) * 1,
            self.file_is_replaced,
        )

    async def live(self, steps: int) -> None:
        self.world.begin_file(self.dice.choice((0, 3, 40, 3 * CHUNK)))
        self.listing.ask_anew()
        for _ in range(steps):
            self.dice.choice(self.steps)()
            if self.dice.random() < 0.8:
                await settled()
            self.see()
        await answer_all(self.listing, self.world)
        if failed := bool(self.alerts.take()):  # it is tried again with the next change
            self.see()
            self.rows_come()
            await answer_all(self.listing, self.world)
        for number in range(min(len(self.listing.model.ids), TOP)):
            self.listing.model.row(number)
        await answer_all(self.listing, self.world)
        self.see_all()
        chosen = self.listing.table.chosen_id()
        if chosen is not None and not (failed and self.details is None):
            assert self.details is not None
            assert self.details.id == chosen

    def see(self) -> None:
        """What is shown answers one question; its sums and details are of nothing else."""
        listing, model = self.listing, self.listing.model
        items = [item for row in range(min(len(model.ids), 40)) if (item := model.row(row)) is not None]
        of_this_file = f"{self.world.files}:"
        assert all(item.name.startswith(of_this_file) or not item.name for item in items)
        query = listing._shown
        if query is not None:
            assert all(not query.kinds or item.kind in query.kinds for item in items)
            assert list(model.ids) == sorted(model.ids, reverse=query.descending)
            assert "₩" not in listing.bar.totals.text() or f"₩{query.sign:,}" in listing.bar.totals.text()
            assert listing.bar.totals.text() or not listing._export.isEnabled() or not len(model.ids)
        else:
            assert not len(model.ids)
            assert "₩" not in listing.bar.totals.text()
        if self.details is not None:
            assert self.details.name.startswith(of_this_file)

    def see_all(self) -> None:
        """Once everything is answered, all of the newest question and nothing else is there."""
        listing, query = self.listing, query_of(self.listing)
        wanted = self.world.answer(query)
        assert list(listing.model.ids) == wanted
        shown = [listing.model.row(number) for number in range(min(len(wanted), TOP))]
        assert shown == [self.world.items[id_] for id_ in wanted[:TOP]]
        if wanted:
            assert listing.bar.totals.text() == f"{rows_in_words(len(wanted))}   net ₩{query.sign:,}"
        assert listing.sheet().ids == listing.model.ids
        assert listing._export.isEnabled()

    def _on_chosen(self, item: Item | None) -> None:
        self.details = item

    # ---- what may happen

    def answer_one(self) -> None:
        if self.world.waiting:
            self.world.let_go(self.dice.choice(self.world.waiting))

    def fail_one(self) -> None:
        if self.world.waiting:
            self.world.let_go(self.dice.choice(self.world.waiting), OSError("the disk is gone"))

    def rows_come(self) -> None:
        self.world.add(self.dice.choice((1, 2, 30)))
        self.listing.note_change()

    def rows_change(self) -> None:
        for id_ in self.dice.sample(sorted(self.world.items), min(5, len(self.world.items))):
            self.world.change(id_)
        self.listing.note_change()

    def ask_otherwise(self) -> None:
        choose_kinds(self.listing, *self.dice.choice(((), ("a",), ("b",), KINDS)))

    def turn_round(self) -> None:
        self.listing.table.sort_asked.emit(0, not self.listing.order.descending)

    def ask_the_same(self) -> None:
        self.listing.ask_anew()

    def choose_one(self) -> None:
        if not self.listing.is_empty:
            self.listing.table.selectRow(self.dice.randrange(len(self.listing.model.ids)))

    def choose_several(self) -> None:
        for _ in range(3):
            if not self.listing.is_empty:
                row = self.dice.randrange(len(self.listing.model.ids))
                self.listing.table.selectionModel().select(self.listing.model.index(row, 0), SEVERAL)

    def scroll(self) -> None:
        bar = self.listing.table.verticalScrollBar()
        bar.setValue(self.dice.randrange(bar.maximum() + 1))
        self.listing.table.viewport().repaint()

    def copy(self) -> None:
        self.listing.table.copy_cells()

    def file_is_replaced(self) -> None:
        self.world.begin_file(self.dice.choice((0, 10, 2 * CHUNK)))
        for call in [call for call in self.world.waiting if call.what == "rows"]:
            call.result = [Item("", 0, "") for _ in call.result]  # type: ignore[attr-defined] # a list of rows
        self.listing.begin_anew()
        self.listing.note_change()


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(20 * CAMPAIGN))
async def test_whatever_happens_the_list_answers_the_newest_question(
    shown: Listing[Query, Item], world: World, alerts: HeardAlerts, seed: int
) -> None:
    await Life(shown, world, alerts, seed).live(80)


class TestOrder:
    async def test_an_older_look_does_not_come_over_a_newer_answer(
        self, shown: Listing[Query, Item], world: World
    ) -> None:
        world.begin_file(5)
        shown.ask_anew()
        await answer_all(shown, world)
        shown.note_change()
        await eventually(lambda: world.waiting)
        (older,) = world.waiting
        world.add(1)
        choose_kinds(shown, "a")
        choose_kinds(shown)
        await settled()
        for call in world.waiting[::-1]:
            world.let_go(call)
        await answer_all(shown, world)
        assert older.future.cancelled()
        assert len(shown.model.ids) == 6

    async def test_an_answer_to_what_was_asked_before_is_no_answer(
        self, shown: Listing[Query, Item], world: World
    ) -> None:
        """Who waits for the answer to a question of theirs may then take the first row."""
        world.begin_file(5)
        shown.ask_anew()
        await answer_all(shown, world)
        shown.note_change()
        await eventually(lambda: world.waiting)
        world.let_go(world.waiting[0])
        await eventually(lambda: any(call.what == "sums" for call in world.waiting))
        before = shown.answers
        choose_kinds(shown, "b")
        await settled()
        for call in [call for call in world.waiting if call.what == "sums"]:
            world.let_go(call)
        await settled()
        assert shown.answers == before
        await answer_all(shown, world)
        assert shown.answers > before


class TestFailure:
    async def test_rows_of_another_question_are_not_left_standing(
        self, shown: Listing[Query, Item], world: World, alerts: HeardAlerts
    ) -> None:
        world.begin_file(5)
        shown.ask_anew()
        await answer_all(shown, world)
        choose_kinds(shown, "a")
        await eventually(lambda: world.waiting)
        world.let_go(world.waiting[0], OSError("the disk is gone"))
        await settled()
        assert shown.is_empty
        assert shown.state.isVisible()
        assert shown.bar.totals.text() == ""
        assert len(alerts.take()) == 1

        shown.state.acted.emit()
        await answer_all(shown, world)
        assert [world.items[id_].kind for id_ in shown.model.ids] == ["a"] * len(shown.model.ids)
        assert shown.table.isVisible()

    async def test_a_failed_sum_leaves_the_rows(
        self, shown: Listing[Query, Item], world: World, alerts: HeardAlerts
    ) -> None:
        world.begin_file(5)
        shown.ask_anew()
        await eventually(lambda: world.waiting)
        world.let_go(world.waiting[0])
        await eventually(lambda: any(call.what == "sums" for call in world.waiting))
        for call in [call for call in world.waiting if call.what == "sums"]:
            world.let_go(call, OSError("the disk is gone"))
        await answer_all(shown, world)
        assert len(alerts.take()) == 1
        assert len(shown.model.ids) == 5
        assert shown.bar.totals.text() == "5 rows"

    async def test_a_failed_sum_of_newer_rows_leaves_no_older_one(
        self, shown: Listing[Query, Item], world: World, alerts: HeardAlerts
    ) -> None:
        world.begin_file(5)
        shown.ask_anew()
        await answer_all(shown, world)
        world.add(2)
        shown.note_change()
        await eventually(lambda: world.waiting)
        world.let_go(world.waiting[0])
        await eventually(lambda: any(call.what == "sums" for call in world.waiting))
        for call in [call for call in world.waiting if call.what == "sums"]:
            world.let_go(call, OSError("the disk is gone"))
        await answer_all(shown, world)
        assert len(alerts.take()) == 1
        assert shown.bar.totals.text() == "7 rows"


async def test_a_replaced_file_takes_the_choice_with_it(shown: Listing[Query, Item], world: World) -> None:
    """Its ids stand for others now, and nobody chose those."""
    world.begin_file(5)
    shown.ask_anew()
    await answer_all(shown, world)
    chosen: list[Item | None] = []
    shown.chosen.connect(chosen.append)
    shown.table.selectRow(2)
    await answer_all(shown, world)
    assert chosen[-1] is not None
    world.begin_file(5)
    shown.begin_anew()
    assert chosen[-1] is None
    await answer_all(shown, world)
    assert shown.table.chosen_rows() == []
    assert shown.model.row(2) == world.items[shown.model.ids[2]]


async def test_an_export_does_not_go_on_in_another_file(shown: Listing[Query, Item], world: World) -> None:
    world.begin_file(5)
    shown.ask_anew()
    await answer_all(shown, world)
    sheet = shown.sheet()
    exporting = asyncio.get_running_loop().create_task(_rows(sheet))
    await answer_all(shown, world)
    assert [row.name for row in await exporting] == [world.items[id_].name for id_ in sheet.ids]

    world.begin_file(5)
    shown.begin_anew()
    exporting = asyncio.get_running_loop().create_task(_rows(sheet))
    await answer_all(shown, world)
    with pytest.raises(StoreUnusableError):
        await exporting


async def _rows(sheet: Sheet[Item]) -> list[Item]:
    return await sheet.fetch(sheet.ids)


async def test_what_is_copied_is_what_was_chosen_whatever_comes_meanwhile(
    shown: Listing[Query, Item], world: World
) -> None:
    world.begin_file(4 * CHUNK)
    shown.ask_anew()
    await answer_all(shown, world)
    shown.table.selectAll()
    wanted = [world.items[id_].name for id_ in shown.model.ids]
    shown.table.copy_cells()
    for _ in range(3):
        world.add(50)
        shown.note_change()
        await settled()
        for call in [call for call in world.waiting if call.what == "ids"]:
            world.let_go(call)
        await settled()
    await answer_all(shown, world)
    await eventually(lambda: not shown.table._tasks.is_running("copy"))
    copied = QGuiApplication.clipboard().text().split("\n")
    assert [line.split("\t")[0] for line in copied] == wanted


async def test_rows_that_go_out_of_sight_while_others_are_fetched_are_there_nevertheless(
    shown: Listing[Query, Item], world: World
) -> None:
    world.begin_file(3 * CHUNK)
    shown.ask_anew()
    await answer_all(shown, world)
    numbers = [0, 2 * CHUNK]
    asking = asyncio.get_running_loop().create_task(shown.model.loaded_rows(numbers))
    await settled()
    shown.model.refresh(shown.model.ids[:CHUNK])
    await answer_all(shown, world)
    assert [row.id for row in await asking] == [3 * CHUNK, CHUNK]
