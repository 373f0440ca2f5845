"""Events as RFC 5545 text: a single event, or a series with what differs in it, becomes the VCALENDAR of one UID."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from icalendar import Event as VEvent

from afterword.recognition.calendar_text import EntryText, check_limits
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
from .events import Attendee, Event, When

LONGEST_TEXT = 20_000
PARTSTATS = {"accepted": "ACCEPTED", "declined": "DECLINED", "tentative": "TENTATIVE"}
_MARKUP = re.compile(r"</?(?:html|body|p|br|div|span|b|i|u|a|ul|ol|li|h\d|table|tr|td)\b[^>]*>", re.IGNORECASE)
_RULE = re.compile(r"(?:RRULE|EXRULE|RDATE|EXDATE)[;:][\x20-\x7e]*")


def entry_text(events: Sequence[Event], called_off: Sequence[When], skipped: Sequence[When], zone: str) -> EntryText:
    """The text of the events of one UID. Of a series' instances, `called_off` are those that had a time of their own and will
    not be, `skipped` the others that will not be; `zone` is the calendar's. Raises Unreadable, and ValueError for no time.
    """
    first = next((each for each in events if not each.recurring_event_id), events[0])
    others = sorted((each for each in events if each is not first), key=_original)
    components = [_vevent(each, zone) for each in [first, *others]]
    components += [_called_off(first, each, zone) for each in called_off]
    if first.recurring_event_id or not skipped:
        return entry_from_components(components, _rules(first))
    start = first.start or When()
    for each in skipped:
        components[0].add("exdate", each.day if start.date_text else each.moment(start.time_zone or zone))
    return entry_from_components(components, _rules(first))


def words(description: str) -> str:
    """A description as people see it; Google's own pages write it as HTML."""
    text = description[:LONGEST_TEXT]
    return strip_controls(visible_text(text) if _MARKUP.search(text) else text).strip()


def _vevent(event: Event, zone: str) -> Any:
    vevent: Any = VEvent()
    vevent.add("uid", single_line(event.uid))
    vevent.add("dtstamp", _stamp(event))
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
    for name, when in (("dtstart", event.start), ("dtend", event.end), ("recurrence-id", event.original_start_time)):
        if when is not None:
            vevent.add(name, _said(when, zone))


def _said(when: When, zone: str) -> datetime | date:
    """In the zone that it was said in, so that it repeats as it was meant."""
    moment = when.moment(zone)
    return when.day or (moment.astimezone(UTC) if str(moment.tzinfo) == "UTC" else moment)


def _original(event: Event) -> datetime:
    return (event.original_start_time or event.start or When()).moment()


def _called_off(series: Event, original: When, zone: str) -> Any:
    """What says of an instance that it will not be."""
    vevent: Any = VEvent()
    vevent.add("uid", single_line(series.uid))
    vevent.add("dtstamp", _stamp(series))
    vevent.add("recurrence-id", _said(original, zone))
    vevent.add("dtstart", _said(original, zone))
    vevent.add("summary", single_line(series.summary))
    vevent.add("status", "CANCELLED")
    _add_parties(vevent, series)
    return vevent


def _status(event: Event) -> str:
    """An event that the user declined is none of theirs, by whichever of their addresses they were asked."""
    if event.is_cancelled or event.own_answer == "declined":
        return "CANCELLED"
    return "TENTATIVE" if event.status == "tentative" else "CONFIRMED"


def _add_parties(vevent: Any, event: Event) -> None:
    if event.organizer is not None and event.organizer.email:
        add_organizer(vevent, CalendarUser(address=event.organizer.email, name=event.organizer.display_name))
    user_first = sorted(event.attendees, key=lambda each: not each.is_self)
    add_attendees(vevent, [_guest(each) for each in user_first if each.email])


def _guest(attendee: Attendee) -> CalendarUser:
    return CalendarUser(
        address=attendee.email,
        name=attendee.display_name,
        partstat=PARTSTATS.get(attendee.response_status, "NEEDS-ACTION"),
        role="OPT-PARTICIPANT" if attendee.optional else "REQ-PARTICIPANT",
        cutype="RESOURCE" if attendee.resource else "",
    )


def _description(event: Event) -> str:
    """The words, and the address of the video call where they don't name it."""
    points = event.conference_data.entry_points if event.conference_data is not None else ()
    video = next((each.uri for each in points if each.entry_point_type == "video"), event.hangout_link)
    return with_conference_url(words(event.description), video)


def _rules(event: Event) -> list[str]:
    """The lines of a recurrence, which Google tells in RFC 5545's own form."""
    rules = [each for each in event.recurrence if _RULE.fullmatch(each)]
    check_limits("\r\n".join(rules).encode())
    return rules


def _stamp(event: Event) -> datetime:
    return datetime.fromisoformat(event.updated or "1970-01-01T00:00:00Z").astimezone(UTC)
