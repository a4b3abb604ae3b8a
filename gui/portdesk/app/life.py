"""The life of the program once Qt is there: the application, its loop, the container in it."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from portdesk.app.cli import Settings
from portdesk.app.container import Container
from portdesk.app.instance import Instance, Standing
from portdesk.app.loop import AppLoop

_TURN: Final = 0.001
"""Seconds a worker thread may keep the interpreter while the screen's thread waits for it."""


def live(settings: Settings, folder: Path) -> int:
    """Run until the window is closed; the answer is the exit code."""
    # Five times shorter than usual: a table that paints while pages are read asks for its turn often.
    sys.setswitchinterval(_TURN)
    # Without it a second run of the loop dies once a web view has existed.
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    app = QApplication(sys.argv[:1])
    app.setApplicationName("Portdesk")
    app.setDesktopFileName("portdesk")
    app.setQuitOnLastWindowClosed(False)
    instance = Instance(folder)
    standing = instance.stand()
    try:
        if standing is Standing.ANSWERED:
            return 0
        with asyncio.Runner(loop_factory=lambda: AppLoop(app)) as runner:
            return runner.run(_run(app, settings, folder, instance, standing))
    finally:
        instance.leave()


async def _run(
    app: QApplication, settings: Settings, folder: Path, instance: Instance, standing: Standing
) -> int:
    container = Container(app, settings, folder, read_only=standing is Standing.READ_ONLY)
    instance.knocked.connect(container.come_to_front)
    if sys.platform != "win32":
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, container.close)
    return await container.run()
