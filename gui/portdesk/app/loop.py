"""The program's event loop: qasync's, with exact timers and room for nested loops."""

from __future__ import annotations

import asyncio
import contextvars
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import qasync
from PySide6.QtCore import Qt, QTimerEvent
from PySide6.QtWidgets import QApplication

from portdesk.domain.right_of_way import SCREEN

_THREADS = 4


class _Timer(qasync._SimpleTimer):  # type: ignore[misc]  # noqa: SLF001 - ships no types; mended here, pinned to 0.28
    """
    qasync 0.28's timer without its three faults.

    It uses coarse timers that may fire early; a nested Qt loop inside a coroutine kills other tasks
    because the outer one still counts as running; a cancelled handle keeps its Qt timer.
    """

    def __init__(self, loop: AppLoop) -> None:
        super().__init__()
        self._loop = loop
        self._handles: dict[int, asyncio.Handle] = {}

    def add_callback(self, handle: asyncio.Handle, delay: float = 0) -> asyncio.Handle:
        milliseconds = math.ceil(max(0.0, delay) * 1000)
        timer = self.startTimer(milliseconds, Qt.TimerType.PreciseTimer)
        self._handles[timer] = handle
        if isinstance(handle, _KillableHandle):
            handle.kill = lambda: self._kill(timer)
        return handle

    def timerEvent(self, event: QTimerEvent) -> None:
        timer = event.timerId()
        handle = self._handles.get(timer)
        self._kill(timer)
        if handle is None or self._stopped or handle.cancelled():
            return
        current: dict[Any, Any] = asyncio.tasks._current_tasks  # type: ignore[attr-defined]  # noqa: SLF001 - no public door
        outer = current.pop(self._loop, None)
        try:
            with SCREEN.taken():
                handle._run()  # noqa: SLF001 - what every loop does with a handle
        finally:
            if outer is not None:
                current[self._loop] = outer

    def _kill(self, timer: int) -> None:
        if self._handles.pop(timer, None) is not None:
            self.killTimer(timer)


class _KillableHandle(asyncio.TimerHandle):
    """A delayed call whose Qt timer goes when it is cancelled."""

    kill: Callable[[], None] | None = None

    def cancel(self) -> None:
        super().cancel()
        if self.kill is not None:
            self.kill()
            self.kill = None


class AppLoop(qasync.QEventLoop):  # type: ignore[misc] # ships no types
    """The loop that widgets, use cases and the network share."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._timer = _Timer(self)
        self.set_default_executor(ThreadPoolExecutor(_THREADS, thread_name_prefix="portdesk"))

    def call_later(
        self,
        delay: float,
        callback: Callable[..., object],
        *args: Any,
        context: contextvars.Context | None = None,
    ) -> asyncio.Handle:
        if delay <= 0:
            return self._timer.add_callback(asyncio.Handle(callback, args, self, context))
        handle = _KillableHandle(self.time() + delay, callback, args, self, context)
        return self._timer.add_callback(handle, delay)
