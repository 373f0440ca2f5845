"""Whom to write to: who can be answered, and in which thread."""

from collections.abc import Iterable

from afterword.eventlog.events import Person, Recorded

from ..drafts.names import is_desk
from ..interviews import InterviewDay
from .course import Course

_FIRST_TO_TURN_TO = ("recruiter", "coordinator", "hiring_manager", "interviewer", "unknown")


def address_of(recorded: Recorded) -> str:
    """Where the writer of a mail can be answered; "" where nobody reads."""
    return str(getattr(recorded.event, "reply_to", ""))


def writer_of(course: Course, recorded: Recorded) -> Person | None:
    """Whoever wrote a mail, where somebody reads the answer: of a desk, who wrote this time."""
    address = address_of(recorded)
    known = {each.address: each for each in course.application.people}
    sender = getattr(recorded.event, "sender", None)
    if sender is not None and sender.name and sender.address == address:
        known[address] = sender
    return known.get(address, Person(address=address)) if address else None


def who_can_be_answered(course: Course, decision: Recorded) -> Person | None:
    """Whoever wrote it, else the person known from the interviews. A desk with no name to it is no person: it is asked to pass on
    what concerns an interview with people who are unknown, and nothing else.
    """
    days = course.days_about(decision.occurred_at)
    writer, met = writer_of(course, decision), _met_in(days)
    if writer is None or not is_desk(writer, course.application.company):
        return writer or met
    return met or (writer if days else None)


def contact_of(course: Course) -> Person | None:
    """The recruiter, else the hiring manager, else an interviewer: of those who wrote themselves, but for desks, else of all who wrote or
    were met.
    """
    writers = {address_of(each) for each in course.employer_words} - {""}
    met = {each.address for day in course.days for each in day.people}
    known = [each for each in course.application.people if each.address in writers | met]
    wrote = [each for each in known if each.address in writers and not is_desk(each, course.application.company)]
    return min(wrote or known, key=lambda each: _FIRST_TO_TURN_TO.index(each.part), default=None)


def _met_in(days: Iterable[InterviewDay]) -> Person | None:
    """The person known from the interviews: whoever of them comes first as a contact."""
    met = {each.address: each for day in days for each in day.people if each.address}
    return min(met.values(), key=lambda each: _FIRST_TO_TURN_TO.index(each.part), default=None)


def last_mail_from(course: Course, person: Person | None) -> Recorded | None:
    """The last mail of that person, whose thread an answer belongs in."""
    mails = [each for each in course.employer_words if person and address_of(each) == person.address]
    return mails[-1] if mails else None
