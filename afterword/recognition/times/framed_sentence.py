"""What in a sentence speaks for and against a promise, and which of its days is promised (promises.py)."""

import re
from collections.abc import Iterator
from functools import cached_property

from ..parties.roles import titles_in
from ..words.cues import common_words
from .dates import Day
from .frames import Frames, frames_of

_ADJACENT, _BESIDE = 6, 5
_LONGEST_NOTE = 40
_BEFORE_MEETING = 40
_BEFORE_PROMISE, _BEHIND_PROMISE = 45, 60
_BESIDE_A_THING = 12

Span = tuple[int, int]


class FramedSentence:
    """What in a sentence speaks for and against a promise. A span is the [start, end) of a match in its `text`."""

    def __init__(self, language: str, text: str) -> None:
        self._language, self._text = language, text
        self._frames: Frames = frames_of(language)
        self.is_framed = self._frames.promises.search(text) is not None

    @cached_property
    def promises(self) -> list[Span]:
        """The spans that promise."""
        return list(self._unrefused_promises()) if self.is_framed else []

    @cached_property
    def hints(self) -> list[Span]:
        """The spans that may promise, where none surely does: nouns like "decision"."""
        return [] if self.is_framed else _spans(self._frames.hints, self._text)

    @cached_property
    def _not_promises(self) -> list[Span]:
        """The spans that speak of something else, without those in a job title ("the Data Engineer position")."""
        return [each for each in _spans(self._frames.not_promises, self._text) if not self._is_in_a_title(each)]

    @cached_property
    def _titles(self) -> list[Span]:
        return list(titles_in(self._text, common_words(self._language)))

    def _is_in_a_title(self, span: Span) -> bool:
        return any(start <= span[0] and span[1] <= end for start, end in self._titles)

    @cached_property
    def _conditions(self) -> list[Span]:
        return _spans(self._frames.conditions, self._text)

    @cached_property
    def _provided(self) -> list[Span]:
        return _spans(self._frames.provided, self._text)

    @cached_property
    def _provided_first(self) -> list[Span]:
        return _spans(self._frames.provided_first, self._text)

    @cached_property
    def _refusals(self) -> list[Span]:
        return _spans(self._frames.refusals, self._text)

    def _unrefused_promises(self) -> Iterator[Span]:
        """The spans that promise, without those that are negated, performative, or about a thing that is no answer."""
        at, match = 0, self._frames.promises.search(self._text)
        while match is not None:
            start, end = match.span()
            negated = [no for no, _ in self._refusals if start <= no < end]
            refused = negated or any(
                no < start and not self._has_clause_break(past, start) for no, past in self._refusals
            )
            if not refused and not self._is_performative(end) and not self._is_about_a_thing(start, end):
                yield start, end
            at = negated[0] + 1 if negated else max(end, start + 1)
            match = self._frames.promises.search(self._text, at)

    def _is_performative(self, end: int) -> bool:
        """Whether the words do what they say instead of promising it ("te digo que …", "I am writing about …")."""
        return self._frames.performs.match(self._text, len(self._text[:end].rstrip())) is not None

    def _is_about_a_thing(self, start: int, end: int) -> bool:
        """Whether what they will send or tell is a thing that is no answer: a link, a schedule, a contract."""
        if self._frames.receiving.search(self._text, start, end) and not self._frames.received.search(self._text):
            return True
        for thing in self._frames.things.finditer(self._text, max(0, start - _BEFORE_PROMISE)):
            if thing.start() > end + _BEHIND_PROMISE:
                break
            first, last = min(start, thing.start()), max(end, thing.end())
            is_subject = (
                thing.end() <= start and self._frames.belongs.fullmatch(self._text, thing.end(), start) is not None
            )
            is_object = thing.start() >= start and not self._has_clause_break(
                min(end, thing.end()), max(end, thing.start())
            )
            is_answer = self._frames.answers.search(self._text, first, last + _BESIDE_A_THING)
            if (is_subject or is_object) and not is_answer and not self._is_in_a_title(thing.span()):
                return True
        return False

    @property
    def is_plain(self) -> bool:
        """Whether nothing at all in the sentence speaks against a promise."""
        return not (self._not_promises or self._conditions or self._provided or self._provided_first or self._refusals)

    def may_carry_over(self, day: Day) -> bool:
        """Whether the next sentence may promise this day."""
        return self.is_plain and not self._is_day_of_meeting(day) and not self._counts_from_an_event(day)

    @property
    def may_hint(self) -> bool:
        """Whether a noun alone may promise ("decision by Friday"): only if nothing in the sentence speaks against it."""
        frames, text = self._frames, self._text
        if not self.hints or not self.is_plain or frames.open_ended.search(text):
            return False
        return frames.answers.search(text) is not None or frames.things.search(text) is None

    def promises_day(self, day: Day) -> bool:
        """Whether the sentence promises this one of its days."""
        if self.hints and not (day.latest or self._is_due(day) or self._is_beside_hint(day) or self._is_foreseen(day)):
            return False
        return not (
            self._is_habit
            or any(not self._is_overridden(day, other) for other in self._not_promises)
            or any(not self._is_apart_from_refusal(day, refusal) for refusal in self._refusals)
            or self._is_in_condition(day)
            or self._has_proviso(day)
            or self._has_trailing_proviso(day)
            or self._ends_an_activity(day)
            or self._is_day_of_meeting(day)
            or self._counts_from_an_event(day)
        )

    def _is_due(self, day: Day) -> bool:
        """Whether the word of a deadline is right before the day, or begins it ("by Friday")."""
        frames, text = self._frames, self._text
        if frames.due.search(text[: day.start]) or frames.due_first.match(text, day.start):
            return True
        return day.counted and frames.within_last.search(text[: day.start]) is not None

    def _is_foreseen(self, day: Day) -> bool:
        """Whether an answer is expected by the day ("the decision should fall in mid-May")."""
        frames, text = self._frames, self._text
        return frames.answers.search(text) is not None and any(
            not self._has_clause_break(min(each.end(), day.end), max(each.start(), day.start))
            for each in frames.foreseen.finditer(text)
        )

    @cached_property
    def _is_habit(self) -> bool:
        """Whether the sentence says how long things usually take, to nobody in particular ("we usually answer within a week")."""
        return self._frames.habits.search(self._text) is not None and self._frames.addressed.search(self._text) is None

    def _is_beside_hint(self, day: Day) -> bool:
        """Whether the day is next to a noun that may promise ("Answer: Friday", "decision by Friday")."""
        is_note = len(self._text) <= _LONGEST_NOTE
        return any(
            self._frames.within.fullmatch(self._text, end, day.start)
            or (is_note and (0 < day.start - end <= _BESIDE or 0 < start - day.end <= _BESIDE))
            for start, end in self.hints
        )

    def _is_overridden(self, day: Day, other: Span) -> bool:
        """Whether a promise stands between the day and the words that speak of something else, so that these don't concern it."""
        start, end = other
        if start >= day.end:
            apart = not self._has_clause_break(day.end, start)
            return any(
                frame < start and not (apart and self._has_clause_break(done, day.start))
                for frame, done in self.promises
            )
        if self._begins_promise(day, end):
            return True
        if day.start - end <= _ADJACENT and end <= day.end:
            return any(start < frame < day.start for frame, _ in self.promises)
        return any(end <= frame <= day.start for frame, _ in self.promises)

    def _begins_promise(self, day: Day, after: int) -> bool:
        """Whether a clause begins with the day and promises it (", by Friday we will …")."""
        return self._has_clause_break(after, day.start) and any(
            day.end <= frame and not self._has_clause_break(day.end, frame) for frame, _ in self.promises
        )

    def _is_apart_from_refusal(self, day: Day, refusal: Span) -> bool:
        """Whether a refusal is in another clause than the promise of the day ("no news yet, but …")."""
        start, end = refusal
        if start >= day.end:
            return self._has_clause_break(day.end, start)
        return any(end <= frame and self._has_clause_break(end, min(frame, day.start)) for frame, _ in self.promises)

    def _is_in_condition(self, day: Day) -> bool:
        """Whether the day is part of a condition ("if you have not heard from us by …"): no promise stands between the two."""
        return any(
            start < day.start and not any(end <= frame <= day.start for frame, _ in self.promises)
            for start, end in self._conditions
        )

    def _has_proviso(self, day: Day) -> bool:
        """Whether the promise has a condition ("if you are selected"), and no "otherwise" or the like behind that."""
        first = [span for span in self._provided_first if span[0] < day.start]
        return any(
            start >= day.start or not self._frames.anyway.search(self._text, end, day.start)
            for start, end in (*self._provided, *first)
        )

    def _has_trailing_proviso(self, day: Day) -> bool:
        """Whether a condition follows the promise ("within two weeks if your profile matches"), other than one that they will tell
        ("let you know … if you got it").
        """
        condition = self._frames.provided_last.search(self._text, day.end)
        if condition is None:
            return False
        between = self._text[day.end : condition.start()].replace(",", " ")
        own_clause = self._frames.clause_breaks.search(between) is not None
        return not own_clause and self._frames.telling.search(self._text, 0, condition.start()) is None

    def _ends_an_activity(self, day: Day) -> bool:
        """Whether only something else goes on until the day, and they write "as soon as" they can."""
        if not self._frames.open_ended.search(self._text, day.end) or any(end <= day.start for _, end in self.promises):
            return False
        return all(self._has_clause_break(day.end, end) for _, end in self.promises)

    def _is_day_of_meeting(self, day: Day) -> bool:
        """Whether the day is that of an interview or a call: it follows one with no promise between them, or an hour is next to it and
        it is no deadline.
        """
        frames, text = self._frames, self._text
        if frames.hour.match(text, day.end) and not frames.due.search(text[: day.start]):
            return True
        hour = frames.hour_before.search(text[: day.start])
        if hour and not frames.due.search(text[: hour.start()]):
            return True
        begin = max(0, day.start - _BEFORE_MEETING)
        meeting = frames.meeting.search(text[begin : day.start])
        if meeting is None:
            return False
        at = begin + meeting.start()
        is_due = frames.due.search(text[: day.start]) is not None
        if is_due and any(end <= at and not self._has_clause_break(end, day.start) for _, end in self.promises):
            return False
        if self._has_clause_break(at, day.start) and any(day.end <= start <= day.end + 1 for start, _ in self.promises):
            return False
        return not any(start <= at < end or at < start < day.start for start, end in self.promises)

    def _counts_from_an_event(self, day: Day) -> bool:
        """Whether the day is counted from something that is still to come ("after your interview, within five days")."""
        if not day.counted:
            return False
        frames, text = self._frames, self._text
        return frames.after_event.search(text) is not None or frames.open_ended.search(text, 0, day.start) is not None

    def _has_clause_break(self, start: int, end: int) -> bool:
        """Whether another clause begins between the two positions."""
        return self._frames.clause_breaks.search(self._text, start, end) is not None


def _spans(pattern: re.Pattern[str], text: str) -> list[Span]:
    return [match.span() for match in pattern.finditer(text)]
