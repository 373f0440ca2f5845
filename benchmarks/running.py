"""How long the program takes: to answer, and to read a mailbox for the first time."""

import mailbox
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from .mails import USER, made_up_mails
from .measured import Measured, seconds

MAILS = 5_000
_CONFIG = f"""[user]
name = "Jane Doe"
addresses = ["{USER}"]
timezone = "Europe/Berlin"

[log]
url = "sqlite:///log.db"

[[accounts]]
name = "mail"
kind = "mbox"
path = "mail.mbox"

[delivery]
kind = "folder"
path = "invites"
"""
_NOW = datetime(2027, 1, 1, tzinfo=UTC)


def measured() -> Iterator[Measured]:
    """A first sync of 5,000 mails, and `status` thereafter."""
    with TemporaryDirectory() as folder:
        home = Path(folder)
        config = home / "config.toml"
        config.write_text(_CONFIG, encoding="utf-8")
        box = home / "mail.mbox"
        box.write_bytes(
            b"".join(
                b"From jane@home.example Mon Jan  5 08:00:00 2026\n" + raw.replace(b"\r\n", b"\n") + b"\n\n"
                for raw in made_up_mails(MAILS)
            )
        )
        afterword = (sys.executable, "-m", "daemon.cli")
        took = seconds(
            lambda: _run(home, *afterword, "sync", "--config", str(config), "--now", _NOW.isoformat()), rounds=1
        )
        peer = seconds(lambda: [each.get_payload() for each in mailbox.mbox(box)], rounds=1)
        yield Measured("first sync of 5,000 mails", took, "s", peer, "mailbox, parsed only", 10, more=False)
        nothing = seconds(lambda: _run(home, sys.executable, "-c", "pass"), rounds=7)
        status = seconds(lambda: _run(home, *afterword, "status", "--json", "--config", str(config)), rounds=7)
        yield Measured("status --json", status, "s", nothing, "python -c pass", 20, more=False)


def _run(home: Path, *command: str) -> None:
    compiled = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(home / "compiled")}
    subprocess.run(command, check=True, capture_output=True, env=compiled)  # noqa: S603 - our own program
