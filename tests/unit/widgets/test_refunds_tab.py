"""The refunds tab over the real protocol and the sandbox: what is shown, and what a person may do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton, QWidget

from portdesk.domain.ids import ImpUid
from portdesk.domain.shops import Credentials
from portdesk.domain.times import KST
from portdesk.ledger.instruction import Instruction
from portdesk.ledger.refund import Wish
from portdesk.ledger.states import State
from portdesk.qt.events import Events
from portdesk.qt.privacy import Privacy
from portdesk.qt.tasks import Tasks
from portdesk.sandbox.faults import Fault, FaultKind
from portdesk.sandbox.server import RunningSandbox, start_sandbox
from portdesk.sandbox.settings import SandboxSettings
from portdesk.store.folders import DataFolder
from portdesk.store.journal_check import Standing
from portdesk.store.secrets import Secrets
from portdesk.usecases.shops import OpenShop, Shops
from portdesk.widgets.crossings import Crossings
from portdesk.widgets.kit.disclosing import Disclosing
from portdesk.widgets.kit.listing import Listing
from portdesk.widgets.main_window import MainWindow, Page
from portdesk.widgets.payments.tab import PaymentsTab
from portdesk.widgets.refunds.deciding import DecideDialog
from portdesk.widgets.refunds.filters import READY_VIEWS
from portdesk.widgets.refunds.retrying import AbandonDialog, RetryDialog
from portdesk.widgets.refunds.standing import AcceptDialog
from portdesk.widgets.refunds.tab import RefundsTab
from portdesk.widgets.revealing import Revealing
from portdesk.widgets.tabs import REFUNDS, TABS, Surroundings
from screen import HeardAlerts, eventually, settled

pytestmark = pytest.mark.anyio

CANCEL = "POST /payments/cancel"
FETCH = "GET /payments/{imp_uid}"


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    """It returns no reason and no number, so that an equal amount is nobody's in particular."""
    settings = SandboxSettings(payments=200, seed=3, echoes_reason=False, gives_cancellation_id=False)
    with start_sandbox(settings) as running:
        yield running


@pytest.fixture
async def office(sandbox: RunningSandbox, tmp_path: Path, alerts: HeardAlerts) -> AsyncIterator[OpenShop]:
    keys = Credentials(imp_key=sandbox.imp_key, imp_secret=sandbox.imp_secret)
    shops = Shops(DataFolder(tmp_path), Secrets(lambda: None))
    opened = await shops.open_loopback(sandbox.base_url, keys, name="demo")
    opened.refunds._quiet_seconds = 0
    await opened.refunds.check_due(0.0)
    yield opened
    await opened.close()
    shops.close()


@pytest.fixture
async def tab(
    office: OpenShop, window: MainWindow, alerts: HeardAlerts, privacy: Privacy
) -> AsyncIterator[RefundsTab]:
    events = Events(office.bus, window)
    sending = Tasks(window, alerts.show)
    disclosing = Disclosing(office.disclosures, (), lambda _: None)
    around = Surroundings(
        shop=office,
        events=events,
        alerts=alerts,
        privacy=privacy,
        disclosing=disclosing,
        tasks=sending,
        pay=lambda _beginning, _parent: None,
        crossings=Crossings(window),
        now=lambda: datetime.now(KST),
    )
    pages = [Page(spec.key, spec.title, spec.build(around)) for spec in TABS]
    window.show_shop(office.shop, pages, {}, Revealing(window, privacy, alerts, disclosing))
    window.calling.follow(events, REFUNDS, around.crossings)
    found = window.tabs[REFUNDS]
    assert isinstance(found, RefundsTab)
    await eventually(lambda: found.listing.answers)
    window.header.tabs.setCurrentIndex(REFUNDS)
    await calm(window)
    yield found
    if found.dialog is not None:
        dialog = found.dialog
        found.dialog.close()
        if isinstance(dialog, (DecideDialog, RetryDialog)):
            await dialog.end()
    await sending.end()
    await window.close_shop()
    events.end()


def paid(sandbox: RunningSandbox, nth: int = 0) -> ImpUid:
    with sandbox.state.held() as state:
        found = [
            payment
            for payment in reversed(list(state.book.payments("tier = ? and test = ?", (0, 0))))
            if (payment["status"], payment["pay_method"], payment["currency"]) == ("paid", "card", "KRW")
            and payment["pg_provider"] in ("kcp", "tosspayments")
            and not payment["escrow"]
            and payment["amount"] > 20_000
        ]
    return ImpUid(found[nth]["imp_uid"])


