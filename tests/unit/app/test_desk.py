"""What the open shop keeps doing when a part of it ends badly."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from portdesk.app.cli import Settings
from portdesk.app.container import Container
from portdesk.app.desk import Desk
from portdesk.app.frame import Frame
from portdesk.qt.alerts import Alert
from portdesk.sync.engine import SyncEngine
from screen import eventually

pytestmark = pytest.mark.anyio


@pytest.fixture
async def container(qapp: QApplication, tmp_path: Path) -> AsyncIterator[Container]:
    container = Container(Frame(qapp, Settings(demo=True, lang="en"), tmp_path))
    yield container
    await container.tasks.end()
    container.window.close()
    container.window.deleteLater()


async def test_refunds_are_looked_after_when_the_sync_dies(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(_engine: SyncEngine) -> None:
        raise LookupError

    told: list[Alert] = []
    container.alerts.raised.connect(told.append)
    monkeypatch.setattr(SyncEngine, "run", die)
    desk = Desk(container)
    try:
        await desk.open_demo()
        await eventually(lambda: told)

        assert not container.tasks.is_running("keep in step")
        assert container.tasks.is_running("keep checking")
    finally:
        await desk.end()
    await eventually(lambda: not container.tasks.is_running("keep checking"))
