"""Agreements on a time: one side says yes to a time that the other one proposed.

Many interviews are set so, mail by mail, and never in a calendar: "Does Thursday at 3 work?" – "Thursday at 3 is great."

Of its cues, "sure" ones accept, "strong" ones ("yes") do in a brief mail, "named" and "choice" ones where they name a proposal, and "first" to
"last" name one by its place. "unless" ones refuse, be it only what they name; "open" and "moved" ones leave the time open; and "other" ones
speak of something else.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from .appointments import Appointment, find_appointments, times_of_day
from .cues import agreement_lexicon, contrasts
from .dates import Context, comparable, grammar
from .headed_text import HeadedText
from .meanings import STRONG, SURE
from .names import fold
from .sentences import Sentence, sentences_of
from .zones import zone_named

_MOVED = "moved"
_LEAVES_OPEN = ("open", _MOVED)
_REFUSES = "unless"
_CHOOSES = "choice"
_ELSEWHERE = "other"
_ORDINALS = {"first": 0, "second": 1, "third": 2, "last": -1}
_BRIEF = 40
"""In a mail of at most so many words a mere "yes" accepts the time."""

_MERE = 6
"""So many words it has itself, where it names no time."""

_WINDOW = 2
"""Whoever proposes so many hours or more may be answered with a time within them."""


_SLASHED = re.compile(r"\b(\d{1,2})/(\d{1,2})/((?:20)?\d\d)\b")
_LONGEST_HEAD = 400
_LONGEST_UNANSWERED = timedelta(days=60)


class Agreement(NamedTuple):
    """The time that both agree on, and whether it takes the place of another one."""

    time: Appointment
    moves: bool


def agreement(
    text: str, answered: str, *, sent: datetime, zone: ZoneInfo, proposed_at: datetime | None = None
) -> Agreement | None:
    """The time that a mail's `text` accepts, of those that the `answered` mail proposes; None if it is not clear which.

    `sent` is aware: a time that has passed by then is not proposed any more. `proposed_at`, aware, is when the answered mail was sent, from
    where its days count; `sent`, where that is not known. A time without a zone is in `zone`.
    """
    found = find_appointments(answered, sent=proposed_at or sent, zone=zone)
    proposed = [each for each in found if each.start > sent and not each.replaced]
    if not proposed:
        return None
    meant = _Answer(text, proposed, sent, zone).meant()
    if len({each.start for each in meant}) != 1:
        return None
    return Agreement(meant[0], moves=any(_MOVED in each.strengths for each in _clauses(answered)))


def sent_at(head: str, answered_at: datetime) -> datetime | None:
    """When a quoted mail was sent, by the line or the fields above it, in the zone of the mail that answers it and before that one.

    Of a day that can be read in two ways it is the later one; where the hour is not told, its beginning.
    """
    text, since = comparable(head[:_LONGEST_HEAD]), answered_at.date() - _LONGEST_UNANSWERED
    languages = HeadedText.of("", head).languages
    days = [day for language in languages for day in grammar(language).days(text, Context(since))]
    told = [day.single for day in days if day.single is not None] + list(_month_first(text))
    told = [each for each in told if since <= each <= answered_at.date()]
    if not told:
        return None
    hours = [hour for language in languages for hour in times_of_day(head.rstrip(": "), language)]
    at = datetime.combine(max(told), hours[0] if hours else time.min, answered_at.tzinfo)
    return min(at, answered_at)


def _month_first(text: str) -> Iterator[date]:
    """The days that dates of slashes are in America."""
    for month, day, year in _SLASHED.findall(text):
        with suppress(ValueError):
            yield date(int(year) % 100 + 2000, int(month), int(day))


class _Clause(NamedTuple):
    """What says one thing of a time: a sentence, or a part of one that "but" parts from the rest."""

    sentence: Sentence
    languages: tuple[str, ...]
    strengths: frozenset[str]

    @property
    def asks(self) -> bool:
        return self.sentence.text.endswith("?")

    def days(self, today: date) -> Iterator[date]:
        for language in self.languages:
            for day in grammar(language).days(comparable(self.sentence.text), Context(today)):
                if day.single is not None:
                    yield from (day.single, day.until)

    def times(self) -> Iterator[time]:
        for language in self.languages:
            yield from times_of_day(self.sentence.text, language)


def _clauses(text: str) -> list[_Clause]:
    languages = HeadedText.of("", text).languages
    sentences = sentences_of(_parted(text, languages))
    strengths: list[set[str]] = [set() for _ in sentences]
    for language in languages:
        for hit in agreement_lexicon(language).hits(sentences):
            strengths[hit.sentence].add(hit.cue.strength)
    return [_Clause(each, languages, frozenset(said)) for each, said in zip(sentences, strengths, strict=True)]


_MAY_PART = re.compile(
    r"(?:(?P<dash>\s[-–—]+\s|;\s)|(?P<comma>,)?\s)\s*(?=(?P<next>[^\W\d]{2,20}(?:\s[^\W\d]{2,20})?))"
)


def _parted(text: str, languages: tuple[str, ...]) -> str:
    """The text with its clauses on lines of their own: they end at a dash, before a word of contrast, and at a comma before a weekday."""
    contrast, weekday = _parting(languages)

    def ending(found: re.Match[str]) -> str:
        behind = fold(found["next"])
        ends = found["dash"] or contrast.match(behind) or (found["comma"] and weekday.match(behind))
        return "\n\n" if ends else found[0]

    return _MAY_PART.sub(ending, text)


@cache
def _parting(languages: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = "|".join(fold(word) for language in languages for word in contrasts(language))
    grammars = [grammar(language).words for language in languages]
    weekdays = "|".join(day for each in grammars for day in each["weekdays"])
    articles = "|".join(each["article"] for each in grammars)
    return re.compile(rf"(?:{words})\b"), re.compile(rf"(?:(?:{articles})\s)?(?:{weekdays})\b")


class _Answer:
    """What the clauses of an answer say of the proposed times."""

    def __init__(self, text: str, proposed: Sequence[Appointment], sent: datetime, zone: ZoneInfo) -> None:
        self._clauses = _clauses(text)
        self._proposed = proposed
        self._sent = sent
        self._zone = zone
        self._is_brief = sum(len(each.sentence.tokens) for each in self._clauses) <= _BRIEF

    def meant(self) -> Sequence[Appointment]:
        """The proposals that it agrees to: those that its yes names, else those that it names elsewhere, else all."""
        agreed: list[Sequence[Appointment] | None] = []
        aside: list[Sequence[Appointment]] = []
        refuses = False
        for clause in self._clauses:
            named = self._named(clause)
            if self._is_against(clause, named):
                return ()
            if _REFUSES in clause.strengths:
                refuses = True
            elif self._agrees(clause, named):
                agreed.append(named)
            elif named is not None and not clause.asks and _ELSEWHERE not in clause.strengths:
                aside.append(named)
        chosen = [each for each in agreed if each is not None]
        if not agreed or (refuses and not chosen):
            return ()
        return self._in_all(chosen or aside)

    def _in_all(self, named: Sequence[Sequence[Appointment]]) -> Sequence[Appointment]:
        if len(named) == 1:
            return named[0]
        return [each for each in self._proposed if all(each in fitting for fitting in named)]

    def _is_against(self, clause: _Clause, named: Sequence[Appointment] | None) -> bool:
        """Whether it leaves the time open, refuses more than one of several, or names another one."""
        if any(strength in clause.strengths for strength in _LEAVES_OPEN):
            return True
        if _REFUSES in clause.strengths:
            return not named or len({each.start for each in named}) == len({each.start for each in self._proposed})
        if _CHOOSES in clause.strengths:
            return not named and not clause.asks and not self._is_said_of_all(clause)
        return clause.asks and named is not None and not named

    @staticmethod
    def _is_said_of_all(clause: _Clause) -> bool:
        return SURE in clause.strengths

    def _agrees(self, clause: _Clause, named: Sequence[Appointment] | None) -> bool:
        """Whether it says yes, and to the time: one that names no time says nothing else."""
        if clause.asks:
            return False
        if named:
            return not clause.strengths.isdisjoint((SURE, STRONG, "named", _CHOOSES, *_ORDINALS))
        if _ELSEWHERE in clause.strengths:
            return False
        is_mere = self._is_brief and len(clause.sentence.tokens) <= _MERE
        return SURE in clause.strengths or (is_mere and STRONG in clause.strengths)

    def _named(self, clause: _Clause) -> Sequence[Appointment] | None:
        """The proposals that fit what it names: a time, else a day or an hour, else a place in their order; None where it names nothing."""
        said = find_appointments(clause.sentence.text, sent=self._sent, zone=self._zone)
        if said:
            return self._at(said)
        in_turn = self._in_turn(clause)
        days, times = frozenset(clause.days(self._sent.date())), frozenset(clause.times())
        if not days and not times:
            return in_turn
        zone = zone_named(clause.sentence.text) or self._zone
        return [each for each in self._proposed if _fits(each, days, times, zone)] or in_turn or []

    def _in_turn(self, clause: _Clause) -> Sequence[Appointment] | None:
        """The proposal that is named by its place among them."""
        ordinal = next((_ORDINALS[each] for each in clause.strengths if each in _ORDINALS), None)
        if ordinal is None:
            return None
        return [self._proposed[ordinal]] if ordinal < len(self._proposed) > 1 else []

    def _at(self, said: Sequence[Appointment]) -> Sequence[Appointment]:
        same = [each for each in self._proposed if any(_is_same(each, other) for other in said)]
        return same or [each for each in said if any(_is_window(window, each) for window in self._proposed)]


def _fits(proposed: Appointment, days: frozenset[date], times: frozenset[time], zone: tzinfo) -> bool:
    """Whether it is on one of the days and at one of the times, said in its own zone or in this one."""
    starts = {proposed.local_start, proposed.start.astimezone(zone).replace(tzinfo=None)}
    return any((not days or each.date() in days) and (not times or each.time() in times) for each in starts)


def _is_same(proposed: Appointment, named: Appointment) -> bool:
    """Whether it is the same moment, or the same time of day where the answer leaves out the zone."""
    return proposed.start == named.start or proposed.local_start == named.local_start


def _is_window(window: Appointment, named: Appointment) -> bool:
    """Whether a time is one of some hours that were proposed to choose from."""
    hours = (window.end - window.start).total_seconds() / 3600
    return window.length_said and hours >= _WINDOW and window.start <= named.start < window.end
