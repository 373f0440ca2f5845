"""The check-up of `afterword doctor`: what works, what doesn't, and what to do about it."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial

from msgspec import Struct

from afterword.eventlog.errors import LogError
from afterword.eventlog.lock import AnotherIsRunning, ServiceLock
from afterword.eventlog.read_only import describe_location, open_read_only
from afterword.ports import ConnectorError, NeedsUser

from . import config as configuration
from .config import Account, Config, ConfigError
from .dates import exact_moment
from .guard import guarded
from .public_holidays import PublicHolidays
from .troubles import DELIVERY
from .wiring import channel_of, source_of, templates_of, writer_of
from .words import counted

_EARLIEST_CLOCK = datetime(2026, 1, 1, tzinfo=UTC)


class Check(Struct, frozen=True, kw_only=True):
    """One thing that was looked at. `needs_user` says that only the user can mend it, `in_config` that it is to be mended there."""

    what: str
    fine: bool
    sentence: str
    needs_user: bool = False
    in_config: bool = False


def run_checks(path: str | None, now: datetime) -> list[Check]:
    """Check all that can be checked without changing anything; `now` is what the clock says."""
    try:
        config = configuration.load(path)
    except ConfigError as error:
        return [Check(what="config", fine=False, sentence=problem, in_config=True) for problem in error.problems]
    return list(_checks(config, now.astimezone(config.user.timezone)))


def _checks(config: Config, now: datetime) -> Iterator[Check]:
    yield Check(what="config", fine=True, sentence=str(config.path))
    yield _clock(config, now)
    yield _attempt("holidays", partial(_holidays, config))
    for account in config.accounts:
        yield _attempt(f"account {account.name}", partial(_account, config, account))
    if config.delivery is None:
        yield Check(what="delivery", fine=False, sentence="Nowhere: add [delivery] to have invites in a calendar.")
    else:
        yield _attempt("delivery", partial(_delivery, config))
    yield _attempt("log", partial(_log, config))
    yield _attempt("service", partial(_service, config))
    yield from _templates(config)
    yield from _set_aside(config)


def _attempt(what: str, check: Callable[[], str | None]) -> Check:
    try:
        return Check(what=what, fine=True, sentence=check() or "works")
    except NeedsUser as error:
        return Check(what=what, fine=False, sentence=str(error), needs_user=True)
    except ConfigError as error:
        return Check(what=what, fine=False, sentence=str(error), in_config=True)
    except (ConnectorError, LogError, OSError) as error:
        return Check(what=what, fine=False, sentence=str(error))


def _clock(config: Config, now: datetime) -> Check:
    sane = now >= _EARLIEST_CLOCK
    sentence = f"{exact_moment(now)} in {config.user.timezone}"
    return Check(what="clock", fine=sane, sentence=sentence if sane else f"{sentence}: set this machine's clock.")


def _account(config: Config, account: Account) -> str:
    source = source_of(config, account)
    with guarded(account.name):
        return source.check()


def _delivery(config: Config) -> str | None:
    channel = channel_of(config)
    with guarded(DELIVERY):
        return channel.check() if channel is not None else None


def _holidays(config: Config) -> str:
    _ = PublicHolidays(config.user.holidays).days
    return f"of {config.user.holidays}" if config.user.holidays else "none: user.holidays names no country"


def check_log(config: Config) -> tuple[int, list[str]] | None:
    """How many events the log holds, and a sentence for each problem with it; None where there is no log yet. Raises LogError."""
    from afterword.eventlog.log import EventLog  # SQLAlchemy

    with open_read_only(config.log.url) as view:
        if view is None:
            return None
    with closing(EventLog.open(config.log.url, config.log.owner)) as log:
        return log.head(), log.verify()


def _log(config: Config) -> str:
    checked = check_log(config)
    if checked is None:
        return f"none yet: the first sync makes {describe_location(config.log.url)}"
    events, problems = checked
    if problems:
        raise LogError(" ".join(problems))
    return f"whole, {counted(events, 'event')}, in {describe_location(config.log.url)}"


def _service(config: Config) -> str:
    if not config.service_lock.exists():
        return "not running: afterword run, or the systemd unit"
    try:
        with ServiceLock(config.service_lock):
            return "not running: afterword run, or the systemd unit"
    except AnotherIsRunning as running:
        return f"running as process {running.pid}"


def _templates(config: Config) -> Iterator[Check]:
    for problem in writer_of(config).problems:
        yield Check(what="templates", fine=False, sentence=problem)
    if own := templates_of(config):
        yield Check(what="templates", fine=True, sentence=f"your own: {', '.join(sorted(own))}")


def _set_aside(config: Config) -> Iterator[Check]:
    folder = config.set_aside
    reasons = sorted(folder.glob("*.txt")) if folder.is_dir() else []
    if reasons:
        first = reasons[0].read_text(encoding="utf-8").strip()
        count = f"{counted(len(reasons), 'item')} that could not be read, in {folder}{os.sep}"
        yield Check(what="set aside", fine=True, sentence=f"{count}; for example {first}")
