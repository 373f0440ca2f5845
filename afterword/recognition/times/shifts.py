"""Where an interview moves by what it was before: to another day at its hour, to another hour on its day, or so much later."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from functools import cache
from typing import Any, NamedTuple

from ..words.cues import languages_of
from ..words.sentences import Sentence, sentences_of
from .appointments import times_of_day
from .dates import LONGEST_SENTENCE, comparable, grammar
from .hours_in_words import hours_in_digits
from .moved_days import days_named, moves_to_a_day, same_hour_on, same_hour_sentence

_MOST_SENTENCES = 40
_LONGEST_SHIFT = timedelta(days=60)


class Shift(NamedTuple):
    """One of the three ways, by the fields of an InterviewMove, and the sentence that says so."""

    quote: str
    same_hour_on: date | None = None
    same_day_at: time | None = None
    later_by: timedelta | None = None

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of the event that it has."""
        return {name: value for name, value in self._asdict().items() if name != "quote" and value is not None}


def shift_in(text: str, today: date, sentence: str = "") -> Shift | None:
    """The shift that a text tells of or asks about. `today` is its day; if a `sentence` of it is given, that and no other says how much,
    or to which hour.
    """
    sentences = sentences_of(text)
    languages = languages_of(sentences)
    saying = (sentences_of(sentence) if sentence else sentences)[:_MOST_SENTENCES]
    if beside := next(_to_the_day_beside(saying, languages, text, today), None):
        return beside
    day = same_hour_on(text, today, sentence)
    if day is not None:
        return Shift(same_hour_sentence(text), same_hour_on=day)
    return next(_shifts(saying, languages, text, today), None)


def _to_the_day_beside(
    sentences: Sequence[Sentence], languages: Sequence[str], text: str, today: date
) -> Iterator[Shift]:
    """To the day after or before the only one that the sentence names, or else the one on which it was: "could we push it to the next day?"."""
    for sentence in sentences:
        said = comparable(sentence.text[:LONGEST_SENTENCE])
        days = {days for language in languages if (days := _days_on(said, language))}
        if len(days) == 1:
            named, by = days_named(sentence.text, text, today), timedelta(days=days.pop())
            old = named.pop() if len(named) == 1 else None
            yield Shift(sentence.text, later_by=by) if old is None else Shift(sentence.text, same_hour_on=old + by)


def _days_on(said: str, language: str) -> int:
    words = _patterns(language)
    return bool(words.day_after.search(said)) - bool(words.day_before.search(said))


def _shifts(sentences: Sequence[Sentence], languages: Sequence[str], text: str, today: date) -> Iterator[Shift]:
    for sentence in sentences:
        said = comparable(sentence.text[:LONGEST_SENTENCE])
        for language in languages:
            later_by = _later_by(said, language)
            hour = _new_hour(said, language) if later_by is None else None
            if (later_by or hour) and not moves_to_a_day(sentence.text, text, today):
                yield Shift(sentence.text, same_day_at=hour, later_by=later_by)


class _Patterns(NamedTuple):
    later: re.Pattern[str]
    earlier: re.Pattern[str]
    instead_of: re.Pattern[str]
    from_to: re.Pattern[str]
    instead: re.Pattern[str]
    moved_to: re.Pattern[str]
    day_after: re.Pattern[str]
    day_before: re.Pattern[str]


@cache
def _patterns(language: str) -> _Patterns:
    known = grammar(language)
    words = known.words
    length = _length_pattern(words)
    back, forward = (rf"(?<!\w)(?:{words[name]}) ?" for name in ("put_back", "brought_forward"))
    at = rf"(?:(?:{words['at']}|@) ?)?"
    hour = rf"(?<![\w.:/-])\d{{1,2}}(?:[:.h]\d\d|h)?(?: ?(?:[ap]\.?m\b\.?|{words['oclock']}))?(?![\w:/%]|[.,]\d|\.? (?:de )?(?:{'|'.join(words['months'])})\b)"
    replaced = rf"(?:{words['replaced']})"
    return _Patterns(
        re.compile(rf"\b{length} (?:{words['later']})\b|{back}{length}\b"),
        re.compile(rf"\b{length} (?:{words['earlier']})\b|{forward}{length}\b"),
        re.compile(rf"(?P<new>{hour}) {replaced} {at}{hour}"),
        re.compile(rf"\b{replaced} {at}{hour} (?:{words['moved_to']}) {at}(?P<new>{hour})"),
        re.compile(rf"\b(?:{words['instead']})\b"),
        re.compile(rf"\b(?:{words['moved_to']}) {at}(?P<new>{hour})"),
        re.compile(rf"\b(?:{words['day_after']})\b"),
        re.compile(rf"\b(?:{words['day_before']})\b"),
    )


def _length_pattern(words: Mapping[str, Any]) -> str:
    units = "|".join(rf"(?:{words[name]})" for name in _UNITS)
    return rf"(?:{words['half_an_hour']}|{words['an_hour']}|(?:{_number_pattern(words)})[ -]?(?:{units}))"


def _number_pattern(words: Mapping[str, Any]) -> str:
    return "|".join(["\\d{1,3}", *sorted(map(re.escape, words["numbers"]), key=len, reverse=True)])


_WORDS_OF_LENGTHS = {"half_an_hour": timedelta(minutes=30), "an_hour": timedelta(hours=1)}
_UNITS: Mapping[str, timedelta] = {
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
    "weeks": timedelta(weeks=1),
}


def _later_by(said: str, language: str) -> timedelta | None:
    """How much later something is to be, negative if earlier."""
    for pattern, sign in ((_patterns(language).earlier, -1), (_patterns(language).later, 1)):
        match = pattern.search(said)
        amount = _amount(match[0], language) if match is not None else None
        if amount is not None and timedelta(0) < amount <= _LONGEST_SHIFT:
            return sign * amount
    return None


def _amount(said: str, language: str) -> timedelta | None:
    words = grammar(language).words
    for name, length in _WORDS_OF_LENGTHS.items():
        if re.search(rf"\b(?:{words[name]})\b", said):
            return length
    numbers = words["numbers"]
    for name, unit in _UNITS.items():
        counted = re.search(rf"(?<!\w)({_number_pattern(words)})[ -]?(?:{words[name]})\b", said)
        if counted is not None:
            return int(counted[1] if counted[1].isdigit() else numbers[counted[1]]) * unit
    return None


def _new_hour(said: str, language: str) -> time | None:
    """The hour to which something moves: of two the one that takes the other's place, else the only one beside an "instead" or a "to"."""
    words, text = _patterns(language), hours_in_digits(said, language)
    pair = words.instead_of.search(text) or words.from_to.search(text)
    if pair is None and not words.instead.search(text):
        pair = words.moved_to.search(text)
        if pair is None:
            return None
    times = set(times_of_day(f"@{pair['new']}" if pair is not None else text, language))
    return times.pop() if len(times) == 1 else None
