"""Synchronization of one calendar: changes since the last read, or all events, as entries."""

from datetime import UTC, datetime

from msgspec import json

from afterword.ports import UnreadableItem
from afterword.recognition.entries.calendar_text import EntryText
from afterword.recognition.reading import Unreadable

from .calendar_api import CalendarApi, CalendarUnreadable, Changes
from .calendar_cursor import CalendarState, EventState
from .event_text import entry_text
from .events import Event


class CalendarSync:
    """After `read`: `state` is the calendar's new state, `changed` has the changed entries by UID, `deleted` the UIDs of deleted ones,
    `out_of_range` the UIDs of those that ended too long ago, and `unreadable` events that can't be converted. After an `error`
    there are no changes, and the next read is complete.
    """

    def __init__(self, api: CalendarApi, calendar_id: str, previous: CalendarState) -> None:
        self._api = api
        self._calendar_id = calendar_id
        self._previous = previous
        self.state = CalendarState(sync_token=previous.sync_token, zone=previous.zone, events=dict(previous.events))
        self.changed: dict[str, EntryText] = {}
        self.deleted: set[str] = set()
        self.out_of_range: set[str] = set()
        self.unreadable: list[UnreadableItem] = []
        self.error: CalendarUnreadable | None = None

    def read(self, since: datetime) -> bool:
        """Read the changes, or, if the token expired, all events that end after `since`. False if there is no such calendar."""
        try:
            return self._sync(since)
        except CalendarUnreadable as error:
            self.state = CalendarState(zone=self._previous.zone, events=self._previous.events)
            self.changed, self.deleted, self.out_of_range, self.unreadable = {}, set(), set(), []
            self.error = error
            return True

    def _sync(self, since: datetime) -> bool:
        changes = self._api.list_changes(self._calendar_id, self.state.sync_token) if self.state.sync_token else None
        if changes is not None:
            self._apply(changes, is_full=False)
            return True
        full = self._api.list_changes(self._calendar_id, "", since)
        if full is None:
            return False
        self.state.events = {}
        self._apply(full, is_full=True)
        self._find_out_of_range(since)
        return True

    def _apply(self, changes: Changes, *, is_full: bool) -> None:
        self.state.sync_token, self.state.zone = changes.sync_token, changes.zone or self.state.zone
        events_by_uid = self._group_by_uid(changes)
        for uid, events in events_by_uid.items():
            if any(map(self._belongs_to_series, events)) and not (is_full and any(each.recurrence for each in events)):
                self._reload_series(uid, events)
            for each in events:
                self._record(uid, each)
        current_uids = self.state.uids()
        self.deleted = events_by_uid.keys() - current_uids
        cancelled_instances = self._cancelled_instances()
        for uid, events in events_by_uid.items():
            existing = [each for each in events if each.id in self.state.events and not each.is_cancelled]
            if existing:
                self._convert(uid, existing, cancelled_instances.get(uid, []))

    def _group_by_uid(self, changes: Changes) -> dict[str, list[Event]]:
        """Deleted events come without a UID: it is looked up in the last state."""
        events_by_uid: dict[str, list[Event]] = {}
        for each in changes.events.values():
            series = changes.events.get(each.recurring_event_id)
            uid = each.uid or self._known_uid(each.id) or (series.uid if series is not None else "")
            uid = uid or self._known_uid(each.recurring_event_id)
            if uid:
                events_by_uid.setdefault(uid, []).append(each)
        return events_by_uid

    def _known_uid(self, event: str) -> str:
        state = self._previous.events.get(event)
        return state.uid if state is not None else ""

    def _belongs_to_series(self, event: Event) -> bool:
        state = self._previous.events.get(event.id)
        return event.belongs_to_series or (state is not None and (bool(state.series_id) or state.end is None))

    def _reload_series(self, uid: str, events: list[Event]) -> None:
        """Replace the events by the complete series: changes only contain the changed instances."""
        listed = {each.id: each for each in self._api.list_series(self._calendar_id, uid)}
        for event_id, state in list(self.state.events.items()):
            if state.uid == uid and not state.is_cancelled and event_id not in listed:
                del self.state.events[event_id]
        events[:] = [*(each for each in events if each.id not in listed), *listed.values()]

    def _record(self, uid: str, event: Event) -> None:
        series = event.recurring_event_id
        if not event.is_meeting or (event.is_cancelled and not series):
            self.state.events.pop(event.id, None)
        elif event.is_cancelled:
            previous = self._previous.events.get(event.id)
            had_time = previous is not None and (previous.had_own_time or not previous.is_cancelled)
            original = event.original_start_time
            cancelled = EventState(
                uid=uid, series_id=series, original_start=original, is_cancelled=True, had_own_time=had_time
            )
            self.state.events[event.id] = cancelled
        else:
            state = EventState(
                uid=uid, end=self._end_of(event), series_id=series, original_start=event.original_start_time
            )
            self.state.events[event.id] = state

    def _end_of(self, event: Event) -> datetime | None:
        """In UTC; None for a series, or a time that can't be parsed."""
        if event.end is None or event.recurrence:
            return None
        try:
            return event.end.moment(self.state.zone).astimezone(UTC)
        except (ValueError, OverflowError):
            return None

    def _cancelled_instances(self) -> dict[str, list[EventState]]:
        """The cancelled instances of series, by UID."""
        by_uid: dict[str, list[EventState]] = {}
        for each in self.state.events.values():
            if each.is_cancelled and each.original_start is not None:
                by_uid.setdefault(each.uid, []).append(each)
        return by_uid

    def _convert(self, uid: str, events: list[Event], cancelled: list[EventState]) -> None:
        try:
            had_time, had_no_time = (
                [
                    each.original_start
                    for each in cancelled
                    if each.original_start is not None and each.had_own_time is had
                ]
                for had in (True, False)
            )
            self.changed[uid] = entry_text(events, had_time, had_no_time, self.state.zone)
        except Unreadable as error:
            self._add_unreadable(uid, events, str(error))
        except Exception as error:  # noqa: BLE001 - whatever stands in one event, the others are read
            self._add_unreadable(uid, events, f"the event can't be understood ({type(error).__name__})")

    def _add_unreadable(self, uid: str, events: list[Event], reason: str) -> None:
        self.unreadable.append(UnreadableItem(raw=json.encode(events), ref=uid, reason=reason))

    def _find_out_of_range(self, since: datetime) -> None:
        """Events that are missing in a complete list were deleted, or ended before its range."""
        current_uids = self.state.uids()
        for event, state in self._previous.events.items():
            if not state.is_cancelled and state.uid not in current_uids and self._is_out_of_range(event, state, since):
                self.out_of_range.add(state.uid)

    def _is_out_of_range(self, event: str, state: EventState, since: datetime) -> bool:
        if state.end is not None:
            return state.end <= since
        current = self._api.get_event(self._calendar_id, event)
        return current is not None and not current.is_cancelled
