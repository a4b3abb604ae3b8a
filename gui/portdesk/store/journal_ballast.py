"""A megabyte of the disk held back, so that results can still be written when it is full."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from portdesk.store.folders import create_private

SIZE: Final = 1024 * 1024


class Ballast:
    """A file that is given up when the disk is full and filled again when there is room."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def is_there(self) -> bool:
        """Whether the reserve is whole; without it nothing new may be sent."""
        try:
            return self._path.stat().st_size == SIZE
        except OSError:
            return False

    def fill(self) -> bool:
        """Take the room, with real bytes; whether it is there now."""
        if self.is_there:
            return True
        try:
            create_private(self._path)
            with self._path.open("wb") as file:
                file.write(b"\0" * SIZE)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            self.release()
            return False
        return True

    def release(self) -> bool:
        """Give the room back; whether there was any."""
        try:
            self._path.unlink()
        except OSError:
            return False
        return True
