"""Time zones as mails write them: "CET", "UTC+2", "Berlin time"."""

import re
from collections.abc import Iterator
from datetime import UTC, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from ...zones import zone_of
from ..words.folding import fold

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
    "Europe/Berlin": (
        "berlin",
        "berliner",
        "munich",
        "german",
        "central european",
        "mitteleuropäische",
        "midden-europese",
    ),
    "Europe/London": ("london", "londoner", "uk", "british", "greenwich mean"),
    "Europe/Paris": ("paris", "french", "heure de paris", "heure française", "heure francaise"),
    "Europe/Madrid": ("madrid", "hora peninsular", "hora de madrid"),
    "Europe/Lisbon": ("lisbon", "western european", "hora de lisboa"),
    "Europe/Athens": ("eastern european",),
    "Europe/Rome": ("rome", "ora italiana"),
    "Europe/Amsterdam": ("amsterdam", "dutch", "nederlandse"),
    "Europe/Brussels": ("brussels", "belgian", "belgische", "heure de bruxelles"),
    "Europe/Dublin": ("irish",),
    "Europe/Vienna": ("wiener", "austrian"),
    "Europe/Zurich": ("zurich", "zürcher", "swiss", "schweizer"),
    "America/Mexico_City": ("cdmx", "hora de méxico", "hora de mexico", "hora de cdmx", "hora del centro de méxico"),
    "America/Toronto": ("heure du québec", "heure de l'est"),
    "America/Bogota": ("hora colombia", "hora de colombia", "hora colombiana"),
    "America/Lima": ("hora perú", "hora de perú", "hora peruana"),
    "America/Santiago": ("hora chile", "hora de chile", "hora chilena"),
    "America/Buenos_Aires": ("hora argentina", "hora de argentina", "horário da argentina"),
    "Asia/Kolkata": ("india", "indian"),
    "America/New_York": ("eastern", "new york", "us eastern"),
    "America/Chicago": ("central", "chicago"),
    "America/Denver": ("mountain",),
    "America/Los_Angeles": ("pacific", "san francisco"),
}
_BY_ABBREVIATION = {name: zone for zone, names in _ABBREVIATIONS.items() for name in names}
_IN_WORDS = {
    "Europe/Berlin": re.compile(
        r"\b(?:heure|hora|ora)(?: [\w'’]+){0,3}? (?:d['’]|de |da |dell['’])europ[ae] central", re.IGNORECASE
    ),
    "America/Sao_Paulo": re.compile(r"\bhor[aá](?:rio)?(?: \w+){0,2} de bras[ií]lia\b", re.IGNORECASE),
}
"""How languages name a zone in more than one way, with and without its summer time."""

_BY_PLACE = {place: zone for zone, places in _PLACES.items() for place in places}
_OFFSETS = (
    re.compile(r"\b(?:UTC|GMT) ?([+\-−]) ?(\d{1,2})(?::?(\d{2}))?\b"),
    re.compile(r"T\d\d:?\d\d(?::?\d\d)?([+\-−])(\d{2}):?(\d{2})\b"),
    re.compile(r"(?<=:\d\d) ?(\+)(\d{2}):?(\d{2})\b"),
    re.compile(r"(?<=:\d\d) ([\-−])(0\d|1[0-2])(00|30|45)\b"),
)
"""By a zone's name, as in RFC 3339, and as in RFC 5322; a "13:00-14:00" is a span of time."""

_ZULU = re.compile(r"T\d\d:?\d\d(?::?\d\d)?Z\b")
_ABBREVIATED = re.compile(rf"\b(?:{'|'.join(sorted(_BY_ABBREVIATION, key=len, reverse=True))})\b")
_NAMED_BEHIND = ("hora", "heure", "ora ")
"""How a place begins that stands behind the word for the hour."""

