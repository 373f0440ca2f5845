"""The configuration: read into types, and every mistake told with the key's path and what would be right."""

from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from daemon import config, service
from daemon.config import ConfigError
from tests.homes import CONFIG


def mistakes(folder: Path, text: str) -> list[str]:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        config.load(str(path))
    return sorted(raised.value.problems)


def test_it_is_read_into_types_with_its_paths_made_absolute(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")

    read = config.load(str(tmp_path / "config.toml"))

    assert read.user.addresses == ("jane@example.org",)
    assert read.user.timezone == ZoneInfo("Europe/Berlin")
    assert read.user.working_hours == (time(9), time(17, 30))
    assert [(each.name, each.settings) for each in read.accounts] == [
        ("mail", {"path": str(tmp_path / "Mail")}),
        ("calendar", {"path": str(tmp_path / "calendar.ics")}),
    ]
    assert read.database == tmp_path / "state" / "log.db"
    assert (read.follow_ups.nudge.grace, read.follow_ups.nudge.unpromised_after) == (1, 7)


def test_the_mark_that_some_editors_put_before_a_text_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8-sig")

    assert config.load(str(tmp_path / "config.toml")).user.name == "Jane Doe"


def test_the_example_is_right_but_for_what_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AFTERWORD_STATE_DIR", str(tmp_path))
    read = config.load(str(Path(__file__).parent.parent / "config.example.toml"))

    assert {each.kind for each in read.accounts} >= {"maildir", "mbox", "ics"}
    assert read.database == tmp_path / "afterword.db"


def test_the_environment_stands_for_the_usual_places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(CONFIG.replace('[log]\nurl = "sqlite:///state/log.db"\n', ""), encoding="utf-8")
    monkeypatch.setenv("AFTERWORD_CONFIG", str(tmp_path / "own.toml"))
    monkeypatch.setenv("AFTERWORD_STATE_DIR", str(tmp_path / "here"))

    assert config.load().database == tmp_path / "here" / "afterword.db"


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ('"Europe/Berlin"', '"Europe/Berlni"', "user.timezone: 'Europe/Berlni' is no time zone; did you mean 'Europe/Berlin'?"),
        ('name = "Jane Doe"\n', "", "user.name: is missing."),
        ('["jane@example.org"]', '["jane"]', "user.addresses: 'jane' is no mail address; write it as \"jane@example.org\"."),
        ('["jane@example.org"]', '["Jane <jane@example.org>"]', "user.addresses: 'Jane <jane@example.org>' is no mail address; write it as \"jane@example.org\"."),
        ('["jane@example.org"]', "[]", "user.addresses: is empty; name all of your own."),
        ('["jane@example.org"]', '"jane@example.org"', "user.addresses: Expected a list, got text."),
        ('name = "Jane Doe"', 'name = " "', "user.name: is empty."),
        ('"Europe/Berlin"', '""', "user.timezone: '' is no time zone."),
        ("[user]", "[user]\nworking_days = []", "user.working_days: is empty; leave it out for Monday to Friday."),
        ('[[accounts]]\nname = "mail"\nkind = "maildir"\npath = "Mail"\n\n[[accounts]]', "[accounts]", "accounts: is one table; begin each account with [[accounts]], in two pairs of brackets."),
        ('name = "mail"', 'name = ""', "accounts[1].name: is empty."),
        ("sqlite:///state/log.db", "sqlite:///", "log.url: 'sqlite:///' is no place for a log; write \"sqlite:///\" and a path, or \"postgresql+psycopg://host/name\"."),
        ("[delivery]", "[follow_ups.nudge]\nat_most = -1\n\n[delivery]", "follow_ups.nudge.at_most: Expected a whole number >= 0."),
        ("[user]", '[user]\nworking_hours = "9 to 5"', "user.working_hours: '9 to 5' are no hours; write them as \"09:00-17:30\"."),
        ("[user]", '[user]\nworking_hours = "17:00-09:00"', "user.working_hours: '17:00-09:00' are no hours; write them as \"09:00-17:30\"."),
        ("[user]", '[user]\nworking_days = ["mondy"]', "user.working_days: 'mondy' is no weekday; did you mean 'monday'?"),
        ("[log]", '[log]\nurll = "x"', "log.urll: is no setting; did you mean 'url'?"),
        ("[recognition]", "[recognition]\nauthserv = []", "recognition.authserv: is no setting; did you mean 'authserv_ids'?"),
        ("[user]", '[user]\nhollidays = "DE"', "user.hollidays: is no setting; did you mean 'holidays'?"),
        ("[delivery]", "[delivry]", "delivry: is no setting; did you mean 'delivery'?"),
        ('name = "calendar"', 'name = "mail"', "accounts[2].name: 'mail' is the name of another account too; give each its own."),
        ('kind = "maildir"\n', "", "accounts[1].kind: is missing."),
        ("sqlite:///state/log.db", "mysql://localhost/log", "log.url: 'mysql://localhost/log' is no place for a log; write \"sqlite:///\" and a path, or \"postgresql+psycopg://host/name\"."),
        ("[delivery]", '[follow_ups.nudge]\ngrace = "soon"\n\n[delivery]', "follow_ups.nudge.grace: 'soon' is no time; write it as \"1 business day\"."),
        ("sqlite:///state/log.db", "postgresql+psycopg://jane:hunter2@host/log", "log.url: a password has no place in this file; write it into ~/.pgpass."),
        ("sqlite:///state/log.db", "postgresql+psycopg://host/log?password=hunter2", "log.url: a password has no place in this file; write it into ~/.pgpass."),
        ("sqlite:///state/log.db", "postgresql+psycopg://host:jane/log", 'log.url: is no address of a database; write "postgresql+psycopg://host/name".'),
        ("sqlite:///state/log.db", "postgresql+psycopg://[::1/log", 'log.url: is no address of a database; write "postgresql+psycopg://host/name".'),
        ('"sqlite:///state/log.db"', '"sqlite:///state/log.db"\nowner = "a/b"', "log.owner: 'a/b' is no name for an owner; write up to 100 letters, digits and .@+-_."),
        ("[delivery]", "[follow_ups.nudge]\nat_mots = 2\n\n[delivery]", "follow_ups.nudge.at_mots: is no setting; did you mean 'at_most'?"),
        ('path = "Mail"', 'path = "Mail"\npassword = "hunter2"', 'accounts[1].password: a password never stands in this file: name where it is kept, such as password = { command = "pass show mail" }.'),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place_and_what_would_be_right(
    right: str, wrong: str, told: str, tmp_path: Path
) -> None:
    assert right in CONFIG
    assert mistakes(tmp_path, CONFIG.replace(right, wrong, 1)) == [told]


def test_a_place_without_a_calendar_of_holidays_is_a_mistake(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG.replace("[user]", '[user]\nholidays = "XX"'), encoding="utf-8")

    with pytest.raises(ConfigError, match=r"^user\.holidays: 'XX' has no calendar of holidays; write a country"):
        service.sync(config.load(str(path)), None)


def test_the_home_of_nobody_is_a_folder_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG.replace('"Mail"', '"~nobody-of-that-name/Mail"'), encoding="utf-8")

    (mail, _) = config.load(str(path)).accounts
    assert mail.settings["path"] == str(tmp_path / "~nobody-of-that-name" / "Mail")
    with pytest.raises(ConfigError, match="There is no configuration at ~nobody-of-that-name"):
        config.load("~nobody-of-that-name/config.toml")


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = CONFIG.replace("Europe/Berlin", "Nowhere").replace("[delivery]", "[delivry]").replace('name = "mail"\n', "")

    assert len(mistakes(tmp_path, text)) == 3


@pytest.mark.parametrize("text", ["[user", "\x00", "user = 3"])
def test_what_is_no_configuration_is_told_in_a_sentence(text: str, tmp_path: Path) -> None:
    assert all("\n" not in each for each in mistakes(tmp_path, text))
