"""Conversion of our invites to Graph events, and back with the user's changes."""

from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from msgspec import convert

from afterword.ports import Invite

from ..icalendar_text import DONE, QUARTER, strip_controls, text_digest
from ..placed_entry import DONE_PREFIXES, PlacedEntry, at_original_time, format_start, parse_start
from ..provider_events import single_line
from .calendar_api import START_PROPERTY, TEXT_DIGEST_PROPERTY, UID_PROPERTY
from .event_text import PARTSTATS, body_text
from .events import AFTERWORD_PREFIX, Event
from .zones import windows_name

USER_PROPERTIES = {
    "showAs": "show_as",
    "isReminderOn": "is_reminder_on",
    "reminderMinutesBeforeStart": "reminder_minutes_before_start",
}


def invite_to_event(invite: Invite, original: Invite) -> dict[str, Any]:
    """Return the event resource of an invite; `original` is the invite without the user's changes. There are no attendees."""
    return {
        "subject": (DONE if invite.done else "") + single_line(invite.summary),
        "body": {"contentType": "text", "content": strip_controls(invite.description)},
        "isAllDay": False,  # before the times: those of a day must be midnights
        "start": _date_time_time_zone(invite.start, invite.zone),
        "end": _date_time_time_zone(invite.end, invite.zone),
        "showAs": "free" if invite.done else "busy",
        "isReminderOn": invite.alarm is not None and not invite.done,
        "reminderMinutesBeforeStart": invite.alarm or 0,
        "singleValueExtendedProperties": [
            {"id": UID_PROPERTY, "value": original.uid},
            {"id": START_PROPERTY, "value": format_start(original)},
            {"id": TEXT_DIGEST_PROPERTY, "value": text_digest(single_line(original.summary), original.description)},
        ],
    }


def new_event(invite: Invite, attempt: int) -> dict[str, Any]:
    """Return the event to create. Its transactionId depends on UID, SEQUENCE and `attempt`, so that Graph ignores repeated requests."""
    transaction = uuid5(NAMESPACE_URL, f"{invite.uid} {invite.sequence} {attempt}")
    return {
        **invite_to_event(invite, invite),
        "categories": ["Afterword"],
        "transactionId": f"{AFTERWORD_PREFIX}{transaction}",
    }


def event_update(invite: Invite, original: Invite, current: Event) -> dict[str, Any]:
    """Return the properties to update in the current event; the user's reminder and status are kept while the item is open."""
    event = invite_to_event(invite, original)
    if invite.done or (current.subject or "").startswith(DONE_PREFIXES):
        return event
    return {name: value for name, value in event.items() if name not in USER_PROPERTIES}


def uid_of(event: Event) -> str:
    return event.extended_property(UID_PROPERTY)


def placed_entry(event: Event) -> PlacedEntry | None:
    """Return the event as a `PlacedEntry`; None without times. An all-day event takes the original time of day."""
    if event.times is None or event.start is None:
        return None
    start, end = event.times
    subject = event.subject or ""
    original_start = parse_start(event.extended_property(START_PROPERTY))
    if event.is_all_day and original_start is not None:
        start = at_original_time(event.start.day, original_start)
        end = start + QUARTER
    return PlacedEntry(
        start=start,
        end=end,
        original_start=original_start.astimezone(UTC) if original_start is not None else None,
        summary=subject.removeprefix(DONE),
        description=body_text(event),
        text_digest=event.extended_property(TEXT_DIGEST_PROPERTY),
        partstat=PARTSTATS.get(event.response, "") if event.response != "organizer" else "",
        status="CANCELLED" if event.is_cancelled else "CONFIRMED",
        done=subject.startswith(DONE_PREFIXES),
    )


def digest_update(event: Event, invite: Invite) -> dict[str, Any] | None:
    """Return an update with the digest of the text as Outlook stored it; None if it is unchanged."""
    stored = _text_digest(event)
    if stored == text_digest(single_line(invite.summary), invite.description):
        return None
    return {"singleValueExtendedProperties": [{"id": TEXT_DIGEST_PROPERTY, "value": stored}]}


def is_up_to_date(wanted: dict[str, Any], current: Event) -> bool:
    """Whether the current event has all wanted values."""
    user_values = {name: getattr(current, field) for name, field in USER_PROPERTIES.items() if name not in wanted}
    return _comparable(convert({"id": current.id, **wanted, **user_values}, Event)) == _comparable(current)


def _comparable(event: Event) -> tuple[object, ...]:
    reminder = event.reminder_minutes_before_start if event.is_reminder_on else None
    return (
        event.subject,
        _text_digest(event),
        event.times,
        event.show_as,
        reminder,
        *map(event.extended_property, (UID_PROPERTY, START_PROPERTY, TEXT_DIGEST_PROPERTY)),
    )


def _text_digest(event: Event) -> str:
    return text_digest((event.subject or "").removeprefix(DONE), body_text(event))


def _date_time_time_zone(moment: datetime, zone: str) -> dict[str, str]:
    """A dateTimeTimeZone in the user's zone if Windows has a name for it, else in UTC."""
    name = windows_name(zone)
    local = moment.astimezone(ZoneInfo(zone) if name else UTC)
    return {"dateTime": f"{local:%Y-%m-%dT%H:%M:%S}", "timeZone": name or "UTC"}
