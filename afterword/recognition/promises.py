"""Promised dates: by when an employer says that they will write, decide or come back.

A sentence promises where it frames a day so ("you will hear from us by Friday"). A day that is set for the user, an interview's
day, and what holds only if something else does not, promise nothing.
"""

import re
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import cache
from typing import NamedTuple

from .cues import common_words, spoken
from .dates import Context, Day, comparable, grammar
from .phrases import telling
from .sentences import Sentence, sentences_of
from .spelling_out import spelled_out

_SURE, _LIKELY = 0.95, 0.9
_ADJACENT = 6
_BEFORE_MEETING = 40
_LONGEST_SENTENCE = 800
_LONGEST_CUE = 80
_WORD = re.compile(r"[a-z]+")
_HOUR = re.compile(
    r",? ?(?:(?:at|um|gegen|a las?|a|om|as|alle(?: ore)?|@) )?\d{1,2}(?:[:.h]\d{2}| ?(?:uhr|uur|h|am|pm|a\.m|p\.m|ore|horas|o'clock))\b"
)


class Promise(NamedTuple):
    """The promised day as its later reading (`until`) and its earliest one have it, with the sentence and what framed it."""

    until: date
    earliest: date
    quote: str
    cue: str
    confidence: float


def find_promises(text: str, *, sent: datetime, holidays: Container[date] = ()) -> tuple[Promise, ...]:
    """What a text promises, at most one day a sentence. `sent` is in the sender's zone: days count from its date.

    Business days skip weekends and `holidays`. No promise ends before the day on which it was sent.
    """
    sentences = sentences_of(text)
    languages = spoken(sentences)
    context = Context(sent.date(), holidays)
    found = []
    for sentence in sentences:
        tongues = [each for each in languages if _may_promise(sentence, each)]
        said = comparable(sentence.said[:_LONGEST_SENTENCE]) if tongues else ""
        readings = [each for language in tongues for each in _promises(said, sentence.said, language, context)]
        if readings:
            found.append(max(readings, key=lambda each: (each.confidence, each.until)))
    return tuple(found)


def _may_promise(sentence: Sentence, language: str) -> bool:
    """Whether a sentence may both frame and name a day: quickly, and with many a false alarm."""
    frames = sentence.is_cut or _frames(language).signs.search(sentence.words) is not None
    return frames and grammar(language).may_name_a_day(sentence)


class _Frames(NamedTuple):
    signs: re.Pattern[str]
    promises: re.Pattern[str]
    others: re.Pattern[str]
    conditions: re.Pattern[str]
    refusals: re.Pattern[str]
    meeting: re.Pattern[str]
    due: re.Pattern[str]


@cache
def _frames(language: str) -> _Frames:
    words = grammar(language).words
    return _Frames(
        re.compile(f" (?:{'|'.join(sorted(_signs(words['promises'], common_words(language))))})"),
        re.compile(rf"(?<!\w)(?:{'|'.join(words['promises'])})"),
        re.compile(rf"(?<!\w)(?:{'|'.join(words['not_promises'])})"),
        re.compile(rf"(?<!\w)(?:{'|'.join(words['conditions'])})"),
        re.compile(rf"(?<!\w)(?:{words['refusals']})"),
        re.compile(rf"(?<!\w)(?:{words['meetings']})(?:\W+\w+){{0,3}}\W*$"),
        re.compile(rf"(?<!\w)(?:{words['due']})(?: (?:{words['article']}))? ?$"),
    )


def _signs(patterns: Iterable[str], common: Collection[str]) -> set[str]:
    """How a word begins that each of these patterns can't do without."""
    phrases = (phrase for pattern in patterns for phrase in spelled_out(pattern))
    return {telling(_WORD.findall(phrase), common) for phrase in phrases}


def _promises(said: str, quote: str, language: str, context: Context) -> Iterator[Promise]:
    frames = _frames(language)
    framing = [match.span() for match in frames.promises.finditer(said)]
    if not framing or frames.refusals.search(said):
        return
    known = grammar(language)
    days = known.days(said, context)
    others = [match.span() for match in frames.others.finditer(said)]
    conditions = [match.span() for match in frames.conditions.finditer(said)]
    promised = [
        day
        for day in days
        if not _is_of_others(day, framing, others)
        and not _is_conditional(day, framing, conditions)
        and not _is_a_meetings(day, said, framing, frames)
    ]
    if promised:
        frame = framing[-1]
        day = known.joined(promised, min(promised, key=lambda each: _remoteness(each, framing)), said)
        cue = f"{language}.promise: {said[frame[0] : frame[1]].strip()[:_LONGEST_CUE]} | {said[day.start : day.end]}"
        yield Promise(day.until, day.earliest, quote, cue, _confidence(day))


def _remoteness(day: Day, framing: Sequence[tuple[int, int]]) -> tuple[bool, bool, int]:
    """A day inside or after the words that promise comes first, then one that a deadline's word marks, then the nearer."""
    after = [max(0, day.start - end) for start, end in framing if start <= day.start]
    return not after, not day.marked, min(after) if after else framing[0][0] - day.end


def _is_of_others(day: Day, framing: Sequence[tuple[int, int]], others: Sequence[tuple[int, int]]) -> bool:
    """Whether what is said of the day is no promise: asked of the user, conditional, or of something else."""
    return any(not _outdone(day, other, framing) for other in others)


def _is_conditional(day: Day, framing: Sequence[tuple[int, int]], conditions: Sequence[tuple[int, int]]) -> bool:
    """Whether the day belongs to "if you have not heard from us by …": no promise stands between the two."""
    return any(
        start < day.start and not any(end <= frame <= day.start for frame, _ in framing) for start, end in conditions
    )


def _outdone(day: Day, other: tuple[int, int], framing: Sequence[tuple[int, int]]) -> bool:
    """Whether a promise stands between the words that speak against it and the day, and so goes its own way."""
    start, end = other
    if start < day.end and day.start - end <= _ADJACENT and end <= day.end:
        return any(start < frame < day.start for frame, _ in framing)
    if start >= day.end:
        return any(frame < start for frame, _ in framing)
    return any(end <= frame <= day.start for frame, _ in framing)


def _is_a_meetings(day: Day, said: str, framing: Sequence[tuple[int, int]], frames: _Frames) -> bool:
    """Whether the day is an interview's or a call's: it stands right after one with no word of a promise between, or has an
    hour, and is no deadline.
    """
    if _HOUR.match(said, day.end) and not frames.due.search(said[: day.start]):
        return True
    begin = max(0, day.start - _BEFORE_MEETING)
    meeting = frames.meeting.search(said[begin : day.start])
    if meeting is None:
        return False
    at = begin + meeting.start()
    return not any(start <= at < end or at < start < day.start for start, end in framing)


def _confidence(day: Day) -> float:
    return _SURE if day.marked else _LIKELY
