"""A lexicon: many cues, found in a sentence by the words that each can't do without, before any is searched for.

Each cue is a bit, once for each of the (at most four) words that it needs: the bits that a sentence's words have together tell which
cues may stand there. Thousands of phrases are so told apart in one pass over the words.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property, reduce
from operator import or_
from typing import NamedTuple

from .phrases import Element
from .sentences import Sentence

_MOST_NEEDED = 4
_MOST_REMEMBERED = 50_000
_LONGEST_REMEMBERED = 40


class Cue:
    """A phrase of a kind and a strength; its pattern is compiled when a sentence first holds the words that it needs."""

    def __init__(self, language: str, kind: str, strength: str, phrase: str, elements: Sequence[Element]) -> None:
        self.language = language
        self.phrase = phrase
        self.kind = kind
        self.strength = strength
        self.elements = elements

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(" " + "".join(element.pattern for element in self.elements))

    def needed(self, frequency: Counter[str]) -> list[frozenset[str]]:
        """Of the words that must be there the four that tell most, each with its alternatives.

        Raises ValueError for a cue that needs none.
        """
        needed = [element.needed for element in self.elements if element.needed]
        if not needed:
            raise ValueError(f"{self.language}.{self.kind}: no word of {self.phrase!r} has to be there")
        return sorted(needed, key=lambda words: sum(frequency[word] for word in words))[:_MOST_NEEDED]


class Hit(NamedTuple):
    cue: Cue
    sentence: int
    start: int
    end: int


class Lexicon:
    """All cues of a set of kinds."""

    def __init__(self, cues: Iterable[Cue]) -> None:
        self._cues = tuple(cues)
        self._all = (1 << len(self._cues)) - 1
        self._shifts = [len(self._cues) * place for place in range(1, _MOST_NEEDED)]
        self._bits = _Bits()
        self._free = 0
        frequency = Counter(word for cue in self._cues for element in cue.elements for word in element.needed)
        for number, cue in enumerate(self._cues):
            needed = cue.needed(frequency)
            for place, words in enumerate(needed):
                self._bits.add(words, 1 << (len(self._cues) * place + number))
            self._free |= sum(1 << (len(self._cues) * place + number) for place in range(len(needed), _MOST_NEEDED))

    def hits(self, sentences: Sequence[Sentence], among: Collection[int] | None = None) -> list[Hit]:
        """Every cue that a sentence holds, with where in it; `among` names the sentences that are looked at, if not all are."""
        looked_at = range(len(sentences)) if among is None else sorted(among)
        found = []
        for index in looked_at:
            sentence = sentences[index]
            left = self._may_stand_in(sentence)
            while left:
                cue = self._cues[(left & -left).bit_length() - 1]
                left &= left - 1
                if match := cue.pattern.search(sentence.words):
                    found.append(Hit(cue, index, match.start(), match.end()))
        return found

    def _may_stand_in(self, sentence: Sentence) -> int:
        """A bit for each cue of which every needed word stands in a sentence."""
        held = reduce(or_, filter(None, map(self._bits.__getitem__, sentence.tokens)), 0)
        if not held:
            return 0
        held |= self._free
        standing = held & self._all
        for shift in self._shifts:
            standing &= held >> shift
        return standing


class _Bits(dict[str, int]):
    """The bits of every word that was met; of one that wasn't, those that it has whole and by how it begins."""

    def __init__(self) -> None:
        super().__init__()
        self._whole: dict[str, int] = defaultdict(int)
        self._beginnings: dict[str, int] = defaultdict(int)
        self._lengths: tuple[int, ...] = ()

    def add(self, words: Iterable[str], bits: int) -> None:
        for word in words:
            if word.endswith("*"):
                self._beginnings[word[:-1]] |= bits
            else:
                self._whole[word] |= bits
        self._lengths = tuple({len(beginning) for beginning in self._beginnings})

    def __missing__(self, word: str) -> int:
        bits = self._whole.get(word, 0)
        for length in self._lengths:
            bits |= self._beginnings.get(word[:length], 0)
        if len(word) <= _LONGEST_REMEMBERED:
            if len(self) >= _MOST_REMEMBERED:
                self.clear()
            self[word] = bits
        return bits
