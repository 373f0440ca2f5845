"""What is particular to Google Calendar: events as text, series and their instances, whose calendars are read, and our own."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from afterword.eventlog.events import InterviewCancelled
from afterword.ports import CalendarEntry, Item, NeedsUser, RemovedEntry
from afterword.recognition.entries.meeting import read_calendar
from connectors.google.calendar_source import GoogleCalendar
from connectors.google.channel import GoogleChannel
from tests.contract.channel_contract import INVITE
from tests.contract.source_contract import NOW, Reader
from tests.google_calendar import BERLIN, CARLA, JANE, at, interview, weekly
from tests.servers.google_access import Signed
from tests.servers.google_calendar import GoogleCalendars
from tests.servers.google_events import Event
from tests.servers.web import Web


@pytest.fixture
def reader(calendar_user: Signed) -> Reader:
    return Reader(GoogleCalendar(calendar_user.settings()))


@pytest.fixture
def channel(calendar_user: Signed) -> GoogleChannel:
    return GoogleChannel(calendar_user.channel_settings())


def instance(google_calendars: GoogleCalendars, series: str, day: str, **others: Any) -> str:
    """An instance of the series that differs from it."""
    original = datetime.fromisoformat(f"{day}T11:00").replace(tzinfo=BERLIN)
    held = google_calendars.calendars[google_calendars.user].events[series]
    known = {"id": f"{series}_{original.astimezone(UTC):%Y%m%dT%H%M%SZ}", "iCalUID": held["iCalUID"]}
    told = {"recurringEventId": series, "originalStartTime": at(f"{day}T11:00"), **known}
    return google_calendars.put({**interview(day), **told, **others})


def events(item: Item) -> list[Any]:
    assert isinstance(item, CalendarEntry)
    return list(Calendar.from_ical(item.raw).walk("VEVENT"))


def only(reader: Reader) -> Any:
    (item,) = reader.items()
    (event,) = events(item)
    return event


def lines(item: Item) -> list[str]:
    assert isinstance(item, CalendarEntry)
    return item.raw.decode().splitlines()


# ---- an event as text


def test_an_event_says_when_and_with_whom(google_calendars: GoogleCalendars, reader: Reader) -> None:
    google_calendars.put(interview(location="Main street 1", sequence=2, iCalUID="x@acme.example"))
    event = only(reader)
    assert (event["DTSTART"].dt, str(event["DTSTART"].params["TZID"])) == (
        datetime(2026, 3, 10, 11, tzinfo=BERLIN),
        "Europe/Berlin",
    )
    assert [str(event[name]) for name in ("UID", "SUMMARY", "LOCATION", "SEQUENCE", "STATUS")] == [
        "x@acme.example",
        "Interview with Acme",
        "Main street 1",
        "2",
        "CONFIRMED",
    ]
    assert str(event["ORGANIZER"]) == "mailto:carla@acme.example"
    assert {str(each): str(each.params["PARTSTAT"]) for each in event["ATTENDEE"]} == {
        "mailto:carla@acme.example": "ACCEPTED",
        "mailto:jane@example.org": "ACCEPTED",
    }


def test_an_event_in_another_zone_keeps_it(google_calendars: GoogleCalendars, reader: Reader) -> None:
    zone = "America/New_York"
    google_calendars.put(interview(start=at("2026-03-10T09:00", zone), end=at("2026-03-10T10:00", zone)))
    event = only(reader)
    assert event["DTSTART"].dt == datetime(2026, 3, 10, 9, tzinfo=ZoneInfo(zone))
    assert str(event["DTSTART"].params["TZID"]) == zone


def test_a_zone_that_nobody_knows_leaves_the_moment(google_calendars: GoogleCalendars, reader: Reader) -> None:
    google_calendars.put(interview(start=at("2026-03-10T09:00")))
    google_calendars.calendars[google_calendars.user].events[
        next(iter(google_calendars.calendars[google_calendars.user].events))
    ]["start"]["timeZone"] = "Moon/Base"
    assert only(reader)["DTSTART"].dt == datetime(2026, 3, 10, 8, tzinfo=UTC)


def test_an_event_of_a_whole_day_has_a_day(google_calendars: GoogleCalendars, reader: Reader) -> None:
    google_calendars.put(interview(start={"date": "2026-03-10"}, end={"date": "2026-03-11"}))
    event = only(reader)
    assert str(event["DTSTART"].dt) == "2026-03-10"
    assert str(event["DTEND"].dt) == "2026-03-11"


@pytest.mark.parametrize(
    "call",
    [
        {"hangoutLink": "https://meet.example/abc"},
        {
            "conferenceData": {
                "entryPoints": [
                    {"entryPointType": "phone", "uri": "tel:+1-555-0100"},
                    {"entryPointType": "video", "uri": "https://meet.example/abc"},
                ]
            }
        },
    ],
    ids=["a link", "a conference"],
)
def test_the_video_call_stands_in_the_description_once(
    google_calendars: GoogleCalendars, reader: Reader, call: dict[str, Any]
) -> None:
    known = google_calendars.put(interview(description="See you there.", **call))
    assert str(only(reader)["DESCRIPTION"]) == "See you there.\n\nhttps://meet.example/abc"
    google_calendars.change(known, description="Join https://meet.example/abc")
    assert str(only(reader)["DESCRIPTION"]) == "Join https://meet.example/abc"


def test_a_description_in_html_is_read_as_it_is_seen(google_calendars: GoogleCalendars, reader: Reader) -> None:
    google_calendars.put(
        interview(description="<p>With <b>Carla</b></p><br>R&amp;D<span style='display:none'>x</span>")
    )
    assert str(only(reader)["DESCRIPTION"]).split() == ["With", "Carla", "R&D"]


def test_a_description_with_angles_is_no_html(google_calendars: GoogleCalendars, reader: Reader) -> None:
    google_calendars.put(interview(description="Carla <carla@acme.example> & you: 1 < 2"))
    assert str(only(reader)["DESCRIPTION"]) == "Carla <carla@acme.example> & you: 1 < 2"


def test_a_room_is_no_person(google_calendars: GoogleCalendars, reader: Reader) -> None:
    room = {"email": "room1@resource.calendar.example", "resource": True, "responseStatus": "accepted"}
    google_calendars.put(interview(attendees=[CARLA, room]))
    assert [each.params.get("CUTYPE") for each in only(reader)["ATTENDEE"]] == [None, "RESOURCE"]


@pytest.mark.parametrize("address", ["jane@example.org", "jane.doe@work.example"])
def test_an_interview_that_the_user_declined_does_not_take_place(
    google_calendars: GoogleCalendars, reader: Reader, address: str
) -> None:
    """Whichever of their addresses they were asked by."""
    own = {"email": address, "self": True, "responseStatus": "declined"}
    google_calendars.put(interview(attendees=[CARLA, own]))
    (item,) = reader.items()
    assert isinstance(item, CalendarEntry)
    (reading,) = read_calendar(item.raw, user=JANE, now=NOW)
    assert isinstance(reading.findings[0].event, InterviewCancelled)


def test_lines_that_are_smuggled_into_words_stay_words(google_calendars: GoogleCalendars, reader: Reader) -> None:
    google_calendars.put(
        interview(
            summary="Interview\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:other",
            recurrence=["RRULE:FREQ=DAILY\r\nATTENDEE:mailto:x@evil.example", "X-OTHER:1"],
        )
    )
    (item,) = reader.items()
    (event,) = events(item)
    assert str(event["SUMMARY"]) == "Interview END:VEVENT BEGIN:VEVENT UID:other"
    assert "evil" not in "".join(lines(item))
    assert "X-OTHER:1" not in lines(item)


@pytest.mark.parametrize("kind", ["birthday", "workingLocation", "focusTime", "outOfOffice"])
def test_what_is_no_meeting_is_not_read(google_calendars: GoogleCalendars, reader: Reader, kind: str) -> None:
    google_calendars.put(interview(eventType=kind))
    assert reader.items() == []


# ---- series


def test_a_series_is_one_entry_with_its_rule_and_what_differs(
    google_calendars: GoogleCalendars, reader: Reader
) -> None:
    series = weekly(google_calendars)
    instance(google_calendars, series, "2026-03-17", start=at("2026-03-18T15:00"), end=at("2026-03-18T16:00"))
    google_calendars.remove(instance(google_calendars, series, "2026-03-24"))
    (item,) = reader.items()
    master, moved = events(item)
    assert master["RRULE"].to_ical() == b"FREQ=WEEKLY;COUNT=4"
    assert [each.dt for each in master["EXDATE"].dts] == [datetime(2026, 3, 24, 11, tzinfo=BERLIN)]
    assert moved["RECURRENCE-ID"].dt == datetime(2026, 3, 17, 11, tzinfo=BERLIN)
    assert moved["DTSTART"].dt == datetime(2026, 3, 18, 15, tzinfo=BERLIN)
    assert master["UID"] == moved["UID"]


def test_a_change_of_one_instance_tells_the_series_as_a_whole(
    google_calendars: GoogleCalendars, reader: Reader
) -> None:
    series = weekly(google_calendars)
    instance(google_calendars, series, "2026-03-17", start=at("2026-03-18T15:00"), end=at("2026-03-18T16:00"))
    google_calendars.remove(instance(google_calendars, series, "2026-03-31"))
    reader.items()
    instance(google_calendars, series, "2026-03-24", start=at("2026-03-25T09:00"), end=at("2026-03-25T10:00"))
    (item,) = reader.items()
    assert [str(each.get("RECURRENCE-ID") and each["DTSTART"].dt.date()) for each in events(item)] == [
        "None",
        "2026-03-18",
        "2026-03-25",
    ]
    assert len(events(item)[0]["EXDATE"].dts) == 1
    assert reader.items() == []


def test_an_instance_with_a_time_of_its_own_is_told_when_it_is_called_off(
    google_calendars: GoogleCalendars, reader: Reader
) -> None:
    series = weekly(google_calendars)
    moved = instance(google_calendars, series, "2026-03-17", start=at("2026-03-18T15:00"), end=at("2026-03-18T16:00"))
    reader.items()
    google_calendars.remove(moved)
    (item,) = reader.items()
    master, off = events(item)
    assert (str(off["STATUS"]), off["RECURRENCE-ID"].dt) == ("CANCELLED", datetime(2026, 3, 17, 11, tzinfo=BERLIN))
    assert "EXDATE" not in master
    google_calendars.change(series, summary="Interview with Acme, again")
    (item,) = reader.items()
    assert [str(each["STATUS"]) for each in events(item)] == ["CONFIRMED", "CANCELLED"]


def test_a_series_that_is_deleted_is_gone_with_its_instances(google_calendars: GoogleCalendars, reader: Reader) -> None:
    series = weekly(google_calendars)
    instance(google_calendars, series, "2026-03-17", start=at("2026-03-18T15:00"), end=at("2026-03-18T16:00"))
    reader.items()
    google_calendars.remove(series)
    uid = f"{series}@google.com"
    assert reader.items() == [RemovedEntry(uid=uid, ref=uid)]
    assert reader.items() == []


def test_an_instance_that_the_user_alone_was_asked_to_is_read_by_itself(
    google_calendars: GoogleCalendars, reader: Reader
) -> None:
    original: Event = {"recurringEventId": "elsewhere", "originalStartTime": at("2026-03-10T11:00")}
    known = google_calendars.put(interview(iCalUID="series@acme.example", **original))
    assert "RECURRENCE-ID" in only(reader)
    google_calendars.remove(known)
    assert [each.ref for each in reader.items()] == ["series@acme.example"]


# ---- what is gone


def test_the_only_interview_that_is_called_off_is_told(google_calendars: GoogleCalendars, reader: Reader) -> None:
    """Google says that it is deleted: an empty calendar is no riddle then."""
    known = google_calendars.put(interview())
    reader.items()
    google_calendars.remove(known)
    assert [type(each) for each in reader.items()] == [RemovedEntry]


def test_an_event_that_went_to_another_calendar_is_not_gone(google_calendars: GoogleCalendars, reader: Reader) -> None:
    other = google_calendars.make("Job hunt")
    known = google_calendars.put(interview(iCalUID="x@acme.example"))
    reader.items()
    google_calendars.remove(known)
    google_calendars.put(interview(iCalUID="x@acme.example"), other)
    assert not any(isinstance(each, RemovedEntry) for each in reader.items())


def test_a_calendar_that_is_no_longer_on_show_lost_nothing(google_calendars: GoogleCalendars, reader: Reader) -> None:
    other = google_calendars.make("Team", role="reader")
    google_calendars.put(interview(), other)
    google_calendars.put(interview())
    assert len(reader.items()) == 2
    google_calendars.calendars[other].entry["selected"] = False
    assert reader.items() == []


def test_f64_a_meeting_in_two_calendars_is_one_and_its_newest_version_counts(
    google_calendars: GoogleCalendars, reader: Reader
) -> None:
    google_calendars.put(interview(iCalUID="x@acme.example", sequence=1, summary="Interview, moved"))
    other = google_calendars.make("Team", role="reader")
    google_calendars.put(interview(iCalUID="x@acme.example", sequence=0), other)
    assert str(only(reader)["SUMMARY"]) == "Interview, moved"
    google_calendars.remove(google_calendars.events(other)[0]["id"], other)
    assert reader.items() == []


def test_one_of_two_events_that_share_a_uid_can_go(google_calendars: GoogleCalendars, reader: Reader) -> None:
    first = google_calendars.put(interview(iCalUID="x@acme.example"))
    google_calendars.put(interview("2026-03-12", iCalUID="x@acme.example"))
    assert len(reader.items()) == 1
    google_calendars.remove(first)
    assert reader.items() == []


def test_an_event_that_is_restored_is_told_again(google_calendars: GoogleCalendars, reader: Reader) -> None:
    known = google_calendars.put(interview())
    reader.items()
    google_calendars.remove(known)
    reader.items()
    google_calendars.change(known, status="confirmed")
    assert [type(each) for each in reader.items()] == [CalendarEntry]


Act = tuple[str, int, int]
ACTS = st.tuples(
    st.sampled_from(["put", "series", "move", "skip", "remove", "read", "expire"]), st.integers(0, 2), st.integers(0, 3)
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ACTS, max_size=12))
def test_whatever_happens_between_reads_ends_as_one_read_of_all(tmp_path: Path, acts: list[Act]) -> None:
    google_calendars = GoogleCalendars()
    with Web(google_calendars) as web:
        source = GoogleCalendar(Signed(tmp_path, web.port).settings())
        reader, known = Reader(source), dict[str, set[str]]()
        for act in acts:
            happen(google_calendars, act)
            if act[0] == "read":
                follow(reader, known)
        follow(reader, known)
        fresh = dict[str, set[str]]()
        follow(Reader(source), fresh)
    standing_ones = fresh.keys() or known.keys()
    assert {uid: known[uid] for uid in known.keys() & standing_ones} == (fresh or known)
    assert known.keys() == standing_ones


def happen(google_calendars: GoogleCalendars, act: Act) -> None:
    what, number, week = act
    name = f"ev{number}aaaa"
    there = google_calendars.calendars[google_calendars.user].events.get(name, {"status": "cancelled"})
    day = f"{datetime(2026, 3, 10, tzinfo=UTC) + timedelta(weeks=week):%Y-%m-%d}"
    if what == "put" and "recurrence" not in there:
        google_calendars.put(interview(day, id=name, status="confirmed"))
    elif what == "series" and there["status"] == "cancelled":
        google_calendars.put(interview(id=name, recurrence=["RRULE:FREQ=WEEKLY;COUNT=4"], status="confirmed"))
    elif what in {"move", "skip"} and "recurrence" in there and there["status"] != "cancelled":
        moved = instance(
            google_calendars, name, day, start=at(f"{day}T17:00"), end=at(f"{day}T18:00"), status="confirmed"
        )
        if what == "skip":
            google_calendars.remove(moved)
    elif what == "remove" and there["status"] != "cancelled":
        google_calendars.remove(name)
    elif what == "expire":
        google_calendars.expire_tokens()


def follow(reader: Reader, known: dict[str, set[str]]) -> None:
    """Keep of each entry when it takes place; a series' instances that will not be are no times."""
    for item in reader.items():
        if isinstance(item, RemovedEntry):
            known.pop(item.uid, None)
        else:
            known[item.ref] = {
                f"{each['DTSTART'].dt} {each.get('RRULE') and each['RRULE'].to_ical()}"
                for each in events(item)
                if str(each["STATUS"]) != "CANCELLED"
            }


