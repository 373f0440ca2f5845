"""The program, called as from a shell, at a home with the sample in it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest

from daemon.cli import main, options
from daemon.sample import write_sample
from tests.homes import CONFIG

NOW = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
"""A Saturday morning: the sample is dated around it, and what the user says is said then."""


class Answer(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Ask = Callable[..., Answer]


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Calls the program, as from a shell."""
    monkeypatch.setenv("AFTERWORD_CONFIG", "/nonexistent/config.toml")
    monkeypatch.setattr(options, "present", lambda: NOW)

    def call(*arguments: object) -> Answer:
        with pytest.raises(SystemExit) as ended:
            main([str(each) for each in arguments])
        told = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Answer(ended.value.code, told.out, told.err)

    return call


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ask: Ask) -> Path:
    """A home with the sample in it, and nothing read yet."""
    write_sample(tmp_path, NOW, ZoneInfo("Europe/Berlin"))
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    monkeypatch.setenv("AFTERWORD_CONFIG", str(tmp_path / "config.toml"))
    return tmp_path


@pytest.fixture
def read(home: Path, ask: Ask) -> Path:
    """A home that was read at NOW."""
    assert ask("sync", "--now", NOW.isoformat()).code == 0
    return home
