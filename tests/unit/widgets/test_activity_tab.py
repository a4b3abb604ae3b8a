"""The activity tab is a list like any other: it follows, filters and speaks both languages."""

from __future__ import annotations

import asyncio
from array import array

import pytest
from PySide6.QtWidgets import QLabel

from doubles.shop import MemoryShop
from portdesk.domain.messages import Message
from portdesk.domain.sync_log import SyncLogQuery, SyncNote, SyncNoteKind
from portdesk.qt import words
from portdesk.widgets.activity.tab import _KINDS, ActivityTab
from portdesk.widgets.kit import listing
from portdesk.widgets.main_window import MainWindow, Tab
from portdesk.widgets.payments.tab import PaymentsTab
from screen import NOW, eventually

pytestmark = pytest.mark.anyio


@pytest.fixture
async def activity(tab: PaymentsTab, window: MainWindow) -> ActivityTab:
    (activity,) = (page for page in window.tabs if isinstance(page, ActivityTab))
    window.header.tabs.setCurrentIndex(window.tabs.index(activity))
    await eventually(lambda: activity.listing.answers)
    return activity


def cell(activity: ActivityTab, row: int, key: str) -> str:
    model = activity.listing.model
    number = next(n for n, column in enumerate(model.columns) if column.key == key)
    return str(model.index(row, number).data())


async def test_every_kind_has_words_and_a_mark() -> None:
    assert set(_KINDS) == set(SyncNoteKind)


async def test_a_new_note_comes_in_on_top(activity: ActivityTab, shop: MemoryShop) -> None:
    detail = Message("There is no room left on the disk.")
    shop.log.add(SyncNote(at=NOW, kind=SyncNoteKind.CONNECTED))
    shop.log.add(SyncNote(at=NOW, kind=SyncNoteKind.FAILED, detail=detail))
    model = activity.listing.model
    await eventually(lambda: len(model.ids) == 2 and model.row(0) and model.is_settled)

    assert cell(activity, 0, "kind") == "A round failed"
    assert cell(activity, 0, "detail") == "There is no room left on the disk."
    words.set_language("ko")
    assert cell(activity, 0, "kind") == words.tr("A round failed") != "A round failed"


async def test_the_longer_a_look_takes_the_longer_the_next_one_waits(
    activity: ActivityTab, shop: MemoryShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, rests, ended = activity.listing._source, [], asyncio.Event()
    look, sleep = source.ids, asyncio.sleep

    async def look_slowly(query: SyncLogQuery) -> array[int]:
        await sleep(0.2)
        return await look(query)

    async def rest(seconds: float) -> None:
        rests.append(seconds)
        ended.set()
        await sleep(0)

    monkeypatch.setattr(source, "ids", look_slowly)
    monkeypatch.setattr(listing.asyncio, "sleep", rest)
    shop.log.add(SyncNote(at=NOW, kind=SyncNoteKind.CONNECTED))
    await asyncio.wait_for(ended.wait(), 5)

    assert rests[0] >= 4 * 0.2


async def test_kinds_filter(activity: ActivityTab, shop: MemoryShop) -> None:
    activity.listing.bar.restore({"chips": {"kind": ["lost"]}})
    await eventually(lambda: shop.log.asked[-1].kinds == {SyncNoteKind.LOST})


async def test_filters_that_let_nothing_through_say_so(activity: ActivityTab, shop: MemoryShop) -> None:
    assert "Nothing has been noted yet." in sentences(activity)
    shop.log.add(SyncNote(at=NOW, kind=SyncNoteKind.CONNECTED))
    activity.listing.bar.restore({"chips": {"kind": ["lost"]}})
    await eventually(lambda: "Nothing fits the search and the filters." in sentences(activity))

    assert "Nothing has been noted yet." not in sentences(activity)


def sentences(activity: ActivityTab) -> list[str]:
    return [label.text() for label in activity.listing.state.findChildren(QLabel) if label.isVisible()]


async def test_it_is_a_tab_to_the_window(activity: ActivityTab) -> None:
    assert isinstance(activity, Tab)
    activity.restore_layout(activity.layout_state())
