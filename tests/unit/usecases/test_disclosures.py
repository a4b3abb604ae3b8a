"""What leaves the program is in the chain, without the data; what cannot be written down is not done."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from doubles.keyrings import KeyringInMemory
from portdesk.domain.errors import InputError, StoreUnusableError
from portdesk.domain.ids import ShopId
from portdesk.store.journal import Journal
from portdesk.store.journal_check import Standing
from portdesk.store.journal_head import JournalHead
from portdesk.store.journal_thread import JournalThread
from portdesk.store.secrets import Secrets
from portdesk.usecases import disclosures
from portdesk.usecases.disclosures import Disclosure, Disclosures, operator_name

pytestmark = pytest.mark.anyio

PERSONAL = Disclosure(
    what="payments", rows=3, columns=("at", "buyer_name"), personal=("buyer_name",), form="xlsx", why="tax"
)
MASKED = Disclosure(what="payments", rows=3, columns=("at",), form="csv")


class Place:
    """A shop's journal, opened as often as a test needs."""

    def __init__(self, folder: Path) -> None:
        keyring = KeyringInMemory()
        self.keys = Secrets(lambda: keyring)
        self.head = JournalHead(self.keys, ShopId("f00df00df00d"))
        self.path = folder / "journal.db"
        self.opened: list[JournalThread] = []

    async def open(self) -> Disclosures:
        self.opened.append(await JournalThread.open(self.path, await self.head.load()))
        return Disclosures(self.opened[-1], self.head, "kim")

    async def rows(self) -> list[tuple[str, str, str, object]]:
        rows = await self.opened[-1].run(Journal.audit_rows)
        return [(row.event, row.actor, row.subject, row.detail) for row in rows[1:]]

    async def close(self) -> None:
        for journal in self.opened:
            await journal.close()
        self.keys.close()


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    place = Place(tmp_path)
    yield place
    await place.close()


async def test_an_export_is_in_the_chain_and_in_the_key_store(place: Place) -> None:
    record = await place.open()
    assert await record.export(PERSONAL)
    await record.stopped(PERSONAL)

    detail = {
        "rows": 3,
        "personal": ["buyer_name"],
        "why": "tax",
        "form": "xlsx",
        "columns": ["at", "buyer_name"],
    }
    assert await place.rows() == [
        ("exported", "kim", "payments", detail),
        ("export_stopped", "kim", "payments", detail),
    ]
    kept = await place.head.load()
    assert kept is not None
    assert kept.head.height == 3


async def test_a_masked_one_needs_no_reason_and_a_reveal_always_does(place: Place) -> None:
    record = await place.open()
    assert await record.export(MASKED)
    with pytest.raises(InputError, match="why"):
        await record.export(Disclosure(what="payments", rows=1, personal=("buyer_name",), why=" "))
    with pytest.raises(InputError, match="why"):
        await record.reveal(Disclosure(what="payments", rows=1))
    assert await record.reveal(Disclosure(what="payments", rows=9, personal=("buyer_name",), why="asked"))

    assert [row[0] for row in await place.rows()] == ["exported", "revealed"]
    assert (await place.rows())[1][3] == {"rows": 9, "personal": ["buyer_name"], "why": "asked"}


@pytest.mark.parametrize("why", ["\ud83d half a sign", "\x00\u202e", "x" * 5000])
async def test_whatever_is_typed_as_a_reason_can_be_kept(place: Place, why: str) -> None:
    record = await place.open()
    assert await record.export(Disclosure(what="payments", rows=1, personal=("buyer_tel",), why=why))

    [(_, _, _, detail)] = await place.rows()
    assert isinstance(detail, dict)
    assert 0 < len(detail["why"]) <= disclosures.LONGEST_REASON


async def test_beside_another_program_only_masked_data_leaves(place: Place) -> None:
    await place.open()
    second = await place.open()

    assert "Another Portdesk" in str(second.obstacle)
    assert not await second.export(MASKED)
    with pytest.raises(StoreUnusableError, match="Nothing was exported") as refused:
        await second.export(PERSONAL)
    assert refused.value.advice == second.obstacle
    assert not await second.reveal(Disclosure(what="payments", rows=1, why="asked"))
    assert await place.rows() == []


@pytest.mark.parametrize("content", [b"x" * 200, b"SQLite format 3\0" + b"\0" * 200])
async def test_a_damaged_record_says_what_to_do(place: Place, content: bytes) -> None:
    place.path.write_bytes(content)
    record = await place.open()

    assert "damaged" in str(record.obstacle)
    with pytest.raises(StoreUnusableError):
        await record.export(PERSONAL)


async def test_a_commit_that_fails_refuses_too(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    record = await place.open()
    monkeypatch.setattr(Journal, "record", lambda *_: False)

    assert record.obstacle is None
    with pytest.raises(StoreUnusableError) as refused:
        await record.export(PERSONAL)
    assert "disk" in str(refused.value.advice)


async def test_a_closed_journal_refuses_in_words(place: Place) -> None:
    record = await place.open()
    await place.opened[-1].close()

    with pytest.raises(StoreUnusableError, match="Nothing was exported"):
        await record.export(PERSONAL)
    await record.stopped(PERSONAL)


async def test_the_head_of_an_unproven_journal_is_not_kept(place: Place) -> None:
    record = await place.open()
    await record.export(MASKED)
    before = place.path.read_bytes()
    await record.export(MASKED)
    kept = await place.head.load()
    await place.opened[-1].close()
    place.path.write_bytes(before)

    record = await place.open()
    assert place.opened[-1].standing is Standing.ROLLED_BACK
    assert await record.export(PERSONAL)
    assert await place.head.load() == kept


def test_somebody_always_sits_here(monkeypatch: pytest.MonkeyPatch) -> None:
    assert operator_name()

    def nobody() -> str:
        raise OSError

    monkeypatch.setattr("getpass.getuser", nobody)
    assert operator_name() == "unknown"
