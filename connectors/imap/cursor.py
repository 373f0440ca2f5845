"""How far an account was read, as it is kept between two readings."""

from datetime import date, datetime

from msgspec import Struct, field


class FolderCursor(Struct, kw_only=True):
    """How far a folder was read.

    All UIDs below `next` were, but those in `waiting`, which had not arrived yet, or could not be had since the time in
    `failing`. While the first reading lasts, `since` is how far back it goes.
    """

    validity: int
    next: int = 1
    waiting: list[int] = field(default_factory=list)
    failing: dict[int, datetime] = field(default_factory=dict)
    since: date | None = None


class Cursor(Struct, kw_only=True):
    """The folders by name, and the marks of the mails that were read last, from whichever."""

    folders: dict[str, FolderCursor] = field(default_factory=dict)
    seen: bytes = b""
    read_until: datetime | None = None
