"""Guards: what takes from a cue what it says, and from a sentence that it says what is so."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from .cues import employer_lexicon
from .lexicon import Hit
from .sentences import Sentence, sentences_of

_SURE = "sure"
_NEAR = 24


class Guards(dict[int, Sequence[Hit]]):
    """The guards of each sentence of a text in these languages, looked for when a sentence is first asked for; and the searches of the
    text that find them, and all else that is said in it.
    """

    def __init__(self, sentences: Sequence[Sentence], tongues: Sequence[str]) -> None:
        super().__init__()
        self.sentences = sentences
        self.searches = [employer_lexicon(tongue).search(sentences) for tongue in tongues]

    def __missing__(self, index: int) -> Sequence[Hit]:
        found = self[index] = [guard for search in self.searches for guard in search.guards_in(index)]
        return found


def asserted(sentences: Sequence[Sentence], guards: Guards, *, since: int = 0) -> list[Sentence]:
    """The sentences, from one on, that say what is so: not what would be so if, nor what somebody else said."""
    numbered = range(since, len(sentences))
    return [
        sentences[index] for index in numbered if not (_is_conditional(guards[index]) or _passes_on(sentences[index]))
    ]


def _is_conditional(guards: Collection[Hit]) -> bool:
    return any(
        guard.cue.kind == "condition"
        and (guard.cue.strength == _SURE or (guard.cue.strength == "before" and guard.start == 0))
        and not _is_neutral(guard, guards)
        for guard in guards
    )


def _is_neutral(guard: Hit, guards: Iterable[Hit]) -> bool:
    return any(other.cue.strength == "neutral" and other.start <= guard.start < other.end for other in guards)


def not_in_names(hits: Iterable[Hit], guards: Guards) -> list[Hit]:
    """The cues without the foreign ones that stand in the name of a role or of an employer: a loan officer's mail speaks of no loan."""
    return [hit for hit in hits if not (hit.cue.kind == "foreign" and _is_in_a_name(hit, guards))]


def _is_in_a_name(hit: Hit, guards: Guards) -> bool:
    return _is_neutral(hit, guards[hit.sentence]) or _begins_with_a_name(hit, guards.sentences)


def _begins_with_a_name(hit: Hit, sentences: Sequence[Sentence]) -> bool:
    """Whether a dash parts the cue's first word from the others ("Visa - Application Update"), and the rest of the text has it as a name."""
    sentence = sentences[hit.sentence]
    words = sentence.words[hit.start : hit.end]
    parts = _BETWEEN_NAMES.split(sentence.said)
    if len(parts) == 1 or any(words in said.words for part in parts for said in sentences_of(part)):
        return False
    elsewhere = " ".join(other.as_written for other in sentences if other is not sentence)
    named = re.findall(rf"(?<=\w ){words.split()[0]}\b", elsewhere, re.IGNORECASE)
    return bool(named) and all(name[0].isupper() for name in named)


def is_taken_back(hit: Hit, guards: Collection[Hit]) -> bool:
    """Whether one of its sentence's guards takes from a cue what it says."""
    return any(_cancels(guard, hit, guards) for guard in guards if guard.cue.language == hit.cue.language)


def _cancels(guard: Hit, hit: Hit, guards: Collection[Hit]) -> bool:
    if guard.cue.strength == "unless":
        return guard.cue.kind == hit.cue.kind and not _is_neutral(guard, guards)
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


_QUOTED = re.compile('["“”„«»]([^"“”„«»]{20,300})["“”»«]|(?<!\\w)[\'‘‚]([^"“”„«»]{20,300}?)[\'’‘](?!\\w)')
_A_SENTENCE = 8
"""A quotation of so many words is no title."""


def is_quoted(hit: Hit, sentence: Sentence) -> bool:
    """Whether somebody else is told to have said it: the words stand in quotation marks."""
    words = sentence.words[hit.start : hit.end]
    return any(words in said.words for quote in _quotations(sentence) for said in sentences_of(quote))


def _passes_on(sentence: Sentence) -> bool:
    return any(len(quote.split()) >= _A_SENTENCE for quote in _quotations(sentence))


def _quotations(sentence: Sentence) -> Iterator[str]:
    if _MARK.search(sentence.as_written):
        yield from (found[1] or found[2] for found in _QUOTED.finditer(sentence.said))


_BETWEEN_NAMES = re.compile(r" [-–—|] |: ")
_MARK = re.compile("[\"“„«»‘‚'](?:(?<!')|(?<=[ (]'))")
"""A mark that may begin a quotation. A pattern that begins with characters is found four times as fast as one of alternatives."""
