"""What an employer's mail says: its cues and its wording are found sentence by sentence, and weighed by what the mail as a whole is about."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from ..parties.roles import has_role_word, names_a_job
from ..reading import SUREST_QUESTION, UNSURE_BELOW
from ..words.cues import HINT, MET, STRONG, SURE, hiring_lexicon, words_of_any_application
from ..words.lexicon import Hit
from ..words.sentences import Sentence
from .guards import Guards, asserted, is_cancelled, is_quoted, is_ruled_out, relevant
from .headed_text import HeadedText
from .meanings import KINDS, MEETINGS, Kind, Meaning, resolve
from .weighing import (
    HIGHEST,
    Features,
    Weights,
    base_log_odds,
    cue_log_odds,
    current_weights,
    is_disputed,
    is_unrelated,
    noise_log_odds,
    probability,
    total_log_odds,
)
from .wording import Wording, wording_of, wording_of_all_and_some

REPORTED_FROM = 0.65
"""What is less likely than this is not even asked about."""

REPORTED_WITH_A_TIME = 0.36
"""An interview that a firm cue sets is reported from here on where the mail names a time, which makes it likelier (`with_time`)."""

_TRACKED = 2
"""As many phrases of hiring a mail of an applicant tracking system counts for: such a system writes of nothing else."""

_NOISES, _OVERWHELMING = ("foreign", "termination", "bulk", "footer"), ("foreign", "bulk")
_FROM_A_STRANGER = ("invited", "offer", "assessment", "scheduled")
_CONTRADICTED_BY_A_REJECTION = ("offer", "invited", "scheduled", "assessment")
_AFTER_APPLYING = ("acknowledged", "applied")
"""Kinds of cues that a recruiter who writes to a stranger has no use for."""

_BRIEF = 20
ASSERTED_KINDS: tuple[Kind, ...] = ("rejection", "offer")
"""Kinds that conditions often have the words of ("if you hear nothing from us, others were chosen", "whom we want we call"): only asserted
sentences count.
"""

_DECISIONS: tuple[Kind, ...] = ("rejection", "offer")
_LEAST_LOG_ODDS = -2.0
"""Without a cue, wording that speaks less for a meaning than this can't make it likely."""


class Classification(NamedTuple):
    """What a mail says, and what bears on it.

    `about_hiring` means that hiring is spoken of, `clearly_hiring` in more than one phrase, `unrelated` that other things are spoken
    of more (a loan, a job alert, the end of an employment), and `brief` at most 20 sentences: who writes more about an application
    names it. `meeting_hits` are the cues in `sentences` by which somebody tells of a meeting that was held.
    """

    meanings: tuple[Meaning, ...]
    proposes_times: bool = False
    about_hiring: bool = False
    clearly_hiring: bool = False
    unrelated: bool = False
    brief: bool = True
    sentences: Sequence[Sentence] = ()
    meeting_hits: Sequence[Hit] = ()

    def says(self, kind: Kind) -> Meaning | None:
        """The meaning of this kind, if the mail has it."""
        return next((meaning for meaning in self.meanings if meaning.kind == kind), None)


def classify(
    subject: str,
    body: str,
    *,
    listed: bool = False,
    tracked: bool = False,
    vouched: bool = False,
    personal: bool = True,
    without: Container[Kind] = (),
) -> Classification:
    """What a mail from somebody else says, from its subject and the part of its body that the sender wrote now; `without` what it can't say.

    `listed` means that it came over a mailing list or as bulk mail, `tracked` that an applicant tracking system sent it, `vouched` that
    those did who hire, or somebody under their own name, `personal` that a person did: such a mail may mean something in its thread even
    if it does not speak of hiring.
    """
    text = HeadedText.of(subject, body)
    brief = len(text.sentences) <= _BRIEF
    if not (tracked or personal or any(hiring_lexicon(language).any_in(text.sentences) for language in text.languages)):
        return Classification((), brief=brief)
    guards, hits = _search(text)
    features = _features(hits, text.sentences, listed=listed, tracked=tracked)
    if personal and not features.hiring and text.has_subject and names_a_job(text.sentences[0].as_written):
        features = replace(features, hiring=1, hinted=False)
    meanings = _meanings(
        text, hits, guards, features, may_be_brief=personal and brief, personal=personal, without=without
    )
    return Classification(
        meanings if tracked or vouched else _asked_about(meanings, hits, text.sentences),
        proposes_times=any(hit.cue.kind == "proposal" for hit in hits),
        about_hiring=features.hiring > 0,
        clearly_hiring=features.hiring > 1,
        unrelated=is_unrelated(features, current_weights()),
        brief=brief,
        sentences=text.sentences,
        meeting_hits=[hit for hit in hits if hit.cue.kind == MET and _counts(hit, text, guards)],
    )


