"""The service: one pass reads, derives and delivers; `sync` makes one, `run` one after the other until it is stopped."""

import os
import signal
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial

import structlog
from msgspec import Struct, field

from afterword.eventlog.errors import LogUnwritable
from afterword.eventlog.lock import AnotherIsRunning, ServiceLock
from afterword.ports import BusyTime, CalendarChannel, ConnectorError, FreeBusySource, Source
from projections.invites import InviteText
from projections.overview import Overview

from . import clock, notify, troubles, wiring
from .account_read import AccountRead
from .backoff import Backoff
from .config import Config
from .delivery import Delivered, Delivery
from .drafting import Drafting
from .guard import checked_busy_time, guarded_items
from .intake import Intake, Pass
from .journal import Journal, Step
from .progress import NoProgress, Progress, WatchdogProgress
from .queries import overview_of_log
from .service_lock import is_transient, locked_journal
from .troubles import DELIVERY, Trouble, trouble
from .waking import NO_ACCOUNT, Signals, Watch, watch

log = structlog.get_logger()

POLL_INTERVAL = timedelta(minutes=1)
PASS_LIMIT = timedelta(minutes=20)
"""How long a pass keeps the watchdog quiet: several servers in a row may take their time, and each answer has a limit of its own."""

FREE_BUSY_WINDOW = timedelta(days=30)
"""How far ahead the calendars are asked for busy times: no item lives longer."""


class SyncReport(Struct, kw_only=True):
    """What one pass did: items read by account, facts found, invites placed, changed and withdrawn, and what went wrong."""

    read: dict[str, int] = field(default_factory=dict)
    facts: int = 0
    set_aside: int = 0
    placed: int = 0
    changed: int = 0
    withdrawn: int = 0
    troubles: list[Trouble] = field(default_factory=list)

    @property
    def needs_user(self) -> bool:
        """Whether there is a trouble that only the user can mend, such as a sign-in that has ended."""
        return any(each.needs_user for each in self.troubles)

    @property
    def items(self) -> int:
        """Mails and calendar entries that were read."""
        return sum(self.read.values())

    @property
    def deliveries(self) -> int:
        """Invites that were placed, changed or withdrawn."""
        return self.placed + self.changed + self.withdrawn


class LazyBusyTimes:
    """Busy times that are asked for when they are first iterated over, and then no more: most passes place nothing new."""

    def __init__(self, ask: Callable[[], Iterable[BusyTime]]) -> None:
        self._ask = ask

    def __iter__(self) -> Iterator[BusyTime]:
        return iter(self._times)

    @cached_property
    def _times(self) -> tuple[BusyTime, ...]:
        return tuple(self._ask())


