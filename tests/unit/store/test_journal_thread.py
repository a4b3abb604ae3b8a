from __future__ import annotations

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest

from doubles.keyrings import KeyringInMemory
from portdesk.domain.errors import StoreUnusableError
from portdesk.domain.ids import ShopId
from portdesk.ledger.audit import Head
from portdesk.ledger.steps import Committed
from portdesk.store.journal import Journal
from portdesk.store.journal_check import Kept, Standing
from portdesk.store.journal_head import JournalHead
from portdesk.store.journal_thread import JournalThread
from portdesk.store.secrets import Secrets
from samples.instructions import insert, planned, seen

pytestmark = pytest.mark.anyio

SHOP = ShopId("f00df00df00d")
KEPT = Kept(journal="j", head=Head(3, "ab"))


async def test_it_works_in_a_thread_of_its_own(tmp_path: Path) -> None:
    journal = await JournalThread.open(tmp_path / "journal.db")
    name = await journal.run(lambda _journal: threading.current_thread().name)

    assert name.startswith("journal")
    assert (journal.standing, journal.may_write, journal.may_send) == (Standing.READY, True, True)
    assert await journal.apply(insert(planned())) is Committed.YES
    await journal.close()


async def test_a_commit_that_has_begun_is_finished_whoever_waits(tmp_path: Path) -> None:
    journal = await JournalThread.open(tmp_path / "journal.db")
    held, go = threading.Event(), threading.Event()

    def slowly(real: Journal) -> Committed:
        held.set()
        go.wait(10)
        return real.apply(insert(planned()))

    task = asyncio.get_running_loop().create_task(journal.run(slowly))
    await asyncio.to_thread(held.wait, 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go.set()

    assert await journal.run(Journal.find, "op-1")
    await journal.close()


async def test_errors_of_the_file_are_said_in_words(tmp_path: Path) -> None:
    journal = await JournalThread.open(tmp_path / "journal.db")

    def fail(code: int | None) -> None:
        error = sqlite3.OperationalError("made up")
        if code is not None:
            error.sqlite_errorcode = code
        raise error

    for code, words in ((sqlite3.SQLITE_FULL, "no room"), (None, "damaged")):
        with pytest.raises(StoreUnusableError, match=words):
            await journal.run(lambda _journal, code=code: fail(code))
    await journal.close()


async def test_a_row_that_cannot_be_read_is_said_in_words(tmp_path: Path) -> None:
    journal = await JournalThread.open(tmp_path / "journal.db")
    await journal.apply(insert(planned()))
    await journal.run(lambda real: real._live().execute("DROP TRIGGER instructions_frozen"))
    await journal.run(lambda real: real._live().execute("UPDATE instructions SET snapshot = 'x'"))

    with pytest.raises(StoreUnusableError, match="damaged"):
        await journal.run(Journal.checking)
    assert not journal.may_write
    await journal.close()


async def test_a_closed_one_says_so(tmp_path: Path) -> None:
    journal = await JournalThread.open(tmp_path / "journal.db")
    await journal.close()
    await journal.close()

    with pytest.raises(StoreUnusableError, match="closed"):
        await journal.run(Journal.latest)


class TestHead:
    async def test_it_is_kept_in_the_key_store(self) -> None:
        keyring = KeyringInMemory()
        keys = Secrets(lambda: keyring)
        head = JournalHead(keys, SHOP)

        assert await head.load() is None
        assert head.is_kept
        await head.save(KEPT)
        assert await JournalHead(keys, SHOP).load() == KEPT
        assert await JournalHead(keys, ShopId("other")).load() is None
        keys.close()

    async def test_a_key_store_that_refuses_costs_the_proof_alone(self) -> None:
        keyring = KeyringInMemory()
        keys = Secrets(lambda: keyring)
        head = JournalHead(keys, SHOP)
        await head.save(KEPT)
        keyring.is_locked = True

        assert await head.load() is None
        assert not head.is_kept
        head.is_kept = True
        await head.save(KEPT)
        assert not head.is_kept
        keys.close()

    async def test_it_follows_a_journal_that_is_trusted_and_no_other(self, tmp_path: Path) -> None:
        keyring = KeyringInMemory()
        keys = Secrets(lambda: keyring)
        head = JournalHead(keys, SHOP)
        for trusted in (True, False):
            journal = await JournalThread.open(tmp_path / "journal.db", None if trusted else KEPT)
            await journal.apply(insert(planned(f"op-{trusted}", seen(subject=f"imp_{trusted}"))))
            await head.follow(journal)

            kept = await head.load()
            assert kept is not None
            assert kept.head.height == 2
            await journal.close()
        keys.close()

    async def test_a_key_store_that_never_answers_holds_nothing_up(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It asks the person to unlock it, who is not there; a refund is waiting meanwhile."""
        keyring, unlocked = KeyringInMemory(), threading.Event()
        monkeypatch.setattr(keyring, "_ask", lambda: unlocked.wait(10))
        keys = Secrets(lambda: keyring)
        head = JournalHead(keys, SHOP)
        head.is_kept = True
        with monkeypatch.context() as patch:
            patch.setattr("portdesk.store.journal_head.PATIENCE", 0.02)
            await head.save(KEPT)
        assert not head.is_kept

        unlocked.set()
        await head.save(Kept(journal="j", head=Head(4, "cd")))
        assert head.is_kept
        kept = await head.load()
        assert kept is not None
        assert kept.head.height == 4
        keys.close()

    async def test_nonsense_in_the_key_store_proves_nothing(self) -> None:
        keyring = KeyringInMemory()
        keys = Secrets(lambda: keyring)
        await keys.keep(SHOP, "journal", "{")

        assert await JournalHead(keys, SHOP).load() is None
        keys.close()
