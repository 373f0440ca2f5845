"""Events as RFC 5545 text: an event, or a series with its exceptions, becomes the VCALENDAR of one UID."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from icalendar import Event as VEvent
from msgspec import Struct
from msgspec.structs import replace

from afterword.recognition.calendar_text import EntryText
from afterword.recognition.visible import visible_text

from ..icalendar_text import strip_controls
from ..provider_events import (
    CalendarUser,
    add_attendees,
    add_organizer,
    entry_from_components,
    single_line,
    with_conference_url,
)
from .events import Attendee, DateTimeZone, Event, Recipient
from .recurrence import rule
from .zones import known_zone

LONGEST_TEXT = 20_000
HALF_A_DAY = timedelta(hours=12) - timedelta(microseconds=1)
PARTSTATS = {
    "accepted": "ACCEPTED",
    "organizer": "ACCEPTED",
    "declined": "DECLINED",
    "tentativelyAccepted": "TENTATIVE",
}
ROLES = {"optional": "OPT-PARTICIPANT", "resource": "NON-PARTICIPANT"}
NOT_TAKEN = {"free", "workingElsewhere"}


class Around(Struct, frozen=True, kw_only=True):
    """What an event does not tell of itself: whose calendar it is in, the exceptions of a series, when those were to start that
    are no more (in UTC, ISO 8601), and the SEQUENCE of events by their ids, as far as it is known.
    """

    owner: str = ""
    exceptions: tuple[Event, ...] = ()
    gone: tuple[str, ...] = ()
    sequences: Mapping[str, int] = {}


def entry_text(event: Event, around: Around) -> EntryText | None:
    """The text of an event; of a series with what differs in it. None for one without UID or times."""
    if not event.uid or event.start is None or event.end is None:
        return None
    components = [_vevent(each, event, around) for each in (event, *around.exceptions) if each.start]
    components += [_cancelled(event, _original(each, event)) for each in around.gone]
    return entry_from_components(components)


def _vevent(event: Event, master: Event, around: Around) -> Any:
    vevent: Any = VEvent()
    vevent.add("uid", strip_controls(master.uid or ""))
    vevent.add("dtstamp", _stamp(event))
    _add_times(vevent, event, master)
    vevent.add("summary", single_line(event.subject))
    vevent.add("description", _description(event))
    vevent.add("status", "CANCELLED" if event.is_cancelled else "CONFIRMED")
    vevent.add("transp", "TRANSPARENT" if event.show_as in NOT_TAKEN else "OPAQUE")
    if event.location is not None and event.location.display_name:
        vevent.add("location", single_line(event.location.display_name))
    if event.id in around.sequences:
        vevent.add("sequence", around.sequences[event.id])
    _add_parties(vevent, event, around.owner)
    return vevent


def _add_times(vevent: Any, event: Event, master: Event) -> None:
    for name, told in (("dtstart", event.start), ("dtend", event.end)):
        if told is not None:
            _add_time(vevent, name, told, event)
    if event is not master and event.original_start:
        vevent.add("recurrence-id", _original(event.original_start, master))
    elif event.recurrence is not None:
        vevent.add("rrule", rule(event.recurrence, vevent["dtstart"].dt))
        for day in _cancelled_days(event):
            vevent.add("exdate", _at(vevent["dtstart"].dt, day))


def _add_time(vevent: Any, name: str, told: DateTimeZone, event: Event) -> None:
    """In the zone that it was said in, so that it repeats as it was meant; one in an unknown zone keeps that zone's name."""
    moment = told.moment
    if event.is_all_day:
        vevent.add(name, told.day)
    elif moment is not None:
        vevent.add(name, _said(moment, event))
    else:
        vevent.add(name, told.local, parameters={"TZID": single_line(told.time_zone)})


def _said(moment: datetime, event: Event) -> datetime:
    zone = known_zone(event.original_start_time_zone or "UTC")
    return moment.astimezone(zone) if zone is not None and zone.key != "UTC" else moment.astimezone(UTC)


def _original(told: str, master: Event) -> datetime | date:
    """When an instance of the series was to start. Of a whole day that is its midnight, told in UTC, in a zone that only the series'
    range knows, and not always: then it is the midnight that is nearest.
    """
    moment = datetime.fromisoformat(told).astimezone(UTC)
    if not master.is_all_day:
        return _said(moment, master)
    zone = known_zone((master.recurrence and master.recurrence.range.recurrence_time_zone) or "unknown")
    is_midnight_there = zone is not None and moment.astimezone(zone).time() == time()
    return moment.astimezone(zone).date() if is_midnight_there else (moment + HALF_A_DAY).date()


def _cancelled(master: Event, original: datetime | date) -> Any:
    """What says of an instance that it will not be."""
    vevent: Any = VEvent()
    vevent.add("uid", strip_controls(master.uid or ""))
    vevent.add("dtstamp", _stamp(master))
    vevent.add("recurrence-id", original)
    vevent.add("dtstart", original)
    vevent.add("summary", single_line(master.subject))
    vevent.add("status", "CANCELLED")
    return vevent


def _cancelled_days(event: Event) -> Iterator[date]:
    """Out of "OID.<id of the series>.<day>"."""
    for each in event.cancelled_occurrences or ():
        try:
            yield date.fromisoformat(each.rpartition(".")[2])
        except ValueError:
            continue


def _at(start: datetime | date, day: date) -> datetime | date:
    return datetime.combine(day, start.timetz()) if isinstance(start, datetime) else day


def _add_parties(vevent: Any, event: Event, owner: str) -> None:
    """The owner's answer is the event's own; whoever was asked by way of a group is no attendee."""
    organizer = _guest(event.organizer)
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
    guest = _guest(attendee)
    if guest is None:
        return None
    return replace(
        guest,
        partstat=PARTSTATS.get((attendee.status and attendee.status.response) or "", "NEEDS-ACTION"),
        role=ROLES.get(attendee.type or "", "REQ-PARTICIPANT"),
        cutype="RESOURCE" if attendee.type == "resource" else "",
    )


def _guest(recipient: Recipient | None) -> CalendarUser | None:
    known = recipient.email_address if recipient is not None else None
    return CalendarUser(address=known.address, name=known.name or "") if known is not None and known.address else None


def _description(event: Event) -> str:
    return with_conference_url(words(event), (event.online_meeting and event.online_meeting.join_url) or "")


def words(event: Event) -> str:
    """The body as text, whichever form it came in."""
    if event.body is None or not event.body.content:
        return ""
    is_html = (event.body.content_type or "").lower() == "html"
    text = visible_text(event.body.content) if is_html else event.body.content
    return strip_controls(text[:LONGEST_TEXT]).strip()


def _stamp(event: Event) -> datetime:
    return datetime.fromisoformat(event.last_modified_date_time or "1970-01-01T00:00:00Z").astimezone(UTC)
