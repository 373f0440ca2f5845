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
START_PROPERTY = "X-AFTERWORD-START"
"""The start as we wrote it: where it differs from DTSTART, the user moved the entry."""

ZONE_PARAMETER = "X-AFTERWORD-ZONE"
"""A parameter of START_PROPERTY: the user's zone, for entries that the user moved to a whole day, which has no zone."""

TEXT_DIGEST_PROPERTY = "X-AFTERWORD-TEXT"
"""The digest of the text as we wrote it: where it differs, the user edited the text."""

MINUTE = timedelta(minutes=1)
QUARTER = timedelta(minutes=15)
DONE = "✓ "
_UNSAFE = re.compile(r"[^A-Za-z0-9._@-]")


def invite_to_ical(invite: Invite, original: Invite | None = None, *, task: bool = False) -> bytes:
    """Return a VCALENDAR with one VEVENT. `original` is the invite without the user's changes, where `invite` includes them.

    With `task` it is a VTODO that starts with the invite and is due a quarter of an hour later.
    """
    return _calendar((_todo if task else _event)(invite, original or invite), zones_of=invite)


def file_name(uid: str) -> str:
    """Return the file name for a UID, always the same, so that a repeated write overwrites the first."""
    return f"{_UNSAFE.sub('_', uid)[:200]}.ics"


def itip_request(invite: Invite, *, organizer: str, attendee: str) -> bytes:
    """Return the invite as an iTIP REQUEST (RFC 5546, 3.2.2) to its only attendee."""
    event = _event(invite, invite)
    _add_parties(event, organizer, attendee)
    return _calendar(event, method="REQUEST", zones_of=invite)


def itip_cancel(placed: PlacedInvite, at: datetime, *, organizer: str, attendee: str) -> bytes:
    """Return an iTIP CANCEL (RFC 5546, 3.2.5) of the invite; `at` is its DTSTAMP."""
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
        calendar.add_component(vtimezone(zones_of.zone, zones_of.start.year))
    calendar.add_component(component)
    text: bytes = calendar.to_ical()
    return text


def _add_parties(event: Event, organizer: str, attendee: str) -> None:
    event.add("organizer", vCalAddress(f"mailto:{organizer}"), parameters={"CN": "Afterword"})
    parameters = {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"}
    event.add("attendee", vCalAddress(f"mailto:{attendee}"), parameters=parameters)


def strip_controls(text: str) -> str:
    """Return the text without control, bidi and surrogate characters; newlines are kept."""
    return "".join(
        each for each in text.replace("\r\n", "\n") if each == "\n" or category(each) not in {"Cc", "Cf", "Cs"}
    )


def text_digest(summary: str, description: str) -> str:
    """Return a digest of summary and description that ignores whitespace, which calendars change."""
    words = " ".join(strip_controls(f"{summary}\n{description}").split())
    return blake2b(words.encode("utf-8"), digest_size=8).hexdigest()


def _event(invite: Invite, original: Invite) -> Event:
    zone = ZoneInfo(invite.zone)
    event = Event()
    event.add("dtstart", invite.start.astimezone(zone))
    event.add("dtend", invite.end.astimezone(zone))
    event.add("summary", (DONE if invite.done else "") + _single_line(invite.summary))
    event.add("status", "CONFIRMED")
    event.add("transp", "TRANSPARENT" if invite.done else "OPAQUE")
    _add_common_properties(event, invite, original)
    return event


def _todo(invite: Invite, original: Invite) -> Todo:
    start = invite.start.astimezone(ZoneInfo(invite.zone))
    todo = Todo()
    todo.add("dtstart", start)
    todo.add("due", start + QUARTER)
    todo.add("summary", _single_line(invite.summary))
    todo.add("status", "COMPLETED" if invite.done else "NEEDS-ACTION")
    if invite.done:
        todo.add("completed", invite.stamp.astimezone(UTC))
        todo.add("percent-complete", 100)
    _add_common_properties(todo, invite, original)
    return todo


def _add_common_properties(component: Component, invite: Invite, original: Invite) -> None:
    component.add("uid", invite.uid)
    component.add("dtstamp", invite.stamp)
    component.add("sequence", invite.sequence)
    component.add("description", strip_controls(invite.description))
    component.add("categories", ["Afterword"])
    component.add(START_PROPERTY, vDatetime(original.start.astimezone(UTC)), parameters={ZONE_PARAMETER: invite.zone})
    component.add(TEXT_DIGEST_PROPERTY, text_digest(original.summary, original.description))
    if invite.alarm is not None and not invite.done:
        component.add_component(_alarm(invite))


def _single_line(text: str) -> str:
    return strip_controls(text).replace("\n", " ")


def _alarm(invite: Invite) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", strip_controls(invite.summary))
    alarm.add("trigger", vDuration(-timedelta(minutes=invite.alarm or 0)))
    return alarm


@lru_cache(maxsize=50)
def vtimezone(name: str, year: int) -> Timezone:
    """Return a VTIMEZONE with the zone's offsets in that year and the next; its whole history would be larger than an entry."""
    zone = ZoneInfo(name)
    begin, end = datetime(year - 1, 12, 1, tzinfo=UTC), datetime(year + 2, 1, 1, tzinfo=UTC)
    component = Timezone()
    component.add("tzid", name)
    component.add_component(_observance(zone, begin, begin))
    for onset in _onsets(zone, begin, end):
        component.add_component(_observance(zone, onset - MINUTE, onset))
    return component


def _onsets(zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[datetime]:
    """The onsets of the zone's offset changes, to the minute."""
    while begin < end:
        after = begin + timedelta(days=1)
        if begin.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            minutes = range(1, 24 * 60 + 1)
            offset = begin.astimezone(zone).utcoffset()
            yield next(
                moment for each in minutes if (moment := begin + each * MINUTE).astimezone(zone).utcoffset() != offset
            )
        begin = after


def _observance(zone: ZoneInfo, before: datetime, onset: datetime) -> TimezoneStandard | TimezoneDaylight:
    """One observance (RFC 5545, 3.6.5); its DTSTART is in the local time before the onset."""
    before_local, after_local = before.astimezone(zone), onset.astimezone(zone)
    observance = TimezoneDaylight() if after_local.dst() else TimezoneStandard()
    offset_from, offset_to = before_local.utcoffset() or timedelta(), after_local.utcoffset() or timedelta()
    observance.add("dtstart", (onset + offset_from).replace(tzinfo=None))
    observance.add("tzoffsetfrom", offset_from)
    observance.add("tzoffsetto", offset_to)
    observance.add("tzname", after_local.tzname() or "")
    return observance
