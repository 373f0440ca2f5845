"""Subjects: whose words they are, and what they say without the prefixes that mail programs put before them."""

import re

_ANSWERED = "re|ref|aw|antw|antwort|sv|vs|rif|res|r|odp"
_FORWARDED = "fwd?|wg|tr|rv|enc|doorst|i"
_NUMBERED = r"\s*(?:\[\d{1,3}\])?\s*[:：]"
_LISTED = r"\s*(?:\[[^\]]{1,30}\]\s*)?"
_ONE_ANSWER, _ONE_FORWARD = rf"(?:\s*(?:{_ANSWERED}){_NUMBERED})", rf"(?:\s*(?:{_FORWARDED}){_NUMBERED})"
_ANSWER, _FORWARD = re.compile(_ONE_ANSWER, re.IGNORECASE), re.compile(_ONE_FORWARD, re.IGNORECASE)
_PASSED_ON = re.compile(rf"{_LISTED}(?:{_ONE_ANSWER}|{_ONE_FORWARD})", re.IGNORECASE)
_PREFIXES = re.compile(rf"(?:{_ONE_ANSWER}|{_ONE_FORWARD})+\s*", re.IGNORECASE)
_ANSWERS = re.compile(rf"{_ONE_ANSWER}+\s*", re.IGNORECASE)


def is_answer(subject: str) -> bool:
    """Whether it answers another one: "Re:", "AW:", "Antw:"."""
    return _ANSWER.match(subject) is not None


def is_forward(subject: str) -> bool:
    """Whether it passes on another one: "Fwd:", "WG:", "TR:"."""
    return _FORWARD.match(subject) is not None


def is_passed_on(subject: str) -> bool:
    """Whether a subject was taken over from an earlier mail, answered or forwarded: it is not what its sender says now."""
    return _PASSED_ON.match(subject) is not None


def without_prefixes(subject: str) -> str:
    """The subject of the earlier mail."""
    return _without(_PREFIXES, subject)


def without_answers(subject: str) -> str:
    """The subject that is answered: what says that it was forwarded stays."""
    return _without(_ANSWERS, subject)


def _without(prefixes: re.Pattern[str], subject: str) -> str:
    found = prefixes.match(subject)
    return subject[found.end() :] if found else subject
