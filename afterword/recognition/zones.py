"""Time zones as mails write them: "CET", "UTC+2", "Berlin time"."""

import re
from datetime import UTC, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

_ABBREVIATIONS = {
    "Europe/Berlin": ("CET", "CEST", "MEZ", "MESZ"),
    "Europe/London": ("BST",),
    "Europe/Lisbon": ("WET", "WEST"),
    "Europe/Athens": ("EET", "EEST"),
    "America/New_York": ("ET", "EST", "EDT"),
    "America/Chicago": ("CT", "CST", "CDT"),
    "America/Denver": ("MT", "MST", "MDT"),
    "America/Los_Angeles": ("PT", "PST", "PDT"),
    "America/Sao_Paulo": ("BRT",),
    "Asia/Kolkata": ("IST",),
    "Asia/Singapore": ("SGT",),
    "Asia/Tokyo": ("JST",),
    "Australia/Sydney": ("AEST", "AEDT"),
    "UTC": ("UTC", "GMT"),
}
_PLACES = {
    "Europe/Berlin": ("berlin", "munich", "german"),
    "Europe/London": ("london", "uk"),
    "Europe/Paris": ("paris", "french", "heure de paris", "heure francaise"),
    "Europe/Madrid": ("madrid", "hora peninsular", "hora de madrid"),
    "Europe/Lisbon": ("lisbon", "hora de lisboa"),
    "Europe/Rome": ("rome", "ora italiana"),
    "Europe/Amsterdam": ("amsterdam", "dutch"),
    "Europe/Zurich": ("zurich", "swiss"),
    "America/New_York": ("eastern", "new york", "us eastern"),
    "America/Chicago": ("central", "chicago"),
    "America/Los_Angeles": ("pacific", "san francisco"),
    "America/Sao_Paulo": ("horario de brasilia", "hora de brasilia"),
}
_NAMES = {short: zone for zone, shorts in _ABBREVIATIONS.items() for short in shorts}
_CITIES = {place: zone for zone, places in _PLACES.items() for place in places}
_OFFSETS = (
    re.compile(r"\b(?:UTC|GMT) ?([+\-−]) ?(\d{1,2})(?::?(\d{2}))?\b"),
    re.compile(r"T\d\d:?\d\d(?::?\d\d)?([+\-−])(\d{2}):?(\d{2})\b"),
    re.compile(r"(?<=:\d\d) ?(\+)(\d{2}):?(\d{2})\b"),
    re.compile(r"(?<=:\d\d) ([\-−])(0\d|1[0-2])(00|30|45)\b"),
)
"""By a zone's name, as in RFC 3339, and as in RFC 5322; a "13:00-14:00" is a span of time."""

_ZULU = re.compile(r"T\d\d:?\d\d(?::?\d\d)?Z\b")
_SHORT = re.compile(rf"\b(?:{'|'.join(sorted(_NAMES, key=len, reverse=True))})\b")
_PLACE = re.compile(
    rf"\b(?:({'|'.join(place for place in _CITIES if not place.startswith(('hora', 'heure', 'ora')))}) (?:standard |daylight |local )?(?:time|zeit)"
    rf"|({'|'.join(place for place in _CITIES if place.startswith(('hora', 'heure', 'ora')))}))\b",
    re.IGNORECASE,
)
_MOST_OFFSET = 14
_SHIFT = re.compile(r" ?[+\-−]\d{1,2}(?![\d:.])")


def named_zones(text: str) -> list[tzinfo]:
    """The zones that a text names by places or abbreviations, in its order."""
    places = [(found.start(), _CITIES[(found[1] or found[2]).lower()]) for found in _PLACE.finditer(text)]
    shorts = [
        (found.start(), _NAMES[found[0]]) for found in _SHORT.finditer(text) if not _SHIFT.match(text, found.end())
    ]
    return [ZoneInfo(name) for _, name in sorted((*places, *shorts))]


def said_zone(text: str) -> tzinfo | None:
    """The first zone that a text names, None where it names none. Abbreviations count in capitals only."""
    if _ZULU.search(text):
        return UTC
    offsets = filter(None, (pattern.search(text) for pattern in _OFFSETS))
    if (zone := next(filter(None, map(_of_offset, offsets)), None)) is not None:
        return zone
    if place := _PLACE.search(text):
        return ZoneInfo(_CITIES[(place[1] or place[2]).lower()])
    short = _SHORT.search(text)
    return ZoneInfo(_NAMES[short[0]]) if short else None


def _of_offset(match: re.Match[str]) -> tzinfo | None:
    sign, hours, minutes = match[1], match[2], match[3]
    if int(hours) > _MOST_OFFSET:
        return None
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(offset if sign == "+" else -offset)
