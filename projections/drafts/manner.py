"""In which language, and how formally, letters of an application are written: as in its mails so far."""

import re
from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from afterword.eventlog.events import Evidence

from .languages import language, languages

_LEAST_WORDS = 3
_WORD = re.compile(r"[^\W\d_]+")
_CUE = re.compile(r"([a-z]{2})\.")


class Manner(Struct, frozen=True):
    """A language by its two letters (ISO 639-1); `formal` is how one speaks to somebody one hardly knows."""

    language: str = "en"
    formal: bool = True


def manner_of(*groups: Sequence[Evidence]) -> Manner:
    """As the first of these mails that tells is written; English, and formal, where none does.

    How formally, the first group shows that tells: one colleague says "tu" and the other "vous", a portal "du" where its people say
    "Sie". Within a group a single informal word tells more than any formal one: "vous" may be all of them, "su" theirs.
    """
    spoken = next((name for mails in groups for each in mails if (name := _language_of(each))), "en")
    verdicts = (_is_formal(_quotes_in(spoken, mails), spoken) for mails in groups)
    return Manner(spoken, next((formal for formal in verdicts if formal is not None), True))


def _language_of(evidence: Evidence) -> str:
    """By the cues that fired; where there are none, by its commonest words, of which a sentence may have few, and those of two languages."""
    words = frozenset(_WORD.findall(evidence.quote.lower()))
    counts = Counter({name: len(words & language(name).speaks.words) for name in languages()})
    fired = Counter(found[1] for each in evidence.cues if (found := _CUE.match(each)) and found[1] in languages())
    return _clearly_most(fired, 1) or _clearly_most(counts, _LEAST_WORDS)


def _clearly_most(counts: Counter[str], least: int) -> str:
    (first, most), (_, second) = [*counts.most_common(2), ("", 0), ("", 0)][:2]
    return first if most >= least and most > second else ""


def _quotes_in(spoken: str, mails: Sequence[Evidence]) -> list[str]:
    """What is said in that language, or in one that doesn't show: a French "du" is no German one."""
    return [each.quote for each in mails if _language_of(each) in {spoken, ""}]


def _is_formal(quotes: Sequence[str], spoken: str) -> bool | None:
    """None where it doesn't show."""
    signs = language(spoken).speaks
    if any(re.search(signs.informal, each) for each in quotes):
        return False
    return True if any(re.search(signs.formal, each) for each in quotes) else None
