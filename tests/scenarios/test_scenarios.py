"""Every story, played with the real service on its own mailbox and calendar; and once more with everything the other way round.

After a change of the rules, `pytest tests/scenarios --accept` writes the new endings into the stories: read the difference.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from daemon import config
from tests.scenarios.playing import CALENDAR, CONFIG, MAILBOX, STORIES, play
from tests.scenarios.story import Moment, read_story, written


@pytest.fixture
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    monkeypatch.setenv("AFTERWORD_STATE_DIR", str(tmp_path))

    def write(story: Path, *accounts: str) -> str:
        path = tmp_path / "config.toml"
        text = CONFIG.format(state=tmp_path, accounts="\n".join(accounts).format(story=story))
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


@pytest.mark.parametrize("story", STORIES, ids=lambda each: each.name)
def test_a_story_ends_as_it_is_told(
    story: Path, configured: Callable[..., str], request: pytest.FixtureRequest
) -> None:
    path = configured(story, MAILBOX, CALENDAR)
    expected = read_story(story)

    played = [play(path, each) for each in expected.moments]

    if request.config.getoption("--accept"):
        for moment, lines in zip(expected.moments, played, strict=True):
            moment.told = lines
        (story / "story.md").write_text(written(expected), encoding="utf-8")
    assert played == [each.told for each in expected.moments]


@pytest.mark.parametrize("story", STORIES, ids=lambda each: each.name)
def test_it_ends_so_whatever_is_read_first_and_however_often(story: Path, configured: Callable[..., str]) -> None:
    last = read_story(story).moments[-1]
    if any(each.said for each in read_story(story).moments):
        last = read_story(story).moments[0]
    if last.said:
        return
    copy = MAILBOX.replace('"mail"', '"copy"')
    forwards = configured(story, MAILBOX, CALENDAR)
    first = _fresh(forwards, last)
    backwards = configured(story, CALENDAR, copy, MAILBOX)

    assert _fresh(backwards, last) == first


def _fresh(path: str, moment: Moment) -> list[str]:
    loaded = config.load(path)
    loaded.database.unlink(missing_ok=True)
    return play(path, moment)
