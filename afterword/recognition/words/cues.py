"""Cues: phrases that say something, from one file for each language (phrases.py describes how they are written).

A file has a table for each kind of cue, with the phrases of each strength: "sure", "strong", "fair", "hint", "subject" (counts in
subjects only), "unless" (cancels cues of its kind), "neutral" (takes a guard back); of a guard also "before" (holds for what follows
it, and for its whole sentence where it begins that); agreements.py says what those of an agreement do. Its table of words has
those of the functions below (`common`, `contrast`, `of_any_application`), and the lists that phrases name in braces. A language is added
by a file named by its ISO 639-1 code.
"""

import tomllib
from functools import cache, lru_cache
from itertools import filterfalse

from .. import CUES
from .folding import fold
from .lexicon import Cue, Lexicon
from .phrases import parse
from .sentences import Sentence

SURE, STRONG, HINT, UNLESS, NEUTRAL = "sure", "strong", "hint", "unless", "neutral"
"""The strengths of cues that code names; cues/weights.toml has what each weighs."""

GUARDS = ("condition", "withdrawal_story", "boilerplate")
"""Kinds of cues that say nothing by themselves, but cancel others in their sentence."""

AGREEMENT = "agreement"
"""The kind of cues that accept a proposed time."""

APPLICATION = "user_application"
"""The kind of cues by which the user applies."""

MET = "met"
"""The kind of cues that say that somebody met the user."""

_LEAST_COMMON_WORDS = 2
_SHARE_OF_COMMON_WORDS = 0.4


@cache
def languages() -> tuple[str, ...]:
    """The ISO 639-1 codes of all languages that there are cues for."""
    return tuple(sorted(path.stem for path in CUES.glob("[a-z][a-z].toml")))


@cache
def _table(language: str) -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((CUES / f"{language}.toml").read_text(encoding="utf-8"))


@cache
def common_words(language: str) -> frozenset[str]:
    """The commonest words of a language, by which it is identified."""
    return frozenset(map(fold, _table(language)["words"]["common"]))


@cache
def contrasts(language: str) -> tuple[str, ...]:
    """The words that part a clause from one that says something else ("but")."""
    return tuple(_table(language)["words"]["contrast"])


@cache
def words_of_any_application(language: str) -> frozenset[str]:
    """Those words in its cues of hiring that are said of other applications too: for a flat, a grant, a place to study."""
    return frozenset(_table(language)["words"]["of_any_application"])


@lru_cache(maxsize=4)
def languages_of(sentences: tuple[Sentence, ...]) -> tuple[str, ...]:
    """The languages that a text is written in, by their commonest words; all of them if it is too short to tell."""
    words = frozenset().union(*(sentence.tokens for sentence in sentences))
    counts = {language: len(words & common_words(language)) for language in languages()}
    most = max(counts.values(), default=0)
    if most < _LEAST_COMMON_WORDS:
        return languages()
    return tuple(language for language, count in counts.items() if count >= most * _SHARE_OF_COMMON_WORDS)


@cache
def _cues_of(language: str) -> tuple[Cue, ...]:
    words = {name: "|".join(options) for name, options in _table(language)["words"].items()}
    return tuple(
        Cue(language, kind, strength, phrase, list(parse(phrase, words, common_words(language))))
        for kind, strengths in _table(language).items()
        for strength, phrases in strengths.items()
        for phrase in phrases
        if kind != "words"
    )


@cache
def employer_lexicon(language: str) -> Lexicon:
    """The cues of an employer's mail in this language, with the guards that cancel them."""
    cues = [cue for cue in _cues_of(language) if _is_employers(cue)]
    return Lexicon(filterfalse(_is_guard, cues), guards=filter(_is_guard, cues))


@cache
def hiring_lexicon(language: str) -> Lexicon:
    """Those of them that are about hiring: searched alone, they are found faster."""
    return Lexicon(cue for cue in _cues_of(language) if cue.kind == "hiring" and not _is_guard(cue))


@cache
def agreement_lexicon(language: str) -> Lexicon:
    """The cues by which either side accepts a time that the other one proposes."""
    return Lexicon(cue for cue in _cues_of(language) if cue.kind == AGREEMENT)


@cache
def user_lexicon(language: str) -> Lexicon:
    """The cues of what the user's own mail is for, once they have applied."""
    return Lexicon(cue for cue in _cues_of(language) if cue.kind.startswith("user_") and cue.kind != APPLICATION)


@cache
def application_lexicon(language: str) -> Lexicon:
    """The cues by which the user's own mail applies for a job."""
    return Lexicon(cue for cue in _cues_of(language) if cue.kind == APPLICATION)


def _is_employers(cue: Cue) -> bool:
    return cue.kind != AGREEMENT and not cue.kind.startswith("user_")


def _is_guard(cue: Cue) -> bool:
    return cue.strength == UNLESS or cue.kind in GUARDS
