"""
The screen goes first: while its thread paints, worker threads stop between two rows.

All threads share one interpreter. A painting table comes back to it hundreds of times, and each time
would wait for its turn behind whoever decodes or writes a page; a paint of 5 ms took 50.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

T = TypeVar("T")

_LONGEST: Final = 0.03
"""Seconds a worker stands aside before it goes on all the same."""
_IN_RETURN: Final = 0.005
"""Seconds it may then go on without looking, so that a screen that never rests cannot stop it."""


class RightOfWay:
    """Who may use the interpreter first. Taken by the screen's thread alone, given by any other."""

    def __init__(self) -> None:
        self._taken = 0
        self._is_free = threading.Event()
        self._is_free.set()
        self._not_before = 0.0

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Workers stand aside while the body runs; may be nested."""
        if not self._taken:
            self._is_free.clear()
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1
            if not self._taken:
                self._is_free.set()

    def give(self) -> None:
        """Stand aside if the screen is at work; for a worker, where it can stop for a moment."""
        if self._taken and time.monotonic() >= self._not_before and not self._is_free.wait(_LONGEST):
            self._not_before = time.monotonic() + _IN_RETURN

    def giving(self, entries: Iterable[T]) -> Iterator[T]:
        """The same entries; before each of them the screen may pass."""
        for entry in entries:
            if self._taken:
                self.give()
            yield entry


SCREEN: Final = RightOfWay()
"""There is one interpreter in the program, so there is one of these."""
