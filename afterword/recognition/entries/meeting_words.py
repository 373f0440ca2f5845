"""The words of cues/meetings.toml, by which a calendar entry is read."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache

from .. import CUES
from ..words.folding import fold


@cache
def words() -> dict[str, list[str]]:
    """The lists of the file, which says what each is for."""
    return tomllib.loads((CUES / "meetings.toml").read_text(encoding="utf-8"))


@cache
def cues() -> dict[str, re.Pattern[str]]:
    """A pattern for any word of each list, in a folded text."""
    return {name: _any_of(phrases) for name, phrases in words().items()}


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted({fold(each) for each in phrases}, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)", re.IGNORECASE)
