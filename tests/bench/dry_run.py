"""How long a list of a thousand refunds takes to be read anew and judged, by id and by order number."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import httpx

from bench.figures import Figure, middle, percentile
from bench.server import sandbox
from portdesk.domain.shops import Credentials
from portdesk.store.folders import DataFolder
from portdesk.store.secrets import Secrets
from portdesk.usecases.refund_columns import RowWish
from portdesk.usecases.shops import Shops

_ROWS: Final = 1000
_GOAL: Final = 2.0
_FIELDS: Final = {"imp_uid": "imp_uid", "merchant_uid": "order number"}


def measure(payments: int = 20_000, rounds: int = 5) -> list[Figure]:
    """Whole dry runs over loopback, in seconds; nothing is sent by them."""
    with sandbox(payments) as server:
        found = asyncio.run(_measure(server, rounds))
    return [
        Figure(
            name=f"dry run of {_ROWS:,} refunds by {_FIELDS[field]}",
            unit="s",
            median=middle(seconds),
            p95=percentile(seconds, 0.95),
            goal=f"≤ {_GOAL:g} s" if field == "imp_uid" else "",
            reached=percentile(seconds, 0.95) <= _GOAL if field == "imp_uid" else None,
            note="" if field == "imp_uid" else "a request for each: an order may have several payments",
        )
        for field, seconds in found.items()
    ]


async def _measure(server: dict[str, str], rounds: int) -> dict[str, list[float]]:
    keys = Credentials(imp_key=server["imp_key"], imp_secret=server["imp_secret"])
    payments = await _newest(server)
    found: dict[str, list[float]] = {field: [] for field in _FIELDS}
    with tempfile.TemporaryDirectory() as folder:
        shops = Shops(DataFolder(Path(folder)), Secrets(lambda: None))
        shop = await shops.open_loopback(server["base_url"], keys, name="bench")
        for _ in range(rounds):
            for field, seconds in found.items():
                wishes = [
                    RowWish(line=line, reason="bench", **{field: payment[field]})
                    for line, payment in enumerate(payments, 2)
                ]
                begun = time.perf_counter()
                run = await shop.bulk.check(wishes, lambda _done, _total: None)
                seconds.append(time.perf_counter() - begun)
                assert len(run.rows) == _ROWS
        await shop.close()
        shops.close()
    return found


async def _newest(server: dict[str, str]) -> Sequence[dict[str, str]]:
    async with httpx.AsyncClient(base_url=server["base_url"], trust_env=False) as client:
        keys = {"imp_key": server["imp_key"], "imp_secret": server["imp_secret"]}
        token = (await client.post("/users/getToken", json=keys)).json()["response"]["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        reply = await client.get("/payments/status/paid", params={"limit": _ROWS})
        rows: list[dict[str, str]] = reply.json()["response"]["list"]
        assert len(rows) == _ROWS
        return rows
