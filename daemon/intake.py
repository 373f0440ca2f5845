"""Reading: from what the connectors yield to facts in the log.

Each account is read for itself and can fail for itself. What all of them yielded in a pass is put in the order of its
time before it is placed, so that it does not matter which account was read first; it goes into the log, with the cursors, in
one transaction.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import structlog
from msgspec import Struct, field
from msgspec.structs import replace

from afterword.digests import digest
from afterword.eventlog.events import (
    ApplicationsMerged,
    InterviewTime,
    InviteAnswered,
    NewEvent,
    TaskSnoozed,
)
from afterword.ports import (
    Batch,
    CalendarEntry,
    ConnectorError,
    FreeBusySource,
    HeadersFirstSource,
    Item,
    Mail,
    RemovedEntry,
    Source,
    UnreadableItem,
)
from afterword.recognition.entries.meeting import read_calendar
from afterword.recognition.mail import read_mail
from afterword.recognition.matching import Directory
from afterword.recognition.reading import Finding, InviteReply, Reading, Unreadable, User
from projections.applications import events_by_application, separated_pairs
from projections.catalogue import ReadModel

from .account_read import AccountRead
from .guard import checked_batch, guarded_items
from .header_filter import HeaderFilter
from .journal import Journal, Step
from .progress import Progress
from .removed_entries import OtherCalendars, cancellations, with_restored
from .rereading import close_gaps, cursors_to_reread
from .troubles import Trouble, trouble

log = structlog.get_logger()

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of the last reading of an account that was never read to its end."""


class Pass(Struct, frozen=True, kw_only=True):
    """One pass over the accounts: its moment, its progress, whether it is to stop early, and the accounts that wait for their retry,
    with what is wrong.
    """

    now: datetime
    progress: Progress
    is_stopping: Callable[[], bool]
    waiting: Mapping[str, Trouble] = field(default_factory=dict)


class Intake:
    """Reads accounts into a journal. `aside` is the folder for items that can't be read."""

    def __init__(self, journal: Journal, sources: Mapping[str, Source], user: User, aside: Path) -> None:
        self._journal = journal
        self._sources = sources
        self._user = user
        self._aside = aside

    def read_all(self, current: Pass) -> tuple[list[AccountRead], int]:
        """Read every account once, and append the facts: what each yielded, and how many facts were new.

        What had been read beside a gap is read again as soon as that is closed (rereading.py).
        """
        with self._journal.step(current.now) as step:
            model, before = step.model, step.cursors()
        reads = []
        for account in self._sources:
            if account in current.waiting:
                reads.append(AccountRead(account=account, trouble=current.waiting[account]))
            elif not current.is_stopping():
                cursor = before[account].cursor if account in before else None
                reads.append(self._read(account, cursor, model, current))
        with self._journal.step(current.now) as step:
            facts = self._append(step, reads)
            mailboxes = [account for account, source in self._sources.items() if source.holds_mail]
            again = cursors_to_reread(step, reads, before, mailboxes, len(self._sources))
        if again:
            rereads, more = self._read_again(again, current)
            troubles = {each.account: each.trouble for each in rereads}
            for each in reads:
                each.trouble = troubles.get(each.account)
            facts += more
        return reads, facts

    def _read_again(self, since: Mapping[str, bytes], current: Pass) -> tuple[list[AccountRead], int]:
        """Read these accounts from the given cursors: what each yielded, and how many facts were new."""
        with self._journal.step(current.now) as step:
            model = step.model
        reads = [self._read(account, cursor or None, model, current) for account, cursor in since.items()]
        with self._journal.step(current.now) as step:
            facts = self._append(step, reads)
            close_gaps(step, reads)
        return reads, facts

    def _batches(self, account: str, cursor: bytes | None, model: ReadModel, current: Pass) -> Iterator[Batch]:
        source = self._sources[account]
        if isinstance(source, HeadersFirstSource):
            batches = source.read_headers_first(cursor, current.now, HeaderFilter(self._user, model.applications))
        else:
            batches = source.read(cursor, current.now)
        return map(checked_batch, batches)

    def _read(self, account: str, cursor: bytes | None, model: ReadModel, current: Pass) -> AccountRead:
        read = AccountRead(account=account)
        try:
            for batch in guarded_items(account, lambda: self._batches(account, cursor, model, current)):
                current.progress.reading(account, batch.total)
                self._take(read, batch, current, model)
                current.progress.advance(account, len(batch.items))
                if current.is_stopping():
                    read.cut_short = True
                    break
        except ConnectorError as error:
            read.trouble, read.mail_was_read = trouble(account, error), error.mail_was_read
        return read

    def _take(self, read: AccountRead, batch: Batch, current: Pass, model: ReadModel) -> None:
        """All of a batch, or none: one that is broken off is read again."""
        readings: list[Reading] = []
        for item in batch.items:
            if current.is_stopping():
                return
            readings.extend(self._readings(read, item, current.now, model))
        read.readings.extend(readings)
        read.items += len(batch.items)
        read.cursor = batch.cursor

    def _readings(self, read: AccountRead, item: Item, now: datetime, model: ReadModel) -> Iterator[Reading]:
        """What an item says; where that can't be read, it is set aside."""
        try:
            for each in self._recognise(item, now, model, read.account):
                if each.findings or each.answers:
                    yield _found_in(each, read.account, item)
        except Unreadable as error:
            self._set_aside(read, item, str(error))
        except Exception as error:  # noqa: BLE001 - whatever one mail does to us, the others are read
            self._set_aside(read, item, f"it could not be understood ({type(error).__name__})")

    def _recognise(self, item: Item, now: datetime, model: ReadModel, account: str) -> Iterator[Reading]:
        match item:
            case Mail():
                sent = item.mailbox == "sent"
                yield read_mail(
                    item.raw,
                    user=self._user,
                    received_at=item.received_at,
                    now=now,
                    sent_folder=sent,
                    thread=item.thread,
                )
            case CalendarEntry():
                yield from with_restored(read_calendar(item.raw, user=self._user, now=now), model, now)
            case RemovedEntry():
                yield from cancellations(item, model, now, self._calendars_except(account))
            case UnreadableItem():
                raise Unreadable(item.reason)

    def _calendars_except(self, account: str) -> OtherCalendars:
        others = {name: source for name, source in self._sources.items() if name != account}
        calendars = {name: source for name, source in others.items() if isinstance(source, FreeBusySource)}
        return OtherCalendars(calendars, self._user.zone)

    def _set_aside(self, read: AccountRead, item: Item, reason: str) -> None:
        raw = item.raw if not isinstance(item, RemovedEntry) else item.uid.encode()
        name = digest(read.account, item.ref)
        self._aside.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self._aside / f"{name}.raw").write_bytes(raw)
        (self._aside / f"{name}.txt").write_text(f"{read.account}: {reason}\n", encoding="utf-8")
        read.set_aside += 1
        log.warning("set_aside", account=read.account, name=name, reason=reason)

    def _append(self, step: Step, reads: Iterable[AccountRead]) -> int:
        """Place all readings in the order of their time, and append them with the cursors."""
        readings = sorted(
            (reading for read in reads for reading in read.readings),
            key=lambda each: (each.occurred_at, each.identity),
        )
        kept = step.append([*_placed(readings, step), *_answered(readings, step)]) if readings else []
        states = step.cursors()
        for read in reads:
            before = states.get(read.account)
            cursor = read.cursor if read.cursor is not None else (before.cursor if before else b"")
            if (read.trouble is None or read.mail_was_read) and not read.cut_short:
                step.set_cursor(read.account, cursor, step.now)
            elif read.cursor is not None:
                step.set_cursor(read.account, cursor, before.read_at if before is not None else NEVER)
        return len(kept)


