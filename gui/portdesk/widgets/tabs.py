"""The tabs there are, and what each of them is handed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from portdesk.domain.ids import ImpUid
from portdesk.qt.alerts import Alerts
from portdesk.qt.events import Events
from portdesk.qt.privacy import Privacy
from portdesk.qt.tasks import Tasks
from portdesk.qt.words import later
from portdesk.usecases.shops import OpenShop
from portdesk.widgets.activity.tab import ActivityTab
from portdesk.widgets.bulk_refunds.opening import BulkDoor
from portdesk.widgets.checkout.beginning import Beginning, again, register
from portdesk.widgets.crossings import Crossings
from portdesk.widgets.kit.disclosing import Disclosing
from portdesk.widgets.payments.tab import PaymentsTab
from portdesk.widgets.refunds.dialog import RefundDialog
from portdesk.widgets.refunds.tab import RefundsTab


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """
    What a tab may use: the open shop, its events, the place for alerts, the privacy switch, the way
    to hand personal data over, the ways to other tabs, the time. `pay` opens the form of the pay window.

    `tasks` live as long as the window: what must not end with a dialog runs there.
    """

    shop: OpenShop
    events: Events
    alerts: Alerts
    privacy: Privacy
    disclosing: Disclosing
    tasks: Tasks
    pay: Callable[[Beginning, QWidget], object]
    crossings: Crossings
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class TabSpec:
    """One tab: its name in saved layouts, its English title and how it is built."""

    key: str
    title: str
    build: Callable[[Surroundings], QWidget]


def _payments(around: Surroundings) -> QWidget:
    shop = around.shop

    def refund(imp_uid: ImpUid, parent: QWidget) -> None:
        dialog = RefundDialog(
            shop,
            imp_uid,
            privacy=around.privacy,
            now=around.now,
            sending=around.tasks,
            parent=parent,
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    door = BulkDoor(shop, alerts=around.alerts, privacy=around.privacy, tasks=around.tasks, now=around.now)
    tab = PaymentsTab(
        shop.payments,
        refund=refund,
        refund_many=door.open,
        again=lambda payment, parent: around.pay(again(payment), parent),
        register=lambda payment, parent: around.pay(register(payment), parent),
        refunded=shop.refund_list,
        crossings=around.crossings,
        events=around.events,
        alerts=around.alerts,
        privacy=around.privacy,
        disclosing=around.disclosing,
        now=around.now,
    )
    strip = door.strip(tab)
    tab.put_above(strip)
    tab.ends_with_it(strip)
    return tab


def _refunds(around: Surroundings) -> QWidget:
    return RefundsTab(
        around.shop.refunds,
        around.shop.refund_list,
        around.shop.refund_files,
        crossings=around.crossings,
        events=around.events,
        alerts=around.alerts,
        privacy=around.privacy,
        disclosing=around.disclosing,
        sending=around.tasks,
        now=around.now,
    )


def _activity(around: Surroundings) -> QWidget:
    return ActivityTab(
        around.shop.log,
        disclosing=around.disclosing,
        events=around.events,
        alerts=around.alerts,
        now=around.now,
    )


TABS: Final = (
    TabSpec(key="payments", title=later("Payments"), build=_payments),
    TabSpec(key="refunds", title=later("Refunds"), build=_refunds),
    TabSpec(key="activity", title=later("Activity"), build=_activity),
)

REFUNDS: Final = [spec.key for spec in TABS].index("refunds")
"""Where the refunds are among them."""
