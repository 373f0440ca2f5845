"""Commands that do the work: once, for ever, or on a sample."""

import sys
from pathlib import Path

import click

from . import options, pages
from .exits import FAILED, NEEDS_USER
from .options import with_config, with_json, with_now


@click.command()
@with_config
def run(path: str | None) -> int:
    """Read and deliver until told to stop (SIGTERM, SIGINT); on SIGHUP, look again at once."""
    from daemon import logs, service  # structlog and SQLAlchemy

    config = options.load(path)
    logs.set_up(sys.stderr)
    return service.run(config)


@click.command()
@with_config
@with_json
@with_now
def sync(path: str | None, as_json: bool, now: str | None) -> int:
    """Read and deliver once, then exit."""
    from daemon import service  # SQLAlchemy

    config = options.load_to_write(path)
    moment = options.now_of(now, config)
    with pages.progress(shown=not as_json) as progress:
        report = service.sync(config, moment, progress)
    if as_json:
        options.echo_json(report)
    else:
        pages.show_report(report)
    return NEEDS_USER if report.needs_user else FAILED if report.troubles else 0


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@with_config
@with_now
def demo(folder: Path | None, path: str | None, now: str | None) -> int:
    """See it at work on a sample mailbox and calendar, in a FOLDER of its own (default: a new temporary one).

    The demo has its own configuration: yours is neither needed nor read.
    """
    del path  # taken as by every command
    from . import demo as sample  # heavy, and for this command alone

    options.quiet_log()
    moment = options.present() if now is None else options.moment_of(now, sample.own_zone())
    return sample.play(folder, moment)
