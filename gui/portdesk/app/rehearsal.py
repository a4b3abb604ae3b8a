"""
The program tries itself: it plays a person on the demo shop and lets the server's own state judge.

`--self-test` is this without a screen, `--tour` the same with pictures. Each step is told on
standard output; the answer is the process's exit code.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Final

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from portdesk.app.container import Container
from portdesk.app.judge import Judge
from portdesk.app.tour import SIZE, Tour
from portdesk.domain.events import SyncProgressed
from portdesk.domain.ids import ImpUid
from portdesk.domain.payment_lists import PaymentQuery, PaymentRow
from portdesk.domain.payments import CANCELLED, FAILED, PAID, READY, PaymentState
from portdesk.domain.shops import Credentials
from portdesk.ledger.states import State
from portdesk.qt import words
from portdesk.qt.marks import Mark
from portdesk.qt.waiting import until
from portdesk.usecases.bulk_refunds import PlanState
from portdesk.usecases.shops import OpenShop
from portdesk.widgets.bulk_refunds.dialog import BulkDialog
from portdesk.widgets.checkout.dialog import PayDialog
from portdesk.widgets.main_window import MainWindow
from portdesk.widgets.payments.tab import PaymentsTab
from portdesk.widgets.refunds.dialog import RefundDialog

_STATES: Final = {
    READY: frozenset({PaymentState.STARTED, PaymentState.AWAITING_DEPOSIT}),
    PAID: frozenset({PaymentState.PAID}),
    CANCELLED: frozenset({PaymentState.PARTLY_RETURNED, PaymentState.RETURNED}),
    FAILED: frozenset({PaymentState.FAILED}),
}
"""Which of our states each of the server's statuses falls apart into."""


async def perform(container: Container, shop: OpenShop, base_url: str, keys: Credentials) -> bool:
    """Play the person whom `--self-test` and `--tour` stand for; whether all agreed."""
    folder = container.settings.tour
    if folder is not None:
        container.window.resize(*SIZE)
    container.alerts.raised.connect(lambda alert: print(f"alert   {alert.text}"))
    rehearsal = Rehearsal(container.window, shop, Judge(base_url, keys))
    agreed = await rehearsal.play()
    if agreed and folder is not None:
        tour = Tour(container.window, container.theme, folder, refunded=rehearsal.refunded)
        await tour.walk(rehearsal.tab)
        print(f"{len(tour.taken)} pictures are in {folder}")
    return agreed


_KOREAN: Final = re.compile("[가-힣]{2,4}")
_LOOKED_AT: Final = 50
_CANCEL: Final = "/payments/cancel"
_GIVEN_BACK: Final = 1000
_TOGETHER: Final = 3
_TAKEN: Final = 9900
_PAID_AT: Final = ("jtnet", "tjtnet001m")
"""The code and the MID of the channel that is paid at."""
_SIMPLE: Final = frozenset({"kcp", "tosspayments", "html5_inicis"})


def _is_simple(row: PaymentRow) -> bool:
    """Whether a part of it goes back without an account, a tax part or a warning in the way."""
    wanted = (
        row.pg_provider in _SIMPLE,
        row.pay_method == "card",
        row.currency == "KRW",
        row.amount > _GIVEN_BACK,
    )
    return all(wanted) and not row.escrow and not row.is_test_channel


class DisagreementError(Exception):
    """What is on the screen is not what the server has."""


