"""Time zones as mails write them: "CET", "UTC+2", "Berlin time"."""

import re
from collections.abc import Iterator
from datetime import UTC, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import msgspec
from msgspec import Struct

from ...zones import zone_of
from .. import CUES
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
_BY_ABBREVIATION = {name: zone for zone, names in _ABBREVIATIONS.items() for name in names}
_OFFSETS = (
    re.compile(r"\b(?:UTC|GMT) ?([+\-−]) ?(\d{1,2})(?::?(\d{2}))?\b"),
    re.compile(r"T\d\d:?\d\d(?::?\d\d)?([+\-−])(\d{2}):?(\d{2})\b"),
    re.compile(r"(?<=:\d\d) ?(\+)(\d{2}):?(\d{2})\b"),
    re.compile(r"(?<=:\d\d) ([\-−])(0\d|1[0-2])(00|30|45)\b"),
)
"""By a zone's name, as in RFC 3339, and as in RFC 5322; a "13:00-14:00" is a span of time."""

_ZULU = re.compile(r"T\d\d:?\d\d(?::?\d\d)?Z\b")
_ABBREVIATED = re.compile(rf"\b(?:{'|'.join(sorted(_BY_ABBREVIATION, key=len, reverse=True))})\b")
_ALSO_WORDS = frozenset({"ET", "CT", "MT", "PT", "IST", "WET", "WEST"})
"""Those that are words, a state or a kind of job too: they are zones only where something shows it."""

_WORDS_IN_CAPITALS = frozenset({"EST", "CET"})
"""Those that are words where all words are in capitals."""