_PLACE = re.compile(
    rf"\b(?:({'|'.join(place for place in _BY_PLACE if not place.startswith(_NAMED_BEHIND))})"
    r" (?:(?:standard|daylight|summer|local) )?(?:time|(?:sommer)?zeit|(?:zomer)?tijd)"
    rf"|({'|'.join(place for place in _BY_PLACE if place.startswith(_NAMED_BEHIND))})"
    r"|(?:(?<=[ap]m )|(?<=[ap]\.m\. ))(eastern|central|mountain|pacific)(?! (?:europ|africa|view)))\b",
    re.IGNORECASE,
)
_AREAS = ("Africa", "America", "Asia", "Australia", "Europe")
_IANA = re.compile(
    rf"\b(?:{'|'.join(_AREAS)}|Atlantic|Indian|Pacific)/[A-Z][A-Za-z_]{{1,30}}(?:/[A-Z][A-Za-z_]{{1,30}})?\b"
)
_CITIES = (
    (re.compile(r"\b(?:([A-ZÀ-Þ]\w+) )?([A-ZÀ-Þ]\w+) (?:[Tt]ime|Zeit|tijd)\b"), 2),
    (
        re.compile(
            r"\b(?:[Hh]ora|[Hh]or[aá]rio|[Hh]eure|[Oo]ra)(?: locale?)? (?:de |di |d['’])([A-ZÀ-Þ]\w+)(?: ([A-ZÀ-Þ]\w+))?"
        ),
        1,
    ),
)
"""A city of one word or two before or behind the word for the hour, and which of the two words is next to that."""

_CITIES_ABROAD = {
    "londres": "Europe/London",
    "londra": "Europe/London",
    "berlim": "Europe/Berlin",
    "berlino": "Europe/Berlin",
    "berlijn": "Europe/Berlin",
    "roma": "Europe/Rome",
    "lisboa": "Europe/Lisbon",
    "lisbonne": "Europe/Lisbon",
    "bruxelles": "Europe/Brussels",
    "bruselas": "Europe/Brussels",
    "parigi": "Europe/Paris",
    "milano": "Europe/Rome",
    "barcelona": "Europe/Madrid",
    "geneve": "Europe/Zurich",
    "zuerich": "Europe/Zurich",
    "wien": "Europe/Vienna",
    "vienne": "Europe/Vienna",
    "nova york": "America/New_York",
    "nueva york": "America/New_York",
}
"""Cities by folded names that other languages have for them, or whose zone is named after another city."""
_MOST_OFFSET = 14
_SHIFT = re.compile(r" ?[+\-−]\d{1,2}(?![\d:.])")


def zones_named(text: str) -> list[tzinfo]:
    """All zones that a text names by their IANA names, places or abbreviations, in the order of the text."""
    named = {match.start(): _BY_ABBREVIATION[match[0]] for match in _ABBREVIATED.finditer(text) if not _shifts(match)}
    named |= dict(_of_cities(text))
    named |= {match.start(): _BY_PLACE[_placed(match)] for match in _PLACE.finditer(text)}
    named |= {match.start(): zone for zone, pattern in _IN_WORDS.items() for match in pattern.finditer(text)}
    named |= {match.start(): match[0] for match in _IANA.finditer(text) if zone_of(match[0]) is not None}
    return [ZoneInfo(name) for _, name in sorted(named.items())]


def zone_named(text: str) -> tzinfo | None:
    """The zone that a text names, by an offset or else by the first name in it; None without."""
    if _ZULU.search(text):
        return UTC
    offsets = filter(None, (pattern.search(text) for pattern in _OFFSETS))
    by_offset = next(filter(None, map(_offset_zone, offsets)), None)
    return by_offset if by_offset is not None else next(iter(zones_named(text)), None)


def _shifts(abbreviated: re.Match[str]) -> bool:
    """Whether it is the beginning of an offset ("UTC+2")."""
    return _SHIFT.match(abbreviated.string, abbreviated.end()) is not None


def _of_cities(text: str) -> Iterator[tuple[int, str]]:
    for pattern, next_to_hour in _CITIES:
        for match in pattern.finditer(text):
            both = " ".join(filter(None, match.groups()))
            if zone := _cities().get(fold(both)) or _cities().get(fold(match[next_to_hour])):
                yield match.start(), zone


@cache
def _cities() -> dict[str, str]:
    """The zones that are named after one city, by its folded English name, and those of some others."""
    two_parts = (each.split("/") for each in available_timezones() if each.count("/") == 1)
    named_after = {fold(city.replace("_", " ")): f"{area}/{city}" for area, city in two_parts if area in _AREAS}
    return named_after | _CITIES_ABROAD


def _placed(match: re.Match[str]) -> str:
    return next(place for place in match.groups() if place is not None).lower()


def _offset_zone(match: re.Match[str]) -> tzinfo | None:
    sign, hours, minutes = match[1], match[2], match[3]
    if int(hours) > _MOST_OFFSET:
        return None
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(offset if sign == "+" else -offset)
