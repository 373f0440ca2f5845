"""Converts hours in words to digits: "half past ten", "um elf", "à dix heures et demie", "a las cinco de la tarde".

A number is an hour only if words show it: "o'clock" or the like behind it, a part of the day or of the hour, or the preposition
of a time before it and nothing behind it that it could count. The words of each language are in cues/dates/<language>.toml.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

from ..words.spelling_out import spelled_out
from .dates import grammar

_NOON = 12
_HALF_DAY = _NOON * 60
_LATEST_AFTERNOON_HOUR = 6
_LAST_HOUR = 23
_NEAR = 30
_NEVER = "(?!)"
_HALVES_OF_DAYS = ("am", "pm")
_PARTS_OF_DAYS = ("morning", "midday", "afternoon", "night")
_LAST_HOUR_OF_NIGHT = 5
_PARTS = (*_HALVES_OF_DAYS, *_PARTS_OF_DAYS)
_DIGITS = ("digits", "minute", "oclock", *_HALVES_OF_DAYS)


def hours_in_digits(text: str, language: str) -> str:
    """A comparable text with its hours in words as HH:MM, in 24 hours, and otherwise unchanged.

    One to half past six are in the afternoon if no part of the day is named: nobody meets at night.
    """
    words = _words(language)
    matches = list(_matches(f" {text}", words))
    return _written(matches, words)[1:] if matches else text


def is_afternoon(before: str, language: str) -> bool:
    """Whether the comparable text before a time puts it into the afternoon or the evening: "Thursday evening"."""
    return before.rstrip(" ,").endswith(_words(language).afternoons)


class _Range(NamedTuple):
    begin: re.Match[str]
    end: re.Match[str]


class _Words(NamedTuple):
    hours: Mapping[str, int]
    added: Mapping[str, int]
    minutes: Mapping[str, int]
    begin: re.Pattern[str]
    hour: re.Pattern[str]
    prepositions: tuple[str, ...]
    at: re.Pattern[str]
    begins: re.Pattern[str]
    to: re.Pattern[str]
    day_before: re.Pattern[str]
    day_behind: re.Pattern[str]
    mornings: tuple[str, ...]
    afternoons: tuple[str, ...]
    follows: re.Pattern[str]
    certain: bool
    article: bool


def _matches(text: str, words: _Words) -> Iterator[re.Match[str]]:
    """What may be hours; the long pattern is tried only where their first words are, which is three times as fast."""
    end = 0
    for begin in words.begin.finditer(text):
        match = words.hour.match(text, begin.end()) if begin.end() > end else None
        if match is not None and _may_be_an_hour(match, words):
            yield match
            end = match.end()


def _written(matches: Sequence[re.Match[str]], words: _Words) -> str:
    text, ranges = matches[0].string, _ranges(matches, words)
    pieces, at = [], 0
    for match in matches:
        range_ = next((each for each in ranges if match in each), None)
        if _is_converted(match, range_, words) and (digits := _in_digits(match, range_, words)) is not None:
            pieces += [text[at : match.start()], digits]
            at = match.end()
    return "".join([*pieces, text[at:]])


@cache
def _words(language: str) -> _Words:
    words = grammar(language).words
    clock = words["clock"]
    day = "|".join([*words["weekdays"], *words["months"], words["today"], words["tomorrow"]])
    parts = "|".join(clock.get(name, _NEVER) for name in _PARTS)
    prepositions = f"{clock['at']}|{clock['from']}"
    return _Words(
        hours=clock["hours"],
        added={**clock.get("leading", {}), **clock.get("leading_at", {}), **clock.get("trailing", {})},
        minutes=clock["minutes"],
        begin=_beginnings(clock, "|".join(words["months"])),
        hour=_hour_pattern(clock, words["oclock"]),
        prepositions=tuple(f"{preposition}{end}" for preposition in spelled_out(prepositions) for end in ("", " ")),
        at=re.compile(rf"(?:^|[\s(])(?:{clock['at']})\s?$"),
        begins=re.compile(rf"(?:^|[\s(])(?:{prepositions})\s?$"),
        to=re.compile(rf"\s?(?:{words['range']})\s?(?:(?:{prepositions})\s?)?"),
        day_before=re.compile(
            rf"(?:^|[\s(])(?:{day}|\d{{1,4}})\.?(?:\s(?:{parts}))?[,:]?\s(?:(?:{prepositions})\s?)?$"
        ),
        day_behind=re.compile(rf"[\s,]{{1,2}}(?:\w+\s){{0,2}}(?:{day})(?!\w)"),
        mornings=tuple(spelled_out(clock["morning"])),
        afternoons=tuple(spelled_out(clock["afternoon"])),
        follows=re.compile(
            rf"\s?$|\s?[.;!?()\"]|\s?,(?!\s(?:{_any(clock['hours'])})\b)|\s[–-]\s|:\s|\s(?:{clock['follows']}|{day})(?!\w)"
        ),
        certain=clock["certain"],
        article=clock["article"],
    )


def _beginnings(clock: Mapping[str, Any], months: str) -> re.Pattern[str]:
    """Where an hour may begin: not at the number of a date, which most of the sentences that are searched have."""
    phrases = {**clock["hours"], **clock.get("leading", {}), **clock.get("leading_at", {})}
    number = rf"\d\d?(?!\d|[/-]\d|\.?\s(?:de\s)?(?:{months})\b)"
    return re.compile(rf"[\s('](?={_any(phrases)}|{clock['one']}|{clock.get('noon', _NEVER)}|{number})")


def _hour_pattern(clock: Mapping[str, Any], oclock: str) -> re.Pattern[str]:
    leading, joined = _leading(clock), f"(?:{clock['and']}\\s)?" if "and" in clock else ""
    parts = "|".join(f"(?P<{name}>{clock.get(name, _NEVER)})" for name in _PARTS)
    any_part = "|".join(clock.get(name, _NEVER) for name in _PARTS_OF_DAYS)
    return re.compile(
        rf"(?<![\w:.,/+-])(?:(?P<leading>{leading})\s)?"
        rf"(?:(?P<noon>{clock.get('noon', _NEVER)})|(?P<word>{_any(clock['hours'])}|{clock['one']})"
        rf"|(?P<digits>\d{{1,2}})(?:[:.h](?P<minute>[0-5]\d)|h(?=,?\s(?:{any_part})(?!\w)))?)(?![\w:/%]|[.,]\d)(?P<oclock>\s?(?:{oclock})\b)?"
        rf"(?:\s(?P<trailing>{_any(clock.get('trailing', {}))})\b"
        rf"|[\s-]{joined}(?P<minutes>{_any(clock['minutes'])}|[0-5][05])(?![\w:/%]|[.,]\d))?"
        rf"(?:,?\s(?:{parts})(?!\w))?"
    )


def _leading(clock: Mapping[str, Any]) -> str:
    """What may precede an hour ("half past"); what may also be an hour itself ("ten to") only behind a preposition of a time."""
    behind = "|".join(rf"(?<=\b{at} )" for at in clock["at"].split("|") if at.isalpha())
    return f"{_any(clock.get('leading', {}))}|(?:{behind})(?:{_any(clock.get('leading_at', {}))})"


def _any(phrases: Mapping[str, int]) -> str:
    """Any of these phrases, the longest first."""
    return "|".join(map(re.escape, sorted(phrases, key=len, reverse=True))) or _NEVER


def _may_be_an_hour(match: re.Match[str], words: _Words) -> bool:
    """Whether it is for this module: not an hour in digits only (appointments.py reads those), unless its range may end in words."""
    if match["digits"] is None:
        return True
    if not _is_digits(match):
        return match["minute"] is None or match.lastgroup in _PARTS_OF_DAYS
    return match.lastgroup not in _PARTS and words.to.match(match.string, match.end()) is not None


def _is_digits(match: re.Match[str]) -> bool:
    return match["digits"] is not None and not match["leading"] and match.lastgroup in _DIGITS


def _part(match: re.Match[str]) -> str | None:
    return match.lastgroup if match.lastgroup in _PARTS else None


def _is_hour(match: re.Match[str], words: _Words) -> bool:
    if match["leading"] or match["noon"]:
        return True
    before = _before(match)
    if before.endswith(words.prepositions) and words.at.search(before):
        return _is_no_count(match) or (_counts_nothing(match, words) and _is_beside_a_day(match, before, words))
    if not (words.certain and _is_explicit(match)) and not (_has_more(match) and words.day_before.search(before)):
        return False
    return _is_no_count(match) or _counts_nothing(match, words)


def _is_explicit(match: re.Match[str]) -> bool:
    """Whether it can be nothing but an hour: "ten o'clock", "ten am" (but not "the two in the morning")."""
    return bool(match["oclock"]) or match.lastgroup in _HALVES_OF_DAYS


def _has_more(match: re.Match[str]) -> bool:
    return bool(match["oclock"] or match["trailing"] or (match["word"] and match["minutes"]) or _part(match))


def _is_no_count(match: re.Match[str]) -> bool:
    """Whether it can't be a count, whatever follows."""
    return bool(match["trailing"] or _part(match))


