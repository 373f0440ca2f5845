"""Conversion of our invites to Google Calendar events, and back with the user's changes."""

from base64 import b32hexencode
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import convert
from msgspec.structs import replace

from afterword.ports import Invite

from ..icalendar_text import DONE, QUARTER, text_digest
from ..placed_entry import DONE_PREFIXES, PlacedEntry, at_original_time, format_start, parse_start
from ..provider_events import single_line
from .event_text import PARTSTATS, plain_description
from .events import UID_PROPERTY, Event, EventTime

START_PROPERTY, TEXT_DIGEST_PROPERTY = "afterword-start", "afterword-text"
"""Private extended properties with our start, and the digest of our text: see `icalendar_text`."""

USER_PROPERTIES = ("reminders", "transparency")
MAX_DESCRIPTION_LENGTH = 8000
"""Google keeps 8192 characters."""


def event_id(uid: str) -> str:
    """Return the event id for a UID (base32hex), always the same, so that a repeated insert conflicts with the first."""
    return b32hexencode(blake2b(uid.encode(), digest_size=20).digest()).decode().lower()


def invite_to_event(invite: Invite, original: Invite) -> dict[str, Any]:
    """Return the event resource of an invite; `original` is the invite without the user's changes. There are no attendees."""
    has_alarm = invite.alarm is not None and not invite.done
    return {
        "status": "confirmed",
        "summary": (DONE if invite.done else "") + single_line(invite.summary),
        "description": _description(invite),
        "start": _event_time(invite.start, invite.zone),
        "end": _event_time(invite.end, invite.zone),
        "transparency": "transparent" if invite.done else "opaque",
        "reminders": {
            "useDefault": False,
            "overrides": [{"method": "popup", "minutes": invite.alarm or 0}] if has_alarm else [],
        },
        "extendedProperties": {
            "private": {
                UID_PROPERTY: original.uid,
                START_PROPERTY: format_start(original),
                TEXT_DIGEST_PROPERTY: text_digest(single_line(original.summary), _description(original)),
            }
        },
    }


def event_update(invite: Invite, original: Invite, current: Event) -> dict[str, Any]:
    """Return the properties to update in the current event; the user's reminders and transparency are kept while the item is open."""
    event = invite_to_event(invite, original)
    if invite.done or current.is_cancelled or current.summary.startswith(DONE_PREFIXES):
        return event
    return {name: value for name, value in event.items() if name not in USER_PROPERTIES}


def patch_body(wanted: dict[str, Any]) -> dict[str, Any]:
    """Return the body of a PATCH; it clears the dates of an event that the user turned into an all-day one."""
    return wanted | {name: {"date": None, **wanted[name]} for name in ("start", "end")}


def placed_entry(event: Event) -> PlacedEntry | None:
    """Return the event as a `PlacedEntry`; None without times, or if they can't be parsed. An all-day event takes the original time of
    day.
    """
    if event.start is None or event.end is None:
        return None
    original_start = parse_start(event.private.get(START_PROPERTY, ""))
    try:
        start, end = event.start.moment().astimezone(UTC), event.end.moment().astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    if event.start.day is not None and original_start is not None:
        start = at_original_time(event.start.day, original_start)
        end = start + QUARTER
    return PlacedEntry(
        start=start,
        end=end,
        original_start=original_start.astimezone(UTC) if original_start is not None else None,
        summary=event.summary.removeprefix(DONE),
        description=plain_description(event.description),
        text_digest=event.private.get(TEXT_DIGEST_PROPERTY, ""),
        partstat=PARTSTATS.get(event.own_response, ""),
        status="CANCELLED" if event.is_cancelled else "CONFIRMED",
        done=event.summary.startswith(DONE_PREFIXES),
    )


def is_up_to_date(wanted: dict[str, Any], current: Event) -> bool:
    """Whether the current event has all wanted values."""
    user_values = {name: getattr(current, name) for name in USER_PROPERTIES if name not in wanted}
    return _comparable(replace(convert({"id": current.id, **wanted}, Event), **user_values)) == _comparable(current)


def _comparable(event: Event) -> tuple[object, ...]:
    alarms = [each.minutes for each in event.reminders.overrides] if event.reminders is not None else []
    times = [_to_utc(event.start), _to_utc(event.end)]
    properties = [event.private.get(each) for each in (UID_PROPERTY, START_PROPERTY, TEXT_DIGEST_PROPERTY)]
    text = text_digest(event.summary, plain_description(event.description))
    return event.is_cancelled, text, event.transparency or "opaque", times, alarms, properties


def _description(invite: Invite) -> str:
    return plain_description(invite.description)[:MAX_DESCRIPTION_LENGTH]


def _to_utc(when: EventTime | None) -> datetime | None:
    return when.moment().astimezone(UTC) if when is not None and when.date_time else None


def _event_time(moment: datetime, zone: str) -> dict[str, str]:
    return {"dateTime": moment.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds"), "timeZone": zone}
