"""What an employer's mail says, by its cues: each sentence is read by itself, and the mail as a whole decides how sure it is."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple, get_args

from msgspec.structs import replace

from .cues import employer_guards, employer_lexicon, spoken
from .lexicon import Hit
from .reading import UNSURE_BELOW
from .sentences import Sentence, sentences_of
from .subjects import is_passed_on
from .weighing import MOST, Setting, Weights, is_unrelated, likelihood, of_all, of_cues, of_noise, of_setting, weights
from .wording import Wording, vocabulary, worded

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

REPORTED_FROM = 0.65
"""What is less likely than this is not even asked about."""

_TRACKED = 2
"""As many words of hiring a sender counts for that writes of nothing else."""

_NOISES, _OVERWHELMING = ("foreign", "termination", "bulk"), ("foreign", "bulk")
_FROM_A_STRANGER = ("invited", "offer", "assessment", "scheduled")
_SURE, _FIRM = "sure", ("sure", "strong")
_NEAR = 24
_BRIEF = 20
_WORDS_AT_LEAST = -2.0
"""Without a cue, wording that speaks less for a meaning than this can't make it likely."""


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


class Assessed(NamedTuple):
    """All that a mail says, and what bears on it: whether times are only proposed, whether hiring is spoken of at all or in
    more than a word, whether other things are spoken of more (a loan, a job alert, the end of an employment), and whether it is but
    a few sentences: whoever writes more of an application names it.
    """

    meanings: tuple[Meaning, ...]
    proposes_times: bool = False
    about_hiring: bool = False
    clearly_hiring: bool = False
    unrelated: bool = False
    brief: bool = True

    def says(self, kind: Kind) -> Meaning | None:
        return next((meaning for meaning in self.meanings if meaning.kind == kind), None)


def classify(
    subject: str, text: str, *, listed: bool = False, tracked: bool = False, personal: bool = True
) -> Assessed:
    """What a mail from somebody else says, from its subject and what its sender wrote now.

    `listed` says that it came over a mailing list or as a bulk mail, `tracked` that an applicant tracking system sent it, `personal`
    that a person did: then it may mean something, in its thread, that does not speak of hiring.
    """
    sentences, tongues = _read(subject, text)
    brief = len(sentences) <= _BRIEF
    searches = [employer_lexicon(tongue).search(sentences) for tongue in tongues]
    hiring = [hit for search in searches for hit in search.hits("hiring")]
    if not (hiring or tracked or personal):
        return Assessed((), brief=brief)
    hits = hiring + [hit for search in searches for hit in search.hits_beside("hiring")]
    setting = _setting(hits, sentences, listed=listed, tracked=tracked)
    guards = _guards(sentences, tongues)
    said = _said(hits, sentences, guards, subject)
    worth_it = setting.hiring >= _TRACKED or (said and (setting.hiring or personal)) or (personal and brief)
    wordings = _wordings(sentences, tongues, guards, passed_on=is_passed_on(subject)) if worth_it else None
    return Assessed(
        _settled(_meanings(said, sentences, setting, wordings)) if wordings else (),
        proposes_times=any(hit.cue.kind == "proposal" for hit in hits),
        about_hiring=setting.hiring > 0,
        clearly_hiring=setting.hiring > 1,
        unrelated=is_unrelated(setting, weights()),
        brief=brief,
    )


def shown(
    subject: str, text: str, *, listed: bool = False, tracked: bool = False
) -> tuple[Setting, dict[Kind, list[str]]]:
    """What there is to be weighed: the setting, and the strengths of the cues of each meaning."""
    sentences, tongues = _read(subject, text)
    hits = [hit for tongue in tongues for hit in employer_lexicon(tongue).hits(sentences)]
    said = _said(hits, sentences, _guards(sentences, tongues), subject)
    strengths = {kind: [hit.cue.strength for hit in said if hit.cue.kind == kind] for kind in KINDS}
    setting = _setting(hits, sentences, listed=listed, tracked=tracked)
    return setting, {kind: found for kind, found in strengths.items() if found}


def _read(subject: str, text: str) -> tuple[tuple[Sentence, ...], tuple[str, ...]]:
    """The sentences, and the languages that they are written in."""
    sentences = sentences_of(subject)[:1] + sentences_of(text)
    return sentences, spoken(sentences)


def _guards(sentences: Sequence[Sentence], tongues: Iterable[str]) -> dict[int, list[Hit]]:
    """What takes from cues what they say, by sentence."""
    return _by_sentence(hit for tongue in tongues for hit in employer_guards(tongue).hits(sentences))


def asserted(sentences: Sequence[Sentence], tongues: Iterable[str]) -> list[Sentence]:
    """The sentences that say what is so, and not what would be so if."""
    return _asserted(sentences, _guards(sentences, tongues))


def _asserted(sentences: Sequence[Sentence], guards: Mapping[int, Collection[Hit]]) -> list[Sentence]:
    return [each for index, each in enumerate(sentences) if not _is_conditional(guards.get(index, ()))]


