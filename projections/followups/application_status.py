"""The status of one application: its items, its stage, and what is waited for."""

from collections.abc import Iterator
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from afterword.eventlog.events import DecisionPromised, InterviewInvited, RejectionReceived

from ..applications import Application
from ..status import Because, Stage, Waiting
from .course import Course, course, is_withdrawal
from .items import Given, Item, because
from .rejections import after_a_rejection
from .silence import (
    Silence,
    closed_by_silence,
    deadline,
    hoped_until,
    is_lapsed,
    last_question,
    nudges,
    over_at,
    silences,
)
from .thanks import connect, review, thank_you

NOT_ALL_READ = "their time is over, but not every mailbox has been read since: the answer may lie there"


class ApplicationStatus(Struct, frozen=True, kw_only=True):
    """One application at one moment: every item, past ones and those to come included, in the order in which they open."""

    application: Application
    items: tuple[Item, ...]
    stage: Stage
    waiting: Waiting | None


def derive_status(application: Application, given: Given) -> ApplicationStatus:
    """Derive it from the application's facts, by the rules, and the user's acts, as of `given.now`."""
    known = course(application, given.rules.work)
    quiets = silences(known, given)
    asks = [each for quiet in quiets for each in nudges(known, quiet, given)]
    items = [*_after_interviews(known, given), *asks, *after_a_rejection(known, given)]
    lasting = next((each for each in quiets[-1:] if each.broken is None), None)
    over = closed_by_silence(known, lasting, given) if lasting is not None else None
    return ApplicationStatus(
        application=application,
        items=tuple(sorted(items, key=lambda each: (each.not_before, each.due, each.id))),
        stage=_stage(known, lasting, over),
        waiting=None if over or any(each.live for each in asks) else _waiting(known, lasting, given),
    )


def _after_interviews(known: Course, given: Given) -> Iterator[Item]:
    for day in known.days:
        thanks = thank_you(known, day, given)
        for item in (thanks, review(known, day, given)):
            if item is not None:
                yield item
        connecting = connect(known, day, thanks, given) if thanks is not None else None
        if connecting is not None:
            yield connecting


def _stage(known: Course, lasting: Silence | None, closed: datetime | None) -> Stage:
    decided = _decided_stage(known)
    if decided is not None:
        return decided
    if lasting is not None:
        return "closed" if closed is not None else "waiting"
    met = any(each.stands for each in known.application.interviews)
    return "interviewing" if met or known.application.of(InterviewInvited) else "applied"


def _decided_stage(known: Course) -> Stage | None:
    over = known.over
    if over is not None:
        if isinstance(over.event, RejectionReceived):
            return "rejected"
        return "withdrawn" if is_withdrawal(over) else "closed"
    if known.offer is not None:
        return "offered"
    return "paused" if known.pause is not None else None


def _waiting(known: Course, lasting: Silence | None, given: Given) -> Waiting | None:
    if lasting is None:
        return None if known.days else _waiting_before_any_interview(known, given)
    until, why = lasting.until, because([lasting.promise or lasting.since])
    if is_lapsed(lasting, known, given):
        asked = last_question(known, lasting, given)
        until, why = hoped_until(known, lasting, given), (*why, *([asked] if asked else []))
    elif lasting.opens <= given.now:
        return _not_known_yet(known, lasting, why, given)
    elif given.rules.work.end_of(until) < given.now:
        until = given.rules.work.local_day(lasting.opens)
    return _wait(known, until, why)


def _not_known_yet(known: Course, lasting: Silence, why: tuple[Because, ...], given: Given) -> Waiting:
    """The time is over, and nobody knows whether they have answered."""
    today = given.rules.work.local_day(given.now)
    unread = given.rules.unread_since(over_at(lasting, given.rules.work.zone))
    return replace(_wait(known, today, why), note=NOT_ALL_READ, unread=unread)


def _waiting_before_any_interview(known: Course, given: Given) -> Waiting | None:
    """A promise is kept in sight, though nothing before an interview is ever nudged."""
    promise = next(reversed(known.application.of(DecisionPromised)), None)
    if promise is None or not isinstance(promise.event, DecisionPromised) or _decided_stage(known):
        return None
    if deadline(promise.event, given.rules.work.zone) < given.now or any(
        each.stands for each in known.application.interviews
    ):
        return None
    return _wait(known, promise.event.until, because([promise]))


def _wait(known: Course, until: date, why: tuple[Because, ...]) -> Waiting:
    return Waiting(
        application=known.application.id,
        company=known.application.company,
        role=known.application.role,
        until=until.isoformat(),
        because=why,
    )
