"""What recognition finds in an item, which is a mail or a calendar entry: typed facts, each with its evidence."""

from collections.abc import Container
from datetime import date, datetime, timedelta
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from ..eventlog.events import AnyEvent, Evidence

USUAL_LENGTH = timedelta(hours=1)
"""How long a meeting is taken to last that names no end. Who joins interviews knows an assumed end by it."""

UNSURE_BELOW = 0.8
"""A finding with less confidence is put to the user as a question."""

SUREST_QUESTION = round(UNSURE_BELOW - 0.01, 2)
"""The confidence of what is a question, however surely it is said, until its application is known."""


@cache
def recogniser() -> str:
    """The version of the program, kept with each fact: its rules and words may be others in the next one."""
    from importlib.metadata import version  # a parser of mail headers: needless where nothing is recognised

    return version("afterword")


class Unreadable(Exception):
    """The input can't be read within the limits; the message is one sentence for the user."""


class User(Struct, frozen=True, kw_only=True):
    """Whose mail it is: `addresses` in lower case, the zone of times that name none, days off, the servers whose
    Authentication-Results are believed (authserv-id, RFC 8601), and the addresses, in lower case, from which a calendar server
    answers invites for them.
    """

    name: str = ""
    addresses: tuple[str, ...] = ()
    zone: ZoneInfo = ZoneInfo("UTC")
    holidays: Container[date] = ()
    authserv_ids: tuple[str, ...] = ()
    calendar_servers: tuple[str, ...] = ()

    def owns(self, address: str) -> bool:
        """Whether a (possibly plus-) address is one of the user's own."""
        local, _, domain = address.lower().partition("@")
        return f"{local.partition('+')[0]}@{domain}" in self.addresses or address.lower() in self.addresses


class Finding(Struct, frozen=True, kw_only=True):
    """A fact in an item. A `tentative` one counts only where the item is matched to a known application, by its thread or its
    people. Matched to one, each has the confidence `confidence_if_matched`, if that is higher.
    """

    event: AnyEvent
    evidence: Evidence
    tentative: bool = False
    confidence_if_matched: float = 0.0


class InviteReply(Struct, frozen=True, kw_only=True):
    """The user's answer, by mail, to an invite of ours. "moved" asks for the time from `start` to `end`, in UTC (a COUNTER, RFC 5546)."""

    uid: str
    answer: Literal["accepted", "tentative", "declined", "moved"]
    start: datetime | None = None
    end: datetime | None = None


class Reading(Struct, frozen=True, kw_only=True):
    """What was found in one item. `identity` is the same for each copy of the item, whatever account it is in. `occurred_at` is in
    UTC, `zone` the one that it was said in, "" if unknown. One that is `apart` is the part of a mail about another job than the rest: the
    mail's thread is none of its own.
    """

    identity: str
    occurred_at: datetime
    zone: str = ""
    findings: tuple[Finding, ...] = ()
    answers: tuple[InviteReply, ...] = ()
    apart: bool = False
