"""The auditor's program finds every change, removal and move in a journal, and leaves intact ones alone."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from portdesk.app import cli, main
from portdesk.ledger.checkout import left
from portdesk.ledger.instruction import Closing, Instruction
from portdesk.ledger.states import State
from portdesk.ledger.steps import Committed
from portdesk.store import journal_backups, journal_rows, journal_schema, verifier
from portdesk.store.journal import Journal
from portdesk.store.journal_checkouts import move_checkout, open_checkout
from portdesk.store.verifier import CHANGED, INTACT, NEWER, UNREADABLE, Head, verify
from samples.checkouts import checkout
from samples.instructions import claim, entry, insert, move, planned, seen

SECOND_ATTEMPT = (
    "INSERT INTO attempts SELECT instruction, 9, actor, body_sha256, cause, server_time, answer, "
    "server_message, hash FROM attempts LIMIT 1"
)
COVERED = ("instructions", "attempts", "observations", "plans", "checkouts")


def live(journal: Journal, number: int, state: State) -> Instruction:
    """One refund from the click to `state`, with everything a row can have."""
    row = planned(f"op-{number}", seen(subject=f"imp_{number}"), reason="너무 늦어요 \u2028 \x07 </b>")
    assert journal.apply(insert(row)) is Committed.YES
    claimed = claim(row)
    assert journal.apply(claimed) is Committed.YES
    closing = Closing(answer="Refused 1", server_message='said "no" \\ \n \x1f 아니요')
    now = seen(7000, entry(text="왜 [ABCDEF]"), subject=row.subject)
    done = move(
        claimed.row,
        state,
        progress={"cancellation": "id:c1", "settled_at": 1, "echoed": 9, "note": "“as it is”"},
        seen=now,
        closing=closing,
    )
    assert journal.apply(done) is Committed.YES
    return done.row


def fill(journal: Journal) -> None:
    live(journal, 1, State.CONFIRMED)
    live(journal, 2, State.REFUSED)
    assert journal.save_plan("b1", '{"rows":[]}', "planned", "kim")
    live(journal, 3, State.UNKNOWN)
    assert journal.save_plan("b1", '{"rows":[]}', "finished", "kim")
    assert journal.record(
        "exported", "kim", "payments", {"rows": 3, "why": "세무", "personal": ["buyer_name"]}
    )
    assert journal.apply(insert(planned("op-4", seen(subject="imp_4")))) is Committed.YES
    for number in range(2):
        row = checkout(id=f"w-{number}", merchant_uid=f"m-{number}", words="카드 등록")
        assert open_checkout(journal, row) is Committed.YES
    assert move_checkout(journal, left(row, "closed"), row.state) is Committed.YES


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "journal.db"
    journal = Journal.open(path)
    fill(journal)
    journal.close()
    return path


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(whole, tmp_path / "journal.db"))


def edit(path: Path, *statements: tuple[str, tuple[Any, ...]]) -> None:
    """As somebody would with any SQLite tool: the triggers are in the way for one statement only."""
    with sqlite3.connect(path, isolation_level=None) as editor:
        editor.execute("PRAGMA synchronous = OFF")
        guards = editor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            editor.execute(f"DROP TRIGGER {name}")
        for statement, values in statements:
            editor.execute(statement, values)
        for _, sql in guards:
            editor.execute(sql)
    editor.close()


def rows_of(path: Path, table: str) -> list[dict[str, Any]]:
    with sqlite3.connect(path) as reader:
        reader.row_factory = sqlite3.Row
        rows = [dict(row) for row in reader.execute(f"SELECT rowid AS place, * FROM {table} ORDER BY rowid")]
    reader.close()
    return rows


def other(value: Any) -> list[Any]:
    """What a cell could be made into."""
    match value:
        case int():
            return [value + 1, -value - 1]
        case str():
            return [value + " ", value[:-1] or "x", value.swapcase() if value.swapcase() != value else "y"]
    return ["x", 1]


def found(path: Path, head: Head | None = None) -> str:
    verdict = verify(path, head)
    assert verdict.code == CHANGED, verdict.told("en")
    assert verdict.told("ko")
    return verdict.told("en")


def test_an_intact_one_passes_and_tells_its_end(whole: Path) -> None:
    verdict = verify(whole)

    assert verdict.code == INTACT
    assert verdict.head is not None
    assert verdict.head.height == len(rows_of(whole, "audit"))
    journal = Journal.open(whole)
    assert journal.kept.head.spoken == verdict.head.words
    journal.close()
    assert verify(whole, verdict.head).code == INTACT
    assert verdict.head.words in verdict.told("ko")


def test_it_knows_every_table_and_column(whole: Path) -> None:
    with sqlite3.connect(whole) as reader:
        tables = {name for (name,) in reader.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    reader.close()

    assert tables - {"lease", "audit"} == set(verifier.KEYS) == set(verifier.CONTENT)
    assert (*verifier.FIXED, *verifier.MOVING) == journal_rows.COLUMNS
    assert (*verifier.WINDOW, *verifier.WINDOW_MOVING) == journal_rows.CHECKOUT_COLUMNS
    assert verifier.NEWEST == journal_schema.VERSION
    for table in COVERED:
        assert {*verifier.KEYS[table], *verifier.CONTENT[table], "hash"} == {
            name for name in rows_of(whole, table)[0] if name != "place"
        }


@pytest.mark.parametrize("table", [*COVERED, "audit"])
def test_every_cell_that_is_changed_is_found(whole: Path, tmp_path: Path, table: str) -> None:
    """Whatever the table lets anybody write into it, of every type it takes."""
    tried = 0
    for row in rows_of(whole, table):
        for column, value in row.items():
            for instead in other(value) if column != "place" else ():
                copy = Path(shutil.copy(whole, tmp_path / "journal.db"))
                change = (f'UPDATE {table} SET "{column}" = ? WHERE rowid = ?', (instead, row["place"]))
                try:
                    edit(copy, change)
                except sqlite3.IntegrityError:
                    continue  # the wrong type, or a place that is taken
                told = found(copy)
                tried += 1
                if table == "audit" and column != "height":
                    assert told == f"Row {row['height']} of the record was changed or moved."
    assert tried > 4 * len(rows_of(whole, table))


@pytest.mark.parametrize("table", [*COVERED, "audit"])
def test_every_row_that_is_removed_is_found(whole: Path, tmp_path: Path, table: str) -> None:
    head = verify(whole).head
    for row in rows_of(whole, table):
        copy = Path(shutil.copy(whole, tmp_path / "journal.db"))
        edit(copy, (f"DELETE FROM {table} WHERE rowid = ?", (row["place"],)))
        told = found(copy, head)
        if table == "audit" and row["height"] < head.height:
            assert told == f"Row {row['height']} of the record is missing."


def test_every_cut_of_the_end_is_found_by_the_noted_head(whole: Path, tmp_path: Path) -> None:
    head = verify(whole).head
    for height in range(len(rows_of(whole, "audit"))):
        copy = Path(shutil.copy(whole, tmp_path / "journal.db"))
        edit(copy, ("DELETE FROM audit WHERE height > ?", (height,)))
        found(copy, head)


@pytest.mark.parametrize("table", [*COVERED, "audit"])
def test_every_two_rows_that_change_places_are_found(whole: Path, tmp_path: Path, table: str) -> None:
    keys = ("height",) if table == "audit" else verifier.KEYS[table]
    rows = rows_of(whole, table)
    pairs = [(one, two) for n, one in enumerate(rows) for two in rows[n + 1 :]]
    for one, two in pairs:
        copy = Path(shutil.copy(whole, tmp_path / "journal.db"))
        where = " AND ".join(f"{key} = ?" for key in keys)
        names = [name for name in one if name not in (*keys, "place")]
        moves = [
            (
                f"UPDATE {table} SET " + ", ".join(f'"{name}" = ?' for name in names) + f" WHERE {where}",
                (*(source[name] for name in names), *(place[key] for key in keys)),
            )
            for source, place in ((one, two), (two, one))
        ]
        try:
            edit(copy, *moves)
        except sqlite3.IntegrityError:
            continue
        told = found(copy)
        if table == "audit":
            assert told == f"Row {one['height']} of the record was changed or moved."


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("INSERT INTO plans VALUES ('b2', '{}', 'planned', 'x')", "plans/b2 was not written by Portdesk."),
        (SECOND_ATTEMPT, "attempts/op-1/9 was not written by Portdesk."),
        ("DELETE FROM observations WHERE id = 2", "observations/2 is missing."),
        ("UPDATE instructions SET note = '' WHERE id = 'op-2'", "instructions/op-2 was changed."),
        ("DELETE FROM audit", "The record is empty; every journal begins with a row of its own."),
    ],
)  # fmt: skip
def test_the_first_bad_row_is_named(copy: Path, statement: str, told: str) -> None:
    edit(copy, (statement, ()))

    assert found(copy) == told


def test_a_rewritten_past_is_found_by_the_noted_head(whole: Path, tmp_path: Path) -> None:
    """Whoever writes all hashes anew makes another history, not this one."""
    head = verify(whole).head
    journal = Journal.open(tmp_path / "journal.db")
    fill(journal)
    journal.record("more", "kim", "x", {})
    journal.close()

    assert verify(tmp_path / "journal.db").code == INTACT
    assert (
        found(tmp_path / "journal.db", head)
        == f"Row {head.height} of the record is another one than was noted."
    )


def test_a_journal_that_has_grown_still_passes_through_the_noted_head(copy: Path) -> None:
    head = verify(copy).head
    journal = Journal.open(copy)
    assert journal.accept("kim", must_be_settled=False)
    for number in range(5, 30):
        live(journal, number, State.CONFIRMED)
        assert verify(copy, head).code == INTACT
    backup = journal_backups.backup(journal)
    journal.close()

    assert verify(backup, head).code == INTACT
    assert verify(backup).head.height == head.height + 1 + 25 * 3


def test_a_commit_that_a_crash_left_half_done_is_no_change_and_is_left_alone(
    copy: Path, tmp_path: Path
) -> None:
    code = """
