"""The payments tab follows the shop: the list stays in place, the details are those of the chosen row."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from doubles.shop import MemoryShop
from portdesk.api.errors import NoReplyError, TokenError
from portdesk.domain.errors import StoreUnusableError
from portdesk.domain.events import CopyReplaced, PaymentsChanged, SyncFailed, SyncPhase, SyncProgressed
from portdesk.domain.messages import Message
from portdesk.domain.payment_lists import CurrencyTotal, PaymentQuery, PaymentSort
from portdesk.domain.payments import PaymentState
from portdesk.qt.privacy import Privacy
from portdesk.qt.tables import CHUNK
from portdesk.widgets.checkout.beginning import again, register
from portdesk.widgets.kit import listing
from portdesk.widgets.kit.theme import LIGHT
from portdesk.widgets.main_window import MainWindow
from portdesk.widgets.payments.tab import PaymentsTab
from samples.payments import payment
from screen import HeardAlerts, eventually, settled

pytestmark = pytest.mark.anyio

Opener = Callable[..., Awaitable[PaymentsTab]]


@pytest.fixture(autouse=True)
def no_breath(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "_BREATH", 0.001)


@pytest.fixture
def silent_log() -> Iterator[None]:
    logger = logging.getLogger("portdesk.qt.tasks")
    logger.disabled = True
    yield
    logger.disabled = False


async def choose(tab: PaymentsTab, row: int) -> str:
    tab.listing.table.selectRow(row)
    imp_uid = f"imp_{tab.listing.model.ids[row]:012d}"
    await eventually(lambda: shown(tab) == imp_uid)
    return imp_uid


def shown(tab: PaymentsTab) -> str | None:
    return tab.details.payment.imp_uid if tab.details.payment else None


def colours(tab: PaymentsTab) -> set[int]:
    image = tab.listing.table.viewport().grab().toImage()
    return {image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}


def texts(tab: PaymentsTab) -> list[str]:
    return [label.text() for label in tab.findChildren(QLabel) if label.isVisible()]


async def answered(tab: PaymentsTab, before: int) -> None:
    await eventually(lambda: tab.listing.answers > before)


class TestList:
    async def test_newest_first_with_what_they_add_up_to(self, tab: PaymentsTab) -> None:
        assert tab.listing.model.ids[0] == 39
        shown = [text for text in texts(tab) if text.startswith(("40", "paid", "refunded", "net"))]
        assert shown == ["40 payments", "paid ₩1,520,000", "refunded ₩0", "net ₩1,520,000"]

    async def test_an_order_without_a_name_goes_by_its_number(
        self, tab: PaymentsTab, shop: MemoryShop
    ) -> None:
        nameless = payment(40, name=None)
        shop.payments.add(nameless)
        model = tab.listing.model
        await eventually(lambda: len(model.ids) == 41 and model.row(0) and model.is_settled)

        assert model.index(0, 1).data() == nameless.merchant_uid

    async def test_another_filter_is_another_question(self, tab: PaymentsTab, shop: MemoryShop) -> None:
        shop.payments.all[3] = payment(3, status="failed")
        before = tab.listing.answers
        tab.filters.choose_states(PaymentState.FAILED)
        await answered(tab, before)

        assert list(tab.listing.model.ids) == [3]
        assert shop.payments.asked[-1].states == {PaymentState.FAILED}

    async def test_the_first_rows_do_not_wait_for_the_whole_answer(
        self, open_shop: Opener, shop: MemoryShop, privacy: Privacy
    ) -> None:
        privacy.switch(True)
        shop.payments.all = [payment(number) for number in range(CHUNK + 40)]
        tab = await open_shop(shop)
        listing = tab.listing
        await choose(tab, CHUNK + 20)
        exports: list[object] = []
        listing.exporting.ask_where = exports.append  # type: ignore[method-assign,assignment] # opens a dialog

        shop.payments.whole.clear()
        listing.ask_anew()
        await eventually(lambda: len(listing.model.ids) == CHUNK)
        assert listing.model.ids[0] == CHUNK + 39
        listing.export()
        assert not exports, "it would have written the first rows only"

        before = listing.answers
        shop.payments.whole.set()
        await answered(tab, before)
        assert len(listing.model.ids) == CHUNK + 40
        assert listing.table.chosen_rows() == [CHUNK + 20]
        listing.export()
        assert exports

    async def test_the_sums_of_an_earlier_question_never_stand_over_a_newer_answer(
        self, open_shop: Opener, shop: MemoryShop
    ) -> None:
        shop.payments.all = [payment(number) for number in range(CHUNK + 40)]
        tab = await open_shop(shop)
        shown = tab.filters.totals
        assert "net" in shown.text()

        told: list[str] = []
        tab.listing.counted.connect(lambda _: told.append(shown.text()))
        shop.payments.whole.clear()
        tab.listing.ask_anew()
        await eventually(lambda: len(told) == 2)
        assert told == ["counting…", "296 payments"]
        await eventually(tab.listing.working.isVisible)

        before = tab.listing.answers
        shop.payments.whole.set()
        await answered(tab, before)
        assert "net" in shown.text()
        await eventually(lambda: not tab.listing.working.isVisible())

    async def test_sums_that_come_late_do_not_stand_over_another_question(
        self, tab: PaymentsTab, shop: MemoryShop
    ) -> None:
        shop.payments.all[3] = payment(3, status="failed")
        shop.payments.adding.clear()
        shop.payments.add(payment(40))  # the list follows, and waits for what it comes to now
        await eventually(lambda: len(tab.listing.model.ids) == 41)
        tab.filters.choose_states(PaymentState.FAILED)
        await eventually(lambda: list(tab.listing.model.ids) == [3])
        told = tab.filters.totals.text()

        before = tab.listing.answers
        shop.payments.adding.set()
        await eventually(lambda: tab.listing.answers > before)

        assert told == "1 payment"
        assert tab.filters.totals.text() == "1 payment   paid ₩38,000   refunded ₩0   net ₩38,000"

    async def test_a_question_left_for_a_shorter_one_lets_that_be_exported(
        self, open_shop: Opener, shop: MemoryShop, privacy: Privacy
    ) -> None:
        privacy.switch(True)
        shop.payments.all = [payment(number) for number in range(CHUNK + 40)]
        shop.payments.all[3] = payment(3, status="failed")
        tab = await open_shop(shop)
        exports: list[object] = []
        tab.listing.exporting.ask_where = exports.append  # type: ignore[method-assign,assignment] # opens a dialog
        shop.payments.whole.clear()
        tab.listing.ask_anew()
        await eventually(lambda: len(tab.listing.model.ids) == CHUNK)

        before = tab.listing.answers
        tab.filters.choose_states(PaymentState.FAILED)
        await answered(tab, before)
        tab.listing.export()

        assert exports

    async def test_sorting_is_another_question(self, tab: PaymentsTab, shop: MemoryShop) -> None:
        before = tab.listing.answers
        tab.listing.table.sort_asked.emit(4, True)
        await answered(tab, before)

        assert (shop.payments.asked[-1].sort, shop.payments.asked[-1].descending) == (
            PaymentSort.AMOUNT,
            True,
        )

    async def test_the_chosen_row_survives_another_order(self, tab: PaymentsTab) -> None:
        imp_uid = await choose(tab, 5)
        before = tab.listing.answers
        tab.listing.table.sort_asked.emit(0, False)
        await answered(tab, before)
        await settled()

        assert shown(tab) == imp_uid
        assert tab.listing.table.chosen_rows() == [34]

    async def test_the_details_go_when_the_row_is_filtered_out(self, tab: PaymentsTab) -> None:
        await choose(tab, 5)
        tab.filters.choose_states(PaymentState.FAILED)
        await eventually(lambda: tab.details.payment is None)


class TestStopping:
    @pytest.fixture
    async def long(self, open_shop: Opener, shop: MemoryShop) -> PaymentsTab:
        """A list whose beginning comes before its rest, which is held back from now on."""
        shop.payments.all = [payment(number) for number in range(CHUNK + 40)]
        tab = await open_shop(shop)
        await eventually(lambda: "net" in tab.filters.totals.text())
        shop.payments.whole.clear()
        return tab

    def click(self, tab: PaymentsTab, key: str) -> None:
        number = [column.key for column in tab.listing.model.columns].index(key)
        tab.listing.table.horizontalHeader().sectionClicked.emit(number)

    async def sort(self, tab: PaymentsTab, key: str) -> None:
        before = tab.listing.model.ids
        self.click(tab, key)
        await eventually(lambda: tab.listing.model.ids is not before)
        assert len(tab.listing.model.ids) == CHUNK

    def head(self, tab: PaymentsTab) -> tuple[int, Qt.SortOrder]:
        across = tab.listing.table.horizontalHeader()
        return across.sortIndicatorSection(), across.sortIndicatorOrder()

    async def test_escape_puts_everything_back(
        self, long: PaymentsTab, shop: MemoryShop, qtbot: QtBot
    ) -> None:
        listing = long.listing
        imp_uid = await choose(long, 120)
        listing.table.verticalScrollBar().setValue(110)
        before, head, sums = list(listing.model.ids), self.head(long), long.filters.totals.text()
        await self.sort(long, "name")
        await eventually(listing.stopping.isVisible)
        assert "Sorting…" in texts(long)
        assert self.head(long) != head

        listing.table.setFocus()
        answers = listing.answers
        qtbot.keyClick(listing.table, Qt.Key.Key_Escape)
        assert list(listing.model.ids) == before
        assert self.head(long) == head
        assert listing.table.verticalScrollBar().value() == 110
        assert "Sorting was stopped; the list is as it was." in texts(long)
        await answered(long, answers)
        assert shown(long) == imp_uid
        assert listing.table.chosen_rows() == [120]
        assert long.filters.totals.text() == sums
        assert listing._query() == shop.payments.asked[0]
        assert not listing.working.isVisible()
        assert listing.stopping.isVisible(), "the sentence stays when the line goes"
        listing.stopping.button.click()
        assert not listing.stopping.isVisible()

        exports: list[object] = []
        listing.exporting.ask_where = exports.append  # type: ignore[method-assign,assignment] # opens a dialog
        listing._disclosing.ask = lambda *_, **__: exports.append(1)  # type: ignore[method-assign] # so does this
        listing.export()
        assert exports

    async def test_the_button_gives_the_filters_back_too(self, long: PaymentsTab, shop: MemoryShop) -> None:
        listing = long.listing
        shop.payments.first.clear()
        long.filters.search.setText("민수")
        long.filters.choose_states(PaymentState.PAID)
        await eventually(listing.stopping.isVisible)
        assert "Looking…" in texts(long)
        assert len(listing.model.ids) == CHUNK + 40, "nothing of another answer is there yet"

        listing.stopping.button.click()
        assert long.filters.is_clear
        assert "The search was stopped; the list is as it was." in texts(long)
        assert listing.table.hasFocus()
        asked = len(shop.payments.asked)
        await eventually(lambda: not listing.working.isVisible())
        assert len(listing.model.ids) == CHUNK + 40
        assert len(shop.payments.asked) == asked, "to go back nothing is asked"

    async def test_it_goes_back_to_the_last_whole_answer(self, long: PaymentsTab, shop: MemoryShop) -> None:
        imp_uid = await choose(long, 20)
        long.listing.table.verticalScrollBar().setValue(5)
        top = long.listing.table.verticalScrollBar().value()
        before, head = list(long.listing.model.ids), self.head(long)
        for key in ("amount", "name", "amount"):
            await self.sort(long, key)
        long.listing.stop()
        assert (list(long.listing.model.ids), self.head(long)) == (before, head)
        assert long.listing.table.chosen_rows() == [20], "it was not among the first rows of the others"
        assert long.listing.table.verticalScrollBar().value() == top
        await eventually(lambda: shown(long) == imp_uid)
        assert long.listing.stopping.isVisible()

        shop.payments.whole.set()
        answers = long.listing.answers
        self.click(long, "amount")
        await answered(long, answers)
        assert len(long.listing.model.ids) == CHUNK + 40
        assert self.head(long) != head
        assert not long.listing.stopping.isVisible(), "another answer takes the sentence away"

    async def test_what_was_written_meanwhile_is_seen_afterwards(
        self, long: PaymentsTab, shop: MemoryShop
    ) -> None:
        await self.sort(long, "amount")
        shop.payments.add(payment(CHUNK + 40))
        long.listing.stop()
        shop.payments.whole.set()
        await eventually(lambda: len(long.listing.model.ids) == CHUNK + 41)
        assert long.listing.model.ids[0] == CHUNK + 40

    async def test_nothing_can_be_stopped_once_the_answer_is_there(
        self, tab: PaymentsTab, shop: MemoryShop
    ) -> None:
        shop.payments.adding.clear()
        before = len(shop.payments.asked)
        tab.filters.choose_states(PaymentState.PAID)
        await eventually(tab.listing.working.isVisible)
        assert not tab.listing.stopping.isVisible()
        tab.listing.stop()
        assert not tab.filters.is_clear
        assert len(shop.payments.asked) > before
        answers = tab.listing.answers
        shop.payments.adding.set()
        await answered(tab, answers)

    async def test_sums_of_a_look_at_what_changed_hold_no_question_up(
        self, tab: PaymentsTab, shop: MemoryShop
    ) -> None:
        given_up = asyncio.Event()
        held = shop.payments.adding
        held.clear()
        add_up = shop.payments.totals

        async def totals(query: PaymentQuery) -> list[CurrencyTotal]:
            try:
                return await add_up(query)
            except asyncio.CancelledError:
                given_up.set()
                raise

        shop.payments.totals = totals  # type: ignore[method-assign] # watches the real one
        shop.payments.add(payment(40))
        await eventually(lambda: len(tab.listing.model.ids) == 41)
        tab.filters.choose_states(PaymentState.PAID)
        async with asyncio.timeout(5):
            await given_up.wait()
        answers = tab.listing.answers
        held.set()
        await answered(tab, answers)


class TestFollowing:
    async def test_new_rows_come_in_and_the_choice_stays(self, tab: PaymentsTab, shop: MemoryShop) -> None:
        imp_uid = await choose(tab, 5)
        shop.payments.add(payment(40), payment(41))
        await eventually(lambda: len(tab.listing.model.ids) == 42)

        assert tab.listing.table.chosen_rows() == [7]
        assert shown(tab) == imp_uid

    async def test_the_place_in_the_list_stays(self, tab: PaymentsTab, shop: MemoryShop) -> None:
        table = tab.listing.table
        table.verticalScrollBar().setValue(10)
        top = tab.listing.model.ids[table.rowAt(0)]
        shop.payments.add(*(payment(number) for number in range(40, 60)))
        await eventually(lambda: len(tab.listing.model.ids) == 60)

        assert tab.listing.model.ids[table.rowAt(0)] == top

    async def test_new_rows_above_announce_themselves(self, tab: PaymentsTab, shop: MemoryShop) -> None:
        table, news = tab.listing.table, tab.listing.news
        shop.payments.add(payment(40))
        await eventually(lambda: len(tab.listing.model.ids) == 41)
        assert not news.isVisible(), "at the top they are seen anyway"

        table.verticalScrollBar().setValue(10)
        shop.payments.add(payment(41), payment(42))
        await eventually(news.isVisible)
        assert news.text() == "↑ 2 new"

        news.click()
        assert table.verticalScrollBar().value() == 0
        assert not news.isVisible()

    async def test_somebody_about_to_do_something_at_the_top_keeps_their_row(
        self, tab: PaymentsTab, shop: MemoryShop
    ) -> None:
        table, model = tab.listing.table, tab.listing.model
        await choose(tab, 2)
        place = table.visualRect(model.index(2, 0)).center()
        before = model.ids[table.rowAt(place.y())]
        shop.payments.add(payment(40), payment(41))
        await eventually(tab.listing.news.isVisible)

        assert tab.listing.news.text() == "↑ 2 new"
        assert model.ids[table.rowAt(place.y())] == before, "it moved away from under the hand"

        table.setFocus()
        QTest.keyClick(table, Qt.Key.Key_Home)
        assert table.currentIndex().row() == 0
        assert not tab.listing.news.isVisible()
        QTest.keyClick(table, Qt.Key.Key_End)
        assert table.currentIndex().row() == 41

    async def test_new_rows_in_sight_stand_out_for_a_moment(self, tab: PaymentsTab, shop: MemoryShop) -> None:
        ink = QColor(LIGHT.fresh).rgb()
        assert ink not in colours(tab)
        shop.payments.add(payment(40))
        await eventually(lambda: ink in colours(tab))
        tab.listing.table._fading.timeout.emit()

        assert ink not in colours(tab)

    async def test_the_chosen_row_is_seen_to_be_chosen_even_then(
        self, tab: PaymentsTab, shop: MemoryShop
    ) -> None:
        await choose(tab, 3)
        tab.listing.table.highlight([36])

        assert QColor(LIGHT.fresh).rgb() not in colours(tab)
        assert QColor(LIGHT.selection).rgb() in colours(tab)

    async def test_a_row_that_changes_stands_out_where_it_is(
        self, tab: PaymentsTab, shop: MemoryShop
    ) -> None:
        table = tab.listing.table
        await eventually(lambda: tab.listing.model.row(3) and tab.listing.model.is_settled)
        shop.payments.change(payment(36, status="cancelled", cancel_amount=5000))
        await eventually(lambda: table._fresh)

        assert table._fresh == {36}
        assert table.verticalScrollBar().value() == 0

    async def test_a_search_makes_nothing_stand_out(self, tab: PaymentsTab, shop: MemoryShop) -> None:
        await eventually(lambda: tab.listing.model.row(3) and tab.listing.model.is_settled)
        shop.payments.all[36] = payment(36, status="cancelled", cancel_amount=5000)
        before = tab.listing.answers
        tab.filters.choose_states(PaymentState.PARTLY_RETURNED)
        await answered(tab, before)
        await eventually(lambda: tab.listing.model.row(0) and tab.listing.model.is_settled)

        assert tab.listing.table._fresh == set()

    async def test_the_details_follow_their_payment(self, tab: PaymentsTab, shop: MemoryShop) -> None:
        await choose(tab, 5)
        shop.payments.change(payment(34, status="cancelled", cancel_amount=5000))
        await eventually(lambda: "Remaining ₩33,000" in texts(tab))

        shop.payments.all[34] = payment(34, status="cancelled", cancel_amount=6000)
        shop.bus.publish(PaymentsChanged())
        await eventually(lambda: "Remaining ₩32,000" in texts(tab))

    async def test_many_changes_are_one_look(self, tab: PaymentsTab, shop: MemoryShop) -> None:
        before = len(shop.payments.asked)
        for _ in range(100):
            shop.bus.publish(PaymentsChanged())
        await eventually(lambda: not tab.listing._tasks.is_running("follow"))

        assert len(shop.payments.asked) - before <= 2

    @pytest.mark.usefixtures("silent_log")
    async def test_a_failed_look_does_not_end_following(
        self, tab: PaymentsTab, shop: MemoryShop, alerts: HeardAlerts
    ) -> None:
        shop.payments.error = StoreUnusableError(Message("The disk is full."))
        shop.payments.add(payment(40))
        await eventually(lambda: shop.payments.error is None)
        await settled()
        assert [alert.text for alert in alerts.take()] == [Message("The disk is full.")]

        shop.payments.add(payment(41))
        await eventually(lambda: len(tab.listing.model.ids) == 42)

    async def test_a_replaced_file_leaves_nothing_of_the_one_before(
        self, tab: PaymentsTab, shop: MemoryShop
    ) -> None:
        """The ids of its rows stand for other payments now."""
        await choose(tab, 3)
        before = tab.listing.answers
        shop.payments.all = [payment(100 + number) for number in range(5)]
        shop.bus.publish(CopyReplaced())
        assert shown(tab) is None
        assert tab.listing.is_empty
        await answered(tab, before)
        await eventually(lambda: tab.listing.model.row(0))
        assert tab.listing.model.row(0).imp_uid == payment(104).imp_uid
        assert tab.listing.table.chosen_rows() == []

    async def test_a_choice_is_not_undone_by_a_change_that_comes_meanwhile(
        self, tab: PaymentsTab, shop: MemoryShop
    ) -> None:
        await choose(tab, 5)
        shop.payments.gate.clear()
        tab.listing.table.selectRow(6)
        await settled()
        shop.bus.publish(PaymentsChanged())
        await settled()
        shop.payments.gate.set()

        await eventually(lambda: shown(tab) == "imp_000000000033")
        await settled()
        assert shown(tab) == "imp_000000000033"


async def test_the_tab_key_goes_as_the_eye_does(tab: PaymentsTab, window: MainWindow) -> None:
    tab.filters.search.setText(">30000 insu")
    await choose(tab, 2)
    window.activateWindow()
    tab.filters.search.setFocus()
    seen = []
    for _ in range(40):
        here = QApplication.focusWidget()
        assert here is not None
        if seen and here is tab.filters.search:
            break
        seen.append(here.accessibleName() or here.text())
        QTest.keyClick(here, Qt.Key.Key_Tab)

    assert all(seen), "everything that can be reached says what it is"
    assert seen[: seen.index("Payments") + 1] == [
        "Search", "Period: all", "Dates of: payment", "State: all", "Channel: all",
        "Refund several…", "Export…", "Views", "Clear",
        "Search without Amount > 30,000", "Search without “insu”", "All sums", "Payments",
    ]  # fmt: skip
    details = seen[seen.index("Payments") + 1 :]
    assert details[:5] == ["More with this payment", "Refund…", "Read again", "Receipt", "Copy imp_uid"]


class TestReadAgain:
    async def test_by_button_and_key(self, tab: PaymentsTab, shop: MemoryShop, qtbot: QtBot) -> None:
        imp_uid = await choose(tab, 5)
        (button,) = (each for each in tab.findChildren(QPushButton) if each.text() == "Read again")
        button.click()
        await eventually(lambda: tab.details.readings == 1)
        tab.window().activateWindow()
        tab.listing.table.setFocus()
        qtbot.keyClick(tab.listing.table, Qt.Key.Key_F5)
        await eventually(lambda: tab.details.readings == 2)

        assert shop.payments.read == [imp_uid, imp_uid]

    async def test_without_a_choice_nothing_is_asked(self, tab: PaymentsTab, shop: MemoryShop) -> None:
        tab._on_read_again()
        await settled()

        assert shop.payments.read == []

    async def test_a_late_answer_does_not_take_the_place_of_another_payment(
        self, tab: PaymentsTab, shop: MemoryShop
    ) -> None:
        await choose(tab, 5)
        shop.payments.server.clear()
        tab._on_read_again()
        await eventually(lambda: shop.payments.read)
        await choose(tab, 6)
        shop.payments.server.set()
        await eventually(lambda: tab.details.readings == 1)
        await settled()

        assert shown(tab) == "imp_000000000033"

    @pytest.mark.usefixtures("silent_log")
    async def test_a_failure_is_told_and_the_payment_stays(
        self, tab: PaymentsTab, shop: MemoryShop, alerts: HeardAlerts, window: MainWindow
    ) -> None:
        imp_uid = await choose(tab, 5)
        shop.payments.error = NoReplyError("GET /payments/{imp_uid}")
        tab._on_read_again()
        await eventually(lambda: tab.details.readings == 1)

        assert alerts.take()[0].text == NoReplyError.words
        assert window.banner.isVisible()
        assert shown(tab) == imp_uid


class TestStates:
    @pytest.fixture
    async def empty(self, shop: MemoryShop, tab: PaymentsTab) -> PaymentsTab:
        shop.payments.all.clear()
        before = tab.listing.answers
        tab.listing.ask_anew()
        await answered(tab, before)
        return tab

    @pytest.mark.parametrize(
        ("progress", "sentence"),
        [
            (SyncProgressed(phase=SyncPhase.RECENT), "Fetching the newest payments…"),
            (SyncProgressed(phase=SyncPhase.HISTORY, done=0.5), "Fetching the newest payments…"),
            (SyncProgressed(phase=SyncPhase.WAITING), "The server cannot be reached. Nothing has been"),
            (SyncProgressed(phase=SyncPhase.OFFLINE), "Nothing was fetched before, and this window works"),
            (SyncProgressed(phase=SyncPhase.PAUSED), "Fetching is paused and nothing has been fetched yet."),
            (SyncProgressed(phase=SyncPhase.IDLE, is_complete=True), "This shop has no payments yet."),
        ],
        ids=lambda value: value.phase.value if isinstance(value, SyncProgressed) else "",
    )
    async def test_an_empty_list_says_why(
        self, empty: PaymentsTab, shop: MemoryShop, progress: SyncProgressed, sentence: str
    ) -> None:
        shop.bus.publish(progress)

        assert any(text.startswith(sentence) for text in texts(empty))
        assert not empty.listing.table.isVisible()

    async def test_an_empty_list_names_the_trouble(self, empty: PaymentsTab, shop: MemoryShop) -> None:
        shop.bus.publish(SyncFailed(TokenError("POST /users/getToken")))
        shop.bus.publish(SyncProgressed(phase=SyncPhase.WAITING))

        sentence = "PortOne did not accept the shop's keys. Nothing has been fetched yet."
        assert sentence in texts(empty)

    async def test_filters_that_let_nothing_through_offer_to_go(self, tab: PaymentsTab) -> None:
        tab.filters.choose_states(PaymentState.FAILED)
        await eventually(lambda: "Nothing fits the search and the filters." in texts(tab))
        (button,) = (each for each in tab.findChildren(QPushButton) if each.text() == "Show everything")
        button.click()

        await eventually(lambda: len(tab.listing.model.ids) == 40)
        assert tab.listing.table.isVisible()
        assert tab.filters.is_clear

    async def test_the_first_rows_take_the_place_of_the_sentence(
        self, empty: PaymentsTab, shop: MemoryShop
    ) -> None:
        shop.payments.add(payment(0))
        await eventually(empty.listing.table.isVisible)


async def test_the_privacy_mode_covers_the_table(tab: PaymentsTab, privacy: Privacy) -> None:
    model, buyer = tab.listing.model, 2
    tab.listing.table.viewport().repaint()
    await eventually(lambda: model.data(model.index(0, buyer), Qt.ItemDataRole.DisplayRole) == "김민수")

    privacy.switch(True)

    assert model.data(model.index(0, buyer), Qt.ItemDataRole.DisplayRole) == "김*수"
    exact = " ".join(model.exact_text(column, model.row(0)) for column in model.columns)
    assert "1234-5678" not in exact
    assert "4092020000001234" not in exact


async def test_a_card_number_is_never_whole_in_a_tip(tab: PaymentsTab) -> None:
    model = tab.listing.model
    await eventually(lambda: model.row(0) is not None)

    assert "4092020000001234" not in " ".join(
        model.exact_text(column, model.row(0)) for column in model.columns
    )


async def test_layout_and_divider_are_remembered(
    tab: PaymentsTab, window: MainWindow, shop: MemoryShop, open_shop: Opener
) -> None:
    tab.listing.table.setColumnWidth(2, 133)
    tab.listing._splitter.setSizes([700, 600])
    remembered = window.layouts()
    assert remembered.keys() == {"payments", "refunds", "activity"}

    await window.close_shop()
    again = await open_shop(shop, remembered)

    assert again.listing.table.columnWidth(2) == 133
    assert again.layout_state()["divider"] == pytest.approx(remembered["payments"]["divider"], abs=2)


@pytest.mark.parametrize(
    "state", [{}, {"columns": 5, "divider": "x"}, {"divider": [0, -5]}, {"divider": [1, 2, 3]}]
)
async def test_a_damaged_layout_is_passed_over(tab: PaymentsTab, state: dict[str, object]) -> None:
    before = tab.layout_state()
    tab.restore_layout(state)

    assert tab.layout_state() == before


async def test_closing_the_shop_stops_everything(
    tab: PaymentsTab, window: MainWindow, shop: MemoryShop
) -> None:
    await choose(tab, 3)
    shop.payments.gate.clear()
    shop.payments.server.clear()
    tab._on_read_again()
    shop.payments.add(payment(40))
    await settled()

    await window.close_shop()
    await settled()

    names = {task.get_name() for task in asyncio.all_tasks()}
    assert not names & {"ask", "follow", "fetch", "details", "read again", "choose", "copy"}
    shop.bus.publish(PaymentsChanged())
    assert window.windowTitle() == "Portdesk"


class TestSeveral:
    @pytest.fixture
    def asked(self, tab: PaymentsTab) -> list[list[str]]:
        asked: list[list[str]] = []
        tab._refund_many = lambda chosen, _parent: asked.append(list(chosen))
        return asked

    async def choose_three(self, tab: PaymentsTab) -> list[str]:
        table = tab.listing.table
        table.setFocus()
        table.setCurrentIndex(tab.listing.model.index(2, 0))
        for _ in range(2):
            QTest.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
        rows = [await tab.listing.model.loaded_row(number) for number in (2, 3, 4)]
        return [row.imp_uid for row in rows if row]

    async def test_the_chosen_rows_are_handed_over_by_a_button(
        self, tab: PaymentsTab, asked: list[list[str]]
    ) -> None:
        chosen = await self.choose_three(tab)
        tab.several.click()
        await eventually(lambda: asked)

        assert asked == [chosen]

    @pytest.mark.parametrize("keys", ["Ctrl+R", "Ctrl+Shift+R"])
    async def test_and_by_the_keyboard(
        self, tab: PaymentsTab, asked: list[list[str]], window: MainWindow, keys: str
    ) -> None:
        chosen = await self.choose_three(tab)
        window.activateWindow()
        QTest.keySequence(tab.listing.table, QKeySequence(keys))
        await eventually(lambda: asked)

        assert asked == [chosen]

    async def test_and_by_the_menu_of_a_row(self, tab: PaymentsTab, asked: list[list[str]]) -> None:
        await self.choose_three(tab)
        menu = QMenu()
        tab.listing.table.menu_asked.emit(3, menu)
        (action,) = (action for action in menu.actions() if "3 chosen" in action.text())
        action.trigger()
        await eventually(lambda: asked)
        menu.deleteLater()

        assert len(asked[0]) == 3

    async def test_one_row_or_none_leads_to_a_file(self, tab: PaymentsTab, asked: list[list[str]]) -> None:
        await choose(tab, 5)
        tab.several.click()
        await eventually(lambda: asked)

        assert asked == [[]]

    async def test_too_many_rows_are_refused_in_words(
        self, tab: PaymentsTab, alerts: HeardAlerts, asked: list[list[str]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("portdesk.widgets.payments.tab.MOST_ROWS", 2)
        await self.choose_three(tab)
        tab.several.click()
        await eventually(lambda: alerts._heard)

        assert "At most 2 payments" in str(alerts.take()[0].text)
        assert asked == []


class TestPayingAgain:
    async def test_the_payment_that_is_open_is_begun_from(self, tab: PaymentsTab, shop: MemoryShop) -> None:
        await choose(tab, 0)
        await eventually(lambda: tab.details.payment)
        chosen = tab.details.payment
        assert chosen is not None

        tab.details.again.trigger()
        tab.details.card.trigger()

        assert shop.begun == [again(chosen), register(chosen)]
