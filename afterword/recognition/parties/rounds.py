"""The rounds of interviews that a text names ("the onsite", "das technische Gespräch"), by the words in cues/rounds.toml."""

import re
import tomllib
from functools import cache

from .. import CUES
from ..words.sentences import sentences_of

_FILE = CUES / "rounds.toml"


def rounds_in(text: str) -> frozenset[str]:
    """The rounds that a text names, by the keys of cues/rounds.toml."""
    words = "".join(each.words for each in sentences_of(text))
    return frozenset(name for name, pattern in _patterns().items() if pattern.search(words))


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    table: dict[str, list[str]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {name: re.compile("|".join(map(_pattern, words))) for name, words in table.items()}


def _pattern(word: str) -> str:
    (folded,) = sentences_of(word.removesuffix("*"))
    return rf" {' '.join(folded.tokens)}" + ("" if word.endswith("*") else " ")
