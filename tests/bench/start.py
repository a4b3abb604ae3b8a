"""Start to a usable window: ours against the barest Qt window with a table, process by process in turns."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from typing import Final

from bench.figures import Figure, middle, percentile
from bench.server import environment

_GOAL: Final = 1.5

_WATCH: Final = """
import os, sys
from PySide6.QtCore import QEvent, QObject, QTimer
LATER = {"asyncio", "httpx", "keyring", "sqlite3", "PySide6.QtWebEngineCore"}
class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, tell)
        return False
def tell():
    # The window is painted, and this is the next thing it does: it takes what a person does to it.
    os.write(1, str(LATER & set(sys.modules)).encode())
    os._exit(0)
"""

_BARE: Final = (
    _WATCH
    + """
from PySide6.QtWidgets import QApplication, QMainWindow, QTableView
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

_OURS: Final = """
import contextlib, sys
from portdesk.app import ahead, main
@contextlib.contextmanager
def watched():
    with reading():
        yield
    # All is imported as the program does it, and the window is not built yet.
    from portdesk.app import frame
    exec(sys.argv[2], globals())
    class Watched(frame.MainWindow):
        def showEvent(self, event):
            self.watch = Watch()
            self.centralWidget().installEventFilter(self.watch)
            super().showEvent(event)
    frame.MainWindow = Watched
reading, ahead.reading_libraries = ahead.reading_libraries, watched
main.start(["--data-dir", sys.argv[1]])
"""


def measure(rounds: int = 15) -> list[Figure]:
    """Both programs in turns, warm; milliseconds from the start of the process until it waits for events."""
    bare: list[float] = []
    ours: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds + 1):
            pair = (_timed(_BARE, folder), _timed(_OURS, folder))
            if number:  # the first round warms the disk
                bare.append(pair[0])
                ours.append(pair[1])
    ratio = middle([mine / theirs for mine, theirs in zip(ours, bare, strict=True)])
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
            note="the whole program from its entry point, log, lock and command line included; it is seen "
            "that asyncio, httpx, keyring, SQLite and WebEngine come after",
        )
    ]


def _timed(program: str, folder: str) -> float:
    begun = time.perf_counter()
    result = subprocess.run(
        [sys.executable, "-c", program, folder, _WATCH],
        env=environment(),
        capture_output=True,
        check=True,
        timeout=60,
    )
    took = (time.perf_counter() - begun) * 1000
    if result.stdout != b"set()":
        raise RuntimeError(f"not shown, or more imported than it takes: {result.stdout!r} {result.stderr!r}")
    return took
