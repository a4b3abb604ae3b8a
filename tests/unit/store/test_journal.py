from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from portdesk.ledger.audit import Head, verify
from portdesk.ledger.instruction import Closing, Instruction
from portdesk.ledger.states import State
from portdesk.ledger.steps import Committed
from portdesk.store import journal_backups, journal_rows, journal_schema
from portdesk.store.faults import DamageError
from portdesk.store.journal import Journal
from portdesk.store.journal_check import Kept, Standing
from samples.instructions import claim, entry, in_state, insert, move, planned, seen

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "shop" / "journal.db"


@pytest.fixture
def opened() -> Iterator[list[Journal]]:
    journals: list[Journal] = []
    yield journals
    for journal in journals:
        journal.close()


@pytest.fixture
def reopen(path: Path, opened: list[Journal]) -> Callable[..., Journal]:
    def reopen(kept: Kept | None = None) -> Journal:
        for journal in opened:
            journal.close()
        opened.append(Journal.open(path, kept))
        return opened[-1]

    return reopen


@pytest.fixture
def journal(reopen: Callable[..., Journal]) -> Journal:
    return reopen()


def sent(journal: Journal, row: Instruction | None = None) -> Instruction:
    row = row or planned()
    assert journal.apply(insert(row)) is Committed.YES
    claimed = claim(row)
    assert journal.apply(claimed) is Committed.YES
    return claimed.row


def settled(journal: Journal, op: str = "op-1", subject: str = "imp_1") -> Instruction:
    row = sent(journal, planned(op, seen(subject=subject)))
    done = move(
        row,
        State.CONFIRMED,
        progress={"cancellation": "id:c1", "settled_at": 1, "echoed": 9},
        seen=seen(7000, entry(), subject=subject),
        closing=Closing(answer="Accepted"),
    )
    assert journal.apply(done) is Committed.YES
    return done.row


