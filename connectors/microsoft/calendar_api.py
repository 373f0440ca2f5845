"""Requests about calendars to Graph (v1.0)."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import quote

from msgspec import Struct, field

from afterword.ports import NeedsUser, Unavailable

from .client import DELTA_EXPIRED, MISSING, GraphClient
from .events import AFTERWORD_PREFIX, Calendar, Event, Page
from .odata import PUBLIC_STRINGS, expand_properties, property_filter

PREFER = 'outlook.timezone="UTC", outlook.body-content-type="text", odata.maxpagesize=200'
MAX_PAGES = 400
SEQUENCE_PROPERTY = "Integer {00062002-0000-0000-C000-000000000046} Id 0x8201"
"""PidLidAppointmentSequence (MS-OXPROPS, 2.27): the organizer's SEQUENCE, which is no property of Graph's event."""

CALENDAR_MARK_PROPERTY = f"{PUBLIC_STRINGS}afterword-calendar"
"""The extended property of a calendar of ours, which identifies it under any name."""

UID_PROPERTY, START_PROPERTY, TEXT_DIGEST_PROPERTY = (
    f"{PUBLIC_STRINGS}afterword-uid",
    f"{PUBLIC_STRINGS}afterword-start",
    f"{PUBLIC_STRINGS}afterword-text",
)

EXPAND_PROPERTIES = {"$expand": expand_properties(UID_PROPERTY, START_PROPERTY, TEXT_DIGEST_PROPERTY)}
CALENDAR_MISSING_SENTENCE = "A calendar of Outlook's is gone, or can't be read."
NO_CALENDARS = (
    "This Microsoft account has no calendars that can be read by Graph: set calendar = false, and deliver elsewhere."
)
EVENT_FIELDS = (
    "id,iCalUId,type,transactionId,lastModifiedDateTime,subject,body,start,end,originalStart,originalStartTimeZone,isAllDay,"
    "isCancelled,showAs,responseStatus,organizer,attendees,location,onlineMeeting"
)
SERIES_FIELDS = f"{EVENT_FIELDS},recurrence,cancelledOccurrences,exceptionOccurrences"
BUSY_FIELDS = "id,transactionId,start,end,isAllDay,isCancelled,showAs,responseStatus"
BAD_REQUEST, CONFLICT, PRECONDITION_FAILED = HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED
DUPLICATE_TRANSACTION_ID = b"ErrorDuplicateTransactionId"
"""The error code of a repeated transactionId, with status 400 or 409."""

WHAT = "Outlook's calendar"
T = TypeVar("T", bound=Struct)


class CalendarUnreadable(Unavailable):
    """One calendar that is listed can't be read; others may be."""


class CalendarMissing(CalendarUnreadable):
    """A calendar is missing though it is listed."""


class Changes(Struct, frozen=True, kw_only=True):
    """Events by id, and the next delta link."""

    events: dict[str, Event] = field(default_factory=dict)
    delta_link: str = ""


