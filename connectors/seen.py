"""Cursors: their decoding, and the digests of items that were read before."""

from collections.abc import Sequence
from datetime import timedelta
from hashlib import blake2b
from typing import TypeVar

from msgspec import DecodeError, msgpack

from afterword.ports import Item, RemovedEntry

DIGEST_SIZE = 8
MAX_DIGESTS = 20_000
"""Digests that are kept for a server that itself tells what is new: they are needed only where it can't."""

MAX_DEFERRED = 10_000
"""Mails that a cursor keeps for a later read."""

GIVE_UP_AFTER = timedelta(days=3)
"""How long a mail that can't be fetched is tried again."""

MOST_ITEMS = 200
MOST_BYTES = 32 * 1024 * 1024
Value = TypeVar("Value")


def short_digest(data: bytes) -> bytes:
    """Return a digest of DIGEST_SIZE bytes: short enough to keep for every mail, and unique among a million."""
    return blake2b(data, digest_size=DIGEST_SIZE).digest()


class SeenDigests:
    """A set of digests in insertion order, with a packed form as bytes; adding one takes constant time."""

    def __init__(self, to_bytes: bytes = b"") -> None:
        self._packed = bytearray(to_bytes[: len(to_bytes) // DIGEST_SIZE * DIGEST_SIZE])
        self._marks = {to_bytes[start : start + DIGEST_SIZE] for start in range(0, len(self._packed), DIGEST_SIZE)}

    def __contains__(self, each: bytes) -> bool:
        return each in self._marks

    def add(self, each: bytes) -> None:
        if each not in self._marks:
            self._marks.add(each)
            self._packed += each

    def to_bytes(self) -> bytes:
        """Return all digests, concatenated."""
        return bytes(self._packed)

    def newest(self) -> bytes:
        """Return the MAX_DIGESTS that were added last, concatenated."""
        return bytes(self._packed[-MAX_DIGESTS * DIGEST_SIZE :])


def is_batch_full(items: Sequence[Item]) -> bool:
    """Whether the items fill a batch, by their number or size."""
    size = sum(len(each.raw) for each in items if not isinstance(each, RemovedEntry))
    return len(items) >= MOST_ITEMS or size >= MOST_BYTES


def decode_cursor(cursor: bytes | None, type_: type[Value], default: Value) -> Value:
    """Decode a cursor (msgpack); return `default` where there is none, or it can't be decoded."""
    try:
        return msgpack.decode(cursor, type=type_) if cursor else default
    except (DecodeError, UnicodeDecodeError, ValueError):
        return default
