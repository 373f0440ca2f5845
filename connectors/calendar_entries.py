"""Entries as calendars hold them: which revision counts, what changed since the last read, and which times they take."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct, field, msgpack

from afterword.ports import Batch, BusyTime, CalendarEntry, Item, RemovedEntry
from afterword.recognition.calendar_text import EntryText
from afterword.recognition.vevent import OURS, parse_calendar

from .seen import mark

BATCH = 200
LONGEST_SERIES = 400
"""Occurrences of one series that are looked at for taken times."""

_CHANGES_BY_ITSELF = re.compile(rb"^DTSTAMP[^\n]*\n(?:[ \t][^\n]*\n)*", re.MULTILINE)
_DAY = re.compile(rb"^DT(?:START|END)[^:\r\n]*:(\d{8})", re.MULTILINE | re.IGNORECASE)
_LASTS_OR_REPEATS = re.compile(rb"^(?:RRULE|RDATE|DURATION)\b", re.MULTILINE | re.IGNORECASE)
_SEQUENCE = re.compile(rb"^SEQUENCE:(\d{1,9})", re.MULTILINE)
_CHANGED = re.compile(rb"^LAST-MODIFIED[^:\n]*:(\w{8,20})", re.MULTILINE)


class Marks(Struct):
    """Makes a mark of an entry's content; those of zones are kept, for a calendar's entries share a few."""

    zones: dict[bytes, bytes] = field(default_factory=dict)

    def of(self, entry: EntryText) -> bytes:
        parts = [self.zones[each] if each in self.zones else self._zone(each) for each in entry.zones]
        text = b"\r\n".join([*entry.components, b""])
        return mark(b"".join([entry.method, *parts, _CHANGES_BY_ITSELF.sub(b"", text)]))

    def _zone(self, zone: bytes) -> bytes:
        return self.zones.setdefault(zone, mark(zone))


def take(read: Iterable[EntryText], standing: dict[str, EntryText]) -> None:
    """The newest revision of each UID counts, wherever it lies; of two alike, the same one at every read."""
    for each in read:
        if each.uid and (each.uid not in standing or revision(each) > revision(standing[each.uid])):
            standing[each.uid] = each


def revision(entry: EntryText) -> tuple[int, bytes]:
    """SEQUENCE and LAST-MODIFIED, to compare two entries of one UID by."""
    text = b"\n".join(entry.components)
    sequences = [int(each) for each in _SEQUENCE.findall(text)]
    return max(sequences, default=0), max(_CHANGED.findall(text), default=b"")


def news(
    known: Mapping[str, bytes], there: set[str], dropped: set[str], changed: Mapping[str, EntryText]
) -> tuple[list[Item | str], dict[str, bytes]]:
    """What is new beside the marks that are known, and the marks from now on, all by UID. What is neither `there` nor `dropped`
    from sight has vanished; calendars that are suddenly empty lost nothing.
    """
    marking = Marks()
    before = {uid: each for uid, each in known.items() if uid in there or uid not in dropped}
    marks = before | {uid: marking.of(each) for uid, each in changed.items()}
    gone = sorted(before.keys() - there) if there else []
    items: list[Item | str] = [
        *(uid for uid in changed if known.get(uid) != marks[uid]),
        *(RemovedEntry(uid=uid, ref=uid) for uid in gone),
    ]
    return items, {uid: each for uid, each in marks.items() if uid not in gone}


def batches(
    items: list[Item | str], standing: Mapping[str, EntryText], before: Struct, after: Struct
) -> Iterator[Batch]:
    """The items, UIDs made to entries batch by batch. All but the last keep the cursor as it was: what is gone can be told
    only once all that is there is known.
    """
    starts = range(0, max(1, len(items)), BATCH)
    earlier, later = msgpack.encode(before), msgpack.encode(after)
    for start in starts:
        some = items[start : start + BATCH]
        made = (CalendarEntry(raw=standing[each].text, ref=each) if isinstance(each, str) else each for each in some)
        yield Batch(items=tuple(made), cursor=later if start == starts[-1] else earlier, total=len(items))


def busy_times(entries: Iterable[EntryText], start: datetime, end: datetime) -> Iterator[BusyTime]:
    """The taken times of those that are not ours; a floating time is one in the zone of `start`."""
    for each in entries:
        if not each.uid.endswith(OURS) and _may_touch(each, start, end):
            yield from _busy(each, start, end)


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
