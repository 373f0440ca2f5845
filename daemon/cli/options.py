"""What commands share: their options, the configuration, and times as the user writes them."""

import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

from afterword.eventlog.codec import EARLIEST, LATEST
from daemon import config as configuration
from daemon.config import Config

_AWAY = re.compile(r"(?:in )?(\d{1,3}) (hour|minute)s?")
_CLOCK_LIKE = re.compile(r"\d:\d")
_CLOCK = re.compile(r"(?:[01]?\d|2[0-3]):[0-5]\d")

Command = TypeVar("Command", bound=Callable[..., Any])

with_config = click.option("--config", "path", metavar="FILE", help="The configuration (default: the XDG place).")
with_json = click.option("--json", "as_json", is_flag=True, help="For machines: JSON.")
with_now = click.option("--now", metavar="TIME", help="Look at, or simulate, another moment (ISO 8601).")


def load(path: str | None) -> Config:
    """The configuration of that path, or of the usual place. Raises ConfigError."""
    return configuration.load(named(path))


def load_to_write(path: str | None) -> Config:
    """The same, for a command that tells by its answer what goes wrong with an account. Raises ConfigError."""
    quiet_log()
    return load(path)


def quiet_log() -> None:
    """Keep the service's log out of what this command prints."""
    from daemon import logs  # structlog, which a status does without

    logs.set_up(sys.stderr, quiet=True)


def named(path: str | None) -> str | None:
    """The configuration that was named, behind the command or before it."""
    called = click.get_current_context(silent=True)
    return path or (called.find_root().params.get("path") if called is not None else None)


def present() -> datetime:
    """The present moment: what a command is told, or says, is of now."""
    return datetime.now(UTC)


def now_of(said: str | None, config: Config) -> datetime:
    """The moment that --now names, else the present one. Raises UsageError for what is no time."""
    if said is None:
        return present()
    return moment_of(said, config.user.timezone)


def moment_of(said: str, zone: ZoneInfo) -> datetime:
    """The moment that --now names; without an offset it is in that zone. Raises UsageError for what is no time."""
    try:
        return _within_reach(_aware(datetime.fromisoformat(said), zone), said)
    except ValueError:
        raise click.UsageError(f"--now: {said!r} is no time; write it like 2026-03-05T18:00.") from None


def time_of(said: str, config: Config, now: datetime) -> datetime:
    """A time to come, or a past one in ISO 8601: "friday 15:00", "tomorrow", "3 days", "2026-03-05T18:00".

    A day without a time begins with the user's working hours, a time without a day is the next such. Raises UsageError for what is
    no time.
    """
    zone = config.user.timezone
    exact = _exact(said, zone, config.user.working_hours[0])
    if exact is not None:
        return _within_reach(exact, said)
    return _soon(said, now.astimezone(zone)) or _in_words(said, config, now.astimezone(zone))


def echo_json(value: object) -> None:
    """Print a value as one line of JSON, which is UTF-8 (RFC 8259, 8.1) wherever it goes."""
    import msgspec  # only for machines

    click.echo(msgspec.json.encode(value))


def _exact(said: str, zone: ZoneInfo, opens: time) -> datetime | None:
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        return None
    dated_only = len(said) <= len("2026-03-05")
    return _aware(datetime.combine(moment, opens) if dated_only else moment, zone)


def _soon(said: str, now: datetime) -> datetime | None:
    """In "2 hours", or at "18:00"."""
    if found := _AWAY.fullmatch(said.strip().lower()):
        return (now.astimezone(UTC) + timedelta(**{f"{found[2]}s": int(found[1])})).astimezone(now.tzinfo)
    if not _CLOCK.fullmatch(said.strip()):
        return None
    clock = time.fromisoformat(said.strip().zfill(len("18:00")))
    today = datetime.combine(now.date(), clock, now.tzinfo)
    return today if today > now else datetime.combine(now.date() + timedelta(days=1), clock, now.tzinfo)


def _in_words(said: str, config: Config, now: datetime) -> datetime:
    from afterword.recognition.appointments import find_appointments  # the grammar is big
    from afterword.recognition.dates import Context, comparable, grammar

    if times := find_appointments(said, sent=now, zone=config.user.timezone):
        return times[0].start.astimezone(config.user.timezone)
    days = grammar("en").days(comparable(said), Context(now.date()))
    if not days or _CLOCK_LIKE.search(said):
        raise click.UsageError(
            f"{said!r} is no time; write it like 2026-03-05T18:00, tomorrow, friday 15:00 or 3 days."
        )
    first = days[0].single or days[0].until
    moment = datetime.combine(first, config.user.working_hours[0], config.user.timezone)
    return moment if moment > now else moment + timedelta(days=7 if days[0].until > first else 1)


def _within_reach(moment: datetime, said: str) -> datetime:
    if not EARLIEST <= moment <= LATEST:
        raise click.UsageError(f"{said!r} is too far away.")
    return moment


def _aware(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
