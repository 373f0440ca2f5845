"""An mbox file, or a folder of them, as a source (RFC 4155 and the dialects in use).

A mail begins at a "From " line after an empty line, if that line looks like an envelope: an address and a date. Bodies with
"From " at the start of a line are in all mailboxes, escaped or not.
"""

import os
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from msgspec import Struct, field, msgpack

from afterword.ports import Batch, Item, Mail, Mailbox, NeedsUser, Unavailable
from afterword.recognition.message import has_arrived
from afterword.recognition.mime import LARGEST_MAIL

from .large_mails import too_large
from .mailboxes import role_of
from .seen import Seen, decoded, is_full, mark
from .user_files import read_errors_told

SETTLED = 0.5
"""Seconds after which nobody is writing a file any more: a mail is appended in one go."""

HEAD = 64 * 1024
TAIL = 4096
"""So many bytes before the place up to which was read tell whether the file only grew since."""

BLOCK = 4 * 1024 * 1024
LONGEST_ENVELOPE = 512

_ENVELOPE = re.compile(
    rb"^From [^\r\n]{0,300}?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d\d:\d\d[^\r\n]{0,60}\r?\n",
    re.MULTILINE,
)
_DATE = re.compile(rb"[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}")
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_CHANGING = re.compile(
    rb"^(?:X?-?Status|X-Keywords|X-UID|X-UIDL|X-IMAP|X-IMAPbase|X-Mozilla-[\w-]+|Content-Length|Lines):[^\n]*\n(?:[ \t][^\n]*\n)*",
    re.MULTILINE | re.IGNORECASE,
)
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_NOT_MAIL = frozenset({".msf", ".dat", ".sqlite", ".json", ".html", ".log", ".lock", ".txt~"})


class MboxSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`path` is a file, or a folder of such files; `sent` says that it holds sent mail, where its name doesn't."""

    path: str
    sent: bool = False


class FileCursor(Struct, kw_only=True):
    """How far a file was read: where its last mail begins, a digest of what stands before that, and the file's size."""

    offset: int = 0
    tail: bytes = b""
    size: int = 0


class Cursor(Struct, kw_only=True):
    """The files, and a mark of every mail in any of them: one that moves between them is not new."""

    files: dict[str, FileCursor] = field(default_factory=dict)
    seen: bytes = b""


class MboxSource:
    """Reads mbox files, and changes nothing in them."""

    Settings: ClassVar[type[MboxSettings]] = MboxSettings
    holds_mail: ClassVar[bool] = True

    def __init__(self, settings: MboxSettings) -> None:
        self._path = Path(settings.path).expanduser()
        self._sent = settings.sent

    def read(self, cursor: bytes | None, until: datetime) -> Iterator[Batch]:
        """The mails that came behind what was read; where a file was rewritten, those that it did not hold."""
        known = decoded(cursor, Cursor, Cursor())
        seen = Seen(known.seen)
        for path in self._files():
            here = known.files.setdefault(path.name, FileCursor())
            for items in self._read_file(path, here, seen, until):
                known.seen = seen.packed()
                yield Batch(items=items, cursor=msgpack.encode(known))

    def check(self) -> str:
        """How many files there are, and how large they are."""
        files = list(self._files())
        with read_errors_told(self._path):
            megabytes = sum(each.stat().st_size for each in files) / 1e6
        return f"{megabytes:.1f} MB of mail in {len(files)} file{'s' if len(files) != 1 else ''}"

    def _files(self) -> Iterator[Path]:
        with read_errors_told(self._path):
            if self._path.is_dir():
                yield from (each for each in sorted(self._path.iterdir()) if _may_be_mbox(each))
            elif self._path.is_file():
                yield self._path
            else:
                raise NeedsUser(f"There is no mbox at {self._path}: mend the account's path.")

    def _read_file(self, path: Path, here: FileCursor, seen: Seen, until: datetime) -> Iterator[tuple[Item, ...]]:
        role: Mailbox = "sent" if self._sent else (role_of(path.stem) or "other")
        with read_errors_told(path), path.open("rb", buffering=0) as file:
            yield from _Reading(file.fileno(), here, seen, until, role=role, name=path.name).batches()


