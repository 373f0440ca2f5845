"""The quick look for days, and for words that promise, never hides one."""

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterword.recognition.times.dates import Context, comparable, grammar
from afterword.recognition.times.frames import frames_of
from afterword.recognition.words.cues import languages
from afterword.recognition.words.sentences import sentences_of
from afterword.recognition.words.spelling_out import spelled_out

NAMES = (
    "weekdays",
    "months",
    "today",
    "tomorrow",
    "day_after_tomorrow",
    "holidays",
    "weekend",
    "after_weekend",
    "next_week",
    "this_month",
    "before_christmas",
    "after_easter",
    "before_easter",
    "next_year",
)
CASES = [(language, name) for language in languages() for name in NAMES]


@pytest.mark.parametrize(("language", "name"), CASES)
@given(data=st.data())
def test_a_day_that_the_grammar_knows_has_a_sign(language: str, name: str, data: st.DataObject) -> None:
    known = grammar(language)
    patterns = known.words[name] if isinstance(known.words[name], list) else [known.words[name]]
    said = data.draw(st.sampled_from(patterns).flatmap(lambda each: st.from_regex(re.compile(each), fullmatch=True)))
    text = comparable(f"xyz {said} xyz")
    if known.days(text, Context(date(2026, 3, 2))) or name in {"weekdays", "months"}:
        assert known.naming_days(sentences_of(text))


@pytest.mark.parametrize("language", languages())
@settings(deadline=None, max_examples=300)
@given(data=st.data())
def test_words_that_promise_have_a_sign(language: str, data: st.DataObject) -> None:
    patterns = st.sampled_from(grammar(language).words["promises"]).map(re.compile)
    said = data.draw(
        patterns.flatmap(
            lambda each: st.from_regex(
                each, fullmatch=True, alphabet=st.characters(codec="ascii", exclude_characters="\r")
            )
        )
    )
    frames = frames_of(language)
    if frames.promises.search(comparable(said)):
        assert any(frames.signs.search(each.words) for each in sentences_of(f"x {said} x"))


def test_a_pattern_is_spelled_out() -> None:
    assert sorted(spelled_out(r"(?:the )?day[ns]?|in a (?:week|year)(?! ago)")) == [
        "day", "dayn", "days", "in a week", "in a year", "the day", "the dayn", "the days",
    ]  # fmt: skip


@pytest.mark.parametrize("pattern", ["a|b(?:c|d)?", "x[yz]?(?:1|22)", r"q\.?r"])
def test_what_is_spelled_out_is_what_matches(pattern: str) -> None:
    assert all(re.fullmatch(pattern, each) for each in spelled_out(pattern))
