"""
The screen goes first: while its thread has something to do, worker threads stop between two rows.

All threads share one interpreter. A table that paints, or a reply that is read from its socket, comes
back to it hundreds of times, and each time would wait for its turn behind whoever decodes or writes
a page.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Final, TypeVar

T = TypeVar("T")

_LONGEST: Final = 0.02
"""Seconds a worker stands aside before it goes on all the same."""
_IN_RETURN: Final = 0.01
"""Seconds it may then go on without looking, so that a screen that never rests cannot stop it."""
_LATER: Final = 5
"""How nice a worker is: it gets a third of a busy processor, not so little that it lies in the way."""


class RightOfWay:
    """Who may use the interpreter first. Taken by the screen's thread alone, given by any other."""

    def __init__(self) -> None:
        self._taker: int | None = None
        self._is_free = threading.Event()
        self._is_free.set()
        self._not_before = 0.0

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Workers stand aside while the body runs; may be nested."""
        if self._taker is not None:
            yield
            return
        self._is_free.clear()
        self._taker = threading.get_ident()
        try:
            yield
        finally:
            self._taker = None
            self._is_free.set()

    def give(self) -> None:
        """Stand aside if the screen is at work; where its own thread does the work, it goes on."""
        if self._taker in (None, threading.get_ident()) or time.monotonic() < self._not_before:
            return
        if not self._is_free.wait(_LONGEST):
            self._not_before = time.monotonic() + _IN_RETURN

    def giving(self, entries: Iterable[T]) -> Iterator[T]:
        """The same entries; before each of them the screen may pass."""
        for entry in entries:
            if self._taker is not None:
                self.give()
            yield entry


def stand_back() -> None:
    """
    Let the system, too, prefer the screen's thread to the calling one; for a worker, when it begins.

    Only Linux lets a thread do so without a library; elsewhere nothing happens.
    """
    if sys.platform == "linux":
        thread = threading.get_native_id()
        # A program that was started nicer already may not become less so.
        nice = max(_LATER, os.getpriority(os.PRIO_PROCESS, thread))
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, thread, nice)


SCREEN: Final = RightOfWay()
"""There is one interpreter in the program, so there is one of these."""
