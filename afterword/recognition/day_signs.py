"""Signs of days: words without which no day is named, so that the grammar is asked only where one of them stands."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .periods import SPANS
from .sentences import KEY, Sentence, key_of
from .spelling_out import spelled_out

_UNITS = ("business_days", "days", "weeks", "months_unit", "hours", "fortnights")
_SPANS = (*SPANS, "a_week", "a_half", "a_quarter")
_KINDS: Mapping[str, tuple[str, ...]] = {
    "weekdays": ("weekdays",),
    "months": ("months",),
    "units": _UNITS,
    "vague": ("vague_days", "vague_weeks"),
    "spans": _SPANS,
    "spans_or_months": (*_SPANS, "months"),
    "holidays": ("holidays", "before_christmas", "after_easter", "before_easter"),
    "fixed": ("fixed",),
    "days": ("weekdays", "today", "tomorrow"),
    "weekend": ("weekend",),
    "today": ("today",),
    "tomorrow": ("tomorrow", "day_after_tomorrow"),
}
_IDLE = ("article", "of", "this", "next", "within", "deadline")
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[a-z]+")


class Signs:
    """The beginnings of the words that a day can't be named without, by kind; made from what the grammar reads (cues/dates)."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        idle = {word for name in _IDLE for said in _phrases(words, name) for word in _WORD.findall(said)}
        phrases = {kind: [said for name in names for said in _phrases(words, name)] for kind, names in _KINDS.items()}
        phrases["spans_or_months"] += _months_parts(words)
        self._kinds = {kind: frozenset(_telling(said, idle)) for kind, said in phrases.items()}
        self._numbered = {kind for kind, said in phrases.items() if any(map(_DIGIT.search, said))} | {"number", "units"}
        self._all = frozenset().union(*self._kinds.values())

    def kinds_in(self, text: str) -> set[str]:
        """The kinds of which something stands in a comparable text."""
        keys = frozenset(map(key_of, _WORD.findall(text)))
        found = {kind for kind, signs in self._kinds.items() if not keys.isdisjoint(signs)}
        return found | self._numbered if _DIGIT.search(text) else found

    def any_in(self, sentence: Sentence) -> bool:
        """Whether a sentence may name a day; of one that was cut off nothing is known."""
        return bool(self.places_in((sentence,)))

    def places_in(self, sentences: Sequence[Sentence]) -> frozenset[int]:
        """Which of these sentences may name a day, by their places."""
        absent, digit = self._all.isdisjoint, _DIGIT.search
        return frozenset(
            place
            for place, sentence in enumerate(sentences)
            if not absent(sentence.keys) or digit(sentence.words) or sentence.is_cut
        )


def _phrases(words: Mapping[str, Any], name: str) -> Iterator[str]:
    said = words.get(name, ())
    patterns = [said] if isinstance(said, str) else said
    for pattern in patterns:
        yield from spelled_out(pattern)


def _months_parts(words: Mapping[str, Any]) -> Iterator[str]:
    """A month and its part in one word ("Märzhälfte")."""
    for month in _phrases(words, "months"):
        yield from (f"{month}{part}" for name in ("a_week", "a_half") for part in _phrases(words, name))


def _telling(phrases: Iterable[str], idle: set[str]) -> Iterator[str]:
    """Of each phrase the word that tells most; one with a number is told by that."""
    for phrase in phrases:
        words = _WORD.findall(phrase)
        if words and not _DIGIT.search(phrase):
            telling = [word for word in words if word not in idle] or words
            yield max(telling, key=len)[:KEY]
