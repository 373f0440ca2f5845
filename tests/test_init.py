"""The first command: a configuration to fill in."""

import os
from pathlib import Path

import pytest

from daemon import config
from tests import called
from tests.called import Ask

ask = called.ask


def test_it_writes_the_example_to_where_it_is_looked_for(
    tmp_path: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "new" / "config.toml"
    monkeypatch.setenv("AFTERWORD_CONFIG", str(file))
    umask = os.umask(0)
    try:
        answer = ask("init")
    finally:
        os.umask(umask)

    assert (answer.code, answer.err) == (0, "")
    assert str(file) in answer.out
    assert "afterword doctor" in answer.out
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert config.load().user.name == "Jane Doe"


@pytest.mark.parametrize("arguments", [("init", "--config"), ("--config",)])
def test_it_writes_to_the_file_that_is_named(arguments: tuple[str, ...], tmp_path: Path, ask: Ask) -> None:
    command = [*arguments, tmp_path / "own.toml", *(() if "init" in arguments else ("init",))]

    assert ask(*command).code == 0
    assert (tmp_path / "own.toml").exists()


def test_it_overwrites_nothing_and_follows_no_link(tmp_path: Path, ask: Ask) -> None:
    there, link = tmp_path / "config.toml", tmp_path / "link.toml"
    there.write_text("mine", encoding="utf-8")
    link.symlink_to(tmp_path / "nowhere.toml")

    answers = [ask("init", "--config", each) for each in (there, link)]

    assert [each.code for each in answers] == [2, 2]
    assert answers[0].err == f"{there} is there already, and stays as it is: name another place by --config.\n"
    assert there.read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "nowhere.toml").exists()


def test_a_folder_that_can_not_be_made_is_one_sentence(tmp_path: Path, ask: Ask) -> None:
    (tmp_path / "file").touch()

    answer = ask("init", "--config", tmp_path / "file" / "config.toml")

    assert (answer.code, answer.out) == (1, "")
    assert "Traceback" not in answer.err
