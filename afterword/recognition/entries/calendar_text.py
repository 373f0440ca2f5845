"""Splits calendar text (RFC 5545) into entries before it is parsed, and holds them to limits that no person's entry reaches.

The parser expands each VTIMEZONE, nests to any depth, and reads all values of a list: a few lines can keep it busy for a minute.
"""

import re
from collections.abc import Iterator
from itertools import islice

from msgspec import Struct

from ..reading import Unreadable

LARGEST_ENTRY = 512 * 1024
LARGEST_ZONE = 16 * 1024
LONGEST_LINE = 64 * 1024
LONGEST_RULE = 300
MOST_LINES = 5000
MOST_ZONES = 10
MOST_RULES = 10
MOST_ZONE_RULES = 100
MOST_VALUES = 500
MOST_ATTENDEES = 1000
MOST_COMPONENTS = 200
MOST_PARAMETERS = 200
DEEPEST = 5

_LINE = re.compile(rb"[^\r\n]+")
_FOLD = re.compile(rb"\r?\n[ \t]")
_ENDLESS_RULE = re.compile(
    rb"FREQ=(?:SECONDLY|MINUTELY|HOURLY)|INTERVAL=(?:0*(?:;|\s|$)|-)|COUNT=\d{5,}|BYSETPOS=[^;]{40,}"
    rb"|BY(?:MINUTE|SECOND)=[^;,]*,|FREQ=DAILY.*BY(?:MONTHDAY|YEARDAY|WEEKNO|SETPOS)="
    rb"|BY(?:MONTHDAY|YEARDAY|WEEKNO|SETPOS)=.*FREQ=DAILY",
    re.IGNORECASE,
)
_ZONE_RULE = re.compile(
    rb"FREQ=(?!YEARLY)|BY(?:DAY|MONTH|HOUR|MINUTE|SECOND|YEARDAY|WEEKNO)=[^;,]*,|BYMONTHDAY=(?:[^;,]*,){7}"
    rb"|^(?!.*BYMONTH=).*BY",
    re.IGNORECASE,
)
_UNQUOTED_TZID = re.compile(
    rb"^((?:DTSTART|DTEND|RECURRENCE-ID|RDATE|EXDATE)\b[^:\"\r\n]{0,200};TZID=)([^\";:\r\n]{1,200}:[^\";\r\n]{0,200}?)(?=:\d{8}|;VALUE=)",
    re.IGNORECASE | re.MULTILINE,
)
_MICROSOFT_UTC = re.compile(rb"TZID=\"?tzone://Microsoft/Utc\"?", re.IGNORECASE)
_OF_A_RULE = re.compile(rb"(?:BEGIN|END|TZID|DTSTART|TZOFFSETFROM|TZOFFSETTO|TZNAME|RRULE|RDATE)\b", re.IGNORECASE)
_TZID = re.compile(rb"TZID=(?:\"([^\"]{1,200})\"|([^;:\"]{1,200}))")


class EntryText(Struct, frozen=True, kw_only=True):
    """All VEVENTs of one UID, with the VTIMEZONEs that they refer to and the METHOD of their calendar."""

    uid: str
    components: tuple[bytes, ...]
    zones: tuple[bytes, ...] = ()
    method: bytes = b""

    @property
    def text(self) -> bytes:
        """The entry as a VCALENDAR."""
        head = [b"BEGIN:VCALENDAR", b"VERSION:2.0", b"PRODID:-//Afterword//Reader//EN"]
        method = [self.method] if self.method else []
        return b"\r\n".join([*head, *method, *self.zones, *self.components, b"END:VCALENDAR", b""])


def entries(raw: bytes) -> Iterator[EntryText]:
    """One text for each UID, in the order of the calendar, without alarms; of several calendars, for each UID and METHOD."""
    zones: dict[bytes, bytes] = {}
    events: dict[tuple[bytes, bytes], list[bytes]] = {}
    method = b""
    for name, component in _components(raw):
        if name == b"VEVENT":
            uid = _value(component, b"UID")
            events.setdefault((uid, method), []).append(component)
        elif (
            name == b"VTIMEZONE" and len(component) <= LARGEST_ENTRY and len(rules := _rules(component)) <= LARGEST_ZONE
        ):
            zones[_value(component, b"TZID")] = rules
        elif name == b"METHOD":
            method = component
        elif name == b"VCALENDAR":
            method = b""
    for (uid, method), components in events.items():
        named = sorted(_zones_of(components) & zones.keys())
        yield EntryText(
            uid=uid.decode("utf-8", "replace"),
            components=tuple(components),
            zones=tuple(zones[name] for name in named[:MOST_ZONES]),
            method=method,
        )


def is_whole(raw: bytes) -> bool:
    """Whether a calendar has its end: one that is being written has not."""
    return raw.rstrip()[-13:].upper() == b"END:VCALENDAR"


