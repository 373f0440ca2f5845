"""The interviews of one application, joined from what mails and calendars say of them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from afterword.eventlog.events import (
    InterviewCancelled,
    InterviewHeld,
    InterviewRescheduled,
    InterviewScheduled,
    InterviewTime,
    NewTimeProposed,
    Person,
    Recorded,
)

from .workdays import WorkCalendar

MAX_DIFFERENCE = timedelta(hours=2)
"""How far the time in a mail may lie from the calendar's to be the same interview."""

USUAL_LENGTH = timedelta(hours=1)

State = Literal["scheduled", "cancelled", "declined", "moved away"]


class Interview(Struct, kw_only=True):
    """One meeting: where it stands now, who takes part, and the facts that say so. Times are in UTC.

    `entries` says of each calendar entry ("UID/RECURRENCE-ID") whether it still holds the meeting; `people` are by address, else by name.
    """

    start: datetime
    end: datetime
    company: str = ""
    state: State = "scheduled"
    entries: dict[str, bool] = {}
    people: dict[str, Person] = {}
    facts: list[Recorded] = []
    held_by: Recorded | None = None
    first_held: datetime | None = None
    """The start by which it was recorded as held, where its time was corrected a little since."""

    day_only: bool = False
    """Whether nothing is known of its time but the day."""

    @property
    def held(self) -> bool:
        """Whether the clock has said that it was held."""
        return self.held_by is not None

    @property
    def stands(self) -> bool:
        """Whether it is neither cancelled, nor declined, nor moved to a time that is not known yet."""
        return self.state == "scheduled"

    @property
    def standing_since(self) -> datetime:
        """When it was first spoken of, since it was last called off."""
        called_off = [at for at, each in enumerate(self.facts) if _calls_off(each)]
        return self.facts[min(called_off[-1] + 1 if called_off else 0, len(self.facts) - 1)].occurred_at

    @property
    def uid(self) -> str:
        """The UID of a calendar entry that still holds it; "" where only a mail speaks of it."""
        return next((entry.rpartition("/")[0] for entry, live in self.entries.items() if live), "")


class InterviewDay(Struct, frozen=True, kw_only=True):
    """The interviews that were held for one application on one day of the user's, in order."""

    day: date
    interviews: tuple[Interview, ...]

    @property
    def start(self) -> datetime:
        return self.interviews[0].start

    @property
    def end(self) -> datetime:
        return max(each.end for each in self.interviews)

    @property
    def id_start(self) -> datetime:
        """The start that its items' ids are made of: what the user did to them counts, though a time is corrected later."""
        return self.interviews[0].first_held or self.start

    @property
    def people(self) -> tuple[Person, ...]:
        return tuple({key: person for each in self.interviews for key, person in each.people.items()}.values())

    @property
    def facts(self) -> tuple[Recorded, ...]:
        return tuple(fact for each in self.interviews for fact in each.facts)

    @property
    def because(self) -> tuple[Recorded, ...]:
        """That each was held, in the words of whatever spoke of it last."""
        return tuple(
            replace(each.held_by, evidence=each.facts[-1].evidence)
            for each in self.interviews
            if each.held_by is not None
        )


def join_interviews(facts: Iterable[Recorded]) -> list[Interview]:
    """Fold an application's facts, in the order of their time, into its interviews."""
    known = list(facts)
    join = _Join({each.event.start: each for each in reversed(known) if isinstance(each.event, InterviewHeld)})
    for fact in known:
        join.apply(fact)
    for each in join.interviews:
        each.held_by = join.held.get(each.start) if each.stands else None
    return sorted(join.interviews, key=lambda each: each.start)


def days_held(interviews: Iterable[Interview], work: WorkCalendar) -> Iterator[InterviewDay]:
    """The days on which interviews were held, oldest first; one on which another is still to come is not over."""
    days: dict[date, list[Interview]] = {}
    for each in interviews:
        if each.stands:
            days.setdefault(work.local_day(each.start), []).append(each)
    for day, standing in sorted(days.items()):
        if all(each.held for each in standing):
            yield InterviewDay(day=day, interviews=tuple(standing))


def is_retrospective(fact: Recorded, event: InterviewTime) -> bool:
    """Whether only a mail speaks of it that was written after it: all that such a one says is the day."""
    return bool(event.message_id) and not event.uid and event.start is not None and event.start < fact.occurred_at


