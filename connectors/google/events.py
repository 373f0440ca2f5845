"""The resources of the Google Calendar API that are used here (v3, https://developers.google.com/workspace/calendar/api/v3/reference).

Most properties may be missing; a property of a wrong type makes the whole response invalid.
"""

from datetime import UTC, date, datetime
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import field

from ..resources import Resource

UID_PROPERTY = "afterword-uid"
"""The private extended property with the UID of an invite of ours."""

CALENDAR_MARK = "afterword-calendar"
"""A word in the description of a calendar that we created, which identifies it under any name."""

MEETING_TYPES = {"", "default", "fromGmail"}
"""Event types that may be meetings; others are birthdays, working locations and focus times."""

VIRTUAL_CALENDAR_SUFFIX = "@group.v.calendar.google.com"
"""The suffix of the ids of calendars that Google generates, such as holidays."""


class EventTime(Resource, frozen=True, kw_only=True):
    """A date, or a time with its UTC offset and zone."""

    date_text: str = field(default="", name="date")
    date_time: str = ""
    time_zone: str = ""

    @property
    def day(self) -> date | None:
        return date.fromisoformat(self.date_text) if self.date_text else None

    def moment(self, calendar_zone: str = "") -> datetime:
        """Return the time in its own zone; one without an offset is local to that zone. A date is midnight UTC."""
        if self.date_text:
            return datetime.fromisoformat(self.date_text).replace(tzinfo=UTC)
        moment = datetime.fromisoformat(self.date_time)
        zone = zone_or_utc(self.time_zone or calendar_zone)
        return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)


class Person(Resource, frozen=True, kw_only=True):
    email: str = ""
    display_name: str = ""
    is_self: bool = field(default=False, name="self")


class Attendee(Person, frozen=True, kw_only=True):
    response_status: str = ""
    optional: bool = False
    resource: bool = False


class EntryPoint(Resource, frozen=True, kw_only=True):
    entry_point_type: str = ""
    uri: str = ""


class Conference(Resource, frozen=True, kw_only=True):
    entry_points: tuple[EntryPoint, ...] = ()


class Properties(Resource, frozen=True, kw_only=True):
    private: dict[str, str] = field(default_factory=dict)


class Reminder(Resource, frozen=True, kw_only=True):
    method: str = ""
    minutes: int = 0


class Reminders(Resource, frozen=True, kw_only=True):
    use_default: bool = False
    overrides: tuple[Reminder, ...] = ()


class Event(Resource, frozen=True, kw_only=True):
    """A single event, a series, or an exception of a series. A deleted one may have nothing but its id."""

    id: str
    etag: str = ""
    status: str = ""
    uid: str = field(default="", name="iCalUID")
    recurring_event_id: str = ""
    original_start_time: EventTime | None = None
    start: EventTime | None = None
    end: EventTime | None = None
    recurrence: tuple[str, ...] = ()
    updated: str = ""
    sequence: int = 0
    summary: str = ""
    description: str = ""
    location: str = ""
    transparency: str = ""
    event_type: str = ""
    organizer: Person | None = None
    attendees: tuple[Attendee, ...] = ()
    conference_data: Conference | None = None
    hangout_link: str = ""
    extended_properties: Properties | None = None
    reminders: Reminders | None = None

    @property
    def is_cancelled(self) -> bool:
        return self.status == "cancelled"

    @property
    def belongs_to_series(self) -> bool:
        return bool(self.recurrence or self.recurring_event_id)

    @property
    def is_meeting(self) -> bool:
        """Whether it may be a meeting: not an invite of ours, nor of another event type."""
        return self.event_type in MEETING_TYPES and UID_PROPERTY not in self.private

    @property
    def is_shared(self) -> bool:
        """Whether it has other attendees, who see changes of it."""
        return any(not each.is_self for each in self.attendees)

    @property
    def private(self) -> dict[str, str]:
        return self.extended_properties.private if self.extended_properties is not None else {}

    @property
    def own_response(self) -> str:
        """The user's responseStatus; "" if they are no attendee."""
        return next((each.response_status for each in self.attendees if each.is_self), "")


class Calendar(Resource, frozen=True, kw_only=True):
    """A calendar in the user's list."""

    id: str
    summary: str = ""
    summary_override: str = ""
    description: str = ""
    access_role: str = ""
    selected: bool = False

    @property
    def is_marked(self) -> bool:
        """Whether some Afterword created it: the user's, or that of somebody who shares the calendar with them."""
        return CALENDAR_MARK in self.description

    @property
    def is_ours(self) -> bool:
        return self.is_marked and self.access_role == "owner"

    @property
    def name(self) -> str:
        return self.summary_override or self.summary


class CalendarPage(Resource, frozen=True, kw_only=True):
    kind: Literal["calendar#calendarList"]
    items: tuple[Calendar, ...] = ()
    next_page_token: str = ""


class EventPage(Resource, frozen=True, kw_only=True):
    kind: Literal["calendar#events"]
    items: tuple[Event, ...] = ()
    next_page_token: str = ""
    next_sync_token: str = ""
    time_zone: str = ""


class Period(Resource, frozen=True, kw_only=True):
    start: str
    end: str


class Failure(Resource, frozen=True, kw_only=True):
    reason: str = ""


class Busy(Resource, frozen=True, kw_only=True):
    """The busy times of one calendar, or the errors."""

    busy: tuple[Period, ...] = ()
    errors: tuple[Failure, ...] = ()


class FreeBusy(Resource, frozen=True, kw_only=True):
    kind: Literal["calendar#freeBusy"]
    calendars: dict[str, Busy] = field(default_factory=dict)


@cache
def zone_or_utc(name: str) -> ZoneInfo:
    """Return the zone; UTC for an unknown name, because times have UTC offsets anyway."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
