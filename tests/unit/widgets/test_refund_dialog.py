"""The refund dialog over the real protocol and the sandbox: one click, one refund, true words."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from portdesk.domain.ids import ImpUid
from portdesk.domain.shops import Credentials
from portdesk.domain.times import KST
from portdesk.ledger.states import State
from portdesk.qt.privacy import Privacy
from portdesk.qt.tasks import Tasks
from portdesk.sandbox.faults import Fault, FaultKind
from portdesk.sandbox.record import Payment
from portdesk.sandbox.server import RunningSandbox, start_sandbox
from portdesk.sandbox.settings import SandboxSettings
from portdesk.store.folders import DataFolder
from portdesk.store.secrets import Secrets
from portdesk.usecases.refunds import RefundMoved
from portdesk.usecases.shops import OpenShop, Shops
from portdesk.widgets.refunds.dialog import RefundDialog, _extras
from screen import HeardAlerts, eventually

pytestmark = pytest.mark.anyio

CANCEL = "POST /payments/cancel"


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with start_sandbox(SandboxSettings(payments=200, seed=3)) as running:
        yield running


@pytest.fixture
async def shop(sandbox: RunningSandbox, tmp_path: Path, alerts: HeardAlerts) -> AsyncIterator[OpenShop]:
    keys = Credentials(imp_key=sandbox.imp_key, imp_secret=sandbox.imp_secret)
    shops = Shops(DataFolder(tmp_path), Secrets(lambda: None))
    opened = await shops.open_loopback(sandbox.base_url, keys, name="demo")
    # One round only: nothing may wait on the loop between the parts of a test.
    await opened.refunds.check_due(0.0)
    assert opened.refunds.may_send
    yield opened
    await opened.close()
    shops.close()


@pytest.fixture
async def sending(alerts: HeardAlerts) -> AsyncIterator[Tasks]:
    tasks = Tasks(alerts, alerts.show)
    yield tasks
    await tasks.end()


@pytest.fixture
async def opened(shop: OpenShop, privacy: Privacy, sending: Tasks) -> AsyncIterator[list[RefundDialog]]:
    dialogs: list[RefundDialog] = []
    yield dialogs
    for dialog in dialogs:
        dialog.close()
        await dialog._tasks.end()
        dialog.deleteLater()


def paid(sandbox: RunningSandbox, *, method: str = "card") -> Payment:
    """A payment of the account itself, through a PG without many rules, with nothing returned yet."""
    with sandbox.state.held() as state:
        return next(
            payment
            for payment in reversed(list(state.book.payments("tier = ? and test = ?", (0, 0))))
            if (payment["status"], payment["pay_method"], payment["currency"]) == ("paid", method, "KRW")
            and payment["pg_provider"] in ("kcp", "tosspayments")
            and not payment["escrow"]
        )


@pytest.fixture
def payment(sandbox: RunningSandbox) -> Payment:
    return paid(sandbox)


async def dialog_for(
    shop: OpenShop, payment: Payment, privacy: Privacy, sending: Tasks, opened: list[RefundDialog]
) -> RefundDialog:
    dialog = RefundDialog(
        shop,
        ImpUid(payment["imp_uid"]),
        privacy=privacy,
        now=lambda: datetime.now(KST),
        sending=sending,
    )
    opened.append(dialog)
    dialog.show()
    await eventually(lambda: dialog.form is not None or not dialog._tasks.is_running("open"))
    return dialog


@pytest.fixture
async def dialog(
    shop: OpenShop, payment: Payment, privacy: Privacy, sending: Tasks, opened: list[RefundDialog]
) -> RefundDialog:
    return await dialog_for(shop, payment, privacy, sending, opened)


def state(dialog: RefundDialog) -> State | None:
    return dialog.verdict.row.state if dialog.verdict.row else None


async def done(dialog: RefundDialog) -> None:
    """The refund is done, and the last look after it is over, too."""
    await eventually(lambda: state(dialog) is State.CONFIRMED and not dialog._sending._running)


def now_in(sandbox: RunningSandbox, payment: Payment) -> Payment:
    found = sandbox.state.payment(payment["imp_uid"])
    assert found is not None
    return found


async def test_a_whole_refund_is_done_when_the_server_says_so(
    dialog: RefundDialog, sandbox: RunningSandbox, payment: Payment
) -> None:
    dialog.refund_button.click()
    await done(dialog)

    assert now_in(sandbox, payment)["cancel_amount"] == payment["amount"]
    assert dialog.verdict.state.text() == "Done"


async def test_a_part_leaves_the_rest(
    dialog: RefundDialog, sandbox: RunningSandbox, payment: Payment
) -> None:
    assert dialog.form is not None
    QTest.keyClicks(dialog.form.amount, "1,000")
    assert dialog.form.part.isChecked()
    assert dialog.refund_button.text() == "&Refund ₩1,000"

    dialog.refund_button.click()
    await done(dialog)

    assert now_in(sandbox, payment)["cancel_amount"] == 1000


async def test_many_clicks_are_one_request(dialog: RefundDialog, sandbox: RunningSandbox) -> None:
    for _ in range(20):
        QTest.mouseClick(dialog.refund_button, Qt.MouseButton.LeftButton)
        dialog.refund_button.click()
    await done(dialog)

    assert len(sandbox.visits.all(CANCEL)) == 1


async def test_enter_in_a_field_gives_nothing_back(dialog: RefundDialog, sandbox: RunningSandbox) -> None:
    assert dialog.form is not None
    QTest.keyClicks(dialog.form.amount, "1000")
    for widget in (dialog.form.amount, dialog.form.reason, dialog):
        QTest.keyClick(widget, Qt.Key.Key_Return)

    assert dialog.verdict.row is None
    assert sandbox.visits.all(CANCEL) == []


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "99999999", "", "abc", "1e3x", "\uff19"])
async def test_an_amount_that_cannot_be_is_not_sent(
    dialog: RefundDialog, sandbox: RunningSandbox, text: str
) -> None:
    assert dialog.form is not None
    dialog.form.part.setChecked(True)
    dialog.form.amount.setText(text)

    assert not dialog.refund_button.isEnabled()
    dialog.refund_button.click()
    assert dialog.verdict.row is None
    assert sandbox.visits.all(CANCEL) == []


async def test_a_lost_answer_is_never_called_a_failure_and_turns_out_done(
    dialog: RefundDialog, shop: OpenShop, sandbox: RunningSandbox, payment: Payment
) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.LOST_ANSWER, operation=CANCEL))
    seen: set[State] = set()
    shop.bus.subscribe(RefundMoved, lambda event: seen.add(event.row.state))

    dialog.refund_button.click()
    await eventually(lambda: state(dialog) is State.UNKNOWN and not dialog._sending._running)
    await shop.refunds.check_due(1e9)
    await done(dialog)

    assert State.UNKNOWN in seen
    assert not seen & {State.NOT_APPLIED, State.NOT_SENT, State.REJECTED}
    assert now_in(sandbox, payment)["cancel_amount"] == payment["amount"]
    assert len(sandbox.visits.all(CANCEL)) == 1


async def test_closing_the_dialog_does_not_end_what_is_under_way(
    dialog: RefundDialog, shop: OpenShop, sandbox: RunningSandbox
) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.DELAYED_ANSWER, operation=CANCEL, seconds=0.3))
    dialog.refund_button.click()
    dialog.close()

    seen: set[State] = set()
    shop.bus.subscribe(RefundMoved, lambda event: seen.add(event.row.state))
    await eventually(lambda: State.CONFIRMED in seen and not dialog._sending._running)
    assert len(sandbox.visits.all(CANCEL)) == 1


async def test_a_payment_that_cannot_be_read_offers_nothing(
    shop: OpenShop, sandbox: RunningSandbox, privacy: Privacy, sending: Tasks, opened: list[RefundDialog]
) -> None:
    operation = "GET /payments/{imp_uid}"
    sandbox.faults.add(Fault(kind=FaultKind.STATUS, operation=operation, status=404, count=None))

    dialog = await dialog_for(shop, paid(sandbox), privacy, sending, opened)

    assert dialog.form is None
    assert not dialog.refund_button.isEnabled()


async def test_money_that_goes_to_an_account_asks_for_it(
    shop: OpenShop, sandbox: RunningSandbox, privacy: Privacy, sending: Tasks, opened: list[RefundDialog]
) -> None:
    dialog = await dialog_for(shop, paid(sandbox, method="vbank"), privacy, sending, opened)
    form = dialog.form
    assert form is not None
    assert not dialog.refund_button.isEnabled()

    form.account.bank.setCurrentIndex(1)
    form.account.account.setText("110-123-456789")
    form.account.holder.setText("김민서")

    assert dialog.refund_button.isEnabled()
    assert "110123456789" not in repr(_extras(form))
