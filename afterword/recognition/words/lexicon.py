"""A lexicon: thousands of cues, of which one pass over a sentence's words tells those that may match, before any is searched for.

Every cue has a bit for each of the (at most four) words that it needs. Those bits of all words of a sentence are put together: a cue
is a candidate if all of its bits are set.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, reduce
from itertools import pairwise
from operator import or_
from typing import NamedTuple

from .phrases import Element
from .sentences import Sentence
from .word_cache import WordCache

_MOST_NEEDED = 4
_LONGEST_QUOTED = 80


class Cue:
    """A phrase with its language, kind and strength; its pattern is compiled when it is first a candidate."""

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
        """The four rarest of the words that the phrase needs, each as the set of its alternatives; `frequency` is that in all cues.

        Raises ValueError for a cue that needs no word.
        """
        needed = [element.needed for element in self.elements if element.needed]
        if not needed:
            raise ValueError(f"{self.language}.{self.kind}: no word of {self.phrase!r} has to be there")
        return sorted(needed, key=lambda words: sum(frequency[word] for word in words))[:_MOST_NEEDED]


class Hit(NamedTuple):
    """A cue that matches `words[start:end]` of the sentence with this index."""

    cue: Cue
    sentence: int
    start: int
    end: int

    def overlaps(self, other: "Hit") -> bool:
        """Whether both match a word in common."""
        return self.sentence == other.sentence and self.start < other.end - 1 and other.start < self.end - 1

    def matched(self, sentences: Sequence[Sentence]) -> str:
        """The words that it matched."""
        return sentences[self.sentence].words[self.start : self.end].strip()

    def described(self, sentences: Sequence[Sentence]) -> str:
        """The cue as evidence names it: "en.rejection: we will not be moving forward"."""
        return f"{self.cue.language}.{self.cue.kind}: {self.matched(sentences)[:_LONGEST_QUOTED]}"


class Lexicon:
    """The cues to search a text for. Guards are searched with them, and reported apart from them."""

    def __init__(self, cues: Iterable[Cue], guards: Iterable[Cue] = ()) -> None:
        cues = tuple(cues)
        self._cues = (*cues, *guards)[::-1]
        self._all = (1 << len(self._cues)) - 1
        self.no_guards = self._all ^ ((1 << (len(self._cues) - len(cues))) - 1)
        self._shifts = [len(self._cues) * place for place in range(1, _MOST_NEEDED)]
        self._words = _Words()
        self._bits = WordCache(self._words.bits)
        self._pairs: dict[tuple[str, str], int] = {}
        self._unneeded = 0
        self._kinds: dict[str, int] = defaultdict(int)
        frequency = Counter(word for cue in self._cues for element in cue.elements for word in element.needed)
        for number, cue in enumerate(self._cues):
            self._kinds[cue.kind] |= 1 << number
            needed = cue.needed(frequency)
            for place, words in enumerate(needed):
                self._add(words, 1 << (len(self._cues) * place + number))
            self._unneeded |= sum(1 << (len(self._cues) * place + number) for place in range(len(needed), _MOST_NEEDED))

    def _add(self, alternatives: Iterable[str], bit: int) -> None:
        for each in alternatives:
            first, paired, second = each.partition(" ")
            if paired:
                self._pairs[first, second] = self._pairs.get((first, second), 0) | bit
            else:
                self._words.add(each, bit)

    def hits(self, sentences: Sequence[Sentence]) -> list[Hit]:
        """Every cue in these sentences, without guards."""
        return list(self.search(sentences).hits())

    def search(self, sentences: Sequence[Sentence]) -> "Search":
        """A search of these sentences that finds some cues, or the guards, when it is asked for them."""
        candidates = ((index, self._candidates_in(sentence)) for index, sentence in enumerate(sentences))
        return Search(self, sentences, {index: bits for index, bits in candidates if bits})

    def any_in(self, sentences: Iterable[Sentence]) -> bool:
        """Whether any of the cues is in one of these sentences."""
        return any(
            cue.pattern.search(sentence.words)
            for sentence in sentences
            for cue in self.cues_of(self._candidates_in(sentence))
        )

    def of_kind(self, kind: str) -> int:
        """A bit for each cue of a kind."""
        return self._kinds.get(kind, 0)

    def cues_of(self, bits: int) -> Iterator[Cue]:
        """The cues of these bits, in the order in which they were given: the highest bit is the first one's."""
        while bits:
            number = bits.bit_length() - 1
            bits ^= 1 << number
            yield self._cues[number]

    def _candidates_in(self, sentence: Sentence) -> int:
        """A bit for each cue of which every needed word is in a sentence."""
        tokens = sentence.tokens
        found = reduce(or_, filter(None, map(self._bits.__getitem__, tokens)), 0)
        found = reduce(or_, filter(None, map(self._pairs.get, pairwise(tokens))), found)
        if not found:
            return 0
        found |= self._unneeded
        candidates = found & self._all
        for shift in self._shifts:
            candidates &= found >> shift
        return candidates


class Search:
    """The sentences of a text, each with a bit for every cue that is a candidate there."""

    def __init__(self, lexicon: Lexicon, sentences: Sequence[Sentence], candidates: Mapping[int, int]) -> None:
        self._lexicon = lexicon
        self._sentences = sentences
        self._candidates = candidates

    def hits(self, kind: str = "") -> Iterator[Hit]:
        """The cues in the text: those of a kind, or all; no guards."""
        wanted = self._lexicon.of_kind(kind) if kind else self._lexicon.no_guards
        for index, candidates in self._candidates.items():
            yield from self._hits_in(index, candidates & wanted)

    def guards_in(self, index: int) -> Iterator[Hit]:
        """The guards in the sentence with this index."""
        return self._hits_in(index, self._candidates.get(index, 0) & ~self._lexicon.no_guards)

    def _hits_in(self, index: int, candidates: int) -> Iterator[Hit]:
        for cue in self._lexicon.cues_of(candidates):
            if match := cue.pattern.search(self._sentences[index].words):
                yield Hit(cue, index, match.start(), match.end())


class _Words:
    """The bits of whole words, and of beginnings of words ("interview*")."""

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
