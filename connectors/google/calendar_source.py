"""The user's calendars in Google as a source: what changed in them since the last read, by their sync tokens."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, ClassVar

from afterword.ports import Batch, BusyTime, RemovedEntry
from afterword.recognition.calendar_text import EntryText

from ..calendar_entries import diff_entries, entry_batches, keep_latest_revisions
from ..calendar_names import describe_calendars
from ..seen import decode_cursor
from .calendar_cursor import Cursor, Known
from .calendar_selection import found
from .settings import GoogleSettings

if TYPE_CHECKING:
    from .calendar_reading import Reading
    from .calendars import Calendars
    from .events import Calendar


BACK = timedelta(days=365)
"""How far back calendars are read: what happened then is history, and nobody is asked about it."""


class GoogleCalendar:
    """Reads calendars, and changes nothing in them: the part of an account that is its calendars."""

    Settings: ClassVar[type[GoogleSettings]] = GoogleSettings
    holds_mail: ClassVar[bool] = False

    def __init__(self, settings: GoogleSettings) -> None:
        self._settings = settings

    def read(self, cursor: bytes | None, until: datetime) -> Iterator[Batch]:
        """The entries that are new or changed, and the UIDs that are gone.

        A calendar that can't be read stays as it was known, is read whole the next time, and told of at the end.
        """
        from .calendar_reading import Reading  # Google's library, which `status` does not need
        from .calendars import connected  # as above

        known = decode_cursor(cursor, Cursor, Cursor())
        since = datetime.combine(until.astimezone(UTC).date(), time(), UTC) - BACK
        with connected(self._settings) as calendars:
            chosen = [each.id for each in self._chosen(calendars)]
            readings = {each: Reading(calendars, each, known.calendars.get(each, Known())) for each in chosen}
            there = {calendar: each for calendar, each in readings.items() if each.read(since)}
        yield from _news(known, there)
        for each in there.values():
            if each.failed is not None:
                raise each.failed

    def busy(self, start: datetime, end: datetime) -> Iterator[BusyTime]:
        """The taken times, as Google itself tells them."""
        from .calendars import connected  # as in `read`

        with connected(self._settings) as calendars:
            yield from calendars.busy([each.id for each in self._chosen(calendars)], start, end)

    def check(self) -> str:
        """Which calendars there are to read."""
        from .calendars import connected  # as in `read`

        with connected(self._settings) as calendars:
            names = [each.name for each in self._chosen(calendars)]
        return describe_calendars(names)

    def _chosen(self, calendars: "Calendars") -> "tuple[Calendar, ...]":
        return found(calendars.all(), self._settings.calendars).read


def _news(known: Cursor, readings: "dict[str, Reading]") -> Iterator[Batch]:
    """A calendar that is no more among those that are read lost nothing; what Google calls deleted is gone, be it the last."""
    now = {calendar: each.now for calendar, each in readings.items()}
    changed: dict[str, EntryText] = {}
    dropped = _uids(each for calendar, each in known.calendars.items() if calendar not in now)
    there = _uids(now.values())
    deleted: set[str] = set()
    for each in readings.values():
        keep_latest_revisions(each.changed.values(), changed)
        dropped |= each.out_of_sight
        deleted |= each.deleted & known.entries.keys()
    gone = sorted(deleted - there)
    items, marks = diff_entries(
        {uid: each for uid, each in known.entries.items() if uid not in gone}, there, dropped, changed
    )
    aside = [refused for each in readings.values() for refused in each.refused]
    vanished = (RemovedEntry(uid=uid, ref=uid) for uid in gone)
    yield from entry_batches([*aside, *items, *vanished], changed, known, Cursor(calendars=now, entries=marks))


def _uids(calendars: Iterable[Known]) -> set[str]:
    return {uid for each in calendars for uid in each.uids()}
