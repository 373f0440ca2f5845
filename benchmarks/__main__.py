"""Prints how fast it is: a table for people, or `--json`; fails if something is slower than it should be and `--strict` is asked."""

import argparse
import json
import sys
from collections.abc import Sequence
from itertools import chain

from . import keeping, reading, running
from .measured import Measured


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object for each measurement")
    parser.add_argument("--strict", action="store_true", help="end with 1 if a limit is not held")
    asked = parser.parse_args()
    found = list(chain(reading.measured(), keeping.measured(), running.measured()))
    if asked.json:
        sys.stdout.writelines(json.dumps(_as_json(each)) + "\n" for each in found)
    else:
        _show(found)
    return int(asked.strict and not all(each.is_reached for each in found))


def _as_json(each: Measured) -> dict[str, object]:
    return {**each._asdict(), "ratio": each.ratio, "is_reached": each.is_reached}


def _show(found: Sequence[Measured]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("what", "measured", "beside", "ratio", "wanted")
    for each in found:
        wanted = f"{'at least' if each.more else 'at most'} {each.limit:g} x" + ("" if each.is_reached else "  no")
        table.add_row(
            each.name,
            _told(each.value, each),
            f"{_told(each.beside, each)} ({each.compared_with})",
            f"{each.ratio:.2f}",
            wanted,
        )
    Console().print(table)


def _told(value: float, each: Measured) -> str:
    return f"{value:,.0f}{each.unit}" if each.more else f"{value:.3f} {each.unit}"


if __name__ == "__main__":
    sys.exit(main())
