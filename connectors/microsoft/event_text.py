"""Conversion of events to RFC 5545 text: an event, or a series with its exceptions, to one VCALENDAR."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from icalendar import Event as VEvent
from msgspec import Struct
from msgspec.structs import replace

from afterword.recognition.entries.calendar_text import EntryText
from afterword.recognition.messages.visible import visible_text

from ..icalendar_text import strip_controls
from ..provider_events import (
    CalendarUser,
    add_attendees,
    add_organizer,
    entry_from_components,
    single_line,
    with_conference_url,
)
from .events import Attendee, DateTimeTimeZone, Event, Recipient
from .recurrence import rrule_parts
from .zones import find_zone

MAX_TEXT_LENGTH = 20_000
HALF_A_DAY = timedelta(hours=12) - timedelta(microseconds=1)
PARTSTATS = {
    "accepted": "ACCEPTED",
    "organizer": "ACCEPTED",
    "declined": "DECLINED",
    "tentativelyAccepted": "TENTATIVE",
}
ROLES = {"optional": "OPT-PARTICIPANT", "resource": "NON-PARTICIPANT"}
FREE_STATUSES = {"free", "workingElsewhere"}


class EventContext(Struct, frozen=True, kw_only=True):
    """What the event resource does not contain: the calendar's owner, the exceptions of a series, the original starts of cancelled
    exceptions (UTC, ISO 8601), and the known SEQUENCEs by event id.
    """

    owner: str = ""
    exceptions: tuple[Event, ...] = ()
    cancelled_starts: tuple[str, ...] = ()
    sequences: Mapping[str, int] = {}


def entry_text(event: Event, context: EventContext) -> EntryText | None:
    """Return the text of an event, or of a series with its exceptions; None without UID or times."""
    if not event.uid or event.start is None or event.end is None:
        return None
    components = [_vevent(each, event, context) for each in (event, *context.exceptions) if each.start]
    components += [_cancelled_instance(event, _original_start(each, event)) for each in context.cancelled_starts]
    return entry_from_components(components)


def _vevent(event: Event, master: Event, context: EventContext) -> Any:
    vevent: Any = VEvent()
    vevent.add("uid", strip_controls(master.uid or ""))
    vevent.add("dtstamp", _dtstamp(event))
    _add_times(vevent, event, master)
    vevent.add("summary", single_line(event.subject))
    vevent.add("description", _description(event))
    vevent.add("status", "CANCELLED" if event.is_cancelled else "CONFIRMED")
    vevent.add("transp", "TRANSPARENT" if event.show_as in FREE_STATUSES else "OPAQUE")
    if event.location is not None and event.location.display_name:
        vevent.add("location", single_line(event.location.display_name))
    if event.id in context.sequences:
        vevent.add("sequence", context.sequences[event.id])
    _add_parties(vevent, event, context.owner)
    return vevent


def _add_times(vevent: Any, event: Event, master: Event) -> None:
    for name, time_ in (("dtstart", event.start), ("dtend", event.end)):
        if time_ is not None:
            _add_time(vevent, name, time_, event)
    if event is not master and event.original_start:
        vevent.add("recurrence-id", _original_start(event.original_start, master))
    elif event.recurrence is not None:
        vevent.add("rrule", rrule_parts(event.recurrence, vevent["dtstart"].dt))
        for day in _cancelled_days(event):
            vevent.add("exdate", _on_day(vevent["dtstart"].dt, day))


def _add_time(vevent: Any, name: str, time_: DateTimeTimeZone, event: Event) -> None:
    """Add the time in its own zone, so that recurrences follow its daylight saving time; an unknown zone's name is kept as TZID."""
    moment = time_.utc
    if event.is_all_day:
        vevent.add(name, time_.day)
    elif moment is not None:
        vevent.add(name, _local_time(moment, event))
    else:
        vevent.add(name, time_.local, parameters={"TZID": single_line(time_.time_zone)})


