"""What recognition says of an item: findings, each a typed fact with its evidence."""

import base64
import hashlib
from collections.abc import Container
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from afterword.eventlog.events import AnyEvent, Evidence

RECOGNISER = "1"
"""The version of the rules, kept with each fact."""

UNSURE_BELOW = 0.8
"""A finding with less confidence is put to the user as a question."""


class Unreadable(Exception):
    """The input can't be read within the limits; the message is one sentence for the user."""


class User(Struct, frozen=True, kw_only=True):
    """Whose mail it is: `addresses` in lower case, the zone for times that name none, days off, and whose
    Authentication-Results (RFC 8601 authserv-id) are to be believed.
    """

    name: str = ""
    addresses: tuple[str, ...] = ()
    zone: ZoneInfo = ZoneInfo("UTC")
    holidays: Container[date] = ()
    authserv_ids: tuple[str, ...] = ()

    def owns(self, address: str) -> bool:
        """Whether a (possibly plus-) address is one of the user's own."""
        local, _, domain = address.lower().partition("@")
        return f"{local.partition('+')[0]}@{domain}" in self.addresses or address.lower() in self.addresses


class Finding(Struct, frozen=True, kw_only=True):
    """A fact that an item holds. A `tentative` one counts only where the thread or its people belong to a known application, and
    is then as likely as `at_home` says.
    """

    event: AnyEvent
    evidence: Evidence
    tentative: bool = False
    at_home: float = 0.0


class InviteReply(Struct, frozen=True, kw_only=True):
    """What the user answered to an invite of ours, by mail; "moved" is a wish for another time, with that time."""

    uid: str
    answer: Literal["accepted", "tentative", "declined", "moved"]
    start: datetime | None = None
    end: datetime | None = None


class Reading(Struct, frozen=True, kw_only=True):
    """All that one item says. `identity` is the same for each copy of the item, in whatever account it lies."""

    identity: str
    occurred_at: datetime
    zone: str = ""
    findings: tuple[Finding, ...] = ()
    answers: tuple[InviteReply, ...] = ()


def digest(*parts: str) -> str:
    """A short name derived from these parts: 26 characters of base32, lower case; always the same for the same parts."""
    data = hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).digest()
    return base64.b32encode(data[:16]).decode().rstrip("=").lower()
