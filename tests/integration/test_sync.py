"""The copy against the sandbox, row by row: after stops, kills, faults and changes while paging."""

from __future__ import annotations

import asyncio
import os
import random
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from integration.sync_program import open_shop
from portdesk.domain.events import SyncProgressed
from portdesk.domain.payments import Payment, payment_from_wire
from portdesk.domain.shops import Credentials
from portdesk.domain.times import to_unix
from portdesk.sandbox.clock import Clock
from portdesk.sandbox.faults import Fault, FaultKind
from portdesk.sandbox.server import RunningSandbox, start_sandbox
from portdesk.sandbox.settings import SandboxSettings
from portdesk.sync.plan import SETTLE
from portdesk.usecases.shops import OpenShop

pytestmark = pytest.mark.anyio

LIST = "GET /payments/status/{payment_status}"


@pytest.fixture(params=[(11, 500), (12, 1500)], ids=lambda param: f"{param[1]} payments")
def sandbox(request: pytest.FixtureRequest) -> Iterator[RunningSandbox]:
    seed, payments = request.param
    with start_sandbox(SandboxSettings(seed=seed, payments=payments, clock=Clock(1_795_000_000))) as running:
        yield running


def keys(sandbox: RunningSandbox) -> Credentials:
    return Credentials(imp_key=sandbox.imp_key, imp_secret=sandbox.imp_secret)


@asynccontextmanager
async def syncing(sandbox: RunningSandbox, folder: Path) -> AsyncIterator[OpenShop]:
    opened = await open_shop(folder, sandbox.base_url, keys(sandbox))
    task = asyncio.get_running_loop().create_task(opened.keep_in_step())
    try:
        yield opened
        if task.done():
            task.result()
    finally:
        task.cancel()
        await asyncio.wait([task])
        await opened.close()


async def complete(sandbox: RunningSandbox, opened: OpenShop) -> None:
    """Wait until the copy is complete as of now; the sandbox's time is moved on so that now settles."""
    now = sandbox.state.clock.now()
    sandbox.state.clock.advance(SETTLE + 5)
    news: asyncio.Queue[SyncProgressed] = asyncio.Queue()
    opened.bus.subscribe(SyncProgressed, news.put_nowait)
    opened.sync.wake()
    async with asyncio.timeout(60):
        while True:
            progress = await news.get()
            if progress.is_complete and progress.as_of and to_unix(progress.as_of) >= now + SETTLE:
                return
            if progress.is_complete:
                opened.sync.wake()


def server_rows(sandbox: RunningSandbox) -> dict[str, Payment]:
    """Every payment of the account itself, read from the server's own state."""
    encoder, decoder = msgspec.json.Encoder(decimal_format="number"), msgspec.json.Decoder(float_hook=Decimal)
    with sandbox.state.held() as state:
        rows = [row for row in state.payments() if state.book.tier_of(row["imp_uid"]) == 0]
    objects = [decoder.decode(encoder.encode(row)) for row in rows]
    return {row["imp_uid"]: payment_from_wire(row) for row in objects}


async def assert_same(sandbox: RunningSandbox, opened: OpenShop) -> None:
    rows = server_rows(sandbox)
    assert await opened.payments._store.count() == len(rows)
    for imp_uid, payment in rows.items():
        known = await opened.payments.find(imp_uid)
        assert known is not None
        assert known.payment == payment


class Weather:
    """Things that happen to a shop while it is being read."""

    def __init__(self, sandbox: RunningSandbox, seed: int) -> None:
        self.sandbox = sandbox
        self.dice = random.Random(seed)

    async def blow(self) -> None:
        """Move one payment every few milliseconds, until cancelled."""
        while True:
            await asyncio.to_thread(self.move)
            await asyncio.sleep(0.003)

    def move(self) -> None:
        with self.sandbox.state.held() as state:
            now = state.clock.now()
            status = self.dice.choice(("ready", "paid", "cancelled", "failed"))
            rows = [row for row in state.payments(status=status) if state.book.tier_of(row["imp_uid"]) == 0]
            if not rows:
                return
            row = dict(self.dice.choice(rows))
            rest = row["amount"] - row["cancel_amount"]
            if status in ("ready", "failed"):
                row |= {"status": "paid", "paid_at": now}
            elif rest > 0:
                part = min(rest, self.dice.choice((1, 1000, rest)))
                entry = {"amount": part, "cancelled_at": now, "pg_tid": "x", "reason": "test"}
                row |= {
                    "status": "cancelled",
                    "cancel_amount": row["cancel_amount"] + part,
                    "cancelled_at": now,
                    "cancel_history": (*row["cancel_history"], entry),
                }
            state.put(row)


