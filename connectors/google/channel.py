"""A calendar in the user's Google account as a channel, with conditional writes (If-Match)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from afterword.ports import ConnectorError, Invite, PlacedInvite, Unavailable, UserAction

from ..user_actions import UserActions
from .calendar_selection import select_calendars
from .settings import GoogleChannelSettings

if TYPE_CHECKING:
    from .calendar_api import CalendarApi
    from .events import Calendar, Event

MAX_TRIES = 3
CONFLICT_SENTENCE = "Google has another version of an invite each time: it is tried again later."


class GoogleChannel:
    """Writes only to the calendar that it created, which is all that its scope allows. Events have no attendees, and no mails are sent."""

    Settings: ClassVar[type[GoogleChannelSettings]] = GoogleChannelSettings

    def __init__(self, settings: GoogleChannelSettings) -> None:
        self._settings = settings
        self._actions = UserActions()
        self._present_uids: set[str] = set()
        self._calendar_ids: tuple[str, ...] = ()

    def place(self, invite: Invite) -> None:
        """Create or update the invite; on a conflict, read it again and merge the user's changes (see `UserActions`).

        An invite with other attendees is left alone: they would see every change.
        """
        with self._connected() as api:
            calendar_ids = (
                self._calendar_ids or self._find_calendars(api) or (() if invite.done else self._create_calendar(api))
            )
            if not calendar_ids or any(self._try_place(api, calendar_ids, invite) for _ in range(MAX_TRIES)):
                return
        raise Unavailable(CONFLICT_SENTENCE)

    def withdraw(self, placed: PlacedInvite, at: datetime) -> None:
        """Remove the invite, unless it has other attendees."""
        _ = at
        with self._connected() as api:
            self._present_uids.discard(placed.uid)
            calendar_ids = self._calendar_ids or self._find_calendars(api)
            if any(_try_withdraw(api, calendar_ids, placed.uid) for _ in range(MAX_TRIES)):
                return
        raise Unavailable(CONFLICT_SENTENCE)

    def observe(self, placed: Sequence[PlacedInvite]) -> Iterator[UserAction]:
        """Yield what `UserActions` detects, and a deletion for each missing invite."""
        from .invite_events import placed_entry

        if not placed:
            return
        with self._connected() as api:
            current = self._list_current(api, min(each.start for each in placed))
            events = [(each, self._find_event(api, current, each.uid)) for each in placed]
        self._present_uids = {each.uid for each, event in events if event is not None}
        for each, event in events:
            if event is None:
                yield UserAction(uid=each.uid, answer="deleted")
            else:
                yield from self._actions.detect(each, placed_entry(event))

    def check(self) -> str:
        """Return how many invites are in which calendar."""
        with self._connected() as api:
            calendars = self._our_calendars(api)
            if not calendars:
                return f"{self._settings.calendar_name} in Google Calendar (made with the first invite)"
            listed = [api.list_changes(each.id, "") for each in calendars]
            return f"{sum(len(each.events) for each in listed if each)} in {calendars[0].name} in Google Calendar"

    def _try_place(self, api: "CalendarApi", calendar_ids: tuple[str, ...], invite: Invite) -> bool:
        from .invite_events import event_id, event_update, invite_to_event, is_up_to_date, patch_body, placed_entry

        calendar_id, current = _look_up(api, calendar_ids, event_id(invite.uid))
        if invite.done and (current is None or current.is_cancelled):
            return True
        if current is None:
            return api.create_event(calendar_id, {"id": event_id(invite.uid), **invite_to_event(invite, invite)})
        if current.is_cancelled and invite.uid in self._present_uids:
            return True  # deleted since the user was last looked at: the next look tells it
        if current.is_shared:
            return True
        entry = None if current.is_cancelled else placed_entry(current)
        merged = self._actions.with_user_changes(invite, entry)
        wanted = event_update(merged, invite, current)
        return is_up_to_date(wanted, current) or api.patch_event(calendar_id, current, patch_body(wanted))

    def _list_current(self, api: "CalendarApi", since: datetime) -> "dict[str, Event]":
        """The events of our calendar that end after `since`, by id: most are older."""
        listed = [api.list_changes(each, "", since) for each in self._calendar_ids or self._find_calendars(api)]
        if not any(listed):
            name = self._settings.calendar_name
            raise Unavailable(
                f"The calendar {name!r} is gone from Google Calendar: bring it back, or make one of that name yourself, and all "
                "that stood in it counts as dismissed."
            )
        return {key: event for each in listed if each is not None for key, event in each.events.items()}

    def _find_event(self, api: "CalendarApi", current: "dict[str, Event]", uid: str) -> "Event | None":
        from .invite_events import event_id

        event = current.get(event_id(uid)) or _look_up(api, self._calendar_ids, event_id(uid))[1]
        return None if event is None or event.is_cancelled else event

    def _our_calendars(self, api: "CalendarApi") -> "tuple[Calendar, ...]":
        return select_calendars(api.list_calendars(), name=self._settings.calendar_name).ours

    def _find_calendars(self, api: "CalendarApi") -> tuple[str, ...]:
        self._calendar_ids = tuple(each.id for each in self._our_calendars(api))
        return self._calendar_ids

    def _create_calendar(self, api: "CalendarApi") -> tuple[str, ...]:
        """Create the calendar, and list it: a retry without response may have created two."""
        created = api.create_calendar(self._settings.calendar_name)
        return self._find_calendars(api) or (created.id,)

    @contextmanager
    def _connected(self) -> "Iterator[CalendarApi]":
        """Connect; after an error, forget the cached calendar ids."""
        from .calendar_api import connect  # Google's library, which `status` does not need

        try:
            with connect(self._settings) as api:
                yield api
        except ConnectorError:
            self._calendar_ids = ()
            raise


def _try_withdraw(api: "CalendarApi", calendar_ids: tuple[str, ...], uid: str) -> bool:
    from .invite_events import event_id

    events = [(each, api.get_event(each, event_id(uid))) for each in calendar_ids]
    present = [(each, event) for each, event in events if event is not None and not event.is_cancelled]
    return all(event.is_shared or api.delete_event(each, event) for each, event in present)


def _look_up(api: "CalendarApi", calendar_ids: tuple[str, ...], event_id: str) -> "tuple[str, Event | None]":
    """The event, and the id of its calendar; if it exists in none, of the one that it was deleted from, or of the first."""
    found = [(each, event) for each in calendar_ids if (event := api.get_event(each, event_id)) is not None]
    present = [(each, event) for each, event in found if not event.is_cancelled]
    return next(iter([*present, *found]), (calendar_ids[0], None))
