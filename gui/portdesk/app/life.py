"""The life of the program once Qt is there: the application, its window, and the loop behind it."""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QEventLoop, QMetaObject, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from portdesk.app import interpreter
from portdesk.app.cli import Settings
from portdesk.app.early import EarlyRecords
from portdesk.app.frame import Frame
from portdesk.app.instance import Instance, Standing

_BEHIND: Final = ("portdesk.app.running", "portdesk.app.door")
_SETTLED: Final = 5
"""Milliseconds after the first paint in which nothing else competes with the window."""
_UNSEEN: Final = 500
"""Milliseconds after which a window that nobody sees, and Qt does not paint, is waited for no longer."""


def live(settings: Settings, folder: Path) -> int:
    """Run until the window is closed; the answer is the exit code."""
    # Without it a second run of the loop dies once a web view has existed.
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    early = EarlyRecords(settings.log_level)
    app = _application()
    instance = Instance(folder)
    standing = instance.stand()
    try:
        if standing is Standing.ANSWERED:
            return 0
        frame = Frame(app, settings, folder)
        instance.knocked.connect(frame.come_to_front)
        _load_behind(frame.window, _BEHIND)
        instance.listen()
        from portdesk.app import running  # noqa: PLC0415 - asyncio and qasync are 30 ms of a start

        return running.run(app, frame, early, read_only=standing is Standing.READ_ONLY)
    finally:
        early.hand_on()
        instance.leave()


def _application() -> QApplication:
    # Not by setStyle(): PySide would name all that a style knows, which is 4 ms of a start.
    app = QApplication([*sys.argv[:1], "-style", "Fusion"])
    app.setApplicationName("Portdesk")
    app.setDesktopFileName("portdesk")
    app.setQuitOnLastWindowClosed(False)
    return app


def _load_behind(window: QWidget, names: Sequence[str]) -> None:
    """Import modules in a thread, once the window is painted and while it answers already."""
    waiting = QEventLoop()

    def load() -> None:
        try:
            for name in names:
                importlib.import_module(name)
        finally:
            QMetaObject.invokeMethod(waiting, "quit", Qt.ConnectionType.QueuedConnection)

    thread = threading.Thread(target=load, name="loading")
    late = QTimer(waiting, singleShot=True, interval=_UNSEEN)
    late.timeout.connect(thread.start)
    late.start()
    paint = _FirstPaint(window, lambda: late.start(_SETTLED))
    waiting.exec()
    thread.join()
    paint.deleteLater()
    interpreter.settle()


class _FirstPaint(QObject):
    """Calls `painted` when a widget is painted for the first time."""

    def __init__(self, widget: QWidget, painted: Callable[[], object]) -> None:
        super().__init__(widget)
        self._painted = painted
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            self._painted()
        return False