# ---- whose calendars


def test_what_is_owned_or_on_show_is_read_and_what_google_fills_is_not(
    google_calendars: GoogleCalendars, reader: Reader
) -> None:
    google_calendars.make("Hidden", selected=False)
    google_calendars.make("Shared", role="reader")
    google_calendars.make("Shared and hidden", role="reader", selected=False)
    google_calendars.make("Colleague", role="freeBusyReader")
    google_calendars.make("Holidays", "en.german#holiday@group.v.calendar.google.com", role="reader")
    assert reader.source.check() == "3 calendars: Jane, Hidden, Shared"


@pytest.mark.parametrize("by", ["name", "id", "own name"])
def test_calendars_can_be_chosen(google_calendars: GoogleCalendars, calendar_user: Signed, by: str) -> None:
    other = google_calendars.make("Shared", role="reader", selected=False, summaryOverride="Acme's")
    wanted = {"name": "Shared", "id": other, "own name": "Acme's"}[by]
    source = GoogleCalendar(calendar_user.settings(calendars=(wanted,)))
    assert source.check() == "1 calendar: Acme's"


def test_a_calendar_that_is_not_there_is_asked_for_in_a_sentence(calendar_user: Signed) -> None:
    with pytest.raises(NeedsUser, match=r"no calendar 'Work': correct the account's calendars\. There are: Jane\."):
        GoogleCalendar(calendar_user.settings(calendars=("Work",))).check()


def test_calendars_over_several_pages_are_all_found(google_calendars: GoogleCalendars, reader: Reader) -> None:
    google_calendars.page = 2
    for number in range(5):
        google_calendars.make(f"C{number}")
    assert reader.source.check().startswith("6 calendars")


def test_what_we_placed_is_never_read_as_a_meeting(
    google_calendars: GoogleCalendars, reader: Reader, channel: GoogleChannel
) -> None:
    channel.place(INVITE)
    (ours,) = google_calendars.events(google_calendars.named("Afterword"))
    google_calendars.put({name: value for name, value in ours.items() if name != "id"})
    assert reader.items() == []


def test_events_are_listed_within_a_year(google_calendars: GoogleCalendars, reader: Reader) -> None:
    google_calendars.put(interview("2024-03-05"))
    google_calendars.put(interview("2025-06-05"))
    assert len(reader.items()) == 1
