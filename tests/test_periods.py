"""Periods: each has an earliest and a latest day, and lies where its words say."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.recognition.times import periods
from afterword.recognition.times.periods import Context

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("today", "friday"),
    [
        ("2024-03-01", "2024-04-05"),
        ("2025-03-01", "2025-04-25"),
        ("2026-03-02", "2026-04-10"),
        ("2026-04-08", "2026-04-10"),
        ("2026-04-20", "2027-04-02"),
        ("2038-01-01", "2038-04-30"),
    ],
)
def test_after_easter_is_its_week(today: str, friday: str) -> None:
    assert periods.after_easter(date.fromisoformat(today)).until == date.fromisoformat(friday)


@given(DAYS)
def test_easter_is_a_sunday_in_spring(today: date) -> None:
    saturday = periods.before_easter(today).until
    easter = saturday + timedelta(days=1)

    assert saturday == today or (easter.weekday(), easter.month in {3, 4}) == (6, True)
    assert today <= periods.after_easter(today).earliest <= periods.after_easter(today).until


@given(DAYS, st.integers(1, 5))
def test_a_week_of_a_month_begins_in_it(day: date, which: int) -> None:
    first = day.replace(day=1)
    week = periods.week_of_month(first, which)

    assert first <= week.earliest < week.until
    assert week.until - week.earliest <= timedelta(days=11)
    assert week.earliest.month == first.month


@given(DAYS, st.sampled_from([1, 2, 5]))
def test_a_half_of_a_month_lies_in_it(day: date, which: int) -> None:
    half = periods.half_of_month(day.replace(day=1), which)

    assert (half.earliest.month, half.until.month) == (day.month, day.month)
    assert half.earliest < half.until


@given(DAYS, st.integers(1, 52))
def test_a_calendar_week_is_the_one_of_that_number(today: date, number: int) -> None:
    week = periods.calendar_week(today, number)

    assert week.earliest.isocalendar().week == week.until.isocalendar().week == number
    assert week.until >= today - timedelta(days=183)


@given(DAYS, st.sampled_from(["", "early", "mid", "late"]), st.sampled_from(sorted(periods.SPANS)))
def test_a_span_ends_after_it_began(today: date, part: str, name: str) -> None:
    span = periods.SPANS[name](Context(today), part, {})

    assert span.earliest <= span.until


@pytest.mark.parametrize(("today", "until"), [("2026-12-01", "2026-12-24"), ("2026-06-01", None), ("2026-12-28", None)])
def test_christmas_is_spoken_of_in_autumn(today: str, until: str | None) -> None:
    found = periods.before_christmas(date.fromisoformat(today))

    assert (found.until.isoformat() if found else None) == until


@pytest.mark.parametrize(
    ("today", "number", "day"),
    [
        (date(2026, 3, 2), 9, date(2026, 3, 9)),
        (date(2026, 3, 10), 9, date(2026, 4, 9)),
        (date(2026, 4, 2), 31, date(2026, 5, 31)),
    ],
)
def test_a_number_is_the_next_day_that_bears_it(today: date, number: int, day: date) -> None:
    assert periods.day_ahead(today, number) == day


def test_a_number_that_no_month_has_is_no_day() -> None:
    with pytest.raises(ValueError, match="day"):
        periods.day_ahead(date(2026, 4, 2), 45)
