"""An mbox file, or a folder of them, as a source (RFC 4155 and common dialects).

A mail starts with a "From " line after an empty line, if that line looks like an envelope (an address and a date): bodies contain
lines that start with "From " too, escaped or not.
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
from afterword.recognition.messages.message import has_arrived
from afterword.recognition.messages.mime import LARGEST_MAIL

from .large_mails import too_large
from .mailboxes import role_of
from .seen import SeenDigests, decode_cursor, is_batch_full, short_digest
from .user_files import translate_read_errors

SETTLE_TIME = 0.5
"""Seconds without modification after which a file counts as completely written."""

HEADER_LIMIT = 64 * 1024
TAIL_SIZE = 4096
"""Bytes before the offset of the last read whose digest shows whether the file only grew since."""

BLOCK_SIZE = 4 * 1024 * 1024
MAX_ENVELOPE_LENGTH = 512

_ENVELOPE = re.compile(
    rb"^From [^\r\n]{0,300}?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d\d:\d\d[^\r\n]{0,60}\r?\n",
    re.MULTILINE,
)
_DATE = re.compile(rb"[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}")
_END_OF_HEADER = re.compile(rb"\r?\n\r?\n")
_MUTABLE_HEADERS = re.compile(
    rb"^(?:X?-?Status|X-Keywords|X-UID|X-UIDL|X-IMAP|X-IMAPbase|X-Mozilla-[\w-]+|Content-Length|Lines):[^\n]*\n(?:[ \t][^\n]*\n)*",
    re.MULTILINE | re.IGNORECASE,
)
_ESCAPED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_NOT_MBOX_SUFFIXES = frozenset({".msf", ".dat", ".sqlite", ".json", ".html", ".log", ".lock", ".txt~"})


class MboxSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`path` is a file, or a folder of files; `sent` marks it as sent mail, where its name doesn't show that."""

    path: str
    sent: bool = False


class FileCursor(Struct, kw_only=True):
    """The offset of the last mail that was read, a digest of the bytes before it, and the file's size."""

    offset: int = 0
    tail: bytes = b""
    size: int = 0


class Cursor(Struct, kw_only=True):
    """The cursor of each file, and the digests of the mails in all files: a mail that moves between files is not new."""

    files: dict[str, FileCursor] = field(default_factory=dict)
    seen: bytes = b""


class MboxSource:
    """Reads mbox files without changing them."""

    Settings: ClassVar[type[MboxSettings]] = MboxSettings
    holds_mail: ClassVar[bool] = True

    def __init__(self, settings: MboxSettings) -> None:
        self._path = Path(settings.path).expanduser()
        self._sent = settings.sent

    def read(self, cursor: bytes | None, until: datetime) -> Iterator[Batch]:
        """See `Source`: mails that were appended, or, in a rewritten file, mails that were not in it before."""
        state = decode_cursor(cursor, Cursor, Cursor())
        seen = SeenDigests(state.seen)
        for path in self._files():
            file_cursor = state.files.setdefault(path.name, FileCursor())
            for items in self._read_file(path, file_cursor, seen, until):
                state.seen = seen.to_bytes()
                yield Batch(items=items, cursor=msgpack.encode(state))

    def check(self) -> str:
        """Return how many files there are, and their size."""
        files = list(self._files())
        with translate_read_errors(self._path):
            megabytes = sum(each.stat().st_size for each in files) / 1e6
        return f"{megabytes:.1f} MB of mail in {len(files)} file{'s' if len(files) != 1 else ''}"

    def _files(self) -> Iterator[Path]:
        with translate_read_errors(self._path):
            if self._path.is_dir():
                yield from (each for each in sorted(self._path.iterdir()) if _may_be_mbox(each))
            elif self._path.is_file():
                yield self._path
            else:
                raise NeedsUser(f"There is no mbox at {self._path}: correct the account's path.")

    def _read_file(
        self, path: Path, file_cursor: FileCursor, seen: SeenDigests, until: datetime
    ) -> Iterator[tuple[Item, ...]]:
        role: Mailbox = "sent" if self._sent else (role_of(path.stem) or "other")
        with translate_read_errors(path), path.open("rb", buffering=0) as file:
            yield from _MboxScan(file.fileno(), file_cursor, seen, until, role=role, name=path.name).batches()


