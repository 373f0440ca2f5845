"""How likely a meaning is: what a mail shows adds up in log-odds, with the weights of cues/weights.toml."""

import math
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache

from msgspec import Struct, convert

from .. import CUES

_FILE = CUES / "weights.toml"
_MOST_HIRING = 3
_MOST_NOISE = 3
_MOST_CUES = 4
_CHANCE = 3
_PHRASES_AGAINST_ONE = 2
_LIMIT = 30.0
HIGHEST = 0.99
"""The highest confidence: nothing that words say is surer."""


class Weights(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The weights of cues/weights.toml, which says what each is for."""

    further: float
    silence: float
    hiring: float
    no_hiring: float
    listed: float
    outreach: float
    receipt: float
    strength: dict[str, float]
    noise: dict[str, float]
    mostly: dict[str, float]
    together: dict[str, float]
    readiness: dict[str, float]
    own: dict[str, float]
    answering: dict[str, dict[str, float]]
    time: float
    alone: float
    floor: float


class Features(Struct, frozen=True, kw_only=True):
    """What a mail shows beside the cues of a meaning: the number of phrases about hiring, whether they only hint at it, the number of
    phrases of each noise, the noises of which there is more than of hiring, whether a list or a recruiter sent it, and whether it surely
    says that something arrived.
    """

    hiring: int = 0
    hinted: bool = False
    noise: Mapping[str, int] = {}
    mostly: frozenset[str] = frozenset()
    listed: bool = False
    outreach: bool = False
    receipt: bool = False


@cache
def current_weights() -> Weights:
    """The weights in the file. Raises msgspec.ValidationError for one that is missing or unknown."""
    return convert(tomllib.loads(_FILE.read_text(encoding="utf-8")), Weights)


def cue_log_odds(strengths: Sequence[str], weights: Weights) -> float:
    """What the cues of one meaning add: the strongest in full, up to three others in part."""
    first, *further = sorted((weights.strength[each] for each in strengths), reverse=True) or [0.0]
    return first + weights.further * sum(further[: _MOST_CUES - 1])


def noise_log_odds(features: Features, weights: Weights) -> float:
    """What speaks against every meaning: other things that are spoken of, and a mailing list. Where hiring is spoken of much more, a
    word of theirs may be there by chance.
    """
    noise = sum(
        weights.noise[kind] * min(count, _MOST_NOISE) * min(1.0, _CHANCE * count / max(1, features.hiring))
        for kind, count in features.noise.items()
    )
    mostly = sum(weights.mostly[kind] for kind in features.mostly)
    return noise + mostly + (weights.listed if features.listed else 0.0)


def base_log_odds(features: Features, weights: Weights) -> float:
    """What holds for every meaning before any cue: most mails say nothing, and those about hiring more often something."""
    hiring = weights.hiring * min(features.hiring, _MOST_HIRING) if features.hiring else weights.no_hiring
    return weights.silence + hiring


def total_log_odds(kind: str, cues: float, noise: float, wording: float | None, weights: Weights) -> float:
    """The log-odds of a meaning, from those of its cues with the base, the noise, and the wording: None if that knows no such kind."""
    if wording is None:
        return weights.readiness["by_cues"] + cues + noise
    readiness = weights.readiness.get(kind, weights.readiness["other"])
    return _combined(readiness, cues, noise, wording, weights.together)


def purpose_log_odds(cues: float, noise: float, wording: float | None, weights: Weights) -> float:
    """The same for a purpose of the user's own mail."""
    if wording is None:
        return cues + noise
    return _combined(weights.own["readiness"], cues, noise, wording, weights.own)


def _combined(intercept: float, cues: float, noise: float, wording: float, shares: Mapping[str, float]) -> float:
    return intercept + shares["cues"] * cues + shares["noise"] * noise + shares["wording"] * wording


def is_unrelated(features: Features, weights: Weights) -> bool:
    """Whether a mail speaks of something else than hiring."""
    return (
        features.outreach or noise_log_odds(features, weights) + weights.hiring * features.hiring <= weights.no_hiring
    )


def is_disputed(features: Features) -> bool:
    """Whether a mail that speaks of hiring speaks at least half as often of another matter, or of the end of an employment, which its no
    or yes may be about.
    """
    others = features.noise.get("foreign", 0) + features.noise.get("termination", 0)
    return 0 < features.hiring <= _PHRASES_AGAINST_ONE * others


def with_time(confidence: float) -> float:
    """How likely it is that a meeting is set, given the confidence before its time was found."""
    if confidence >= HIGHEST:
        return HIGHEST
    odds = confidence / (1 - confidence) * math.exp(current_weights().time)
    return round(min(odds / (1 + odds), HIGHEST), 2)


def probability(log_odds: float) -> float:
    """The probability (0 to 1) of these log-odds."""
    return 1.0 / (1.0 + math.exp(-max(-_LIMIT, min(_LIMIT, log_odds))))
