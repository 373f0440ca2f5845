"""What an employer's mail says, by its cues: each sentence is read by itself, and the mail as a whole decides how sure it is."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from .cues import hiring_lexicon
from .guards import Guards, asserted, is_quoted, is_taken_back, not_in_names
from .headed_text import HeadedText
from .lexicon import Hit
from .meanings import KINDS, Kind, Meaning, settled
from .meetings_held import MET
from .reading import UNSURE_BELOW
from .sentences import Sentence
from .weighing import MOST, Setting, Weights, is_unrelated, likelihood, of_all, of_cues, of_noise, of_setting, weights
from .wording import Wording, vocabulary, worded, worded_with_some

REPORTED_FROM = 0.65
"""What is less likely than this is not even asked about."""

_TRACKED = 2
"""As many words of hiring a sender counts for that writes of nothing else."""

_NOISES, _OVERWHELMING = ("foreign", "termination", "bulk"), ("foreign", "bulk")
_FROM_A_STRANGER = ("invited", "offer", "assessment", "scheduled")
_SURE, _FIRM = "sure", ("sure", "strong")
_BRIEF = 20
ASSERTED: tuple[Kind, ...] = ("rejection",)
"""What is said with the words of a condition as often as not: "if you hear nothing from us, others were chosen"."""

_WORDS_AT_LEAST = -2.0
"""Without a cue, wording that speaks less for a meaning than this can't make it likely."""


class Assessed(NamedTuple):
    """All that a mail says, and what bears on it: whether times are only proposed, whether hiring is spoken of at all or in
    more than a word, whether other things are spoken of more (a loan, a job alert, the end of an employment), and whether it is but
    a few sentences: whoever writes more of an application names it. `met` are the cues in its `sentences` that tell of a meeting.
    """

    meanings: tuple[Meaning, ...]
    proposes_times: bool = False
    about_hiring: bool = False
    clearly_hiring: bool = False
    unrelated: bool = False
    brief: bool = True
    sentences: Sequence[Sentence] = ()
    met: Sequence[Hit] = ()

    def says(self, kind: Kind) -> Meaning | None:
        return next((meaning for meaning in self.meanings if meaning.kind == kind), None)


def classify(
    subject: str, text: str, *, listed: bool = False, tracked: bool = False, personal: bool = True
) -> Assessed:
    """What a mail from somebody else says, from its subject and what its sender wrote now.

    `listed` says that it came over a mailing list or as a bulk mail, `tracked` that an applicant tracking system sent it, `personal`
    that a person did: then it may mean something, in its thread, that does not speak of hiring.
    """
    told = HeadedText.of(subject, text)
    brief = len(told.sentences) <= _BRIEF
    if not (tracked or personal or any(hiring_lexicon(tongue).any_in(told.sentences) for tongue in told.tongues)):
        return Assessed((), brief=brief)
    guards = Guards(told.sentences, told.tongues)
    hits = not_in_names((hit for search in guards.searches for hit in search.hits()), guards)
    setting = _setting(hits, told.sentences, listed=listed, tracked=tracked)
    return Assessed(
        _meanings(told, hits, guards, setting, may_be_brief=personal and brief, personal=personal),
        proposes_times=any(hit.cue.kind == "proposal" for hit in hits),
        about_hiring=setting.hiring > 0,
        clearly_hiring=setting.hiring > 1,
        unrelated=is_unrelated(setting, weights()),
        brief=brief,
        sentences=told.sentences,
        met=[hit for hit in hits if hit.cue.kind == MET and told.may_count(hit)],
    )


def shown(
    subject: str, text: str, *, listed: bool = False, tracked: bool = False
) -> tuple[Setting, dict[Kind, list[str]]]:
    """What there is to be weighed: the setting, and the strengths of the cues of each meaning."""
    told = HeadedText.of(subject, text)
    guards = Guards(told.sentences, told.tongues)
    hits = not_in_names((hit for search in guards.searches for hit in search.hits()), guards)
    said = _said(told, hits, guards)
    strengths = {kind: [hit.cue.strength for hit in said if hit.cue.kind == kind] for kind in KINDS}
    setting = _setting(hits, told.sentences, listed=listed, tracked=tracked)
    return setting, {kind: found for kind, found in strengths.items() if found}


