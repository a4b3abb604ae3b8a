"""The ways into lists of refunds: chosen payments, a file, a list that is not over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from portdesk.domain.ids import ImpUid
from portdesk.ledger.batch import Plan
from portdesk.qt.alerts import Alerts
from portdesk.qt.privacy import Privacy
from portdesk.qt.tasks import Tasks
from portdesk.usecases.shops import OpenShop
from portdesk.widgets.bulk_refunds.dialog import BulkDialog
from portdesk.widgets.bulk_refunds.unfinished import UnfinishedStrip


class BulkDoor:
    """
    Opens the one dialog for lists of refunds of a shop.

    A dialog that is open already comes to the front as it is: what it shows is not lost to a click.
    """

    def __init__(
        self, shop: OpenShop, *, alerts: Alerts, privacy: Privacy, tasks: Tasks, now: Callable[[], datetime]
    ) -> None:
        self._shop, self._alerts, self._privacy, self._tasks, self._now = shop, alerts, privacy, tasks, now

    def open(self, chosen: Sequence[ImpUid], parent: QWidget) -> BulkDialog:
        """Begin a list: of the chosen payments, or of a file."""
        return self._front(parent) or self._shown(parent, chosen)

    def strip(self, parent: QWidget) -> UnfinishedStrip:
        """What tells of lists that are not over."""
        strip = UnfinishedStrip(self._shop.bulk, self._shop.bus, self._alerts.show, parent)
        strip.opened.connect(lambda plan: self._open_list(plan, parent, begins=False))
        strip.resumed.connect(lambda plan: self._open_list(plan, parent, begins=True))
        return strip

    def _open_list(self, plan: Plan, parent: QWidget, *, begins: bool) -> None:
        dialog = self._front(parent)
        if dialog is not None and not dialog.shows(plan):
            dialog.close()
            dialog = None
        if dialog is None:
            dialog = self._shown(parent, ())
            dialog.show_run(self._shop.bulk.run_of(plan), begins=begins)
        elif begins and dialog.running is not None:
            dialog.running.begin()

    def _front(self, parent: QWidget) -> BulkDialog | None:
        for dialog in parent.findChildren(BulkDialog):
            if dialog.isVisible():
                dialog.raise_()
                dialog.activateWindow()
                return dialog
        return None

    def _shown(self, parent: QWidget, chosen: Sequence[ImpUid]) -> BulkDialog:
        dialog = BulkDialog(
            self._shop.bulk,
            record=self._shop.disclosures,
            shop=self._shop.shop,
            bus=self._shop.bus,
            privacy=self._privacy,
            now=self._now,
            sending=self._tasks,
            chosen=chosen,
            parent=parent,
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()
        return dialog
