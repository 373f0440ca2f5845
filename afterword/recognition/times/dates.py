"""Days in words: one grammar, with the words of each language from cues/dates/<language>.toml.

An ambiguous expression has an earliest and a latest reading (periods.py).
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

from .. import CUES
from ..words.folding import fold
from ..words.sentences import Sentence
from .day_forms import Forms, Reader
from .day_signs import Signs
from .periods import FRIDAY, Context, Period

__all__ = ["FARTHEST", "LONGEST_SENTENCE", "Context", "Day", "Grammar", "comparable", "grammar"]

LONGEST_SENTENCE = 800
"""Days are looked for in so many characters of a sentence: in all of a long one, they would take the square of its length."""

FARTHEST = timedelta(days=400)
"""Nobody writes of a later day: it is that of something else, or a slip."""

_FILES = CUES / "dates"
_APOSTROPHES = str.maketrans("’‘`´ʼ", "'''''")
_NEAR = 25
_A_WEEK = timedelta(days=7)
_RELATIVE = ("that_day", "that_week", "day_after_that", "week_after_that")
_COUNTED = frozenset({"units", "vague"})


class Day(NamedTuple):
    """A day or a span of days that a text names at [start, end): its earliest and latest reading, and the `single` day, if it is one.

    It is `marked` with the word of a deadline near it ("by"), `latest` with "at the latest", and `counted` if it counts from another
    day ("within two weeks").
    """

    start: int
    end: int
    earliest: date
    until: date
    single: date | None
    marked: bool = False
    latest: bool = False
    counted: bool = False


def comparable(text: str) -> str:
    """A text as the grammar reads it: folded, with ASCII apostrophes and single spaces."""
    return " ".join(fold(text if text.isascii() else text.translate(_APOSTROPHES)).split())


class Grammar:
    """The expressions by which one language names days, with its `words` from cues/dates."""

    def __init__(self, language: str) -> None:
        self.words: dict[str, Any] = tomllib.loads((_FILES / f"{language}.toml").read_text(encoding="utf-8"))
        words = self.words
        self._marked = self.pattern("deadline")
        self._latest = self.pattern("latest")
        self._past = re.compile(rf"\b(?:{words['past']})\s*$")
        self._ago = re.compile(rf"\s*(?:{words['ago']})\b")
        self._replaced = self.right_before(words["replaced"])
        self._week_of = re.compile(rf"\b(?:{words['week_of']})\s*$")
        self._onwards = re.compile(rf"\b(?:{words['onwards']})\s*$")
        self._joins = re.compile(
            rf"[ ,(]*(?:(?:{words['to']})\b)?[ ,]*(?:(?:{words['article']}|{words['deadline']})\b)?[ ,(]*"
        )
        relative = "|".join(f"(?P<{name}>{words[name]})" for name in _RELATIVE)
        self._relative_day = re.compile(rf"\b(?:{relative})(?!\w)")
        self._weekday = re.compile(rf"(?:{'|'.join(words['weekdays'])})")
        self._informal = re.compile(rf"\b(?:{'|'.join(words.get('informal', ('(?!)',)))})\b")
        self._signs = Signs(words)
        self._forms = list(Forms(words).all())

    def spelled_out(self, text: str) -> str:
        """A comparable text with the words of chats as they are spelled elsewhere ("u": "you")."""
        return self._informal.sub(lambda match: self.words["informal"][match[0]], text)

    def pattern(self, *names: str) -> re.Pattern[str]:
        """Whole words of these kinds."""
        return re.compile(rf"(?<!\w)(?:{'|'.join(self.words[name] for name in names)})(?!\w)")

    def right_before(self, *words: str) -> re.Pattern[str]:
        """One of these words, which are patterns, at the end of a text, with an article or without: what stands right before a day."""
        return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?: (?:{self.words['article']}))? ?$")

    def naming_days(self, sentences: Sequence[Sentence]) -> frozenset[int]:
        """The indices of those sentences that may name a day: a quick test with false positives, and no false negatives."""
        return self._signs.indices_in(sentences)

    def days(self, text: str, context: Context, *, former: bool = False) -> list[Day]:
        """The days that a comparable text names, in the order of the text; those within a larger expression are left out. Days from
        which something moves ("from Thursday to Friday") are among them only if `former` ones are asked for.
        """
        taken: list[tuple[int, int]] = []
        found = []
        signs = self._signs.kinds_in(text)
        for form, reader, needed in self._forms:
            if not needed <= signs:
                continue
            for match in form.finditer(text):
                start, end = match.span()
                if any(start < other_end and other_start < end for other_start, other_end in taken):
                    continue
                period = None if self._is_past(match, former=former) else self._read(reader, match, context)
                if period is not None:
                    taken.append((start, end))
                    day = self._day(text, start, end, period, context)
                    if day is not None:
                        found.append(day._replace(counted=not needed.isdisjoint(_COUNTED)))
        return self._in_sequence(sorted(found + list(self._relative_days(text, taken, found))), text)

    def names_following_day(self, text: str) -> bool:
        """Whether a comparable text names a day relative to one before it ("the day after", "that week")."""
        return self._relative_day.search(text) is not None

    def _in_sequence(self, days: Sequence[Day], text: str) -> list[Day]:
        """The days, where a weekday behind a date may also be the next one after that date ("we meet on the 24th, and on Friday …")."""
        sequence: list[Day] = []
        latest: date | None = None
        for day in days:
            is_weekday = self._weekday.fullmatch(text, day.start, day.end) is not None
            if latest and day.single and is_weekday and latest > day.single:
                sequence.append(day._replace(until=max(day.until, _next_after(latest, day.single))))
            else:
                sequence.append(day)
            if day.single and (not is_weekday or day.until > day.single):
                latest = sequence[-1].until
        return sequence

    def _relative_days(self, text: str, taken: Sequence[tuple[int, int]], days: Sequence[Day]) -> Iterator[Day]:
        """The days that are named relative to one before them ("on Thursday, and … the day after")."""
        for match in self._relative_day.finditer(text) if days else ():
            start, end = match.span()
            how = match.lastgroup or ""
            before = [day for day in days if day.end <= start and (day.single or how == "week_after_that")]
            if before and not any(start < other_end and other_start < end for other_start, other_end in taken):
                yield Day(start, end, max(before).until, _relative_to(max(before).until, how), None)

    def joined(self, days: Sequence[Day], chosen: Day, text: str) -> Day:
        """The chosen day, or the later of two that "or", a comma or a dash joins, if it is one of them."""
        for one, other in pairwise(days):
            if chosen in (one, other) and self._joins.fullmatch(text, one.end, other.start):
                return max(one, other, key=lambda each: each.until)
        return chosen

    def _is_past(self, match: re.Match[str], *, former: bool) -> bool:
        before = match.string[max(0, match.start() - _NEAR) : match.start()]
        return self._past.search(before) is not None and not (former and self._replaced.search(before))

    def _read(self, reader: Reader, match: re.Match[str], context: Context) -> Period | None:
        try:
            return None if self._ago.match(match.string, match.end()) else reader(match, context)
        except (ValueError, OverflowError):
            return None

    def _day(self, text: str, start: int, end: int, period: Period, context: Context) -> Day | None:
        earliest, until, single = period
        before = text[max(0, start - _NEAR) : start]
        if single is not None and self._week_of.search(before):
            until, single = single + timedelta(days=max(0, FRIDAY - single.weekday())), None
        elif single is not None and self._onwards.search(before):
            until, single = single + _A_WEEK, None
        if until < context.today:
            return None
        around = text[max(0, start - _NEAR) : end + _NEAR]
        marked, latest = bool(self._marked.search(around)), bool(self._latest.search(around))
        return Day(start, end, max(earliest, context.today), until, single, marked, latest)


def _next_after(day: date, other: date) -> date:
    """The first day after a day with the weekday of another one."""
    return day + timedelta(days=(other - day).days % 7 or 7)


def _relative_to(day: date, how: str) -> date:
    """The day itself, the Friday of its week or, at the weekend, itself, the day after it, or the Friday of the week after."""
    to_friday = timedelta(days=FRIDAY - day.weekday())
    match how:
        case "that_day":
            return day
        case "that_week":
            return day + max(to_friday, timedelta(0))
        case "day_after_that":
            return day + timedelta(days=1)
        case _:
            return day + _A_WEEK + to_friday


@cache
def grammar(language: str) -> Grammar:
    """The grammar of a language, by its ISO 639-1 code."""
    return Grammar(language)
