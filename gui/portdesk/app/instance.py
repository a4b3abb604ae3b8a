"""One program per data folder: a second start brings the first window to the front."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal


class Standing(Enum):
    """What this start may do."""

    FIRST = "first"
    ANSWERED = "answered"
    READ_ONLY = "read only"


class Instance(QObject):
    """
    Holds the lock of a data folder and listens for later starts.

    The lock is taken at once; listening, for which Qt's network is loaded, can wait until the window
    is there.

    Signals:
        knocked: the program was started again
    """

    knocked = Signal()

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        with contextlib.suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._lock = QLockFile(str(folder / "portdesk.lock"))
        self._lock.setStaleLockTime(0)
        self._stop_listening: Callable[[], None] = _nothing

    def stand(self) -> Standing:
        """Take the lock, or wake who holds it; where no lock can be, whatever is opened says why."""
        if self._lock.tryLock(0) or self._lock.error() is not QLockFile.LockError.LockFailedError:
            return Standing.FIRST
        from portdesk.app.door import knock  # noqa: PLC0415 - Qt's network is 5 ms of a start

        return Standing.ANSWERED if knock(self._folder) else Standing.READ_ONLY

    def listen(self) -> None:
        """Hear later starts from now on, if the folder is ours."""
        if self._lock.isLocked():
            from portdesk.app.door import Door  # noqa: PLC0415 - see above

            door = Door(self._folder, self)
            door.knocked.connect(self.knocked)
            self._stop_listening = door.close

    def leave(self) -> None:
        """Let go of the lock."""
        self._stop_listening()
        self._lock.unlock()


def _nothing() -> None:
    """Nobody listens yet."""
