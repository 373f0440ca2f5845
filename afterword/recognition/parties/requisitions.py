"""The numbers under which employers keep their jobs, as subjects have them: "R-0048213", "372-CC-0091", "73126044"."""

import re
from collections.abc import Set as AbstractSet
from functools import lru_cache

_LONGEST = 200
_NUMBER = re.compile(r"(?<![\w#./+-])[A-Z\d]{1,20}(?:[-_/][A-Z\d]{1,20}){0,4}(?![\w/-])")
_OF_A_MAIL = re.compile(r"\b(?:ticket|case)[ :#]*$", re.IGNORECASE)
"""What stands before the number of a mail or its thread: each has another."""

_RUN = re.compile(r"\d{4,}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DAY = re.compile(r"(?:19|20)\d{6}|\d{1,4}[-/]\d{1,2}[-/]\d{1,4}")
_SHORTEST_ALONE = 6


@lru_cache(maxsize=4096)
def requisitions_in(subject: str) -> frozenset[str]:
    """The numbers of jobs in a subject: with letters or marks in them they have four digits that are no year, alone they have six."""
    begins = subject[:_LONGEST]
    found = (each for each in _NUMBER.finditer(begins) if not _OF_A_MAIL.search(begins[: each.start()]))
    return frozenset(each[0] for each in found if _is_of_a_job(each[0]))


def _is_of_a_job(number: str) -> bool:
    if _DAY.fullmatch(number) or (number.isdigit() and len(number) < _SHORTEST_ALONE):
        return False
    return any(not _YEAR.fullmatch(run) for run in _RUN.findall(number))


def are_of_two_jobs(some: AbstractSet[str], others: AbstractSet[str]) -> bool:
    """Whether numbers are of different jobs: none is the same, and two are written alike, as one employer counts its jobs."""
    if not some or not others:
        return False
    return not some & others and not set(map(_shape, some)).isdisjoint(map(_shape, others))


def _shape(number: str) -> str:
    return re.sub(r"[A-Z]", "A", re.sub(r"\d", "9", number))