def check_limits(text: bytes) -> None:
    """Raise Unreadable for an entry that has more of anything than a meeting needs."""
    if len(text) > LARGEST_ENTRY:
        raise Unreadable("the calendar entry is larger than 512 kB")
    lines = _LINE.findall(_FOLD.sub(b"", text))
    if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
        raise Unreadable("the calendar entry has more, or longer, lines than a meeting needs")
    _Limits().check(lines)


class _Limits:
    """The counts of an entry's lines so far."""

    def __init__(self) -> None:
        self.depth = self.components = self.attendees = self.rules = self.zone_rules = self.dates = 0
        self.in_zone = False

    def check(self, lines: list[bytes]) -> None:
        for line in lines:
            name, _, value = line.partition(b":")
            self._nest(name[:12].upper(), value.strip().upper()[:12])
            self._count(name[:12].upper(), value)
            if line.count(b";") > MOST_PARAMETERS and name.count(b";") > MOST_PARAMETERS:
                raise Unreadable("the calendar entry has more parameters than a meeting needs")

    def _nest(self, name: bytes, value: bytes) -> None:
        if name == b"BEGIN":
            self.depth, self.components = self.depth + 1, self.components + 1
            self.in_zone = self.in_zone or value == b"VTIMEZONE"
        elif name == b"END":
            self.depth -= 1
            self.in_zone = self.in_zone and value != b"VTIMEZONE"
        if self.depth > DEEPEST or self.components > MOST_COMPONENTS:
            raise Unreadable("the calendar entry holds more components than a meeting has")

    def _count(self, name: bytes, value: bytes) -> None:
        if name.startswith((b"RRULE", b"EXRULE")):
            self.rules += not self.in_zone
            self.zone_rules += self.in_zone
            endless = _ENDLESS_RULE.search(value) or (self.in_zone and _ZONE_RULE.search(value))
            too_many = self.rules > MOST_RULES or self.zone_rules > MOST_ZONE_RULES
            if endless or too_many or len(value) > LONGEST_RULE:
                raise Unreadable("the calendar entry repeats without end")
        elif name.startswith((b"RDATE", b"EXDATE")):
            self.dates += 1 + value.count(b",")
        self.attendees += name.startswith(b"ATTENDEE")
        if self.dates > MOST_VALUES or self.attendees > MOST_ATTENDEES:
            raise Unreadable("the calendar entry lists more dates or attendees than a meeting has")


def _components(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The name and text of each VEVENT and VTIMEZONE, without alarms and empty lines, and of each calendar's first line and METHOD.

    Parsers take an empty line before a folded one for a part of the fold. A component over the limit is kept until it exceeds it. An
    alarm without an end ends with its component.
    """
    open_name, lines, size, in_alarm, depth = b"", list[bytes](), 0, False, 0
    for found in _LINE.finditer(raw):
        line = found[0]
        # not stripped in front: a line that begins with a blank goes on with the one before it, whatever it says
        upper = line[:32].rstrip().upper()
        if in_alarm and upper != b"END:" + open_name:
            in_alarm = upper != b"END:VALARM"
        elif open_name:
            in_alarm = upper == b"BEGIN:VALARM"
            if in_alarm:
                continue
            if size <= LARGEST_ENTRY:
                lines.append(line)
                size += len(line) + 2
            depth += upper.startswith(b"BEGIN:") - upper.startswith(b"END:")
            if depth == 0:
                yield open_name, _mended(b"\r\n".join(lines))
                open_name = b""
        elif upper in {b"BEGIN:VEVENT", b"BEGIN:VTIMEZONE"}:
            open_name, lines, size, depth = upper[6:], [line], len(line), 1
        elif upper.startswith(b"METHOD:"):
            yield b"METHOD", line[:100]
        elif upper == b"BEGIN:VCALENDAR":
            yield b"VCALENDAR", line


def _mended(component: bytes) -> bytes:
    """A component unfolded, with the quotes around zone names with a colon that Exchange leaves out."""
    unfolded = _FOLD.sub(b"", component)
    return _MICROSOFT_UTC.sub(b"TZID=UTC", _UNQUOTED_TZID.sub(rb'\1"\2"', unfolded))


def _rules(zone: bytes) -> bytes:
    """A VTIMEZONE with nothing but its rules: parsers fail on other properties in it (TZURL)."""
    return b"\r\n".join(line for line in zone.split(b"\r\n") if _OF_A_RULE.match(line))


def _zones_of(components: list[bytes]) -> set[bytes]:
    """The TZIDs in these components, among the first occurrences."""
    named = (found for component in components for found in _TZID.finditer(component))
    return {found[1] or found[2] for found in islice(named, MOST_LINES)}


def _value(component: bytes, name: bytes) -> bytes:
    found = re.search(rb"^" + name + rb"(?:;[^:\r\n]*)?:([^\r\n]*)", component, re.MULTILINE | re.IGNORECASE)
    return found[1].replace(b"\\,", b",").replace(b"\\;", b";").strip()[:1000] if found else b""
