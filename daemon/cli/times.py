"""Times as the user writes them, in words of each language that mails are understood in: those to come, and those of interviews."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from functools import cache

import click
from msgspec.structs import replace

from afterword.eventlog.codec import EARLIEST, LATEST
from daemon.config import Config

_AWAY = re.compile(r"(?:in )?(\d{1,3}) (hour|minute)s?( ago)?")
_CLOCK_LIKE = re.compile(r"\d:\d")
_CLOCK = re.compile(r"(?:[01]?\d|2[0-3]):[0-5]\d")
_ORDINAL = re.compile(r"(?<![\d.])(\d{1,2})\. ?(?=[^\W\d_])")
_TURNS = tuple(timedelta(days=each) for each in (0, 7, 14, 31, 183))
"""How far back a weekday, a day of the month and a date without a year are looked for: the nearest of them is meant. In a mail
today's weekday is that of the next week, so the last one is two weeks back.
"""

# Words on folded text.
_DAYS_AGO = re.compile(r"\b(\d{1,3}) days? ago\b")
_THIS_MORNING = re.compile(
    r"\b(?:this morning|heute (?:morgen|frueh|vormittag)|ce matin|esta manana|vanochtend|vanmorgen|esta manha"
    r"|hoje de manha|stamattina|questa mattina)\b"
)
_LAST = (
    r"(?:last|(?:letzt|vergangen|vorig)e[nrsm]?|afgelopen|derniere?|passee?|pasad[oa]|ultim[oa]|passad[oa]|scors[oa])"
)
_NOT_OF = r"\b(?! (?:of|in|im|vor|before|de|du|des|van|voor|di|do|da)\b)"
_LAST_WEEK = re.compile(rf"\b(?:{_LAST} (?:week|woche|semana|settimana)|(?:semaine|semana|settimana) {_LAST}){_NOT_OF}")
_AGO = re.compile(
    r"\b(?:ago|vor \w+ (?:tag|woche|monat|stunde|minute)e?n?|il y a|hace|ha \w+ (?:dia|semana|hora)s?|atras|geleden|fa)\b"
)


def time_to_come(said: str, config: Config, now: datetime) -> datetime:
    """A time to come, or a past one in ISO 8601: "friday 15:00", "tomorrow", "3 days", "2026-03-05T18:00".

    A day without a time begins with the user's working hours, a time without a day is the next such. Raises UsageError for what is
    no time.
    """
    local, text = now.astimezone(config.user.timezone), _comparable(said)
    found = _exact(said, config)
    if found is None and not _is_over(text):
        found = _away(text, local) or next((each for each in _by_clock(text, local) if each > local), None)
        found = found or _in_words(text, config, local)
    return _checked(found, said, "isn't a time in the future", "tomorrow, friday 15:00 or 3 days")


def nearest_time(said: str, config: Config, now: datetime) -> datetime:
    """The time of an interview, which may have been held by now: of a weekday or a date without a year the nearest.

    "yesterday 15:00" and "last tuesday 15:00" lie in the past, "tomorrow 15:00" and "next tuesday 15:00" ahead. Raises UsageError
    for what is no time, and for what is no single day ("next week").
    """
    local, text = now.astimezone(config.user.timezone), _comparable(said)
    found = _exact(said, config) or _away(text, local) or _nearest(_by_clock(text, local), local)
    found = found or _in_the_past(text, config, local)
    if found is None and not (_is_over(text) or _last_weekday().search(text)):
        _check_single_day(text, said, local)
        found = _nearest(_turns(text, config, _day_of(local)), local)
    return _checked(found, said, "is no time", "yesterday 15:00, last tuesday 15:00 or friday 15:00")


def is_hour_assumed(said: str, config: Config, now: datetime) -> bool:
    """Whether `nearest_time` takes the hour from the user's working hours: it moves with them."""
    opens, closes = config.user.working_hours
    other = time(opens.hour, (opens.minute + 1) % 60)
    moved = replace(config, user=replace(config.user, working_hours=(other, closes)))
    return nearest_time(said, config, now) != nearest_time(said, moved, now)


def within_reach(moment: datetime, said: str) -> datetime:
    """The moment that was said, if the log can hold it. Raises UsageError."""
    if not EARLIEST <= moment <= LATEST:
        raise click.UsageError(f"{said!r} is too far away.")
    return moment


def _checked(found: datetime | None, said: str, what: str, examples: str) -> datetime:
    if found is None:
        raise click.UsageError(f"{said!r} {what}; write it like 2026-03-05T18:00, {examples}.")
    return within_reach(found, said)


def _check_single_day(text: str, said: str, now: datetime) -> None:
    """What is counted from today ("in 3 days") is a day, too. Raises UsageError."""
    from afterword.recognition.times.dates import Context, grammar

    named = (grammar(language).days(text, Context(now.date())) for language in _languages())
    days = next(filter(None, named), ())
    if days and not any(each.single or each.counted for each in days):
        raise click.UsageError(f"{said!r} is no single day: say which.")


def _exact(said: str, config: Config) -> datetime | None:
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        return None
    if len(said) <= len("2026-03-05"):
        moment = datetime.combine(moment, config.user.working_hours[0])
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=config.user.timezone)


