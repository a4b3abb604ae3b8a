"""Where the form, the window and the record of an attempt meet."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

from portdesk.checkout.opening import warm_up
from portdesk.checkout.request import parameters_of
from portdesk.checkout.results import Ending
from portdesk.domain.errors import PortdeskError
from portdesk.domain.events import Bus
from portdesk.ledger.checkout import Checkout
from portdesk.qt.privacy import Privacy
from portdesk.qt.tasks import Tasks
from portdesk.usecases.checkout import CheckoutMoved, Checkouts, Order
from portdesk.usecases.disclosures import operator_name
from portdesk.usecases.pay_forms import PayForms
from portdesk.widgets.checkout.beginning import Beginning
from portdesk.widgets.checkout.dialog import PayDialog, PayOrder
from portdesk.widgets.checkout.standings import standing_of
from portdesk.widgets.checkout.venue import Venue
from portdesk.widgets.checkout.window import PayWindow

_LONGEST_END: Final = 5.0
_AFTER_FORM: Final = 300
"""Milliseconds until the form stands, after which a short pause is not felt."""


class Till(QObject):
    """
    Opens the form, and for what was decided in it one window.

    An attempt is written down before its window opens. What is under way goes on in `tasks`, which
    outlive every dialog.
    """

    def __init__(
        self,
        checkouts: Checkouts,
        forms: PayForms,
        venue: Venue,
        *,
        bus: Bus,
        privacy: Privacy,
        tasks: Tasks,
        now: Callable[[], datetime],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._checkouts, self._forms, self._venue = checkouts, forms, venue
        self._bus, self._privacy, self._tasks, self._now = bus, privacy, tasks, now
        self._asking: list[PayDialog] = []
        self._dialogs: dict[str, PayDialog] = {}
        self._windows: dict[str, PayWindow] = {}
        self._going: dict[str, asyncio.Event] = {}
        self._unsubscribe = bus.subscribe(CheckoutMoved, self._on_moved)

    @property
    def windows(self) -> tuple[PayWindow, ...]:
        """The windows that are open."""
        return tuple(self._windows.values())

    def ask(self, beginning: Beginning, parent: QWidget) -> PayDialog:
        """Open the form over `parent`."""
        dialog = PayDialog(
            self._forms, self._venue, beginning, privacy=self._privacy, now=self._now, parent=parent
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.order_given.connect(
            lambda order: self._tasks.start(f"pay {order.request.merchant_uid}", self._begin, dialog, order)
        )
        self._asking.append(dialog)
        dialog.finished.connect(lambda: self._forget(dialog))
        dialog.open()
        if self._venue.why_closed() is None:
            QTimer.singleShot(_AFTER_FORM, dialog, lambda: warm_up(is_live=self._venue.here is None))
        return dialog

    async def end(self) -> None:
        """Close every window and wait until it is gone; the record finds out what became of it."""
        self._unsubscribe()
        for window in self.windows:
            window.leave()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST_END):
                await asyncio.gather(*(self._gone(id_) for id_ in self._going))
        self.deleteLater()

    async def _begin(self, dialog: PayDialog, order: PayOrder) -> None:
        wanted = Order(
            request=order.request, channel=order.channel, words=order.words, prepares=order.prepares
        )
        try:
            row = await self._checkouts.begin(wanted, operator_name())
        except PortdeskError as error:
            if dialog not in self._asking:
                raise
            dialog.show_refusal(error)
            return
        if dialog not in self._asking:  # closed while the server was asked: nobody wants the window any more
            await self._checkouts.leave(row.id, Ending.CLOSED.value, told_nothing=True)
            return
        self._dialogs[row.id] = dialog
        dialog.show_standing(standing_of(row, None, self._privacy))
        try:
            self._open(row, order, dialog.parentWidget())
        except PortdeskError as error:
            dialog.show_refusal(error)
            await self._checkouts.leave(row.id, Ending.UNREACHABLE.value, told_nothing=True)

    def _open(self, row: Checkout, order: PayOrder, parent: QWidget | None) -> None:
        window = PayWindow(
            order.place,
            parameters_of(order.request),
            row,
            self._checkouts,
            bus=self._bus,
            looking=self._tasks,
            parent=parent,
        )
        self._windows[row.id] = window
        gone = self._going[row.id] = asyncio.Event()
        window.gone.connect(lambda: self._windows.pop(row.id, None))
        window.gone.connect(gone.set)
        window.start()

    async def _gone(self, id_: str) -> None:
        await self._going[id_].wait()
        for last in ("hear", "leave"):
            await self._tasks.wait(f"{last} {id_}")

    def _on_moved(self, event: CheckoutMoved) -> None:
        dialog = self._dialogs.get(event.row.id)
        if dialog is not None:
            dialog.show_standing(standing_of(event.row, event.payment, self._privacy))

    def _forget(self, dialog: PayDialog) -> None:
        self._asking = [known for known in self._asking if known is not dialog]
        self._dialogs = {id_: known for id_, known in self._dialogs.items() if known is not dialog}
