"""Text for a terminal: what mail says is shown, and never obeyed."""

import sys
import unicodedata
from datetime import date, datetime
from typing import TextIO

_HARMLESS = frozenset("\u00ad")
_WITHIN_HALF_A_YEAR = 180
_NAMED = {-1: "yesterday", 0: "today", 1: "tomorrow"}


def printable(text: str) -> str:
    r"""One line in which every control, bidi and invisible character is written as its code (ESC is \x1b)."""
    return "".join(char if _is_plain(char) else _code(char) for char in " ".join(text.split()))


def paragraph(text: str, stream: TextIO) -> str:
    """The same in lines of a terminal's width, where the stream is one: they end between words, and in no address."""
    line = printable(text)
    if not stream.isatty():
        return line
    import shutil  # as long as nobody looks, neither is needed
    import textwrap

    columns = shutil.get_terminal_size().columns
    return textwrap.fill(line, columns, break_long_words=False, break_on_hyphens=False)


def day(when: date, now: datetime) -> str:
    """A day that nobody misreads: "today", "tomorrow", "yesterday", else as `dated` has it."""
    return _NAMED.get((when - now.date()).days) or dated(when, now)


def dated(when: date, now: datetime) -> str:
    """A day by its date: "Wed 25 Nov", with the year where it is more than half a year away."""
    is_far = abs((when - now.date()).days) > _WITHIN_HALF_A_YEAR
    return f"{when:%a} {when.day} {when:%b}" + (f" {when.year}" if is_far else "")


def moment(when: datetime, now: datetime) -> str:
    """A time as people say it; both are in the user's zone."""
    return f"{day(when.date(), now)} {when:%H:%M}"


def exactly(when: datetime) -> str:
    """A time with nothing left to guess: "Wednesday, 25 November 2026, 15:00"."""
    return f"{when:%A}, {when.day} {when:%B %Y, %H:%M}"


def is_terminal() -> bool:
    """Whether somebody is looking at what is printed."""
    return sys.stdout.isatty()


def _is_plain(char: str) -> bool:
    return char == " " or char in _HARMLESS or unicodedata.category(char)[0] not in "CZ"


def _code(char: str) -> str:
    number = ord(char)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"  # noqa: PLR2004 - widths of code points