def _away(text: str, now: datetime) -> datetime | None:
    """In "2 hours", or "2 hours ago"."""
    found = _AWAY.fullmatch(text)
    if found is None:
        return None
    away = timedelta(**{f"{found[2]}s": int(found[1])})
    return (now.astimezone(UTC) + (-away if found[3] else away)).astimezone(now.tzinfo)


def _by_clock(text: str, now: datetime) -> Iterator[datetime]:
    """Yesterday, today and tomorrow at "18:00"."""
    if _CLOCK.fullmatch(text):
        clock = time.fromisoformat(text.zfill(len("18:00")))
        for days in (-1, 0, 1):
            yield datetime.combine(now.date() + timedelta(days=days), clock, now.tzinfo)


def _in_the_past(text: str, config: Config, now: datetime) -> datetime | None:
    """What a text says was yesterday, some days ago, on a day of last week, or last Tuesday."""
    today = _day_of(now)
    for day, rest in _counted_back(text, today):
        return _exact(rest, config) or _in_words(rest, config, day)
    if found := _LAST_WEEK.search(text):
        rest = _instead_of(found, "")
        return _in_words(rest, config, today - timedelta(days=7 + today.weekday())) if _recurs(rest, today) else None
    if found := _last_weekday().search(text):
        rest = _instead_of(found, found["before"] or found["behind"])
        return max((each for each in _turns(rest, config, today) if each < today), default=None)
    return None


def _counted_back(text: str, today: datetime) -> Iterator[tuple[datetime, str]]:
    """The day that a text counts back to, and the text with its date."""
    counted = [(int(each[1]), each) for each in _DAYS_AGO.finditer(text)]
    counted += [(days, each) for days, words in _days_back() for each in words.finditer(text)]
    for days, match in counted:
        day = today - timedelta(days=days)
        yield day, _instead_of(match, day.date().isoformat())


def _turns(text: str, config: Config, today: datetime) -> Iterator[datetime]:
    """Each turn of a day that comes again and again; of any other the one time that it names."""
    for back in _TURNS if _recurs(text, today) else _TURNS[:1]:
        if (found := _in_words(text, config, today - back)) is not None:
            yield found


def _nearest(times: Iterator[datetime], now: datetime) -> datetime | None:
    return min(times, key=lambda each: abs(each - now), default=None)


def _recurs(text: str, today: datetime) -> bool:
    """Whether a text names its day by a weekday alone, or by a date: neither is counted from another day."""
    from afterword.recognition.times.dates import Context, grammar

    for language in _languages():
        days = grammar(language).days(text, Context((today - _TURNS[-1]).date()))
        if days and all(each.single and not each.counted for each in days):
            weekday = re.compile("|".join(grammar(language).words["weekdays"]))
            spans = [text[each.start : each.end] for each in days]
            return any(weekday.fullmatch(each) or re.search(r"\d", each) for each in spans)
    return False


def _in_words(text: str, config: Config, now: datetime) -> datetime | None:
    """The first time to come that a comparable text names."""
    from afterword.recognition.times.appointments import find_appointments  # the grammar is big
    from afterword.recognition.times.dates import Context, grammar

    if times := find_appointments(text, sent=now, zone=config.user.timezone):
        return times[0].start
    named = (grammar(language).days(text, Context(now.date())) for language in _languages())
    days = next(filter(None, named), None)
    if days is None or _CLOCK_LIKE.search(text):
        return None
    first = days[0].single or days[0].until
    moment = datetime.combine(first, config.user.working_hours[0], config.user.timezone)
    return moment if moment > now else moment + timedelta(days=7 if days[0].until > first else 1)


def _languages() -> Iterator[str]:
    """English first: the others share some of its short words."""
    from afterword.recognition.words.cues import languages

    yield "en"
    yield from (each for each in languages() if each != "en")


@cache
def _last_weekday() -> re.Pattern[str]:
    from afterword.recognition.times.dates import grammar

    weekday = "|".join(each for language in _languages() for each in grammar(language).words["weekdays"])
    return re.compile(rf"\b(?:{_LAST} (?P<before>{weekday})|(?P<behind>{weekday}) {_LAST}){_NOT_OF}")


def _is_over(text: str) -> bool:
    """Whether it is said of the past in words that no grammar of days to come knows."""
    return any(words.search(text) for words in (_AGO, _LAST_WEEK, *(words for _, words in _days_back())))


@cache
def _days_back() -> tuple[tuple[int, re.Pattern[str]], ...]:
    """The days that words count back, with the words of each language; "the day before yesterday" before the "yesterday" in it."""
    from afterword.recognition.times.dates import grammar

    named = ((2, "day_before_yesterday"), (1, "yesterday"))
    counted = ((days, grammar(language).pattern(name)) for days, name in named for language in _languages())
    return ((0, _THIS_MORNING), *counted)


def _instead_of(match: re.Match[str], said: str) -> str:
    text = match.string
    return " ".join(f"{text[: match.start()]} {said} {text[match.end() :]}".split())


def _day_of(now: datetime) -> datetime:
    return datetime.combine(now.date(), time(), now.tzinfo)


def _comparable(said: str) -> str:
    from afterword.recognition.times.dates import comparable

    return comparable(_ORDINAL.sub(r"\1 ", said))
