"""Events and calendars as Microsoft Graph tells them (v1.0, resource types `event` and `calendar`), as far as they are used here.

A property may be missing or null wherever Graph does not promise it; one of a wrong type makes the whole answer one that
can't be understood.
"""

import re
from datetime import UTC, date, datetime
from typing import Generic, TypeVar

from msgspec import Struct, field

from ..resources import Resource
from .zones import known_zone

OURS = "afterword-"
"""What the transactionIds of our own invites begin with."""

_SECONDS = re.compile(r"\.\d+")


class DateTimeZone(Resource, frozen=True, kw_only=True):
    """A time of the clock, and the zone that it is in."""

    date_time: str
    time_zone: str | None = None

    @property
    def day(self) -> date:
        return datetime.fromisoformat(self.date_time[:10]).date()

    @property
    def local(self) -> datetime:
        """The clock's time, without a zone."""
        return datetime.fromisoformat(_SECONDS.sub("", self.date_time)).replace(tzinfo=None)

    @property
    def moment(self) -> datetime | None:
        """The moment in UTC; None where nobody knows the zone."""
        zone = known_zone(self.time_zone or "UTC")
        return self.local.replace(tzinfo=zone).astimezone(UTC) if zone is not None else None


class EmailAddress(Resource, frozen=True, kw_only=True):
    address: str | None = None
    name: str | None = None


class Recipient(Resource, frozen=True, kw_only=True):
    email_address: EmailAddress | None = None


class ResponseStatus(Resource, frozen=True, kw_only=True):
    response: str | None = None


class Attendee(Recipient, frozen=True, kw_only=True):
    type: str | None = None
    status: ResponseStatus | None = None


class ItemBody(Resource, frozen=True, kw_only=True):
    content_type: str | None = None
    content: str | None = None


class Location(Resource, frozen=True, kw_only=True):
    display_name: str | None = None


class OnlineMeeting(Resource, frozen=True, kw_only=True):
    join_url: str | None = None


class Pattern(Resource, frozen=True, kw_only=True):
    type: str
    interval: int = 1
    month: int = 0
    day_of_month: int = 0
    days_of_week: tuple[str, ...] | None = None
    first_day_of_week: str | None = None
    index: str | None = None


class Range(Resource, frozen=True, kw_only=True):
    type: str
    recurrence_time_zone: str | None = None
    end_date: str | None = None
    number_of_occurrences: int = 0


class Recurrence(Resource, frozen=True, kw_only=True):
    pattern: Pattern
    range: Range


class Property(Resource, frozen=True, kw_only=True):
    """A singleValueLegacyExtendedProperty; `id` is its type, its namespace and its name."""

    id: str
    value: str | None = None


class Noted(Resource, frozen=True, kw_only=True):
    """What may bear notes of ours, told where they are asked for."""

    single_value_extended_properties: tuple[Property, ...] | None = None

    def note(self, name: str) -> str:
        """The extended property of that id: Graph may write ids in another case than they were given in."""
        noted = self.single_value_extended_properties or ()
        return next((each.value or "" for each in noted if each.id.lower() == name.lower()), "")


class Removed(Resource, frozen=True, kw_only=True):
    reason: str | None = None


class Event(Noted, frozen=True, kw_only=True):
    """One event, occurrence, exception or series master. One that is `removed` has no more than its id."""

    id: str
    etag: str = field(default="", name="@odata.etag")
    removed: Removed | None = field(default=None, name="@removed")
    uid: str | None = field(default=None, name="iCalUId")
    type: str | None = None
    series_master_id: str | None = None
    transaction_id: str | None = None
    last_modified_date_time: str | None = None
    subject: str | None = None
    body: ItemBody | None = None
    start: DateTimeZone | None = None
    end: DateTimeZone | None = None
    original_start: str | None = None
    original_start_time_zone: str | None = None
    is_all_day: bool | None = None
    is_cancelled: bool | None = None
    is_reminder_on: bool | None = None
    reminder_minutes_before_start: int | None = None
    show_as: str | None = None
    response_status: ResponseStatus | None = None
    organizer: Recipient | None = None
    attendees: tuple[Attendee, ...] | None = None
    location: Location | None = None
    online_meeting: OnlineMeeting | None = None
    recurrence: Recurrence | None = None
    cancelled_occurrences: tuple[str, ...] | None = None
    exception_occurrences: tuple["Event", ...] | None = None

    @property
    def is_ours(self) -> bool:
        return (self.transaction_id or "").startswith(OURS)

    @property
    def is_shared(self) -> bool:
        """Whether others take part in it, whom Outlook tells by mail of whatever is done to it."""
        own = self.organizer.email_address if self.organizer is not None else None
        return any(each.email_address != own for each in self.attendees or ())

    @property
    def response(self) -> str:
        return (self.response_status and self.response_status.response) or "none"

    @property
    def is_called_off(self) -> bool:
        return bool(self.is_cancelled) or self.response == "declined"

    @property
    def times(self) -> tuple[datetime, datetime] | None:
        """Start and end in UTC; None where they are not told, or in a zone that nobody knows."""
        try:
            start, end = self.start and self.start.moment, self.end and self.end.moment
        except (ValueError, OverflowError):
            return None
        return (start, max(start, end)) if start and end else None


class Calendar(Resource, frozen=True, kw_only=True):
    id: str
    name: str | None = None
    owner: EmailAddress | None = None


Kind = TypeVar("Kind")


class Page(Struct, Generic[Kind], frozen=True, kw_only=True):
    """Some of a list, and where the rest, or what changes from now on, can be had."""

    value: tuple[Kind, ...]
    next_link: str = field(default="", name="@odata.nextLink")
    delta_link: str = field(default="", name="@odata.deltaLink")
