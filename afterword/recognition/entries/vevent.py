"""Parses calendar entries (RFC 5545): when, where, with whom, and in which revision a meeting is."""

import re
import warnings
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from ...eventlog.events import Person
from ..messages.addresses import ADDRESS
from ..messages.mime import without_controls
from ..reading import USUAL_LENGTH, Unreadable
from .calendar_text import check_limits

LONGEST = timedelta(days=2)
MOST_ATTENDEES_KEPT = 60
MOST_EXCLUDED = 400
OURS = "@afterword"
"""The ending of the UIDs of our own invites."""

_ADDRESS = re.compile(ADDRESS)


class Participant(Struct, frozen=True, kw_only=True):
    """An ATTENDEE with its PARTSTAT and CUTYPE."""

    person: Person
    partstat: str = ""
    cutype: str = ""


class Meeting(Struct, frozen=True, kw_only=True):
    """One VEVENT. Times are in UTC; `zone` is the one of DTSTART, and `zone_doubt` means that it was guessed. `days` are those of
    an entry that has no times (`all_day`), `excluded` the dates that are taken out of a series.
    """

    uid: str
    start: datetime
    end: datetime
    recurrence_id: str = ""
    sequence: int = 0
    stamp: datetime | None = None
    zone: str = ""
    zone_doubt: bool = False
    title: str = ""
    description: str = ""
    location: str = ""
    organizer: Person = Person()
    attendees: tuple[Participant, ...] = ()
    status: str = ""
    method: str = ""
    all_day: bool = False
    days: int = 0
    repeats: bool = False
    excluded: tuple[datetime, ...] = ()
    ours: bool = False


def parse_entry(text: bytes, zone: ZoneInfo) -> tuple[Meeting, ...]:
    """The VEVENTs of an entry. `zone` is that of floating times. Raises Unreadable if the entry is malformed or over the limits."""
    try:
        calendar = parse_calendar(text)
        method = str(calendar.get("method", "")).upper()
        zones = {str(each.get("tzid", "")) for each in calendar.walk("VTIMEZONE")}
        return tuple(_meeting(each, method, zones, zone) for each in calendar.walk("VEVENT"))
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable(f"the calendar entry is no iCalendar ({type(error).__name__})") from error


def parse_calendar(text: bytes) -> Any:
    """The `icalendar.Calendar` of a text. Raises Unreadable for one over the limits, and whatever the parser raises."""
    from icalendar import Calendar  # 0.13 s that a mail without a calendar part does not need
    from icalendar.timezone import tzp  # see above

    check_limits(text)
    tzp.use_default()  # it keeps each VTIMEZONE for ever: one calendar's "Customized Time Zone" would be all others'
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Calendar.from_ical(text)


def _meeting(event: Any, method: str, zones: set[str], zone: ZoneInfo) -> Meeting:
    start_property = event.get("dtstart")
    if start_property is None:
        raise Unreadable("the calendar entry has no start")
    start, zone_name, doubt = _moment(start_property, zones, zone)
    attendees = event.get("attendee", [])
    everybody = attendees if isinstance(attendees, list) else [attendees]
    uid = str(event.get("uid", ""))[:1000]
    recurrence = event.get("recurrence-id")
    return Meeting(
        uid=uid,
        start=start,
        end=_end(event, start, zones, zone),
        recurrence_id=_moment(recurrence, zones, zone)[0].isoformat() if recurrence is not None else "",
        sequence=_number(event.get("sequence")),
        stamp=_stamp(event, zones, zone),
        zone=zone_name,
        zone_doubt=doubt,
        title=_text(event, "summary", 300),
        description=_text(event, "description", 5000),
        location=_text(event, "location", 300),
        organizer=_person(event.get("organizer")),
        attendees=tuple(_participant(each) for each in everybody[:MOST_ATTENDEES_KEPT]),
        status=_text(event, "status", 30).upper(),
        method=method,
        all_day=not isinstance(start_property.dt, datetime),
        days=_days(start_property.dt, event.get("dtend")),
        repeats="rrule" in event and recurrence is None,
        excluded=tuple(_excluded(event.get("exdate"), zone)),
        ours=uid.endswith(OURS) or any(str(key).upper().startswith("X-AFTERWORD") for key in event),
    )


