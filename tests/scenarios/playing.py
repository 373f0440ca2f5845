"""How a story is played: its configuration, what its user says, and what is told at each moment."""

import shlex
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from afterword.eventlog.events import DecisionPromised, InterviewScheduled, Person, RejectionReceived
from daemon import commands, config, queries, service
from daemon.config import Config
from tests.scenarios.story import ZONE, Moment, told

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


def play(path: str, moment: Moment, heard: Callable[[Config, str, datetime], None] | None = None) -> list[str]:
    """What is told at that moment, after what the user says was `heard`: by command, if nobody else hears it."""
    service.sync(config.load(path), moment.now)
    for line in moment.said:
        (heard or say)(config.load(path), line, moment.now)
    return told(queries.status(config.load(path), moment.now))


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
            (question,) = (each for each in queries.status(loaded, now).unsure if each.company == company)
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
