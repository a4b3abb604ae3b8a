"""The local copy's file: one writer, two readers, and what to do when it is broken."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
import threading
import traceback
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from portdesk.domain.errors import StoreUnusableError
from portdesk.domain.messages import Message
from portdesk.store.faults import DamageError, as_machine_fault, is_damage, name_of
from portdesk.store.folders import create_private, make_private
from portdesk.store.migrations import Migration, NewerFileError, migrate
from portdesk.store.worker import Act, Job, Worker

logger = logging.getLogger(__name__)

T = TypeVar("T")
P = ParamSpec("P")
Rebuilt = Callable[[], None]
TidyUp = Callable[[sqlite3.Connection], bool]
"""Does a little of what can wait, in some hundredths of a second, and tells whether there is more."""

_READERS: Final = 2
_WRITER_PAGES: Final = ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON", "cache_size=-16000")
_WRITER_LOG: Final = ("wal_autocheckpoint=4000", "journal_size_limit=67108864")
# What the system keeps of the file is as good to a reader as a copy of its own.
_READER_PAGES: Final = ("query_only=ON", "cache_size=-2000")
# No memory map: a file cut short by somebody else would end the program with SIGBUS.
_EVERYWHERE: Final = ("temp_store=MEMORY", "mmap_size=0", "trusted_schema=OFF", "cell_size_check=ON")
_STEPS_BETWEEN_LOOKS: Final = 300_000
_FORMATS: Final = (b"\1\1", b"\2\2")
_CLOSING_STEP: Final = 0.02
_CLOSING_LIMIT: Final = 5.0


class Database:
    """
    A SQLite file that is garbage by contract: it can be rebuilt from the server at any moment.

    Functions run in worker threads and get the connection first. Cancelling the task that awaits
    one interrupts its SQL; a write is a transaction of its own and is rolled back as a whole.
    A file that is damaged, or was written by a newer program, is set aside and an empty one takes
    its place; `on_rebuilt` is then called on the loop. Faults of the machine come out as
    `StoreUnusableError`. `tidy_up` is called in the writer, a transaction each time, in the pauses
    after its work.
    """

    def __init__(
        self,
        path: Path,
        steps: Sequence[Migration],
        *,
        tidy_up: TidyUp | None = None,
        busy_seconds: float = 5.0,
    ) -> None:
        self.path = path
        self.on_rebuilt: Rebuilt | None = None
        self._steps = tuple(steps)
        self._busy_seconds = busy_seconds
        self._loop = asyncio.get_running_loop()
        self._is_closed = False
        self._generation = 0
        self._rebuilding = threading.Lock()
        self._writes: SimpleQueue[Job | None] = SimpleQueue()
        self._reads: SimpleQueue[Job | None] = SimpleQueue()
        self._pending: set[Job] = set()
        self._tidy_up = tidy_up
        self._writer = Worker("store-writer", self._writes, self._perform, self._tidy)
        self._readers = [Worker(f"store-reader-{n}", self._reads, self._perform) for n in range(_READERS)]

    @classmethod
    async def open(
        cls,
        path: Path,
        steps: Sequence[Migration],
        *,
        tidy_up: TidyUp | None = None,
        busy_seconds: float = 5.0,
    ) -> Database:
        """Open the file, bringing it to the newest shape; raises `StoreUnusableError`."""
        database = cls(path, steps, tidy_up=tidy_up, busy_seconds=busy_seconds)
        try:
            await database._run(database._writes, _touch)
        except BaseException:
            await database.close()
            raise
        return database

    def read(
        self, function: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> Awaitable[T]:
        """Run `function` in a reader, seeing one state of the file throughout."""

        def act(connection: sqlite3.Connection) -> T:
            with _transaction(connection, "BEGIN"):
                return function(connection, *args, **kwargs)

        return self._run(self._reads, act)

    def write(
        self, function: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> Awaitable[T]:
        """Run `function` in the writer as one transaction."""

        def act(connection: sqlite3.Connection) -> T:
            with _transaction(connection, "BEGIN IMMEDIATE"):
                return function(connection, *args, **kwargs)

        return self._run(self._writes, act)

    async def close(self) -> None:
        """Interrupt what runs, refuse what waits, end the threads; never hangs."""
        self._is_closed = True
        for job in self._pending:
            job.refuse(_closed())
        self._writes.put(None)
        for _ in self._readers:
            self._reads.put(None)
        deadline = self._loop.time() + _CLOSING_LIMIT
        while any(worker.is_alive for worker in self._workers) and self._loop.time() < deadline:
            for worker in self._workers:
                worker.interrupt()
            await asyncio.sleep(_CLOSING_STEP)
        if any(worker.is_alive for worker in self._workers):
            logger.error("a worker of the local copy did not end in time")

    @property
    def _workers(self) -> tuple[Worker, ...]:
        return (self._writer, *self._readers)

    async def _run(self, jobs: SimpleQueue[Job | None], act: Callable[[sqlite3.Connection], T]) -> T:
        if self._is_closed:
            raise _closed()
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        job = Job(act, future)
        self._pending.add(job)
        jobs.put(job)
        try:
            return await future
        except asyncio.CancelledError:
            job.is_cancelled = True
            for worker in self._workers:
                worker.interrupt(job)
            raise
        finally:
            self._pending.discard(job)
            del job, future  # or an error would know the frame that knows it, and wait for the collector

    # ---- what follows runs in the worker threads

    def _perform(self, worker: Worker, job: Job) -> None:
        try:
            job.result = self._attempt(worker, job.act)
        except Exception as error:  # noqa: BLE001 - every failure belongs to the awaiting task
            job.error = error
        job.settle()

    def _attempt(self, worker: Worker, act: Act) -> Any:
        generation = self._generation
        try:
            return self._hold(worker, act)
        except NewerFileError:
            self._rebuild(generation, "written by a newer program")
        except (sqlite3.Error, DamageError, UnicodeDecodeError) as error:
            if not is_damage(error):
                raise
            self._rebuild(generation, name_of(error))
        try:
            return self._hold(worker, act)
        except DamageError as error:
            raise StoreUnusableError(Message("The local copy cannot be read.")) from error

    def _hold(self, worker: Worker, act: Act) -> Any:
        fault: StoreUnusableError | None
        try:
            with worker.holding:
                if worker.connection is None:
                    worker.connection = self._connect(worker)
                try:
                    return act(worker.connection)
                except sqlite3.OperationalError as error:
                    if _is_stuck(worker.connection):
                        _let_go(error)
                        worker.disconnect()
                    raise
        except (sqlite3.Error, OSError) as error:
            fault = None if is_damage(error) else as_machine_fault(error)
            if fault is None:
                raise
        try:
            raise fault
        finally:
            del fault  # or it would know the frame that knows it

    def _tidy(self, worker: Worker) -> bool:
        """A fault leaves it for the next pause; whoever writes next meets it, too, and hears of it."""
        if self._tidy_up is None:
            return False
        with worker.holding, contextlib.suppress(sqlite3.Error, OSError):
            if worker.connection is not None:
                with _transaction(worker.connection, "BEGIN IMMEDIATE"):
                    return self._tidy_up(worker.connection)
        return False

    def _connect(self, worker: Worker) -> sqlite3.Connection:
        is_writer = worker is self._writer
        if is_writer:
            make_private(self.path.parent)
            create_private(self.path)
            _look_at_header(self.path)
        connection = sqlite3.connect(
            self.path, timeout=self._busy_seconds, isolation_level=None, check_same_thread=False
        )
        try:
            for pragma in _EVERYWHERE + ((*_WRITER_PAGES, *_WRITER_LOG) if is_writer else _READER_PAGES):
                connection.execute(f"PRAGMA {pragma}")
            if is_writer:
                migrate(connection, self._steps)
            # An interrupt between two statements is lost; this one is not.
            connection.set_progress_handler(worker.must_stop, _STEPS_BETWEEN_LOOKS)
        except BaseException:
            connection.close()
            raise
        return connection

    def _rebuild(self, generation: int, reason: str) -> None:
        """Put an empty file in place of a broken one, once, with every connection closed."""
        with self._rebuilding, contextlib.ExitStack() as held:
            if self._generation != generation:
                return
            for worker in self._workers:
                held.enter_context(worker.holding)
                worker.disconnect()
            try:
                _set_aside(self.path)
                self._writer.connection = self._connect(self._writer)
            except OSError as error:
                raise as_machine_fault(error) or error from None
            self._generation += 1
        logger.warning("the local copy was set aside and is rebuilt", extra={"reason": reason})
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._tell_rebuilt)

    def _tell_rebuilt(self) -> None:
        if self.on_rebuilt is not None and not self._is_closed:
            self.on_rebuilt()


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection, begin: str) -> Iterator[None]:
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # A full disk may have ended the transaction already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _is_stuck(connection: sqlite3.Connection) -> bool:
    """
    Whether what an interrupt left behind would meet the next job.

    It stays in force while any statement is open, those that FTS5 keeps for itself too; then it
    stops even the rolling back.
    """
    try:
        connection.execute("SELECT 1").fetchone()
    except sqlite3.OperationalError:
        return True
    return connection.in_transaction


def _let_go(error: BaseException | None) -> None:
    """Close the cursors of all that `error` went through, or the file would stay locked by them."""
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__context__


def _touch(connection: sqlite3.Connection) -> None:
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()


def _look_at_header(path: Path) -> None:
    """Tell a broken mark of the file format from a disk that is read-only; SQLite does not."""
    with path.open("rb") as file:
        header = file.read(20)
    if header and (not header.startswith(b"SQLite format 3\0") or header[18:20] not in _FORMATS):
        raise DamageError("no header of SQLite")


def _set_aside(path: Path) -> None:
    path.replace(path.with_name(path.name + ".aside"))
    for tail in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + tail).unlink(missing_ok=True)


def _closed() -> StoreUnusableError:
    return StoreUnusableError(Message("The local copy is closed."))
