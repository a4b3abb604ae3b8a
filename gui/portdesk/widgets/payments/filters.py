"""The filters above the payments table: period, state, channel."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Final

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtWidgets import QDateEdit, QHBoxLayout, QToolButton, QWidget

from portdesk.domain.payment_lists import PaymentQuery
from portdesk.domain.payments import PaymentState
from portdesk.domain.times import KST
from portdesk.qt.words import Wording, later
from portdesk.widgets.kit.chips import Chip, Choice
from portdesk.widgets.kit.listing import Order
from portdesk.widgets.kit.text import PlainLabel
from portdesk.widgets.payments.vocabulary import STATES

_PERIODS: Final[tuple[Choice, ...]] = (
    ("all", later("all")),
    ("today", later("today")),
    ("yesterday", later("yesterday")),
    ("week", later("last 7 days")),
    ("month", later("this month")),
    ("last month", later("last month")),
    ("quarter", later("last 90 days")),
    ("year", later("this year")),
    ("dates", later("choose dates")),
)
_STATES: Final[tuple[Choice, ...]] = tuple((state, word) for state, (_, word) in STATES.items())
_CHANNELS: Final[tuple[Choice, ...]] = (
    (None, later("all")),
    (False, later("live only")),
    (True, later("test only")),
)


class PaymentFilters(QWidget):
    """
    Says which payments are asked for.

    Signals:
        changed: somebody chose otherwise
    """

    changed = Signal()

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("filters")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._now = now
        self._period = Chip(later("Period"), _PERIODS, parent=self)
        self._states = Chip(later("State"), _STATES, several=True, parent=self)
        self._channel = Chip(later("Channel"), _CHANNELS, parent=self)
        self._since, self._dash, self._until = QDateEdit(self), PlainLabel("~", self), QDateEdit(self)
        self._clear = QToolButton(self)
        self._clear.setObjectName("flat")
        self.totals = PlainLabel("", self, emphasis=True)
        self._build()
        words = Wording(self)
        words.say(self._clear.setText, later("Clear"))
        words.say(self._since.setAccessibleName, later("First day"))
        words.say(self._until.setAccessibleName, later("Last day"))
        self._show_dates()

    @property
    def is_clear(self) -> bool:
        """Whether everything is asked for."""
        return self._period.value == "all" and not self._states.values and self._channel.value is None

    def query(self, order: Order) -> PaymentQuery:
        """What is asked for now, in this order."""
        since, until = self._bounds()
        states = frozenset(state for state in self._states.values if isinstance(state, PaymentState))
        channel = self._channel.value
        return PaymentQuery(
            since=since,
            until=until,
            states=states,
            test_channel=channel if isinstance(channel, bool) else None,
            sort=order.sort,
            descending=order.descending,
        )

    def clear(self) -> None:
        """Ask for everything."""
        self._period.choose("all")
        self._states.choose()
        self._channel.choose(None)
        self._on_changed()

    def choose_states(self, *states: PaymentState) -> None:
        """Ask for these states only."""
        self._states.choose(*states)
        self._on_changed()

    def _build(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 16, 6)
        layout.setSpacing(8)
        today = self._now().astimezone(KST).date()
        for edit in (self._since, self._until):
            edit.setCalendarPopup(True)
            edit.setDisplayFormat("yyyy-MM-dd")
            edit.setDate(QDate(today.year, today.month, today.day))
            edit.dateChanged.connect(self._on_changed)
        for widget in (self._period, self._since, self._dash, self._until, self._states, self._channel):
            layout.addWidget(widget)
        layout.addWidget(self._clear)
        layout.addStretch(1)
        layout.addWidget(self.totals)
        for chip in (self._period, self._states, self._channel):
            chip.changed.connect(self._on_changed)
        self._clear.clicked.connect(self.clear)

    def _on_changed(self) -> None:
        self._show_dates()
        self.changed.emit()

    def _show_dates(self) -> None:
        for widget in (self._since, self._dash, self._until):
            widget.setVisible(self._period.value == "dates")
        self._clear.setVisible(not self.is_clear)

    def _bounds(self) -> tuple[datetime | None, datetime | None]:
        today = self._now().astimezone(KST).date()
        month = today.replace(day=1)
        day = timedelta(days=1)
        bounds: dict[object, tuple[date | None, date | None]] = {
            "today": (today, None),
            "yesterday": (today - day, today),
            "week": (today - 6 * day, None),
            "month": (month, None),
            "last month": ((month - day).replace(day=1), month),
            "quarter": (today - 89 * day, None),
            "year": (today.replace(month=1, day=1), None),
            "dates": (_day(self._since), _day(self._until) + day),
        }
        since, until = bounds.get(self._period.value, (None, None))
        return _midnight(since), _midnight(until)


def _day(edit: QDateEdit) -> date:
    day = edit.date()
    return date(day.year(), day.month(), day.day())


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), KST)
