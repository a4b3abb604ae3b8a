"""A local copy through whole lives: written, asked, interrupted, killed; it answers like a list."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from doubles.indexed import assert_whole, make_bounds_small
from doubles.looking import Answer, Looking
from portdesk.domain.payment_lists import CurrencyTotal, PaymentQuery
from portdesk.domain.payments import Payment
from portdesk.store import search_index
from portdesk.store.database import Database
from portdesk.store.migrations import MIGRATIONS
from portdesk.store.payments import PaymentStore
from samples.histories import made, page, pages, question, read_at

T = TypeVar("T")

ROOT = Path(__file__).parents[3]
MEMORY_DISK = Path("/dev/shm")  # noqa: S108 - only where it is known to be memory
FEW, FIRST = 7, 200
CAMPAIGN = int(os.environ.get("PORTDESK_CAMPAIGN", "1"))
seeds = st.integers(0, 2**32)

Told = tuple[Answer, Answer, Answer, int, list[CurrencyTotal]]
"""All answers, the first of them, the very first, their number, their sums."""


async def told(store: PaymentStore, query: PaymentQuery) -> Told:
    """What a list asks of the store, all at once as it does."""
    *lists, count, totals = await asyncio.gather(
        store.ids(query),
        store.first_ids(query, FIRST),
        store.first_ids(query, FEW),
        store.count(query),
        store.totals(query),
    )
    ids, first, few = [[row.imp_uid for row in await store.rows(found)] for found in lists]
    return ids, first, few, count, totals


def looked_up(looking: Looking, query: PaymentQuery) -> Told:
    """What it should be told."""
    found = looking.answer(query)
    return found, found[:FIRST], found[:FEW], len(found), looking.totals(query)


def forget(connection: sqlite3.Connection) -> None:
    """As a file comes that knew of no index."""
    connection.execute("UPDATE payments SET place = NULL")
    connection.execute("INSERT INTO payment_search (payment_search) VALUES ('delete-all')")


class Life(RuleBasedStateMachine):
    """The store and a list go through the same; what one is asked, the other is asked too."""

    @initialize()
    def begin(self) -> None:
        self.patch = pytest.MonkeyPatch()
        make_bounds_small(self.patch, slot_bits=3, rows=5)
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp(dir=MEMORY_DISK if MEMORY_DISK.is_dir() else None))
        self.looking = Looking()
        self.turn = 0
        self.is_complete = True
        self.open()

    def open(self) -> None:
        self.database = self.run(
            Database.open(self.folder / "cache.db", MIGRATIONS, tidy_up=search_index.merge_some)
        )
        self.store = PaymentStore(self.database)

    def run(self, awaitable: Awaitable[T]) -> T:
        async def wait() -> T:
            return await awaitable

        return self.runner.run(wait())

    def next_turn(self) -> int:
        self.turn += 1
        return self.turn

    def save(self, objects: list[Payment]) -> None:
        known = dict(self.looking.all)
        changed = self.run(self.store.save(objects, read_at=read_at(self.next_turn())))
        assert changed == {new.imp_uid for new in objects if known.get(new.imp_uid) != new}
        self.looking.save(objects)

    @rule(seed=seeds, new=st.integers(0, 40), changed=st.integers(0, 30))
    def save_a_page(self, seed: int, new: int, changed: int) -> None:
        self.save(page(random.Random(seed), len(self.looking.all), new=new, changed=changed))

    @rule(seed=seeds, times=st.integers(10, 40))
    def save_little_by_little(self, seed: int, times: int) -> None:
        """Each is a segment of its own, so that the index has to merge them some time."""
        dice = random.Random(seed)
        for _ in range(times):
            self.save(page(dice, len(self.looking.all), new=dice.choice((0, 1, 2)), changed=1))

    @rule(seed=seeds)
    def read_again_what_is_known(self, seed: int) -> None:
        objects = list(self.looking.all.values())
        some = random.Random(seed).sample(objects, min(20, len(objects)))
        assert self.run(self.store.save(some, read_at=read_at(self.next_turn()))) == frozenset()

    @rule(seed=seeds)
    def an_old_page_arrives_late(self, seed: int) -> None:
        dice = random.Random(seed)
        old = [made(dice, number) for number in dice.sample(range(len(self.looking.all)), self.few)]
        assert self.run(self.store.save(old, read_at=read_at(0))) == frozenset()

    @rule(seed=seeds, new=st.integers(1, 60), changed=st.integers(0, 30), steps=st.integers(0, 12))
    def leave_a_save_halfway(self, seed: int, new: int, changed: int, steps: int) -> None:
        """It happened as a whole or not at all."""
        objects = page(random.Random(seed), len(self.looking.all), new=new, changed=changed)

        async def leave() -> None:
            saving = asyncio.get_running_loop().create_task(
                self.store.save(objects, read_at=read_at(self.next_turn()))
            )
            for _ in range(steps):
                await asyncio.sleep(0)
            saving.cancel()
            with suppress(asyncio.CancelledError):
                await saving

        self.run(leave())
        self.run(self.database.write(lambda _: None))  # the writer may be about to end it just now
        news = [new for new in objects if self.looking.all.get(new.imp_uid) != new]
        known = [self.run(self.store.find(new.imp_uid)) for new in news]
        happened = {row is not None and row.payment == new for row, new in zip(known, news, strict=True)}
        assert len(happened) < 2
        if happened == {True}:
            self.looking.save(objects)

    @rule(seed=seeds, new=st.integers(1, 60), changed=st.integers(0, 30))
    def ask_while_it_is_written(self, seed: int, new: int, changed: int) -> None:
        """Every answer is that of before or of after."""
        dice = random.Random(seed)
        query = question(dice)
        objects = page(dice, len(self.looking.all), new=new, changed=changed)
        before = looked_up(self.looking, query)

        async def ask() -> Told:
            _, answers = await asyncio.gather(
                self.store.save(objects, read_at=read_at(self.next_turn())), told(self.store, query)
            )
            return answers

        answers = self.run(ask())
        self.looking.save(objects)
        if self.is_complete or not query.terms:
            for answer, *either in zip(answers, before, looked_up(self.looking, query), strict=True):
                assert answer in either

    @rule()
    def forget_the_index(self) -> None:
        self.run(self.database.write(forget))
        self.is_complete = not self.looking.all

    @precondition(lambda self: not self.is_complete)
    @rule(limit=st.integers(1, 100), times=st.integers(1, 5))
    def fill_the_index(self, limit: int, times: int) -> None:
        for _ in range(times):
            self.is_complete = not self.run(self.store.take_into_search(limit))

    @rule()
    def close_and_open(self) -> None:
        self.run(self.database.close())
        self.open()

    @rule()
    def rest(self) -> None:
        """What the store does when nobody wants anything of it changes no answer."""
        self.run(asyncio.sleep(0.01))

    @rule(seed=seeds)
    def ask_much(self, seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(10):
            self.ask(question(dice))

    @invariant()
    def answers_are_those_of_the_list(self) -> None:
        self.ask(question(random.Random(self.turn)))

    def ask(self, query: PaymentQuery) -> None:
        found = self.run(told(self.store, query))
        if self.is_complete or not query.terms:
            assert found == looked_up(self.looking, query)
        elif self.run(self.store.is_searchable()):
            self.is_complete = True
        else:  # it says that it is not complete; what it finds is right nevertheless
            wanted = self.looking.answer(query)
            assert found[0] == [imp_uid for imp_uid in wanted if imp_uid in set(found[0])]

    @property
    def few(self) -> int:
        return min(5, len(self.looking.all))

    def teardown(self) -> None:
        if hasattr(self, "runner"):
            self.run(self.database.write(assert_whole))
            self.run(self.database.close())
            self.runner.close()
            shutil.rmtree(self.folder)
            self.patch.undo()


Life.TestCase.settings = settings(
    max_examples=12 * CAMPAIGN, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
TestLife = Life.TestCase


WRITER = """
import asyncio, sys
from itertools import islice
from pathlib import Path
sys.path[:0] = {paths!r}
from portdesk.store.database import Database
from portdesk.store.migrations import MIGRATIONS
from portdesk.store.payments import PaymentStore
from portdesk.store.search_index import merge_some
from samples.histories import pages, read_at


