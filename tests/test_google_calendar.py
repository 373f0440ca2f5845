"""What is particular to Google Calendar: events as text, series and their instances, whose calendars are read, and our own."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from msgspec.structs import replace

from afterword.eventlog.events import InterviewCancelled
from afterword.ports import CalendarEntry, Item, NeedsUser, UserAct, VanishedEntry
from afterword.recognition.meeting import read_calendar
from afterword.recognition.reading import User
from connectors.google.calendar_source import GoogleCalendar
from connectors.google.channel import GoogleChannel
from connectors.google.settings import READ_CALENDARS, WRITE_OUR_CALENDAR
from connectors.google.source import GoogleSource
from tests.contract.channel_contract import INVITE, QUARTER, START, answers, standing
from tests.contract.source_contract import NOW, Reader
from tests.servers.google_access import Signed
from tests.servers.google_calendar import GoogleCalendars
from tests.servers.google_events import Event
from tests.servers.web import Web

BERLIN = ZoneInfo("Europe/Berlin")
JANE = User(name="Jane Doe", addresses=("jane@example.org",), zone=BERLIN)
CARLA = {"email": "carla@acme.example", "displayName": "Carla Rossi", "organizer": True, "responseStatus": "accepted"}


@pytest.fixture
def google() -> GoogleCalendars:
    return GoogleCalendars()


@pytest.fixture
def web(google: GoogleCalendars) -> Iterator[Web]:
    with Web(google) as web:
        yield web


@pytest.fixture
def signed(web: Web, tmp_path: Path) -> Signed:
    return Signed(tmp_path, web.port)


@pytest.fixture
def reader(signed: Signed) -> Reader:
    return Reader(GoogleCalendar(signed.settings()))


@pytest.fixture
def channel(signed: Signed) -> GoogleChannel:
    return GoogleChannel(signed.channel_settings())


def at(text: str, zone: str = "Europe/Berlin") -> dict[str, str]:
    return {"dateTime": datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).isoformat(), "timeZone": zone}


def interview(day: str = "2026-03-10", **others: Any) -> Event:
    own = {"email": "jane@example.org", "self": True, "responseStatus": "accepted"}
    told = {
        "summary": "Interview with Acme",
        "start": at(f"{day}T11:00"),
        "end": at(f"{day}T12:00"),
        "organizer": {"email": "carla@acme.example", "displayName": "Carla Rossi"},
        "attendees": [CARLA, own],
    }
    return {**told, **others}


def weekly(google: GoogleCalendars) -> str:
    return google.put(interview(recurrence=["RRULE:FREQ=WEEKLY;COUNT=4"]))


def instance(google: GoogleCalendars, series: str, day: str, **others: Any) -> str:
    """An instance of the series that differs from it."""
    original = datetime.fromisoformat(f"{day}T11:00").replace(tzinfo=BERLIN)
    held = google.calendars[google.user].events[series]
    known = {"id": f"{series}_{original.astimezone(UTC):%Y%m%dT%H%M%SZ}", "iCalUID": held["iCalUID"]}
    told = {"recurringEventId": series, "originalStartTime": at(f"{day}T11:00"), **known}
    return google.put({**interview(day), **told, **others})


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


def test_an_event_says_when_and_with_whom(google: GoogleCalendars, reader: Reader) -> None:
    google.put(interview(location="Main street 1", sequence=2, iCalUID="x@acme.example"))
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


def test_an_event_in_another_zone_keeps_it(google: GoogleCalendars, reader: Reader) -> None:
    zone = "America/New_York"
    google.put(interview(start=at("2026-03-10T09:00", zone), end=at("2026-03-10T10:00", zone)))
    event = only(reader)
    assert event["DTSTART"].dt == datetime(2026, 3, 10, 9, tzinfo=ZoneInfo(zone))
    assert str(event["DTSTART"].params["TZID"]) == zone


def test_a_zone_that_nobody_knows_leaves_the_moment(google: GoogleCalendars, reader: Reader) -> None:
    google.put(interview(start=at("2026-03-10T09:00")))
    google.calendars[google.user].events[next(iter(google.calendars[google.user].events))]["start"]["timeZone"] = (
        "Moon/Base"
    )
    assert only(reader)["DTSTART"].dt == datetime(2026, 3, 10, 8, tzinfo=UTC)


def test_an_event_of_a_whole_day_has_a_day(google: GoogleCalendars, reader: Reader) -> None:
    google.put(interview(start={"date": "2026-03-10"}, end={"date": "2026-03-11"}))
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
    google: GoogleCalendars, reader: Reader, call: dict[str, Any]
) -> None:
    known = google.put(interview(description="See you there.", **call))
    assert str(only(reader)["DESCRIPTION"]) == "See you there.\n\nhttps://meet.example/abc"
    google.change(known, description="Join https://meet.example/abc")
    assert str(only(reader)["DESCRIPTION"]) == "Join https://meet.example/abc"


def test_a_description_in_html_is_read_as_it_is_seen(google: GoogleCalendars, reader: Reader) -> None:
    google.put(interview(description="<p>With <b>Carla</b></p><br>R&amp;D<span style='display:none'>x</span>"))
    assert str(only(reader)["DESCRIPTION"]).split() == ["With", "Carla", "R&D"]


def test_a_description_with_angles_is_no_html(google: GoogleCalendars, reader: Reader) -> None:
    google.put(interview(description="Carla <carla@acme.example> & you: 1 < 2"))
    assert str(only(reader)["DESCRIPTION"]) == "Carla <carla@acme.example> & you: 1 < 2"


def test_a_room_is_no_person(google: GoogleCalendars, reader: Reader) -> None:
    room = {"email": "room1@resource.calendar.example", "resource": True, "responseStatus": "accepted"}
    google.put(interview(attendees=[CARLA, room]))
    assert [each.params.get("CUTYPE") for each in only(reader)["ATTENDEE"]] == [None, "RESOURCE"]


@pytest.mark.parametrize("address", ["jane@example.org", "jane.doe@work.example"])
def test_an_interview_that_the_user_declined_does_not_take_place(
    google: GoogleCalendars, reader: Reader, address: str
) -> None:
    """Whichever of their addresses they were asked by."""
    own = {"email": address, "self": True, "responseStatus": "declined"}
    google.put(interview(attendees=[CARLA, own]))
    (item,) = reader.items()
    assert isinstance(item, CalendarEntry)
    (reading,) = read_calendar(item.raw, user=JANE, now=NOW)
    assert isinstance(reading.findings[0].event, InterviewCancelled)


def test_lines_that_are_smuggled_into_words_stay_words(google: GoogleCalendars, reader: Reader) -> None:
    google.put(
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
def test_what_is_no_meeting_is_not_read(google: GoogleCalendars, reader: Reader, kind: str) -> None:
    google.put(interview(eventType=kind))
    assert reader.items() == []


# ---- series


def test_a_series_is_one_entry_with_its_rule_and_what_differs(google: GoogleCalendars, reader: Reader) -> None:
    series = weekly(google)
    instance(google, series, "2026-03-17", start=at("2026-03-18T15:00"), end=at("2026-03-18T16:00"))
    google.remove(instance(google, series, "2026-03-24"))
    (item,) = reader.items()
    master, moved = events(item)
    assert master["RRULE"].to_ical() == b"FREQ=WEEKLY;COUNT=4"
    assert [each.dt for each in master["EXDATE"].dts] == [datetime(2026, 3, 24, 11, tzinfo=BERLIN)]
    assert moved["RECURRENCE-ID"].dt == datetime(2026, 3, 17, 11, tzinfo=BERLIN)
    assert moved["DTSTART"].dt == datetime(2026, 3, 18, 15, tzinfo=BERLIN)
    assert master["UID"] == moved["UID"]


def test_a_change_of_one_instance_tells_the_series_as_a_whole(google: GoogleCalendars, reader: Reader) -> None:
    series = weekly(google)
    instance(google, series, "2026-03-17", start=at("2026-03-18T15:00"), end=at("2026-03-18T16:00"))
    google.remove(instance(google, series, "2026-03-31"))
    reader.items()
    instance(google, series, "2026-03-24", start=at("2026-03-25T09:00"), end=at("2026-03-25T10:00"))
    (item,) = reader.items()
    assert [str(each.get("RECURRENCE-ID") and each["DTSTART"].dt.date()) for each in events(item)] == [
        "None",
        "2026-03-18",
        "2026-03-25",
    ]
    assert len(events(item)[0]["EXDATE"].dts) == 1
    assert reader.items() == []


def test_an_instance_with_a_time_of_its_own_is_told_when_it_is_called_off(
    google: GoogleCalendars, reader: Reader
) -> None:
    series = weekly(google)
    moved = instance(google, series, "2026-03-17", start=at("2026-03-18T15:00"), end=at("2026-03-18T16:00"))
    reader.items()
    google.remove(moved)
    (item,) = reader.items()
    master, off = events(item)
    assert (str(off["STATUS"]), off["RECURRENCE-ID"].dt) == ("CANCELLED", datetime(2026, 3, 17, 11, tzinfo=BERLIN))
    assert "EXDATE" not in master
    google.change(series, summary="Interview with Acme, again")
    (item,) = reader.items()
    assert [str(each["STATUS"]) for each in events(item)] == ["CONFIRMED", "CANCELLED"]


def test_a_series_that_is_deleted_is_gone_with_its_instances(google: GoogleCalendars, reader: Reader) -> None:
    series = weekly(google)
    instance(google, series, "2026-03-17", start=at("2026-03-18T15:00"), end=at("2026-03-18T16:00"))
    reader.items()
    google.remove(series)
    uid = f"{series}@google.com"
    assert reader.items() == [VanishedEntry(uid=uid, ref=uid)]
    assert reader.items() == []


def test_an_instance_that_the_user_alone_was_asked_to_is_read_by_itself(
    google: GoogleCalendars, reader: Reader
) -> None:
    original: Event = {"recurringEventId": "elsewhere", "originalStartTime": at("2026-03-10T11:00")}
    known = google.put(interview(iCalUID="series@acme.example", **original))
    assert "RECURRENCE-ID" in only(reader)
    google.remove(known)
    assert [each.ref for each in reader.items()] == ["series@acme.example"]


# ---- what is gone


def test_the_only_interview_that_is_called_off_is_told(google: GoogleCalendars, reader: Reader) -> None:
    """Google says that it is deleted: an empty calendar is no riddle then."""
    known = google.put(interview())
    reader.items()
    google.remove(known)
    assert [type(each) for each in reader.items()] == [VanishedEntry]


def test_an_event_that_went_to_another_calendar_is_not_gone(google: GoogleCalendars, reader: Reader) -> None:
    other = google.make("Job hunt")
    known = google.put(interview(iCalUID="x@acme.example"))
    reader.items()
    google.remove(known)
    google.put(interview(iCalUID="x@acme.example"), other)
    assert not any(isinstance(each, VanishedEntry) for each in reader.items())


def test_a_calendar_that_is_no_longer_on_show_lost_nothing(google: GoogleCalendars, reader: Reader) -> None:
    other = google.make("Team", role="reader")
    google.put(interview(), other)
    google.put(interview())
    assert len(reader.items()) == 2
    google.calendars[other].entry["selected"] = False
    assert reader.items() == []


def test_an_event_that_is_restored_is_told_again(google: GoogleCalendars, reader: Reader) -> None:
    known = google.put(interview())
    reader.items()
    google.remove(known)
    reader.items()
    google.change(known, status="confirmed")
    assert [type(each) for each in reader.items()] == [CalendarEntry]


Act = tuple[str, int, int]
ACTS = st.tuples(
    st.sampled_from(["put", "series", "move", "skip", "remove", "read", "expire"]), st.integers(0, 2), st.integers(0, 3)
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ACTS, max_size=12))
def test_whatever_happens_between_reads_ends_as_one_read_of_all(tmp_path: Path, acts: list[Act]) -> None:
    google = GoogleCalendars()
    with Web(google) as web:
        source = GoogleCalendar(Signed(tmp_path, web.port).settings())
        reader, known = Reader(source), dict[str, set[str]]()
        for act in acts:
            happen(google, act)
            if act[0] == "read":
                follow(reader, known)
        follow(reader, known)
        fresh = dict[str, set[str]]()
        follow(Reader(source), fresh)
    standing_ones = fresh.keys() or known.keys()
    assert {uid: known[uid] for uid in known.keys() & standing_ones} == (fresh or known)
    assert known.keys() == standing_ones


def happen(google: GoogleCalendars, act: Act) -> None:
    what, number, week = act
    name = f"ev{number}aaaa"
    there = google.calendars[google.user].events.get(name, {"status": "cancelled"})
    day = f"{datetime(2026, 3, 10, tzinfo=UTC) + timedelta(weeks=week):%Y-%m-%d}"
    if what == "put" and "recurrence" not in there:
        google.put(interview(day, id=name, status="confirmed"))
    elif what == "series" and there["status"] == "cancelled":
        google.put(interview(id=name, recurrence=["RRULE:FREQ=WEEKLY;COUNT=4"], status="confirmed"))
    elif what in {"move", "skip"} and "recurrence" in there and there["status"] != "cancelled":
        moved = instance(google, name, day, start=at(f"{day}T17:00"), end=at(f"{day}T18:00"), status="confirmed")
        if what == "skip":
            google.remove(moved)
    elif what == "remove" and there["status"] != "cancelled":
        google.remove(name)
    elif what == "expire":
        google.expire_tokens()


def follow(reader: Reader, known: dict[str, set[str]]) -> None:
    """Keep of each entry when it takes place; a series' instances that will not be are no times."""
    for item in reader.items():
        if isinstance(item, VanishedEntry):
            known.pop(item.uid, None)
        else:
            known[item.ref] = {
                f"{each['DTSTART'].dt} {each.get('RRULE') and each['RRULE'].to_ical()}"
                for each in events(item)
                if str(each["STATUS"]) != "CANCELLED"
            }


