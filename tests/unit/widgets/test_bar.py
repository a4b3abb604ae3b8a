"""Searching, saved views, finding similar ones and exporting, as a person does it in the payments tab."""

from __future__ import annotations

import sys
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QColor, QContextMenuEvent, QDesktopServices, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPushButton, QToolButton, QWidgetAction
from python_calamine import CalamineWorkbook

from doubles.shop import MemoryShop
from portdesk.domain.payment_lists import PaymentRow
from portdesk.domain.payments import PaymentState
from portdesk.domain.search_terms import TermKind
from portdesk.qt.privacy import Privacy
from portdesk.widgets.kit.arranging import ArrangeDialog
from portdesk.widgets.kit.exporting import Sheet
from portdesk.widgets.kit.theme import LIGHT
from portdesk.widgets.main_window import MainWindow
from portdesk.widgets.payments.filters import READY_VIEWS
from portdesk.widgets.payments.tab import PaymentsTab
from samples.payments import payment
from screen import NOW, HeardAlerts, eventually, settled

pytestmark = pytest.mark.anyio


async def search(tab: PaymentsTab, text: str) -> None:
    before = tab.listing.answers
    tab.filters.search.setFocus()
    QTest.keyClicks(tab.filters.search, text)
    await eventually(lambda: tab.listing.answers > before)


def chips(tab: PaymentsTab) -> list[QToolButton]:
    return [chip for chip in tab.filters.parts.findChildren(QToolButton) if chip.isVisibleTo(tab)]


def colours(tab: PaymentsTab) -> set[int]:
    """Every colour the list is drawn in."""
    image = tab.listing.table.viewport().grab().toImage()
    return {image.pixel(x, y) for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)}


def entries(menu: QMenu) -> dict[str, object]:
    menu.aboutToShow.emit()
    return {action.text(): action for action in menu.actions() if action.text()}


