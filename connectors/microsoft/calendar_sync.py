"""Synchronization of one calendar: changes since the last read, or all events in a time window, as entries."""

from datetime import datetime, timedelta

from msgspec import Struct, field, json
from msgspec.structs import replace

from afterword.ports import UnreadableItem
from afterword.recognition.entries.calendar_text import EntryText

from .calendar_api import CalendarApi, Changes
from .event_text import EventContext, entry_text
from .events import Calendar, Event

HISTORY, LOOKAHEAD = timedelta(days=366), timedelta(days=180)
MAX_WINDOW_DRIFT = timedelta(days=30)
"""The window is moved, which takes a complete read, when it should start this much later than it does."""


class EventState(Struct, array_like=True):
    """An event at the last read: UID, end (None for a series), and the original starts of a series' exceptions."""

    uid: str
    end: datetime | None = None
    exception_starts: tuple[str, ...] = ()


class CalendarState(Struct, kw_only=True):
    """A calendar at the last read: the start of the window, the delta link, and the events by id."""

    since: datetime
    delta_link: str = field(default="", name="link")
    events: dict[str, EventState] = field(default_factory=dict)


class CalendarSync:
    """After `read`: `state` is the calendar's new state, `changed` has the changed entries by UID, `deleted` the UIDs of those that Graph
    reported as deleted, `out_of_window` of those that left the window, and `unreadable` the events that can't be converted.
    """

    def __init__(self, api: CalendarApi, calendar: Calendar, previous: CalendarState) -> None:
        self._api = api
        self._calendar = calendar
        self._owner = (calendar.owner and calendar.owner.address) or ""
        self._single_context = EventContext(owner=self._owner)
        self._previous = previous
        self.state = CalendarState(since=previous.since, delta_link=previous.delta_link, events=dict(previous.events))
        self.changed: dict[str, EntryText] = {}
        self.deleted: set[str] = set()
        self.out_of_window: set[str] = set()
        self.unreadable: list[UnreadableItem] = []

    def read(self, since: datetime) -> None:
        """Read the changes, or, if the window moved or the delta link expired, all events."""
        if self.state.delta_link and abs(since - self.state.since) < MAX_WINDOW_DRIFT:
            changes = self._changes(self.state.delta_link)
            if changes is not None:
                self._apply(changes)
                return
        self.state.since = since
        full = self._changes("") or Changes()
        self._apply(full)
        listed_ids = {_series_id(each) or each.id for each in full.events.values()}
        for each in self._previous.events.keys() - listed_ids:
            self._classify_missing(each)

    def _changes(self, link: str) -> Changes | None:
        return self._api.list_changes(self._calendar.id, link, self.state.since, self.state.since + HISTORY + LOOKAHEAD)

    def _apply(self, changes: Changes) -> None:
        self.state.delta_link = changes.delta_link
        for each in changes.events.values():
            if each.removed is None and not _series_id(each):
                self._convert(each, self._single_context)
        for series in sorted({_series_id(each) for each in changes.events.values()} - {""}):
            self._convert_series(series)
        removed = {each.id for each in changes.events.values() if each.removed is not None}
        known = removed & self.state.events.keys()
        for event in sorted(known):
            uid = self.state.events[event].uid
            if self._classify_missing(event):
                self.deleted.add(uid)
        if removed - known:
            self._drop_deleted_series()

    def _classify_missing(self, event: str) -> bool:
        """Find out whether a missing event was deleted or left the window: Graph reports both as deleted. Return whether it is gone."""
        event_state = self.state.events.pop(event)
        if event_state.end is not None and event_state.end <= self.state.since:
            self.out_of_window.add(event_state.uid)
            return False
        current = self._api.get_event(self._calendar.id, event)
        if current is not None and event_state.end is None:
            self.out_of_window.add(event_state.uid)
        elif current is not None and not self._is_in_window(current):
            self._convert(current, self._single_context)
        return current is None

    def _drop_deleted_series(self) -> None:
        """Check all series after removals of unknown ids: these may be occurrences, whose ids don't name their series."""
        for each in [event for event, event_state in self.state.events.items() if event_state.end is None]:
            if self._api.get_event(self._calendar.id, each) is None:
                self.deleted.add(self.state.events.pop(each).uid)

    def _is_in_window(self, event: Event) -> bool:
        times = event.times
        return times is None or (times[0] < self.state.since + HISTORY + LOOKAHEAD and times[1] > self.state.since)

    def _convert_series(self, series: str) -> None:
        """Read a series completely when any occurrence changed; deleted occurrences are not reported."""
        master = self._api.get_series(self._calendar.id, series)
        if master is None:
            self.state.events.pop(series, None)
            return
        event_state = self.state.events.get(series, EventState(uid=""))
        exceptions = tuple(each for each in master.exception_occurrences or () if each.original_start)
        starts = {each.original_start or "" for each in exceptions}
        cancelled = set(event_state.exception_starts) - starts if master.exception_occurrences is not None else set()
        context = EventContext(owner=self._owner, exceptions=exceptions, cancelled_starts=tuple(sorted(cancelled)))
        self._convert(master, context, exception_starts=tuple(sorted(starts | set(event_state.exception_starts))))

    def _convert(self, event: Event, context: EventContext, exception_starts: tuple[str, ...] = ()) -> None:
        if event.is_ours:
            return
        context = replace(context, sequences=self._sequences(event, *context.exceptions))
        try:
            text = entry_text(event, context)
        except Exception as error:  # noqa: BLE001 - whatever stands in one event, the others are read
            reason = f"the event can't be understood ({type(error).__name__})"
            self.unreadable.append(UnreadableItem(raw=json.encode(event), ref=event.uid or event.id, reason=reason))
            return
        if text is not None:
            end = event.times[1] if event.times and event.type != "seriesMaster" else None
            self.changed[text.uid] = text
            self.state.events[event.id] = EventState(uid=text.uid, end=end, exception_starts=exception_starts)

    def _sequences(self, *events: Event) -> dict[str, int]:
        """The SEQUENCE of cancelled events: a cancellation only counts if it is not older than an invitation by mail."""
        cancelled = [each.id for each in events if each.is_cancelled_or_declined]
        sequences = {each: self._api.get_sequence(self._calendar.id, each) for each in cancelled}
        return {each: number for each, number in sequences.items() if number is not None}


def _series_id(event: Event) -> str:
    """The id of the event's series; "" for a single event, and for a removed one."""
    if event.removed is not None:
        return ""
    return event.series_master_id or (event.id if event.type == "seriesMaster" else "")
