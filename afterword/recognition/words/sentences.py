"""The sentences of a text, as written and in the folded form in which they are compared."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import islice
from operator import itemgetter

from .folding import composed, fold

KEY = 6
key_of = itemgetter(slice(KEY))
MOST_WORDS = 120
MOST_SENTENCES = 400


class Sentence:
    """A sentence: `as_written`, and as `tokens`, its folded words (lower case, no accents, contractions written out), 120 at most."""

    def __init__(self, part: str, folded: str) -> None:
        self.as_written = part
        self.tokens = folded.split()[:MOST_WORDS]

    @property
    def is_cut(self) -> bool:
        """Whether it may have more words than `tokens` has."""
        return len(self.tokens) >= MOST_WORDS

    @cached_property
    def words(self) -> str:
        """The tokens as one string, with a space on either side of each."""
        return f" {' '.join(self.tokens)} "

    @cached_property
    def text(self) -> str:
        """The sentence as written, with single spaces for whatever blanks and line breaks it came with."""
        return " ".join(self.as_written.split())

    @cached_property
    def keys(self) -> frozenset[str]:
        """The first letters of each token, by which words are compared whatever their endings."""
        return frozenset(map(key_of, self.tokens))


@lru_cache(maxsize=4)
def sentences_of(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text, 400 at most."""
    text = composed(text).replace("\r", "").replace(_SEPARATOR, " ")
    parts = [part for part in islice(_split(text), MOST_SENTENCES) if part.strip()]
    if not parts:
        return ()
    folded = _folded(_SEPARATOR.join(parts))
    for run_together, apart in _RUN_TOGETHER:
        folded = folded.replace(run_together, apart)
    return tuple(
        Sentence(part, _expanded(each) if "'" in each else each)
        for part, each in zip(parts, folded.split(_SEPARATOR), strict=True)
    )


_SEPARATOR = "\x1f"
"""Separates the sentences while they are folded as one text."""

_LONGEST_SHORT_LINE = 48
_ABBREVIATIONS = (
    r"[^\W\d_]",
    "mr|ms|dr|st|ca|nr|sr|vs|no",
    r"mrs|e\.g|i\.e|z\.b|bzw|ggf|sra|dra|dhr|ing|tel|sig|avv|arq|lic",
    r"prof|inkl|evtl|mevr|dott|p\.ej|arch|geom|sigg|srta",
    "approx",
)
_ABBREVIATES = r"(?<![\s(]\d\.)(?<![\s(]\d\d\.)" + "".join(rf"(?<!\b(?i:{each})\.)" for each in _ABBREVIATIONS)
_LEGAL_FORM = r"\s(?:KG|KGaA|OHG)\b"
"""What stands behind the full stop of "GmbH & Co. KG"."""

_CLOSED = r"[\"')\]»“”’*_]{0,3}\s+"
_ITEM = r"\s{0,8}(?:[-*•·–▪‣>]|\d{1,2}[.)])\s"
_FACE = r"(?<=\s[:;])[-']?[()D]{1,3}\s+(?=[A-ZÀ-Þ])"
"""A face of punctuation, which ends a sentence that has no dot: "you got through :) Attached is …"."""

_PICTURE = "\U0001f300-\U0001faff☀-➿"
_BREAK = re.compile(
    rf"[.!?…;,:\n{_PICTURE}](?:(?<=\n)(?:\s*\n\s*|(?={_ITEM})|(?P<line>(?=[A-ZÀ-Þ0-9])))"
    rf"|(?<=\.){_ABBREVIATES}(?!{_LEGAL_FORM}){_CLOSED}|(?<=[!?…]){_CLOSED}|(?<=;)\s+|(?<=[,:])\n|{_FACE}"
    rf"|(?<=[{_PICTURE}])[\ufe0f\U0001f3fb-\U0001f3ff]?\s+(?=[A-ZÀ-Þ]))"
)


def _split(text: str) -> Iterator[str]:
    start = 0
    for match in _BREAK.finditer(text):
        at, end = match.span()
        if match.lastgroup and not 0 < at - text.rfind("\n", 0, at) - 1 <= _LONGEST_SHORT_LINE:
            continue
        if text[at] not in "?!…" and at and text[at - 1].isdigit() and text[end : end + 1].islower():
            continue
        yield text[start:end]
        start = end
    yield text[start:]


_MOST_CHARACTERS = 10_000


class _Folding(dict[int, str]):
    """A table for str.translate, filled as characters are met: letters and digits without accents, apostrophes, else a space."""

    def __missing__(self, code: int) -> str:
        if len(self) >= _MOST_CHARACTERS:
            self.clear()
        folded = self[code] = self._fold(chr(code))
        return folded

    @staticmethod
    def _fold(char: str) -> str:
        if char in f"{_SEPARATOR}'" or (char.isascii() and char.isalnum()):
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
    """The folded text. str.translate is fast in ASCII only, which most texts are once their few other characters are replaced."""
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
    ("shan't", "shall not"),
    ("n't ", " not "),
    ("'re ", " are "),
    ("'ve ", " have "),
    ("'ll ", " will "),
    ("'m ", " am "),
    ("'d ", " would "),
)

_RUN_TOGETHER = (
    ("cannot", "can not"),
    ("wont ", "will not "),
    ("didnt ", "did not "),
    ("doesnt ", "does not "),
    ("havent ", "have not "),
)
"""What is written in one word, and no end of a word in any other language; of "dont" and "cant" that can't be said."""


def _expanded(folded: str) -> str:
    """A folded text with its contractions written out, and a space at its end: the last word ends as the others do."""
    folded += " "
    for short, long in _CONTRACTIONS:
        folded = folded.replace(short, long)
    return folded.replace("'", " ")
