"""Pages per second of a first sync, everything stored, against a bare loop that only fetches and decodes."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from pathlib import Path
from typing import Final

import httpx

from bench.figures import Figure, middle, percentile
from bench.server import sandbox
from portdesk.api.client import Client
from portdesk.domain.events import Bus, SyncProgressed
from portdesk.domain.payments import STATUSES
from portdesk.domain.shops import Credentials
from portdesk.store.checkpoints import Checkpoints
from portdesk.store.database import Database
from portdesk.store.migrations import MIGRATIONS
from portdesk.store.payments import PaymentStore
from portdesk.sync.engine import SyncEngine
from portdesk.sync.pace import Pace

_GOAL: Final = 0.25
_DAYS: Final = 90 * 86_400
_WINDOWS: Final = 14


def measure(payments: int = 20_000, rounds: int = 5) -> list[Figure]:
    """Both in turns over the same server, in rows per second; a page holds up to 1,000 rows."""
    bare: list[float] = []
    ours: list[float] = []
    with sandbox(payments) as server:
        for _ in range(rounds):
            bare.append(asyncio.run(_bare(server)))
            ours.append(asyncio.run(_ours(server)))
    ratio = middle(ours) / middle(bare)
    return [
        Figure(
            name=f"first sync of {payments:,} payments",
            unit="rows/s",
            median=middle(ours),
            p95=percentile(ours, 0.05),
            peer_name="bare httpx loop",
            peer=middle(bare),
            goal=f"≥ {_GOAL} x",
            reached=ratio >= _GOAL,
            note="p95 is the slow end",
        )
    ]


async def _bare(server: dict[str, str]) -> float:
    """Fetch every list window by window and decode it, nothing more."""
    rows = 0
    async with httpx.AsyncClient(base_url=server["base_url"], trust_env=False) as client:
        keys = {"imp_key": server["imp_key"], "imp_secret": server["imp_secret"]}
        token = (await client.post("/users/getToken", json=keys)).json()["response"]["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        begun, now = time.perf_counter(), int(time.time())
        for window in range(_WINDOWS):
            for status in STATUSES:
                rows += await _window(client, status, now - window * _DAYS)
        return rows / (time.perf_counter() - begun)


async def _window(client: httpx.AsyncClient, status: str, until: int) -> int:
    rows, page = 0, 1
    while page:
        query = {"page": page, "limit": 1000, "from": until - _DAYS + 1, "to": until}
        reply = await client.get(f"/payments/status/{status}", params=query)
        paged = json.loads(reply.content)["response"]
        rows += len(paged["list"])
        page = paged["next"]
    return rows


async def _ours(server: dict[str, str]) -> float:
    """The real client, sync and store, without the politeness towards a server of others."""
    keys = Credentials(imp_key=server["imp_key"], imp_secret=server["imp_secret"])
    with tempfile.TemporaryDirectory() as folder:
        database = await Database.open(Path(folder) / "cache.db", MIGRATIONS)
        client = Client(server["base_url"], keys)
        bus, complete = Bus(), asyncio.Event()
        bus.subscribe(SyncProgressed, lambda told: complete.set() if told.is_complete else None)
        store = PaymentStore(database)
        engine = SyncEngine(client, store, Checkpoints(database), bus, pace=Pace(requests_per_second=5000))
        begun = time.perf_counter()
        task = asyncio.get_running_loop().create_task(engine.run())
        await complete.wait()
        took = time.perf_counter() - begun
        rows = await store.count()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await client.aclose()
        await database.close()
        return rows / took
