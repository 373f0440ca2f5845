"""Every story, played with the real service on its own mailbox and calendar; and once more with everything the other way round.

After a change of the rules, `pytest tests/scenarios --accept` writes the new endings into the stories: read the difference.
"""

import shlex
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from afterword.eventlog.events import DecisionPromised, InterviewScheduled, Person, RejectionReceived
from daemon import commands, config, look, service
from daemon.config import Config
from tests.scenarios.story import ZONE, Moment, read_story, told, written

STORIES = sorted(each.parent for each in Path(__file__).parent.glob("*/story.md"))
CONFIG = """
[user]
name = "Jane Doe"
addresses = ["jane@example.org"]
timezone = "Europe/Berlin"
holidays = "DE-BE"

[recognition]
authserv_ids = ["mx.example.org"]

[log]
url = "sqlite:///{state}/log.db"

{accounts}

[delivery]
kind = "folder"
path = "{state}/invites"
"""
MAILBOX = '[[accounts]]\nname = "mail"\nkind = "mbox"\npath = "{story}/mailbox.mbox"\n'
CALENDAR = '[[accounts]]\nname = "calendar"\nkind = "ics"\npath = "{story}/calendar.ics"\n'


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


def play(path: str, moment: Moment, heard: Callable[[Config, str, datetime], None] | None = None) -> list[str]:
    """What is told at that moment, after what the user says was `heard`: by command, if nobody else hears it."""
    service.sync(config.load(path), moment.now)
    for line in moment.said:
        (heard or say)(config.load(path), line, moment.now)
    return told(look.status(config.load(path), moment.now))


def say(loaded: Config, line: str, now: datetime) -> None:
    match shlex.split(line.removeprefix("$")):
        case ["done", item]:
            commands.done(loaded, item, now)
        case ["dismiss", item]:
            commands.dismiss(loaded, item, now)
        case ["forget", app]:
            commands.forget(loaded, app, now)
        case ["snooze", item, until]:
            commands.snooze(loaded, item, at(until), now)
        case ["confirm", company]:
            (question,) = (each for each in look.status(loaded, now).unsure if each.company == company)
            commands.confirm(loaded, question.id, now)
        case ["review", app, went_well, to_improve]:
            commands.review(loaded, app, went_well, to_improve, now)
        case ["tell", app, *what]:
            commands.tell(loaded, app, _fact(what), now)
        case words:
            pytest.fail(f"no story says {words}")


def _fact(what: list[str]) -> commands.Tellable:
    match what:
        case ["interview", start, "--with", address]:
            return InterviewScheduled(start=at(start), people=(Person(address=address, part="interviewer"),))
        case ["promise", until]:
            return DecisionPromised(until=date.fromisoformat(until))
        case ["rejection"]:
            return RejectionReceived()
        case words:
            pytest.fail(f"no story tells {words}")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)
