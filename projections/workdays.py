"""The user's working time: days off, business days, and the first free quarter of an hour."""

from collections.abc import Collection, Container, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from afterword.ports import BusyTime

QUARTER = timedelta(minutes=15)
NOON = time(12)
MONDAY_TO_FRIDAY = frozenset(range(5))
LONGEST_HOLIDAY = 60
"""Days after which the search for a working day gives up: a calendar without any would have none to find."""


class WorkCalendar(Struct, frozen=True, kw_only=True):
    """When the user works: wall-clock hours in `zone`, weekdays (Monday is 0), and days off."""

    zone: ZoneInfo = ZoneInfo("UTC")
    opens: time = time(9)
    closes: time = time(17, 30)
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    holidays: Container[date] = ()

    def is_workday(self, day: date) -> bool:
        """Whether the user works on that day."""
        return day.weekday() in self.weekdays and day not in self.holidays

    def local_day(self, moment: datetime) -> date:
        """The day in the user's zone."""
        return moment.astimezone(self.zone).date()

    def at(self, day: date, clock: time) -> datetime:
        """That wall-clock time of that day, in UTC; in a gap of the clock, the moment after it."""
        return datetime.combine(day, clock, self.zone).astimezone(UTC)

    def end_of(self, day: date) -> datetime:
        """The last second of a day, in UTC."""
        return self.at(day + timedelta(days=1), time(0)) - timedelta(seconds=1)

    def next_workday(self, day: date) -> date:
        """The first working day after `day`."""
        following = (day + timedelta(days=n) for n in range(1, LONGEST_HOLIDAY))
        return next((each for each in following if self.is_workday(each)), day + timedelta(days=1))

    def add_days(self, moment: datetime, days: int) -> datetime:
        """The moment (UTC) of the same wall-clock time some days later, whatever the clock was set to between (RFC 5545, 3.3.6)."""
        local = moment.astimezone(self.zone)
        return self.at(local.date() + timedelta(days=days), local.time())

    def add_business_days(self, moment: datetime, days: int) -> datetime:
        """The moment (UTC) of the same wall-clock time, so many working days later."""
        local = moment.astimezone(self.zone)
        day = local.date()
        for _ in range(days):
            day = self.next_workday(day)
        return self.at(day, local.time())

    def off_a_day_off(self, due: datetime) -> datetime:
        """`due` itself; where it falls on a day off, noon of the next working day (UTC)."""
        day = self.local_day(due)
        return due if self.is_workday(day) else self.at(self.next_workday(day), NOON)

    def first_free_quarter(self, start: datetime, end: datetime, busy: Collection[BusyTime]) -> datetime | None:
        """The first free quarter of an hour of working time that lies inside [start, end]; None where there is none."""
        return next((each for each in self._quarters(start, end) if not _taken(each, busy)), None)

    def _quarters(self, start: datetime, end: datetime) -> Iterator[datetime]:
        day = self.local_day(start)
        while day <= self.local_day(end):
            if self.is_workday(day):
                yield from self._quarters_of(day, start, end)
            day += timedelta(days=1)

    def _quarters_of(self, day: date, start: datetime, end: datetime) -> Iterator[datetime]:
        quarter, closes = self.at(day, self.opens), self.at(day, self.closes)
        while quarter + QUARTER <= min(closes, end):
            if quarter >= start:
                yield quarter
            quarter += QUARTER


def _taken(quarter: datetime, busy: Collection[BusyTime]) -> bool:
    return any(each.start < quarter + QUARTER and quarter < each.end for each in busy)
