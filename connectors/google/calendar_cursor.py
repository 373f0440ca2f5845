"""The cursor of the calendars."""

from datetime import datetime

from msgspec import Struct, field

from .events import EventTime


class EventState(Struct, array_like=True):
    """An event at the last read; `end` is None for a series. For an instance of a series: the series' id, the original start, whether it
    is cancelled, and whether it had a time other than the original one before.
    """

    uid: str
    end: datetime | None = None
    series_id: str = ""
    original_start: EventTime | None = None
    is_cancelled: bool = False
    had_own_time: bool = False


class CalendarState(Struct, kw_only=True):
    """A calendar at the last read: its events by id, sync token and time zone."""

    sync_token: str = field(default="", name="token")
    zone: str = ""
    events: dict[str, EventState] = field(default_factory=dict)

    def uids(self) -> set[str]:
        """Return the UIDs of events that are not cancelled."""
        return {each.uid for each in self.events.values() if not each.is_cancelled}


class Cursor(Struct, kw_only=True):
    """The calendars by id, and the content digests of all entries by UID."""

    calendars: dict[str, CalendarState] = field(default_factory=dict)
    entries: dict[str, bytes] = field(default_factory=dict)
