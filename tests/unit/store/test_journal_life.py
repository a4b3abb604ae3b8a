"""A journal through whole lives: commits, crashes, full disks, rivals, older copies, edits by hand."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from portdesk.ledger.instruction import Closing, Instruction
from portdesk.ledger.states import MOVES, OPEN, State
from portdesk.ledger.steps import Change, Committed
from portdesk.store import journal_backups, verifier
from portdesk.store.journal import Journal
from portdesk.store.journal_check import Kept, Standing
from samples.instructions import claim, insert, move, planned, seen

MEMORY_DISK = Path("/dev/shm")  # noqa: S108 - only where it is known to be memory
PAYMENTS = 3
CAMPAIGN = int(os.environ.get("PORTDESK_CAMPAIGN", "1"))


class FullDisk:
    """A connection on which the nth statement from now on finds no room, and so do all after it."""

    def __init__(self, connection: sqlite3.Connection, nth: int) -> None:
        self.connection = connection
        self._left = nth

    def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
        if statement.startswith(("INSERT", "UPDATE", "COMMIT")):
            self._left -= 1
            if self._left <= 0:
                error = sqlite3.OperationalError("full")
                error.sqlite_errorcode = sqlite3.SQLITE_FULL
                raise error
        return self.connection.execute(statement, *values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)


class Life(RuleBasedStateMachine):
    """`rows` is what was answered with yes, and so is all that may ever be read."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(dir=MEMORY_DISK if MEMORY_DISK.is_dir() else None))
        self.path = self.folder / "journal.db"
        self.journal = Journal.open(self.path)
        self.rows: dict[str, Instruction] = {}
        self.events = 1
        self.kept: Kept | None = self.journal.kept
        self.is_edited = False
        self.is_older = False
        self.older: list[tuple[bytes, dict[str, Instruction], int]] = []
        self.count = 0

    def teardown(self) -> None:
        self.journal.close()
        shutil.rmtree(self.folder)

    # ---- what the program does

    @rule(payment=st.integers(0, PAYMENTS - 1))
    def plan(self, payment: int) -> None:
        self.count += 1
        row = planned(f"op-{self.count}", seen(subject=f"imp_{payment}"))
        is_free = all(r.subject != row.subject or r.state not in OPEN for r in self.rows.values())
        self._apply(insert(row), possible=is_free)

    @precondition(lambda self: self.rows)
    @rule(data=st.data())
    def send(self, data: st.DataObject) -> None:
        row = data.draw(st.sampled_from(sorted(self.rows.values(), key=lambda one: one.id)))
        if State.SENDING not in MOVES[row.state] or row.state is State.SENDING:
            return
        rivals = [r for r in self.rows.values() if r.subject == row.subject and r.id != row.id]
        self._apply(claim(row), possible=all(r.state not in OPEN for r in rivals))

    @precondition(lambda self: self.rows)
    @rule(data=st.data(), is_stale=st.booleans())
    def learn(self, data: st.DataObject, is_stale: bool) -> None:
        row = data.draw(st.sampled_from(sorted(self.rows.values(), key=lambda one: one.id)))
        states = sorted(MOVES[row.state] - {State.SENDING, State.PLANNED}, key=lambda state: state.value)
        if not states:
            return
        closing = Closing(answer="x") if row.state is State.SENDING else None
        change = move(row, data.draw(st.sampled_from(states)), closing=closing)
        if is_stale:
            self._apply(replace(change, number=row.attempt + 1, closing=None), possible=False)
        else:
            self._apply(change, possible=True)

    @rule()
    def record(self) -> None:
        may = self.journal.may_write
        done = self.journal.record("exported", "kim", "payments", {"rows": 1})
        assert done == may
        self.events += done
        self._follow()

    @rule(nth=st.integers(1, 6), payment=st.integers(0, PAYMENTS - 1))
    def run_out_of_room(self, nth: int, payment: int) -> None:
        live = self.journal._connection
        assert live is not None
        self.journal._connection = FullDisk(live, nth)  # type: ignore[assignment]
        self.count += 1
        row = planned(f"op-{self.count}", seen(subject=f"imp_{payment}"))
        assert self.journal.apply(insert(row)) is not Committed.YES or nth > 3
        if self.journal._connection is not None:
            self.journal._connection = live
        found = self.journal.find(row.id)
        if found is not None:
            self.rows[row.id] = found
            self.events += 1
            self._follow()

    @rule()
    def look_after(self) -> None:
        self.journal.refill()
        journal_backups.backup(self.journal)

    @rule()
    def accept(self) -> None:
        before = self.journal.standing
        if self.journal.accept("owner", must_be_settled=False) and before is not Standing.READY:
            self.events += 1
            self.is_older = False
            self._follow()

    # ---- what happens to it

    @rule(with_key_store=st.booleans())
    def start_again(self, with_key_store: bool) -> None:
        self.journal.close()
        self.journal = Journal.open(self.path, self.kept if with_key_store else None)
        if self.is_edited:
            assert not self.journal.may_write
        elif self.is_older and with_key_store:
            assert self.journal.standing is Standing.ROLLED_BACK
        else:
            assert self.journal.standing is (Standing.READY if with_key_store else Standing.UNPROVEN)

    @rule()
    def rival(self) -> None:
        second = Journal.open(self.path)
        assert not second.may_write
        assert second.apply(insert(planned("rival"))) is Committed.FAILED
        assert {row.id for row in second.latest()} == {row.id for row in self.journal.latest()}
        second.close()

    @precondition(lambda self: not self.is_edited)
    @rule()
    def keep_a_copy(self) -> None:
        self.older.append((self.path.read_bytes(), dict(self.rows), self.events))

    @precondition(lambda self: self.older)
    @rule(which=st.integers(0, 9))
    def put_an_older_one_back(self, which: int) -> None:
        content, rows, events = self.older[which % len(self.older)]
        self.journal.close()
        self.is_older = not self._is_present(content)
        self.path.write_bytes(content)
        self.rows, self.events, self.is_edited = dict(rows), events, False
        self.start_again(with_key_store=True)

    def _is_present(self, content: bytes) -> bool:
        """Whether it reaches as far as the key store knows."""
        assert self.kept is not None
        with closing(sqlite3.connect(":memory:")) as reader:
            reader.deserialize(content)
            found = reader.execute(
                "SELECT hash FROM audit WHERE height = ?", (self.kept.head.height,)
            ).fetchone()
        return found == (self.kept.head.hash,)

    @precondition(lambda self: not self.is_edited and self.rows)
    @rule(column=st.sampled_from(["amount", "attempt", "reason", "state", "hash", "frozen"]))
    def edit_by_hand(self, column: str) -> None:
        self.journal.close()
        with closing(sqlite3.connect(self.path, isolation_level=None)) as editor:
            guards = editor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for name, _ in guards:
                editor.execute(f"DROP TRIGGER {name}")
            value = "7" if column in ("amount", "attempt") else "abandoned"
            done = editor.execute(
                f"UPDATE instructions SET {column} = ? WHERE rowid = 1 AND {column} != ?", (value, value)
            )
            self.is_edited = done.rowcount == 1
            for _, sql in guards:
                editor.execute(sql)
        self.start_again(with_key_store=True)

    # ---- what always holds

    @invariant()
    def holds_what_was_answered_with_yes(self) -> None:
        if not self.is_edited:
            assert {row.id: row for row in self.journal.latest()} == self.rows
            assert len(self.journal.audit_rows()) == self.events

    @invariant()
    def one_is_open_for_each_payment(self) -> None:
        subjects = [row.subject for row in self.journal.open_rows()]
        assert self.is_edited or len(subjects) == len(set(subjects))

    @invariant()
    def the_auditor_agrees(self) -> None:
        verdict = verifier.verify(self.path)
        assert verdict.code == (verifier.CHANGED if self.is_edited else verifier.INTACT), verdict.told("en")

    def _apply(self, change: Change, *, possible: bool) -> None:
        journal = self.journal
        may = journal.may_write if change.is_result else journal.may_send
        expected = Committed.FAILED if not may else Committed.YES if possible else Committed.NO
        assert journal.apply(change) is expected
        if expected is Committed.YES:
            self.rows[change.row.id] = change.row
            self.events += 1
            self._follow()

    def _follow(self) -> None:
        """As the key store is told, and only of a journal that is trusted."""
        if self.journal.standing is Standing.READY:
            self.kept = self.journal.kept


Life.TestCase.settings = settings(
    max_examples=60 * CAMPAIGN, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestLife = Life.TestCase
