"""Accounts that consist of several sources, such as mail and calendars, each with its own cursor."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Protocol

from msgspec import msgpack
from msgspec.structs import replace

from afterword.ports import Batch, ConnectorError

from .seen import decode_cursor

MAIL, CALENDARS = "mail", "calendars"


class Part(Protocol):
    """The reading half of a `Source`, for one part of an account."""

    def read(self, cursor: bytes | None, until: datetime) -> Iterator[Batch]: ...

    def check(self) -> str: ...


def read_parts(parts: Mapping[str, Part], cursor: bytes | None, until: datetime) -> Iterator[Batch]:
    """Yield the batches of one part after the other. All parts are read, then the first error is raised."""
    cursors = decode_cursor(cursor, dict[str, bytes], {})
    errors: dict[str, ConnectorError] = {}
    for name, part in parts.items():
        try:
            for batch in part.read(cursors.get(name), until):
                cursors[name] = batch.cursor
                yield replace(batch, cursor=msgpack.encode(cursors))
        except ConnectorError as error:
            errors[name] = error
    for first in errors.values():
        first.mail_was_read = MAIL in parts and MAIL not in errors
        raise first


def check_parts(parts: Mapping[str, Part]) -> str:
    """Return the descriptions of all parts. Raises the first part's error."""
    return "; ".join(part.check() for part in parts.values())
