"""The refund settings: reasons in their order, the limit, the code; saved as a whole or not at all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from doubles.keyrings import KeyringInMemory
from portdesk.domain.ids import ShopId
from portdesk.domain.refund_settings import RefundSettings
from portdesk.qt.words import set_language
from portdesk.store.journal_head import JournalHead
from portdesk.store.journal_thread import JournalThread
from portdesk.store.refund_settings import RefundSettingsFile
from portdesk.store.secrets import Secrets
from portdesk.usecases.refund_settings import RefundChoices
from portdesk.widgets.refunds.settings import RefundSettingsDialog
from screen import eventually

pytestmark = pytest.mark.anyio


class Place:
    def __init__(self, path: Path, journal: JournalThread, head: JournalHead) -> None:
        self.file, self.journal = RefundSettingsFile(path), journal
        self.choices = RefundChoices(self.file, journal, head)
        self.dialogs: list[RefundSettingsDialog] = []

    def dialog(self) -> RefundSettingsDialog:
        self.dialogs.append(RefundSettingsDialog(self.choices))
        self.dialogs[-1].show()
        return self.dialogs[-1]


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    keyring = KeyringInMemory()
    keys = Secrets(lambda: keyring)
    journal = await JournalThread.open(tmp_path / "journal.db")
    place = Place(tmp_path / "refunds.json", journal, JournalHead(keys, ShopId("f00df00df00d")))
    yield place
    for dialog in place.dialogs:
        dialog.close()
        await dialog._tasks.end()
        dialog.deleteLater()
    await journal.close()
    keys.close()


def listed(dialog: RefundSettingsDialog) -> list[str]:
    return [dialog.reasons.item(row).text() for row in range(dialog.reasons.count())]


async def saved(dialog: RefundSettingsDialog) -> None:
    heard: list[bool] = []
    dialog.saved.connect(lambda: heard.append(True))
    dialog.save.click()
    await eventually(lambda: heard and not dialog._tasks.is_running("save"))


async def test_it_opens_with_what_holds(place: Place) -> None:
    dialog = place.dialog()

    assert listed(dialog)[0] == "Change of mind"
    assert dialog.limit.text() == "500,000"
    assert dialog.with_code.isChecked()


async def test_an_untouched_list_stays_the_standard_one_in_every_language(place: Place) -> None:
    await saved(place.dialog())
    set_language("ko")

    assert place.choices.settings.reasons is None
    assert listed(place.dialog())[0] == "고객 변심"


async def test_reasons_are_added_renamed_moved_and_deleted(place: Place) -> None:
    dialog = place.dialog()
    dialog.activateWindow()
    for _ in range(4):
        dialog.buttons["delete"].click()
    assert listed(dialog) == ["Paid twice", "Agreed with the customer"]
    dialog.buttons["add"].click()
    editor = dialog.focusWidget()
    assert isinstance(editor, QLineEdit)
    editor.selectAll()
    QTest.keyClicks(editor, "Wrong  size")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    await eventually(lambda: "Wrong  size" in listed(dialog))
    assert dialog.isVisible(), "Enter ends the writing, not the dialog"
    dialog.reasons.setCurrentRow(2)
    dialog.buttons["up"].click()
    dialog.buttons["up"].click()
    assert not dialog.buttons["up"].isEnabled()
    await saved(dialog)

    assert place.file.load().reasons == ("Wrong size", "Paid twice", "Agreed with the customer")
    again = place.dialog()
    again.reasons.setCurrentRow(0)
    again.buttons["down"].click()
    assert listed(again) == ["Paid twice", "Wrong size", "Agreed with the customer"]
    again.buttons["standard"].click()
    assert listed(again)[0] == "Change of mind"


async def test_cancel_changes_nothing(place: Place) -> None:
    dialog = place.dialog()
    dialog.buttons["delete"].click()
    dialog.limit.setText("1")
    dialog.cancel.click()

    assert place.choices.settings == place.file.load() == RefundSettings()


@pytest.mark.parametrize("text", ["", "abc", "-1", "1.5", "9" * 20, "\uff15"])
async def test_a_limit_that_is_none_is_told_and_not_saved(place: Place, text: str) -> None:
    dialog = place.dialog()
    dialog.limit.setText(text)

    assert not dialog.save.isEnabled()
    assert "imit" in dialog._problem.text()
    dialog._on_save()
    assert place.choices.settings == RefundSettings()


async def test_a_limit_of_nothing_says_what_it_means(place: Place) -> None:
    dialog = place.dialog()
    dialog.limit.setText("0")
    assert "Every refund" in dialog._problem.text()
    dialog.with_code.setChecked(False)
    await saved(dialog)

    assert (place.choices.settings.limit, place.choices.settings.with_code) == (0, False)


async def test_what_cannot_be_written_down_is_told_and_the_dialog_stays(place: Place) -> None:
    dialog = place.dialog()
    dialog.limit.setText("1")
    await place.journal.close()
    dialog.save.click()
    await eventually(dialog._notice.isVisible)

    assert dialog.isVisible()
    assert place.choices.settings == RefundSettings()