class TestSearch:
    async def test_what_is_typed_becomes_terms_of_the_query(self, tab: PaymentsTab, shop: MemoryShop) -> None:
        await search(tab, ">30000 insu")

        terms = shop.payments.asked[-1].terms
        assert [term.kind for term in terms] == [TermKind.AMOUNT, TermKind.WORDS]
        assert len(chips(tab)) == 2

    async def test_a_chip_takes_its_part_out_of_the_text(self, tab: PaymentsTab, shop: MemoryShop) -> None:
        await search(tab, ">30000 insu")
        before = tab.listing.answers

        chips(tab)[0].click()
        await eventually(lambda: tab.listing.answers > before)

        assert tab.filters.search.text() == "insu"
        assert [term.kind for term in shop.payments.asked[-1].terms] == [TermKind.WORDS]

    async def test_escape_empties_it_and_down_goes_to_the_list(self, tab: PaymentsTab) -> None:
        await search(tab, "insu")

        QTest.keyClick(tab.filters.search, Qt.Key.Key_Escape)
        assert tab.filters.search.text() == ""
        assert tab.filters.is_clear

        left: list[int] = []
        tab.filters.left.connect(lambda: left.append(1))
        QTest.keyClick(tab.filters.search, Qt.Key.Key_Down)
        assert left == [1]

    async def test_the_words_are_marked_in_the_rows(self, tab: PaymentsTab) -> None:
        ink = QColor(LIGHT.match).rgb()
        assert ink not in colours(tab)
        before = tab.listing.answers
        tab.filters.search.setText("ㅁㅅ")
        await eventually(lambda: tab.listing.answers > before)
        await eventually(lambda: tab.listing.model.is_settled and tab.listing.model.row(0))

        assert ink in colours(tab)

    async def test_a_slower_older_question_never_overwrites_a_newer_one(
        self, tab: PaymentsTab, shop: MemoryShop
    ) -> None:
        tab.filters.search.setText("older")
        tab.filters.search.setText("newer")
        before = tab.listing.answers
        await eventually(lambda: tab.listing.answers > before)

        assert shop.payments.asked[-1].terms[0].words == ("newer",)
        assert tab.listing.answers == before + 1

    async def test_many_parts_go_on_in_another_line(self, tab: PaymentsTab, window: MainWindow) -> None:
        window.resize(900, 600)
        tab.filters.search.setText("김 이 박 최 정 10월 카드 >30000 <900000 토스 오늘의 꽃다발 결제완료")
        await eventually(lambda: len({chip.y() for chip in chips(tab)}) > 1)

        assert window.width() == 900
        assert len(chips(tab)) == 13
        for chip in chips(tab):
            assert chip.geometry().right() <= tab.filters.parts.width()
            assert chip.width() >= chip.sizeHint().width(), "nothing of it is cut off"

    async def test_the_list_stays_where_it_is_while_something_is_typed(self, tab: PaymentsTab) -> None:
        await eventually(lambda: tab.listing.model.row(0))
        before = tab.listing.table.mapTo(tab, QPoint())
        await search(tab, "insu")
        await eventually(lambda: chips(tab) and chips(tab)[0].isVisible())
        await settled()

        assert tab.listing.table.mapTo(tab, QPoint()) == before

    async def test_the_search_is_reached_from_the_details_too(
        self, tab: PaymentsTab, window: MainWindow
    ) -> None:
        tab.listing.table.selectRow(2)
        await eventually(lambda: tab.details.payment)
        window.activateWindow()
        tab.details.refund.setFocus()
        QTest.keyClick(tab.details.refund, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)

        assert tab.filters.search.hasFocus()

    async def test_amounts_states_and_cards_are_marked_too(self, tab: PaymentsTab) -> None:
        for text in ("38000", "38,000", "Paid", "BC"):
            before = tab.listing.answers
            tab.filters.search.setText(text)
            await eventually(lambda before=before: tab.listing.answers > before)
            await eventually(lambda: tab.listing.model.is_settled and tab.listing.model.row(0))
            assert QColor(LIGHT.match).rgb() in colours(tab), text

    async def test_initials_are_marked_only_where_they_are_looked_for(
        self, tab: PaymentsTab, shop: MemoryShop
    ) -> None:
        shop.payments.all = [payment(0, buyer_name="박", name="x", card_name="KB국민카드")]
        before = tab.listing.answers
        tab.filters.search.setText("ㄱㅁ")
        await eventually(lambda: tab.listing.answers > before)
        await eventually(lambda: tab.listing.model.is_settled and tab.listing.model.row(0))
        assert QColor(LIGHT.match).rgb() not in colours(tab)

        tab.filters.search.setText("국민")
        await eventually(lambda: QColor(LIGHT.match).rgb() in colours(tab))

    async def test_a_mark_in_a_column_of_numbers_stands_under_them(self, tab: PaymentsTab) -> None:
        before = tab.listing.answers
        tab.filters.search.setText("38000")
        await eventually(lambda: tab.listing.answers > before)
        table, model = tab.listing.table, tab.listing.model
        await eventually(lambda: model.is_settled and model.row(0))
        cell = table.visualRect(model.index(0, 4))
        image, ink = table.viewport().grab(cell).toImage(), QColor(LIGHT.match).rgb()
        marked = [
            x for x in range(cell.width()) if any(image.pixel(x, y) == ink for y in range(cell.height()))
        ]

        width = table.fontMetrics().horizontalAdvance("38,000")
        assert marked[0] == cell.width() - 8 - width
        assert marked[-1] == pytest.approx(cell.width() - 8, abs=2)

    async def test_a_name_that_came_in_letters_is_marked(self, tab: PaymentsTab, shop: MemoryShop) -> None:
        apart = unicodedata.normalize("NFD", "김민수")
        shop.payments.all = [payment(0, buyer_name=apart)]
        before = tab.listing.answers
        tab.filters.search.setText("민수")
        await eventually(lambda: tab.listing.answers > before)
        await eventually(lambda: tab.listing.model.is_settled and tab.listing.model.row(0))

        assert tab.listing.model.row(0).buyer_name == apart
        assert QColor(LIGHT.match).rgb() in colours(tab)

    async def test_a_row_found_by_what_is_hidden_says_where(self, tab: PaymentsTab) -> None:
        table, model = tab.listing.table, tab.listing.model
        await search(tab, "imp_0000")
        await eventually(lambda: model.is_settled and model.row(0))

        assert QColor(LIGHT.match).rgb() in colours(tab)
        assert table._found_in(0) == ("imp_uid", "imp_000000000039")
        number = next(n for n, column in enumerate(model.columns) if column.key == "imp_uid")
        table._show_column(number, shown=True)
        assert table._found_in(0) is None, "it is marked in its own column"

    async def test_what_is_masked_is_not_told_beside_a_row(self, tab: PaymentsTab, privacy: Privacy) -> None:
        table, model = tab.listing.table, tab.listing.model
        await search(tab, "2345678")
        await eventually(lambda: model.is_settled and model.row(0))
        assert "1234-5678" in str(table._found_in(0))

        privacy.switch(True)
        assert table._found_in(0) is None

    async def test_a_syllable_is_looked_for_while_it_is_put_together(
        self, tab: PaymentsTab, shop: MemoryShop
    ) -> None:
        field = tab.filters.search
        told: list[str] = []
        field.searched.connect(told.append)
        for preedit, committed in zip(
            ["ㄱ", "기", "김", "ㅁ", "미", "민", "ㅅ", "수"],
            ["", "", "", "김", "", "", "민", ""],
            strict=True,
        ):
            event = QInputMethodEvent(preedit, [])
            event.setCommitString(committed)
            QApplication.sendEvent(field, event)

        assert field.text() == "김민"
        assert told == ["ㄱ", "기", "김", "김미", "김민", "김민수"]
        await eventually(lambda: [term.words for term in shop.payments.asked[-1].terms] == [("김민수",)])

        tab.filters.clear()
        assert field.typed == ""

    async def test_initials_do_not_wait(self, tab: PaymentsTab) -> None:
        field = tab.filters.search
        field.setText("ㄱㅁ")
        QApplication.sendEvent(field, QInputMethodEvent("ㅅ", []))

        assert field.typed == "ㄱㅁㅅ"


