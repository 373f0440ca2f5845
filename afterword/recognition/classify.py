"""What an employer's mail says, by its cues: each sentence is read by itself, and the mail as a whole decides how sure it is."""

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple, get_args

from .cues import Hit, Sentence, employer_guards, employer_lexicon, sentences_of, spoken

Kind = Literal[
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

REPORTED_FROM = 0.5
"""What is less likely than this is not even asked about."""

_WEIGHT = {"sure": 6.0, "subject": 4.2, "strong": 4.2, "fair": 2.2, "hint": 0.9}
_SILENCE = -4.0
_FURTHER = 0.35
_HIRING, _MOST_HIRING, _NO_HIRING = 0.9, 3, -1.5
_NOISE: Mapping[str, float] = {"foreign": -2.5, "termination": -4.0, "bulk": -2.0}
_MOSTLY: Mapping[str, float] = {"foreign": -5.0, "bulk": -3.0}
"""What it weighs beside, where other things are spoken of in more words than hiring is."""

_MOST_NOISE = 3
_LIST_MAIL = -2.0
_TRACKED = 2
"""As many words of hiring a sender counts for that writes of nothing else."""

_NEAR = 24


class Meaning(NamedTuple):
    """One thing that a mail says, how likely it is meant (0 to 1), the sentence that says it, and the cues found there.

    A `tentative` one stands in a mail that nowhere else speaks of hiring. `plain` says that a sentence leaves no doubt of it.
    """

    kind: Kind
    confidence: float
    quote: str
    cues: tuple[str, ...]
    tentative: bool = False
    plain: bool = False


class Assessed(NamedTuple):
    """All that a mail says, and what bears on it: whether times are only proposed, whether hiring is spoken of at all or in
    more than a word, and whether other things are spoken of more (a loan, a job alert, the end of an employment).
    """

    meanings: tuple[Meaning, ...]
    proposes_times: bool = False
    about_hiring: bool = False
    clearly_hiring: bool = False
    unrelated: bool = False

    def says(self, kind: Kind) -> Meaning | None:
        return next((meaning for meaning in self.meanings if meaning.kind == kind), None)


_REPLY = re.compile(r"^\s*(?:re|aw|antw|sv|rv|rif|res|r|tr|wg|fwd?|enc|i)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)


def classify(subject: str, text: str, *, listed: bool = False, tracked: bool = False) -> Assessed:
    """What a mail from somebody else says, from its subject and what its sender wrote now.

    `listed` says that it came over a mailing list or as a bulk mail, `tracked` that an applicant tracking system sent it.
    """
    sentences = sentences_of(subject)[:1] + sentences_of(text)
    headed = bool(subject.strip())
    tongues = spoken(sentences)
    hits = [hit for tongue in tongues for hit in employer_lexicon(tongue).hits(sentences)]
    among = {hit.sentence for hit in hits if hit.cue.kind in KINDS}
    guards = _by_sentence(hit for tongue in tongues for hit in employer_guards(tongue).hits(sentences, among))
    hiring = len({hit.cue.phrase for hit in hits if hit.cue.kind == "hiring"}) + (_TRACKED if tracked else 0)
    noise = _noise(hits) + (_LIST_MAIL if listed else 0.0)
    noise += sum(weight for kind, weight in _MOSTLY.items() if _words(kind, hits, sentences) > hiring)
    says = [
        hit
        for hit in hits
        if _counts(hit, guards[hit.sentence], subject if headed and hit.sentence == 0 else None)
        and not _is_quoted(hit, sentences[hit.sentence])
    ]
    says = _without_contradicted(says)
    meanings = _settled(_meanings(says, sentences, hiring=hiring, noise=noise, kinds_of_noise=_kinds(hits)))
    return Assessed(
        meanings,
        proposes_times=any(hit.cue.kind == "proposal" for hit in hits),
        about_hiring=hiring > 0,
        clearly_hiring=hiring > 1,
        unrelated=noise + _HIRING * hiring <= _NO_HIRING or "outreach" in _kinds(hits),
    )


def _by_sentence(hits: Iterable[Hit]) -> dict[int, list[Hit]]:
    grouped: dict[int, list[Hit]] = defaultdict(list)
    for hit in hits:
        grouped[hit.sentence].append(hit)
    return grouped


def _kinds(hits: Iterable[Hit]) -> frozenset[str]:
    return frozenset(hit.cue.kind for hit in hits)


def _noise(hits: Iterable[Hit]) -> float:
    names = {(hit.cue.kind, hit.cue.phrase) for hit in hits if hit.cue.kind in _NOISE}
    by_kind: dict[str, int] = defaultdict(int)
    for kind, _ in names:
        by_kind[kind] += 1
    return sum(_NOISE[kind] * min(count, _MOST_NOISE) for kind, count in by_kind.items())


def _words(kind: str, hits: Iterable[Hit], sentences: Sequence[Sentence]) -> int:
    """How many different words say this."""
    return len({sentences[hit.sentence].words[hit.start : hit.end] for hit in hits if hit.cue.kind == kind})


def _counts(hit: Hit, guards: Collection[Hit], subject: str | None) -> bool:
    if hit.cue.kind not in KINDS:
        return False
    if subject is None and hit.cue.strength == "subject":
        return False
    if subject is not None and _REPLY.match(subject):
        return False
    return not any(_cancels(guard, hit, guards) for guard in guards)


_QUOTED = re.compile('["“”„«»]([^"“”„«»]{20,300})["“”»«]')


def _is_quoted(hit: Hit, sentence: Sentence) -> bool:
    """Whether somebody else is told to have said it: the words stand in quotation marks."""
    words = sentence.words[hit.start : hit.end]
    return any(words in said.words for quote in _QUOTED.findall(sentence.said) for said in sentences_of(quote))


def _cancels(guard: Hit, hit: Hit, guards: Collection[Hit]) -> bool:
    if guard.cue.strength == "unless":
        return guard.cue.kind == hit.cue.kind
    if guard.cue.kind == "withdrawal_story":
        return hit.cue.kind in ("rejection", "offer", "feedback")
    if hit.cue.kind in ("acknowledged", "paused"):
        return False
    if any(other.cue.kind == "neutral" and other.start <= guard.start < other.end for other in guards):
        return False
    if hit.cue.kind == "rejection":
        near = guard.cue.kind == "condition" or hit.start - guard.end < _NEAR
        return guard.start <= hit.start and near
    return guard.cue.kind == "condition"


def _without_contradicted(hits: Sequence[Hit]) -> list[Hit]:
    """A sentence that turns somebody down offers and invites to nothing; what has moved is not also off."""
    refused = {hit.sentence for hit in hits if hit.cue.kind == "rejection" and hit.cue.strength in ("sure", "strong")}
    glad = ("offer", "invited", "scheduled", "assessment")
    return [hit for hit in hits if not (hit.sentence in refused and hit.cue.kind in glad)]


def _meanings(
    hits: Iterable[Hit], sentences: Sequence[Sentence], *, hiring: int, noise: float, kinds_of_noise: frozenset[str]
) -> list[Meaning]:
    by_kind: dict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        by_kind[hit.cue.kind].append(hit)
    context = _SILENCE + (_HIRING * min(hiring, _MOST_HIRING) or _NO_HIRING) + noise
    scored = (
        (kind, _score(by_kind[kind]) + context + _outreach(kind, kinds_of_noise)) for kind in KINDS if kind in by_kind
    )
    return [
        _meaning(kind, score, by_kind[kind], sentences)._replace(tentative=not hiring)
        for kind, score in scored
        if _likelihood(score) >= REPORTED_FROM
    ]


def _outreach(kind: Kind, kinds_of_noise: frozenset[str]) -> float:
    return -4.5 if "outreach" in kinds_of_noise and kind in ("invited", "offer", "assessment", "scheduled") else 0.0


def _score(hits: Iterable[Hit]) -> float:
    weights = sorted((_WEIGHT[hit.cue.strength] for hit in hits), reverse=True)
    return weights[0] + _FURTHER * sum(weights[1:4])


def _likelihood(score: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))


def _meaning(kind: Kind, score: float, hits: Sequence[Hit], sentences: Sequence[Sentence]) -> Meaning:
    best = max(hits, key=lambda hit: (_WEIGHT[hit.cue.strength], hit.cue.strength != "subject", -hit.sentence))
    names = sorted({_named(hit, sentences) for hit in hits if hit.cue.strength != "hint"} or {_named(best, sentences)})
    plain = best.cue.strength == "sure"
    said, cues = sentences[best.sentence].said, tuple(names[:6])
    return Meaning(kind, round(min(_likelihood(score), 0.99), 2), said, cues, plain=plain)


def _named(hit: Hit, sentences: Sequence[Sentence]) -> str:
    return f"{hit.cue.language}.{hit.cue.kind}: {sentences[hit.sentence].words[hit.start : hit.end].strip()[:80]}"


_MOOT: Mapping[Kind, tuple[Kind, ...]] = {
    "rejection": ("acknowledged", "paused"),
    "offer": ("acknowledged", "invited", "assessment"),
    "paused": ("acknowledged",),
    "rescheduled": ("acknowledged", "scheduled", "invited", "cancelled", "assessment"),
    "cancelled": ("acknowledged", "scheduled", "invited"),
    "scheduled": ("acknowledged", "assessment"),
    "assessment": ("acknowledged",),
    "invited": ("acknowledged",),
}


def _settled(meanings: Sequence[Meaning]) -> tuple[Meaning, ...]:
    """Each meaning that no stronger one makes moot; two that exclude each other both lose certainty."""
    moot = {kind for meaning in meanings for kind in _MOOT.get(meaning.kind, ()) if _outweighs(meaning, kind, meanings)}
    kept = tuple(meaning for meaning in meanings if meaning.kind not in moot)
    if any(meaning.kind == "rejection" and meaning.plain for meaning in kept):
        kept = tuple(meaning for meaning in kept if meaning.plain or meaning.kind not in ("invited", "scheduled"))
    kinds = {meaning.kind for meaning in kept}
    if {"rejection", "offer"} <= kinds or {"rejection", "invited"} <= kinds:
        return tuple(
            _doubted(meaning) if meaning.kind in ("rejection", "offer", "invited") else meaning for meaning in kept
        )
    return kept


def _outweighs(meaning: Meaning, kind: Kind, meanings: Sequence[Meaning]) -> bool:
    return any(other.kind == kind and meaning.confidence >= min(other.confidence, 0.8) for other in meanings)


def _doubted(meaning: Meaning) -> Meaning:
    return meaning._replace(confidence=round(meaning.confidence * 0.8, 2))
