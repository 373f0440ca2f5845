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

_MOVED = "moved"
_AGAINST = ("unless", _MOVED)
_BRIEF = 40
"""In a mail of so many words a mere "yes" is said to the time."""


class Agreement(NamedTuple):
    """The time that both agree on, and whether it takes the place of another one."""

    time: Appointment
    moves: bool


def agreement(text: str, answered: str, *, sent: datetime, zone: ZoneInfo) -> Agreement | None:
    """The time that a mail's `text` agrees to, of those that the mail which it answers proposes; None where it is not plain which.

    `sent` is aware: a time that has passed by then is not proposed any more. A time without a zone is in `zone`.
    """
    proposed = [each for each in find_appointments(answered, sent=sent, zone=zone) if each.start > sent]
    if not proposed or not _agrees(text):
        return None
    meant = _meant(text, proposed, sent, zone)
    if len({each.start for each in meant}) != 1:
        return None
    return Agreement(meant[0], moves=any(hit.cue.strength == _MOVED for hit in _hits(_told(answered))))


def _told(text: str) -> HeadedText:
    return HeadedText.of("", text)


def _hits(told: HeadedText) -> list[Hit]:
    return [hit for tongue in told.tongues for hit in agreement_lexicon(tongue).hits(told.sentences)]


def _agrees(text: str) -> bool:
    """Whether a sentence agrees and is no question, and none speaks against it."""
    told = _told(text)
    hits = _hits(told)
    if any(hit.cue.strength in _AGAINST for hit in hits):
        return False
    brief = sum(len(each.tokens) for each in told.sentences) <= _BRIEF
    strengths = ("sure", "strong") if brief else ("sure",)
    said = [hit for hit in hits if hit.cue.strength in strengths]
    return any(not told.sentences[hit.sentence].said.endswith("?") for hit in said)


def _meant(text: str, proposed: Sequence[Appointment], sent: datetime, zone: ZoneInfo) -> list[Appointment]:
    """The proposals that fit what the answer names: a time, else a day, else nothing at all."""
    named = find_appointments(text, sent=sent, zone=zone)
    if named:
        return [each for each in proposed if any(_is_same(each, other) for other in named)]
    days = frozenset(_days(text, sent.date()))
    return [each for each in proposed if not days or each.local_start.date() in days]


def _is_same(proposed: Appointment, named: Appointment) -> bool:
    """Whether it is the same moment, or is so where the answer leaves out the zone that was named."""
    return proposed.start == named.start or proposed.local_start == named.local_start


def _days(text: str, today: date) -> Iterator[date]:
    told = _told(text)
    for tongue in told.tongues:
        for sentence in told.sentences:
            for day in grammar(tongue).days(comparable(sentence.said), Context(today)):
                if day.single is not None:
                    yield day.single
