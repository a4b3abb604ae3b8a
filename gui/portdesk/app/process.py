"""What is set for the whole process before anything else runs."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys

_UNWANTED = (
    "QTWEBENGINE_DISABLE_SANDBOX",
    "QTWEBENGINE_CHROMIUM_FLAGS",
    "QTWEBENGINE_REMOTE_DEBUGGING",
    "PYTHON_KEYRING_BACKEND",
    "SSLKEYLOGFILE",
)
_PR_SET_DUMPABLE = 4
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_HEAP = ((_M_MMAP_THRESHOLD, 256 * 1024), (_M_TRIM_THRESHOLD, 8 * 1024 * 1024))


def spare_memory() -> None:
    """
    Have large blocks go back to the system as soon as they are free.

    Left to itself glibc keeps those of up to 32 MB for later, once it has seen the first. Every thread
    keeps a heap of its own: what a sort leaves behind in a shared one is swept up by the screen's thread.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # not every C library knows it
            choose = ctypes.CDLL(None).mallopt
            for what, value in _HEAP:
                choose(what, value)


def harden() -> None:
    """
    No core dumps, nobody else's eyes on new files, no switches from the environment that weaken us.

    A core dump would hold the token; SSLKEYLOGFILE would write the session keys to disk.
    """
    for name in _UNWANTED:
        os.environ.pop(name, None)
    os.umask(0o077)
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - there is none on Windows

    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
