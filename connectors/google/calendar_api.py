"""Requests to the Google Calendar API (v3)."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, TypeVar

from googleapiclient.errors import HttpError
from msgspec import Struct, field

from afterword.ports import BusyTime, NeedsUser, Unavailable

from .events import CALENDAR_MARK, Calendar, CalendarPage, Event, EventPage, FreeBusy
from .execution import TypedRequest, error_reasons, execute_with_retries
from .service import open_client
from .settings import Access

WHAT = "your calendars"
PAGE_SIZE = 500
MAX_CALENDARS = 250
MAX_PAGES = 200
MAX_FREE_BUSY_CALENDARS = 50
"""Calendars in one free/busy query."""

MISSING = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
TOKEN_EXPIRED = {HTTPStatus.BAD_REQUEST, HTTPStatus.GONE}
"""Statuses for an expired or invalid sync token."""

CONFLICT, PRECONDITION_FAILED = HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED
NO_NOTIFICATIONS = "none"
"""The value of sendUpdates: no notification mails."""

Page = TypeVar("Page", CalendarPage, EventPage)
T = TypeVar("T")


class CalendarUnreadable(Unavailable):
    """One calendar can't be read; others may be."""


class Changes(Struct, frozen=True, kw_only=True):
    """Events by id, the next sync token, and the calendar's time zone."""

    events: dict[str, Event] = field(default_factory=dict)
    sync_token: str = ""
    zone: str = ""


class CalendarApi:
    """Requests about one user's calendars. Created by `connect`. All methods raise Unavailable and NeedsUser."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def list_calendars(self) -> list[Calendar]:
        """Return the calendars in the user's list."""
        resource = self._client.calendarList()
        pages = self._pages(CalendarPage, lambda **named: resource.list(maxResults=MAX_CALENDARS, **named))
        return [each for page in pages if page is not None for each in page.items]

    def create_calendar(self, name: str) -> Calendar:
        """Create a calendar with our mark in its description. A retry first looks for the one that an earlier attempt may have created."""
        body = {"summary": name, "description": f"Kept by Afterword ({CALENDAR_MARK})."}
        return execute_with_retries(
            _CalendarInsert(self, TypedRequest(self._client.calendars().insert(body=body), Calendar))
        )

    def list_changes(self, calendar: str, sync_token: str, since: datetime | None = None) -> Changes | None:
        """Return the changes since the sync token; with "", all events that end after `since`. None for an expired token or a missing
        calendar. Raises CalendarUnreadable too.
        """
        if sync_token:
            return self._list_events(
                calendar, {"syncToken": sync_token}, TOKEN_EXPIRED | MISSING, TOKEN_EXPIRED | MISSING
            )
        return self._list_events(calendar, {"timeMin": _rfc3339(since)} if since is not None else {}, MISSING)

    def list_series(self, calendar: str, uid: str) -> list[Event]:
        """Return a series and its exceptions, by their common UID."""
        listed = self._list_events(calendar, {"iCalUID": uid}, MISSING)
        return list(listed.events.values()) if listed is not None else []

    def get_event(self, calendar: str, event_id: str) -> Event | None:
        """Return an event, which may be a cancelled one; None if there is none."""
        return self._execute(self._events.get(calendarId=calendar, eventId=event_id), Event, MISSING)

    def create_event(self, calendar: str, body: dict[str, Any]) -> bool:
        """Create an event; False if there is one with its id. Raises Unavailable for a missing calendar."""
        request = self._events.insert(calendarId=calendar, body=body, sendUpdates=NO_NOTIFICATIONS)
        return self._write(request, {CONFLICT})

    def patch_event(self, calendar: str, event: Event, body: dict[str, Any]) -> bool:
        """Update an event; False if it is missing, or was changed since it was read."""
        request = self._events.patch(calendarId=calendar, eventId=event.id, body=body, sendUpdates=NO_NOTIFICATIONS)
        request.headers["If-Match"] = event.etag
        return self._write(request, {*MISSING, CONFLICT, PRECONDITION_FAILED})

    def delete_event(self, calendar: str, event: Event) -> bool:
        """Delete an event; a missing one is no error. False if it was changed since it was read."""
        request = self._events.delete(calendarId=calendar, eventId=event.id, sendUpdates=NO_NOTIFICATIONS)
        request.headers["If-Match"] = event.etag
        with _translate_refusals():
            try:
                execute_with_retries(TypedRequest(request, type(None)))
            except HttpError as error:
                if error.status_code not in {*MISSING, PRECONDITION_FAILED}:
                    raise
                return bool(error.status_code != PRECONDITION_FAILED)
        return True

    def query_free_busy(self, calendars: Sequence[str], start: datetime, end: datetime) -> Iterator[BusyTime]:
        """Yield the busy times of the calendars that overlap [start, end), in UTC. Raises CalendarUnreadable at the end if Google could
        not return those of an existing calendar.
        """
        failed_count = 0
        for first in range(0, len(calendars), MAX_FREE_BUSY_CALENDARS):
            items = [{"id": each} for each in calendars[first : first + MAX_FREE_BUSY_CALENDARS]]
            body = {"timeMin": _rfc3339(start), "timeMax": _rfc3339(end), "items": items}
            response = self._execute(self._client.freebusy().query(body=body), FreeBusy)
            calendar_results = response.calendars.values() if response is not None else ()
            yield from (
                BusyTime(_parse_datetime(each.start), _parse_datetime(each.end))
                for calendar in calendar_results
                for each in calendar.busy
            )
            failed_count += sum(
                any(each.reason != "notFound" for each in calendar.errors) for calendar in calendar_results
            )
        if failed_count:
            raise CalendarUnreadable(f"Google can't tell when {failed_count} of your calendars are taken.")

    @property
    def _events(self) -> Any:
        return self._client.events()

    def _list_events(
        self,
        calendar: str,
        parameters: dict[str, str],
        expected_statuses: Collection[int],
        expected_later: Collection[int] = (),
    ) -> Changes | None:
        """All pages; None if the first has an expected status, or a further page one of `expected_later`."""

        def make_request(**page: str) -> Any:
            return self._events.list(calendarId=calendar, maxResults=PAGE_SIZE, **parameters, **page)

        events: dict[str, Event] = {}
        sync_token = zone = ""
        for page in self._pages(EventPage, make_request, expected_statuses, expected_later):
            if page is None:
                return None
            events |= {each.id: each for each in page.items}
            sync_token, zone = page.next_sync_token, page.time_zone
        return Changes(events=events, sync_token=sync_token, zone=zone)

    def _pages(
        self,
        kind: type[Page],
        make_request: Any,
        expected_statuses: Collection[int] = (),
        expected_later: Collection[int] = (),
    ) -> Iterator[Page | None]:
        """The pages; None in place of one with an expected status, which is the last."""
        parameters: dict[str, str] = {}
        for _ in range(MAX_PAGES):
            page = self._execute(make_request(**parameters), kind, expected_statuses)
            yield page
            if page is None or not page.next_page_token:
                return
            parameters, expected_statuses = {"pageToken": page.next_page_token}, expected_later
        raise CalendarUnreadable("Google Calendar goes on from page to page without an end: it is read anew.")

    def _write(self, request: Any, expected_statuses: Collection[int]) -> bool:
        """False for an expected status. Raises NeedsUser without write permission."""
        with _translate_forbidden():
            return self._execute(request, Event, expected_statuses) is not None

    def _execute(self, request: Any, kind: type[T], expected_statuses: Collection[int] = ()) -> T | None:
        """The response; None for an expected status."""
        with _translate_refusals():
            try:
                return execute_with_retries(TypedRequest(request, kind))
            except HttpError as error:
                if error.status_code not in expected_statuses:
                    raise
        return None


