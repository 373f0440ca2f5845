"""What the user's own mail to an employer is for: a thank-you, a nudge, a reply to a rejection, and the like."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import get_args

from ..eventlog.events import Purpose
from .cues import user_lexicon
from .headed_text import HeadedText
from .lexicon import Hit
from .sentences import Sentence
from .wording import worded

PURPOSES: tuple[Purpose, ...] = get_args(Purpose)

_WEIGHT = {"sure": 2.0, "fair": 0.7, "subject": 1.2}
_ENOUGH = 0.8
_WORDING = 1.0
_MOST_BY_WORDING = 4.0


def purposes(subject: str, text: str, *, answers_rejection: bool = False) -> tuple[Purpose, ...]:
    """What a mail of the user's is for, in the order of the vocabulary; several may hold, none is the rule.

    `text` is what the user wrote now. `answers_rejection` says that the quoted history, or the mail that it replies to, turned
    the user down: thanks are then a reply to the rejection, not for an interview.
    """
    told = HeadedText.of(subject, text)
    hits = [hit for tongue in told.tongues for hit in user_lexicon(tongue).hits(told.sentences)]
    wording = worded(told.theirs, told.tongues).log_odds
    found = {
        purpose for purpose in PURPOSES if _by_cues(purpose, told, hits) + _by_wording(wording.get(purpose)) >= _ENOUGH
    }
    return _settled(found, told.sentences, answers_rejection=answers_rejection)


def _by_wording(log_odds: float | None) -> float:
    """What the wording adds; where it is not known, what leaves one sure cue enough."""
    if log_odds is None:
        return _ENOUGH - _WEIGHT["sure"]
    return _WORDING * max(-_MOST_BY_WORDING, min(log_odds, _MOST_BY_WORDING))


def _by_cues(purpose: Purpose, told: HeadedText, hits: Iterable[Hit]) -> float:
    by_sentence: dict[tuple[int, str], list[Hit]] = defaultdict(list)
    for hit in hits:
        if hit.cue.kind == f"user_{purpose}":
            by_sentence[hit.sentence, hit.cue.language].append(hit)
    strengths = [
        hit.cue.strength
        for group in by_sentence.values()
        if not any(hit.cue.strength == "unless" for hit in group)
        for hit in group
        if told.may_count(hit)
    ]
    return sum(_WEIGHT[strength] for strength in strengths)


def _settled(found: set[Purpose], sentences: Sequence[Sentence], *, answers_rejection: bool) -> tuple[Purpose, ...]:
    """Take out what another purpose explains: whoever withdraws does not nudge, whoever answers a rejection thanks for that."""
    if answers_rejection and _thanks(sentences) and "withdrawal" not in found:
        found = (found - {"thank_you", "nudge"}) | {"rejection_reply"}
    if found & {"withdrawal", "acceptance"}:
        found -= {"nudge", "rejection_reply", "thank_you"}
    if "rejection_reply" in found:
        found -= {"thank_you", "nudge"}
    if "feedback_request" in found and "rejection_reply" in found:
        found -= {"nudge"}
    if "acceptance" in found:
        found -= {"withdrawal"}
    return tuple(purpose for purpose in PURPOSES if purpose in found)


_THANKS = re.compile(
    r" (?:thank[^ ]*|appreciate[^ ]*|grateful|dank[^ ]*|bedank[^ ]*|merci|remerci[^ ]*|gracias|agrade[^ ]*|obrigad[^ ]*|grazie|ringrazi[^ ]*) "
)


def _thanks(sentences: Iterable[Sentence]) -> bool:
    return any(_THANKS.search(sentence.words) for sentence in sentences)