Made = Callable[..., Awaitable[Instruction]]


@pytest.fixture
def made(office: OpenShop, sandbox: RunningSandbox) -> Made:
    """Refunds one payment in the weather of `fault` and looks until nothing more can be found out."""

    async def make(
        fault: FaultKind | None = None, *, nth: int = 0, amount: int = 5000, settle: bool = True
    ) -> Instruction:
        if fault is not None:
            sandbox.faults.add(Fault(kind=fault, operation=CANCEL, **({"count": None} if not settle else {})))
        uid = paid(sandbox, nth)
        await office.payments.read_again(uid)
        shown = await office.refunds.show(uid)
        wish = Wish(
            amount=Decimal(amount), currency="KRW", reason="고객 변심", actor="kim", words="작약 한 다발"
        )
        await office.refunds.confirm(office.refunds.prepare(shown, wish), "kim")
        if settle:
            for _ in range(3):
                await office.refunds.check_due(1e12)
        [row] = await office.refunds.latest(1)
        return row

    return make


async def chosen(tab: RefundsTab, row: Instruction) -> None:
    """Choose a row as a person does, with the mouse."""
    await eventually(lambda: tab._listed.number_of(row.id) is not None)
    number = tab._listed.number_of(row.id)
    assert number is not None
    await eventually(lambda: tab.listing.model.row_of(number) >= 0)
    index = tab.listing.model.index(tab.listing.model.row_of(number), 0)
    await eventually(lambda: tab.listing.model.row(index.row()) is not None)
    table = tab.listing.table
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(index).center())
    await eventually(lambda: tab.details.row is not None and tab.details.row.id == row.id)
    await calm(tab.window())


async def calm(window: QWidget) -> None:
    """Everything in sight is painted and here: nothing asks for rows once the loop stands still."""
    for _ in range(2):
        await settled()
        window.grab()  # a first paint asks for rows, too
        for listing in window.findChildren(Listing):
            await eventually(lambda: listing.model.is_settled and not listing._tasks._running)  # noqa: B023 - awaited here
    await settled()


def click(button: QPushButton | QCheckBox) -> None:
    assert button.isEnabled()
    if isinstance(button, QCheckBox):
        QTest.keyClick(button, Qt.Key.Key_Space)
    else:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def texts(tab: RefundsTab) -> str:
    return "\n".join(label.text() for label in tab.details.facts.findChildren(QLabel) if label.isVisible())


class TestList:
    async def test_a_refund_is_shown_with_its_payment_and_its_file(
        self, tab: RefundsTab, made: Made, office: OpenShop
    ) -> None:
        row = await made()
        await chosen(tab, row)

        known = await office.payments.find(ImpUid(row.subject))
        assert known is not None
        assert row.state is State.CONFIRMED
        assert known.payment.buyer_name in tab.details._title.text()
        assert tab.details._order.text() == known.payment.name
        file = texts(tab)
        for told in (
            row.code,
            row.subject,
            row.actor,
            "Request 1",
            "The server said yes",
            "Confirmed by the",
        ):
            assert told in file
        assert not tab.details.decide.isVisible()
        assert not tab.details.again.isVisible()
        await calm(tab.window())

    async def test_what_needs_a_person_is_on_top_and_counted(
        self, tab: RefundsTab, made: Made, window: MainWindow
    ) -> None:
        first = await made(FaultKind.LOST_ANSWER)
        second = await made(nth=1)
        assert (first.state, second.state) == (State.HUMAN, State.CONFIRMED)

        model = tab.listing.model
        await eventually(lambda: len(model.ids) == 2 and model.row(0) and model.row(1))
        assert [model.row(n).row.id for n in (0, 1)] == [first.id, second.id]  # type: ignore[union-attr]
        await eventually(lambda: "1" in window.header.tabs.tabText(REFUNDS))
        assert window.header.tabs.accessibleTabName(REFUNDS) == "Refunds, 1 needs you"
        await calm(tab.window())

    async def test_it_is_searched_by_whatever_a_person_has(
        self, tab: RefundsTab, made: Made, office: OpenShop
    ) -> None:
        row = await made(amount=5000)
        await made(nth=1, amount=7000)
        await eventually(lambda: len(tab.listing.model.ids) == 2)
        known = await office.payments.find(ImpUid(row.subject))
        assert known is not None
        buyer, name = known.payment.buyer_name, known.payment.name
        assert buyer
        assert name

        words = (
            row.subject,
            row.merchant_uid,
            row.code,
            "5,000원",
            "₩5000",
            f"{buyer} 5,000",
            f"5000 {name[:2]}",
        )
        for text in words:
            before = tab.listing.answers
            tab.filters.ask(str(text))
            await eventually(lambda: tab.listing.answers > before)  # noqa: B023 - awaited here
            assert list(tab.listing.model.ids) == [tab._listed.number_of(row.id)], text
        before = tab.listing.answers
        tab.filters.ask("nobody has this")
        await eventually(lambda: tab.listing.answers > before)
        assert tab.listing.state.isVisible()
        await calm(tab.window())

    async def test_its_ready_views_are_told_apart_and_named(self, tab: RefundsTab) -> None:
        views, asked = tab.listing.views, []
        for view in READY_VIEWS:
            views.chosen.emit(view)
            tab.listing.restore_view(view.state)
            assert tab.listing.fits(view)
            asked.append(tab.filters.asked)
        assert all(one != other for n, one in enumerate(asked) for other in asked[:n])
        tab.filters.clear()
        assert views.text() == "View: Everything"
        await calm(tab.window())

    async def test_privacy_masks_the_buyer_at_once(
        self, tab: RefundsTab, made: Made, office: OpenShop, privacy: Privacy
    ) -> None:
        row = await made()
        await chosen(tab, row)
        known = await office.payments.find(ImpUid(row.subject))
        assert known is not None
        assert known.payment.buyer_name is not None

        privacy.switch(True)

        assert known.payment.buyer_name not in tab.details._title.text()
        assert tab.listing.sheet().personal == {}
        await calm(tab.window())

    async def test_the_payment_is_one_press_away_and_back(
        self, tab: RefundsTab, made: Made, window: MainWindow
    ) -> None:
        row = await made()
        await chosen(tab, row)
        click(tab.details.payment)

        payments = window.tabs[0]
        assert isinstance(payments, PaymentsTab)
        await eventually(lambda: payments.details.payment is not None)
        assert payments.details.payment is not None
        assert payments.details.payment.imp_uid == row.subject
        assert payments.isVisible()
        assert payments.details.refund_mark.isVisible()
        assert "Done" in payments.details.refund_mark.accessibleName()

        click(payments.details.refund_link)
        await eventually(lambda: tab.isVisible() and tab.details.row is not None)
        await calm(window)


class TestMark:
    async def test_the_row_of_the_payment_follows_the_journal(
        self, tab: RefundsTab, made: Made, office: OpenShop, sandbox: RunningSandbox, window: MainWindow
    ) -> None:
        payments = window.tabs[0]
        assert isinstance(payments, PaymentsTab)
        (column,) = (one for one in payments.listing.model.columns if one.key == "refund")
        row = await made(FaultKind.LOST_ANSWER)
        await eventually(lambda: office.refund_list.latest_about(ImpUid(row.subject)) is not None)
        await eventually(lambda: len(payments.listing.model.ids) and payments.listing.model.row(0))
        shown = payments.listing.model.row(0)
        assert shown is not None

        assert column.text(shown) == "Needs you"

        await office.refunds.decide(row.id, State.CONFIRMED_BY_HUMAN, actor="lee", note="PG")
        await eventually(lambda: column.text(shown) == "Done")
        await calm(tab.window())