class TestTheOtherKeyboard:
    async def test_what_was_meant_is_offered_where_it_is_found(
        self, tab: PaymentsTab, shop: MemoryShop
    ) -> None:
        shop.payments.findable = frozenset({"김민수"})
        await search(tab, "rlaalstn")
        await eventually(lambda: "Search for “김민수”" in buttons(tab))

        press(tab, "Search for “김민수”")
        await eventually(lambda: not tab.listing.is_empty)
        assert tab.filters.search.text() == "김민수"
        assert tab.filters.search.hasFocus()

    async def test_nothing_is_offered_that_is_not_found_either(
        self, tab: PaymentsTab, shop: MemoryShop
    ) -> None:
        shop.payments.findable = frozenset()
        await search(tab, "rlaalstn")
        await eventually(lambda: shop.payments.asked[-1].terms[0].words == ("김민수",))
        await settled()

        assert buttons(tab) == ["Show everything"]
        press(tab, "Show everything")
        assert tab.filters.is_clear

    async def test_an_offer_does_not_outlive_its_search(self, tab: PaymentsTab, shop: MemoryShop) -> None:
        shop.payments.findable = frozenset({"김민수"})
        await search(tab, "rlaalstn")
        await eventually(lambda: "Search for “김민수”" in buttons(tab))
        await search(tab, "x")
        await settled()

        assert buttons(tab) == ["Show everything"]


def buttons(tab: PaymentsTab) -> list[str]:
    return [each.text() for each in tab.listing.state.findChildren(QPushButton) if each.isVisible()]


def press(tab: PaymentsTab, text: str) -> None:
    (button,) = (each for each in tab.listing.state.findChildren(QPushButton) if each.text() == text)
    button.click()


class TestRecent:
    async def test_earlier_searches_are_offered_while_it_is_empty(self, tab: PaymentsTab) -> None:
        field = tab.filters.search
        for text in ("insu", "park", "insu"):
            field.setText(text)
            QTest.keyClick(field, Qt.Key.Key_Return)
            field.clear()
        field.setFocus()
        QTest.keyClick(field, Qt.Key.Key_Down)

        assert [action.text() for action in field._menu.actions()] == ["insu", "park"]
        field._menu.actions()[1].trigger()
        field._menu.close()
        assert field.text() == "park"

    async def test_the_cross_empties_it(self, tab: PaymentsTab) -> None:
        field = tab.filters.search
        field.setText("insu")
        QTest.mouseClick(field, Qt.MouseButton.LeftButton, pos=field._end().center())
        assert field.text() == ""
        QTest.mouseClick(field, Qt.MouseButton.LeftButton, pos=field._end().center())
        assert field._menu.isVisible()
        field._menu.close()

    async def test_they_are_kept_nowhere(self, tab: PaymentsTab, window: MainWindow) -> None:
        tab.filters.search.setText("secret name")
        QTest.keyClick(tab.filters.search, Qt.Key.Key_Return)
        tab.filters.search.clear()

        assert "secret name" not in str(window.layouts())