def _counts_nothing(match: re.Match[str], words: _Words) -> bool:
    """Whether nothing follows that it could count."""
    return words.follows.match(match.string, match.end()) is not None


def _is_beside_a_day(match: re.Match[str], before: str, words: _Words) -> bool:
    """Whether it is beside a day, which a number alone must be where the preposition is an article too ("alle tre")."""
    if not words.article or match["oclock"] or match["minutes"]:
        return True
    return bool(words.day_before.search(before) or words.day_behind.match(match.string, match.end()))


def _ranges(matches: Sequence[re.Match[str]], words: _Words) -> list[_Range]:
    """What may be ranges of time: "ten to eleven"."""
    return [_Range(*pair) for pair in pairwise(matches) if words.to.fullmatch(_between(*pair))]


def _between(one: re.Match[str], other: re.Match[str]) -> str:
    return one.string[one.end() : other.start()]


def _is_converted(match: re.Match[str], range_: _Range | None, words: _Words) -> bool:
    if range_ is not None and _is_range(range_, words):
        return True
    ends_a_length = range_ is not None and match is range_.end and not _is_digits(range_.begin)
    return not ends_a_length and not _is_digits(match) and _is_hour(match, words)


def _is_range(range_: _Range, words: _Words) -> bool:
    """Whether both ends of a range are hours: those of "deux à trois heures", a length, are not, though "à" precedes hours too."""
    begin, end = range_
    if _is_digits(end) or not (_is_no_count(end) or _counts_nothing(end, words) or (words.certain and end["oclock"])):
        return False
    if _is_hour(begin, words) or (words.certain and _is_hour(end, words)):
        return True
    before = _before(begin)
    if not words.begins.search(before):
        return False
    return words.certain or _part(end) is not None or words.day_before.search(before) is not None


