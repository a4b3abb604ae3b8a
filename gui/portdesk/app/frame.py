"""
What the first paint takes, and no more: the window, its words and colours, the preferences.

Nothing in here imports asyncio, httpx, SQLite or the key store; `life.py` brings those once the
window is shown.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from PySide6.QtWidgets import QApplication

from portdesk.app.cli import Settings
from portdesk.domain.errors import PortdeskError
from portdesk.domain.times import KST
from portdesk.qt import words
from portdesk.qt.alerts import Alerts
from portdesk.qt.privacy import Privacy
from portdesk.store.folders import DataFolder
from portdesk.store.settings import Preferences, SettingsFile
from portdesk.widgets.kit.theme import Theme
from portdesk.widgets.main_window import MainWindow

logger = logging.getLogger(__name__)


class Frame:
    """The window and what a person chose for it: it stands from the first paint to the last."""

    def __init__(self, app: QApplication, settings: Settings, folder: Path) -> None:
        self.settings = settings
        self.folder = DataFolder(folder)
        self._file = SettingsFile(self.folder.settings_file)
        self.preferences: Preferences = self._file.load()
        words.set_language(settings.lang or self.preferences.language or words.system_language())
        self.theme = Theme(app, self.preferences.theme)
        self.alerts = Alerts()
        self.privacy = Privacy()
        self.window = MainWindow(alerts=self.alerts, privacy=self.privacy, now=now)
        self.is_closed = False
        self._connect()
        self.window.restore_place(self.preferences.window)
        self.window.show()
        logger.info("the window is shown")

    def come_to_front(self) -> None:
        """Show the window, as when the program was started a second time."""
        logger.info("started again, so the window comes to the front")
        self.window.raise_to_front()

    def remember(self, changes: Mapping[str, object]) -> None:
        """Keep these preferences for the next start; a rehearsal keeps nothing."""
        self.preferences = self.preferences.with_changes(changes)
        self._show_choices()
        if not self.settings.is_staged:
            with contextlib.suppress(PortdeskError):  # a preference is not worth an alarm
                self._file.save(self.preferences)

    def _connect(self) -> None:
        header = self.window.header
        self.window.closed.connect(self._on_closed)
        header.language_asked.connect(self._on_language_asked)
        header.theme_asked.connect(self._on_theme_asked)
        self.privacy.changed.connect(lambda: self.remember({"privacy": self.privacy.is_on}))
        header.privacy.setChecked(self.preferences.privacy)
        self._show_choices()

    def _on_closed(self) -> None:
        self.is_closed = True

    def _on_language_asked(self, code: str) -> None:
        words.set_language(code)
        self.remember({"language": code})

    def _on_theme_asked(self, choice: str) -> None:
        self.theme.force(choice)
        self.remember({"theme": choice})

    def _show_choices(self) -> None:
        self.window.header.show_choices(language=words.language(), theme=self.preferences.theme)


def now() -> datetime:
    """The time in Korea by this computer's clock."""
    return datetime.now(KST)
