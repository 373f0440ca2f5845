"""The cursor of an account: how far each of its folders was read."""

from datetime import date, datetime

from msgspec import Struct, field


class FolderCursor(Struct, kw_only=True):
    """How far a folder was read.

    All UIDs below `uid_next` were read, except those in `deferred`: mails that arrived after the last read's `until`, and those in
    `failing`, which the server has not returned since that time. `since` is the start of the initial read, None once it is complete.
    """

    uid_validity: int = field(name="validity")
    uid_next: int = field(default=1, name="next")
    deferred: list[int] = field(default_factory=list, name="waiting")
    failing: dict[int, datetime] = field(default_factory=dict)
    since: date | None = None


class Cursor(Struct, kw_only=True):
    """The folders by name, and the digests of the mails that were read last, in any folder."""

    folders: dict[str, FolderCursor] = field(default_factory=dict)
    seen: bytes = b""
    read_until: datetime | None = None
