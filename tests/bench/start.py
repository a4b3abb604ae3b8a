"""Start to a usable window: ours against the barest Qt window with a table, process by process in turns."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from bench.figures import Figure, middle, percentile

_GOAL: Final = 1.5

_TELL: Final = """
class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, tell)
            watched.removeEventFilter(self)
        return False
def tell():
    os.write(1, b"shown")
    os._exit(0)
"""

_BARE: Final = (
    """
import os
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QTableView
"""
    + _TELL
    + """
app = QApplication([])
window = QMainWindow()
window.setCentralWidget(QTableView())
watch = Watch()
window.centralWidget().viewport().installEventFilter(watch)
window.resize(1280, 720)
window.show()
app.exec()
"""
)

_OURS: Final = (
    """
import os, sys
from pathlib import Path
from portdesk.app import cli, process
settings = cli.read(["--data-dir", sys.argv[1]])
process.harden()
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication
"""
    + _TELL
    + """
import asyncio
from portdesk.app.container import Container
from portdesk.app.loop import AppLoop
app = QApplication([])
async def main():
    container = Container(app, settings, settings.data_dir)
    watch = container.watch = Watch()
    container.window.centralWidget().installEventFilter(watch)
    await container.run()
with asyncio.Runner(loop_factory=lambda: AppLoop(app)) as runner:
    runner.run(main())
"""
)


def measure(rounds: int = 15) -> list[Figure]:
    """Both programs in turns, warm; milliseconds from the start of the process to its first paint."""
    bare: list[float] = []
    ours: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds + 1):
            pair = (_timed(_BARE, folder), _timed(_OURS, folder))
            if number:  # the first round warms the disk
                bare.append(pair[0])
                ours.append(pair[1])
    ratio = middle(ours) / middle(bare)
    return [
        Figure(
            name="start to a usable window",
            unit="ms",
            median=middle(ours),
            p95=percentile(ours, 0.95),
            peer_name="bare Qt window",
            peer=middle(bare),
            goal=f"≤ {_GOAL} x",
            reached=ratio <= _GOAL,
        )
    ]


def _timed(program: str, folder: str) -> float:
    source = str(Path(__file__).resolve().parents[2] / "gui")
    begun = time.perf_counter()
    result = subprocess.run(
        [sys.executable, "-c", program, folder],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": source},
        capture_output=True,
        check=True,
        timeout=60,
    )
    took = (time.perf_counter() - begun) * 1000
    if result.stdout != b"shown":
        raise RuntimeError("the window was not shown")
    return took
