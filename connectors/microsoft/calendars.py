"""What Graph is asked about calendars: which there are, what changed in them, and single events read, written and removed."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import quote

from msgspec import Struct, field

from afterword.ports import NeedsUser, Unavailable

from .asking import MISSING, NAMED, NO_SUCH_STATE, Asking, expanded, same
from .events import OURS, Calendar, Event, Page

PREFER = 'outlook.timezone="UTC", outlook.body-content-type="text", odata.maxpagesize=200'
MOST_PAGES = 400
SEQUENCE = "Integer {00062002-0000-0000-C000-000000000046} Id 0x8201"
"""PidLidAppointmentSequence (MS-OXPROPS, 2.27): the SEQUENCE that the organizer gave, of which Graph itself does not tell."""

MADE = f"{NAMED}afterword-calendar"
"""What a calendar of ours bears, however the user calls it."""

UID, START_PROPERTY, TEXT_DIGEST_PROPERTY = f"{NAMED}afterword-uid", f"{NAMED}afterword-start", f"{NAMED}afterword-text"

NOTED = {"$expand": expanded(UID, START_PROPERTY, TEXT_DIGEST_PROPERTY)}
GONE = "A calendar of Outlook's is gone, or can't be read."
NO_CALENDARS = (
    "This Microsoft account has no calendars that can be read by Graph: set calendar = false, and deliver elsewhere."
)
TOLD = (
    "id,iCalUId,type,transactionId,lastModifiedDateTime,subject,body,start,end,originalStart,originalStartTimeZone,isAllDay,"
    "isCancelled,showAs,responseStatus,organizer,attendees,location,onlineMeeting"
)
SERIES = f"{TOLD},recurrence,cancelledOccurrences,exceptionOccurrences"
TAKEN = "id,transactionId,start,end,isAllDay,isCancelled,showAs,responseStatus"
REFUSED, CONFLICT, CHANGED = HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED
REPEATED = b"ErrorDuplicateTransactionId"
"""It comes with a 400 or a 409."""

WHAT = "Outlook's calendar"
Kind = TypeVar("Kind", bound=Struct)


class Unreadable(Unavailable):
    """One calendar that is listed, and yet can't be read; others may."""


class Gone(Unreadable):
    """It is not there, though it is listed."""


class Changes(Struct, frozen=True, kw_only=True):
    """Events by their ids, each as it was told last, and the link that tells what changes from now on."""

    events: dict[str, Event] = field(default_factory=dict)
    link: str = ""