class _Reading:
    """One pass over a file. It may be cut or rewritten meanwhile: what is missing is read short, and looked at next time."""

    def __init__(self, file: int, here: FileCursor, seen: Seen, until: datetime, *, role: Mailbox, name: str) -> None:
        self._file = file
        self._here = here
        self._seen = seen
        self._until = until
        self._role = role
        self._name = name
        self._size = os.fstat(file).st_size
        self._end = self._tail(self._size)
        self._waits = False

    def batches(self) -> Iterator[tuple[Item, ...]]:
        items: list[Item] = []
        for start, end in self._mails(self._begin()):
            item = self._item(start, end)
            items.extend([item] if item is not None else [])
            if not self._waits:
                self._keep(start)
            if is_full(items):
                self._check_standing()
                yield tuple(items)
                items = []
        self._check_standing()
        self._here.size = self._size
        yield tuple(items)

    def _check_standing(self) -> None:
        """Raise Unavailable where the file did not just grow since: what was read may be halves of two mails."""
        if self._tail(self._size) != self._end:
            raise Unavailable(f"{self._name} was written anew while it was read: it is read again next time.")

    def _begin(self) -> int:
        """At the last mail that was read, if what is before it still stands there; else at the beginning."""
        offset = self._here.offset
        return offset if offset <= self._size and self._tail(offset) == self._here.tail else 0

    def _keep(self, start: int) -> None:
        """The last mail is looked at again: more of it may have been on its way."""
        self._here.offset, self._here.tail = start, self._tail(start)

    def _tail(self, offset: int) -> bytes:
        begin = max(0, offset - TAIL)
        return mark(os.pread(self._file, offset - begin, begin))

    def _mails(self, begin: int) -> Iterator[tuple[int, int]]:
        """Where each mail's envelope begins, and where the next one's does."""
        start = None
        for here in self._envelopes(begin):
            if start is not None:
                yield start, here
            start = here
        if start is not None and self._is_whole():
            yield start, self._size

    def _envelopes(self, begin: int) -> Iterator[int]:
        """Where envelopes stand, looked for in blocks that overlap by the longest envelope."""
        while begin < self._size:
            lead = min(begin, 4)
            block = os.pread(self._file, min(BLOCK, self._size - begin) + lead, begin - lead)
            is_last = begin + BLOCK >= self._size or len(block) < BLOCK
            end = len(block) if is_last else len(block) - LONGEST_ENVELOPE
            for found in _ENVELOPE.finditer(block, lead):
                if found.start() < end and _follows_an_empty_line(block, found.start(), is_first=begin == lead):
                    yield begin - lead + found.start()
            if is_last:
                return
            begin += end - lead

    def _is_whole(self) -> bool:
        """A last mail without an end of line may be on its way, unless the file has stood so for a while."""
        ends = os.pread(self._file, 1, self._size - 1) == b"\n"
        return ends or self._here.size == self._size or time.time() - os.fstat(self._file).st_mtime >= SETTLED

    def _item(self, start: int, end: int) -> Item | None:
        """The mail; None for one that was seen, or that has not arrived yet: then all behind it is looked at again."""
        raw = os.pread(self._file, min(end - start, LARGEST_MAIL + LONGEST_ENVELOPE), start)
        envelope, _, raw = raw.partition(b"\n")
        key = _key(raw)
        if key in self._seen:
            return None
        if not has_arrived(raw[:HEAD], self._until):
            self._waits = True
            return None
        self._seen.add(key)
        ref = f"{self._name}:{start}"
        if end - start > LARGEST_MAIL:
            return too_large(raw, ref)
        return Mail(raw=_QUOTED.sub(rb"\1", raw), ref=ref, mailbox=self._role, received_at=_envelope_date(envelope))


def _follows_an_empty_line(block: bytes, start: int, *, is_first: bool) -> bool:
    before = block[max(0, start - 4) : start]
    return before.endswith((b"\n\n", b"\n\r\n")) or (is_first and before in (b"", b"\n", b"\r\n"))


def _key(raw: bytes) -> bytes:
    """The same for a mail, whatever a mail program writes into its head for itself."""
    found = _END_OF_HEAD.search(raw)
    head, body = (raw[: found.start()], raw[found.end() :]) if found else (raw, b"")
    return mark(_CHANGING.sub(b"", head.replace(b"\r\n", b"\n") + b"\n").rstrip() + b"\n\n" + body.rstrip())


def _envelope_date(line: bytes) -> datetime | None:
    """The time of delivery (RFC 4155: in UTC), if the line tells it."""
    found = _DATE.search(line)
    if found is None:
        return None
    try:
        return datetime.strptime(found[0].decode(), "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
    except ValueError:
        return None


def _may_be_mbox(path: Path) -> bool:
    return (
        path.is_file()
        and not path.is_symlink()
        and not path.name.startswith(".")
        and path.suffix not in _NOT_MAIL
        and role_of(path.stem) is not None
    )
