"""What is kept of the calendars between two reads."""

from datetime import datetime

from msgspec import Struct, field

from .events import When


class Held(Struct, array_like=True):
    """An event as it was last told: its UID, and when it ends (a series: None). Of a series' instance, the id of its series and when
    it was to begin; whether it will not be, and whether it had a time of its own before.
    """

    uid: str
    ends: datetime | None = None
    series: str = ""
    original: When | None = None
    is_off: bool = False
    had_time: bool = False


class Known(Struct, kw_only=True):
    """What a calendar held at the last read: each event by its id, and the token that tells what changes from then on."""

    token: str = ""
    zone: str = ""
    events: dict[str, Held] = field(default_factory=dict)

    def uids(self) -> set[str]:
        """The UIDs of what stands."""
        return {each.uid for each in self.events.values() if not each.is_off}


class Cursor(Struct, kw_only=True):
    """The calendars by their ids, and a mark of each entry's content by its UID, in whichever calendar it lies."""

    calendars: dict[str, Known] = field(default_factory=dict)
    entries: dict[str, bytes] = field(default_factory=dict)
