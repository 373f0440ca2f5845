"""What a mail says of an interview that was set before: that it is cancelled, that it moves or may move, and which one it means."""

import re
from collections.abc import Collection, Iterator
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from ..eventlog.events import InterviewCancelled, InterviewRescheduled, NewTimeProposed
from .classify import Classification
from .cues import languages_of
from .dates import Context, comparable, grammar
from .mail_context import MailContext, span
from .meanings import Meaning
from .sentences import sentences_of


def cancellation(meaning: Meaning, context: MailContext, **fields: Any) -> InterviewCancelled:
    """The interview that is cancelled, with its time, or the day that its sentence names; `fields` are the other fields of the event.

    A time that is asked about is none of it, but a new one.
    """
    told = sorted(context.appointments, key=lambda each: each.quote != meaning.quote)
    time = span([each for each in told if not each.quote.endswith("?")][:1])
    return InterviewCancelled(**_which(None, _old_day(meaning.quote, context), context) | time | fields)


def moves(
    meaning: Meaning, classification: Classification, context: MailContext
) -> Iterator[InterviewRescheduled | NewTimeProposed]:
    """What a meaning of the kind "rescheduled" says, with the new time that the text names, and the old one.

    Who only asks whether it may move proposes a time. So does who says that it must and asks about a time; the old one is off then.
    """
    times = context.appointments
    may_choose = classification.proposes_times or meaning.is_asked
    are_choices = may_choose and len({each.start for each in times}) > 1
    new_time = span(() if are_choices else times[:1])
    is_asked_about = are_choices or any(each.quote.endswith("?") for each in times[:1])
    same_hour_on = None if times else _same_hour_on(meaning.quote, context)
    new_days = {each.local_start.date() for each in times} | {same_hour_on}
    old_start = context.old_time.start if context.old_time is not None else None
    which = _which(old_start, _old_day(meaning.quote, context, new_days), context)
    if meaning.is_asked or is_asked_about:
        yield NewTimeProposed(**which | new_time)
    if not meaning.is_asked:
        own_zone = {"zone": str(context.user.zone)} if same_hour_on is not None else {}
        yield InterviewRescheduled(**which | own_zone | ({} if is_asked_about else new_time), same_hour_on=same_hour_on)


def _which(start: object, day: date | None, context: MailContext) -> dict[str, Any]:
    """The fields that say which interview is meant."""
    on_day = {"old_day": day, "zone": str(context.user.zone)} if day is not None else {}
    return on_day | ({"old_start": start} if start is not None else {})


class _NamedDay(NamedTuple):
    """A day that a sentence names: as the one to which something moves (`is_new`), from which it does (`is_old`), or as neither."""

    day: date
    is_new: bool
    is_old: bool


def _old_day(sentence: str, context: MailContext, new_days: Collection[date | None] = ()) -> date | None:
    """The day on which the interview was to be."""
    days = [each for each in _named_days(sentence, context) if not each.is_new and each.day not in new_days]
    return next((each.day for each in sorted(days, key=lambda each: not each.is_old)), None)


def _same_hour_on(sentence: str, context: MailContext) -> date | None:
    """The day to which it moves, if the text says that it keeps its hour."""
    said = [each.text for each in sentences_of(context.text) if _says_same_hour(each.text, context)]
    days = [each for text in (*said[:1], sentence) for each in _named_days(text, context)] if said else []
    others = {each.day for each in days if not each.is_old}
    new = {each.day for each in days if each.is_new} or others
    return next(iter(new)) if len(new) == 1 else None


def _says_same_hour(sentence: str, context: MailContext) -> bool:
    return any(_patterns(each).same_hour.search(comparable(sentence)) for each in _languages(context))


def _named_days(sentence: str, context: MailContext) -> Iterator[_NamedDay]:
    text = comparable(sentence)
    for language in _languages(context):
        patterns = _patterns(language)
        not_taken_for_past = patterns.away.sub(lambda match: "#" * len(match[0]), text)
        for each in grammar(language).days(not_taken_for_past, Context(context.sent.date())):
            if each.single is not None:
                before = text[: each.start]
                yield _NamedDay(each.single, bool(patterns.new.search(before)), bool(patterns.old.search(before)))


def _languages(context: MailContext) -> tuple[str, ...]:
    return languages_of(sentences_of(context.text))


class _Patterns(NamedTuple):
    new: re.Pattern[str]
    old: re.Pattern[str]
    away: re.Pattern[str]
    same_hour: re.Pattern[str]


@cache
def _patterns(language: str) -> _Patterns:
    words = grammar(language).words
    article = rf"(?: (?:{words['article']}))? ?$"
    new, old = (re.compile(rf"\b(?:{words[name]}){article}") for name in ("moved_to", "replaced"))
    away, same_hour = (re.compile(rf"\b(?:{words[name]})\b") for name in ("replaced", "same_hour"))
    return _Patterns(new, old, away, same_hour)
