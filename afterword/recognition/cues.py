"""Cues: phrases that say something, from one file for each language, matched within a sentence.

A phrase is a row of words as they stand after folding (lower case, no accents, ä as ae, contractions written out), with

    (a|b c)   one of these          [a|b]   one of these, or nothing
    word*     any ending            ..      up to 3 words in between
    !(a|b)    not followed by these ...     up to 8 words in between
    {name}    the alternatives that the file's [words] table has under this name

A file's tables are kinds of cues, each a table of strengths ("sure", "strong", "fair", "hint", "unless", "subject") with phrases.
A language is added by a file beside the others, named by its two letters.
"""

import re
import tomllib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache, cached_property, lru_cache
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from .names import fold

GUARDS = ("condition", "neutral", "before", "withdrawal_story")
"""Kinds of cues that say nothing by themselves, but take from others what they say."""

KEY = 6
key_of = itemgetter(slice(KEY))
_SHORT_NUMBER = 2
MOST_WORDS = 120
_MAX_SENTENCES = 400
_GAPS = {"..": 3, "...": 8}


class Sentence(NamedTuple):
    """A sentence as it stands, and its folded words, each with a space on either side."""

    said: str
    words: str
    keys: frozenset[str]


class Cue:
    """A phrase of a kind and a strength; its pattern is compiled when a sentence first holds its rarest word."""

    def __init__(self, language: str, kind: str, strength: str, phrase: str, elements: Sequence["_Element"]) -> None:
        self.language = language
        self.phrase = phrase
        self.kind = kind
        self.strength = strength
        self.elements = elements

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(" " + "".join(element.pattern for element in self.elements))

    def triggers(self, frequency: Counter[str]) -> list[frozenset[str]]:
        """The elements that must be there, as the word beginnings that each can start with; those first that are no common words,
        and among these the rarest of all cues'.

        Raises ValueError for a cue that has none: each of its groups has an ending left open (word*) within its first letters.
        """
        usable = [element.keys for element in self.elements if element.keys]
        if not usable:
            raise ValueError(f"{self.language}.{self.kind}: no word of {self.phrase!r} is long enough to find it by")
        common = _common_words(self.language)
        return sorted(usable, key=lambda keys: (len(keys & common), sum(frequency[key] for key in keys)))


class Hit(NamedTuple):
    cue: Cue
    sentence: int
    start: int
    end: int


class _Element(NamedTuple):
    pattern: str
    keys: frozenset[str]


class Lexicon:
    """All cues of a set of kinds, found through their rarest word."""

    def __init__(self, cues: Iterable[Cue]) -> None:
        cues = list(cues)
        self._keys = frozenset(key for cue in cues for element in cue.elements for key in element.keys)
        frequency = Counter(key for cue in cues for element in cue.elements for key in element.keys)
        self._by_key: dict[str, list[tuple[Cue, tuple[frozenset[str], ...]]]] = defaultdict(list)
        for cue in cues:
            first, *others = cue.triggers(frequency)
            for key in first:
                self._by_key[key].append((cue, tuple(others)))

    def hits(self, sentences: Sequence[Sentence], among: Collection[int] | None = None) -> list[Hit]:
        """Every cue that a sentence holds, with where in it; `among` names the sentences that are looked at, if not all are."""
        looked_at = range(len(sentences)) if among is None else sorted(among)
        held_by = _held_by(sentences, looked_at, self._keys)
        any_of = _AnyOf(held_by)
        found = []
        for key in held_by.keys() & self._by_key.keys():
            holding = held_by[key]
            for cue, others in self._by_key[key]:
                left = holding
                for other in others:
                    left &= any_of[other]
                    if not left:
                        break
                while left:
                    index = (left & -left).bit_length() - 1
                    left &= left - 1
                    if match := cue.pattern.search(sentences[index].words):
                        found.append(Hit(cue, index, match.start(), match.end()))
        return list(dict.fromkeys(found))


def _held_by(sentences: Sequence[Sentence], looked_at: Iterable[int], keys: frozenset[str]) -> dict[str, int]:
    """For each of these word beginnings, a bit for each sentence that holds it."""
    held_by: dict[str, int] = {}
    for index in looked_at:
        bit = 1 << index
        for key in sentences[index].keys & keys:
            held_by[key] = held_by.get(key, 0) | bit
    return held_by


