"""An .ics file, or a folder of them, as a source: every entry whose content changed since the last read."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from msgspec import Struct, field, msgpack

from afterword.ports import Batch, BusyTime, CalendarEntry, Item, NeedsUser, SetAside, Unavailable, VanishedEntry
from afterword.recognition.calendar_text import EntryText, entries, is_whole
from afterword.recognition.vevent import OURS, parse_calendar

from .seen import decoded, mark

BATCH = 200
LARGEST_FILE = 20 * 1024 * 1024
KEPT_OF_A_LARGE_ONE = 64 * 1024
MOST_FILES = 20_000
LONGEST_SERIES = 400
"""Occurrences of one series that are looked at for taken times."""

_CHANGES_BY_ITSELF = re.compile(rb"^DTSTAMP[^\n]*\n(?:[ \t][^\n]*\n)*", re.MULTILINE)
_DAY = re.compile(rb"^DT(?:START|END)[^:\r\n]*:(\d{8})", re.MULTILINE | re.IGNORECASE)
_LASTS_OR_REPEATS = re.compile(rb"^(?:RRULE|RDATE|DURATION)\b", re.MULTILINE | re.IGNORECASE)
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

    Settings: ClassVar[type[IcsSettings]] = IcsSettings
    holds_mail: ClassVar[bool] = False

    def __init__(self, settings: IcsSettings) -> None:
        self._path = Path(settings.path).expanduser()

    def read(self, cursor: bytes | None, until: datetime) -> Iterator[Batch]:
        """The entries that are new or changed, and the UIDs that are gone while others still stand."""
        _ = until  # a calendar shows what stands in it now
        known = decoded(cursor, Cursor, Cursor())
        standing: dict[str, EntryText] = {}
        refused: dict[str, SetAside] = {}
        for path in self._files():
            read = _read(path, self._name(path))
            if isinstance(read, SetAside):
                refused[read.ref] = read
            else:
                _take(read, standing)
        zones: dict[bytes, bytes] = {}
        marks = {uid: _mark(each, zones) for uid, each in standing.items()}
        unread = {ref: mark(each.raw) for ref, each in refused.items()}
        all_read = bool(marks) and not refused
        now = Cursor(entries=marks if all_read else known.entries | marks, unread=unread)
        items: list[Item | str] = [
            *(each for ref, each in refused.items() if each.raw.strip() and known.unread.get(ref) != unread[ref]),
            *(uid for uid in marks if known.entries.get(uid) != marks[uid]),
            *(VanishedEntry(uid=uid, ref=uid) for uid in sorted(known.entries.keys() - now.entries.keys())),
        ]
        yield from _batches(items, standing, known, now)

    def busy(self, start: datetime, end: datetime) -> Iterator[BusyTime]:
        """The taken times of every entry that can be read; a floating time is one in the zone of `start`."""
        standing: dict[str, EntryText] = {}
        for path in self._files():
            read = _read(path, self._name(path))
            if not isinstance(read, SetAside):
                _take(read, standing)
        for each in standing.values():
            if not each.uid.endswith(OURS) and _may_touch(each, start, end):
                yield from _busy(each, start, end)

    def check(self) -> str:
        """How many entries there are, in how many files."""
        files = list(self._files())
        reads = [_read(each, self._name(each)) for each in files]
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

    def _name(self, path: Path) -> str:
        return path.name if path == self._path else str(path.relative_to(self._path))


def _read(path: Path, ref: str) -> list[EntryText] | SetAside:
    try:
        if path.stat().st_size > LARGEST_FILE:
            with path.open("rb") as file:
                raw = file.read(KEPT_OF_A_LARGE_ONE)
            return SetAside(raw=raw, ref=ref, reason="the calendar is larger than 20 MB")
        raw = path.read_bytes()
    except PermissionError as error:
        raise NeedsUser(f"{path} can't be read: give yourself the right to.") from error
    except OSError as error:
        raise Unavailable(f"{path} can't be read ({error.strerror}).") from error
    if b"BEGIN:VCALENDAR" not in raw[:4096].upper():
        return SetAside(raw=raw[:KEPT_OF_A_LARGE_ONE], ref=ref, reason="it is no calendar")
    if not is_whole(raw):
        return SetAside(raw=raw[:KEPT_OF_A_LARGE_ONE], ref=ref, reason="the calendar is cut off")
    return list(entries(raw))


def _take(read: list[EntryText], standing: dict[str, EntryText]) -> None:
    """The newest revision of each UID counts, in whatever file it lies; of two alike, the same one at every read."""
    for each in read:
        if each.uid and (each.uid not in standing or _revision(each) > _revision(standing[each.uid])):
            standing[each.uid] = each


def _revision(entry: EntryText) -> tuple[int, bytes]:
    text = b"\n".join(entry.components)
    sequences = [int(each) for each in _SEQUENCE.findall(text)]
    return max(sequences, default=0), max(_CHANGED.findall(text), default=b"")


def _mark(entry: EntryText, zones: dict[bytes, bytes]) -> bytes:
    """`zones` keeps the marks of those that were met: a calendar's entries share a few."""
    parts = [zones[each] if each in zones else zones.setdefault(each, mark(each)) for each in entry.zones]
    text = b"\r\n".join([*entry.components, b""])
    return mark(b"".join([entry.method, *parts, _CHANGES_BY_ITSELF.sub(b"", text)]))


def _batches(items: list[Item | str], standing: dict[str, EntryText], before: Cursor, after: Cursor) -> Iterator[Batch]:
    """The items, UIDs made to entries batch by batch. All but the last keep the cursor as it was: what is gone can be told
    only once all that is there is known.
    """
    starts = range(0, max(1, len(items)), BATCH)
    for start in starts:
        some = items[start : start + BATCH]
        made = (CalendarEntry(raw=standing[each].text, ref=each) if isinstance(each, str) else each for each in some)
        cursor = after if start == starts[-1] else before
        yield Batch(items=tuple(made), cursor=msgpack.encode(cursor), total=len(items))


def _may_touch(entry: EntryText, start: datetime, end: datetime) -> bool:
    """Whether an entry must be parsed to know: most of a calendar is single meetings of long ago."""
    text = b"\n".join(entry.components)
    days = sorted(_DAY.findall(text))
    if not days or _LASTS_OR_REPEATS.search(text):
        return True
    first, last = (f"{moment:%Y%m%d}".encode() for moment in (start - timedelta(days=2), end + timedelta(days=2)))
    return bool(days[-1] >= first and days[0] <= last)


def _busy(entry: EntryText, start: datetime, end: datetime) -> Iterator[BusyTime]:
    from recurring_ical_events import of  # needed only where an invite looks for its place

    try:
        occurrences = of(parse_calendar(entry.text)).between(start, end)
        times = [(each.start, each.end) for each in occurrences[:LONGEST_SERIES] if not _is_free(each)]
    except Exception:  # noqa: BLE001 - whatever an entry does to its parser, the others are busy times
        return
    for begins, ends in times:
        if isinstance(begins, datetime) and isinstance(ends, datetime):
            yield BusyTime(_aware(begins, start), _aware(ends, start))


def _is_free(occurrence: Any) -> bool:
    said = [str(occurrence.get(name, "")).upper() for name in ("transp", "status")]
    return "TRANSPARENT" in said or "CANCELLED" in said


def _aware(moment: datetime, like: datetime) -> datetime:
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=like.tzinfo)).astimezone(UTC)
