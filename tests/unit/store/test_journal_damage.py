"""
Damaged copies of a journal: each one is noticed before anything is sent, or holds the very same rows.

Two hundred and fifty in every run; make fuzz tries ten times as many.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from portdesk.ledger.checkout import left
from portdesk.ledger.instruction import Closing
from portdesk.ledger.states import MOVES, State
from portdesk.ledger.steps import Committed
from portdesk.store import verifier
from portdesk.store.faults import DamageError
from portdesk.store.journal import Journal
from portdesk.store.journal_check import Kept, Standing
from portdesk.store.journal_checkouts import move_checkout, open_checkout
from portdesk.store.journal_schema import own_shape
from samples.checkouts import checkout
from samples.instructions import claim, entry, insert, move, planned, seen

COPIES = 250 * int(os.environ.get("PORTDESK_CAMPAIGN", "1"))
FIRST = int(os.environ.get("PORTDESK_SEED", "0"))
PAGE = 4096
TABLES = ("instructions", "attempts", "observations", "plans", "checkouts", "audit")
MEMORY_DISK = Path("/dev/shm")  # noqa: S108 - only where it is known to be memory
LOCKED = {Standing.DAMAGED, Standing.ROLLED_BACK, Standing.NEWER, Standing.UNUSABLE, Standing.IN_USE}

Rows = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Original:
    """A journal that has seen something, as it was at three moments, and what the key store remembers."""

    now: bytes
    earlier: bytes
    torn: tuple[bytes, bytes]
    """In the middle of a commit: the file, and what lies beside it to undo the commit."""
    kept: Kept
    rows: Rows


def live_through(journal: Journal, first: int, count: int) -> None:
    """Refunds in every state they can be in."""
    ends = sorted(MOVES[State.SENDING] - {State.SENDING}, key=lambda state: state.value)
    for number in range(first, first + count):
        row = planned(f"op-{number}", seen(subject=f"imp_{number}"), reason="너무 늦게 왔어요")
        assert journal.apply(insert(row)) is Committed.YES
        claimed = claim(row)
        assert journal.apply(claimed) is Committed.YES
        now = seen(7000, entry(text=row.reason), subject=row.subject)
        done = move(claimed.row, ends[number % len(ends)], seen=now, closing=Closing(answer="Accepted"))
        assert journal.apply(done) is Committed.YES
    assert journal.save_plan(f"plan-{first}", '{"rows":[]}', "running", "kim")
    for number in range(first, first + 3):
        window = checkout(id=f"w-{number}", merchant_uid=f"m-{number}", words="카드 등록")
        assert open_checkout(journal, window) is Committed.YES
    assert move_checkout(journal, left(window, "closed"), window.state) is Committed.YES
    assert journal.record("exported", "kim", "payments", {"rows": 3, "why": "세무"})


def rows_in(path: Path) -> Rows:
    with closing(sqlite3.connect(path)) as reader:
        return {table: reader.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in TABLES}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A disk in memory where there is one: every start waits for the disk several times."""
    root = tmp_path_factory.mktemp("damage")
    if not MEMORY_DISK.is_dir():
        yield root
        return
    fast = MEMORY_DISK / f"portdesk-{root.parent.name}-{root.parent.parent.name}-{root.name}"
    fast.mkdir(mode=0o700)
    yield fast
    shutil.rmtree(fast)


@pytest.fixture(scope="module")
def original(place: Path) -> Original:
    path = place / "original" / "journal.db"
    journal = Journal.open(path)
    live_through(journal, 0, 30)
    earlier = path.read_bytes()
    live_through(journal, 30, 30)
    now, kept = path.read_bytes(), journal.kept
    connection = journal._live()
    connection.execute("PRAGMA cache_size = 2")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("UPDATE instructions SET state = 'unknown', note = hex(zeroblob(900))")
    hot = path.with_name("journal.db-journal")
    torn = path.read_bytes(), hot.read_bytes()
    connection.execute("ROLLBACK")
    journal.close()
    assert torn[0] != now
    return Original(now, earlier, torn, kept, rows_in(path))