class _CalendarInsert:
    """A request that creates a calendar, unless an earlier attempt, whose response was lost, created it."""

    def __init__(self, api: CalendarApi, insert: TypedRequest[Calendar]) -> None:
        self._api, self._insert = api, insert
        self._was_tried = False

    def execute(self) -> Calendar:
        existing = [each for each in self._api.list_calendars() if each.is_ours] if self._was_tried else []
        self._was_tried = True
        return existing[0] if existing else self._insert.execute()


@contextmanager
def _translate_refusals() -> Iterator[None]:
    try:
        yield
    except HttpError as error:
        if _is_calendar_forbidden(error):
            raise CalendarUnreadable("One of your calendars in Google is no longer shared with you.") from error
        if error.status_code in {*MISSING, CONFLICT, PRECONDITION_FAILED}:
            raise Unavailable(f"Google Calendar could not do what it was asked ({error.status_code}).") from error
        raise


@contextmanager
def _translate_forbidden() -> Iterator[None]:
    try:
        yield
    except CalendarUnreadable as error:
        raise NeedsUser(
            "Google lets Afterword write only to a calendar that it made itself: give yours another name, or name another "
            "one as the delivery's calendar."
        ) from error


def _is_calendar_forbidden(error: HttpError) -> bool:
    """Whether the error is about one calendar, not about the granted scopes."""
    return error.status_code == HTTPStatus.FORBIDDEN and "forbidden" in error_reasons(error)


@contextmanager
def connect(access: Access) -> Iterator[CalendarApi]:
    """Yield the API's client. Errors inside the block are raised as Unavailable or NeedsUser."""
    with open_client("calendar", access, WHAT) as client:
        yield CalendarApi(client)


def _parse_datetime(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _rfc3339(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
