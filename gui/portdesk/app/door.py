"""Where a later start knocks: a local socket named after the data folder."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from PySide6.QtCore import QDeadlineTimer, QObject, QThread, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_PATIENCE: Final = 1500
"""Milliseconds a second start waits for the first to answer."""
_AGAIN: Final = 50
"""Milliseconds between two knocks where nobody listens yet."""


class Door(QObject):
    """
    Listens for later starts.

    The message between the two says nothing at all: to be connected to is to be asked to the front,
    so nobody can hand over an address or an argument this way.

    Signals:
        knocked: the program was started again
    """

    knocked = Signal()

    def __init__(self, folder: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_knock)
        QLocalServer.removeServer(_name(folder))
        self._server.listen(_name(folder))

    def close(self) -> None:
        """Listen no longer."""
        self._server.close()

    def _on_knock(self) -> None:
        socket = self._server.nextPendingConnection()
        socket.write(b"here")
        socket.flush()
        socket.disconnected.connect(socket.deleteLater)
        self.knocked.emit()


def knock(folder: Path) -> bool:
    """Wake who holds this folder; whether it answered."""
    socket, patience = QLocalSocket(), QDeadlineTimer(_PATIENCE)
    while True:
        socket.connectToServer(_name(folder))
        if socket.waitForConnected(_PATIENCE):
            break
        if patience.hasExpired():
            return False
        QThread.msleep(_AGAIN)  # it may hold the lock for so short a time that it does not listen yet
    answered = socket.waitForReadyRead(_PATIENCE)
    socket.disconnectFromServer()
    return answered


def _name(folder: Path) -> str:
    return "portdesk-" + hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
