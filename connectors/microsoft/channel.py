"""A calendar of ours in Outlook as the place for invites: events for the user alone, changed only where nobody else did meanwhile."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import ClassVar

from afterword.ports import ConnectorError, Invite, PlacedInvite, Unavailable, UserAction

from ..user_actions import UserActions
from .asking import Opened
from .calendar_selection import found
from .calendars import Calendars
from .events import Calendar, Event
from .graph import opened
from .our_events import as_kept, entry_of, is_up_to_date, new_event_of, uid_of, update_of
from .settings import WRITE_CALENDARS, MicrosoftChannelSettings

TRIES = 3
OTHER_EACH_TIME = "Outlook has another version of an invite each time: it is tried again later."


class MicrosoftChannel:
    """Writes to the calendar of the name that is set, made on first use, and to no other."""

    Settings: ClassVar[type[MicrosoftChannelSettings]] = MicrosoftChannelSettings

    def __init__(self, settings: MicrosoftChannelSettings, opening: Opened | None = None) -> None:
        """`opening` gives what asks Graph, if it is not the account's own sign-in."""
        self._name = settings.calendar_name
        self._opened = opening or (lambda: opened(settings, [WRITE_CALENDARS], "your calendars"))
        self._actions = UserActions()
        self._found: Calendar | None = None
        self._standing: set[str] = set()
        """The UIDs of the invites that stood at the last look."""

    def place(self, invite: Invite) -> None:
        """Look the invite up, then create or change it; whoever else changed it meanwhile is read again, and respected.

        One to which the user invited others is left as it is: Outlook would tell them of each change.
        """
        with self._connected() as calendars:
            ours = self._found or self._ours(calendars) or (None if invite.done else self._made(calendars))
            if ours is None or any(self._is_placed(calendars, ours, invite, number) for number in range(TRIES)):
                return
        raise Unavailable(OTHER_EACH_TIME)

    def withdraw(self, placed: PlacedInvite, at: datetime) -> None:
        """Remove the invite, unless the user has invited others to it: then it is theirs, as in `place`."""
        _ = at
        with self._connected() as calendars:
            self._standing.discard(placed.uid)
            ours = self._found or self._ours(calendars)
            if ours is None or any(_is_withdrawn(calendars, ours, placed.uid) for _ in range(TRIES)):
                return
        raise Unavailable(OTHER_EACH_TIME)

    def observe(self, placed: Sequence[PlacedInvite]) -> Iterator[UserAction]:
        """What is not among those that are not over is looked up by itself before it counts as deleted."""
        if not placed:
            return
        with self._connected() as calendars:
            ours = self._ours(calendars)
            if ours is None:
                raise Unavailable(
                    f"The calendar {self._name!r} in Outlook is gone: bring it back, or make it anew, and all that stood in it counts as dismissed."
                )
            since = min(each.start for each in placed)
            there = {uid_of(each): each for each in calendars.ours(ours.id, since)}
            stands = [(each, there.get(each.uid) or _found(calendars, ours, each.uid)) for each in placed]
        self._standing = {each.uid for each, event in stands if event is not None}
        for each, event in stands:
            if event is None:
                yield UserAction(uid=each.uid, answer="deleted")
            else:
                yield from self._actions.detect(each, entry_of(event))

    def check(self) -> str:
        """How many invites stand in which calendar."""
        with self._connected() as calendars:
            ours = self._ours(calendars)
            if ours is None:
                return f"{self._name} in Outlook (made with the first invite)"
            return f"{sum(1 for _ in calendars.ours(ours.id))} in {ours.name} in Outlook"

    def _is_placed(self, calendars: Calendars, ours: Calendar, invite: Invite, number: int) -> bool:
        there = _found(calendars, ours, invite.uid) if number == 0 else _listed(calendars, ours, invite.uid)
        if there is None and (invite.done or invite.uid in self._standing):
            return True  # done, or deleted since the user was last looked at: the next look tells it
        if there is None:
            return self._is_kept(calendars, invite, calendars.create(ours.id, new_event_of(invite, number)))
        if there.is_shared:
            return True
        stands = entry_of(there)
        wanted = update_of(self._actions.with_user_changes(invite, stands), invite, there)
        if is_up_to_date(wanted, there):
            return True
        changed = calendars.change(there, wanted)
        if stands is not None and stands.is_edited:
            return changed is not None
        return self._is_kept(calendars, invite, changed)

    @staticmethod
    def _is_kept(calendars: Calendars, invite: Invite, event: Event | None) -> bool:
        """Where Outlook keeps our words in a form of its own, that is noted in the event: nobody has edited them."""
        noted = as_kept(event, invite) if event is not None else None
        if event is not None and noted is not None:
            calendars.change(event, noted)
        return event is not None

    def _ours(self, calendars: Calendars) -> Calendar | None:
        self._found = found(calendars, ours=self._name).ours or calendars.made()
        return self._found

    def _made(self, calendars: Calendars) -> Calendar:
        calendars.make(self._name)
        made = self._ours(calendars)
        if made is None:
            raise Unavailable("Outlook did not make a calendar for the invites: it is tried again later.")
        return made

    @contextmanager
    def _connected(self) -> Iterator[Calendars]:
        """Where our calendar is, is looked up anew after anything went wrong."""
        try:
            with self._opened() as graph:
                yield Calendars(graph)
        except ConnectorError:
            self._found = None
            raise


def _is_withdrawn(calendars: Calendars, ours: Calendar, uid: str) -> bool:
    return all(each.is_shared or calendars.delete(each) for each in list(calendars.bearing(ours.id, uid)))


def _listed(calendars: Calendars, ours: Calendar, uid: str) -> Event | None:
    """The event among all of ours: what Graph has made, it may not find at once."""
    return next((each for each in calendars.ours(ours.id) if uid_of(each) == uid), None)


def _found(calendars: Calendars, ours: Calendar, uid: str) -> Event | None:
    return next(calendars.bearing(ours.id, uid), None)
