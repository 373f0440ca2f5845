"""An .ics file, or a folder of them, as a source: every entry whose content changed since the last read."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from msgspec import Struct, field, msgpack

from afterword.ports import Batch, BusyTime, CalendarEntry, Item, NeedsUser, SetAside, Unavailable, VanishedEntry
from afterword.recognition.calendar_text import EntryText, check_limits, entries
from afterword.recognition.reading import Unreadable

from .seen import decoded, mark

BATCH = 200
LARGEST_FILE = 20 * 1024 * 1024
KEPT_OF_A_LARGE_ONE = 64 * 1024
MOST_FILES = 20_000
DEEPEST = 4
LONGEST_SERIES = 400
"""Occurrences of one series that are looked at for taken times."""

_CHANGES_BY_ITSELF = re.compile(rb"^DTSTAMP[^\n]*\n(?:[ \t][^\n]*\n)*", re.MULTILINE)
_SEQUENCE = re.compile(rb"^SEQUENCE:(\d{1,9})", re.MULTILINE)
_CHANGED = re.compile(rb"^LAST-MODIFIED[^:\n]*:(\w{8,20})", re.MULTILINE)


class IcsSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`path` is a file, or a folder of files."""

    path: str


class Cursor(Struct, kw_only=True):
    """A mark of each entry's content by its UID, and those of the files that could not be read."""

    entries: dict[str, bytes] = field(default_factory=dict)
    unread: dict[str, bytes] = field(default_factory=dict)


class IcsSource:
    """Reads calendars as they stand, and changes nothing in them."""

    Settings = IcsSettings
    holds_mail: ClassVar[bool] = False

    def __init__(self, settings: IcsSettings) -> None:
        self._path = Path(settings.path).expanduser()

    def read(self, cursor: bytes | None, until: datetime) -> Iterator[Batch]:
        """The entries that are new or changed, and the UIDs that are gone while others still stand."""
        _ = until  # a calendar shows what stands in it now
        known = decoded(cursor, Cursor, Cursor())
        items: list[Item] = []
        standing: dict[str, EntryText] = {}
        unread = dict(known.unread)
        for path in self._files():
            entries_or_reason = _read(path)
            if isinstance(entries_or_reason, SetAside):
                unread[path.name] = mark(entries_or_reason.raw)
                items += [entries_or_reason] if known.unread.get(path.name) != unread[path.name] else []
            else:
                _take(entries_or_reason, standing)
        marks = {uid: _mark(each) for uid, each in standing.items()}
        items += [
            CalendarEntry(raw=each.text, ref=uid)
            for uid, each in standing.items()
            if known.entries.get(uid) != marks[uid]
        ]
        gone = known.entries.keys() - marks.keys() if marks else set()
        items += [VanishedEntry(uid=uid, ref=uid) for uid in sorted(gone)]
        kept = {uid: each for uid, each in known.entries.items() if not marks} | marks
        yield from _batches(items, known, Cursor(entries=kept, unread=unread))

    def busy(self, start: datetime, end: datetime) -> Iterator[BusyTime]:
        """The taken times of every entry that can be read."""
        standing: dict[str, EntryText] = {}
        for path in self._files():
            read = _read(path)
            if not isinstance(read, SetAside):
                _take(read, standing)
        for each in standing.values():
            yield from _busy(each, start, end)

    def check(self) -> str:
        """How many entries there are, in how many files."""
        files = list(self._files())
        reads = [_read(each) for each in files]
        count = sum(len(each) for each in reads if not isinstance(each, SetAside))
        return f"{count} entries in {len(files)} file{'s' if len(files) != 1 else ''}"

    def _files(self) -> Iterator[Path]:
        if self._path.is_dir():
            found = (each for each in sorted(self._path.rglob("*.ics")) if each.is_file() and not each.is_symlink())
            yield from (each for number, each in enumerate(found) if number < MOST_FILES)
        elif self._path.is_file():
            yield self._path
        else:
            raise NeedsUser(f"There is no calendar at {self._path}: mend the account's path.")


def _read(path: Path) -> list[EntryText] | SetAside:
    try:
        if path.stat().st_size > LARGEST_FILE:
            with path.open("rb") as file:
                raw = file.read(KEPT_OF_A_LARGE_ONE)
            return SetAside(raw=raw, ref=path.name, reason="the calendar is larger than 20 MB")
        raw = path.read_bytes()
    except PermissionError as error:
        raise NeedsUser(f"{path} can't be read: give yourself the right to.") from error
    except OSError as error:
        raise Unavailable(f"{path} can't be read ({error.strerror}).") from error
    if raw.strip() and b"BEGIN:VCALENDAR" not in raw[:4096].upper():
        return SetAside(raw=raw[:KEPT_OF_A_LARGE_ONE], ref=path.name, reason="it is no calendar")
    return list(entries(raw))


def _take(read: list[EntryText], standing: dict[str, EntryText]) -> None:
    """The newest revision of each UID counts, in whatever file it lies."""
    for each in read:
        if each.uid and (each.uid not in standing or _revision(each) > _revision(standing[each.uid])):
            standing[each.uid] = each


def _revision(entry: EntryText) -> tuple[int, bytes]:
    sequences = [int(each) for each in _SEQUENCE.findall(entry.text)]
    return max(sequences, default=0), max(_CHANGED.findall(entry.text), default=b"")


def _mark(entry: EntryText) -> bytes:
    return mark(_CHANGES_BY_ITSELF.sub(b"", entry.text))


def _batches(items: list[Item], before: Cursor, after: Cursor) -> Iterator[Batch]:
    """All but the last keep the cursor as it was: what is gone can be told only once all that is there is known."""
    starts = range(0, max(1, len(items)), BATCH)
    for start in starts:
        cursor = after if start == starts[-1] else before
        yield Batch(items=tuple(items[start : start + BATCH]), cursor=msgpack.encode(cursor), total=len(items))


def _busy(entry: EntryText, start: datetime, end: datetime) -> Iterator[BusyTime]:
    from icalendar import Calendar  # noqa: PLC0415 - needed only where an invite looks for its place
    from recurring_ical_events import of  # noqa: PLC0415 - see above

    try:
        check_limits(entry.text)
        occurrences = of(Calendar.from_ical(entry.text)).between(start, end)
    except (Unreadable, ValueError, TypeError, KeyError, OverflowError):
        return
    for each in occurrences[:LONGEST_SERIES]:
        begins, ends = each.get("dtstart"), each.get("dtend")
        free = (
            str(each.get("transp", "")).upper() == "TRANSPARENT" or str(each.get("status", "")).upper() == "CANCELLED"
        )
        if not free and begins is not None and ends is not None and isinstance(begins.dt, datetime):
            yield BusyTime(_aware(begins.dt, start), _aware(ends.dt, start))


def _aware(moment: datetime, like: datetime) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=like.tzinfo)