def _local_time(moment: datetime, event: Event) -> datetime:
    zone = find_zone(event.original_start_time_zone or "UTC")
    return moment.astimezone(zone) if zone is not None and zone.key != "UTC" else moment.astimezone(UTC)


def _original_start(original_start: str, master: Event) -> datetime | date:
    """The original start of an instance. For an all-day series it is a midnight in UTC: of the zone in the series' range, or, if
    unknown, the nearest.
    """
    moment = datetime.fromisoformat(original_start).astimezone(UTC)
    if not master.is_all_day:
        return _local_time(moment, master)
    zone = find_zone((master.recurrence and master.recurrence.range.recurrence_time_zone) or "unknown")
    is_midnight_there = zone is not None and moment.astimezone(zone).time() == time()
    return moment.astimezone(zone).date() if is_midnight_there else (moment + HALF_A_DAY).date()


def _cancelled_instance(master: Event, original: datetime | date) -> Any:
    """The VEVENT of a cancelled instance."""
    vevent: Any = VEvent()
    vevent.add("uid", strip_controls(master.uid or ""))
    vevent.add("dtstamp", _dtstamp(master))
    vevent.add("recurrence-id", original)
    vevent.add("dtstart", original)
    vevent.add("summary", single_line(master.subject))
    vevent.add("status", "CANCELLED")
    return vevent


def _cancelled_days(event: Event) -> Iterator[date]:
    """Parsed from "OID.<id of the series>.<day>"."""
    for each in event.cancelled_occurrences or ():
        try:
            yield date.fromisoformat(each.rpartition(".")[2])
        except ValueError:
            continue


def _on_day(start: datetime | date, day: date) -> datetime | date:
    return datetime.combine(day, start.timetz()) if isinstance(start, datetime) else day


def _add_parties(vevent: Any, event: Event, owner: str) -> None:
    """The owner's PARTSTAT is the event's; an owner invited through a group is added as attendee."""
    organizer = _calendar_user(event.organizer)
    if organizer is not None:
        add_organizer(vevent, organizer)
    answer = PARTSTATS.get(event.response, "NEEDS-ACTION")
    guests = [each for each in map(_attendee, event.attendees or ()) if each is not None]
    is_own = [each.address.lower() == owner.lower() for each in guests]
    guests = [replace(each, partstat=answer) if own else each for each, own in zip(guests, is_own, strict=True)]
    if owner and not any(is_own) and answer != "NEEDS-ACTION" and event.response != "organizer":
        guests.insert(0, CalendarUser(address=owner, partstat=answer))
    add_attendees(vevent, guests)


def _attendee(attendee: Attendee) -> CalendarUser | None:
    guest = _calendar_user(attendee)
    if guest is None:
        return None
    return replace(
        guest,
        partstat=PARTSTATS.get((attendee.status and attendee.status.response) or "", "NEEDS-ACTION"),
        role=ROLES.get(attendee.type or "", "REQ-PARTICIPANT"),
        cutype="RESOURCE" if attendee.type == "resource" else "",
    )


def _calendar_user(recipient: Recipient | None) -> CalendarUser | None:
    email = recipient.email_address if recipient is not None else None
    return CalendarUser(address=email.address, name=email.name or "") if email is not None and email.address else None


def _description(event: Event) -> str:
    return with_conference_url(body_text(event), (event.online_meeting and event.online_meeting.join_url) or "")


def body_text(event: Event) -> str:
    """Return the body as plain text."""
    if event.body is None or not event.body.content:
        return ""
    is_html = (event.body.content_type or "").lower() == "html"
    text = visible_text(event.body.content) if is_html else event.body.content
    return strip_controls(text[:MAX_TEXT_LENGTH]).strip()


def _dtstamp(event: Event) -> datetime:
    return datetime.fromisoformat(event.last_modified_date_time or "1970-01-01T00:00:00Z").astimezone(UTC)
