"""What a text's wording speaks for: words, and pairs of words that stand near each other, with weights fitted on labelled texts.

Cues know how a thing is usually said; this knows which words go with it, however they are put. cues/wording/<xx>.tsv has, for one
language, a row for each word or pair (by the first letters of each), with what it weighs in log-odds for each meaning.
`python -m evaluation.fit_wording` writes them.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

from .remembered import OfWords
from .sentences import KEY, Sentence

NEAR = 4
"""How many words further the second word of a pair may stand."""

ALWAYS = "*"
"""The row that counts for every text; its rarity is that of a word that is not known."""

RARITY = "rarity"
"""The column that says how rare a word or pair is; the others are meanings."""

FILES = Path(__file__).parent / "cues" / "wording"
_NUMBER = "0"
MOST_SENTENCES = 80
_MOST_TOLD = 4


class Wording(NamedTuple):
    """How much the words of these sentences speak for each meaning, in log-odds, and in which language they do."""

    sentences: Sequence[Sentence]
    log_odds: Mapping[str, float]
    language: Mapping[str, str]


class Heard(NamedTuple):
    """The words that were said, by their keys, and those words and pairs of them that a language knows."""

    keys: frozenset[str]
    known: frozenset[str]

    def __or__(self, other: "Heard") -> "Heard":
        return Heard(self.keys | other.keys, self.known | other.known)


class Vocabulary:
    """The words and pairs of one language; `rows` has for each of them its rarity and what it weighs for each of the meanings, as a
    line of a file has it: with tabs between, and nothing where it weighs nothing.
    """

    def __init__(self, meanings: Sequence[str] = (), rows: Mapping[str, str] = {}) -> None:
        self._meanings = tuple(meanings)
        self._rows = rows
        self._packed = _Packed(rows)
        self._known = frozenset(word for words in rows for word in words.split())
        self._alone = frozenset(words for words in rows if " " not in words)
        self._followers: dict[str, dict[str, str]] = {}
        for words in rows:
            first, paired, second = words.partition(" ")
            if paired:
                self._followers.setdefault(first, {})[second] = words

    def weigh(self, sentences: Sequence[Sentence]) -> dict[str, float]:
        """How much these sentences speak for each meaning; each word and pair counts once, and by its share of all that is said,
        known or not. Nothing, where no word of the language is known at all.
        """
        return self.weigh_heard(self.hear(sentences[:MOST_SENTENCES]))

    def hear(self, sentences: Iterable[Sentence]) -> Heard:
        """What of these sentences is weighed."""
        keys = _one_after_another(sentences)
        return Heard(frozenset(keys) - {_BETWEEN}, frozenset(self._found(keys)))

    def weigh_heard(self, heard: Heard) -> dict[str, float]:
        """The same of what was heard, in whatever order."""
        if not self._rows:
            return {}
        unknown, *always = self._always
        squares, *said = _unpacked(sum(map(self._packed.__getitem__, heard.known)), 1 + len(self._meanings))
        strange = len(heard.keys - self._known)
        length = max(1.0, math.sqrt(squares + strange * unknown * unknown))
        return {name: one + all_ / length for name, one, all_ in zip(self._meanings, always, said, strict=True)}

    @cached_property
    def _always(self) -> list[float]:
        return _numbers(self._rows[ALWAYS])

    def knows(self, sentence: Sentence) -> int:
        """How many words and pairs of a sentence are known."""
        return len(self._found(_one_after_another([sentence])))

    def telling(self, meaning: str, sentences: Sequence[Sentence]) -> tuple[Sentence, tuple[str, ...]]:
        """The sentence that says most of a meaning, and the words in it that do."""
        column = self._meanings.index(meaning) + 1
        said = [
            {words: _numbers(self._rows[words])[column] for words in self._found(_one_after_another([sentence]))}
            for sentence in sentences[:MOST_SENTENCES]
        ]
        best = max(range(len(said)), key=lambda index: math.fsum(said[index].values()))
        ranked = sorted((-weight, words) for words, weight in said[best].items() if weight > 0)
        return sentences[best], tuple(words for _, words in ranked[:_MOST_TOLD])

    def _found(self, keys: Sequence[str]) -> set[str]:
        """The known words and pairs."""
        found = set(self._alone.intersection(keys))
        further = (keys[place:] for place in range(1, NEAR + 1))
        # written out, for a loop within this one takes a third longer
        for followers, second, third, fourth, fifth in zip(map(self._followers.get, keys), *further, strict=False):
            if followers:
                if second in followers:
                    found.add(followers[second])
                if third in followers:
                    found.add(followers[third])
                if fourth in followers:
                    found.add(followers[fourth])
                if fifth in followers:
                    found.add(followers[fifth])
        return found


_LANE = 40
_HUNDREDTHS = 100


class _Packed(dict[str, int]):
    """The numbers of each row that was met, as hundredths, side by side in one: whatever is added up so is added up for all of them
    at once, and exactly. The first is the square of the rarity.
    """

    def __init__(self, rows: Mapping[str, str]) -> None:
        super().__init__()
        self._rows = rows

    def __missing__(self, words: str) -> int:
        rarity, *weights = _numbers(self._rows[words])
        values = (rarity * rarity, *weights)
        packed = self[words] = sum(round(each * _HUNDREDTHS) << (_LANE * place) for place, each in enumerate(values))
        return packed


def _unpacked(packed: int, count: int) -> list[float]:
    values = []
    for _ in range(count):
        lane = packed & ((1 << _LANE) - 1)
        lane -= (lane >> (_LANE - 1)) << _LANE
        values.append(lane / _HUNDREDTHS)
        packed = (packed - lane) >> _LANE
    return values


def _numbers(row: str) -> list[float]:
    return [float(each or 0) for each in row.split("\t")]


def words_and_pairs(keys: Sequence[str]) -> Iterator[str]:
    """The words of a sentence, as their keys, and the pairs of them that stand near each other."""
    for place, key in enumerate(keys, start=1):
        yield key
        yield from (f"{key} {other}" for other in keys[place : place + NEAR])


def keys_of(sentence: Sentence) -> list[str]:
    """How each word begins; numbers are all alike."""
    return list(map(_KEYS.__getitem__, sentence.tokens))


def _key(token: str) -> str:
    return _NUMBER if token.isdigit() else token[:KEY]


_KEYS = OfWords(_key)
_BETWEEN = ""


def _one_after_another(sentences: Iterable[Sentence]) -> list[str]:
    """The keys of sentences, so far apart that none of one is near one of another."""
    keys: list[str] = []
    for sentence in sentences:
        keys += keys_of(sentence)
        keys += [_BETWEEN] * NEAR
    return keys


@cache
def vocabulary(language: str) -> Vocabulary:
    """The fitted words of a language; none, where there is no file of them."""
    path = FILES / f"{language}.tsv"
    if not path.exists():
        return Vocabulary()
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    rows = (line.partition("\t") for line in lines)
    return Vocabulary(head.split("\t")[2:], {words: row for words, _, row in rows})


def worded(sentences: Sequence[Sentence], languages: Sequence[str]) -> Wording:
    """What the wording speaks for: each sentence in that of these languages in which most of it is known, so that a footer in another
    one takes nothing from what is said above it.
    """
    return _weighed(sentences, _heard(sentences[:MOST_SENTENCES], languages))


def worded_with_some(
    sentences: Sequence[Sentence], some: Sequence[Sentence], languages: Sequence[str]
) -> tuple[Wording, Wording]:
    """The same of these sentences, and of some of them, which are looked up but once."""
    if len(sentences) > MOST_SENTENCES:
        return worded(sentences, languages), worded(some, languages)
    heard, looked_up = _heard(some, languages), set(some)
    besides = _heard([each for each in sentences if each not in looked_up], languages)
    both = {tongue: heard.get(tongue, _NOTHING) | besides.get(tongue, _NOTHING) for tongue in {**heard, **besides}}
    return _weighed(sentences, both), _weighed(some, heard)


_NOTHING = Heard(frozenset(), frozenset())


def _heard(sentences: Sequence[Sentence], languages: Sequence[str]) -> dict[str, Heard]:
    return {tongue: vocabulary(tongue).hear(share) for tongue, share in _shared_out(sentences, languages).items()}


def _weighed(sentences: Sequence[Sentence], heard: Mapping[str, Heard]) -> Wording:
    log_odds: dict[str, float] = {}
    language: dict[str, str] = {}
    for tongue, share in heard.items():
        for meaning, said in vocabulary(tongue).weigh_heard(share).items():
            if said > log_odds.get(meaning, -math.inf):
                log_odds[meaning], language[meaning] = said, tongue
    return Wording(sentences, log_odds, language)


def _shared_out(sentences: Sequence[Sentence], languages: Sequence[str]) -> dict[str, list[Sentence]]:
    if len(languages) == 1:
        return {languages[0]: list(sentences)}
    shares: dict[str, list[Sentence]] = {}
    for sentence in sentences:
        shares.setdefault(max(languages, key=lambda each: vocabulary(each).knows(sentence)), []).append(sentence)
    return shares
