"""How days and times are said: with the year in a timeline, briefly on a page of the present, and in full in an answer."""

from datetime import date, datetime, timedelta

_WITHIN_HALF_A_YEAR = timedelta(days=180)
_NAMED = {-1: "yesterday", 0: "today", 1: "tomorrow"}


def day_with_year(when: date) -> str:
    """A day as a timeline shows it: "Fri 6 Nov 2026"."""
    return f"{when:%a} {when.day} {when:%b %Y}"


def moment_with_year(when: datetime) -> str:
    """A time as a timeline shows it: "Fri 6 Nov 2026, 14:00"."""
    return f"{day_with_year(when)}, {when:%H:%M}"


def brief_day(when: date, now: datetime) -> str:
    """A day that nobody misreads: "today", "tomorrow", "yesterday", else as `brief_date` has it."""
    return _NAMED.get((when - now.date()).days) or brief_date(when, now)


def brief_date(when: date, now: datetime) -> str:
    """A day by its date: "Wed 25 Nov", with the year where it is more than half a year away."""
    return f"{when:%a} {when.day} {when:%b}{_far_year(when, now)}"


def brief_moment(when: datetime, now: datetime) -> str:
    """A time as people say it: "tomorrow 15:00"; both are in the user's zone."""
    return f"{brief_day(when.date(), now)} {when:%H:%M}"


def full_day(when: date, now: datetime) -> str:
    """A day in full: "Friday, 4 December", with the year where it is another one, or more than half a year away."""
    return f"{when:%A}, {when.day} {when:%B}{f' {when.year}' if when.year != now.year else _far_year(when, now)}"


def full_moment(when: datetime, now: datetime) -> str:
    """A time in full: "Friday, 4 December, 15:00"."""
    return f"{full_day(when.date(), now)}, {when:%H:%M}"


def exact_moment(when: datetime) -> str:
    """A time with nothing left to guess: "Wednesday, 25 November 2026, 15:00"."""
    return f"{when:%A}, {when.day} {when:%B %Y, %H:%M}"


def _far_year(when: date, now: datetime) -> str:
    return f" {when.year}" if abs(when - now.date()) > _WITHIN_HALF_A_YEAR else ""
