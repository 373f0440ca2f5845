"""What a text's wording speaks for: words, and pairs of words that stand near each other, with weights fitted on labelled texts.

Cues know how a thing is usually said; this knows which words go with it, however they are put. cues/wording/<xx>.tsv has, for one
language, a row for each word or pair (by the first letters of each), with what it weighs in log-odds for each meaning.
`python -m evaluation.fit_wording` writes them.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from .sentences import KEY, Sentence

NEAR = 4
"""How many words further the second word of a pair may stand."""

ALWAYS = "*"
"""The row that counts for every text; its rarity is that of a word that is not known."""

RARITY = "rarity"
"""The column that says how rare a word or pair is; the others are meanings."""

FILES = Path(__file__).parent / "cues" / "wording"
_ALONE = ""
_NUMBER = "0"
MOST_SENTENCES = 80
_MOST_TOLD = 4


class Wording(NamedTuple):
    """How much the words of these sentences speak for each meaning, in log-odds, and in which language they do."""

    sentences: Sequence[Sentence]
    log_odds: Mapping[str, float]
    language: Mapping[str, str]


class Vocabulary:
    """The words and pairs of one language, each with its rarity and with what it weighs for each of the meanings."""

    def __init__(self, meanings: Sequence[str] = (), rows: Mapping[str, Sequence[float]] = {}) -> None:
        self._meanings = tuple(meanings)
        self._rows = rows
        self._known = frozenset(word for words in rows for word in words.split())
        self._followers: dict[str, dict[str, str]] = {}
        for words in rows:
            first, _, second = words.partition(" ")
            self._followers.setdefault(first, {})[second] = words

    def weigh(self, sentences: Sequence[Sentence]) -> dict[str, float]:
        """How much these sentences speak for each meaning; each word and pair counts once, and by its share of all that is said,
        known or not. Nothing, where no word of the language is known at all.
        """
        if not self._rows:
            return {}
        texts = [keys_of(sentence) for sentence in sentences[:MOST_SENTENCES]]
        # in one order, for a sum of floats depends on it
        found = dict.fromkeys(chain.from_iterable(map(self._found, texts)))
        unknown, *always = self._rows[ALWAYS]
        if not found:
            return dict(zip(self._meanings, always, strict=True))
        rarity, *columns = zip(*map(self._rows.__getitem__, found), strict=True)
        strange = len(set().union(*texts) - self._known)
        length = max(1.0, math.sqrt(sum(each * each for each in rarity) + strange * unknown * unknown))
        log_odds = (one + sum(column) / length for one, column in zip(always, columns, strict=True))
        return dict(zip(self._meanings, log_odds, strict=True))

    def knows(self, sentence: Sentence) -> int:
        """How many words and pairs of a sentence are known."""
        return len(set(self._found(keys_of(sentence))))

    def telling(self, meaning: str, sentences: Sequence[Sentence]) -> tuple[Sentence, tuple[str, ...]]:
        """The sentence that says most of a meaning, and the words in it that do."""
        column = self._meanings.index(meaning) + 1
        found = [dict.fromkeys(self._found(keys_of(each))) for each in sentences[:MOST_SENTENCES]]
        best = max(range(len(found)), key=lambda index: sum(self._rows[words][column] for words in found[index]))
        ranked = sorted(found[best], key=lambda words: (-self._rows[words][column], words))
        return sentences[best], tuple(words for words in ranked[:_MOST_TOLD] if self._rows[words][column] > 0)

    def _found(self, keys: Sequence[str]) -> list[str]:
        found = []
        for place, key in enumerate(keys, start=1):
            followers = self._followers.get(key)
            if followers:
                if _ALONE in followers:
                    found.append(key)
                found += [followers[other] for other in keys[place : place + NEAR] if other in followers]
        return found


def words_and_pairs(keys: Sequence[str]) -> Iterator[str]:
    """The words of a sentence, as their keys, and the pairs of them that stand near each other."""
    for place, key in enumerate(keys, start=1):
        yield key
        yield from (f"{key} {other}" for other in keys[place : place + NEAR])


def keys_of(sentence: Sentence) -> list[str]:
    """How each word begins; numbers are all alike."""
    return [_NUMBER if token.isdigit() else token[:KEY] for token in sentence.tokens]


@cache
def vocabulary(language: str) -> Vocabulary:
    """The fitted words of a language; none, where there is no file of them."""
    path = FILES / f"{language}.tsv"
    if not path.exists():
        return Vocabulary()
    (_, _, *meanings), *lines = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return Vocabulary(meanings, {words: [float(each or 0) for each in row] for words, *row in lines})


def worded(sentences: Sequence[Sentence], languages: Sequence[str]) -> Wording:
    """What the wording speaks for: each sentence in that of these languages in which most of it is known, so that a footer in another
    one takes nothing from what is said above it.
    """
    log_odds: dict[str, float] = {}
    language: dict[str, str] = {}
    for tongue, share in _shared_out(sentences[:MOST_SENTENCES], languages).items():
        for meaning, said in vocabulary(tongue).weigh(share).items():
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
