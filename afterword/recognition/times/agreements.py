"""Agreements on a time: one side accepts a time that the other one proposed.

Many interviews are set so, mail by mail, and never in a calendar: "Does Thursday at 3 work?" – "Thursday at 3 is great."

The strengths of its cues: "sure" accepts, "strong" ("yes") does so in a brief mail, "named" and "choice" where the clause names a
proposal, and "first" to "last" name one by its position. "accept" is said to an offer as well: it is to that, not to a time, where
either side speaks of the "terms" of a job. A yes ends at its "thanks". "unless" refuses, if only what the clause names; "open" and
"moved" leave the time open, and "instead" where no proposal is named; "other" is about something else. A time beside a "task" is none
of a meeting.
"""

import re
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ..reading import USUAL_LENGTH
from ..words.cues import STRONG, SURE, UNLESS, agreement_lexicon, contrasts, languages_of
from ..words.folding import composed, fold
from ..words.lexicon import Hit
from ..words.sentences import Sentence, sentences_of
from .appointments import Appointment, find_appointments, times_of_day
from .dates import Context, comparable, grammar
from .shifts import Shift, shift_in
from .zones import zone_named

_MOVED, _INSTEAD = "moved", "instead"
_LEAVES_OPEN = ("open", _MOVED)
_CHOOSES = "choice"
_ELSEWHERE = "other"
_TASK = "task"
_THANKS = "thanks"
_ACCEPTS, _TERMS = "accept", "terms"
_ORDINALS = {"first": 0, "second": 1, "third": 2, "last": -1}
_BRIEF = 40
"""In a mail of at most so many words a mere "yes" accepts the time."""

_LONGEST_MERE_YES = 6
"""Of at most so many words is a clause, or a part of one between commas, that only says "yes"."""

_NOD = re.compile("[👍👌✅]")

_HALF_A_DAY = timedelta(hours=12)
_SHORTEST_WINDOW = 2
"""A proposal of at least so many hours may be accepted with a time within it."""

_SLASHED = re.compile(r"\b(\d{1,2})/(\d{1,2})/((?:20)?\d\d)\b")
_LONGEST_HEAD = 400
_LONGEST_UNANSWERED = timedelta(days=60)


class Agreement(NamedTuple):
    """The time that both agree on, and whether it takes the place of another one. With a `shift`, which counts from that one, it is only
    a stand-in.
    """

    time: Appointment
    moves: bool
    shift: Shift | None = None


def agreement(
    text: str, answered: str, *, sent: datetime, zone: ZoneInfo, proposed_at: datetime | None = None, before: str = ""
) -> Agreement | None:
    """The time that a mail's `text` accepts, of those that the `answered` mail proposes; None if it is not clear which.

    `sent` is aware: a time before it is not proposed any more. `proposed_at`, aware, is when the answered mail was sent, from which its
    days count; `sent` if that is unknown. A time without a zone is in `zone`. A mail `before` it may name the day of its hour.
    """
    found = find_appointments(answered, sent=proposed_at or sent, zone=zone)
    if not found and before:
        found = _proposed_for_a_day_before(answered, before, proposed_at or sent, zone)
        answered = f"{before}\n\n{answered}" if found else answered
    shift = None if found else shift_in(answered, (proposed_at or sent).date())
    found = found or ((_stand_in(shift, sent, zone),) if shift is not None else ())
    asked = _clauses(answered) if found else []
    tasks = {each.sentence.text for each in asked if _TASK in each.strengths}
    ahead = [each for each in found if each.start > sent and not each.replaced]
    proposed = [each for each in ahead if not any(task in each.quote for task in tasks)]
    if not proposed:
        return None
    accepted = _Answer(text, proposed, sent, zone, to_terms=_speak_of_terms(asked)).accepted()
    if len({each.start for each in accepted}) != 1:
        return None
    if accepted[0] in found and shift is not None:
        return Agreement(accepted[0], moves=True, shift=shift)
    return Agreement(
        accepted[0], moves=shift is not None or any(not each.strengths.isdisjoint((_MOVED, _INSTEAD)) for each in asked)
    )


def _proposed_for_a_day_before(answered: str, before: str, at: datetime, zone: ZoneInfo) -> tuple[Appointment, ...]:
    """The times at the hours that a mail sent `at` names, for the day that the mail `before` it names."""
    said = {each.text for each in sentences_of(answered)}
    both = find_appointments(f"{before}\n\n{answered}", sent=at, zone=zone)
    return tuple(each for each in both if each.quote in said)