import os, signal, sys
from pathlib import Path
from portdesk.store.journal import Journal
journal = Journal.open(Path(sys.argv[1]))
live = journal._connection
live.execute("PRAGMA cache_size = 1")
live.execute("BEGIN IMMEDIATE")
insert = "INSERT INTO observations (instruction, seen, hash) VALUES ('op-1', ?, 'x')"
live.executemany(insert, [("y" * 900,)] * 90)
os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run(
        [sys.executable, "-c", code, str(copy)], check=False, env={"PYTHONPATH": ":".join(sys.path)}
    )
    hot = copy.with_name("journal.db-journal")
    before = copy.read_bytes(), hot.read_bytes()
    assert len(before[1]) > 512

    assert verify(copy).code == INTACT
    assert (copy.read_bytes(), hot.read_bytes()) == before


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


VALUES = TEXTS | st.integers(-(2**53), 2**53) | st.none() | st.booleans() | st.lists(TEXTS)


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS, st.dictionaries(TEXTS, VALUES)), max_size=5))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_written_down_is_read_alike(
    copy: Path, whole: Path, rows: list[tuple[str, str, str, dict[str, Any]]]
) -> None:
    shutil.copy(whole, copy)
    journal = Journal.open(copy)
    journal.accept("kim", must_be_settled=False)
    for event, actor, subject, detail in rows:
        assert journal.record(event, actor, subject, detail)
    row = planned("op-9", seen(subject="imp_9"), reason="".join(event for event, *_ in rows))
    row = replace(row, words="".join(actor for _, actor, *_ in rows))
    assert journal.apply(insert(row)) is Committed.YES
    journal.close()

    verdict = verify(copy)
    assert verdict.code == INTACT, verdict.told("en")


