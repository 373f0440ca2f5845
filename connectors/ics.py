"""An .ics file, a folder of them, or an https address, as a source: every entry whose content changed since the last read."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from msgspec import Struct, field

from afterword.ports import Batch, BusyTime, Item, NeedsUser, RemovedEntry, UnreadableItem
from afterword.recognition.calendar_text import EntryText, entries, is_whole

from .calendar_entries import Marks, batches, busy_times, take
from .ics_address import IcsAddress
from .seen import decoded, mark
from .user_files import read_errors_told

LARGEST_FILE = 20 * 1024 * 1024
KEPT_OF_A_LARGE_ONE = 64 * 1024
MOST_FILES = 20_000


class IcsSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`path` is a file, or a folder of files; or `url` is an https address, and `ca_file` holds the certificates to trust for it.

    An address with webcal:// is asked by https, too.
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
        """The address that is asked."""
        return urlsplit(self.url)._replace(scheme="https").geturl()


class Cursor(Struct, kw_only=True):
    """A mark of each entry's content by its UID, and those of the files that could not be read."""

    entries: dict[str, bytes] = field(default_factory=dict)
    unread: dict[str, bytes] = field(default_factory=dict)


class IcsSource:
    """Reads calendars as they stand, and changes nothing in them."""

    Settings: ClassVar[type[IcsSettings]] = IcsSettings
    holds_mail: ClassVar[bool] = False

    def __init__(self, settings: IcsSettings, address: IcsAddress | None = None) -> None:
        self._path = Path(settings.path).expanduser()
        self._address = address or (IcsAddress(settings.address, settings.ca_file) if settings.url else None)

    def read(self, cursor: bytes | None, until: datetime) -> Iterator[Batch]:
        """The entries that are new or changed, and the UIDs that are gone while others still stand."""
        _ = until  # a calendar shows what stands in it now
        known = decoded(cursor, Cursor, Cursor())
        standing: dict[str, EntryText] = {}
        refused: dict[str, UnreadableItem] = {}
        for read in self._texts():
            if isinstance(read, UnreadableItem):
                refused[read.ref] = read
            else:
                take(read, standing)
        marking = Marks()
        marks = {uid: marking.of(each) for uid, each in standing.items()}
        unread = {ref: mark(each.raw) for ref, each in refused.items()}
        all_read = bool(marks) and not refused
        now = Cursor(entries=marks if all_read else known.entries | marks, unread=unread)
        items: list[Item | str] = [
            *(each for ref, each in refused.items() if each.raw.strip() and known.unread.get(ref) != unread[ref]),
            *(uid for uid in marks if known.entries.get(uid) != marks[uid]),
            *(RemovedEntry(uid=uid, ref=uid) for uid in sorted(known.entries.keys() - now.entries.keys())),
        ]
        yield from batches(items, standing, known, now)

    def busy(self, start: datetime, end: datetime) -> Iterator[BusyTime]:
        """The taken times of every entry that can be read; a floating time is one in the zone of `start`."""
        standing: dict[str, EntryText] = {}
        for read in self._texts():
            if not isinstance(read, UnreadableItem):
                take(read, standing)
        yield from busy_times(standing.values(), start, end)

    def check(self) -> str:
        """How many entries there are, in how many files."""
        reads = list(self._texts())
        count = sum(len(each) for each in reads if not isinstance(each, UnreadableItem))
        entries_there = f"{count} entr{'ies' if count != 1 else 'y'}"
        if self._address is not None:
            return f"{entries_there} at {self._address.host}"
        return f"{entries_there} in {len(reads)} file{'s' if len(reads) != 1 else ''}"

    def _texts(self) -> Iterator[list[EntryText] | UnreadableItem]:
        if self._address is not None:
            yield _understood(self._address.text(), self._address.host)
            return
        for path in self._files():
            yield _read(path, path.name if path == self._path else str(path.relative_to(self._path)))

    def _files(self) -> Iterator[Path]:
        with read_errors_told(self._path):
            if self._path.is_dir():
                found = (each for each in sorted(self._path.rglob("*.ics")) if each.is_file() and not each.is_symlink())
                yield from (each for number, each in enumerate(found) if number < MOST_FILES)
            elif self._path.is_file():
                yield self._path
            else:
                raise NeedsUser(f"There is no calendar at {self._path}: mend the account's path.")


def _read(path: Path, ref: str) -> list[EntryText] | UnreadableItem:
    with read_errors_told(path), path.open("rb") as file:
        return _understood(file.read(LARGEST_FILE + 1), ref)


def _understood(raw: bytes, ref: str) -> list[EntryText] | UnreadableItem:
    if len(raw) > LARGEST_FILE:
        return UnreadableItem(raw=raw[:KEPT_OF_A_LARGE_ONE], ref=ref, reason="the calendar is larger than 20 MB")
    if b"BEGIN:VCALENDAR" not in raw[:4096].upper():
        return UnreadableItem(raw=raw[:KEPT_OF_A_LARGE_ONE], ref=ref, reason="it is no calendar")
    if not is_whole(raw):
        return UnreadableItem(raw=raw[:KEPT_OF_A_LARGE_ONE], ref=ref, reason="the calendar is cut off")
    return list(entries(raw))
