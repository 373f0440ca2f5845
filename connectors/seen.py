"""What was seen before, as a cursor: short digests of names or contents, packed."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import TypeVar

from msgspec import DecodeError, msgpack

LENGTH = 8
Value = TypeVar("Value")


def mark(data: bytes) -> bytes:
    """A digest that is short enough to keep for every mail, and long enough to tell a million apart."""
    return blake2b(data, digest_size=LENGTH).digest()


def packed(marks: Iterable[bytes]) -> bytes:
    """The marks as one string of bytes, the same for the same set."""
    return b"".join(sorted(marks))


def unpacked(data: bytes) -> set[bytes]:
    return {data[start : start + LENGTH] for start in range(0, len(data) - LENGTH + 1, LENGTH)}


def decoded(cursor: bytes | None, kind: type[Value], otherwise: Value) -> Value:
    """A cursor's value; `otherwise` where there is none, or it can't be understood."""
    try:
        return msgpack.decode(cursor, type=kind) if cursor else otherwise
    except (DecodeError, UnicodeDecodeError, ValueError):
        return otherwise