class Damage:
    """One copy of the journal and what happens to it, by the dice."""

    def __init__(self, original: Original, path: Path, dice: random.Random) -> None:
        self._original, self._path, self._dice = original, path, dice

    def flipped(self) -> None:
        self._keep(self._flip(self._original.now))

    def truncated(self) -> None:
        self._keep(self._original.now[: self._dice.randrange(len(self._original.now))])

    def noise(self) -> None:
        content = bytearray(self._original.now)
        start, length = self._dice.randrange(len(content)), self._dice.choice((1, 16, 512, PAGE))
        content[start : start + length] = self._dice.randbytes(len(content[start : start + length]))
        self._keep(content)

    def swapped_pages(self) -> None:
        content = bytearray(self._original.now)
        one, two = (n * PAGE for n in self._dice.sample(range(len(content) // PAGE), 2))
        content[one : one + PAGE], content[two : two + PAGE] = (
            content[two : two + PAGE],
            content[one : one + PAGE],
        )
        self._keep(content)

    def pages_of_earlier(self) -> None:
        """A disk that lost some of its last writes."""
        content = bytearray(self._original.now)
        for page in self._dice.sample(range(len(self._original.earlier) // PAGE), self._dice.randint(1, 4)):
            place = slice(page * PAGE, (page + 1) * PAGE)
            content[place] = self._original.earlier[place]
        self._keep(content)

    def older(self) -> None:
        self._keep(self._original.earlier)

    def zeroed(self) -> None:
        content = bytearray(self._original.now)
        start = self._dice.choice((0, 16, 18, 24, 28, 60, 68, 96, self._dice.randrange(len(content))))
        length = self._dice.choice((1, 4, 16, 100, PAGE))
        content[start : start + length] = bytes(len(content[start : start + length]))
        self._keep(content)

    def emptied(self) -> None:
        self._keep(b"")

    def gone(self) -> None:
        """The file is not there, and perhaps what was beside it is."""
        if self._dice.random() < 0.5:
            self._beside(self._original.torn[1])

    def torn(self) -> None:
        """A crash in a commit, and what undoes it is there, or cut, or broken, or gone."""
        file, beside = self._original.torn
        self._keep(file)
        match self._dice.randrange(4):
            case 0:
                self._beside(beside)
            case 1:
                self._beside(beside[: self._dice.randrange(len(beside))])
            case 2:
                self._beside(self._flip(beside))

    def strange_neighbour(self) -> None:
        """Files beside a sound one that do not belong to it."""
        self._keep(self._original.now)
        tail = self._dice.choice(("-journal", "-wal", "-shm"))
        stale = self._dice.choice((self._original.torn[1], self._dice.randbytes(5000), b"", b"\0" * 600))
        self._path.with_name(self._path.name + tail).write_bytes(stale)

    def edited(self) -> None:
        """By hand, with any SQLite tool; sometimes by somebody who puts the triggers back."""
        self._keep(self._original.now)
        with closing(sqlite3.connect(self._path, isolation_level=None)) as editor:
            editor.execute("PRAGMA synchronous = OFF")
            guards = editor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for name, _ in guards:
                editor.execute(f"DROP TRIGGER {name}")
            try:
                self._edit(editor)
            except sqlite3.IntegrityError:
                self._edit_schema(editor)
            if self._dice.random() < 0.8:
                for _, sql in guards:
                    with suppress(sqlite3.OperationalError):  # its table is gone
                        editor.execute(sql)

    def _edit(self, editor: sqlite3.Connection) -> None:
        table = self._dice.choice(TABLES)
        rowids = [rowid for (rowid,) in editor.execute(f"SELECT rowid FROM {table}")]
        columns = [row[1] for row in editor.execute(f"PRAGMA table_info({table})")]
        one, two, column = self._dice.choice(rowids), self._dice.choice(rowids), self._dice.choice(columns)
        match self._dice.randrange(4):
            case 0:
                editor.execute(f"DELETE FROM {table} WHERE rowid = ?", (one,))
            case 1:
                editor.execute(f"DELETE FROM {table} WHERE rowid > ?", (one,))
            case 2:
                other = editor.execute(f'SELECT "{column}" FROM {table} WHERE rowid = ?', (two,)).fetchone()
                editor.execute(f'UPDATE {table} SET "{column}" = ? WHERE rowid = ?', (*other, one))
            case 3:
                value = self._dice.choice((0, 1, -1, 2**62, "", "x", "confirmed", None, "{}", "[" * 9000))
                editor.execute(f'UPDATE {table} SET "{column}" = ? WHERE rowid = ?', (value, one))

    def _edit_schema(self, editor: sqlite3.Connection) -> None:
        editor.execute(
            self._dice.choice(
                (
                    "DROP INDEX one_open",
                    "DROP TABLE plans",
                    "DROP TABLE lease",
                    "DELETE FROM lease",
                    "CREATE TABLE more (x)",
                    "PRAGMA user_version = 0",
                    "PRAGMA user_version = 99",
                    "PRAGMA application_id = 0",
                    "VACUUM",
                )
            )
        )

    def _flip(self, content: bytes) -> bytes:
        broken = bytearray(content)
        for _ in range(self._dice.randint(1, 4)):
            broken[self._dice.randrange(len(broken))] ^= 1 << self._dice.randrange(8)
        return bytes(broken)

    def _keep(self, content: bytes | bytearray) -> None:
        self._path.write_bytes(content)

    def _beside(self, content: bytes) -> None:
        self._path.with_name("journal.db-journal").write_bytes(content)


KINDS: tuple[Callable[[Damage], None], ...] = (
    Damage.flipped,
    Damage.flipped,
    Damage.truncated,
    Damage.noise,
    Damage.swapped_pages,
    Damage.pages_of_earlier,
    Damage.older,
    Damage.zeroed,
    Damage.emptied,
    Damage.gone,
    Damage.torn,
    Damage.torn,
    Damage.strange_neighbour,
    Damage.edited,
    Damage.edited,
    Damage.edited,
)


def read_everything(journal: Journal) -> int:
    """As every screen does; only the two errors that turn into words may come. The number of rows read."""
    read = 0
    tries: list[Callable[[], list[Any]]] = [
        journal.latest,
        journal.open_rows,
        journal.checking,
        journal.plans,
        journal.audit_rows,
        lambda: journal.about("imp_3"),
        lambda: journal.attempts("op-3"),
        lambda: journal.observations("op-3"),
        lambda: journal.of_batch("plan-0"),
        lambda: [journal.find("op-3")],
        lambda: [journal.echoes("kcp/card", 3)],
    ]
    for look in tries:
        try:
            read += len(look())
        except (sqlite3.Error, DamageError):
            continue
    return read


def outcome_of(seed: int, original: Original, place: Path) -> tuple[str, str]:
    """What kind of damage it was and how it ended; raises `AssertionError` where it ended badly."""
    dice = random.Random(seed)
    kind = KINDS[seed % len(KINDS)]
    path = place / "copy" / "journal.db"
    path.parent.mkdir()
    try:
        kind(Damage(original, path, dice))
        noted = verifier.Head(original.kept.head.height, original.kept.head.spoken)
        told = verifier.verify(path, noted).code
        journal = Journal.open(path, original.kept)
        try:
            return kind.__name__, judged(journal, original, told)
        finally:
            journal.close()
    finally:
        shutil.rmtree(path.parent)


def judged(journal: Journal, original: Original, told: int) -> str:
    read_everything(journal)
    if journal.may_send:
        assert told == verifier.INTACT, f"the auditor says {told}"
        with closing(sqlite3.connect(journal.path)) as reader:
            assert reader.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            shape = reader.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name")
            assert shape.fetchall() == own_shape()
        assert rows_in(journal.path) == original.rows, "it sends with other rows"
        return "harmless"
    assert journal.standing in LOCKED
    before = journal.standing
    assert journal.apply(insert(planned("op-999", seen(subject="imp_999")))) is Committed.FAILED
    assert journal.standing is before
    return "noticed"


@pytest.mark.campaign
def test_every_damaged_copy_is_noticed_or_holds_the_very_same_rows(original: Original, place: Path) -> None:
    ends: dict[str, set[str]] = {}
    for seed in range(FIRST, FIRST + COPIES):
        try:
            kind, end = outcome_of(seed, original, place)
        except Exception as error:  # noqa: BLE001 - whatever comes, it is a start that failed
            pytest.fail(f"{KINDS[seed % len(KINDS)].__name__}, PORTDESK_SEED={seed}: {error!r}")
        ends.setdefault(kind, set()).add(end)

    assert ends["torn"] == {"noticed", "harmless"}
    for kind in ("truncated", "older", "emptied", "gone", "swapped_pages"):
        assert ends[kind] == {"noticed"}
