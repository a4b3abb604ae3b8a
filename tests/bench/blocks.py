"""The longest time the GUI thread is held while the program syncs, by a tick due every 4 ms."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from typing import Final

from bench.figures import Figure, percentile
from bench.server import SOURCE, sandbox

_LONGEST: Final = 50.0
_GAP: Final = 10.0
_TICK: Final = 4

_PROGRAM: Final = """
import asyncio, json, os, sys, time
from pathlib import Path
from portdesk.app import cli
sys.setswitchinterval(0.001)  # as app/life.py
settings = cli.read(["--data-dir", sys.argv[1], "--api-url", sys.argv[2]])
from PySide6.QtCore import QTimer, Qt
from PySide6.QtWidgets import QApplication
from portdesk.app.container import Container
from portdesk.app.frame import Frame
from portdesk.app.loop import AppLoop
app = QApplication([])
gaps, holds, last = [], [], [0.0, 0.0]
def tick():
    now, worked = time.perf_counter(), time.thread_time()
    gaps.append((now - last[0]) * 1000)
    holds.append((worked - last[1]) * 1000)
    last[:] = now, worked
async def main():
    container = Container(Frame(app, settings, settings.data_dir))
    footer = container.window.footer
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    last[:] = time.perf_counter(), time.thread_time()
    timer.start(TICK)
    await asyncio.sleep(2)
    alone = gaps[50:]
    begun = []
    def begin():
        if not begun:
            begun.append(True)
            gaps.clear()
            holds.clear()
            last[:] = time.perf_counter(), time.thread_time()
    def look():
        begin()
        if footer.progress.is_complete:
            container.close()
    footer.rendered.connect(look)
    await container.run()
    print(json.dumps({"gaps": gaps, "alone": alone, "holds": holds, "rows": footer.progress.rows}))
with asyncio.Runner(loop_factory=lambda: AppLoop(app)) as runner:
    runner.run(main())
""".replace("TICK", str(_TICK))


def measure(payments: int = 100_000) -> list[Figure]:
    """One sync of the whole program, its window open on the list, against a server in another process."""
    with sandbox(payments) as server, tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM, folder, server["base_url"]],
            env=os.environ
            | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(SOURCE)}
            | {"PORTDESK_IMP_KEY": server["imp_key"], "PORTDESK_IMP_SECRET": server["imp_secret"]},
            capture_output=True,
            check=True,
            text=True,
            timeout=600,
        )
    told = json.loads(done.stdout)
    gaps, holds = told["gaps"], told["holds"]
    note = f"of {len(gaps):,} ticks of {_TICK} ms; the second figure is their 99th percentile"
    return [
        Figure(
            name=f"GUI thread while syncing {told['rows']:,} payments: longest work at once",
            unit="ms",
            median=max(holds),
            p95=percentile(holds, 0.99),
            goal=f"≤ {_LONGEST:.0f} ms",
            reached=max(holds) <= _LONGEST,
            note=f"its own processor time between two ticks, {note}",
        ),
        Figure(
            name="the same: gaps until its next turn, p99",
            unit="ms",
            median=percentile(gaps, 0.99),
            p95=max(gaps),
            goal=f"≤ {_GAP:.0f} ms",
            reached=percentile(gaps, 0.99) <= _GAP,
            peer_name="the same window before it fetches",
            peer=percentile(told["alone"], 0.99),
            note="by the wall clock, with whatever else the machine does; the second figure is the longest",
        ),
    ]
