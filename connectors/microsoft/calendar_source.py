"""The user's calendars in Outlook as a source: changes since the last read, in a moving time window."""

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime, time

from msgspec import Struct, field
from msgspec.structs import replace

from afterword.ports import Batch, BusyTime
from afterword.recognition.entries.calendar_text import EntryText

from ..calendar_entries import diff_entries, entry_batches
from ..calendar_names import describe_calendars
from ..seen import decode_cursor
from .busy import busy_times
from .calendar_api import CalendarApi, CalendarUnreadable
from .calendar_selection import select_calendars
from .calendar_sync import HISTORY, CalendarState, CalendarSync
from .client import Connect, Forbidden

UNREADABLE = "The calendar {!r} in Outlook can't be read: name those that can as the account's calendars."


class Cursor(Struct, kw_only=True):
    """The calendars by id, and the content digests of all entries by UID."""

    calendars: dict[str, CalendarState] = field(default_factory=dict)
    entries: dict[str, bytes] = field(default_factory=dict)


class GraphCalendar:
    """The calendars of an account, as a part of it; read without changing them."""

    def __init__(self, connect: Connect, names: Collection[str] = ()) -> None:
        """`connect` opens a Graph client; `names` are those of the calendars to read (empty: all but ours)."""
        self._connect = connect
        self._names = names

    def read(self, cursor: bytes | None, until: datetime) -> Iterator[Batch]:
        """See `Source`. A calendar that can't be read keeps its state, is read completely the next time, and raises at the end."""
        previous = decode_cursor(cursor, Cursor, Cursor())
        since = datetime.combine(until.astimezone(UTC).date(), time(), UTC) - HISTORY
        syncs: dict[str, CalendarSync] = {}
        errors: list[CalendarUnreadable] = []
        with self._connect() as graph:
            api = CalendarApi(graph)
            for each in select_calendars(api, self._names).read:
                state = previous.calendars.get(each.id, CalendarState(since=since))
                syncs[each.id] = CalendarSync(api, each, state)
                try:
                    syncs[each.id].read(since)
                except (CalendarUnreadable, Forbidden) as error:
                    errors.append(
                        error if type(error) is CalendarUnreadable else CalendarUnreadable(UNREADABLE.format(each.name))
                    )
                    link = state.delta_link if isinstance(error, Forbidden) else ""
                    syncs[each.id] = CalendarSync(api, each, replace(state, delta_link=link))
        yield from _batches(previous, syncs)
        if errors:
            raise errors[0]

    def busy(self, start: datetime, end: datetime) -> Iterator[BusyTime]:
        """See `FreeBusySource`: from calendar views. A calendar that can't be read raises at the end."""
        sentences: list[str] = []
        with self._connect() as graph:
            api = CalendarApi(graph)
            for each in select_calendars(api, self._names).read:
                try:
                    yield from busy_times(api.list_view(each.id, start, end))
                except (CalendarUnreadable, Forbidden):
                    sentences.append(UNREADABLE.format(each.name))
        if sentences:
            raise CalendarUnreadable(sentences[0])

    def check(self) -> str:
        """Return which calendars are read."""
        with self._connect() as graph:
            names = [each.name or "" for each in select_calendars(CalendarApi(graph), self._names).read]
        return describe_calendars(names)


def _batches(previous: Cursor, syncs: dict[str, CalendarSync]) -> Iterator[Batch]:
    """Entries of a calendar that is no longer read, or that left the window, don't count as removed; deleted ones do, even if no other
    entry is left.
    """
    current = {calendar: each.state for calendar, each in syncs.items()}
    changed: dict[str, EntryText] = {}
    out_of_scope = _uids(each for calendar, each in previous.calendars.items() if calendar not in current)
    deleted: set[str] = set()
    for each in syncs.values():
        changed |= each.changed
        out_of_scope |= each.out_of_window
        deleted |= each.deleted
    items, digests = diff_entries(previous.entries, _uids(current.values()), out_of_scope, changed, deleted)
    unreadable = [item for each in syncs.values() for item in each.unreadable]
    yield from entry_batches([*unreadable, *items], changed, previous, Cursor(calendars=current, entries=digests))


def _uids(calendars: Iterable[CalendarState]) -> set[str]:
    return {each.uid for state in calendars for each in state.events.values()}
