"""Periods on a calendar: the days that "the end of next week", "after Easter" or "the first week of April" mean, from a given day.

Each has an earliest and a latest reading: "by the end of next week" is the Friday of that week at the latest.
"""

from calendar import monthrange
from collections.abc import Callable, Container, Mapping
from datetime import date, timedelta
from typing import NamedTuple

FRIDAY = 4
VAGUE_DAYS, VAGUE_WEEKS, VAGUE_MONTHS = 5, 4, 3
_EARLY, _HALF, _MID = 10, 15, 20
_LONGEST_MONTH = 31
_HALF_A_YEAR = timedelta(days=183)
_TWO_MONTHS = timedelta(days=62)
_SINCE_OCTOBER = 10
_LAST = 5


class Context(NamedTuple):
    """The day that relative days count from, and the days on which nobody works."""

    today: date
    holidays: Container[date] = ()

    def business_days(self, count: int) -> date:
        day = self.today
        while count > 0:
            day += timedelta(days=1)
            count -= day.weekday() <= FRIDAY and day not in self.holidays
        return day

    def week(self, later: int, weekday: int = FRIDAY) -> date:
        """A weekday (0 for Monday) of the ISO week that is that many weeks after the present one."""
        return self.today + timedelta(days=7 * later + weekday - self.today.weekday())


class Period(NamedTuple):
    """The earliest and the latest day that an expression can mean, and the `single` day that it names, if it names one."""

    earliest: date
    until: date
    single: date | None = None


def one(day: date) -> Period:
    return Period(day, day, day)


def dated(today: date, month: int, day: int, year: str | None) -> date:
    """That day of a year ("26" is 2026); without one, the first such day that is at most half a year ago."""
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)  # noqa: PLR2004 - "26" for 2026
    for candidate in (today.year, today.year + 1, today.year + 2, today.year + 3, today.year + 4):
        if day <= monthrange(candidate, month)[1] and date(candidate, month, day) >= today - _HALF_A_YEAR:
            return date(candidate, month, day)
    return date(today.year, month, day)


def month_ahead(today: date, month: int, year: str | None) -> date:
    """The first day of that month, of this year or the next one."""
    if year:
        return date(int(year), month, 1)
    this_year = date(today.year, month, 1)
    return this_year if last_of(this_year) >= today - _TWO_MONTHS else date(today.year + 1, month, 1)


def last_of(first: date) -> date:
    return first.replace(day=monthrange(first.year, first.month)[1])


def first_of_next_month(today: date) -> date:
    return last_of(today) + timedelta(days=1)


def day_ahead(today: date, number: int) -> date:
    """The next day of that number, in this month or in the first one that has it. Raises ValueError if none has."""
    first = today.replace(day=1) if number >= today.day else first_of_next_month(today)
    while last_of(first).day < number <= _LONGEST_MONTH:
        first = first_of_next_month(first)
    return first.replace(day=number)


def months_later(today: date, count: int) -> date:
    year, month = divmod(today.year * 12 + today.month - 1 + count, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def in_month(first: date, part: str) -> Period:
    if part == "early":
        return Period(first, first.replace(day=_EARLY))
    if part == "mid":
        return Period(first.replace(day=_EARLY), first.replace(day=_MID))
    return Period(first.replace(day=_MID) if part else first, last_of(first))


def half_of_month(first: date, which: int) -> Period:
    if which == 1:
        return Period(first, first.replace(day=_HALF))
    return Period(first.replace(day=_HALF), last_of(first))


def week_of_month(first: date, which: int) -> Period:
    """The n-th week of the month, 5 for the last. A first week that begins before the month may also be the full one after it."""
    if which == _LAST:
        last = last_of(first)
        return Period(last - timedelta(days=6), last)
    monday = first + timedelta(days=-first.weekday() % 7 + 7 * (which - 1))
    return Period(max(first, monday - timedelta(days=7)), monday + timedelta(days=FRIDAY))


def in_quarter(today: date, quarter: int, part: str) -> Period:
    year = today.year + (3 * quarter < today.month - 6)
    first = date(year, 3 * quarter - 2, 1)
    months = {"early": 0, "mid": 1}.get(part, 2)
    return Period(first, last_of(first.replace(month=first.month + months)))


def in_week(context: Context, later: int, part: str) -> Period:
    """A week, until Wednesday ("early"), Thursday ("mid") or else Friday. If that day has passed, the next week's beginning or middle,
    or else until Sunday.
    """
    last = {"early": 2, "mid": 3}.get(part, FRIDAY)
    until = context.week(later, last)
    if until <= context.today:
        later, last = (later + 1, last) if part in ("early", "mid") else (later, 6)
        until = context.week(later, last)
    return Period(context.week(later, 0), until)


def in_next_year(today: date, part: str) -> Period:
    first = date(today.year + 1, 1, 1)
    month = {"early": 1, "mid": 7}.get(part, 12)
    return Period(first, last_of(first.replace(month=month)))


def calendar_week(today: date, number: int) -> Period:
    friday = date.fromisocalendar(today.year, number, FRIDAY + 1)
    if friday < today - _HALF_A_YEAR:
        friday = date.fromisocalendar(today.year + 1, number, FRIDAY + 1)
    return Period(friday - timedelta(days=FRIDAY), friday)


def after_holidays(today: date) -> Period:
    """The middle of January: the second week in which everybody is back."""
    year = today.year + (today.month > 1)
    return Period(max(today, date(year, 1, 2)), date(year, 1, 15))


def before_christmas(today: date) -> Period | None:
    """Until Christmas Eve; None before October, when that is too far off to be a deadline."""
    eve = date(today.year, 12, 24)
    return Period(today, eve) if today <= eve and today.month >= _SINCE_OCTOBER else None


def after_easter(today: date) -> Period:
    """The week that begins with Easter Monday."""
    monday = _easter_ahead(today) + timedelta(days=1)
    return Period(max(today, monday + timedelta(days=1)), monday + timedelta(days=FRIDAY))


def before_easter(today: date) -> Period:
    return Period(today, max(today, _easter_ahead(today) - timedelta(days=1)))


def _easter_ahead(today: date) -> date:
    """Easter Sunday of this year, or of the next one once its week is over."""
    easter = _easter(today.year)
    return easter if easter + timedelta(days=FRIDAY + 1) >= today else _easter(today.year + 1)


def _easter(year: int) -> date:
    """Easter Sunday in the Gregorian calendar (the anonymous algorithm of Meeus, Jones and Butcher)."""
    golden, century = year % 19, year // 100
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (year % 100 // 4) - epact - year % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


Groups = Mapping[str, str | None]
SPANS: Mapping[str, Callable[[Context, str, Groups], Period]] = {
    "week_after_next": lambda context, part, _: in_week(context, 2, part),
    "next_week": lambda context, part, _: in_week(context, 1, part),
    "this_week": lambda context, part, _: in_week(context, 0, part),
    "next_month": lambda context, part, _: in_month(first_of_next_month(context.today), part),
    "this_month": lambda context, part, _: in_month(context.today.replace(day=1), part),
    "quarter": lambda context, part, groups: in_quarter(context.today, _quarter(context.today, groups.get("q")), part),
    "next_year": lambda context, part, _: in_next_year(context.today, part),
    "year": lambda context, *_: Period(context.today, date(context.today.year, 12, 31)),
}
"""For each span of cues/dates, the period that it is, given the part of it ("early", "mid", "late" or "") and the match's groups."""


def _quarter(today: date, number: str | None) -> int:
    return int(number) if number else (today.month + 2) // 3
