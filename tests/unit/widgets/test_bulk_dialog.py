"""Lists of refunds on the screen, over the real protocol and the sandbox."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from python_calamine import load_workbook

from portdesk.domain.ids import ImpUid
from portdesk.domain.shops import Credentials
from portdesk.domain.times import KST
from portdesk.ledger.batch import Limits, Part
from portdesk.qt import words
from portdesk.qt.privacy import Privacy
from portdesk.qt.tasks import Tasks
from portdesk.sandbox.faults import Fault, FaultKind
from portdesk.sandbox.server import RunningSandbox, start_sandbox
from portdesk.sandbox.settings import SandboxSettings
from portdesk.store.folders import DataFolder
from portdesk.store.journal import Journal
from portdesk.store.secrets import Secrets
from portdesk.usecases.bulk_refunds import totals
from portdesk.usecases.shops import OpenShop, Shops
from portdesk.usecases.workbook_shape import formulas_of
from portdesk.widgets.bulk_refunds.dialog import BulkDialog
from portdesk.widgets.bulk_refunds.opening import BulkDoor
from portdesk.widgets.bulk_refunds.trial import COOLING, TrialPage
from samples.workbooks import workbook
from screen import HeardAlerts, eventually

pytestmark = pytest.mark.anyio

CANCEL = "POST /payments/cancel"
UIDS = [ImpUid(f"imp_7{number:011d}") for number in range(6)]
AMOUNT = 10_000


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with start_sandbox(SandboxSettings(payments=100, seed=3)) as running:
        model = next(
            wire
            for wire in reversed(running.state.payments(status="paid"))
            if (wire["pay_method"], wire["currency"], wire["pg_provider"]) == ("card", "KRW", "kcp")
            and not wire["escrow"]
        )
        for number, uid in enumerate(UIDS):
            running.state.put(model | {"imp_uid": uid, "merchant_uid": f"W-{number}", "amount": AMOUNT})
        yield running


@pytest.fixture
async def shop(sandbox: RunningSandbox, tmp_path: Path) -> AsyncIterator[OpenShop]:
    keys = Credentials(imp_key=sandbox.imp_key, imp_secret=sandbox.imp_secret)
    shops = Shops(DataFolder(tmp_path), Secrets(lambda: None))
    opened = await shops.open_loopback(sandbox.base_url, keys, name="바다꽃집")
    await opened.refunds.check_due(0.0)
    yield opened
    await opened.close()
    shops.close()


class Room:
    """A window with the door to lists in it."""

    def __init__(self, shop: OpenShop, window: QWidget, door: BulkDoor, sending: Tasks) -> None:
        self.shop, self.window, self.door, self.sending = shop, window, door, sending

    async def tried(self, chosen: Sequence[ImpUid] = UIDS) -> tuple[BulkDialog, TrialPage]:
        dialog = self.door.open(chosen, self.window)
        dialog.check.click()
        return dialog, await self.trial(dialog)

    async def trial(self, dialog: BulkDialog) -> TrialPage:
        await eventually(lambda: dialog.trial is not None and dialog._pages.currentWidget() is dialog.trial)
        assert dialog.trial is not None
        return dialog.trial

    async def over(self, dialog: BulkDialog) -> None:
        await eventually(
            lambda: (
                dialog.running is not None
                and not dialog.running.run.is_running
                and dialog.running.headline.text().startswith("Finished")
            )
        )


@pytest.fixture
async def room(shop: OpenShop, alerts: HeardAlerts, privacy: Privacy, theme: object) -> AsyncIterator[Room]:
    window = QWidget()
    window.resize(1366, 768)
    window.show()
    sending = Tasks(window, alerts.show)
    door = BulkDoor(shop, alerts=alerts, privacy=privacy, tasks=sending, now=lambda: datetime.now(KST))
    yield Room(shop, window, door, sending)
    for dialog in window.findChildren(BulkDialog):
        dialog.close()
    await sending.end()
    window.close()
    window.deleteLater()


def returned(sandbox: RunningSandbox) -> list[int]:
    return [int((sandbox.state.payment(uid) or {})["cancel_amount"]) for uid in UIDS]


def confirm(trial: TrialPage) -> None:
    """Type the total and wait out the seconds."""
    QTest.keyClicks(trial.total, str(trial.sum.amount))
    for _ in range(COOLING):
        assert not trial.start.isEnabled()
        trial._clock.timeout.emit()


async def test_the_chosen_payments_are_tried_confirmed_and_refunded(
    room: Room, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    dialog, trial = await room.tried()
    assert sandbox.visits.all(CANCEL) == []
    assert trial.start.text() == "Refund 6 rows, ₩60,000"

    confirm(trial)
    QTest.mouseClick(trial.start, Qt.MouseButton.LeftButton)
    await room.over(dialog)

    assert returned(sandbox) == [AMOUNT] * 6
    assert len(sandbox.visits.all(CANCEL)) == 6
    assert dialog.running is not None
    assert dialog.running.headline.text() == "Finished: the server's own record names every refund."


async def test_the_whole_way_by_keyboard(room: Room, sandbox: RunningSandbox) -> None:
    dialog = room.door.open(UIDS[:2], room.window)
    QTest.keyClicks(dialog.source.amount, "1,000")
    assert dialog.source.same.isChecked()
    QTest.keyClick(dialog.check, Qt.Key.Key_Space)
    trial = await room.trial(dialog)
    QTest.keyClicks(trial.total, "2,000")
    for _ in range(COOLING):
        trial._clock.timeout.emit()
    QTest.keyClick(trial.start, Qt.Key.Key_Space)
    await room.over(dialog)

    assert returned(sandbox)[:3] == [1000, 1000, 0]


async def test_enter_sends_nothing_anywhere(room: Room, sandbox: RunningSandbox) -> None:
    dialog, trial = await room.tried()
    confirm(trial)
    for widget in (trial.total, trial.table.table, trial, dialog):
        QTest.keyClick(widget, Qt.Key.Key_Return)

    assert dialog.running is None
    assert sandbox.visits.all(CANCEL) == []


@pytest.mark.parametrize("typed", ["", "59,999", "600000", "60000.5", "육만", "-60000"])
async def test_another_total_opens_nothing(room: Room, sandbox: RunningSandbox, typed: str) -> None:
    _, trial = await room.tried()
    trial.total.setText(typed)
    for _ in range(COOLING):
        trial._clock.timeout.emit()

    assert not trial.start.isEnabled()
    trial.start.click()
    assert sandbox.visits.all(CANCEL) == []


async def test_many_clicks_are_one_plan(room: Room, sandbox: RunningSandbox) -> None:
    dialog, trial = await room.tried()
    confirm(trial)
    for _ in range(20):
        trial.start.click()
    await room.over(dialog)

    assert len(sandbox.visits.all(CANCEL)) == 6
    assert len(await room.shop.bulk._journal.run(Journal.plans)) == 1


async def test_rows_with_a_warning_are_sent_only_when_asked_for(room: Room, sandbox: RunningSandbox) -> None:
    dialog, trial = await room.tried(UIDS[:1])
    confirm(trial)
    trial.start.click()
    await room.over(dialog)
    dialog.close()

    with sandbox.state.held() as state:
        payment = state.book.find(UIDS[0], 0)
        assert payment
        state.book.save(payment | {"amount": 3 * AMOUNT}, tier=0, at=payment["paid_at"])
    dialog = room.door.open(UIDS[:2], room.window)
    dialog.source.amount.setText(str(AMOUNT))
    dialog.source.same.setChecked(True)
    dialog.check.click()
    trial = await room.trial(dialog)
    assert (trial.sum.rows, trial.sum.amount) == (1, AMOUNT)
    confirm(trial)
    trial.with_warned.setChecked(True)

    assert not trial.start.isEnabled(), "what would be sent has changed since the total was typed"
    assert (trial.sum.rows, trial.sum.amount) == (2, 2 * AMOUNT)


async def test_a_file_with_unclear_headings_is_asked_about(room: Room, tmp_path: Path) -> None:
    path = workbook(tmp_path / "l.xlsx", [["거래번호", "금액"], [UIDS[0], 1000], [UIDS[1], 2000]])
    dialog = room.door.open((), room.window)
    dialog.source.read_file(path)
    await eventually(lambda: dialog.source.count == 2)

    assert not dialog.check.isEnabled()
    dialog.source.columns_are_right.setChecked(True)
    assert dialog.check.text() == "Check 2 rows"
    dialog.check.click()
    trial = await room.trial(dialog)
    assert trial.sum.amount == 3000


async def test_a_bad_row_says_why_and_a_bad_file_too(room: Room, tmp_path: Path) -> None:
    (tmp_path / "bad.xlsx").write_bytes(b"PK\x03\x04nothing")
    dialog = room.door.open((), room.window)
    dialog.source.read_file(tmp_path / "bad.xlsx")
    await eventually(lambda: not dialog.notice.isHidden())
    assert not dialog.check.isEnabled()

    path = workbook(
        tmp_path / "l.xlsx", [["imp_uid", "환불금액"], [UIDS[0], 0], [UIDS[1], 2000], ["imp_x", 1]]
    )
    dialog.source.read_file(path)
    await eventually(lambda: dialog.source.is_ready)
    dialog.check.click()
    trial = await room.trial(dialog)
    table = trial.table.table
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    table.setCurrentIndex(trial.table.model.index(0, 0))
    assert trial.table.more.text() == "The amount to give back must be above zero."
    assert trial.start.text() == "Refund 1 row, ₩2,000"


async def test_a_dry_run_can_be_stopped(room: Room, sandbox: RunningSandbox) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.LATENCY, operation="GET /payments", seconds=3, count=None))
    dialog = room.door.open(UIDS, room.window)
    dialog.check.click()
    await eventually(dialog.cancel.isVisible)
    dialog.cancel.click()

    await eventually(lambda: dialog._pages.currentWidget() is dialog.source)
    assert dialog.check.isEnabled()


async def paused(room: Room, sandbox: RunningSandbox, press: Callable[[BulkDialog], object]) -> BulkDialog:
    sandbox.faults.add(Fault(kind=FaultKind.LATENCY, operation=CANCEL, seconds=0.3, count=None))
    dialog, trial = await room.tried()
    confirm(trial)
    trial.start.click()
    await eventually(lambda: dialog.running is not None and dialog.running.run.under_way)
    press(dialog)
    await eventually(lambda: dialog.running is not None and not dialog.running.run.is_running)
    sandbox.faults.clear()
    return dialog


async def test_pause_starts_nothing_more_and_one_click_goes_on(room: Room, sandbox: RunningSandbox) -> None:
    dialog = await paused(room, sandbox, lambda dialog: dialog.running.pause.click())
    page = dialog.running
    assert page is not None
    await eventually(lambda: page.headline.text().startswith("Paused."))
    sent = len(sandbox.visits.all(CANCEL))
    assert 0 < sent < 6

    QTest.mouseClick(page.go_on, Qt.MouseButton.LeftButton)
    await room.over(dialog)
    assert returned(sandbox) == [AMOUNT] * 6
    assert len(sandbox.visits.all(CANCEL)) == 6


async def test_what_is_stopped_can_be_given_up(room: Room, sandbox: RunningSandbox) -> None:
    dialog = await paused(room, sandbox, lambda dialog: dialog.running.stop.click())
    page = dialog.running
    assert page is not None
    await eventually(page.give_up.isVisible)
    before = returned(sandbox)
    page.give_up.click()

    await eventually(lambda: page.headline.text().startswith("Given up"))
    assert not page.go_on.isVisible()
    assert returned(sandbox) == before
    assert await room.shop.bulk.unfinished() == []


async def test_closing_the_dialog_loses_nothing(room: Room, sandbox: RunningSandbox) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.LATENCY, operation=CANCEL, seconds=0.1, count=None))
    dialog, trial = await room.tried()
    confirm(trial)
    trial.start.click()
    await eventually(lambda: dialog.running is not None and dialog.running.run.under_way)
    dialog.close()

    async with asyncio.timeout(10):
        while await room.shop.bulk.unfinished():  # noqa: ASYNC110 - the journal sets no event
            await asyncio.sleep(0.02)
    assert returned(sandbox) == [AMOUNT] * 6


async def test_the_breaker_says_why_it_stopped(room: Room, sandbox: RunningSandbox) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.LOST_ANSWER, operation=CANCEL, count=None))
    dialog, trial = await room.tried()
    confirm(trial)
    trial.start.click()
    await eventually(lambda: dialog.running is not None and "unclear" in dialog.running.headline.text())

    assert dialog.running is not None
    sums = totals(dialog.running.rows)
    assert sums[Part.NOT_STARTED].rows >= 2
    assert sums[Part.CHECKING].rows + sums[Part.NOT_STARTED].rows == 6
    assert "Done" not in dialog.running.headline.text()


async def test_a_list_of_an_earlier_start_waits_for_one_click(room: Room, sandbox: RunningSandbox) -> None:
    dialog, trial = await room.tried()
    run = room.shop.bulk.prepare(trial.chosen, "KRW")
    await room.shop.bulk.write_down(run, Limits())
    dialog.close()
    room.shop.bulk._runs.clear()
    strip = room.door.strip(room.window)
    await eventually(lambda: strip._found)

    assert strip.text.text().startswith("A list of 6 refunds is not finished")
    assert strip.go_on.text() == "Go on: 6 rows, ₩60,000"
    assert sandbox.visits.all(CANCEL) == []
    QTest.mouseClick(strip.go_on, Qt.MouseButton.LeftButton)
    await eventually(lambda: returned(sandbox) == [AMOUNT] * 6)
    await eventually(lambda: not strip._found)
    await strip.end()


async def test_accounts_that_were_not_kept_are_given_again(
    room: Room, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    with sandbox.state.held() as state:
        model = next(
            payment
            for payment in reversed(list(state.book.payments("tier = ? and test = ?", (0, 0))))
            if (payment["status"], payment["pay_method"]) == ("paid", "vbank")
        )
    model = model | {
        "imp_uid": UIDS[0],
        "merchant_uid": "W-0",
        "pg_provider": "tosspayments",
        "amount": AMOUNT,
    }
    sandbox.state.put(model)
    heads = ["imp_uid", "은행", "계좌번호", "예금주", "연락처"]
    path = workbook(
        tmp_path / "l.xlsx", [heads, [UIDS[0], "신한", "110-987-654321", "김민서", "01012345678"]]
    )
    dialog = room.door.open((), room.window)
    dialog.source.read_file(path)
    await eventually(lambda: dialog.source.is_ready)
    dialog.source.fill_up.setChecked(True)
    dialog.check.click()
    trial = await room.trial(dialog)
    trial.with_warned.setChecked(True)
    run = room.shop.bulk.prepare(trial.chosen, "KRW")
    await room.shop.bulk.write_down(run, Limits())
    dialog.close()
    room.shop.bulk._runs.clear()  # as after a new start

    (waiting,) = await room.shop.bulk.unfinished()
    room.door._open_list(waiting.plan, room.window, begins=False)
    page = next(one for one in room.window.findChildren(BulkDialog) if one.isVisible()).running
    assert page is not None
    await eventually(page.accounts.isVisible)
    assert page.give_up.isVisible()
    page.read_accounts(workbook(tmp_path / "other.xlsx", [["imp_uid", "금액"], ["imp_1", 1]]))
    dialog = next(one for one in room.window.findChildren(BulkDialog) if one.isVisible())
    await eventually(lambda: not dialog.notice.isHidden())
    page.read_accounts(path)
    await eventually(lambda: not page.accounts.isVisible())
    page.go_on.click()
    await eventually(lambda: page.rows[0].part is Part.CONFIRMED)


async def test_a_locked_journal_is_said_and_nothing_is_sent(room: Room, sandbox: RunningSandbox) -> None:
    dialog, trial = await room.tried()
    confirm(trial)
    await room.shop.bulk._journal.run(lambda journal: journal.ballast.release())
    trial.start.click()
    await eventually(lambda: not dialog.notice.isHidden())

    assert sandbox.visits.all(CANCEL) == []


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
async def test_the_result_adds_up_in_a_file(
    room: Room, sandbox: RunningSandbox, tmp_path: Path, suffix: str
) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.LOST_ANSWER, operation=CANCEL, count=None))
    dialog, trial = await room.tried()
    confirm(trial)
    trial.start.click()
    await eventually(lambda: dialog.running is not None and "unclear" in dialog.running.headline.text())
    path = tmp_path / f"result.{suffix}"
    dialog.save_to(path)
    await eventually(lambda: dialog._told.text().startswith("Saved in"))

    if suffix == "xlsx":
        book = load_workbook(path)
        summary, rows = (book.get_sheet_by_name(name).to_python() for name in ("Summary", "Refunds"))
    else:
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        summary, rows = (
            [line.split(",") for line in (tmp_path / name).read_text("utf-8-sig").splitlines()]
            for name in ("result Summary.csv", "result.csv")
        )
    parts, whole = summary[1:-1], summary[-1]
    assert len(parts) == len(Part)
    assert sum(float(part[-2]) for part in parts) == float(whole[-2]) == len(rows) - 1 == 6
    assert sum(float(part[-1]) for part in parts) == float(whole[-1]) == 6 * AMOUNT
    assert [row[1] for row in rows[1:]] == UIDS


async def test_a_dry_run_in_a_file_never_names_a_buyer(
    room: Room, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    dialog, _ = await room.tried()
    dialog.save_to(tmp_path / "tried.xlsx")
    await eventually(lambda: dialog._told.text().startswith("Saved in"))

    name = (sandbox.state.payment(UIDS[0]) or {})["buyer_name"]
    cells = [
        cell
        for row in load_workbook(tmp_path / "tried.xlsx").get_sheet_by_name("Refunds").to_python()
        for cell in row
    ]
    assert name not in cells
    assert UIDS[0] in cells
    events = await room.shop.bulk._journal.run(lambda journal: [row.event for row in journal.audit_rows()])
    assert "exported" in events


async def test_privacy_masks_what_people_wrote_in_the_result(
    room: Room, sandbox: RunningSandbox, privacy: Privacy, tmp_path: Path
) -> None:
    dialog = room.door.open(UIDS[:1], room.window)
    dialog.source.reason.setCurrentText("=김민서 010-1234-5678")
    dialog.check.click()
    trial = await room.trial(dialog)
    confirm(trial)
    trial.start.click()
    await room.over(dialog)

    for is_on, expected in ((False, "=김민서 010-1234-5678"), (True, "***")):
        privacy.switch(is_on)
        path = tmp_path / f"{is_on}.xlsx"
        dialog.save_to(path)
        await eventually(lambda path=path: path.name in dialog._told.text())
        head, row = load_workbook(path).get_sheet_by_name("Refunds").to_python()
        assert str(row[head.index("Reason")]).startswith(expected)
        assert not any(formulas_of(path).values())


async def test_privacy_masks_buyers_in_the_dry_run(room: Room, privacy: Privacy) -> None:
    privacy.switch(True)
    _, trial = await room.tried(UIDS[:1])
    column = next(column for column in trial.table.model.columns if column.key == "buyer")

    assert "*" in column.text(trial.run.rows[0])


async def test_every_button_and_field_has_a_name(room: Room, tmp_path: Path) -> None:
    words.set_language("ko")
    dialog, trial = await room.tried()
    for widget in (trial.total, trial.table.table, dialog.bar, dialog.source.reason, dialog.source.amount):
        assert widget.accessibleName()
    for button in (trial.start, dialog.leave, dialog.save, dialog.back):
        assert button.text()


async def test_a_second_opening_comes_to_the_one_that_is_open(room: Room) -> None:
    first = room.door.open(UIDS, room.window)

    assert room.door.open((), room.window) is first
