"""The user's CalDAV calendars as a source: changes by sync-collection (RFC 6578), or by comparing ETags."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct, field

from afterword.ports import Batch, BusyTime, Unavailable, UnreadableItem
from afterword.recognition.entries.calendar_text import EntryText, entries
from afterword.recognition.entries.vevent import OURS

from ..calendar_entries import busy_times, diff_entries, entry_batches, keep_latest_revisions
from ..calendar_names import describe_calendars
from ..seen import GIVE_UP_AFTER, decode_cursor
from .settings import CaldavSettings

if TYPE_CHECKING:
    from .calendar_selection import CalendarSelection
    from .server import CalendarCollection, CalendarResource, Server


NOT_GIVEN = "the server does not give it, however often it is asked"


class CalendarState(Struct, kw_only=True):
    """A calendar at the last read: its sync token, the ETag and UID of each resource by path, and, of those that the server could not
    give, the ETag, and since when.
    """

    sync_token: str = field(default="", name="token")
    paths: dict[str, tuple[str, str]] = field(default_factory=dict)
    failing: dict[str, tuple[str, datetime]] = field(default_factory=dict)


class Cursor(Struct, kw_only=True, tag="caldav", tag_field="kind"):
    """The calendars by URL, and the content digests of all entries by UID."""

    calendars: dict[str, CalendarState] = field(default_factory=dict)
    entries: dict[str, bytes] = field(default_factory=dict)


class Found(Struct, kw_only=True):
    """What one read finds: the changed entries by UID, the UIDs of those that the server reports as deleted, what it did not give for
    GIVE_UP_AFTER, and the names of calendars that can't be read.
    """

    changed: dict[str, EntryText] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    given_up: list[UnreadableItem] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)


class CaldavSource:
    """Reads an account's calendars without changing them."""

    Settings: ClassVar[type[CaldavSettings]] = CaldavSettings
    holds_mail: ClassVar[bool] = False

    def __init__(self, settings: CaldavSettings) -> None:
        self._settings = settings

    def read(self, cursor: bytes | None, until: datetime) -> Iterator[Batch]:
        """See `Source`: new and changed entries, and removed UIDs. A resource that the server can't give, and a calendar that can't be
        read, raise at the end.
        """
        previous, found = decode_cursor(cursor, Cursor, Cursor()), Found()
        with self._connected() as server:
            calendars = self._selection(server).read
            current = _sync_all(server, calendars, previous, found, until)
            for each in calendars:
                if each.name not in found.unreadable:
                    _read_duplicates(server, each, previous, current, found.changed)
        yield from _batches(previous, current, found)
        self._check_read(found.unreadable)
        if failing := sum(len(each.failing) for each in current.values()):
            raise Unavailable(
                f"{self._settings.host} does not give {failing} of the calendars' entries: they are asked for again."
            )

    def busy(self, start: datetime, end: datetime) -> Iterator[BusyTime]:
        """See `FreeBusySource`: of the entries that the server's time-range filter finds. A calendar that can't be read raises at the
        end.
        """
        entries_by_uid: dict[str, EntryText] = {}
        within = f'<C:time-range start="{_utc(start)}" end="{_utc(end)}"/>'

        def query(calendar: "CalendarCollection") -> None:
            for each in server.query(calendar, "VEVENT", within):
                keep_latest_revisions(entries(each.text), entries_by_uid)

        with self._connected() as server:
            unreadable = _for_each(self._selection(server).read, query)
        yield from busy_times(entries_by_uid.values(), start, end)
        self._check_read(unreadable)

    def _check_read(self, unreadable: list[str]) -> None:
        for name in unreadable:
            raise Unavailable(
                f"The calendar {name!r} on {self._settings.host} can't be read: name those that can as the account's calendars."
            )

    def check(self) -> str:
        """Return which calendars are read."""
        with self._connected() as server:
            names = sorted(each.name for each in self._selection(server).read)
        return describe_calendars(names)

    def _selection(self, server: "Server") -> "CalendarSelection":
        from .calendar_selection import select_calendars

        return select_calendars(server, self._settings)

    def _connected(self) -> "AbstractContextManager[Server]":
        from .connection import connect  # caldav and niquests, which `status` does not need

        return connect(self._settings)


def _for_each(calendars: "Sequence[CalendarCollection]", request: "Callable[[CalendarCollection], None]") -> list[str]:
    """Make the request for each calendar; return the names of those that it fails for. Raises the error if it fails for all."""
    from .server import is_about_one_calendar  # as in `CaldavSource._connected`

    unreadable: list[str] = []
    for each in calendars:
        try:
            request(each)
        except Exception as error:
            unreadable.append(each.name)
            if len(unreadable) == len(calendars) or not is_about_one_calendar(error):
                raise
    return unreadable


