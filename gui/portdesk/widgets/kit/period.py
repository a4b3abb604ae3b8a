"""A stretch of Korean days, named or chosen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Final

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QDateEdit, QHBoxLayout, QWidget

from portdesk.domain.times import KST
from portdesk.qt.words import Wording, later
from portdesk.widgets.kit.chips import Chip, Choice
from portdesk.widgets.kit.text import PlainLabel

ALL: Final = "all"
DATES: Final = "dates"

_PERIODS: Final[tuple[Choice, ...]] = (
    (ALL, later("all")),
    ("today", later("today")),
    ("yesterday", later("yesterday")),
    ("this week", later("this week")),
    ("week", later("last 7 days")),
    ("month", later("this month")),
    ("last month", later("last month")),
    ("quarter", later("last 90 days")),
    ("year", later("this year")),
    (DATES, later("choose dates")),
)

Bounds = tuple[datetime | None, datetime | None]
"""The first moment and the one after the last; `None` is open."""


class PeriodChip(QWidget):
    """
    A chip of named periods; the last choice brings two dates to set.

    Signals:
        changed: somebody chose otherwise
    """

    changed = Signal()

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self.chip = Chip(later("Period"), _PERIODS, parent=self)
        self.since, self._dash, self.until = QDateEdit(self), PlainLabel("~", self), QDateEdit(self)
        self._build()
        words = Wording(self)
        words.say(self.since.setAccessibleName, later("First day"))
        words.say(self.until.setAccessibleName, later("Last day"))
        self._show_dates()

    @property
    def is_clear(self) -> bool:
        """Whether all days are asked for."""
        return self.chip.value == ALL

    def bounds(self) -> Bounds:
        """The moments between which something is asked for now."""
        since, until = self._days()
        return _midnight(since), _midnight(until)

    def state(self) -> list[str]:
        """What is chosen, to be remembered: a period's name, or that of the dates and both of them."""
        period = str(self.chip.value)
        return [period] if period != DATES else [DATES, _iso(self.since), _iso(self.until)]

    def restore(self, state: object) -> None:
        """Choose what `state` told; anything else chooses all days. Nobody is told."""
        match state:
            case ["dates", str(since), str(until)]:
                self._set(self.since, since)
                self._set(self.until, until)
                self.chip.choose(DATES)
            case [str(period)] if any(period == value for value, _ in _PERIODS):
                self.chip.choose(period)
            case _:
                self.chip.choose(ALL)
        self._show_dates()

    def _build(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        today = self._now().astimezone(KST).date()
        layout.addWidget(self.chip)
        for edit in (self.since, self.until):
            edit.setCalendarPopup(True)
            edit.setDisplayFormat("yyyy-MM-dd")
            edit.setDate(QDate(today.year, today.month, today.day))
            edit.dateChanged.connect(self._on_changed)
        for widget in (self.since, self._dash, self.until):
            layout.addWidget(widget)
        self.chip.changed.connect(self._on_changed)

    def _on_changed(self) -> None:
        self._show_dates()
        self.changed.emit()

    def _show_dates(self) -> None:
        for widget in (self.since, self._dash, self.until):
            widget.setVisible(self.chip.value == DATES)

    def _set(self, edit: QDateEdit, text: str) -> None:
        day = QDate.fromString(text, "yyyy-MM-dd")
        if day.isValid():
            edit.blockSignals(True)
            edit.setDate(day)
            edit.blockSignals(False)

    def _days(self) -> tuple[date | None, date | None]:
        today = self._now().astimezone(KST).date()
        month = today.replace(day=1)
        day = timedelta(days=1)
        days: dict[object, tuple[date | None, date | None]] = {
            "today": (today, None),
            "yesterday": (today - day, today),
            "this week": (today - today.weekday() * day, None),
            "week": (today - 6 * day, None),
            "month": (month, None),
            "last month": ((month - day).replace(day=1), month),
            "quarter": (today - 89 * day, None),
            "year": (today.replace(month=1, day=1), None),
            DATES: (_day(self.since), _day(self.until) + day),
        }
        return days.get(self.chip.value, (None, None))


def _day(edit: QDateEdit) -> date:
    day = edit.date()
    return date(day.year(), day.month(), day.day())


def _iso(edit: QDateEdit) -> str:
    return _day(edit).isoformat()


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), KST)
