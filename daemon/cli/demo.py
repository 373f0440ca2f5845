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

from daemon import commands, config, look, service
from daemon.finding import Refused
from daemon.sample import write_sample

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
url = "sqlite:///{folder}/state/log.db"

[[accounts]]
name = "mail"
kind = "maildir"
path = "{folder}/Mail"

[[accounts]]
name = "calendar"
kind = "ics"
path = "{folder}/calendar.ics"

[delivery]
kind = "folder"
path = "{folder}/invites"
"""
_HIGHLIGHT = "the story of how you moved the billing database without an outage"
_NEXT = (
    ("show Acme", "the drafts of both thank-you notes, with Jane's highlight in them"),
    ("show Cinder", "why to ask now, and whom"),
    ("done nudge", "say that it was done: its invite is marked so"),
    ("review Acme", "two questions, a quarter of an hour"),
    ("confirm {question}", "the doubtful mail was right after all"),
    ("status --now {later}", "how things will stand next week, if nobody writes"),
)


def play(folder: Path | None, now: datetime) -> int:
    """Write the sample, read it, deliver, and show where things stand. Raises Refused for a folder that holds something."""
    home = _home(folder)
    zone = own_zone()
    maildir, calendar = write_sample(home, now, zone)
    path = home / "config.toml"
    path.write_text(_CONFIG.format(zone=zone, folder=home), encoding="utf-8")
    click.echo(f"A sample mailbox ({maildir}) and calendar ({calendar.name}), as they could stand now.\n")
    settings = config.load(str(path))
    with pages.progress(shown=True) as progress:
        report = service.sync(settings, now, progress)
    commands.note(settings, "Acme", _HIGHLIGHT, now)
    pages.show_report(report)
    click.echo()
    status = look.status(settings, now)
    pages.show_status(status)
    _say_what_next(home, path, status.unsure[0].id[:10] if status.unsure else "", now)
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
    program = "afterword" if shutil.which("afterword") else sys.argv[0]
    click.echo(f"  export AFTERWORD_CONFIG={shlex.quote(str(path))}")
    for command, what in _NEXT:
        if question or "{question}" not in command:
            said = command.format(question=question, later=f"{now + timedelta(days=7):%Y-%m-%d}")
            click.echo(f"  {program} {said:<30}  # {what}")
    click.echo(f"\nIt is all in {home}; delete the folder and it is gone.")