def _moment(value: Any, zones: set[str], zone: ZoneInfo) -> tuple[datetime, str, bool]:
    """The time in UTC, its zone, and whether that was guessed, as it is for an unknown TZID without a VTIMEZONE.

    A floating time is in `zone`.
    """
    moment = value.dt
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time(0), zone).astimezone(UTC), str(zone), False
    tzid = str(value.params.get("TZID", ""))
    if moment.tzinfo is None:
        return moment.replace(tzinfo=zone).astimezone(UTC), str(zone), bool(tzid)
    zone_name = getattr(moment.tzinfo, "key", None) or (tzid if tzid in zones else "UTC")
    return moment.astimezone(UTC), str(zone_name), False


def _excluded(value: Any, zone: ZoneInfo) -> Iterator[datetime]:
    """The original starts, in UTC, of the dates that EXDATEs take out."""
    values = value if isinstance(value, list) else [value]
    days = (each.dt for one in values for each in getattr(one, "dts", ()))
    for out in islice(days, MOST_EXCLUDED):
        local = out if isinstance(out, datetime) else datetime.combine(out, time(0))
        with suppress(OverflowError):
            yield (local if local.tzinfo is not None else local.replace(tzinfo=zone)).astimezone(UTC)


def _days(start: date, end: Any) -> int:
    """How many days an entry takes that has no times: one if it says nothing else (RFC 5545, 3.6.1)."""
    if isinstance(start, datetime):
        return 0
    last = getattr(end, "dt", None)
    return (last - start).days if isinstance(last, date) and not isinstance(last, datetime) else 1


def _end(event: Any, start: datetime, zones: set[str], zone: ZoneInfo) -> datetime:
    if event.get("dtend") is not None:
        end = _moment(event["dtend"], zones, zone)[0]
    elif event.get("duration") is not None and isinstance(event["duration"].dt, timedelta):
        end = start + min(event["duration"].dt, LONGEST)
    else:
        end = start + USUAL_LENGTH
    return end if start < end <= start + LONGEST else start + USUAL_LENGTH


def _stamp(event: Any, zones: set[str], zone: ZoneInfo) -> datetime | None:
    """When the entry was last changed, in UTC: by DTSTAMP where it does not say so itself, for exports put their own time there. CREATED
    stays the same in each revision, and is used where there is nothing else.
    """
    for name in ("last-modified", "dtstamp", "created"):
        value = event.get(name)
        if value is not None and isinstance(getattr(value, "dt", None), date):
            return _moment(value, zones, zone)[0]
    return None


def _participant(value: Any) -> Participant:
    parameters = getattr(value, "params", {})
    return Participant(
        person=_person(value),
        partstat=str(parameters.get("PARTSTAT", "")).upper(),
        cutype=str(parameters.get("CUTYPE", "")).upper(),
    )


def _person(value: Any) -> Person:
    value = value[0] if isinstance(value, list) and value else value
    if value is None:
        return Person()
    address = re.sub(r"^mailto:", "", without_controls(str(value)).strip(), flags=re.IGNORECASE)[:320].lower()
    name = " ".join(without_controls(str(getattr(value, "params", {}).get("CN", ""))).split())[:120].strip("\"'")
    return Person(address=address if _ADDRESS.fullmatch(address) else "", name="" if "@" in name else name)


def _text(event: Any, name: str, longest: int) -> str:
    value = event.get(name, "")
    return without_controls(str(value[0] if isinstance(value, list) and value else value))[:longest].strip()


def _number(value: Any) -> int:
    try:
        return max(0, min(int(value), 2**31)) if value is not None else 0
    except (ValueError, TypeError):
        return 0
