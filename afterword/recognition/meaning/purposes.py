"""What the user's own mail to an employer is for: a thank-you, a nudge, a reply to a rejection, and the like.

It is weighed as an employer's mail is (weighing.py), by cues, wording and what else it is about, and also by the mail that it answers.
"""

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from typing import NamedTuple, get_args

from ...eventlog.events import Purpose
from ..parties.proper_names import names_within
from ..words.cues import NEUTRAL, SURE, UNLESS, employer_lexicon, user_lexicon
from ..words.lexicon import Hit, Search
from ..words.sentences import Sentence
from .guards import is_taken_back
from .headed_text import HeadedText
from .meanings import Kind
from .weighing import (
    HIGHEST,
    Features,
    Weights,
    cue_log_odds,
    current_weights,
    noise_log_odds,
    probability,
    purpose_log_odds,
)
from .wording import Wording, wording_of

PURPOSES: tuple[Purpose, ...] = get_args(Purpose)

LIKELY = 0.65
"""What is less likely than this is not taken for a purpose."""

_MOST_NAMED = 4
_BY_CHANCE = 1
"""As many words of another matter may be of what the employer does: the user need not speak of hiring beside them."""
_HIRING, _ELSEWHERE, _ASIDE, _MET, _DEFERRAL = "user_hiring", "user_elsewhere", "user_aside", "met", "user_deferral"
_BY_WAY = "user_pass_on"
_GUARDS = (UNLESS, NEUTRAL)
_INTERVIEWS, _HELD = ("invited", "scheduled", "rescheduled", "assessment"), "held"

_SUPERSEDES: Mapping[Purpose, tuple[Purpose, ...]] = {
    "withdrawal": ("nudge", "rejection_reply", "thank_you"),
    "acceptance": ("nudge", "rejection_reply", "thank_you"),
    "rejection_reply": ("thank_you", "nudge"),
}
"""Whoever withdraws does not nudge, and whoever answers a rejection thanks for that."""


_ELSE_OF_A_TIME: Sequence[Purpose] = ("acceptance", "rejection_reply")
"""What the wording of a yes to a time may sound like."""


_UNDECIDED: Sequence[Purpose] = ("acceptance", "withdrawal")
"""What the wording of a mail that asks for time to answer an offer may sound like."""


class Intent(NamedTuple):
    """One thing that a mail of the user's is for: how likely it is meant (0 to 1), and what it is told by."""

    purpose: Purpose
    confidence: float
    cues: tuple[str, ...]


def intents(
    subject: str,
    body: str,
    *,
    answers: Collection[Kind] = (),
    after_its_time: bool = False,
    agrees_to_a_time: bool = False,
) -> tuple[Intent, ...]:
    """What a mail of the user's is for, in the order of PURPOSES: mostly nothing, sometimes several.

    `body` is what the user wrote now, `answers` what the answered mail says: thanks for a rejection are none for an interview. Those for
    an invitation are, `after_its_time`: once every time that it names is over. `agrees_to_a_time` means that it says yes to a time which
    that proposes: the yes is none to a job, nor are thanks that ask for time to answer, unless a cue says so.
    """
    text, weights = HeadedText.of(subject, body), current_weights()
    hits = [hit for language in text.languages for hit in user_lexicon(language).hits(text.sentences)]
    asides = {hit.sentence for hit in hits if hit.cue.kind == _ASIDE}
    counted = _counted(text, [hit for hit in hits if hit.sentence not in asides])
    features = _features(text, hits)
    if _is_about_another_matter(features, hits):
        return ()
    wording = wording_of(_without(asides, text), text.languages)
    noise = noise_log_odds(features, weights)
    answered = _answered(answers, is_over=after_its_time or bool(counted[_MET]))
    answering = weights.answering.get(answered, {})
    probabilities = {
        purpose: probability(
            _log_odds(purpose, counted[purpose], noise, wording, weights) + answering.get(purpose, 0.0)
        )
        for purpose in PURPOSES
    }
    likely = {purpose: found for purpose, found in probabilities.items() if found >= LIKELY}
    if counted["withdrawal"] and not counted["acceptance"]:
        likely.pop("acceptance", None)
    asks_for_time = any(hit.cue.kind == _DEFERRAL for hit in hits)
    for purpose in _ELSE_OF_A_TIME if agrees_to_a_time else _UNDECIDED if asks_for_time else ():
        if not counted[purpose]:
            likely.pop(purpose, None)
    return tuple(
        Intent(
            purpose,
            round(min(probabilities[purpose], HIGHEST), 2),
            _evidence(purpose, counted[purpose], text, wording) + _answers(answered, answering.get(purpose, 0.0)),
        )
        for purpose in _resolved(likely)
    )