def extract_features(
    subject: str, body: str, *, listed: bool = False, tracked: bool = False
) -> tuple[Features, dict[Kind, list[str]]]:
    """What `classify` weighs of a mail, without its wording: the features, and the strengths of the cues of each kind."""
    text = HeadedText.of(subject, body)
    guards, hits = _search(text)
    counted = _counted(text, hits, guards)
    strengths = {kind: [hit.cue.strength for hit in counted if hit.cue.kind == kind] for kind in KINDS}
    features = _features(hits, text.sentences, listed=listed, tracked=tracked)
    return features, {kind: found for kind, found in strengths.items() if found}


def _search(text: HeadedText) -> tuple[Guards, list[Hit]]:
    guards = Guards(text.sentences, text.languages)
    return guards, relevant((hit for search in guards.searches for hit in search.hits()), guards)


def _meanings(
    text: HeadedText,
    hits: Sequence[Hit],
    guards: Guards,
    features: Features,
    *,
    may_be_brief: bool,
    personal: bool,
    without: Container[Kind],
) -> tuple[Meaning, ...]:
    """What the cues and the wording say, where the mail can mean anything at all."""
    counted = _counted(text, hits, guards)
    if not (features.hiring >= _TRACKED or may_be_brief or (counted and (features.hiring or personal))):
        return ()
    receipt = any(hit.cue.kind == "acknowledged" and hit.cue.strength == SURE for hit in counted)
    features = replace(features, receipt=receipt)
    may_refuse = any(hit.cue.kind in ASSERTED_KINDS for hit in counted)
    wordings = _wordings(text, guards, may_refuse=may_refuse)
    weighed = (
        each
        for each in _weighed(text, counted, features, wordings)
        if each.kind not in without and not _is_ruled_out(each, text, guards)
    )
    return tuple(_likely(resolve(tuple(weighed))))


def _is_ruled_out(meaning: Meaning, text: HeadedText, guards: Guards) -> bool:
    """Whether only the wording says it, in a sentence that takes such back: a no ("they have yet to see another one"), a hold, a
    cancellation ("the position has been cancelled"), or an interview ("your parent-teacher interview").
    """
    return (
        meaning.kind in ("rejection", "paused", "cancelled", "scheduled", "assessment")
        and meaning.is_by_wording
        and any(
            sentence.text == meaning.quote and is_ruled_out(meaning.kind, guards[index])
            for index, sentence in enumerate(text.sentences)
        )
    )


def _likely(meanings: Sequence[Meaning]) -> Iterator[Meaning]:
    """The meanings that are likely enough; an interview that only a time makes so where there is no other."""
    likely = [each for each in meanings if each.tentative or each.confidence >= REPORTED_FROM]
    has_meeting = any(each.kind in MEETINGS for each in likely)
    yield from (each for each in meanings if each in likely or (each.kind == "scheduled" and not has_meeting))


def _asked_about(
    meanings: Sequence[Meaning], hits: Sequence[Hit], sentences: Sequence[Sentence]
) -> tuple[Meaning, ...]:
    """The meanings, of which a decision is a question where it may be about another application than for a job."""
    decides = any(each.kind in _DECISIONS and each.confidence > SUREST_QUESTION for each in meanings)
    if not decides or _names_a_job(hits, sentences):
        return tuple(meanings)
    return tuple(
        each._replace(confidence=min(each.confidence, SUREST_QUESTION)) if each.kind in _DECISIONS else each
        for each in meanings
    )


def _names_a_job(hits: Iterable[Hit], sentences: Sequence[Sentence]) -> bool:
    """Whether it speaks of hiring in words that are said of no other application, or a word of job titles stands where it speaks of
    hiring or decides, or first of all, in its subject.
    """
    hiring = [hit for hit in hits if hit.cue.kind == "hiring"]
    telling = {0, *(hit.sentence for hit in hits if hit.cue.kind in ("hiring", *_DECISIONS))}
    return any(
        words_of_any_application(hit.cue.language).isdisjoint(hit.matched(sentences).split()) for hit in hiring
    ) or any(has_role_word(sentences[each].as_written) for each in telling)


class _Wordings(NamedTuple):
    """The wording of all sentences, and that of the asserted ones."""

    of_all: Wording
    of_asserted: Wording

    def of(self, kind: Kind) -> Wording:
        return self.of_asserted if kind in ASSERTED_KINDS else self.of_all


