"""What a text's wording speaks for: terms, which are words and pairs of words near each other, with fitted weights.

Cues know how a thing is usually said; this knows which words go with it, however they are put. cues/wording/<xx>.tsv has, for one
language, a row for each term (by the first letters of its words) with its weight for each meaning, in log-odds: a linear text
classifier over idf-weighted terms. `python -m evaluation.fit_wording` writes the files.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import NamedTuple

from .. import CUES
from ..words.sentences import KEY, Sentence
from ..words.word_cache import WordCache

NEAR = 4
"""How many words behind the first one the second word of a pair may stand."""

INTERCEPT = "*"
"""The row that counts for every text; its rarity is that of an unknown word."""

RARITY = "rarity"
"""The column of the inverse document frequencies; the others are meanings."""

FILES = CUES / "wording"
_NUMBER = "0"
MOST_SENTENCES = 80
_MOST_QUOTED = 4
_SHORTEST_ALONE = 17.0
"""The length that the vector of a text has at least (about six words) where nothing but its wording says a thing: in a few words, any
may stand by chance.
"""


class Wording(NamedTuple):
    """How much the wording of these sentences speaks for each meaning, in log-odds: beside a cue (`log_odds`), and where nothing else says
    it (`alone`), with the language in which it does.
    """

    sentences: Sequence[Sentence]
    log_odds: Mapping[str, float]
    alone: Mapping[str, float]
    language: Mapping[str, str]

    def evidence_for(self, meaning: str) -> tuple[Sentence, tuple[str, ...]]:
        """The sentence that speaks most for a meaning, and what in it does, as evidence names it: "en.offer, worded: pleas offer"."""
        language = self.language[meaning]
        sentence, terms = vocabulary(language).strongest(meaning, self.sentences)
        return sentence, tuple(f"{language}.{meaning}, worded: {each}" for each in terms)


class Terms(NamedTuple):
    """The keys of all words of a text, and those of its terms that a vocabulary knows."""

    keys: frozenset[str]
    known: frozenset[str]

    def __or__(self, other: "Terms") -> "Terms":
        return Terms(self.keys | other.keys, self.known | other.known)


class Vocabulary:
    """The terms of one language. `rows` has for each of them a line of the file: its rarity and its weight for each of the meanings,
    separated by tabs, empty for 0.
    """

    def __init__(self, meanings: Sequence[str] = (), rows: Mapping[str, str] = {}) -> None:
        self._meanings = tuple(meanings)
        self._rows = rows
        self._packed = _Packed(rows)
        self._known_words = frozenset(word for term in rows for word in term.split())
        self._single = frozenset(term for term in rows if " " not in term)
        self._pairs: dict[str, dict[str, str]] = {}
        for term in rows:
            first, paired, second = term.partition(" ")
            if paired:
                self._pairs.setdefault(first, {})[second] = term

    def terms_in(self, sentences: Iterable[Sentence]) -> Terms:
        """The terms to be weighed."""
        keys = _spaced_keys(sentences)
        return Terms(frozenset(keys) - {_GAP}, frozenset(self._known_terms(keys)))

    def weigh(self, terms: Terms) -> tuple[dict[str, float], dict[str, float]]:
        """The log-odds of each meaning by these terms, and those where nothing else says a meaning; none where the file has no rows.

        Each term counts once, and the vector of all terms, unknown words among them, has length 1: what is not known dilutes what is.
        """
        if not self._rows:
            return {}, {}
        unknown_rarity = self._intercept[0]
        squares, *sums = _unpacked(sum(map(self._packed.__getitem__, terms.known)), 1 + len(self._meanings))
        unknown = len(terms.keys - self._known_words)
        length = max(1.0, math.sqrt(squares + unknown * unknown_rarity * unknown_rarity))
        log_odds = self._log_odds(sums, length)
        return log_odds, log_odds if length >= _SHORTEST_ALONE else self._log_odds(sums, _SHORTEST_ALONE)

    def _log_odds(self, sums: Iterable[float], length: float) -> dict[str, float]:
        intercepts = self._intercept[1:]
        return {
            meaning: intercept + weight / length
            for meaning, intercept, weight in zip(self._meanings, intercepts, sums, strict=True)
        }

    @cached_property
    def _intercept(self) -> list[float]:
        return _numbers(self._rows[INTERCEPT])

    def count_known(self, sentence: Sentence) -> int:
        """The number of known terms in a sentence."""
        return len(self._known_terms(_spaced_keys([sentence])))

    def strongest(self, meaning: str, sentences: Sequence[Sentence]) -> tuple[Sentence, tuple[str, ...]]:
        """The sentence that speaks most for a meaning, and up to four of the terms in it that do."""
        column = self._meanings.index(meaning) + 1
        weights = [
            {term: _numbers(self._rows[term])[column] for term in self._known_terms(_spaced_keys([sentence]))}
            for sentence in sentences[:MOST_SENTENCES]
        ]
        best = max(range(len(weights)), key=lambda index: math.fsum(weights[index].values()))
        ranked = sorted((-weight, term) for term, weight in weights[best].items() if weight > 0)
        return sentences[best], tuple(term for _, term in ranked[:_MOST_QUOTED])

    def _known_terms(self, keys: Sequence[str]) -> set[str]:
        found = set(self._single.intersection(keys))
        further = (keys[place:] for place in range(1, NEAR + 1))
        # written out, for a loop within this one takes a third longer
        for pairs, second, third, fourth, fifth in zip(map(self._pairs.get, keys), *further, strict=False):
            if pairs:
                if second in pairs:
                    found.add(pairs[second])
                if third in pairs:
                    found.add(pairs[third])
                if fourth in pairs:
                    found.add(pairs[fourth])
                if fifth in pairs:
                    found.add(pairs[fifth])
        return found


_LANE = 40
_HUNDREDTHS = 100


class _Packed(dict[str, int]):
    """The numbers of each row as hundredths, side by side in one integer, packed when a term is first met: integers add up exactly,
    and one addition adds all lanes. The first lane is the square of the rarity.
    """

    def __init__(self, rows: Mapping[str, str]) -> None:
        super().__init__()
        self._rows = rows

    def __missing__(self, term: str) -> int:
        rarity, *weights = _numbers(self._rows[term])
        values = (rarity * rarity, *weights)
        packed = self[term] = sum(round(each * _HUNDREDTHS) << (_LANE * place) for place, each in enumerate(values))
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


def terms_of(keys: Sequence[str]) -> Iterator[str]:
    """The terms of a sentence, from the keys of its words: each key, and each pair of keys that are near each other."""
    for place, key in enumerate(keys, start=1):
        yield key
        yield from (f"{key} {other}" for other in keys[place : place + NEAR])


def keys_of(sentence: Sentence) -> list[str]:
    """The first letters of each word of a sentence; "0" for any number."""
    return list(map(_KEYS.__getitem__, sentence.tokens))


def _key(token: str) -> str:
    return _NUMBER if token.isdigit() else token[:KEY]


_KEYS = WordCache(_key)
_GAP = ""


def _spaced_keys(sentences: Iterable[Sentence]) -> list[str]:
    """The keys of all sentences, with gaps between them so that no pair spans two."""
    keys: list[str] = []
    for sentence in sentences:
        keys += keys_of(sentence)
        keys += [_GAP] * NEAR
    return keys


@cache
def vocabulary(language: str) -> Vocabulary:
    """The fitted vocabulary of a language, an empty one where there is no file."""
    path = FILES / f"{language}.tsv"
    if not path.exists():
        return Vocabulary()
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    rows = (line.partition("\t") for line in lines)
    return Vocabulary(head.split("\t")[2:], {term: row for term, _, row in rows})


def wording_of(sentences: Sequence[Sentence], languages: Sequence[str]) -> Wording:
    """What the wording speaks for. Each sentence is weighed in that language in which most of it is known: so a footer in another
    language takes nothing from what is said above it.
    """
    return _weighed(sentences, _terms(sentences[:MOST_SENTENCES], languages))


def wording_of_all_and_some(
    sentences: Sequence[Sentence], some: Sequence[Sentence], languages: Sequence[str]
) -> tuple[Wording, Wording]:
    """The wording of all sentences, and that of some of them, with the terms of each sentence looked up once."""
    if len(sentences) > MOST_SENTENCES:
        return wording_of(sentences, languages), wording_of(some, languages)
    terms, looked_up = _terms(some, languages), set(some)
    others = _terms([each for each in sentences if each not in looked_up], languages)
    both = {language: terms.get(language, _NONE) | others.get(language, _NONE) for language in {**terms, **others}}
    return _weighed(sentences, both), _weighed(some, terms)


_NONE = Terms(frozenset(), frozenset())


def _terms(sentences: Sequence[Sentence], languages: Sequence[str]) -> dict[str, Terms]:
    by_language = _by_language([each for each in sentences if not _is_telephone_number(each)], languages)
    return {language: vocabulary(language).terms_in(share) for language, share in by_language.items()}


def _is_telephone_number(sentence: Sentence) -> bool:
    """Whether it is one and nothing else: its digits are no hours and no wages."""
    return all(map(str.isdigit, sentence.tokens)) and _TELEPHONE.match(sentence.text) is not None


_TELEPHONE = re.compile(r"\W*(?:\+\d|0\d\d|\d\d\W{1,2}\d{3}|(?:\d\d[ .-]){4}\d\d\b)")


def _weighed(sentences: Sequence[Sentence], terms: Mapping[str, Terms]) -> Wording:
    """Each meaning in the language that speaks most for it."""
    log_odds: dict[str, float] = {}
    of_all_alone: dict[str, float] = {}
    languages: dict[str, str] = {}
    for language, share in terms.items():
        beside_cues, alone = vocabulary(language).weigh(share)
        for meaning, weight in alone.items():
            log_odds[meaning] = max(beside_cues[meaning], log_odds.get(meaning, -math.inf))
            if weight > of_all_alone.get(meaning, -math.inf):
                of_all_alone[meaning], languages[meaning] = weight, language
    return Wording(sentences, log_odds, of_all_alone, languages)


def _by_language(sentences: Sequence[Sentence], languages: Sequence[str]) -> dict[str, list[Sentence]]:
    """Each sentence in the language that knows most of it; of several, in that which knows most of the text: one word ("Interview") is
    often known in many.
    """
    if len(languages) == 1:
        return {languages[0]: list(sentences)}
    known = {language: [vocabulary(language).count_known(sentence) for sentence in sentences] for language in languages}
    mainly = sorted(languages, key=lambda language: -sum(known[language]))
    shares: dict[str, list[Sentence]] = {}
    for place, sentence in enumerate(sentences):
        best = max(mainly, key=lambda language: known[language][place])
        shares.setdefault(best, []).append(sentence)
    return shares
