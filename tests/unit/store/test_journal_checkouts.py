"""Attempts in a window: on the disk before the window, never changed but by what was seen."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from portdesk.ledger.checkout import CheckoutState, left
from portdesk.ledger.steps import Committed
from portdesk.store import journal_schema
from portdesk.store.journal import Journal
from portdesk.store.journal_check import Standing
from portdesk.store.journal_checkouts import (
    find_checkout,
    latest_checkouts,
    move_checkout,
    open_checkout,
    unsettled_checkouts,
)
from portdesk.store.journal_copies import folder_of
from portdesk.store.verifier import INTACT, verify
from samples.checkouts import checkout, registering
from samples.instructions import insert, planned

OPEN = CheckoutState.OPEN


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "shop" / "journal.db"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    journal = Journal.open(path)
    yield journal
    journal.close()


def test_what_was_written_is_read_again(journal: Journal) -> None:
    row = registering(is_test_channel=None, key_before=7)

    assert open_checkout(journal, row) is Committed.YES
    assert find_checkout(journal, "w1") == row
    assert find_checkout(journal, "w2") is None
    gone = left(row, "closed", "imp_1")
    assert move_checkout(journal, gone, OPEN) is Committed.YES
    assert latest_checkouts(journal) == unsettled_checkouts(journal) == [gone]
    done = replace(gone, state=CheckoutState.ISSUED, found=0, settled_at=9)
    assert move_checkout(journal, done, CheckoutState.LOOKING) is Committed.YES
    assert (latest_checkouts(journal), unsettled_checkouts(journal)) == ([done], [])


def test_one_window_for_a_name_at_a_time(journal: Journal) -> None:
    first = registering()
    open_checkout(journal, first)

    assert open_checkout(journal, registering(id="w2", merchant_uid="m2")) is Committed.NO
    assert open_checkout(journal, checkout(id="w3", merchant_uid="m3")) is Committed.YES
    assert open_checkout(journal, checkout(id="w4", merchant_uid="m4")) is Committed.YES
    move_checkout(journal, left(first, "closed"), OPEN)
    assert open_checkout(journal, registering(id="w2", merchant_uid="m2")) is Committed.YES


def test_an_order_has_one_window(journal: Journal) -> None:
    open_checkout(journal, checkout())

    assert open_checkout(journal, checkout(id="w2")) is Committed.NO


def test_only_the_first_of_two_readings_is_written(journal: Journal) -> None:
    row = checkout()
    open_checkout(journal, row)

    assert move_checkout(journal, left(row, "closed"), OPEN) is Committed.YES
    assert move_checkout(journal, left(row, "crashed"), OPEN) is Committed.NO
    assert find_checkout(journal, "w1").ending == "closed"


def test_what_was_asked_for_is_frozen(journal: Journal) -> None:
    row = checkout()
    open_checkout(journal, row)

    assert move_checkout(journal, replace(left(row, "closed"), amount=1), OPEN) is Committed.NO
    for statement in ("UPDATE checkouts SET charge = 1", "DELETE FROM checkouts"):
        with pytest.raises(sqlite3.IntegrityError, match="only grows"):
            journal._live().execute(statement)


def test_a_move_that_the_states_do_not_have_is_a_bug(journal: Journal) -> None:
    with pytest.raises(ValueError, match="no move"):
        move_checkout(journal, checkout(), CheckoutState.PAID)


def test_it_is_told_in_the_chain(journal: Journal, path: Path) -> None:
    row = checkout()
    open_checkout(journal, row)
    move_checkout(journal, left(row, "closed"), OPEN)

    told = [entry for entry in journal.chain() if entry.subject == "w1"]
    assert [entry.event for entry in told] == ["checkout opened", "checkout looking"]
    assert told[0].detail["words"] == row.words
    kept = journal.kept
    journal.close()
    guard = next(sql for _, name, _, sql in journal_schema.own_shape() if name == "checkouts_frozen")
    with closing(sqlite3.connect(path, isolation_level=None)) as editor:
        editor.execute("DROP TRIGGER checkouts_frozen")
        editor.execute("UPDATE checkouts SET note = 'x', charge = 1")
        editor.execute(guard)
    again = Journal.open(path, kept)
    assert again.standing is Standing.DAMAGED
    assert open_checkout(again, checkout(id="w2", merchant_uid="m2")) is Committed.FAILED
    again.close()


def test_a_full_disk_costs_the_reserve_and_not_the_result(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = checkout()
    open_checkout(journal, row)
    attempt = journal._try

    def full(write: object) -> bool | None:
        return attempt(write) if not journal.ballast.is_there else None

    monkeypatch.setattr(journal, "_try", full)
    assert open_checkout(journal, checkout(id="w2", merchant_uid="m2")) is Committed.FAILED
    assert move_checkout(journal, left(row, "closed"), OPEN) is Committed.YES


def make_older(path: Path) -> None:
    """A journal as the first version made it."""
    path.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as older:
        for statement in journal_schema._STEPS[0]:
            older.execute(statement)
        older.execute(f"PRAGMA application_id = {journal_schema.APPLICATION_ID}")
        older.execute("PRAGMA user_version = 1")
        made = Journal(path)
        made._append(older, actor="portdesk", event="made", subject="0" * 32, detail={}, rows={})


def test_no_window_is_written_down_where_nothing_may_be_sent(path: Path) -> None:
    Journal.open(path).close()
    journal = Journal.open(path)

    assert journal.standing is Standing.UNPROVEN
    assert open_checkout(journal, checkout()) is Committed.FAILED
    assert journal.accept("kim")
    assert open_checkout(journal, checkout()) is Committed.YES
    journal.close()


def test_an_older_journal_is_copied_before_it_is_renewed(path: Path) -> None:
    make_older(path)
    Journal.open(path).close()
    [copy] = folder_of(path).iterdir()

    assert copy.name == f"before-version-{journal_schema.VERSION}.db"
    assert verify(copy).code == verify(path).code == INTACT
    with closing(sqlite3.connect(copy)) as reader:
        assert journal_schema.version_of(reader) == 1


def test_a_renewal_that_fails_leaves_the_older_one_whole(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_older(path)

    def full(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE half (x)")
        raise sqlite3.OperationalError

    monkeypatch.setattr(journal_schema, "renew", full)
    journal = Journal.open(path)

    assert journal.standing is Standing.UNUSABLE
    assert journal.latest() == []
    assert not journal._live().in_transaction
    assert journal_schema.version_of(journal._live()) == 1
    journal.close()
    assert verify(path).code == INTACT


def test_an_older_journal_is_renewed_and_keeps_what_it_has(path: Path) -> None:
    make_older(path)
    journal = Journal.open(path)

    assert journal.standing is Standing.UNPROVEN
    assert journal.accept("kim")
    assert journal_schema.version_of(journal._live()) == journal_schema.VERSION
    assert journal.apply(insert(planned())) is Committed.YES
    assert open_checkout(journal, checkout()) is Committed.YES
    kept = journal.kept
    journal.close()
    again = Journal.open(path, kept)
    assert again.standing is Standing.READY
    again.close()
