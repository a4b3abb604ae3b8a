"""Threads that hold one SQLite connection each and do one job after the other."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, Final

from portdesk.domain.right_of_way import stand_back
from portdesk.store.memory import give_back

Act = Callable[[sqlite3.Connection], Any]

_QUIET: Final = 0.05
"""Seconds without a job after which a little of what can wait is done."""
_REST: Final = 5.0
"""Seconds without a job after which the pages of the file that were kept are let go."""


class Job:
    """
    One piece of work, and the future that waits for it.

    Only the job itself goes from the worker to the loop, which empties it. So an error ends in the loop's
    thread, with all that stood by where it was raised again: widgets and timers must not end in a worker.
    """

    def __init__(self, act: Act, future: asyncio.Future[Any]) -> None:
        self.act = act
        self.is_cancelled = False
        self.result: object = None
        self.error: BaseException | None = None
        self._future: asyncio.Future[Any] | None = future
        self._loop = future.get_loop()

    def settle(self) -> None:
        """Hand over `result` or `error`, from any thread; a loop that is gone needs none."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._settle)

    def refuse(self, error: BaseException) -> None:
        """Answer with `error` whatever comes of it, from the loop."""
        self.is_cancelled = True
        self._answer(None, error)

    def _settle(self) -> None:
        result, error = self.result, self.error
        self.result = self.error = None
        self._answer(result, error)

    def _answer(self, result: object, error: BaseException | None) -> None:
        future, self._future = self._future, None
        if future is None or future.done():
            return
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)


Perform = Callable[["Worker", Job], None]
TidyUp = Callable[["Worker"], bool]
"""Does a little of what can wait, and tells whether there is more; never raises."""


class Worker:
    """
    One thread, one connection, one job at a time.

    The connection is opened by the first job and may be closed by another thread that holds
    `holding`: then the next job opens a new one. `tidy_up` is called in the pauses after jobs, until
    it has nothing left.
    """

    def __init__(
        self, name: str, jobs: SimpleQueue[Job | None], perform: Perform, tidy_up: TidyUp | None = None
    ) -> None:
        self.connection: sqlite3.Connection | None = None
        self.holding = threading.Lock()
        self._jobs = jobs
        self._perform = perform
        self._tidy_up = tidy_up
        self._current: Job | None = None
        self._is_untidy = False
        self._guard = threading.Lock()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether its thread still runs."""
        return self._thread.is_alive()

    def interrupt(self, job: Job | None = None) -> None:
        """Stop the SQL of `job`, or of whatever is running."""
        with self._guard:
            running = self._current
            if running is None or (job is not None and running is not job):
                return
            connection = self.connection
            if connection is not None:
                with contextlib.suppress(sqlite3.ProgrammingError):
                    connection.interrupt()

    def must_stop(self) -> bool:
        """Whether nobody waits any longer for what is running; SQLite asks now and then."""
        job = self._current
        return job is not None and job.is_cancelled

    def disconnect(self) -> None:
        """Close the connection; only for who holds `holding`, or once the thread has ended."""
        with self._guard:
            connection, self.connection = self.connection, None
        if connection is not None:
            with contextlib.suppress(sqlite3.Error):
                connection.close()

    def _work(self) -> None:
        stand_back()
        while (job := self._next()) is not None:
            if not job.is_cancelled:
                with self._guard:
                    self._current = job
                try:
                    self._perform(self, job)
                    self._is_untidy = True
                finally:
                    with self._guard:
                        self._current = None
            del job
        with self.holding:
            self.disconnect()

    def _next(self) -> Job | None:
        while self._is_untidy and self._tidy_up is not None:
            try:
                return self._jobs.get(timeout=_QUIET)
            except Empty:
                self._is_untidy = self._tidy_up(self)
        if self.connection is not None:
            try:
                return self._jobs.get(timeout=_REST)
            except Empty:
                self._let_go()
        return self._jobs.get()

    def _let_go(self) -> None:
        with self.holding, contextlib.suppress(sqlite3.Error):
            if self.connection is not None:
                self.connection.execute("PRAGMA shrink_memory")
        give_back()