def _is_conditional(guards: Collection[Hit]) -> bool:
    return any(
        guard.cue.kind == "condition"
        and (guard.cue.strength == _SURE or (guard.cue.strength == "before" and guard.start == 0))
        and not _is_neutral(guard, guards)
        for guard in guards
    )


def _is_neutral(guard: Hit, guards: Iterable[Hit]) -> bool:
    return any(other.cue.strength == "neutral" and other.start <= guard.start < other.end for other in guards)


def _wordings(
    sentences: Sequence[Sentence], tongues: Sequence[str], guards: Mapping[int, Collection[Hit]], *, passed_on: bool
) -> "_Wordings":
    """What the wording speaks for; a no is heard only where it is not said under a condition."""
    mine = range(int(passed_on), len(sentences))
    heard = [sentences[index] for index in mine]
    said = [sentences[index] for index in mine if not _is_conditional(guards.get(index, ()))]
    of_all = worded(heard, tongues)
    return _Wordings(of_all, of_all if len(said) == len(heard) else worded(said, tongues))


class _Wordings(NamedTuple):
    of_all: Wording
    of_asserted: Wording

    def of(self, kind: Kind) -> Wording:
        return self.of_asserted if kind in ASSERTED else self.of_all


ASSERTED: tuple[Kind, ...] = ("rejection",)
"""What is said with the words of a condition as often as not: "if you hear nothing from us, others were chosen"."""


def _said(
    hits: Sequence[Hit], sentences: Sequence[Sentence], guards: Mapping[int, Collection[Hit]], subject: str
) -> list[Hit]:
    """The cues that nothing beside them takes the meaning from."""
    headed = bool(subject.strip())
    return _without_contradicted(
        [
            hit
            for hit in hits
            if _counts(hit, guards.get(hit.sentence, ()), subject if headed and hit.sentence == 0 else None)
            and not _is_quoted(hit, sentences[hit.sentence])
        ]
    )


def _setting(hits: Sequence[Hit], sentences: Sequence[Sentence], *, listed: bool, tracked: bool) -> Setting:
    hiring = _hiring(hits) + (_TRACKED if tracked else 0)
    return Setting(
        hiring=hiring,
        noise={kind: count for kind in _NOISES if (count := _phrases(kind, hits))},
        mostly=frozenset(kind for kind in _OVERWHELMING if _words(kind, hits, sentences) > hiring),
        listed=listed,
        outreach={"outreach"} == {hit.cue.kind for hit in hits} & {"outreach", "acknowledged"},
    )


def _hiring(hits: Iterable[Hit]) -> int:
    """In how many phrases hiring is spoken of; what is also said elsewhere counts only where nothing else does, and as one."""
    strengths = {hit.cue.phrase: hit.cue.strength for hit in hits if hit.cue.kind == "hiring"}
    plain = sum(strength != "hint" for strength in strengths.values())
    return plain or min(1, len(strengths))


def _by_sentence(hits: Iterable[Hit]) -> dict[int, list[Hit]]:
    grouped: dict[int, list[Hit]] = defaultdict(list)
    for hit in hits:
        grouped[hit.sentence].append(hit)
    return grouped


def _phrases(kind: str, hits: Iterable[Hit]) -> int:
    return len({hit.cue.phrase for hit in hits if hit.cue.kind == kind})


def _words(kind: str, hits: Iterable[Hit], sentences: Sequence[Sentence]) -> int:
    """How many different words say this."""
    return len({sentences[hit.sentence].words[hit.start : hit.end] for hit in hits if hit.cue.kind == kind})


def _counts(hit: Hit, guards: Collection[Hit], subject: str | None) -> bool:
    if hit.cue.kind not in KINDS:
        return False
    if subject is None and hit.cue.strength == "subject":
        return False
    if subject is not None and is_passed_on(subject):
        return False
    return not any(_cancels(guard, hit, guards) for guard in guards if guard.cue.language == hit.cue.language)


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
    if _is_neutral(guard, guards):
        return False
    if hit.cue.kind == "rejection":
        near = guard.cue.kind == "condition" or hit.start - guard.end < _NEAR
        return guard.start <= hit.start and near
    after = guard.cue.strength == "before" or hit.cue.kind == "offer"
    return guard.cue.kind == "condition" and (not after or guard.start <= hit.start)


def _without_contradicted(hits: Sequence[Hit]) -> list[Hit]:
    """A sentence that turns somebody down offers and invites to nothing; what has moved is not also off."""
    refused = {hit.sentence for hit in hits if hit.cue.kind == "rejection" and hit.cue.strength in _FIRM}
    glad = ("offer", "invited", "scheduled", "assessment")
    return [hit for hit in hits if not (hit.sentence in refused and hit.cue.kind in glad)]


