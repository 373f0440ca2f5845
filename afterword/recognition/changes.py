"""What a mail says of an interview that was set before: that it is cancelled, that it moves or may move, and which one it means."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from ..eventlog.events import InterviewCancelled, InterviewRescheduled, NewTimeProposed
from .mail_context import MailContext, shifted, span
from .meaning.classify import Classification
from .meaning.meanings import Meaning
from .times.appointments import Appointment
from .times.moved_days import old_day
from .times.shifts import shift_in

_OLD_AND_NEW = 2


def cancellation(meaning: Meaning, context: MailContext, **fields: Any) -> InterviewCancelled:
    """The interview that is cancelled, with its time, or the day that its sentence names; `fields` are the other fields of the event.

    A time that is asked about is none of it, but a new one.
    """
    told = sorted(context.times_to_come, key=lambda each: each.quote != meaning.quote)
    time = span([each for each in told if not each.is_asked_about][:1])
    day = old_day(meaning.quote, context.text, context.sent.date())
    return InterviewCancelled(**_which(None, day, context) | time | fields)


def moves(
    meaning: Meaning, classification: Classification, context: MailContext
) -> Iterator[InterviewRescheduled | NewTimeProposed]:
    """What a meaning of the kind "rescheduled" says, with the new time that the text names, and the old one.

    Who only asks whether it may move proposes a time. So does who says that it must and asks about a time; the old one is off then.
    """
    today = context.sent.date()
    times: Sequence[Appointment] = context.appointments
    may_choose = classification.proposes_times or meaning.is_asked
    are_choices = may_choose and len({each.start for each in times}) > 1
    old, times = (None, times) if are_choices else _old_and_new(times)
    shift = None if times else shift_in(context.text, today, meaning.quote)
    new_time = shifted(shift, str(context.user.zone)) | span(() if are_choices else times[:1])
    is_asked_about = are_choices or any(each.is_asked_about for each in times[:1])
    new_days = {each.local_start.date() for each in times} | {shift.same_hour_on if shift is not None else None}
    old = old or context.old_time
    old_start = old.start if old is not None else None
    which = _which(old_start, old_day(meaning.quote, context.text, today, new_days), context)
    if meaning.is_asked or is_asked_about:
        yield NewTimeProposed(**which | new_time)
    if not meaning.is_asked:
        yield InterviewRescheduled(**which | ({} if is_asked_about else new_time))


def _old_and_new(times: Sequence[Appointment]) -> tuple[Appointment | None, Sequence[Appointment]]:
    """The old time and the new ones, where the first sentence that names a time names those of two days: it ends with the new one."""
    same_sentence = [each for each in times if each.quote == times[0].quote]
    days = list(dict.fromkeys(each.local_start.date() for each in same_sentence))
    if len(days) != _OLD_AND_NEW:
        return None, times
    return same_sentence[0], [each for each in times if each.local_start.date() != days[0]]


def _which(start: datetime | None, day: date | None, context: MailContext) -> dict[str, Any]:
    """The fields that say which interview is meant."""
    return _on_day("old_day", day, context) | ({"old_start": start} if start is not None else {})


def _on_day(field: str, day: date | None, context: MailContext) -> dict[str, Any]:
    return {field: day, "zone": str(context.user.zone)} if day is not None else {}
