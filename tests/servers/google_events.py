"""Events as Google Calendar holds them, made from RFC 5545 text, and the times that they take.

It shares nothing with the connector's own way from events to text.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rruleset, rrulestr
from icalendar import Calendar

Event = dict[str, Any]
ANSWERS = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentative"}
LONGEST_SERIES = 200


def from_text(text: bytes, user: str) -> Iterator[Event]:
    """The events of a VCALENDAR, without ids; an exception has its `originalStartTime`."""
    for each in Calendar.from_ical(text).walk("VEVENT"):
        yield _event(each, user)


def _event(vevent: Any, user: str) -> Event:
    start = vevent["dtstart"].dt
    end = vevent["dtend"].dt if "dtend" in vevent else start + timedelta(hours=1)
    attendees = vevent.get("attendee", [])
    attendees = attendees if isinstance(attendees, list) else [attendees]
    told = {
        "iCalUID": str(vevent["uid"]),
        "status": str(vevent.get("status", "CONFIRMED")).lower(),
        "summary": str(vevent.get("summary", "")),
        "description": str(vevent.get("description", "")),
        "location": str(vevent.get("location", "")),
        "transparency": "transparent" if str(vevent.get("transp", "")) == "TRANSPARENT" else "",
        "start": at(start),
        "end": at(end),
        "sequence": int(vevent.get("sequence", 0)),
        "attendees": [_attendee(each, user) for each in attendees],
        "recurrence": [
            f"{name}:{vevent[name].to_ical().decode()}" for name in ("RRULE", "EXDATE", "RDATE") if name in vevent
        ],
    }
    if "organizer" in vevent:
        told["organizer"] = _person(vevent["organizer"], user)
    if "recurrence-id" in vevent:
        told["originalStartTime"] = at(vevent["recurrence-id"].dt)
    return {name: value for name, value in told.items() if value not in ("", [])}


def at(value: datetime | date) -> dict[str, str]:
    """A time as Google tells it: with its offset, and its zone beside."""
    if not isinstance(value, datetime):
        return {"date": value.isoformat()}
    zone = getattr(value.tzinfo, "key", "UTC")
    return {"dateTime": value.replace(microsecond=0).isoformat().replace("+00:00", "Z"), "timeZone": zone}


def begin(when: dict[str, str]) -> datetime:
    """The moment of a start or an end; of a day, its midnight in UTC."""
    if "date" in when:
        return datetime.fromisoformat(when["date"]).replace(tzinfo=UTC)
    moment = datetime.fromisoformat(when["dateTime"])
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(when.get("timeZone", "UTC")))


def taken(event: Event, exceptions: list[Event]) -> Iterator[tuple[datetime, datetime]]:
    """Start and end of all that an event, or a series with its exceptions, takes of its owner's time."""
    if _is_free(event):
        return
    length = begin(event["end"]) - begin(event["start"])
    instead = {begin(each["originalStartTime"]).astimezone(UTC) for each in exceptions}
    for start in _starts(event):
        if start.astimezone(UTC) not in instead:
            yield start, start + length
    for each in exceptions:
        if not _is_free(each):
            yield begin(each["start"]), begin(each["end"])


def _starts(event: Event) -> list[datetime]:
    start = begin(event["start"])
    lines = event.get("recurrence", [])
    if not lines:
        return [start]
    zone = ZoneInfo(event["start"].get("timeZone", "UTC"))
    found = rrulestr("\n".join(lines), dtstart=start.astimezone(zone), forceset=True)
    assert isinstance(found, rruleset)
    return [each for _, each in zip(range(LONGEST_SERIES), found, strict=False)]


def _is_free(event: Event) -> bool:
    own: dict[str, Any] = next((each for each in event.get("attendees", []) if each.get("self")), {})
    cancelled, declined = event.get("status") == "cancelled", own.get("responseStatus") == "declined"
    return cancelled or declined or event.get("transparency") == "transparent"


def _attendee(value: Any, user: str) -> dict[str, Any]:
    said = str(value.params.get("PARTSTAT", ""))
    return {**_person(value, user), "responseStatus": ANSWERS.get(said, "needsAction")}


def _person(value: Any, user: str) -> dict[str, Any]:
    address = str(value).removeprefix("mailto:")
    told: dict[str, Any] = {"email": address}
    if "CN" in value.params:
        told["displayName"] = str(value.params["CN"])
    if address == user:
        told["self"] = True
    return told
