"""A source of calendar entries from an .ics file, a folder of them, or an https address; yields entries with changed content."""

import os
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from datetime import datetime
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from msgspec import Struct, field

from afterword.ports import Batch, BusyTime, Item, NeedsUser, RemovedEntry, UnreadableItem
from afterword.recognition.entries.calendar_text import EntryText, entries, is_whole

from .calendar_entries import EntryDigests, busy_times, entry_batches, keep_latest_revisions
from .ics_subscription import IcsSubscription
from .seen import decode_cursor, short_digest
from .user_files import translate_read_errors

MAX_FILE_SIZE = 20 * 1024 * 1024
EXCERPT_SIZE = 64 * 1024
MAX_FILES = 100_000
Content = tuple[str, bytes]
"""The name of a calendar, for messages, and its text."""


class IcsSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Either `path`, a file or folder, or `url`, an https:// or webcal:// address (both fetched by https). `ca_file` holds the trusted
    certificates, "" for the system's.
    """

    path: str = ""
    url: str = ""
    ca_file: str = ""

    def __post_init__(self) -> None:
        if bool(self.path) == bool(self.url):
            raise ValueError('name a path, or an address as url = "https://…"')
        parts = urlsplit(self.url)
        if self.url and (
            parts.scheme not in {"https", "webcal"} or not parts.hostname or parts.username or parts.password
        ):
            raise ValueError("url must begin with https://, and hold no user or password")

    @property
    def address(self) -> str:
        """The https URL to fetch."""
        return urlsplit(self.url)._replace(scheme="https").geturl()


class Cursor(Struct, kw_only=True, tag="ics", tag_field="kind"):
    """Content digests: of each entry by UID, and of each unreadable file by name; and of the `place` that they were read from. The
    `uncertain` UIDs are those that an unreadable file may hold.

    An account of another kind that had the same name left another cursor, whose entries are not missing here.
    """

    entries: dict[str, bytes] = field(default_factory=dict)
    unread: dict[str, bytes] = field(default_factory=dict)
    uncertain: set[str] = field(default_factory=set)
    place: bytes = b""


class IcsSource:
    """Reads calendars as they stand, and changes nothing in them."""

    Settings: ClassVar[type[IcsSettings]] = IcsSettings
    holds_mail: ClassVar[bool] = False

    def __init__(self, settings: IcsSettings, subscription: IcsSubscription | None = None) -> None:
        self._path = Path(settings.path).expanduser()
        self._place = short_digest(os.fsencode(settings.url or self._path))
        self._subscription = subscription or (
            IcsSubscription(settings.address, settings.ca_file) if settings.url else None
        )
        self._last_read: tuple[bytes | None, list[bytes]] = None, []

    def read(self, cursor: bytes | None, until: datetime) -> Iterator[Batch]:
        """See `Source`: new and changed entries, and removed UIDs. What is as it was at the last read is not parsed again.

        What another place held, which is no longer read, was not removed.
        """
        _ = until  # a calendar only has its current state
        contents, marks = self._contents(), list[bytes]()
        if cursor is not None and self._last_read == (cursor, [_mark(each) for each in contents]):
            yield Batch(items=(), cursor=cursor, total=0)
            return
        previous = decode_cursor(cursor, Cursor, Cursor())
        if previous.place not in {b"", self._place}:
            previous = Cursor()
        for batch in _changes(previous, self._place, _parse_and_mark(contents, marks)):
            yield batch
            cursor = batch.cursor
        self._last_read = cursor, marks

    def busy(self, start: datetime, end: datetime) -> Iterator[BusyTime]:
        """See `FreeBusySource`; entries that can't be parsed are left out."""
        entries_by_uid: dict[str, EntryText] = {}
        for parsed in map(_parse, self._contents()):
            if not isinstance(parsed, UnreadableItem):
                keep_latest_revisions(parsed, entries_by_uid)
        yield from busy_times(entries_by_uid.values(), start, end)

    def check(self) -> str:
        """Return how many entries there are, in how many files."""
        parsed = [_parse(each) for each in self._contents()]
        count = sum(len(each) for each in parsed if not isinstance(each, UnreadableItem))
        description = f"{count} entr{'ies' if count != 1 else 'y'}"
        if self._subscription is not None:
            return f"{description} at {self._subscription.host}"
        return f"{description} in {len(parsed)} file{'s' if len(parsed) != 1 else ''}"

    def _contents(self) -> Iterable[Content]:
        if self._subscription is not None:
            return [(self._subscription.host, self._subscription.fetch())]
        return _Files(self._path)


