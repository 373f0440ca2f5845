"""Working time: business days, days off, changes of the clock, and the first free quarter of an hour."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.ports import BusyTime
from projections.workdays import QUARTER, WorkCalendar

BERLIN = ZoneInfo("Europe/Berlin")
GOOD_FRIDAY, EASTER_MONDAY = date(2026, 4, 3), date(2026, 4, 6)
WORK = WorkCalendar(zone=BERLIN, holidays=frozenset({GOOD_FRIDAY, EASTER_MONDAY}))
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("start", "days", "then"),
    [
        ("2026-03-05 17:00", 1, "2026-03-06 17:00"),
        ("2026-03-06 17:00", 1, "2026-03-09 17:00"),
        ("2026-03-07 10:00", 1, "2026-03-09 10:00"),
        ("2026-04-02 10:00", 1, "2026-04-07 10:00"),
        ("2026-03-26 10:00", 7, "2026-04-08 10:00"),
    ],
)
def test_business_days_pass_over_weekends_and_holidays(start: str, days: int, then: str) -> None:
    assert WORK.add_business_days(berlin(start), days) == berlin(then)


def test_f74_two_days_on_the_wall_are_49_hours_when_the_clock_goes_back() -> None:
    start = berlin("2026-10-24 12:00")

    assert WORK.add_days(start, 2) - start.astimezone(UTC) == timedelta(hours=49)


def test_f74_a_wall_clock_time_that_is_skipped_is_the_moment_after_it() -> None:
    assert WORK.add_days(berlin("2026-03-28 02:30"), 1) == berlin("2026-03-29 03:30").astimezone(UTC)


def test_due_on_a_day_off_is_noon_of_the_next_working_day() -> None:
    assert WORK.off_a_day_off(berlin("2026-04-03 09:00")) == berlin("2026-04-07 12:00")
    assert WORK.off_a_day_off(berlin("2026-04-07 09:00")) == berlin("2026-04-07 09:00")


def test_the_first_free_quarter_is_in_working_hours_and_touches_nothing_taken() -> None:
    start, end = berlin("2026-03-06 17:10"), berlin("2026-03-09 12:00")
    meeting = BusyTime(berlin("2026-03-09 09:00"), berlin("2026-03-09 10:10"))

    assert WORK.first_free_quarter(start, end, []) == berlin("2026-03-06 17:15")
    assert WORK.first_free_quarter(berlin("2026-03-06 17:16"), end, [meeting]) == berlin("2026-03-09 10:15")


def test_where_all_is_taken_there_is_no_free_quarter() -> None:
    start, end = berlin("2026-03-09 09:00"), berlin("2026-03-09 12:00")

    assert WORK.first_free_quarter(start, end, [BusyTime(start, end)]) is None


def test_a_calendar_without_any_working_day_still_answers() -> None:
    never = WorkCalendar(zone=BERLIN, weekdays=frozenset())

    assert never.next_workday(date(2026, 3, 5)) == date(2026, 3, 6)


@given(MOMENTS, st.integers(0, 40))
def test_business_days_never_take_less_time_than_days(moment: datetime, days: int) -> None:
    assert WORK.add_business_days(moment, days) >= WORK.add_days(moment, days)


@given(MOMENTS, st.integers(1, 20))
def test_business_days_end_on_a_working_day(moment: datetime, days: int) -> None:
    assert WORK.is_workday(WORK.local_day(WORK.add_business_days(moment, days)))


@given(MOMENTS, st.integers(0, 10))
def test_a_free_quarter_lies_inside_what_was_asked_for(moment: datetime, days: int) -> None:
    end = moment + timedelta(days=days)

    quarter = WORK.first_free_quarter(moment, end, [])

    assert quarter is None or (moment <= quarter and quarter + QUARTER <= end)
