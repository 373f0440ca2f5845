"""Entries that are gone from a calendar: what that says of an interview."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, tzinfo

from msgspec import Struct

from afterword.eventlog.events import Evidence, InterviewCancelled
from afterword.ports import BusyTime, ConnectorError, KnowsBusyTimes, VanishedEntry
from afterword.recognition.reading import Finding, Reading, digest
from afterword.recognition.revisions import VANISHED
from projections.applications import applications
from projections.catalogue import ReadModel


class Calendars(Struct, frozen=True):
    """Those of the other accounts: an entry that is gone from one may have been moved, or copied, to another."""

    sources: list[KnowsBusyTimes]
    zone: tzinfo

    def hold(self, start: datetime, end: datetime) -> bool:
        """Whether one of them has something from then till then; one that can't be asked has nothing."""
        for each in self.sources:
            with suppress(ConnectorError):
                if BusyTime(start, end) in each.busy(start.astimezone(self.zone), end):
                    return True
        return False


def vanished(item: VanishedEntry, known: ReadModel, now: datetime, others: Calendars) -> Iterator[Reading]:
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
