"""The loop of the program, from its first turn to its last."""

from __future__ import annotations

import asyncio
import signal
import sys

from PySide6.QtWidgets import QApplication

from portdesk.app import logs
from portdesk.app.container import Container
from portdesk.app.early import EarlyRecords
from portdesk.app.frame import Frame
from portdesk.app.loop import AppLoop


def run(app: QApplication, frame: Frame, early: EarlyRecords, *, read_only: bool) -> int:
    """Run until the window is closed, with a log; the answer is the exit code."""
    end_log = logs.start(frame.folder.root / "logs", frame.settings.log_level)
    early.hand_on()
    try:
        with asyncio.Runner(loop_factory=lambda: AppLoop(app)) as runner:
            return runner.run(_run(frame, read_only=read_only))
    finally:
        end_log()


async def _run(frame: Frame, *, read_only: bool) -> int:
    container = Container(frame, read_only=read_only)
    if sys.platform != "win32":
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, container.close)
    return await container.run()
