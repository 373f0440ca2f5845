"""What Google Calendar is asked: which calendars there are, what changed in them, and single events read, written and removed."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, TypeVar

from googleapiclient.errors import HttpError
from msgspec import Struct, field

from afterword.ports import BusyTime, NeedsUser, Unavailable

from .asking import Answer, ask, reasons
from .events import MADE_BY_US, Calendar, CalendarPage, Event, EventPage, FreeBusy
from .service import opened
from .settings import Access

WHAT = "your calendars"
PAGE = 500
MOST_CALENDARS = 250
MOST_PAGES = 200
AT_ONCE = 50
"""The most calendars of one question for free times."""

MISSING = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
EXPIRED = {HTTPStatus.BAD_REQUEST, HTTPStatus.GONE}
"""How Google says that it knows a sync token no more; it is gone, or no good for what is asked."""

CONFLICT, CHANGED = HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED
SILENT = "none"
"""Nobody is ever sent a mail about an event of ours."""

Page = TypeVar("Page", CalendarPage, EventPage)
Kind = TypeVar("Kind")


class CalendarUnreadable(Unavailable):
    """One calendar can't be read; the others may."""


class Changes(Struct, frozen=True, kw_only=True):
    """Events by their ids, the token that tells what changes from now on, and the zone that the calendar is in."""

    events: dict[str, Event] = field(default_factory=dict)
    token: str = ""
    zone: str = ""


class Calendars:
    """Requests about one user's calendars. Made by `connected`."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def all(self) -> list[Calendar]:
        """The calendars in the user's list."""
        resource = self._client.calendarList()
        pages = self._pages(CalendarPage, lambda **named: resource.list(maxResults=MOST_CALENDARS, **named))
        return [each for page in pages if page is not None for each in page.items]

    def make(self, name: str) -> Calendar:
        """Make a calendar that bears our mark; before it is asked for again, it is looked for, lest there be two."""
        body = {"summary": name, "description": f"Kept by Afterword ({MADE_BY_US})."}
        return ask(_Making(self, Answer(self._client.calendars().insert(body=body), Calendar)))

    def changes(self, calendar: str, token: str, since: datetime | None = None) -> Changes | None:
        """What changed since the token was given; without one, all that ends after `since`. None for a token, or a calendar, that is
        no more. Raises CalendarUnreadable besides Unavailable and NeedsUser.
        """
        if token:
            return self._listed(calendar, {"syncToken": token}, EXPIRED | MISSING, EXPIRED | MISSING)
        return self._listed(calendar, {"timeMin": _rfc3339(since)} if since is not None else {}, MISSING)

    def series(self, calendar: str, uid: str) -> list[Event]:
        """A series with its exceptions, by the UID that they share."""
        listed = self._listed(calendar, {"iCalUID": uid}, MISSING)
        return list(listed.events.values()) if listed is not None else []

    def event(self, calendar: str, event: str) -> Event | None:
        """One event, deleted ones too; None where there is none."""
        return self._asked(self._events.get(calendarId=calendar, eventId=event), Event, MISSING)

    def create(self, calendar: str, body: dict[str, Any]) -> bool:
        """Make an event; False where one of its id is there. Raises Unavailable for a calendar that is gone."""
        request = self._events.insert(calendarId=calendar, body=body, sendUpdates=SILENT)
        return self._written(request, {CONFLICT})

    def change(self, calendar: str, event: Event, body: dict[str, Any]) -> bool:
        """Change an event; False where it is gone, or somebody changed it since it was read."""
        request = self._events.patch(calendarId=calendar, eventId=event.id, body=body, sendUpdates=SILENT)
        request.headers["If-Match"] = event.etag
        return self._written(request, {*MISSING, CONFLICT, CHANGED})

    def delete(self, calendar: str, event: Event) -> bool:
        """Remove an event, and tell whether it is gone; False where somebody changed it since it was read."""
        request = self._events.delete(calendarId=calendar, eventId=event.id, sendUpdates=SILENT)
        request.headers["If-Match"] = event.etag
        with _refusal_told():
            try:
                ask(Answer(request, type(None)))
            except HttpError as error:
                if error.status_code not in {*MISSING, CHANGED}:
                    raise
                return bool(error.status_code != CHANGED)
        return True

    def busy(self, calendars: Sequence[str], start: datetime, end: datetime) -> Iterator[BusyTime]:
        """The taken times of those calendars that touch [start, end), in UTC. Raises CalendarUnreadable in the end where Google
        could not tell those of a calendar that is there.
        """
        untold = 0
        for first in range(0, len(calendars), AT_ONCE):
            items = [{"id": each} for each in calendars[first : first + AT_ONCE]]
            body = {"timeMin": _rfc3339(start), "timeMax": _rfc3339(end), "items": items}
            found = self._asked(self._client.freebusy().query(body=body), FreeBusy)
            told = found.calendars.values() if found is not None else ()
            yield from (BusyTime(_moment(each.start), _moment(each.end)) for calendar in told for each in calendar.busy)
            untold += sum(any(each.reason != "notFound" for each in calendar.errors) for calendar in told)
        if untold:
            raise CalendarUnreadable(f"Google can't tell when {untold} of your calendars are taken.")

    @property
    def _events(self) -> Any:
        return self._client.events()

    def _listed(
        self, calendar: str, named: dict[str, str], expected: Collection[int], later: Collection[int] = ()
    ) -> Changes | None:
        """All pages together. None where the first answers with a status that is expected, or another with one that is so `later`."""

        def asking(**page: str) -> Any:
            return self._events.list(calendarId=calendar, maxResults=PAGE, **named, **page)

        events: dict[str, Event] = {}
        token = zone = ""
        for page in self._pages(EventPage, asking, expected, later):
            if page is None:
                return None
            events |= {each.id: each for each in page.items}
            token, zone = page.next_sync_token, page.time_zone
        return Changes(events=events, token=token, zone=zone)

    def _pages(
        self, kind: type[Page], asking: Any, expected: Collection[int] = (), later: Collection[int] = ()
    ) -> Iterator[Page | None]:
        """Page by page; None in the place of the first that is not there."""
        named: dict[str, str] = {}
        for _ in range(MOST_PAGES):
            page = self._asked(asking(**named), kind, expected)
            yield page
            if page is None or not page.next_page_token:
                return
            named, expected = {"pageToken": page.next_page_token}, later
        raise CalendarUnreadable("Google Calendar goes on from page to page without an end: it is read anew.")

    def _written(self, request: Any, expected: Collection[int]) -> bool:
        """Whether it was done; for a status that is expected, not. Raises NeedsUser where we may not write."""
        with _only_our_own():
            return self._asked(request, Event, expected) is not None

    def _asked(self, request: Any, kind: type[Kind], expected: Collection[int] = ()) -> Kind | None:
        """The answer; None for a status that the caller expects."""
        with _refusal_told():
            try:
                return ask(Answer(request, kind))
            except HttpError as error:
                if error.status_code not in expected:
                    raise
        return None


