"""The service's lock: one service at a time for each log, which waits for the lock, and for a log that can't be opened just now."""

import errno
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

import structlog

from afterword.eventlog.errors import LogUnwritable
from afterword.eventlog.lock import AnotherIsRunning, ServiceLock

from . import notify
from .config import Config
from .journal import Journal
from .waking import Signals

log = structlog.get_logger()

LOCK_RETRY = timedelta(seconds=1)
DEAD_PEER_TIMEOUT = timedelta(minutes=1)
"""After so long a database server knows that a machine is gone, and releases its lock."""

OPEN_RETRY = timedelta(seconds=10)
"""How long to wait before a log that could not be opened is tried again."""


@contextmanager
def locked_journal(config: Config, signals: Signals) -> Iterator[Journal | None]:
    """The journal, once its lock is acquired and its log is open; None where a stop is requested meanwhile. Both are released with the block.

    systemd is told that the service is ready as soon as no other runs here. Raises AnotherIsRunning where another service has the lock,
    and LogError for what is not transient.
    """
    with ExitStack() as resources:
        _acquire_lock(resources, config, signals)
        notify.ready()
        journal = _open_journal(resources, config, signals)
        if journal is not None:
            _acquire_database_lock(resources, journal, signals)
        yield None if signals.stop_requested else journal


def is_transient(error: LogUnwritable | OSError) -> bool:
    """Whether the log may be opened or written later: it is locked, its server is away, or the disk is full."""
    return error.retry if isinstance(error, LogUnwritable) else error.errno in {errno.ENOSPC, errno.EDQUOT}


def _acquire_lock(resources: ExitStack, config: Config, signals: Signals) -> None:
    """A `sync`, or a command, that is at work ends soon: only another service is a reason to give up."""
    while not signals.stop_requested:
        try:
            resources.enter_context(ServiceLock(config.service_lock, listens=True))
        except AnotherIsRunning as running:
            if running.listens:
                raise
            log.info("waits_for_lock", process=running.pid)
            signals.wait(LOCK_RETRY)
        else:
            return


def _open_journal(resources: ExitStack, config: Config, signals: Signals) -> Journal | None:
    while not signals.stop_requested:
        try:
            return resources.enter_context(Journal.open(config.log))
        except (LogUnwritable, OSError) as error:
            if not is_transient(error):
                raise
            log.error("not_opened", reason=str(error))  # noqa: TRY400 - the sentence says it all
            notify.status(str(error))
            signals.wait(OPEN_RETRY)
    return None


def _acquire_database_lock(resources: ExitStack, journal: Journal, signals: Signals) -> None:
    """A server still takes a machine that went away for one that is there: so long it is waited for."""
    ends = time.monotonic() + DEAD_PEER_TIMEOUT.total_seconds()
    while not signals.stop_requested:
        try:
            resources.enter_context(journal.log.service_lock())
        except AnotherIsRunning:
            if time.monotonic() > ends:
                raise
            log.info("waits_for_lock", process=0)
            signals.wait(LOCK_RETRY)
        else:
            return