async def write() -> None:
    database = await Database.open(Path({path!r}), MIGRATIONS, tidy_up=merge_some)
    store = PaymentStore(database)
    print("begun", flush=True)
    for turn, page in islice(enumerate(pages({seed})), {turn}, None):
        await store.save(page, read_at=read_at(turn))
        await store.take_into_search(7)
        print(turn, flush=True)
        if turn % 16 == 0:
            await asyncio.sleep(0.07)  # a pause in which parts are merged


asyncio.run(write())
"""


class Killed:
    """A copy whose writer is killed again and again, and goes on each time where it was."""

    def __init__(self, path: Path, seed: int) -> None:
        self.path = path
        self.turn = 0
        self.looking = Looking()
        self._seed = seed
        self._pages = pages(seed)

    def write_and_be_killed(self, dice: random.Random) -> None:
        """At any moment, not only after a line."""
        paths = [str(ROOT / "gui"), str(ROOT / "tests")]
        code = WRITER.format(paths=paths, path=str(self.path), seed=self._seed, turn=self.turn)
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            lines = [writer.stdout.readline() for _ in range(dice.randrange(1, 50))]
            time.sleep(dice.random() * 0.005)  # noqa: TID251 - a kill waits for nothing
            writer.send_signal(signal.SIGKILL)
            lines += writer.stdout.readlines()
        assert writer.returncode == -signal.SIGKILL
        for _ in lines[1:]:
            self.go_on()

    def go_on(self) -> None:
        """One more page was committed."""
        self.looking.save(next(self._pages))
        self.turn += 1

    async def look(self, dice: random.Random, *, forgets: bool) -> None:
        """Nothing that was committed is lost, nothing half done, and the index is whole or says it is not."""
        database = await Database.open(self.path, MIGRATIONS)
        store = PaymentStore(database)
        if await told(store, PaymentQuery()) != looked_up(self.looking, PaymentQuery()):
            self.go_on()  # killed before it could say so
        await database.write(assert_whole)
        is_complete = await store.is_searchable()
        for query in (PaymentQuery(), *(question(dice) for _ in range(12))):
            if is_complete or not query.terms:
                assert await told(store, query) == looked_up(self.looking, query)
        if forgets:
            await database.write(forget)
        await database.close()


@pytest.mark.campaign
def test_a_kill_loses_nothing_that_was_committed(tmp_path: Path) -> None:
    for seed in range(CAMPAIGN):
        dice = random.Random(seed)
        killed = Killed(tmp_path / f"{seed}.db", seed)
        for _ in range(3):
            killed.write_and_be_killed(dice)
            asyncio.run(killed.look(dice, forgets=dice.random() < 0.5))
        assert killed.turn > 0
