"""The file under the local copy: who may use it when, and what happens when it is broken."""

from __future__ import annotations

import asyncio
import gc
import os
import random
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portdesk.domain.errors import StoreUnusableError
from portdesk.domain.payment_lists import PaymentQuery
from portdesk.domain.times import from_unix
from portdesk.store import database as database_module
from portdesk.store import worker as worker_module
from portdesk.store.database import Database
from portdesk.store.faults import DamageError
from portdesk.store.migrations import MIGRATIONS
from portdesk.store.payments import PaymentStore
from samples.payments import NOON, payment

pytestmark = pytest.mark.anyio

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
READ_AT = from_unix(NOON)
assert READ_AT is not None


async def started(begun: threading.Event) -> None:
    assert await asyncio.to_thread(begun.wait, 5)


def run_for_ever(connection: sqlite3.Connection, begun: threading.Event) -> None:
    begun.set()
    connection.execute(ENDLESS).fetchone()


def insert_then(connection: sqlite3.Connection, act: Callable[[], None]) -> None:
    connection.execute("INSERT INTO coverage VALUES ('paid', 1, 2)")
    act()


def covered(connection: sqlite3.Connection) -> int:
    return connection.execute("SELECT count(*) FROM coverage").fetchone()[0]


def boom() -> None:
    raise RuntimeError("boom")


