"""The part of the tour that opens refunds and sends none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QWidget

from portdesk.domain.ids import ImpUid
from portdesk.domain.payment_lists import PaymentRow
from portdesk.domain.payments import PAID
from portdesk.qt.waiting import until
from portdesk.widgets.payments.tab import PaymentsTab
from portdesk.widgets.refunds.dialog import RefundDialog
from portdesk.widgets.refunds.settings import RefundSettingsDialog

Take = Callable[[str, QWidget], None]

_LOOKED_AT: Final = 200
_SIMPLE: Final = frozenset({"kcp", "tosspayments"})
_TAXED: Final = frozenset({"html5_inicis", "nice", "nice_v2"})


class RefundTour:
    """Takes pictures of the refund dialog; `done` is a payment that was refunded from here before."""

    def __init__(self, tab: PaymentsTab, take: Take, done: ImpUid | None) -> None:
        self._tab, self._take, self._done = tab, take, done

    async def walk(self) -> None:
        """Open, look, close."""
        card = await self._find(lambda row: row.pay_method == "card" and row.pg_provider in _SIMPLE)
        taxed = await self._find(lambda row: row.pay_method == "card" and row.pg_provider in _TAXED)
        account = await self._find(lambda row: row.pay_method == "vbank")
        if card is not None:
            await self._look(card, self._card)
        if taxed is not None:
            await self._look(taxed, self._taxed)
        if account is not None:
            await self._look(account, self._account)
        if self._done is not None:
            await self._look(self._done, lambda dialog: self._take("refund-verdict", dialog))

    async def _find(self, fits: Callable[[PaymentRow], bool]) -> ImpUid | None:
        model = self._tab.listing.model
        for number in range(min(len(model.ids), _LOOKED_AT)):
            row = await model.loaded_row(number)
            if row is None or row.is_test_channel or row.escrow or row.currency != "KRW":
                continue
            if row.status == PAID and row.imp_uid != self._done and fits(row):
                return row.imp_uid
        return None

    async def _look(self, imp_uid: ImpUid, look: Callable[[RefundDialog], None]) -> None:
        self._tab.ask_refund(imp_uid)
        dialog = self._tab.findChildren(RefundDialog)[-1]
        await until(lambda: dialog.is_read, dialog.moved)
        look(dialog)
        dialog.close()

    def _card(self, dialog: RefundDialog) -> None:
        self._take("refund", dialog)
        form = dialog.form
        if form is None:
            return
        form.part.setChecked(True)
        form.amount.setText("99,999,999")
        self._take("refund-blocked", dialog)
        form.amount.setText(f"{form.most - 10:,}")
        form.rules.notes.setChecked(True)
        self._take("refund-second-look", dialog)
        form.settings_button.click()
        settings = dialog.findChildren(RefundSettingsDialog)[-1]
        self._take("refund-settings", settings)
        settings.close()

    def _taxed(self, dialog: RefundDialog) -> None:
        if dialog.form is not None:
            dialog.form.part.setChecked(True)
            dialog.form.amount.setText("3,000")
            dialog.form.tax_free.setText("1,000")
            self._take("refund-taxes", dialog)

    def _account(self, dialog: RefundDialog) -> None:
        self._take("refund-account", dialog)
