"""What is particular to Outlook's calendar by Graph: zones, series, answers, online meetings, a window that moves, and our own events."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from msgspec import convert
from recurring_ical_events import of

from afterword.ports import BusyTime, CalendarEntry, Item, NeedsUser, VanishedEntry
from afterword.recognition.meeting import read_calendar
from afterword.recognition.reading import User
from afterword.recognition.vevent import Meeting, parse_entry
from connectors.microsoft.calendar_source import GraphCalendar
from connectors.microsoft.calendars import Calendars
from connectors.microsoft.event_text import entry_text
from connectors.microsoft.events import Event
from tests.contract.source_contract import NOW, Reader
from tests.servers.graph_calendar import GraphCalendars, missing
from tests.servers.graph_events import at, occurrences
from tests.servers.graph_line import Choice, GraphLine
from tests.servers.web import Web

BERLIN = ZoneInfo("Europe/Berlin")
START_OF_IT = datetime(2026, 3, 10, 10, tzinfo=UTC)


class Home:
    """Outlook, and what reads and writes it."""

    def __init__(self, outlook: GraphCalendars, web: Web) -> None:
        self.outlook = outlook
        self.web = web

    def source(self, **others: Any) -> GraphCalendar:
        return GraphCalendar(Calendars(GraphLine(self.web.port)), Choice(**others))

    def asked(self, method: str, *parts: str) -> list[str]:
        """The paths that were asked for with all of these parts in them."""
        return [
            each.path for each in self.web.asked if each.method == method and all(part in each.path for part in parts)
        ]


@pytest.fixture
def home() -> Iterator[Home]:
    outlook = GraphCalendars()
    with Web(lambda asked: outlook(asked) or missing()) as web:
        yield Home(outlook, web)


@pytest.fixture
def reader(home: Home) -> Reader:
    return Reader(home.source())


def event(**others: Any) -> dict[str, Any]:
    """An interview as Outlook has it."""
    return {
        "iCalUId": "a",
        "type": "singleInstance",
        "subject": "Interview",
        "start": at(START_OF_IT),
        "end": at(START_OF_IT + timedelta(hours=1)),
        "originalStartTimeZone": "UTC",
        "originalEndTimeZone": "UTC",
        "showAs": "busy",
        **others,
    }


def meeting(items: list[Item]) -> Meeting:
    (only,) = meetings(items)
    return only


def meetings(items: list[Item]) -> list[Meeting]:
    texts = [each.raw for each in items if isinstance(each, CalendarEntry)]
    return [found for text in texts for found in parse_entry(text, BERLIN)]


def text(items: list[Item]) -> str:
    (only,) = items
    assert isinstance(only, CalendarEntry)
    return only.raw.decode().replace("\r\n ", "")


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
    home.outlook.put(event(attendees=guests, responseStatus={"response": "declined", "time": "2026-03-01T00:00:00Z"}))
    answered = {each.person.address: each.partstat for each in meeting(reader.items()).attendees}
    assert answered == {"team@lists.example": "NEEDS-ACTION", "jane@example.org": "DECLINED"}


def test_an_interview_that_was_declined_is_none(home: Home, reader: Reader) -> None:
    organizer = {"emailAddress": {"address": "rita@acme.example"}}
    home.outlook.put(
        event(organizer=organizer, responseStatus={"response": "declined", "time": "2026-03-01T00:00:00Z"})
    )
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
    found = entry_text(told, "")
    assert found is not None
    (only,) = parse_entry(found.text, BERLIN)
    assert only.zone_doubt


@pytest.mark.parametrize("field", ["subject", "body", "location", "organizer", "attendees", "responseStatus", "showAs"])
def test_what_is_null_is_not_there(home: Home, reader: Reader, field: str) -> None:
    home.outlook.put(event(**{field: None}))
    assert meeting(reader.items()).start == START_OF_IT


def test_an_event_without_a_uid_or_times_is_passed_over(home: Home, reader: Reader) -> None:
    home.outlook.put(event(iCalUId=None))
    home.outlook.put(event(iCalUId="b"))
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


# ---- series


def weekly(count: int = 3, zone: str = "UTC") -> dict[str, Any]:
    pattern = {"type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"], "firstDayOfWeek": "monday"}
    until = {"type": "numbered", "numberOfOccurrences": count, "startDate": "2026-03-10"}
    return event(
        type="seriesMaster",
        originalStartTimeZone=zone,
        recurrence={"pattern": pattern, "range": until},
    )


def exception(home: Home, master: str, **others: Any) -> dict[str, Any]:
    """The second occurrence, a day later than the others are."""
    start = START_OF_IT + timedelta(days=8)
    return event(
        iCalUId="a-2",
        type="exception",
        seriesMasterId=master,
        originalStart="2026-03-17T10:00:00Z",
        **{"start": at(start), "end": at(start + timedelta(hours=1)), **others},
    )


def test_a_series_and_what_differs_in_it_are_one_entry(home: Home, reader: Reader) -> None:
    master = home.outlook.put(weekly())
    home.outlook.put(exception(home, master, subject="Interview with Carla"))
    series, second = meetings(reader.items())
    assert (series.uid, series.repeats) == ("a", True)
    assert (second.uid, second.title, second.start) == ("a", "Interview with Carla", START_OF_IT + timedelta(days=8))
    assert second.recurrence_id == "2026-03-17T10:00:00+00:00"


def test_an_occurrence_that_becomes_an_exception_is_told_with_its_series(home: Home, reader: Reader) -> None:
    master = home.outlook.put(weekly())
    reader.items()
    home.outlook.put(exception(home, master))
    assert [each.recurrence_id for each in meetings(reader.items())] == ["", "2026-03-17T10:00:00+00:00"]
    assert reader.items() == []


def test_an_exception_that_is_deleted_is_cancelled(home: Home, reader: Reader) -> None:
    master = home.outlook.put(weekly())
    second = home.outlook.put(exception(home, master))
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


def test_a_series_that_is_deleted_has_vanished(home: Home, reader: Reader) -> None:
    master = home.outlook.put(weekly())
    home.outlook.put(exception(home, master))
    home.outlook.put(event(iCalUId="b"))
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
    found = entry_text(convert(master, Event), "")
    assert found is not None
    shown = of(Calendar.from_ical(found.text)).between((2026, 1, 1), (2030, 1, 1))
    starts = {each["DTSTART"].dt.astimezone(UTC) for each in shown}
    assert starts - {START_OF_IT} == {each for each in expected if each.year < 2030} - {START_OF_IT}


# ---- the window


def test_what_leaves_the_window_has_not_vanished(home: Home, reader: Reader) -> None:
    home.outlook.put(
        event(iCalUId="old", start=at(NOW - timedelta(days=100)), end=at(NOW - timedelta(days=100, hours=-1)))
    )
    home.outlook.put(event())
    assert {each.ref for each in reader.items()} == {"old", "a"}
    assert reader.items(NOW + timedelta(days=60)) == []
    assert len(home.asked("GET", "delta?startDateTime")) == 2


def test_what_comes_into_the_window_is_told(home: Home, reader: Reader) -> None:
    home.outlook.put(
        event(iCalUId="far", start=at(NOW + timedelta(days=200)), end=at(NOW + timedelta(days=200, hours=1)))
    )
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
    home.outlook.put(event(iCalUId="b"))
    known = home.outlook.put(event())
    reader.items()
    far = NOW + timedelta(days=300)
    home.outlook.change(known, start=at(far), end=at(far + timedelta(hours=1)))
    assert meeting(reader.items()).start == far
    home.outlook.remove(known)
    assert reader.items() == [VanishedEntry(uid="a", ref="a")]


def test_what_was_deleted_while_the_window_moved_has_vanished(home: Home, reader: Reader) -> None:
    home.outlook.put(event(iCalUId="b"))
    known = home.outlook.put(event())
    reader.items()
    home.outlook.remove(known)
    assert reader.items(NOW + timedelta(days=40)) == [VanishedEntry(uid="a", ref="a")]


def test_a_new_event_outside_of_the_window_is_nobodys_news(home: Home, reader: Reader) -> None:
    home.outlook.put(event())
    reader.items()
    home.outlook.put(event(iCalUId="old", start=at(NOW - timedelta(days=900)), end=at(NOW - timedelta(days=899))))
    assert reader.items() == []


# ---- calendars


def test_every_calendar_but_ours_is_read(home: Home, reader: Reader) -> None:
    for name in ("Job hunt", "Afterword"):
        home.outlook.make(name)
        home.outlook.put(event(iCalUId=name), name)
    home.outlook.put(event())
    assert {each.ref for each in reader.items()} == {"a", "Job hunt"}
    assert reader.source.check() == "2 calendars: Calendar, Job hunt"


def test_only_the_calendars_that_are_named_are_read(home: Home) -> None:
    home.outlook.make("Job hunt")
    home.outlook.put(event(iCalUId="b"), "Job hunt")
    home.outlook.put(event())
    assert [each.ref for each in Reader(home.source(calendars=("Job hunt",))).items()] == ["b"]
    with pytest.raises(NeedsUser, match=r"'Work'.*Calendar, Job hunt"):
        home.source(calendars=("Work",)).check()


def test_what_moves_to_another_calendar_has_not_vanished(home: Home, reader: Reader) -> None:
    home.outlook.make("Job hunt")
    home.outlook.put(event())
    home.outlook.put(event(iCalUId="b"))
    reader.items()
    home.outlook.put(event(), "Job hunt")
    assert reader.items() == []


def test_a_calendar_that_is_no_more_lost_nothing(home: Home, reader: Reader) -> None:
    home.outlook.make("Job hunt")
    home.outlook.put(event(), "Job hunt")
    home.outlook.put(event(iCalUId="b"))
    reader.items()
    home.outlook.remove_calendar("Job hunt")
    assert reader.items() == []


# ---- times that are taken


def test_taken_times_are_those_of_the_view(home: Home) -> None:
    home.outlook.put(weekly())
    home.outlook.put(event(iCalUId="free", showAs="free"))
    home.outlook.put(event(iCalUId="cancelled", isCancelled=True))
    home.outlook.put(event(iCalUId="declined", responseStatus={"response": "declined", "time": "2026-03-01T00:00:00Z"}))
    home.outlook.put(event(iCalUId="day", isAllDay=True))
    later = START_OF_IT + timedelta(days=7)
    found = list(home.source().busy(START_OF_IT - timedelta(days=1), later + timedelta(days=1)))
    assert found == [BusyTime(each, each + timedelta(hours=1)) for each in (START_OF_IT, later)]
