"""
Runs what stands behind the window, from the moment there is a loop to the end of the program.

Whatever needs the network, the key store or SQLite lives in `desk.py`, which is imported in a thread.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
from collections.abc import Callable
from typing import Any, Protocol

from portdesk.app.frame import Frame
from portdesk.qt.tasks import Tasks
from portdesk.store.settings import Preferences

logger = logging.getLogger(__name__)


class Backstage(Protocol):
    """What the container asks of the part of the program that is loaded behind the window."""

    async def begin(self) -> None:
        """Open what was asked for."""

    async def end(self) -> None:
        """Close what is open."""


class Container:
    """Everything that is built once, around the frame that is on the screen already."""

    def __init__(self, frame: Frame, *, read_only: bool = False) -> None:
        self._frame = frame
        self.settings = frame.settings
        self.read_only = read_only
        self.folder = frame.folder
        self.theme = frame.theme
        self.alerts = frame.alerts
        self.privacy = frame.privacy
        self.window = frame.window
        self.window.furnish()
        self.tasks = Tasks(self.window, self.alerts.show)
        self._backstage: Backstage | None = None
        self._closed = asyncio.Event()
        self._exit_code = 0
        self.window.closed.connect(self.close)
        if frame.is_closed:
            self.close()

    @property
    def preferences(self) -> Preferences:
        """What the person chose, as it is now."""
        return self._frame.preferences

    async def run(self) -> int:
        """Open what was asked for and stay until the window is closed; the answer is the exit code."""
        try:
            self.tasks.start("begin", self._begin)
            await self._closed.wait()
        finally:
            await self._end()
        return self._exit_code

    def close(self, exit_code: int = 0) -> None:
        """End the program, in order."""
        self._exit_code = exit_code
        self._closed.set()

    def remember(self, **changes: Any) -> None:
        """Keep these preferences for the next start; a rehearsal keeps nothing."""
        self._frame.remember(changes)

    async def _begin(self) -> None:
        try:
            build: Callable[[Container], Backstage] = await asyncio.to_thread(_load_desk)
            self._backstage = build(self)
            await self._backstage.begin()
        except BaseException:
            if self.settings.is_staged:
                self.close(1)
            raise

    async def _end(self) -> None:
        self.remember(window=self.window.place())
        self.window.hide()
        await self.tasks.end()
        if self._backstage is not None:
            await self._backstage.end()
        logger.info("everything is closed")


def _load_desk() -> Callable[[Container], Backstage]:
    build: Callable[[Container], Backstage] = importlib.import_module("portdesk.app.desk").Desk
    return build
