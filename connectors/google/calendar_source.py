"""The user's calendars in Google as a source: changes since the last read, by sync tokens."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, ClassVar

from afterword.ports import Batch, BusyTime
from afterword.recognition.entries.calendar_text import EntryText

from ..calendar_entries import diff_entries, entry_batches, keep_latest_revisions
from ..calendar_names import describe_calendars
from ..seen import decode_cursor
from .calendar_cursor import CalendarState, Cursor
from .calendar_selection import select_calendars
from .settings import GoogleSettings

if TYPE_CHECKING:
    from .calendar_api import CalendarApi
    from .calendar_sync import CalendarSync
    from .events import Calendar


HISTORY = timedelta(days=365)
"""How far back calendars are read."""


class GoogleCalendar:
    """The calendars of an account, as a part of it; read without changing them."""

    Settings: ClassVar[type[GoogleSettings]] = GoogleSettings
    holds_mail: ClassVar[bool] = False

    def __init__(self, settings: GoogleSettings) -> None:
        self._settings = settings

    def read(self, cursor: bytes | None, until: datetime) -> Iterator[Batch]:
        """See `Source`. A calendar that can't be read keeps its state, is read completely the next time, and raises at the end."""
        from .calendar_api import connect  # Google's library, which `status` does not need
        from .calendar_sync import CalendarSync  # as above

        previous = decode_cursor(cursor, Cursor, Cursor())
        since = datetime.combine(until.astimezone(UTC).date(), time(), UTC) - HISTORY
        with connect(self._settings) as api:
            selected = [each.id for each in self._selected(api)]
            syncs = {each: CalendarSync(api, each, previous.calendars.get(each, CalendarState())) for each in selected}
            done = {calendar: each for calendar, each in syncs.items() if each.read(since)}
        yield from _batches(previous, done)
        for each in done.values():
            if each.error is not None:
                raise each.error

    def busy(self, start: datetime, end: datetime) -> Iterator[BusyTime]:
        """See `FreeBusySource`: by Google's free/busy query."""
        from .calendar_api import connect  # as in `read`

        with connect(self._settings) as api:
            yield from api.query_free_busy([each.id for each in self._selected(api)], start, end)

    def check(self) -> str:
        """Return which calendars are read."""
        from .calendar_api import connect  # as in `read`

        with connect(self._settings) as api:
            names = [each.name for each in self._selected(api)]
        return describe_calendars(names)

    def _selected(self, api: "CalendarApi") -> "tuple[Calendar, ...]":
        return select_calendars(api.list_calendars(), self._settings.calendars).read


def _batches(previous: Cursor, syncs: "dict[str, CalendarSync]") -> Iterator[Batch]:
    """Entries of a calendar that is no longer read don't count as removed; events that Google reports as deleted do, even if no other
    event is left.
    """
    current = {calendar: each.state for calendar, each in syncs.items()}
    changed: dict[str, EntryText] = {}
    out_of_scope = _uids(each for calendar, each in previous.calendars.items() if calendar not in current)
    present = _uids(current.values())
    deleted: set[str] = set()
    for each in syncs.values():
        keep_latest_revisions(each.changed.values(), changed)
        out_of_scope |= each.out_of_range
        deleted |= each.deleted
    items, digests = diff_entries(previous.entries, present, out_of_scope, changed, deleted)
    unreadable = [item for each in syncs.values() for item in each.unreadable]
    yield from entry_batches([*unreadable, *items], changed, previous, Cursor(calendars=current, entries=digests))


def _uids(calendars: Iterable[CalendarState]) -> set[str]:
    return {uid for each in calendars for uid in each.uids()}