def _meanings(
    said: Iterable[Hit], sentences: Sequence[Sentence], setting: Setting, wordings: _Wordings
) -> list[Meaning]:
    by_kind: dict[str, list[Hit]] = defaultdict(list)
    for hit in said:
        by_kind[hit.cue.kind].append(hit)
    meanings = []
    for kind in KINDS:
        wording = wordings.of(kind)
        words = wording.log_odds.get(kind)
        if kind in by_kind or (words is not None and words > _WORDS_AT_LEAST):
            likely, at_home = _likelihoods(kind, [hit.cue.strength for hit in by_kind[kind]], setting, words)
            if likely >= REPORTED_FROM or (not setting.hiring and at_home >= UNSURE_BELOW):
                meaning = _meaning(kind, likely, by_kind[kind], sentences, wording)
                meanings.append(meaning._replace(tentative=not setting.hiring, at_home=round(min(at_home, MOST), 2)))
    return meanings


def _likelihoods(kind: Kind, strengths: Sequence[str], setting: Setting, words: float | None) -> tuple[float, float]:
    """How likely a meaning is by itself, and where the mail belongs to an application."""
    likely = likelihood_of(kind, strengths, setting, words, weights())
    if setting.hiring >= _TRACKED:
        return likely, likely
    return likely, likelihood_of(kind, strengths, replace(setting, hiring=_TRACKED), words, weights())


def likelihood_of(kind: Kind, strengths: Sequence[str], setting: Setting, wording: float | None, by: Weights) -> float:
    """How likely a meaning is (0 to 1), by its cues and the setting, and by the wording's log-odds for it."""
    noise = of_noise(setting, by)
    if wording is not None and _SURE in strengths:
        wording = max(wording, by.floor)
    if not strengths and setting.hiring < _TRACKED:
        noise += by.alone
    if setting.outreach and kind in _FROM_A_STRANGER:
        strengths = sorted(strengths, key=by.strength.__getitem__)[-1:]
        noise += by.outreach
    return likelihood(of_all(kind, of_cues(strengths, by) + of_setting(setting, by), noise, wording, by))


def _meaning(
    kind: Kind, how_likely: float, hits: Sequence[Hit], sentences: Sequence[Sentence], wording: Wording
) -> Meaning:
    confidence = round(min(how_likely, MOST), 2)
    if not hits:
        language = wording.language[kind]
        sentence, words = vocabulary(language).telling(kind, wording.sentences)
        told = tuple(f"{language}.{kind}, worded: {each}" for each in words)
        return Meaning(kind, confidence, sentence.said, told, worded=True)
    strength = weights().strength
    best = max(hits, key=lambda hit: (strength[hit.cue.strength], hit.cue.strength != "subject", -hit.sentence))
    names = sorted({_named(hit, sentences) for hit in hits if hit.cue.strength != "hint"} or {_named(best, sentences)})
    plain, firm = best.cue.strength == _SURE, best.cue.strength in _FIRM
    return Meaning(kind, confidence, sentences[best.sentence].said, tuple(names[:6]), plain=plain, firm=firm)


def _named(hit: Hit, sentences: Sequence[Sentence]) -> str:
    return f"{hit.cue.language}.{hit.cue.kind}: {sentences[hit.sentence].words[hit.start : hit.end].strip()[:80]}"


MOOT: Mapping[Kind, tuple[Kind, ...]] = {
    "rejection": ("acknowledged", "paused", "assessment"),
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
    meanings = _without_mere_no(meanings)
    moot = {kind for meaning in meanings for kind in MOOT.get(meaning.kind, ()) if _outweighs(meaning, kind, meanings)}
    kept = tuple(meaning for meaning in meanings if meaning.kind not in moot)
    if any(meaning.kind == "rejection" and meaning.plain for meaning in kept):
        kept = tuple(meaning for meaning in kept if meaning.plain or meaning.kind not in ("invited", "scheduled"))
    kinds = {meaning.kind for meaning in kept if meaning.confidence >= UNSURE_BELOW or meaning.tentative}
    if {"rejection", "offer"} <= kinds or {"rejection", "invited"} <= kinds:
        return tuple(
            _doubted(meaning) if meaning.kind in ("rejection", "offer", "invited") else meaning for meaning in kept
        )
    return kept


def _without_mere_no(meanings: Sequence[Meaning]) -> Sequence[Meaning]:
    """A no that no firm cue says gives way to what is said plainly; to a receipt only where that is likelier."""
    no = next((meaning for meaning in meanings if meaning.kind == "rejection" and not meaning.firm), None)
    if no is None:
        return meanings
    plain = [meaning for meaning in meanings if meaning.plain and meaning.kind != "feedback"]
    if no.worded and any(meaning.kind != "acknowledged" for meaning in plain):
        return [meaning for meaning in meanings if meaning is not no]
    if any(meaning.kind == "acknowledged" and meaning.confidence > no.confidence for meaning in plain):
        return [_doubted(meaning) if meaning is no else meaning for meaning in meanings]
    return meanings


def _outweighs(meaning: Meaning, kind: Kind, meanings: Sequence[Meaning]) -> bool:
    return any(other.kind == kind and meaning.confidence >= min(other.confidence, 0.8) for other in meanings)


def _doubted(meaning: Meaning) -> Meaning:
    return meaning._replace(confidence=round(meaning.confidence * 0.8, 2))
