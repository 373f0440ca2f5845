"""An entry of ours as it is in the user's calendar now, with the changes that they made."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from icalendar import Component
from msgspec import Struct

from afterword.ports import Invite
from afterword.recognition.entries.vevent import parse_calendar

from .icalendar_text import DONE, QUARTER, START_PROPERTY, TEXT_DIGEST_PROPERTY, ZONE_PARAMETER, text_digest

DONE_PREFIXES = (DONE.strip(), "[x]", "[X]")
PROPERTIES_NOT_KEPT = frozenset({"COMPLETED", "DTEND", "DUE", "DURATION", "LAST-MODIFIED", "PERCENT-COMPLETE"})
"""Properties of the current entry that are not merged into the new one: their absence has a meaning."""


class PlacedEntry(Struct, frozen=True, kw_only=True):
    """An entry of ours as it is in a calendar. `original_start` is where we placed it. Times are in UTC."""

    start: datetime
    end: datetime
    original_start: datetime | None
    summary: str = ""
    description: str = ""
    text_digest: str = ""
    partstat: str = ""
    status: str = ""
    done: bool = False
    shared: bool = False
    """Whether the user invited others: their server then mails every change to them."""

    @property
    def is_moved(self) -> bool:
        return self.original_start is not None and self.start != self.original_start

    @property
    def is_edited(self) -> bool:
        return bool(self.text_digest) and self.text_digest != text_digest(self.summary, self.description)


def format_start(invite: Invite) -> str:
    """Return our start and the user's zone as text for an extended property of a provider's event."""
    return f"{invite.start.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ} {invite.zone}"


def parse_start(text: str) -> datetime | None:
    """Parse the text of `format_start` into a time in its zone; None if it has another form."""
    moment, _, zone = text.partition(" ")
    try:
        return datetime.fromisoformat(moment).astimezone(ZoneInfo(zone or "UTC"))
    except (ValueError, ZoneInfoNotFoundError):
        return None


def at_original_time(day: date, original_start: datetime) -> datetime:
    """Return the original time of day on another day, in UTC."""
    return datetime.combine(day, original_start.timetz()).astimezone(UTC)


def parse_entry(text: bytes) -> PlacedEntry | None:
    """Parse the first VEVENT or VTODO of a VCALENDAR; None if there is none or it can't be parsed."""
    try:
        component = _component(parse_calendar(text))
        return _entry(component) if component is not None else None
    except Exception:  # noqa: BLE001 - the folder is the user's: whatever stands in a file, the others are looked at
        return None


def is_shared(entry: PlacedEntry | None) -> bool:
    """Whether there is an entry, and others were invited to it: then it is left alone."""
    return entry is not None and entry.shared


def merge_properties(new_text: bytes, current_text: bytes) -> bytes:
    """Return our new text of an entry with the other properties of the current one, such as LOCATION, COLOR and the user's alarms."""
    try:
        calendar, current = parse_calendar(new_text), _component(parse_calendar(current_text))
        new = _component(calendar)
        if new is None or current is None or new.name != current.name:
            return new_text
        for name in current.keys() - new.keys() - PROPERTIES_NOT_KEPT:
            new[name] = current[name]
        if new.walk("VALARM") and not _is_done(current):
            new.subcomponents = current.walk("VALARM")
        merged: bytes = calendar.to_ical()
    except Exception:  # noqa: BLE001 - as in `parse_entry`
        return new_text
    return merged


def is_up_to_date(new_text: bytes, current_text: bytes) -> bool:
    """Whether the current text of an entry has all property values of the new one; it may have others."""
    try:
        wanted, current = (_property_values(parse_calendar(each)) for each in (new_text, current_text))
    except Exception:  # noqa: BLE001 - as in `parse_entry`
        return False
    return wanted.items() <= current.items()


def _component(calendar: Component) -> Component | None:
    return next(iter([*calendar.walk("VEVENT"), *calendar.walk("VTODO")]), None)


def _property_values(calendar: Component) -> dict[str, object]:
    """The property values of the entry and its alarms, without timestamps."""
    values: dict[str, object] = {}
    for component in (each for each in calendar.walk() if each.name in {"VEVENT", "VTODO", "VALARM"}):
        for name, value in component.items():
            if name not in {"DTSTAMP", "COMPLETED"}:
                values[f"{component.name} {name}"] = _to_utc(value) or str(
                    getattr(value, "dt", None) or value.to_ical()
                )
    return values


def _entry(component: Component) -> PlacedEntry | None:
    original_start = _original_start(component)
    start = _due(component, original_start) or _to_utc(component.get("dtstart"), original_start)
    if start is None:
        return None
    summary = str(component.get("summary", ""))
    return PlacedEntry(
        start=start,
        end=_end(component, original_start) or start + QUARTER,
        original_start=original_start.astimezone(UTC) if original_start is not None else None,
        partstat=_partstat(component),
        summary=summary.removeprefix(DONE),
        description=str(component.get("description", "")),
        text_digest=str(component.get(TEXT_DIGEST_PROPERTY, "")),
        status=str(component.get("status", "")).upper(),
        done=_is_done(component),
        shared="organizer" in component and any(each != component["organizer"] for each in _attendees(component)),
    )


def _due(component: Component, original_start: datetime | None) -> datetime | None:
    """The start of a VTODO, computed from DUE: programs move DUE and leave DTSTART unchanged."""
    due = component.get("due")
    moment = _to_utc(due, original_start)
    return moment - QUARTER if moment is not None and isinstance(due.dt, datetime) else moment


def _end(component: Component, original_start: datetime | None) -> datetime | None:
    """None if the entry has no end or is an all-day entry."""
    end = component.get("dtend")
    return _to_utc(end, original_start) if end is not None and isinstance(end.dt, datetime) else None


def _is_done(component: Component) -> bool:
    """By its title, or by STATUS, COMPLETED or PERCENT-COMPLETE (RFC 5545, 3.8.1 and 3.8.2), of which some programs write only one."""
    is_completed = str(component.get("status", "")).upper() == "COMPLETED", "completed" in component
    has_done_prefix = str(component.get("summary", "")).startswith(DONE_PREFIXES)
    return has_done_prefix or any(is_completed) or str(component.get("percent-complete", "")) == "100"


def _partstat(component: Component) -> str:
    """The user's PARTSTAT. In a shared entry the user is the organizer; the other attendees' answers are ignored."""
    own = (each for each in _attendees(component) if each == component.get("organizer", each))
    return next((str(each.params.get("PARTSTAT", "")).upper() for each in own), "")


def _attendees(component: Component) -> list[Any]:
    attendees = component.get("attendee", [])
    return attendees if isinstance(attendees, list) else [attendees]


def _original_start(component: Component) -> datetime | None:
    """The start as we wrote it, in the user's zone."""
    text = component.get(START_PROPERTY)
    if text is None:
        return None
    moment = datetime.strptime(str(text), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return moment.astimezone(ZoneInfo(text.params.get(ZONE_PARAMETER, "UTC")))


def _to_utc(value: Any, original_start: datetime | None = None) -> datetime | None:
    """The time in UTC. A date takes the original time of day, a floating time the original zone."""
    moment = getattr(value, "dt", value)
    if original_start is not None and isinstance(moment, date) and not isinstance(moment, datetime):
        moment = at_original_time(moment, original_start)
    if original_start is not None and isinstance(moment, datetime) and moment.tzinfo is None:
        moment = moment.replace(tzinfo=original_start.tzinfo)
    return moment.astimezone(UTC) if isinstance(moment, datetime) and moment.tzinfo else None
