"""The user's calendars in Outlook as a source: what changed in them since the last read, in a window that moves with time."""

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime, time

from msgspec import Struct, field
from msgspec.structs import replace

from afterword.ports import Batch, BusyTime
from afterword.recognition.calendar_text import EntryText

from ..calendar_entries import diff_entries, entry_batches
from ..calendar_names import describe_calendars
from ..seen import decode_cursor
from .asking import Forbidden, Opened
from .busy import busy_times
from .calendar_reading import BACK, Known, Reading
from .calendar_selection import found
from .calendars import Calendars, Unreadable

UNREADABLE = "The calendar {!r} in Outlook can't be read: name those that can as the account's calendars."


class Cursor(Struct, kw_only=True):
    """The calendars by their ids, and a mark of each entry's content by its UID, in whichever calendar it lies."""

    calendars: dict[str, Known] = field(default_factory=dict)
    entries: dict[str, bytes] = field(default_factory=dict)


class GraphCalendar:
    """Reads calendars, and changes nothing in them: the part of an account that is its calendars."""

    def __init__(self, opened: Opened, names: Collection[str] = ()) -> None:
        """`opened` gives what asks Graph; `names` are those of the calendars to read, none: all but ours."""
        self._opened = opened
        self._names = names

    def read(self, cursor: bytes | None, until: datetime) -> Iterator[Batch]:
        """The entries that are new or changed, and the UIDs that are gone while others still stand.

        A calendar that can't be read stays as it was known, is read whole the next time if it can be, and told of at the end.
        """
        known = decode_cursor(cursor, Cursor, Cursor())
        since = datetime.combine(until.astimezone(UTC).date(), time(), UTC) - BACK
        readings: dict[str, Reading] = {}
        failed: list[Unreadable] = []
        with self._opened() as graph:
            calendars = Calendars(graph)
            for each in found(calendars, self._names).read:
                before = known.calendars.get(each.id, Known(since=since))
                readings[each.id] = Reading(calendars, each, before)
                try:
                    readings[each.id].read(since)
                except (Unreadable, Forbidden) as error:
                    failed.append(error if type(error) is Unreadable else Unreadable(UNREADABLE.format(each.name)))
                    link = before.link if isinstance(error, Forbidden) else ""
                    readings[each.id] = Reading(calendars, each, replace(before, link=link))
        yield from _news(known, readings)
        if failed:
            raise failed[0]

    def busy(self, start: datetime, end: datetime) -> Iterator[BusyTime]:
        """The taken times, as the calendars' views tell them. A calendar that can't be read is told of at the end."""
        untold: list[str] = []
        with self._opened() as graph:
            calendars = Calendars(graph)
            for each in found(calendars, self._names).read:
                try:
                    yield from busy_times(calendars.view(each.id, start, end))
                except (Unreadable, Forbidden):
                    untold.append(UNREADABLE.format(each.name))
        if untold:
            raise Unreadable(untold[0])

    def check(self) -> str:
        """Which calendars there are to read."""
        with self._opened() as graph:
            names = [each.name or "" for each in found(Calendars(graph), self._names).read]
        return describe_calendars(names)


def _news(known: Cursor, readings: dict[str, Reading]) -> Iterator[Batch]:
    """A calendar that is no more among those that are read lost nothing, nor did one whose entries only left the window."""
    now = {calendar: each.now for calendar, each in readings.items()}
    changed: dict[str, EntryText] = {}
    dropped = _uids(each for calendar, each in known.calendars.items() if calendar not in now)
    for each in readings.values():
        changed |= each.changed
        dropped |= each.out_of_sight
    items, marks = diff_entries(known.entries, _uids(now.values()), dropped, changed)
    aside = [refused for each in readings.values() for refused in each.refused]
    yield from entry_batches([*aside, *items], changed, known, Cursor(calendars=now, entries=marks))


def _uids(calendars: Iterable[Known]) -> set[str]:
    return {each.uid for known in calendars for each in known.events.values()}