class _Files(Struct, frozen=True):
    """The content of an .ics file, or of each one in a folder, read anew whenever one goes through them."""

    path: Path

    def __iter__(self) -> Iterator[Content]:
        for path in self._paths():
            with translate_read_errors(path), path.open("rb") as file:
                raw = file.read(MAX_FILE_SIZE + 1)
            yield path.name if path == self.path else str(path.relative_to(self.path)), raw

    def _paths(self) -> Iterator[Path]:
        with translate_read_errors(self.path):
            if self.path.is_dir():
                paths = sorted(_calendar_files(self.path))
                if len(paths) > MAX_FILES:
                    raise NeedsUser(f"{self.path} holds more than {MAX_FILES} calendars: name a folder with fewer.")
                yield from paths
            elif self.path.is_file():
                yield self.path
            else:
                raise NeedsUser(f"There is no calendar at {self.path}: correct the account's path.")


def _calendar_files(folder: Path) -> Iterator[Path]:
    """The .ics files in the folder and in those below it. Raises OSError for a folder that can't be opened: its entries are not gone."""

    def refuse(error: OSError) -> None:
        raise error

    for place, _, names in os.walk(folder, onerror=refuse):
        paths = (Path(place, name) for name in names if name.lower().endswith(".ics"))
        yield from (each for each in paths if each.is_file() and not each.is_symlink())


def _mark(content: Content) -> bytes:
    name, text = content
    return short_digest(os.fsencode(name)) + short_digest(text)


def _parse_and_mark(contents: Iterable[Content], marks: list[bytes]) -> Iterator[list[EntryText] | UnreadableItem]:
    for each in contents:
        marks.append(_mark(each))
        yield _parse(each)


def _changes(previous: Cursor, place: bytes, calendars: Iterable[list[EntryText] | UnreadableItem]) -> Iterator[Batch]:
    entries_by_uid: dict[str, EntryText] = {}
    unreadable: dict[str, UnreadableItem] = {}
    for parsed in calendars:
        if isinstance(parsed, UnreadableItem):
            unreadable[parsed.ref] = parsed
        else:
            keep_latest_revisions(parsed, entries_by_uid)
    digests_of = EntryDigests()
    digests = {uid: digests_of.of(each) for uid, each in entries_by_uid.items()}
    unreadable_digests = {ref: short_digest(each.raw) for ref, each in unreadable.items()}
    missing = previous.entries.keys() - digests.keys()
    uncertain = _uncertain(missing, previous, unreadable.keys())
    kept = uncertain if digests else missing  # a calendar that is suddenly empty lost nothing
    known = {uid: previous.entries[uid] for uid in kept} | digests
    current = Cursor(entries=known, unread=unreadable_digests, uncertain=uncertain, place=place)
    items: list[Item | str] = [
        *(
            each
            for ref, each in unreadable.items()
            if each.raw.strip() and previous.unread.get(ref) != unreadable_digests[ref]
        ),
        *(uid for uid in digests if previous.entries.get(uid) != digests[uid]),
        *(RemovedEntry(uid=uid, ref=uid) for uid in sorted(previous.entries.keys() - current.entries.keys())),
    ]
    yield from entry_batches(items, entries_by_uid, previous, current)


def _uncertain(missing: set[str], previous: Cursor, unreadable: AbstractSet[str]) -> set[str]:
    """Those of the missing UIDs that an unreadable file may hold: they went as it, or another, became unreadable."""
    if not unreadable <= previous.unread.keys():
        return missing
    return missing & previous.uncertain if unreadable else set()


def _parse(content: Content) -> list[EntryText] | UnreadableItem:
    ref, raw = content
    if len(raw) > MAX_FILE_SIZE:
        return UnreadableItem(raw=raw[:EXCERPT_SIZE], ref=ref, reason="the calendar is larger than 20 MB")
    if b"BEGIN:VCALENDAR" not in raw[:4096].upper():
        return UnreadableItem(raw=raw[:EXCERPT_SIZE], ref=ref, reason="it is no calendar")
    if not is_whole(raw):
        return UnreadableItem(raw=raw[:EXCERPT_SIZE], ref=ref, reason="the calendar is cut off")
    return list(entries(raw))
