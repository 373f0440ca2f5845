"""The user's calendars as a source: what changed in them since the last read, by sync-collection (RFC 6578) or by ETags."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct, field

from afterword.ports import Batch, BusyTime
from afterword.recognition.calendar_text import EntryText, entries
from afterword.recognition.vevent import OURS

from ..calendar_entries import busy_times, diff_entries, entry_batches, keep_latest_revisions
from ..calendar_names import describe_calendars
from ..seen import decode_cursor
from .settings import CaldavSettings

if TYPE_CHECKING:
    from .places import Places
    from .server import Place, Server, Stored


class Known(Struct, kw_only=True):
    """What a calendar held at the last read: the server's token, and of each path its ETag and UID."""

    token: str = ""
    paths: dict[str, tuple[str, str]] = field(default_factory=dict)


class Cursor(Struct, kw_only=True):
    """The calendars by URL, and a mark of each entry's content by its UID, in whichever calendar it lies."""

    calendars: dict[str, Known] = field(default_factory=dict)
    entries: dict[str, bytes] = field(default_factory=dict)


class CaldavSource:
    """Reads an account's calendars, and changes nothing in them."""

    Settings: ClassVar[type[CaldavSettings]] = CaldavSettings
    holds_mail: ClassVar[bool] = False

    def __init__(self, settings: CaldavSettings) -> None:
        self._settings = settings

    def read(self, cursor: bytes | None, until: datetime) -> Iterator[Batch]:
        """The entries that are new or changed, and the UIDs that are gone while others still stand."""
        _ = until  # a calendar shows what stands in it now
        known = decode_cursor(cursor, Cursor, Cursor())
        changed: dict[str, EntryText] = {}
        with self._connected() as server:
            places = self._places(server).read
            now = {each.url: _read(server, each, known, changed) for each in places}
            for each in places:
                _read_twins(server, each, known, now, changed)
        yield from _news(known, now, changed)

    def busy(self, start: datetime, end: datetime) -> Iterator[BusyTime]:
        """The taken times of the entries that the server finds in that time, with their recurrences."""
        standing: dict[str, EntryText] = {}
        within = f'<C:time-range start="{_utc(start)}" end="{_utc(end)}"/>'
        with self._connected() as server:
            for place in self._places(server).read:
                for each in server.query(place, "VEVENT", within):
                    keep_latest_revisions(entries(each.text), standing)
        yield from busy_times(standing.values(), start, end)

    def check(self) -> str:
        """Which calendars there are to read."""
        with self._connected() as server:
            names = sorted(each.name for each in self._places(server).read)
        return describe_calendars(names)

    def _places(self, server: "Server") -> "Places":
        from .places import found

        return found(server, self._settings)

    def _connected(self) -> "AbstractContextManager[Server]":
        from .connecting import connected  # caldav and niquests, which `status` does not need

        return connected(self._settings)


def _read(server: "Server", place: "Place", known: Cursor, changed: dict[str, EntryText]) -> Known:
    """What the calendar holds now; what was fetched goes into `changed`."""
    before = known.calendars.get(place.url, Known())
    told = server.changes(place, before.token)
    kept = {path: each for path, each in before.paths.items() if path not in told.gone}
    if told.whole:
        kept = {path: each for path, each in kept.items() if path in told.there}
    wanted = [path for path, etag in told.there.items() if not etag or path not in kept or kept[path][0] != etag]
    for stored in server.entries(place, wanted):
        read = _foreign(stored)
        keep_latest_revisions(read, changed)
        kept[stored.path] = (told.there[stored.path], next((each.uid for each in read), ""))
    return Known(token=told.token, paths=kept)


def _read_twins(
    server: "Server", place: "Place", known: Cursor, now: dict[str, Known], changed: dict[str, EntryText]
) -> None:
    """Of an entry that changed in one calendar, or left it, and stands in this one as before: it may be the one that counts now."""
    touched = changed.keys() | _left(known, now)
    before = known.calendars.get(place.url, Known()).paths
    twins = [path for path, each in now[place.url].paths.items() if each[1] in touched and before.get(path) == each]
    for stored in server.entries(place, twins):
        keep_latest_revisions(_foreign(stored), changed)


def _left(known: Cursor, now: dict[str, Known]) -> set[str]:
    """The UIDs of what is no more where it was."""
    return {
        uid
        for url, each in known.calendars.items()
        for path, (_, uid) in each.paths.items()
        if url not in now or now[url].paths.get(path, ("", ""))[1] != uid
    }


def _foreign(stored: "Stored") -> list[EntryText]:
    return [each for each in entries(stored.text) if not each.uid.endswith(OURS)]


def _news(known: Cursor, now: dict[str, Known], changed: dict[str, EntryText]) -> Iterator[Batch]:
    """A calendar that is no more among those that are read lost nothing."""
    dropped = _uids(each for url, each in known.calendars.items() if url not in now)
    items, marks = diff_entries(known.entries, _uids(now.values()), dropped, changed)
    yield from entry_batches(items, changed, known, Cursor(calendars=now, entries=marks))


def _uids(calendars: Iterable[Known]) -> set[str]:
    return {uid for each in calendars for _, uid in each.paths.values() if uid}


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
