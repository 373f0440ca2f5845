"""Commands for the log and the machinery: look at it, check it, derive it anew."""

import time
from collections.abc import Iterator
from typing import get_args
from zoneinfo import ZoneInfo

import click
from msgspec.json import encode

from afterword.eventlog.events import AnyEvent, Recorded
from afterword.eventlog.read_only import read_events
from daemon import doctor as checkup
from daemon import words
from daemon.config import Log
from daemon.export import logged, type_of

from . import options, pages
from .exits import FAILED, NEEDS_USER, WRONG
from .options import with_config, with_json
from .text import printable

_LOOK_AGAIN = 0.5
_LONGEST_TYPE = max(len(each.__name__) for each in get_args(AnyEvent))


@click.command()
@click.option("--follow", is_flag=True, help="Keep printing events as they come.")
@with_config
@with_json
def log(path: str | None, follow: bool, as_json: bool) -> None:
    """Every event, oldest first, as it was recorded."""
    config = options.load(path)
    for each in _events(config.log, follow=follow):
        click.echo(encode(logged(each)) if as_json else _line(each, config.user.timezone))


@click.command()
@with_config
def rebuild(path: str | None) -> int:
    """Derive everything from the log again, and say whether the result is the same."""
    from daemon.journal import Journal  # SQLAlchemy, which the log's reading does without

    config = options.load(path)
    with Journal.open(config.log) as journal, journal.step(options.present()) as step:
        same = step.rebuild()
    pages.say("Rebuilt; nothing changed." if all(same.values()) else "Rebuilt; what was different is put right.")
    return 0


@click.command()
@with_config
@with_json
def verify(path: str | None, as_json: bool) -> int:
    """Check that the log is intact: the file itself, and positions without a gap."""
    config = options.load(path)
    checked = checkup.check_log(config)
    events, problems = checked or (0, [])
    fine = (
        "There is no log yet: the first sync makes it."
        if checked is None
        else f"The log is intact: {words.counted(events, 'event')}."
    )
    if as_json:
        options.echo_json({"events": events, "problems": problems})
    for each in () if as_json else problems or [fine]:
        pages.say(each)
    return FAILED if problems else 0


@click.command()
@with_config
@with_json
def doctor(path: str | None, as_json: bool) -> int:
    """Check the configuration, the accounts, the log and the service, and say how to fix what does not work."""
    options.quiet_log()
    checks = checkup.run_checks(options.named(path), options.present())
    if as_json:
        options.echo_json(checks)
    else:
        pages.show_checks(checks)
    return _exit_code(checks)


def _exit_code(checks: list[checkup.Check]) -> int:
    """What is first in the way of all else counts: the configuration, then what only the user can mend."""
    wrong = [each for each in checks if not each.fine]
    if any(each.in_config for each in wrong):
        return WRONG
    if any(each.needs_user for each in wrong):
        return NEEDS_USER
    return FAILED if wrong else 0


def _events(log: Log, *, follow: bool) -> Iterator[Recorded]:
    position = 0
    while True:
        for each in read_events(log.url, log.owner, after=position):
            position = each.position
            yield each
        if not follow:
            return
        time.sleep(_LOOK_AGAIN)


def _line(each: Recorded, zone: ZoneInfo) -> str:
    quote = f"  “{printable(each.evidence.quote)}”" if each.evidence is not None and each.evidence.quote else ""
    when = f"{each.occurred_at.astimezone(zone):%Y-%m-%d %H:%M %Z}"
    return f"{each.position:>6}  {when}  {printable(type_of(each)):<{_LONGEST_TYPE}}  {printable(each.stream)}{quote}"