class TestCommit:
    def test_what_was_written_is_read_again(self, journal: Journal) -> None:
        row = settled(journal)

        assert journal.find("op-1") == row
        assert journal.about("imp_1") == [row]
        assert journal.latest() == [row]
        assert journal.open_rows() == []
        [attempt] = journal.attempts("op-1")
        assert (attempt.number, attempt.body_sha256, attempt.answer) == (1, "ab" * 32, "Accepted")
        assert journal.observations("op-1") == [seen(7000, entry())]

    def test_an_intent_is_on_the_disk_when_apply_returns(self, journal: Journal, path: Path) -> None:
        sent(journal)

        with sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True) as other:
            assert other.execute("SELECT state, attempt FROM instructions").fetchall() == [("sending", 1)]
        other.close()

    def test_only_the_first_of_two_with_the_same_expectation_is_written(self, journal: Journal) -> None:
        row = sent(journal)

        assert journal.apply(move(row, State.UNKNOWN)) is Committed.YES
        assert journal.apply(move(row, State.CONFIRMED)) is Committed.NO
        assert journal.find("op-1").state is State.UNKNOWN

    def test_a_claim_on_an_older_attempt_is_not_written(self, journal: Journal) -> None:
        row = sent(journal)
        late = move(replace(row, attempt=0), State.UNKNOWN)

        assert journal.apply(late) is Committed.NO

    def test_one_open_instruction_a_payment(self, journal: Journal) -> None:
        sent(journal)

        assert journal.apply(insert(planned("op-2"))) is Committed.NO
        assert journal.apply(insert(planned("op-3", seen(subject="imp_2")))) is Committed.YES

    def test_a_retry_gives_way_to_an_open_instruction(self, journal: Journal) -> None:
        first = sent(journal)
        journal.apply(move(first, State.NOT_SENT))
        waiting = replace(first, state=State.NOT_SENT)
        sent(journal, planned("op-2"))

        assert journal.apply(claim(waiting)) is Committed.NO

    def test_the_same_instruction_is_not_written_twice(self, journal: Journal) -> None:
        settled(journal)

        assert journal.apply(insert(planned("op-1", seen(subject="imp_9")))) is Committed.NO

    def test_a_move_that_the_states_do_not_have_is_a_bug(self, journal: Journal) -> None:
        with pytest.raises(ValueError, match="no move"):
            journal.apply(move(in_state(State.REJECTED), State.SENDING))

    def test_what_was_confirmed_cannot_be_changed_by_a_commit(self, journal: Journal) -> None:
        row = sent(journal)

        assert journal.apply(move(replace(row, amount=9), State.UNKNOWN)) is Committed.NO

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE instructions SET amount = 1",
            "UPDATE instructions SET frozen = ''",
            "DELETE FROM instructions",
            "DELETE FROM attempts",
            "UPDATE observations SET seen = ''",
            "DELETE FROM observations",
            "UPDATE audit SET actor = 'x'",
            "DELETE FROM audit",
        ],
    )
    def test_the_file_itself_refuses_to_forget(self, journal: Journal, statement: str) -> None:
        settled(journal)

        with pytest.raises(sqlite3.IntegrityError, match="only grows"):
            journal._live().execute(statement)

    def test_other_constraints_are_bugs_and_fly(self, journal: Journal) -> None:
        with pytest.raises(sqlite3.IntegrityError):
            journal.apply(insert(replace(planned(), actor=None)))
        assert journal.apply(insert(planned())) is Committed.YES

    def test_the_columns_are_the_fields(self, journal: Journal) -> None:
        columns = [row[1] for row in journal._live().execute("PRAGMA table_info(instructions)")]

        assert columns == [*journal_rows.COLUMNS, "frozen", "hash"]

    def test_it_is_as_durable_as_sqlite_can_be(self, journal: Journal) -> None:
        def pragma(name: str) -> object:
            return journal._live().execute(f"PRAGMA {name}").fetchone()[0]

        assert pragma("journal_mode") == "truncate"
        assert pragma("synchronous") == 3
        assert pragma("fullfsync") == 1

    def test_it_is_its_owners_alone(self, journal: Journal, path: Path) -> None:
        assert [file.stat().st_mode & 0o777 for file in sorted(path.parent.iterdir())] == [0o600] * 4
        assert path.parent.stat().st_mode & 0o777 == 0o700

    def test_nothing_new_is_written_into_one_that_may_not_send(
        self, journal: Journal, reopen: Callable[..., Journal]
    ) -> None:
        """A look before the click is not enough: trust may be lost between it and the claim."""
        row = planned()
        journal.apply(insert(row))
        again = reopen()

        assert again.standing is Standing.UNPROVEN
        assert again.apply(claim(row)) is Committed.FAILED
        assert again.apply(insert(planned("op-2", seen(subject="imp_2")))) is Committed.FAILED
        assert again.apply(move(row, State.NOT_SENT)) is Committed.YES

    def test_without_its_reserve_only_results_are_written(self, journal: Journal) -> None:
        claimed = sent(journal)
        journal.ballast.release()

        assert journal.apply(insert(planned("op-2", seen(subject="imp_2")))) is Committed.FAILED
        assert journal.apply(move(claimed, State.UNKNOWN)) is Committed.YES

    @pytest.mark.parametrize("kind", [ValueError, MemoryError, KeyboardInterrupt])
    def test_whatever_stops_a_commit_leaves_nothing_of_it_to_be_seen(
        self, journal: Journal, monkeypatch: pytest.MonkeyPatch, kind: type[BaseException]
    ) -> None:
        claimed = sent(journal)

        def stop(*_: object) -> None:
            raise kind

        with monkeypatch.context() as patch:
            patch.setattr(Journal, "_write_seen", stop)
            with pytest.raises(kind):
                journal.apply(move(claimed, State.CONFIRMED))

        assert journal.find("op-1") == claimed
        assert journal.apply(move(claimed, State.UNKNOWN)) is Committed.YES
        assert journal.ballast.is_there

    def test_a_result_of_a_request_nobody_wrote_down_is_refused_whole(self, journal: Journal) -> None:
        claimed = sent(journal)
        journal._live().execute("DROP TRIGGER attempts_stay")
        journal._live().execute("DELETE FROM attempts")

        closing = Closing(answer="Refused 1")
        assert journal.apply(move(claimed, State.REFUSED, closing=closing)) is Committed.FAILED
        assert journal.standing is Standing.DAMAGED
        assert journal.find("op-1") == claimed


