"""The interviews of one application, joined from what mails and calendars say of them."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple, TypeVar

from msgspec.structs import replace

from afterword.eventlog.events import (
    AnyEvent,
    DecisionPromised,
    InterviewCancelled,
    InterviewChange,
    InterviewHeld,
    InterviewMove,
    InterviewRescheduled,
    InterviewScheduled,
    InterviewTime,
    NewTimeProposed,
    OfferReceived,
    Recorded,
    RejectionReceived,
    UnknownEvent,
    UserWrote,
)
from afterword.recognition.reading import USUAL_LENGTH
from afterword.zones import zone_of

from .interviews import MAX_DIFFERENCE, MET, Interview, is_retrospective, names_of
from .meant_interview import changed_just_now, meant

Move = TypeVar("Move", bound=InterviewMove)

_SAME_SHIFT = timedelta(days=3)
"""Who is told so soon that it is to be so much later, or says yes to that, speaks of the same move."""


class Joined(NamedTuple):
    """The interviews, by their start, and the facts of which it is not clear which one they change: they change none."""

    interviews: tuple[Interview, ...]
    unclear: tuple[Recorded, ...] = ()


def join_interviews(facts: Iterable[Recorded], settled: Container[str] = ()) -> Joined:
    """Fold an application's facts, in the order of their time, into its interviews. Of several that a fact may change, it changes the next
    one if it is `settled`: the user said, by its source key, that it is so.
    """
    known = list(facts)
    held = {each.event.start: each for each in reversed(known) if isinstance(each.event, InterviewHeld)}
    join = _Join(held, settled)
    for fact in known:
        join.apply(fact)
    for each in join.interviews:
        each.held_by = join.held.get(each.start) if each.stands else None
    return Joined(tuple(sorted(join.interviews, key=lambda each: each.start)), tuple(join.unclear()))


class _Join:
    """Joins facts into interviews, one by one. `held` are the InterviewHeld of all of them, by their start: they are known from the
    beginning, because what corrects a time may be dated earlier. `settled` are the source keys of facts that the user confirmed.
    """

    def __init__(self, held: Mapping[datetime, Recorded], settled: Container[str]) -> None:
        self.interviews: list[Interview] = []
        self.held = held
        self._settled = settled
        self._proposed: dict[date, tuple[Recorded, NewTimeProposed]] = {}
        """By the proposed time, or by the day on which the interview would keep its hour."""

        self._shifts: dict[tuple[int, timedelta], tuple[datetime, datetime]] = {}
        """By an interview's number and how much later it is to be: when that was first said, and the start that it leads to."""

        self._unclear: list[tuple[Recorded, Sequence[Interview]]] = []

    def apply(self, fact: Recorded) -> None:
        match fact.event:
            case InterviewScheduled() as event:
                self._schedule(fact, event)
            case InterviewRescheduled() as event:
                self._move(fact, event)
            case InterviewCancelled() as event:
                self._cancel(fact, event)
            case NewTimeProposed() as event:
                self._propose(fact, event)
            case event if _goes_on(event):
                self._note_as_held(fact.occurred_at)
            case _:
                pass

    def _note_as_held(self, at: datetime) -> None:
        for each in self.interviews:
            each.told_as_held = each.told_as_held or each.end <= at

    def _schedule(self, fact: Recorded, event: InterviewTime) -> None:
        if event.start is None:
            return
        retrospective = is_retrospective(fact, event)
        interview = self._by_entry(event) or (self._on_that_day(event) if retrospective else self._at_that_time(event))
        if interview is None and event.start in self._proposed:
            possible = meant(*self._proposed[event.start], self.interviews)
            interview = possible[0] if len(possible) == 1 else None
        if interview is None:
            start = event.start.astimezone(UTC)
            end = (event.end or event.start + USUAL_LENGTH).astimezone(UTC)
            interview = Interview(start=start, end=end, company=event.company, day_only=retrospective)
            self.interviews.append(interview)
        elif not retrospective and (event.uid or not interview.entries or event.start in self._proposed):
            self._set_time(interview, event)
        interview.told_as_held = interview.told_as_held or retrospective
        _add(interview, fact, event if not (retrospective and interview.people) else replace(event, people=()))

    def _propose(self, fact: Recorded, event: NewTimeProposed) -> None:
        possible = meant(fact, event, self.interviews)
        start = self._with_start(fact, event, possible[0]).start if len(possible) == 1 else event.start
        self._proposed |= {each: (fact, event) for each in (start, event.same_hour_on) if each is not None}

    def _move(self, fact: Recorded, event: InterviewRescheduled) -> None:
        interview = self._by_entry(event) or self._meant(fact, event)
        if interview is None:
            if not self._is_unclear(fact):
                self._schedule(fact, event)
            return
        event = self._with_start(fact, event, interview)
        if event.start is not None:
            self._set_time(interview, event)
            _add(interview, fact, event)
        else:
            is_told_already = changed_just_now(interview, fact.occurred_at)
            interview.state = interview.state if is_told_already else "moved away"
            interview.facts.append(fact)

    def _with_start(self, fact: Recorded, event: Move, interview: Interview) -> Move:
        """The event with the start that it has by where the interview was, before the same was first said of it."""
        if event.start is not None or event.later_by is None:
            return _with_start(event, interview)
        shift = self.interviews.index(interview), event.later_by
        said_at, start = self._shifts.get(shift, (fact.occurred_at, None))
        if start is None or fact.occurred_at - said_at > _SAME_SHIFT:
            moved = _with_start(event, interview)
            assert moved.start is not None
            self._shifts[shift] = fact.occurred_at, moved.start
            return moved
        return replace(event, start=start)

    def _cancel(self, fact: Recorded, event: InterviewCancelled) -> None:
        interview = self._by_entry(event) or self._meant(fact, event)
        if interview is None:
            return
        if event.uid:
            interview.entries[_entry(event)] = False
        if not event.uid or not any(interview.entries.values()):
            interview.state = "declined" if event.declined else "cancelled"
        interview.facts.append(fact)

    def _set_time(self, interview: Interview, event: InterviewTime) -> None:
        assert event.start is not None
        start, length = event.start.astimezone(UTC), interview.end - interview.start
        if interview.start in self.held:
            interview.held_at.append(interview.start)
        if abs(start - interview.start) > MAX_DIFFERENCE:
            interview.first_held = None
        elif interview.start in self.held:
            interview.first_held = interview.first_held or interview.start
        interview.day_only = interview.told_as_held = False
        interview.start, interview.end = start, start + (_length(event) or length)

    def _by_entry(self, event: InterviewTime) -> Interview | None:
        entry = _entry(event)
        return next((each for each in self.interviews if event.uid and entry in each.entries), None)

    def _at_that_time(self, event: InterviewTime) -> Interview | None:
        fitting = [each for each in self.interviews if _is_same(each, event)]
        return min(fitting, key=lambda each: _distance(each, event), default=None)

    def _on_that_day(self, event: InterviewTime) -> Interview | None:
        return next((each for each in self.interviews if each.stands and _is_on_its_day(each.start, event)), None)

    def _meant(self, fact: Recorded, event: InterviewChange) -> Interview | None:
        """The interview that a mail changes; None where there is none, where it is not clear which, or for a calendar entry."""
        if event.uid:
            return None
        possible = meant(*(self._proposal_of(event) or (fact, event)), self.interviews)
        if len(possible) > 1 and fact.source_key not in self._settled:
            self._unclear.append((fact, possible))
            return None
        return possible[0] if possible else None

    def _proposal_of(self, event: InterviewChange) -> tuple[Recorded, NewTimeProposed] | None:
        """The question that a move answers: it says more of what is meant than a yes does."""
        if not isinstance(event, InterviewMove) or event.old_day or event.old_start:
            return None
        proposals = (self._proposed.get(each) for each in (event.start, event.same_hour_on) if each is not None)
        return next((each for each in proposals if each is not None), None)

    def _is_unclear(self, fact: Recorded) -> bool:
        return any(each is fact for each, _ in self._unclear)

    def unclear(self) -> Iterator[Recorded]:
        """The facts that may change one of several interviews, of which the calendar had not changed all before, and nothing any since."""
        for fact, possible in self._unclear:
            if all(changed_just_now(each, fact.occurred_at) for each in possible):
                continue
            later = [each for interview in possible for each in interview.facts if each.occurred_at >= fact.occurred_at]
            if not any(isinstance(each.event, InterviewChange) for each in later):
                yield fact


