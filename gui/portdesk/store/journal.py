"""The journal: what was decided, sent and seen, on disk before the first byte of a request leaves."""

from __future__ import annotations

import contextlib
import logging
import secrets
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from portdesk.domain.errors import StoreUnusableError
from portdesk.ledger import audit
from portdesk.ledger.states import MOVES
from portdesk.ledger.steps import Change, Committed
from portdesk.store import journal_schema
from portdesk.store.faults import DamageError, is_damage, name_of
from portdesk.store.folders import create_private, make_private
from portdesk.store.journal_ballast import Ballast
from portdesk.store.journal_check import (
    AFTER_ANOTHER,
    Kept,
    Standing,
    check,
    head_of,
    journal_id,
    look_at_header,
)
from portdesk.store.journal_copies import folder_of, generations
from portdesk.store.journal_lock import FileLock
from portdesk.store.journal_reading import JournalReader
from portdesk.store.journal_rows import (
    COLUMN_LIST,
    COLUMNS,
    audit_values,
    frozen_values,
    progress_values,
    seen_text,
)

logger = logging.getLogger(__name__)

_PRAGMAS: Final = (
    "journal_mode=TRUNCATE",
    "synchronous=EXTRA",
    "fullfsync=1",
    "temp_store=MEMORY",
    "mmap_size=0",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "secure_delete=ON",
    "foreign_keys=OFF",
)
_BUSY_SECONDS: Final = 5.0
_MARKS: Final = ", ".join("?" * (len(COLUMNS) + 2))
_INSERT: Final = f"INSERT INTO instructions ({COLUMN_LIST}, frozen, hash) VALUES ({_MARKS})"  # noqa: S608 - our own names
_UPDATE: Final = """
UPDATE instructions
SET state = ?, attempt = ?, cancellation = ?, quiet_from = ?, settled_at = ?, echoed = ?, is_overlapped = ?,
    note = ?, hash = ?
WHERE id = ? AND state = ? AND attempt = ? AND frozen = ?
"""
_CHANGED: Final = (
    "UPDATE attempts SET answer = ?, server_message = ?, hash = ? WHERE instruction = ? AND number = ?"
)