def _wordings(text: HeadedText, guards: Guards, *, may_refuse: bool) -> _Wordings:
    """Asserted sentences are told apart only where that can matter: where a cue refuses, or the wording of all sentences might."""
    if not may_refuse:
        of_all = wording_of(text.new_sentences, text.languages)
        if all(of_all.log_odds.get(kind, 0.0) <= _LEAST_LOG_ODDS for kind in ASSERTED_KINDS):
            return _Wordings(of_all, of_all)
    asserted_sentences = asserted(text.sentences, guards, since=text.first_new)
    return _Wordings(*wording_of_all_and_some(text.new_sentences, asserted_sentences, text.languages))


def _counted(text: HeadedText, hits: Iterable[Hit], guards: Guards) -> list[Hit]:
    """The cues of meanings that no guard, quotation or other cue takes their meaning from."""
    return _without_contradicted([hit for hit in hits if hit.cue.kind in KINDS and _counts(hit, text, guards)])


def _counts(hit: Hit, text: HeadedText, guards: Guards) -> bool:
    if not text.may_count(hit) or is_cancelled(hit, guards[hit.sentence]):
        return False
    return not is_quoted(hit, text.sentences[hit.sentence])


def _without_contradicted(hits: Sequence[Hit]) -> list[Hit]:
    """Without offers and invitations in a sentence that turns somebody down."""
    refused = {hit.sentence for hit in hits if hit.cue.kind == "rejection" and hit.cue.strength in (SURE, STRONG)}
    return [hit for hit in hits if not (hit.sentence in refused and hit.cue.kind in _CONTRADICTED_BY_A_REJECTION)]


# ---- what the mail as a whole is about


def _features(hits: Sequence[Hit], sentences: Sequence[Sentence], *, listed: bool, tracked: bool) -> Features:
    phrases, hinted = _hiring(hits)
    hiring = phrases + (_TRACKED if tracked else 0)
    return Features(
        hiring=hiring,
        hinted=hinted and not tracked,
        noise={kind: count for kind in _NOISES if (count := _phrases(kind, hits))},
        mostly=frozenset(kind for kind in _OVERWHELMING if _expressions(kind, hits, sentences) > hiring),
        listed=listed,
        outreach={"outreach"} == {hit.cue.kind for hit in hits} & {"outreach", *_AFTER_APPLYING},
    )


def _hiring(hits: Sequence[Hit]) -> tuple[int, bool]:
    """The number of phrases about hiring, and whether they are hints only, which are also said of other things: those count as one.

    A phrase within one of another matter ("your housing application") is none.
    """
    foreign: dict[int, list[Hit]] = defaultdict(list)
    for hit in hits:
        if hit.cue.kind == "foreign":
            foreign[hit.sentence].append(hit)
    hiring = (hit for hit in hits if hit.cue.kind == "hiring" and not any(map(hit.overlaps, foreign[hit.sentence])))
    strengths = {hit.cue.phrase: hit.cue.strength for hit in hiring}
    plain = sum(strength != HINT for strength in strengths.values())
    return plain or min(1, len(strengths)), not plain


def _phrases(kind: str, hits: Iterable[Hit]) -> int:
    """The number of different cues of a kind."""
    return len({hit.cue.phrase for hit in hits if hit.cue.kind == kind})


def _expressions(kind: str, hits: Iterable[Hit], sentences: Sequence[Sentence]) -> int:
    """The number of different words that matched cues of a kind."""
    return len({hit.matched(sentences) for hit in hits if hit.cue.kind == kind})


# ---- how likely each meaning is


def _weighed(text: HeadedText, counted: Iterable[Hit], features: Features, wordings: _Wordings) -> list[Meaning]:
    """Each kind that cues or wording make likely enough to be reported, in the mail itself or once it is matched to an application."""
    hits_of: dict[str, list[Hit]] = defaultdict(list)
    for hit in counted:
        hits_of[hit.cue.kind].append(hit)
    meanings = []
    for kind in KINDS:
        wording = wordings.of(kind)
        log_odds = (wording.log_odds if kind in hits_of else wording.alone).get(kind)
        if kind in hits_of or (log_odds is not None and log_odds > _LEAST_LOG_ODDS):
            hits = hits_of[kind]
            confidence, if_matched = _confidences(kind, hits, _without_footer(features, hits, text), log_odds)
            if _may_be_reported(kind, hits, confidence, if_matched):
                is_likely_alone = _may_be_reported(kind, hits, confidence)
                meaning = _meaning(kind, confidence, hits, text, wording)
                meanings.append(
                    meaning._replace(
                        tentative=not is_likely_alone or _is_tentative(features, log_odds),
                        confidence_if_matched=round(min(if_matched, HIGHEST), 2),
                    )
                )
    return meanings


