"""The resources of Graph (v1.0) for events and calendars that are used here.

Most properties may be missing or null; a property of a wrong type makes the whole response invalid.
"""

import re
from datetime import UTC, date, datetime
from typing import Generic, TypeVar

from msgspec import Struct, field

from ..resources import Resource
from .zones import find_zone

AFTERWORD_PREFIX = "afterword-"
"""The prefix of our invites' transactionIds, and the value of our calendar's mark."""

_SECONDS = re.compile(r"\.\d+")


class DateTimeTimeZone(Resource, frozen=True, kw_only=True):
    """A local time and its zone."""

    date_time: str
    time_zone: str | None = None

    @property
    def day(self) -> date:
        return datetime.fromisoformat(self.date_time[:10]).date()

    @property
    def local(self) -> datetime:
        """The local time, naive."""
        return datetime.fromisoformat(_SECONDS.sub("", self.date_time)).replace(tzinfo=None)

    @property
    def utc(self) -> datetime | None:
        """The time in UTC; None for an unknown zone."""
        zone = find_zone(self.time_zone or "UTC")
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


class RecurrencePattern(Resource, frozen=True, kw_only=True):
    type: str
    interval: int = 1
    month: int = 0
    day_of_month: int = 0
    days_of_week: tuple[str, ...] | None = None
    first_day_of_week: str | None = None
    index: str | None = None


class RecurrenceRange(Resource, frozen=True, kw_only=True):
    type: str
    recurrence_time_zone: str | None = None
    end_date: str | None = None
    number_of_occurrences: int = 0


class PatternedRecurrence(Resource, frozen=True, kw_only=True):
    pattern: RecurrencePattern
    range: RecurrenceRange


class ExtendedProperty(Resource, frozen=True, kw_only=True):
    """A singleValueLegacyExtendedProperty; `id` consists of type, property set and name."""

    id: str
    value: str | None = None


class WithExtendedProperties(Resource, frozen=True, kw_only=True):
    """A resource whose extended properties were requested by $expand."""

    single_value_extended_properties: tuple[ExtendedProperty, ...] | None = None

    def extended_property(self, property_id: str) -> str:
        """Return the value of an extended property, "" if missing; ids are compared ignoring case, which Graph may change."""
        properties = self.single_value_extended_properties or ()
        return next((each.value or "" for each in properties if each.id.lower() == property_id.lower()), "")


class Removed(Resource, frozen=True, kw_only=True):
    reason: str | None = None


class Event(WithExtendedProperties, frozen=True, kw_only=True):
    """An event, occurrence, exception or series master. A `removed` one only has its id."""

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
    start: DateTimeTimeZone | None = None
    end: DateTimeTimeZone | None = None
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
    recurrence: PatternedRecurrence | None = None
    cancelled_occurrences: tuple[str, ...] | None = None
    exception_occurrences: tuple["Event", ...] | None = None

    @property
    def is_ours(self) -> bool:
        return (self.transaction_id or "").startswith(AFTERWORD_PREFIX)

    @property
    def is_shared(self) -> bool:
        """Whether it has other attendees, whom Outlook mails every change."""
        own = self.organizer.email_address if self.organizer is not None else None
        return any(each.email_address != own for each in self.attendees or ())

    @property
    def response(self) -> str:
        return (self.response_status and self.response_status.response) or "none"

    @property
    def is_cancelled_or_declined(self) -> bool:
        return bool(self.is_cancelled) or self.response == "declined"

    @property
    def times(self) -> tuple[datetime, datetime] | None:
        """Start and end in UTC; None if missing or in an unknown zone."""
        try:
            start, end = self.start and self.start.utc, self.end and self.end.utc
        except (ValueError, OverflowError):
            return None
        return (start, max(start, end)) if start and end else None


class Calendar(Resource, frozen=True, kw_only=True):
    id: str
    name: str | None = None
    owner: EmailAddress | None = None


T = TypeVar("T")


class Page(Struct, Generic[T], frozen=True, kw_only=True):
    """A page of a collection, with the link to the next one, or for later changes."""

    value: tuple[T, ...]
    next_link: str = field(default="", name="@odata.nextLink")
    delta_link: str = field(default="", name="@odata.deltaLink")