@given(st.data())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_single_change_gets_past(whole: Path, copy: Path, data: st.DataObject) -> None:
    shutil.copy(whole, copy)
    table = data.draw(st.sampled_from([*COVERED, "audit"]))
    row = data.draw(st.sampled_from(rows_of(whole, table)))
    column = data.draw(st.sampled_from([name for name in row if name != "place"]))
    value = data.draw(
        (TEXTS | st.integers(-(2**63), 2**63 - 1) | st.none()).filter(lambda it: it != row[column])
    )
    try:
        edit(copy, (f'UPDATE {table} SET "{column}" = ? WHERE rowid = ?', (value, row["place"])))
    except sqlite3.IntegrityError:
        return
    found_or_same = verify(copy)
    kept = {one["place"]: one for one in rows_of(copy, table)}
    assert (
        found_or_same.code == CHANGED or kept.get(row["place"]) == row
    )  # '7' becomes 7 again in a STRICT table


class TestStanding:
    def test_other_files_are_told_apart(self, tmp_path: Path, copy: Path) -> None:
        (tmp_path / "text").write_text("x" * 5000)
        (tmp_path / "zeroed").write_bytes(b"\0" * 4096)
        with sqlite3.connect(tmp_path / "other.db") as database:
            database.execute("CREATE TABLE x (y)")
        database.close()
        for name in ("nothing", "text", "zeroed", "other.db", "."):
            assert verify(tmp_path / name).code == UNREADABLE

    def test_a_newer_one_is_not_judged(self, copy: Path) -> None:
        edit(copy, (f"PRAGMA user_version = {journal_schema.VERSION + 1}", ()))
        assert verify(copy).code == NEWER

    def test_nor_one_with_tables_that_are_not_known(self, copy: Path) -> None:
        edit(copy, ("CREATE TABLE charges (id)", ()))
        assert verify(copy).code == NEWER
        assert "charges" in verify(copy).told("ko")

    @pytest.mark.parametrize("statement", ["DROP TABLE plans", "DROP TABLE audit", "DROP TABLE instructions"])
    def test_a_missing_table_is_a_change(self, copy: Path, statement: str) -> None:
        edit_without_guards(copy, statement)
        assert verify(copy).code == CHANGED

    def test_broken_files_never_stop_it(self, whole: Path, tmp_path: Path) -> None:
        content = whole.read_bytes()
        for cut in range(0, len(content), 997):
            path = tmp_path / "journal.db"
            path.write_bytes(content[:cut])
            assert verify(path).code in (CHANGED, UNREADABLE)
            path.write_bytes(content[:cut] + bytes(100) + content[cut + 100 :])
            verify(path)