# ---- whose calendars


def test_what_is_owned_or_on_show_is_read_and_what_google_fills_is_not(google: GoogleCalendars, reader: Reader) -> None:
    google.make("Hidden", selected=False)
    google.make("Shared", role="reader")
    google.make("Shared and hidden", role="reader", selected=False)
    google.make("Colleague", role="freeBusyReader")
    google.make("Holidays", "en.german#holiday@group.v.calendar.google.com", role="reader")
    assert reader.source.check() == "3 calendars: Jane, Hidden, Shared"


@pytest.mark.parametrize("by", ["name", "id", "own name"])
def test_calendars_can_be_chosen(google: GoogleCalendars, signed: Signed, by: str) -> None:
    other = google.make("Shared", role="reader", selected=False, summaryOverride="Acme's")
    wanted = {"name": "Shared", "id": other, "own name": "Acme's"}[by]
    source = GoogleCalendar(signed.settings(calendars=(wanted,)))
    assert source.check() == "1 calendar: Acme's"


def test_a_calendar_that_is_not_there_is_asked_for_in_a_sentence(signed: Signed) -> None:
    with pytest.raises(NeedsUser, match=r"no calendar 'Work': mend the account's calendars\. There are: Jane\."):
        GoogleCalendar(signed.settings(calendars=("Work",))).check()