class Service:
    """One owner's accounts, log and calendar, wired once."""

    def __init__(self, config: Config, journal: Journal) -> None:
        self._config = config
        self._journal = journal
        self._sources: Mapping[str, Source] = wiring.sources_of(config)
        self._channel: CalendarChannel | None = wiring.channel_of(config)
        self._boxes = wiring.draft_boxes_of(config, self._sources)
        self._author = wiring.author_of(config)
        user = wiring.user_of(config)
        self._read_backoff, self._delivery_backoff, self._draft_backoff = Backoff(), Backoff(), Backoff()
        self._intake = Intake(journal, self._sources, user, config.set_aside)
        self._watches: list[Watch] = []
        self._is_place_settled = False
        self._derived: tuple[datetime, int, Overview] | None = None

    def pass_once(self, now: datetime, progress: Progress, is_stopping: Callable[[], bool]) -> SyncReport:
        """Read every account, append what the clock says, and deliver invites and drafts; only the reading, where it is stopped."""
        waiting = self._read_backoff.waiting(now)
        reads, facts = self._intake.read_all(Pass(now=now, progress=progress, is_stopping=is_stopping, waiting=waiting))
        self._read_backoff.record({each.account: each.trouble for each in reads}, now)
        report = _reported(reads, facts)
        if not is_stopping():
            self.append_clock_events(now)
            _add(report, self.deliver(now))
            report.troubles = self._distinct([*report.troubles, *self.draft(now), *self._lost_watches(reads)])
            troubles.save(self._config, report.troubles, now)
        return report

    def deliver_all(self, now: datetime) -> list[Trouble]:
        """Append what the clock says, and deliver invites and drafts, without reading; what went wrong with that."""
        self.append_clock_events(now)
        delivered = self.deliver(now)
        return self._distinct([*([delivered.trouble] if delivered.trouble is not None else []), *self.draft(now)])

    def watch(self, signals: Signals) -> None:
        """Have the accounts that can tell of news wake the service."""
        self._watches = watch(self._sources, signals)

    def retry_now(self, news: Collection[str], now: datetime) -> None:
        """Try in the next pass, however often it failed before: to read the accounts that have told of news, and, where somebody asked for
        that pass, whatever only the user can mend.
        """
        self._read_backoff.retry_now(news, now)
        if NO_ACCOUNT in news:
            for each in (self._read_backoff, self._delivery_backoff, self._draft_backoff):
                each.retry_what_needs_the_user(now)

    def append_clock_events(self, now: datetime) -> None:
        """Append the clock's events that are due at `now`."""
        with self._journal.step(now) as step:
            overview = self._overview_in(step)
            step.append(
                list(clock.due_events([each.application for each in overview.statuses], overview.given.rules, now))
            )

    def deliver(self, now: datetime) -> Delivered:
        """Record what the user did to their invites, then place, change and withdraw what differs; nothing while a failure is backed off."""
        known = self._delivery_backoff.waiting(now).get(DELIVERY)
        if self._channel is None or known is not None:
            return Delivered(trouble=known)
        delivered = self._deliver_by(Delivery(self._journal, self._channel), now)
        self._delivery_backoff.record({DELIVERY: delivered.trouble}, now)
        return delivered

    def draft(self, now: datetime) -> list[Trouble]:
        """Place and withdraw drafts in the user's mailbox, where they allow it, but for the boxes that are backed off; what went wrong with that."""
        if not self._boxes:
            return []
        sender = self._config.user.addresses[0]
        drafting = Drafting(journal=self._journal, boxes=self._boxes, author=self._author, sender=sender)
        failed = drafting.reconcile(self._overview(now), self._draft_backoff.waiting(now))
        self._draft_backoff.record({account: failed.get(account) for account in self._boxes}, now)
        return list(failed.values())

    def _lost_watches(self, reads: Iterable[AccountRead]) -> Iterator[Trouble]:
        """What is wrong with the watches of accounts that can be read all the same."""
        unread = {each.account for each in reads if each.trouble is not None}
        found = (each.trouble for each in self._watches)
        yield from (each for each in found if each is not None and each.account not in unread)

    def _distinct(self, met: Iterable[Trouble]) -> list[Trouble]:
        """Where one account is read, takes the invites and holds the drafts, what is wrong with all three is one trouble."""
        lender = self._config.delivery.settings.get("account") if self._config.delivery is not None else None
        distinct: dict[tuple[object, str], Trouble] = {}
        for each in met:
            account = lender if each.account == DELIVERY and lender is not None else each.account
            distinct.setdefault((account, each.sentence), each)
        return list(distinct.values())

    def _deliver_by(self, delivery: Delivery, now: datetime) -> Delivered:
        self._settle_place(delivery, now)
        try:
            delivery.observe(self._overview(now), now)
        except ConnectorError as error:
            return Delivered(trouble=trouble(DELIVERY, error))
        overview = self._overview(now)
        delivered = delivery.deliver(overview, self._invite_texts(overview), LazyBusyTimes(lambda: self._busy(now)))
        if delivered.placed:
            self._settle_place(delivery, now)
        return delivered

    def _settle_place(self, delivery: Delivery, now: datetime) -> None:
        """Once there are invites, their place stays the same for as long as this service lives."""
        if not self._is_place_settled:
            self._is_place_settled = delivery.settle(wiring.delivery_place(self._config), now)

    def _overview(self, now: datetime) -> Overview:
        with self._journal.step(now) as step:
            return self._overview_in(step)

    def _overview_in(self, step: Step) -> Overview:
        """The overview at the step's moment: derived once in a pass, and again where something was appended since."""
        head = step.head()
        if self._derived is None or self._derived[:2] != (step.now, head):
            overview = overview_of_log(self._config, step.model, step.cursors(), step.now)
            self._derived = step.now, head, overview
        return self._derived[2]

    def _invite_texts(self, overview: Overview) -> dict[str, InviteText]:
        placed = overview.model.invites.placed
        return {
            item.id: self._author.invite_text(item, application)
            for application, item in overview.pairs()
            if item.live or item.id in placed
        }

    def _busy(self, now: datetime) -> Iterator[BusyTime]:
        """The user's busy times, as far as the calendars can tell them; one that can't is no reason to place nothing."""
        local = now.astimezone(self._config.user.timezone)
        for account, source in self._sources.items():
            if isinstance(source, FreeBusySource):
                try:
                    yield from guarded_items(account, partial(_busy_times, source, local))
                except ConnectorError as error:
                    log.warning("busy_times_unknown", account=account, reason=str(error))