class TestDeciding:
    async def opened(self, tab: RefundsTab, made: Made) -> tuple[Instruction, DecideDialog]:
        row = await made(FaultKind.LOST_ANSWER)
        assert row.state is State.HUMAN
        await chosen(tab, row)
        read: list[None] = []
        click(tab.details.decide)
        dialog = tab.dialog
        assert isinstance(dialog, DecideDialog)
        dialog.read.connect(lambda: read.append(None))
        await eventually(lambda: read)
        return row, dialog

    async def test_it_takes_a_choice_a_note_and_a_second_look(
        self, tab: RefundsTab, made: Made, office: OpenShop
    ) -> None:
        row, dialog = await self.opened(tab, made)
        assert not dialog.record.isEnabled()
        QTest.mouseClick(dialog.choices[State.CONFIRMED_BY_HUMAN], Qt.MouseButton.LeftButton)
        if not dialog.choices[State.CONFIRMED_BY_HUMAN].isChecked():
            QTest.keyClick(dialog.choices[State.CONFIRMED_BY_HUMAN], Qt.Key.Key_Space)
        assert not dialog.sure.isEnabled()
        QTest.keyClicks(dialog.note, "KCP said so at 14:02")
        assert not dialog.record.isEnabled()
        assert "on your word" in dialog.meaning.text()
        dialog.which.setCurrentIndex(1)
        click(dialog.sure)

        QTest.keyClick(dialog.note, Qt.Key.Key_Return)
        assert tab.dialog is dialog, "Enter in the note must not decide"
        click(dialog.record)
        await eventually(lambda: tab.dialog is None)

        found = (await office.refunds.latest(1))[0]
        assert (found.id, found.state) == (row.id, State.CONFIRMED_BY_HUMAN)
        assert found.note == "KCP said so at 14:02"
        assert found.cancellation is not None
        await eventually(lambda: tab.details.row is not None and tab.details.row.state is found.state)
        assert "KCP said so" in texts(tab)
        await calm(tab.window())

    async def test_another_choice_takes_the_second_look_back(self, tab: RefundsTab, made: Made) -> None:
        _, dialog = await self.opened(tab, made)
        dialog.choices[State.EXTERNAL].setChecked(True)
        dialog.note.setText("because")
        dialog.sure.setChecked(True)
        assert dialog.record.isEnabled()

        dialog.choices[State.ABANDONED].setChecked(True)

        assert not dialog.sure.isChecked()
        assert not dialog.record.isEnabled()
        assert "twice" in dialog.meaning.text()
        await calm(tab.window())

    async def test_without_a_reading_the_last_one_is_the_evidence(
        self, tab: RefundsTab, made: Made, sandbox: RunningSandbox
    ) -> None:
        row = await made(FaultKind.LOST_ANSWER)
        await chosen(tab, row)
        sandbox.faults.add(Fault(kind=FaultKind.STATUS, operation=FETCH, status=404, count=None))
        click(tab.details.decide)
        dialog = tab.dialog
        assert isinstance(dialog, DecideDialog)
        await eventually(dialog.notice.isVisible)
        assert dialog.facts.isVisible()
        assert dialog.which.count() == 2
        await calm(tab.window())


class TestTryingAgain:
    async def stopped(self, tab: RefundsTab, made: Made, sandbox: RunningSandbox) -> Instruction:
        row = await made(FaultKind.RESET)
        assert row.state is State.NOT_APPLIED, row.state
        sandbox.faults.clear()
        await chosen(tab, row)
        return row

    async def again(self, tab: RefundsTab) -> RetryDialog:
        assert "5,000" in tab.details.again.text()
        moved: list[None] = []
        click(tab.details.again)
        dialog = tab.dialog
        assert isinstance(dialog, RetryDialog)
        dialog.moved.connect(lambda: moved.append(None))
        await eventually(lambda: moved)
        return dialog

    async def test_the_click_sends_the_very_amount_once(
        self, tab: RefundsTab, made: Made, sandbox: RunningSandbox
    ) -> None:
        row = await self.stopped(tab, made, sandbox)
        before = len(sandbox.visits.all(CANCEL))
        dialog = await self.again(tab)
        assert "5,000" in dialog.act.text()

        assert dialog.act.isEnabled(), dialog.sentence.text()
        for _ in range(2):
            QTest.mouseClick(dialog.act, Qt.MouseButton.LeftButton)
        await eventually(lambda: dialog.row.state is not State.NOT_APPLIED or dialog.notice.isVisible())
        assert dialog.row.state is State.CONFIRMED, (dialog.row, dialog.notice._alert)

        assert len(sandbox.visits.all(CANCEL)) == before + 1
        found = sandbox.state.payment(row.subject)
        assert found is not None
        assert found["cancel_amount"] == 5000
        assert dialog.sentence.text() == "Done"
        await calm(tab.window())

    async def test_what_has_changed_since_is_not_sent(
        self, tab: RefundsTab, made: Made, sandbox: RunningSandbox
    ) -> None:
        row = await self.stopped(tab, made, sandbox)
        payment = sandbox.state.payment(row.subject)
        assert payment is not None
        with sandbox.state.held() as state:
            state.book.save(
                state.florist.returned(payment, state.clock.now(), 100, "x"), tier=0, at=state.clock.now()
            )

        dialog = await self.again(tab)

        assert not dialog.act.isEnabled()
        assert "changed" in dialog.sentence.text()
        await calm(tab.window())

    async def test_a_payment_that_cannot_be_read_sends_nothing(
        self, tab: RefundsTab, made: Made, sandbox: RunningSandbox
    ) -> None:
        await self.stopped(tab, made, sandbox)
        sandbox.faults.add(Fault(kind=FaultKind.STATUS, operation=FETCH, status=404, count=None))
        dialog = await self.again(tab)

        assert not dialog.act.isEnabled()
        assert dialog.notice.isVisible()
        await calm(tab.window())

    async def test_it_is_given_up_after_a_second_look(
        self, tab: RefundsTab, made: Made, sandbox: RunningSandbox
    ) -> None:
        await self.stopped(tab, made, sandbox)
        click(tab.details.abandon)
        assert isinstance(tab.dialog, AbandonDialog)
        click(tab.dialog.act)

        await eventually(lambda: tab.details.row is not None and tab.details.row.state is State.ABANDONED)
        await calm(tab.window())