class Mortal:
    """Tells when it ends, in the thread it ends in."""

    def __init__(self, tell: Callable[[], object]) -> None:
        self._tell = tell

    def __del__(self) -> None:
        self._tell()


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Nothing is freed but by the last one that lets go of it."""
    gc.disable()
    yield
    gc.enable()


class TestWork:
    async def test_a_failed_write_leaves_nothing(self, database: Database) -> None:
        with pytest.raises(RuntimeError, match="boom"):
            await database.write(insert_then, boom)
        assert await database.read(covered) == 0

    @pytest.mark.usefixtures("no_collector")
    @pytest.mark.parametrize("kind", [RuntimeError, sqlite3.OperationalError])
    async def test_what_stood_by_a_failed_job_ends_with_it_and_in_its_own_thread(
        self, database: Database, kind: type[Exception]
    ) -> None:
        ends: list[int] = []

        async def ask() -> None:
            mortal = Mortal(lambda: ends.append(threading.get_ident()))
            await database.read(fail)
            del mortal

        def fail(_: sqlite3.Connection) -> None:
            raise kind("disk I/O error")

        task = asyncio.get_running_loop().create_task(ask())
        await asyncio.wait([task])
        assert task.exception() is not None
        del task
        await database.read(covered)  # by then whoever failed has left the job behind

        assert ends == [threading.get_ident()]

    @pytest.mark.usefixtures("no_collector")
    async def test_a_worker_keeps_nothing_of_a_job_that_is_done(self, database: Database) -> None:
        ended = threading.Event()
        mortal = Mortal(ended.set)

        await database.read(lambda _, __: None, mortal)
        await database.write(lambda _, __: None, mortal)
        del mortal

        assert await asyncio.to_thread(ended.wait, 5)

    async def test_a_reader_cannot_write(self, database: Database) -> None:
        with pytest.raises(StoreUnusableError):
            await database.read(insert_then, lambda: None)

    async def test_cancelling_interrupts_the_sql(self, database: Database) -> None:
        for run in (database.read, database.write):
            begun = threading.Event()
            task = asyncio.get_running_loop().create_task(run(run_for_ever, begun))
            await started(begun)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await asyncio.wait_for(run(covered), 5) == 0

    async def test_an_interrupted_write_leaves_nothing(self, database: Database) -> None:
        begun = threading.Event()

        def write(connection: sqlite3.Connection) -> None:
            insert_then(connection, lambda: run_for_ever(connection, begun))

        task = asyncio.get_running_loop().create_task(database.write(write))
        await started(begun)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await database.read(covered) == 0

    async def test_an_interrupt_that_stays_in_force_stops_nothing_else(self, database: Database) -> None:
        """It does so as long as a statement is open, as FTS5 has them open of its own."""

        left_open: list[sqlite3.Cursor] = []

        def interrupted(connection: sqlite3.Connection) -> None:
            cursor = connection.execute("SELECT name FROM sqlite_master")
            insert_then(connection, lambda: left_open.append(cursor))
            connection.interrupt()
            connection.execute("SELECT 1")

        for _ in range(3):
            with pytest.raises(sqlite3.OperationalError, match="interrupted"):
                await database.write(interrupted)
            left_open.clear()
            assert await database.write(covered) == 0
        await database.write(insert_then, lambda: None)
        assert await database.read(covered) == 1

    async def test_a_job_cancelled_while_it_waits_is_never_begun(self, database: Database) -> None:
        begun, done = threading.Event(), []
        first = asyncio.get_running_loop().create_task(database.write(run_for_ever, begun))
        await started(begun)
        second = asyncio.get_running_loop().create_task(database.write(done.append))
        await asyncio.sleep(0)
        second.cancel()
        first.cancel()
        await asyncio.gather(first, second, return_exceptions=True)
        await database.write(covered)
        assert done == []

    async def test_readers_go_on_while_the_writer_works(self, database: Database) -> None:
        begun = threading.Event()
        task = asyncio.get_running_loop().create_task(database.write(run_for_ever, begun))
        await started(begun)
        assert await asyncio.wait_for(database.read(covered), 5) == 0
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    async def test_two_readers_work_at_once(self, database: Database) -> None:
        both = threading.Barrier(2, timeout=5)
        await asyncio.gather(*(database.read(lambda _: both.wait()) for _ in range(2)))

    async def test_slow_questions_that_were_given_up_free_both_readers(self, database: Database) -> None:
        begun = [threading.Event() for _ in range(2)]
        loop = asyncio.get_running_loop()
        slow = [loop.create_task(database.read(run_for_ever, event)) for event in begun]
        for event in begun:
            await started(event)
        waiting = loop.create_task(database.read(covered))
        await asyncio.sleep(0)
        slow[1].cancel()
        assert await asyncio.wait_for(waiting, 5) == 0
        slow[0].cancel()
        both = threading.Barrier(2, timeout=5)
        await asyncio.gather(*(database.read(lambda _: both.wait()) for _ in range(2)))
        assert all(
            isinstance(end, asyncio.CancelledError)
            for end in await asyncio.gather(*slow, return_exceptions=True)
        )

    async def test_a_reader_sees_whole_pages_only(self, database: Database) -> None:
        store = PaymentStore(database)
        writing = asyncio.get_running_loop().create_task(self._write_pages(store))
        while not writing.done():
            assert await store.count() % 50 == 0
        await writing

    async def _write_pages(self, store: PaymentStore) -> None:
        for page in range(20):
            await store.save([payment(page * 50 + n) for n in range(50)], read_at=READ_AT)


class Tidying:
    """Stands for work that can wait: `left` portions of it."""

    def __init__(self, left: int, error: Exception | None = None) -> None:
        self.left = left
        self.is_done = threading.Event()
        self._error = error

    def __call__(self, connection: sqlite3.Connection) -> bool:
        assert connection.in_transaction
        self.left -= 1
        connection.execute("INSERT INTO coverage VALUES ('paid', ?, 2)", (self.left,))
        if self.left <= 0:
            self.is_done.set()
        if self._error is not None:
            raise self._error
        return self.left > 0


class TestPauses:
    async def test_what_can_wait_is_done_portion_by_portion(self, path: Path) -> None:
        tidying = Tidying(3)
        database = await Database.open(path, MIGRATIONS, tidy_up=tidying)
        assert await asyncio.to_thread(tidying.is_done.wait, 5)
        await database.write(covered)
        assert (tidying.left, await database.read(covered)) == (0, 3)
        await database.close()

    async def test_it_waits_while_there_is_work(self, path: Path) -> None:
        tidying = Tidying(1)
        database = await Database.open(path, MIGRATIONS, tidy_up=tidying)
        assert await asyncio.to_thread(tidying.is_done.wait, 5)
        begun, free = threading.Event(), threading.Event()

        def hold(_: sqlite3.Connection) -> None:
            begun.set()
            free.wait(5)

        seen = []
        holding = asyncio.get_running_loop().create_task(database.write(hold))
        await started(begun)
        waiting = [database.write(lambda _: seen.append(tidying.left)) for _ in range(20)]
        tasks = [asyncio.get_running_loop().create_task(job) for job in waiting]
        await asyncio.sleep(0)
        free.set()
        await asyncio.gather(holding, *tasks)
        assert seen == [0] * 20
        await database.close()

    async def test_after_a_rest_the_pages_that_were_kept_are_let_go(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(worker_module, "_REST", 0.01)
        let_go = threading.Event()
        monkeypatch.setattr(worker_module, "give_back", let_go.set)
        database = await Database.open(path, MIGRATIONS)
        said: list[str] = []
        await database.write(lambda connection: connection.set_trace_callback(said.append))
        let_go.clear()
        await database.write(covered)
        assert await asyncio.to_thread(let_go.wait, 5)
        assert "PRAGMA shrink_memory" in said
        assert await database.read(covered) == 0
        await database.close()

    async def test_a_fault_of_it_harms_nobody(self, path: Path) -> None:
        tidying = Tidying(1, sqlite3.OperationalError("disk full"))
        database = await Database.open(path, MIGRATIONS, tidy_up=tidying)
        assert await asyncio.to_thread(tidying.is_done.wait, 5)
        await database.write(insert_then, lambda: None)
        assert await database.read(covered) == 1
        await database.close()


class TestClose:
    async def test_it_ends_what_runs_and_refuses_what_waits(self, path: Path) -> None:
        database = await Database.open(path, MIGRATIONS)
        loop = asyncio.get_running_loop()
        events = [threading.Event() for _ in range(3)]
        tasks = [
            loop.create_task(database.write(run_for_ever, events[0])),
            loop.create_task(database.read(run_for_ever, events[1])),
            loop.create_task(database.read(run_for_ever, events[2])),
        ]
        for event in events:
            await started(event)
        tasks.append(loop.create_task(database.read(covered)))
        await asyncio.sleep(0)
        await asyncio.wait_for(database.close(), 5)
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [StoreUnusableError] * 4
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("store-")]

    async def test_nothing_is_done_afterwards(self, path: Path) -> None:
        database = await Database.open(path, MIGRATIONS)
        await database.close()
        await database.close()
        with pytest.raises(StoreUnusableError):
            await database.read(covered)


class TestFile:
    async def test_it_is_readable_by_its_owner_alone(self, database: Database, path: Path) -> None:
        await database.write(insert_then, lambda: None)
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        files = list(path.parent.iterdir())
        assert len(files) == 3
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}

    async def test_it_is_private_before_it_has_content(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen = []
        connect = sqlite3.connect

        def watched(*args, **kwargs) -> sqlite3.Connection:
            seen.append((stat.S_IMODE(path.stat().st_mode), path.stat().st_size))
            return connect(*args, **kwargs)

        monkeypatch.setattr(database_module.sqlite3, "connect", watched)
        os.umask(0o022)
        await (await Database.open(path, MIGRATIONS)).close()
        assert seen[0] == (0o600, 0)


async def filled(path: Path, rows: int = 300) -> bytes:
    database = await Database.open(path, MIGRATIONS)
    await PaymentStore(database).save([payment(n) for n in range(rows)], read_at=READ_AT)
    await database.close()
    return path.read_bytes()


async def usable(path: Path) -> int:
    """Open, ask, save and ask again; the answer is how many rows were found at first."""
    database = await Database.open(path, MIGRATIONS, busy_seconds=0.1)
    store = PaymentStore(database)
    try:
        ids = await store.ids(PaymentQuery())
        await store.rows(ids)
        for n in range(300):
            await store.find(payment(n).imp_uid)
        await store.save([payment(n, name="neu") for n in range(300)], read_at=from_unix(NOON + 5000))
        assert await store.count() >= 300
        return len(ids)
    finally:
        await database.close()


class TestDamage:
    @pytest.mark.parametrize("size", [1, 99, 100, 4096, 10_000])
    async def test_a_file_cut_short_is_rebuilt(self, path: Path, size: int) -> None:
        whole = await filled(path)
        path.write_bytes(whole[:size])
        await usable(path)

    async def test_something_else_is_set_aside(self, path: Path, caplog: pytest.LogCaptureFixture) -> None:
        path.parent.mkdir()
        path.write_bytes(b"not a database at all, but a letter " * 500)
        assert await usable(path) == 0
        assert path.with_name("cache.db.aside").read_bytes().startswith(b"not a database")
        (told,) = (record for record in caplog.records if record.levelname == "WARNING")
        assert vars(told)["reason"], "the log leaves out everything but the fields it knows"

    async def test_a_foreign_database_is_set_aside(self, path: Path) -> None:
        path.parent.mkdir()
        with sqlite3.connect(path) as foreign:
            foreign.execute("CREATE TABLE payments (a)")
            foreign.execute("PRAGMA user_version = 1")
        foreign.close()
        assert await usable(path) == 0

    async def test_a_newer_file_is_set_aside(self, path: Path) -> None:
        await filled(path)
        with sqlite3.connect(path) as newer:
            newer.execute("PRAGMA user_version = 999")
        newer.close()
        assert await usable(path) == 0
        assert path.with_name("cache.db.aside").exists()

    async def test_flipped_bytes_never_get_out_as_an_error(self, path: Path) -> None:
        whole = await filled(path)
        dice = random.Random(7)
        for _ in range(25):
            broken = bytearray(whole)
            for _ in range(dice.choice((1, 20, 400))):
                broken[dice.randrange(len(broken))] = dice.randrange(256)
            path.write_bytes(bytes(broken))
            await usable(path)

    async def test_damage_met_later_rebuilds_and_says_so(self, database: Database) -> None:
        told = asyncio.Event()
        database.on_rebuilt = told.set
        store = PaymentStore(database)
        await store.save([payment(1)], read_at=READ_AT)

        def spoil(connection: sqlite3.Connection) -> None:
            connection.execute("UPDATE payment_objects SET wire = x'00ff'")

        await database.write(spoil)
        assert await store.find(payment(1).imp_uid) is None
        await asyncio.wait_for(told.wait(), 5)
        assert await store.count() == 0

    async def test_two_readers_meeting_damage_rebuild_once(
        self, database: Database, caplog: pytest.LogCaptureFixture
    ) -> None:
        both = threading.Barrier(2)

        def broken(_connection: sqlite3.Connection) -> str:
            if not both.broken:
                try:
                    both.wait(2)
                except threading.BrokenBarrierError:
                    return "fine"
                both_met.append(1)
                if len(both_met) == 2:
                    both.abort()
                raise DamageError("made up")
            return "fine"

        both_met: list[int] = []
        assert await asyncio.gather(database.read(broken), database.read(broken)) == ["fine", "fine"]
        assert len([record for record in caplog.records if record.levelname == "WARNING"]) == 1


class TestMachine:
    async def test_a_locked_file_is_said_to_be_in_use(self, path: Path) -> None:
        await filled(path)
        other = sqlite3.connect(path)
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreUnusableError) as caught:
            await Database.open(path, MIGRATIONS, busy_seconds=0.05)
        other.close()
        assert "Another program" in str(caught.value.text)
        assert caught.value.advice is not None
        assert not path.with_name("cache.db.aside").exists()

    async def test_a_folder_that_cannot_be_made_is_explained(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("in the way")
        with pytest.raises(StoreUnusableError) as caught:
            await Database.open(tmp_path / "file" / "cache.db", MIGRATIONS)
        assert caught.value.advice is not None

    async def test_a_full_disk_stops_the_page_and_keeps_the_file(self, database: Database) -> None:
        store = PaymentStore(database)
        await store.save([payment(1)], read_at=READ_AT)

        def limit(connection: sqlite3.Connection, pages: int) -> None:
            connection.execute(f"PRAGMA max_page_count = {pages}")

        await database.write(limit, 30)
        with pytest.raises(StoreUnusableError) as caught:
            await store.save([payment(n) for n in range(2, 900)], read_at=READ_AT)
        assert "no room" in str(caught.value.text)
        assert await store.count() == 1
        await database.write(limit, 2**30)
        await store.save([payment(n) for n in range(2, 900)], read_at=READ_AT)
        assert await store.count() == 899

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
    async def test_a_read_only_folder_is_explained(self, tmp_path: Path) -> None:
        tmp_path.chmod(0o500)
        with pytest.raises(StoreUnusableError):
            await Database.open(tmp_path / "shop" / "cache.db", MIGRATIONS)
        tmp_path.chmod(0o700)
