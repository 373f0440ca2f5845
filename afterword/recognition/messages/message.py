"""A mail as a value: who wrote what to whom, when, and in which thread (RFC 5322)."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from ...digests import digest
from ...eventlog.events import Person
from .addresses import ADDRESS
from .mime import (
    LARGEST_TEXT,
    Fields,
    Part,
    as_text,
    date_of,
    decoded,
    leaves,
    read_fields,
    split_mail,
    without_controls,
)
from .visible import HtmlText, joined_flowed, read_html

MOST_PEOPLE = 200
LONGEST_ADDRESS = 320
MOST_CALENDARS = 10
CLOCKS_DIFFER = timedelta(minutes=10)
LONGEST_ON_THE_WAY = timedelta(days=30)

_ID = re.compile(
    r"<([^<>\s@\x00-\x1f\x7f-\x9f\u200b-\u206f\ufeff]{1,250}@[^<>\s@\x00-\x1f\x7f-\x9f\u200b-\u206f\ufeff]{1,250})>"
)
_PIECE = re.compile(r'(?:"[^"]*"|=\?[^?\s]{1,40}\?[BbQq]\?[^?\s]{0,400}\?=|[^",;]){1,400}')
"""A mailbox, up to a comma that is in no quoted string and in no encoded word: there, mail programs leave that of "Berg, Anna"."""

_ANGLED = re.compile(r"<([^<>\s@]{1,200}@[^<>\s@]{1,200})>")
_BARE = re.compile(ADDRESS)


class Message(Struct, frozen=True, kw_only=True):
    """A mail. Addresses are in lower case, ids without angle brackets. `text` is what a person sees of it, `quoted` the earlier mails
    that elements of HTML quote in it.

    `sent` keeps the zone of the Date field, `zone_known` says whether that names one; `received` are the times of the
    Received fields, the newest first. `identity` is the same for every copy, whatever a server added to its head.
    """

    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    sender: Person = Person()
    reply_to: tuple[Person, ...] = ()
    to: tuple[Person, ...] = ()
    cc: tuple[Person, ...] = ()
    subject: str = ""
    sent: datetime | None = None
    zone_known: bool = False
    received: tuple[datetime, ...] = ()
    text: str = ""
    quoted: str = ""
    calendars: tuple[bytes, ...] = ()
    fields: Fields = {}
    content_type: str = ""
    identity: str = ""

    @property
    def recipients(self) -> tuple[str, ...]:
        """All addresses in To and Cc."""
        return tuple(each.address for each in (*self.to, *self.cc) if each.address)


def parse_message(raw: bytes) -> Message:
    """Parse a mail. A malformed field is empty. Raises Unreadable for a mail over the limits."""
    head, body = split_mail(raw)
    fields = read_fields(head)
    parts = list(leaves(fields, body))
    sent, zone_known = date_of(_first(fields, "date"))
    sender = _sender(fields)
    subject, message_id = decoded(_first(fields, "subject")), _id_of(_first(fields, "message-id"))
    text, quoted = _text(parts)
    return Message(
        message_id=message_id,
        in_reply_to=_ids(fields, "in-reply-to"),
        references=_ids(fields, "references"),
        sender=sender,
        reply_to=people_in(_first(fields, "reply-to")),
        to=people_in(", ".join(fields.get("to", []))),
        cc=people_in(", ".join(fields.get("cc", []))),
        subject=subject,
        sent=sent,
        zone_known=zone_known,
        received=tuple(_received(fields)),
        text=text,
        quoted=quoted,
        calendars=tuple(each.body for each in parts if _is_calendar(each))[:MOST_CALENDARS],
        fields=fields,
        content_type=_first(fields, "content-type").partition(";")[0].strip().lower(),
        identity=_identity(message_id, sender.address, subject, text, "" if message_id else _first(fields, "date")),
    )


def has_arrived(head: bytes, until: datetime) -> bool:
    """Whether a mail had arrived at a time (aware), by its Date and its newest Received.

    A store's own time is no help: files are copied. A Date that is more than a year ahead is wrong.
    """
    fields = read_fields(split_mail(head)[0])
    sent, received = date_of(_first(fields, "date"))[0], next(_received(fields), None)
    arrived = min((each for each in (sent, received) if each is not None), default=until)
    return arrived <= until or (received is None and arrived - until > timedelta(days=366))


def occurred_at(message: Message, received_at: datetime | None, now: datetime) -> tuple[datetime, str]:
    """When it was sent, in UTC and never after `now`, and the offset of its zone ("+01:00"; "" if unknown).

    A Date is not believed if it is in the future, a day later or a month earlier than the server received the mail, or without a zone
    ("-0000", RFC 5322, 3.3): then the server's time counts, or else the store's.
    """
    latest = now + CLOCKS_DIFFER
    server = next((each for each in message.received[:1] if each <= latest), None)
    stored = received_at if received_at is not None and received_at <= latest else None
    if message.sent is not None and _is_plausible(message.sent, server, now):
        if message.zone_known:
            return min(message.sent, now).astimezone(UTC), _offset(message.sent)
        stored = stored or message.sent
    return min(server or stored or now, now).astimezone(UTC), ""


def people_in(value: str) -> tuple[Person, ...]:
    """The mailboxes of an address field, those of groups too, at most 200; what is no address is skipped."""
    return tuple(_people(value[: MOST_PEOPLE * LONGEST_ADDRESS]))


def _sender(fields: Fields) -> Person:
    """The mailbox in From; an empty one if several From fields name different ones."""
    named = [people_in(each) for each in fields.get("from", [])]
    writers = {each[0].address: each[0] for each in named if each}
    return next(iter(writers.values())) if len(writers) == 1 else Person()


def _people(value: str) -> Iterator[Person]:
    for number, piece in enumerate(_PIECE.finditer(value)):
        if number >= MOST_PEOPLE:
            return
        text = piece[0]
        found = _ANGLED.search(text) or _BARE.search(text)
        if found is not None:
            address = found[1] if found.re is _ANGLED else found[0]
            name = text[: found.start()] if found.re is _ANGLED else ""
            yield Person(address=without_controls(address).lower(), name=_name(name.rpartition(": ")[2]))


def _name(text: str) -> str:
    return decoded(text.strip().strip('"').replace("\\", "")).strip("\"' ")[:120]


def _text(parts: list[Part]) -> HtmlText:
    """The text of the inline parts: of the plain ones, or else of the HTML ones."""
    shown = [each for each in parts if each.type.startswith("text/") and not each.attached and not _is_calendar(each)]
    plain = [_plain(each) for each in shown if each.type == "text/plain"]
    if any(each.strip() for each in plain):
        return HtmlText("\n\n".join(plain)[:LARGEST_TEXT], "")
    read = [read_html(each) for each in _html_within_limits(shown)]
    return HtmlText("\n\n".join(each.text for each in read), "\n\n".join(each.quoted for each in read))


def _html_within_limits(shown: list[Part]) -> Iterator[str]:
    left = LARGEST_TEXT
    for each in shown:
        if each.type == "text/html" and left > 0:
            yield as_text(each.body, each.charset, left)
            left -= len(each.body)


def _plain(part: Part) -> str:
    text = as_text(part.body, part.charset).replace("\0", "")
    for line_end in ("\r\r\n", "\r\n", "\r"):
        text = text.replace(line_end, "\n")
    return joined_flowed(text) if part.flowed else text


def _is_calendar(part: Part) -> bool:
    return part.type in {"text/calendar", "application/ics"} or part.filename.lower().endswith(".ics")


def _received(fields: Fields) -> Iterator[datetime]:
    for each in fields.get("received", [])[:20]:
        moment, _ = date_of(each.rpartition(";")[2].strip())
        if moment is not None:
            yield moment


def _is_plausible(sent: datetime, server: datetime | None, now: datetime) -> bool:
    if sent > now + CLOCKS_DIFFER or sent.year < 1990:  # noqa: PLR2004 - no mail of a job search is older
        return False
    return server is None or -LONGEST_ON_THE_WAY <= sent - server <= timedelta(days=1)


def _offset(moment: datetime) -> str:
    return moment.strftime("%z")[:3] + ":" + moment.strftime("%z")[3:5]


def _identity(message_id: str, sender: str, subject: str, text: str, date: str) -> str:
    words = " ".join(text.split())
    return digest(message_id, sender, subject, date, words[:4000])


def _first(fields: Fields, name: str) -> str:
    return fields.get(name, [""])[0]


def _id_of(value: str) -> str:
    found = _ID.search(value)
    return found[1] if found else ""


def _ids(fields: Fields, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_ID.findall(_first(fields, name))))[-50:]
