"""A calendar of ours on the user's server as the place for invites: created and changed only where nobody else did meanwhile."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import unquote, urlsplit

from afterword.ports import ConnectorError, Invite, NeedsUser, PlacedInvite, Unavailable, UserAction

from ..icalendar_text import file_name, invite_to_ical
from ..placed_entry import is_up_to_date, merge_properties, parse_entry
from ..user_actions import UserActions
from .settings import CaldavSettings

if TYPE_CHECKING:
    from .server import Place, Server, Stored

TRIES = 3
NEW = {"If-None-Match": "*"}


class CaldavChannel:
    """Writes to the calendar of the name that is set, made on first use, and to no other."""

    Settings: ClassVar[type[CaldavSettings]] = CaldavSettings

    def __init__(self, settings: CaldavSettings) -> None:
        self._settings = settings
        self._component = "VTODO" if settings.tasks else "VEVENT"
        self._actions = UserActions()
        self._found: Place | None = None

    def place(self, invite: Invite) -> None:
        """Look the invite up, then create or change it; whoever else changed it meanwhile is read again, and respected."""
        with self._connected() as server:
            ours = self._found or self._ours(server) or (None if invite.done else self._made(server))
            if ours is None or any(self._is_placed(server, ours, invite) for _ in range(TRIES)):
                return
        raise self._other_each_time()

    def withdraw(self, placed: PlacedInvite, at: datetime) -> None:
        """Remove the invite, unless the user has invited others to it: then it is theirs, as in `place`."""
        _ = at
        with self._connected() as server:
            ours = self._found or self._ours(server)
            if ours is None or any(self._is_withdrawn(server, ours, placed.uid) for _ in range(TRIES)):
                return
        raise self._other_each_time()

    def observe(self, placed: Sequence[PlacedInvite]) -> Iterator[UserAction]:
        """What a server leaves out of its answer is looked up by itself, and by its UID, before it counts as deleted."""
        if not placed:
            return
        with self._connected() as server:
            ours = self._ours(server)
            if ours is None:
                name, host = self._settings.calendar, self._settings.host
                raise Unavailable(
                    f"The calendar {name!r} on {host} is gone: bring it back, or make one of that name yourself, and all "
                    "that stood in it counts as dismissed."
                )
            stored_by_path = {
                each.path: each for each in server.entries(ours, [_path(ours, each.uid) for each in placed])
            }
            found = [
                (each, stored_by_path.get(_path(ours, each.uid)) or self._by_uid(server, ours, each.uid))
                for each in placed
            ]
        for each, stored in found:
            if stored is None:
                yield UserAction(uid=each.uid, answer="deleted")
            else:
                yield from self._actions.detect(each, parse_entry(stored.text))

    def check(self) -> str:
        """How many invites stand in which calendar."""
        with self._connected() as server:
            ours = self._ours(server)
            if ours is None:
                return f"{self._settings.calendar} on {self._settings.host} (made with the first invite)"
            return f"{len(server.query(ours, self._component))} in {ours.name} on {self._settings.host}"

    def _is_placed(self, server: "Server", ours: "Place", invite: Invite) -> bool:
        stored = self._stored(server, ours, invite.uid)
        if stored is None and invite.done:
            return True
        if stored is None:
            return server.put(ours, _path(ours, invite.uid), self._to_ical(invite, invite), NEW)
        there = parse_entry(stored.text)
        if _is_shared(stored):
            return True
        shown = self._actions.with_user_changes(invite, there)
        text = merge_properties(self._to_ical(shown, invite), stored.text)
        return is_up_to_date(text, stored.text) or server.put(ours, stored.path, text, stored.precondition)

    def _is_withdrawn(self, server: "Server", ours: "Place", uid: str) -> bool:
        stored = self._stored(server, ours, uid)
        return stored is None or _is_shared(stored) or server.delete(ours, stored)

    def _other_each_time(self) -> Unavailable:
        return Unavailable(
            f"{self._settings.host} has another version of an invite each time: it is tried again later."
        )

    def _to_ical(self, shown: Invite, original: Invite) -> bytes:
        return invite_to_ical(shown, original, task=self._settings.tasks)

    def _stored(self, server: "Server", ours: "Place", uid: str) -> "Stored | None":
        """The invite under our own name for it, or under another that a program has given it since."""
        return server.entry(ours, _path(ours, uid)) or self._by_uid(server, ours, uid)

    def _by_uid(self, server: "Server", ours: "Place", uid: str) -> "Stored | None":
        return server.by_uid(ours, self._component, uid)

    def _ours(self, server: "Server") -> "Place | None":
        from .places import found

        self._found = found(server, self._settings).ours
        return self._found

    def _made(self, server: "Server") -> "Place":
        from .places import found

        name, new = self._settings.calendar, found(server, self._settings).new
        is_made = server.make_calendar(new.url, new.name, self._component)
        made = found(server, self._settings).ours or (new if is_made else None)
        if made is None:
            raise NeedsUser(f"{self._settings.host} makes no calendars for us: make one of the name {name!r} yourself.")
        return made

    @contextmanager
    def _connected(self) -> "Iterator[Server]":
        """Where our calendar is, is looked up anew after anything went wrong."""
        from .connecting import connected  # caldav and niquests, which `status` does not need

        try:
            with connected(self._settings) as server:
                yield server
        except ConnectorError:
            self._found = None
            raise


def _is_shared(stored: "Stored") -> bool:
    there = parse_entry(stored.text)
    return there is not None and there.shared


def _path(place: "Place", uid: str) -> str:
    return unquote(urlsplit(place.url).path).rstrip("/") + "/" + file_name(uid)