def test_calendars_over_several_pages_are_all_found(google: GoogleCalendars, reader: Reader) -> None:
    google.page = 2
    for number in range(5):
        google.make(f"C{number}")
    assert reader.source.check().startswith("6 calendars")


def test_what_we_placed_is_never_read_as_a_meeting(
    google: GoogleCalendars, reader: Reader, channel: GoogleChannel
) -> None:
    channel.place(INVITE)
    (ours,) = google.events(google.named("Afterword"))
    google.put({name: value for name, value in ours.items() if name != "id"})
    assert reader.items() == []


def test_events_are_listed_within_a_year(google: GoogleCalendars, reader: Reader) -> None:
    google.put(interview("2024-03-05"))
    google.put(interview("2025-06-05"))
    assert len(reader.items()) == 1


# ---- free times


def test_busy_times_are_those_of_every_calendar_that_is_read(google: GoogleCalendars, signed: Signed) -> None:
    source = GoogleSource(signed.settings(mail=False))
    weekly(google)
    google.put(interview("2026-03-11", transparency="transparent"))
    google.put(
        interview("2026-03-12", attendees=[{"email": "jane@example.org", "self": True, "responseStatus": "declined"}])
    )
    google.put(interview("2026-03-13"), google.make("Team"))
    google.put(interview("2026-03-14"), google.make("Colleague", role="freeBusyReader"))
    start = datetime(2026, 3, 9, tzinfo=BERLIN)
    assert sorted(each.start for each in source.busy(start, start + timedelta(days=10))) == [
        datetime(2026, 3, 10, 10, tzinfo=UTC),
        datetime(2026, 3, 13, 10, tzinfo=UTC),
        datetime(2026, 3, 17, 10, tzinfo=UTC),
    ]


