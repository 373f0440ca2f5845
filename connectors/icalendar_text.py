"""Our invites as RFC 5545 text, and what a calendar has made of them since."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any
from unicodedata import category
from zoneinfo import ZoneInfo

from icalendar import (
    Alarm,
    Calendar,
    Component,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    Todo,
    vCalAddress,
    vDatetime,
    vDuration,
)
from msgspec import Struct

from afterword.ports import Invite, Standing
from afterword.recognition.vevent import parse_calendar

PRODID = "-//Afterword//Afterword//EN"
WRITTEN = "X-AFTERWORD-START"
"""What we wrote as the start: where it differs from DTSTART, the user has moved the entry."""

TEXT = "X-AFTERWORD-TEXT"
"""A mark of the words that we wrote: where theirs differ, the user has edited them."""

RESOLUTION = timedelta(minutes=1)
DONE = "✓ "
MARKS_OF_DONE = (DONE.strip(), "[x]", "[X]")


def written(invite: Invite, ours: Invite | None = None, *, task: bool = False) -> bytes:
    """One VCALENDAR with one VEVENT: what khal and desktop calendars import. `ours` is what we chose, where the user chose else.

    A `task` is a VTODO that is due at the invite's start.
    """
    return _calendar((_todo if task else _event)(invite, ours or invite), zones_of=invite)


def announced(invite: Invite, *, organizer: str, attendee: str) -> bytes:
    """The invite as a REQUEST (RFC 5546, 3.2.2) to the one attendee that it has."""
    event = _event(invite, invite)
    _add_parties(event, organizer, attendee)
    return _calendar(event, method="REQUEST", zones_of=invite)


def revoked(standing: Standing, at: datetime, *, organizer: str, attendee: str) -> bytes:
    """A CANCEL (RFC 5546, 3.2.5) of what stands so; `at` is when it is said."""
    event = Event()
    event.add("uid", standing.uid)
    event.add("dtstamp", at)
    event.add("sequence", standing.sequence + 1)
    event.add("dtstart", standing.start.astimezone(UTC))
    event.add("dtend", standing.end.astimezone(UTC))
    event.add("status", "CANCELLED")
    _add_parties(event, organizer, attendee)
    return _calendar(event, method="CANCEL")


def _calendar(component: Component, *, method: str = "", zones_of: Invite | None = None) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if method:
        calendar.add("method", method)
    if zones_of is not None and zones_of.zone != "UTC":
        calendar.add_component(_timezone(zones_of))
    calendar.add_component(component)
    return calendar.to_ical()  # type: ignore[no-any-return]


def _add_parties(event: Event, organizer: str, attendee: str) -> None:
    event.add("organizer", vCalAddress(f"mailto:{organizer}"), parameters={"CN": "Afterword"})
    asked = {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"}
    event.add("attendee", vCalAddress(f"mailto:{attendee}"), parameters=asked)


def plain(text: str) -> str:
    """Text without control and direction characters, lines kept: what a calendar shows is what it says."""
    return "".join(
        each for each in text.replace("\r\n", "\n") if each == "\n" or category(each) not in {"Cc", "Cf", "Cs"}
    )


def text_mark(summary: str, description: str) -> str:
    """The same for the same words, however a calendar breaks their lines."""
    words = " ".join(plain(f"{summary}\n{description}").split())
    return blake2b(words.encode("utf-8"), digest_size=8).hexdigest()


def _event(invite: Invite, ours: Invite) -> Event:
    zone = ZoneInfo(invite.zone)
    event = Event()
    event.add("dtstart", invite.start.astimezone(zone))
    event.add("dtend", invite.end.astimezone(zone))
    event.add("summary", (DONE if invite.done else "") + _line(invite.summary))
    event.add("status", "CONFIRMED")
    event.add("transp", "TRANSPARENT" if invite.done else "OPAQUE")
    _add_what_both_have(event, invite, ours)
    return event


def _todo(invite: Invite, ours: Invite) -> Todo:
    todo = Todo()
    todo.add("due", invite.start.astimezone(ZoneInfo(invite.zone)))
    todo.add("summary", _line(invite.summary))
    todo.add("status", "COMPLETED" if invite.done else "NEEDS-ACTION")
    if invite.done:
        todo.add("completed", invite.stamp)
        todo.add("percent-complete", 100)
    _add_what_both_have(todo, invite, ours)
    return todo


def _add_what_both_have(component: Component, invite: Invite, ours: Invite) -> None:
    component.add("uid", invite.uid)
    component.add("dtstamp", invite.stamp)
    component.add("sequence", invite.sequence)
    component.add("description", plain(invite.description))
    component.add("categories", ["Afterword"])
    component.add(WRITTEN, vDatetime(ours.start.astimezone(UTC)))
    component.add(TEXT, text_mark(ours.summary, ours.description))
    if invite.url:
        component.add("url", "".join(plain(invite.url).split()))
    if invite.alarm is not None and not invite.done:
        component.add_component(_alarm(invite, to_due=isinstance(component, Todo)))


def _line(text: str) -> str:
    return plain(text).replace("\n", " ")


def _alarm(invite: Invite, *, to_due: bool) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", plain(invite.summary))
    related = {"RELATED": "END"} if to_due else {}
    alarm.add("trigger", vDuration(-timedelta(minutes=invite.alarm or 0)), parameters=related)
    return alarm


def _timezone(invite: Invite) -> Timezone:
    """The zone's offsets around the invite; all that the zone ever had would be many times the entry's own size."""
    zone, year = ZoneInfo(invite.zone), invite.start.year
    begin, end = datetime(year - 1, 12, 1, tzinfo=UTC), datetime(year + 2, 1, 1, tzinfo=UTC)
    timezone = Timezone()
    timezone.add("tzid", invite.zone)
    timezone.add_component(_observance(zone, begin, begin))
    for onset in _onsets(zone, begin, end):
        timezone.add_component(_observance(zone, onset - RESOLUTION, onset))
    return timezone


def _onsets(zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[datetime]:
    """When the zone's offset changes, to the minute."""
    while begin < end:
        after = begin + timedelta(days=1)
        if begin.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            minutes = range(1, 24 * 60 + 1)
            offset = begin.astimezone(zone).utcoffset()
            yield next(
                moment
                for each in minutes
                if (moment := begin + each * RESOLUTION).astimezone(zone).utcoffset() != offset
            )
        begin = after


