"""What a mail says of an interview that was set before: that it is cancelled, that it moves, or that it may."""

from collections.abc import Iterator

from ..eventlog.events import InterviewCancelled, InterviewRescheduled, NewTimeProposed
from .classify import Classification
from .mail_context import MailContext, span
from .meanings import Meaning


def changes(
    meaning: Meaning, classification: Classification, context: MailContext
) -> Iterator[InterviewCancelled | InterviewRescheduled | NewTimeProposed]:
    """What a meaning of the kind "cancelled" or "rescheduled" says, with the time that the text names.

    Who only asks whether it may move proposes a time. So does who says that it must and asks about a time; the old one is off then.
    """
    times = context.appointments
    if meaning.kind == "cancelled":
        yield InterviewCancelled(**span(times[:1]))
        return
    may_choose = classification.proposes_times or meaning.is_asked
    are_choices = may_choose and len({each.start for each in times}) > 1
    new_time = span(() if are_choices else times[:1])
    is_asked_about = are_choices or any(each.quote.endswith("?") for each in times[:1])
    if meaning.is_asked or is_asked_about:
        yield NewTimeProposed(**new_time)
    if not meaning.is_asked:
        yield InterviewRescheduled(**({} if is_asked_about else new_time))
