"""How likely a meaning is by what a mail shows of it: log-odds, with the weights of cues/weights.toml."""

import math
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from msgspec import Struct, convert

_FILE = Path(__file__).parent / "cues" / "weights.toml"
_MOST_HIRING = 3
_MOST_NOISE = 3
_MOST_FURTHER = 4
_LIMIT = 30.0
MOST = 0.99
"""Surer than this is nothing that words say."""


class Weights(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What each thing weighs; the file says which is which."""

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


class Setting(Struct, frozen=True, kw_only=True):
    """What a mail shows beside the cues of a meaning: how many phrases of hiring, how many of each noise, which noises are
    heard in more words than hiring is, whether a list or a recruiter sent it, and whether it surely says that something came in.
    """

    hiring: int = 0
    noise: Mapping[str, int] = {}
    mostly: frozenset[str] = frozenset()
    listed: bool = False
    outreach: bool = False
    receipt: bool = False


@cache
def weights() -> Weights:
    """The weights that are in use."""
    return convert(tomllib.loads(_FILE.read_text(encoding="utf-8")), Weights)


def of_cues(strengths: Sequence[str], by: Weights) -> float:
    """What the cues of one meaning weigh together: the best of them whole, some further ones in part."""
    first, *further = sorted((by.strength[each] for each in strengths), reverse=True) or [0.0]
    return first + by.further * sum(further[: _MOST_FURTHER - 1])


def of_noise(setting: Setting, by: Weights) -> float:
    """What speaks against every meaning."""
    noise = sum(by.noise[kind] * min(count, _MOST_NOISE) for kind, count in setting.noise.items())
    mostly = sum(by.mostly[kind] for kind in setting.mostly)
    return noise + mostly + (by.listed if setting.listed else 0.0)


def of_setting(setting: Setting, by: Weights) -> float:
    """What speaks for and against every meaning before a cue is seen: silence, and how much hiring is spoken of."""
    return by.silence + (by.hiring * min(setting.hiring, _MOST_HIRING) if setting.hiring else by.no_hiring)


def of_all(kind: str, cues: float, noise: float, wording: float | None, by: Weights) -> float:
    """What cues with their setting, what speaks against them, and the wording weigh together for a meaning; `wording` is None where it
    tells nothing of that.
    """
    if wording is None:
        return by.readiness["by_cues"] + cues + noise
    return _together(by.readiness.get(kind, by.readiness["other"]), cues, noise, wording, by.together)


def of_own(cues: float, noise: float, wording: float | None, by: Weights) -> float:
    """The same for a purpose of the user's own mail."""
    if wording is None:
        return cues + noise
    return _together(by.own["readiness"], cues, noise, wording, by.own)


def _together(ready: float, cues: float, noise: float, wording: float, share: Mapping[str, float]) -> float:
    return ready + share["cues"] * cues + share["noise"] * noise + share["wording"] * wording


def is_unrelated(setting: Setting, by: Weights) -> bool:
    """Whether a mail speaks of something else."""
    return setting.outreach or of_noise(setting, by) + by.hiring * setting.hiring <= by.no_hiring


def with_time(confidence: float) -> float:
    """How likely it is that a meeting is set, which was so likely before its time was found."""
    if confidence >= MOST:
        return MOST
    odds = confidence / (1 - confidence) * math.exp(weights().time)
    return round(min(odds / (1 + odds), MOST), 2)


def likelihood(log_odds: float) -> float:
    """From 0 to 1."""
    return 1.0 / (1.0 + math.exp(-max(-_LIMIT, min(_LIMIT, log_odds))))
