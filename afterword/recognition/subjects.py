"""Subjects: whose words they are."""

import re

_PASSED_ON = re.compile(
    r"^\s*(?:\[[^\]]{1,30}\]\s*)?"
    r"(?:re|ref|aw|antw|antwort|sv|vs|rv|rif|res|r|odp|tr|wg|fwd?|enc|doorst|i)\s*(?:\[\d+\])?\s*[:：]",
    re.IGNORECASE,
)


def is_passed_on(subject: str) -> bool:
    """Whether a subject was taken over from an earlier mail, answered or forwarded: it is not what its sender says now."""
    return _PASSED_ON.match(subject) is not None