def _goes_on(event: AnyEvent | UnknownEvent) -> bool:
    """Whether it tells that the interviews before it were held."""
    thanks = isinstance(event, UserWrote) and "thank_you" in event.purposes
    return thanks or isinstance(event, DecisionPromised | RejectionReceived | OfferReceived)


def _with_start(event: Move, interview: Interview) -> Move:
    """The event with the start that it has by where the interview was."""
    if event.start is not None or event.is_open:
        return event
    zone = zone_of(event.zone) or UTC
    was = interview.start.astimezone(zone).replace(tzinfo=None)
    moved = datetime.combine(event.same_hour_on or was.date(), event.same_day_at or was.time())
    moved += event.later_by or timedelta(0)
    return replace(event, start=moved.replace(tzinfo=zone).astimezone(UTC))


def _length(event: InterviewTime) -> timedelta | None:
    """How long it is said to last; None for the usual length that is assumed for a mail without one: it changes no known length."""
    assert event.start is not None
    length = event.end - event.start if event.end is not None else None
    return length if event.uid or length != USUAL_LENGTH else None


def _entry(event: InterviewTime) -> str:
    return f"{event.uid}/{event.recurrence_id}"


def _distance(interview: Interview, event: InterviewTime) -> timedelta:
    assert event.start is not None
    return abs(interview.start - event.start)