class TestReading:
    def test_instructions_keep_their_numbers(self, journal: Journal) -> None:
        rows = [settled(journal, f"op-{n}", f"imp_{n}") for n in range(3)]

        numbered = journal.numbered()

        assert [row for _, row in numbered] == rows
        assert journal.numbered(numbered[0][0], 1) == numbered[1:2]

    def test_the_chain_tells_what_happened_to_one_instruction(self, journal: Journal) -> None:
        settled(journal)
        settled(journal, "op-2", "imp_2")

        events = journal.audit_about("op-2")

        assert [event.event for event in events] == ["planned", "claimed", "moved"]
        assert {event.subject for event in events} == {"op-2"}


class TestEchoes:
    def test_a_reason_as_long_as_one_that_came_back_counts(self, journal: Journal) -> None:
        settled(journal)

        assert journal.echoes("kcp/card", 9)
        assert not journal.echoes("kcp/card", 10)
        assert not journal.echoes("nice/card", 1)
        assert not journal.echoes("kcp/phone", 0)


class TestChain:
    def test_everything_that_happened_is_in_it(self, journal: Journal) -> None:
        settled(journal)
        assert journal.record("exported", "kim", "payments", {"rows": 3})

        assert [row.event for row in journal.chain()] == ["made", "planned", "claimed", "moved", "exported"]
        assert [row.height for row in journal.audit_rows(3)] == [4, 5]
        assert verify(journal.chain())[2] is None

    def test_a_plan_never_changes_but_its_state_does(self, journal: Journal) -> None:
        assert journal.save_plan("b1", "{}", "running", "kim")
        assert journal.save_plan("b1", "{}", "stopped", "kim")
        assert not journal.save_plan("b1", "[]", "stopped", "kim")
        assert journal.plans() == [("b1", "{}", "stopped")]
        assert journal.of_batch("b1") == []
        assert journal.verify(journal.kept) is Standing.READY

    def test_an_edited_plan_is_noticed(self, journal: Journal) -> None:
        journal.save_plan("b1", "{}", "running", "kim")
        journal._live().execute("UPDATE plans SET state = 'finished'")

        assert journal.verify(journal.kept) is Standing.DAMAGED


