"""Signs of days: words without which no day is named. The grammar, which is slow, reads only sentences that have one."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..words.sentences import KEY, Sentence, key_of
from ..words.spelling_out import spelled_out
from .periods import SPANS

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
    "weekend": ("weekend", "after_weekend"),
    "today": ("today",),
    "tomorrow": ("tomorrow", "day_after_tomorrow"),
}
_STOP_WORDS = ("article", "of", "this", "next", "within", "deadline")
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[a-z]+")


class Signs:
    """Beginnings of words, by the kind of day that can't be named without one of them; from `words`, which are cues/dates/<xx>.toml."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        stop_words = {
            word for name in _STOP_WORDS for phrase in _phrases(words, name) for word in _WORD.findall(phrase)
        }
        phrases = {
            kind: [phrase for name in names for phrase in _phrases(words, name)] for kind, names in _KINDS.items()
        }
        phrases["spans_or_months"] += _months_parts(words)
        self._kinds = {kind: frozenset(_most_telling(phrase, stop_words)) for kind, phrase in phrases.items()}
        self._numbered = {kind for kind, phrase in phrases.items() if any(map(_DIGIT.search, phrase))} | {
            "number",
            "units",
        }
        self._all = frozenset().union(*self._kinds.values())

    def kinds_in(self, text: str) -> set[str]:
        """The kinds of days of which a comparable text has a sign."""
        keys = frozenset(map(key_of, _WORD.findall(text)))
        found = {kind for kind, signs in self._kinds.items() if not keys.isdisjoint(signs)}
        return found | self._numbered if _DIGIT.search(text) else found

    def indices_in(self, sentences: Sequence[Sentence]) -> frozenset[int]:
        """The indices of those sentences that may name a day. One that was cut may."""
        absent, digit = self._all.isdisjoint, _DIGIT.search
        return frozenset(
            index
            for index, sentence in enumerate(sentences)
            if not absent(sentence.keys) or digit(sentence.words) or sentence.is_cut
        )


def _phrases(words: Mapping[str, Any], name: str) -> Iterator[str]:
    phrase = words.get(name, ())
    patterns = [phrase] if isinstance(phrase, str) else phrase
    for pattern in patterns:
        yield from spelled_out(pattern)


def _months_parts(words: Mapping[str, Any]) -> Iterator[str]:
    """A month and its part in one word ("Märzhälfte")."""
    for month in _phrases(words, "months"):
        yield from (f"{month}{part}" for name in ("a_week", "a_half") for part in _phrases(words, name))


def _most_telling(phrases: Iterable[str], stop_words: set[str]) -> Iterator[str]:
    """The beginning of the longest word of each phrase that is no stop word; none of a phrase with a number, which is a sign itself."""
    for phrase in phrases:
        words = _WORD.findall(phrase)
        if words and not _DIGIT.search(phrase):
            telling = [word for word in words if word not in stop_words] or words
            yield max(telling, key=len)[:KEY]