class CalendarApi:
    """Requests about one user's calendars."""

    def __init__(self, graph: GraphClient) -> None:
        self._client = graph

    def list_calendars(self) -> list[Calendar]:
        """Return the user's calendars, including shared ones. Raises NeedsUser for an account that can't have any."""
        try:
            return list(self._list("me/calendars", {"$select": "id,name,owner", "$top": "100"}, Calendar))
        except CalendarMissing as error:
            raise NeedsUser(NO_CALENDARS) from error

    def find_our_calendar(self) -> Calendar | None:
        """Return the calendar with our mark; None if there is none or the filter is not supported."""
        try:
            return next(
                self._list(
                    "me/calendars",
                    {
                        "$select": "id,name,owner",
                        "$filter": property_filter(CALENDAR_MARK_PROPERTY, AFTERWORD_PREFIX),
                    },
                    Calendar,
                ),
                None,
            )
        except CalendarUnreadable:
            return None

    def create_calendar(self, name: str) -> None:
        """Create a calendar with our mark, unless there is one with that name."""
        mark = {"singleValueExtendedProperties": [{"id": CALENDAR_MARK_PROPERTY, "value": AFTERWORD_PREFIX}]}
        for body in ({"name": name, **mark}, {"name": name}):
            response = self._client.request("POST", "me/calendars", body=body)
            if response.status != BAD_REQUEST:
                break
        if response.status != CONFLICT:
            response.check(WHAT)

    def list_changes(self, calendar: str, link: str, since: datetime, until: datetime) -> Changes | None:
        """Return the changes since the delta link; with "", all events that overlap [since, until). None for an expired link.

        Raises CalendarUnreadable besides the errors of `GraphClient`.
        """
        path = link or _path(calendar, view="calendarView/delta")
        window = {} if link else {"startDateTime": _utc(since), "endDateTime": _utc(until)}
        events: dict[str, Event] = {}
        delta_link = ""
        for page in self._pages(path, window, Event):
            if page is None:
                if link:
                    return None
                raise CalendarMissing(CALENDAR_MISSING_SENTENCE)
            events |= {each.id: each for each in page.value}
            delta_link = page.delta_link
        return Changes(events=events, delta_link=delta_link)

    def get_event(self, calendar: str, event_id: str, query: Mapping[str, str] | None = None) -> Event | None:
        """Return an event; None if it is neither in the mailbox nor in the calendar, which may be another user's."""
        for path in (_own(event_id), _path(calendar, event_id)):
            response = self._client.request("GET", path, query=query, headers={"Prefer": PREFER})
            if response.status not in MISSING:
                return response.decode(Event, WHAT)
        return None

    def get_series(self, calendar: str, master: str) -> Event | None:
        """Return a series with its exceptions and cancelled occurrences."""
        return self.get_event(
            calendar, master, {"$select": SERIES_FIELDS, "$expand": f"exceptionOccurrences($select={EVENT_FIELDS})"}
        )

    def get_sequence(self, calendar: str, event_id: str) -> int | None:
        """Return the event's SEQUENCE (RFC 5545, 3.8.7.4); None if unknown."""
        event = self.get_event(calendar, event_id, {"$select": "id", "$expand": expand_properties(SEQUENCE_PROPERTY)})
        number = event.extended_property(SEQUENCE_PROPERTY) if event is not None else ""
        return int(number) if number.isdecimal() else None

    def list_view(self, calendar: str, start: datetime, end: datetime) -> Iterator[Event]:
        """Yield the events and occurrences that overlap [start, end), with times and status only."""
        window = {"startDateTime": _utc(start), "endDateTime": _utc(end), "$select": BUSY_FIELDS, "$top": "200"}
        return self._list(_path(calendar, view="calendarView"), window, Event)

    def list_invites(self, calendar: str, since: datetime | None = None) -> Iterator[Event]:
        """Yield the events of our calendar with our extended properties, optionally only those that end after `since`."""
        filter_ = {"$filter": f"end/dateTime ge '{since.astimezone(UTC):%Y-%m-%dT%H:%M:%S}'"} if since else {}
        return self._list(_path(calendar), {**EXPAND_PROPERTIES, "$top": "100", **filter_}, Event)

    def find_invites(self, calendar: str, uid: str) -> Iterator[Event]:
        """Yield the events of our calendar with that UID, with our extended properties."""
        return self._list(_path(calendar), {**EXPAND_PROPERTIES, "$filter": property_filter(UID_PROPERTY, uid)}, Event)

    def create_event(self, calendar: str, body: object) -> Event | None:
        """Create an event and return it; None if there was one with the same transactionId."""
        response = self._client.request("POST", _path(calendar), body=body, headers={"Prefer": PREFER})
        is_repeated = response.status == CONFLICT or DUPLICATE_TRANSACTION_ID in response.body
        return None if is_repeated else response.decode(Event, WHAT)

    def patch_event(self, event: Event, body: object) -> Event | None:
        """Update an event and return it; None if it is missing, or was changed since it was read."""
        headers = {"Prefer": PREFER, "If-Match": event.etag} if event.etag else {"Prefer": PREFER}
        response = self._client.request("PATCH", _own(event.id), body=body, headers=headers)
        return None if response.status in {*MISSING, CONFLICT, PRECONDITION_FAILED} else response.decode(Event, WHAT)

    def delete_event(self, event: Event) -> bool:
        """Delete an event; a missing one is no error. False if it was changed since it was read."""
        response = self._client.request(
            "DELETE", _own(event.id), headers={"If-Match": event.etag} if event.etag else None
        )
        if response.status not in MISSING | {PRECONDITION_FAILED}:
            response.check(WHAT)
        return response.status != PRECONDITION_FAILED

    def _list(self, path: str, query: Mapping[str, str], kind: type[T]) -> Iterator[T]:
        for page in self._pages(path, query, kind):
            if page is None:
                raise CalendarMissing(CALENDAR_MISSING_SENTENCE)
            yield from page.value

    def _pages(self, path: str, query: Mapping[str, str], kind: type[T]) -> Iterator[Page[T] | None]:
        """The pages; None in place of one that is missing or expired, which is the last."""
        for _ in range(MAX_PAGES):
            response = self._client.request("GET", path, query=query, headers={"Prefer": PREFER})
            if response.status in DELTA_EXPIRED:
                yield None
                return
            page = response.decode(Page[kind], WHAT)  # type: ignore[valid-type]  # it is a type as the program runs
            self._client.check_link(page.delta_link)
            yield page
            if not page.next_link:
                return
            path, query = page.next_link, {}
        raise CalendarUnreadable("A calendar of Outlook's goes on from page to page without an end: it is read anew.")


def _path(calendar: str, event: str = "", view: str = "events") -> str:
    return "/".join(["me/calendars", quote(calendar, safe=""), view, *([quote(event, safe="")] if event else [])])


def _own(event: str) -> str:
    return f"me/events/{quote(event, safe='')}"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
