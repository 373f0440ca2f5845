"""How the phrases of cues are written."""

import re
from collections.abc import Iterator

import pytest

from afterword.recognition import CUES
from afterword.recognition.words.phrases import parse

_GROUP = re.compile(r"[(\[]([^()\[\]]*)[)\]]")


@pytest.mark.parametrize("phrase", ["(we (would|could)) meet", "[the [new|old]] role", "next step?"])
def test_what_is_no_word_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match="is no word of a phrase"):
        list(parse(phrase, {}))


@pytest.mark.parametrize("phrase", ["(we|i) would [gladly] meet", "not .. ({call}|l1)", "candidate* !(else|more)"])
def test_words_groups_and_gaps_are_read(phrase: str) -> None:
    assert list(parse(phrase, {"call": "call|chat"}))


def test_no_group_of_a_cue_has_an_alternative_twice() -> None:
    assert list(_repeated()) == []


def _repeated() -> Iterator[str]:
    for path in CUES.glob("[a-z][a-z].toml"):
        for group in _GROUP.findall(path.read_text(encoding="utf-8")):
            options = group.split("|")
            if '"' not in group and len(set(options)) < len(options):
                yield f"{path.name}: {group}"
