"""What the user says of a recognition: taken at its word, and taken back as easily."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from afterword.eventlog.events import OfferReceived
from daemon import commands, look
from daemon.finding import Refused
from tests.homes import Home

SENT = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
NOW = SENT + timedelta(hours=2)
NO = "Unfortunately we will not be moving forward with your application for the QA Engineer position at Ember."


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """All that is known of Ember is one mail: a rejection."""
    home = Home(tmp_path)
    home.receives("no", SENT, "Ember Jobs <jobs@ember.example>", NO, "Your application as QA Engineer at Ember")
    home.sync(NOW)
    return home


def rejection(home: Home) -> str:
    (entry,) = (each for each in look.timeline(home.config, "Ember", NOW).entries if each.type == "RejectionReceived")
    return entry.id


def say(home: Home, question: str, meaning: str, minutes: int, application: str = "") -> None:
    commands.correct(home.config, question, meaning, application, NOW + timedelta(minutes=minutes))


def stages(home: Home) -> list[str]:
    return [each.stage for each in home.status(NOW + timedelta(hours=1)).applications]


def test_an_application_of_which_nothing_is_left_is_none(home: Home) -> None:
    say(home, rejection(home), "nothing", 1)

    assert home.sync(NOW + timedelta(hours=1)).facts == 0
    status = home.status(NOW + timedelta(hours=1))
    assert (status.applications, status.owed, status.unsure) == ((), (), ())
    assert look.lessons(home.config, NOW + timedelta(hours=1)) == ()
    with pytest.raises(Refused, match="no application Ember"):
        look.timeline(home.config, "Ember", NOW + timedelta(hours=1))


def test_what_was_ruled_out_is_brought_back_by_what_it_is(home: Home) -> None:
    question = rejection(home)[:10]
    say(home, question, "nothing", 1)

    with pytest.raises(Refused, match=f"afterword correct {question} RejectionReceived"):
        commands.confirm(home.config, question, NOW + timedelta(minutes=2))
    say(home, question, "RejectionReceived", 3)

    assert stages(home) == ["rejected"]


def test_what_was_ruled_out_stands_in_the_timeline_as_that(home: Home) -> None:
    question = rejection(home)
    commands.note(home.config, "Ember", "the story about the parser", NOW)
    say(home, question, "nothing", 1)

    entries = look.timeline(home.config, "app-", NOW + timedelta(hours=1)).entries

    assert [(each.type, each.ruled_out) for each in entries] == [
        ("RejectionReceived", True),
        ("HighlightNoted", False),
    ]


def test_the_last_word_counts_however_often_it_was_said_before(home: Home) -> None:
    question = rejection(home)
    for minutes, meaning in enumerate(["RejectionReceived", "OfferReceived", "RejectionReceived"], start=1):
        say(home, question, meaning, minutes)

    assert stages(home) == ["rejected"]


def test_a_meaning_and_an_application_are_said_one_by_one(home: Home) -> None:
    commands.tell(home.config, "Cinder", OfferReceived(), NOW)
    question = rejection(home)
    say(home, question, "EmployerWrote", 1)
    say(home, question, "", 2, application="Cinder")

    assert stages(home) == ["offered"]
