"""Whatever moves and wherever it is stopped, the copy ends up as the server is."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from portdesk.domain.events import (
    Bus,
    ConnectionChanged,
    CopyReplaced,
    PaymentsChanged,
    SyncFailed,
    SyncPhase,
    SyncProgressed,
)
from portdesk.domain.payments import payment_from_wire
from portdesk.domain.times import to_unix
from portdesk.store.checkpoints import Checkpoints
from portdesk.store.database import Database
from portdesk.store.migrations import MIGRATIONS
from portdesk.store.payments import PaymentStore
from portdesk.sync.engine import SyncEngine
from portdesk.sync.pace import Pace
from portdesk.sync.plan import SETTLE
from samples.server import DAY, HurriedClock, MovingServer

pytestmark = pytest.mark.anyio


class Shop:
    """One opened copy and the engine that keeps it."""

    def __init__(self, server: MovingServer, database: Database, pace: Pace) -> None:
        self.server = server
        self.database = database
        self.bus = Bus()
        self.store = PaymentStore(database)
        self.engine = SyncEngine(
            server, self.store, Checkpoints(database), self.bus, clock=server.clock, pace=pace
        )
        self.told: list = []
        self._news = asyncio.Event()
        for kind in (CopyReplaced, SyncProgressed, SyncFailed, ConnectionChanged, PaymentsChanged):
            self.bus.subscribe(kind, self._on_news)

    def _on_news(self, event: object) -> None:
        self.told.append(event)
        self._news.set()

    @property
    def progress(self) -> SyncProgressed | None:
        return next((event for event in reversed(self.told) if isinstance(event, SyncProgressed)), None)

    async def until(self, fits: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not fits():
                self._news.clear()
                await self._news.wait()

    async def until_complete(self, as_of: int = 0) -> None:
        def fits() -> bool:
            progress = self.progress
            return (
                progress is not None
                and progress.is_complete
                and progress.as_of is not None
                and to_unix(progress.as_of) >= as_of
            )

        await self.until(fits)

    async def agrees(self) -> bool:
        held = await self.store.count() == len(self.server.rows)
        for uid, row in self.server.rows.items():
            known = await self.store.find(uid)
            held = held and known is not None and known.payment == payment_from_wire(row)
        return held


@asynccontextmanager
async def opened(server: MovingServer, path: Path, **pace: float) -> AsyncIterator[Shop]:
    database = await Database.open(path, MIGRATIONS)
    shop = Shop(server, database, Pace(requests_per_second=1000, **pace))
    task = asyncio.get_running_loop().create_task(shop.engine.run())
    try:
        yield shop
        if task.done():
            task.result()
    finally:
        task.cancel()
        await asyncio.wait([task])
        await database.close()


@pytest.fixture
def server() -> MovingServer:
    return MovingServer(HurriedClock(), seed=1, payments=300)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache.db"


class TestFirstSync:
    async def test_everything_is_there_and_said_to_be_complete(
        self, server: MovingServer, path: Path
    ) -> None:
        async with opened(server, path) as shop:
            await shop.until_complete()
            assert await shop.agrees()
            assert shop.progress.done == 1.0
            assert shop.progress.rows == 300
            assert shop.progress.phase is SyncPhase.IDLE

    async def test_progress_never_runs_backwards(self, server: MovingServer, path: Path) -> None:
        async with opened(server, path) as shop:
            await shop.until_complete()
            done = [event.done for event in shop.told if isinstance(event, SyncProgressed)]
        assert done == sorted(done)

    async def test_the_newest_rows_come_first(self, server: MovingServer, path: Path) -> None:
        async with opened(server, path) as shop:
            await shop.until_complete()
        first = server.sent[:4]
        assert {request.limit for request in first[:3]} == {100}
        assert {request.to for request in first[:3]} == {first[0].to}

    async def test_events_name_each_page_once(self, server: MovingServer, path: Path) -> None:
        async with opened(server, path) as shop:
            await shop.until_complete()
            named = [
                uid for event in shop.told if isinstance(event, PaymentsChanged) for uid in event.imp_uids
            ]
            pages = len([event for event in shop.told if isinstance(event, PaymentsChanged)])
        assert sorted(named) == sorted(server.rows)
        assert pages <= len(server.sent)

    async def test_a_second_with_more_payments_than_an_answer_holds(self, path: Path) -> None:
        server = MovingServer(HurriedClock(), seed=2, payments=150, most=10)
        moment = server.now - 100 * DAY
        for uid in list(server.rows)[:60]:
            server._put(server.rows[uid] | {"status": "paid", "paid_at": moment})
        for uid in list(server.rows)[60:100]:
            server._put(server.rows[uid] | {"status": "failed", "failed_at": moment})
        async with opened(server, path) as shop:
            await shop.until_complete()
            assert await shop.agrees()

    async def test_a_second_sync_costs_next_to_nothing(self, server: MovingServer, path: Path) -> None:
        async with opened(server, path) as shop:
            await shop.until_complete()
        first = len(server.sent)
        async with opened(server, path) as shop:
            await shop.until_complete(server.now)
            changed = [event for event in shop.told if isinstance(event, PaymentsChanged)]
        assert len(server.sent) - first <= 5
        assert changed == []


class TestAnyStop:
    @pytest.mark.parametrize("seed", range(6))
    async def test_the_copy_ends_up_as_the_server_is(self, path: Path, seed: int) -> None:
        dice = random.Random(seed)
        server = MovingServer(
            HurriedClock(), seed=seed, payments=dice.choice((60, 300)), most=dice.choice((7, 40))
        )
        server.moves, server.faults, server.lags = 0.25, 0.03, 0.2
        for _ in range(6):
            async with opened(server, path) as shop:
                for _ in range(dice.choice((3, 40, 400, 1500))):
                    await asyncio.sleep(0)
            server.clock.seconds += dice.choice((0, 10, 500, 3 * DAY, 120 * DAY))
            for _ in range(dice.randrange(10)):
                server.move()
        async with opened(server, path) as shop:
            await shop.until_complete()
            server.moves = server.faults = server.lags = 0.0
            await shop.until_complete(server.now + SETTLE)
            assert await shop.agrees()


class TestDrift:
    async def test_a_deposit_dated_back_is_found_by_counting(self, server: MovingServer, path: Path) -> None:
        async with opened(server, path, check_every=1) as shop:
            await shop.until_complete()
            uids = [server.pay_in_the_past(seconds) for seconds in (1000, DAY, 100 * DAY)]
            now = server.now
            await shop.until(lambda: server.now > now + 4000)
            assert set(uids) <= named_after(shop)
            assert await shop.agrees()

    async def test_a_change_that_moved_nothing_is_found_among_the_latest(
        self, server: MovingServer, path: Path
    ) -> None:
        async with opened(server, path, check_every=1) as shop:
            await shop.until_complete()
            uids = {server.refund_quietly() for _ in range(12)}
            await shop.until(lambda: uids <= named_after(shop))
            assert await shop.agrees()

    async def test_rows_lost_by_the_copy_are_fetched_again(self, server: MovingServer, path: Path) -> None:
        async with opened(server, path, check_every=1) as shop:
            await shop.until_complete()
            await shop.database.write(_lose_some)
            now = server.now
            await shop.until(lambda: server.now > now + 4000)
            assert await shop.agrees()

    async def test_a_row_the_server_lists_elsewhere_is_read_by_itself(
        self, server: MovingServer, path: Path
    ) -> None:
        async with opened(server, path, check_every=1) as shop:
            await shop.until_complete()
            uid = next(uid for uid, row in server.rows.items() if row["status"] == "ready")
            server.rows[uid] = server.rows[uid] | {"status": "pending"}
            await shop.until(lambda: uid in named_after(shop))
            assert await shop.agrees()

    async def test_a_replaced_file_is_filled_again(self, server: MovingServer, path: Path) -> None:
        async with opened(server, path) as shop:
            shop.database.on_rebuilt = shop.engine.begin_anew
            await shop.until_complete()
            await shop.database.write(
                lambda connection: connection.execute("UPDATE payment_objects SET wire = x'00'")
            )
            assert await shop.store.find(next(iter(server.rows))) is None
            await shop.until(lambda: PaymentsChanged() in shop.told)
            assert CopyReplaced() in shop.told
            del shop.told[: shop.told.index(PaymentsChanged())]
            await shop.until_complete()
            assert await shop.agrees()


def named_after(shop: Shop) -> set:
    """The payments named by events since the copy was first complete."""
    first = next(
        index
        for index, event in enumerate(shop.told)
        if isinstance(event, SyncProgressed) and event.is_complete
    )
    return {
        uid for event in shop.told[first:] if isinstance(event, PaymentsChanged) for uid in event.imp_uids
    }


class TestTrouble:
    async def test_a_lost_connection_is_told_once_and_found_again(
        self, server: MovingServer, path: Path
    ) -> None:
        server.faults = 1.0
        async with opened(server, path) as shop:
            await shop.until(lambda: sum(isinstance(event, SyncFailed) for event in shop.told) >= 3)
            assert shop.progress.phase is SyncPhase.WAITING
            server.faults = 0.0
            await shop.until_complete()
            told = [event for event in shop.told if isinstance(event, ConnectionChanged)]
        assert told[-1].is_connected
        kinds = [(event.is_connected, type(event.error)) for event in told]
        assert all(before != after for before, after in pairwise(kinds))

    async def test_the_log_names_what_failed_once_and_its_end(
        self, server: MovingServer, path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("INFO", "portdesk.sync.line")
        server.faults = 1.0
        async with opened(server, path) as shop:
            await shop.until(lambda: sum(isinstance(event, SyncFailed) for event in shop.told) >= 9)
            server.faults = 0.0
            await shop.until_complete()
        first, last = caplog.records[0], caplog.records[-1]
        assert vars(first)["operation"].startswith(("GET /", "POST /"))
        assert vars(first)["kind"].endswith("Error")
        assert last.getMessage() == "the server answers"
        assert len(caplog.records) < 9 * 3  # a call, not a state, would be a line each

    async def test_waits_grow_while_the_server_is_away(self, server: MovingServer, path: Path) -> None:
        server.faults = 1.0
        async with opened(server, path, jitter=lambda: 0.5) as shop:
            await shop.until(lambda: sum(isinstance(event, SyncFailed) for event in shop.told) >= 9)
            waits = [event.retry_in.total_seconds() for event in shop.told if isinstance(event, SyncFailed)]
        assert waits[:9] == [2, 4, 8, 16, 32, 64, 128, 256, 300]

    async def test_nothing_is_sent_while_paused(self, server: MovingServer, path: Path) -> None:
        async with opened(server, path) as shop:
            await shop.until(lambda: shop.progress is not None)
            shop.engine.pause()
            assert shop.progress.phase is SyncPhase.PAUSED
            for _ in range(200):
                await asyncio.sleep(0)
            sent = len(server.sent)
            for _ in range(500):
                await asyncio.sleep(0)
            assert len(server.sent) == sent
            shop.engine.resume()
            await shop.until_complete()
            assert await shop.agrees()

    async def test_offline_says_how_far_the_copy_is_and_asks_nothing(
        self, server: MovingServer, path: Path
    ) -> None:
        async with opened(server, path) as shop:
            await shop.until_complete()
            before = shop.progress
        database = await Database.open(path, MIGRATIONS)
        shop = Shop(server, database, Pace())
        server.faults = 1.0  # whatever were asked would fail
        await shop.engine.tell_offline()
        await database.close()

        assert before is not None
        assert shop.progress == replace(before, phase=SyncPhase.OFFLINE)

    async def test_waking_reads_the_newest_at_once(self, server: MovingServer, path: Path) -> None:
        server.clock.longest = 100
        async with opened(server, path, newest_every=1000) as shop:
            await shop.until_complete()
            before = server.now
            server.move()
            shop.engine.wake()
            await shop.until(lambda: isinstance(shop.told[-1], PaymentsChanged))
            assert server.now - before < 60


def _lose_some(connection: sqlite3.Connection) -> None:
    for table in ("payments", "payment_objects"):
        connection.execute(f"DELETE FROM {table} WHERE id % 5 = 0")
