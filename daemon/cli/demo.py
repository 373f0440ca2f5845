"""`afterword demo`: the whole way on a sample, in a folder of its own."""

import os
import shlex
import shutil
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from daemon import commands, config, queries, service
from daemon.dates import exact_moment
from daemon.lookup import Refused
from daemon.sample import good_moment, write_sample

from . import pages
from .exits import FAILED

_CONFIG = """\
[user]
name = "Jane Doe"
addresses = ["jane@example.org"]
timezone = "{zone}"

[recognition]
authserv_ids = ["mx.example.org"]

[log]
url = "sqlite:///state/log.db"

[[accounts]]
name = "mail"
kind = "maildir"
path = "Mail"

[[accounts]]
name = "calendar"
kind = "ics"
path = "calendar.ics"

[delivery]
kind = "folder"
path = "invites"
"""
_HIGHLIGHT = "the story of how you moved the billing database without an outage"
_REVIEW = ("explained the streaming pipeline on one page", "ask earlier what their data looks like")
_NEXT = (
    ("show Acme --now {now}", "the drafts of both thank-you notes, with Jane's highlight in them"),
    ("show Cinder --now {now}", "why to ask now, and whom"),
    ("done nudge", "say that it was done: its invite is marked so"),
    ("review Acme", "two questions, a quarter of an hour"),
    ("lessons", "what Jane has learned so far"),
    ("confirm {question}", "the doubtful mail was right after all"),
    ("status --now {later}", "how things will stand a week later, if nobody writes"),
)

_WIDEST = 34


def play(folder: Path | None, now: datetime) -> int:
    """Write the sample, read it, deliver, and show where things stand, all at the last good moment that `now` has passed.

    Raises Refused for a folder that holds something.
    """
    home = _home(folder)
    zone = own_zone()
    moment = good_moment(now, zone)
    maildir, calendar = write_sample(home, moment, zone)
    path = home / "config.toml"
    path.write_text(_CONFIG.format(zone=zone), encoding="utf-8")
    click.echo(f"Jane's mailbox ({maildir}) and calendar ({calendar.name}), looked at on {exact_moment(moment)}.\n")
    settings = config.load(str(path))
    with pages.progress(shown=True) as progress:
        report = service.sync(settings, moment, progress)
    commands.review(settings, "Borealis", *_REVIEW, moment)
    commands.note(settings, "Acme", _HIGHLIGHT, moment)
    pages.show_report(report)
    click.echo()
    status = queries.status(settings, moment)
    pages.show_status(status)
    _say_what_next(home, path, status.unsure[0].id[:10] if status.unsure else "", moment)
    return FAILED if report.troubles else 0


def _home(folder: Path | None) -> Path:
    if folder is None:
        return Path(tempfile.mkdtemp(prefix="afterword-demo-"))
    if folder.exists() and any(folder.iterdir()):
        raise Refused(f"{folder} holds something already: name a folder that is new or empty.")
    folder.mkdir(parents=True, exist_ok=True)
    return folder.absolute()


def own_zone() -> ZoneInfo:
    """The machine's own zone, where it has one by name."""
    name = os.environ.get("TZ", "").removeprefix(":") or str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2]
    try:
        return ZoneInfo(name or "Europe/Berlin")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("Europe/Berlin")


def _say_what_next(home: Path, path: Path, question: str, now: datetime) -> None:
    invites = sorted((home / "invites").glob("*.ics"))
    click.echo(
        f"\nThe invites: {len(invites)} files in {home / 'invites'}, for any calendar to import or subscribe to."
    )
    click.echo("Try next:\n")
    later = now + timedelta(days=7)
    program = "afterword" if shutil.which("afterword") else sys.argv[0]
    click.echo(f"  export AFTERWORD_CONFIG={shlex.quote(str(path))}")
    for command, what in _NEXT:
        if question or "{question}" not in command:
            said = command.format(question=question, now=f"{now:%Y-%m-%dT%H:%M}", later=f"{later:%Y-%m-%d}")
            click.echo(f"  {program} {said:<{_WIDEST}}  # {what}")
    click.echo(f"\nIt is all in {home}; delete the folder and it is gone.")