def passes_thanks_on_to(subject: str, body: str) -> tuple[str, ...]:
    """Whom the user asks to thank for them, by the names in the sentence that does, or in the one before ("… thank him from me")."""
    text = HeadedText.of(subject, body)
    hits = (hit for language in text.languages for hit in user_lexicon(language).hits(text.sentences))
    asking = {hit.sentence for hit in hits if hit.cue.kind == _BY_WAY and text.may_count(hit)}
    near = ((each, each - 1) for each in sorted(asking))
    named = (
        [names_within(text.sentences[place].as_written) for place in places if place >= text.first_new]
        for places in near
    )
    return tuple(dict.fromkeys(name for each in named for name in next(filter(None, each), ())))


def _without(asides: Container[int], text: HeadedText) -> Sequence[Sentence]:
    """What the user wrote, without the sentences that are for nothing: that they wait for somebody else, too, or that they apply."""
    return [each for number, each in enumerate(text.sentences) if number >= text.first_new and number not in asides]


def _answered(answers: Collection[Kind], *, is_over: bool) -> str:
    """By which of the weights for what is answered the purposes are weighed; of an interview that is over, those of one that was held."""
    answered = next((kind for kind in current_weights().answering if kind in answers), "")
    return _HELD if is_over and answered in _INTERVIEWS else answered


def _log_odds(purpose: Purpose, hits: Iterable[Hit], noise: float, wording: Wording, weights: Weights) -> float:
    """What the mail itself says for a purpose. A withdrawal that the wording alone tells ends what is owed, and is believed less; so is an
    answer to a no that only a few words tell ("no problem"). Against one that is said plainly the wording says little: most of the words
    of "I don't accept the offer" are those of a yes.
    """
    strengths = [hit.cue.strength for hit in hits]
    cues = weights.silence + cue_log_odds(strengths, weights)
    alone = weights.own["alone"] if purpose == "withdrawal" and not strengths else 0.0
    worded = (wording.alone if purpose == "rejection_reply" and not strengths else wording.log_odds).get(purpose)
    if purpose == "withdrawal" and SURE in strengths and worded is not None:
        worded = max(worded, weights.floor)
    return purpose_log_odds(cues, noise, worded, weights) + alone


def _evidence(purpose: Purpose, hits: Sequence[Hit], text: HeadedText, wording: Wording) -> tuple[str, ...]:
    """The cues of a purpose, or else the words that speak for it."""
    if hits:
        return tuple(sorted({hit.described(text.sentences) for hit in hits})[:_MOST_NAMED])
    return wording.evidence_for(purpose)[1] if purpose in wording.log_odds else ()


def _answers(answered: str, log_odds: float) -> tuple[str, ...]:
    """That the mail answers one of this kind, if that speaks for the purpose."""
    return (f"it answers: {answered}",) if log_odds > 0 else ()


def _counted(text: HeadedText, hits: Iterable[Hit]) -> Mapping[str, list[Hit]]:
    """The cues of each purpose, and those that tell of a meeting as held, without those in a sentence that has an "unless" cue of theirs which
    no "neutral" one takes back.
    """
    groups: dict[tuple[str, int, str], list[Hit]] = defaultdict(list)
    for hit in hits:
        groups[hit.cue.kind.removeprefix("user_"), hit.sentence, hit.cue.language].append(hit)
    counted: dict[str, list[Hit]] = defaultdict(list)
    for (purpose, _, _), group in groups.items():
        if not any(hit.cue.strength == UNLESS and not is_taken_back(hit, group) for hit in group):
            counted[purpose] += (hit for hit in group if hit.cue.strength not in _GUARDS and text.may_count(hit))
    return counted


def _features(text: HeadedText, hits: Collection[Hit]) -> Features:
    """How much the mail is about other things (an order, a flat, a course), and whether more than about hiring."""
    searches = [employer_lexicon(language).search(text.sentences) for language in text.languages]
    foreign = sum(hit.cue.kind == _ELSEWHERE for hit in hits) + _count(searches, "foreign")
    if not foreign:
        return Features()
    hiring = sum(hit.cue.kind == _HIRING for hit in hits) + _count(searches, "hiring")
    return Features(
        hiring=hiring,
        noise={"foreign": foreign},
        mostly=frozenset(("foreign",) if foreign > max(hiring, _BY_CHANCE) else ()),
    )


def _is_about_another_matter(features: Features, hits: Iterable[Hit]) -> bool:
    """Whether the user's own order, course or the like is named, and nothing that has to do with hiring."""
    return not features.hiring and any(hit.cue.kind == _ELSEWHERE and hit.cue.strength == SURE for hit in hits)


def _count(searches: Iterable[Search], kind: str) -> int:
    return sum(1 for search in searches for _ in search.hits(kind))


def _resolved(probabilities: Mapping[Purpose, float]) -> tuple[Purpose, ...]:
    """Without what another purpose explains. Of an acceptance and a withdrawal the likelier one remains."""
    left = set(probabilities)
    if {"withdrawal", "acceptance"} <= left:
        is_accepted = probabilities["acceptance"] >= probabilities["withdrawal"]
        left.discard("withdrawal" if is_accepted else "acceptance")
    superseded = {other for purpose in left for other in _SUPERSEDES.get(purpose, ())}
    return tuple(purpose for purpose in PURPOSES if purpose in left - superseded)
