"""The longest time the GUI thread is kept waiting while the program syncs, its window open on the list."""

from __future__ import annotations

import asyncio
import sys
from typing import Final

from bench.figures import Figure, percentile
from bench.server import sandbox
from bench.stage import Stage, Ticks, Told, longest_wait, play, played
from portdesk.domain.events import SyncProgressed
from portdesk.domain.shops import Credentials

_GAP: Final = 10.0
_ALONE: Final = 2.0


def measure(payments: int = 200_000) -> list[Figure]:
    """One first sync of the whole program against a server in another process."""
    with sandbox(payments) as server:
        told = played("bench.blocks", *(server[name] for name in ("base_url", "imp_key", "imp_secret")))
    gaps, alone = told["gaps"], told["alone"]
    return [
        longest_wait(
            f"GUI thread while syncing {told['rows']:,} payments: longest wait", told, alone["waits"]
        ),
        Figure(
            name="the same: gaps until its next turn, p99",
            unit="ms",
            median=percentile(gaps, 0.99),
            p95=max(gaps),
            goal=f"≤ {_GAP:.0f} ms",
            reached=percentile(gaps, 0.99) <= _GAP,
            peer_name="the same window before it fetches",
            peer=percentile(alone["gaps"], 0.99),
            note="by the wall clock, with whatever else the machine does; the second figure is the longest",
        ),
    ]


async def _sync(stage: Stage) -> Told:
    base_url, imp_key, imp_secret = sys.argv[1:]
    keys = Credentials(imp_key=imp_key, imp_secret=imp_secret)
    shop = await stage.open(None, base_url=base_url, keys=keys)
    tab = stage.show(shop)
    await stage.settled(tab)
    alone, ticks = Ticks(), Ticks()
    with alone.counting():
        await asyncio.sleep(_ALONE)
    complete = asyncio.Event()
    shop.bus.subscribe(SyncProgressed, lambda told: complete.set() if told.is_complete else None)
    task = asyncio.get_running_loop().create_task(shop.keep_in_step())
    with ticks.counting():
        await complete.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return {**ticks.told, "alone": alone.told, "rows": await shop._store.count()}


if __name__ == "__main__":
    play(_sync)
