"""Seconds and memory of an export against the bare library, and how long a window waits meanwhile."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from bench.figures import Figure, middle, percentile
from bench.server import environment
from bench.stage import longest_wait

_SECONDS: Final = 10.0
_MEGABYTES: Final = 200.0

_CELLS: Final = """
import json, sys, time
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from portdesk.domain.times import KST
path, total = Path(sys.argv[1]), int(sys.argv[2])
TEXTS = ("imp_{:012d}", "order-{:08d}", "무선 키보드 외 {}건", "김하늘{}", "010{:08d}", "buyer{}@example.com",
         "신한카드 {}", "4518-42**-****-{:04d}", "{:08d}", "html5_inicis", "결제 완료")
def texts(row):
    return [text.format(row) for text in TEXTS]
def amounts(row):
    return Decimal(row % 500 * 1000), Decimal(row % 7 * 1000)
def times(row):
    return datetime(2026, 1 + row % 12, 1 + row % 28, row % 24, row % 60, tzinfo=KST), None
def used():
    # Not getrusage, which begins with what the parent had.
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))
"""

_BARE: Final = {
    "xlsx": """
from xlsxwriter import Workbook
book = Workbook(path, {"constant_memory": True, "remove_timezone": True})
sheet = book.add_worksheet()
money, day = book.add_format({"num_format": "#,##0"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
for row in range(total):
    column = 0
    for column, text in enumerate(texts(row)):
        sheet.write_string(row, column, text)
    for amount in amounts(row):
        column += 1
        sheet.write_number(row, column, amount, money)
    for time_ in times(row):
        column += 1
        if time_: sheet.write_datetime(row, column, time_, day)
book.close()
""",
    "csv": """
import csv
with open(path, "w", encoding="utf-8-sig", newline="") as file:
    lines = csv.writer(file)
    for row in range(total):
        lines.writerow([*texts(row), *amounts(row), *times(row)])
""",
}

_OURS: Final = """
import asyncio
from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt, QTimer
from PySide6.QtWidgets import QApplication, QTableView
from bench.stage import Ticks
from portdesk.app.loop import AppLoop
from portdesk.usecases.export import Export, ExportColumn, Kind
columns = [ExportColumn(title=str(n), value=lambda row, n=n: row[n]) for n in range(11)] + [
    ExportColumn(title=str(n), value=lambda row, n=n: row[n], kind=Kind.MONEY, currency=lambda row: "KRW")
    for n in (11, 12)] + [
    ExportColumn(title=str(n), value=lambda row, n=n: row[n], kind=Kind.TIME) for n in (13, 14)]
class Model(QAbstractTableModel):
    def rowCount(self, parent=QModelIndex()):
        return 10_000
    def columnCount(self, parent=QModelIndex()):
        return 7
    def data(self, index, role=0):
        return f"{index.row()} {index.column()}" if role == Qt.ItemDataRole.DisplayRole else None
async def rows(offset, count):
    return [(*texts(row), *amounts(row), *times(row)) for row in range(offset, offset + count)]
app = QApplication([])
table = QTableView()
table.setModel(Model())
table.resize(1280, 720)
table.show()
def scroll():
    table.verticalScrollBar().setValue(table.verticalScrollBar().value() + 3)
timer = QTimer()
timer.timeout.connect(scroll)
alone, ticks = Ticks(), Ticks()
async def main():
    await asyncio.sleep(0.3)
    if WATCHED:
        timer.start(33)
        with alone.counting():
            await asyncio.sleep(4)
    before, begun = used(), time.perf_counter()
    with ticks.counting():
        await Export().write(path, columns, total=total, rows=rows, progress=lambda *_: None)
    took = time.perf_counter() - begun
    told = {"seconds": took, "megabytes": used() - before, "alone": alone.waits}
    print(json.dumps({**ticks.told, **told}))
with asyncio.Runner(loop_factory=lambda: AppLoop(app)) as runner:
    runner.run(main())
"""


def measure(rows: int = 100_000, rounds: int = 3) -> list[Figure]:
    """15 columns, ours and the bare library in turns; then once more behind a table that is scrolled."""
    return [figure for kind in ("xlsx", "csv") for figure in _measure(kind, rows, rounds)]


def _measure(kind: str, rows: int, rounds: int) -> list[Figure]:
    bare: list[float] = []
    ours: list[dict[str, Any]] = []
    for _ in range(rounds):
        bare.append(_run(_TIMED.format(_BARE[kind]), kind, rows)["seconds"])
        ours.append(_run(_OURS.replace("WATCHED", "False"), kind, rows))
    seconds = [run["seconds"] for run in ours]
    megabytes = [run["megabytes"] for run in ours]
    watched = _run(_OURS.replace("WATCHED", "True"), kind, rows)
    return [
        Figure(
            name=f"export of {rows:,} rows to {kind}",
            unit="s",
            median=middle(seconds),
            p95=percentile(seconds, 0.95),
            peer_name="bare library",
            peer=middle(bare),
            goal=f"≤ {_SECONDS:.0f} s",
            reached=middle(seconds) <= _SECONDS,
        ),
        Figure(
            name=f"memory more during it, {kind}",
            unit="MB",
            median=middle(megabytes),
            p95=percentile(megabytes, 0.95),
            goal=f"≤ {_MEGABYTES:.0f} MB",
            reached=max(megabytes) <= _MEGABYTES,
        ),
        longest_wait(f"scrolling while {kind} is written: longest wait", watched, watched["alone"]),
    ]


_TIMED: Final = """
begun = time.perf_counter()
{}
print(json.dumps({{"seconds": time.perf_counter() - begun}}))
"""


def _run(program: str, kind: str, rows: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", _CELLS + program, str(Path(folder) / f"out.{kind}"), str(rows)],
            env=environment(),
            stdout=subprocess.PIPE,
            check=True,
            text=True,
            timeout=300,
        )
    told: dict[str, Any] = json.loads(done.stdout)
    return told
