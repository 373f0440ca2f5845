"""`export`: everything that is known, into a file or to another program."""

import csv
import io
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
import msgspec

from afterword.atomic_files import write_atomically
from daemon import export as exports
from daemon.lookup import Refused

from . import options, pages
from .options import with_config, with_json

_OWNER_ONLY = 0o600


@click.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--csv", "as_table", is_flag=True, help="One row per application, for a spreadsheet.")
@with_config
@with_json
def export(file: Path | None, path: str | None, as_table: bool, as_json: bool) -> None:
    """Export everything, as JSON, to a new FILE that only you can read (default: standard output)."""
    if as_table and as_json:
        raise click.UsageError("--csv and --json are two formats; choose one.")
    config = options.load(path)
    if file is not None and file.exists():
        raise Refused(f"{file} is there already: name another file.")
    if file is not None and not file.parent.is_dir():
        raise Refused(f"There is no folder {file.parent}: name a file in one that is there.")
    now = options.now_of(None, config)
    whole = _table(exports.table(config, now)) if as_table else _document(exports.everything(config, now))
    if file is None:
        sys.stdout.buffer.write(whole)
    else:
        write_atomically(file, whole, _OWNER_ONLY)
        pages.say(f"Written: {file}.")


def _document(everything: exports.Everything) -> bytes:
    return msgspec.json.format(msgspec.json.encode(everything), indent=1) + b"\n"


def _table(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(exports.COLUMNS)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8", "replace")
