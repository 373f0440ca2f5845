"""Subjects: whose words they are, and what they say without the prefixes that mail programs put before them."""

import re
from functools import cache
from typing import NamedTuple

from .mail_words import any_of
from .names import senders

_NUMBERED = r"\s*(?:\[\d{1,3}\])?\s*[:：]"
_LISTED = r"\s*(?:\[[^\]]{1,30}\]\s*)?"


def is_answer(subject: str) -> bool:
    """Whether it answers another one: "Re:", "AW:", "Antw:"."""
    return _prefixes().answer.match(subject) is not None


def is_forward(subject: str) -> bool:
    """Whether it passes on another one: "Fwd:", "WG:", "TR:"."""
    return _prefixes().forward.match(subject) is not None


def is_passed_on(subject: str) -> bool:
    """Whether a subject was taken over from an earlier mail, answered or forwarded: it is not what its sender says now."""
    return _prefixes().listed.match(subject) is not None


def without_prefixes(subject: str) -> str:
    """The subject of the earlier mail."""
    return _without(_prefixes().all, subject)


def without_answers(subject: str) -> str:
    """The subject that is answered: what says that it was forwarded stays."""
    return _without(_prefixes().answers, subject)


def _without(prefixes: re.Pattern[str], subject: str) -> str:
    found = prefixes.match(subject)
    return subject[found.end() :] if found else subject


class _Prefixes(NamedTuple):
    """One of an answer or a forwarded mail, either behind a list's name, all there are, and all of answers."""

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