def _may_be_reported(kind: Kind, hits: Iterable[Hit], confidence: float, if_matched: float = 0.0) -> bool:
    """Whether a meaning is likely enough, by itself or once it is matched; an interview that a firm cue sets also if a time makes it so,
    which the mail has to name.
    """
    if kind == "scheduled" and any(hit.cue.strength in (SURE, STRONG) for hit in hits):
        return confidence >= REPORTED_WITH_A_TIME or if_matched >= REPORTED_FROM
    return confidence >= REPORTED_FROM or if_matched >= UNSURE_BELOW


def _is_tentative(features: Features, wording: float | None) -> bool:
    """Whether a meaning counts only for a known application. A hint of hiring is enough where the wording speaks for the meaning too."""
    is_doubted = wording is not None and wording < 0
    return not features.hiring or is_disputed(features) or (features.hinted and is_doubted)


def _without_footer(features: Features, hits: Iterable[Hit], text: HeadedText) -> Features:
    """What is said for sure is not weakened by a footer, nor, if it stands in the subject, by the other jobs that a job board lists below."""
    sure = [hit for hit in hits if hit.cue.strength == SURE]
    if not sure:
        return features
    below = {"footer", "bulk"} if any(map(text.in_subject, sure)) else {"footer"}
    noise = {kind: count for kind, count in features.noise.items() if kind not in below}
    return replace(features, noise=noise, mostly=features.mostly - below)


def _confidences(kind: Kind, hits: Sequence[Hit], features: Features, wording: float | None) -> tuple[float, float]:
    """How likely a meaning is in this mail, and where the mail is matched to an application: it then is about hiring, and to no
    stranger, but for what goes to many.
    """
    strengths = [hit.cue.strength for hit in hits]
    confidence = meaning_probability(kind, strengths, features, wording, current_weights())
    to_a_stranger = features.outreach and features.listed
    if features.hiring >= _TRACKED and features.outreach == to_a_stranger:
        return confidence, confidence
    matched = replace(features, hiring=max(features.hiring, _TRACKED), outreach=to_a_stranger)
    return confidence, meaning_probability(kind, strengths, matched, wording, current_weights())


def meaning_probability(
    kind: Kind, strengths: Sequence[str], features: Features, wording: float | None, weights: Weights
) -> float:
    """How likely a meaning is (0 to 1), by the strengths of its cues, the mail's features, and the wording's log-odds for it."""
    noise = noise_log_odds(features, weights)
    if wording is not None and SURE in strengths:
        wording = max(wording, weights.floor)
    if not strengths and features.hiring < _TRACKED:
        noise += weights.alone
    if not strengths and features.receipt and kind in ASSERTED_KINDS:
        noise += weights.receipt
    if features.outreach and (kind in _FROM_A_STRANGER or all(each == HINT for each in strengths)):
        strengths = sorted(strengths, key=weights.strength.__getitem__)[-1:]
        noise += weights.outreach
    cues = cue_log_odds(strengths, weights) + base_log_odds(features, weights)
    return probability(total_log_odds(kind, cues, noise, wording, weights))


def _meaning(kind: Kind, confidence: float, hits: Sequence[Hit], text: HeadedText, wording: Wording) -> Meaning:
    """The meaning with its quote and cues: the hits, strongest first for the quote, or else what the wording goes by."""
    confidence = round(min(confidence, HIGHEST), 2)
    if not hits:
        sentence, worded = wording.evidence_for(kind)
        return Meaning(kind, confidence, sentence.text, worded, is_asked=_is_question(sentence))
    strength = current_weights().strength
    best = max(hits, key=lambda hit: (strength[hit.cue.strength], hit.cue.strength != "subject", -hit.sentence))
    plain = [hit for hit in hits if hit.cue.strength != HINT] or [best]
    cues = sorted({hit.described(text.sentences) for hit in plain})
    said_in = [text.sentences[hit.sentence] for hit in plain if not text.in_subject(hit)]
    is_asked = bool(said_in) and all(map(_is_question, said_in))
    quote = text.sentences[best.sentence].text
    return Meaning(kind, confidence, quote, tuple(cues[:6]), best.cue.strength, is_asked=is_asked)


def _is_question(sentence: Sentence) -> bool:
    return sentence.text.endswith("?")
