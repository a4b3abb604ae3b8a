"""Opening the payments tab: from the first paint of the window to a screen full of rows."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QApplication, QMainWindow, QTableView

from bench.figures import Figure, middle, percentile
from bench.search import made
from bench.stage import Paints, Stage, Told, play, played

_GOAL: Final = 50.0
_FEW: Final = 10_000


def measure(rows: int = 1_000_000, rounds: int = 7) -> list[Figure]:
    """A large and a small copy in turns, each opening in a process of its own; the first warms the disk."""
    large, small = made(rows), made(_FEW)
    played("bench.opening", large)
    told = [(played("bench.opening", large), played("bench.opening", small)) for _ in range(rounds)]
    after, after_few = ([run["rows"] - run["window"] for run in runs] for runs in zip(*told, strict=True))
    whole = [run["whole"] - run["window"] for run, _ in told]
    built = [run["rows"] for run, _ in told]
    return [
        Figure(
            name=f"open the tab on {rows:,} payments: first screen after the window",
            unit="ms",
            median=middle(after),
            p95=percentile(after, 0.95),
            peer_name=f"{_FEW:,} payments",
            peer=middle(after_few),
            goal=f"≤ {_GOAL:.0f} ms",
            reached=middle(after) <= _GOAL,
        ),
        Figure(
            name="the same, from nothing to a screen of rows",
            unit="ms",
            median=middle(built),
            p95=percentile(built, 0.95),
            peer_name="bare window with an empty table",
            peer=middle([run["bare"] for run, _ in told]),
            note="both built, shown and painted in a process where Qt is there already",
        ),
        Figure(
            name="the same, until every row can be scrolled to",
            unit="ms",
            median=middle(whole),
            p95=percentile(whole, 0.95),
        ),
    ]


async def _open(stage: Stage) -> Told:
    shop = await stage.open(Path(sys.argv[1]))
    bare = await _bare()
    moments: dict[str, float] = {}
    done = asyncio.Event()
    begun = time.perf_counter()

    def note(name: str) -> None:
        moments.setdefault(name, (time.perf_counter() - begun) * 1000)

    tab = stage.show(shop)
    model = tab.listing.model

    def painted() -> None:
        note("window")
        if len(model.ids) and model.is_settled:
            note("rows")
            if "whole" in moments:
                done.set()

    paints = Paints(tab.listing.table.viewport(), painted)
    model.layoutChanged.connect(lambda: note("whole"))
    tab.listing.answered.connect(lambda: (note("whole"), tab.listing.table.viewport().update()))
    await done.wait()
    paints.deleteLater()
    return {**moments, "bare": bare}


async def _bare() -> float:
    """Milliseconds from nothing to the paint of a window with a table."""
    done = asyncio.Event()
    begun = time.perf_counter()
    window = QMainWindow()
    table = QTableView(window)
    window.setCentralWidget(table)
    paints = Paints(table.viewport(), done.set)
    window.resize(1280, 720)
    window.show()
    await done.wait()
    took = (time.perf_counter() - begun) * 1000
    paints.deleteLater()
    window.close()
    QApplication.processEvents()
    return took


if __name__ == "__main__":
    play(_open)
