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
    Person,
    Recorded,
)

from .workdays import WorkCalendar

SAME_MEETING = timedelta(hours=2)
"""How far a time told by mail may lie from the calendar's, on one day, to be the same interview."""

USUAL_LENGTH = timedelta(hours=1)

State = Literal["scheduled", "cancelled", "declined", "moved away"]


class Interview(Struct, kw_only=True):
    """One meeting: where it stands now, who takes part, and the facts that say so. Times are in UTC."""

    start: datetime
    end: datetime
    company: str = ""
    state: State = "scheduled"
    entries: dict[str, bool] = {}
    people: dict[str, Person] = {}
    facts: list[Recorded] = []
    held_by: Recorded | None = None
    first_held: datetime | None = None
    """When it began as it was held first, where its time was put right a little since."""

    day_only: bool = False
    """Whether nothing is known of its time but the day."""

    @property
    def held(self) -> bool:
        return self.held_by is not None

    @property
    def stands(self) -> bool:
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
    def named_by(self) -> datetime:
        """The start that its items are named by: what the user did counts, though a time is put right later."""
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
    joined = _Joined({each.event.start: each for each in reversed(known) if isinstance(each.event, InterviewHeld)})
    for fact in known:
        joined.take(fact)
    for each in joined.interviews:
        each.held_by = joined.held.get(each.start) if each.stands else None
    return sorted(joined.interviews, key=lambda each: each.start)


def days_held(interviews: Iterable[Interview], work: WorkCalendar) -> Iterator[InterviewDay]:
    """The days on which interviews were held, oldest first; one on which another is still to come is not over."""
    days: dict[date, list[Interview]] = {}
    for each in interviews:
        if each.stands:
            days.setdefault(work.local_day(each.start), []).append(each)
    for day, standing in sorted(days.items()):
        if all(each.held for each in standing):
            yield InterviewDay(day=day, interviews=tuple(standing))


class _Joined:
    """`held` are those that were held, by their start: first of all, for what tells of a time put right may be dated earlier."""

    def __init__(self, held: Mapping[datetime, Recorded]) -> None:
        self.interviews: list[Interview] = []
        self.held = held

    def take(self, fact: Recorded) -> None:
        match fact.event:
            case InterviewScheduled() as event:
                self._schedule(fact, event)
            case InterviewRescheduled() as event:
                self._move(fact, event)
            case InterviewCancelled() as event:
                self._cancel(fact, event)
            case _:
                pass

    def _schedule(self, fact: Recorded, event: InterviewTime) -> None:
        if event.start is None:
            return
        told_after = _is_told_after(fact, event)
        known = self._by_entry(event) or (self._on_that_day(event) if told_after else self._at_that_time(event))
        if known is None:
            start = event.start.astimezone(UTC)
            end = (event.end or event.start + USUAL_LENGTH).astimezone(UTC)
            known = Interview(start=start, end=end, company=event.company, day_only=told_after)
            self.interviews.append(known)
        elif not told_after and (event.uid or not known.entries):
            self._set_time(known, event)
        _tell(known, fact, event if not (told_after and known.people) else replace(event, people=()))

    def _move(self, fact: Recorded, event: InterviewRescheduled) -> None:
        known = self._by_entry(event) or (self._next_after(fact.occurred_at) if not event.uid else None)
        if known is None:
            self._schedule(fact, event)
        elif event.start is None:
            known.state = "moved away"
            known.facts = [*known.facts, fact]
        else:
            self._set_time(known, event)
            _tell(known, fact, event)

    def _cancel(self, fact: Recorded, event: InterviewCancelled) -> None:
        known = self._by_entry(event) or (self._next_after(fact.occurred_at) if not event.uid else None)
        if known is None:
            return
        if event.uid:
            known.entries = {**known.entries, _entry(event): False}
        if not event.uid or not any(known.entries.values()):
            known.state = "declined" if event.declined else "cancelled"
        known.facts = [*known.facts, fact]

    def _set_time(self, known: Interview, event: InterviewTime) -> None:
        assert event.start is not None
        start, length = event.start.astimezone(UTC), known.end - known.start
        if abs(start - known.start) > SAME_MEETING:
            known.first_held = None
        elif known.start in self.held:
            known.first_held = known.first_held or known.start
        known.day_only = False
        known.start, known.end = start, start + (_length(event) or length)

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
    """How long it is said to last; what a mail says for want of a length is none that changes a known one."""
    assert event.start is not None
    length = event.end - event.start if event.end is not None else None
    return length if event.uid or length != USUAL_LENGTH else None


def _entry(event: InterviewTime) -> str:
    return f"{event.uid}/{event.recurrence_id}"


def _distance(known: Interview, event: InterviewTime) -> timedelta:
    assert event.start is not None
    return abs(known.start - event.start)


def _is_told_after(fact: Recorded, event: InterviewTime) -> bool:
    """Whether a mail tells of it that was written after it: the day is all that such a one says."""
    return bool(event.message_id) and not event.uid and event.start is not None and event.start < fact.occurred_at


def _is_same_day(known: Interview, event: InterviewTime) -> bool:
    return event.start is not None and known.start.date() == event.start.astimezone(UTC).date()


def _is_same(known: Interview, event: InterviewTime) -> bool:
    """Two entries, or two mails, speak of one meeting only if they name the same start; an entry and a mail may differ a little."""
    if known.day_only and _is_same_day(known, event):
        return True
    apart = _distance(known, event)
    if bool(known.entries) == bool(event.uid) or known.state == "cancelled":
        return apart == timedelta(0)
    return apart <= SAME_MEETING


def _tell(known: Interview, fact: Recorded, event: InterviewTime) -> None:
    known.state = "scheduled"
    known.facts = [*known.facts, fact]
    known.company = known.company or event.company
    if event.uid:
        known.entries = {**known.entries, _entry(event): True}
    for person in event.people:
        key = person.address or person.name.casefold()
        if key and (key not in known.people or person.part != "unknown"):
            known.people = {**known.people, key: person}
