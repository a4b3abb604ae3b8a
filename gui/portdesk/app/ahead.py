"""Reads Qt's libraries into the process in a thread, while Python is busy with its own modules."""

from __future__ import annotations

import builtins
import ctypes
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import util
from pathlib import Path
from typing import Final

_LIBRARIES: Final = (
    "Qt/lib/libQt6Core.so.6",
    "Qt/lib/libQt6Gui.so.6",
    "Qt/lib/libQt6Widgets.so.6",
    "QtCore.abi3.so",
    "QtGui.abi3.so",
    "QtWidgets.abi3.so",
)
"""In the order in which they need one another; each by itself, so that an import never waits long for one."""
_NOW: Final = 2  # RTLD_NOW


@contextmanager
def reading_libraries() -> Iterator[None]:
    """
    Meanwhile, read what the window needs.

    The linker works without the interpreter, and the fonts of the system are looked up beside it. It
    is for speed alone: what cannot be read here is left to the import, which says what is wrong.
    """
    package = util.find_spec("PySide6") if sys.platform == "linux" else None
    if package is None or not package.submodule_search_locations:
        yield
        return
    thread = threading.Thread(
        target=_read, args=(Path(package.submodule_search_locations[0]),), name="reading Qt"
    )
    thread.start()
    try:
        yield
    finally:
        thread.join()


def import_plainly() -> None:
    """
    Import PySide, and let what comes after it be imported without its hook.

    The hook is there for `from __feature__ import snake_case`, which nobody here says. To see who might,
    it reads and keeps the source of every module there is: 14 MB, and a tenth of a start.
    """
    import PySide6.QtCore  # noqa: F401, PLC0415 - it puts the hook there

    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)


def _read(folder: Path) -> None:
    # Called as a function of C it lets go of the interpreter; CDLL() keeps it until the library is read.
    with suppress(OSError, AttributeError):
        read = ctypes.CDLL(None).dlopen
        read.restype = ctypes.c_void_p
        for library in _LIBRARIES:
            read(bytes(folder / library), _NOW)
        ctypes.CDLL("libfontconfig.so.1").FcInit()
