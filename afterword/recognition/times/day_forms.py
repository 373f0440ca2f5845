"""The forms in which a language names days, with what each means, built from the words in cues/dates/<language>.toml."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from . import periods
from .periods import Context, Period

Reader = Callable[[re.Match[str], Context], Period | None]
Form = tuple[re.Pattern[str], Reader, frozenset[str]]
"""The pattern of a form, the function that reads a match, and the signs that a text must have for it to match (day_signs.py)."""

_MONTHS, _QUARTERS = 12, 4
_HOURS_OF_A_DAY = 24
_BEFORE_A_MONTH = 25
_A_WEEK = timedelta(days=7)
_NOT_FAR = timedelta(days=120)


class Forms:
    """The forms of one language."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        self.words = words
        self._months = [re.compile(each) for each in words["months"]]
        self._weekdays = [re.compile(each) for each in words["weekdays"]]
        self._from_then = re.compile(rf" (?:{words['from_then']})\b(?! (?:{words['from_now']}))")
        self._lasting = re.compile(rf"\b(?:{words['lasting']})\s*$")
        self._gone_by = re.compile(rf"\b(?:{words['gone_by']})\s*$")
        self._also_words = frozenset(words.get("also_words", ()))
        self._few = frozenset(words["few"])
        self._this = re.compile(rf"(?<!\w)(?:{words['this']})(?!\w)")
        many = "|".join(number for number, value in words["numbers"].items() if value > 1)
        self._many_things = re.compile(rf"(?:\d|\b(?:{many})) [\w-]{{4,}} $|\b(?:{words['multiples']}) $")
        self._before_month = re.compile(
            rf"\b(?:(?P<before>{words['before']})|{words['deadline']}|{words['within']})\s*$"
        )

    def all(self) -> Iterator[Form]:
        """All of them, the more specific first: what one has matched is left out by the others."""
        yield from self._dates()
        yield from self._weekdays_with_numbers()
        yield from self._weekdays_of_weeks()
        yield from self._counts()
        yield from self._occasions()
        yield from self._parts()
        yield from self._single_days()

    @property
    def _said_weekday(self) -> str:
        return rf"(?P<wd>{'|'.join(self.words['weekdays'])})"

    @property
    def _said_month(self) -> str:
        return rf"(?P<month>{'|'.join(self.words['months'])})\b\.?"

    def _named_groups(self, *names: str) -> str:
        return "|".join(f"(?P<{name}>{self.words[name]})" for name in names if name in self.words)

    def _dates(self) -> Iterator[Form]:
        words = self.words
        lead = rf"(?:\b{self._said_weekday}\.?,? \(?(?:(?:{words['article']}) )?)?"
        of = rf"(?:{words['of']})"
        long = r"2[01]\d\d"
        short = rf"{long}|\d\d"
        numeric = (
            rf"\b(?P<y>{long})-(?P<m>\d\d)-(?P<d>\d\d)",
            rf"(?<![\d.])(?P<d>\d{{1,2}})\. ?(?P<m>\d{{1,2}})\.(?: ?(?P<y>{long}(?![\d:])|\d\d(?![\d:.])))?",
            rf"(?<![\d/])(?P<d>\d{{1,2}})[/-](?P<m>\d{{1,2}})[/-](?P<y>{short})(?![\d/])",
            r"(?<![\d/])(?P<d>\d{1,2})/(?P<m>\d{1,2})(?![\d/])",
        )
        for form in numeric:
            yield self._form(lead + form, self._numeric, "number")
        yield self._form(
            rf"{lead}(?:\b\d{{1,2}}(?:st|nd|rd|th|\.)? ?(?:{words['to']}) ?)?\b(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|e|o|°|\.)?,? ?(?:{of} )?"
            rf"{self._said_month}(?:,? (?:{of} )?(?P<y>{long}))?",
            self._named,
            "number",
        )
        yield self._form(
            rf"{lead}\b{self._said_month} (?:the )?(?:\d{{1,2}} ?(?:-|–) ?)?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:.]\d|\d| ?[ap]\.?m)(?:,? (?P<y>{long}))?",
            self._named,
            "number",
            "months",
        )

    def _weekdays_with_numbers(self) -> Iterator[Form]:
        yield self._form(
            rf"\b{self._said_weekday}\.?,? \(?(?:(?:{self.words['article']}) )?(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|e|o|°|\.)?"
            rf"(?![\d:/h%]|[.,]\d| ?[ap]\.?m\b| ?(?:{self.words['oclock']})\b)",
            self._weekday_with_number,
            "weekdays",
            "number",
        )

    def _weekdays_of_weeks(self) -> Iterator[Form]:
        words = self.words
        week = (
            rf"(?P<after>{words['week_after_next']})|(?P<coming>{words['next_week']})|(?P<current>{words['this_week']})"
        )
        day = rf"\b(?:{self._named_groups('today', 'tomorrow')}|(?:(?:{words['next']}) )?{self._said_weekday})\b"
        later = self._named_groups("a_week_after", "two_weeks_after")
        before = self._named_groups("a_week_before", "two_weeks_before")
        if later:
            yield self._form(rf"{day},? (?:{later})(?!\w)", self._weeks_after, "days")
        if before:
            yield self._form(rf"\b(?:{before}) {day}", self._weeks_after, "days")
        yield self._form(
            rf"\b{self._said_weekday}\b,? (?:(?:{words['of']}) )?(?:(?:{words['within']}) )??(?:{week})",
            self._weekday_of_week,
            "weekdays",
        )
        yield self._form(
            rf"\b(?:{week}),? (?:(?:{words['article']}) )?{self._said_weekday}\b", self._weekday_of_week, "weekdays"
        )

    def _counts(self) -> Iterator[Form]:
        words = self.words
        number = rf"\d{{1,3}}|{'|'.join(sorted(words['numbers'], key=len, reverse=True))}"
        names = ("business_days", "days", "weeks", "months_unit", "hours", "fortnights")
        unit, units = self._named_groups(*names), "|".join(words[name] for name in names if name in words)
        to = words["to"]
        yield self._form(
            rf"(?<![\d.,:])\b(?P<n>{number})(?: \([\w-]{{1,12}}\))?(?: ?(?:{to}) ?(?P<m>{number}))?[ -]?(?:(?:{words['long']}) )?(?:{unit})\b(?!-\w)"
            rf"(?: (?:(?P<half>{words['and_a_half']})|(?:{words['or']}) (?P<k>{number}))(?!\w| ?(?:{units})))?",
            self._counted,
            "units",
        )
        yield self._form(
            rf"\b(?:(?P<days>{words['vague_days']})|(?P<weeks>{words['vague_weeks']}))\b", self._vague, "vague"
        )

    def _parts(self) -> Iterator[Form]:
        words = self.words
        month, part = self._said_month, self._named_groups("early", "mid", "late")
        of = rf"(?:{words['of']})"
        spans = self._named_groups(*periods.SPANS)
        nth = "|".join(f"(?P<nth{number}>{each})" for number, each in enumerate(words["ordinals"], 1))
        week_or_half = self._named_groups("a_week", "a_half")
        months = self._named_groups("next_month", "this_month")
        year = rf"(?: (?:{of} )?(?P<y>2[01]\d\d))?"
        yield self._form(
            rf"\b(?:{nth}) (?:{week_or_half})(?: {of})? ?\b(?:{month}{year}|{months})(?!\w)",
            self._nth,
            "spans_or_months",
        )
        yield self._form(
            rf"\b(?:{nth}) (?P<month>{'|'.join(words['months'])})-?(?:{week_or_half})\b", self._nth, "spans_or_months"
        )
        yield self._form(rf"\b(?:(?:{part})(?: {of})? )?(?:{nth}) (?:{words['a_quarter']})\b", self._quarter, "spans")
        yield self._form(rf"\b(?:{part})[ -]?(?:{spans}|{month}{year})(?!\w)", self._period, "spans_or_months")
        if "parts_behind" in words:
            behind = "|".join(f"(?P<{name}>{pattern})" for name, pattern in words["parts_behind"].items())
            yield self._form(rf"\b(?:{spans})(?:'s)?[ -]?(?:{behind})\b", self._period, "spans")
        if "fixed" in words:
            yield self._form(rf"\b(?P<fixed>{'|'.join(words['fixed'])})\b", self._fixed, "fixed")
        yield self._form(rf"\b(?:{spans})(?!\w)", self._period, "spans")

    def _occasions(self) -> Iterator[Form]:
        words = self.words
        yield self._form(rf"\b(?:{words['calendar_week']}) ?(?P<kw>\d{{1,2}})\b(?![./:-]?\d)", _calendar_week, "number")
        yield self._form(rf"\b(?:{words['after_weekend']})\b", _after_weekend, "weekend")
        yield self._form(rf"\b(?:{words['weekend']})\b", _weekend, "weekend")
        yield self._form(rf"\b(?:{words['holidays']})\b", _after_holidays, "holidays")
        yield self._form(rf"\b(?:{words['before_christmas']})\b", _before_christmas, "holidays")
        yield self._form(rf"\b(?:{words['after_easter']})\b", _after_easter, "holidays")
        yield self._form(rf"\b(?:{words['before_easter']})\b", _before_easter, "holidays")

    def _single_days(self) -> Iterator[Form]:
        words = self.words
        this_or_next = rf"(?:(?P<this>{words['this']}) |(?P<next>{words['next']}) )?"
        yield self._form(rf"\b(?:{words['today']})\b", _today, "today")
        yield self._form(
            rf"\b{this_or_next}{self._said_weekday}\b(?: (?P<nextafter>{words['next']})\b)?", self._weekday, "weekdays"
        )
        yield self._form(rf"\b(?:{words['day_after_tomorrow']})\b", _day_after_tomorrow, "tomorrow")
        yield self._form(rf"\b(?:{words['tomorrow']})\b", _tomorrow, "tomorrow")
        yield self._form(rf"\b(?:{words['day_only']})(?![\d:.]\d|\w)", _day_only, "number")
        yield self._form(
            rf"\b(?P<month>{'|'.join(words['months'])})\b(?: (?:(?:{words['of']}) )?(?P<y>2[01]\d\d))?",
            self._bare_month,
            "months",
        )

    @staticmethod
    def _form(pattern: str, reader: Reader, *signs: str) -> Form:
        return re.compile(pattern), reader, frozenset(signs)

    # ---- what each form means

    def _month(self, word: str) -> int:
        return next(number for number, each in enumerate(self._months, 1) if each.fullmatch(word))

    def _numeric(self, match: re.Match[str], context: Context) -> Period | None:
        """Day and month; or month and day, where only that agrees with the weekday, or is near."""
        day, month, year = int(match["d"]), int(match["m"]), match.groupdict().get("y")
        if month > _MONTHS >= day and "." not in match[0]:
            day, month = month, day
        dated = periods.dated(context.today, month, day, year)
        if month <= _MONTHS >= day and (match["wd"] or "/" in match[0]):
            month_first = periods.dated(context.today, day, month, year)
            if self._fits(month_first, match["wd"], context) and not self._fits(dated, match["wd"], context):
                dated = month_first
        return periods.one(dated)

    def _fits(self, day: date, weekday: str | None, context: Context) -> bool:
        """Whether a day is the weekday that is named with it, or, where none is, within four months from now."""
        if weekday:
            return self._weekdays[day.weekday()].fullmatch(weekday) is not None
        return context.today <= day <= context.today + _NOT_FAR

    def _named(self, match: re.Match[str], context: Context) -> Period | None:
        return periods.one(periods.dated(context.today, self._month(match["month"]), int(match["d"]), match["y"]))

    def _weekday_number(self, match: re.Match[str]) -> int | None:
        word = match["wd"]
        after = match.string[match.end("wd") : match.end("wd") + 3]
        if (len(word) <= 2 or word in self._also_words) and not re.match(r"[.,]? ?\d|\. [a-z]", after):  # noqa: PLR2004 - "so", "do" and "di" are words too
            return None
        return next(number for number, each in enumerate(self._weekdays) if each.fullmatch(word))

    def _weekday(self, match: re.Match[str], context: Context) -> Period | None:
        weekday = self._weekday_number(match)
        if weekday is None:
            return None
        ahead = (weekday - context.today.weekday()) % 7
        soonest = context.today + timedelta(days=ahead)
        if not match["this"] and (match["next"] or match["nextafter"]):
            of_next_week = context.week(1, weekday)
            return Period(min(soonest if ahead else of_next_week, of_next_week), of_next_week, of_next_week)
        return Period(soonest, soonest if ahead else soonest + _A_WEEK, soonest)

    def _weekday_with_number(self, match: re.Match[str], context: Context) -> Period | None:
        """The next day of that number ("Friday 13th"), if it is that weekday."""
        day = periods.day_ahead(context.today, int(match["d"]))
        return periods.one(day) if self._weekdays[day.weekday()].fullmatch(match["wd"]) else None

    def _weekday_of_week(self, match: re.Match[str], context: Context) -> Period | None:
        weekday = self._weekday_number(match)
        if weekday is None:
            return None
        if match["current"] and not self._this.search(match["current"]):
            return None
        return periods.one(context.week(2 if match["after"] else 1 if match["coming"] else 0, weekday))

    def _weeks_after(self, match: re.Match[str], context: Context) -> Period | None:
        """A week or two after a day ("Friday week"). If today is that weekday, the week after counts as well."""
        groups = match.groupdict()
        weeks = 2 if groups.get("two_weeks_after") or groups.get("two_weeks_before") else 1
        if not match["wd"]:
            return periods.one(context.today + weeks * _A_WEEK + timedelta(days=bool(match["tomorrow"])))
        weekday = self._weekday_number(match)
        if weekday is None:
            return None
        ahead = (weekday - context.today.weekday()) % 7
        day = context.today + timedelta(days=ahead) + weeks * _A_WEEK
        return Period(day, day if ahead else day + _A_WEEK, day)

    def _counted(self, match: re.Match[str], context: Context) -> Period | None:
        if self._from_then.match(match.string, match.end()) or self._is_rate(match) or self._lasts(match):
            return None
        numbers = [match["n"], match["m"] or match["n"], match["k"] or match["n"]]
        few, many = min(map(self._number, numbers)), max(map(self._number, numbers))
        vague = not self._few.isdisjoint(numbers)
        today = context.today
        if (match["hours"] or (match["days"] and many == 1)) and not self._framed(match):
            return None
        if match["hours"]:
            days = -(-many // _HOURS_OF_A_DAY)
            return Period(today, today + timedelta(days=days)) if many >= _HOURS_OF_A_DAY else None
        if match["business_days"] or (match["days"] and vague):
            until = context.business_days(periods.VAGUE_DAYS if vague else many)
            return Period(today + timedelta(days=min(few, 1)), until)
        if match["months_unit"]:
            most = periods.VAGUE_MONTHS if vague else many
            return Period(periods.months_later(today, min(few, most)), periods.months_later(today, most))
        length = 14 if match.groupdict().get("fortnights") else 7 if match["weeks"] else 1
        most = periods.VAGUE_WEEKS if vague and match["weeks"] else many
        half = timedelta(days=length // 2 + 1 if match["half"] else 0)
        return Period(today + timedelta(days=min(few, most) * length), today + timedelta(days=most * length) + half)

    def _is_rate(self, match: re.Match[str]) -> bool:
        """Whether it is a rate of something in that time ("900 applications a month")."""
        before = match.string[max(0, match.start() - _BEFORE_A_MONTH) : match.start()]
        return not match["n"].isdigit() and self._many_things.search(before) is not None

    def _lasts(self, match: re.Match[str]) -> bool:
        """Whether that much time has passed, or is how long something else lasts ("a contract of six months")."""
        before = match.string[max(0, match.start() - _BEFORE_A_MONTH) : match.start()]
        if match["months_unit"] and self._lasting.search(before):
            return not self._framed(match)
        return self._gone_by.search(before) is not None

    def _number(self, word: str) -> int:
        return int(word) if word.isdigit() else int(self.words["numbers"][word])

    def _fixed(self, match: re.Match[str], context: Context) -> Period | None:
        until = context.today + timedelta(days=self.words["fixed"][match["fixed"]])
        return Period(context.today, until)

    def _vague(self, match: re.Match[str], context: Context) -> Period | None:
        today = context.today
        by_days = context.business_days(periods.VAGUE_DAYS)
        return Period(today, by_days if match["days"] else today + timedelta(weeks=periods.VAGUE_WEEKS))

    def _nth(self, match: re.Match[str], context: Context) -> Period | None:
        groups = match.groupdict()
        which = _which(groups)
        if groups.get("next_month"):
            first = periods.first_of_next_month(context.today)
        elif groups["month"]:
            first = periods.month_ahead(context.today, self._month(groups["month"]), groups.get("y"))
        else:
            first = context.today.replace(day=1)
        return periods.half_of_month(first, which) if groups["a_half"] else periods.week_of_month(first, which)

    def _quarter(self, match: re.Match[str], context: Context) -> Period | None:
        groups = match.groupdict()
        which = _which(groups)
        return periods.in_quarter(context.today, which, _part(groups)) if which <= _QUARTERS else None

    def _period(self, match: re.Match[str], context: Context) -> Period | None:
        groups = match.groupdict()
        part = _part(groups)
        current = groups.get("this_week") or groups.get("this_month") or groups.get("year")
        if not part and groups.get("year") and not self._framed(match):
            return None
        if not part and (groups.get("next_year") or (current and not self._this.search(current))):
            return None
        for name, reader in periods.SPANS.items():
            if groups.get(name):
                return reader(context, part, groups)
        first = periods.month_ahead(context.today, self._month(groups["month"] or ""), groups.get("y"))
        return periods.in_month(first, part)

    def _framed(self, match: re.Match[str]) -> re.Match[str] | None:
        """The word of a deadline before something that is no deadline by itself ("in March", "within 48 hours"); None without."""
        return self._before_month.search(match.string[max(0, match.start() - _BEFORE_A_MONTH) : match.start()])

    def _bare_month(self, match: re.Match[str], context: Context) -> Period | None:
        framed = self._framed(match)
        if not framed:
            return None
        first = periods.month_ahead(context.today, self._month(match["month"]), match["y"])
        if framed["before"]:
            return Period(context.today, first - timedelta(days=1))
        return periods.in_month(first, "")


def _which(groups: periods.Groups) -> int:
    return next(number for number in range(1, 6) if groups[f"nth{number}"])


def _part(groups: periods.Groups) -> str:
    return next((name for name in ("early", "mid", "late") if groups.get(name)), "")


def _calendar_week(match: re.Match[str], context: Context) -> Period | None:
    return periods.calendar_week(context.today, int(match["kw"]))


def _after_holidays(_: re.Match[str], context: Context) -> Period | None:
    return periods.after_holidays(context.today)


def _before_christmas(_: re.Match[str], context: Context) -> Period | None:
    return periods.before_christmas(context.today)


def _after_easter(_: re.Match[str], context: Context) -> Period | None:
    return periods.after_easter(context.today)


def _before_easter(_: re.Match[str], context: Context) -> Period | None:
    return periods.before_easter(context.today)


def _weekend(_: re.Match[str], context: Context) -> Period | None:
    return Period(context.week(0, 5), context.week(0, 6))


def _after_weekend(_: re.Match[str], context: Context) -> Period | None:
    """The Monday after it."""
    monday = context.week(1, 0)
    return Period(monday, monday)


def _today(_: re.Match[str], context: Context) -> Period | None:
    return periods.one(context.today)


def _tomorrow(_: re.Match[str], context: Context) -> Period | None:
    return periods.one(context.today + timedelta(days=1))


def _day_after_tomorrow(_: re.Match[str], context: Context) -> Period | None:
    return periods.one(context.today + timedelta(days=2))


def _day_only(match: re.Match[str], context: Context) -> Period | None:
    return periods.one(periods.day_ahead(context.today, int(next(group for group in match.groups() if group))))