def test_many_calendars_are_asked_about_in_several_questions(google: GoogleCalendars, signed: Signed) -> None:
    for number in range(60):
        google.put(interview(), google.make(f"C{number}"))
    busy = list(GoogleCalendar(signed.settings()).busy(NOW, NOW + timedelta(days=30)))
    assert len(busy) == 60


def test_our_own_invites_take_no_time(google: GoogleCalendars, signed: Signed, channel: GoogleChannel) -> None:
    channel.place(INVITE)
    assert list(GoogleCalendar(signed.settings()).busy(START, START + timedelta(days=1))) == []


# ---- our calendar


def test_an_invite_invites_nobody_and_sends_nothing(google: GoogleCalendars, web: Web, channel: GoogleChannel) -> None:
    channel.place(INVITE)
    channel.place(replace(INVITE, sequence=1, description="Changed."))
    channel.withdraw(INVITE.uid)
    written = [each for each in web.asked if each.method in {"POST", "PATCH", "DELETE"} and "/events" in each.path]
    assert [each.method for each in written] == ["POST", "PATCH", "DELETE"]
    for each in written:
        assert parse_qs(urlsplit(each.path).query)["sendUpdates"] == ["none"]
        assert b"attendees" not in each.body


def test_an_invite_shows_what_is_to_do(google: GoogleCalendars, channel: GoogleChannel) -> None:
    channel.place(replace(INVITE, alarm=10))
    (event,) = google.events(google.named("Afterword"))
    assert (event["summary"], event["description"]) == (INVITE.summary, INVITE.description)
    assert event["start"] == {"dateTime": "2026-03-06T10:00:00+01:00", "timeZone": "Europe/Berlin"}
    assert event["reminders"] == {"useDefault": False, "overrides": [{"method": "popup", "minutes": 10}]}
    assert event["transparency"] == "opaque"