def edit_without_guards(path: Path, statement: str) -> None:
    with sqlite3.connect(path, isolation_level=None) as editor:
        editor.execute(statement)
    editor.close()


@pytest.fixture
def alone(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The one file, taken along to a machine that has Python and nothing of ours."""
    script = Path(shutil.copy(verifier.__file__, tmp_path / "alone.py"))

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "-S", str(script), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")

    return run


def test_it_runs_alone(alone: Callable[..., subprocess.CompletedProcess[str]], copy: Path) -> None:
    before, beside = copy.read_bytes(), sorted(copy.parent.iterdir())
    first = alone(copy, "--lang", "en")
    assert (first.returncode, first.stderr) == (INTACT, "")
    assert first.stdout.startswith("Intact: ")
    noted = first.stdout.partition("--head '")[2].partition("'")[0]
    again = alone(copy, "--head", noted, "--lang", "ko")
    assert again.returncode == INTACT
    assert again.stdout.startswith("이상 없음")
    assert (copy.read_bytes(), sorted(copy.parent.iterdir())) == (before, beside)

    edit(copy, ("UPDATE audit SET actor = 'nobody' WHERE height = 3", ()))
    assert alone(copy).returncode == CHANGED
    assert alone(copy.with_name("nothing")).returncode == UNREADABLE
    assert alone(copy, "--head", "3 abcd").returncode == UNREADABLE


def test_the_program_has_it_too(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.start(["--verify-journal", str(copy), "--lang", "ko"]) == INTACT
    noted = capsys.readouterr().out.partition("--head '")[2].partition("'")[0]
    edit(copy, ("DELETE FROM audit WHERE height = (SELECT max(height) FROM audit)", ()))

    assert main.start(["--verify-journal", str(copy), "--head", noted, "--lang", "en"]) == CHANGED
    assert capsys.readouterr().out.startswith("The end of the record is missing: it has ")
    assert cli.read(["--verify-journal", "x"]).verify_journal == Path("x")
    assert verifier.main([str(copy), "--lang", "en"]) == CHANGED


@pytest.mark.parametrize(("spoken", "language"), [("ko_KR.UTF-8", "이상 없음"), ("C.UTF-8", "Intact")])
def test_it_speaks_the_language_of_the_shell(
    whole: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    spoken: str,
    language: str,
) -> None:
    monkeypatch.setenv("LC_ALL", spoken)
    assert verifier.tell(whole) == INTACT
    assert capsys.readouterr().out.startswith(language)


def test_its_words_say_the_same_in_both_languages() -> None:
    english, korean = verifier._WORDS["en"], verifier._WORDS["ko"]

    assert english.keys() == korean.keys()
    for key, text in english.items():
        assert places_in(text) == places_in(korean[key])


def places_in(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text)} - {None}