class Calendars:
    """Requests about one user's calendars."""

    def __init__(self, graph: Asking) -> None:
        self._graph = graph

    def all(self) -> list[Calendar]:
        """The calendars that the user has, their own and those shared with them. Raises NeedsUser where there can be none."""
        try:
            return list(self._listed("me/calendars", {"$select": "id,name,owner", "$top": "100"}, Calendar))
        except Gone as error:
            raise NeedsUser(NO_CALENDARS) from error

    def made(self) -> Calendar | None:
        """The calendar that we made, under whatever name."""
        try:
            return next(
                self._listed("me/calendars", {"$select": "id,name,owner", "$filter": same(MADE, OURS)}, Calendar), None
            )
        except Unreadable:
            return None

    def make(self, name: str) -> None:
        """Make a calendar of ours, or find that one of this name is there."""
        noted = {"singleValueExtendedProperties": [{"id": MADE, "value": OURS}]}
        for body in ({"name": name, **noted}, {"name": name}):
            reply = self._graph.ask("POST", "me/calendars", body=body)
            if reply.status != REFUSED:
                break
        if reply.status != CONFLICT:
            reply.good(WHAT)

    def changes(self, calendar: str, link: str, since: datetime, until: datetime) -> Changes | None:
        """What changed since the link was given; without one, all that touches [since, until). None for a link that is no more.

        Raises Unreadable besides what `Asking` does.
        """
        path = link or _path(calendar, view="calendarView/delta")
        window = {} if link else {"startDateTime": _utc(since), "endDateTime": _utc(until)}
        events: dict[str, Event] = {}
        next_link = ""
        for page in self._pages(path, window, Event):
            if page is None:
                if link:
                    return None
                raise Gone(GONE)
            events |= {each.id: each for each in page.value}
            next_link = page.delta_link
        return Changes(events=events, link=next_link)

    def event(self, calendar: str, event: str, query: Mapping[str, str] | None = None) -> Event | None:
        """One event; None where there is none, neither in the mailbox nor in the calendar, which may be another's."""
        for path in (_own(event), _path(calendar, event)):
            reply = self._graph.ask("GET", path, query=query, head={"Prefer": PREFER})
            if reply.status not in MISSING:
                return reply.told(Event, WHAT)
        return None

    def series(self, calendar: str, master: str) -> Event | None:
        """A series with its exceptions, and the days on which it was cancelled."""
        return self.event(calendar, master, {"$select": SERIES, "$expand": f"exceptionOccurrences($select={TOLD})"})

    def sequence(self, calendar: str, event: str) -> int | None:
        """The event's SEQUENCE (RFC 5545, 3.8.7.4), where it is known."""
        told = self.event(calendar, event, {"$select": "id", "$expand": expanded(SEQUENCE)})
        number = told.note(SEQUENCE) if told is not None else ""
        return int(number) if number.isdecimal() else None

    def view(self, calendar: str, start: datetime, end: datetime) -> Iterator[Event]:
        """What touches [start, end), series as their occurrences: times, and whether they are taken."""
        window = {"startDateTime": _utc(start), "endDateTime": _utc(end), "$select": TAKEN, "$top": "200"}
        return self._listed(_path(calendar, view="calendarView"), window, Event)

    def ours(self, calendar: str, since: datetime | None = None) -> Iterator[Event]:
        """The events of a calendar with what we noted in them; without those that were over by then."""
        later = {"$filter": f"end/dateTime ge '{since.astimezone(UTC):%Y-%m-%dT%H:%M:%S}'"} if since else {}
        return self._listed(_path(calendar), {**NOTED, "$top": "100", **later}, Event)

    def bearing(self, calendar: str, uid: str) -> Iterator[Event]:
        """The same, of the UID that we noted."""
        return self._listed(_path(calendar), {**NOTED, "$filter": same(UID, uid)}, Event)

    def create(self, calendar: str, body: object) -> Event | None:
        """Make an event, and give it as it stands; None where Graph has made one for this transactionId before."""
        reply = self._graph.ask("POST", _path(calendar), body=body, head={"Prefer": PREFER})
        is_repeated = reply.status == CONFLICT or REPEATED in reply.body
        return None if is_repeated else reply.told(Event, WHAT)

    def change(self, event: Event, body: object) -> Event | None:
        """Change an event, and give it as it stands; None where it is gone, or somebody changed it since it was read."""
        head = {"Prefer": PREFER, "If-Match": event.etag} if event.etag else {"Prefer": PREFER}
        reply = self._graph.ask("PATCH", _own(event.id), body=body, head=head)
        return None if reply.status in {*MISSING, CONFLICT, CHANGED} else reply.told(Event, WHAT)

    def delete(self, event: Event) -> bool:
        """Remove an event; one that is gone is no error. False where somebody changed it since it was read."""
        reply = self._graph.ask("DELETE", _own(event.id), head={"If-Match": event.etag} if event.etag else None)
        if reply.status not in MISSING | {CHANGED}:
            reply.good(WHAT)
        return reply.status != CHANGED

    def _listed(self, path: str, query: Mapping[str, str], kind: type[Kind]) -> Iterator[Kind]:
        for page in self._pages(path, query, kind):
            if page is None:
                raise Gone(GONE)
            yield from page.value

    def _pages(self, path: str, query: Mapping[str, str], kind: type[Kind]) -> Iterator[Page[Kind] | None]:
        """Page by page; None in the place of the first that is not there."""
        for _ in range(MOST_PAGES):
            reply = self._graph.ask("GET", path, query=query, head={"Prefer": PREFER})
            if reply.status in NO_SUCH_STATE:
                yield None
                return
            page = reply.told(Page[kind], WHAT)  # type: ignore[valid-type]  # it is a type as the program runs
            self._graph.followable(page.delta_link)
            yield page
            if not page.next_link:
                return
            path, query = page.next_link, {}
        raise Unreadable("A calendar of Outlook's goes on from page to page without an end: it is read anew.")


def _path(calendar: str, event: str = "", view: str = "events") -> str:
    return "/".join(["me/calendars", quote(calendar, safe=""), view, *([quote(event, safe="")] if event else [])])


def _own(event: str) -> str:
    return f"me/events/{quote(event, safe='')}"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
