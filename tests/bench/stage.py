"""A window with the payments tab over a local copy, in a process of its own; the benches act on it."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from bench.server import SOURCE
from portdesk.app import cli
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


class Stage:
    """The program's own window and desk; a shop over any file can be put into it."""

    def __init__(self, app: QApplication, folder: Path) -> None:
        self.app = app
        settings = cli.read(["--data-dir", str(folder), "--offline"])
        self.container = Container(Frame(app, settings, folder))
        self._shops = Shops(self.container.folder, Secrets(lambda: None))
        self._desk = Desk(self.container)

    async def open(self, path: Path, *, base_url: str = _NOWHERE, keys: Credentials = _NO_KEYS) -> OpenShop:
        """A shop with this local copy."""
        place = self.container.folder.cache(DEMO)
        place.parent.mkdir(parents=True)
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

    `gaps` by the wall clock, `waits` of them without the time in which other programs had the
    processor this thread was ready for, `holds` this thread's own work.
    """

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[float] = []
        self.waits: list[float] = []
        self.holds: list[float] = []
        self._last = (0.0, 0.0, 0.0)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    @contextmanager
    def counting(self) -> Iterator[Ticks]:
        self._last = _clocks()
        self._timer.start(_TICK)
        yield self
        self._timer.stop()

    def _tick(self) -> None:
        now = _clocks()
        wall, work, queued = ((new - old) * 1000 for new, old in zip(now, self._last, strict=True))
        self.gaps.append(wall)
        self.holds.append(work)
        self.waits.append(max(wall - queued, 0.0))
        self._last = now


def _clocks() -> tuple[float, float, float]:
    """Seconds on the wall, of this thread's work, and spent by it in the queue for a processor."""
    queued = 0.0
    if sys.platform == "linux":
        queued = int(Path("/proc/thread-self/schedstat").read_bytes().split()[1]) / 1e9
    return time.perf_counter(), time.thread_time(), queued


def play(act: Callable[[Stage], Coroutine[Any, Any, Told]]) -> None:
    """Run `act` on the program's own loop, print what it tells and leave."""
    sys.setswitchinterval(0.001)  # as app/life.py
    with tempfile.TemporaryDirectory() as folder:
        app = QApplication([])
        stage = Stage(app, Path(folder))

        async def main() -> None:
            sys.stdout.write(json.dumps(await act(stage)))
            sys.stdout.flush()

        with asyncio.Runner(loop_factory=lambda: AppLoop(app)) as runner:
            runner.run(main())
    os._exit(0)


def played(module: str, *arguments: object) -> Told:
    """What `python -m module` tells, with no screen."""
    paths = os.pathsep.join((str(SOURCE), str(Path(__file__).resolve().parents[1])))
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        env=os.environ
        | {"QT_QPA_PLATFORM": "offscreen", "QT_LOGGING_RULES": "*.warning=false", "PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
        timeout=600,
    )
    told: Told = json.loads(done.stdout)
    return told
