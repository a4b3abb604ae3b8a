"""One program per data folder: a second start brings the first window to the front."""

from __future__ import annotations

import contextlib
import hashlib
from enum import Enum
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_PATIENCE: Final = 1500
"""Milliseconds a second start waits for the first to answer."""


class Standing(Enum):
    """What this start may do."""

    FIRST = "first"
    ANSWERED = "answered"
    READ_ONLY = "read only"


class Instance(QObject):
    """
    Holds the lock of a data folder and listens for later starts.

    The message between the two says nothing at all: to be connected to is to be asked to the front,
    so nobody can hand over an address or an argument this way.

    Signals:
        knocked: the program was started again
    """

    knocked = Signal()

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        with contextlib.suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._name = "portdesk-" + hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
        self._lock = QLockFile(str(folder / "portdesk.lock"))
        self._lock.setStaleLockTime(0)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_knock)

    def stand(self) -> Standing:
        """Take the lock, or wake who holds it; where no lock can be, whatever is opened says why."""
        if self._lock.tryLock(0):
            QLocalServer.removeServer(self._name)
            self._server.listen(self._name)
            return Standing.FIRST
        if self._lock.error() is not QLockFile.LockError.LockFailedError:
            return Standing.FIRST
        return Standing.ANSWERED if self._knock() else Standing.READ_ONLY

    def leave(self) -> None:
        """Let go of the lock."""
        self._server.close()
        self._lock.unlock()

    def _knock(self) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(_PATIENCE):
            return False
        answered = socket.waitForReadyRead(_PATIENCE)
        socket.disconnectFromServer()
        return answered

    def _on_knock(self) -> None:
        socket = self._server.nextPendingConnection()
        socket.write(b"here")
        socket.flush()
        socket.disconnected.connect(socket.deleteLater)
        self.knocked.emit()
