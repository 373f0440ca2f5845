"""The same stories, each of another person, in one database."""

from pathlib import Path

import pytest

from tests.scenarios.playing import CALENDAR, CONFIG, MAILBOX, STORIES, play
from tests.scenarios.story import read_story
from tests.servers.postgres import PostgresServer


@pytest.fixture(scope="module")
def url(postgres: PostgresServer) -> str:
    return postgres.new_log()


@pytest.mark.parametrize("story", STORIES, ids=lambda each: each.name)
def test_a_story_ends_the_same_beside_all_others(
    story: Path, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERWORD_STATE_DIR", str(tmp_path / "state"))
    accounts = (MAILBOX + CALENDAR).format(story=story)
    text = CONFIG.format(state=tmp_path, accounts=accounts)
    path = tmp_path / "config.toml"
    path.write_text(
        text.replace(f'url = "sqlite:///{tmp_path}/log.db"', f'url = "{url}"\nowner = "{story.name}"'), encoding="utf-8"
    )

    for moment in read_story(story).moments:
        assert play(str(path), moment) == moment.told
