"""What commands share: their options, the configuration, and the moment that they are of."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

from daemon import config as configuration
from daemon.config import Config

Command = TypeVar("Command", bound=Callable[..., Any])

with_config = click.option(
    "--config", "path", metavar="FILE", help="The configuration file (default: ~/.config/afterword/config.toml)."
)
with_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, for other programs.")
with_now = click.option("--now", metavar="TIME", help="Look at a past moment, or simulate a future one (ISO 8601).")


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
    from .times import within_reach  # and all the words for a time

    try:
        return within_reach(_aware(datetime.fromisoformat(said), zone), said)
    except ValueError:
        raise click.UsageError(f"--now: {said!r} is no time; write it like 2026-03-05T18:00.") from None


def echo_json(value: object) -> None:
    """Print a value as one line of JSON, which is UTF-8 (RFC 8259, 8.1) wherever it goes."""
    import msgspec  # only for machines

    click.echo(msgspec.json.encode(value))


def _aware(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
