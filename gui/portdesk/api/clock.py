"""A clock that never jumps and also counts the time the machine sleeps."""

from __future__ import annotations

import sys
import time


def steady_seconds() -> float:
    """
    Seconds since some fixed moment.

    `time.monotonic` stands still while Linux and macOS sleep; a token would seem young afterwards.
    """
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC)
    return time.monotonic()
