"""Promised dates: by when an employer says that they will write, decide or come back.

A sentence promises where it frames a day so ("you will hear from us by Friday"). A day that is set for the user, an interview's
day, what holds only if something else does or does not, what is refused, and a question promise nothing.
"""

import re
from collections.abc import Collection, Container, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from .cues import common_words, languages_of
from .dates import Context, Day, comparable, grammar
from .frames import Frames, frames_of
from .names import fold
from .roles import titles_in
from .sentences import Sentence, sentences_of

_SURE, _LIKELY = 0.95, 0.9
_ADJACENT, _BESIDE = 6, 5
_LONGEST_NOTE = 40
_BEFORE_MEETING = 40
_LONGEST_SENTENCE = 800
_LONGEST_CUE = 80
FARTHEST = timedelta(days=400)
"""Nobody decides later: such a day is that of something else, or a slip."""

_CLOSING = " \"')»”*_"
_BEFORE_IT, _REACH = 45, 60
_BESIDE_A_THING = 12
_NUMBERS_END = re.compile(r"\d(?P<dot>\.) (?P<next>[A-ZÀ-Þ]\w*)")
_OF_IT = re.compile(
    r" ?(?:(?:to|for|of|zu[mr]?|fuer|pour|para|per|voor|d[aeiou]|d[aeo]s|del|della|van|with|mit|avec|con|met|com) (?:[\w'-]+ ){1,4})?"
)
_TAG = re.compile(
    r"(?:, |,? ¿)(?:ok(?:ay)?|alright|right|deal|fine|ja|gut|passt das|einverstanden|in ordnung|d'accord|(?:ca|ça) (?:te|vous) va|vale|(?:te|le) parece"
    r"|goed|oke|oké|ta bom|tá bom|tudo bem|pode ser|combinado|va bene|d'accordo) ?\?\W*$"
)

_Span = tuple[int, int]


class Promise(NamedTuple):
    """The promised day as its later reading (`until`) and its earliest one have it, with the sentence and what framed it."""

    until: date
    earliest: date
    quote: str
    cue: str
    confidence: float


def find_promises(text: str, *, sent: datetime, holidays: Container[date] = ()) -> tuple[Promise, ...]:
    """What a text promises, at most one day a sentence. `sent` is in the sender's zone: days count from its date.

    Business days skip weekends and `holidays`. No promise ends before the day on which it was sent, or more than a year behind it.
    """
    sentences = sentences_of(text)
    languages = languages_of(sentences)
    naming = {each: grammar(each).naming_days(sentences) for each in languages}
    context = Context(sent.date(), holidays)
    found: list[Promise] = []
    for place in sorted(frozenset().union(*naming.values())):
        tongues = [each for each in languages if place in naming[each]]
        found += _promised(sentences[place : place + 2], tongues, languages, context)
    return tuple(each for each in found if each.until <= context.today + FARTHEST)


def _promised(
    sentences: Sequence[Sentence], naming: Sequence[str], languages: Sequence[str], context: Context
) -> list[Promise]:
    """What a sentence that names a day promises, or the one behind it for that day."""
    sentence, *behind = sentences
    promised: list[Promise] = []
    tongues = [each for each in naming if _may_promise(sentence, each)]
    for quote in _parted(sentence.text, tongues) if tongues else ():
        said = comparable(quote[:_LONGEST_SENTENCE])
        promised += _agreed([_read(said, quote, each, context) for each in tongues])
    if not promised and behind:
        promised = _agreed([_carried_on(sentence, behind[0], each, context) for each in languages])
    return promised


def _parted(said: str, languages: Collection[str]) -> Iterator[str]:
    """What stands as one sentence may be two, where the first ends with a number ("by March 19. If …") that might be an ordinal."""
    start = 0
    for end in _NUMBERS_END.finditer(said):
        if all(frames_of(each).opener.fullmatch(fold(end["next"])) for each in languages):
            yield said[start : end.end("dot")]
            start = end.start("next")
    yield said[start:]


def _may_promise(sentence: Sentence, language: str) -> bool:
    """Whether a sentence may frame a day: quickly, and with many a false alarm."""
    return sentence.is_cut or frames_of(language).signs.search(sentence.words) is not None


class _Reading(NamedTuple):
    """What a sentence promises as one language has it, and whether words of that language speak against it."""

    promise: Promise | None = None
    is_against: bool = False


