r"""The pages that people see, as they see them: in a terminal, its colours told as `\e[…m`, and anywhere else.

After a change of a page, `pytest tests/pages --accept` writes what is shown now into the files beside this one: read the difference.
"""

import re
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.cli.pages import show_status, show_timeline
from daemon.queries import Timeline
from projections.status import ApplicationLine, Because, Owed, Status, Waiting
from tests import called
from tests.called import NOW, Ask
from tests.terminal import in_a_terminal

ask, home, read = called.ask, called.home, called.read

PAGES = Path(__file__).parent
AT_NOW = ("--now", NOW.isoformat())
LATER = ("--now", (NOW + timedelta(days=9)).isoformat())
WIDTHS = {"": None, "-80": "80", "-50": "50"}


class Pages:
    """The pages of a home, compared with how they were accepted."""

    def __init__(self, request: pytest.FixtureRequest, ask: Ask, home: Path) -> None:
        self._accepts = request.config.getoption("--accept")
        self._ask = ask
        self._home = home

    def look(self, name: str, *command: str, columns: str | None = None) -> None:
        shown = self._in_terminal(command, columns) if columns else self._ask(*command).out
        shown = shown.replace(str(self._home), "HOME")
        assert not re.search(r" $", shown, re.MULTILINE)
        accepted = PAGES / f"{name}.txt"
        if self._accepts:
            accepted.write_text(shown, encoding="utf-8")
        assert shown == accepted.read_text(encoding="utf-8")

    def _in_terminal(self, command: Sequence[str], columns: str) -> str:
        program = [sys.executable, "-m", "daemon.cli", *command]
        shown = in_a_terminal(program, coloured=True, COLUMNS=columns, TERM="xterm-256color")
        return shown.replace("\r", "").replace("\x1b", "\\e")


@pytest.fixture
def pages(request: pytest.FixtureRequest, ask: Ask, read: Path) -> Pages:
    return Pages(request, ask, read)


def items(ask: Ask) -> dict[str, str]:
    """The id of what is owed, by kind."""
    return {each["kind"]: each["id"] for each in ask("status", "--json").json["owed"]}


@pytest.mark.parametrize("width", WIDTHS)
def test_the_status(width: str, pages: Pages) -> None:
    pages.look(f"status{width}", "status", *AT_NOW, columns=WIDTHS[width])


@pytest.mark.parametrize("width", WIDTHS)
def test_one_application(width: str, pages: Pages) -> None:
    pages.look(f"show{width}", "show", "Dune", *AT_NOW, columns=WIDTHS[width])


def test_the_status_after_what_the_user_said(pages: Pages, ask: Ask) -> None:
    """A nudge is done, a note is put off, a doubt is settled, and an offer waits for its answer."""
    owed = items(ask)
    ask("done", owed["nudge"])
    ask("snooze", owed["thank_you"], "tomorrow")
    ask("confirm", ask("status", "--json").json["unsure"][0]["id"])
    ask("tell", "Quartz", "offer")

    pages.look("status-answered", "status", *AT_NOW)
    pages.look("show-confirmed", "show", "Ember", *AT_NOW)


def test_a_reply_is_put_off_and_the_request_that_would_go_into_it_is_not(pages: Pages, ask: Ask) -> None:
    ask("snooze", items(ask)["rejection_reply"], "tomorrow")

    pages.look("show-reply-put-off", "show", "Dune", *AT_NOW)


def test_the_status_while_a_mailbox_is_out_of_reach(pages: Pages, ask: Ask, read: Path) -> None:
    (read / "Mail").rename(read / "elsewhere")
    assert ask("sync", *LATER).code == 3

    pages.look("status-unread", "status", *LATER)


def test_nothing_is_owed_while_one_waits(pages: Pages, ask: Ask) -> None:
    for each in ask("status", "--json").json["owed"]:
        ask("dismiss", each["id"])

    pages.look("status-waiting", "status", "Borealis", *AT_NOW)


def test_one_application_tells_why_in_the_words_of_each_thing_that_happened(capsys: pytest.CaptureFixture[str]) -> None:
    quotes = ("the first talk", "the second", "the second")
    held = [Because(event="InterviewHeld", occurred_at=NOW, quote=each) for each in quotes]
    owed = Owed(
        id="thank_you-abcdefghij",
        kind="thank_you",
        title="Thank Carla Rossi (Acme)",
        application="app-acme",
        company="Acme",
        role="",
        state="open",
        not_before=NOW,
        due=NOW + timedelta(days=1),
        lapses=NOW + timedelta(days=5),
        to=(),
        because=tuple(held),
    )
    show_timeline(
        Timeline(id="app-acme", called="Acme", company="Acme", role="", stage="interviewing", entries=(), owed=(owed,)),
        NOW,
    )

    assert re.findall(r"interview held today: “(.*)”", capsys.readouterr().out) == ["the first talk", "the second"]


def test_the_day_of_a_promise_is_not_taken_for_the_promised_one(capsys: pytest.CaptureFixture[str]) -> None:
    told = Because(event="DecisionPromised", occurred_at=NOW, quote="")
    wait = Waiting(application="app-acme", company="Acme", role="", until="2026-03-25", because=(told,))
    line = ApplicationLine(id="app-acme", company="Acme", role="", stage="waiting", last_event_at=NOW)
    show_status(Status(now=NOW, waiting=(wait,), applications=(line,)))

    assert "\nWed 25 Mar        Acme\n                  promise made today\n" in capsys.readouterr().out


def test_an_application_without_a_company_is_named_by_what_show_takes(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [
        ApplicationLine(id=f"app-{role}", company="", role=role, stage="applied", last_event_at=NOW)
        for role in ("Cook", "")
    ]
    show_status(Status(now=NOW, applications=tuple(lines)))

    assert "\napplied           Cook, app-\n" in capsys.readouterr().out


def test_a_mail_of_an_interview_is_not_said_to_set_one_on_its_own_day(capsys: pytest.CaptureFixture[str]) -> None:
    told = Because(event="InterviewScheduled", occurred_at=NOW, quote="Nice to meet you on Saturday.")
    wait = Waiting(application="app-acme", company="Acme", role="", until="2026-03-25", because=(told,))
    line = ApplicationLine(id="app-acme", company="Acme", role="", stage="waiting", last_event_at=NOW)
    show_status(Status(now=NOW, waiting=(wait,), applications=(line,)))

    assert "they wrote of an interview today: “Nice to meet you on Saturday.”" in capsys.readouterr().out


@pytest.mark.parametrize("width", ["", "-50"])
def test_lessons(width: str, pages: Pages, ask: Ask) -> None:
    well = "The talk about the design: they asked why, and I drew it. That the team is small came up by itself."
    ask("review", "Acme", "--well", well, "--improve", "Ask about the team sooner.")

    pages.look(f"lessons{width}", "lessons", columns=WIDTHS[width])


def test_a_check_up(pages: Pages, read: Path) -> None:
    (read / "calendar.ics").unlink()

    pages.look("doctor", "doctor")
