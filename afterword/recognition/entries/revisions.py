"""What is new in a revision of a calendar entry, by its SEQUENCE and then its stamp (RFC 5546, 2.1.5): LAST-MODIFIED or else DTSTAMP."""

from collections.abc import Container, Iterator
from datetime import UTC, datetime

from msgspec import Struct
from msgspec.structs import asdict, replace

from ...eventlog.events import AnyEvent, InterviewCancelled, InterviewRescheduled, InterviewScheduled, InterviewTime
from ..messages.addresses import domain_of, is_service
from ..reading import Finding
from .organizers import is_same_company

REMOVED = "vanished"
"""The cue of an entry that was removed from its calendar: it has no revision, and counts as newer than all. Logs hold this value, so it stays."""

_NEVER = datetime.min.replace(tzinfo=UTC)


class _Revision(Struct, frozen=True, kw_only=True):
    start: datetime | None
    end: datetime | None
    sequence: int
    stamp: datetime
    interviewers: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    cancelled: bool = False
    by_mail: bool = False


class Entries:
    """The latest known revision of each entry, by UID and RECURRENCE-ID."""

    def __init__(self) -> None:
        self._revisions: dict[str, dict[str, _Revision]] = {}

    def add(self, event: AnyEvent) -> None:
        """Take a fact's revision for the latest."""
        if not isinstance(event, InterviewTime) or not event.uid:
            return
        instances = self._revisions.setdefault(event.uid, {})
        current = instances.get(event.recurrence_id)
        if current is not None and isinstance(event, InterviewCancelled):
            instances[event.recurrence_id] = _cancelled(current, event)
        elif not isinstance(event, InterviewCancelled):
            stamp = event.stamp or _NEVER
            instances[event.recurrence_id] = _Revision(
                start=event.start,
                end=event.end,
                sequence=event.sequence,
                stamp=stamp,
                interviewers=_interviewers(event) or (current.interviewers if current is not None else frozenset()),
                addresses=_addresses(event) or (current.addresses if current is not None else frozenset()),
            )

    def changes(self, finding: Finding, starts: Container[datetime] = ()) -> Iterator[Finding]:
        """What is new in a finding: nothing, itself, an InterviewRescheduled if a known entry has another time, or itself again if only
        others take part. In doubt is what somebody mails who is at no company of those whom the known entry names.

        `starts` are those of its application's interviews: an entry that is cancelled may belong to one that is known by mail only.
        """
        event = finding.event
        if not isinstance(event, InterviewTime) or not event.uid:
            yield finding
            return
        if self._is_by_others(event):
            finding = replace(finding, evidence=replace(finding.evidence, doubt="sender"))
        if isinstance(event, InterviewCancelled):
            yield from self._cancelled(finding, event)
            if event.uid not in self._revisions and event.start in starts:
                yield replace(finding, event=replace(event, uid="", recurrence_id=""))
        else:
            yield from self._scheduled(finding, event)

    def _is_by_others(self, event: InterviewTime) -> bool:
        instances = self._revisions.get(event.uid, {})
        known = {address for each in instances.values() for address in each.addresses}
        return bool(known) and not all(any(is_same_company(each, one) for one in known) for each in _mailed_by(event))

    def _cancelled(self, finding: Finding, event: InterviewCancelled) -> Iterator[Finding]:
        """A CANCEL without RECURRENCE-ID cancels each instance that is not cancelled yet. One that the calendar takes out after it began was
        held: calendars are tidied.
        """
        is_gone = REMOVED in finding.evidence.cues
        for instance, current in self._revisions.get(event.uid, {}).items():
            meant = event.recurrence_id in ("", instance)
            counts = not _had_begun(event, current) if is_gone else not _is_older(event, current)
            if meant and not current.cancelled and counts:
                yield replace(finding, event=replace(event, recurrence_id=instance))

    def _scheduled(self, finding: Finding, event: InterviewTime) -> Iterator[Finding]:
        current = self._revisions.get(event.uid, {}).get(event.recurrence_id)
        if current is None:
            yield finding
        elif current.cancelled:
            if _is_reinstated(event, current):
                yield replace(finding, event=_as_event(InterviewScheduled, event))
        elif not _is_older(event, current):
            if not _is_same_time(event, current):
                yield replace(finding, event=_as_event(InterviewRescheduled, event))
            elif _is_newer(event, current) and _interviewers(event) not in (frozenset(), current.interviewers):
                yield replace(finding, event=_as_event(InterviewScheduled, event))


def _cancelled(current: _Revision, event: InterviewCancelled) -> _Revision:
    return replace(
        current,
        cancelled=True,
        by_mail=bool(event.message_id),
        sequence=max(current.sequence, event.sequence),
        stamp=max(current.stamp, event.stamp or _NEVER),
    )


def _is_reinstated(event: InterviewTime, current: _Revision) -> bool:
    """Whether it is scheduled again: by a higher SEQUENCE, or, if no mail cancelled it, also by a later change of the calendar's.

    A calendar's own copy may outlive the mail that cancels the entry.
    """
    if event.sequence != current.sequence or current.by_mail:
        return event.sequence > current.sequence
    return event.stamp is not None and event.stamp > current.stamp


def _had_begun(event: InterviewTime, current: _Revision) -> bool:
    """Whether it is one date of a series that is over: of a whole entry, who reports its removal knows."""
    if not event.recurrence_id or event.stamp is None or current.start is None:
        return False
    return current.start <= event.stamp


def _is_older(event: InterviewTime, current: _Revision) -> bool:
    if event.sequence != current.sequence or (isinstance(event, InterviewCancelled) and event.declined):
        return event.sequence < current.sequence
    return event.stamp is not None and event.stamp < current.stamp


def _is_newer(event: InterviewTime, current: _Revision) -> bool:
    return (event.sequence, event.stamp or _NEVER) > (current.sequence, current.stamp)


def _interviewers(event: InterviewTime) -> frozenset[str]:
    """The addresses of those who take part; an entry that names none may hide its guests."""
    return frozenset(each.address for each in event.people if each.part == "interviewer")


def _addresses(event: InterviewTime) -> frozenset[str]:
    """The addresses of all whom it names, and of who mailed it; a service's is nobody's."""
    named = (*(each.address for each in event.people), *_mailed_by(event))
    return frozenset(each for each in named if each and not is_service(domain_of(each)))


def _mailed_by(event: InterviewTime) -> tuple[str, ...]:
    """The address that mailed it, if any did; a service's may be for anybody."""
    sender = event.sender.address if event.sender is not None and event.message_id else ""
    return (sender,) if sender and not is_service(domain_of(sender)) else ()


def _is_same_time(event: InterviewTime, current: _Revision) -> bool:
    return event.start == current.start and (event.end == current.end or None in (event.end, current.end))


def _as_event(kind: type[InterviewScheduled | InterviewRescheduled], event: InterviewTime) -> AnyEvent:
    return kind(**asdict(event))
