"""Entries that are gone from a calendar, and those that are back: what that says of an interview."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta, tzinfo

from msgspec import Struct
from msgspec.structs import replace

from afterword.eventlog.events import (
    Evidence,
    InterviewCancelled,
    InterviewScheduled,
    InterviewTime,
    Recorded,
)
from afterword.ports import BusyTime, ConnectorError, FreeBusySource, RemovedEntry
from afterword.recognition.reading import Finding, Reading, digest
from afterword.recognition.revisions import VANISHED
from projections.applications import applications
from projections.catalogue import ReadModel

from .guard import guarded


class Calendars(Struct, frozen=True):
    """Those of the other accounts: an entry that is gone from one may have been moved, or copied, to another."""

    sources: Mapping[str, FreeBusySource]
    zone: tzinfo

    def hold(self, start: datetime, end: datetime) -> bool:
        """Whether one of them has something from then till then; one that can't be asked has nothing."""
        for account, each in self.sources.items():
            with suppress(ConnectorError), guarded(account):
                if BusyTime(start, end) in each.busy(start.astimezone(self.zone), end):
                    return True
        return False


def vanished(item: RemovedEntry, known: ReadModel, now: datetime, others: Calendars) -> Iterator[Reading]:
    """An interview that is still to come, and is gone from the calendar, will not take place."""
    for application in applications(known.applications):
        for each in application.interviews:
            if item.uid == each.uid and each.start > now and not others.hold(each.start, each.end):
                cancelled = InterviewCancelled(uid=item.uid, start=each.start, end=each.end, stamp=now)
                evidence = Evidence(uid=item.uid, quote="gone from the calendar", cues=(VANISHED,))
                yield Reading(
                    identity=digest("vanished", item.uid, each.start.isoformat()),
                    occurred_at=now,
                    findings=(Finding(event=cancelled, evidence=evidence),),
                )


def returned(readings: Iterable[Reading], known: ReadModel, now: datetime) -> Iterator[Reading]:
    """The readings of an entry; one of an entry that was gone says from now on that it stands, though nothing in it has changed."""
    for reading in readings:
        findings = tuple(_standing_again(each, known, now) for each in reading.findings)
        yield reading if findings == reading.findings else replace(reading, findings=findings, occurred_at=now)


def _standing_again(finding: Finding, known: ReadModel, now: datetime) -> Finding:
    event = finding.event
    said = _said_of(event, known) if isinstance(event, InterviewScheduled) and event.uid else []
    if not said or not _is_gone(said[-1]):
        return finding
    stamps = [each.event.stamp for each in said if isinstance(each.event, InterviewTime) and each.event.stamp]
    return replace(finding, event=replace(event, stamp=max([now, *stamps]) + timedelta.resolution))


def _said_of(event: InterviewTime, known: ReadModel) -> list[Recorded]:
    """What is known of an entry, the newest last."""
    recorded = (each for stream in known.applications.streams.values() for each in stream)
    return sorted((each for each in recorded if _is_of(each, event)), key=lambda each: each.position)


def _is_of(recorded: Recorded, event: InterviewTime) -> bool:
    other = recorded.event
    return isinstance(other, InterviewTime) and (other.uid, other.recurrence_id) == (event.uid, event.recurrence_id)


def _is_gone(recorded: Recorded) -> bool:
    return recorded.evidence is not None and VANISHED in recorded.evidence.cues