_BEHIND_TIME = re.compile(
    r"(?:(?<![\d./])\d{1,2}(?:[:.h]\d\d)?(?: ?h(?:s|oras)?| ?uur| ?Uhr|(?P<half> ?[ap]\.? ?m\.?))?)[ ,/(]{0,3}(?:[A-Z]{2,4} ?/ ?)?$",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(r"\(([^\W\d_][^()\d,;:]{1,40})\)")
_ALL_TIMES = re.compile(r"\b(?:times?|time ?zone)\b(?:\W{1,3}\w+){0,3}?\W{1,3}$", re.IGNORECASE)
_CAPITALS_BEFORE, _CAPITALS_BEHIND = re.compile(r"[A-ZÀ-Þ]{2,} $"), re.compile(r" [A-ZÀ-Þ]{2,}\b")
_BESIDE = 40
"""How many characters before an abbreviation, or beside the word for the hour, are looked at."""

_SHORT_NAMES = re.compile(
    r"(?:(?<=[ap]m )|(?<=[ap]\.m\. ))(eastern|central|mountain|pacific)(?! (?:europ|africa|view))\b", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]+(?:['’]|(?:-[^\W\d_]+)*)")
_MOST_WORDS = 3
"""Of at most so many words is the name of a place: "Ciudad de México"."""

_AREAS = ("Africa", "America", "Asia", "Australia", "Europe")
_IANA = re.compile(
    rf"\b(?:{'|'.join(_AREAS)}|Atlantic|Indian|Pacific)/[A-Z][A-Za-z_]{{1,30}}(?:/[A-Z][A-Za-z_]{{1,30}})?\b"
)
_MOST_OFFSET = 14
_SHIFT = re.compile(r" ?[+\-−]\d{1,2}(?![\d:.])")


class _Names(Struct, frozen=True, forbid_unknown_fields=True):
    """The lists of cues/zones.toml, which says what each is for."""

    behind: list[str]
    before: list[str]
    between: list[str]
    endings: list[str]
    before_the_hour: dict[str, list[str]]
    names: dict[str, list[str]]


def zones_named(text: str) -> list[tzinfo]:
    """All zones that a text names by their IANA names, places or abbreviations, in the order of the text."""
    named = {match.start(): _BY_ABBREVIATION[match[0]] for match in _ABBREVIATED.finditer(text) if _is_zone(match)}
    named |= dict(_of_places(text))
    named |= {match.start(): _zones(before_the_hour=True)[match[0].lower()] for match in _SHORT_NAMES.finditer(text)}
    named |= {match.start(): match[0] for match in _IANA.finditer(text) if zone_of(match[0]) is not None}
    return [ZoneInfo(name) for _, name in sorted(named.items())]


def zone_named(text: str) -> tzinfo | None:
    """The zone that a text names, by an offset or else by the first name in it; None without."""
    if _ZULU.search(text):
        return UTC
    offsets = filter(None, (pattern.search(text) for pattern in _OFFSETS))
    by_offset = next(filter(None, map(_offset_zone, offsets)), None)
    return by_offset if by_offset is not None else next(iter(zones_named(text)), None)


def _is_zone(abbreviated: re.Match[str]) -> bool:
    """Whether an abbreviation is a zone, and neither the beginning of an offset ("UTC+2") nor a word ("DIES IST …", "Hartford, CT")."""
    text, begins, ends = abbreviated.string, abbreviated.start(), abbreviated.end()
    if _SHIFT.match(text, ends):
        return False
    before = text[max(0, begins - _BESIDE) : begins]
    if before.endswith(("(", "[")) and text[ends : ends + 1] in {")", "]", ","}:
        return True
    is_shouted = _CAPITALS_BEHIND.match(text, ends) is not None
    if behind_time := _BEHIND_TIME.search(before):
        return behind_time["half"] is not None or not is_shouted
    if abbreviated[0] in _WORDS_IN_CAPITALS:
        return not is_shouted and not _CAPITALS_BEFORE.search(before)
    return abbreviated[0] not in _ALSO_WORDS or _ALL_TIMES.search(before) is not None


def _of_places(text: str) -> Iterator[tuple[int, str]]:
    """The zones of the places before and behind words for the hour, or in brackets behind a time ("15:30 (Madrid)"), and where they are
    named.
    """
    behind, before = _hours()
    for match in behind.finditer(text):
        if zone := _zone_before(_words_before(text[max(0, match.start() - _BESIDE) : match.start()])):
            yield match.start(), zone
    for match in before.finditer(text):
        if zone := _zone_behind(_words_behind(text[match.end() : match.end() + _BESIDE])):
            yield match.start(), zone
    for match in _IN_BRACKETS.finditer(text):
        is_behind_time = _BEHIND_TIME.search(text[max(0, match.start() - _BESIDE) : match.start()])
        if is_behind_time and (zone := _zone_of_place(_WORD.findall(match[1])[: _MOST_WORDS + 1])):
            yield match.start(), zone


def _words_before(text: str) -> list[str]:
    """The words at the end of a text, with nothing but spaces between them."""
    words: list[str] = []
    for match in reversed(list(_WORD.finditer(text))):
        if text[match.end() :].strip(" "):
            break
        words.insert(0, match[0])
        text = text[: match.start()]
    return words


def _words_behind(text: str) -> list[str]:
    """The words at the beginning of a text, with nothing but spaces, and first a colon, between them."""
    words: list[str] = []
    at = 0
    for match in _WORD.finditer(text):
        if text[at : match.start()].strip(" " if words else " :"):
            break
        words.append(match[0])
        at = match.end()
    return words


def _zone_before(words: list[str]) -> str | None:
    names = _names()
    while words and fold(words[-1]) in names.between:
        words.pop()
    runs = [words[-length:] for length in range(min(_MOST_WORDS, len(words)), 0, -1)]
    for run in runs:
        *first, last = run
        stems = (last, *(last.removesuffix(each) for each in names.endings if last.endswith(each)))
        found = (_zone_of_place([*first, stem], before_the_hour=True) for stem in stems if stem)
        if zone := next(filter(None, found), None):
            return zone
    return None


def _zone_behind(words: list[str]) -> str | None:
    names = _names()
    for begins, word in enumerate(words):
        runs = (words[begins : begins + length] for length in range(_MOST_WORDS, 0, -1))
        if zone := next(filter(None, map(_zone_of_place, runs)), None):
            return zone
        if fold(word).replace("’", "'") not in names.between:
            return None
    return None


def _zone_of_place(words: list[str], *, before_the_hour: bool = False) -> str | None:
    """The zone of a name; that of a city that is only known by the IANA's if it begins with a capital letter."""
    name = fold(" ".join(words)).replace("’", "'").replace("' ", "'")
    return _zones(before_the_hour=before_the_hour).get(name) or (_cities().get(name) if words[0][0].isupper() else None)


@cache
def _names() -> _Names:
    return msgspec.toml.decode((CUES / "zones.toml").read_bytes(), type=_Names)


@cache
def _hours() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The words for the hour that follow a name, and those that a name follows."""
    behind, before = ("|".join(each) for each in (_names().behind, _names().before))
    return re.compile(rf"(?<= )(?:{behind})\b", re.IGNORECASE), re.compile(rf"\b(?:{before})\b", re.IGNORECASE)


@cache
def _zones(*, before_the_hour: bool) -> dict[str, str]:
    """The zones of the names that stand before the word for the hour, or behind it."""
    tables = (_names().names, _names().before_the_hour) if before_the_hour else (_names().names,)
    return {name: zone for table in tables for zone, names in table.items() for name in names}


@cache
def _cities() -> dict[str, str]:
    """The zones that the IANA names after one city, by its folded name."""
    two_parts = (each.split("/") for each in available_timezones() if each.count("/") == 1)
    return {fold(city.replace("_", " ")): f"{area}/{city}" for area, city in two_parts if area in _AREAS}


def _offset_zone(match: re.Match[str]) -> tzinfo | None:
    sign, hours, minutes = match[1], match[2], match[3]
    if int(hours) > _MOST_OFFSET:
        return None
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(offset if sign == "+" else -offset)
