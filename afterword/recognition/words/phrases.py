"""Phrases: how a cue is written, as words in their folded form (see sentences.py).

(a|b c)   one of these          [a|b]   one of these, or nothing
word*     any ending            ..      up to 3 words in between
!(a|b)    not followed by these ...     up to 8 words in between
{name}    the alternatives that the file's [words] table has under this name
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from .folding import fold

_TINY = 2
_GAPS = {"..": 3, "...": 8}
_TOKEN = re.compile(r"(!?)\(([^()]+)\)|(\[)([^\[\]]+)\]|(\.{2,3})|(!?)([^\s()\[\]]+)")
_WORD = re.compile(r"[^\W_]*\*?")
_NAME = re.compile(r"\{(\w+)\}")
_OPTION = re.compile(r"[^|()\[\]]*\{\w+\}[^|()\[\]]*")


class Element(NamedTuple):
    """A part of a phrase: its regular expression, and what a sentence needs (`needed`) to match it, empty if the part is optional.

    That is, of each alternative, the most telling word ("offer"), beginning of a word ("interview*") or pair of words ("take home"):
    every sentence that the phrase matches holds at least one of them.
    """

    pattern: str
    needed: frozenset[str]


def parse(phrase: str, words: Mapping[str, str], common: Collection[str] = ()) -> Iterator[Element]:
    """The elements of a phrase; `words` has the alternatives of each {name}, `common` the words that most sentences have. Raises
    ValueError for what is no word, such as a bracket within brackets.
    """
    text = _OPTION.sub(lambda match: "|".join(_expanded(match[0], words)), phrase)
    if left := _TOKEN.sub("", text).strip():
        raise ValueError(f"{left!r} is no word of a phrase")
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


def _expanded(option: str, words: Mapping[str, str]) -> Iterator[str]:
    """An option with its {name}s replaced, once for each combination of their alternatives."""
    name = _NAME.search(option)
    if name is None:
        yield option
        return
    for each in words[name[1]].split("|"):
        yield from _expanded(f"{option[: name.start()]}{each}{option[name.end() :]}", words)


def _alternatives(group: str) -> str:
    return "|".join("".join(map(_word, fold(option).split())) for option in group.split("|"))


def _word(word: str) -> str:
    if not _WORD.fullmatch(word):
        raise ValueError(f"{word!r} is no word of a phrase")
    return word[:-1] + "[^ ]* " if word.endswith("*") else word + " "


def _needed(group: str, common: Collection[str]) -> frozenset[str]:
    needed = frozenset(_most_telling_pair(fold(option).split(), common) for option in group.split("|"))
    return frozenset() if "*" in needed else needed


def _most_telling_pair(words: Sequence[str], common: Collection[str]) -> str:
    """The most telling two words that follow each other, or the most telling word where none do."""
    pairs = [pair for pair in pairwise(words) if not any(word.endswith("*") for word in pair)]
    return (
        " ".join(max(pairs, key=lambda pair: _pair_information(pair, common))) if pairs else most_telling(words, common)
    )


def _pair_information(pair: Iterable[str], common: Collection[str]) -> tuple[int, int]:
    rare, lengths = zip(*(_information(word, common) for word in pair), strict=True)
    return sum(rare), sum(lengths)


def most_telling(words: Sequence[str], common: Collection[str]) -> str:
    """The word that rules out most sentences: not a common or tiny one, a long one, and of two that are equally long the later."""
    return max(reversed(words), key=lambda word: _information(word.rstrip("*"), common), default="*")


def _information(word: str, common: Collection[str]) -> tuple[bool, int]:
    return word not in common and len(word) > _TINY, len(word)
