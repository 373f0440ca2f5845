"""Conversion of Graph's patternedRecurrence to an RRULE (RFC 5545, 3.3.10)."""

from datetime import UTC, date, datetime, time
from typing import Any

from .events import PatternedRecurrence, RecurrencePattern, RecurrenceRange

FREQUENCIES = {
    "daily": "DAILY",
    "weekly": "WEEKLY",
    "absoluteMonthly": "MONTHLY",
    "relativeMonthly": "MONTHLY",
    "absoluteYearly": "YEARLY",
    "relativeYearly": "YEARLY",
}
SHORTEST_MONTH = 28
POSITIONS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}


def rrule_parts(recurrence: PatternedRecurrence, start: datetime | date) -> dict[str, Any]:
    """Return the parts of the RRULE; `start` is the series' DTSTART."""
    pattern = recurrence.pattern
    parts: dict[str, Any] = {"FREQ": FREQUENCIES.get(pattern.type, "DAILY"), "INTERVAL": max(1, pattern.interval)}
    if pattern.first_day_of_week and pattern.type == "weekly":
        parts["WKST"] = _day(pattern.first_day_of_week)
    return {**parts, **_days(pattern), **_end(recurrence.range, start)}


def _days(pattern: RecurrencePattern) -> dict[str, Any]:
    days = [_day(each) for each in pattern.days_of_week or ()]
    parts: dict[str, Any] = {"BYMONTH": pattern.month} if pattern.type.endswith("Yearly") and pattern.month else {}
    if pattern.type == "weekly" and days:
        parts["BYDAY"] = days
    elif pattern.type.startswith("relative"):
        parts |= {"BYDAY": days, "BYSETPOS": POSITIONS.get(pattern.index or "first", 1)}
    elif pattern.type.startswith("absolute") and pattern.day_of_month:
        parts |= _month_day(pattern.day_of_month)
    return parts


def _month_day(day: int) -> dict[str, Any]:
    """In Outlook, the 31st is the last day of shorter months; in RFC 5545 there is no instance in those months."""
    if day <= SHORTEST_MONTH:
        return {"BYMONTHDAY": day}
    return {"BYMONTHDAY": list(range(SHORTEST_MONTH, day + 1)), "BYSETPOS": -1}


def _end(range_: RecurrenceRange, start: datetime | date) -> dict[str, Any]:
    if range_.type == "numbered" and range_.number_of_occurrences:
        return {"COUNT": range_.number_of_occurrences}
    if range_.type != "endDate" or not range_.end_date:
        return {}
    last = date.fromisoformat(range_.end_date)
    if not isinstance(start, datetime):
        return {"UNTIL": last}
    return {"UNTIL": datetime.combine(last, time(23, 59, 59), start.tzinfo).astimezone(UTC)}


def _day(name: str) -> str:
    return name[:2].upper()
