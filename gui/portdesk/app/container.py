"""
Builds what is there before anything else: the window, its words and colours, the preferences.

Whatever needs the network, the key store or SQLite is imported in a thread once the window is shown,
and lives in `desk.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtWidgets import QApplication

from portdesk.app.cli import Settings
from portdesk.domain.errors import PortdeskError
from portdesk.domain.times import KST
from portdesk.qt import words
from portdesk.qt.alerts import Alerts
from portdesk.qt.privacy import Privacy
from portdesk.qt.tasks import Tasks
from portdesk.store.folders import DataFolder
from portdesk.store.settings import Preferences, SettingsFile
from portdesk.widgets.kit.theme import Theme
from portdesk.widgets.main_window import MainWindow

logger = logging.getLogger(__name__)


class Backstage(Protocol):
    """What the container asks of the part of the program that is loaded behind the window."""

    async def begin(self) -> None:
        """Open what was asked for."""

    async def end(self) -> None:
        """Close what is open."""


class Container:
    """The frame of the program: it stands from the first paint to the last."""

    def __init__(
        self, app: QApplication, settings: Settings, folder: Path, *, read_only: bool = False
    ) -> None:
        self.settings = settings
        self.read_only = read_only
        self.folder = DataFolder(folder)
        self._file = SettingsFile(self.folder.settings_file)
        self.preferences: Preferences = self._file.load()
        words.set_language(settings.lang or self.preferences.language or words.system_language())
        self.theme = Theme(app)
        self.theme.force(self.preferences.theme)
        self.alerts = Alerts()
        self.privacy = Privacy()
        self.window = MainWindow(alerts=self.alerts, privacy=self.privacy, now=now)
        self.tasks = Tasks(self.window, self.alerts.show)
        self._backstage: Backstage | None = None
        self._closed = asyncio.Event()
        self._exit_code = 0
        self._connect()
        self.window.restore_place(self.preferences.window)
        self.window.show()
        logger.info("the window is shown")

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

    def come_to_front(self) -> None:
        """Show the window, as when the program was started a second time."""
        logger.info("started again, so the window comes to the front")
        self.window.raise_to_front()

    def remember(self, **changes: Any) -> None:
        """Keep these preferences for the next start; a rehearsal keeps nothing."""
        self.preferences = self.preferences.with_changes(changes)
        self._show_choices()
        if not self.settings.is_staged:
            with contextlib.suppress(PortdeskError):  # a preference is not worth an alarm
                self._file.save(self.preferences)

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

    def _connect(self) -> None:
        header = self.window.header
        self.window.closed.connect(self.close)
        header.language_asked.connect(self._on_language_asked)
        header.theme_asked.connect(self._on_theme_asked)
        self.privacy.changed.connect(lambda: self.remember(privacy=self.privacy.is_on))
        header.privacy.setChecked(self.preferences.privacy)
        self._show_choices()

    def _on_language_asked(self, code: str) -> None:
        words.set_language(code)
        self.remember(language=code)

    def _on_theme_asked(self, choice: str) -> None:
        self.theme.force(choice)
        self.remember(theme=choice)

    def _show_choices(self) -> None:
        self.window.header.show_choices(language=words.language(), theme=self.preferences.theme)


def now() -> datetime:
    """The time in Korea by this computer's clock."""
    return datetime.now(KST)


def _load_desk() -> Callable[[Container], Backstage]:
    build: Callable[[Container], Backstage] = importlib.import_module("portdesk.app.desk").Desk
    return build
