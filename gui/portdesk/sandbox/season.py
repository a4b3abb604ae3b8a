"""When a flower shop's orders come: growth, season, weekday and hour, in Korean time."""

from __future__ import annotations

import time
from typing import Final

from portdesk.sandbox.clock import DAY, HOUR, KST_SHIFT, MINUTE, korean_day
from portdesk.sandbox.dice import Dice, Weighted

YEARS: Final = 3

_RECENT_MINUTES: Final = (3, 11, 19, 34, 52, 88, 131, 190, 262, 355, 470, 610)
_MONTHS: Final = (0.8, 1.5, 1.1, 1.0, 1.9, 0.8, 0.65, 0.6, 0.8, 0.9, 1.0, 1.3)
_WEEKDAYS: Final = (0.9, 0.95, 1.0, 1.1, 1.35, 1.05, 0.6)  # Monday first
_GREAT_DAYS: Final = {
    (2, 13): 3.0,
    (2, 14): 3.5,  # Valentine's Day, and graduations
    (3, 14): 2.6,  # White Day
    (5, 6): 2.5,
    (5, 7): 5.0,
    (5, 8): 6.0,  # Parents' Day
    (5, 14): 3.0,  # Rose Day, and the eve of Teachers' Day
    (5, 15): 3.0,
    (5, 21): 1.8,  # Couples' Day
    (11, 11): 1.8,
    (12, 24): 2.4,
}
_HOURS: Final = Weighted(
    tuple(
        enumerate((6, 3, 1, 1, 1, 2, 6, 14, 30, 52, 70, 74, 58, 56, 66, 64, 60, 52, 46, 48, 50, 44, 30, 16))
    )
)


def order_times(count: int, now: int, dice: Dice) -> list[int]:
    """When `count` orders were begun, newest first; the newest are minutes old."""
    recent = [now - MINUTE * minutes - dice.below(MINUTE) for minutes in _RECENT_MINUTES[: count // 3 + 1]]
    today = korean_day(now)
    days = range(today - 365 * YEARS, today + 1)
    weights = [_demand(day, 1.0 + (day - days[0]) / len(days)) for day in days]
    share = max(0, count - len(recent)) / sum(weights)
    times = []
    owed = 0.0
    for day, weight in zip(days, weights, strict=True):
        owed += weight * share
        orders = round(owed)
        owed -= orders
        midnight = day * DAY - KST_SHIFT
        times += [midnight + _HOURS.pick(dice) * HOUR + dice.below(HOUR) for _ in range(orders)]
    latest = now - 5 * MINUTE
    past = [moment if moment <= latest else moment - DAY for moment in times]
    return sorted(recent + past, reverse=True)[:count]


def _demand(day: int, growth: float) -> float:
    date = time.gmtime(day * DAY)
    great = _GREAT_DAYS.get((date.tm_mon, date.tm_mday), 1.0)
    return growth * _MONTHS[date.tm_mon - 1] * _WEEKDAYS[date.tm_wday] * great
