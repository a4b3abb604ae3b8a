"""The filters ask for whole Korean days, whatever the clock and wherever the midnight."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QDate
from pytestqt.qtbot import QtBot

from portdesk.domain.payment_lists import PaymentSort
from portdesk.domain.payments import PaymentState
from portdesk.domain.times import KST
from portdesk.qt import words
from portdesk.widgets.kit.chips import Chip
from portdesk.widgets.kit.source import Order
from portdesk.widgets.payments.filters import PaymentFilters
from screen import NOW

ORDER = Order(PaymentSort.OCCURRED_AT)


def day(text: str) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=KST) if text else None


def kst(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=KST)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def filters(qtbot: QtBot, clock: Clock) -> PaymentFilters:
    filters = PaymentFilters(clock)
    qtbot.addWidget(filters)
    filters.show()
    return filters


@pytest.mark.parametrize(
    ("now", "period", "since", "until"),
    [
        ("2026-11-21T14:02", "all", "", ""),
        ("2026-11-21T00:00", "today", "2026-11-21", ""),
        ("2026-11-21T23:59:59", "today", "2026-11-21", ""),
        ("2026-11-21T00:00", "yesterday", "2026-11-20", "2026-11-21"),
        ("2026-01-01T00:00", "yesterday", "2025-12-31", "2026-01-01"),
        ("2024-03-01T12:00", "yesterday", "2024-02-29", "2024-03-01"),
        ("2026-11-21T14:02", "this week", "2026-11-16", ""),
        ("2026-11-22T23:59:59", "this week", "2026-11-16", ""),
        ("2026-11-23T00:00", "this week", "2026-11-23", ""),
        ("2026-11-21T14:02", "week", "2026-11-15", ""),
        ("2026-11-21T14:02", "month", "2026-11-01", ""),
        ("2026-11-30T23:59:59", "month", "2026-11-01", ""),
        ("2026-12-01T00:00", "month", "2026-12-01", ""),
        ("2026-12-01T00:00", "last month", "2026-11-01", "2026-12-01"),
        ("2026-01-31T12:00", "last month", "2025-12-01", "2026-01-01"),
        ("2026-03-31T12:00", "last month", "2026-02-01", "2026-03-01"),
        ("2026-11-21T14:02", "quarter", "2026-08-24", ""),
        ("2026-12-31T23:59:59", "year", "2026-01-01", ""),
        ("2027-01-01T00:00", "year", "2027-01-01", ""),
    ],
)
def test_bounds(
    filters: PaymentFilters, clock: Clock, *, now: str, period: str, since: str, until: str
) -> None:
    clock.now = kst(now)
    filters.period.chip.choose(period)
    query = filters.query(filters.asked, ORDER)

    assert (query.since, query.until) == (day(since), day(until))


def test_today_is_the_day_in_korea(filters: PaymentFilters, clock: Clock) -> None:
    clock.now = datetime(2026, 12, 31, 15, 0, tzinfo=UTC)
    filters.period.chip.choose("today")

    assert filters.query(filters.asked, ORDER).since == kst("2027-01-01")


def test_today_moves_on_at_midnight(filters: PaymentFilters, clock: Clock) -> None:
    filters.period.chip.choose("today")
    clock.now = kst("2026-11-22T00:00")

    assert filters.query(filters.asked, ORDER).since == kst("2026-11-22")


def test_chosen_dates_are_both_whole_days(filters: PaymentFilters) -> None:
    filters.period.chip.choose("dates")
    filters.period.since.setDate(QDate(2026, 2, 27))
    filters.period.until.setDate(QDate(2026, 2, 28))
    query = filters.query(filters.asked, ORDER)

    assert (query.since, query.until) == (kst("2026-02-27"), kst("2026-03-01"))


def test_dates_are_seen_only_while_they_count(filters: PaymentFilters) -> None:
    assert not filters.period.since.isVisible()
    trigger(filters.period.chip, "choose dates")
    assert filters.period.since.isVisible()
    assert filters.period.until.isVisible()

    filters.clear()
    assert not filters.period.since.isVisible()


def trigger(chip: Chip, text: str) -> None:
    (action,) = (action for action in chip.menu().actions() if action.text() == text)
    action.trigger()


class TestChips:
    def test_states_add_up_and_none_means_all(self, filters: PaymentFilters, qtbot: QtBot) -> None:
        assert filters.query(filters.asked, ORDER).states == frozenset()
        with qtbot.waitSignal(filters.changed):
            trigger(filters.chips["state"], "Paid")
        trigger(filters.chips["state"], "Failed")

        assert filters.query(filters.asked, ORDER).states == {PaymentState.PAID, PaymentState.FAILED}
        assert filters.chips["state"].text() == "State: Paid +1"
        trigger(filters.chips["state"], "Paid")
        trigger(filters.chips["state"], "Failed")
        assert filters.query(filters.asked, ORDER).states == frozenset()

    @pytest.mark.parametrize(("text", "channel"), [("all", None), ("live only", False), ("test only", True)])
    def test_channels(self, filters: PaymentFilters, text: str, channel: bool | None) -> None:
        trigger(filters.chips["channel"], "test only")
        trigger(filters.chips["channel"], text)

        assert filters.query(filters.asked, ORDER).test_channel is channel
        assert filters.chips["channel"].text() == f"Channel: {text}"

    def test_one_choice_replaces_another(self, filters: PaymentFilters) -> None:
        trigger(filters.period.chip, "today")
        trigger(filters.period.chip, "this year")

        assert filters.period.chip.value == "year"
        assert len(filters.period.chip.values) == 1

    def test_a_filter_in_force_is_seen_and_said(self, filters: PaymentFilters) -> None:
        assert filters.period.chip.property("active") is False
        trigger(filters.period.chip, "today")

        assert filters.period.chip.property("active") is True
        assert filters.period.chip.accessibleName() == "Period: today"

    def test_choosing_from_the_program_tells_nobody(self, filters: PaymentFilters, qtbot: QtBot) -> None:
        with qtbot.assertNotEmitted(filters.period.chip.changed):
            filters.period.chip.choose("today")

    def test_they_change_language(self, filters: PaymentFilters) -> None:
        trigger(filters.period.chip, "today")
        words.set_language("ko")

        assert "today" not in filters.period.chip.text()
        assert "Period" not in filters.period.chip.text()
        assert filters.period.chip.value == "today"


def test_clearing_asks_for_everything_once(filters: PaymentFilters, qtbot: QtBot) -> None:
    trigger(filters.period.chip, "today")
    trigger(filters.chips["state"], "Paid")
    trigger(filters.chips["channel"], "live only")
    assert not filters.is_clear
    assert filters._clear.isVisible()
    told: list[int] = []
    filters.changed.connect(lambda: told.append(1))

    filters._clear.click()

    assert filters.is_clear
    assert told == [1]
    assert not filters._clear.isVisible()
    query = filters.query(filters.asked, ORDER)
    assert (query.since, query.until, query.states, query.test_channel) == (None, None, frozenset(), None)


def test_the_order_is_handed_on(filters: PaymentFilters) -> None:
    query = filters.query(filters.asked, Order(PaymentSort.AMOUNT, descending=False))

    assert (query.sort, query.descending) == (PaymentSort.AMOUNT, False)