def _stand_in(shift: Shift, sent: datetime, zone: ZoneInfo) -> Appointment:
    """What stands for the new time of an interview whose old one is not known here: its whole day, or its hour on the day after `sent`."""
    day = shift.same_hour_on or sent.date() + timedelta(days=1)
    begin = datetime.combine(day, shift.same_day_at or time.min)
    lasts = USUAL_LENGTH if shift.same_day_at is not None else timedelta(days=1)
    begins, ends = (each.replace(tzinfo=zone).astimezone(UTC) for each in (begin, begin + lasts))
    return Appointment(begins, ends, str(zone), begin, shift.quote, length_said=True)


def sent_at(head: str, answered_at: datetime) -> datetime | None:
    """When a quoted mail was sent, by the line or the fields above it, in the zone of the mail that answers it; None if unknown.

    It is the later reading of an ambiguous day, its beginning if no hour is given, and never after `answered_at`.
    """
    text, since = comparable(head[:_LONGEST_HEAD]), answered_at.date() - _LONGEST_UNANSWERED
    languages = languages_of(sentences_of(head))
    named = [day for language in languages for day in grammar(language).days(text, Context(since))]
    readings = [day.single for day in named if day.single is not None] + list(_month_first(text))
    days = [each for each in readings if since <= each <= answered_at.date()]
    if not days:
        return None
    hours = [hour for language in languages for hour in times_of_day(head.rstrip(": "), language)]
    at = datetime.combine(max(days), hours[0] if hours else time.min, answered_at.tzinfo)
    return min(at, answered_at)


def _month_first(text: str) -> Iterator[date]:
    """The days of dates with slashes as the United States write them, the month first."""
    for month, day, year in _SLASHED.findall(text):
        with suppress(ValueError):
            yield date(int(year) % 100 + 2000, int(month), int(day))


class _Clause(NamedTuple):
    """A sentence, or a part of one before or behind a "but", with the strengths of its cues."""

    sentence: Sentence
    languages: tuple[str, ...]
    strengths: frozenset[str]

    @property
    def is_question(self) -> bool:
        return self.sentence.text.endswith("?")

    @property
    def is_greeting(self) -> bool:
        """Whether it may be a line above a letter: "Lieber Herr Brandner" would rather have nothing."""
        return self.sentence.text.endswith(",")

    def yes(self) -> "_Yes":
        """The yes in its parts between commas, of which the last one may be a question."""
        parts = sentences_of(self.sentence.text.replace(", ", "\n\n"))
        said = parts[:-1] if self.is_question else parts
        saying = [each for each in map(_yes, said, _hits(said, self.languages)) if each]
        return _Yes(sum(each.words for each in saying), min((each.alone for each in saying), default=0))

    def days(self, today: date) -> Iterator[date]:
        for language in self.languages:
            for day in grammar(language).days(comparable(self.sentence.text), Context(today)):
                if day.single is not None:
                    yield from (day.single, day.until)

    def mere_weekdays(self) -> Iterator[int]:
        """The weekdays (Monday is 0) that stand without a date or a week: of which week they are, the answered mail says."""
        text = comparable(self.sentence.text)
        for language in self.languages:
            patterns = [re.compile(each) for each in grammar(language).words["weekdays"]]
            for day in grammar(language).days(text, Context(date.min)):
                yield from (at for at, each in enumerate(patterns) if each.fullmatch(text, day.start, day.end))

    def times(self) -> Iterator[time]:
        for language in self.languages:
            yield from times_of_day(self.sentence.text, language)


def _clauses(text: str) -> list[_Clause]:
    languages = languages_of(sentences_of(text))
    sentences = sentences_of(_split_clauses(text, languages))
    strengths = [frozenset(hit.cue.strength for hit in hits) for hits in _hits(sentences, languages)]
    return [_Clause(each, languages, of_it) for each, of_it in zip(sentences, strengths, strict=True)]


def _hits(sentences: Sequence[Sentence], languages: Iterable[str]) -> list[list[Hit]]:
    """The cues in each of the sentences."""
    hits: list[list[Hit]] = [[] for _ in sentences]
    for language in languages:
        for hit in agreement_lexicon(language).hits(sentences):
            hits[hit.sentence].append(hit)
    return hits