def _busy_times(source: FreeBusySource, start: datetime) -> Iterator[BusyTime]:
    return map(checked_busy_time, source.busy(start, start + FREE_BUSY_WINDOW))


def sync(config: Config, now: datetime | None, progress: Progress | None = None) -> SyncReport:
    """One pass, while no other service runs. Raises AnotherIsRunning, LogError, ConfigError for a connector that won't do."""
    moment = now or datetime.now(UTC)
    with ServiceLock(config.service_lock), Journal.open(config.log) as journal, journal.log.service_lock():
        return Service(config, journal).pass_once(moment, progress or NoProgress(), lambda: False)


def run(config: Config) -> int:
    """Read and deliver until SIGTERM or SIGINT; SIGHUP wakes it at once. Raises as `sync` does, but waits while an error is transient."""
    signals = Signals()
    signals.listen()
    with locked_journal(config, signals) as journal:
        if journal is not None:
            _serve(Service(config, journal), signals, len(config.accounts))
        notify.stopping()
    return 0


def _serve(service: Service, signals: Signals, accounts: int) -> None:
    log.info("service_started", accounts=accounts)
    service.watch(signals)
    while not signals.stop_requested:
        _pass(service, signals)
        service.retry_now(signals.wait(POLL_INTERVAL), datetime.now(UTC))


def wake(config: Config, journal: Journal, now: datetime) -> list[Trouble]:
    """Deliver what a command changed: by the service that runs, or here where none does; what went wrong with that here.

    A `sync`, or another command, that is at it does not listen: it delivers what it still sees, the next one the rest.
    """
    try:
        with ServiceLock(config.service_lock), journal.log.service_lock():
            service = Service(config, journal)
            return service.deliver_all(now)
    except AnotherIsRunning as running:
        _hang_up(running)
        return []


def wake_running(config: Config) -> None:
    """Have the service that runs, if one does, begin its next pass at once."""
    if config.service_lock.exists():
        try:
            with ServiceLock(config.service_lock):
                return
        except AnotherIsRunning as running:
            _hang_up(running)


def _hang_up(running: AnotherIsRunning) -> None:
    if running.listens:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(running.pid, signal.SIGHUP)


def _pass(service: Service, signals: Signals) -> None:
    """One pass of a running service; a transient error of the log is logged, and the next pass tries again."""
    try:
        with notify.heartbeat(PASS_LIMIT):
            report = service.pass_once(datetime.now(UTC), WatchdogProgress(), lambda: signals.stop_requested)
    except (LogUnwritable, OSError) as error:
        if not is_transient(error):
            raise
        log.error("not_kept", reason=str(error))  # noqa: TRY400 - the sentence says it all
        notify.status(str(error))
    else:
        if report.items or report.deliveries:
            log.info("pass_done", read=report.items, facts=report.facts, delivered=report.deliveries)
        notify.status(_summary(report))


def _summary(report: SyncReport) -> str:
    troubles = "".join(f"; {each.account}: {each.sentence}" for each in report.troubles)
    return f"{report.items} read, {report.deliveries} delivered{troubles}"


def _reported(reads: list[AccountRead], facts: int) -> SyncReport:
    return SyncReport(
        read={each.account: each.items for each in reads},
        facts=facts,
        set_aside=sum(each.set_aside for each in reads),
        troubles=[each.trouble for each in reads if each.trouble is not None],
    )


def _add(report: SyncReport, delivered: Delivered) -> None:
    report.placed, report.changed, report.withdrawn = delivered.placed, delivered.changed, delivered.withdrawn
    if delivered.trouble is not None:
        report.troubles.append(delivered.trouble)
