"""What the user's own mail to an employer is for: a thank-you, a nudge, a reply to a rejection, and the like.

It is weighed as an employer's mail is (weighing.py): cues, wording, and what else is spoken of; and besides, what it answers.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import get_args

from ..eventlog.events import Purpose
from .cues import employer_lexicon, user_lexicon
from .headed_text import HeadedText
from .lexicon import Hit, Search
from .meanings import Kind
from .weighing import Setting, Weights, likelihood, of_cues, of_noise, of_own, weights
from .wording import worded

PURPOSES: tuple[Purpose, ...] = get_args(Purpose)

LIKELY = 0.65
"""What is less likely than this is not taken for a purpose."""

_HIRING, _ELSEWHERE = "user_hiring", "user_elsewhere"

_MOOT: Mapping[Purpose, tuple[Purpose, ...]] = {
    "withdrawal": ("nudge", "rejection_reply", "thank_you"),
    "acceptance": ("nudge", "rejection_reply", "thank_you"),
    "rejection_reply": ("thank_you", "nudge"),
}
"""Whoever withdraws does not nudge, and whoever answers a rejection thanks for that."""


def purposes(subject: str, text: str, *, answers: Collection[Kind] = ()) -> tuple[Purpose, ...]:
    """What a mail of the user's is for, in the order of the vocabulary; several may hold, none is the rule.

    `text` is what the user wrote now, `answers` what the mail says that it answers: thanks for a rejection are none for an interview.
    """
    told, by = HeadedText.of(subject, text), weights()
    hits = [hit for tongue in told.tongues for hit in user_lexicon(tongue).hits(told.sentences)]
    strengths = _strengths(told, hits)
    wording = worded(told.theirs, told.tongues).log_odds
    setting = _setting(told, hits)
    if _is_about_another_matter(setting, hits):
        return ()
    noise = of_noise(setting, by)
    likely = {
        purpose: likelihood(
            of_own(by.silence + of_cues(strengths[purpose], by), noise, wording.get(purpose), by)
            + (by.own["alone"] if purpose == "withdrawal" and not strengths[purpose] else 0.0)
            + _context(purpose, answers, by)
        )
        for purpose in PURPOSES
    }
    return _settled({purpose: how for purpose, how in likely.items() if how >= LIKELY})


def _strengths(told: HeadedText, hits: Iterable[Hit]) -> Mapping[str, list[str]]:
    """Of each purpose how strong its cues are, without those of a sentence that speaks against it."""
    by_sentence: dict[tuple[str, int, str], list[Hit]] = defaultdict(list)
    for hit in hits:
        by_sentence[hit.cue.kind.removeprefix("user_"), hit.sentence, hit.cue.language].append(hit)
    strengths: dict[str, list[str]] = defaultdict(list)
    for (purpose, _, _), group in by_sentence.items():
        if not any(hit.cue.strength == "unless" for hit in group):
            strengths[purpose] += [hit.cue.strength for hit in group if told.may_count(hit)]
    return strengths


def _setting(told: HeadedText, hits: Collection[Hit]) -> Setting:
    """How much is spoken of other things (an order, a flat, a course), and whether of those more than of hiring."""
    searches = [employer_lexicon(tongue).search(told.sentences) for tongue in told.tongues]
    foreign = sum(hit.cue.kind == _ELSEWHERE for hit in hits) + _phrases(searches, "foreign")
    if not foreign:
        return Setting()
    hiring = sum(hit.cue.kind == _HIRING for hit in hits) + _phrases(searches, "hiring")
    return Setting(
        hiring=hiring, noise={"foreign": foreign}, mostly=frozenset(("foreign",) if foreign > hiring else ())
    )


def _is_about_another_matter(setting: Setting, hits: Iterable[Hit]) -> bool:
    """Whether the user's own order, course or the like is named, and nothing that has to do with hiring."""
    return not setting.hiring and any(hit.cue.kind == _ELSEWHERE and hit.cue.strength == "sure" for hit in hits)


def _phrases(searches: Iterable[Search], kind: str) -> int:
    return sum(1 for search in searches for _ in search.hits(kind))


def _context(purpose: Purpose, answers: Collection[Kind], by: Weights) -> float:
    """What the mail that is answered speaks for, by the first thing that it says of those which the weights name."""
    return next((speaks_for.get(purpose, 0.0) for kind, speaks_for in by.answering.items() if kind in answers), 0.0)


def _settled(likely: Mapping[Purpose, float]) -> tuple[Purpose, ...]:
    """Without what another purpose explains; of an acceptance and a withdrawal the likelier one holds."""
    left = set(likely)
    if {"withdrawal", "acceptance"} <= left:
        left.discard("withdrawal" if likely["acceptance"] >= likely["withdrawal"] else "acceptance")
    moot = {other for purpose in left for other in _MOOT.get(purpose, ())}
    return tuple(purpose for purpose in PURPOSES if purpose in left - moot)