def _found_in(reading: Reading, account: str, item: Item) -> Reading:
    """The reading with where it was found among the evidence."""
    labels = item.labels if isinstance(item, Mail) else ()
    findings = tuple(
        replace(each, evidence=replace(each.evidence, account=account, labels=labels)) for each in reading.findings
    )
    return replace(reading, findings=findings)


def _placed(readings: Iterable[Reading], step: Step) -> Iterator[NewEvent]:
    ledger = step.model.applications
    directory = Directory.of(events_by_application(ledger), separated_pairs(ledger))
    for reading in readings:
        counts: Counter[tuple[str, ...]] = Counter()
        for part in directory.parts(reading):
            yield from _placed_part(part, directory, counts, step.now)


def _placed_part(
    part: Reading, directory: Directory, counts: Counter[tuple[str, ...]], now: datetime
) -> Iterator[NewEvent]:
    """The events of what a reading says of one application; `counts` are those of the whole reading's facts, by their keys."""
    placement = directory.place(part)
    if not placement.application:
        return
    for other in placement.merged:
        yield _merger(placement.application, other, now)
    for finding in placement.findings:
        directory.add(placement.application, finding.event, part.occurred_at, finding.evidence)
        key = _fact_key(finding)
        counts[key] += 1
        yield NewEvent(
            stream=placement.application,
            event=finding.event,
            occurred_at=part.occurred_at,
            zone=part.zone,
            evidence=finding.evidence,
            source_key=digest(part.identity, *key, str(counts[key])),
        )


def _answered(readings: Iterable[Reading], step: Step) -> Iterator[NewEvent]:
    """What the user answered by mail. A time that they propose is a wish: only our next word moves the invite there."""
    placed = {each.uid: each for each in step.model.invites.placed.values() if not each.withdrawn}
    for reading in readings:
        for answer in reading.answers:
            known = placed.get(answer.uid)
            if known is None:
                log.info("answer_to_no_invite", uid=answer.uid)
            else:
                yield NewEvent(
                    stream=known.stream,
                    event=_act(answer, known.item),
                    occurred_at=reading.occurred_at,
                    zone=reading.zone,
                    source_key=digest(reading.identity, "answer", answer.uid),
                )


def _act(answer: InviteReply, item: str) -> InviteAnswered | TaskSnoozed:
    if answer.answer == "moved" and answer.start is not None:
        return TaskSnoozed(item=item, until=answer.start)
    return InviteAnswered(item=item, uid=answer.uid, answer=answer.answer)


def _fact_key(finding: Finding) -> tuple[str, ...]:
    """What tells a fact from the others of its item, and is the same in each copy; an entry that changed back has its own each time."""
    event = finding.event
    if not isinstance(event, InterviewTime) or not event.uid:
        return (type(event).__name__,)
    return type(event).__name__, event.uid, event.recurrence_id, event.stamp.isoformat() if event.stamp else ""


def _merger(into: str, other: str, now: datetime) -> NewEvent:
    """The event that two applications are one."""
    return NewEvent(
        stream=into,
        event=ApplicationsMerged(other=other),
        occurred_at=now,
        source_key=digest("ApplicationsMerged", into, other),
    )
