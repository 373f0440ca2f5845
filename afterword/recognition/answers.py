"""Answers to our own invites that come back by mail (RFC 5546, 3.2.3 and 3.2.7)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Literal

from .calendar_text import entries
from .message import Message
from .reading import InviteReply, User
from .trust import sender_fails
from .vevent import OURS, parse_calendar

_SAID: dict[str, Literal["accepted", "tentative", "declined"]] = {
    "ACCEPTED": "accepted",
    "TENTATIVE": "tentative",
    "DECLINED": "declined",
}


def read_answers(message: Message, user: User) -> tuple[InviteReply, ...]:
    """What the user answered to invites of ours; a calendar's server may have sent it for them.

    Only they know the UIDs of those, so that it does not matter who sent it, unless their own mail server doubts it. An ORGANIZER
    may be missing (Outlook.com leaves it out).
    """
    if not message.calendars or sender_fails(message, user.authserv_ids):
        return ()
    return tuple(answer for raw in message.calendars for answer in _answers(raw, user))


def _answers(raw: bytes, user: User) -> Iterator[InviteReply]:
    for entry in entries(raw):
        if entry.uid.endswith(OURS) and entry.method.strip().upper() in {b"METHOD:REPLY", b"METHOD:COUNTER"}:
            try:
                (event,) = parse_calendar(entry.text).walk("VEVENT")
                answer = _answer(event, user, is_counter=b"COUNTER" in entry.method.upper())
            except Exception:  # noqa: BLE001 - whatever it does to its parser, the rest of the mail is read
                continue
            if answer is not None:
                yield answer


def _answer(event: Any, user: User, *, is_counter: bool) -> InviteReply | None:
    attendees = event.get("attendee", [])
    everybody = attendees if isinstance(attendees, list) else [attendees]
    own = [each for each in everybody if user.owns(str(each).strip().lower().removeprefix("mailto:"))]
    start, end = _moment(event.get("dtstart"), user), _moment(event.get("dtend"), user)
    if not own:
        return None
    if is_counter and start is not None:
        return InviteReply(uid=str(event["uid"]), answer="moved", start=start, end=end)
    said = _SAID.get(str(own[0].params.get("PARTSTAT", "")).upper())
    return InviteReply(uid=str(event["uid"]), answer=said) if said is not None else None


def _moment(value: Any, user: User) -> datetime | None:
    moment = getattr(value, "dt", None)
    if not isinstance(moment, datetime):
        return None
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=user.zone)).astimezone(UTC)