class _Making:
    """A calendar that is made, unless an earlier try has made it and nobody heard of it."""

    def __init__(self, calendars: Calendars, making: Answer[Calendar]) -> None:
        self._calendars, self._making = calendars, making
        self._tried = False

    def execute(self) -> Calendar:
        there = [each for each in self._calendars.all() if each.is_ours] if self._tried else []
        self._tried = True
        return there[0] if there else self._making.execute()


@contextmanager
def _refusal_told() -> Iterator[None]:
    try:
        yield
    except HttpError as error:
        if _is_closed_to_us(error):
            raise CalendarUnreadable("One of your calendars in Google is no longer shared with you.") from error
        if error.status_code in {*MISSING, CONFLICT, CHANGED}:
            raise Unavailable(f"Google Calendar could not do what it was asked ({error.status_code}).") from error
        raise


@contextmanager
def _only_our_own() -> Iterator[None]:
    try:
        yield
    except CalendarUnreadable as error:
        raise NeedsUser(
            "Google lets Afterword write only to a calendar that it made itself: give yours another name, or name another "
            "one as the delivery's calendar."
        ) from error


def _is_closed_to_us(error: HttpError) -> bool:
    """Whether it is about one calendar, and not about what was granted to us."""
    return error.status_code == HTTPStatus.FORBIDDEN and "forbidden" in reasons(error)


@contextmanager
def connected(access: Access) -> Iterator[Calendars]:
    """Calendars that requests can be made about. Whatever goes wrong inside the block is raised as Unavailable or NeedsUser."""
    with opened("calendar", access, WHAT) as client:
        yield Calendars(client)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _rfc3339(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
