"""Threads that hold one SQLite connection each and do one job after the other."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

Act = Callable[[sqlite3.Connection], Any]


class Job:
    """One piece of work and the future that waits for it."""

    def __init__(self, act: Act) -> None:
        self.act = act
        self.is_cancelled = False
        self._loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Any] = self._loop.create_future()

    def settle(self, result: object, error: BaseException | None) -> None:
        """Hand over the outcome, from any thread; a loop that is gone needs none."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._settle, result, error)

    def _settle(self, result: object, error: BaseException | None) -> None:
        if self.future.done():
            return
        if error is None:
            self.future.set_result(result)
        else:
            self.future.set_exception(error)


Perform = Callable[["Worker", Job], None]


class Worker:
    """
    One thread, one connection, one job at a time.

    The connection is opened by the first job and may be closed by another thread that holds
    `holding`: then the next job opens a new one.
    """

    def __init__(self, name: str, jobs: SimpleQueue[Job | None], perform: Perform) -> None:
        self.connection: sqlite3.Connection | None = None
        self.holding = threading.Lock()
        self._jobs = jobs
        self._perform = perform
        self._current: Job | None = None
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
        while (job := self._jobs.get()) is not None:
            if job.is_cancelled:
                continue
            with self._guard:
                self._current = job
            try:
                self._perform(self, job)
            finally:
                with self._guard:
                    self._current = None
        with self.holding:
            self.disconnect()
