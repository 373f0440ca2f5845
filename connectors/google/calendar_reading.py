"""One calendar, read from what was known of it: its changes, or all of it, as entries; and what is gone, or only out of sight."""

from datetime import UTC, datetime

from msgspec import json

from afterword.ports import UnreadableItem
from afterword.recognition.calendar_text import EntryText
from afterword.recognition.reading import Unreadable

from .calendar_cursor import Held, Known
from .calendars import Calendars, CalendarUnreadable, Changes
from .event_text import entry_text
from .events import Event


class Reading:
    """`now` is what the calendar holds after it was read, `changed` the entries that were told, by UID; `deleted` are the UIDs that it
    was told of as deleted, `out_of_sight` those that ended long ago, and `refused` the events that can't be understood. Where it
    `failed`, nothing was told, and it is read whole the next time.
    """

    def __init__(self, calendars: Calendars, calendar: str, before: Known) -> None:
        self._calendars = calendars
        self._calendar = calendar
        self._before = before
        self.now = Known(token=before.token, zone=before.zone, events=dict(before.events))
        self.changed: dict[str, EntryText] = {}
        self.deleted: set[str] = set()
        self.out_of_sight: set[str] = set()
        self.refused: list[UnreadableItem] = []
        self.failed: CalendarUnreadable | None = None

    def read(self, since: datetime) -> bool:
        """Read what changed; all that ends after `since` where the token is no more. False where there is no such calendar."""
        try:
            return self._read(since)
        except CalendarUnreadable as error:
            self.now = Known(zone=self._before.zone, events=self._before.events)
            self.changed, self.deleted, self.out_of_sight, self.refused = {}, set(), set(), []
            self.failed = error
            return True

    def _read(self, since: datetime) -> bool:
        changes = self._calendars.changes(self._calendar, self.now.token) if self.now.token else None
        if changes is not None:
            self._take(changes, is_whole=False)
            return True
        whole = self._calendars.changes(self._calendar, "", since)
        if whole is None:
            return False
        self.now.events = {}
        self._take(whole, is_whole=True)
        self._look_for_others(since)
        return True

    def _take(self, changes: Changes, *, is_whole: bool) -> None:
        self.now.token, self.now.zone = changes.token, changes.zone or self.now.zone
        told = self._by_uid(changes)
        for uid, events in told.items():
            if any(map(self._is_of_a_series, events)) and not (is_whole and any(each.recurrence for each in events)):
                self._take_series(uid, events)
            for each in events:
                self._hold(uid, each)
        standing = self.now.uids()
        self.deleted = told.keys() - standing
        instances = self._called_off()
        for uid, events in told.items():
            there = [each for each in events if each.id in self.now.events and not each.is_cancelled]
            if there:
                self._write(uid, there, instances.get(uid, []))

    def _by_uid(self, changes: Changes) -> dict[str, list[Event]]:
        """Of what is deleted, the UID is what it was."""
        told: dict[str, list[Event]] = {}
        for each in changes.events.values():
            series = changes.events.get(each.recurring_event_id)
            uid = each.uid or self._known_uid(each.id) or (series.uid if series is not None else "")
            uid = uid or self._known_uid(each.recurring_event_id)
            if uid:
                told.setdefault(uid, []).append(each)
        return told

    def _known_uid(self, event: str) -> str:
        held = self._before.events.get(event)
        return held.uid if held is not None else ""

    def _is_of_a_series(self, event: Event) -> bool:
        held = self._before.events.get(event.id)
        return event.is_of_a_series or (held is not None and (bool(held.series) or held.ends is None))

    def _take_series(self, uid: str, events: list[Event]) -> None:
        """Ask for a series as a whole: a change tells of one instance without the others."""
        listed = {each.id: each for each in self._calendars.series(self._calendar, uid)}
        for known, held in list(self.now.events.items()):
            if held.uid == uid and not held.is_off and known not in listed:
                del self.now.events[known]
        events[:] = [*(each for each in events if each.id not in listed), *listed.values()]

    def _hold(self, uid: str, event: Event) -> None:
        series = event.recurring_event_id
        if not event.is_meeting or (event.is_cancelled and not series):
            self.now.events.pop(event.id, None)
        elif event.is_cancelled:
            before = self._before.events.get(event.id)
            had_time = before is not None and (before.had_time or not before.is_off)
            original = event.original_start_time
            off = Held(uid=uid, series=series, original=original, is_off=True, had_time=had_time)
            self.now.events[event.id] = off
        else:
            held = Held(uid=uid, ends=self._end(event), series=series, original=event.original_start_time)
            self.now.events[event.id] = held

    def _end(self, event: Event) -> datetime | None:
        """In UTC; None for what has none that can be understood, or goes on."""
        if event.end is None or event.recurrence:
            return None
        try:
            return event.end.moment(self.now.zone).astimezone(UTC)
        except (ValueError, OverflowError):
            return None

    def _called_off(self) -> dict[str, list[Held]]:
        """By UID, the instances that will not be."""
        found: dict[str, list[Held]] = {}
        for each in self.now.events.values():
            if each.is_off and each.original is not None:
                found.setdefault(each.uid, []).append(each)
        return found

    def _write(self, uid: str, events: list[Event], off: list[Held]) -> None:
        try:
            had_time, had_none = (
                [each.original for each in off if each.original is not None and each.had_time is had]
                for had in (True, False)
            )
            self.changed[uid] = entry_text(events, had_time, had_none, self.now.zone)
        except Unreadable as error:
            self._refuse(uid, events, str(error))
        except Exception as error:  # noqa: BLE001 - whatever stands in one event, the others are read
            self._refuse(uid, events, f"the event can't be understood ({type(error).__name__})")

    def _refuse(self, uid: str, events: list[Event], reason: str) -> None:
        self.refused.append(UnreadableItem(raw=json.encode(events), ref=uid, reason=reason))

    def _look_for_others(self, since: datetime) -> None:
        """What a whole list leaves out ended before it begins, or is gone."""
        standing = self.now.uids()
        for event, held in self._before.events.items():
            if not held.is_off and held.uid not in standing and self._has_ended(event, held, since):
                self.out_of_sight.add(held.uid)

    def _has_ended(self, event: str, held: Held, since: datetime) -> bool:
        if held.ends is not None:
            return held.ends <= since
        there = self._calendars.event(self._calendar, event)
        return there is not None and not there.is_cancelled