def _sync_all(
    server: "Server", calendars: "Sequence[CalendarCollection]", previous: Cursor, found: Found, until: datetime
) -> dict[str, CalendarState]:
    """Return the calendars' new states by URL; one that can't be read keeps the state that it had."""
    current = {each.url: previous.calendars[each.url] for each in calendars if each.url in previous.calendars}

    def sync(calendar: "CalendarCollection") -> None:
        current[calendar.url] = _sync_calendar(server, calendar, previous, found, until)

    found.unreadable += _for_each(calendars, sync)
    return current


def _sync_calendar(
    server: "Server", calendar: "CalendarCollection", previous: Cursor, found: Found, until: datetime
) -> CalendarState:
    """Return the calendar's new state; what it tells is added to `found`."""
    state = previous.calendars.get(calendar.url, CalendarState())
    changes = server.changes(calendar, state.sync_token)
    found.deleted.update(uid for path, (_, uid) in state.paths.items() if path in changes.removed)
    kept = (
        changes.etags.keys() if changes.is_complete else (state.paths.keys() | state.failing.keys()) - changes.removed
    )
    resources = {path: each for path, each in state.paths.items() if path in kept}
    since = {path: moment for path, (_, moment) in state.failing.items() if path in kept}
    etags = {path: state.failing[path][0] for path in since} | changes.etags
    wanted = [
        path
        for path, etag in etags.items()
        if not etag or path not in resources or resources[path][0] != etag or path in since
    ]
    refused: set[str] = set()
    for resource in server.multiget(calendar, wanted, refused):
        parsed = _entries_of(resource)
        keep_latest_revisions(parsed, found.changed)
        resources[resource.path] = (etags[resource.path], next((each.uid for each in parsed), ""))
    failing = {path: (etags[path], min(since.get(path, until), until)) for path in sorted(refused)}
    current = CalendarState(sync_token=changes.sync_token, paths=resources, failing=failing)
    found.given_up += _give_up(current, until)
    return current


def _give_up(state: CalendarState, until: datetime) -> list[UnreadableItem]:
    """The resources that have been failing for GIVE_UP_AFTER; what was known of them stands, and they are asked for when they change."""
    hopeless = [path for path, (_, since) in state.failing.items() if until - since >= GIVE_UP_AFTER]
    for path in hopeless:
        etag, _ = state.failing.pop(path)
        state.paths[path] = etag, state.paths.get(path, ("", ""))[1]
    return [UnreadableItem(raw=each.encode(), ref=each, reason=NOT_GIVEN) for each in hopeless]


def _read_duplicates(
    server: "Server",
    calendar: "CalendarCollection",
    previous: Cursor,
    current: dict[str, CalendarState],
    changed: dict[str, EntryText],
) -> None:
    """Fetch the unchanged copies, in this calendar, of entries that were changed or removed in another: they may be the latest now."""
    touched = changed.keys() | _uids_left(previous, current)
    paths_before = previous.calendars.get(calendar.url, CalendarState()).paths
    duplicates = [
        path
        for path, each in current[calendar.url].paths.items()
        if each[1] in touched and paths_before.get(path) == each
    ]
    for resource in server.multiget(calendar, duplicates, set()):
        keep_latest_revisions(_entries_of(resource), changed)


def _uids_left(previous: Cursor, current: dict[str, CalendarState]) -> set[str]:
    """The UIDs of resources that were removed, or whose UID changed."""
    return {
        uid
        for url, each in previous.calendars.items()
        for path, (_, uid) in each.paths.items()
        if url not in current or current[url].paths.get(path, ("", ""))[1] != uid
    }


def _entries_of(resource: "CalendarResource") -> list[EntryText]:
    return [each for each in entries(resource.text) if not each.uid.endswith(OURS)]


def _batches(previous: Cursor, current: dict[str, CalendarState], found: Found) -> Iterator[Batch]:
    """Entries of a calendar that is no longer read don't count as removed; deleted ones do, even if no other entry is left."""
    out_of_scope = _uids(each for url, each in previous.calendars.items() if url not in current)
    items, digests = diff_entries(previous.entries, _uids(current.values()), out_of_scope, found.changed, found.deleted)
    cursor = Cursor(calendars=current, entries=digests)
    yield from entry_batches([*found.given_up, *items], found.changed, previous, cursor)


def _uids(calendars: Iterable[CalendarState]) -> set[str]:
    return {uid for each in calendars for _, uid in each.paths.values() if uid}


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
