"""Coroutines owned by a Qt object: named, single, cancelled with it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec

from PySide6.QtCore import QObject

logger = logging.getLogger(__name__)

P = ParamSpec("P")
OnError = Callable[[Exception], None]


class Tasks:
    """
    Coroutines that live no longer than one Qt object.

    Starting a task under a name that is still running cancels the earlier one, so a slow answer
    never overwrites a later one. What a task raises goes to `on_error`, on the GUI thread.
    """

    def __init__(self, owner: QObject, on_error: OnError) -> None:
        self._running: dict[str, asyncio.Task[None]] = {}
        self._on_error = on_error
        owner.destroyed.connect(self.cancel_all)

    def start(
        self,
        name: str,
        function: Callable[P, Coroutine[Any, Any, None]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Run `function` as `name`, in place of any earlier `name`."""
        self.cancel(name)
        task = asyncio.get_running_loop().create_task(
            self._guard(lambda: function(*args, **kwargs)), name=name
        )
        self._running[name] = task
        task.add_done_callback(lambda done: self._forget(name, done))

    def is_running(self, name: str) -> bool:
        """Whether `name` has been started and has not ended."""
        task = self._running.get(name)
        return task is not None and not task.done()  # it is forgotten a little after it has ended

    async def wait(self, name: str) -> None:
        """Wait until `name` has ended, in whatever way."""
        task = self._running.get(name)
        if task is not None:
            await asyncio.wait([task])

    def cancel(self, name: str) -> None:
        """Cancel `name` if it is running."""
        task = self._running.pop(name, None)
        if task is not None:
            task.cancel()

    def cancel_all(self) -> None:
        """Cancel everything still running."""
        for name in list(self._running):
            self.cancel(name)

    async def end(self) -> None:
        """Cancel everything still running and wait until it has ended."""
        tasks = list(self._running.values())
        self.cancel_all()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _guard(self, begin: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await begin()
        except Exception as error:
            # The one door where any failure of a task turns into words.
            logger.warning("a task failed", exc_info=error)
            self._on_error(error)

    def _forget(self, name: str, task: asyncio.Task[None]) -> None:
        if self._running.get(name) is task:
            del self._running[name]
