"""A calendar of ours in the user's Google account as the place for invites: changed only where nobody else did meanwhile."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from afterword.ports import ConnectorError, Invite, PlacedInvite, Unavailable, UserAction

from ..user_actions import UserActions
from .calendar_selection import found
from .settings import GoogleChannelSettings

if TYPE_CHECKING:
    from .calendars import Calendars
    from .events import Calendar, Event

TRIES = 3
OTHER_EACH_TIME = "Google has another version of an invite each time: it is tried again later."


class GoogleChannel:
    """Writes to the calendar that it made, and to no other: more is not granted. It invites nobody, and has no mail sent."""

    Settings: ClassVar[type[GoogleChannelSettings]] = GoogleChannelSettings

    def __init__(self, settings: GoogleChannelSettings) -> None:
        self._settings = settings
        self._actions = UserActions()
        self._standing: set[str] = set()
        self._ours: tuple[str, ...] = ()

    def place(self, invite: Invite) -> None:
        """Look the invite up, then create or change it; whoever else changed it meanwhile is read again, and respected.

        One to which the user invited others is left as it is: each change would be seen in their calendars, too.
        """
        with self._connected() as calendars:
            ours = self._ours or self._found(calendars) or (() if invite.done else self._made(calendars))
            if not ours or any(self._is_placed(calendars, ours, invite) for _ in range(TRIES)):
                return
        raise Unavailable(OTHER_EACH_TIME)

    def withdraw(self, placed: PlacedInvite, at: datetime) -> None:
        """Remove the invite, unless the user has invited others to it: then it is theirs, as in `place`."""
        _ = at
        with self._connected() as calendars:
            self._standing.discard(placed.uid)
            ours = self._ours or self._found(calendars)
            if any(_is_withdrawn(calendars, ours, placed.uid) for _ in range(TRIES)):
                return
        raise Unavailable(OTHER_EACH_TIME)

    def observe(self, placed: Sequence[PlacedInvite]) -> Iterator[UserAction]:
        """What is not among all that is there is looked up by itself before it counts as deleted."""
        from .our_events import entry_of

        if not placed:
            return
        with self._connected() as calendars:
            there = self._there(calendars, min(each.start for each in placed))
            found = [(each, self._event(calendars, there, each.uid)) for each in placed]
        self._standing = {each.uid for each, event in found if event is not None}
        for each, event in found:
            if event is None:
                yield UserAction(uid=each.uid, answer="deleted")
            else:
                yield from self._actions.detect(each, entry_of(event))

    def check(self) -> str:
        """How many invites stand in which calendar."""
        with self._connected() as calendars:
            ours = self._places(calendars)
            if not ours:
                return f"{self._settings.calendar_name} in Google Calendar (made with the first invite)"
            listed = [calendars.changes(each.id, "") for each in ours]
            return f"{sum(len(each.events) for each in listed if each)} in {ours[0].name} in Google Calendar"

    def _is_placed(self, calendars: "Calendars", ours: tuple[str, ...], invite: Invite) -> bool:
        from .our_events import change_to, entry_of, event_id, event_of, is_up_to_date, update_of

        where, there = _looked_up(calendars, ours, event_id(invite.uid))
        if invite.done and (there is None or there.is_cancelled):
            return True
        if there is None:
            return calendars.create(where, {"id": event_id(invite.uid), **event_of(invite, invite)})
        if there.is_cancelled and invite.uid in self._standing:
            return True  # deleted since the user was last looked at: the next look tells it
        if there.is_shared:
            return True
        known = None if there.is_cancelled else entry_of(there)
        shown = self._actions.with_user_changes(invite, known)
        wanted = update_of(shown, invite, there)
        return is_up_to_date(wanted, there) or calendars.change(where, there, change_to(wanted))

    def _there(self, calendars: "Calendars", since: datetime) -> "dict[str, Event]":
        """What stands in our calendar and is not over by then, by the events' ids: most of it is done, and of long ago."""
        listed = [calendars.changes(each, "", since) for each in self._ours or self._found(calendars)]
        if not any(listed):
            name = self._settings.calendar_name
            raise Unavailable(
                f"The calendar {name!r} is gone from Google Calendar: bring it back, or make one of that name yourself, and all "
                "that stood in it counts as dismissed."
            )
        return {known: event for each in listed if each is not None for known, event in each.events.items()}

    def _event(self, calendars: "Calendars", there: "dict[str, Event]", uid: str) -> "Event | None":
        from .our_events import event_id

        known = there.get(event_id(uid)) or _looked_up(calendars, self._ours, event_id(uid))[1]
        return None if known is None or known.is_cancelled else known

    def _places(self, calendars: "Calendars") -> "tuple[Calendar, ...]":
        return found(calendars.all(), name=self._settings.calendar_name).ours

    def _found(self, calendars: "Calendars") -> tuple[str, ...]:
        self._ours = tuple(each.id for each in self._places(calendars))
        return self._ours

    def _made(self, calendars: "Calendars") -> tuple[str, ...]:
        """Looked up afterwards: what is made may have been made twice, for the line repeats what got no answer."""
        made = calendars.make(self._settings.calendar_name)
        return self._found(calendars) or (made.id,)

    @contextmanager
    def _connected(self) -> "Iterator[Calendars]":
        """Where our calendar is, is looked up anew after anything went wrong."""
        from .calendars import connected  # Google's library, which `status` does not need

        try:
            with connected(self._settings) as calendars:
                yield calendars
        except ConnectorError:
            self._ours = ()
            raise


def _is_withdrawn(calendars: "Calendars", ours: tuple[str, ...], uid: str) -> bool:
    from .our_events import event_id

    found = [(each, calendars.event(each, event_id(uid))) for each in ours]
    standing = [(each, there) for each, there in found if there is not None and not there.is_cancelled]
    return all(there.is_shared or calendars.delete(each, there) for each, there in standing)


def _looked_up(calendars: "Calendars", ours: tuple[str, ...], event: str) -> "tuple[str, Event | None]":
    """The event, and in which of ours it stands; where it stands in none, the one that it was deleted from, or comes to."""
    known = [(each, there) for each in ours if (there := calendars.event(each, event)) is not None]
    standing = [(each, there) for each, there in known if not there.is_cancelled]
    return next(iter([*standing, *known]), (ours[0], None))
