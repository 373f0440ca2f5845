"""Text for a terminal: what mail says is shown, and never obeyed."""

import sys
import unicodedata
from typing import TextIO

_HARMLESS = frozenset("\u00ad")


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


def is_terminal() -> bool:
    """Whether somebody is looking at what is printed."""
    return sys.stdout.isatty()


def _is_plain(char: str) -> bool:
    return char == " " or char in _HARMLESS or unicodedata.category(char)[0] not in "CZ"


def _code(char: str) -> str:
    number = ord(char)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"  # noqa: PLR2004 - widths of code points
