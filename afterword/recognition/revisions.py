"""What another revision of a calendar entry says beside the ones that are known: RFC 5546's order of SEQUENCE and DTSTAMP."""

from collections.abc import Container, Iterator
from datetime import UTC, datetime

from msgspec import Struct
from msgspec.structs import asdict, replace

from ..eventlog.events import AnyEvent, InterviewCancelled, InterviewRescheduled, InterviewScheduled, InterviewTime
from .reading import Finding

VANISHED = "vanished"
"""The cue of an entry that is gone from its calendar: it has no revision, and is newer than all."""

_NEVER = datetime.min.replace(tzinfo=UTC)


class _Known(Struct, frozen=True, kw_only=True):
    start: datetime | None
    end: datetime | None
    sequence: int
    stamp: datetime
    cancelled: bool = False
    by_mail: bool = False


class Entries:
    """The entries that are known, by UID and RECURRENCE-ID."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, _Known]] = {}

    def add(self, event: AnyEvent) -> None:
        """Note what was found to hold."""
        if not isinstance(event, InterviewTime) or not event.uid:
            return
        instances = self._known.setdefault(event.uid, {})
        before = instances.get(event.recurrence_id)
        if before is not None and isinstance(event, InterviewCancelled):
            instances[event.recurrence_id] = _cancelled(before, event)
        elif not isinstance(event, InterviewCancelled):
            stamp = event.stamp or _NEVER
            instances[event.recurrence_id] = _Known(
                start=event.start, end=event.end, sequence=event.sequence, stamp=stamp
            )

    def news(self, finding: Finding, starts: Container[datetime] = ()) -> Iterator[Finding]:
        """What a finding says that is not known: itself, as a move where the time is another, or nothing.

        `starts` are those of its application's interviews, for one that was known by mail only before its entry is cancelled.
        """
        event = finding.event
        if not isinstance(event, InterviewTime) or not event.uid:
            yield finding
        elif isinstance(event, InterviewCancelled):
            yield from self._cancelled(finding, event)
            if event.uid not in self._known and event.start in starts:
                yield replace(finding, event=replace(event, uid="", recurrence_id=""))
        else:
            yield from self._scheduled(finding, event)

    def _cancelled(self, finding: Finding, event: InterviewCancelled) -> Iterator[Finding]:
        """A CANCEL without RECURRENCE-ID is one of each instance that still stands."""
        newest = VANISHED in finding.evidence.cues
        for instance, known in self._known.get(event.uid, {}).items():
            meant = event.recurrence_id in ("", instance)
            if meant and not known.cancelled and (newest or not _is_older(event, known)):
                yield replace(finding, event=replace(event, recurrence_id=instance))

    def _scheduled(self, finding: Finding, event: InterviewTime) -> Iterator[Finding]:
        known = self._known.get(event.uid, {}).get(event.recurrence_id)
        if known is None:
            yield finding
        elif known.cancelled:
            if _stands_again(event, known):
                yield replace(finding, event=_as(InterviewScheduled, event))
        elif not _is_older(event, known) and not _is_same_time(event, known):
            yield replace(finding, event=_as(InterviewRescheduled, event))


def _cancelled(known: _Known, event: InterviewCancelled) -> _Known:
    return replace(
        known,
        cancelled=True,
        by_mail=bool(event.message_id),
        sequence=max(known.sequence, event.sequence),
        stamp=max(known.stamp, event.stamp or _NEVER),
    )


def _stands_again(event: InterviewTime, known: _Known) -> bool:
    """A calendar's copy may outlive the mail that cancels it; what the calendar itself took back, it can give again."""
    if event.sequence != known.sequence or known.by_mail:
        return event.sequence > known.sequence
    return event.stamp is not None and event.stamp > known.stamp


def _is_older(event: InterviewTime, known: _Known) -> bool:
    if event.sequence != known.sequence or (isinstance(event, InterviewCancelled) and event.declined):
        return event.sequence < known.sequence
    return event.stamp is not None and event.stamp < known.stamp


def _is_same_time(event: InterviewTime, known: _Known) -> bool:
    return event.start == known.start and (event.end == known.end or None in (event.end, known.end))


def _as(kind: type[InterviewScheduled | InterviewRescheduled], event: InterviewTime) -> AnyEvent:
    return kind(**asdict(event))
