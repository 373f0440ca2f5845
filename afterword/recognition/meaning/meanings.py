"""What an employer's mail can say, and which of several meanings that seem to be there remain beside each other."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple, get_args

from ..reading import UNSURE_BELOW
from ..words.cues import STRONG, SURE

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

KINDS_BY_WORDING: tuple[Kind, ...] = tuple(kind for kind in KINDS if kind != "withdrawn")
"""The kinds that wording is fitted to. A confirmed withdrawal has the words of a rejection: only cues tell the two apart."""

MEETINGS: tuple[Kind, ...] = ("cancelled", "rescheduled", "scheduled", "invited")


class Meaning(NamedTuple):
    """One thing that a mail says: how likely it is meant (0 to 1), the sentence that says it, and the cues found for it.

    `strength` is that of its strongest cue, "" where no cue but only the wording says it; `is_asked` means that it is said in questions
    only. A `tentative` meaning stands in a mail that speaks of hiring at most in hints, or as much of another matter, or too little for
    it to be likely. Where the mail is matched to an application, the confidence is `confidence_if_matched`.
    """

    kind: Kind
    confidence: float
    quote: str
    cues: tuple[str, ...]
    strength: str = ""
    tentative: bool = False
    confidence_if_matched: float = 0.0
    is_asked: bool = False

    @property
    def is_sure(self) -> bool:
        """Whether a cue says it that leaves no doubt."""
        return self.strength == SURE

    @property
    def is_firm(self) -> bool:
        """Whether a cue says it that is hardly ever wrong."""
        return self.strength in (SURE, STRONG)

    @property
    def is_by_wording(self) -> bool:
        """Whether no cue says it, but only the wording."""
        return not self.strength


SUPERSEDES: Mapping[Kind, tuple[Kind, ...]] = {
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
"""What each kind explains as well, where it is as likely: a rejection also says that the application arrived."""


class Rule(NamedTuple):
    """Which meanings lose against which: a `loser` is dropped, or only doubted, where `applies(winner, loser)`."""

    winners: Collection[str]
    losers: Collection[str]
    applies: Callable[[Meaning, Meaning], bool]
    is_doubt: bool = False

    def lost_by(self, loser: Meaning, meanings: Iterable[Meaning]) -> bool:
        """Whether a meaning loses against one of these."""
        return loser.kind in self.losers and any(
            each.kind in self.winners and self.applies(each, loser) for each in meanings
        )


def _is_likelier(winner: Meaning, loser: Meaning) -> bool:
    return winner.confidence > loser.confidence


def _is_as_likely(winner: Meaning, loser: Meaning) -> bool:
    return winner.confidence >= min(loser.confidence, UNSURE_BELOW)


_CONTRADICT_A_REJECTION: tuple[Kind, ...] = ("offer", "invited")
_OTHER_NEWS: tuple[Kind, ...] = tuple(kind for kind in KINDS if kind not in ("rejection", "feedback", "acknowledged"))

ROUNDS: Sequence[Sequence[Rule]] = (
    (
        Rule(
            ("paused",),
            ("rejection",),
            lambda paused, rejection: paused.is_sure and not rejection.is_sure and _is_likelier(paused, rejection),
        ),
        Rule(_OTHER_NEWS, ("rejection",), lambda other, rejection: other.is_sure and not rejection.is_firm),
        Rule(
            ("acknowledged",),
            ("rejection",),
            lambda receipt, rejection: receipt.is_sure and not rejection.is_firm and _is_likelier(receipt, rejection),
            is_doubt=True,
        ),
        Rule(("assessment",), ("offer",), lambda test, offer: test.is_sure and offer.confidence < UNSURE_BELOW),
        Rule(MEETINGS, (*MEETINGS, "offer"), lambda meeting, other: meeting.is_firm and other.is_by_wording),
    ),
    [Rule((kind,), superseded, _is_as_likely) for kind, superseded in SUPERSEDES.items()],
    (
        Rule(
            ("rejection",),
            ("invited", "scheduled"),
            lambda rejection, meeting: (
                rejection.is_sure and not (meeting.is_sure and meeting.confidence >= UNSURE_BELOW)
            ),
        ),
        Rule(("rejection",), ("offer",), lambda rejection, offer: rejection.is_sure and offer.is_by_wording),
        Rule(("rejection",), ("cancelled",), lambda rejection, off: rejection.is_sure and not off.is_sure),
    ),
)
"""The rules, round by round: those of one round see the meanings that were left by the round before."""


def resolve(meanings: Sequence[Meaning]) -> tuple[Meaning, ...]:
    """The meanings, at most one of a kind, that remain by the rules. A rejection beside an offer or an invitation is doubted with them."""
    if len(meanings) > 1:
        for rules in ROUNDS:
            meanings = [left for each in meanings if (left := _left(each, meanings, rules)) is not None]
    likely = {each.kind for each in meanings if each.confidence >= UNSURE_BELOW or each.tentative}
    if "rejection" in likely and not likely.isdisjoint(_CONTRADICT_A_REJECTION):
        contradictory = ("rejection", *_CONTRADICT_A_REJECTION)
        meanings = [_doubted(each) if each.kind in contradictory else each for each in meanings]
    return tuple(meanings)


def _left(meaning: Meaning, meanings: Sequence[Meaning], rules: Sequence[Rule]) -> Meaning | None:
    """What a round leaves of a meaning: None if it is dropped."""
    lost = [rule for rule in rules if rule.lost_by(meaning, meanings)]
    if not all(rule.is_doubt for rule in lost):
        return None
    return _doubted(meaning) if lost else meaning


def _doubted(meaning: Meaning) -> Meaning:
    return meaning._replace(confidence=round(meaning.confidence * 0.8, 2))
