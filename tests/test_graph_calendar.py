"""What is particular to Outlook's calendar by Graph: zones, series, answers, online meetings, a window that moves, and our own events."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from msgspec import convert
from msgspec.structs import replace
from recurring_ical_events import of

from afterword.ports import BusyTime, CalendarEntry, NeedsUser, VanishedEntry
from afterword.recognition.meeting import read_calendar
from afterword.recognition.reading import User
from afterword.recognition.vevent import parse_entry
from connectors.microsoft.event_text import Around, entry_text
from connectors.microsoft.events import Event
from tests.contract.channel_contract import INVITE, OTHER, QUARTER, START, answers, standing
from tests.contract.source_contract import NOW, Reader
from tests.outlook import (
    BERLIN,
    DECLINED,
    HOUR,
    START_OF_IT,
    Home,
    event,
    exception,
    meeting,
    meetings,
    running,
    text,
    weekly,
)
from tests.servers.graph_events import at, occurrences


@pytest.fixture
def home() -> Iterator[Home]:
    with running() as found:
        yield found


@pytest.fixture
def reader(home: Home) -> Reader:
    return home.reader()


# ---- one event


def test_an_event_says_who_takes_part_and_what_the_user_answered(home: Home, reader: Reader) -> None:
    guests = [
        {
            "type": "required",
            "status": {"response": "accepted"},
            "emailAddress": {"address": "carla@acme.example", "name": "Carla Rossi"},
        },
        {"type": "required", "status": {"response": "none"}, "emailAddress": {"address": "Jane@Example.org"}},
        {"type": "resource", "emailAddress": {"address": "room4@acme.example", "name": "Room 4"}},
    ]
    organizer = {"emailAddress": {"address": "rita@acme.example", "name": "Rita Braun"}}
    response = {"response": "tentativelyAccepted", "time": "2026-03-01T00:00:00Z"}
    home.outlook.put(event(attendees=guests, organizer=organizer, responseStatus=response))
    found = meeting(reader.items())
    assert (found.organizer.address, found.organizer.name) == ("rita@acme.example", "Rita Braun")
    assert [(each.person.address, each.partstat, each.cutype) for each in found.attendees] == [
        ("carla@acme.example", "ACCEPTED", ""),
        ("jane@example.org", "TENTATIVE", ""),
        ("room4@acme.example", "NEEDS-ACTION", "RESOURCE"),
    ]


def test_the_users_answer_is_told_where_they_were_invited_by_another_address(home: Home, reader: Reader) -> None:
    guests = [{"type": "required", "emailAddress": {"address": "team@lists.example"}}]
    home.outlook.put(event(attendees=guests, responseStatus=DECLINED))
    answered = {each.person.address: each.partstat for each in meeting(reader.items()).attendees}
    assert answered == {"team@lists.example": "NEEDS-ACTION", "jane@example.org": "DECLINED"}


def test_an_interview_that_was_declined_is_none(home: Home, reader: Reader) -> None:
    organizer = {"emailAddress": {"address": "rita@acme.example"}}
    home.outlook.put(event(organizer=organizer, responseStatus=DECLINED))
    (item,) = reader.items()
    assert isinstance(item, CalendarEntry)
    user = User(name="Jane Doe", addresses=("jane@example.org",), zone=BERLIN)
    (reading,) = read_calendar(item.raw, user=user, now=NOW)
    assert [type(each.event).__name__ for each in reading.findings] == ["InterviewCancelled"]


def test_what_the_organizer_cancelled_is_cancelled(home: Home, reader: Reader) -> None:
    home.outlook.put(event())
    assert meeting(reader.items()).status == "CONFIRMED"
    home.outlook.put(event(isCancelled=True))
    assert meeting(reader.items()).status == "CANCELLED"


@pytest.mark.parametrize(
    ("shown", "transparent"), [("busy", False), ("oof", False), ("tentative", False), ("free", True), (None, False)]
)
def test_what_is_shown_as_free_takes_no_time(home: Home, reader: Reader, shown: str | None, transparent: bool) -> None:
    home.outlook.put(event(showAs=shown))
    assert ("TRANSP:TRANSPARENT" in text(reader.items())) == transparent


def test_the_address_of_an_online_meeting_is_in_the_words(home: Home, reader: Reader) -> None:
    join = "https://teams.microsoft.com/l/meetup-join/19%3ameeting"
    home.outlook.put(
        event(body={"contentType": "text", "content": "Bring your questions."}, onlineMeeting={"joinUrl": join})
    )
    assert meeting(reader.items()).description == f"Bring your questions.\n\n{join}"


def test_a_body_in_html_is_read_as_a_person_sees_it(home: Home, reader: Reader) -> None:
    html = "<html><style>p{}</style><body><p>With Carla</p><p>and Rita</p></body></html>"
    home.outlook.put(event(body={"contentType": "html", "content": html}))
    assert meeting(reader.items()).description.split() == ["With", "Carla", "and", "Rita"]


def test_a_whole_day_is_one(home: Home, reader: Reader) -> None:
    whole = {"dateTime": "2026-03-10T00:00:00.0000000", "timeZone": "UTC"}
    after = {"dateTime": "2026-03-11T00:00:00.0000000", "timeZone": "UTC"}
    home.outlook.put(event(isAllDay=True, start=whole, end=after, originalStartTimeZone="W. Europe Standard Time"))
    items = reader.items()
    assert meeting(items).all_day
    assert "DTSTART;VALUE=DATE:20260310" in text(items)


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("Eastern Standard Time", "America/New_York"),
        ("India Standard Time", "Asia/Calcutta"),
        ("Europe/Amsterdam", "Europe/Amsterdam"),
        ("tzone://Microsoft/Utc", "UTC"),
        ("Customized Time Zone", "UTC"),
        ("", "UTC"),
    ],
)
def test_f72_a_time_is_told_in_the_zone_that_it_was_said_in(home: Home, reader: Reader, name: str, zone: str) -> None:
    home.outlook.put(event(originalStartTimeZone=name))
    found = meeting(reader.items())
    assert (found.start, found.zone, found.zone_doubt) == (START_OF_IT, zone, False)


def test_f72_a_time_in_a_zone_that_nobody_knows_is_in_doubt() -> None:
    told = convert(event(id="1", start={"dateTime": "2026-03-10T10:00:00", "timeZone": "Customized Time Zone"}), Event)
    found = entry_text(told, Around())
    assert found is not None
    (only,) = parse_entry(found.text, BERLIN)
    assert only.zone_doubt


@pytest.mark.parametrize("field", ["subject", "body", "location", "organizer", "attendees", "responseStatus", "showAs"])
def test_what_is_null_is_not_there(home: Home, reader: Reader, field: str) -> None:
    home.outlook.put(event() | {field: None})
    assert meeting(reader.items()).start == START_OF_IT


def test_an_event_without_a_uid_or_times_is_passed_over(home: Home, reader: Reader) -> None:
    home.outlook.put(event(None))
    home.outlook.put(event("b"))
    assert [each.ref for each in reader.items()] == ["b"]


def test_f68_nothing_in_an_event_makes_another_line(home: Home, reader: Reader) -> None:
    evil = 'Anna"\r\nATTENDEE:mailto:boss@acme.example\r\nBEGIN:VALARM\u2028X:\x00\x1b]0;\u202e'
    who = {"emailAddress": {"address": f"a@b.example{evil}", "name": evil}}
    home.outlook.put(
        event(
            subject=evil,
            body={"contentType": "text", "content": evil},
            location={"displayName": evil},
            organizer=who,
            originalStartTimeZone=evil,
            onlineMeeting={"joinUrl": f"https://a.example/{evil}"},
        )
    )
    (only,) = Calendar.from_ical(text(reader.items())).walk("VEVENT")
    assert "attendee" not in only
    assert not only.subcomponents


def test_what_is_called_off_says_in_which_revision(home: Home, reader: Reader) -> None:
    """A word by mail may have counted up already, and what is older than it is not believed."""
    sequence = {"id": "Integer {00062002-0000-0000-C000-000000000046} Id 0x8201", "value": "3"}
    home.outlook.put(event(responseStatus=DECLINED, singleValueExtendedProperties=[sequence]))
    home.outlook.put(event("b", responseStatus=DECLINED))
    assert {each.uid: each.sequence for each in meetings(reader.items())} == {"a": 3, "b": 0}


# ---- series


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


def test_a_series_that_leaves_the_window_has_not_vanished(home: Home, reader: Reader) -> None:
    home.outlook.put(weekly("b"))
    assert [each.ref for each in reader.items()] == ["b"]
    home.outlook.put(event("c", NOW + timedelta(days=420)))
    assert [each.ref for each in reader.items(NOW + timedelta(days=420))] == ["c"]
    assert reader.items(NOW + timedelta(days=421)) == []


def test_a_series_that_is_deleted_has_vanished(home: Home, reader: Reader) -> None:
    master = home.outlook.put(weekly())
    home.outlook.put(exception(master))
    home.outlook.put(event("b"))
    reader.items()
    home.outlook.remove(master)
    assert reader.items() == [VanishedEntry(uid="a", ref="a")]


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
    found = entry_text(convert(master, Event), Around())
    assert found is not None
    shown = of(Calendar.from_ical(found.text)).between((2026, 1, 1), (2030, 1, 1))
    starts = {each["DTSTART"].dt.astimezone(UTC) for each in shown}
    assert starts - {START_OF_IT} == {each for each in expected if each.year < 2030} - {START_OF_IT}


# ---- the window


def test_what_leaves_the_window_has_not_vanished(home: Home, reader: Reader) -> None:
    home.outlook.put(event("old", NOW - timedelta(days=350)))
    home.outlook.put(event())
    assert {each.ref for each in reader.items()} == {"old", "a"}
    assert reader.items(NOW + timedelta(days=60)) == []
    assert len(home.asked("GET", "delta?startDateTime")) == 2


def test_what_comes_into_the_window_is_told(home: Home, reader: Reader) -> None:
    home.outlook.put(event("far", NOW + timedelta(days=200)))
    home.outlook.put(event())
    assert [each.ref for each in reader.items()] == ["a"]
    assert [each.ref for each in reader.items(NOW + timedelta(days=40))] == ["far"]
    assert reader.items(NOW + timedelta(days=41)) == []


def test_the_window_stays_for_a_month(home: Home, reader: Reader) -> None:
    home.outlook.put(event())
    for days in (0, 10, 20, 29):
        reader.items(NOW + timedelta(days=days))
    assert len(home.asked("GET", "delta?startDateTime")) == 1


def test_what_was_moved_out_of_the_window_is_told_as_moved(home: Home, reader: Reader) -> None:
    home.outlook.put(event("b"))
    known = home.outlook.put(event())
    reader.items()
    far = NOW + timedelta(days=300)
    home.outlook.change(known, start=at(far), end=at(far + HOUR))
    assert meeting(reader.items()).start == far
    home.outlook.remove(known)
    assert reader.items() == [VanishedEntry(uid="a", ref="a")]


def test_what_was_deleted_while_the_window_moved_has_vanished(home: Home, reader: Reader) -> None:
    home.outlook.put(event("b"))
    known = home.outlook.put(event())
    reader.items()
    home.outlook.remove(known)
    assert reader.items(NOW + timedelta(days=40)) == [VanishedEntry(uid="a", ref="a")]


def test_a_new_event_outside_of_the_window_is_nobodys_news(home: Home, reader: Reader) -> None:
    home.outlook.put(event())
    reader.items()
    home.outlook.put(event("old", NOW - timedelta(days=900)))
    assert reader.items() == []


# ---- calendars


def test_every_calendar_but_ours_is_read(home: Home, reader: Reader) -> None:
    for name in ("Job hunt", "Afterword"):
        home.outlook.make(name)
        home.outlook.put(event(name), name)
    home.outlook.put(event())
    assert {each.ref for each in reader.items()} == {"a", "Job hunt"}
    assert reader.source.check() == "2 calendars: Calendar, Job hunt"


def test_only_the_calendars_that_are_named_are_read(home: Home) -> None:
    home.outlook.make("Job hunt")
    home.outlook.put(event("b"), "Job hunt")
    home.outlook.put(event())
    assert [each.ref for each in Reader(home.source("Job hunt")).items()] == ["b"]
    with pytest.raises(NeedsUser, match=r"'Work'.*Calendar, Job hunt"):
        home.source("Work").check()


def test_what_moves_to_another_calendar_has_not_vanished(home: Home, reader: Reader) -> None:
    home.outlook.make("Job hunt")
    home.outlook.put(event())
    home.outlook.put(event("b"))
    reader.items()
    home.outlook.put(event(), "Job hunt")
    assert reader.items() == []


def test_a_calendar_that_is_no_more_lost_nothing(home: Home, reader: Reader) -> None:
    home.outlook.make("Job hunt")
    home.outlook.put(event(), "Job hunt")
    home.outlook.put(event("b"))
    reader.items()
    home.outlook.remove_calendar("Job hunt")
    assert reader.items() == []


def test_our_own_events_are_no_meetings_wherever_they_lie(home: Home, reader: Reader) -> None:
    home.channel().place(INVITE)
    (ours,) = home.outlook.events("Afterword")
    home.outlook.stored[ours["id"]].calendar = home.outlook.named("Calendar")
    assert reader.items() == []
    assert list(home.source().busy(START, START + timedelta(days=1))) == []


# ---- times that are taken


def test_taken_times_are_those_of_the_view(home: Home) -> None:
    home.outlook.put(weekly())
    home.outlook.put(event("free", showAs="free"))
    home.outlook.put(event("cancelled", isCancelled=True))
    home.outlook.put(event("declined", responseStatus=DECLINED))
    home.outlook.put(event("day", isAllDay=True))
    later = START_OF_IT + timedelta(days=7)
    found = list(home.source().busy(START_OF_IT - timedelta(days=1), later + timedelta(days=1)))
    assert found == [BusyTime(each, each + HOUR) for each in (START_OF_IT, later)]


# ---- our events


def test_an_invite_is_an_event_for_the_user_alone_that_reminds(home: Home) -> None:
    home.channel().place(replace(INVITE, alarm=10))
    (only,) = home.outlook.events("Afterword")
    assert only["subject"] == INVITE.summary
    assert only["body"] == {"contentType": "text", "content": INVITE.description}
    assert (only["isReminderOn"], only["reminderMinutesBeforeStart"]) == (True, 10)
    assert (only["start"], only["originalStartTimeZone"]) == (at(START), "W. Europe Standard Time")
    assert "attendees" not in only


def test_what_is_done_is_marked_and_reminds_no_more(home: Home) -> None:
    channel = home.channel()
    channel.place(INVITE)
    channel.place(replace(INVITE, sequence=1, done=True, alarm=None))
    (only,) = home.outlook.events("Afterword")
    assert (only["subject"], only["isReminderOn"], only["showAs"]) == (f"✓ {INVITE.summary}", False, "free")


def test_a_zone_that_windows_does_not_name_is_told_in_utc(home: Home) -> None:
    home.channel().place(replace(INVITE, zone="Europe/Amsterdam"))
    (only,) = home.outlook.events("Afterword")
    assert (only["start"], only["originalStartTimeZone"]) == (at(START), "UTC")


def test_an_invite_that_was_moved_to_a_day_is_meant_at_its_time_of_day(home: Home) -> None:
    channel = home.channel()
    channel.place(INVITE)
    (only,) = home.outlook.events("Afterword")
    day = datetime(2026, 3, 9, tzinfo=UTC)
    home.outlook.change(only["id"], isAllDay=True, start=at(day), end=at(day + timedelta(days=1)))
    (act,) = channel.observe(standing(INVITE))
    assert (act.answer, act.start, act.end) == ("moved", START + timedelta(days=3), START + timedelta(days=3) + QUARTER)


def test_the_calendar_is_made_once(home: Home) -> None:
    for each in (INVITE, OTHER):
        home.channel().place(each)
    assert list(home.outlook.calendars.values()) == ["Calendar", "Afterword"]
    assert home.channel().check() == "2 in Afterword in Outlook"


def test_a_calendar_of_ours_may_be_called_otherwise(home: Home) -> None:
    channel = home.channel()
    channel.place(INVITE)
    home.outlook.calendars[home.outlook.named("Afterword")] = "After interviews"
    assert list(home.channel().observe(standing(INVITE))) == []
    home.channel().place(OTHER)
    assert list(home.outlook.calendars.values()) == ["Calendar", "After interviews"]
    assert home.channel().check() == "2 in After interviews in Outlook"


def test_a_mailbox_whose_calendars_take_no_mark_has_one_of_ours_all_the_same(home: Home) -> None:
    home.outlook.marks_calendars = False
    home.channel().place(INVITE)
    home.channel().place(OTHER)
    assert len(home.outlook.events("Afterword")) == 2


def test_an_uid_with_a_quote_is_found_again(home: Home) -> None:
    odd = replace(INVITE, uid="it's@afterword")
    for sequence in (0, 1):
        home.channel().place(replace(odd, sequence=sequence))
    assert len(home.outlook.events("Afterword")) == 1
    assert answers(home.channel().observe(standing(odd))) == {}


def test_words_that_outlook_keeps_in_a_form_of_its_own_are_still_ours(home: Home) -> None:
    home.outlook.keeps = lambda words: words.replace("thank you", "thank you <https://acme.example>")
    channel = home.channel()
    channel.place(INVITE)
    channel.place(replace(INVITE, sequence=1, description="A draft that changed; thank you."))
    (only,) = home.outlook.events("Afterword")
    assert only["body"]["content"].startswith("A draft that changed")
    home.outlook.change(only["id"], body={"contentType": "text", "content": "Ask her about the team."})
    channel.place(replace(INVITE, sequence=2, description="Another draft."))
    assert only["body"]["content"] == "Ask her about the team."
