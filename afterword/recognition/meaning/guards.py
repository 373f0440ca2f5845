"""Guards: cues that cancel other cues of their sentence, and quotations and conditions, in which nothing is asserted."""

import re
from bisect import bisect_right
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate

from ..parties.roles import titles_in
from ..words.cues import NEUTRAL, SURE, UNLESS, common_words, employer_lexicon
from ..words.lexicon import Hit
from ..words.sentences import Sentence, sentences_of

_NEAR = 24
_MOST_DASHES = 12
"""What stands behind so many dashes of a sentence is one piece: no name of a job or an employer has more."""

_SHORT = 3


class _Titles(dict[tuple[int, str], Sequence[tuple[int, int]]]):
    """The job titles in a sentence, by its index and a language, found when they are first looked up."""

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        super().__init__()
        self._sentences = sentences

    def __missing__(self, key: tuple[int, str]) -> Sequence[tuple[int, int]]:
        index, language = key
        found = self[key] = list(titles_in(self._sentences[index].words, common_words(language)))
        return found


class _Pieces(dict[int, Sequence[str]]):
    """The words of what dashes and bars part a sentence into, by its index, split when it is first looked up."""

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        super().__init__()
        self._sentences = sentences

    def __missing__(self, index: int) -> Sequence[str]:
        parts = _BETWEEN_NAMES.split(self._sentences[index].text, maxsplit=_MOST_DASHES)
        whole = len(parts) == 1
        found = self[index] = parts if whole else [each.words for part in parts for each in sentences_of(part)]
        return found


class _Written(dict[str, Sequence[tuple[int, bool]]]):
    """In which sentences a word stands behind another one, and whether with a capital letter, found when it is first looked up."""

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        super().__init__()
        self._sentences = sentences

    @cached_property
    def _text(self) -> tuple[str, Sequence[int]]:
        """All sentences as written, and where each begins."""
        lengths = (len(each.as_written) + 1 for each in self._sentences)
        return " ".join(each.as_written for each in self._sentences), list(accumulate(lengths, initial=0))

    def __missing__(self, word: str) -> Sequence[tuple[int, bool]]:
        text, begins = self._text
        found = self[word] = [
            (bisect_right(begins, match.start()) - 1, match[0][0].isupper())
            for match in re.finditer(rf"(?<=\w ){re.escape(word)}\b", text, re.IGNORECASE)
        ]
        return found


class Guards(dict[int, Sequence[Hit]]):
    """The guards in each sentence, by its index, found when it is first looked up; `searches`, one for each language, find all other cues."""

    def __init__(self, sentences: Sequence[Sentence], languages: Sequence[str]) -> None:
        super().__init__()
        self.sentences = sentences
        self.searches = [employer_lexicon(language).search(sentences) for language in languages]
        self.pieces = _Pieces(sentences)
        self.written = _Written(sentences)
        self.titles = _Titles(sentences)

    def __missing__(self, index: int) -> Sequence[Hit]:
        found = self[index] = [guard for search in self.searches for guard in search.guards_in(index)]
        return found


def asserted(sentences: Sequence[Sentence], guards: Guards, *, since: int = 0) -> list[Sentence]:
    """The sentences from index `since` on, without conditional ones ("if you do not hear from us"), boilerplate, and those that quote
    somebody.
    """
    return [
        sentence
        for index, sentence in enumerate(sentences[since:], since)
        if not (is_boilerplate(guards[index]) or _is_conditional(guards[index]) or _quotes_a_sentence(sentence))
    ]


def is_boilerplate(guards: Iterable[Hit]) -> bool:
    """Whether a sentence stands in mails whatever they say: a security banner, a notice on privacy or fraud, a signature's link."""
    return any(guard.cue.kind == "boilerplate" and _holds_throughout(guard) for guard in guards)


def _is_conditional(guards: Collection[Hit]) -> bool:
    return any(
        guard.cue.kind == "condition" and _holds_throughout(guard) and not is_taken_back(guard, guards)
        for guard in guards
    )


def _holds_throughout(guard: Hit) -> bool:
    """Whether it speaks of its whole sentence: one of strength "before" does at the sentence's beginning."""
    return guard.cue.strength == SURE or (guard.cue.strength == "before" and guard.start == 0)


def is_taken_back(guard: Hit, guards: Iterable[Hit]) -> bool:
    """Whether a guard begins within a neutral one."""
    return any(other.cue.strength == NEUTRAL and other.start <= guard.start < other.end for other in guards)


def relevant(hits: Iterable[Hit], guards: Guards) -> list[Hit]:
    """The cues without those of other matters that stand in boilerplate, or in the name of a role, its place or an employer: a loan
    officer's mail is about no loan. Nor is a recruiter's cold letter told, or a time proposed, by what a guard of that kind takes back.
    """
    hits = list(hits)
    of_hiring = {hit.sentence for hit in hits if hit.cue.kind == "hiring"}
    return [hit for hit in hits if not _is_irrelevant(hit, guards, of_hiring)]


