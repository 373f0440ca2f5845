"""Subjects: the prefixes that mail programs put before them ("Re:", "Fwd:"), and what they are without."""

import re
from functools import cache
from typing import NamedTuple

from ..words.mail_words import any_of
from .addresses import senders

_NUMBERED = r"\s*(?:\[\d{1,3}\])?\s*[:：]"
_LISTED = r"\s*(?:\[[^\]]{1,30}\]\s*)?"


def is_answer(subject: str) -> bool:
    """Whether it has the prefix of an answer: "Re:", "AW:", "Antw:"."""
    return _prefixes().answer.match(subject) is not None


def is_forward(subject: str) -> bool:
    """Whether it has the prefix of a forwarded mail: "Fwd:", "WG:", "TR:"."""
    return _prefixes().forward.match(subject) is not None


def is_passed_on(subject: str) -> bool:
    """Whether it is the subject of an earlier mail, answered or forwarded, also by a list: then its sender did not write it."""
    return _prefixes().listed.match(subject) is not None


def without_prefixes(subject: str) -> str:
    """The subject without prefixes of answers and forwarded mails."""
    return _without(_prefixes().all, subject)


def without_answers(subject: str) -> str:
    """The subject without prefixes of answers; those of forwarded mails stay."""
    return _without(_prefixes().answers, subject)


def _without(prefixes: re.Pattern[str], subject: str) -> str:
    found = prefixes.match(subject)
    return subject[found.end() :] if found else subject


class _Prefixes(NamedTuple):
    """Patterns: one prefix of an answer; of a forwarded mail; of either, also behind a list's name; all prefixes; all of answers."""

    answer: re.Pattern[str]
    forward: re.Pattern[str]
    listed: re.Pattern[str]
    all: re.Pattern[str]
    answers: re.Pattern[str]


@cache
def _prefixes() -> _Prefixes:
    elsewhere = "|".join(sorted(senders()["answer_prefixes"]))
    answer = rf"(?:\s*(?:{any_of(lambda each: each.quoting.answer_prefixes)}|{elsewhere}){_NUMBERED})"
    forward = rf"(?:\s*{any_of(lambda each: each.quoting.forward_prefixes)}{_NUMBERED})"
    either = f"(?:{answer}|{forward})"
    shapes = (answer, forward, _LISTED + either, rf"{either}+\s*", rf"{answer}+\s*")
    return _Prefixes(*(re.compile(each, re.IGNORECASE) for each in shapes))
