"""Which of several interviews a mail means that cancels or moves one, by what it names."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from afterword.eventlog.events import InterviewCancelled, InterviewChange, InterviewMove, InterviewTime, Recorded
from afterword.recognition.parties.rounds import rounds_in
from afterword.zones import zone_of

from .interviews import MAX_DIFFERENCE, Interview, names_of

_SOON_AFTER = timedelta(hours=6)
"""A mail that comes so soon after the calendar changed tells of that change."""

_FORGOTTEN_FOR = timedelta(days=1)
"""Whoever misses an interview says so within this time of its end."""


def meant(fact: Recorded, event: InterviewChange, interviews: Iterable[Interview]) -> Sequence[Interview]:
    """The interviews that a mail may mean, the next one first: of those to come, those that fit what it names. It is clear if that is one.

    Where none is to come, it is one that has just ended by the clock, and that nobody speaks of as held: somebody missed it.
    """
    now = fact.occurred_at
    known = sorted(interviews, key=lambda each: each.start)
    to_come = [each for each in known if each.end > now] or [each for each in known if _may_be_missed(each, event, now)]
    left: Sequence[Interview] = [each for each in to_come if each.state != "cancelled" or changed_just_now(each, now)]
    left = _narrowed(left, _times(event))
    if not left[1:]:
        return left
    left = _with_what_tells_apart(_rounds(fact), [(each, _rounds(*each.facts)) for each in left])
    left = _with_what_tells_apart(_named_people(event), [(each, names_of(each.people.values())) for each in left])
    return _narrowed(left, _circumstances(event, now))


def changed_just_now(interview: Interview, now: datetime) -> bool:
    """Whether its calendar entry was moved or cancelled shortly before."""
    changes = (each for each in interview.facts if isinstance(each.event, InterviewChange) and each.event.uid)
    return any(timedelta(0) <= now - each.occurred_at <= _SOON_AFTER for each in changes)


def _may_be_missed(interview: Interview, event: InterviewChange, now: datetime) -> bool:
    has_just_ended = now - interview.end <= _FORGOTTEN_FOR and not interview.told_as_held
    return has_just_ended and all(fits(interview) for fits in _old_times(event))


Fits = Callable[[Interview], bool]


def _narrowed(interviews: Sequence[Interview], criteria: Iterable[Fits]) -> Sequence[Interview]:
    """Those that fit each of these, in turn, as far as any does."""
    for fits in criteria:
        interviews = [each for each in interviews if fits(each)] or interviews
    return interviews


def _times(event: InterviewChange) -> Iterator[Fits]:
    """The new time, which the calendar may have set already, and the old one."""
    if event.start is not None and not isinstance(event, InterviewCancelled):
        yield lambda each: each.start == event.start
    yield from _old_times(event)


def _old_times(event: InterviewChange) -> Iterator[Fits]:
    """The time, and the day, at which it was to be."""
    was_at = event.old_start or (event.start if isinstance(event, InterviewCancelled) else None)
    if was_at is not None:
        yield lambda each: abs(each.start - was_at) <= MAX_DIFFERENCE
    if event.old_day is not None:
        yield lambda each: each.start.astimezone(zone_of(event.zone) or UTC).date() == event.old_day


def _circumstances(event: InterviewChange, now: datetime) -> Iterator[Fits]:
    """The thread that set it; that the calendar has just changed it; and that it waits for a new time, or can be called off at all."""
    yield lambda each: any(name in event.references for name in _mails(each))
    yield lambda each: changed_just_now(each, now)
    yield lambda each: each.stands != isinstance(event, InterviewMove)


def _mails(interview: Interview) -> Iterator[str]:
    for each in interview.facts:
        if isinstance(each.event, InterviewTime) and each.event.message_id:
            yield each.event.message_id


def _with_what_tells_apart(
    named: frozenset[str], interviews: Sequence[tuple[Interview, frozenset[str]]]
) -> Sequence[Interview]:
    """Those that have something of what is named that not all of them have; all of them if there are none."""
    shared = frozenset.intersection(*(having for _, having in interviews))
    telling = [each for each, having in interviews if named & (having - shared)]
    return telling or [each for each, _ in interviews]


def _rounds(*facts: Recorded) -> frozenset[str]:
    return frozenset(name for each in facts for text in _texts(each) for name in rounds_in(text))


def _texts(fact: Recorded) -> Iterator[str]:
    if isinstance(fact.event, InterviewTime):
        yield from (fact.event.title, fact.event.subject)
    if fact.evidence is not None:
        yield fact.evidence.quote


def _named_people(event: InterviewTime) -> frozenset[str]:
    """Those whom a mail names, without its sender: who organises the one may cancel the other."""
    sender = event.sender.address if event.sender is not None else ""
    return names_of(each for each in event.people if each.address != sender or not sender)
