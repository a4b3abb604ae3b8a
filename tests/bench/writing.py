"""Scrolling a million payments while a sync writes more: how long the window waits."""

from __future__ import annotations

import asyncio
import random
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QTimer

from bench.figures import Figure
from bench.search import made
from bench.server import KEPT, sandbox
from bench.stage import Stage, Ticks, Told, longest_wait, play, played
from portdesk.domain.events import PaymentsChanged
from portdesk.domain.shops import Credentials
from portdesk.widgets.payments.tab import PaymentsTab

_FRAME: Final = 33
_ALONE: Final = 4.0
_WRITING: Final = 12.0


def measure(rows: int = 1_000_000, served: int = 100_000) -> list[Figure]:
    """The whole program over a copy of the million, its server in another process."""
    with tempfile.TemporaryDirectory(dir=KEPT, prefix="writing-") as folder, sandbox(served) as server:
        copy = shutil.copyfile(made(rows), Path(folder) / "cache.db")
        keys = (server["base_url"], server["imp_key"], server["imp_secret"])
        told = played("bench.writing", copy, *keys)
    return [
        longest_wait(
            f"scrolling {rows:,} payments while a sync writes: longest wait",
            told["meanwhile"],
            told["alone"]["waits"],
            note=f"{told['written']:,} payments came in meanwhile; ",
        )
    ]


async def _scroll(stage: Stage) -> Told:
    path, base_url, imp_key, imp_secret = sys.argv[1:]
    keys = Credentials(imp_key=imp_key, imp_secret=imp_secret)
    shop = await stage.open(Path(path), base_url=base_url, keys=keys)
    tab = stage.show(shop)
    await stage.settled(tab)
    before = await shop._store.count()
    alone = await _watched(tab, _ALONE)
    came = asyncio.Event()
    shop.bus.subscribe(PaymentsChanged, lambda _: came.set())
    task = asyncio.get_running_loop().create_task(shop.keep_in_step())
    await came.wait()
    meanwhile = await _watched(tab, _WRITING)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    written = await shop._store.count() - before
    return {"meanwhile": meanwhile.told, "alone": alone.told, "written": written}


async def _watched(tab: PaymentsTab, seconds: float) -> Ticks:
    """Three rows a frame, now and then a page, now and then a jump."""
    bar, dice, ticks, timer = tab.listing.table.verticalScrollBar(), random.Random(4), Ticks(), QTimer()

    def scroll() -> None:
        kind = dice.random()
        if kind < 0.05:
            bar.setValue(dice.randrange(bar.maximum()))
        else:
            bar.setValue(bar.value() + (bar.pageStep() if kind < 0.25 else 3))

    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(scroll)
    timer.start(_FRAME)
    with ticks.counting():
        await asyncio.sleep(seconds)
    timer.stop()
    return ticks


if __name__ == "__main__":
    play(_scroll)
