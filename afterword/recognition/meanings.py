"""What an employer's mail can say, and which of several things that it seems to say hold beside each other."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, get_args

from .reading import UNSURE_BELOW

Kind = Literal[
    "withdrawn",
    "rejection",
    "offer",
    "paused",
    "cancelled",
    "rescheduled",
    "scheduled",
    "invited",
    "assessment",
    "feedback",
    "acknowledged",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

WORDED: tuple[Kind, ...] = tuple(kind for kind in KINDS if kind != "withdrawn")
"""What wording is fitted to. That the user withdrew is said in the words of a rejection, and told from one by who did it."""


class Meaning(NamedTuple):
    """One thing that a mail says, how likely it is meant (0 to 1), the sentence that says it, and the cues found there.

    A `tentative` one stands in a mail that nowhere else speaks of hiring: `at_home` is how likely it is where the mail belongs to
    an application. `plain` says that a sentence leaves no doubt of it, `firm` that a cue does which is
    hardly ever wrong, `worded` that no cue says it, but the wording alone.
    """

    kind: Kind
    confidence: float
    quote: str
    cues: tuple[str, ...]
    tentative: bool = False
    at_home: float = 0.0
    plain: bool = False
    worded: bool = False
    firm: bool = False


MEETINGS: tuple[Kind, ...] = ("cancelled", "rescheduled", "scheduled", "invited")

MOOT: Mapping[Kind, tuple[Kind, ...]] = {
    "withdrawn": ("rejection", "offer", "acknowledged", "feedback", "cancelled"),
    "rejection": ("acknowledged", "paused", "assessment"),
    "offer": ("acknowledged", "invited", "assessment"),
    "paused": ("acknowledged",),
    "rescheduled": ("acknowledged", "scheduled", "invited", "cancelled", "assessment"),
    "cancelled": ("acknowledged", "scheduled", "invited"),
    "scheduled": ("acknowledged", "assessment"),
    "assessment": ("acknowledged",),
    "invited": ("acknowledged",),
}


def settled(meanings: Sequence[Meaning]) -> tuple[Meaning, ...]:
    """Each meaning that no stronger one makes moot; two that exclude each other both lose certainty."""
    meanings = _without_mere_wording(_without_mere_no(meanings))
    moot = {kind for meaning in meanings for kind in MOOT.get(meaning.kind, ()) if _outweighs(meaning, kind, meanings)}
    kept = tuple(meaning for meaning in meanings if meaning.kind not in moot)
    if any(meaning.kind == "rejection" and meaning.plain for meaning in kept):
        kept = tuple(meaning for meaning in kept if _may_stand_beside_a_plain_no(meaning))
    kinds = {meaning.kind for meaning in kept if meaning.confidence >= UNSURE_BELOW or meaning.tentative}
    if {"rejection", "offer"} <= kinds or {"rejection", "invited"} <= kinds:
        return tuple(
            _doubted(meaning) if meaning.kind in ("rejection", "offer", "invited") else meaning for meaning in kept
        )
    return kept


def _may_stand_beside_a_plain_no(meaning: Meaning) -> bool:
    if meaning.kind in ("invited", "scheduled"):
        return meaning.plain and meaning.confidence >= UNSURE_BELOW
    return not (meaning.kind == "offer" and meaning.worded)


def _without_mere_no(meanings: Sequence[Meaning]) -> Sequence[Meaning]:
    """A no that no cue is sure of gives way to a pause that is said plainly and is likelier; one that not even a firm cue says to
    whatever else is said plainly, and to a receipt where that is likelier.
    """
    no = next((meaning for meaning in meanings if meaning.kind == "rejection" and not meaning.plain), None)
    if no is None:
        return meanings
    plain = [meaning for meaning in meanings if meaning.plain and meaning.kind != "feedback"]
    likelier = {meaning.kind for meaning in plain if meaning.confidence > no.confidence}
    if "paused" in likelier or (not no.firm and any(meaning.kind != "acknowledged" for meaning in plain)):
        return [meaning for meaning in meanings if meaning is not no]
    if "acknowledged" in likelier and not no.firm:
        return [_doubted(meaning) if meaning is no else meaning for meaning in meanings]
    return meanings


def _without_mere_wording(meanings: Sequence[Meaning]) -> Sequence[Meaning]:
    """What only the wording says of a meeting gives way to what is said of it plainly."""
    if not any(meaning.plain for meaning in meanings if meaning.kind in MEETINGS):
        return meanings
    return [meaning for meaning in meanings if not (meaning.worded and meaning.kind in MEETINGS)]


def _outweighs(meaning: Meaning, kind: Kind, meanings: Sequence[Meaning]) -> bool:
    return any(other.kind == kind and meaning.confidence >= min(other.confidence, UNSURE_BELOW) for other in meanings)


def _doubted(meaning: Meaning) -> Meaning:
    return meaning._replace(confidence=round(meaning.confidence * 0.8, 2))
