"""What is particular to Outlook's calendar by Graph: zones, answers, online meetings, calendars, and a window that moves."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import quote

import pytest
from icalendar import Calendar
from msgspec import convert

from afterword.ports import BusyTime, CalendarEntry, NeedsUser, RemovedEntry, Unavailable
from afterword.recognition.entries.meeting import read_calendar
from afterword.recognition.entries.vevent import parse_entry
from afterword.recognition.reading import User
from connectors.microsoft.event_text import EventContext, entry_text
from connectors.microsoft.events import Event
from tests.contract.channel_contract import INVITE, START
from tests.contract.source_contract import NOW, Reader
from tests.graph_calendar import (
    BERLIN,
    DECLINED,
    HOUR,
    START_OF_IT,
    Home,
    event,
    meeting,
    meetings,
    running,
    text,
    weekly,
)
from tests.servers.graph_calendar import told
from tests.servers.graph_events import at


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
    odd = convert(event(id="1", start={"dateTime": "2026-03-10T10:00:00", "timeZone": "Customized Time Zone"}), Event)
    found = entry_text(odd, EventContext())
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


# ---- the window


def test_what_leaves_the_window_is_not_removed(home: Home, reader: Reader) -> None:
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
    assert reader.items() == [RemovedEntry(uid="a", ref="a")]


def test_what_was_deleted_while_the_window_moved_is_removed(home: Home, reader: Reader) -> None:
    home.outlook.put(event("b"))
    known = home.outlook.put(event())
    reader.items()
    home.outlook.remove(known)
    assert reader.items(NOW + timedelta(days=40)) == [RemovedEntry(uid="a", ref="a")]


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


def test_what_moves_to_another_calendar_is_not_removed(home: Home, reader: Reader) -> None:
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


def test_an_account_without_calendars_is_the_users_matter(home: Home, reader: Reader) -> None:
    home.fault = lambda _: told(404, {"error": {"code": "MailboxNotEnabledForRESTAPI", "message": ""}})
    with pytest.raises(NeedsUser, match="calendar = false"):
        reader.items()


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


@pytest.mark.parametrize("status", [403, 404])
def test_f49_a_calendar_whose_times_are_not_told_keeps_nobody_from_those_of_the_others(home: Home, status: int) -> None:
    home.outlook.make("Shared")
    home.outlook.make("Job hunt")
    home.outlook.put(event("b"), "Job hunt")
    shared = quote(home.outlook.named("Shared"))
    home.fault = lambda asked: told(status, {}) if shared in asked.path else None
    times = home.source().busy(START_OF_IT - timedelta(days=1), START_OF_IT + timedelta(days=1))
    assert next(times) == BusyTime(START_OF_IT, START_OF_IT + HOUR)
    with pytest.raises(Unavailable, match="'Shared'"):
        next(times)
