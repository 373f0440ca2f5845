"""An account that is several sources in one, its mail and its calendars, each with a cursor of its own."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Protocol

from msgspec import msgpack
from msgspec.structs import replace

from afterword.ports import Batch, ConnectorError

from .seen import decoded

MAIL, CALENDARS = "mail", "calendars"


class Part(Protocol):
    """What a `Source` is, for one part of an account."""

    def read(self, cursor: bytes | None, until: datetime) -> Iterator[Batch]: ...

    def check(self) -> str: ...


def read_parts(parts: Mapping[str, Part], cursor: bytes | None, until: datetime) -> Iterator[Batch]:
    """The batches of one part after the other. One that fails stops no other: what was wrong first is raised at the end."""
    known = decoded(cursor, dict[str, bytes], {})
    failed: dict[str, ConnectorError] = {}
    for name, part in parts.items():
        try:
            for batch in part.read(known.get(name), until):
                known[name] = batch.cursor
                yield replace(batch, cursor=msgpack.encode(known))
        except ConnectorError as error:
            failed[name] = error
    for first in failed.values():
        first.mail_was_read = MAIL in parts and MAIL not in failed
        raise first


def check_parts(parts: Mapping[str, Part]) -> str:
    """What each part says of itself. Raises what the first that fails raises."""
    return "; ".join(part.check() for part in parts.values())
