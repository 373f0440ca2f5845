"""Our invites as events of Google Calendar's, and what the user has made of them since."""

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
from .event_text import PARTSTATS, words
from .events import OURS, Event, When

START_PROPERTY, TEXT_DIGEST_PROPERTY = "afterword-start", "afterword-text"
"""What we wrote as the start, and a mark of our words: see `icalendar_text`."""

THEIRS = ("reminders", "transparency")
LONGEST_DESCRIPTION = 8000
"""Google keeps 8192 characters."""


def event_id(uid: str) -> str:
    """The id that an invite has wherever it is created (base32hex): a second try finds the first."""
    return b32hexencode(blake2b(uid.encode(), digest_size=20).digest()).decode().lower()


def event_of(shown: Invite, ours: Invite) -> dict[str, Any]:
    """The event that shows an invite; `ours` is what we chose, where the user chose else. Nobody is invited to it."""
    rings = shown.alarm is not None and not shown.done
    told = {
        "status": "confirmed",
        "summary": (DONE if shown.done else "") + single_line(shown.summary),
        "description": _description(shown),
        "start": _time(shown.start, shown.zone),
        "end": _time(shown.end, shown.zone),
        "transparency": "transparent" if shown.done else "opaque",
        "reminders": {
            "useDefault": False,
            "overrides": [{"method": "popup", "minutes": shown.alarm or 0}] if rings else [],
        },
        "extendedProperties": {
            "private": {
                OURS: ours.uid,
                START_PROPERTY: format_start(ours),
                TEXT_DIGEST_PROPERTY: text_digest(single_line(ours.summary), _description(ours)),
            }
        },
    }
    is_web_page = shown.url.startswith(("https://", "http://"))
    return told | ({"source": {"title": "Afterword", "url": single_line(shown.url)}} if is_web_page else {})


def update_of(shown: Invite, ours: Invite, there: Event) -> dict[str, Any]:
    """What of it is ours to say of an event that is there: whether one that stands rings, and takes time, the user may have changed."""
    told = event_of(shown, ours)
    if shown.done or there.is_cancelled or there.summary.startswith(DONE_PREFIXES):
        return told
    return {name: value for name, value in told.items() if name not in THEIRS}


def change_to(wanted: dict[str, Any]) -> dict[str, Any]:
    """What makes an event that is there so. A day that the user gave it makes room for a time."""
    return wanted | {name: {"date": None, **wanted[name]} for name in ("start", "end")}


def entry_of(event: Event) -> PlacedEntry | None:
    """The event as it stands; None for one without a time. A whole day is meant at the time of day that was written."""
    if event.start is None or event.end is None:
        return None
    original_start = parse_start(event.private.get(START_PROPERTY, ""))
    start, end = event.start.moment().astimezone(UTC), event.end.moment().astimezone(UTC)
    if event.start.day is not None and original_start is not None:
        start = at_original_time(event.start.day, original_start)
        end = start + QUARTER
    return PlacedEntry(
        start=start,
        end=end,
        original_start=original_start.astimezone(UTC) if original_start is not None else None,
        summary=event.summary.removeprefix(DONE),
        description=words(event.description),
        text_digest=event.private.get(TEXT_DIGEST_PROPERTY, ""),
        partstat=PARTSTATS.get(event.own_answer, ""),
        status="CANCELLED" if event.is_cancelled else "CONFIRMED",
        done=event.summary.startswith(DONE_PREFIXES),
    )


def is_up_to_date(wanted: dict[str, Any], there: Event) -> bool:
    """Whether the event holds all that ours says."""
    theirs = {name: getattr(there, name) for name in THEIRS if name not in wanted}
    return _shown(replace(convert({"id": there.id, **wanted}, Event), **theirs)) == _shown(there)


def _shown(event: Event) -> tuple[object, ...]:
    rings = [each.minutes for each in event.reminders.overrides] if event.reminders is not None else []
    times = [_moment(event.start), _moment(event.end)]
    marked = [event.private.get(each) for each in (OURS, START_PROPERTY, TEXT_DIGEST_PROPERTY)]
    words_of_it = text_digest(event.summary, words(event.description))
    return event.is_cancelled, words_of_it, event.transparency or "opaque", times, rings, marked


def _description(invite: Invite) -> str:
    return words(invite.description)[:LONGEST_DESCRIPTION]


def _moment(when: When | None) -> datetime | None:
    return when.moment().astimezone(UTC) if when is not None and when.date_time else None


def _time(moment: datetime, zone: str) -> dict[str, str]:
    return {"dateTime": moment.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds"), "timeZone": zone}
