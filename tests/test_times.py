"""Times as the user writes them: those to come, and those of interviews, which may have been held."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import pytest

from daemon import config
from daemon.cli import times
from daemon.config import Config
from tests import called
from tests.called import Ask
from tests.homes import CONFIG

ask, home = called.ask, called.home

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 28, 9, 0, tzinfo=BERLIN)
"""A Saturday."""


@pytest.fixture
def known(tmp_path: Path) -> Config:
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    return config.load(str(tmp_path / "config.toml"))


def in_berlin(found: datetime) -> str:
    return f"{found.astimezone(BERLIN):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(("said", "away"), [("2 hours", timedelta(hours=2)), ("in 45 minutes", timedelta(minutes=45))])
def test_a_time_may_be_told_by_how_far_it_is_away(said: str, away: timedelta, known: Config) -> None:
    assert times.time_to_come(said, known, NOW.astimezone(UTC)) == NOW + away


@pytest.mark.parametrize(
    ("said", "ahead"),
    [
        ("18:00", "2026-11-28 18:00"),
        ("8:30", "2026-11-29 08:30"),
        ("friday", "2026-12-04 09:00"),
        ("freitag", "2026-12-04 09:00"),
        ("vendredi", "2026-12-04 09:00"),
        ("viernes", "2026-12-04 09:00"),
        ("vrijdag", "2026-12-04 09:00"),
        ("sexta-feira", "2026-12-04 09:00"),
        ("venerdì", "2026-12-04 09:00"),
        ("saturday 8:00", "2026-12-05 08:00"),
        ("the 19th 15:00", "2026-12-19 15:00"),
        ("19. Dezember 15:00", "2026-12-19 15:00"),
        ("3 days", "2026-12-01 09:00"),
    ],
)
def test_a_time_to_come_is_the_next_such_in_any_language(said: str, ahead: str, known: Config) -> None:
    assert in_berlin(times.time_to_come(said, known, NOW)) == ahead


@pytest.mark.parametrize(
    "said",
    [
        "yesterday 15:00",
        "gestern",
        "last tuesday 15:00",
        "tuesday last week 15:00",
        "2 hours ago",
        "vor 3 Tagen",
        "il y a 3 jours",
        "heute morgen 8:00",
        "19 November 15:00",
        "tomorrow 25:00",
        "whenever",
    ],
)
def test_what_is_over_or_no_time_is_no_time_to_come(said: str, known: Config) -> None:
    with pytest.raises(click.UsageError, match="isn't a time in the future; write it like 2026-03-05T18:00, tomorrow"):
        times.time_to_come(said, known, NOW)


@pytest.mark.parametrize(
    "said",
    [
        "yesterday 15:00",
        "Yesterday at 3pm",
        "gestern um 15 Uhr",
        "hier à 15h",
        "ayer a las 15:00",
        "gisteren om 15:00",
        "ontem às 15h",
        "ieri alle 15",
        "last friday 15:00",
        "letzten Freitag 15:00",
        "vendredi dernier 15h",
        "el viernes pasado 15:00",
        "afgelopen vrijdag 15:00",
        "sexta-feira passada 15h",
        "venerdì scorso 15:00",
        "on friday 15:00",
        "am Freitag um 15 Uhr",
        "vendredi 15h",
        "27 November 15:00",
        "27. November 15:00",
        "27 novembre 15h",
        "27 de noviembre 15:00",
        "27 de novembro 15:00",
        "am 27.11. um 15 Uhr",
        "the 27th 15:00",
        "1 day ago 15:00",
        "2026-11-27T15:00",
    ],
)
def test_an_interview_that_was_held_the_day_before_is_understood_in_any_language(said: str, known: Config) -> None:
    assert in_berlin(times.nearest_time(said, known, NOW)) == "2026-11-27 15:00"


@pytest.mark.parametrize(
    ("said", "nearest"),
    [
        ("vorgestern 10:00", "2026-11-26 10:00"),
        ("l'altro ieri 10:00", "2026-11-26 10:00"),
        ("ieri l'altro alle 10", "2026-11-26 10:00"),
        ("antes de ontem 10:00", "2026-11-26 10:00"),
        ("gistermiddag 15:00", "2026-11-27 15:00"),
        ("tuesday 15:00", "2026-12-01 15:00"),
        ("wednesday 15:00", "2026-11-25 15:00"),
        ("last saturday 8:00", "2026-11-21 08:00"),
        ("saturday 8:00", "2026-11-28 08:00"),
        ("tuesday last week 15:00", "2026-11-17 15:00"),
        ("letzte Woche Dienstag 15:00", "2026-11-17 15:00"),
        ("next friday 15:00", "2026-12-04 15:00"),
        ("vendredi prochain 15h", "2026-12-04 15:00"),
        ("tomorrow 15:00", "2026-11-29 15:00"),
        ("15 January 15:00", "2027-01-15 15:00"),
        ("15 July 15:00", "2026-07-15 15:00"),
        ("yesterday", "2026-11-27 09:00"),
        ("this morning 8:30", "2026-11-28 08:30"),
        ("8:30", "2026-11-28 08:30"),
        ("18:00", "2026-11-28 18:00"),
        ("2 hours ago", "2026-11-28 07:00"),
    ],
)
def test_an_interview_was_or_will_be_at_the_nearest_time_of_that_name(said: str, nearest: str, known: Config) -> None:
    assert in_berlin(times.nearest_time(said, known, NOW)) == nearest


@pytest.mark.parametrize("said", ["yesterday 25:00", "vor drei Tagen", "last week", "whenever", "25:00"])
def test_what_is_no_time_of_an_interview_is_told(said: str, known: Config) -> None:
    with pytest.raises(click.UsageError, match="write it like 2026-03-05T18:00, yesterday 15:00, last tuesday 15:00"):
        times.nearest_time(said, known, NOW)


@pytest.mark.parametrize("said", ["next week", "next month", "naechste Woche", "la semaine prochaine", "end of March"])
def test_an_interview_is_on_a_single_day(said: str, home: Path, ask: Ask) -> None:
    before = ask("log").out

    answer = ask("tell", "Zed", "interview", said)

    assert (answer.code, answer.out, answer.err) == (2, "", f"{said!r} is no single day: say which.\n")
    assert ask("log").out == before


@pytest.mark.parametrize(("said", "assumed"), [("friday", True), ("friday 9:00", False), ("2026-03-20", True)])
def test_an_hour_that_was_not_named_is_said_to_be_assumed(said: str, assumed: bool, home: Path, ask: Ask) -> None:
    answer = ask("tell", "Zed", "interview", said)

    assert ("09:00 to 10:00." in answer.out, answer.code) == (True, 0)
    assert answer.out.endswith(" That is at 09:00, as you named no hour.\n") == assumed


def test_an_interview_just_held_is_told_in_words_and_thanked_for(home: Path, ask: Ask) -> None:
    told = ask("tell", "Delta", "interview", "yesterday", "15:00", "--until", "16:30", "--with", "kim@delta.example")

    assert told.out == (
        "Delta, a new application: interview held on Friday, 13 March, 15:00 to 16:30 with kim@delta.example.\n"
    )
    assert {"thank_you", "review"} <= {each["kind"] for each in ask("status", "--json").json["owed"]}
