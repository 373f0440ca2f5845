"""Days in words: one grammar, with the words of each language from cues/dates/<language>.toml.

Whatever can be read in two ways has an earliest and a latest reading. "By the end of next week" means that week's Friday.
"""

import re
import tomllib
from calendar import monthrange
from collections.abc import Callable, Container, Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from .day_signs import Signs
from .names import fold
from .sentences import Sentence

FRIDAY = 4
_FILES = Path(__file__).parent / "cues" / "dates"
_APOSTROPHES = str.maketrans("’‘`´ʼ", "'''''")
_HALF_A_YEAR = timedelta(days=183)
_TWO_MONTHS = timedelta(days=62)
_EARLY, _MID = 10, 20
_MONTHS = 12
_VAGUE_DAYS, _VAGUE_WEEKS, _VAGUE_MONTHS = 5, 4, 3
_NEAR = 25
_HOURS_OF_A_DAY = 24


class Day(NamedTuple):
    """A day or a span of days as a text names it at [start, end): its readings, and the one day that it is, if it is one."""

    start: int
    end: int
    earliest: date
    until: date
    single: date | None
    marked: bool = False


class Context(NamedTuple):
    """What a relative day counts from, and the days on which nobody works."""

    today: date
    holidays: Container[date] = ()

    def business_days(self, count: int) -> date:
        day = self.today
        while count > 0:
            day += timedelta(days=1)
            count -= day.weekday() <= FRIDAY and day not in self.holidays
        return day

    def week(self, later: int, weekday: int = FRIDAY) -> date:
        """A day of the ISO week that is so many weeks later."""
        return self.today + timedelta(days=7 * later + weekday - self.today.weekday())


def comparable(text: str) -> str:
    """Text as the grammar reads it: folded, with plain apostrophes and spaces."""
    return " ".join(fold(text if text.isascii() else text.translate(_APOSTROPHES)).split())


_Found = tuple[date, date, date | None] | None
_Reader = Callable[[re.Match[str], Context], _Found]
_Form = tuple[re.Pattern[str], _Reader, frozenset[str]]


