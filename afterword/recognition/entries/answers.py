"""Answers to our own invites that come back by mail (RFC 5546, 3.2.3 and 3.2.7)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Literal

from ..messages.message import Message
from ..messages.trust import sender_fails
from ..reading import InviteReply, User
from .calendar_text import EntryText, entries
from .vevent import OURS, parse_calendar

_BY_PARTSTAT: dict[str, Literal["accepted", "tentative", "declined"]] = {
    "ACCEPTED": "accepted",
    "TENTATIVE": "tentative",
    "DECLINED": "declined",
}


def read_answers(message: Message, user: User) -> tuple[InviteReply, ...]:
    """The user's answers to invites of ours, in a mail of theirs or of a calendar server that they name.

    From nobody else: who knows an application and its interviews can work out the UIDs of its invites. ORGANIZER may be missing
    (Outlook.com leaves it out).
    """
    sender = message.sender.address
    answers_for_user = user.owns(sender) or sender in user.calendar_servers
    if not message.calendars or not answers_for_user or sender_fails(message, user.authserv_ids):
        return ()
    return tuple(answer for raw in message.calendars for answer in _answers(raw, user))


def _answers(raw: bytes, user: User) -> Iterator[InviteReply]:
    for entry in entries(raw):
        method = entry.method.strip().upper()
        if entry.uid.endswith(OURS) and method in {b"METHOD:REPLY", b"METHOD:COUNTER"}:
            answer = _answer(entry, user, is_counter=method.endswith(b"COUNTER"))
            if answer is not None:
                yield answer


def _answer(entry: EntryText, user: User, *, is_counter: bool) -> InviteReply | None:
    try:
        (event,) = parse_calendar(entry.text).walk("VEVENT")
        start, end = _moment(event.get("dtstart"), user), _moment(event.get("dtend"), user)
        answered = _BY_PARTSTAT.get(_partstat(event.get("attendee", []), user))
    except Exception:  # noqa: BLE001 - whatever it does to its parser, the mail has been read
        return None
    if answered is None:
        return None
    if is_counter and start is not None:
        return InviteReply(uid=entry.uid, answer="moved", start=start, end=end)
    return InviteReply(uid=entry.uid, answer=answered)


def _partstat(attendees: Any, user: User) -> str:
    """The PARTSTAT of the user's own ATTENDEE; "TENTATIVE" if it has none, as in a COUNTER, and "" if the user is no attendee."""
    for each in attendees if isinstance(attendees, list) else [attendees]:
        if user.owns(str(each).strip().lower().removeprefix("mailto:")):
            partstat = str(each.params.get("PARTSTAT", "")).upper()
            return partstat if partstat in _BY_PARTSTAT else "TENTATIVE"
    return ""


def _moment(value: Any, user: User) -> datetime | None:
    moment = getattr(value, "dt", None)
    if not isinstance(moment, datetime):
        return None
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=user.zone)).astimezone(UTC)
