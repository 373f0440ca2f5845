"""What was seen before, as a cursor: short digests of names or contents, packed."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

from msgspec import DecodeError, msgpack

from afterword.ports import Item, RemovedEntry

LENGTH = 8
MOST_ITEMS = 200
MOST_BYTES = 32 * 1024 * 1024
Value = TypeVar("Value")


def mark(data: bytes) -> bytes:
    """A digest that is short enough to keep for every mail, and long enough to tell a million apart."""
    return blake2b(data, digest_size=LENGTH).digest()


class Seen:
    """The marks of what was seen, in the order in which they came: one more costs the same, however many there are."""

    def __init__(self, packed: bytes = b"") -> None:
        self._packed = bytearray(packed[: len(packed) // LENGTH * LENGTH])
        self._marks = {packed[start : start + LENGTH] for start in range(0, len(self._packed), LENGTH)}

    def __contains__(self, each: bytes) -> bool:
        return each in self._marks

    def add(self, each: bytes) -> None:
        if each not in self._marks:
            self._marks.add(each)
            self._packed += each

    def packed(self) -> bytes:
        """All of them as one string of bytes."""
        return bytes(self._packed)


def is_full(items: Sequence[Item]) -> bool:
    """Whether a batch holds as much as is read at once."""
    size = sum(len(each.raw) for each in items if not isinstance(each, RemovedEntry))
    return len(items) >= MOST_ITEMS or size >= MOST_BYTES


def decoded(cursor: bytes | None, kind: type[Value], otherwise: Value) -> Value:
    """A cursor's value; `otherwise` where there is none, or it can't be understood."""
    try:
        return msgpack.decode(cursor, type=kind) if cursor else otherwise
    except (DecodeError, UnicodeDecodeError, ValueError):
        return otherwise
