"""Reads days as people type them: `어제`, `10월`, `2026-10-03`, `10/1~10/15`, `last month`."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final, NamedTuple

from portdesk.domain.messages import Message
from portdesk.domain.search_terms import OnDays

_DAY: Final = timedelta(days=1)
_END: Final = r"(?=\s|$)"
_YEARS: Final = (1990, 2099)


class DaysFound(NamedTuple):
    """Days at the start of a text, how far they go, and whether they can be nothing else."""

    length: int
    days: OnDays
    label: Message
    is_certain: bool


class _Moment(NamedTuple):
    """A day, month or year of which some may be left open."""

    year: int | None
    month: int | None
    day: int | None

    def near(self, anchor: date, *, ahead: bool) -> OnDays | None:
        """Completed with the last such year up to `anchor`, or with the first from it on."""
        if self.year is not None:
            return self._in(self.year)
        for distance in range(9):
            found = self._in(anchor.year + distance if ahead else anchor.year - distance)
            if found and (found.last >= anchor if ahead else found.first <= anchor):
                return found
        return None

    def _in(self, year: int) -> OnDays | None:
        if not _YEARS[0] <= year <= _YEARS[1]:
            return None
        if self.month is None:
            return OnDays(date(year, 1, 1), date(year, 12, 31))
        try:
            last = self.day or calendar.monthrange(year, self.month)[1]
            return OnDays(date(year, self.month, self.day or 1), date(year, self.month, last))
        except (ValueError, calendar.IllegalMonthError):
            return None


def find_days(text: str, today: date) -> DaysFound | None:
    """The days that folded `text` opens with, up to the end of a word; the longest such opening."""
    found = [find(text, today) for find in (_find_word, _find_recent, _find_range, _find_one)]
    return max((days for days in found if days), key=lambda days: days.length, default=None)


def _find_word(text: str, today: date) -> DaysFound | None:
    found = _WORD.match(text)
    if found is None:
        return None
    days, label = _WORDS[" ".join(found[0].split())]
    first, last = days(today)
    return DaysFound(found.end(), OnDays(first, last), label, False)


def _find_recent(text: str, today: date) -> DaysFound | None:
    found = _RECENT.match(text)
    if found is None:
        return None
    number = int(found["korean"] or found["english"])
    if not 0 < number <= _LONGEST:
        return None
    label = Message("Last {count} days", count=number)
    return DaysFound(found.end(), OnDays(today - (number - 1) * _DAY, today), label, False)


def _find_range(text: str, today: date) -> DaysFound | None:
    found = _RANGE.match(text)
    if found is None:
        return None
    start, end = _moment(found["start"], today), _moment(found["end"], today)
    first = start.near(today, ahead=False) if start else None
    if first is None:
        return None
    if end is None:
        end = _Moment(first.first.year, first.first.month, int(found["end"]))
    last = end.near(first.first, ahead=True)
    if last is None:
        return None
    days = OnDays(min(first.first, last.first), max(first.last, last.last))
    return DaysFound(found.end(), days, _label(days), True)


def _find_one(text: str, today: date) -> DaysFound | None:
    found = _ONE.match(text)
    moment = _moment(found[0], today) if found else None
    days = moment.near(today, ahead=False) if moment else None
    return DaysFound(found.end(), days, _label(days), False) if found and days else None


def _moment(text: str, today: date) -> _Moment | None:
    for pattern in _FORMS:
        if found := pattern.fullmatch(text):
            parts = found.groupdict()
            year = _year(parts.get("year"), parts.get("then"), today)
            return _Moment(year, _month(parts.get("month")), int(parts["day"]) if parts.get("day") else None)
    return None


def _year(digits: str | None, then: str | None, today: date) -> int | None:
    if then:
        return today.year + {"작": -1, "지": -1, "올": 0, "금": 0}[then[0]]
    return int(digits) if digits else None


def _month(text: str | None) -> int | None:
    if not text:
        return None
    return int(text) if text.isdecimal() else _MONTHS.index(text[:3]) + 1


def _label(days: OnDays) -> Message:
    first, last = days.first, days.last
    if first == last:
        return Message("On {day}", day=f"{first:%Y-%m-%d}")
    whole = first.day == 1 and (last + _DAY).day == 1
    if whole and (first.year, first.month) == (last.year, last.month):
        return Message("In {month}", month=f"{first:%Y-%m}")
    if whole and (first.month, last.month) == (1, 12) and first.year == last.year:
        return Message("In {month}", month=f"{first:%Y}")
    return Message("From {first} to {last}", first=f"{first:%Y-%m-%d}", last=f"{last:%Y-%m-%d}")


def _day_before(number: int) -> Callable[[date], tuple[date, date]]:
    return lambda today: (today - number * _DAY, today - number * _DAY)


def _this_week(today: date) -> tuple[date, date]:
    monday = today - today.weekday() * _DAY
    return monday, monday + 6 * _DAY


def _last_week(today: date) -> tuple[date, date]:
    return _this_week(today - 7 * _DAY)


def _this_month(today: date) -> tuple[date, date]:
    return today.replace(day=1), today.replace(day=calendar.monthrange(today.year, today.month)[1])


def _last_month(today: date) -> tuple[date, date]:
    return _this_month(today.replace(day=1) - _DAY)


def _this_year(today: date) -> tuple[date, date]:
    return date(today.year, 1, 1), date(today.year, 12, 31)


def _last_year(today: date) -> tuple[date, date]:
    return _this_year(date(today.year, 1, 1) - _DAY)


_WORDS: Final = {
    word: (days, label)
    for words, days, label in (
        ("오늘|금일|today", _day_before(0), Message("Today")),
        ("어제|전일|yesterday", _day_before(1), Message("Yesterday")),
        ("그제|그저께|엊그제", _day_before(2), Message("The day before yesterday")),
        ("이번주|이번 주|금주|this week", _this_week, Message("This week")),
        ("지난주|지난 주|저번주|저번 주|전주|last week", _last_week, Message("Last week")),
        ("이번달|이번 달|이달|당월|금월|this month", _this_month, Message("This month")),
        ("지난달|지난 달|저번달|저번 달|전월|last month", _last_month, Message("Last month")),
        ("올해|금년|this year", _this_year, Message("This year")),
        ("작년|지난해|지난 해|last year", _last_year, Message("Last year")),
    )
    for word in words.split("|")
}
_LONGEST: Final = 3660
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAME: Final = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_WORD: Final = re.compile(
    "(?:" + "|".join(word.replace(" ", r"\s+") for word in sorted(_WORDS, key=len, reverse=True)) + ")" + _END
)
_RECENT: Final = re.compile(
    rf"(?:최근\s*(?P<korean>\d{{1,4}})\s*일(?:간)?|last\s+(?P<english>\d{{1,4}})\s+days){_END}"
)
_Y, _M, _D = r"(?P<year>(?:19|20)\d\d)", r"(?P<month>0?[1-9]|1[0-2])", r"(?P<day>0?[1-9]|[12]\d|3[01])"
_SHAPES: Final = (
    rf"{_Y}-{_M}(?:-{_D})?",
    rf"{_Y}\.\s?{_M}(?:\.\s?{_D})?\.?",
    rf"{_Y}/{_M}(?:/{_D})?",
    rf"{_M}/{_D}",
    rf"{_Y}(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])",
    rf"(?:{_Y}년|(?P<then>작년|지난해|올해|금년))\s*{_M}월(?:\s*{_D}일)?",
    rf"{_Y}년",
    rf"{_M}월(?:\s*{_D}일)?",
    rf"(?P<month>{_MONTH_NAME})\s+{_D}(?:,?\s+{_Y})?",
    rf"(?P<month>{_MONTH_NAME})(?:\s+{_Y})?",
)
_FORMS: Final = tuple(re.compile(shape) for shape in _SHAPES)
_ANY: Final = "|".join(re.sub(r"\?P<\w+>", "?:", shape) for shape in sorted(_SHAPES, key=len, reverse=True))
_RANGE: Final = re.compile(rf"(?P<start>{_ANY})\s*~\s*(?P<end>{_ANY}|\d{{1,2}}){_END}")
_ONE: Final = re.compile(rf"(?:{_ANY}){_END}")
