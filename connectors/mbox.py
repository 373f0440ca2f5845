"""An mbox file, or a folder of them, as a source (RFC 4155 and the dialects in use).

A mail begins at a "From " line after an empty line, if that line looks like an envelope: an address and a date. Bodies with
"From " at the start of a line are in all mailboxes, escaped or not.
"""

import mmap
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from msgspec import Struct, field, msgpack

from afterword.ports import Batch, Item, Mail, Mailbox, NeedsUser, SetAside, Unavailable
from afterword.recognition.message import arrived_at

from .mailboxes import role_of
from .seen import decoded, mark, packed, unpacked

BATCH = 200
LARGEST_MAIL = 25 * 1024 * 1024
KEPT_OF_A_LARGE_ONE = 64 * 1024
HEAD = 64 * 1024
TAIL = 4096
"""So many bytes before the end of what was read tell whether the file only grew since."""

_ENVELOPE = re.compile(
    rb"^From [^\r\n]{0,300}?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d\d:\d\d[^\r\n]{0,60}\r?\n",
    re.MULTILINE,
)
_CHANGING = re.compile(
    rb"^(?:X?-?Status|X-Keywords|X-UID|X-UIDL|X-IMAP|X-IMAPbase|X-Mozilla-[\w-]+|Content-Length|Lines):[^\n]*\n(?:[ \t][^\n]*\n)*",
    re.MULTILINE | re.IGNORECASE,
)
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_NOT_MAIL = frozenset({".msf", ".dat", ".sqlite", ".json", ".html", ".log", ".txt~"})


class MboxSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`path` is a file, or a folder of such files; `sent` says that it holds sent mail, where its name doesn't."""

    path: str
    sent: bool = False


class FileCursor(Struct, kw_only=True):
    """How far a file was read: the offset, a digest of what stands before it, and a mark of every mail."""

    offset: int = 0
    tail: bytes = b""
    size: int = 0
    seen: bytes = b""


class Cursor(Struct, kw_only=True):
    files: dict[str, FileCursor] = field(default_factory=dict)


class MboxSource:
    """Reads mbox files, and changes nothing in them."""

    Settings = MboxSettings
    holds_mail: ClassVar[bool] = True

    def __init__(self, settings: MboxSettings) -> None:
        self._path = Path(settings.path).expanduser()
        self._sent = settings.sent

    def read(self, cursor: bytes | None, until: datetime) -> Iterator[Batch]:
        """The mails that came behind what was read; where a file was rewritten, those that it did not hold."""
        known = decoded(cursor, Cursor, Cursor())
        for path in self._files():
            here = known.files.setdefault(path.name, FileCursor())
            for items in self._read_file(path, here, until):
                yield Batch(items=items, cursor=msgpack.encode(known))

    def check(self) -> str:
        """How many files there are, and how large they are."""
        files = list(self._files())
        megabytes = sum(each.stat().st_size for each in files) / 1e6
        return f"{megabytes:.1f} MB of mail in {len(files)} file{'s' if len(files) != 1 else ''}"

    def _files(self) -> Iterator[Path]:
        if self._path.is_dir():
            yield from (each for each in sorted(self._path.iterdir()) if _may_be_mbox(each))
        elif self._path.is_file():
            yield self._path
        else:
            raise NeedsUser(f"There is no mbox at {self._path}: mend the account's path.")

    def _read_file(self, path: Path, here: FileCursor, until: datetime) -> Iterator[tuple[Item, ...]]:
        role: Mailbox = "sent" if self._sent else (role_of(path.stem) or "other")
        try:
            with path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                if size:
                    with mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) as data:
                        yield from _Reading(data, here, until, role, path.name).batches()
        except PermissionError as error:
            raise NeedsUser(f"{path} can't be read: give yourself the right to.") from error
        except (OSError, ValueError) as error:
            raise Unavailable(f"{path} can't be read ({error}).") from error


class _Reading:
    """One pass over a file's bytes."""

    def __init__(self, data: mmap.mmap, here: FileCursor, until: datetime, role: Mailbox, name: str) -> None:
        self._data = data
        self._here = here
        self._until = until
        self._role = role
        self._name = name
        self._seen = unpacked(here.seen)
        self._waits = False

    def batches(self) -> Iterator[tuple[Item, ...]]:
        items: list[Item] = []
        for start, end in self._mails(self._begin()):
            item = self._item(start, end)
            items.extend([item] if item is not None else [])
            if not self._waits:
                self._keep(end)
            if len(items) == BATCH:
                yield self._full(items)
                items = []
        yield self._full(items)

    def _full(self, items: list[Item]) -> tuple[Item, ...]:
        self._here.seen = packed(self._seen)
        return tuple(items)

    def _begin(self) -> int:
        """Behind what was read, if that still stands there; else at the beginning."""
        offset = self._here.offset
        grown = offset <= len(self._data) and mark(self._data[max(0, offset - TAIL) : offset]) == self._here.tail
        return offset if grown else 0

    def _keep(self, end: int) -> None:
        self._here.offset, self._here.tail = end, mark(self._data[max(0, end - TAIL) : end])

    def _mails(self, begin: int) -> Iterator[tuple[int, int]]:
        """Where each mail's envelope begins, and where the next one's does."""
        start = None
        for found in _ENVELOPE.finditer(self._data, begin):
            if not self._follows_an_empty_line(found.start()):
                continue
            if start is not None:
                yield start, found.start()
            start = found.start()
        if start is not None and self._is_whole():
            yield start, len(self._data)

    def _follows_an_empty_line(self, start: int) -> bool:
        before = self._data[max(0, start - 4) : start]
        return start == 0 or before.endswith((b"\n\n", b"\n\r\n")) or before == b"\n"

    def _is_whole(self) -> bool:
        """A last mail without an end of line is being written, unless it stood so at the last read too."""
        size, before = len(self._data), self._here.size
        self._here.size = size
        return self._data[-1:] == b"\n" or before == size

    def _item(self, start: int, end: int) -> Item | None:
        """The mail; None for one that was seen, or that has not arrived yet: then all behind it is looked at again."""
        begin = self._data.find(b"\n", start, end) + 1
        raw = self._data[begin : min(end, begin + LARGEST_MAIL)]
        key = _key(raw)
        if key in self._seen:
            return None
        arrived = arrived_at(raw[:HEAD], None)
        if arrived is not None and arrived > self._until:
            self._waits = True
            return None
        self._seen.add(key)
        ref = f"{self._name}:{start}"
        if end - begin > LARGEST_MAIL:
            return SetAside(raw=raw[:KEPT_OF_A_LARGE_ONE], ref=ref, reason="it is larger than 25 MB")
        raw = _QUOTED.sub(rb"\1", raw)
        return Mail(raw=raw, ref=ref, mailbox=self._role, received_at=_envelope_date(self._data[start:begin]))


def _key(raw: bytes) -> bytes:
    head, _, body = raw.partition(b"\n\n")
    return mark(_CHANGING.sub(b"", head + b"\n") + body.rstrip())


def _envelope_date(line: bytes) -> datetime | None:
    """The time of delivery (RFC 4155: in UTC), if the line tells it."""
    found = re.search(rb"[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}", line)
    if found is None:
        return None
    try:
        return datetime.strptime(found[0].decode(), "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
    except ValueError:
        return None


def _may_be_mbox(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and path.suffix not in _NOT_MAIL and role_of(path.stem) is not None