def utc_now() -> str:
    """The moment for the audit chain; no decision reads it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class Journal(JournalReader):
    """
    One shop's record of every instruction. Precious: it cannot be rebuilt from anywhere.

    Belongs to the thread that opened it. `standing` says what it may be used for; a journal that is
    not `READY` can still be read as far as it can be read. Nothing is sent from one in which
    `may_send` is false, and `apply` writes nothing into it.
    """

    def __init__(self, path: Path, *, clock: Callable[[], str] = utc_now) -> None:
        super().__init__()
        self.path = path
        self.standing = Standing.UNUSABLE
        self.why = ""
        self.ballast = Ballast(path.with_name("journal.ballast"))
        self._clock = clock
        self._holder = secrets.token_hex(8)
        self._lock = FileLock(path.with_name("journal.lock"))

    @classmethod
    def open(cls, path: Path, kept: Kept | None = None, *, clock: Callable[[], str] = utc_now) -> Journal:
        """Open or make the journal; never raises: `standing` tells what came of it."""
        journal = cls(path, clock=clock)
        try:
            journal._open(kept)
        except (sqlite3.Error, OSError, UnicodeDecodeError) as error:
            journal._roll_back()
            journal._stand(Standing.DAMAGED if is_damage(error) else Standing.UNUSABLE, name_of(error))
        except StoreUnusableError as error:
            journal._stand(Standing.UNUSABLE, str(error))
        return journal

    def close(self) -> None:
        """Let go of the file and of the lock."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._lock.release()

    # ---- what it may be used for

    @property
    def may_write(self) -> bool:
        """Whether results of what is open may be written."""
        return self.standing in (Standing.READY, Standing.UNPROVEN, Standing.ROLLED_BACK)

    @property
    def may_send(self) -> bool:
        """Whether new requests may leave."""
        return self.standing is Standing.READY and self.ballast.is_there

    @property
    def kept(self) -> Kept:
        """What to keep elsewhere, now."""
        connection = self._live()
        return Kept(journal=journal_id(connection), head=head_of(connection))

    def refill(self) -> None:
        """Hold the reserve back again, once there is room."""
        if self.standing is Standing.READY:
            self.ballast.fill()

    def accept(self, actor: str, *, must_be_settled: bool = True) -> bool:
        """
        Trust a journal whose past cannot be proven, once nothing in it is open any more.

        What is open has to have been compared with the server before. Returns whether it is `READY`.
        """
        if self.standing not in (Standing.UNPROVEN, Standing.ROLLED_BACK):
            return self.standing is Standing.READY
        if must_be_settled and self.checking():
            return False
        if not self.record("accepted", actor, "journal", {"standing": self.standing.value}):
            return False
        self._stand(Standing.READY, "accepted")
        return True

    def verify(self, kept: Kept | None) -> Standing:
        """Walk the whole journal again; damage found now closes it at once."""
        standing, why = check(self._live(), kept)
        if standing in (Standing.DAMAGED, Standing.ROLLED_BACK):
            self._stand(standing, why)
        return self.standing

    # ---- writing

    def apply(self, change: Change) -> Committed:
        """
        One conditional commit: all of it is on the disk when this returns `YES`, or none of it.

        Raises `ValueError` for a move the states do not have.
        """
        if change.was is not None and change.row.state not in MOVES[change.was]:
            raise ValueError(f"no move from {change.was.value} to {change.row.state.value}")
        if not (self.may_write if change.is_result else self.may_send):
            return Committed.FAILED
        done = self._try(lambda connection: self._write(connection, change))
        if done is None and change.is_result and self.ballast.release():
            done = self._try(lambda connection: self._write(connection, change))
        if done is None:
            return Committed.FAILED
        return Committed.YES if done else Committed.NO

    def record(self, event: str, actor: str, subject: str, detail: Mapping[str, Any]) -> bool:
        """Add what happened beside the instructions: exports, revealed data, settings."""

        def write(connection: sqlite3.Connection) -> bool:
            self._append(connection, actor=actor, event=event, subject=subject, detail=detail, rows={})
            return True

        return self.may_write and bool(self._try(write))

    def save_plan(self, plan_id: str, plan: str, state: str, actor: str) -> bool:
        """Keep a bulk plan before its first request, or its new state; the plan itself never changes."""
        mark = audit.digest([plan_id, plan, state])

        def write(connection: sqlite3.Connection) -> bool:
            statement = (
                'INSERT INTO plans (id, "plan", state, hash) VALUES (?, ?, ?, ?)'
                " ON CONFLICT (id) DO UPDATE SET state = excluded.state, hash = excluded.hash"
                ' WHERE "plan" = excluded."plan"'
            )
            if connection.execute(statement, (plan_id, plan, state, mark)).rowcount != 1:
                return False
            rows = {f"plans/{plan_id}": mark}
            self._append(
                connection, actor=actor, event="plan", subject=plan_id, detail={"state": state}, rows=rows
            )
            return True

        return self.may_write and bool(self._try(write))

    def commit(
        self, write: Callable[[sqlite3.Connection], Note | None], *, is_result: bool = False
    ) -> Committed:
        """
        One commit of another subject, with its note in the chain: all of it, or nothing.

        `write` returns `None` when the rows are not as it expected. `is_result` may use the last reserve.
        """

        def noted(connection: sqlite3.Connection) -> bool:
            note = write(connection)
            if note is None:
                return False
            self._append(
                connection,
                actor=note.actor,
                event=note.event,
                subject=note.subject,
                detail=note.detail,
                rows=note.rows,
            )
            return True

        if not (self.may_write if is_result else self.may_send):
            return Committed.FAILED
        done = self._try(noted)
        if done is None and is_result and self.ballast.release():
            done = self._try(noted)
        if done is None:
            return Committed.FAILED
        return Committed.YES if done else Committed.NO

    # ---- copies

    def copy_to(self, path: Path) -> None:
        """A consistent copy through the online backup API; raises `sqlite3.Error` or `OSError`."""
        create_private(path)
        with contextlib.closing(sqlite3.connect(path)) as target:
            self._live().backup(target)

    # ---- inside

    def _open(self, kept: Kept | None) -> None:
        make_private(self.path.parent)
        if not self._lock.take():
            self._open_to_read(Standing.IN_USE, "another program holds it")
            return
        is_new = not self.path.exists() or self.path.stat().st_size == 0
        standing = None if is_new else look_at_header(self.path)
        if standing is not None:
            self._open_to_read(standing, "by its header")
            return
        create_private(self.path)
        connection = self._connection = self._connect()
        if is_new:
            self._create(connection)
        found, why = check(connection, kept)
        if is_new and found is Standing.UNPROVEN:
            found, why = Standing.READY, "new"
        if found is Standing.DAMAGED:
            self._stand(found, why)
            return
        connection.execute("INSERT OR REPLACE INTO lease VALUES (1, ?)", (self._holder,))
        if journal_schema.version_of(connection) < journal_schema.VERSION:
            self._renew(connection)
        self.ballast.fill()
        self._stand(found, why)

    def _open_to_read(self, standing: Standing, why: str) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._connection = sqlite3.connect(
                f"{self.path.absolute().as_uri()}?mode=ro",
                uri=True,
                isolation_level=None,
                timeout=_BUSY_SECONDS,
            )
        self._stand(standing, why)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, isolation_level=None, timeout=_BUSY_SECONDS)
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def _create(self, connection: sqlite3.Connection) -> None:
        copies = len(generations(self.path))
        detail = {AFTER_ANOTHER: copies} if copies else {}
        connection.execute("BEGIN IMMEDIATE")
        journal_schema.create(connection)
        self._append(
            connection, actor="portdesk", event="made", subject=secrets.token_hex(16), detail=detail, rows={}
        )
        connection.execute("COMMIT")

    def _met_damage(self, error: Exception) -> None:
        if self.may_write:
            self._stand(Standing.DAMAGED, name_of(error))
            raise DamageError

    def _renew(self, connection: sqlite3.Connection) -> None:
        """Bring an older journal to our version, after a copy of it as it is."""
        make_private(folder_of(self.path))
        self.copy_to(folder_of(self.path) / f"before-version-{journal_schema.VERSION}.db")
        connection.execute("BEGIN IMMEDIATE")
        journal_schema.renew(connection)
        detail = {"version": journal_schema.VERSION}
        self._append(connection, actor="portdesk", event="renewed", subject="journal", detail=detail, rows={})
        connection.execute("COMMIT")

    def _stand(self, standing: Standing, why: str) -> None:
        self.standing, self.why = standing, why
        if self._connection is not None and not self.may_write:
            self._connection.text_factory = _as_far_as_readable
        if standing is not Standing.READY:
            logger.warning("the journal is %s", standing.value, extra={"why": why})

    def _try(self, write: Callable[[sqlite3.Connection], bool]) -> bool | None:
        """Whether the row was as expected; `None` when nothing could be written."""
        try:
            connection = self._live()
            connection.execute("BEGIN IMMEDIATE")
            self._check_lease(connection)
            done = write(connection)
            connection.execute("COMMIT" if done else "ROLLBACK")
        except sqlite3.IntegrityError as error:
            self._roll_back()
            if error.sqlite_errorcode in _TAKEN:
                return False
            raise
        except (sqlite3.Error, LeaseLostError, DamageError) as error:
            self._roll_back()
            self._explain(error)
            return None
        except BaseException:
            self._roll_back()  # what is not on the disk must not be read from this connection
            raise
        return done

    def _check_lease(self, connection: sqlite3.Connection) -> None:
        if connection.execute("SELECT holder FROM lease").fetchone() != (self._holder,):
            raise LeaseLostError

    def _explain(self, error: Exception) -> None:
        logger.error("the journal could not be written", extra={"kind": name_of(error)})
        if isinstance(error, LeaseLostError):
            self._stand(Standing.IN_USE, "another program took it")
        elif is_damage(error):
            self._stand(Standing.DAMAGED, name_of(error))

    def _roll_back(self) -> None:
        connection = self._connection
        if connection is None or not connection.in_transaction:
            return
        try:
            connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            # The half commit would be read as if it were written; the next start undoes it.
            connection.close()
            self._connection = None
            self._stand(Standing.UNUSABLE, name_of(error))

    def _write(self, connection: sqlite3.Connection, change: Change) -> bool:
        row = change.row
        frozen = audit.digest(frozen_values(row))
        mark = audit.digest([frozen, *progress_values(row)])
        if change.was is None:
            connection.execute(_INSERT, (*frozen_values(row), *progress_values(row), frozen, mark))
        else:
            expected = (row.id, change.was.value, change.number, frozen)
            if connection.execute(_UPDATE, (*progress_values(row), mark, *expected)).rowcount != 1:
                return False
        rows = {f"instructions/{row.id}": mark}
        rows |= self._write_attempt(connection, change)
        rows |= self._write_seen(connection, change)
        detail = {"state": row.state.value, "attempt": row.attempt, "note": row.note}
        if change.was is None:
            detail["words"] = row.words
        self._append(
            connection, actor=change.actor, event=change.event, subject=row.id, detail=detail, rows=rows
        )
        return True

    def _write_attempt(self, connection: sqlite3.Connection, change: Change) -> dict[str, str]:
        if change.attempt is not None:
            values: Sequence[Any] = (*msgspec.structs.astuple(change.attempt), None, None)
            mark = audit.digest(values)
            connection.execute("INSERT INTO attempts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (*values, mark))
        elif change.closing is not None:
            place = (change.row.id, change.number)
            known = connection.execute(
                "SELECT instruction, number, actor, body_sha256, cause, server_time FROM attempts"
                " WHERE instruction = ? AND number = ?",
                place,
            ).fetchone()
            if known is None:
                raise DamageError
            answer = (change.closing.answer, change.closing.server_message)
            mark = audit.digest([*known, *answer])
            connection.execute(_CHANGED, (*answer, mark, *place))
        else:
            return {}
        return {f"attempts/{change.row.id}/{change.row.attempt}": mark}

    def _write_seen(self, connection: sqlite3.Connection, change: Change) -> dict[str, str]:
        if change.seen is None:
            return {}
        content = [change.row.id, seen_text(change.seen)]
        mark = audit.digest(content)
        cursor = connection.execute(
            "INSERT INTO observations (instruction, seen, hash) VALUES (?, ?, ?)", (*content, mark)
        )
        return {f"observations/{cursor.lastrowid}": mark}

    def _append(
        self,
        connection: sqlite3.Connection,
        *,
        actor: str,
        event: str,
        subject: str,
        detail: Mapping[str, Any],
        rows: Mapping[str, str],
    ) -> None:
        row = audit.Row(
            height=0, at=self._clock(), actor=actor, event=event, subject=subject, detail=detail, rows=rows
        )
        sealed = audit.sealed(row, head_of(connection))
        connection.execute("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?)", audit_values(sealed))


def _as_far_as_readable(text: bytes) -> str:
    return text.decode(errors="replace")


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """What the chain is told about a commit: `rows` are the names of what was written and their hashes."""

    actor: str
    event: str
    subject: str
    detail: Mapping[str, Any]
    rows: Mapping[str, str]


class LeaseLostError(Exception):
    """Another program has written itself into the journal as its writer."""


_TAKEN: Final = (sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
"""Another instruction is open on the same payment, or this one has been written already."""
