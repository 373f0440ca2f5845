"""By when an offer wants its answer: "please let us know by Friday", "it is valid until 12 March"; and later "we'll wait until Monday"."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache

from ..words.cues import languages_of
from ..words.sentences import sentences_of
from .dates import FARTHEST, LONGEST_SENTENCE, Context, Day, comparable, grammar


def reply_wanted_by(text: str, *, sent: datetime) -> date | None:
    """The last day on which the mail of an offer wants its answer, None if it names none. `sent` is in the sender's zone.

    Of an ambiguous day it is the earlier reading: whoever answers by then is not late.
    """
    return _first_ahead(_days(text, sent.date()), sent.date())


def extended_until(text: str, *, sent: datetime) -> date | None:
    """The day until which a mail that makes no offer says that its sender will wait for the answer to one; None if it says so of none.

    `sent` is in the sender's zone. Of an ambiguous day it is the earlier reading.
    """
    return _first_ahead(_extensions(text, sent.date()), sent.date())


def _first_ahead(days: Iterator[Day], today: date) -> date | None:
    """The first that is not over, and not in another age."""
    named = (day.single or day.until for day in days)
    return next((each for each in named if today <= each <= today + FARTHEST), None)


def _days(text: str, today: date) -> Iterator[Day]:
    """The days before which, or until which, a sentence wants an answer."""
    for said, language in _said(text):
        ends = _ends(language).search(said) is not None
        if ends or _reply_wanted(language).search(said):
            days = grammar(language).days(said, Context(today))
            named = [day for day in days if day.marked or (ends and day.single)]
            yield from sorted(named, key=lambda day: not _ends_with_deadline(language).search(said[: day.start]))


def _extensions(text: str, today: date) -> Iterator[Day]:
    """The days in sentences that say that somebody waits, or gives more time."""
    for said, language in _said(text):
        if not said.rstrip().endswith("?") and _extended(language).search(said):
            days = grammar(language).days(said, Context(today))
            yield from (day for day in days if day.marked or day.single)


def _said(text: str) -> Iterator[tuple[str, str]]:
    """Each sentence in comparable form, with each language that it may be in."""
    sentences = sentences_of(text)
    languages = languages_of(sentences)
    for sentence in sentences:
        said = comparable(sentence.text[:LONGEST_SENTENCE])
        yield from ((said, language) for language in languages)


@cache
def _reply_wanted(language: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(grammar(language).words['reply_wanted'])})")


@cache
def _ends(language: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{grammar(language).words['offer_ends']})")


@cache
def _extended(language: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{grammar(language).words['offer_extended']})")


@cache
def _ends_with_deadline(language: str) -> re.Pattern[str]:
    known = grammar(language)
    return known.right_before(known.words["due"], known.words["deadline"])
