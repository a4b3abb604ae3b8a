"""Personal data leaves the list only with a reason, and every export and reveal is written down."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from doubles.shop import MemoryShop
from portdesk.domain.masking import MASKS
from portdesk.domain.messages import Message
from portdesk.qt.privacy import Privacy
from portdesk.widgets.kit.asking import REASONS, Question, WhyDialog
from portdesk.widgets.kit.disclosing import Disclosing
from portdesk.widgets.main_window import MainWindow
from portdesk.widgets.payments.tab import PaymentsTab
from portdesk.widgets.revealing import Revealing
from screen import HeardAlerts, delete_what_is_due, eventually

pytestmark = pytest.mark.anyio

LOCKED = Message("The record is damaged. Restore it from one of its copies first.")


def asked(window: MainWindow) -> WhyDialog:
    (dialog,) = window.findChildren(WhyDialog)
    return dialog


def choose_place(window: MainWindow, path: Path) -> None:
    (dialog,) = window.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(path))
    dialog.close()
    delete_what_is_due()


async def exported(tab: PaymentsTab, path: Path) -> str:
    await eventually(lambda: path.exists() and not tab.listing.exporting.is_running)
    return path.read_text("utf-8-sig")


class TestExport:
    async def test_unmasked_data_needs_a_reason_which_is_written_down(
        self, tab: PaymentsTab, window: MainWindow, shop: MemoryShop, tmp_path: Path
    ) -> None:
        tab.listing.export()
        dialog = asked(window)
        assert not dialog.act.isEnabled()
        dialog.choices["Delivery"].click()
        dialog.act.click()
        choose_place(window, tmp_path / "out.csv")
        text = await exported(tab, tmp_path / "out.csv")

        [(event, entry)] = shop.disclosures.entries
        assert event == "exported"
        assert (entry.what, entry.rows, entry.form, entry.why) == ("payments", 40, "csv", "Delivery")
        assert entry.personal == ("buyer_name",)
        assert "instrument" in entry.columns
        assert str(shop.payments.all[-1].buyer_name) in text

    async def test_masked_instead_needs_none_but_is_written_down_too(
        self, tab: PaymentsTab, window: MainWindow, shop: MemoryShop, tmp_path: Path
    ) -> None:
        tab.listing.export()
        asked(window).masked.click()
        choose_place(window, tmp_path / "out.csv")
        text = await exported(tab, tmp_path / "out.csv")

        [(event, entry)] = shop.disclosures.entries
        assert (event, entry.personal, entry.why) == ("exported", (), "")
        assert str(shop.payments.all[-1].buyer_name) not in text

    async def test_nothing_is_asked_when_nothing_personal_is_in_it(
        self, tab: PaymentsTab, window: MainWindow, privacy: Privacy
    ) -> None:
        tab.listing.table.setColumnHidden(2, True)
        tab.listing.export()
        assert window.findChildren(WhyDialog) == []
        window.findChildren(QFileDialog)[0].reject()

        tab.listing.table.setColumnHidden(2, False)
        privacy.switch(True)
        tab.listing.export()
        assert window.findChildren(WhyDialog) == []
        for dialog in window.findChildren(QFileDialog):
            dialog.reject()

    async def test_without_a_record_only_the_masked_way_is_open(
        self, tab: PaymentsTab, window: MainWindow, shop: MemoryShop, tmp_path: Path
    ) -> None:
        shop.disclosures.obstacle = LOCKED
        tab.listing.export()
        dialog = asked(window)

        assert not dialog.act.isVisible()
        assert not any(choice.isVisible() for choice in dialog.choices.values())
        dialog.masked.click()
        choose_place(window, tmp_path / "out.csv")
        await exported(tab, tmp_path / "out.csv")
        assert "could not be written" in tab.listing.exporting._text.text()

    async def test_a_record_lost_meanwhile_leaves_no_file(
        self, tab: PaymentsTab, window: MainWindow, shop: MemoryShop, alerts: HeardAlerts, tmp_path: Path
    ) -> None:
        tab.listing.export()
        asked(window).choices["Delivery"].click()
        asked(window).act.click()
        shop.disclosures.obstacle = LOCKED
        choose_place(window, tmp_path / "out.csv")
        await eventually(lambda: alerts._heard)

        assert "Nothing was exported" in str(alerts.take()[0].text)
        assert list(tmp_path.iterdir()) == []

    async def test_an_export_that_leaves_no_file_is_said_to(
        self, tab: PaymentsTab, window: MainWindow, shop: MemoryShop, alerts: HeardAlerts, tmp_path: Path
    ) -> None:
        tab.listing.export()
        asked(window).masked.click()
        choose_place(window, tmp_path / "nowhere" / "out.csv")
        await eventually(lambda: len(shop.disclosures.entries) > 1)

        assert [event for event, _ in shop.disclosures.entries] == ["exported", "export_stopped"]
        assert len(alerts.take()) == 1


class TestReveal:
    async def test_it_asks_writes_down_and_shows(
        self, tab: PaymentsTab, window: MainWindow, privacy: Privacy, shop: MemoryShop
    ) -> None:
        switch = window.header.privacy
        switch.click()
        assert privacy.is_on
        switch.click()
        dialog = asked(window)
        assert privacy.is_on
        assert switch.isChecked()

        QTest.keyClicks(dialog.own, "the customer is on the phone")
        dialog.act.click()
        await eventually(lambda: not privacy.is_on)

        assert not switch.isChecked()
        [(event, entry)] = shop.disclosures.entries
        assert (event, entry.what, entry.rows, entry.form) == ("revealed", "payments", 40, "")
        assert entry.why == "the customer is on the phone"
        assert set(MASKS) - set(entry.personal) == {"card_number"}

    async def test_whoever_thinks_better_of_it_sees_nothing(
        self, tab: PaymentsTab, window: MainWindow, privacy: Privacy, shop: MemoryShop
    ) -> None:
        window.header.privacy.click()
        window.header.privacy.click()
        QTest.keyClick(asked(window), Qt.Key.Key_Escape)

        assert privacy.is_on
        assert window.header.privacy.isChecked()
        assert shop.disclosures.entries == []

    async def test_reading_is_not_locked_with_the_record(
        self, tab: PaymentsTab, window: MainWindow, privacy: Privacy, shop: MemoryShop, alerts: HeardAlerts
    ) -> None:
        window.header.privacy.click()
        shop.disclosures.obstacle = LOCKED
        window.header.privacy.click()

        assert not privacy.is_on
        [alert] = alerts.take()
        assert "not written down" in str(alert.text)
        assert alert.advice == LOCKED

    async def test_nor_by_a_record_that_fails_at_the_last_moment(
        self, tab: PaymentsTab, window: MainWindow, privacy: Privacy, shop: MemoryShop, alerts: HeardAlerts
    ) -> None:
        window.header.privacy.click()
        window.header.privacy.click()
        dialog = asked(window)
        dialog.choices["Delivery"].click()
        shop.disclosures.obstacle = LOCKED
        dialog.act.click()
        await eventually(lambda: not privacy.is_on)

        assert len(alerts.take()) == 1

    async def test_leaving_the_shop_takes_the_question_away(
        self, tab: PaymentsTab, window: MainWindow, privacy: Privacy
    ) -> None:
        window.header.privacy.click()
        window.header.privacy.click()
        guard = window.guard
        assert isinstance(guard, Revealing)
        await window.close_shop()

        assert guard.dialog is None
        assert privacy.is_on


class TestReasons:
    def ask(self, disclosing: Disclosing, window: MainWindow) -> WhyDialog:
        question = Question(title="t", sentence="s", action="a")
        return disclosing.ask(question, window, answered=lambda _: None)

    async def test_those_given_last_come_first_next_time(self, window: MainWindow) -> None:
        kept: list[tuple[str, ...]] = []
        disclosing = Disclosing(None, ("mine",), kept.append)  # type: ignore[arg-type] # nothing is written
        dialog = self.ask(disclosing, window)
        assert list(dialog.choices) == ["mine", *REASONS]
        QTest.keyClicks(dialog.own, "  another & one ")
        dialog.act.click()

        assert kept == [("another & one", "mine")]
        again = self.ask(disclosing, window)
        assert list(again.choices) == ["another & one", "mine", *REASONS]
        assert again.choices["another & one"].text() == "another && one"
        again.close()

    async def test_spaces_are_no_reason(self, window: MainWindow) -> None:
        dialog = self.ask(Disclosing(None, (), lambda _: None), window)  # type: ignore[arg-type] # see above
        QTest.keyClicks(dialog.own, "   ")

        assert not dialog.act.isEnabled()
        QTest.keyClick(dialog.own, Qt.Key.Key_Return)
        assert dialog.isVisible()
        QTest.keyClicks(dialog.own, "x")
        QTest.keyClick(dialog.own, Qt.Key.Key_Return)
        assert not dialog.isVisible()
