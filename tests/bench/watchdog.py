"""Looks from outside whether the main thread still takes its turns, and has it tell where it stands."""

from __future__ import annotations

import itertools
import signal
import sys
import threading
import time
import traceback
from pathlib import Path
from types import FrameType

_NEAREST = 3


class Watchdog:
    """
    Notes where the main thread stood when it was later than `limit` seconds for its turn.

    It never takes hold of that thread's frames: what stands in them would live until it is let go here,
    and painters and timers would end in a thread that is not theirs. The late thread tells of itself, in
    the handler of a signal, as soon as it runs Python again; where Qt kept it, that is right after.
    Windows has no such signal, and no places.
    """

    def __init__(self, limit: float) -> None:
        self.places: list[str] = []
        self._limit = limit
        self._patted = time.perf_counter()
        self._resting = threading.Event()

    def watch(self) -> None:
        """Bark from now on, once for every time that the thread is late."""
        self._resting = threading.Event()
        self.pat()
        if sys.platform != "win32":
            signal.signal(signal.SIGURG, self._tell)  # ignored by default: one that comes late does no harm
            threading.Thread(target=self._look, args=(self._resting,), daemon=True).start()

    def pat(self) -> None:
        """The thread took its turn."""
        self._patted = time.perf_counter()

    def rest(self) -> None:
        """Look no longer."""
        self._resting.set()

    def _look(self, resting: threading.Event) -> None:
        barked = 0.0
        while not resting.wait(self._limit / 5):
            patted = self._patted
            if patted != barked and time.perf_counter() - patted > self._limit:
                barked = patted
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGURG)

    def _tell(self, _number: int, frame: FrameType | None) -> None:
        near = [*itertools.islice(traceback.walk_stack(frame), _NEAREST)]
        self.places.append(
            " > ".join(
                f"{Path(at.f_code.co_filename).name}:{line or at.f_code.co_firstlineno}"
                for at, line in reversed(near)
            )
        )