def _observance(zone: ZoneInfo, before: datetime, onset: datetime) -> TimezoneStandard | TimezoneDaylight:
    """RFC 5545, 3.6.5: the onset is told in the local time that held before it."""
    then, now = before.astimezone(zone), onset.astimezone(zone)
    observance = TimezoneDaylight() if now.dst() else TimezoneStandard()
    old, new = then.utcoffset() or timedelta(), now.utcoffset() or timedelta()
    observance.add("dtstart", (onset + old).replace(tzinfo=None))
    observance.add("tzoffsetfrom", old)
    observance.add("tzoffsetto", new)
    observance.add("tzname", now.tzname() or "")
    return observance


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

    @property
    def moved(self) -> bool:
        return self.written is not None and self.start != self.written

    @property
    def edited(self) -> bool:
        return bool(self.text_mark) and self.text_mark != text_mark(self.summary, self.description)


def read_entry(text: bytes) -> Entry | None:
    """The first event or to-do of a VCALENDAR; None where there is none, or it can't be read."""
    try:
        calendar = parse_calendar(text)
        found = next(iter([*calendar.walk("VEVENT"), *calendar.walk("VTODO")]), None)
        return _entry(found) if found is not None else None
    except Exception:  # noqa: BLE001 - the folder is the user's: whatever stands in a file, the others are looked at
        return None


def is_same(ours: bytes, there: bytes) -> bool:
    """Whether a calendar's text of an entry holds all that ours says, whatever a server has added to it."""
    try:
        wanted, found = (_said(parse_calendar(each)) for each in (ours, there))
    except Exception:  # noqa: BLE001 - as in `read_entry`
        return False
    return wanted.items() <= found.items()


def _said(calendar: Component) -> dict[str, object]:
    """The values of its entry and of the entry's alarm; the stamp says when they were written, and no more."""
    said: dict[str, object] = {}
    for component in (each for each in calendar.walk() if each.name in {"VEVENT", "VTODO", "VALARM"}):
        for name, value in component.items():
            if name != "DTSTAMP":
                said[f"{component.name} {name}"] = _moment(value) or str(getattr(value, "dt", None) or value.to_ical())
    return said


def _entry(event: Component) -> Entry | None:
    start, end = _moment(event.get("due") or event.get("dtstart")), _moment(event.get("dtend"))
    if start is None:
        return None
    attendees = event.get("attendee", [])
    summary = str(event.get("summary", ""))
    said = [each.params.get("PARTSTAT", "") for each in (attendees if isinstance(attendees, list) else [attendees])]
    return Entry(
        start=start,
        end=end or start + timedelta(minutes=15),
        written=_utc(str(event.get(WRITTEN, ""))),
        partstat=str(said[0]).upper() if said else "",
        summary=summary.removeprefix(DONE),
        description=str(event.get("description", "")),
        text_mark=str(event.get(TEXT, "")),
        status=str(event.get("status", "")).upper(),
        done=summary.startswith(MARKS_OF_DONE),
    )


def _utc(text: str) -> datetime | None:
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) if text else None


def _moment(value: Any) -> datetime | None:
    moment = getattr(value, "dt", value)
    return moment.astimezone(UTC) if isinstance(moment, datetime) and moment.tzinfo else None
