"""Calendar entries of several calendars: latest revisions, differences to the last read, and busy times."""

import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct, field, msgpack

from afterword.ports import Batch, BusyTime, CalendarEntry, Item, RemovedEntry
from afterword.recognition.entries.calendar_text import EntryText
from afterword.recognition.entries.vevent import OURS, parse_calendar

from .seen import short_digest

BATCH_SIZE = 200
MAX_OCCURRENCES = 400
"""Occurrences of one series that are examined for busy times."""

_DTSTAMP = re.compile(rb"^DTSTAMP[^\n]*\n(?:[ \t][^\n]*\n)*", re.MULTILINE)
_DAY = re.compile(rb"^DT(?:START|END)[^:\r\n]*:(\d{8})", re.MULTILINE | re.IGNORECASE)
_DURATION_OR_RECURRENCE = re.compile(rb"^(?:RRULE|RDATE|DURATION)\b", re.MULTILINE | re.IGNORECASE)
_SEQUENCE = re.compile(rb"^SEQUENCE:(\d{1,9})", re.MULTILINE)
_LAST_MODIFIED = re.compile(rb"^LAST-MODIFIED[^:\n]*:(\w{8,20})", re.MULTILINE)


class EntryDigests(Struct):
    """Computes digests of entries' contents; those of VTIMEZONEs are cached, because entries share a few."""

    zone_digests: dict[bytes, bytes] = field(default_factory=dict)

    def of(self, entry: EntryText) -> bytes:
        parts = [
            self.zone_digests[each] if each in self.zone_digests else self._zone_digest(each) for each in entry.zones
        ]
        text = b"\r\n".join([*entry.components, b""])
        return short_digest(b"".join([entry.method, *parts, _DTSTAMP.sub(b"", text)]))

    def _zone_digest(self, zone: bytes) -> bytes:
        return self.zone_digests.setdefault(zone, short_digest(zone))


def keep_latest_revisions(parsed: Iterable[EntryText], entries: dict[str, EntryText]) -> None:
    """Add the parsed entries to `entries` (by UID), where they are newer revisions than those in it."""
    for each in parsed:
        if each.uid and (each.uid not in entries or revision(each) > revision(entries[each.uid])):
            entries[each.uid] = each


def revision(entry: EntryText) -> tuple[int, bytes]:
    """Return SEQUENCE and LAST-MODIFIED, the sort key of two revisions of one UID."""
    text = b"\n".join(entry.components)
    sequences = [int(each) for each in _SEQUENCE.findall(text)]
    return max(sequences, default=0), max(_LAST_MODIFIED.findall(text), default=b"")


def diff_entries(
    previous: Mapping[str, bytes],
    present: AbstractSet[str],
    out_of_scope: AbstractSet[str],
    changed: Mapping[str, EntryText],
    deleted: AbstractSet[str] = frozenset(),
) -> tuple[list[Item | str], dict[str, bytes]]:
    """Compare entries with the `previous` content digests by UID. Return the changed UIDs and removed entries, and the new digests.

    A UID that is neither `present` nor `out_of_scope` was removed; with no UID present at all, only one that the server itself calls
    `deleted` somewhere.
    """
    digests_of = EntryDigests()
    in_scope = present | deleted | (previous.keys() - out_of_scope)
    still_known = {uid: each for uid, each in previous.items() if uid in in_scope}
    digests = still_known | {uid: digests_of.of(each) for uid, each in changed.items()}
    removed = sorted(still_known.keys() - present if present else still_known.keys() & deleted)
    items: list[Item | str] = [
        *(uid for uid in changed if previous.get(uid) != digests[uid]),
        *(RemovedEntry(uid=uid, ref=uid) for uid in removed),
    ]
    return items, {uid: each for uid, each in digests.items() if uid not in removed}


def entry_batches(
    items: list[Item | str], entries: Mapping[str, EntryText], cursor_before: Struct, cursor_after: Struct
) -> Iterator[Batch]:
    """Yield the items in batches, with UIDs replaced by their entries. Only the last batch carries `cursor_after`: an interrupted read
    starts again, because removals are known only at its end.
    """
    starts = range(0, max(1, len(items)), BATCH_SIZE)
    earlier, later = msgpack.encode(cursor_before), msgpack.encode(cursor_after)
    for start in starts:
        chunk = items[start : start + BATCH_SIZE]
        built = (CalendarEntry(raw=entries[each].text, ref=each) if isinstance(each, str) else each for each in chunk)
        yield Batch(items=tuple(built), cursor=later if start == starts[-1] else earlier, total=len(items))


def busy_times(entries: Iterable[EntryText], start: datetime, end: datetime) -> Iterator[BusyTime]:
    """Yield the busy times of entries that are not ours; floating times are read in the zone of `start`."""
    for each in entries:
        if not each.uid.endswith(OURS) and _may_overlap(each, start, end):
            yield from _busy_occurrences(each, start, end)


def _may_overlap(entry: EntryText, start: datetime, end: datetime) -> bool:
    """Whether the entry has to be parsed: most entries of a calendar are single meetings of long ago."""
    text = b"\n".join(entry.components)
    days = sorted(_DAY.findall(text))
    if not days or _DURATION_OR_RECURRENCE.search(text):
        return True
    first, last = (f"{moment:%Y%m%d}".encode() for moment in (start - timedelta(days=2), end + timedelta(days=2)))
    return bool(days[-1] >= first and days[0] <= last)


def _busy_occurrences(entry: EntryText, start: datetime, end: datetime) -> Iterator[BusyTime]:
    from recurring_ical_events import of  # needed only where an invite looks for its place

    try:
        occurrences = of(parse_calendar(entry.text)).between(start, end)
        times = [(each.start, each.end) for each in occurrences[:MAX_OCCURRENCES] if not _is_free(each)]
    except Exception:  # noqa: BLE001 - whatever an entry does to its parser, the others are busy times
        return
    for begins, ends in times:
        if isinstance(begins, datetime) and isinstance(ends, datetime):
            yield BusyTime(_aware(begins, start), _aware(ends, start))


def _is_free(occurrence: Any) -> bool:
    values = [str(occurrence.get(name, "")).upper() for name in ("transp", "status")]
    return "TRANSPARENT" in values or "CANCELLED" in values


def _aware(moment: datetime, like: datetime) -> datetime:
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=like.tzinfo)).astimezone(UTC)
