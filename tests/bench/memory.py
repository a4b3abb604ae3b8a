"""Memory of the whole program with a million payments open, whatever is asked, against a bare window."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from bench.figures import Figure, middle, percentile
from bench.search import made
from bench.server import environment
from bench.stage import Stage, Told, play, played
from portdesk.api import client
from portdesk.api.address import API_URL

_GOAL: Final = 40.0
_FEW: Final = 10_000

QUESTIONS: Final[tuple[dict[str, Any], ...]] = (
    {"chips": {"state": ["paid"]}},
    {"text": "꽃"},
    {"text": "김민수"},
    {"text": ">50000"},
    {"chips": {"state": ["failed", "returned"]}},
    {},
)


def measure(rows: int = 1_000_000, rounds: int = 3) -> list[Figure]:
    """Resident memory, each program in a process of its own, in turns."""
    runs: dict[str, list[Told]] = {"connected": [], "offline": [], "few": []}
    bare, needed = [], []
    for _ in range(rounds):
        bare.append(_bare(""))
        needed.append(_bare(_NEEDED))
        runs["connected"].append(played("bench.memory", made(rows), "connected"))
        runs["offline"].append(played("bench.memory", made(rows), "offline"))
        runs["few"].append(played("bench.memory", made(_FEW), "connected"))
    most = {name: [max(run["megabytes"]) for run in told] for name, told in runs.items()}
    floor, connected, few = middle(bare), middle(most["connected"]), middle(most["few"])
    empty = middle([run["empty"] for run in runs["connected"]])
    parts = (
        f"{middle(needed) - floor:.0f} are Korean letters in two weights, asyncio, HTTP, TLS and SQLite, "
        f"which no such program does without; {empty - middle(needed):.0f} the program without a shop; "
        f"{few - empty:.0f} a shop of {_FEW:,} payments looked through; {connected - few:.0f} the others"
    )
    return [
        *(
            Figure(
                name=f"memory with {rows:,} payments, any of {len(QUESTIONS)} filters, {name}",
                unit="MB",
                median=middle(most[name]),
                p95=percentile(most[name], 0.95),
                peer_name="bare window",
                peer=floor,
                goal=f"≤ {_GOAL:.0f} MB more",
                reached=middle(most[name]) - floor <= _GOAL,
                note=f"{middle(most[name]) - floor:.0f} MB more: {said}",
            )
            for name, said in (
                ("connected", parts),
                ("offline", "nothing was sent, so HTTP was never loaded"),
            )
        ),
        Figure(
            name="memory that the payments take",
            unit="MB",
            median=connected,
            p95=percentile(most["connected"], 0.95),
            peer_name=f"{_FEW:,} payments",
            peer=few,
            goal=f"≤ {_GOAL:.0f} MB more",
            reached=connected - few <= _GOAL,
            note=f"{connected - few:.0f} MB more; for a moment, while they are sorted by name, "
            f"{middle([run['peak'] for run in runs['connected']]):.0f} MB in all",
        ),
    ]


async def _ours(stage: Stage) -> Told:
    if sys.argv[2] == "connected":
        client._open_wire(API_URL, None)
    stage.app.processEvents()
    empty = _megabytes()
    tab = stage.show(await stage.open(Path(sys.argv[1])))
    await stage.settled(tab)
    told = [_megabytes()]
    for question in QUESTIONS:
        answers = tab.listing.answers
        tab.filters.restore(question)
        await stage.settled(tab, answers=answers)
        told.append(_megabytes())
    for part in range(1, 40):
        tab.listing.table.verticalScrollBar().setValue(len(tab.listing.model.ids) * part // 40)
        await stage.settled(tab)
    told.append(_megabytes())
    answers = tab.listing.answers
    tab.listing.table.horizontalHeader().sectionClicked.emit(1)
    await stage.settled(tab, answers=answers)
    told.append(_megabytes())
    assert ("httpx" in sys.modules) == (sys.argv[2] == "connected")
    return {"empty": empty, "megabytes": told, "peak": _megabytes("VmHWM:")}


_NEEDED: Final = """
from PySide6.QtWidgets import QLabel
labels = [QLabel("결제 내역", window) for _ in range(2)]
font = labels[1].font()
font.setBold(True)
labels[1].setFont(font)
for label in labels:
    label.show()
app.processEvents()
import builtins
builtins.__import__ = builtins.__orig_import__  # as the program does, or PySide keeps the source of each
import sys
sys.modules["httpx._main"] = None
import asyncio, sqlite3, ssl, httpx, msgspec
client = httpx.AsyncClient(verify=ssl.create_default_context())
"""
_BARE: Final = """
from PySide6.QtWidgets import QApplication, QMainWindow, QTableView
app = QApplication([])
window = QMainWindow()
window.setCentralWidget(QTableView())
window.resize(1280, 720)
window.show()
app.processEvents()
lines = open("/proc/self/status").read().splitlines()
print(next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")))
"""


def _bare(more: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", _BARE.replace("app.processEvents()", f"app.processEvents()\n{more}")],
        env=environment(),
        stdout=subprocess.PIPE,
        check=True,
        text=True,
        timeout=60,
    )
    return float(done.stdout)


def _megabytes(name: str = "VmRSS:") -> float:
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


if __name__ == "__main__":
    play(_ours)
