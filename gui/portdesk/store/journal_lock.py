"""One writer: a lock on a file beside the journal that ends with the process that holds it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from portdesk.store.folders import create_private


class FileLock:
    """Held by one process at a time; nothing is left to be cleared away after a crash."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def take(self) -> bool:
        """Whether the lock is ours now; raises `OSError` where files cannot be locked."""
        create_private(self._path)
        descriptor = os.open(self._path, os.O_RDWR)
        try:
            _lock(descriptor)
        except (BlockingIOError, PermissionError):
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Let others have it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