class TestStart:
    def test_a_new_journal_is_ready(self, journal: Journal) -> None:
        assert journal.standing is Standing.READY
        assert journal.may_send

    def test_one_that_was_kept_track_of_is_ready_again(
        self, journal: Journal, reopen: Callable[..., Journal]
    ) -> None:
        settled(journal)

        assert reopen(journal.kept).standing is Standing.READY

    def test_it_may_be_further_than_what_is_kept(
        self, journal: Journal, reopen: Callable[..., Journal]
    ) -> None:
        kept = journal.kept
        settled(journal)

        assert reopen(kept).standing is Standing.READY

    def test_without_a_key_store_it_is_unproven_until_nothing_is_open(
        self, journal: Journal, reopen: Callable[..., Journal]
    ) -> None:
        row = sent(journal)
        again = reopen()

        assert again.standing is Standing.UNPROVEN
        assert not again.may_send
        assert not again.accept("kim")
        assert again.apply(move(row, State.UNKNOWN)) is Committed.YES
        assert again.apply(move(replace(row, state=State.UNKNOWN), State.NOT_APPLIED)) is Committed.YES
        assert again.accept("kim")
        assert again.may_send
        assert again.accept("kim")

    def test_an_older_copy_is_noticed(
        self, journal: Journal, reopen: Callable[..., Journal], path: Path
    ) -> None:
        old = path.read_bytes()
        settled(journal)
        kept = journal.kept
        journal.close()
        path.write_bytes(old)

        assert reopen(kept).standing is Standing.ROLLED_BACK
        assert not reopen(kept).may_send

    def test_an_older_copy_that_went_another_way_is_noticed(
        self, journal: Journal, reopen: Callable[..., Journal], path: Path
    ) -> None:
        old = path.read_bytes()
        settled(journal)
        kept = journal.kept
        journal.close()
        path.write_bytes(old)
        other = reopen()
        assert other.accept("kim")
        for number in range(9):
            settled(other, f"op-{number}")

        assert reopen(kept).standing is Standing.ROLLED_BACK

    def test_another_journal_and_a_vanished_one_are_noticed(
        self, journal: Journal, reopen: Callable[..., Journal], path: Path
    ) -> None:
        kept = journal.kept
        journal.close()
        path.unlink()

        assert reopen(kept).standing is Standing.ROLLED_BACK
        assert reopen(Kept(journal="x", head=Head())).standing is Standing.ROLLED_BACK

    @pytest.mark.parametrize("left", [b"", None], ids=["emptied", "gone"])
    def test_one_that_vanished_beside_its_copies_is_not_begun_anew_unnoticed(
        self, journal: Journal, reopen: Callable[..., Journal], path: Path, left: bytes | None
    ) -> None:
        """Also without a key store: the copies tell that there was one."""
        settled(journal)
        assert journal_backups.backup(journal)
        journal.close()
        path.unlink()
        if left is not None:
            path.write_bytes(left)

        assert reopen().standing is Standing.ROLLED_BACK
        assert reopen().standing is Standing.ROLLED_BACK

    def test_a_newer_one_is_read_and_keeps_every_byte(
        self, journal: Journal, reopen: Callable[..., Journal], path: Path
    ) -> None:
        row = settled(journal)
        journal._live().execute(f"PRAGMA user_version = {journal_schema.VERSION + 1}")
        journal.close()
        before = path.read_bytes()
        newer = reopen()

        assert newer.standing is Standing.NEWER
        assert newer.find("op-1") == row
        assert newer.apply(insert(planned("op-2"))) is Committed.FAILED
        assert not newer.record("x", "kim", "x", {})
        assert not newer.save_plan("b", "{}", "x", "kim")
        assert not newer.accept("kim")
        newer.close()
        assert path.read_bytes() == before

    def test_a_folder_that_cannot_be_used_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        for place in ("file", "file/below"):
            journal = Journal.open(tmp_path / place / "journal.db")

            assert journal.standing is Standing.UNUSABLE
            assert not journal.may_send

    def test_a_machine_that_locks_no_files_is_told(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(_lock: object) -> bool:
            raise OSError(37, "no locks")

        monkeypatch.setattr("portdesk.store.journal_lock.FileLock.take", refuse)
        journal = Journal.open(path)

        assert journal.standing is Standing.UNUSABLE
        with pytest.raises(sqlite3.OperationalError, match="cannot be read"):
            journal.latest()

    def test_trust_that_cannot_be_written_is_none(
        self, journal: Journal, reopen: Callable[..., Journal]
    ) -> None:
        settled(journal)
        again = reopen()
        again._live().execute("UPDATE lease SET holder = 'somebody'")

        assert not again.accept("kim")
        assert not again.may_send

    def test_a_path_that_is_a_folder_is_told(self, path: Path) -> None:
        path.mkdir(parents=True)

        assert Journal.open(path).standing is Standing.UNUSABLE


class TestTwoPrograms:
    def test_the_second_reads_only(self, journal: Journal, path: Path) -> None:
        row = settled(journal)
        second = Journal.open(path)

        assert second.standing is Standing.IN_USE
        assert second.find("op-1") == row
        assert second.apply(insert(planned("op-2"))) is Committed.FAILED
        second.close()

    def test_the_first_notices_that_another_took_it(self, journal: Journal) -> None:
        journal._live().execute("UPDATE lease SET holder = 'somebody'")

        assert journal.apply(insert(planned())) is Committed.FAILED
        assert journal.standing is Standing.IN_USE

    def test_a_killed_one_leaves_nothing_to_clear_away(self, path: Path) -> None:
        code = (
            "import os, sys, signal; from pathlib import Path; from portdesk.store.journal import Journal\n"
            "Journal.open(Path(sys.argv[1])); os.kill(os.getpid(), signal.SIGKILL)"
        )
        subprocess.run([sys.executable, "-c", code, str(path)], check=False)
        journal = Journal.open(path)

        assert journal.standing is Standing.UNPROVEN
        journal.close()


class TestDamage:
    @pytest.fixture
    def whole(self, journal: Journal, path: Path) -> tuple[bytes, Kept]:
        for number in range(12):
            settled(journal, f"op-{number}", f"imp_{number}")
        kept = journal.kept
        journal.close()
        return path.read_bytes(), kept

    def test_no_damaged_copy_is_sent_from_unless_nothing_of_ours_changed(
        self, whole: tuple[bytes, Kept], path: Path
    ) -> None:
        content, kept = whole
        dice = random.Random(1)
        noticed = 0
        for _ in range(300):
            path.write_bytes(damaged(content, dice))
            journal = Journal.open(path, kept)
            if journal.may_send:
                assert everything(journal) == everything_of(content, path.parent)
            else:
                noticed += 1
            journal.close()
        assert noticed > 150

    @pytest.mark.parametrize(
        ("table", "edit"),
        [
            ("instructions", "UPDATE instructions SET amount = amount + 1 WHERE id = 'op-3'"),
            ("instructions", "UPDATE instructions SET state = 'rejected' WHERE id = 'op-3'"),
            ("instructions", "UPDATE instructions SET is_plain = 2 WHERE id = 'op-3'"),
            ("instructions", "UPDATE instructions SET hash = 'x' WHERE id = 'op-3'"),
            ("instructions", "DELETE FROM instructions WHERE id = 'op-3'"),
            ("attempts", "UPDATE attempts SET body_sha256 = 'x' WHERE instruction = 'op-3'"),
            ("attempts", "DELETE FROM attempts WHERE instruction = 'op-3'"),
            ("observations", "UPDATE observations SET seen = '{}' WHERE id = 3"),
            ("observations", "INSERT INTO observations VALUES (99, 'op-3', '{}', 'x')"),
            ("audit", "UPDATE audit SET actor = 'nobody' WHERE height = 5"),
            ("audit", "UPDATE audit SET rows = '{}' WHERE height = 5"),
            ("audit", "UPDATE audit SET detail = 'x' WHERE height = 5"),
            ("audit", "DELETE FROM audit WHERE height = 5"),
            ("audit", "DELETE FROM audit WHERE height > 30"),
            ("audit", "DELETE FROM audit"),
            ("audit", "UPDATE audit SET height = 100 - height"),
            ("audit", "UPDATE audit SET detail = ' ' || detail WHERE height = 5"),
            ("audit", "UPDATE audit SET rows = replace(rows, '{', '{\"a\":\"b\",') WHERE height = 5"),
            (
                "audit",
                "UPDATE audit SET detail = replace(detail, '{', '{\"attempt\":9,') WHERE height = 5",
            ),
            ("schema", "DROP INDEX one_open"),
            ("schema", "CREATE TRIGGER quiet BEFORE INSERT ON attempts BEGIN SELECT RAISE(IGNORE); END"),
            ("schema", "CREATE VIEW v AS SELECT 1"),
            ("schema", "ALTER TABLE plans ADD COLUMN more TEXT"),
        ],
    )
    def test_every_edit_locks_sending_but_not_reading(
        self, whole: tuple[bytes, Kept], path: Path, table: str, edit: str
    ) -> None:
        with sqlite3.connect(path, isolation_level=None) as editor:
            guards = editor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for name, _ in guards:
                editor.execute(f"DROP TRIGGER {name}")
            editor.execute(edit)
            for _, sql in guards:
                editor.execute(sql)
        editor.close()
        journal = Journal.open(path, whole[1])

        assert journal.standing in (Standing.DAMAGED, Standing.ROLLED_BACK)
        assert not journal.may_send
        assert len(journal.latest()) >= 11
        assert journal.verify(whole[1]) is journal.standing
        journal.close()

    def test_triggers_that_were_taken_away_are_missed(self, whole: tuple[bytes, Kept], path: Path) -> None:
        with sqlite3.connect(path, isolation_level=None) as editor:
            editor.execute("DROP TRIGGER audit_stay")
        editor.close()
        journal = Journal.open(path, whole[1])

        assert journal.standing is Standing.DAMAGED
        journal.close()

    def test_one_row_that_cannot_be_read_hides_no_other(self, whole: tuple[bytes, Kept], path: Path) -> None:
        with sqlite3.connect(path, isolation_level=None) as editor:
            editor.execute("DROP TRIGGER instructions_frozen")
            editor.execute("DROP TRIGGER observations_fixed")
            editor.execute("DROP TRIGGER audit_fixed")
            editor.execute("UPDATE instructions SET snapshot = 'x' WHERE id = 'op-3'")
            editor.execute("UPDATE observations SET seen = '[]' WHERE id = 3")
            editor.execute("UPDATE audit SET detail = 'x' WHERE height = 3")
            editor.execute("UPDATE attempts SET number = 7, actor = CAST(x'ff' AS TEXT)")
        editor.close()
        journal = Journal.open(path, whole[1])

        assert journal.standing is Standing.DAMAGED
        assert {row.id for row in journal.latest()} == {f"op-{n}" for n in range(12) if n != 3}
        assert journal.find("op-3") is None
        assert [len(journal.observations(f"op-{n}")) for n in range(12)].count(0) == 1
        assert len(journal.audit_rows()) == whole[1].head.height - 1
        assert [attempt.actor for attempt in journal.attempts("op-1")] == ["\ufffd"]
        journal.close()

    def test_a_broken_page_hides_no_earlier_one(self, whole: tuple[bytes, Kept], path: Path) -> None:
        content = bytearray(whole[0])
        start = content.rfind(whole[1].head.hash.encode()) // 4096 * 4096
        content[start : start + 4096] = b"\xff" * 4096
        path.write_bytes(content)
        journal = Journal.open(path, whole[1])

        assert journal.standing is Standing.DAMAGED
        assert 0 < len(journal.audit_rows()) < whole[1].head.height
        assert len(journal.latest()) == 12
        journal.close()

    def test_a_row_of_a_sound_one_that_cannot_be_read_is_never_passed_over(self, journal: Journal) -> None:
        settled(journal)
        journal._live().execute("DROP TRIGGER instructions_frozen")
        journal._live().execute("UPDATE instructions SET snapshot = 'x'")

        assert journal.checking() == []
        with pytest.raises(DamageError):
            journal.latest()
        assert journal.standing is Standing.DAMAGED
        assert journal.latest() == []

    def test_damage_found_while_running_locks_it(self, journal: Journal, path: Path) -> None:
        settled(journal)
        kept = journal.kept
        with sqlite3.connect(path, isolation_level=None) as editor:
            editor.execute("DROP TRIGGER audit_fixed")
            editor.execute("UPDATE audit SET actor = 'nobody' WHERE height = 2")
        editor.close()

        assert journal.verify(kept) is Standing.DAMAGED
        assert journal.apply(insert(planned("op-9"))) is Committed.FAILED

    def test_a_sound_one_stays_as_it_was(self, journal: Journal) -> None:
        assert journal.verify(journal.kept) is Standing.READY

    def test_damage_met_by_a_commit_locks_it(self, journal: Journal) -> None:
        journal._live().execute("DROP TABLE attempts")

        assert journal.apply(insert(planned())) is Committed.YES
        assert journal.apply(claim(planned())) is Committed.FAILED
        assert journal.standing is Standing.DAMAGED

    @pytest.mark.parametrize("content", [b"not a database" * 50, b"SQLite format 3\0", b"x"])
    def test_a_file_of_another_kind_is_not_touched(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
        journal = Journal.open(path)

        assert journal.standing is Standing.DAMAGED
        journal.close()
        assert path.read_bytes() == content

    def test_somebody_elses_database_is_not_touched(self, path: Path) -> None:
        path.parent.mkdir(parents=True)
        other = sqlite3.connect(path)
        other.execute("CREATE TABLE x (y)")
        other.execute("PRAGMA application_id = 77")
        other.close()

        assert Journal.open(path).standing is Standing.DAMAGED


def damaged(content: bytes, dice: random.Random) -> bytes:
    broken = bytearray(content)
    match dice.randrange(3):
        case 0:
            for _ in range(dice.randint(1, 4)):
                broken[dice.randrange(len(broken))] ^= 1 << dice.randrange(8)
        case 1:
            del broken[dice.randrange(1, len(broken)) :]
        case 2:
            start = dice.randrange(len(broken))
            broken[start : start + 512] = bytes(dice.randrange(256) for _ in range(512))
    return bytes(broken)


def everything(journal: Journal) -> list[object]:
    rows = journal.latest()
    return [rows, list(journal.chain()), *(journal.attempts(row.id) for row in rows)]


def everything_of(content: bytes, folder: Path) -> list[object]:
    sound = folder / "sound" / "journal.db"
    sound.parent.mkdir(exist_ok=True)
    sound.write_bytes(content)
    journal = Journal.open(sound)
    try:
        return everything(journal)
    finally:
        journal.close()


class Failing:
    """A connection on which the nth statement of a kind fails."""

    def __init__(self, connection: sqlite3.Connection, error: sqlite3.Error, nth: int) -> None:
        self._connection = connection
        self._error = error
        self.left = nth

    def execute(self, statement: str, *args: object) -> sqlite3.Cursor:
        if not statement.startswith("ROLLBACK"):
            self.left -= 1
            if self.left == 0:
                raise self._error
        return self._connection.execute(statement, *args)

    def __getattr__(self, name: str) -> object:
        return getattr(self._connection, name)


def fault(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("made up")
    error.sqlite_errorcode = code
    return error


class TestDisk:
    def test_without_room_nothing_starts(self, journal: Journal) -> None:
        pages = journal._live().execute("PRAGMA page_count").fetchone()[0]
        journal._live().execute(f"PRAGMA max_page_count = {pages}")
        row = planned("op-1", seen(10_000, *(entry(f"c{n}") for n in range(400))))

        assert journal.apply(insert(row)) is Committed.FAILED
        assert journal.find("op-1") is None
        assert journal.ballast.is_there

    def test_a_result_uses_the_reserve_and_then_nothing_new_is_sent(self, journal: Journal) -> None:
        row = sent(journal)
        live = journal._connection
        journal._connection = Failing(live, fault(sqlite3.SQLITE_FULL), 3)

        assert journal.apply(move(row, State.UNKNOWN)) is Committed.YES
        journal._connection = live
        assert not journal.ballast.is_there
        assert not journal.may_send
        assert journal.ballast.fill()
        assert journal.may_send
        assert journal.ballast.fill()

    def test_a_half_commit_that_cannot_be_undone_is_not_read(self, journal: Journal) -> None:
        claimed = sent(journal)
        live = journal._connection

        class Stuck(Failing):
            def execute(self, statement: str, *args: object) -> sqlite3.Cursor:
                if statement == "ROLLBACK":
                    raise fault(sqlite3.SQLITE_IOERR)
                return super().execute(statement, *args)

        journal._connection = Stuck(live, fault(sqlite3.SQLITE_IOERR), 5)
        assert journal.apply(move(claimed, State.CONFIRMED)) is Committed.FAILED
        assert journal.standing is Standing.UNUSABLE
        with pytest.raises(sqlite3.OperationalError):
            journal.find("op-1")
        assert journal.apply(move(claimed, State.UNKNOWN)) is Committed.FAILED

    def test_a_disk_that_does_not_answer_is_no_damage(self, journal: Journal) -> None:
        settled(journal)
        live = journal._connection
        journal._connection = Failing(live, fault(sqlite3.SQLITE_IOERR), 1)
        with pytest.raises(sqlite3.OperationalError, match="made up"):
            journal.latest()
        journal._connection = live
        assert journal.standing is Standing.READY

    def test_the_reserve_comes_back_with_the_room(
        self, journal: Journal, reopen: Callable[..., Journal]
    ) -> None:
        journal.ballast.release()
        journal.refill()
        assert journal.may_send

        unproven = reopen()
        unproven.ballast.release()
        unproven.refill()
        assert not unproven.ballast.is_there

    @pytest.mark.parametrize("code", [sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY])
    def test_the_nth_statement_failing_leaves_all_or_nothing(self, journal: Journal, code: int) -> None:
        row = planned()
        journal.apply(insert(row))
        live = journal._connection
        for nth in range(1, 50):
            failing = journal._connection = Failing(live, fault(code), nth)
            done = journal.apply(claim(row))
            journal._connection = live
            if failing.left > 0:
                assert done is Committed.YES
                break
            assert done is Committed.FAILED
            assert journal.find("op-1") == row
            assert journal.attempts("op-1") == []
        assert nth > 5
        assert journal.verify(journal.kept) is Standing.READY

    def test_a_disk_that_is_full_from_the_start_has_no_reserve(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("os.fsync", lambda _descriptor: (_ for _ in ()).throw(OSError(28, "full")))
        journal = Journal.open(path)

        assert not journal.ballast.is_there
        assert not journal.ballast.release()
        assert not journal.may_send
        journal.close()

    def test_a_limit_on_the_size_of_files_is_a_full_disk(self, path: Path) -> None:
        code = """
import resource, signal, sys
from pathlib import Path
from portdesk.store.journal import Journal
from samples.instructions import insert, planned, seen, entry
journal = Journal.open(Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
size = Path(sys.argv[1]).stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
row = planned("op-1", seen(10_000, *(entry(f"c{n}") for n in range(400))))
print(journal.apply(insert(row)).value, journal.find("op-1"), journal.verify(journal.kept).value)
"""
        done = subprocess.run(
            [sys.executable, "-c", code, str(path)],
            capture_output=True, text=True, check=True, env={"PYTHONPATH": ":".join(sys.path)},
        )  # fmt: skip
        assert done.stdout.split() == ["failed", "None", "ready"]


class TestBackups:
    def test_fourteen_generations_are_kept(self, journal: Journal, path: Path) -> None:
        for number in range(20):
            settled(journal, f"op-{number}")
            assert journal_backups.backup(journal)
        assert journal_backups.backup(journal) is None

        kept = journal_backups.generations(path)
        assert len(kept) == journal_backups.GENERATIONS
        assert kept == sorted(kept, reverse=True)
        assert kept[0].name.startswith(f"journal-{journal.kept.head.height:010d}-")

    def test_a_restored_one_is_compared_with_the_server_first(
        self, journal: Journal, reopen: Callable[..., Journal], path: Path
    ) -> None:
        row = settled(journal)
        copy = journal_backups.backup(journal)
        settled(journal, "op-2")
        kept = journal.kept
        journal.close()
        broken = path.read_bytes()[:5000]
        path.write_bytes(broken)

        path.with_name("journal.db-journal").write_bytes(b"half a commit")
        aside = journal_backups.restore(path, copy)
        restored = reopen(kept)

        assert aside.read_bytes() == broken
        assert aside.with_name(aside.name + "-journal").read_bytes() == b"half a commit"
        assert restored.standing is Standing.ROLLED_BACK
        assert restored.latest() == [row]
        restored.close()
        assert journal_backups.restore(path, copy) == path.with_name("journal.db.aside-2")
        path.unlink()
        assert journal_backups.restore(path, copy) is None

    def test_copies_go_on_after_an_older_one_was_put_back(
        self, journal: Journal, reopen: Callable[..., Journal], path: Path
    ) -> None:
        """Its rows are counted from a lower number, and those of the lost history have higher ones."""
        for number in range(journal_backups.GENERATIONS + 2):
            settled(journal, f"op-{number}")
            assert journal_backups.backup(journal)
        journal.close()
        journal_backups.restore(path, journal_backups.generations(path)[5])
        again = reopen()
        assert again.accept("owner")
        for number in range(40, 44):
            settled(again, f"op-{number}", f"imp_{number}")
            made = journal_backups.backup(again)
            assert made is not None
            assert journal_backups.generations(path)[0] == made
        assert len(journal_backups.generations(path)) == journal_backups.GENERATIONS

    def test_the_newest_copy_survives_a_clock_that_went_back(
        self, journal: Journal, monkeypatch: pytest.MonkeyPatch, path: Path
    ) -> None:
        for number in range(journal_backups.GENERATIONS):
            settled(journal, f"op-{number}")
            made = journal_backups.backup(journal)
            assert made is not None
            os.utime(made, (4e9, 4e9))
        settled(journal, "op-99")
        made = journal_backups.backup(journal)

        assert made is not None
        assert made in journal_backups.generations(path)

    def test_a_damaged_one_is_not_copied(self, path: Path) -> None:
        path.parent.mkdir(parents=True)
        path.write_bytes(b"x" * 200)
        journal = Journal.open(path)

        assert journal_backups.backup(journal) is None
        journal.close()

    def test_a_copy_that_fails_leaves_nothing(self, journal: Journal, path: Path) -> None:
        journal_backups.folder_of(path).mkdir()
        (journal_backups.folder_of(path) / "unfinished").mkdir()

        assert journal_backups.backup(journal) is None
        assert journal_backups.generations(path) == []
