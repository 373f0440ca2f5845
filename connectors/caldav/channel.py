"""A CalDAV calendar as a channel, with conditional writes (If-Match, If-None-Match)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import unquote, urlsplit

from afterword.ports import ConnectorError, Invite, NeedsUser, PlacedInvite, Unavailable, UserAction

from ..icalendar_text import file_name, invite_to_ical
from ..placed_entry import is_shared, is_up_to_date, merge_properties, parse_entry
from ..user_actions import UserActions
from .settings import CaldavSettings

if TYPE_CHECKING:
    from .server import CalendarCollection, CalendarResource, Server

MAX_TRIES = 3
IF_NONE_MATCH = {"If-None-Match": "*"}


class CaldavChannel:
    """Writes only to the calendar with the configured name, which it creates on first use."""

    Settings: ClassVar[type[CaldavSettings]] = CaldavSettings

    def __init__(self, settings: CaldavSettings) -> None:
        self._settings = settings
        self._component = "VTODO" if settings.tasks else "VEVENT"
        self._actions = UserActions()
        self._calendar: CalendarCollection | None = None

    def place(self, invite: Invite) -> None:
        """Create or update the invite; on a conflict, read it again and merge the user's changes (see `UserActions`)."""
        with self._connected() as server:
            calendar = (
                self._calendar
                or self._find_calendar(server)
                or (None if invite.done else self._create_calendar(server))
            )
            if calendar is None or any(self._try_place(server, calendar, invite) for _ in range(MAX_TRIES)):
                return
        raise self._conflict_error()

    def withdraw(self, placed: PlacedInvite, at: datetime) -> None:
        """Remove the invite, unless it has other attendees."""
        _ = at
        with self._connected() as server:
            calendar = self._calendar or self._find_calendar(server)
            if calendar is None or any(self._try_withdraw(server, calendar, placed.uid) for _ in range(MAX_TRIES)):
                return
        raise self._conflict_error()

    def observe(self, placed: Sequence[PlacedInvite]) -> Iterator[UserAction]:
        """Yield what `UserActions` detects, and a deletion for each invite found neither by path nor by UID."""
        if not placed:
            return
        with self._connected() as server:
            calendar = self._find_calendar(server)
            if calendar is None:
                name, host = self._settings.calendar, self._settings.host
                raise Unavailable(
                    f"The calendar {name!r} on {host} is gone: bring it back, or make one of that name yourself, and all "
                    "that stood in it counts as dismissed."
                )
            paths = {each.uid: _resource_path(calendar, each.uid) for each in placed}
            found = {each.path: each for each in server.multiget(calendar, paths.values())}
            resources = [
                (each, found.get(paths[each.uid]) or self._find_by_uid(server, calendar, each.uid)) for each in placed
            ]
        for each, resource in resources:
            if resource is None:
                yield UserAction(uid=each.uid, answer="deleted")
            else:
                yield from self._actions.detect(each, parse_entry(resource.text))

    def check(self) -> str:
        """Return how many invites are in which calendar."""
        with self._connected() as server:
            calendar = self._find_calendar(server)
            if calendar is None:
                return f"{self._settings.calendar} on {self._settings.host} (made with the first invite)"
            return f"{len(server.query(calendar, self._component))} in {calendar.name} on {self._settings.host}"

    def _try_place(self, server: "Server", calendar: "CalendarCollection", invite: Invite) -> bool:
        resource = self._find_resource(server, calendar, invite.uid)
        if resource is None and invite.done:
            return True
        if resource is None:
            return server.put(
                calendar, _resource_path(calendar, invite.uid), self._to_ical(invite, invite), IF_NONE_MATCH
            )
        entry = parse_entry(resource.text)
        if is_shared(entry):
            return True
        merged = self._actions.with_user_changes(invite, entry)
        text = merge_properties(self._to_ical(merged, invite), resource.text)
        return is_up_to_date(text, resource.text) or server.put(calendar, resource.path, text, resource.precondition)

    def _try_withdraw(self, server: "Server", calendar: "CalendarCollection", uid: str) -> bool:
        resource = self._find_resource(server, calendar, uid)
        return resource is None or is_shared(parse_entry(resource.text)) or server.delete(calendar, resource)

    def _conflict_error(self) -> Unavailable:
        return Unavailable(
            f"{self._settings.host} has another version of an invite each time: it is tried again later."
        )

    def _to_ical(self, invite: Invite, original: Invite) -> bytes:
        return invite_to_ical(invite, original, task=self._settings.tasks)

    def _find_resource(self, server: "Server", calendar: "CalendarCollection", uid: str) -> "CalendarResource | None":
        """The invite's resource, under our path or another that a program moved it to."""
        return server.get(calendar, _resource_path(calendar, uid)) or self._find_by_uid(server, calendar, uid)

    def _find_by_uid(self, server: "Server", calendar: "CalendarCollection", uid: str) -> "CalendarResource | None":
        return server.find_by_uid(calendar, self._component, uid)

    def _find_calendar(self, server: "Server") -> "CalendarCollection | None":
        from .calendar_selection import select_calendars

        self._calendar = select_calendars(server, self._settings).ours
        return self._calendar

    def _create_calendar(self, server: "Server") -> "CalendarCollection":
        from .calendar_selection import select_calendars

        name, new = self._settings.calendar, select_calendars(server, self._settings).new
        is_created = server.make_calendar(new.url, new.name, self._component)
        created = select_calendars(server, self._settings).ours or (new if is_created else None)
        if created is None:
            raise NeedsUser(f"{self._settings.host} makes no calendars for us: make one of the name {name!r} yourself.")
        return created

    @contextmanager
    def _connected(self) -> "Iterator[Server]":
        """Connect; after an error, forget the cached calendar."""
        from .connection import connect  # caldav and niquests, which `status` does not need

        try:
            with connect(self._settings) as server:
                yield server
        except ConnectorError:
            self._calendar = None
            raise


def _resource_path(calendar: "CalendarCollection", uid: str) -> str:
    return unquote(urlsplit(calendar.url).path).rstrip("/") + "/" + file_name(uid)