class _Yes(NamedTuple):
    """How many words say "yes" and little more, and how many of them would do so alone; there is no yes without words."""

    words: int = 0
    alone: int = 0

    def __bool__(self) -> bool:
        return self.words > 0

    @property
    def is_firm(self) -> bool:
        """Whether more than the yes itself is said of the time ("that's great, …"): it is one whatever else is spoken of behind it."""
        return self.words > self.alone


def _yes(part: Sentence, hits: Collection[Hit]) -> _Yes:
    """The yes of a part of a clause, before its thanks."""
    thanks = min((hit.start for hit in hits if hit.cue.strength == _THANKS and hit.start), default=len(part.words))
    words = len(part.words[:thanks].split())
    yeses = [part.words[hit.start : hit.end] for hit in hits if hit.cue.strength == STRONG and hit.start < thanks]
    if yeses and words <= _LONGEST_MERE_YES and not any(hit.cue.strength == _ELSEWHERE for hit in hits):
        return _Yes(words, min(len(each.split()) for each in yeses))
    return _Yes(1, 1) if _NOD.search(part.as_written) else _Yes()


_CLAUSE_BREAK = re.compile(
    r"(?:(?P<dash>\s[-–—]+\s|;\s)|(?P<comma>,)?\s)\s*(?=(?P<next>[^\W\d]{2,20}(?:\s[^\W\d]{2,20})?))"
)


def _split_clauses(text: str, languages: tuple[str, ...]) -> str:
    """The text with each clause in a paragraph of its own. They end at a dash, before a contrast ("but"), and at a comma before a weekday."""
    contrast, weekday = _clause_starts(languages)

    def separated(found: re.Match[str]) -> str:
        behind = found["next"]
        is_contrast = contrast.match(composed(behind).casefold())
        ends = found["dash"] or is_contrast or (found["comma"] and weekday.match(fold(behind)))
        return "\n\n" if ends else found[0]

    return _CLAUSE_BREAK.sub(separated, text)


