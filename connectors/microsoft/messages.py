"""The resources of Graph (v1.0) for mails and folders that are used here."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct, field

from ..resources import Resource
from .events import Recipient, Removed

FIELDS = "id,receivedDateTime,isDraft,conversationId"
FIELDS_WITH_HEADERS = f"{FIELDS},subject,from,internetMessageHeaders"
_ONCE = frozenset({"from", "subject"})


class Header(Struct, frozen=True):
    name: str = ""
    value: str | None = None

    @property
    def line(self) -> str:
        return f"{self.name}: {' '.join((self.value or '').split())}"


class Message(Resource, frozen=True, kw_only=True):
    """A message in a delta response; headers only if requested, and never for sent mail."""

    id: str
    received_date_time: Annotated[datetime, Meta(tz=True)] | None = None
    is_draft: bool | None = None
    conversation_id: str | None = None
    subject: str | None = None
    sender: Recipient | None = field(default=None, name="from")
    internet_message_headers: tuple[Header, ...] | None = None
    removed: Removed | None = field(default=None, name="@removed")

    @property
    def header_section(self) -> bytes | None:
        """The header section (RFC 5322, 2.2); None without headers. From is added, which Graph may leave out."""
        if not self.internet_message_headers:
            return None
        sender = self.sender.email_address if self.sender is not None else None
        own = Header("From", f"{(sender and sender.name) or ''} <{(sender and sender.address) or ''}>")
        others = (each for each in self.internet_message_headers if each.name.lower() not in _ONCE)
        return "\r\n".join(each.line for each in (own, Header("Subject", self.subject), *others)).encode()


class Folder(Resource, frozen=True, kw_only=True):
    display_name: str = ""
    total_item_count: int = 0
