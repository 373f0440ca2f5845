"""Phrases: how a cue is written, as a row of words as they stand after folding (see sentences.py).

(a|b c)   one of these          [a|b]   one of these, or nothing
word*     any ending            ..      up to 3 words in between
!(a|b)    not followed by these ...     up to 8 words in between
{name}    the alternatives that the file's [words] table has under this name
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from .names import fold

_TINY = 2
_GAPS = {"..": 3, "...": 8}
_TOKEN = re.compile(r"(!?)\(([^()]+)\)|(\[)([^\[\]]+)\]|(\.{2,3})|(!?)([^\s()\[\]]+)")
_NAME = re.compile(r"\{(\w+)\}")
_OPTION = re.compile(r"[^|()\[\]]*\{\w+\}[^|()\[\]]*")


class Element(NamedTuple):
    """A part of a phrase: its regular expression, and, where it must be there, what tells most of each of its alternatives: two words
    that follow each other ("take home"), a "word", or a "beginning*". Of those, at least one stands in every sentence that holds the phrase.
    """

    pattern: str
    needed: frozenset[str]


def parse(phrase: str, words: Mapping[str, str], common: Collection[str] = ()) -> Iterator[Element]:
    """The elements of a phrase; `words` holds the alternatives of each name, `common` the words that tell little."""
    text = _OPTION.sub(lambda match: "|".join(_written_out(match[0], words)), phrase)
    for token in _TOKEN.finditer(text):
        forbids, group, optional, maybe, gap, forbids_word, word = token.groups()
        if gap:
            yield Element(f"(?:[^ ]+ ){{0,{_GAPS[gap]}}}", frozenset())
        elif optional:
            yield Element(f"(?:{_alternatives(maybe)})?", frozenset())
        elif forbids or forbids_word:
            yield Element(f"(?!{_alternatives(group or word)})", frozenset())
        else:
            yield Element(f"(?:{_alternatives(group or word)})", _needed(group or word, common))


def _written_out(option: str, words: Mapping[str, str]) -> Iterator[str]:
    """An option with each of the alternatives of the names in it."""
    name = _NAME.search(option)
    if name is None:
        yield option
        return
    for each in words[name[1]].split("|"):
        yield from _written_out(f"{option[: name.start()]}{each}{option[name.end() :]}", words)


def _alternatives(group: str) -> str:
    return "|".join("".join(map(_word, fold(option).split())) for option in group.split("|"))


def _word(word: str) -> str:
    return word[:-1] + "[^ ]* " if word.endswith("*") else word + " "


def _needed(group: str, common: Collection[str]) -> frozenset[str]:
    needed = frozenset(_telling_most(fold(option).split(), common) for option in group.split("|"))
    return frozenset() if "*" in needed else needed


def _telling_most(words: Sequence[str], common: Collection[str]) -> str:
    """Of two words that follow each other those that tell most, else the word that does."""
    pairs = [pair for pair in pairwise(words) if not any(word.endswith("*") for word in pair)]
    return " ".join(max(pairs, key=lambda pair: _both_tell(pair, common))) if pairs else telling(words, common)


def _both_tell(pair: Iterable[str], common: Collection[str]) -> tuple[int, int]:
    told = [_tells(word, common) for word in pair]
    return sum(rare for rare, _ in told), sum(long for _, long in told)


def telling(words: Sequence[str], common: Collection[str]) -> str:
    """The word that tells most: no common or tiny one, a long one, and of two that are as long the later."""
    return max(reversed(words), key=lambda word: _tells(word.rstrip("*"), common), default="*")


def _tells(word: str, common: Collection[str]) -> tuple[bool, int]:
    return word not in common and len(word) > _TINY, len(word)
