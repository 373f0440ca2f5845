"""Conversion of events to RFC 5545 text: a single event, or a series with its exceptions, to one VCALENDAR."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from icalendar import Event as VEvent

from afterword.recognition.entries.calendar_text import EntryText, check_limits
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
from .events import Attendee, Event, EventTime

MAX_TEXT_LENGTH = 20_000
PARTSTATS = {"accepted": "ACCEPTED", "declined": "DECLINED", "tentative": "TENTATIVE"}
_MARKUP = re.compile(r"</?(?:html|body|p|br|div|span|b|i|u|a|ul|ol|li|h\d|table|tr|td)\b[^>]*>", re.IGNORECASE)
_RECURRENCE_LINE = re.compile(r"(?:RRULE|EXRULE|RDATE|EXDATE)[;:][\x20-\x7e]*")


def entry_text(
    events: Sequence[Event], cancelled_exceptions: Sequence[EventTime], excluded: Sequence[EventTime], zone: str
) -> EntryText:
    """Return the text of the events of one UID. `cancelled_exceptions` are original starts of cancelled instances that had been moved
    before, `excluded` those of the other cancelled ones (EXDATE); `zone` is the calendar's. Raises Unreadable, and ValueError for an
    invalid time.
    """
    first = next((each for each in events if not each.recurring_event_id), events[0])
    exceptions = sorted((each for each in events if each is not first), key=_original_start)
    components = [_vevent(each, zone) for each in [first, *exceptions]]
    components += [_cancelled_instance(first, each, zone) for each in cancelled_exceptions]
    if first.recurring_event_id or not excluded:
        return entry_from_components(components, _rules(first))
    start = first.start or EventTime()
    for each in excluded:
        components[0].add("exdate", each.day if start.date_text else each.moment(start.time_zone or zone))
    return entry_from_components(components, _rules(first))


def plain_description(description: str) -> str:
    """Return a description as plain text; Google Calendar's pages write HTML."""
    text = description[:MAX_TEXT_LENGTH]
    return strip_controls(visible_text(text) if _MARKUP.search(text) else text).strip()


def _vevent(event: Event, zone: str) -> Any:
    vevent: Any = VEvent()
    vevent.add("uid", single_line(event.uid))
    vevent.add("dtstamp", _dtstamp(event))
    vevent.add("sequence", event.sequence)
    _add_times(vevent, event, zone)
    vevent.add("summary", single_line(event.summary))
    vevent.add("description", _description(event))
    vevent.add("status", _status(event))
    vevent.add("transp", "TRANSPARENT" if event.transparency == "transparent" else "OPAQUE")
    if event.location:
        vevent.add("location", single_line(event.location))
    _add_parties(vevent, event)
    return vevent


def _add_times(vevent: Any, event: Event, zone: str) -> None:
    for name, event_time in (
        ("dtstart", event.start),
        ("dtend", event.end),
        ("recurrence-id", event.original_start_time),
    ):
        if event_time is not None:
            vevent.add(name, _local_time(event_time, zone))


def _local_time(event_time: EventTime, zone: str) -> datetime | date:
    """The time in its own zone, so that recurrences follow its daylight saving time."""
    moment = event_time.moment(zone)
    return event_time.day or (moment.astimezone(UTC) if str(moment.tzinfo) == "UTC" else moment)


def _original_start(event: Event) -> datetime:
    return (event.original_start_time or event.start or EventTime()).moment()


def _cancelled_instance(series: Event, original: EventTime, zone: str) -> Any:
    """The VEVENT of a cancelled instance."""
    vevent: Any = VEvent()
    vevent.add("uid", single_line(series.uid))
    vevent.add("dtstamp", _dtstamp(series))
    vevent.add("recurrence-id", _local_time(original, zone))
    vevent.add("dtstart", _local_time(original, zone))
    vevent.add("summary", single_line(series.summary))
    vevent.add("status", "CANCELLED")
    _add_parties(vevent, series)
    return vevent


def _status(event: Event) -> str:
    """The STATUS; CANCELLED also for an event that the user declined, because their attendee address may be unknown to us."""
    if event.is_cancelled or event.own_response == "declined":
        return "CANCELLED"
    return "TENTATIVE" if event.status == "tentative" else "CONFIRMED"


def _add_parties(vevent: Any, event: Event) -> None:
    if event.organizer is not None and event.organizer.email:
        add_organizer(vevent, CalendarUser(address=event.organizer.email, name=event.organizer.display_name))
    user_first = sorted(event.attendees, key=lambda each: not each.is_self)
    add_attendees(vevent, [_calendar_user(each) for each in user_first if each.email])


def _calendar_user(attendee: Attendee) -> CalendarUser:
    return CalendarUser(
        address=attendee.email,
        name=attendee.display_name,
        partstat=PARTSTATS.get(attendee.response_status, "NEEDS-ACTION"),
        role="OPT-PARTICIPANT" if attendee.optional else "REQ-PARTICIPANT",
        cutype="RESOURCE" if attendee.resource else "",
    )


def _description(event: Event) -> str:
    """The description, with the URL of the video call."""
    points = event.conference_data.entry_points if event.conference_data is not None else ()
    video = next((each.uri for each in points if each.entry_point_type == "video"), event.hangout_link)
    return with_conference_url(plain_description(event.description), video)


def _rules(event: Event) -> list[str]:
    """The recurrence lines, which Google returns in RFC 5545 format."""
    rules = [each for each in event.recurrence if _RECURRENCE_LINE.fullmatch(each)]
    check_limits("\r\n".join(rules).encode())
    return rules


def _dtstamp(event: Event) -> datetime:
    return datetime.fromisoformat(event.updated or "1970-01-01T00:00:00Z").astimezone(UTC)
