"""Our invites as events of Graph's, and what the user has made of them since."""

from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from msgspec import convert

from afterword.ports import Invite

from ..icalendar_text import DONE, QUARTER, strip_controls, text_digest
from ..placed_entry import DONE_PREFIXES, PlacedEntry, at_original_time, format_start, parse_start
from ..provider_events import single_line
from .calendars import START_PROPERTY, TEXT_DIGEST_PROPERTY, UID
from .event_text import PARTSTATS, words
from .events import OURS, Event
from .zones import windows_name

THEIRS = {
    "showAs": "show_as",
    "isReminderOn": "is_reminder_on",
    "reminderMinutesBeforeStart": "reminder_minutes_before_start",
}


def event_of(shown: Invite, ours: Invite) -> dict[str, Any]:
    """The event that shows an invite; `ours` is what we chose, where the user chose else. Nobody is invited to it."""
    return {
        "subject": (DONE if shown.done else "") + single_line(shown.summary),
        "body": {"contentType": "text", "content": strip_controls(shown.description)},
        "isAllDay": False,  # before the times: those of a day must be midnights
        "start": _time(shown.start, shown.zone),
        "end": _time(shown.end, shown.zone),
        "showAs": "free" if shown.done else "busy",
        "isReminderOn": shown.alarm is not None and not shown.done,
        "reminderMinutesBeforeStart": shown.alarm or 0,
        "singleValueExtendedProperties": [
            {"id": UID, "value": ours.uid},
            {"id": START_PROPERTY, "value": format_start(ours)},
            {"id": TEXT_DIGEST_PROPERTY, "value": text_digest(single_line(ours.summary), ours.description)},
        ],
    }


def new_event_of(invite: Invite, number: int) -> dict[str, Any]:
    """The event to make. Its transactionId is the same at each try, so that Graph makes one of two; `number` asks for another."""
    transaction = uuid5(NAMESPACE_URL, f"{invite.uid} {invite.sequence} {number}")
    return {**event_of(invite, invite), "categories": ["Afterword"], "transactionId": f"{OURS}{transaction}"}


def update_of(shown: Invite, ours: Invite, there: Event) -> dict[str, Any]:
    """What of it is ours to say of an event that is there: whether one that stands rings, and takes time, the user may have changed."""
    told = event_of(shown, ours)
    if shown.done or (there.subject or "").startswith(DONE_PREFIXES):
        return told
    return {name: value for name, value in told.items() if name not in THEIRS}


def uid_of(event: Event) -> str:
    return event.note(UID)


def entry_of(event: Event) -> PlacedEntry | None:
    """The event as it stands; None for one without a time. A whole day is meant at the time of day that was written."""
    if event.times is None or event.start is None:
        return None
    start, end = event.times
    subject = event.subject or ""
    original_start = parse_start(event.note(START_PROPERTY))
    if event.is_all_day and original_start is not None:
        start = at_original_time(event.start.day, original_start)
        end = start + QUARTER
    return PlacedEntry(
        start=start,
        end=end,
        original_start=original_start.astimezone(UTC) if original_start is not None else None,
        summary=subject.removeprefix(DONE),
        description=words(event),
        text_digest=event.note(TEXT_DIGEST_PROPERTY),
        partstat=PARTSTATS.get(event.response, "") if event.response != "organizer" else "",
        status="CANCELLED" if event.is_cancelled else "CONFIRMED",
        done=subject.startswith(DONE_PREFIXES),
    )


def as_kept(event: Event, invite: Invite) -> dict[str, Any] | None:
    """The change that notes an invite's words in the form that the event has them in; None where that is the one they were written in."""
    kept = _mark(event)
    same = kept == text_digest(single_line(invite.summary), invite.description)
    return None if same else {"singleValueExtendedProperties": [{"id": TEXT_DIGEST_PROPERTY, "value": kept}]}


def is_up_to_date(wanted: dict[str, Any], there: Event) -> bool:
    """Whether the event holds all that ours says."""
    theirs = {name: getattr(there, field) for name, field in THEIRS.items() if name not in wanted}
    return _shown(convert({"id": there.id, **wanted, **theirs}, Event)) == _shown(there)


def _shown(event: Event) -> tuple[object, ...]:
    rings = event.reminder_minutes_before_start if event.is_reminder_on else None
    return (
        event.subject,
        _mark(event),
        event.times,
        event.show_as,
        rings,
        *map(event.note, (UID, START_PROPERTY, TEXT_DIGEST_PROPERTY)),
    )


def _mark(event: Event) -> str:
    return text_digest((event.subject or "").removeprefix(DONE), words(event))


def _time(moment: datetime, zone: str) -> dict[str, str]:
    """In the user's zone where Windows has a name for it, else in UTC."""
    name = windows_name(zone)
    local = moment.astimezone(ZoneInfo(zone) if name else UTC)
    return {"dateTime": f"{local:%Y-%m-%dT%H:%M:%S}", "timeZone": name or "UTC"}
