"""Series in Outlook's calendar: one entry each, with what differs in it, and rules that say what Outlook means."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from msgspec import convert
from recurring_ical_events import of

from afterword.ports import RemovedEntry
from connectors.microsoft.event_text import EventContext, entry_text
from connectors.microsoft.events import Event
from tests.contract.source_contract import NOW, Reader
from tests.graph_calendar import START_OF_IT, Home, event, exception, meetings, running, text, weekly
from tests.servers.graph_events import occurrences


@pytest.fixture
def home() -> Iterator[Home]:
    with running() as found:
        yield found


@pytest.fixture
def reader(home: Home) -> Reader:
    return home.reader()


def test_a_series_and_what_differs_in_it_are_one_entry(home: Home, reader: Reader) -> None:
    master = home.outlook.put(weekly())
    home.outlook.put(exception(master, subject="Interview with Carla"))
    series, second = meetings(reader.items())
    assert (series.uid, series.repeats) == ("a", True)
    assert (second.uid, second.title, second.start) == ("a", "Interview with Carla", START_OF_IT + timedelta(days=8))
    assert second.recurrence_id == "2026-03-17T10:00:00+00:00"


def test_an_occurrence_that_becomes_an_exception_is_told_with_its_series(home: Home, reader: Reader) -> None:
    master = home.outlook.put(weekly())
    reader.items()
    home.outlook.put(exception(master))
    assert [each.recurrence_id for each in meetings(reader.items())] == ["", "2026-03-17T10:00:00+00:00"]
    assert reader.items() == []


def test_an_exception_that_is_deleted_is_cancelled(home: Home, reader: Reader) -> None:
    master = home.outlook.put(weekly())
    second = home.outlook.put(exception(master))
    reader.items()
    home.outlook.remove(second)
    series, gone = meetings(reader.items())
    assert (gone.recurrence_id, gone.status) == ("2026-03-17T10:00:00+00:00", "CANCELLED")
    assert series.status == "CONFIRMED"
    assert reader.items() == []


def test_an_occurrence_that_is_cancelled_is_left_out_of_the_rule(home: Home, reader: Reader) -> None:
    master = home.outlook.put(weekly())
    home.outlook.change(master, cancelledOccurrences=[f"OID.{master}.2026-03-17"])
    assert "EXDATE:20260317T100000Z" in text(reader.items())


def test_a_cancelled_day_that_makes_no_sense_is_passed_over(home: Home, reader: Reader) -> None:
    master = home.outlook.put(weekly())
    home.outlook.change(master, cancelledOccurrences=[f"OID.{master}", "OID.x.2026-02-30", ""])
    assert "EXDATE" not in text(reader.items())


def test_a_series_of_whole_days_repeats_and_differs_by_days(home: Home, reader: Reader) -> None:
    days = [{"dateTime": f"2026-03-{day}T00:00:00.0000000", "timeZone": "UTC"} for day in (10, 11, 18, 19)]
    until = {"type": "endDate", "startDate": "2026-03-10", "endDate": "2026-03-31"}
    series = weekly() | {"isAllDay": True, "start": days[0], "end": days[1]}
    series["recurrence"] = {**series["recurrence"], "range": until}
    master = home.outlook.put(series)
    told = {"isAllDay": True, "originalStart": "2026-03-17T00:00:00Z", "start": days[2], "end": days[3]}
    home.outlook.put(exception(master) | told)
    lines = text(reader.items()).splitlines()
    assert {"DTSTART;VALUE=DATE:20260310", "DTSTART;VALUE=DATE:20260318"} <= set(lines)
    assert "RECURRENCE-ID;VALUE=DATE:20260317" in lines
    assert any(each.startswith("RRULE") and "UNTIL=20260331" in each for each in lines)


@pytest.mark.parametrize(
    ("original", "zone"),
    [
        ("2026-03-17T00:00:00Z", ""),
        ("2026-03-16T23:00:00Z", ""),
        ("2026-03-17T07:00:00Z", ""),
        ("2026-03-16T15:00:00Z", "Tokyo Standard Time"),
        ("2026-03-16T11:00:00Z", "New Zealand Standard Time"),
    ],
)
def test_the_day_of_a_whole_day_that_was_changed_is_that_of_its_midnight(
    home: Home, reader: Reader, original: str, zone: str
) -> None:
    """Graph tells it in UTC, and the zone of that midnight in the range of the series, or nowhere."""
    days = [{"dateTime": f"2026-03-{day}T00:00:00.0000000", "timeZone": "UTC"} for day in (10, 11, 18, 19)]
    series = weekly() | {"isAllDay": True, "start": days[0], "end": days[1]}
    series["recurrence"]["range"]["recurrenceTimeZone"] = zone
    master = home.outlook.put(series)
    changed = {"isAllDay": True, "originalStart": original, "start": days[2], "end": days[3]}
    second = home.outlook.put(exception(master) | changed)
    assert "RECURRENCE-ID;VALUE=DATE:20260317" in text(reader.items()).splitlines()
    home.outlook.remove(second)
    assert "RECURRENCE-ID;VALUE=DATE:20260317" in text(reader.items()).splitlines()


def test_a_series_that_leaves_the_window_is_not_removed(home: Home, reader: Reader) -> None:
    home.outlook.put(weekly("b"))
    assert [each.ref for each in reader.items()] == ["b"]
    home.outlook.put(event("c", NOW + timedelta(days=420)))
    assert [each.ref for each in reader.items(NOW + timedelta(days=420))] == ["c"]
    assert reader.items(NOW + timedelta(days=421)) == []


@pytest.mark.parametrize("by_occurrences", [False, True])
def test_a_series_that_is_deleted_is_removed(home: Home, reader: Reader, by_occurrences: bool) -> None:
    home.outlook.removes_by_occurrences = by_occurrences
    home.outlook.put(weekly("c"))
    master = home.outlook.put(weekly())
    home.outlook.put(exception(master))
    home.outlook.put(event("b"))
    reader.items()
    home.outlook.remove(master)
    assert reader.items() == [RemovedEntry(uid="a", ref="a")]


PATTERNS = st.one_of(
    st.builds(lambda n: {"type": "daily", "interval": n}, st.integers(1, 9)),
    st.builds(
        lambda n, days: {"type": "weekly", "interval": n, "daysOfWeek": sorted(days), "firstDayOfWeek": "monday"},
        st.integers(1, 4),
        st.sets(st.sampled_from(["monday", "tuesday", "friday", "sunday"]), min_size=1),
    ),
    st.builds(
        lambda n, day: {"type": "absoluteMonthly", "interval": n, "dayOfMonth": day},
        st.integers(1, 3),
        st.integers(1, 31),
    ),
    st.builds(
        lambda n, day, index: {"type": "relativeMonthly", "interval": n, "daysOfWeek": [day], "index": index},
        st.integers(1, 3),
        st.sampled_from(["monday", "thursday", "sunday"]),
        st.sampled_from(["first", "second", "fourth", "last"]),
    ),
    st.builds(
        lambda month, day: {"type": "absoluteYearly", "interval": 1, "month": month, "dayOfMonth": day},
        st.integers(1, 12),
        st.integers(1, 31),
    ),
    st.builds(
        lambda month, day, index: {
            "type": "relativeYearly",
            "interval": 1,
            "month": month,
            "daysOfWeek": [day],
            "index": index,
        },
        st.integers(1, 12),
        st.sampled_from(["monday", "thursday", "sunday"]),
        st.sampled_from(["first", "second", "fourth", "last"]),
    ),
)
RANGES = st.one_of(
    st.builds(lambda n: {"type": "numbered", "numberOfOccurrences": n}, st.integers(1, 20)),
    st.builds(
        lambda day: {"type": "endDate", "endDate": f"{day:%Y-%m-%d}"},
        st.dates(datetime(2026, 4, 1).date(), datetime(2028, 1, 1).date()),
    ),
)


@settings(deadline=None, max_examples=60)
@given(
    pattern=PATTERNS, until=RANGES, zone=st.sampled_from(["UTC", "W. Europe Standard Time", "Eastern Standard Time"])
)
def test_the_rule_has_the_occurrences_that_outlook_has(
    pattern: dict[str, Any], until: dict[str, Any], zone: str
) -> None:
    master = {**weekly(zone=zone), "id": "1", "recurrence": {"pattern": pattern, "range": until}}
    expected = {start for start, _ in occurrences(master)}
    found = entry_text(convert(master, Event), EventContext())
    assert found is not None
    shown = of(Calendar.from_ical(found.text)).between((2026, 1, 1), (2030, 1, 1))
    starts = {each["DTSTART"].dt.astimezone(UTC) for each in shown}
    assert starts - {START_OF_IT} == {each for each in expected if each.year < 2030} - {START_OF_IT}
