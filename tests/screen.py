"""Tests with Qt: the program's own loop, nothing left behind, nobody alarmed without cause."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from portdesk.app.loop import AppLoop
from portdesk.domain.times import KST
from portdesk.qt import words
from portdesk.qt.alerts import Alert, Alerts
from portdesk.widgets.kit.theme import Theme

NOW = datetime(2026, 11, 21, 14, 2, tzinfo=KST)


async def eventually(condition: Callable[[], object], seconds: float = 5.0) -> None:
    """Return once `condition` holds; time out if it never does."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - Qt's objects set no event when they are as they should be
            await asyncio.sleep(0.005)


async def settled() -> None:
    """Let everything that is ready to run have its turn, Qt's posted events too."""
    for _ in range(10):
        await asyncio.sleep(0)


def delete_what_is_due() -> None:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(scope="session")
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Any]]:
    qapp.setQuitOnLastWindowClosed(False)
    return "asyncio", {"loop_factory": lambda: AppLoop(qapp)}


@pytest.fixture(scope="session")
def theme(qapp: QApplication) -> Theme:
    return Theme(qapp)


@pytest.fixture(autouse=True)
def no_window_left(qapp: QApplication) -> Iterator[None]:
    before = set(QApplication.topLevelWidgets())
    yield
    QToolTip.hideText()
    delete_what_is_due()
    left = [widget for widget in QApplication.topLevelWidgets() if is_alone(widget) and widget not in before]
    assert not left, "these were left open; hand them to qtbot.addWidget"


@pytest.fixture(autouse=True)
def no_key_held(qapp: QApplication) -> Iterator[None]:
    """A click with Ctrl leaves Ctrl held for good, which turns the next test's choice around."""
    yield
    QTest.keyRelease(QWidget(), Qt.Key.Key_Control)
    assert QApplication.keyboardModifiers() == Qt.KeyboardModifier.NoModifier


def is_alone(widget: QWidget) -> bool:
    return widget.parent() is None and widget.metaObject().className() != "QTipLabel"


@pytest.fixture(autouse=True)
def no_task_left(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("anyio") is not None:
        request.getfixturevalue("watched_tasks")


@pytest.fixture
async def watched_tasks(anyio_backend: object) -> AsyncIterator[None]:
    yield
    await settled()
    left = [task.get_name() for task in asyncio.all_tasks() if not is_of_the_runner(task)]
    assert not left, "these tasks were left running"


@pytest.fixture(autouse=True)
def first_language() -> Iterator[None]:
    words.set_language("en")
    yield
    words.set_language("en")


def is_of_the_runner(task: asyncio.Task[Any]) -> bool:
    return getattr(task.get_coro(), "__qualname__", "").startswith("TestRunner.")


class HeardAlerts(Alerts):
    """Remembers what people were told; a test takes what it expects, anything else fails it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._heard: list[Alert] = []
        self.raised.connect(self._heard.append)

    def take(self) -> list[Alert]:
        heard, self._heard[:] = list(self._heard), []
        return heard


@pytest.fixture
def alerts(qapp: QApplication) -> Iterator[HeardAlerts]:
    alerts = HeardAlerts()
    yield alerts
    assert alerts.take() == [], "people were alarmed"