def _carried_on(before: Sentence, sentence: Sentence, language: str, context: Context) -> _Reading:
    """What a sentence promises for the day that the one before it names ("We look at it by Friday. You will then hear from us")."""
    frames, known = frames_of(language), grammar(language)
    said = comparable(sentence.text[:_LONGEST_SENTENCE])
    if frames.then.isdisjoint(sentence.keys) and not known.follows(said):
        return _Reading()
    promising = _Found(language, said)
    if not promising.promises or not promising.is_plain or _asks(said) or known.days(said, context):
        return _Reading()
    telling = comparable(before.text[-_LONGEST_SENTENCE:])
    found = _Found(language, telling)
    named = known.days(f"{telling} {said}", context)
    days = [day for day in named if day.start > len(telling) or found.leaves(day)]
    if not days:
        return _Reading()
    start, end = promising.promises[-1]
    day = f"{telling} {said}"[days[-1].start : days[-1].end]
    cue = f"{language}.promise: {said[start:end].strip()[:_LONGEST_CUE]} | {day}"
    return _Reading(Promise(days[-1].until, days[-1].earliest, sentence.text, cue, _LIKELY))


def _agreed(readings: Sequence[_Reading]) -> list[Promise]:
    """The promise of a sentence that may be in several languages: what one of them refuses may look like one in another."""
    promises = [each.promise for each in readings if each.promise is not None]
    if any(each.is_against for each in readings):
        return []
    return sorted(promises, key=lambda each: (each.confidence, each.until))[-1:]


def _read(said: str, quote: str, language: str, context: Context) -> _Reading:
    found = _Found(language, said)
    if _asks(said) or not (found.is_framed or found.may_hint):
        return _Reading()
    known = grammar(language)
    days = known.days(said, context)
    if not days:
        return _Reading()
    framing = found.promises or found.hints
    promised = [day for day in days if found.promise(day)]
    if not promised or not framing:
        return _Reading(is_against=found.is_framed)
    start, end = framing[-1]
    day = known.joined(promised, min(promised, key=lambda each: _remoteness(each, framing)), said)
    cue = f"{language}.promise: {said[start:end].strip()[:_LONGEST_CUE]} | {said[day.start : day.end]}"
    return _Reading(Promise(day.until, day.earliest, quote, cue, _confidence(day)))


def _asks(said: str) -> bool:
    """Whether a sentence is a question, and not only ends in "ok?"."""
    return said.rstrip(_CLOSING).endswith("?") and not _TAG.search(said)


def _remoteness(day: Day, framing: Sequence[_Span]) -> tuple[bool, bool, bool, int, int]:
    """A day inside or after the words that promise comes first, then "at the latest", a deadline's word, the nearer, the later one."""
    after = [max(0, day.start - end - 1) for start, end in framing if start <= day.start]
    return (
        not after,
        not day.latest,
        not day.marked,
        min(after) if after else framing[0][0] - day.end,
        -day.until.toordinal(),
    )


