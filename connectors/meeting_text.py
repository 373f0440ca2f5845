"""Meetings that a provider tells in words of its own, as RFC 5545 text: what all providers' events have in common."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from icalendar import Calendar, vCalAddress
from msgspec import Struct
from msgspec.structs import replace

from afterword.recognition.calendar_text import EntryText, entries

from .icalendar_text import PRODID, plain, timezone

LONGEST_LINE = 1000
MOST_GUESTS = 500
END = b"END:VEVENT"


class Guest(Struct, frozen=True, kw_only=True):
    """Somebody who takes part, and what they answered (RFC 5545, 3.2.12)."""

    address: str
    name: str = ""
    partstat: str = "NEEDS-ACTION"
    role: str = "REQ-PARTICIPANT"
    cutype: str = ""


def line(text: str | None) -> str:
    """Text in one line, without what a calendar would not show."""
    return " ".join(plain(text or "").split())[:LONGEST_LINE]


def with_call(text: str, address: str) -> str:
    """The words, and the address of a video call where they don't name it."""
    return text if not address or address in text else f"{text}\n\n{line(address)}".strip()


def add_organizer(vevent: Any, organizer: Guest) -> None:
    vevent.add("organizer", _address(organizer), parameters=_named(organizer))


def add_guests(vevent: Any, guests: Sequence[Guest]) -> None:
    """The attendees; of a crowd, the first: let the user be among them."""
    for each in guests[:MOST_GUESTS]:
        cutype = {"CUTYPE": each.cutype} if each.cutype else {}
        parameters = {**_named(each), "PARTSTAT": each.partstat, "ROLE": each.role, **cutype}
        vevent.add("attendee", _address(each), parameters=parameters)


def text_of(components: Sequence[Any], rules: Sequence[str] = ()) -> EntryText:
    """The components of one UID, with the zones that they name; the first gets the `rules`, which are lines of RFC 5545."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODID)
    for each in [*_zones(components), *components]:
        calendar.add_component(each)
    (entry,) = entries(calendar.to_ical())
    first, *others = entry.components
    ruled = b"\r\n".join([first.removesuffix(b"\r\n" + END), *(each.encode() for each in rules), END])
    return replace(entry, components=(ruled, *others))


def _address(guest: Guest) -> vCalAddress:
    return vCalAddress("mailto:" + "".join(plain(guest.address).split()))


def _named(guest: Guest) -> dict[str, str]:
    name = line(guest.name).replace('"', "'")
    return {"CN": name} if name else {}


def _zones(components: Iterable[Any]) -> Iterator[Any]:
    """A VTIMEZONE for each zone, as it is in the years of the times that are told in it."""
    named: dict[str, int] = {}
    for each in components:
        start = each["dtstart"].dt
        zone = getattr(getattr(start, "tzinfo", None), "key", "UTC")
        if zone != "UTC":
            named[zone] = min(start.year, named.get(zone, start.year))
    for zone, year in named.items():
        yield timezone(zone, year)
