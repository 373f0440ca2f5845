"""The status of one application: its items, its stage, and what is waited for."""

from collections.abc import Iterator
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from afterword.eventlog.events import DecisionPromised, InterviewInvited, RejectionReceived

from ..applications import Application
from ..status import Because, Stage, Waiting
from .course import Course, course_of, is_withdrawal
from .items import Given, Item, because
from .rejections import after_a_rejection
from .silence import (
    Silence,
    closed_by_silence_at,
    deadline,
    hoped_until,
    is_lapsed,
    last_question,
    nudges,
    silences,
    wait_ends_at,
)
from .thanks import connect, review, thank_you

NOT_ALL_READ = "their time is over, but not every mailbox has been read since: the answer may lie there"


class ApplicationStatus(Struct, frozen=True, kw_only=True):
    """One application at one moment: every item, past ones and those to come included, in the order in which they open; and since when it
    is over, if that was said.
    """

    application: Application
    items: tuple[Item, ...]
    stage: Stage
    waiting: Waiting | None
    over_since: datetime | None = None


def derive_status(application: Application, given: Given) -> ApplicationStatus:
    """Derive it from the application's facts, by the rules, and the user's acts, as of `given.now`."""
    course = course_of(application, given.rules.work)
    all_silences = silences(course, given)
    nudge_items = [each for silence in all_silences for each in nudges(course, silence, given)]
    items = [*_after_interviews(course, given), *nudge_items, *after_a_rejection(course, given)]
    lasting = next((each for each in all_silences[-1:] if each.ended_at is None), None)
    over = closed_by_silence_at(course, lasting, given) if lasting is not None else None
    return ApplicationStatus(
        application=application,
        items=tuple(sorted(items, key=lambda each: (each.not_before, each.due, each.id))),
        stage=_stage(course, lasting, over),
        waiting=None if over or any(each.live for each in nudge_items) else _waiting(course, lasting, given),
        over_since=course.over.occurred_at if course.over is not None else None,
    )


def _after_interviews(course: Course, given: Given) -> Iterator[Item]:
    for day in course.days:
        thanks = thank_you(course, day, given)
        for item in (thanks, review(course, day, given)):
            if item is not None:
                yield item
        connecting = connect(course, day, thanks, given) if thanks is not None else None
        if connecting is not None:
            yield connecting


def _stage(course: Course, lasting: Silence | None, closed: datetime | None) -> Stage:
    decided = _decided_stage(course)
    if decided is not None:
        return decided
    if lasting is not None:
        return "closed" if closed is not None else "waiting"
    current = (each for each in course.application.interviews if each.start > course.began_at)
    met = any(each.stands or each.state == "moved away" for each in current)
    invited = any(each.occurred_at > course.began_at for each in course.application.of(InterviewInvited))
    return "interviewing" if met or invited else "applied"


def _decided_stage(course: Course) -> Stage | None:
    over = course.over
    if over is not None:
        if isinstance(over.event, RejectionReceived):
            return "rejected"
        return "withdrawn" if is_withdrawal(over) else "closed"
    if course.offer is not None:
        return "offered"
    return "paused" if course.pause is not None else None


def _waiting(course: Course, lasting: Silence | None, given: Given) -> Waiting | None:
    if lasting is None:
        return None if course.days_about(given.now) else _waiting_before_any_interview(course, given)
    until, why = lasting.until, because([lasting.why])
    if is_lapsed(lasting, course, given):
        asked = last_question(course, lasting, given)
        until, why = hoped_until(course, lasting, given), (*why, *([asked] if asked else []))
    elif lasting.opens <= given.now:
        return _not_known_yet(course, lasting, why, given)
    elif given.rules.work.end_of(until) < given.now:
        until = given.rules.work.local_day(lasting.opens)
    return _wait(course, until, why)


def _not_known_yet(course: Course, lasting: Silence, why: tuple[Because, ...], given: Given) -> Waiting:
    """The time is over, and nobody knows whether they have answered."""
    today = given.rules.work.local_day(given.now)
    unread = given.rules.unread_since(wait_ends_at(lasting, given.rules.work.zone))
    return replace(_wait(course, today, why), note=NOT_ALL_READ, unread=unread)


def _waiting_before_any_interview(course: Course, given: Given) -> Waiting | None:
    """A promise is kept in sight, though nothing before an interview is ever nudged."""
    promise = next(reversed(course.application.of(DecisionPromised)), None)
    if promise is None or not isinstance(promise.event, DecisionPromised) or _decided_stage(course):
        return None
    if deadline(promise.event, given.rules.work.zone) < given.now or any(
        each.stands and each.start > course.began_at for each in course.application.interviews
    ):
        return None
    return _wait(course, promise.event.until, because([promise]))


def _wait(course: Course, until: date, why: tuple[Because, ...]) -> Waiting:
    return Waiting(
        application=course.application.id,
        company=course.application.company,
        role=course.application.role,
        until=until.isoformat(),
        because=why,
    )
