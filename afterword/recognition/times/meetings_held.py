"""Meetings that were held, known from a mail after them: "Thank you for interviewing with us yesterday."

An interview that was arranged by phone, or on a page of the employer's, may have left no other trace.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ..reading import USUAL_LENGTH
from ..words.cues import SURE
from ..words.lexicon import Hit
from ..words.sentences import Sentence
from .dates import Context, grammar

_NEAR = 6
"""How many words behind a cue a day may stand that could as well be ahead ("on Tuesday")."""

_A_WEEK = 7
_NOON = time(12)


class MeetingHeld(NamedTuple):
    """A meeting that is over, in UTC. Only its day is known: it is put at noon in the user's zone, or into the hour before a mail of
    the same day.
    """

    start: datetime
    end: datetime
    quote: str


def meeting_held(
    hits: Sequence[Hit], sentences: Sequence[Sentence], *, sent: datetime, zone: ZoneInfo
) -> MeetingHeld | None:
    """The latest meeting that a MET cue and a day within the week before `sent` tell of; `sent` is aware."""
    today = sent.astimezone(zone).date()
    held = [(day, hit) for hit in hits if (day := _day(hit, sentences[hit.sentence], today)) is not None]
    if not held:
        return None
    day, hit = max(held, key=lambda each: each[0])
    end = min(sent, datetime.combine(day, _NOON, zone) + USUAL_LENGTH) if day < today else sent
    end = end.astimezone(UTC)
    return MeetingHeld(end - USUAL_LENGTH, end, sentences[hit.sentence].text)


def tells_of_an_interview(hits: Sequence[Hit]) -> bool:
    """Whether a MET cue shows that an interview was held, on whatever day: "Thank you for taking the time to speak with us"."""
    return any(hit.cue.strength == SURE for hit in hits)


class _Words(NamedTuple):
    day_before_yesterday: re.Pattern[str]
    yesterday: re.Pattern[str]
    earlier_today: re.Pattern[str]
    last_weekday: re.Pattern[str]
    weekdays: tuple[re.Pattern[str], ...]


@cache
def _words(language: str) -> _Words:
    words = grammar(language).words
    weekdays, last = words["weekdays"], words["last"]
    weekday = "|".join(weekdays)
    return _Words(
        _whole(words["day_before_yesterday"]),
        _whole(words["yesterday"]),
        _whole(words["earlier_today"]),
        _whole(rf"(?:{last}) (?P<before>{weekday})|(?P<behind>{weekday}) (?:{last})"),
        tuple(map(_whole, weekdays)),
    )


def _whole(pattern: str) -> re.Pattern[str]:
    """The pattern for `Sentence.words`, which have spaces around them and neither hyphens nor apostrophes."""
    folded = pattern.replace("-", " ").replace("'", " ")
    return re.compile(rf" (?:{folded})(?= )")


def _day(hit: Hit, sentence: Sentence, today: date) -> date | None:
    words = _words(hit.cue.language)
    rest = sentence.words[hit.start :]
    near = f"{' '.join([sentence.words[hit.start : hit.end].strip(), *sentence.words[hit.end :].split()[:_NEAR]])} "
    if words.day_before_yesterday.search(rest):
        return today - timedelta(days=2)
    if words.yesterday.search(rest):
        return today - timedelta(days=1)
    if last := words.last_weekday.search(rest):
        return _last_weekday(last["before"] or last["behind"], words, today - timedelta(days=1))
    if words.earlier_today.search(f" {near}"):
        return today
    return _last_weekday(near, words, today) or _last_dated_day(near, hit.cue.language, today)


def _last_weekday(text: str, words: _Words, latest: date) -> date | None:
    """The last day, up to `latest`, with the weekday that is named."""
    for weekday, pattern in enumerate(words.weekdays):
        if pattern.search(f" {text} "):
            return latest - timedelta(days=(latest.weekday() - weekday) % _A_WEEK)
    return None


def _last_dated_day(near: str, language: str, today: date) -> date | None:
    days = grammar(language).days(near, Context(today - timedelta(days=_A_WEEK - 1)))
    return next((day.single for day in days if day.single is not None and day.single <= today), None)
