"""How a page is drawn: rows of a first column and what it is about, ids at the right edge, and no blanks at the end of a line."""

import shutil
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from .text import is_terminal, printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_WIDEST = 100
"""Longer lines are hard to read; so wide is a page that goes elsewhere, too."""

_GAP, _FIRST, _BESIDE, _LEAST = 2, 16, 36, 12
"""Between columns; the least that the first one takes; what the other needs, to be read at all; and what a quote needs."""


class Line(NamedTuple):
    """A line, with what stands at its right edge, and a quote that may be cut to what is left of it."""

    said: str
    style: str = ""
    right: str = ""
    quote: str = ""


class Row(NamedTuple):
    """Lines side by side: those of the first column, and those of the other."""

    first: Sequence[Line]
    lines: Sequence[Line]


class Page:
    """Prints to standard output: for a terminal in lines of its width, elsewhere in whole ones. `whole` pages cut no quote."""

    def __init__(self, *, whole: bool = False) -> None:
        self._whole = whole
        self._wraps = is_terminal()
        columns = shutil.get_terminal_size((_WIDEST, 24)).columns if self._wraps else _WIDEST
        self._width = min(columns, _WIDEST)
        self._console = _console()
        self._has_begun = False

    def blank(self) -> None:
        """An empty line, but at the beginning of a page."""
        if self._has_begun:
            self._console.print()

    def say(self, *lines: Line, indent: int = 0) -> None:
        """Lines as a paragraph each, that far to the right."""
        for each in lines:
            for text in self._drawn(each, self._width - indent):
                self._print(_text(" " * indent) + text)

    def section(self, title: str, rows: Sequence[Row]) -> None:
        """Rows below their title, if they have one of their own; nothing where there are none."""
        if not rows:
            return
        self.blank()
        if title:
            self.say(Line(title, "bold"))
        first = max([_FIRST, *(_cell(each).cell_len for row in rows for each in row.first)])
        beside = self._width - first - _GAP
        for row in rows:
            for each in self._stacked(row) if beside < _BESIDE else self._in_columns(row, first, beside):
                self._print(each)

    def _in_columns(self, row: Row, first: int, beside: int) -> "Iterator[Text]":
        left = [_cell(each) for each in row.first]
        right = [text for each in row.lines for text in self._drawn(each, beside)]
        for one, other in zip_longest(left, right, fillvalue=_text("")):
            yield _side_by_side(one, first + _GAP, other)

    def _stacked(self, row: Row) -> "Iterator[Text]":
        """One below the other, where two columns would leave nothing to the one that says the most."""
        if row.first:
            yield from self._wrapped(_text(" ").join(map(_cell, row.first)), self._width)
        for each in row.lines:
            for text in self._drawn(each, self._width - _GAP):
                yield _text(" " * _GAP) + text

    def _drawn(self, line: Line, width: int) -> "list[Text]":
        said = _text(self._with_quote(line, width), line.style)
        if not line.right:
            return self._wrapped(said, width)
        edge = _text(printable(line.right), "cyan")
        left = width - edge.cell_len - _GAP
        if self._wraps and (left < said.cell_len <= width or left < _FIRST):
            return [*self._wrapped(said, width), _side_by_side(_text(""), left + _GAP, edge)]
        begin, *rest = self._wrapped(said, left)
        return [_side_by_side(begin, max(left, begin.cell_len) + _GAP, edge), *rest]

    def _with_quote(self, line: Line, width: int) -> str:
        """What is said, and as much of the quote as the rest of its line holds; all of it on a page that cuts none."""
        said, quote = printable(line.said), printable(line.quote)
        head = f"{said}: “" if said else "“"
        room = width - len(head) - len("”")
        if not quote or (room < _LEAST and not self._whole):
            return said
        return f"{head}{quote if self._whole else _shortened(quote, room)}”"

    def _wrapped(self, text: "Text", width: int) -> "list[Text]":
        return list(text.wrap(self._console, width)) if self._wraps else [text]

    def _print(self, text: "Text") -> None:
        text.rstrip()
        self._has_begun = True
        self._console.print(text, soft_wrap=True)


def _console() -> "Console":
    from rich.console import Console  # 60 ms that --json does without

    return Console(highlight=False, markup=False, emoji=False)


def _text(said: str, style: str = "") -> "Text":
    from rich.text import Text

    return Text(said, style=style)


def _cell(line: Line) -> "Text":
    return _text(printable(line.said), line.style)


def _side_by_side(one: "Text", width: int, other: "Text") -> "Text":
    """Both in a line, each in its own style; the one takes that width."""
    from rich.text import Text

    return Text.assemble(one, " " * (width - one.cell_len), other)


def _shortened(quote: str, width: int) -> str:
    """The quote, or its first words and "…"; of one endless word, as much as there is room for."""
    from rich.cells import cell_len, set_cell_size

    if cell_len(quote) <= width:
        return quote
    kept = set_cell_size(quote, width - len("…"))
    words, _, last = kept.rpartition(" ")
    return (words if len(words) > len(last) else kept).rstrip(" ,;:–") + "…"