class TestStanding:
    @pytest.mark.parametrize(
        ("standing", "words"),
        [
            (Standing.UNPROVEN, "cannot be proven"),
            (Standing.ROLLED_BACK, "older than it was"),
            (Standing.DAMAGED, "damaged"),
            (Standing.NEWER, "newer Portdesk"),
            (Standing.IN_USE, "Another Portdesk"),
            (Standing.UNUSABLE, "cannot be read or written"),
        ],
    )
    async def test_it_is_said_in_words_and_reading_goes_on(
        self, tab: RefundsTab, made: Made, office: OpenShop, standing: Standing, words: str
    ) -> None:
        row = await made(FaultKind.LOST_ANSWER)
        office._journal._journal.standing = standing
        tab.standing.show_standing()

        assert tab.standing.isVisible()
        assert words in tab.standing.text.text()
        assert tab.standing.advice.text()
        assert tab.standing.accept.isVisible() is (standing is Standing.ROLLED_BACK)
        await chosen(tab, row)
        can_write = standing in (Standing.UNPROVEN, Standing.ROLLED_BACK)
        assert tab.details.decide.isEnabled() is can_write
        assert row.code in texts(tab)
        await calm(tab.window())

    async def test_without_room_on_the_disk_it_says_so(self, tab: RefundsTab, office: OpenShop) -> None:
        office._journal._journal.ballast.release()
        tab.standing.show_standing()

        assert "no room" in tab.standing.text.text()
        await calm(tab.window())

    async def test_the_owner_goes_on_once_it_is_quiet(
        self, tab: RefundsTab, office: OpenShop, sandbox: RunningSandbox
    ) -> None:
        tab.standing.show_standing()
        assert not tab.standing.isVisible()
        await office.refunds.show(paid(sandbox))
        await office.refunds.check_due(0.0)
        journal: Any = office._journal._journal
        journal.standing = Standing.ROLLED_BACK
        office.refunds._quiet_seconds = 600
        tab.standing.show_standing()
        assert not tab.standing.accept.isEnabled()
        assert "10 minutes" in tab.standing.accept.text()

        office.refunds._quiet_seconds = 0
        tab.standing.show_standing()
        click(tab.standing.accept)
        dialog = tab.dialog
        assert isinstance(dialog, AcceptDialog)
        assert not dialog.act.isEnabled()
        click(dialog.sure)
        click(dialog.act)

        await eventually(lambda: office.refunds.may_send and not tab.standing.isVisible())
        await calm(tab.window())


class TestCall:
    async def test_what_was_open_at_the_start_is_called_out(
        self, tab: RefundsTab, made: Made, office: OpenShop, window: MainWindow, alerts: HeardAlerts
    ) -> None:
        row = await made(FaultKind.LOST_ANSWER)
        events = Events(office.bus, window)
        window.calling.follow(events, REFUNDS, tab._crossings)
        window.calling.note(office.refund_list.open)
        window.header.tabs.setCurrentIndex(0)

        assert window.call.isVisible()
        assert window.call.text.text() == "1 refund needs you."
        click(window.call.action)
        assert not window.call.isVisible()
        await eventually(lambda: tab.isVisible() and tab.details.row is not None)
        assert tab.details.row is not None
        assert tab.details.row.id == row.id
        await calm(window)
        events.end()

    async def test_it_goes_when_nothing_is_open(
        self, tab: RefundsTab, made: Made, office: OpenShop, window: MainWindow
    ) -> None:
        row = await made(FaultKind.LOST_ANSWER)
        window.call.show()
        await office.refunds.decide(row.id, State.EXTERNAL, actor="lee", note="PG")

        await eventually(lambda: not window.call.isVisible())
        assert window.header.tabs.tabText(REFUNDS) == "Refunds"
        await calm(tab.window())
