"""What Graph tells of mails and their folders (v1.0, resource types `message` and `mailFolder`), as far as it is used here."""

from datetime import datetime
from typing import Annotated, TypeVar

from msgspec import DecodeError, Meta, Struct, field, json

from afterword.ports import Unavailable

from .calendars import Reply

Value = TypeVar("Value")


class Removed(Struct, frozen=True):
    reason: str | None = None


class Message(Struct, frozen=True, kw_only=True, rename="camel"):
    """What a delta tells of a message."""

    id: str
    received_date_time: Annotated[datetime, Meta(tz=True)] | None = None
    is_draft: bool | None = None
    conversation_id: str | None = None
    removed: Removed | None = field(default=None, name="@removed")


class Page(Struct, frozen=True, kw_only=True):
    value: list[Message]
    next_link: str = field(default="", name="@odata.nextLink")
    delta_link: str = field(default="", name="@odata.deltaLink")


class Folder(Struct, frozen=True, kw_only=True, rename="camel"):
    display_name: str = ""
    total_item_count: int = 0


def told(reply: Reply, kind: type[Value]) -> Value:
    """What an answer holds. Raises Unavailable."""
    if reply.status != 200:  # noqa: PLR2004 - HTTP's own
        raise Unavailable(f"Outlook's mail could not do what it was asked ({reply.status}).")
    try:
        return json.decode(reply.body, type=kind)
    except (DecodeError, UnicodeDecodeError) as error:
        raise Unavailable("Outlook's mail gave an answer that can't be understood.") from error