class _AnyOf(dict[frozenset[str], int]):
    """The sentences that hold any of some word beginnings; cues share most of these."""

    def __init__(self, held_by: dict[str, int]) -> None:
        super().__init__()
        self._held_by = held_by
        self._held = frozenset(held_by)

    def __missing__(self, keys: frozenset[str]) -> int:
        sentences = 0
        for key in keys & self._held:
            sentences |= self._held_by[key]
        self[keys] = sentences
        return sentences


_TOKEN = re.compile(r"(!?)\(([^()]+)\)|(\[)([^\[\]]+)\]|(\.{2,3})|(!?)([^\s()\[\]]+)")


def _parse(phrase: str, words: dict[str, str]) -> Iterator[_Element]:
    text = re.sub(r"\{(\w+)\}", lambda match: words[match[1]], phrase)
    for token in _TOKEN.finditer(text):
        forbids, group, optional, maybe, gap, forbids_word, word = token.groups()
        if gap:
            yield _Element(f"(?:[^ ]+ ){{0,{_GAPS[gap]}}}", frozenset())
        elif optional:
            yield _Element(f"(?:{_alternatives(maybe)})?", frozenset())
        elif forbids or forbids_word:
            yield _Element(f"(?!{_alternatives(group or word)})", frozenset())
        else:
            yield _Element(f"(?:{_alternatives(group or word)})", _keys(group or word))


def _alternatives(group: str) -> str:
    return "|".join("".join(_word(word) for word in fold(option).split()) for option in group.split("|"))


def _word(word: str) -> str:
    return word[:-1] + "[^ ]* " if word.endswith("*") else word + " "


def _keys(group: str) -> frozenset[str]:
    keys = [_rarest_key(fold(option).split()) for option in group.split("|")]
    return frozenset(keys) if all(keys) else frozenset()


def _rarest_key(words: list[str]) -> str:
    whole = [word.rstrip("*") for word in words if not word.endswith("*") or len(word) > KEY]
    return max(whole, key=len, default="")[:KEY]


_FILES = Path(__file__).parent / "cues"
_LEAST_COMMON_WORDS = 2
_SHARE_OF_COMMON_WORDS = 0.4


@cache
def languages() -> tuple[str, ...]:
    """All languages that there are cues for, by their two letters."""
    return tuple(sorted(path.stem for path in _FILES.glob("[a-z][a-z].toml")))


@cache
def _table(language: str) -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((_FILES / f"{language}.toml").read_text(encoding="utf-8"))


@cache
def _common_words(language: str) -> frozenset[str]:
    return frozenset(fold(word)[:KEY] for word in _table(language)["words"]["common"])


@lru_cache(maxsize=4)
def spoken(sentences: tuple[Sentence, ...]) -> tuple[str, ...]:
    """The languages that a text is written in, by their commonest words; all, if it is too short to tell."""
    keys = frozenset().union(*(sentence.keys for sentence in sentences))
    counts = {language: len(keys & _common_words(language)) for language in languages()}
    most = max(counts.values(), default=0)
    if most < _LEAST_COMMON_WORDS:
        return languages()
    return tuple(language for language, count in counts.items() if count >= most * _SHARE_OF_COMMON_WORDS)


@cache
def _cues_of(language: str) -> tuple[Cue, ...]:
    words = {name: "|".join(options) for name, options in _table(language)["words"].items()}
    return tuple(
        Cue(language, kind, strength, phrase, list(_parse(phrase, words)))
        for kind, strengths in _table(language).items()
        for strength, phrases in strengths.items()
        for phrase in phrases
        if kind != "words"
    )


@cache
def employer_lexicon(language: str) -> Lexicon:
    """What an employer's mail in this language is searched for."""
    return Lexicon(cue for cue in _cues_of(language) if not cue.kind.startswith("user_") and not _guards(cue))


@cache
def employer_guards(language: str) -> Lexicon:
    """What takes a cue's meaning from it where both stand in one sentence."""
    return Lexicon(cue for cue in _cues_of(language) if not cue.kind.startswith("user_") and _guards(cue))


@cache
def user_lexicon(language: str) -> Lexicon:
    """What the user's own mail in this language is searched for."""
    return Lexicon(cue for cue in _cues_of(language) if cue.kind.startswith("user_"))


