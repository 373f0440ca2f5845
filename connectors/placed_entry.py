"""What a calendar has made of an entry of ours: where it stands now, and what the user said of it."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from icalendar import Component
from msgspec import Struct

from afterword.ports import Invite
from afterword.recognition.vevent import parse_calendar

from .icalendar_text import DONE, QUARTER, TEXT, WRITTEN, ZONE, text_mark

MARKS_OF_DONE = (DONE.strip(), "[x]", "[X]")
OURS_TO_LEAVE_OUT = frozenset({"COMPLETED", "DTEND", "DUE", "DURATION", "LAST-MODIFIED", "PERCENT-COMPLETE", "URL"})
"""Properties that mean something where we write none."""


class Entry(Struct, frozen=True, kw_only=True):
    """An entry of ours as it stands in a calendar: where it is, where we put it, and what the user said of it."""

    start: datetime
    end: datetime
    written: datetime | None
    summary: str = ""
    description: str = ""
    text_mark: str = ""
    partstat: str = ""
    status: str = ""
    done: bool = False
    shared: bool = False
    """The user has invited others to it: whatever is done to it, their server tells those by mail."""

    @property
    def moved(self) -> bool:
        return self.written is not None and self.start != self.written

    @property
    def edited(self) -> bool:
        return bool(self.text_mark) and self.text_mark != text_mark(self.summary, self.description)


def start_note(invite: Invite) -> str:
    """What we chose as the start, and the zone that the user sees times in, where a provider keeps notes and no iCalendar."""
    return f"{invite.start.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ} {invite.zone}"


def noted_start(note: str) -> datetime | None:
    """The start that such a note names, in the zone; None for a note that is none of ours."""
    moment, _, zone = note.partition(" ")
    try:
        return datetime.fromisoformat(moment).astimezone(ZoneInfo(zone or "UTC"))
    except (ValueError, ZoneInfoNotFoundError):
        return None


def on_day(day: date, written: datetime) -> datetime:
    """In UTC, the time of day that was written, on a day that the user chose."""
    return datetime.combine(day, written.timetz()).astimezone(UTC)


def read_entry(text: bytes) -> Entry | None:
    """The first event or to-do of a VCALENDAR; None where there is none, or it can't be read."""
    try:
        found = _component(parse_calendar(text))
        return _entry(found) if found is not None else None
    except Exception:  # noqa: BLE001 - the folder is the user's: whatever stands in a file, the others are looked at
        return None


def keeping(ours: bytes, there: bytes) -> bytes:
    """Our text of an entry with what else stands in it: a place, a colour, the alarms that the user wants of one that still rings."""
    try:
        calendar, old = parse_calendar(ours), _component(parse_calendar(there))
        new = _component(calendar)
        if new is None or old is None or new.name != old.name:
            return ours
        for name in old.keys() - new.keys() - OURS_TO_LEAVE_OUT:
            new[name] = old[name]
        if new.walk("VALARM") and not _is_done(old):
            new.subcomponents = old.walk("VALARM")
        kept: bytes = calendar.to_ical()
    except Exception:  # noqa: BLE001 - as in `read_entry`
        return ours
    return kept


def is_same(ours: bytes, there: bytes) -> bool:
    """Whether a calendar's text of an entry holds all that ours says, whatever a server has added to it."""
    try:
        wanted, found = (_said(parse_calendar(each)) for each in (ours, there))
    except Exception:  # noqa: BLE001 - as in `read_entry`
        return False
    return wanted.items() <= found.items()


def _component(calendar: Component) -> Component | None:
    return next(iter([*calendar.walk("VEVENT"), *calendar.walk("VTODO")]), None)


def _said(calendar: Component) -> dict[str, object]:
    """The values of its entry and of the entry's alarm; the stamps say when that was, and no more."""
    said: dict[str, object] = {}
    for component in (each for each in calendar.walk() if each.name in {"VEVENT", "VTODO", "VALARM"}):
        for name, value in component.items():
            if name not in {"DTSTAMP", "COMPLETED"}:
                said[f"{component.name} {name}"] = _moment(value) or str(getattr(value, "dt", None) or value.to_ical())
    return said


def _entry(there: Component) -> Entry | None:
    written = _written(there)
    start = _due(there, written) or _moment(there.get("dtstart"), written)
    if start is None:
        return None
    summary = str(there.get("summary", ""))
    return Entry(
        start=start,
        end=_end(there, written) or start + QUARTER,
        written=written.astimezone(UTC) if written is not None else None,
        partstat=_partstat(there),
        summary=summary.removeprefix(DONE),
        description=str(there.get("description", "")),
        text_mark=str(there.get(TEXT, "")),
        status=str(there.get("status", "")).upper(),
        done=_is_done(there),
        shared="organizer" in there and any(each != there["organizer"] for each in _attendees(there)),
    )


def _due(there: Component, written: datetime | None) -> datetime | None:
    """When a to-do of ours begins that is due then. Programs move what is due, and leave the start where it was."""
    due = there.get("due")
    moment = _moment(due, written)
    return moment - QUARTER if moment is not None and isinstance(due.dt, datetime) else moment


def _end(there: Component, written: datetime | None) -> datetime | None:
    """None where the entry has no end, or is a whole day's."""
    end = there.get("dtend")
    return _moment(end, written) if end is not None and isinstance(end.dt, datetime) else None


def _is_done(there: Component) -> bool:
    """By its title, or as to-dos are (RFC 5545, 3.8.2.1 and 3.8.1.8): some programs write but one of the properties."""
    said = str(there.get("status", "")).upper() == "COMPLETED", "completed" in there
    marked = str(there.get("summary", "")).startswith(MARKS_OF_DONE)
    return marked or any(said) or str(there.get("percent-complete", "")) == "100"


def _partstat(there: Component) -> str:
    """What the user answered. In one that they share they are the organizer, and the others' answers are not theirs."""
    own = (each for each in _attendees(there) if each == there.get("organizer", each))
    return next((str(each.params.get("PARTSTAT", "")).upper() for each in own), "")


def _attendees(there: Component) -> list[Any]:
    attendees = there.get("attendee", [])
    return attendees if isinstance(attendees, list) else [attendees]


def _written(there: Component) -> datetime | None:
    """What we wrote as the start, in the zone that the user sees times in."""
    text = there.get(WRITTEN)
    if text is None:
        return None
    moment = datetime.strptime(str(text), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return moment.astimezone(ZoneInfo(text.params.get(ZONE, "UTC")))


def _moment(value: Any, written: datetime | None = None) -> datetime | None:
    """In UTC. A whole day is meant at the time of day that was written, and a time without a zone in the zone of that."""
    moment = getattr(value, "dt", value)
    if written is not None and isinstance(moment, date) and not isinstance(moment, datetime):
        moment = on_day(moment, written)
    if written is not None and isinstance(moment, datetime) and moment.tzinfo is None:
        moment = moment.replace(tzinfo=written.tzinfo)
    return moment.astimezone(UTC) if isinstance(moment, datetime) and moment.tzinfo else None
