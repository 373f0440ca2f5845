"""`afterword init`: a configuration to fill in."""

import os
from pathlib import Path

import click

from daemon import config
from daemon.lookup import Refused

from . import options, pages
from .options import with_config

_OWNER_ONLY = 0o600
_OWNERS_FOLDER = 0o700
_EXAMPLE = "config.example.toml"


@click.command()
@with_config
def init(path: str | None) -> None:
    """Write a configuration file to fill in, with every setting there is: to the usual place, or to --config FILE."""
    file = config.place_of(options.named(path))
    _write_new(file, _example())
    pages.say(f"Written: {file}, which only you can read.")
    pages.say(
        "Next, edit it: put yourself under [user], keep the accounts and the delivery that are yours, and delete the "
        "rest. Then ask afterword doctor whether it works, and read your mail with afterword sync."
    )


def _example() -> bytes:
    """The wheel has it among its packages, a checkout at its top."""
    packages = Path(__file__).parents[1]
    inside = packages / _EXAMPLE
    return (inside if inside.exists() else packages.parent / _EXAMPLE).read_bytes()


def _write_new(file: Path, content: bytes) -> None:
    """Raises Refused where something is there already, be it a link to nowhere; OSError."""
    file.parent.mkdir(mode=_OWNERS_FOLDER, parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    except FileExistsError:
        raise Refused(f"{file} is there already, and stays as it is: name another place by --config.") from None
    with os.fdopen(handle, "wb") as opened:
        opened.write(content)
