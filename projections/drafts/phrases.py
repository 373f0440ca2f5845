"""The parts of sentences that a template is filled with: each is whole, or "" where nothing is known."""

import re
from collections.abc import Sequence
from datetime import date, datetime

from . import plain
from .languages import Days, Enumeration, Language, mended

_GENDERS = re.compile(
    r" ?[(\[](?:[mwfdvxhna*] ?[/|,*] ?){1,5}[mwfdvxhna*][)\]]| ?\((?:all genders|gn)\)"
    r"| (?:m[/|][wfv]|[wfv][/|]m|h/f|f/h)(?:[/|][dxn*]){0,2}(?![\w/|])",
    re.IGNORECASE,
)
_LONGEST_ROLE = 80
_LONGEST_NOTE = 240
_MOST_NOTES = 3
_WEEK = 7
_ENOUGH_TO_JOIN = 2
_QUOTATION_MARKS = '"“”„«»'


def role_of(title: str, company: str) -> str:
    """The job title as one says it: without "(m/w/d)" and "at Acme"; "" for one that no sentence could hold."""
    bare = _GENDERS.sub("", plain.one_line(title, _LONGEST_ROLE + 20)).strip(" -–—,.")
    bare = bare.removesuffix(f" at {company}").removeprefix("the ").removeprefix("The ")
    return bare if len(bare) <= _LONGEST_ROLE else ""


def position(role: str, company: str, spoken: Language) -> str:
    """What was applied for: "the Backend Engineer role at Acme", "the role at Acme", "the role"."""
    said = spoken.position
    with_company, alone = (said.role_and_company, said.role) if role else (said.company, said.neither)
    form = with_company if company else alone
    return mended(form.format(role=role, company=company), said.mend)


def at_company(company: str, spoken: Language) -> str:
    """Where: "at Acme", "at the University of Leeds"; "" where the company isn't known."""
    return mended(spoken.position.at.format(company=company), spoken.position.mend) if company else ""


def day_of(moment: datetime | None, now: datetime, said: Days) -> str:
    """The day as one says it at `now`: "today", "yesterday", "on Tuesday", "on Tuesday, 3 March"."""
    if moment is None:
        return ""
    day = _in_the_zone_of(moment, now)
    ago = (now.date() - day).days
    if ago in {0, 1}:
        return said.yesterday if ago else said.today
    return _dated(said.on_weekday if 1 < ago < _WEEK else said.on_date, day, now, said)


def date_of(day: date | None, now: datetime, said: Days) -> str:
    """The date as one says it: "Friday, 6 March", with the year where it is another than `now`'s."""
    return "" if day is None else _dated(said.date, day, now, said)


def _dated(form: str, day: date, now: datetime, said: Days) -> str:
    year = "" if day.year == now.year else said.year.format(year=day.year)
    weekday, month = said.weekdays[day.weekday()], said.months[day.month - 1]
    return mended(form.format(weekday=weekday, day=day.day, month=month, year=year), said.mend)


def notes(highlights: Sequence[str]) -> tuple[str, ...]:
    """What the user jotted down, each as it can stand between quotation marks; three at most."""
    quotable = dict.fromkeys(_quotable(each) for each in highlights[:20])
    return tuple(each for each in quotable if each)[:_MOST_NOTES]


def joined(parts: Sequence[str], said: Enumeration) -> str:
    """An enumeration: "a", "a and b", "a, b and c"."""
    if len(parts) < _ENOUGH_TO_JOIN:
        return "".join(parts)
    return ", ".join(parts[:-1]) + mended(f"{said.last}{parts[-1]}", said.mend)


def quoted(parts: Sequence[str], said: Enumeration) -> str:
    return joined([said.quoted.format(each) for each in parts], said)


def _quotable(highlight: str) -> str:
    line = plain.one_line(highlight, _LONGEST_NOTE).strip(" .;,")
    if len(line) > 1 and line[0] in _QUOTATION_MARKS and line[-1] in _QUOTATION_MARKS:
        line = line[1:-1].strip(" .;,")
    opened = re.sub(r'(^|[\s(])["“”„«»]', r"\1‘", line)
    return re.sub(r'["“”„«»]', "’", opened)


def _in_the_zone_of(moment: datetime, now: datetime) -> date:
    if moment.tzinfo is None or now.tzinfo is None:
        return moment.date()
    try:
        return moment.astimezone(now.tzinfo).date()
    except OverflowError:
        return moment.date()
