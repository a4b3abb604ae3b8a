"""Hands memory back to the system after large work; the C library would keep it."""

from __future__ import annotations

import contextlib
import ctypes
import sys


def give_back() -> None:
    """Return what is free, where the C library can be asked to; takes a few milliseconds."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # not every C library knows it
            ctypes.CDLL(None).malloc_trim(0)
