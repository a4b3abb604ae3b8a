"""A window with the payments tab over a local copy, in a process of its own; the benches act on it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from bench.figures import Figure, percentile
from bench.server import environment
from bench.watchdog import Watchdog
from portdesk.app import cli, interpreter, process
from portdesk.app.container import Container
from portdesk.app.desk import Desk
from portdesk.app.frame import Frame
from portdesk.app.loop import AppLoop
from portdesk.domain.shops import Credentials, Shop
from portdesk.store.secrets import Secrets
from portdesk.usecases.shops import DEMO, OpenShop, Shops
from portdesk.widgets.payments.tab import PaymentsTab

Told = dict[str, Any]

_NO_KEYS: Final = Credentials(imp_key="", imp_secret="")
_NOWHERE: Final = "http://127.0.0.1:9"
_TICK: Final = 4
LONGEST: Final = 50.0
"""Milliseconds the GUI thread may ever be kept from its next turn."""


class Stage:
    """The program's own window and desk; a shop over any file can be put into it."""

    def __init__(self, app: QApplication, folder: Path) -> None:
        self.app = app
        settings = cli.read(["--data-dir", str(folder), "--offline"])
        self.container = Container(Frame(app, settings, folder))
        self._shops = Shops(self.container.folder, Secrets(lambda: None))
        self._desk = Desk(self.container)

    async def open(
        self, path: Path | None, *, base_url: str = _NOWHERE, keys: Credentials = _NO_KEYS
    ) -> OpenShop:
        """A shop with this local copy, or with an empty one."""
        place = self.container.folder.cache(DEMO)
        place.parent.mkdir(parents=True)
        if path is not None:
            place.symlink_to(path)
        shop = Shop(id=DEMO, name="bench", colour="#2a9d8f", is_demo=True)
        return await self._shops._open(shop, base_url, keys)

    def show(self, shop: OpenShop) -> PaymentsTab:
        """Its tabs in the window, the payments in front; nothing is fetched by itself."""
        self._desk._show(shop)
        tab = self.container.window.tabs[0]
        assert isinstance(tab, PaymentsTab)
        return tab

    async def settled(self, tab: PaymentsTab, *, answers: int = 0) -> None:
        """Until more than so many questions are answered, and what is in view is here and painted."""
        answered, changed = asyncio.Event(), asyncio.Event()
        tab.listing.answered.connect(answered.set)
        tab.listing.model.dataChanged.connect(changed.set)
        while tab.listing.answers <= answers:
            answered.clear()
            await answered.wait()
        self.app.processEvents()
        while not tab.listing.model.is_settled:
            changed.clear()
            await changed.wait()
            self.app.processEvents()
        tab.listing.answered.disconnect(answered.set)
        tab.listing.model.dataChanged.disconnect(changed.set)


class Paints(QObject):
    """Calls `painted` after every painting of a widget."""

    def __init__(self, widget: QWidget, painted: Callable[[], object]) -> None:
        super().__init__(widget)
        self._painted = painted
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, self._painted)
        return super().eventFilter(watched, event)


class Ticks(QObject):
    """
    What happens between ticks due every 4 ms.

    `gaps` by the wall clock, `holds` this thread's own work in them. `waits` are what is our own doing:
    of each gap the part in which no thread of ours queued for a processor that another program had,
    and never more than all our threads worked meanwhile, one of which may hold the interpreter. A
    watchdog in a thread of its own notes where the GUI thread stood when a tick was longer overdue
    than the limit, whoever's doing it was.
    """

    def __init__(self) -> None:
        super().__init__()
        self._dog = Watchdog(LONGEST / 1000)
        self.gaps: list[float] = []
        self.waits: list[float] = []
        self.holds: list[float] = []
        self._last = (0.0, 0.0, 0.0, 0.0)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    @contextmanager
    def counting(self) -> Iterator[Ticks]:
        self._last = _clocks()
        self._timer.start(_TICK)
        self._dog.watch()
        yield self
        self._dog.rest()
        self._timer.stop()

    @property
    def told(self) -> Told:
        """Everything, for the process that measures."""
        return {"gaps": self.gaps, "waits": self.waits, "holds": self.holds, "places": self._dog.places}

    def _tick(self) -> None:
        now = _clocks()
        wall, work, worked, queued = ((new - old) * 1000 for new, old in zip(now, self._last, strict=True))
        self.gaps.append(wall)
        self.holds.append(work)
        self.waits.append(max(work, min(wall - queued, worked)))
        self._last = now
        self._dog.pat()


def longest_wait(name: str, told: Told, alone: Sequence[float] | None = None, note: str = "") -> Figure:
    """The figure that fails a bench: how long the window ever waits for its turn."""
    waits, where = told["waits"], told["places"]
    return Figure(
        name=name,
        unit="ms",
        median=max(waits),
        p95=percentile(waits, 0.99),
        peer_name="the same window left alone" if alone else "",
        peer=max(alone) if alone else None,
        goal=f"≤ {LONGEST:.0f} ms",
        reached=max(waits) <= LONGEST,
        must=True,
        note=f"{note}the longest of {len(waits):,} gaps between ticks due every {_TICK} ms, without what "
        "other programs did to it; the second figure is the 99th percentile; by the wall clock "
        f"alone {max(told['gaps']):.0f} and {percentile(told['gaps'], 0.99):.1f}, its own work "
        f"{max(told['holds']):.0f}; the watchdog saw it late at {where[:3] or 'no place'}",
    )


def _clocks() -> tuple[float, float, float, float]:
    """Seconds on the wall, of this thread's work and of all threads', and in the queue for a processor."""
    queued = 0.0
    if sys.platform == "linux":
        for file in Path("/proc/self/task").glob("*/schedstat"):
            with contextlib.suppress(OSError):  # a thread that has just ended
                queued += int(file.read_bytes().split()[1]) / 1e9
    return time.perf_counter(), time.thread_time(), time.process_time(), queued


def play(act: Callable[[Stage], Coroutine[Any, Any, Told]]) -> None:
    """Run `act` on the program's own loop, print what it tells and leave."""
    process.spare_memory()
    interpreter.share()
    interpreter.settle()  # all as the program does, or its waits are not what is measured
    with tempfile.TemporaryDirectory() as folder:
        app = QApplication([])
        stage = Stage(app, Path(folder))

        async def main() -> None:
            sys.stdout.write(json.dumps(await act(stage)))
            sys.stdout.flush()
            shutil.rmtree(folder, ignore_errors=True)
            os._exit(0)  # here and now: what the window has under way would miss the loop

        with asyncio.Runner(loop_factory=lambda: AppLoop(app)) as runner:
            runner.run(main())


def played(module: str, *arguments: object, seconds: float = 600) -> Told:
    """What `python -m module` tells, with no screen; raises `DiedError` when it ends otherwise than well."""
    try:
        done = subprocess.run(
            [sys.executable, "-X", "faulthandler", "-m", module, *map(str, arguments)],
            env=environment(),
            capture_output=True,
            check=False,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired as late:
        raise DiedError(module, f"took more than {seconds:.0f} s", late.stderr or b"") from None
    if done.returncode:
        code = done.returncode
        how = f"died of {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"
        raise DiedError(module, how, done.stderr)
    sys.stderr.write(done.stderr.decode(errors="replace"))
    told: Told = json.loads(done.stdout)
    return told


class DiedError(Exception):
    """A process that is measured did not end well; its arguments, which may be keys, are not told."""

    def __init__(self, module: str, how: str, said: bytes) -> None:
        text = said.decode(errors="replace").strip()
        super().__init__(f"{module} {how}" + (f"; it said:\n{text}" if text else ""))
