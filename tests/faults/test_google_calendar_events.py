"""Events in Google's calendars that are hostile, or make no sense: they are set aside in time, and the others are read."""

import json
from pathlib import Path
from typing import Any

import pytest

from afterword.ports import CalendarEntry, UnreadableItem
from afterword.recognition.entries.meeting import read_calendar
from afterword.recognition.reading import Unreadable
from connectors.google.calendar_source import GoogleCalendar
from tests.contract.source_contract import NOW, Reader
from tests.google_calendar import JANE, interview
from tests.servers.google import JSON
from tests.servers.google_access import Ask, Signed, altered
from tests.servers.google_calendar import GoogleCalendars
from tests.servers.web import Answered, Asked


@pytest.mark.parametrize(
    "rule",
    [
        "RRULE:FREQ=SECONDLY",
        "RRULE:FREQ=DAILY;INTERVAL=0",
        "RRULE:FREQ=DAILY;COUNT=1000000000",
        "RDATE:" + ",".join(["20260310T100000Z"] * 100_000),
    ],
    ids=["every second", "no interval", "a billion", "a hundred thousand days"],
)
def test_f55_a_series_that_never_ends_is_set_aside_and_the_others_are_read(
    google_calendars: GoogleCalendars, calendar_user: Signed, rule: str
) -> None:
    known = google_calendars.put(interview())
    google_calendars.put(interview(recurrence=["RRULE:FREQ=DAILY"]))
    bomb = google_calendars.put(interview(recurrence=["RRULE:FREQ=DAILY"]))
    google_calendars.calendars[google_calendars.user].events[bomb]["recurrence"] = [rule]
    items = Reader(GoogleCalendar(calendar_user.settings())).items()
    refused = [each for each in items if isinstance(each, UnreadableItem)]
    for each in items:
        if isinstance(each, CalendarEntry):
            try:
                read_calendar(each.raw, user=JANE, now=NOW)
            except Unreadable:
                assert each.ref == f"{bomb}@google.com"
    assert [each.ref for each in refused] == [f"{bomb}@google.com"]
    assert f"{known}@google.com" in {each.ref for each in items}


@pytest.mark.parametrize(
    "broken",
    [
        {"start": {"dateTime": "soon"}},
        {"start": {}},
        {"updated": "now"},
        {"start": {"date": "0000-00-00"}},
        {"end": {"dateTime": "late"}},
        {"end": {"dateTime": "9999-12-31T23:59:59-12:00"}},
    ],
    ids=["no time", "an empty one", "no stamp", "no day", "no end", "an end after all time"],
)
def test_f41_an_event_that_makes_no_sense_is_set_aside_and_the_others_are_read(
    google_calendars: GoogleCalendars, tmp_path: Path, broken: dict[str, Any]
) -> None:
    google_calendars.put(interview())
    google_calendars.put(interview(summary="Broken"))

    def change(asked: Asked, ask: Ask) -> Answered:
        told = json.loads(ask().body)
        items = [each | broken if each.get("summary") == "Broken" else each for each in told["items"]]
        return Answered(head=JSON, body=json.dumps({**told, "items": items}).encode())

    with altered(google_calendars, tmp_path, change) as (_, signed):
        assert sorted(type(each).__name__ for each in Reader(GoogleCalendar(signed.settings())).items()) == [
            "CalendarEntry",
            "UnreadableItem",
        ]


def test_f56_a_crowd_is_cut_and_read_in_time(google_calendars: GoogleCalendars, calendar_user: Signed) -> None:
    crowd = [{"email": f"p{number}@acme.example", "responseStatus": "accepted"} for number in range(5000)]
    google_calendars.put(interview(attendees=crowd, description="x" * 1_000_000))
    (item,) = Reader(GoogleCalendar(calendar_user.settings())).items()
    assert isinstance(item, CalendarEntry)
    assert len(item.raw) < 200_000
    assert len(read_calendar(item.raw, user=JANE, now=NOW)) <= 1
