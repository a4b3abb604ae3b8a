"""A shop's refund settings: kept on disk, the limit and the code also in the chain."""

from __future__ import annotations

import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from doubles.keyrings import KeyringInMemory
from portdesk.domain.errors import StoreUnusableError
from portdesk.domain.ids import ShopId
from portdesk.domain.refund_settings import MOST_LATEST, RefundSettings, clean_reasons
from portdesk.store.journal import Journal
from portdesk.store.journal_head import JournalHead
from portdesk.store.journal_thread import JournalThread
from portdesk.store.refund_settings import RefundSettingsFile
from portdesk.store.secrets import Secrets
from portdesk.usecases.refund_settings import RefundChoices

pytestmark = pytest.mark.anyio


class Place:
    def __init__(self, folder: Path, journal: JournalThread, keys: Secrets) -> None:
        self.path = folder / "shop" / "refunds.json"
        self.journal = journal
        self.head = JournalHead(keys, ShopId("f00df00df00d"))

    def choices(self) -> RefundChoices:
        return RefundChoices(RefundSettingsFile(self.path), self.journal, self.head)

    async def written(self) -> list[tuple[str, str, object]]:
        rows = await self.journal.run(Journal.audit_rows)
        return [(row.event, row.actor, row.detail) for row in rows if row.event == "settings"]


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    keyring = KeyringInMemory()
    keys = Secrets(lambda: keyring)
    journal = await JournalThread.open(tmp_path / "journal.db")
    yield Place(tmp_path, journal, keys)
    await journal.close()
    keys.close()


async def test_what_is_kept_is_there_at_the_next_start(place: Place) -> None:
    chosen = RefundSettings(reasons=("단순 변심", "품절"), limit=30_000, with_code=False)
    await place.choices().keep(chosen, "kim")

    assert place.choices().settings == chosen
    assert stat.S_IMODE(place.path.stat().st_mode) == 0o600


async def test_a_raised_limit_is_in_the_chain_with_who_did_it(place: Place) -> None:
    choices = place.choices()
    await choices.keep(RefundSettings(limit=900_000), "kim")
    await choices.keep(RefundSettings(limit=900_000, reasons=("품절",)), "lee")

    detail = {"limit": 900_000, "limit_before": 500_000, "with_code": True, "with_code_before": True}
    assert await place.written() == [("settings", "kim", detail)]


async def test_a_limit_that_cannot_be_written_down_does_not_hold(place: Place) -> None:
    choices = place.choices()
    await place.journal.close()

    with pytest.raises(StoreUnusableError):
        await choices.keep(RefundSettings(limit=900_000), "kim")

    assert choices.settings.limit == place.choices().settings.limit == 500_000


async def test_the_last_reasons_are_remembered_newest_first(place: Place) -> None:
    choices = place.choices()
    for number in range(8):
        await choices.note(f"reason {number}")
    await choices.note("reason 5")
    await choices.keep(RefundSettings(limit=1), "kim")

    assert len(choices.settings.latest) == MOST_LATEST
    assert place.choices().settings.latest[:3] == ("reason 5", "reason 7", "reason 6")
    assert choices.settings.offered(("standard",)) == ("standard", *choices.settings.latest)


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{", '{"limit": -1}', '{"limit": 1e99}', '{"reasons": 5}', '{"with_code": "no"}', "\x00\xff"],
)
async def test_a_broken_file_costs_the_choices_and_asks_the_most(place: Place, content: str) -> None:
    place.path.parent.mkdir()
    place.path.write_text(content, "latin-1")

    assert place.choices().settings == RefundSettings()
    assert [path.name for path in place.path.parent.iterdir()] == ["refunds.json.aside"]


def test_reasons_are_cleaned() -> None:
    told = clean_reasons(("  단순   변심 ", "", "   ", "단순 변심", "a\u202eb", "x" * 500))

    assert told[0] == "단순 변심"
    assert "\u202e" not in told[1]
    assert len(told) == 3
    assert max(map(len, told)) <= 100
