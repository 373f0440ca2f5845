"""What Graph tells of mails and their folders (v1.0, resource types `message` and `mailFolder`), as far as it is used here."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct, field

from ..resources import Resource
from .events import Recipient, Removed

SHOWN = "id,receivedDateTime,isDraft,conversationId"
SHOWN_WITH_HEAD = f"{SHOWN},subject,from,internetMessageHeaders"
_ONCE = frozenset({"from", "subject"})


class Header(Struct, frozen=True):
    name: str = ""
    value: str | None = None

    @property
    def line(self) -> str:
        return f"{self.name}: {' '.join((self.value or '').split())}"


class Message(Resource, frozen=True, kw_only=True):
    """What a delta tells of a message; its headers only where they are asked for, and never of what was sent."""

    id: str
    received_date_time: Annotated[datetime, Meta(tz=True)] | None = None
    is_draft: bool | None = None
    conversation_id: str | None = None
    subject: str | None = None
    sender: Recipient | None = field(default=None, name="from")
    internet_message_headers: tuple[Header, ...] | None = None
    removed: Removed | None = field(default=None, name="@removed")

    @property
    def head(self) -> bytes | None:
        """Its head (RFC 5322), for the header stage; None where it is not told. Graph may leave From out of the headers."""
        if not self.internet_message_headers:
            return None
        sender = self.sender.email_address if self.sender is not None else None
        own = Header("From", f"{(sender and sender.name) or ''} <{(sender and sender.address) or ''}>")
        others = (each for each in self.internet_message_headers if each.name.lower() not in _ONCE)
        return "\r\n".join(each.line for each in (own, Header("Subject", self.subject), *others)).encode()


class Folder(Resource, frozen=True, kw_only=True):
    display_name: str = ""
    total_item_count: int = 0
