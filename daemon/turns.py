"""One service for each log: it waits for its turn, and for a log that can't be opened just now."""

import errno
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import structlog

from afterword.eventlog.errors import LogUnwritable
from afterword.eventlog.lock import AnotherIsRunning, ServiceLock

from . import notify
from .config import Config
from .journal import Journal
from .waking import Signals

log = structlog.get_logger()

TURN = timedelta(seconds=1)
FOUND_OUT = timedelta(minutes=1)
"""After so long a database knows that a machine is gone."""

AGAIN = timedelta(seconds=10)
"""How long a log that can't be opened is left alone."""


def lock_path(config: Config) -> Path:
    """The lock of the service that owns this configuration's log: beside it, for whoever else is to write it."""
    return config.database.with_name(f"{config.database.name}.lock")


@contextmanager
def the_only_service(config: Config, signals: Signals) -> Iterator[Journal | None]:
    """The journal, once no other service has it and it can be opened; None for one that was told to stop meanwhile.

    systemd is told that the service is ready as soon as no other runs here. Raises AnotherIsRunning, and LogError for what will not
    pass by itself.
    """
    with ExitStack() as claims:
        _lock_when_it_is_free(claims, config, signals)
        notify.ready()
        journal = _opened_when_it_can_be(claims, config, signals)
        if journal is not None:
            _hold_when_it_is_free(claims, journal, signals)
        yield None if signals.stop_requested else journal


def may_pass(error: LogUnwritable | OSError) -> bool:
    """Whether it is a lock, a server that is away, or a disk that is full: there may be room again."""
    return error.retry if isinstance(error, LogUnwritable) else error.errno in {errno.ENOSPC, errno.EDQUOT}


def _lock_when_it_is_free(claims: ExitStack, config: Config, signals: Signals) -> None:
    """A `sync`, or a command, that is at work ends soon: only another service is a reason to give up."""
    while not signals.stop_requested:
        try:
            claims.enter_context(ServiceLock(lock_path(config), listens=True))
        except AnotherIsRunning as running:
            if running.listens:
                raise
            log.info("waits_for_its_turn", process=running.pid)
            signals.wait(TURN)
        else:
            return


def _opened_when_it_can_be(claims: ExitStack, config: Config, signals: Signals) -> Journal | None:
    while not signals.stop_requested:
        try:
            return claims.enter_context(Journal.open(config.log))
        except (LogUnwritable, OSError) as error:
            if not may_pass(error):
                raise
            log.error("not_opened", reason=str(error))  # noqa: TRY400 - the sentence says it all
            notify.status(str(error))
            signals.wait(AGAIN)
    return None


def _hold_when_it_is_free(claims: ExitStack, journal: Journal, signals: Signals) -> None:
    """A server still takes a machine that went away for one that is there: so long it is waited for."""
    given_up_at = time.monotonic() + FOUND_OUT.total_seconds()
    while not signals.stop_requested:
        try:
            claims.enter_context(journal.log.service_lock())
        except AnotherIsRunning:
            if time.monotonic() > given_up_at:
                raise
            log.info("waits_for_its_turn", process=0)
            signals.wait(TURN)
        else:
            return
