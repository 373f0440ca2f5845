"""The calendar programs that a user has: vdirsyncer beside the server, and khal and todoman on what it brought."""

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from tests.servers.calendars import PASSWORD, PROGRAMS, CalendarAccount

SEPARATOR, END = "|·|", "|·|·|"
VDIRSYNCER = """\
[general]
status_path = "{folder}/status"
[pair calendars]
a = "here"
b = "there"
collections = ["{calendar}"]
[storage here]
type = "filesystem"
path = "{folder}/calendars"
fileext = ".ics"
[storage there]
type = "caldav"
url = "http://127.0.0.1:{port}/"
username = "{user}"
password = "{password}"
"""
KHAL = """\
[calendars]
[[{calendar}]]
path = {folder}/calendars/{calendar}
[locale]
local_timezone = Europe/Berlin
default_timezone = Europe/Berlin
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
"""
TODOMAN = """\
path = "{folder}/calendars/*"
date_format = "%Y-%m-%d"
time_format = "%H:%M"
default_list = "{calendar}"
"""


class Shown(Struct, frozen=True, rename={"alarm": "alarm-symbol"}):
    """An entry as khal shows it, each field by khal's own name for it."""

    title: str
    start: str
    end: str
    description: str
    alarm: str


class Programs:
    """A home of their own. They see one calendar of the account's, that of the folder's name on the server."""

    def __init__(self, folder: Path, account: CalendarAccount, calendar: str = "afterword") -> None:
        self._folder = folder
        self._calendar = calendar
        known = {"folder": folder, "calendar": calendar, "port": account.server.port, "user": account.user}
        for name, text in (("vdirsyncer/config", VDIRSYNCER), ("khal/config", KHAL), ("todoman/config.py", TODOMAN)):
            file = folder / "config" / name
            file.parent.mkdir(parents=True)
            file.write_text(text.format(password=PASSWORD, **known), encoding="utf-8")

    def synchronised(self) -> None:
        """Bring the server's state here, and ours there."""
        if not (self._folder / "calendars").exists():
            self._run("vdirsyncer", ["discover"], answer="y\n" * 5)
        self._run("vdirsyncer", ["sync"])

    def khal(self, day: str) -> list[Shown]:
        """What khal shows of a day's entries."""
        asked = SEPARATOR.join(f"{{{each}}}" for each in Shown.__struct_encode_fields__) + END
        told = self._run("khal", ["list", "--format", asked, "--day-format", "", day, day])
        return [Shown(*each.strip().split(SEPARATOR)) for each in told.split(END)[:-1]]

    def khal_edit(self, title: str, *keys: str) -> None:
        """What a user types into khal's dialogue about the entry of that title."""
        self._run("khal", ["edit", "--show-past", title], answer="".join(f"{each}\n" for each in keys))

    def tasks(self) -> list[dict[str, Any]]:
        """What todoman shows, of what is done too, each field by todoman's own name for it."""
        told = self._run("todo", ["--porcelain", "list", "--status", "ANY"])
        return [dict(each) for each in json.loads(told)]

    def todo(self, *arguments: str) -> None:
        """What a user has todoman do."""
        self._run("todo", arguments)

    def _run(self, name: str, arguments: Sequence[str], answer: str = "") -> str:
        places = {f"XDG_{each.upper()}_HOME": str(self._folder / each) for each in ("config", "cache", "data")}
        done = subprocess.run(
            [PROGRAMS / name, *arguments],
            env={**os.environ, **places, "HOME": str(self._folder), "TZ": "Europe/Berlin", "LC_ALL": "C.UTF-8"},
            input=answer,
            capture_output=True,
            check=False,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout
