"""A lexicon: many cues, found in a sentence by the words that each can't do without, before any is searched for.

Each cue is a bit, once for each of the (at most four) words that it needs: the bits that a sentence's words have together tell which
cues may stand there. Thousands of phrases are so told apart in one pass over the words.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, reduce
from itertools import pairwise
from operator import or_
from typing import NamedTuple

from .phrases import Element
from .remembered import OfWords
from .sentences import Sentence

_MOST_NEEDED = 4


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
    """All cues of a set of kinds; those that guard others are found with them, and told apart from them."""

    def __init__(self, cues: Iterable[Cue], guards: Iterable[Cue] = ()) -> None:
        said = tuple(cues)
        self._cues = (*said, *guards)[::-1]
        self._all = (1 << len(self._cues)) - 1
        self.no_guards = self._all ^ ((1 << (len(self._cues) - len(said))) - 1)
        self._shifts = [len(self._cues) * place for place in range(1, _MOST_NEEDED)]
        self._words = _Words()
        self._bits = OfWords(self._words.bits)
        self._pairs: dict[tuple[str, str], int] = {}
        self._free = 0
        self._kinds: dict[str, int] = defaultdict(int)
        frequency = Counter(word for cue in self._cues for element in cue.elements for word in element.needed)
        for number, cue in enumerate(self._cues):
            self._kinds[cue.kind] |= 1 << number
            needed = cue.needed(frequency)
            for place, words in enumerate(needed):
                self._add(words, 1 << (len(self._cues) * place + number))
            self._free |= sum(1 << (len(self._cues) * place + number) for place in range(len(needed), _MOST_NEEDED))

    def _add(self, needed: Iterable[str], bit: int) -> None:
        for each in needed:
            first, paired, second = each.partition(" ")
            if paired:
                self._pairs[first, second] = self._pairs.get((first, second), 0) | bit
            else:
                self._words.add(each, bit)

    def hits(self, sentences: Sequence[Sentence]) -> list[Hit]:
        """Every cue that a sentence holds, with where in it; no guards."""
        return list(self.search(sentences).hits())

    def search(self, sentences: Sequence[Sentence]) -> "Search":
        """The same, to be asked for in parts, and the guards."""
        standing = ((index, self._may_stand_in(sentence)) for index, sentence in enumerate(sentences))
        return Search(self, sentences, {index: cues for index, cues in standing if cues})

    def any_in(self, sentences: Iterable[Sentence]) -> bool:
        """Whether any of the cues stands in one of these sentences."""
        return any(
            cue.pattern.search(sentence.words)
            for sentence in sentences
            for cue in self.cues_of(self._may_stand_in(sentence))
        )

    def of_kind(self, kind: str) -> int:
        """A bit for each cue of a kind."""
        return self._kinds.get(kind, 0)

    def cues_of(self, bits: int) -> Iterator[Cue]:
        """The cues that these bits are for, in the order in which they were given: the highest bit is the first one's."""
        while bits:
            number = bits.bit_length() - 1
            bits ^= 1 << number
            yield self._cues[number]

    def _may_stand_in(self, sentence: Sentence) -> int:
        """A bit for each cue of which every needed word stands in a sentence."""
        tokens = sentence.tokens
        held = reduce(or_, filter(None, map(self._bits.__getitem__, tokens)), 0)
        held = reduce(or_, filter(None, map(self._pairs.get, pairwise(tokens))), held)
        if not held:
            return 0
        held |= self._free
        standing = held & self._all
        for shift in self._shifts:
            standing &= held >> shift
        return standing


class Search:
    """The sentences of a text with the cues that may stand in them, by all the words that these can't do without."""

    def __init__(self, lexicon: Lexicon, sentences: Sequence[Sentence], standing: Mapping[int, int]) -> None:
        self._lexicon = lexicon
        self._sentences = sentences
        self._standing = standing

    def hits(self, kind: str = "") -> Iterator[Hit]:
        """The cues that do stand there: those of a kind, or all; no guards."""
        wanted = self._lexicon.of_kind(kind) if kind else self._lexicon.no_guards
        for index, standing in self._standing.items():
            yield from self._hits_in(index, standing & wanted)

    def guards_in(self, index: int) -> Iterator[Hit]:
        """The guards that stand in a sentence."""
        return self._hits_in(index, self._standing.get(index, 0) & ~self._lexicon.no_guards)

    def _hits_in(self, index: int, cues: int) -> Iterator[Hit]:
        for cue in self._lexicon.cues_of(cues):
            if match := cue.pattern.search(self._sentences[index].words):
                yield Hit(cue, index, match.start(), match.end())


class _Words:
    """The bits that a word has whole, and by how it begins."""

    def __init__(self) -> None:
        self._whole: dict[str, int] = defaultdict(int)
        self._beginnings: dict[str, int] = defaultdict(int)
        self._lengths: set[int] = set()

    def add(self, word: str, bits: int) -> None:
        if word.endswith("*"):
            self._beginnings[word[:-1]] |= bits
            self._lengths.add(len(word) - 1)
        else:
            self._whole[word] |= bits

    def bits(self, word: str) -> int:
        bits = self._whole.get(word, 0)
        for length in self._lengths:
            bits |= self._beginnings.get(word[:length], 0)
        return bits