def _is_irrelevant(hit: Hit, guards: Guards, of_hiring: Container[int]) -> bool:
    match hit.cue.kind:
        case "outreach" | "proposal":
            around = guards[hit.sentence]
            return any(guard.cue.strength == UNLESS and _cancels(guard, hit, around) for guard in around)
        case "bulk":
            return is_boilerplate(guards[hit.sentence])
        case "foreign":
            return is_boilerplate(guards[hit.sentence]) or _names_something(hit, guards, of_hiring)
        case _:
            return False


def _names_something(hit: Hit, guards: Guards, of_hiring: Container[int]) -> bool:
    """Whether a word of another matter stands in a job title, where the job is, in an employer's name, or in a phrase that takes it back."""
    if hit.sentence in of_hiring and _is_of_a_title(hit, guards):
        return True
    return is_taken_back(hit, guards[hit.sentence]) or _begins_with_name(hit, guards)


def _is_of_a_title(hit: Hit, guards: Guards) -> bool:
    """Whether the cue stands in a job title, or where the job is ("trainer at the sports club")."""
    common, words = common_words(hit.cue.language), guards.sentences[hit.sentence].words
    return any(
        start <= hit.start + len(" ")
        and all(word in common or len(word) <= _SHORT for word in words[end : hit.start].split())
        for start, end in guards.titles[hit.sentence, hit.cue.language]
    )


def _begins_with_name(hit: Hit, guards: Guards) -> bool:
    """Whether a dash separates the cue's first word from the others ("Visa - Application Update"), and elsewhere that word is a name."""
    words = guards.sentences[hit.sentence].words[hit.start : hit.end]
    pieces = guards.pieces[hit.sentence]
    if len(pieces) == 1 or any(words in each for each in pieces):
        return False
    return _is_name_elsewhere(guards.written[words.split()[0]], hit.sentence)


def _is_name_elsewhere(written: Sequence[tuple[int, bool]], sentence: int) -> bool:
    capitals = [is_capital for index, is_capital in written if index != sentence]
    return bool(capitals) and all(capitals)


def is_cancelled(hit: Hit, guards: Collection[Hit]) -> bool:
    """Whether one of the guards of its sentence, in the same language, cancels a cue, or the sentence is boilerplate."""
    return is_boilerplate(guards) or any(
        _cancels(guard, hit, guards) for guard in guards if guard.cue.language == hit.cue.language
    )


def is_ruled_out(kind: str, guards: Collection[Hit]) -> bool:
    """Whether one of the guards of a sentence cancels whatever speaks for this kind in it."""
    return any(
        guard.cue.strength == UNLESS and guard.cue.kind == kind and not is_taken_back(guard, guards) for guard in guards
    )


def _cancels(guard: Hit, hit: Hit, guards: Collection[Hit]) -> bool:
    if is_taken_back(guard, guards):
        return False
    if guard.cue.strength == UNLESS:
        return guard.cue.kind == hit.cue.kind
    if guard.cue.kind == "withdrawal_story":
        return hit.cue.kind in ("rejection", "offer", "feedback")
    if hit.cue.kind in ("acknowledged", "paused"):
        return False
    if hit.cue.kind == "rejection":
        near = guard.cue.kind == "condition" or hit.start - guard.end < _NEAR
        return guard.start <= hit.start and near
    after = guard.cue.strength == "before" or hit.cue.kind == "offer"
    return guard.cue.kind == "condition" and (not after or guard.start <= hit.start)


_QUOTED = re.compile('["“”„«»]([^"“”„«»]{20,300})["“”»«]|(?<!\\w)[\'‘‚]([^"“”„«»]{20,300}?)[\'’‘](?!\\w)')
_SHORTEST_SENTENCE = 8
"""A quotation of fewer words may be a title."""


def is_quoted(hit: Hit, sentence: Sentence) -> bool:
    """Whether a cue stands in quotation marks: then somebody else said it."""
    words = sentence.words[hit.start : hit.end]
    return any(words in each.words for quotation in _quotations(sentence) for each in sentences_of(quotation))


def _quotes_a_sentence(sentence: Sentence) -> bool:
    return any(len(quotation.split()) >= _SHORTEST_SENTENCE for quotation in _quotations(sentence))


def _quotations(sentence: Sentence) -> Iterator[str]:
    if _MARK.search(sentence.as_written):
        yield from (match[1] or match[2] for match in _QUOTED.finditer(sentence.text))


_BETWEEN_NAMES = re.compile(r" [-–—|] |: ")
_MARK = re.compile("[\"“„«»‘‚'](?:(?<!')|(?<=[ (]'))")
"""A mark that may begin a quotation, which is searched for four times as fast as a quotation."""