class _Join:
    """Joins facts into interviews, one by one. `held` are the InterviewHeld of all of them, by their start: they are known from the
    beginning, because what corrects a time may be dated earlier.
    """

    def __init__(self, held: Mapping[datetime, Recorded]) -> None:
        self.interviews: list[Interview] = []
        self.held = held
        self._proposed: set[datetime] = set()

    def apply(self, fact: Recorded) -> None:
        match fact.event:
            case InterviewScheduled() as event:
                self._schedule(fact, event)
            case InterviewRescheduled() as event:
                self._move(fact, event)
            case InterviewCancelled() as event:
                self._cancel(fact, event)
            case NewTimeProposed(start=datetime() as start):
                self._proposed.add(start)
            case _:
                pass

    def _schedule(self, fact: Recorded, event: InterviewTime) -> None:
        if event.start is None:
            return
        retrospective = is_retrospective(fact, event)
        interview = self._by_entry(event) or (self._on_that_day(event) if retrospective else self._at_that_time(event))
        if interview is None and event.start in self._proposed:
            interview = self._next_after(fact.occurred_at)
        if interview is None:
            start = event.start.astimezone(UTC)
            end = (event.end or event.start + USUAL_LENGTH).astimezone(UTC)
            interview = Interview(start=start, end=end, company=event.company, day_only=retrospective)
            self.interviews.append(interview)
        elif not retrospective and (event.uid or not interview.entries or event.start in self._proposed):
            self._set_time(interview, event)
        _add(interview, fact, event if not (retrospective and interview.people) else replace(event, people=()))

    def _move(self, fact: Recorded, event: InterviewRescheduled) -> None:
        interview = self._by_entry(event) or (self._next_after(fact.occurred_at) if not event.uid else None)
        if interview is None:
            self._schedule(fact, event)
        elif event.start is None:
            interview.state = "moved away"
            interview.facts.append(fact)
        else:
            self._set_time(interview, event)
            _add(interview, fact, event)

    def _cancel(self, fact: Recorded, event: InterviewCancelled) -> None:
        interview = self._by_entry(event) or (self._next_after(fact.occurred_at) if not event.uid else None)
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
        if abs(start - interview.start) > MAX_DIFFERENCE:
            interview.first_held = None
        elif interview.start in self.held:
            interview.first_held = interview.first_held or interview.start
        interview.day_only = False
        interview.start, interview.end = start, start + (_length(event) or length)

    def _by_entry(self, event: InterviewTime) -> Interview | None:
        entry = _entry(event)
        return next((each for each in self.interviews if event.uid and entry in each.entries), None)

    def _at_that_time(self, event: InterviewTime) -> Interview | None:
        fitting = [each for each in self.interviews if _is_same(each, event)]
        return min(fitting, key=lambda each: _distance(each, event), default=None)

    def _on_that_day(self, event: InterviewTime) -> Interview | None:
        return next((each for each in self.interviews if each.stands and _is_same_day(each, event)), None)

    def _next_after(self, moment: datetime) -> Interview | None:
        ahead = [each for each in self.interviews if each.state != "cancelled" and each.end > moment]
        return min(ahead, key=lambda each: each.start, default=None)


def _calls_off(fact: Recorded) -> bool:
    moved_away = isinstance(fact.event, InterviewRescheduled) and fact.event.start is None
    return moved_away or isinstance(fact.event, InterviewCancelled)


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


def _is_same_day(interview: Interview, event: InterviewTime) -> bool:
    return event.start is not None and interview.start.date() == event.start.astimezone(UTC).date()


def _is_same(interview: Interview, event: InterviewTime) -> bool:
    """Two entries, or two mails, speak of one meeting only if they name the same start; an entry and a mail may differ a little."""
    if interview.day_only and _is_same_day(interview, event):
        return True
    apart = _distance(interview, event)
    if bool(interview.entries) == bool(event.uid) or interview.state == "cancelled":
        return apart == timedelta(0)
    return apart <= MAX_DIFFERENCE


def _add(interview: Interview, fact: Recorded, event: InterviewTime) -> None:
    interview.state = "scheduled"
    interview.facts.append(fact)
    interview.company = interview.company or event.company
    if event.uid:
        interview.entries[_entry(event)] = True
    for person in event.people:
        key = person.address or person.name.casefold()
        if key and (key not in interview.people or person.part != "unknown"):
            interview.people[key] = person
