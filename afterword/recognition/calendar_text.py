"""Calendar text (RFC 5545) before a parser sees it: cut into entries, and held within limits that no entry of a person's meets.

The parser expands what a VTIMEZONE says, nests as deep as it is told, and waits for every value of a list: a few lines can
keep it busy for a minute.
"""

import re
from collections.abc import Iterator

from msgspec import Struct

from .reading import Unreadable

LARGEST_ENTRY = 512 * 1024
LONGEST_LINE = 64 * 1024
MOST_LINES = 5000
MOST_VALUES = 500
MOST_ATTENDEES = 1000
MOST_COMPONENTS = 200
DEEPEST = 5

_FOLD = re.compile(rb"\r?\n[ \t]")
_FAST_RULE = re.compile(
    rb"FREQ=(?:SECONDLY|MINUTELY|HOURLY)|INTERVAL=0(?:;|$)|COUNT=\d{5,}|BYSETPOS=[^;]{40,}", re.IGNORECASE
)
_ZONE_RULE = re.compile(rb"FREQ=(?!YEARLY)", re.IGNORECASE)
_TZID = re.compile(rb"TZID=(?:\"([^\"]{1,200})\"|([^;:\"]{1,200}))")


class EntryText(Struct, frozen=True, kw_only=True):
    """All components of one UID, as one VCALENDAR with the method and the zones that they came with."""

    uid: str
    text: bytes


def entries(raw: bytes) -> Iterator[EntryText]:
    """One text for each UID, in the order in which they stand. Alarms are left out: they are nobody's news."""
    zones: dict[bytes, bytes] = {}
    events: dict[bytes, list[bytes]] = {}
    method = b""
    for name, component in _components(raw):
        if name == b"VEVENT":
            uid = _value(component, b"UID")
            events.setdefault(uid, []).append(component)
        elif name == b"VTIMEZONE":
            zones[_value(component, b"TZID")] = component
        elif name == b"METHOD":
            method = component
    for uid, components in events.items():
        yield EntryText(uid=uid.decode("utf-8", "replace"), text=_calendar(method, components, zones))


def check_limits(text: bytes) -> None:
    """Raise Unreadable for an entry that asks for more than any meeting needs."""
    if len(text) > LARGEST_ENTRY:
        raise Unreadable("the calendar entry is larger than 512 kB")
    lines = _FOLD.sub(b"", text).splitlines()
    if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
        raise Unreadable("the calendar entry has more, or longer, lines than a meeting needs")
    depth, components, attendees, in_zone = 0, 0, 0, False
    for line in lines:
        name, _, value = line.partition(b":")
        upper = name[:12].upper()
        if upper == b"BEGIN":
            depth, components = depth + 1, components + 1
            in_zone = in_zone or value.strip().upper() == b"VTIMEZONE"
        elif upper == b"END":
            depth -= 1
            in_zone = in_zone and value.strip().upper() != b"VTIMEZONE"
        attendees += upper.startswith(b"ATTENDEE")
        _check_line(upper, value, in_zone=in_zone)
        if depth > DEEPEST or components > MOST_COMPONENTS or attendees > MOST_ATTENDEES:
            raise Unreadable("the calendar entry holds more components or attendees than a meeting has")


def _check_line(name: bytes, value: bytes, *, in_zone: bool) -> None:
    if name.startswith((b"RRULE", b"EXRULE")) and (_FAST_RULE.search(value) or (in_zone and _ZONE_RULE.search(value))):
        raise Unreadable("the calendar entry repeats without end")
    if name.startswith((b"RDATE", b"EXDATE")) and value.count(b",") > MOST_VALUES:
        raise Unreadable("the calendar entry lists more dates than a meeting has")


def _components(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The VEVENTs and VTIMEZONEs, and the METHOD line, each as its lines; alarms and what else there is are left out."""
    open_name, lines, skipping, depth = b"", list[bytes](), b"", 0
    for line in raw.splitlines(keepends=False):
        upper = line[:32].strip().upper()
        if skipping:
            skipping = b"" if upper == b"END:" + skipping else skipping
        elif open_name:
            if upper.startswith(b"BEGIN:"):
                if upper == b"BEGIN:VALARM":
                    skipping = b"VALARM"
                    continue
                depth += 1
            lines.append(line)
            if upper == b"END:" + open_name and depth <= 1:
                yield open_name, b"\r\n".join(lines)
                open_name = b""
            elif upper.startswith(b"END:"):
                depth -= 1
        elif upper in {b"BEGIN:VEVENT", b"BEGIN:VTIMEZONE"}:
            open_name, lines, depth = upper[6:], [line], 0
        elif upper.startswith(b"METHOD:"):
            yield b"METHOD", line


def _value(component: bytes, name: bytes) -> bytes:
    found = re.search(
        rb"^" + name + rb"(?:;[^:\r\n]*)?:([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)", component, re.MULTILINE | re.IGNORECASE
    )
    return _FOLD.sub(b"", found[1]).strip()[:1000] if found else b""


def _calendar(method: bytes, components: list[bytes], zones: dict[bytes, bytes]) -> bytes:
    named = {one or other for component in components for one, other in _TZID.findall(_FOLD.sub(b"", component))}
    parts = [b"BEGIN:VCALENDAR", b"VERSION:2.0", b"PRODID:-//Afterword//Reader//EN", *([method] if method else [])]
    parts += [zones[name] for name in sorted(named) if name in zones]
    return b"\r\n".join([*parts, *components, b"END:VCALENDAR", b""])
