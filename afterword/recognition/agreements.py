"""Agreements on a time: one side says yes to a time that the other one proposed.

Many interviews are set so, mail by mail, and never in a calendar: "Does Thursday at 3 work?" – "Thursday at 3 is great."
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from .appointments import Appointment, find_appointments
from .cues import agreement_lexicon
from .dates import Context, comparable, grammar
from .headed_text import HeadedText
from .lexicon import Hit
from .meanings import STRONG, SURE

_MOVED = "moved"
_AGAINST = ("unless", _MOVED)
_BRIEF = 40
"""In a mail of at most so many words a mere "yes" accepts the time."""


class Agreement(NamedTuple):
    """The time that both agree on, and whether it takes the place of another one."""

    time: Appointment
    moves: bool


def agreement(text: str, answered: str, *, sent: datetime, zone: ZoneInfo) -> Agreement | None:
    """The time that a mail's `text` accepts, of those that the `answered` mail proposes; None if it is not clear which.

    `sent` is aware: a time before it is not proposed any more. A time without a zone is in `zone`.
    """
    proposed = [each for each in find_appointments(answered, sent=sent, zone=zone) if each.start > sent]
    if not proposed or not _accepts(text):
        return None
    accepted = _accepted(text, proposed, sent, zone)
    if len({each.start for each in accepted}) != 1:
        return None
    return Agreement(accepted[0], moves=any(hit.cue.strength == _MOVED for hit in _hits(HeadedText.of("", answered))))


def _hits(text: HeadedText) -> list[Hit]:
    return [hit for language in text.languages for hit in agreement_lexicon(language).hits(text.sentences)]


def _accepts(body: str) -> bool:
    """Whether a sentence accepts and is no question, and none speaks against it."""
    text = HeadedText.of("", body)
    hits = _hits(text)
    if any(hit.cue.strength in _AGAINST for hit in hits):
        return False
    brief = sum(len(each.tokens) for each in text.sentences) <= _BRIEF
    strengths = (SURE, STRONG) if brief else (SURE,)
    accepting = [hit for hit in hits if hit.cue.strength in strengths]
    return any(not text.sentences[hit.sentence].text.endswith("?") for hit in accepting)


def _accepted(text: str, proposed: Sequence[Appointment], sent: datetime, zone: ZoneInfo) -> list[Appointment]:
    """The proposals at a time that the answer names; or on a day that it names; or all of them, where it names neither."""
    named = find_appointments(text, sent=sent, zone=zone)
    if named:
        return [each for each in proposed if any(_is_same(each, other) for other in named)]
    days = frozenset(_days(text, sent.date()))
    return [each for each in proposed if not days or each.local_start.date() in days]


def _is_same(proposed: Appointment, named: Appointment) -> bool:
    """Whether it is the same moment, or the same time of day where the answer leaves out the zone."""
    return proposed.start == named.start or proposed.local_start == named.local_start


def _days(body: str, today: date) -> Iterator[date]:
    text = HeadedText.of("", body)
    for language in text.languages:
        for sentence in text.sentences:
            for day in grammar(language).days(comparable(sentence.text), Context(today)):
                if day.single is not None:
                    yield day.single