def _guards(cue: Cue) -> bool:
    return cue.strength == "unless" or cue.kind in GUARDS


class _Folding(dict[int, str]):
    """Every character as it is compared: letters and digits without accents, apostrophes, line breaks; all else a space."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = self._fold(chr(code))
        return folded

    @staticmethod
    def _fold(char: str) -> str:
        if char in "\n'" or (char.isascii() and char.isalnum()):
            return char.lower()
        if char in "’‘`´ʼ＇′":
            return "'"
        if unicodedata.category(char) in ("Cf", "Mn"):
            return ""
        folded = fold(char)
        return folded if folded.isalnum() else " "


_FOLDING = _Folding()
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_FEW = 24


def _folded(text: str) -> str:
    """Translating is fast in ASCII only, which most texts are once their few other characters are folded one by one."""
    others = set(_BEYOND_ASCII.findall(text))
    if len(others) <= _FEW:
        plain = text
        for other in others:
            plain = plain.replace(other, _FOLDING[ord(other)])
        if plain.isascii():
            return plain.translate(_FOLDING)
    return text.translate(_FOLDING)


_CONTRACTIONS = (
    ("won't", "will not"),
    ("can't", "can not"),
    ("cannot", "can not"),
    ("shan't", "shall not"),
    ("n't ", " not "),
    ("'re ", " are "),
    ("'ve ", " have "),
    ("'ll ", " will "),
    ("'m ", " am "),
    ("'d ", " would "),
)
_BREAK = re.compile(
    r"[.!?…;,:\n](?:(?<=[.!?…])[\"')\]»“”’*_]{0,3}\s+|(?<=;)\s+|(?<=\n)\s*\n\s*|(?<=[,:])\n"
    r"|(?<=\n)(?=\s{0,8}(?:[-*•·–▪‣>]|\d{1,2}[.)])\s))"
)
_ABBREVIATIONS = frozenset(
    [
        "mr",
        "ms",
        "mrs",
        "dr",
        "prof",
        "st",
        "e.g",
        "i.e",
        "z.b",
        "ca",
        "nr",
        "bzw",
        "inkl",
        "evtl",
        "ggf",
        "sr",
        "sra",
        "dra",
        "dhr",
        "mevr",
        "dott",
        "ing",
        "vs",
        "no",
        "approx",
        "p.ej",
        "tel",
    ]
)
_SHORT_LINE = re.compile(r"(?m)^([^\n]{1,48})\n(?=[A-ZÀ-Þ0-9])")


@lru_cache(maxsize=4)
def sentences_of(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text (400 at most), whatever line breaks, apostrophes and accents it came with."""
    text = unicodedata.normalize("NFC", text).replace("\r", "")
    said = [" ".join(part.split()) for part in islice(_split(_SHORT_LINE.sub(r"\1\n\n", text)), _MAX_SENTENCES)]
    folded = _expanded(_folded("\n".join(said))).split("\n")
    return tuple(_sentence(one, words) for one, words in zip(said, folded, strict=True) if one)


def _split(text: str) -> Iterator[str]:
    start = 0
    for found in _BREAK.finditer(text):
        if found[0][0] == "." and _abbreviates(text[max(start, found.start() - 6) : found.start()]):
            continue
        if text[found.start() - 1].isdigit() and text[found.end() : found.end() + 1].islower():
            continue
        yield text[start : found.end()]
        start = found.end()
    yield text[start:]


def _abbreviates(before: str) -> bool:
    word = before.rsplit(maxsplit=1)[-1].lower().lstrip('("') if before.strip() else ""
    return (
        word in _ABBREVIATIONS or (len(word) <= _SHORT_NUMBER and word.isdigit()) or (len(word) == 1 and word.isalpha())
    )


def _expanded(folded: str) -> str:
    if "'" in folded or "cannot" in folded:
        for short, long in _CONTRACTIONS:
            folded = folded.replace(short, long)
        folded = folded.replace("'", " ")
    return folded


def _sentence(said: str, folded: str) -> Sentence:
    words = folded.split()[:MOST_WORDS]
    return Sentence(said, f" {' '.join(words)} ", frozenset(map(key_of, words)))