def test_what_is_done_is_marked_and_rings_no_more(google: GoogleCalendars, channel: GoogleChannel) -> None:
    channel.place(INVITE)
    channel.place(replace(INVITE, sequence=1, alarm=None, done=True))
    (event,) = google.events(google.named("Afterword"))
    assert event["summary"] == f"✓ {INVITE.summary}"
    assert event["reminders"]["overrides"] == []
    assert event["transparency"] == "transparent"


def test_the_calendar_is_made_once_and_found_again_under_a_name_of_the_users(
    google: GoogleCalendars, signed: Signed
) -> None:
    GoogleChannel(signed.channel_settings()).place(INVITE)
    calendar = google.named("Afterword")
    google.calendars[calendar].entry["summary"] = "To do after interviews"
    GoogleChannel(signed.channel_settings()).place(replace(INVITE, sequence=1, description="Changed."))
    assert list(google.calendars) == [google.user, calendar]
    assert [each["description"] for each in google.events(calendar)] == ["Changed."]


def test_a_calendar_of_the_users_own_with_the_same_name_is_left_alone(
    google: GoogleCalendars, channel: GoogleChannel
) -> None:
    own = google.make("Afterword")
    with pytest.raises(NeedsUser, match="only to a calendar that it made itself"):
        channel.place(INVITE)
    assert google.events(own) == []


