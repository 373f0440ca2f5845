"""Promised dates: by when an employer says that they will write, decide or come back.

A sentence promises a day if words around it do ("you will hear from us by Friday"). These promise nothing: the user's own deadline,
the day of an interview, a promise with a condition, a refusal, and a question.
"""

import re
from collections.abc import Collection, Container, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from ..words.cues import languages_of
from ..words.folding import fold
from ..words.sentences import Sentence, sentences_of
from .dates import FARTHEST, LONGEST_SENTENCE, Context, Day, comparable, grammar
from .framed_sentence import FramedSentence, Span
from .frames import frames_of

_SURE, _LIKELY = 0.95, 0.9
_LONGEST_CUE = 80
_CLOSING = " \"')»”*_"
_NUMBER_AT_END = re.compile(r"\d(?P<dot>\.) (?P<next>[A-ZÀ-Þ]\w*)")


class Promise(NamedTuple):
    """A promised day: the latest reading of it (`until`) and the earliest, with the sentence and the words that promise it."""

    until: date
    earliest: date
    quote: str
    cue: str
    confidence: float


def find_promises(text: str, *, sent: datetime, holidays: Container[date] = ()) -> tuple[Promise, ...]:
    """What a text promises, at most one day in each sentence. `sent` is in the sender's zone: days count from its date.

    Business days skip weekends and `holidays`. No promise is for a day before `sent`, or more than 400 days after it.
    """
    sentences = sentences_of(text)
    languages = languages_of(sentences)
    naming = {each: grammar(each).naming_days(sentences) for each in languages}
    context = Context(sent.date(), holidays)
    promises: list[Promise] = []
    for index in sorted(frozenset().union(*naming.values())):
        naming_languages = [each for each in languages if index in naming[each]]
        promises += _promised(sentences[index : index + 2], naming_languages, languages, context)
    return tuple(each for each in promises if each.until <= context.today + FARTHEST)


def _promised(
    sentences: Sequence[Sentence], naming_languages: Sequence[str], languages: Sequence[str], context: Context
) -> list[Promise]:
    """What a sentence that names a day promises, or else the sentence behind it for that day."""
    sentence, *behind = sentences
    promised: list[Promise] = []
    framing_languages = [each for each in naming_languages if _may_promise(sentence, each)]
    for quote in _split_at_numbers(sentence.text, framing_languages) if framing_languages else ():
        text = comparable(quote[:LONGEST_SENTENCE])
        promised += _best([_read(text, quote, each, context) for each in framing_languages])
    if not promised and behind:
        promised = _best([_carried_over(sentence, behind[0], each, context) for each in languages])
    return promised


def _split_at_numbers(text: str, languages: Collection[str]) -> Iterator[str]:
    """The sentences of what was taken for one because a number ends the first, as an ordinal might ("by March 19. If …")."""
    start = 0
    for end in _NUMBER_AT_END.finditer(text):
        if all(frames_of(each).opener.fullmatch(fold(end["next"])) for each in languages):
            yield text[start : end.end("dot")]
            start = end.start("next")
    yield text[start:]


def _may_promise(sentence: Sentence, language: str) -> bool:
    """Whether a sentence may frame a day: a quick test with false positives, and no false negatives."""
    return sentence.is_cut or frames_of(language).signs.search(sentence.words) is not None


class _Outcome(NamedTuple):
    """What a sentence promises as one language reads it. `is_ruled_out` means that words of that language speak against a promise."""

    promise: Promise | None = None
    is_ruled_out: bool = False


def _best(outcomes: Sequence[_Outcome]) -> list[Promise]:
    """The surest promise by any language, the later of equals; none if one language rules it out."""
    if any(each.is_ruled_out for each in outcomes):
        return []
    promises = [each.promise for each in outcomes if each.promise is not None]
    return sorted(promises, key=lambda each: (each.confidence, each.until))[-1:]


def _read(text: str, quote: str, language: str, context: Context) -> _Outcome:
    dates = grammar(language)
    text = dates.spelled_out(text)
    framed = FramedSentence(language, text)
    if _is_question(text, language) or not (framed.is_framed or framed.may_hint):
        return _Outcome()
    days = dates.days(text, context)
    if not days:
        return _Outcome()
    framing = framed.promises or framed.hints
    promised = [day for day in days if framed.promises_day(day)]
    if not promised or not framing:
        return _Outcome(is_ruled_out=framed.is_framed)
    day = dates.joined(promised, min(promised, key=lambda each: _distance(each, framing)), text)
    cue = _cue(language, text, framing[-1], text[day.start : day.end])
    return _Outcome(Promise(day.until, day.earliest, quote, cue, _confidence(day)))


def _carried_over(previous: Sentence, sentence: Sentence, language: str, context: Context) -> _Outcome:
    """What a sentence promises for the day that the previous one names ("We look at it by Friday. You will then hear from us")."""
    frames, dates = frames_of(language), grammar(language)
    text = dates.spelled_out(comparable(sentence.text[:LONGEST_SENTENCE]))
    if frames.then.isdisjoint(sentence.keys) and not dates.names_following_day(text):
        return _Outcome()
    framed = FramedSentence(language, text)
    if not framed.promises or not framed.is_plain or _is_question(text, language) or dates.days(text, context):
        return _Outcome()
    previous_text = comparable(previous.text[-LONGEST_SENTENCE:])
    both = f"{previous_text} {text}"
    before = FramedSentence(language, previous_text)
    days = [day for day in dates.days(both, context) if day.start > len(previous_text) or before.may_carry_over(day)]
    if not days:
        return _Outcome()
    day = days[-1]
    cue = _cue(language, text, framed.promises[-1], both[day.start : day.end])
    return _Outcome(Promise(day.until, day.earliest, sentence.text, cue, _LIKELY))


def _cue(language: str, text: str, frame: Span, day: str) -> str:
    start, end = frame
    return f"{language}.promise: {text[start:end].strip()[:_LONGEST_CUE]} | {day}"


def _is_question(text: str, language: str) -> bool:
    """Whether a sentence is a question, and not only ends in "ok?"."""
    return text.rstrip(_CLOSING).endswith("?") and not frames_of(language).tags.search(text)


def _distance(day: Day, framing: Sequence[Span]) -> tuple[bool, bool, bool, int, int]:
    """A sort key: first days inside or after the words that promise, then "at the latest", deadlines, the nearer, the later one."""
    after = [max(0, day.start - end - 1) for start, end in framing if start <= day.start]
    return (
        not after,
        not day.latest,
        not day.marked,
        min(after) if after else framing[0][0] - day.end,
        -day.until.toordinal(),
    )


def _confidence(day: Day) -> float:
    return _SURE if day.marked else _LIKELY
