"""Takes a picture of each screen, in both languages and both themes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QItemSelectionModel, Qt
from PySide6.QtWidgets import QWidget

from portdesk.app.pay_tour import PayTour
from portdesk.app.refund_tour import RefundTour
from portdesk.domain.ids import ImpUid
from portdesk.domain.payments import PaymentState
from portdesk.qt import words
from portdesk.qt.waiting import until
from portdesk.widgets.activity.tab import ActivityTab
from portdesk.widgets.bulk_refunds.dialog import BulkDialog
from portdesk.widgets.keyboard import KeyboardSheet
from portdesk.widgets.kit.theme import Theme
from portdesk.widgets.main_window import MainWindow
from portdesk.widgets.payments.tab import PaymentsTab
from portdesk.widgets.refunds.tab import RefundsTab
from portdesk.widgets.revealing import Revealing
from portdesk.widgets.sign_in import SignIn

SIZE: Final = (1366, 768)
"""The small laptop that everything has to fit."""

_SEARCH: Final = "ㄱㅁ 꽃다발 >30000"
"""Initials, a word and an amount."""

_LISTED: Final = 14
"""So many rows fill a dry run."""

_THEMES: Final = ("light", "dark")

_LAYERS: Final = 5
"""How often one layout asks the one around it for more room."""


class Tour:
    """Walks through the window and keeps what it sees as `<screen>-<language>-<theme>.png`."""

    def __init__(
        self, window: MainWindow, theme: Theme, folder: Path, *, refunded: ImpUid | None = None
    ) -> None:
        self._window = window
        self._refunded = refunded
        self._theme = theme
        self._folder = folder
        self._suffix = ""
        self.taken: list[str] = []
        folder.mkdir(parents=True, exist_ok=True)
        window.resize(*SIZE)

    async def walk(self, tab: PaymentsTab) -> None:
        """Take every picture of the open shop."""
        for language in words.LANGUAGES:
            for theme in _THEMES:
                words.set_language(language)
                self._theme.force(theme)
                self._suffix = f"{language}-{theme}"
                await self._payments(tab)
                await PayTour(self._window, self._take).walk()
                self._keyboard()
                self._first_page()
        self._theme.force("light")

    async def _payments(self, tab: PaymentsTab) -> None:
        await self._choose(tab, PaymentState.PAID)
        await self._ask(tab, tab.filters.clear)
        await self._open(tab, 0)
        self._take("payments")
        await self._several(tab)
        await self._ask(tab, lambda: tab.filters.ask(_SEARCH))
        await self._open(tab, 0)
        self._take("search")
        await self._refunds()
        await self._activity()
        await self._choose(tab, PaymentState.PAID)
        await RefundTour(tab, self._take, self._refunded).walk()
        await self._choose(tab, PaymentState.PARTLY_RETURNED)
        await self._open(tab, 0)
        self._take("refunded")
        self._window.header.privacy.setChecked(True)
        self._take("privacy")
        await self._reveal()
        await self._choose(tab, PaymentState.AWAITING_DEPOSIT)
        await self._open(tab, 0)
        self._take("deposits")
        await self._choose(tab, PaymentState.UNKNOWN)
        self._take("nothing-found")
        await self._ask(tab, tab.filters.clear)

    async def _several(self, tab: PaymentsTab) -> None:
        """Try a list of the newest payments; none of it is sent."""
        tab.listing.table.setFocus()
        for number in range(_LISTED):
            flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
            tab.listing.table.selectionModel().select(tab.listing.model.index(number, 0), flags)
        before = set(tab.findChildren(BulkDialog))
        tab.several.click()
        await until(lambda: bool(set(tab.findChildren(BulkDialog)) - before), tab.several_opened)
        (dialog,) = set(tab.findChildren(BulkDialog)) - before
        self._take("several", dialog)
        dialog.check.click()
        await until(lambda: dialog.trial is not None, dialog.moved)
        if dialog.trial is not None:
            model = dialog.trial.table.model
            await until(lambda: model.row(0) is not None and model.is_settled, model.dataChanged)
        self._take("several-checked", dialog)
        dialog.close()
        await self._open(tab, 0)

    async def _reveal(self) -> None:
        """Ask for the names again and say why, as a person would."""
        self._window.header.privacy.setChecked(False)
        guard = self._window.guard
        dialog = guard.dialog if isinstance(guard, Revealing) else None
        if dialog is None:
            return
        next(iter(dialog.choices.values())).setChecked(True)
        self._take("why", dialog)
        dialog.act.click()
        await until(lambda: not self._window.header.privacy.isChecked(), self._window.header.privacy_shown)

    async def _refunds(self) -> None:
        (refunds,) = (tab for tab in self._window.tabs if isinstance(tab, RefundsTab))
        self._window.header.tabs.setCurrentIndex(self._window.tabs.index(refunds))
        model = refunds.listing.model
        await until(lambda: len(model.ids) > 0, model.modelReset, model.layoutChanged)
        refunds.listing.table.setCurrentIndex(model.index(0, 0))
        await until(lambda: refunds.details.row is not None, refunds.details.shown)
        self._take("refunds")
        self._window.header.tabs.setCurrentIndex(0)

    async def _activity(self) -> None:
        (activity,) = (tab for tab in self._window.tabs if isinstance(tab, ActivityTab))
        self._window.header.tabs.setCurrentIndex(self._window.tabs.index(activity))
        model = activity.listing.model
        await until(lambda: len(model.ids) > 0, model.modelReset, model.layoutChanged)
        await until(lambda: model.row(0) is not None and model.is_settled, model.dataChanged)
        self._take("activity")
        self._window.header.tabs.setCurrentIndex(0)

    async def _choose(self, tab: PaymentsTab, state: PaymentState) -> None:
        await self._ask(tab, lambda: tab.filters.choose_states(state))

    async def _ask(self, tab: PaymentsTab, change: Callable[[], object]) -> None:
        before = tab.listing.answers
        change()
        await until(lambda: tab.listing.answers > before, tab.listing.answered)
        model = tab.listing.model
        if len(model.ids):
            await until(lambda: model.row(0) is not None and model.is_settled, model.dataChanged)

    async def _open(self, tab: PaymentsTab, number: int) -> None:
        row = await tab.listing.model.loaded_row(number)
        if row is None:
            return
        tab.listing.table.clearSelection()
        tab.listing.table.setCurrentIndex(tab.listing.model.index(number, 0))
        details = tab.details
        await until(
            lambda: details.payment is not None and details.payment.imp_uid == row.imp_uid, details.shown
        )

    def _keyboard(self) -> None:
        sheet = KeyboardSheet(self._window)
        sheet.show()
        self._take("keyboard", sheet)
        sheet.close()
        sheet.deleteLater()

    def _first_page(self) -> None:
        page = SignIn()
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        page.resize(SIZE[0], SIZE[1] - 120)
        page.form.allow_keeping(allowed=True)
        page.show()
        self._take("first-page", page)
        page.close()
        page.deleteLater()

    def _take(self, screen: str, widget: QWidget | None = None) -> None:
        for _ in range(_LAYERS):
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        name = f"{screen}-{self._suffix}.png"
        (widget or self._window).grab().save(str(self._folder / name))
        self.taken.append(name)
