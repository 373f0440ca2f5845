"""A calendar in Outlook as a channel, with conditional writes (If-Match)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import ClassVar

from afterword.ports import ConnectorError, Invite, PlacedInvite, Unavailable, UserAction

from ..user_actions import UserActions
from .calendar_api import CalendarApi
from .calendar_selection import select_calendars
from .client import Connect
from .events import Calendar, Event
from .graph import connect
from .invite_events import digest_update, event_update, is_up_to_date, new_event, placed_entry, uid_of
from .settings import WRITE_CALENDARS, MicrosoftChannelSettings

MAX_TRIES = 3
CONFLICT_SENTENCE = "Outlook has another version of an invite each time: it is tried again later."


class MicrosoftChannel:
    """Writes only to the calendar with the configured name, which it creates on first use. Events have no attendees."""

    Settings: ClassVar[type[MicrosoftChannelSettings]] = MicrosoftChannelSettings

    def __init__(self, settings: MicrosoftChannelSettings, open_connection: Connect | None = None) -> None:
        """`open_connection` opens a Graph client, by default with the account's sign-in."""
        self._name = settings.calendar_name
        self._connect = open_connection or (lambda: connect(settings, [WRITE_CALENDARS], "your calendars"))
        self._actions = UserActions()
        self._calendar: Calendar | None = None
        self._present_uids: set[str] = set()
        """The UIDs of the invites that existed at the last `observe`."""

    def place(self, invite: Invite) -> None:
        """Create or update the invite; on a conflict, read it again and merge the user's changes (see `UserActions`).

        An invite with other attendees is left alone: Outlook would mail them every change.
        """
        with self._connected() as api:
            calendar = (
                self._calendar or self._find_calendar(api) or (None if invite.done else self._create_calendar(api))
            )
            if calendar is None or any(self._try_place(api, calendar, invite, attempt) for attempt in range(MAX_TRIES)):
                return
        raise Unavailable(CONFLICT_SENTENCE)

    def withdraw(self, placed: PlacedInvite, at: datetime) -> None:
        """Remove the invite, unless it has other attendees."""
        _ = at
        with self._connected() as api:
            self._present_uids.discard(placed.uid)
            calendar = self._calendar or self._find_calendar(api)
            if calendar is None or any(_try_withdraw(api, calendar, placed.uid) for _ in range(MAX_TRIES)):
                return
        raise Unavailable(CONFLICT_SENTENCE)

    def observe(self, placed: Sequence[PlacedInvite]) -> Iterator[UserAction]:
        """Yield what `UserActions` detects, and a deletion for each missing invite."""
        if not placed:
            return
        with self._connected() as api:
            calendar = self._find_calendar(api)
            if calendar is None:
                raise Unavailable(
                    f"The calendar {self._name!r} in Outlook is gone: bring it back, or make it anew, and all that stood in it counts as dismissed."
                )
            since = min(each.start for each in placed)
            events_by_uid = {uid_of(each): each for each in api.list_invites(calendar.id, since)}
            events = [(each, events_by_uid.get(each.uid) or _find_event(api, calendar, each.uid)) for each in placed]
            if any(event is None for _, event in events):  # which only the whole list can say: see `_find_in_list`
                events_by_uid = {uid_of(each): each for each in api.list_invites(calendar.id)}
                events = [(each, events_by_uid.get(each.uid)) for each in placed]
        self._present_uids = {each.uid for each, event in events if event is not None}
        for each, event in events:
            if event is None:
                yield UserAction(uid=each.uid, answer="deleted")
            else:
                yield from self._actions.detect(each, placed_entry(event))

    def check(self) -> str:
        """Return how many invites are in which calendar."""
        with self._connected() as api:
            calendar = self._find_calendar(api)
            if calendar is None:
                return f"{self._name} in Outlook (made with the first invite)"
            return f"{sum(1 for _ in api.list_invites(calendar.id))} in {calendar.name} in Outlook"

    def _try_place(self, api: CalendarApi, calendar: Calendar, invite: Invite, attempt: int) -> bool:
        current = _find_event(api, calendar, invite.uid) if attempt == 0 else _find_in_list(api, calendar, invite.uid)
        if current is None and (invite.done or invite.uid in self._present_uids):
            return True  # done, or deleted since the user was last looked at: the next look tells it
        if current is None:
            return self._store_digest(api, invite, api.create_event(calendar.id, new_event(invite, attempt)))
        if current.is_shared:
            return True
        entry = placed_entry(current)
        wanted = event_update(self._actions.with_user_changes(invite, entry), invite, current)
        if is_up_to_date(wanted, current):
            return True
        changed = api.patch_event(current, wanted)
        if entry is not None and entry.is_edited:
            return changed is not None
        return self._store_digest(api, invite, changed)

    @staticmethod
    def _store_digest(api: CalendarApi, invite: Invite, event: Event | None) -> bool:
        """Store the digest of the text as Outlook reformatted it, so that it does not count as edited; False if there is no event."""
        update = digest_update(event, invite) if event is not None else None
        if event is not None and update is not None:
            api.patch_event(event, update)
        return event is not None

    def _find_calendar(self, api: CalendarApi) -> Calendar | None:
        self._calendar = select_calendars(api, our_name=self._name).ours or api.find_our_calendar()
        return self._calendar

    def _create_calendar(self, api: CalendarApi) -> Calendar:
        api.create_calendar(self._name)
        created = self._find_calendar(api)
        if created is None:
            raise Unavailable("Outlook did not make a calendar for the invites: it is tried again later.")
        return created

    @contextmanager
    def _connected(self) -> Iterator[CalendarApi]:
        """Connect; after an error, forget the cached calendar."""
        try:
            with self._connect() as graph:
                yield CalendarApi(graph)
        except ConnectorError:
            self._calendar = None
            raise


def _try_withdraw(api: CalendarApi, calendar: Calendar, uid: str) -> bool:
    return all(each.is_shared or api.delete_event(each) for each in list(api.find_invites(calendar.id, uid)))


def _find_in_list(api: CalendarApi, calendar: Calendar, uid: str) -> Event | None:
    """Search all our events: a filter may not find a new event at once."""
    return next((each for each in api.list_invites(calendar.id) if uid_of(each) == uid), None)


def _find_event(api: CalendarApi, calendar: Calendar, uid: str) -> Event | None:
    return next(api.find_invites(calendar.id, uid), None)
