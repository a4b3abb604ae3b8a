"""The refund dialog over the real protocol and the sandbox: one click, one refund, true words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import asdict
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from portdesk.api.endpoints.payments import CANCEL_PAYMENT, FETCH_PAYMENT, CancelPayment
from portdesk.domain.ids import ImpUid
from portdesk.domain.refund_settings import RefundSettings
from portdesk.domain.shops import Credentials
from portdesk.domain.times import KST
from portdesk.ledger.instruction import PROGRESS
from portdesk.ledger.states import State
from portdesk.ledger.steps import Answer, Change, Committed
from portdesk.qt.privacy import Privacy
from portdesk.qt.tasks import Tasks
from portdesk.qt.words import set_language
from portdesk.sandbox.faults import Fault, FaultKind
from portdesk.sandbox.record import Payment
from portdesk.sandbox.server import RunningSandbox, start_sandbox
from portdesk.sandbox.settings import SandboxSettings
from portdesk.store.folders import DataFolder
from portdesk.store.journal import Journal
from portdesk.store.journal_check import Standing
from portdesk.store.secrets import Secrets
from portdesk.usecases.cautions import Why
from portdesk.usecases.refunds import RefundMoved
from portdesk.usecases.shops import OpenShop, Shops
from portdesk.widgets.kit.text import PlainLabel
from portdesk.widgets.refunds.dialog import RefundDialog, _extras
from portdesk.widgets.refunds.form import RefundForm
from portdesk.widgets.refunds.settings import RefundSettingsDialog
from screen import HeardAlerts, eventually

Opener = Callable[[Payment], Awaitable[RefundDialog]]

pytestmark = pytest.mark.anyio

CANCEL = CANCEL_PAYMENT.name
FETCH = FETCH_PAYMENT.name


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


@pytest.fixture
def open_dialog(shop: OpenShop, privacy: Privacy, sending: Tasks, opened: list[RefundDialog]) -> Opener:
    """Opens a dialog as the program does and waits until there is something in it."""

    async def open_for(payment: Payment) -> RefundDialog:
        dialog = RefundDialog(
            shop,
            ImpUid(payment["imp_uid"]),
            privacy=privacy,
            now=lambda: datetime.now(KST),
            sending=sending,
        )
        opened.append(dialog)
        dialog.show()
        await eventually(lambda: not dialog._tasks.is_running("open"))
        return dialog

    return open_for


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


@pytest.fixture
async def dialog(open_dialog: Opener, payment: Payment) -> RefundDialog:
    return await open_dialog(payment)


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
    dialog.buttons.refund.click()
    await done(dialog)

    assert now_in(sandbox, payment)["cancel_amount"] == payment["amount"]
    assert dialog.verdict.state.text() == "Done"


async def test_a_part_leaves_the_rest(
    dialog: RefundDialog, sandbox: RunningSandbox, payment: Payment
) -> None:
    assert dialog.form is not None
    QTest.keyClicks(dialog.form.amount, "1,000")
    assert dialog.form.part.isChecked()
    assert dialog.buttons.refund.text() == "&Refund ₩1,000"

    dialog.buttons.refund.click()
    await done(dialog)

    assert now_in(sandbox, payment)["cancel_amount"] == 1000


async def test_many_clicks_are_one_request(dialog: RefundDialog, sandbox: RunningSandbox) -> None:
    for _ in range(20):
        QTest.mouseClick(dialog.buttons.refund, Qt.MouseButton.LeftButton)
        dialog.buttons.refund.click()
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

    assert not dialog.buttons.refund.isEnabled()
    dialog.buttons.refund.click()
    assert dialog.verdict.row is None
    assert sandbox.visits.all(CANCEL) == []


async def test_a_lost_answer_is_never_called_a_failure_and_turns_out_done(
    dialog: RefundDialog, shop: OpenShop, sandbox: RunningSandbox, payment: Payment
) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.LOST_ANSWER, operation=CANCEL))
    seen: set[State] = set()
    shop.bus.subscribe(RefundMoved, lambda event: seen.add(event.row.state))

    dialog.buttons.refund.click()
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
    dialog.buttons.refund.click()
    dialog.close()

    seen: set[State] = set()
    shop.bus.subscribe(RefundMoved, lambda event: seen.add(event.row.state))
    await eventually(lambda: State.CONFIRMED in seen and not dialog._sending._running)
    assert len(sandbox.visits.all(CANCEL)) == 1


async def test_a_payment_that_cannot_be_read_offers_nothing(
    sandbox: RunningSandbox, open_dialog: Opener
) -> None:
    operation = "GET /payments/{imp_uid}"
    sandbox.faults.add(Fault(kind=FaultKind.STATUS, operation=operation, status=404, count=None))

    dialog = await open_dialog(paid(sandbox))

    assert dialog.form is None
    assert not dialog.buttons.refund.isEnabled()


async def test_money_that_goes_to_an_account_asks_for_it(
    sandbox: RunningSandbox, open_dialog: Opener
) -> None:
    dialog = await open_dialog(paid(sandbox, method="vbank"))
    form = dialog.form
    assert form is not None
    assert not dialog.buttons.refund.isEnabled()

    form.account.bank.setCurrentIndex(1)
    form.account.account.setText("110-123-456789")
    form.account.holder.setText("김민서")

    assert dialog.buttons.refund.isEnabled()
    assert "110123456789" not in repr(_extras(form))


class Wired:
    """Writes down the exact bodies that leave, and lets them go."""

    def __init__(self, shop: OpenShop, monkeypatch: pytest.MonkeyPatch) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.hashes: list[str] = []
        send = shop.refunds._wire.send

        async def noted(request: CancelPayment) -> Answer:
            body = CANCEL_PAYMENT.call(request).body or b""
            self.bodies.append(json.loads(body))
            self.hashes.append(hashlib.sha256(body).hexdigest())
            return await send(request)

        monkeypatch.setattr(shop.refunds._wire, "send", noted)


@pytest.fixture
def wired(shop: OpenShop, monkeypatch: pytest.MonkeyPatch) -> Wired:
    return Wired(shop, monkeypatch)


def form_of(dialog: RefundDialog) -> RefundForm:
    assert dialog.form is not None
    return dialog.form


@pytest.mark.parametrize("way", [("en", True), ("en", False), ("ko", True), ("ko", False)])
async def test_words_wire_and_journal_are_one_frozen_instruction(
    shop: OpenShop, payment: Payment, open_dialog: Opener, wired: Wired, way: tuple[str, bool]
) -> None:
    language, with_code = way
    set_language(language)
    await shop.refund_choices.keep(RefundSettings(with_code=with_code), "kim")
    dialog = await open_dialog(payment)
    form = form_of(dialog)
    QTest.keyClicks(form.amount, "12345")
    form.tax_free.setText("345")
    form.reason.setEditText("[이중] 결제")
    frozen, sentence, button = (
        dialog.decision.frozen,
        dialog.decision.sentence.text(),
        dialog.buttons.refund.text(),
    )
    assert frozen is not None
    dialog.buttons.refund.click()
    await done(dialog)

    [body], [row] = wired.bodies, await shop.refunds.about(ImpUid(payment["imp_uid"]))
    [attempt] = await shop.refunds._journal.run(Journal.attempts, row.id)
    rest = payment["amount"] - 12345
    code = f" [{row.code}]" if with_code else ""
    assert body == {
        "imp_uid": payment["imp_uid"],
        "amount": 12345,
        "checksum": payment["amount"],
        "tax_free": 345,
        "reason": f"(이중) 결제{code}",
    }
    progress = dict.fromkeys(PROGRESS)
    assert {**asdict(row), **progress} == {**asdict(frozen), **progress}, "nothing of it changed on its way"
    assert (row.amount, row.snapshot.balance, row.tax_free) == (
        body["amount"],
        body["checksum"],
        body["tax_free"],
    )
    assert (row.subject, row.reason) == (body["imp_uid"], body["reason"])
    assert attempt.body_sha256 == wired.hashes[0]
    assert (row.code is not None) is with_code
    won = "₩{:,}" if language == "en" else "{:,}원"
    assert won.format(body["amount"]) in button
    assert row.words.endswith(sentence), "what was read is what is kept"
    for part in (won.format(body["amount"]), won.format(rest), won.format(345), f"“{body['reason']}”"):
        assert part in sentence
    assert payment["buyer_name"] not in row.words, "nothing can be deleted from a journal"


async def test_the_amount_is_told_in_korean_words_too(dialog: RefundDialog) -> None:
    set_language("ko")
    QTest.keyClicks(form_of(dialog).amount, "5000")

    assert dialog.decision.share.text().startswith("오천 원 · ")


async def test_above_the_limit_a_tick_for_that_very_amount_is_wanted(
    shop: OpenShop,
    payment: Payment,
    open_dialog: Opener,
    sandbox: RunningSandbox,
) -> None:
    await shop.refund_choices.keep(RefundSettings(limit=1_000), "kim")
    dialog = await open_dialog(payment)
    form, look = form_of(dialog), dialog.decision.second_look
    QTest.keyClicks(form.amount, "2000")
    assert [caution.why for caution in look.cautions] == [Why.LIMIT]
    assert look.isVisible()
    dialog.buttons.refund.click()
    assert sandbox.visits.all(CANCEL) == []

    look.sure.click()
    assert dialog.buttons.refund.isEnabled()
    QTest.keyClicks(form.amount, "1")
    assert not look.sure.isChecked(), "the tick was for another amount"
    assert not dialog.buttons.refund.isEnabled()
    look.sure.click()
    dialog.buttons.refund.click()
    await done(dialog)

    [row] = await shop.refunds.about(ImpUid(payment["imp_uid"]))
    assert (row.amount, row.approval) == (20_001, "limit")


async def test_the_same_amount_again_is_asked_about(
    dialog: RefundDialog,
    shop: OpenShop,
    payment: Payment,
    open_dialog: Opener,
    sandbox: RunningSandbox,
) -> None:
    QTest.keyClicks(form_of(dialog).amount, "1000")
    dialog.buttons.refund.click()
    await done(dialog)
    dialog.close()

    again = await open_dialog(payment)
    assert again.form is None
    assert again.verdict.state.text() == "Done"
    assert again.buttons.another.isVisible()
    again.buttons.another.click()
    await eventually(lambda: again.form is not None)
    QTest.keyClicks(form_of(again).amount, "1000")

    assert [caution.why for caution in again.decision.second_look.cautions] == [Why.SAME_AMOUNT]
    assert not again.buttons.refund.isEnabled()
    again.decision.second_look.sure.click()
    again.buttons.refund.click()
    await done(again)
    assert now_in(sandbox, payment)["cancel_amount"] == 2000


async def test_a_dialog_opened_anew_shows_the_same_verdict_while_it_goes_on(
    dialog: RefundDialog,
    shop: OpenShop,
    payment: Payment,
    open_dialog: Opener,
    sandbox: RunningSandbox,
) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.LOST_ANSWER, operation=CANCEL))
    dialog.buttons.refund.click()
    await eventually(lambda: state(dialog) is State.UNKNOWN and not dialog._sending._running)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()

    # Even with a server that cannot be read: the journal is here.
    sandbox.faults.add(Fault(kind=FaultKind.STATUS, operation=FETCH, status=503, count=None))
    again = await open_dialog(payment)
    assert again.form is None
    assert again.verdict.state.text() == dialog.verdict.state.text()
    assert not again.buttons.another.isVisible()
    assert not again.buttons.again.isVisible()
    assert not again.buttons.refund.isVisible()
    sandbox.faults.clear()
    await shop.refunds.check_due(1e9)

    assert state(again) is State.CONFIRMED
    assert len(sandbox.visits.all(CANCEL)) == 1


async def test_a_refusal_is_quoted_with_its_meaning(
    dialog: RefundDialog, shop: OpenShop, sandbox: RunningSandbox, payment: Payment
) -> None:
    with sandbox.state.held() as held:
        held.book.set_trouble(payment["imp_uid"], "이미 전액취소된 주문입니다 <b>x</b>")
    dialog.buttons.refund.click()
    await eventually(lambda: state(dialog) is State.REFUSED and not dialog._sending._running)
    await eventually(dialog.verdict.quote.text)

    assert "<b>x</b>" in dialog.verdict.quote.text()
    assert "already been given back" in dialog.verdict.meaning.text()
    assert not dialog.verdict.step.isVisible()


async def test_what_was_refused_for_its_sums_does_not_break_the_dialog(
    dialog: RefundDialog, sandbox: RunningSandbox, payment: Payment
) -> None:
    changed = {**payment, "status": "cancelled", "cancel_amount": 100}
    sandbox.state.put(changed)
    dialog.buttons.refund.click()
    await eventually(lambda: state(dialog) is State.REFUSED and not dialog._sending._running)

    assert dialog.verdict.state.text().startswith("Checking")
    assert now_in(sandbox, payment)["cancel_amount"] == 100


async def test_a_locked_journal_says_why_nothing_can_be_sent(
    shop: OpenShop,
    payment: Payment,
    open_dialog: Opener,
) -> None:
    await shop.refunds._journal.run(lambda journal: journal._stand(Standing.ROLLED_BACK, "test"))
    dialog = await open_dialog(payment)

    assert not dialog.buttons.refund.isEnabled()
    assert "Refunds are locked" in dialog._notice.findChildren(PlainLabel)[1].text()


@pytest.mark.parametrize("before", [False, True], ids=["first", "second"])
async def test_what_failed_before_it_began_leaves_the_form_as_it_was_typed(
    dialog: RefundDialog, shop: OpenShop, sandbox: RunningSandbox, before: bool
) -> None:
    if before:
        QTest.keyClicks(form_of(dialog).amount, "500")
        dialog.buttons.refund.click()
        await done(dialog)
        dialog.buttons.another.click()
        await eventually(lambda: form_of(dialog).isVisible() and not dialog._tasks.is_running("open"))
    sent = len(sandbox.visits.all(CANCEL))
    form = form_of(dialog)
    QTest.keyClicks(form.amount, "1000")
    form.reason.setEditText("typed")
    await shop.refunds._journal.run(lambda journal: journal._stand(Standing.IN_USE, "test"))
    dialog.buttons.refund.click()
    await eventually(lambda: dialog._notice.isVisible() and form.isVisible())

    assert len(sandbox.visits.all(CANCEL)) == sent
    assert dialog.form is form
    assert (form.amount.text(), form.reason.reason) == ("1,000", "typed")
    assert not dialog.verdict.isVisible()


async def test_a_journal_that_takes_nothing_is_told_and_nothing_is_sent_or_lost(
    dialog: RefundDialog, shop: OpenShop, sandbox: RunningSandbox
) -> None:
    form = form_of(dialog)
    QTest.keyClicks(form.amount, "1000")

    await shop.refunds._journal.run(lambda journal: journal._live().execute("PRAGMA query_only = 1") and None)
    dialog.buttons.refund.click()
    await eventually(lambda: dialog._notice.isVisible() and form.isVisible())

    assert sandbox.visits.all(CANCEL) == []
    assert form.amount.text() == "1,000"
    assert "could not be written down first" in dialog._notice.findChildren(PlainLabel)[1].text()


async def test_a_result_that_could_not_be_written_is_told(
    dialog: RefundDialog, shop: OpenShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply = Journal.apply

    def full(journal: Journal, change: Change) -> Committed:
        return Committed.FAILED if change.is_result else apply(journal, change)

    monkeypatch.setattr(Journal, "apply", full)
    dialog.buttons.refund.click()
    await eventually(lambda: dialog._notice.isVisible() and not dialog._sending._running)

    assert "could not be written down" in dialog._notice.findChildren(PlainLabel)[1].text()
    assert "Do not refund it again" in dialog._notice.findChildren(PlainLabel)[2].text()


async def test_reading_again_after_an_error_brings_the_form(
    sandbox: RunningSandbox, payment: Payment, open_dialog: Opener
) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.STATUS, operation=FETCH, status=503, count=None))
    dialog = await open_dialog(payment)
    assert dialog.form is None
    assert not dialog.buttons.refund.isEnabled()
    sandbox.faults.clear()
    dialog._state._action.click()
    await eventually(lambda: dialog.form is not None)

    assert dialog.buttons.refund.isEnabled()


async def test_a_refund_begun_elsewhere_takes_the_form_away(
    dialog: RefundDialog,
    shop: OpenShop,
    payment: Payment,
    open_dialog: Opener,
    sandbox: RunningSandbox,
) -> None:
    other = await open_dialog(payment)
    QTest.keyClicks(form_of(other).amount, "1000")
    other.buttons.refund.click()
    await done(other)
    await eventually(lambda: state(dialog) is State.CONFIRMED)

    assert not form_of(dialog).isVisible()
    assert not dialog.buttons.refund.isVisible()
    assert len(sandbox.visits.all(CANCEL)) == 1


async def test_naver_pay_is_sent_who_asked(
    shop: OpenShop,
    sandbox: RunningSandbox,
    payment: Payment,
    open_dialog: Opener,
    wired: Wired,
) -> None:
    sandbox.state.put({**payment, "pg_provider": "naverpay"})
    dialog = await open_dialog(payment)
    form_of(dialog).requester.setCurrentIndex(2)
    dialog.buttons.refund.click()
    await done(dialog)

    assert wired.bodies[0]["extra"] == {"requester": "admin"}


async def test_a_reason_is_remembered_once_it_was_used(dialog: RefundDialog, shop: OpenShop) -> None:
    form_of(dialog).reason.setEditText("전화로 요청")
    dialog.buttons.refund.click()
    await done(dialog)
    await eventually(lambda: shop.refund_choices.settings.latest)

    assert shop.refund_choices.settings.latest == ("전화로 요청",)


async def test_the_settings_are_a_click_away_and_hold_at_once(dialog: RefundDialog) -> None:
    form_of(dialog).settings_button.click()
    settings = dialog.findChild(RefundSettingsDialog)
    assert settings is not None
    settings.with_code.setChecked(False)
    settings.limit.setText("1")
    tasks = settings._tasks
    settings.save.click()
    await eventually(dialog.decision.second_look.isVisible)
    await eventually(lambda: not tasks._running)

    assert dialog.decision.frozen is not None
    assert dialog.decision.frozen.code is None


async def test_the_keyboard_never_lands_on_the_button_by_itself(dialog: RefundDialog) -> None:
    dialog.activateWindow()
    form = form_of(dialog)
    buttons = (dialog.buttons.refund, dialog.buttons.cancel, dialog.buttons.another, dialog.buttons.again)

    assert dialog.focusWidget() is form.whole
    assert not any(button.isDefault() or button.autoDefault() for button in buttons)
    assert dialog.buttons.refund.text() == f"&Refund ₩{int(form._rest.value):,}"
    assert [button.text().count("&") for button in (dialog.buttons.refund, dialog.buttons.another)] == [1, 1]


async def test_enter_on_the_button_gives_nothing_back_but_space_does(
    dialog: RefundDialog, sandbox: RunningSandbox
) -> None:
    dialog.buttons.refund.setFocus()
    QTest.keyClick(dialog.buttons.refund, Qt.Key.Key_Return)
    assert dialog.verdict.row is None
    dialog.buttons.refund.setDefault(True)  # as a style or Qt itself may decide
    for widget in (form_of(dialog).amount, form_of(dialog).reason, dialog):
        QTest.keyClick(widget, Qt.Key.Key_Enter)
    assert dialog.verdict.row is None
    QTest.keyClick(dialog.buttons.refund, Qt.Key.Key_Space)
    await done(dialog)

    assert len(sandbox.visits.all(CANCEL)) == 1


async def test_a_double_click_leaves_the_verdict_open(dialog: RefundDialog) -> None:
    dialog.resize(640, 700)  # so that the buttons stay where they are
    QApplication.processEvents()
    at_its_end = dialog.buttons.refund.rect().center() + QPoint(dialog.buttons.refund.width() // 4, 0)
    place = dialog.buttons.refund.mapTo(dialog, at_its_end)
    QTest.mouseClick(dialog.buttons.refund, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    under = dialog.childAt(place)

    assert not isinstance(under, QPushButton), "the second click would do something else"
    await done(dialog)
