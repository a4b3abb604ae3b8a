"""A file that takes its place only when it is whole; until then it is nobody else's to read."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import IO, Final, Self

from portdesk.domain.errors import InputError, MachineError, PortdeskError
from portdesk.domain.messages import Message

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_BARRED: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY})
_BAD_NAME: Final = frozenset({errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ})


class StoppedError(Exception):
    """Nobody waits for the file any more."""


class Draft:
    """
    A file being written beside its place, 0600 from the first byte.

    Left without `publish` it is gone, and whatever stood at `path` is untouched. All of it belongs
    into a worker thread and raises `OSError`; once `stop` is set, writing and publishing raise
    `StoppedError`.
    """

    def __init__(self, path: Path, stop: Event) -> None:
        self._path = path
        self._stop = stop
        _check_place(path)
        handle, name = tempfile.mkstemp(prefix=".portdesk-", suffix=".part", dir=path.parent)
        self._name = Path(name)
        self._file = os.fdopen(handle, "wb")
        self.file = Outlet(self._file, stop)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Remove what has been written, unless it has its place."""
        self.file.shut()
        with contextlib.suppress(OSError):  # a full disk refuses the last bytes once more
            self._file.close()
        with contextlib.suppress(OSError):
            self._name.unlink(missing_ok=True)

    def publish(self) -> None:
        """Put the file in its place, durably."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        if self._stop.is_set():
            raise StoppedError
        self._name.replace(self._path)
        _sync_folder(self._path.parent)


class Outlet(io.BufferedIOBase):
    """
    The way into a draft, for whatever writes to files.

    Once shut it takes everything and keeps nothing: an archive that is collected half-written still
    wants to write its end.
    """

    def __init__(self, file: IO[bytes], stop: Event) -> None:
        self._file = file
        self._stop = stop
        self._is_shut = False

    def shut(self) -> None:
        """Keep nothing more."""
        self._is_shut = True

    def writable(self) -> bool:
        """It is there to be written to."""
        return True

    def seekable(self) -> bool:
        """An archive goes back to fill in sizes."""
        return True

    def write(self, data: bytes, /) -> int:  # type: ignore[override] # no caller has anything but bytes
        """Write `data` while the file is wanted."""
        if self._is_shut:
            return len(data)
        if self._stop.is_set():
            raise StoppedError
        return self._file.write(data)

    def tell(self) -> int:
        """How far the file has come."""
        return 0 if self._is_shut else self._file.tell()

    def seek(self, place: int, whence: int = 0, /) -> int:
        """Go on from another place."""
        return 0 if self._is_shut else self._file.seek(place, whence)


@contextlib.contextmanager
def in_words(path: Path) -> Iterator[None]:
    """Say faults of the machine in words for people."""
    try:
        yield
    except OSError as error:
        fault = _fault(error, path)
    else:
        return
    raise fault


def _fault(error: OSError, path: Path) -> PortdeskError:
    if error.errno in _FULL:
        return MachineError(
            Message("There is no room for the file on this disk."),
            Message("Free some space, or choose another disk."),
        )
    if error.errno in _BARRED:
        return _barred(path)
    if error.errno in _BAD_NAME:
        return InputError(
            Message("A file cannot be called {name}.", name=path.name),
            Message("Choose a shorter name without special characters."),
        )
    if not path.parent.is_dir():
        return InputError(Message("The folder is not there."), Message("Choose another folder."))
    return MachineError(Message("The file cannot be written ({reason}).", reason=error.strerror or "?"))


def _barred(path: Path) -> MachineError:
    if path.exists():
        return MachineError(
            Message("{name} is open elsewhere or may not be changed.", name=path.name),
            Message("Close it in Excel, or choose another name."),
        )
    return MachineError(
        Message("You may not write in this folder."), Message("Choose another folder, such as Documents.")
    )


def _check_place(path: Path) -> None:
    """Find out before the work whether the file there, if any, may be replaced."""
    try:
        path.stat()
    except FileNotFoundError:
        return
    if not path.is_file():
        raise InputError(
            Message("{name} is not a file and cannot be replaced.", name=path.name),
            Message("Choose another name."),
        )
    with path.open("r+b"):
        pass  # Windows refuses while another program has it open


def _sync_folder(folder: Path) -> None:
    if not hasattr(os, "O_DIRECTORY"):
        return  # Windows has no such thing
    with contextlib.suppress(OSError):  # nor have some network drives; the file is there all the same
        handle = os.open(folder, os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
