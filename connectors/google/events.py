"""Events and calendars as Google Calendar tells them (v3, https://developers.google.com/workspace/calendar/api/v3/reference), as far as
they are used here. Most properties may be missing; one of a wrong type makes the whole answer one that can't be understood.
"""

from datetime import UTC, date, datetime
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct, field

OURS = "afterword-uid"
"""The private property (of our app and the user alone) that an invite of ours has its UID in."""

MADE_BY_US = "afterword-calendar"
"""A word in the description of the calendar that we made: the user may call it as they like."""

MEETINGS = {"", "default", "fromGmail"}
"""The types of events that people meet at; the others are birthdays, places of work and hours of quiet."""

VIRTUAL = "@group.v.calendar.google.com"
"""How the ids of calendars end that Google fills: holidays, birthdays, the moon."""


class Told(Struct, frozen=True, kw_only=True, rename="camel"):
    """What all of them share: names in camel case, and unknown ones passed over."""


class When(Told, frozen=True, kw_only=True):
    """A day, or a moment with its offset and the zone that it was said in."""

    date_text: str = field(default="", name="date")
    date_time: str = ""
    time_zone: str = ""

    @property
    def day(self) -> date | None:
        return date.fromisoformat(self.date_text) if self.date_text else None

    def moment(self, calendar_zone: str = "") -> datetime:
        """In the zone that it was said in; one without an offset is a time of the clock there. Midnight of a day is in UTC."""
        if self.date_text:
            return datetime.fromisoformat(self.date_text).replace(tzinfo=UTC)
        moment = datetime.fromisoformat(self.date_time)
        zone = known_zone(self.time_zone or calendar_zone)
        return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)


class Person(Told, frozen=True, kw_only=True):
    email: str = ""
    display_name: str = ""
    is_self: bool = field(default=False, name="self")


class Attendee(Person, frozen=True, kw_only=True):
    response_status: str = ""
    optional: bool = False
    resource: bool = False


class EntryPoint(Told, frozen=True, kw_only=True):
    entry_point_type: str = ""
    uri: str = ""


class Conference(Told, frozen=True, kw_only=True):
    entry_points: tuple[EntryPoint, ...] = ()


class Properties(Told, frozen=True, kw_only=True):
    private: dict[str, str] = field(default_factory=dict)


class Reminder(Told, frozen=True, kw_only=True):
    method: str = ""
    minutes: int = 0


class Reminders(Told, frozen=True, kw_only=True):
    use_default: bool = False
    overrides: tuple[Reminder, ...] = ()


class Event(Told, frozen=True, kw_only=True):
    """A single event, a series, or an instance that differs from its series. Of a deleted one only the id is sure."""

    id: str
    etag: str = ""
    status: str = ""
    uid: str = field(default="", name="iCalUID")
    recurring_event_id: str = ""
    original_start_time: When | None = None
    start: When | None = None
    end: When | None = None
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
    def is_of_a_series(self) -> bool:
        return bool(self.recurrence or self.recurring_event_id)

    @property
    def is_meeting(self) -> bool:
        """Whether it may be one: neither ours, nor a kind of its own."""
        return self.event_type in MEETINGS and OURS not in self.private

    @property
    def is_shared(self) -> bool:
        """Whether others are invited: what becomes of it is seen in their calendars, too."""
        return any(not each.is_self for each in self.attendees)

    @property
    def private(self) -> dict[str, str]:
        return self.extended_properties.private if self.extended_properties is not None else {}

    @property
    def own_answer(self) -> str:
        """What the user answered; "" where nobody asked them."""
        return next((each.response_status for each in self.attendees if each.is_self), "")


class Calendar(Told, frozen=True, kw_only=True):
    """A calendar in the user's list."""

    id: str
    summary: str = ""
    summary_override: str = ""
    description: str = ""
    access_role: str = ""
    selected: bool = False

    @property
    def is_marked(self) -> bool:
        """Whether an Afterword keeps its invites there: the user's own, or one of somebody who shares a calendar with them."""
        return MADE_BY_US in self.description

    @property
    def is_ours(self) -> bool:
        return self.is_marked and self.access_role == "owner"

    @property
    def name(self) -> str:
        return self.summary_override or self.summary


class CalendarPage(Told, frozen=True, kw_only=True):
    kind: Literal["calendar#calendarList"]
    items: tuple[Calendar, ...] = ()
    next_page_token: str = ""


class EventPage(Told, frozen=True, kw_only=True):
    kind: Literal["calendar#events"]
    items: tuple[Event, ...] = ()
    next_page_token: str = ""
    next_sync_token: str = ""
    time_zone: str = ""


class Period(Told, frozen=True, kw_only=True):
    start: str
    end: str


class Failure(Told, frozen=True, kw_only=True):
    reason: str = ""


class Busy(Told, frozen=True, kw_only=True):
    """The taken times of one calendar, or why they can't be told."""

    busy: tuple[Period, ...] = ()
    errors: tuple[Failure, ...] = ()


class FreeBusy(Told, frozen=True, kw_only=True):
    kind: Literal["calendar#freeBusy"]
    calendars: dict[str, Busy] = field(default_factory=dict)


@cache
def known_zone(name: str) -> ZoneInfo:
    """The zone of that name; UTC for one that nobody knows, for moments come with their offsets."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