class _Found:
    """What a sentence holds for and against a promise."""

    def __init__(self, language: str, said: str) -> None:
        self._language, self._said = language, said
        self._frames: Frames = frames_of(language)
        self.is_framed = self._frames.promises.search(said) is not None

    @cached_property
    def promises(self) -> list[_Span]:
        """The words that promise."""
        return list(self._unrefused()) if self.is_framed else []

    @cached_property
    def hints(self) -> list[_Span]:
        """The words that may promise, where none frame a promise."""
        return [] if self.is_framed else _spans(self._frames.hints, self._said)

    @cached_property
    def _others(self) -> list[_Span]:
        """The words that speak of something else, but for those of a job's title ("the Data Engineer position")."""
        return [each for each in _spans(self._frames.others, self._said) if not self._is_of_a_title(each)]

    @cached_property
    def _titles(self) -> list[_Span]:
        return list(titles_in(self._said, common_words(self._language)))

    def _is_of_a_title(self, span: _Span) -> bool:
        return any(start <= span[0] and span[1] <= end for start, end in self._titles)

    @cached_property
    def _conditions(self) -> list[_Span]:
        return _spans(self._frames.conditions, self._said)

    @cached_property
    def _provided(self) -> list[_Span]:
        return _spans(self._frames.provided, self._said)

    @cached_property
    def _provided_first(self) -> list[_Span]:
        return _spans(self._frames.provided_first, self._said)

    @cached_property
    def _refusals(self) -> list[_Span]:
        return _spans(self._frames.refusals, self._said)

    def _unrefused(self) -> Iterator[_Span]:
        """The words that promise, without those that hold a no."""
        at, match = 0, self._frames.promises.search(self._said)
        while match is not None:
            start, end = match.span()
            noes = [no for no, _ in self._refusals if start <= no < end]
            refused = noes or any(no < start and not self._breaks(past, start) for no, past in self._refusals)
            if not refused and not self._is_done_by_saying_it(end) and not self._is_of_a_thing(start, end):
                yield start, end
            at = noes[0] + 1 if noes else max(end, start + 1)
            match = self._frames.promises.search(self._said, at)

    def _is_done_by_saying_it(self, end: int) -> bool:
        """Whether the words do what they say ("te digo que …", "I am writing about …")."""
        return self._frames.performs.match(self._said, len(self._said[:end].rstrip())) is not None

    def _is_of_a_thing(self, start: int, end: int) -> bool:
        """Whether what they will send or tell is no answer, but a link, a schedule, a contract …"""
        if self._frames.receiving.search(self._said, start, end) and not self._frames.received.search(self._said):
            return True
        for thing in self._frames.things.finditer(self._said, max(0, start - _BEFORE_IT)):
            if thing.start() > end + _REACH:
                break
            first, last = min(start, thing.start()), max(end, thing.end())
            is_subject = thing.end() <= start and _OF_IT.fullmatch(self._said, thing.end(), start) is not None
            is_object = thing.start() >= start and not self._breaks(min(end, thing.end()), max(end, thing.start()))
            is_answer = self._frames.answers.search(self._said, first, last + _BESIDE_A_THING)
            if (is_subject or is_object) and not is_answer and not self._is_of_a_title(thing.span()):
                return True
        return False

    @property
    def is_plain(self) -> bool:
        """Whether nothing in the sentence speaks against a promise."""
        return not (self._others or self._conditions or self._provided or self._provided_first or self._refusals)

    def leaves(self, day: Day) -> bool:
        """Whether a day that is promised nothing may be what the next sentence promises."""
        return self.is_plain and not self._is_a_meetings(day) and not self._is_after_an_event(day)

    @property
    def may_hint(self) -> bool:
        """Whether a noun alone ("decision by Friday") may promise: nothing in the sentence speaks against it."""
        frames, said = self._frames, self._said
        if not self.hints or not self.is_plain or frames.open_ended.search(said):
            return False
        return frames.answers.search(said) is not None or frames.things.search(said) is None

    def promise(self, day: Day) -> bool:
        """Whether this one of a sentence's days is promised."""
        if self.hints and not (day.latest or self._is_due(day) or self._is_beside(day) or self._is_foreseen(day)):
            return False
        return not (
            self._is_a_habit
            or any(not self._outdone(day, other) for other in self._others)
            or any(not self._refused_otherwise(day, refusal) for refusal in self._refusals)
            or self._is_conditional(day)
            or self._is_provided(day)
            or self._is_provided_after_all(day)
            or self._is_an_activitys(day)
            or self._is_a_meetings(day)
            or self._is_after_an_event(day)
        )

    def _is_due(self, day: Day) -> bool:
        """Whether a deadline's word stands right before the day, or begins it."""
        frames, said = self._frames, self._said
        if frames.due.search(said[: day.start]) or frames.due_first.match(said, day.start):
            return True
        return day.counted and frames.within_last.search(said[: day.start]) is not None

    def _is_foreseen(self, day: Day) -> bool:
        """Whether an answer is what will be there by the day ("the decision should fall in mid-May")."""
        frames, said = self._frames, self._said
        return frames.answers.search(said) is not None and any(
            not self._breaks(min(each.end(), day.end), max(each.start(), day.start))
            for each in frames.foreseen.finditer(said)
        )

    @cached_property
    def _is_a_habit(self) -> bool:
        """Whether it is told how long things take as a rule, and nobody is spoken to ("we usually answer within a week")."""
        return self._frames.habits.search(self._said) is not None and self._frames.addressed.search(self._said) is None

    def _is_beside(self, day: Day) -> bool:
        """Whether a noun that may promise and the day make a note ("Answer: Friday", "decision by Friday")."""
        is_note = len(self._said) <= _LONGEST_NOTE
        return any(
            self._frames.within.fullmatch(self._said, end, day.start)
            or (is_note and (0 < day.start - end <= _BESIDE or 0 < start - day.end <= _BESIDE))
            for start, end in self.hints
        )

    def _outdone(self, day: Day, other: _Span) -> bool:
        """Whether a promise stands between the words that speak against it and the day, and so goes its own way."""
        start, end = other
        if start >= day.end:
            apart = not self._breaks(day.end, start)
            return any(frame < start and not (apart and self._breaks(done, day.start)) for frame, done in self.promises)
        if self._begins_a_promise(day, end):
            return True
        if day.start - end <= _ADJACENT and end <= day.end:
            return any(start < frame < day.start for frame, _ in self.promises)
        return any(end <= frame <= day.start for frame, _ in self.promises)

    def _begins_a_promise(self, day: Day, after: int) -> bool:
        """Whether a clause begins with the day, and promises it (", by Friday we will …")."""
        return self._breaks(after, day.start) and any(
            day.end <= frame and not self._breaks(day.end, frame) for frame, _ in self.promises
        )

    def _refused_otherwise(self, day: Day, refusal: _Span) -> bool:
        """Whether what is refused ("no news yet, but …") is something else than what the day is promised for."""
        start, end = refusal
        if start >= day.end:
            return self._breaks(day.end, start)
        return any(end <= frame and self._breaks(end, min(frame, day.start)) for frame, _ in self.promises)

    def _is_conditional(self, day: Day) -> bool:
        """Whether the day belongs to "if you have not heard from us by …": no promise stands between the two."""
        return any(
            start < day.start and not any(end <= frame <= day.start for frame, _ in self.promises)
            for start, end in self._conditions
        )

    def _is_provided(self, day: Day) -> bool:
        """Whether the promise holds only "if you are selected", and not "otherwise"."""
        first = [span for span in self._provided_first if span[0] < day.start]
        return any(
            start >= day.start or not self._frames.anyway.search(self._said, end, day.start)
            for start, end in (*self._provided, *first)
        )

    def _is_provided_after_all(self, day: Day) -> bool:
        """Whether a condition follows the promise ("within two weeks if your profile matches"), and is not what they will tell ("if
        you got it").
        """
        condition = self._frames.provided_last.search(self._said, day.end)
        if condition is None:
            return False
        between = self._said[day.end : condition.start()].replace(",", " ")
        own_clause = self._frames.but.search(between) is not None
        return not own_clause and self._frames.telling.search(self._said, 0, condition.start()) is None

    def _is_an_activitys(self, day: Day) -> bool:
        """Whether they only do something else until the day, and write "as soon as" they can."""
        if not self._frames.open_ended.search(self._said, day.end) or any(end <= day.start for _, end in self.promises):
            return False
        return all(self._breaks(day.end, end) for _, end in self.promises)

    def _is_a_meetings(self, day: Day) -> bool:
        """Whether the day is an interview's or a call's: it stands right after one with no word of a promise between, or has an
        hour before or behind it, and is no deadline.
        """
        frames, said = self._frames, self._said
        if frames.hour.match(said, day.end) and not frames.due.search(said[: day.start]):
            return True
        hour = frames.hour_before.search(said[: day.start])
        if hour and not frames.due.search(said[: hour.start()]):
            return True
        begin = max(0, day.start - _BEFORE_MEETING)
        meeting = frames.meeting.search(said[begin : day.start])
        if meeting is None:
            return False
        at = begin + meeting.start()
        is_due = frames.due.search(said[: day.start]) is not None
        if is_due and any(end <= at and not self._breaks(end, day.start) for _, end in self.promises):
            return False
        if self._breaks(at, day.start) and any(day.end <= start <= day.end + 1 for start, _ in self.promises):
            return False
        return not any(start <= at < end or at < start < day.start for start, end in self.promises)

    def _is_after_an_event(self, day: Day) -> bool:
        """Whether it is counted from something that is still to come ("after your interview, within five days")."""
        if not day.counted:
            return False
        frames, said = self._frames, self._said
        return frames.after_event.search(said) is not None or frames.open_ended.search(said, 0, day.start) is not None

    def _breaks(self, start: int, end: int) -> bool:
        """Whether another clause begins between the two."""
        return self._frames.but.search(self._said, start, end) is not None


def _spans(pattern: re.Pattern[str], said: str) -> list[_Span]:
    return [match.span() for match in pattern.finditer(said)]


def _confidence(day: Day) -> float:
    return _SURE if day.marked else _LIKELY