def _in_digits(match: re.Match[str], range_: _Range | None, words: _Words) -> str | None:
    """The hour as HH:MM, None if there is none; digits with digits stay as they were said."""
    hour = _hour(match, words)
    if hour > _LAST_HOUR:
        return None
    minutes = hour * 60 + _added(match, words)
    if match["digits"] and (match["minutes"] or "").isdigit() and _part(match) is None:
        return f"{hour}:{minutes % 60:02d}"
    if hour <= _NOON:
        part = _part(match) or _part_before(match, words) or _part_of_range(match, range_, words)
        minutes = _in_24_hours(minutes % _HALF_DAY, part)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _hour(match: re.Match[str], words: _Words) -> int:
    if match["digits"]:
        return int(match["digits"])
    return _NOON if match["noon"] else words.hours.get(match["word"], 1)


def _part_of_range(match: re.Match[str], range_: _Range | None, words: _Words) -> str | None:
    """The part of the day of a range's end if it holds for its begin too: for "from two to three in the afternoon"."""
    if range_ is None or _hour(range_.begin, words) > _hour(range_.end, words):
        return None
    return _part(range_.end) if match is range_.begin else None


def _added(match: re.Match[str], words: _Words) -> int:
    """The minutes to add to the hour."""
    leading, trailing, minute, minutes = match.group("leading", "trailing", "minute", "minutes")
    added = words.added[leading] if leading else 0
    if trailing:
        return added + words.added[trailing]
    added_minutes = minutes or minute or "0"
    return added + (int(added_minutes) if added_minutes.isdigit() else words.minutes[added_minutes])


def _part_before(match: re.Match[str], words: _Words) -> str | None:
    before = _before(match)
    preposition = words.begins.search(before) if before.endswith(words.prepositions) else None
    before = (before[: preposition.start()] if preposition else before).rstrip(" ,")
    if before.endswith(words.mornings):
        return "morning"
    return "afternoon" if before.endswith(words.afternoons) else None


def _before(match: re.Match[str]) -> str:
    return match.string[max(0, match.start() - _NEAR) : match.start()]


def _in_24_hours(minutes: int, part: str | None) -> int:
    """Minutes since midnight, from those on a clock of twelve hours and the part of the day."""
    if part == "am":
        return minutes
    hour = minutes // 60
    if part == "night":
        return minutes if hour <= _LAST_HOUR_OF_NIGHT else minutes + _HALF_DAY
    late = not hour if part == "morning" else part in ("pm", "afternoon") or hour <= _LATEST_AFTERNOON_HOUR
    return minutes + _HALF_DAY if late else minutes