class _MboxScan:
    """One pass over a file, which may be truncated or rewritten meanwhile."""

    def __init__(
        self, file: int, file_cursor: FileCursor, seen: SeenDigests, until: datetime, *, role: Mailbox, name: str
    ) -> None:
        self._file = file
        self._file_cursor = file_cursor
        self._seen = seen
        self._until = until
        self._role = role
        self._name = name
        self._size = os.fstat(file).st_size
        self._end_digest = self._tail_digest(self._size)
        self._has_deferred = False

    def batches(self) -> Iterator[tuple[Item, ...]]:
        items: list[Item] = []
        for start, end in self._message_ranges(self._resume_offset()):
            item = self._item(start, end)
            items.extend([item] if item is not None else [])
            if not self._has_deferred:
                self._remember_last_message(start)
            if is_batch_full(items):
                self._check_unmodified()
                yield tuple(items)
                items = []
        self._check_unmodified()
        self._file_cursor.size = self._size
        yield tuple(items)

    def _check_unmodified(self) -> None:
        """Raise Unavailable if the file was rewritten during the scan: what was read may be parts of two mails."""
        if self._tail_digest(self._size) != self._end_digest:
            raise Unavailable(f"{self._name} was written anew while it was read: it is read again next time.")

    def _resume_offset(self) -> int:
        """The offset of the last mail that was read, if the bytes before it are unchanged; else 0."""
        offset = self._file_cursor.offset
        return offset if offset <= self._size and self._tail_digest(offset) == self._file_cursor.tail else 0

    def _remember_last_message(self, start: int) -> None:
        """The last mail is read again next time: it may have been incomplete."""
        self._file_cursor.offset, self._file_cursor.tail = start, self._tail_digest(start)

    def _tail_digest(self, offset: int) -> bytes:
        begin = max(0, offset - TAIL_SIZE)
        return short_digest(os.pread(self._file, offset - begin, begin))

    def _message_ranges(self, begin: int) -> Iterator[tuple[int, int]]:
        """The offset of each mail's envelope, and of the next one's."""
        start = None
        for envelope in self._envelopes(begin):
            if start is not None:
                yield start, envelope
            start = envelope
        if start is not None and self._is_last_message_complete():
            yield start, self._size

    def _envelopes(self, begin: int) -> Iterator[int]:
        """The offsets of envelopes, searched in blocks that overlap by the longest envelope."""
        while begin < self._size:
            lead = min(begin, 4)
            block = os.pread(self._file, min(BLOCK_SIZE, self._size - begin) + lead, begin - lead)
            is_last = begin + BLOCK_SIZE >= self._size or len(block) < BLOCK_SIZE
            end = len(block) if is_last else len(block) - MAX_ENVELOPE_LENGTH
            for match in _ENVELOPE.finditer(block, lead):
                if match.start() < end and _follows_empty_line(block, match.start(), is_first=begin == lead):
                    yield begin - lead + match.start()
            if is_last:
                return
            begin += end - lead

    def _is_last_message_complete(self) -> bool:
        """Whether the last mail ends with a newline, or the file has not changed for a while."""
        ends_with_newline = os.pread(self._file, 1, self._size - 1) == b"\n"
        return (
            ends_with_newline
            or self._file_cursor.size == self._size
            or time.time() - os.fstat(self._file).st_mtime >= SETTLE_TIME
        )

    def _item(self, start: int, end: int) -> Item | None:
        """The mail; None if it was read before, or arrived after `until`: then all mails after it are read again next time."""
        raw = os.pread(self._file, min(end - start, LARGEST_MAIL + MAX_ENVELOPE_LENGTH), start)
        envelope, _, raw = raw.partition(b"\n")
        key = _message_digest(raw)
        if key in self._seen:
            return None
        if not has_arrived(raw[:HEADER_LIMIT], self._until):
            self._has_deferred = True
            return None
        self._seen.add(key)
        ref = f"{self._name}:{start}"
        if end - start > LARGEST_MAIL:
            return too_large(raw, ref)
        return Mail(
            raw=_ESCAPED_FROM.sub(rb"\1", raw), ref=ref, mailbox=self._role, received_at=_envelope_date(envelope)
        )


def _follows_empty_line(block: bytes, start: int, *, is_first: bool) -> bool:
    before = block[max(0, start - 4) : start]
    return before.endswith((b"\n\n", b"\n\r\n")) or (is_first and before in (b"", b"\n", b"\r\n"))


def _message_digest(raw: bytes) -> bytes:
    """A digest of the mail without the header fields that mail programs change."""
    match = _END_OF_HEADER.search(raw)
    header, body = (raw[: match.start()], raw[match.end() :]) if match else (raw, b"")
    return short_digest(
        _MUTABLE_HEADERS.sub(b"", header.replace(b"\r\n", b"\n") + b"\n").rstrip() + b"\n\n" + body.rstrip()
    )


def _envelope_date(line: bytes) -> datetime | None:
    """The delivery time in the envelope (RFC 4155: in UTC); None if it can't be parsed."""
    match = _DATE.search(line)
    if match is None:
        return None
    try:
        return datetime.strptime(match[0].decode(), "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
    except ValueError:
        return None


def _may_be_mbox(path: Path) -> bool:
    return (
        path.is_file()
        and not path.is_symlink()
        and not path.name.startswith(".")
        and path.suffix not in _NOT_MBOX_SUFFIXES
        and role_of(path.stem) is not None
    )
