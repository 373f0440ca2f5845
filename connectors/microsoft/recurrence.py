"""Graph's recurrence pattern and range as an RRULE (RFC 5545, 3.3.10)."""

from datetime import UTC, date, datetime, time
from typing import Any

from .events import Pattern, Range, Recurrence

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


def rule(recurrence: Recurrence, start: datetime | date) -> dict[str, Any]:
    """The parts of the RRULE; `start` is the series' DTSTART."""
    pattern = recurrence.pattern
    parts: dict[str, Any] = {"FREQ": FREQUENCIES.get(pattern.type, "DAILY"), "INTERVAL": max(1, pattern.interval)}
    if pattern.first_day_of_week and pattern.type == "weekly":
        parts["WKST"] = _day(pattern.first_day_of_week)
    return {**parts, **_days(pattern), **_end(recurrence.range, start)}


def _days(pattern: Pattern) -> dict[str, Any]:
    days = [_day(each) for each in pattern.days_of_week or ()]
    found: dict[str, Any] = {"BYMONTH": pattern.month} if pattern.type.endswith("Yearly") and pattern.month else {}
    if pattern.type == "weekly" and days:
        found["BYDAY"] = days
    elif pattern.type.startswith("relative"):
        found |= {"BYDAY": days, "BYSETPOS": POSITIONS.get(pattern.index or "first", 1)}
    elif pattern.type.startswith("absolute") and pattern.day_of_month:
        found |= _month_day(pattern.day_of_month)
    return found


def _month_day(day: int) -> dict[str, Any]:
    """To Outlook the 31st is the last day of a month without one; to RFC 5545 there is none in that month."""
    if day <= SHORTEST_MONTH:
        return {"BYMONTHDAY": day}
    return {"BYMONTHDAY": list(range(SHORTEST_MONTH, day + 1)), "BYSETPOS": -1}


def _end(until: Range, start: datetime | date) -> dict[str, Any]:
    if until.type == "numbered" and until.number_of_occurrences:
        return {"COUNT": until.number_of_occurrences}
    if until.type != "endDate" or not until.end_date:
        return {}
    last = date.fromisoformat(until.end_date)
    if not isinstance(start, datetime):
        return {"UNTIL": last}
    return {"UNTIL": datetime.combine(last, time(23, 59, 59), start.tzinfo).astimezone(UTC)}


def _day(name: str) -> str:
    return name[:2].upper()