def _meanings(
    told: HeadedText, hits: Sequence[Hit], guards: Guards, setting: Setting, *, may_be_brief: bool, personal: bool
) -> tuple[Meaning, ...]:
    """What the cues and the wording say, where there is anything that could mean something."""
    said = _said(told, hits, guards)
    if not (setting.hiring >= _TRACKED or may_be_brief or (said and (setting.hiring or personal))):
        return ()
    receipt = any(hit.cue.kind == "acknowledged" and hit.cue.strength == _SURE for hit in said)
    setting = replace(setting, receipt=receipt)
    may_refuse = any(hit.cue.kind in ASSERTED for hit in said)
    return settled(_weighed(told, said, setting, _wordings(told, guards, may_refuse=may_refuse)))


class _Wordings(NamedTuple):
    """What the wording of all sentences speaks for, and that of those which are not said under a condition."""

    of_all: Wording
    of_asserted: Wording

    def of(self, kind: Kind) -> Wording:
        return self.of_asserted if kind in ASSERTED else self.of_all


def _wordings(told: HeadedText, guards: Guards, *, may_refuse: bool) -> _Wordings:
    """What is asserted is looked for only where it matters: where a cue refuses, or all together might."""
    if not may_refuse:
        of_all = worded(told.theirs, told.tongues)
        if all(of_all.log_odds.get(kind, 0.0) <= _WORDS_AT_LEAST for kind in ASSERTED):
            return _Wordings(of_all, of_all)
    said = asserted(told.sentences, guards, since=told.not_theirs)
    return _Wordings(*worded_with_some(told.theirs, said, told.tongues))


def _said(told: HeadedText, hits: Iterable[Hit], guards: Guards) -> list[Hit]:
    """The cues that nothing beside them takes the meaning from."""
    return _without_contradicted([hit for hit in hits if hit.cue.kind in KINDS and _counts(hit, told, guards)])


def _counts(hit: Hit, told: HeadedText, guards: Guards) -> bool:
    if not told.may_count(hit) or is_taken_back(hit, guards[hit.sentence]):
        return False
    return not is_quoted(hit, told.sentences[hit.sentence])


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


def _phrases(kind: str, hits: Iterable[Hit]) -> int:
    return len({hit.cue.phrase for hit in hits if hit.cue.kind == kind})


def _words(kind: str, hits: Iterable[Hit], sentences: Sequence[Sentence]) -> int:
    """How many different words say this."""
    return len({sentences[hit.sentence].words[hit.start : hit.end] for hit in hits if hit.cue.kind == kind})


def _without_contradicted(hits: Sequence[Hit]) -> list[Hit]:
    """A sentence that turns somebody down offers and invites to nothing; what has moved is not also off."""
    refused = {hit.sentence for hit in hits if hit.cue.kind == "rejection" and hit.cue.strength in _FIRM}
    glad = ("offer", "invited", "scheduled", "assessment")
    return [hit for hit in hits if not (hit.sentence in refused and hit.cue.kind in glad)]


def _weighed(told: HeadedText, said: Iterable[Hit], setting: Setting, wordings: _Wordings) -> list[Meaning]:
    by_kind: dict[str, list[Hit]] = defaultdict(list)
    for hit in said:
        by_kind[hit.cue.kind].append(hit)
    meanings = []
    for kind in KINDS:
        wording = wordings.of(kind)
        words = wording.log_odds.get(kind)
        if kind in by_kind or (words is not None and words > _WORDS_AT_LEAST):
            strengths = [hit.cue.strength for hit in by_kind[kind]]
            likely, at_home = _likelihoods(kind, strengths, _setting_of(by_kind[kind], told, setting), words)
            if likely >= REPORTED_FROM or (not setting.hiring and at_home >= UNSURE_BELOW):
                meaning = _meaning(kind, likely, by_kind[kind], told.sentences, wording)
                meanings.append(meaning._replace(tentative=not setting.hiring, at_home=round(min(at_home, MOST), 2)))
    return meanings


def _setting_of(hits: Iterable[Hit], told: HeadedText, setting: Setting) -> Setting:
    """What its subject plainly says is not drowned by what else a job board sends along."""
    if any(hit.cue.strength == _SURE and hit.sentence < told.heads for hit in hits):
        noise = {kind: count for kind, count in setting.noise.items() if kind != "bulk"}
        return replace(setting, noise=noise, mostly=setting.mostly - {"bulk"})
    return setting


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
    if not strengths and setting.receipt and kind in ASSERTED:
        noise += by.receipt
    if setting.outreach and (kind in _FROM_A_STRANGER or not strengths):
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
