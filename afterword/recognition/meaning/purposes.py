"""What the user's own mail to an employer is for: a thank-you, a nudge, a reply to a rejection, and the like.

It is weighed as an employer's mail is (weighing.py), by cues, wording and what else it is about, and also by the mail that it answers.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import get_args

from ...eventlog.events import Purpose
from ..words.cues import SURE, UNLESS, employer_lexicon, user_lexicon
from ..words.lexicon import Hit, Search
from .headed_text import HeadedText
from .meanings import Kind
from .weighing import Features, Weights, cue_log_odds, current_weights, noise_log_odds, probability, purpose_log_odds
from .wording import wording_of

PURPOSES: tuple[Purpose, ...] = get_args(Purpose)

LIKELY = 0.65
"""What is less likely than this is not taken for a purpose."""

_HIRING, _ELSEWHERE = "user_hiring", "user_elsewhere"

_SUPERSEDES: Mapping[Purpose, tuple[Purpose, ...]] = {
    "withdrawal": ("nudge", "rejection_reply", "thank_you"),
    "acceptance": ("nudge", "rejection_reply", "thank_you"),
    "rejection_reply": ("thank_you", "nudge"),
}
"""Whoever withdraws does not nudge, and whoever answers a rejection thanks for that."""


def purposes(subject: str, body: str, *, answers: Collection[Kind] = ()) -> tuple[Purpose, ...]:
    """What a mail of the user's is for, in the order of PURPOSES: mostly nothing, sometimes several.

    `body` is what the user wrote now, `answers` what the answered mail says: thanks for a rejection are none for an interview.
    """
    text, weights = HeadedText.of(subject, body), current_weights()
    hits = [hit for language in text.languages for hit in user_lexicon(language).hits(text.sentences)]
    strengths = _strengths(text, hits)
    features = _features(text, hits)
    if _is_about_another_matter(features, hits):
        return ()
    wording = wording_of(text.new_sentences, text.languages).log_odds
    noise = noise_log_odds(features, weights)
    probabilities = {
        purpose: probability(
            purpose_log_odds(
                weights.silence + cue_log_odds(strengths[purpose], weights), noise, wording.get(purpose), weights
            )
            + (weights.own["alone"] if purpose == "withdrawal" and not strengths[purpose] else 0.0)
            + _answering_log_odds(purpose, answers, weights)
        )
        for purpose in PURPOSES
    }
    return _resolved({purpose: likely for purpose, likely in probabilities.items() if likely >= LIKELY})


def _strengths(text: HeadedText, hits: Iterable[Hit]) -> Mapping[str, list[str]]:
    """The strengths of the cues of each purpose, without those in a sentence that has an "unless" cue of the same purpose."""
    groups: dict[tuple[str, int, str], list[Hit]] = defaultdict(list)
    for hit in hits:
        groups[hit.cue.kind.removeprefix("user_"), hit.sentence, hit.cue.language].append(hit)
    strengths: dict[str, list[str]] = defaultdict(list)
    for (purpose, _, _), group in groups.items():
        if not any(hit.cue.strength == UNLESS for hit in group):
            strengths[purpose] += [hit.cue.strength for hit in group if text.may_count(hit)]
    return strengths


def _features(text: HeadedText, hits: Collection[Hit]) -> Features:
    """How much the mail is about other things (an order, a flat, a course), and whether more than about hiring."""
    searches = [employer_lexicon(language).search(text.sentences) for language in text.languages]
    foreign = sum(hit.cue.kind == _ELSEWHERE for hit in hits) + _count(searches, "foreign")
    if not foreign:
        return Features()
    hiring = sum(hit.cue.kind == _HIRING for hit in hits) + _count(searches, "hiring")
    return Features(
        hiring=hiring, noise={"foreign": foreign}, mostly=frozenset(("foreign",) if foreign > hiring else ())
    )


def _is_about_another_matter(features: Features, hits: Iterable[Hit]) -> bool:
    """Whether the user's own order, course or the like is named, and nothing that has to do with hiring."""
    return not features.hiring and any(hit.cue.kind == _ELSEWHERE and hit.cue.strength == SURE for hit in hits)


def _count(searches: Iterable[Search], kind: str) -> int:
    return sum(1 for search in searches for _ in search.hits(kind))


def _answering_log_odds(purpose: Purpose, answers: Collection[Kind], weights: Weights) -> float:
    """What the answered mail adds, by the first of its kinds that the weights name."""
    return next((of_kind.get(purpose, 0.0) for kind, of_kind in weights.answering.items() if kind in answers), 0.0)


def _resolved(probabilities: Mapping[Purpose, float]) -> tuple[Purpose, ...]:
    """Without what another purpose explains. Of an acceptance and a withdrawal the likelier one remains."""
    left = set(probabilities)
    if {"withdrawal", "acceptance"} <= left:
        is_accepted = probabilities["acceptance"] >= probabilities["withdrawal"]
        left.discard("withdrawal" if is_accepted else "acceptance")
    superseded = {other for purpose in left for other in _SUPERSEDES.get(purpose, ())}
    return tuple(purpose for purpose in PURPOSES if purpose in left - superseded)
