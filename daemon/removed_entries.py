"""Entries that were removed from a calendar, and those that are there again: what that says of an interview."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta, tzinfo

from msgspec import Struct
from msgspec.structs import replace

from afterword.digests import digest
from afterword.eventlog.events import (
    AnyEvent,
    Evidence,
    InterviewCancelled,
    InterviewScheduled,
    InterviewTime,
    Recorded,
)
from afterword.ports import BusyTime, ConnectorError, FreeBusySource, RemovedEntry
from afterword.recognition.entries.revisions import REMOVED
from afterword.recognition.reading import Finding, Reading
from projections.applications import applications
from projections.catalogue import ReadModel

from .guard import guarded


class OtherCalendars(Struct, frozen=True):
    """The calendars of the other accounts, by account: an entry that was removed from one may have been moved, or copied, to another."""

    sources: Mapping[str, FreeBusySource]
    zone: tzinfo

    def are_busy(self, start: datetime, end: datetime) -> bool:
        """Whether one of them is busy for just that time; one that can't be asked counts as free."""
        for account, each in self.sources.items():
            with suppress(ConnectorError), guarded(account):
                if BusyTime(start, end) in each.busy(start.astimezone(self.zone), end):
                    return True
        return False


def cancellations(item: RemovedEntry, model: ReadModel, now: datetime, others: OtherCalendars) -> Iterator[Reading]:
    """A cancellation of each interview of that entry that is still to come, unless another calendar has it."""
    if not _is_known(item.uid, model):  # most entries are no interviews
        return
    for application in applications(model.applications):
        for each in application.interviews:
            if item.uid == each.uid and each.start > now and not others.are_busy(each.start, each.end):
                cancelled = InterviewCancelled(uid=item.uid, start=each.start, end=each.end, stamp=now)
                evidence = Evidence(uid=item.uid, quote="gone from the calendar", cues=(REMOVED,))
                yield Reading(
                    identity=digest("vanished", item.uid, each.start.isoformat()),
                    occurred_at=now,
                    findings=(Finding(event=cancelled, evidence=evidence),),
                )


def with_restored(readings: Iterable[Reading], model: ReadModel, now: datetime) -> Iterator[Reading]:
    """The readings of a calendar. One of an entry that had been removed is dated `now`, for it stands again, though nothing in it has
    changed; so is one that has changed since it was read last, though its stamp is older than that: many calendars keep the stamp.
    """
    for reading in readings:
        findings = tuple(_restored(each, model, now) for each in reading.findings)
        is_news = findings != reading.findings or any(
            _has_changed_since(each.event, reading.occurred_at, model) for each in findings
        )
        yield replace(reading, findings=findings, occurred_at=now) if is_news else reading


def _has_changed_since(event: AnyEvent, stamped: datetime, model: ReadModel) -> bool:
    """Whether the log knew another time of the entry, or that it stood, after the moment that it now says it changed at."""
    events = _events_of(event, model) if isinstance(event, InterviewTime) and event.uid else []
    known = events[-1] if events else None
    if known is None or not isinstance(known.event, InterviewTime) or not isinstance(event, InterviewTime):
        return False
    is_off, was_off = (isinstance(each, InterviewCancelled) for each in (event, known.event))
    is_other = is_off != was_off or (not is_off and event.start != known.event.start)
    return is_other and stamped <= known.recorded_at


def _restored(finding: Finding, model: ReadModel, now: datetime) -> Finding:
    event = finding.event
    events = _events_of(event, model) if isinstance(event, InterviewScheduled) and event.uid else []
    if not events or not _is_removal(events[-1]):
        return finding
    stamps = [each.event.stamp for each in events if isinstance(each.event, InterviewTime) and each.event.stamp]
    return replace(finding, event=replace(event, stamp=max([now, *stamps]) + timedelta.resolution))


def _is_known(uid: str, model: ReadModel) -> bool:
    """Whether the log has an interview of an entry with that UID."""
    return any(isinstance(each.event, InterviewTime) and each.event.uid == uid for each in _recorded(model))


def _events_of(event: InterviewTime, model: ReadModel) -> list[Recorded]:
    """What the log has of an entry, in its order."""
    return sorted((each for each in _recorded(model) if _is_of(each, event)), key=lambda each: each.position)


def _recorded(model: ReadModel) -> Iterator[Recorded]:
    return (each for stream in model.applications.streams.values() for each in stream)


def _is_of(recorded: Recorded, event: InterviewTime) -> bool:
    other = recorded.event
    return isinstance(other, InterviewTime) and (other.uid, other.recurrence_id) == (event.uid, event.recurrence_id)


def _is_removal(recorded: Recorded) -> bool:
    return recorded.evidence is not None and REMOVED in recorded.evidence.cues
