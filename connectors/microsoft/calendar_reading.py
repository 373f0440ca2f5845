"""One calendar, read from what was known of it: its changes, or all of it, as entries; and what is gone, or only out of sight."""

from datetime import datetime, timedelta

from msgspec import Struct, field, json
from msgspec.structs import replace

from afterword.ports import UnreadableItem
from afterword.recognition.calendar_text import EntryText

from .calendars import Calendars, Changes
from .event_text import Around, entry_text
from .events import Calendar, Event

BACK, AHEAD = timedelta(days=366), timedelta(days=180)
STALE = timedelta(days=30)
"""How far the window that should be read may be from the one that is, before all is read again in the new one."""


class Held(Struct, array_like=True):
    """An event as it was last told: its UID, when it ends (a series: None), and of a series when its exceptions were to begin."""

    uid: str
    ends: datetime | None = None
    exceptions: tuple[str, ...] = ()


class Known(Struct, kw_only=True):
    """What a calendar held at the last read: each event by its id, and the link that tells what changes from then on."""

    since: datetime
    link: str = ""
    events: dict[str, Held] = field(default_factory=dict)


class Reading:
    """`now` is what the calendar holds after it was read, `changed` the entries that were told, by UID; `out_of_sight` are
    the UIDs of those that left the window, and `refused` the events that can't be understood.
    """

    def __init__(self, calendars: Calendars, calendar: Calendar, before: Known) -> None:
        self._calendars = calendars
        self._calendar = calendar
        self._owner = (calendar.owner and calendar.owner.address) or ""
        self._single = Around(owner=self._owner)
        self._before = before
        self.now = Known(since=before.since, link=before.link, events=dict(before.events))
        self.changed: dict[str, EntryText] = {}
        self.out_of_sight: set[str] = set()
        self.refused: list[UnreadableItem] = []

    def read(self, since: datetime) -> None:
        """Read what changed; all of it where the window should begin elsewhere by now, or the link is no more."""
        if self.now.link and abs(since - self.now.since) < STALE:
            changes = self._changes(self.now.link)
            if changes is not None:
                self._take(changes)
                return
        self.now.since = since
        whole = self._changes("") or Changes()
        self._take(whole)
        told = {_series_of(each) or each.id for each in whole.events.values()}
        for each in self._before.events.keys() - told:
            self._look_for(each)

    def _changes(self, link: str) -> Changes | None:
        return self._calendars.changes(self._calendar.id, link, self.now.since, self.now.since + BACK + AHEAD)

    def _take(self, changes: Changes) -> None:
        self.now.link = changes.link
        for each in changes.events.values():
            if each.removed is None and not _series_of(each):
                self._put(each, self._single)
        for series in sorted({_series_of(each) for each in changes.events.values()} - {""}):
            self._put_series(series)
        removed = {each.id for each in changes.events.values() if each.removed is not None}
        known = removed & self.now.events.keys()
        for event in sorted(known):
            self._look_for(event)
        if removed - known:
            self._look_for_series()

    def _look_for(self, event: str) -> None:
        """An event that isn't told any more is gone, or lies outside of the window: Graph calls both deleted."""
        held = self.now.events.pop(event)
        if held.ends is not None and held.ends <= self.now.since:
            self.out_of_sight.add(held.uid)
            return
        there = self._calendars.event(self._calendar.id, event)
        if there is not None and held.ends is None:
            self.out_of_sight.add(held.uid)
        elif there is not None and not self._is_in_window(there):
            self._put(there, self._single)

    def _look_for_series(self) -> None:
        """What was removed may be occurrences, whose ids tell nothing of the series that they were of."""
        for each in [event for event, held in self.now.events.items() if held.ends is None]:
            if self._calendars.event(self._calendar.id, each) is None:
                del self.now.events[each]

    def _is_in_window(self, event: Event) -> bool:
        times = event.times
        return times is None or (times[0] < self.now.since + BACK + AHEAD and times[1] > self.now.since)

    def _put_series(self, series: str) -> None:
        """Keep a series as it stands, whichever of its occurrences changed; Graph tells of none that was deleted."""
        master = self._calendars.series(self._calendar.id, series)
        if master is None:
            self.now.events.pop(series, None)
            return
        held = self.now.events.get(series, Held(uid=""))
        exceptions = tuple(each for each in master.exception_occurrences or () if each.original_start)
        there = {each.original_start or "" for each in exceptions}
        gone = set(held.exceptions) - there if master.exception_occurrences is not None else set()
        around = Around(owner=self._owner, exceptions=exceptions, gone=tuple(sorted(gone)))
        self._put(master, around, seen=tuple(sorted(there | set(held.exceptions))))

    def _put(self, event: Event, around: Around, seen: tuple[str, ...] = ()) -> None:
        if event.is_ours:
            return
        around = replace(around, sequences=self._sequences(event, *around.exceptions))
        try:
            text = entry_text(event, around)
        except Exception as error:  # noqa: BLE001 - whatever stands in one event, the others are read
            reason = f"the event can't be understood ({type(error).__name__})"
            self.refused.append(UnreadableItem(raw=json.encode(event), ref=event.uid or event.id, reason=reason))
            return
        if text is not None:
            ends = event.times[1] if event.times and event.type != "seriesMaster" else None
            self.changed[text.uid] = text
            self.now.events[event.id] = Held(uid=text.uid, ends=ends, exceptions=seen)

    def _sequences(self, *events: Event) -> dict[str, int]:
        """Of what is called off: it counts only if it is no older than the invite that was seen in a mail."""
        called_off = [each.id for each in events if each.is_called_off]
        told = {each: self._calendars.sequence(self._calendar.id, each) for each in called_off}
        return {each: number for each, number in told.items() if number is not None}


def _series_of(event: Event) -> str:
    """The id of the series that an event is, or is of; "" for a single one, and for one that is gone."""
    if event.removed is not None:
        return ""
    return event.series_master_id or (event.id if event.type == "seriesMaster" else "")
