"""Conversion of a provider's events (JSON) to RFC 5545 text: what all providers have in common."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from icalendar import Calendar, vCalAddress
from msgspec import Struct
from msgspec.structs import replace

from afterword.recognition.entries.calendar_text import EntryText, entries

from .icalendar_text import PRODID, strip_controls, vtimezone

MAX_LINE_LENGTH = 1000
MAX_ATTENDEES = 500
END_VEVENT = b"END:VEVENT"


class CalendarUser(Struct, frozen=True, kw_only=True):
    """An organizer or attendee, with the property parameters of RFC 5545, 3.2."""

    address: str
    name: str = ""
    partstat: str = "NEEDS-ACTION"
    role: str = "REQ-PARTICIPANT"
    cutype: str = ""


def single_line(text: str | None) -> str:
    """Return the text on one line, without control characters."""
    return " ".join(strip_controls(text or "").split())[:MAX_LINE_LENGTH]


def with_conference_url(description: str, url: str) -> str:
    """Return the description, followed by the URL of the video call unless it contains it."""
    return description if not url or url in description else f"{description}\n\n{single_line(url)}".strip()


def add_organizer(vevent: Any, organizer: CalendarUser) -> None:
    vevent.add("organizer", _address(organizer), parameters=_cn_parameter(organizer))


def add_attendees(vevent: Any, attendees: Sequence[CalendarUser]) -> None:
    """Add the first MAX_ATTENDEES attendees; the caller puts the user first."""
    for each in attendees[:MAX_ATTENDEES]:
        cutype = {"CUTYPE": each.cutype} if each.cutype else {}
        parameters = {**_cn_parameter(each), "PARTSTAT": each.partstat, "ROLE": each.role, **cutype}
        vevent.add("attendee", _address(each), parameters=parameters)


def entry_from_components(components: Sequence[Any], rules: Sequence[str] = ()) -> EntryText:
    """Return the components of one UID with their VTIMEZONEs; `rules` (RRULE, EXDATE … lines) are added to the first component."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODID)
    for each in [*_vtimezones(components), *components]:
        calendar.add_component(each)
    (entry,) = entries(calendar.to_ical())
    first, *others = entry.components
    first_with_rules = b"\r\n".join(
        [first.removesuffix(b"\r\n" + END_VEVENT), *(each.encode() for each in rules), END_VEVENT]
    )
    return replace(entry, components=(first_with_rules, *others))


def _address(user: CalendarUser) -> vCalAddress:
    return vCalAddress("mailto:" + "".join(strip_controls(user.address).split()))


def _cn_parameter(user: CalendarUser) -> dict[str, str]:
    name = single_line(user.name).replace('"', "'")
    return {"CN": name} if name else {}


def _vtimezones(components: Iterable[Any]) -> Iterator[Any]:
    """A VTIMEZONE for each zone, from the first year in which it is used."""
    first_years: dict[str, int] = {}
    for each in components:
        start = each["dtstart"].dt
        zone = getattr(getattr(start, "tzinfo", None), "key", "UTC")
        if zone != "UTC":
            first_years[zone] = min(start.year, first_years.get(zone, start.year))
    for zone, year in first_years.items():
        yield vtimezone(zone, year)