class Grammar:
    """The days that one language can name; compiled when it is first met."""

    def __init__(self, language: str) -> None:
        self.words: dict[str, Any] = tomllib.loads((_FILES / f"{language}.toml").read_text(encoding="utf-8"))
        self._months = [re.compile(each) for each in self.words["months"]]
        self._weekdays = [re.compile(each) for each in self.words["weekdays"]]
        self._marked = self.pattern("deadline")
        self._past = re.compile(rf"\b(?:{self.words['past']})\s*$")
        self._ago = re.compile(rf"\s*(?:{self.words['ago']})\b")
        self._week_of = re.compile(rf"\b(?:{self.words['week_of']})\s*$")
        self._before_month = re.compile(rf"\b(?:{self.words['deadline']}|{self.words['within']})\s*$")
        self._this = self.pattern("this")
        self._signs = Signs(self.words)
        self._forms: list[_Form] = list(self._compiled())

    def pattern(self, *names: str) -> re.Pattern[str]:
        """Whole words of these kinds."""
        return re.compile(rf"(?<!\w)(?:{'|'.join(self.words[name] for name in names)})(?!\w)")

    def may_name_a_day(self, sentence: Sentence) -> bool:
        """Whether a sentence holds anything that could belong to a day: quickly, and with many a false alarm."""
        return self._signs.any_in(sentence)

    def days(self, text: str, context: Context) -> list[Day]:
        """The days that a comparable text names, in its order; one that a larger expression holds is none of its own."""
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
                read = self._read(reader, match, context)
                if read is not None:
                    taken.append((start, end))
                    found.append(self._day(text, start, end, read, context))
        return sorted(day for day in found if day is not None)

    def joined(self, days: Sequence[Day], chosen: Day, text: str) -> Day:
        """The later of two days that stand side by side, or that "or" or a dash joins."""
        for one, other in pairwise(days):
            between = text[one.end : other.start].strip(" ,(")
            if chosen in (one, other) and re.fullmatch(rf"(?:{self.words['to']})?", between):
                return max(one, other, key=lambda each: each.until)
        return chosen

    def _read(self, reader: _Reader, match: re.Match[str], context: Context) -> _Found:
        if self._past.search(match.string[max(0, match.start() - _NEAR) : match.start()]):
            return None
        try:
            return None if self._ago.match(match.string, match.end()) else reader(match, context)
        except (ValueError, OverflowError):
            return None

    def _day(
        self, text: str, start: int, end: int, read: tuple[date, date, date | None], context: Context
    ) -> Day | None:
        earliest, until, single = read
        if single is not None and self._week_of.search(text[max(0, start - _NEAR) : start]):
            until, single = single + timedelta(days=max(0, FRIDAY - single.weekday())), None
        if until < context.today:
            return None
        marked = bool(self._marked.search(text[max(0, start - _NEAR) : end + _NEAR]))
        return Day(start, end, max(earliest, context.today), until, single, marked)

    # ---- the forms, the more telling first

    def _compiled(self) -> Iterator[_Form]:
        words = self.words
        months, weekdays = "|".join(words["months"]), "|".join(words["weekdays"])
        lead = rf"(?:\b(?P<wd>{weekdays})\.?,? (?:(?:{words['article']}) )?)?"
        number = rf"\d{{1,3}}|{'|'.join(sorted(words['numbers'], key=len, reverse=True))}"
        units = ("business_days", "days", "weeks", "months_unit", "hours", "fortnights")
        unit = "|".join(f"(?P<{name}>{words[name]})" for name in units if name in words)
        part = "|".join(f"(?P<{name}>{words[name]})" for name in ("early", "mid", "late"))
        spans = "|".join(
            f"(?P<{name}>{words[name]})"
            for name in ("week_after_next", "next_week", "next_month", "this_week", "this_month", "quarter", "year")
        )
        week = (
            rf"(?P<after>{words['week_after_next']})|(?P<coming>{words['next_week']})|(?P<current>{words['this_week']})"
        )
        of = rf"(?:{words['of']})"
        yield self._form(rf"{lead}\b(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)", self._numeric, "number")
        yield self._form(
            rf"{lead}(?<![\d.])(?P<d>\d{{1,2}})\. ?(?P<m>\d{{1,2}})\.(?: ?(?P<y>20\d\d|\d\d)(?![\d:.]))?",
            self._numeric,
            "number",
        )
        yield self._form(
            rf"{lead}(?<![\d/])(?P<d>\d{{1,2}})[/-](?P<m>\d{{1,2}})[/-](?P<y>20\d\d|\d\d)(?![\d/])",
            self._numeric,
            "number",
        )
        yield self._form(rf"{lead}(?<![\d/])(?P<d>\d{{1,2}})/(?P<m>\d{{1,2}})(?![\d/])", self._numeric, "number")
        yield self._form(
            rf"{lead}(?:\b\d{{1,2}}(?:st|nd|rd|th|\.)? ?(?:{words['to']}) ?)?\b(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|o|\.)?,? ?(?:{of} )?"
            rf"(?P<month>{months})\b\.?(?:,? (?:{of} )?(?P<y>20\d\d))?",
            self._named,
            "number",
        )
        yield self._form(
            rf"{lead}\b(?P<month>{months})\b\.? (?:the )?(?:\d{{1,2}} ?(?:-|–) ?)?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:.]\d|\d| ?[ap]\.?m)(?:,? (?P<y>20\d\d))?",
            self._named,
            "number",
            "months",
        )
        yield self._form(
            rf"\b(?P<wd>{weekdays})\b,? (?:{of} |(?:{words['within']}) )?(?:{week})", self._weekday_of_week, "weekdays"
        )
        yield self._form(
            rf"\b(?:{week}),? (?:(?:{words['article']}) )?(?P<wd>{weekdays})\b", self._weekday_of_week, "weekdays"
        )
        yield self._form(
            rf"\b(?P<n>{number})(?: \(\d{{1,3}}\))?(?: ?(?:{words['to']}) ?(?P<m>{number}))?[ -]?(?:{unit})\b",
            self._counted,
            "units",
        )
        yield self._form(
            rf"\b(?:(?P<days>{words['vague_days']})|(?P<weeks>{words['vague_weeks']}))\b", self._vague, "vague"
        )
        yield self._form(
            rf"\b(?:{part})[ -]?(?:{spans}|(?P<month>{months})\b\.?(?: (?:{of} )?(?P<y>20\d\d))?)(?!\w)",
            self._period,
            "spans_or_months",
        )
        if "parts_behind" in words:
            behind = "|".join(f"(?P<{name}>{said})" for name, said in words["parts_behind"].items())
            yield self._form(rf"\b(?:{spans})(?:'s)?[ -]?(?:{behind})\b", self._period, "spans")
        yield self._form(rf"\b(?:{spans})(?!\w)", self._period, "spans")
        yield self._form(r"\b(?:kw|calendar week|kalenderwoche) ?(?P<kw>\d{1,2})\b", _calendar_week, "number")
        yield self._form(rf"\b(?:{words['holidays']})\b", _after_holidays, "holidays")
        yield self._form(rf"\b(?:{words['weekend']})\b", _weekend, "weekend")
        yield self._form(rf"\b(?:{words['today']})\b", _today, "today")
        yield self._form(
            rf"\b(?:(?P<this>{words['this']}) |(?P<next>{words['next']}) )?(?P<wd>{weekdays})\b(?: (?P<nextafter>{words['next']})\b)?",
            self._weekday,
            "weekdays",
        )
        yield self._form(rf"\b(?:{words['day_after_tomorrow']})\b", _day_after_tomorrow, "tomorrow")
        yield self._form(rf"\b(?:{words['tomorrow']})\b", _tomorrow, "tomorrow")
        yield self._form(rf"\b(?:{words['day_only']})(?![\d:.]\d|\w)", _day_only, "number")
        yield self._form(rf"\b(?P<month>{months})\b(?: (?:{of} )?(?P<y>20\d\d))?", self._bare_month, "months")

    @staticmethod
    def _form(pattern: str, reader: _Reader, *signs: str) -> _Form:
        return re.compile(pattern), reader, frozenset(signs)

    def _month(self, said: str) -> int:
        return next(number for number, each in enumerate(self._months, 1) if each.fullmatch(said))

    def _numeric(self, match: re.Match[str], context: Context) -> _Found:
        day, month, year = int(match["d"]), int(match["m"]), match.groupdict().get("y")
        if month > _MONTHS >= day:
            day, month = month, day
        dated = _dated(context.today, month, day, year)
        if match["wd"] and month <= _MONTHS >= day and not self._weekdays[dated.weekday()].fullmatch(match["wd"]):
            month_first = _dated(context.today, day, month, year)
            dated = month_first if self._weekdays[month_first.weekday()].fullmatch(match["wd"]) else dated
        return _one(dated)

    def _named(self, match: re.Match[str], context: Context) -> _Found:
        return _one(_dated(context.today, self._month(match["month"]), int(match["d"]), match["y"]))

    def _weekday_number(self, match: re.Match[str]) -> int | None:
        said = match["wd"]
        after = match.string[match.end("wd") : match.end("wd") + 3]
        if len(said) <= 2 and not re.match(r"[.,]? ?\d|\.", after):  # noqa: PLR2004 - "so", "do" and "di" are words too
            return None
        return next(number for number, each in enumerate(self._weekdays) if each.fullmatch(said))

    def _weekday(self, match: re.Match[str], context: Context) -> _Found:
        weekday = self._weekday_number(match)
        if weekday is None:
            return None
        ahead = (weekday - context.today.weekday()) % 7
        soonest = context.today + timedelta(days=ahead)
        if not match["this"] and (match["next"] or match["nextafter"]):
            of_next_week = context.week(1, weekday)
            return min(soonest if ahead else of_next_week, of_next_week), of_next_week, of_next_week
        return soonest, soonest if ahead else soonest + timedelta(days=7), soonest

    def _weekday_of_week(self, match: re.Match[str], context: Context) -> _Found:
        weekday = self._weekday_number(match)
        if weekday is None:
            return None
        if match["current"] and not self._this.search(match["current"]):
            return None
        return _one(context.week(2 if match["after"] else 1 if match["coming"] else 0, weekday))

    def _counted(self, match: re.Match[str], context: Context) -> _Found:
        few, many = self._number(match["n"]), self._number(match["m"] or match["n"])
        vague = match["n"] in self.words["few"] or match["m"] in self.words["few"]
        few, many = min(few, many), max(few, many)
        today = context.today
        if match["hours"]:
            days = -(-many // _HOURS_OF_A_DAY)
            return (today, today + timedelta(days=days), None) if many >= _HOURS_OF_A_DAY else None
        if match["business_days"] or (match["days"] and vague):
            return today + timedelta(days=min(few, 1)), context.business_days(_VAGUE_DAYS if vague else many), None
        if match["months_unit"]:
            most = _VAGUE_MONTHS if vague else many
            return _months_later(today, min(few, most)), _months_later(today, most), None
        length = 14 if match.groupdict().get("fortnights") else 7 if match["weeks"] else 1
        most = _VAGUE_WEEKS if vague and match["weeks"] else many
        return today + timedelta(days=min(few, most) * length), today + timedelta(days=most * length), None

    def _number(self, said: str) -> int:
        return int(said) if said.isdigit() else int(self.words["numbers"][said])

    def _vague(self, match: re.Match[str], context: Context) -> _Found:
        until = context.business_days(_VAGUE_DAYS) if match["days"] else context.today + timedelta(weeks=_VAGUE_WEEKS)
        return context.today, until, None

    def _period(self, match: re.Match[str], context: Context) -> _Found:
        said = match.groupdict()
        part = next((name for name in ("early", "mid", "late") if said.get(name)), "")
        current = said.get("this_week") or said.get("this_month") or said.get("year")
        if not part and current and not self._this.match(current):
            return None
        for name, reader in _SPANS.items():
            if said.get(name):
                return reader(context, part, said)
        return _in_month(_month_ahead(context.today, self._month(said["month"] or ""), said.get("y")), part)

    def _bare_month(self, match: re.Match[str], context: Context) -> _Found:
        if not self._before_month.search(match.string[max(0, match.start() - _NEAR) : match.start()]):
            return None
        return _in_month(_month_ahead(context.today, self._month(match["month"]), match["y"]), "")


@cache
def grammar(language: str) -> Grammar:
    """The grammar of a language, by its two letters."""
    return Grammar(language)


def _one(day: date) -> _Found:
    return day, day, day


def _dated(today: date, month: int, day: int, year: str | None) -> date:
    """The day of that year, or else the one that is nearest, half a year back at most."""
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)  # noqa: PLR2004 - "26" for 2026
    for candidate in (today.year, today.year + 1, today.year + 2, today.year + 3, today.year + 4):
        if day <= monthrange(candidate, month)[1] and date(candidate, month, day) >= today - _HALF_A_YEAR:
            return date(candidate, month, day)
    return date(today.year, month, day)


