"""Subjects, with the prefixes that mail programs of many languages put before them."""

import pytest

from afterword.recognition.messages.subjects import (
    is_answer,
    is_forward,
    is_passed_on,
    without_answers,
    without_prefixes,
)


@pytest.mark.parametrize(
    "subject", ["Re: a role", "AW: a role", "Antw: a role", "RE[2]: a role", "Re : a role", "Odp：a role"]
)
def test_an_answer_is_told_by_its_prefix(subject: str) -> None:
    assert is_answer(subject)
    assert is_passed_on(subject)
    assert not is_forward(subject)
    assert without_prefixes(subject) == without_answers(subject) == "a role"


@pytest.mark.parametrize(
    "subject", ["Fwd: a role", "FW: a role", "WG: a role", "TR : a role", "Doorst: a role", "I: a role"]
)
def test_a_forward_is_told_by_its_prefix_which_an_answer_to_it_keeps(subject: str) -> None:
    assert is_forward(subject)
    assert is_passed_on(subject)
    assert not is_answer(subject)
    assert without_prefixes(f"Re: {subject}") == "a role"
    assert without_answers(f"Re: AW: {subject}") == subject


@pytest.mark.parametrize("subject", ["Recruiting: a role", "Interview: a role", "A role, re: Friday", "rental", ""])
def test_what_only_begins_alike_is_the_senders_own(subject: str) -> None:
    assert not is_passed_on(subject)
    assert without_prefixes(subject) == without_answers(subject) == subject


def test_what_a_list_answers_is_passed_on_too() -> None:
    assert is_passed_on("[jobs] Re: a role")
    assert not is_answer("[jobs] Re: a role")
