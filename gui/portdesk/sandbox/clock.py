"""The clock the imitation lives by: real, or set and moved by a test."""

from __future__ import annotations

import time
from typing import Final

MINUTE: Final = 60
HOUR: Final = 3600
DAY: Final = 86_400
KST_SHIFT: Final = 9 * HOUR


class Clock:
    """
    Whole and fractional Unix seconds.

    Runs with the machine's clock until it is set; from then on it stands still and moves only when told.
    """

    def __init__(self, now: float | None = None) -> None:
        self._fixed = now

    def now(self) -> int:
        """Whole seconds, as the wire writes times."""
        return int(self.time())

    def time(self) -> float:
        """Seconds with their fraction."""
        return time.time() if self._fixed is None else self._fixed

    def set(self, now: float) -> None:
        """Stop at `now`."""
        self._fixed = now

    def advance(self, seconds: float) -> None:
        """Stop `seconds` later than now."""
        self._fixed = self.time() + seconds


def korean_day(unix: int) -> int:
    """The number of the day in Korea; equal numbers are the same day there."""
    return (unix + KST_SHIFT) // DAY


def korean_month(unix: int) -> tuple[int, int]:
    """Year and month in Korea."""
    parts = time.gmtime(unix + KST_SHIFT)
    return parts.tm_year, parts.tm_mon
