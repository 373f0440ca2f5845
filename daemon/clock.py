"""What the clock says: interviews that were held, and promises that lapsed in silence.

The clock speaks last: a promise has lapsed only when every mailbox has been read since its deadline. What it says it says of an
application: of a fact that the user calls another's, it says it there anew.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from afterword.digests import digest
from afterword.eventlog.events import DeadlinePassed, DecisionPromised, InterviewHeld, NewEvent, Recorded
from projections.applications import Application
from projections.followups import Rules, deadline, unanswered_promise
from projections.followups.course import course_of


def due_events(applications: Iterable[Application], rules: Rules, now: datetime) -> Iterator[NewEvent]:
    """The clock's events that are due at `now` and not in the log yet, each with a source key that makes a repeat impossible."""
    for application in applications:
        yield from _held_events(application, rules, now)
        yield from _lapsed_promise(application, rules, now)


def as_recorded(event: NewEvent, now: datetime) -> Recorded:
    """An event of the clock as if it stood in the log, to look at a moment that has not come."""
    return Recorded(
        position=0,
        stream=event.stream,
        version=0,
        source_key=event.source_key,
        occurred_at=event.occurred_at,
        recorded_at=now,
        event=event.event,
    )


def _held_events(application: Application, rules: Rules, now: datetime) -> Iterator[NewEvent]:
    """The interviews that are over by the clock; none that was to be after the end of the application, whoever called it off by that."""
    over = course_of(application, rules.work).over
    for each in application.interviews:
        takes_place = each.stands and (over is None or each.start < over.occurred_at)
        if takes_place and not each.held and each.end <= now:
            yield NewEvent(
                stream=application.stream,
                event=InterviewHeld(start=each.start, end=each.end, uid=each.uid),
                occurred_at=each.end,
                source_key=digest(
                    "InterviewHeld", application.stream, each.facts[0].source_key, each.start.isoformat()
                ),
            )


def _lapsed_promise(application: Application, rules: Rules, now: datetime) -> Iterator[NewEvent]:
    promise = unanswered_promise(application, rules.work)
    if promise is None or not isinstance(promise.event, DecisionPromised):
        return
    ends = deadline(promise.event, rules.work.zone)
    known = any(_is_of(each, promise) for each in application.of(DeadlinePassed))
    midnight = ends + timedelta(seconds=1)
    if midnight <= now and not known and not rules.unread_since(midnight):
        yield NewEvent(
            stream=application.stream,
            event=DeadlinePassed(until=promise.event.until, promise=promise.source_key),
            occurred_at=ends,
            source_key=digest("DeadlinePassed", application.stream, promise.source_key),
        )


def _is_of(passed: Recorded, promise: Recorded) -> bool:
    return isinstance(passed.event, DeadlinePassed) and passed.event.promise == promise.source_key
