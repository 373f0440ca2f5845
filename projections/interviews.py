"""The interviews of one application, and the days on which they were held."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import product
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from afterword.eventlog.events import InterviewCancelled, InterviewRescheduled, InterviewTime, Person, Recorded

from .workdays import WorkCalendar

MAX_DIFFERENCE = timedelta(hours=2)
"""How far the time in a mail may lie from the calendar's to be the same interview."""


MET = frozenset({"interviewer", "hiring_manager"})
"""The parts of those who are said to take part."""

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

    held_at: list[datetime] = []
    """The starts by which it was recorded as held, before its time was corrected."""

    day_only: bool = False
    """Whether nothing is known of its time but the day."""

    told_as_held: bool = False
    """Whether somebody has given thanks for it, or gone on from it."""

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
    held_at: tuple[datetime, ...] = ()
    """The starts on that day by which they were recorded as held, before their times were corrected."""

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
    def former_names(self) -> Iterator[tuple[str, datetime]]:
        """The companies and starts by which its items may have been called when less was known of it."""
        facts = (fact.event for fact in self.facts)
        companies = {each.company for each in facts if isinstance(each, InterviewTime)}
        starts = {start for each in self.interviews for start in (each.start, each.first_held) if start is not None}
        return product(sorted(companies), sorted(starts | set(self.held_at)))

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


def days_held(interviews: Iterable[Interview], work: WorkCalendar) -> Iterator[InterviewDay]:
    """The days on which interviews were held, oldest first; one on which another is still to come is not over."""
    days: dict[date, list[Interview]] = {}
    for each in interviews:
        if each.stands:
            days.setdefault(work.local_day(each.start), []).append(each)
    for day, standing in sorted(days.items()):
        if all(each.held for each in standing):
            starts = (start for each in standing for start in each.held_at)
            held_at = tuple(start for start in starts if work.local_day(start) == day)
            yield InterviewDay(day=day, interviews=tuple(standing), held_at=held_at)


def names_of(people: Iterable[Person]) -> frozenset[str]:
    """The addresses and the names by which people are known."""
    return frozenset(name for each in people for name in (each.address, each.name.casefold()) if name)


def is_retrospective(fact: Recorded, event: InterviewTime) -> bool:
    """Whether only a mail speaks of it that was written after it: all that such a one says is the day."""
    return bool(event.message_id) and not event.uid and event.start is not None and event.start < fact.occurred_at


def _calls_off(fact: Recorded) -> bool:
    event = fact.event
    return (isinstance(event, InterviewRescheduled) and event.is_open) or isinstance(event, InterviewCancelled)