class TestCopy:
    async def test_it_is_the_server_row_by_row(self, sandbox: RunningSandbox, tmp_path: Path) -> None:
        async with syncing(sandbox, tmp_path) as opened:
            await complete(sandbox, opened)
            await assert_same(sandbox, opened)

    @pytest.mark.parametrize("seed", [1, 2])
    async def test_it_is_after_stops_and_changes_while_paging(
        self, sandbox: RunningSandbox, tmp_path: Path, seed: int
    ) -> None:
        weather = Weather(sandbox, seed)
        blowing = asyncio.get_running_loop().create_task(weather.blow())
        for _ in range(4):
            async with syncing(sandbox, tmp_path):
                await asyncio.sleep(weather.dice.choice((0.02, 0.3, 1.0)))
            sandbox.state.clock.advance(weather.dice.choice((1, 600, 86_400 * 40)))
        async with syncing(sandbox, tmp_path) as opened:
            await complete(sandbox, opened)
            blowing.cancel()
            with suppress(asyncio.CancelledError):
                await blowing
            await complete(sandbox, opened)
            await assert_same(sandbox, opened)

    async def test_it_is_after_faults_of_every_kind(self, sandbox: RunningSandbox, tmp_path: Path) -> None:
        for kind in (FaultKind.CUT_BODY, FaultKind.GARBAGE, FaultKind.RESET, FaultKind.EXPIRED_TOKEN):
            sandbox.faults.add(Fault(kind=kind, operation=LIST, after=5))
        sandbox.faults.add(Fault(kind=FaultKind.STALE, operation=LIST, count=40, seconds=60))
        sandbox.faults.add(Fault(kind=FaultKind.STATUS, operation=LIST, after=60, status=502, count=2))
        for _ in range(20):
            Weather(sandbox, 3).move()
        async with syncing(sandbox, tmp_path) as opened:
            await complete(sandbox, opened)
            await assert_same(sandbox, opened)

    async def test_a_second_look_costs_a_hundredth(self, sandbox: RunningSandbox, tmp_path: Path) -> None:
        async with syncing(sandbox, tmp_path) as opened:
            await complete(sandbox, opened)
        first = len(sandbox.visits.all(LIST))
        async with syncing(sandbox, tmp_path) as opened:
            await complete(sandbox, opened)
        assert first > 200
        # The newest of four lists, and the latest stretch counted because somebody woke the sync.
        assert len(sandbox.visits.all(LIST)) - first <= 12


class TestKill:
    async def test_the_copy_goes_on_where_it_was_killed(
        self, sandbox: RunningSandbox, tmp_path: Path
    ) -> None:
        dice = random.Random(4)
        program = Path(__file__).with_name("sync_program.py")
        python_path = os.pathsep.join(entry for entry in sys.path if entry)
        environment = os.environ | {
            "PYTHONPATH": python_path,
            "IMP_KEY": sandbox.imp_key,
            "IMP_SECRET": sandbox.imp_secret,
        }
        weather = Weather(sandbox, 4)
        for _ in range(3):
            before = sandbox.visits.count
            process = await asyncio.create_subprocess_exec(
                sys.executable, str(program), str(tmp_path), sandbox.base_url, env=environment
            )
            last = before + dice.randrange(5, 90)
            await asyncio.to_thread(
                sandbox.visits.wait_for, lambda visit, last=last: visit.number >= last, timeout=30
            )
            process.kill()
            await process.wait()
            weather.move()
        async with syncing(sandbox, tmp_path) as opened:
            assert await opened.payments._store.count() > 0
            await complete(sandbox, opened)
            await assert_same(sandbox, opened)