def test_only_the_scopes_of_the_settings_are_needed(google: GoogleCalendars, signed: Signed) -> None:
    settings = signed.settings(mail=False, delivers=True)
    assert set(settings.scopes()) == {READ_CALENDARS, WRITE_OUR_CALENDAR} == google.scopes


def test_what_the_user_added_to_an_invite_stays(google: GoogleCalendars, channel: GoogleChannel) -> None:
    channel.place(INVITE)
    calendar = google.named("Afterword")
    (event,) = google.events(calendar)
    google.change(event["id"], calendar, colorId="5", location="At home")
    channel.place(replace(INVITE, sequence=1, description="Changed."))
    (event,) = google.events(calendar)
    assert (event["colorId"], event["location"], event["description"]) == ("5", "At home", "Changed.")


def test_words_that_google_saved_as_html_are_still_ours(google: GoogleCalendars, channel: GoogleChannel) -> None:
    """As its own pages do when somebody moves an event there."""
    channel.place(INVITE)
    calendar = google.named("Afterword")
    (event,) = google.events(calendar)
    google.change(event["id"], calendar, description=INVITE.description.replace("\n", "<br>"))
    channel.place(replace(INVITE, sequence=1, description="Changed."))
    assert [each["description"] for each in google.events(calendar)] == ["Changed."]


def test_f54_an_invite_that_was_given_a_whole_day_keeps_its_time_of_day(
    google: GoogleCalendars, channel: GoogleChannel
) -> None:
    channel.place(INVITE)
    calendar = google.named("Afterword")
    (event,) = google.events(calendar)
    google.change(event["id"], calendar, start={"date": "2026-04-07"}, end={"date": "2026-04-08"})
    there = datetime(2026, 4, 7, 8, tzinfo=UTC)
    moved = UserAct(uid=INVITE.uid, answer="moved", start=there, end=there + QUARTER)
    assert list(channel.observe(standing(INVITE))) == [moved]
    channel.place(replace(INVITE, sequence=1, start=there, end=there + QUARTER))
    (event,) = google.events(calendar)
    assert event["start"] == {"dateTime": "2026-04-07T10:00:00+02:00", "timeZone": "Europe/Berlin"}


def test_an_invite_that_was_withdrawn_can_be_placed_again(google: GoogleCalendars, channel: GoogleChannel) -> None:
    """Google never gives an id free: what was deleted is brought back."""
    channel.place(INVITE)
    channel.withdraw(INVITE.uid)
    again = replace(INVITE, sequence=1, start=START + QUARTER, end=START + 2 * QUARTER)
    channel.place(again)
    assert len(google.events(google.named("Afterword"))) == 1
    assert list(channel.observe(standing(again))) == []


def test_f53_an_invite_that_is_deleted_after_we_looked_stays_deleted(
    google: GoogleCalendars, channel: GoogleChannel
) -> None:
    channel.place(INVITE)
    assert list(channel.observe(standing(INVITE))) == []
    calendar = google.named("Afterword")
    google.remove(google.events(calendar)[0]["id"], calendar)
    channel.place(replace(INVITE, sequence=1, description="Changed."))
    assert google.events(calendar) == []
    assert answers(channel.observe(standing(INVITE))) == {INVITE.uid: "deleted"}


def test_placing_what_stands_writes_nothing(google: GoogleCalendars, web: Web, signed: Signed) -> None:
    GoogleChannel(signed.channel_settings()).place(INVITE)
    before = len(web.asked)
    GoogleChannel(signed.channel_settings()).place(replace(INVITE, stamp=INVITE.stamp + timedelta(minutes=5)))
    assert {each.method for each in web.asked[before:]} == {"GET"}


def test_every_request_is_made_with_the_users_token(web: Web, reader: Reader) -> None:
    reader.items()
    assert {each.head.get("authorization") or each.head.get("Authorization") for each in web.asked} == {"Bearer t-1"}
    assert json.loads(google_list(web))["kind"] == "calendar#events"


def google_list(web: Web) -> bytes:
    asked = next(each for each in web.asked if each.path.partition("?")[0].endswith("/events"))
    return web.answered(asked).body