class Rehearsal:
    """One run through everything the program can do so far."""

    def __init__(
        self, window: MainWindow, shop: OpenShop, judge: Judge, *, say: Callable[[str], object] = print
    ) -> None:
        self._window = window
        self._shop = shop
        self._judge = judge
        self._say = say
        self._progress: SyncProgressed | None = None
        self.refunded: ImpUid | None = None
        (tab,) = (tab for tab in window.tabs if isinstance(tab, PaymentsTab))
        self.tab = tab

    async def play(self) -> bool:
        """Take every step in turn; whether all agreed."""
        steps: tuple[Callable[[], Awaitable[str]], ...] = (
            self.fetch_everything,
            self.list_everything,
            self.sort_by_amount,
            self.filter_the_failed,
            self.search_for_a_buyer,
            self.open_one,
            self.read_it_again,
            self.refund_a_part,
            self.refund_several,
            self.take_a_payment,
            self.change_language,
        )
        for step in steps:
            name = step.__name__.replace("_", " ")
            try:
                self._say(f"ok      {name}: {await step()}")
            except DisagreementError as error:
                self._say(f"FAILED  {name}: {error}")
                return False
            except TimeoutError:
                self._say(f"FAILED  {name}: it took too long")
                return False
        return True

    async def fetch_everything(self) -> str:
        """Wait until the sync says that the local copy is complete, and compare the counts."""
        await self.see_progress(lambda progress: progress.is_complete)
        counts = await self._judge.counts()
        for status, states in _STATES.items():
            ids = await self._shop.payments.ids(PaymentQuery(states=states))
            _agree(f"payments that are {status}", len(ids), counts.get(status, 0))
        totals = await self._shop.payments.totals(PaymentQuery())
        ours = {total.currency: total.returned for total in totals if total.returned}
        _agree("refunds by currency", ours, await self._judge.returned())
        return f"{sum(counts.values()):,} payments"

    async def see_progress(self, fits: Callable[[SyncProgressed], bool]) -> None:
        """Wait until the status bar has been told of a fitting progress."""
        footer = self._window.footer
        await until(lambda: fits(footer.progress) or footer.failure is not None, footer.rendered)
        if footer.failure is not None:
            raise DisagreementError(f"fetching failed: {footer.failure.error.text}")

    async def list_everything(self) -> str:
        """Show all, and see the first rows come."""
        model = self.tab.listing.model
        self.tab.filters.clear()
        everything = sum((await self._judge.counts()).values())
        await until(lambda: len(model.ids) == everything, model.modelReset, model.layoutChanged)
        await until(lambda: model.row(0) is not None, model.dataChanged)
        return f"{len(model.ids):,} rows"

    async def sort_by_amount(self) -> str:
        """Click the head of the amount column; the dearest payment comes first."""
        await self._click_head("amount")
        model = self.tab.listing.model
        await until(lambda: model.row(0) is not None, model.dataChanged, model.modelReset)
        first, last = await model.loaded_row(0), await model.loaded_row(len(model.ids) - 1)
        if first is None or last is None or first.amount <= last.amount:
            raise DisagreementError("the order is wrong")
        await self._click_head("occurred_at")
        return f"{first.charged.digits} is on top, {last.charged.digits} below"

    async def filter_the_failed(self) -> str:
        """Ask for the failed ones only, then for all again."""
        expected = (await self._judge.counts()).get(FAILED, 0)
        await self._ask(lambda: self.tab.filters.choose_states(PaymentState.FAILED))
        _agree("rows of failed payments", len(self.tab.listing.model.ids), expected)
        await self._ask(self.tab.filters.clear)
        return f"{expected:,} rows"

    async def search_for_a_buyer(self) -> str:
        """Type two syllables of a name; every payment that has them is found, and no other."""
        model = self.tab.listing.model
        rows = [await model.loaded_row(number) for number in range(min(len(model.ids), _LOOKED_AT))]
        names = [row.buyer_name for row in rows if row and _KOREAN.fullmatch(row.buyer_name or "")]
        if not names:
            raise DisagreementError("no Korean name is to be seen")
        text = (names[0] or "")[-2:]
        expected = await self._judge.containing(text)
        search = self.tab.filters.search
        await self._ask(lambda: search.setText(f'"{text}"'))
        _agree(f"payments with {text!r}", len(self.tab.listing.model.ids), expected)
        await self._ask(search.clear)
        return f"{expected:,} rows"

    async def open_one(self) -> str:
        """Go to the first row with the keyboard and see its details."""
        table = self.tab.listing.table
        table.clearSelection()
        table.setCurrentIndex(self.tab.listing.model.index(1, 0))
        QTest.keyClick(table, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
        row = await self.tab.listing.model.loaded_row(0)
        if row is None:
            raise DisagreementError("the first row did not come")
        await self._see(row.imp_uid)
        return row.imp_uid

    async def read_it_again(self) -> str:
        """Press F5; the server is asked for this very payment."""
        details = self.tab.details
        payment = details.payment
        if payment is None:
            raise DisagreementError("no payment is open")
        path = f"/payments/{payment.imp_uid}"
        before, readings = await self._judge.visits(path), details.readings
        await self._become_active()
        QTest.keyClick(self._window, Qt.Key.Key_F5)
        await until(lambda: details.readings > readings, details.read)
        asked = await self._judge.visits(path) - before
        _agree("times the server was asked", asked, 1)
        return path

    async def _become_active(self) -> None:
        """Take the keyboard; a virtual display has no window manager that would give it to us."""
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            self._window.activateWindow()
            await until(self._window.isActiveWindow, app.focusWindowChanged)

    async def refund_a_part(self) -> str:
        """Give a little of a recent card payment back; the server has exactly that much more returned."""
        await self._ask(lambda: self.tab.filters.choose_states(PaymentState.PAID))
        await self._open_refundable()
        before, sent = await self._judge.returned(), await self._judge.visits(_CANCEL)
        QTest.keyClick(self._window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
        dialog = self.tab.findChildren(RefundDialog)[-1]
        await until(lambda: dialog.form is not None, dialog.moved)
        if dialog.form is None:
            raise DisagreementError("there is no form")
        QTest.keyClicks(dialog.form.amount, str(_GIVEN_BACK))
        QTest.mouseClick(dialog.buttons.refund, Qt.MouseButton.LeftButton)
        verdict = dialog.verdict
        await until(lambda: verdict.row is not None and verdict.row.state is State.CONFIRMED, dialog.moved)
        code = verdict.row.code if verdict.row else None
        self.refunded = ImpUid(verdict.row.subject) if verdict.row else None
        dialog.close()
        after = await self._judge.returned()
        _agree("won returned", after["KRW"] - before.get("KRW", Decimal(0)), Decimal(_GIVEN_BACK))
        _agree("refund requests", await self._judge.visits(_CANCEL) - sent, 1)
        await self._ask(self.tab.filters.clear)
        return f"{_GIVEN_BACK:,} won, code {code}"

    async def refund_several(self) -> str:
        """Give a little of three payments back by one list: dry run, typed total, the seconds, the result."""
        await self._ask(lambda: self.tab.filters.choose_states(PaymentState.PAID))
        before, sent = await self._judge.returned(), await self._judge.visits(_CANCEL)
        dialog = await self._begin_list()
        QTest.keyClicks(dialog.source.amount, str(_GIVEN_BACK))
        QTest.mouseClick(dialog.check, Qt.MouseButton.LeftButton)
        await until(lambda: dialog.trial is not None, dialog.moved)
        trial = dialog.trial
        if trial is None:
            raise DisagreementError("there is no dry run")
        trial.with_warned.setChecked(True)
        rows, total = trial.sum.rows, trial.sum.amount
        QTest.keyClicks(trial.total, str(total))
        await until(trial.start.isEnabled, trial.named)
        QTest.mouseClick(trial.start, Qt.MouseButton.LeftButton)
        await until(
            lambda: dialog.running is not None and dialog.running.run.state is PlanState.FINISHED,
            dialog.moved,
        )
        dialog.close()
        after = await self._judge.returned()
        _agree("won returned", after["KRW"] - before.get("KRW", Decimal(0)), Decimal(total))
        _agree("refund requests", await self._judge.visits(_CANCEL) - sent, rows)
        await self._ask(self.tab.filters.clear)
        return f"{total:,} won in {rows} rows"

    async def _begin_list(self) -> BulkDialog:
        """Choose the newest simple payments and open the dialog for them."""
        model, table = self.tab.listing.model, self.tab.listing.table
        found = []
        for number in range(min(len(model.ids), _LOOKED_AT)):
            row = await model.loaded_row(number)
            if row is not None and _is_simple(row):
                found.append(number)
        table.clearSelection()
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for number in found[:_TOGETHER]:
            table.selectionModel().select(model.index(number, 0), flags)
        self.tab.several.click()
        await until(lambda: bool(self.tab.findChildren(BulkDialog)), self.tab.several_opened)
        return self.tab.findChildren(BulkDialog)[-1]

    async def take_a_payment(self) -> str:
        """Let a customer pay in a window of the demo's PG; the server has exactly one payment more."""
        before = (await self._judge.counts()).get(PAID, 0)
        await self._become_active()
        QTest.keyClick(self._window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
        dialog = self._window.findChildren(PayDialog)[-1]
        await until(lambda: dialog.is_ready, dialog.moved)
        if dialog.why_closed is not None:
            dialog.close()
            return f"none. {dialog.why_closed}"
        await self._judge.press_pay()
        dialog.form.choose_channel(*_PAID_AT)
        QTest.keyClicks(dialog.form.amount, str(_TAKEN))
        QTest.mouseClick(dialog.open_button, Qt.MouseButton.LeftButton)
        outcome = dialog.outcome
        await until(lambda: outcome.standing is not None and outcome.standing.is_settled, dialog.moved)
        standing = outcome.standing
        dialog.close()
        _agree("how it stands", standing.mark if standing else None, Mark.DONE)
        _agree("payments that are paid", (await self._judge.counts())[PAID] - before, 1)
        return f"{_TAKEN:,} won in a window of {_PAID_AT[0]}"

    async def _open_refundable(self) -> None:
        """Open the newest card payment whose PG has few rules of its own."""
        model = self.tab.listing.model
        for number in range(min(len(model.ids), _LOOKED_AT)):
            row = await model.loaded_row(number)
            if row is not None and _is_simple(row):
                self.tab.listing.table.setCurrentIndex(model.index(number, 0))
                await self._see(row.imp_uid)
                return
        raise DisagreementError("no payment could be refunded")

    async def change_language(self) -> str:
        """Speak the other language and come back; the tab's name follows."""
        tabs, first = self._window.header.tabs, words.language()
        other = next(code for code in words.LANGUAGES if code != first)
        name = tabs.tabText(0)
        words.set_language(other)
        if tabs.tabText(0) == name:
            raise DisagreementError("the words did not change")
        words.set_language(first)
        _agree("the tab's name", tabs.tabText(0), name)
        return f"{first} and {other}"

    async def _see(self, imp_uid: ImpUid) -> None:
        details = self.tab.details
        await until(lambda: details.payment is not None and details.payment.imp_uid == imp_uid, details.shown)

    async def _ask(self, change: Callable[[], object]) -> None:
        asked_before = self.tab.listing.answers
        change()
        await until(lambda: self.tab.listing.answers > asked_before, self.tab.listing.answered)

    async def _click_head(self, key: str) -> None:
        across = self.tab.listing.table.horizontalHeader()
        number = next(n for n, column in enumerate(self.tab.listing.model.columns) if column.key == key)
        place = QPoint(across.sectionViewportPosition(number) + 8, across.height() // 2)
        await self._ask(lambda: QTest.mouseClick(across.viewport(), Qt.MouseButton.LeftButton, pos=place))


def _agree(what: str, ours: object, theirs: object) -> None:
    if ours != theirs:
        raise DisagreementError(f"{what}: {ours} here, {theirs} on the server")