class TestViews:
    async def test_a_ready_view_asks_its_question(self, tab: PaymentsTab, shop: MemoryShop) -> None:
        entries(tab.listing.views.menu())["Failed"].trigger()  # type: ignore[attr-defined] # a QAction
        await eventually(lambda: shop.payments.asked[-1].states == {PaymentState.FAILED})

    async def test_every_ready_view_is_told_apart(self, tab: PaymentsTab) -> None:
        menu = tab.listing.views.menu()
        asked = []
        for name in [view.title for view in READY_VIEWS]:
            action = entries(menu)[name]
            action.trigger()  # type: ignore[attr-defined] # a QAction
            asked.append(tab.filters.asked)
        assert len(asked) == 6
        assert all(one != other for n, one in enumerate(asked) for other in asked[:n])

    async def test_a_saved_view_brings_filters_order_and_columns_back(self, tab: PaymentsTab) -> None:
        await search(tab, "insu")
        tab.filters.choose_states(PaymentState.PAID)
        tab.filters.search.setText("insu")
        tab.listing.table.setColumnHidden(2, True)
        tab.listing._on_sort_asked(4, False)
        naming = next(a for a in self.filled(tab) if isinstance(a, QWidgetAction)).defaultWidget()
        assert isinstance(naming, QLineEdit)
        naming.setText("My view")
        naming.returnPressed.emit()

        tab.filters.clear()
        tab.listing.table.setColumnHidden(2, False)
        tab.listing._on_sort_asked(0, True)
        entries(tab.listing.views.menu())["My view"].trigger()  # type: ignore[attr-defined] # a QAction

        assert tab.filters.search.text() == "insu"
        assert tab.filters.asked.chosen["state"] == {"paid"}
        assert tab.listing.table.isColumnHidden(2)
        assert tab.listing.view_state()["order"] == ["amount", False]

    async def test_views_are_remembered_with_the_layout(self, tab: PaymentsTab) -> None:
        tab.listing.views.save_asked.emit("Mine & yours")
        kept = tab.layout_state()
        tab.restore_layout({"views": []})
        assert "Mine && yours" not in entries(tab.listing.views.menu())

        tab.restore_layout(kept)

        assert "Mine && yours" in entries(tab.listing.views.menu())

    async def test_the_name_of_the_view_is_shown_and_whether_it_was_changed(self, tab: PaymentsTab) -> None:
        views = tab.listing.views
        assert views.text() == "View: Everything"

        entries(views.menu())["Failed"].trigger()  # type: ignore[attr-defined] # a QAction
        assert views.text() == "View: Failed"
        tab.filters.search.setText("김")
        assert views.text() == "View: Failed, changed"
        tab.filters.search.clear()
        assert views.text() == "View: Failed"
        tab.filters.clear()
        assert views.text() == "View: Everything"
        tab.filters.search.setText("김")
        assert views.text() == "Views", "that is no longer everything"

    async def test_an_own_view_is_changed_by_order_and_columns_too(self, tab: PaymentsTab) -> None:
        views = tab.listing.views
        views.save_asked.emit("Mine & yours")
        assert views.text() == "View: Mine && yours"

        tab.listing._on_sort_asked(4, False)
        assert views.text() == "View: Mine && yours, changed"
        entries(views.menu())["Save the changes in “Mine && yours”"].trigger()  # type: ignore[attr-defined] # a QAction
        assert views.text() == "View: Mine && yours"
        assert views.own[0].state["order"] == ["amount", False]

        tab.listing.table._show_column(2, shown=False)
        assert views.text() == "View: Mine && yours, changed"
        tab.listing.table.setColumnWidth(1, 300)
        tab.listing.table._show_column(2, shown=True)
        assert views.text() == "View: Mine && yours", "a wider column is no other view"

    async def test_own_views_are_renamed_ordered_deleted_and_brought_back(self, tab: PaymentsTab) -> None:
        views = tab.listing.views
        for name in ("A", "B", "C"):
            views.save_asked.emit(name)
        entries(views.menu())["Rename, order, delete…"].trigger()  # type: ignore[attr-defined] # a QAction
        (dialog,) = tab.window().findChildren(ArrangeDialog)

        dialog.activateWindow()
        dialog.list.setFocus()
        dialog.list.setCurrentRow(2)
        QTest.keyClick(dialog.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
        assert [view.name for view in views.own] == ["A", "C", "B"]

        dialog.list.item(0).setText("B")
        assert "already" in dialog.told.text()
        assert [view.name for view in views.own] == ["A", "C", "B"], "another one has that name"
        dialog.list.item(0).setText("Monday")
        assert [view.name for view in views.own] == ["Monday", "C", "B"]

        dialog.list.setCurrentRow(1)
        QTest.keyClick(dialog.list, Qt.Key.Key_Delete)
        assert [view.name for view in views.own] == ["Monday", "B"]
        dialog.undo.click()
        assert [view.name for view in views.own] == ["Monday", "C", "B"]
        dialog.close()

    async def test_a_view_that_was_deleted_is_no_longer_named(self, tab: PaymentsTab) -> None:
        views = tab.listing.views
        tab.filters.search.setText("김")
        views.save_asked.emit("A")
        views.arrange([])

        assert "A" not in views.text()

    async def test_own_views_are_kept_at_once(self, tab: PaymentsTab, window: MainWindow) -> None:
        told: list[int] = []
        window.views_changed.connect(lambda: told.append(1))
        tab.listing.views.save_asked.emit("A")

        assert told == [1]
        assert window.layouts()["payments"]["views"][0]["name"] == "A"

    @pytest.mark.parametrize("damaged", [None, 3, [3], [{"name": 3}], [{"name": "x", "state": []}]])
    async def test_damaged_views_are_passed_over(self, tab: PaymentsTab, damaged: object) -> None:
        tab.restore_layout({"views": damaged})

        assert tab.listing.views.own == ()

    def filled(self, tab: PaymentsTab) -> list[object]:
        tab.listing.views.menu().aboutToShow.emit()
        return list(tab.listing.views.menu().actions())


class TestSimilar:
    def menu(self, tab: PaymentsTab, row: int) -> QMenu:
        table = tab.listing.table
        place = table.visualRect(tab.listing.model.index(row, 1)).center()
        event = QContextMenuEvent(
            QContextMenuEvent.Reason.Mouse, place, table.viewport().mapToGlobal(QPoint(place))
        )
        QApplication.sendEvent(table.viewport(), event)
        (menu,) = (menu for menu in table.findChildren(QMenu) if menu.isVisible())
        return menu

    async def test_the_same_buyer(self, tab: PaymentsTab, shop: MemoryShop) -> None:
        await eventually(lambda: tab.listing.model.row(0))
        row = tab.listing.model.row(0)
        assert row is not None
        menu = self.menu(tab, 0)
        before = tab.listing.answers

        next(a for a in menu.actions() if a.text().startswith("Find all of")).trigger()
        await eventually(lambda: tab.listing.answers > before)

        assert tab.filters.search.text() == f'"{row.buyer_name}"'
        menu.close()

    async def test_the_same_amount_on_that_day_is_one_part(self, tab: PaymentsTab, shop: MemoryShop) -> None:
        await eventually(lambda: tab.listing.model.row(0))
        menu = self.menu(tab, 0)
        before = tab.listing.answers
        next(a for a in menu.actions() if a.text() == "Find ₩38,000 on that day").trigger()
        await eventually(lambda: tab.listing.answers > before)
        menu.close()

        assert [chip.text() for chip in chips(tab)] == ["Amount 38,000"]
        query = shop.payments.asked[-1]
        assert query.since is not None
        assert query.until is not None
        assert (query.until - query.since).days == 1

    async def test_nothing_masked_gets_into_the_search(self, tab: PaymentsTab, privacy: Privacy) -> None:
        await eventually(lambda: tab.listing.model.row(0))
        row = tab.listing.model.row(0)
        assert row is not None
        assert row.card_number == "4092020000001234", "a whole number, as some PGs send it"
        asked = [one.filters["text"] for one in tab._similar(row)]
        assert asked[1] == '"1234"'

        privacy.switch(True)
        assert row.buyer_name not in str(tab._similar(row))

    async def test_the_menu_key_is_about_the_chosen_row(self, tab: PaymentsTab) -> None:
        table, model = tab.listing.table, tab.listing.model
        await eventually(lambda: model.row(2))
        table.setCurrentIndex(model.index(2, 0))
        asked: list[int] = []
        table.menu_asked.connect(lambda number, _menu: asked.append(number))
        middle = table.rect().center()
        event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, middle, table.mapToGlobal(middle))
        QApplication.sendEvent(table, event)

        (menu,) = (menu for menu in table.findChildren(QMenu) if menu.isVisible())
        assert asked == [2]
        fields = next(action.menu() for action in menu.actions() if action.text() == "Copy one field")
        chosen = model.row(2)
        assert chosen is not None
        entry = f"imp_uid: {chosen.imp_uid}"  # its column is hidden
        next(action for action in fields.actions() if action.text() == entry).trigger()
        assert QApplication.clipboard().text() == chosen.imp_uid
        menu.close()

    async def test_one_field_is_copied(self, tab: PaymentsTab) -> None:
        await eventually(lambda: tab.listing.model.row(0))
        row = tab.listing.model.row(0)
        assert row is not None
        menu = self.menu(tab, 0)

        menu.actions()[0].trigger()

        assert QApplication.clipboard().text() == row.name
        menu.close()

    @pytest.mark.skipif(sys.platform == "win32", reason="Qt makes the event by itself there")
    async def test_so_does_its_other_key(self, tab: PaymentsTab) -> None:
        table = tab.listing.table
        await eventually(lambda: tab.listing.model.row(2))
        table.setCurrentIndex(tab.listing.model.index(2, 0))
        asked: list[int] = []
        table.menu_asked.connect(lambda number, _menu: asked.append(number))
        QTest.keyClick(table, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)

        assert asked == [2]
        next(menu for menu in table.findChildren(QMenu) if menu.isVisible()).close()


