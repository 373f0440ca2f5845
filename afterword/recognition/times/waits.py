"""Before which day there will be no answer: "we won't decide before mid-June", "vor Ende des Monats gibt es nichts Neues"."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from ..words.cues import languages_of
from ..words.sentences import sentences_of
from .dates import FARTHEST, LONGEST_SENTENCE, Context, Day, comparable, grammar
from .frames import frames_of


class Wait(NamedTuple):
    """The day before which no answer comes, by its later reading, and the sentence that says so."""

    until: date
    quote: str


def announced_wait(text: str, *, sent: datetime) -> Wait | None:
    """The longest wait that a text announces, None without. `sent` is in the sender's zone: days count from its date."""
    today = sent.date()
    return max((each for each in _waits(text, today) if today < each.until <= today + FARTHEST), default=None)


def _waits(text: str, today: date) -> Iterator[Wait]:
    sentences = sentences_of(text)
    for language in languages_of(sentences):
        for index in grammar(language).naming_days(sentences):
            said = grammar(language).spelled_out(comparable(sentences[index].text[:LONGEST_SENTENCE]))
            if _speaks_of_no_answer(said, language):
                days = grammar(language).days(said, Context(today))
                yield from (
                    Wait(day.until, sentences[index].text) for day in days if _is_waited_for(said, day, language)
                )


def _speaks_of_no_answer(said: str, language: str) -> bool:
    """Whether a sentence has the words for "no", "before" and "answer", and is neither a question nor under a condition."""
    frames = frames_of(language)
    return (
        all(pattern.search(said) for pattern in _needed(language))
        and not said.endswith("?")
        and not (frames.conditions.search(said) or frames.provided.search(said) or frames.provided_first.search(said))
    )


@cache
def _needed(language: str) -> tuple[re.Pattern[str], ...]:
    words = grammar(language).words["waits"]
    return tuple(re.compile(rf"(?<!\w)(?:{words[name]})(?!\w)") for name in ("before", "denied", "answer"))


def _is_waited_for(said: str, day: Day, language: str) -> bool:
    """Whether "before" stands right before a day, or begins its expression ("before the end of March"), in a clause that denies."""
    before, denied, _ = _needed(language)
    breaks = [0, *(each.end() for each in frames_of(language).clause_breaks.finditer(said)), len(said)]
    clause = next(said[begin:end] for begin, end in pairwise(breaks) if begin <= day.start < end)
    behind = _before(language).search(said[: day.start]) or before.match(said, day.start)
    return behind is not None and denied.search(clause) is not None


@cache
def _before(language: str) -> re.Pattern[str]:
    known = grammar(language)
    return known.right_before(known.words["waits"]["before"])
