"""Our invites as RFC 5545 text."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
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

from afterword.ports import Invite, PlacedInvite

PRODID = "-//Afterword//Afterword//EN"
WRITTEN = "X-AFTERWORD-START"
"""What we wrote as the start: where it differs from DTSTART, the user has moved the entry."""

ZONE = "X-AFTERWORD-ZONE"
"""A parameter of it: the zone that the user sees times in. One who moves an entry to a day names none."""

TEXT = "X-AFTERWORD-TEXT"
"""A mark of the words that we wrote: where theirs differ, the user has edited them."""

RESOLUTION = timedelta(minutes=1)
QUARTER = timedelta(minutes=15)
DONE = "✓ "
_UNSAFE = re.compile(r"[^A-Za-z0-9._@-]")


def written(invite: Invite, ours: Invite | None = None, *, task: bool = False) -> bytes:
    """One VCALENDAR with one VEVENT: what khal and desktop calendars import. `ours` is what we chose, where the user chose else.

    A `task` is a VTODO that begins with the invite, and is due a quarter of an hour later.
    """
    return _calendar((_todo if task else _event)(invite, ours or invite), zones_of=invite)


def file_name(uid: str) -> str:
    """The name of an invite's file wherever it is put: a second try finds the first."""
    return f"{_UNSAFE.sub('_', uid)[:200]}.ics"


def announced(invite: Invite, *, organizer: str, attendee: str) -> bytes:
    """The invite as a REQUEST (RFC 5546, 3.2.2) to the one attendee that it has."""
    event = _event(invite, invite)
    _add_parties(event, organizer, attendee)
    return _calendar(event, method="REQUEST", zones_of=invite)


def revoked(placed: PlacedInvite, at: datetime, *, organizer: str, attendee: str) -> bytes:
    """A CANCEL (RFC 5546, 3.2.5) of what stands so; `at` is when it is said."""
    event = Event()
    event.add("uid", placed.uid)
    event.add("dtstamp", at)
    event.add("sequence", placed.sequence + 1)
    event.add("dtstart", placed.start.astimezone(UTC))
    event.add("dtend", placed.end.astimezone(UTC))
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
        calendar.add_component(timezone(zones_of.zone, zones_of.start.year))
    calendar.add_component(component)
    text: bytes = calendar.to_ical()
    return text


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
    start = invite.start.astimezone(ZoneInfo(invite.zone))
    todo = Todo()
    todo.add("dtstart", start)
    todo.add("due", start + QUARTER)
    todo.add("summary", _line(invite.summary))
    todo.add("status", "COMPLETED" if invite.done else "NEEDS-ACTION")
    if invite.done:
        todo.add("completed", invite.stamp.astimezone(UTC))
        todo.add("percent-complete", 100)
    _add_what_both_have(todo, invite, ours)
    return todo


def _add_what_both_have(component: Component, invite: Invite, ours: Invite) -> None:
    component.add("uid", invite.uid)
    component.add("dtstamp", invite.stamp)
    component.add("sequence", invite.sequence)
    component.add("description", plain(invite.description))
    component.add("categories", ["Afterword"])
    component.add(WRITTEN, vDatetime(ours.start.astimezone(UTC)), parameters={ZONE: invite.zone})
    component.add(TEXT, text_mark(ours.summary, ours.description))
    if invite.url:
        component.add("url", "".join(plain(invite.url).split()))
    if invite.alarm is not None and not invite.done:
        component.add_component(_alarm(invite))


def _line(text: str) -> str:
    return plain(text).replace("\n", " ")


def _alarm(invite: Invite) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", plain(invite.summary))
    alarm.add("trigger", vDuration(-timedelta(minutes=invite.alarm or 0)))
    return alarm


@lru_cache(maxsize=50)
def timezone(name: str, year: int) -> Timezone:
    """A zone's offsets in that year and the next; all that the zone ever had would be many times an entry's own size."""
    zone = ZoneInfo(name)
    begin, end = datetime(year - 1, 12, 1, tzinfo=UTC), datetime(year + 2, 1, 1, tzinfo=UTC)
    component = Timezone()
    component.add("tzid", name)
    component.add_component(_observance(zone, begin, begin))
    for onset in _onsets(zone, begin, end):
        component.add_component(_observance(zone, onset - RESOLUTION, onset))
    return component


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
