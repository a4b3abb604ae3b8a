"""These tests open real pages in QtWebEngine, served on loopback, and touch them with mouse and keys."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

os.environ["QTWEBENGINE_DISABLE_SANDBOX"] = "1"  # Chromium's own; containers run as root

from PySide6.QtCore import QCoreApplication, Qt

from screen import (  # noqa: F401 - fixtures are found by being here
    alerts,
    anyio_backend,
    first_language,
    no_key_held,
    no_task_left,
    no_window_left,
    theme,
    watched_tasks,
)
from web.pages import Site

QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)  # as the program does


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        yield running
