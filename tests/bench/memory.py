"""Memory of the whole program with a million payments open, whatever is asked, against a bare window."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from bench.figures import Figure, middle, percentile
from bench.search import made
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
    bare, ours, few = [], [], []
    for _ in range(rounds):
        bare.append(_bare())
        ours.append(played("bench.memory", made(rows)))
        few.append(max(played("bench.memory", made(_FEW))["megabytes"]))
    most = [max(run["megabytes"]) for run in ours]
    more = middle(most) - middle(bare)
    empty = middle([run["empty"] for run in ours])
    return [
        Figure(
            name=f"memory with {rows:,} payments, any of {len(QUESTIONS)} filters",
            unit="MB",
            median=middle(most),
            p95=percentile(most, 0.95),
            peer_name="bare window",
            peer=middle(bare),
            goal=f"≤ {_GOAL:.0f} MB more",
            reached=more <= _GOAL,
            note=f"{more:.0f} MB more; of it {empty - middle(bare):.0f} MB are the program with HTTP and TLS "
            "loaded and no shop open, which no number of rows changes",
        ),
        Figure(
            name="memory that the payments take",
            unit="MB",
            median=middle(most),
            p95=percentile(most, 0.95),
            peer_name=f"{_FEW:,} payments",
            peer=middle(few),
            goal=f"≤ {_GOAL:.0f} MB more",
            reached=middle(most) - middle(few) <= _GOAL,
            note=f"{middle(most) - middle(few):.0f} MB more; for a moment, while they are sorted by name, "
            f"{middle([run['peak'] for run in ours]):.0f} MB in all",
        ),
    ]


async def _ours(stage: Stage) -> Told:
    # httpx takes them along where they are; only the tools of developers bring them.
    sys.modules.update({"rich": None, "pygments": None})  # type: ignore[dict-item] # how a missing module is told
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
    return {"empty": empty, "megabytes": told, "peak": _megabytes("VmHWM:")}


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


def _bare() -> float:
    done = subprocess.run(
        [sys.executable, "-c", _BARE],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
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
