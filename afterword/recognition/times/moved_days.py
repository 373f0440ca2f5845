"""The days of an interview that moves: the one on which it was to be, and the one to which it moves."""

import re
from collections.abc import Collection, Iterator
from datetime import date
from functools import cache
from typing import NamedTuple

from ..words.cues import languages_of
from ..words.sentences import sentences_of
from .dates import FARTHEST, LONGEST_SENTENCE, Context, comparable, grammar


class _NamedDay(NamedTuple):
    """A day that a sentence names: as the one to which something moves (`is_new`), from which it does (`is_old`), or as neither.

    A weekday that is today's is that of the next week: who means this one says today.
    """

    day: date
    is_new: bool
    is_old: bool


def old_day(sentence: str, text: str, today: date, new_days: Collection[date | None] = ()) -> date | None:
    """The day on which the interview was to be, by a sentence of a text."""
    days = [each for each in _named_days(sentence, text, today) if not each.is_new and each.day not in new_days]
    return next((each.day for each in sorted(days, key=lambda each: not each.is_old)), None)


def same_hour_on(text: str, today: date, sentence: str = "") -> date | None:
    """The day to which it moves, by a text that says that it keeps its hour; a further `sentence` of it may name the day."""
    said = same_hour_sentence(text)
    if not said:
        return None
    days = [day for each in (said, sentence) for day in _named_days(each, text, today)]
    days = days or list(_named_days(_before(said, text), text, today))
    others = {each.day for each in days if not each.is_old}
    new = {each.day for each in days if each.is_new} or others
    return next(iter(new)) if len(new) == 1 else None


def moves_to_a_day(sentence: str, text: str, today: date) -> bool:
    """Whether a sentence of a text names a day to which something moves, or more than one day."""
    days = list(_named_days(sentence, text, today))
    return any(each.is_new for each in days) or len({each.day for each in days}) > 1


def days_named(sentence: str, text: str, today: date) -> set[date]:
    """The days that a sentence of a text names."""
    return {each.day for each in _named_days(sentence, text, today)}


def _before(sentence: str, text: str) -> str:
    """The sentence before one of a text; "" before the first."""
    sentences = [each.text for each in sentences_of(text)]
    at = sentences.index(sentence)
    return sentences[at - 1] if at else ""


def same_hour_sentence(text: str) -> str:
    """The first sentence that says that the hour stays; "" if none does."""
    sentences = sentences_of(text)
    languages = languages_of(sentences)
    saying = (
        each.text
        for each in sentences
        if any(_patterns(language).same_hour.search(comparable(each.text[:LONGEST_SENTENCE])) for language in languages)
    )
    return next(saying, "")


def _named_days(sentence: str, text: str, today: date) -> Iterator[_NamedDay]:
    said = comparable(sentence[:LONGEST_SENTENCE])
    for language in languages_of(sentences_of(text)):
        patterns = _patterns(language)
        for each in grammar(language).days(said, Context(today), former=True):
            day = each.single if each.single is None or each.single > today else each.until
            if day is not None and day <= today + FARTHEST:
                before = said[: each.start]
                yield _NamedDay(day, bool(patterns.new.search(before)), bool(patterns.old.search(before)))


class _Patterns(NamedTuple):
    new: re.Pattern[str]
    old: re.Pattern[str]
    same_hour: re.Pattern[str]


@cache
def _patterns(language: str) -> _Patterns:
    known = grammar(language)
    words = known.words
    new, old = (known.right_before(words[name]) for name in ("moved_to", "replaced"))
    return _Patterns(new, old, re.compile(rf"\b(?:{words['same_hour']})\b"))