def _is_on_its_day(start: datetime | None, retrospective: object) -> bool:
    """Whether a meeting is on the day, in the zone that it was said in, that a mail tells of afterwards."""
    if start is None or not isinstance(retrospective, InterviewTime) or retrospective.start is None:
        return False
    zone = zone_of(retrospective.zone) or UTC
    return start.astimezone(zone).date() == retrospective.start.astimezone(zone).date()


def _is_same(interview: Interview, event: InterviewTime) -> bool:
    """Two entries, or two mails, speak of one meeting only if they name the same start; an entry and a mail may differ a little."""
    if interview.day_only and _is_on_its_day(event.start, interview.facts[0].event):
        return True
    apart = _distance(interview, event)
    if bool(interview.entries) == bool(event.uid) or interview.state == "cancelled":
        return apart == timedelta(0)
    return apart <= MAX_DIFFERENCE


def _add(interview: Interview, fact: Recorded, event: InterviewTime) -> None:
    _drop_replaced(interview, event)
    interview.state = "scheduled"
    interview.facts.append(fact)
    interview.company = interview.company or event.company
    if event.uid:
        interview.entries[_entry(event)] = True
    for person in event.people:
        key = person.address or person.name.casefold()
        if key and (key not in interview.people or person.part != "unknown"):
            interview.people[key] = person


def _drop_replaced(interview: Interview, event: InterviewTime) -> None:
    """Drop those whom earlier revisions of this entry named, whoever named them before. One that names no interviewer may hide its guests."""
    if not event.uid or all(each.part not in MET for each in event.people):
        return
    revisions = (each.event for each in interview.facts if isinstance(each.event, InterviewTime))
    named = (person for each in revisions if _entry(each) == _entry(event) for person in each.people)
    for key in names_of(named) - names_of(event.people):
        interview.people.pop(key, None)
