"""The status of another moment: a past one as it was known then, a coming one as if nobody wrote until then."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from daemon import queries
from tests.homes import Home

HELD = datetime(2026, 3, 5, 13, 0, tzinfo=UTC)
TALK = ("talk@acme.example", HELD, HELD + timedelta(hours=1), "Interview Acme: Backend Engineer", "carla@acme.example")
PROMISE = "Hi Jane,\n\nthank you for the interview. You will hear from us by Friday, 13 March.\n\nCarla"
READ = HELD + timedelta(hours=4)
LATE = datetime(2026, 3, 18, 9, 0, tzinfo=UTC)
"""When the promise has lapsed, and the day of grace after it."""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    home.meet(TALK)
    home.receives("promise", HELD + timedelta(hours=3), "Carla Rossi <carla@acme.example>", PROMISE)
    home.sync(READ)
    return home


def test_a_coming_moment_is_looked_at_as_if_nobody_wrote_until_then(home: Home) -> None:
    assert home.owed(READ, "nudge") is None
    assert [(each.until, each.note) for each in home.status(READ).waiting] == [("2026-03-13", "")]

    assert home.owed(LATE, "nudge") is not None
    assert home.status(LATE).waiting == ()


def test_a_silence_without_a_promise_lapses_at_a_coming_moment_too(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.meet(TALK)
    home.sync(READ)

    assert home.owed(LATE, "nudge") is not None


def test_the_present_is_what_has_been_read(home: Home) -> None:
    told = queries.status(home.config, LATE, as_known_then=False)

    assert [each.kind for each in told.owed if each.kind == "nudge"] == []
    assert "not every mailbox has been read" in told.waiting[0].note


def test_a_moment_at_which_a_mailbox_was_out_of_reach_is_shown_as_it_was_known_then(home: Home) -> None:
    home.maildir.rename(home.folder / "elsewhere")
    home.sync(LATE)
    then = home.status(LATE)
    (home.folder / "elsewhere").rename(home.maildir)
    home.sync(LATE + timedelta(hours=5))

    again = home.status(LATE + timedelta(hours=1))

    assert [each.note for each in again.waiting] == [each.note for each in then.waiting] != [""]
    assert [each.kind for each in again.owed] == [each.kind for each in then.owed]
    assert home.owed(LATE + timedelta(hours=5), "nudge") is not None