def explained(tab: PaymentsTab) -> Sheet[PaymentRow]:
    return replace(tab.listing.sheet(), why="Delivery")


class TestExport:
    async def test_it_holds_exactly_what_is_shown(
        self, tab: PaymentsTab, shop: MemoryShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tab.listing.table.setColumnHidden(1, True)
        path = tmp_path / "out.xlsx"

        tab.listing.exporting.write(explained(tab), path)
        await eventually(lambda: path.exists() and not tab.listing.exporting.is_running)

        head, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        assert head == ["Time", "Buyer", "Paid with", "Amount", "State", "Refund here"]
        assert len(rows) == len(shop.payments.all)
        newest = shop.payments.all[-1]
        assert rows[0][1] == newest.buyer_name
        assert rows[0][3] == newest.amount
        assert tab.listing.exporting.isVisible()

        opened: list[QUrl] = []
        monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
        tab.listing.exporting.folder.click()
        assert opened == [QUrl.fromLocalFile(str(tmp_path))]

    async def test_what_is_masked_on_the_screen_is_masked_in_the_file(
        self, tab: PaymentsTab, privacy: Privacy, shop: MemoryShop, tmp_path: Path
    ) -> None:
        privacy.switch(True)
        path = tmp_path / "out.csv"

        tab.listing.exporting.write(tab.listing.sheet(), path)
        privacy.switch(False)
        await eventually(lambda: path.exists() and not tab.listing.exporting.is_running)

        name = shop.payments.all[-1].buyer_name
        assert name is not None
        assert name not in path.read_text("utf-8-sig")

    async def test_a_place_that_cannot_be_written_is_told(
        self, tab: PaymentsTab, alerts: HeardAlerts, tmp_path: Path
    ) -> None:
        tab.listing.exporting.write(explained(tab), tmp_path / "nowhere" / "out.xlsx")
        await eventually(lambda: alerts._heard)

        alerts.take()
        assert not tab.listing.exporting.isVisible()


async def test_the_name_of_the_file_holds_the_day(tab: PaymentsTab) -> None:
    assert f"{NOW:%Y-%m-%d}" in tab.listing.sheet().name