def _month_ahead(today: date, month: int, year: str | None) -> date:
    if year:
        return date(int(year), month, 1)
    this_year = date(today.year, month, 1)
    return this_year if _last_of(this_year) >= today - _TWO_MONTHS else date(today.year + 1, month, 1)


def _last_of(first: date) -> date:
    return first.replace(day=monthrange(first.year, first.month)[1])


def _first_of_next_month(today: date) -> date:
    return _last_of(today) + timedelta(days=1)


def _months_later(today: date, count: int) -> date:
    year, month = divmod(today.year * 12 + today.month - 1 + count, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def _in_month(first: date, part: str) -> _Found:
    if part == "early":
        return first, first.replace(day=_EARLY), None
    if part == "mid":
        return first.replace(day=_EARLY), first.replace(day=_MID), None
    return first.replace(day=_MID) if part else first, _last_of(first), None


def _in_quarter(today: date, quarter: int, part: str) -> _Found:
    year = today.year + (3 * quarter < today.month - 6)
    first = date(year, 3 * quarter - 2, 1)
    months = {"early": 0, "mid": 1}.get(part, 2)
    return first, _last_of(first.replace(month=first.month + months)), None


def _in_week(context: Context, later: int, part: str) -> _Found:
    """Wednesday for its beginning, Thursday for its middle, else Friday; a week whose Friday has come goes on to Sunday."""
    last = {"early": 2, "mid": 3}.get(part, FRIDAY)
    until = context.week(later, last)
    if until <= context.today:
        until = context.week(later, 6)
    return context.week(later, 0), until, None


_Said = dict[str, str | None]
_SPANS: dict[str, Callable[[Context, str, _Said], _Found]] = {
    "week_after_next": lambda context, part, _: _in_week(context, 2, part),
    "next_week": lambda context, part, _: _in_week(context, 1, part),
    "this_week": lambda context, part, _: _in_week(context, 0, part),
    "next_month": lambda context, part, _: _in_month(_first_of_next_month(context.today), part),
    "this_month": lambda context, part, _: _in_month(context.today.replace(day=1), part),
    "quarter": lambda context, part, said: _in_quarter(context.today, _quarter(context.today, said.get("q")), part),
    "year": lambda context, *_: (context.today, date(context.today.year, 12, 31), None),
}


def _quarter(today: date, said: str | None) -> int:
    return int(said) if said else (today.month + 2) // 3


def _calendar_week(match: re.Match[str], context: Context) -> _Found:
    year = context.today.year
    friday = date.fromisocalendar(year, int(match["kw"]), FRIDAY + 1)
    if friday < context.today - _HALF_A_YEAR:
        friday = date.fromisocalendar(year + 1, int(match["kw"]), FRIDAY + 1)
    return friday - timedelta(days=FRIDAY), friday, None


def _after_holidays(match: re.Match[str], context: Context) -> _Found:
    """The middle of January: the second week in which everybody is back."""
    del match
    today = context.today
    year = today.year + (today.month > 1)
    return max(today, date(year, 1, 2)), date(year, 1, 15), None


def _weekend(match: re.Match[str], context: Context) -> _Found:
    del match
    return context.week(0, 5), context.week(0, 6), None


def _today(match: re.Match[str], context: Context) -> _Found:
    del match
    return _one(context.today)


def _tomorrow(match: re.Match[str], context: Context) -> _Found:
    del match
    return _one(context.today + timedelta(days=1))


def _day_after_tomorrow(match: re.Match[str], context: Context) -> _Found:
    del match
    return _one(context.today + timedelta(days=2))


def _day_only(match: re.Match[str], context: Context) -> _Found:
    """The next day of that number: of this month, or of the next one."""
    today, day = context.today, int(next(group for group in match.groups() if group))
    first = today.replace(day=1) if day >= today.day else _first_of_next_month(today)
    return _one(first.replace(day=day))