@cache
def _clause_starts(languages: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    spelled = [word for language in languages for word in contrasts(language)]
    words = "|".join({*spelled, *map(fold, spelled)})
    grammars = [grammar(language).words for language in languages]
    weekdays = "|".join(day for each in grammars for day in each["weekdays"])
    articles = "|".join(each["article"] for each in grammars)
    return re.compile(rf"(?:{words})\b"), re.compile(rf"(?:(?:{articles})\s)?(?:{weekdays})\b")


def _speak_of_terms(clauses: Sequence[_Clause]) -> bool:
    return any(_TERMS in each.strengths for each in clauses)


class _Answer:
    """An answer to proposed times, by its clauses."""

    def __init__(
        self, text: str, proposed: Sequence[Appointment], sent: datetime, zone: ZoneInfo, *, to_terms: bool
    ) -> None:
        self._clauses = _clauses(text)
        accepts = any(_ACCEPTS in each.strengths for each in self._clauses)
        self._takes_offer = accepts and (to_terms or _speak_of_terms(self._clauses))
        self._proposed = proposed
        self._sent = sent
        self._zone = zone
        self._is_brief = sum(len(each.sentence.tokens) for each in self._clauses) <= _BRIEF

    def accepted(self) -> Sequence[Appointment]:
        """The accepted proposals: those that accepting clauses name, else those that other clauses mention, else all."""
        accepting: list[Sequence[Appointment] | None] = []
        mentioned: list[Sequence[Appointment]] = []
        refuses = False
        for clause in self._clauses:
            named = self._named(clause)
            if self._is_against(clause, named):
                return ()
            if UNLESS in clause.strengths:
                refuses = True
            elif self._accepts(clause, named):
                accepting.append(named)
            elif named is not None and not clause.is_question and _ELSEWHERE not in clause.strengths:
                mentioned.append(named)
        chosen = [each for each in accepting if each is not None]
        if not accepting or (refuses and not chosen):
            return ()
        return self._common(chosen or mentioned)

    def _common(self, named: Sequence[Sequence[Appointment]]) -> Sequence[Appointment]:
        if len(named) == 1:
            return named[0]
        return [each for each in self._proposed if all(each in fitting for fitting in named)]

    def _is_against(self, clause: _Clause, named: Sequence[Appointment] | None) -> bool:
        """Whether a clause leaves the time open, refuses all proposals, or names a time that is none of them."""
        if any(strength in clause.strengths for strength in _LEAVES_OPEN):
            return True
        if _INSTEAD in clause.strengths and (clause.is_question or not named):
            return True
        if UNLESS in clause.strengths:
            return not named or len({each.start for each in named}) == len({each.start for each in self._proposed})
        if _CHOOSES in clause.strengths and not clause.is_question and not clause.is_greeting:
            return not named and clause.strengths.isdisjoint((SURE, _ACCEPTS))
        return clause.is_question and named is not None and not named

    def _accepts(self, clause: _Clause, named: Sequence[Appointment] | None) -> bool:
        """Whether a clause accepts a time: one that it names, or else by a sure cue, or by a mere "yes" if that is to no offer."""
        if named:
            accepting = (SURE, _ACCEPTS, STRONG, "named", _CHOOSES, *_ORDINALS)
            return not clause.is_question and not clause.strengths.isdisjoint(accepting)
        may_be_mere = self._is_brief and not self._takes_offer
        if clause.is_question or _ELSEWHERE in clause.strengths:
            return may_be_mere and clause.yes().is_firm
        if SURE in clause.strengths or self._takes_offer:
            return SURE in clause.strengths
        return _ACCEPTS in clause.strengths or (may_be_mere and bool(clause.yes()))

    def _named(self, clause: _Clause) -> Sequence[Appointment] | None:
        """The proposals at the time that a clause names, else on its day or at its hour, else by its ordinal; None if it names nothing."""
        appointments = find_appointments(clause.sentence.text, sent=self._sent, zone=self._zone)
        weekdays = frozenset(clause.mere_weekdays())
        if appointments:
            return self._at_times(appointments, weekdays)
        by_ordinal = self._by_ordinal(clause)
        days, times = frozenset(clause.days(self._sent.date())), frozenset(clause.times())
        if not days and not times:
            return by_ordinal
        zone = zone_named(clause.sentence.text) or self._zone
        on_the_day = [each for each in self._proposed if _fits(each, days, times, zone)]
        return on_the_day or self._in_another_week(weekdays, times) or by_ordinal or []

    def _in_another_week(self, weekdays: Container[int], times: Collection[time]) -> Sequence[Appointment]:
        """The proposals on a mere weekday, whatever its week, and at one of the times, if any are named."""
        return [
            each
            for each in self._proposed
            if each.local_start.weekday() in weekdays and (not times or each.local_start.time() in times)
        ]

    def _by_ordinal(self, clause: _Clause) -> Sequence[Appointment] | None:
        """The proposal that a clause names by its position among all ("the second slot"); none of them if it names two ("one, not two")."""
        ordinals = [at for name, at in _ORDINALS.items() if name in clause.strengths]
        if not ordinals:
            return None
        named = {self._proposed[at] for at in ordinals if at < len(self._proposed) > 1}
        return list(named) if len(named) == 1 else []

    def _at_times(self, named: Sequence[Appointment], weekdays: Container[int]) -> Sequence[Appointment]:
        same = [each for each in self._proposed if any(_is_same(each, other) for other in named)]
        elsewhen = self._in_another_week(weekdays, {each.local_start.time() for each in named})
        return (
            same or elsewhen or [each for each in named if any(_is_window(window, each) for window in self._proposed)]
        )


def _fits(proposed: Appointment, days: frozenset[date], times: frozenset[time], zone: tzinfo) -> bool:
    """Whether a proposal is on one of the days and at one of the times, in its own zone or in this one."""
    starts = {proposed.local_start, proposed.start.astimezone(zone).replace(tzinfo=None)}
    return any((not days or each.date() in days) and (not times or each.time() in times) for each in starts)


def _is_same(proposed: Appointment, named: Appointment) -> bool:
    """Whether it is the same moment, or the same time of day where the answer leaves out the zone, or that it is in the morning: "at 4"."""
    if proposed.start == named.start or proposed.local_start == named.local_start:
        return True
    return named.local_start - proposed.local_start == _HALF_A_DAY


def _is_window(window: Appointment, named: Appointment) -> bool:
    """Whether a time is within a proposal of several hours."""
    hours = (window.end - window.start).total_seconds() / 3600
    return window.length_said and hours >= _SHORTEST_WINDOW and window.start <= named.start < window.end
