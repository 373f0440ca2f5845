"""What may be said to the program, and what it says of what may not."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests import called
from tests.called import Ask
from tests.homes import CONFIG

ask, home, read = called.ask, called.home, called.read


@pytest.mark.parametrize(
    ("until", "told"), [("15:30", 0), ("2026-03-06T15:30", 0), ("45 minutes", 0), ("13:00", 2), ("2026-03-09T10:00", 2)]
)
def test_an_interview_ends_at_a_time_of_its_day(until: str, told: int, home: Path, ask: Ask) -> None:
    assert ask("tell", "Delta", "interview", "2026-03-06T14:00", "--until", until).code == told


def test_the_configuration_may_be_named_before_the_command(
    read: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = ask("status").out
    monkeypatch.setenv("AFTERWORD_CONFIG", "/nonexistent/config.toml")

    path = read / "config.toml"
    assert (
        ask("--config", path).out == ask("--config", path, "status").out == ask("status", "--config", path).out == there
    )
    assert ask("--config", path, "doctor").code == 0
    assert ask("--config", "/nonexistent/other.toml", "explain", path).code == 2


@pytest.mark.parametrize(
    ("right", "wrong"), [('kind = "maildir"', 'kind = "mailder"'), ('path = "invites"', "path = 5")]
)
def test_what_is_said_under_a_wrong_configuration_is_not_kept(right: str, wrong: str, read: Path, ask: Ask) -> None:
    before = ask("log").out
    (read / "config.toml").write_text(CONFIG.replace(right, wrong), encoding="utf-8")

    assert ask("note", "Acme", "the story").code == 2
    assert ask("log").out == before


def test_where_nothing_could_be_read_nobody_is_told_that_there_is_nothing_to_do(home: Path, ask: Ask) -> None:
    (home / "Mail").rename(home / "away")
    (home / "calendar.ics").unlink()
    ask("sync", "--now", called.NOW.isoformat())

    first, *others = ask("status").out.split("\n\n")

    assert first == "No applications yet: afterword sync reads your mail and calendar."
    assert [each.partition(":")[0] for each in others] == ["mail", "calendar"]


def test_who_has_read_what_tells_of_no_application_is_not_told_to_read_it(home: Path, ask: Ask) -> None:
    for mail in (home / "Mail").rglob("*"):
        if mail.is_file():
            mail.unlink()
    calendar = (home / "calendar.ics").read_text(encoding="utf-8")
    (home / "calendar.ics").write_text(
        calendar[: calendar.index("BEGIN:VEVENT")] + "END:VCALENDAR\r\n", encoding="utf-8"
    )
    assert ask("sync", "--now", called.NOW.isoformat()).code == 0

    assert ask("status").out.startswith("No applications found in what was read so far.")


SIGNED_IN = """
[[accounts]]
name = "gmail"
kind = "google"
client_secrets = "google.json"

[[accounts]]
name = "post"
kind = "imap"
host = "imap.gmail.com"
user = "jane@example.org"
sign_in = "gmail"
"""


@pytest.mark.parametrize(
    ("account", "told"),
    [
        ("mail", "The account 'mail' needs no sign-in: afterword doctor checks what it needs.\n"),
        ("post", "The account 'post' uses the sign-in of 'gmail': connect that one.\n"),
        ("gmial", "There is no account 'gmial' in the configuration: there are mail, calendar, gmail, post.\n"),
    ],
)
def test_only_an_account_that_signs_in_by_itself_is_connected(account: str, told: str, home: Path, ask: Ask) -> None:
    (home / "config.toml").write_text(CONFIG + SIGNED_IN, encoding="utf-8")
    assert ask("connect", account) == (2, "", told)


def test_a_promise_needs_its_day(home: Path, ask: Ask) -> None:
    answer = ask("tell", "Delta", "promise")

    assert (answer.code, answer.err.splitlines()[-1]) == (2, "Say a day: 2026-03-05, friday, next week.")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["stauts"], "No such command 'stauts': see afterword --help.\n"),
        (["show"], "Missing argument 'APP'. See afterword show --help.\n"),
        (["tell", "Acme"], "Say what: interview, promise, rejection, offer, withdrawal.\n"),
        (["show", "--nwo", "x", "Acme"], " See afterword show --help.\n"),
        (["tell", "Acme", "tomorrow"], " See afterword tell --help.\n"),
        (
            ["tell", "Acme", "rejection", "last", "friday"],
            "rejection takes no time, but 'last friday' was said: it counts",
        ),
        (["tell", "Acme", "offer", "friday"], "offer takes no time, but 'friday' was said: it counts from now.\n"),
        (
            ["tell", "Acme", "promise", "friday", "--until", "18:00"],
            "--until is when an interview ends: promise has no",
        ),
        (
            ["tell", "Acme", "interview", "friday", "--with", "Bo <bo@acme.example>, Cy <cy@acme.example>"],
            "one person;",
        ),
        (["status", "--now", "yesterday-ish"], "--now: 'yesterday-ish' is no time"),
        (["status", "--now", "0001-01-01T00:00+14:00"], "'0001-01-01T00:00+14:00' is too far away"),
        (["demo", "--now", "yesterday-ish"], "--now: 'yesterday-ish' is no time"),
        (["snooze", "review", "whenever"], "'whenever' isn't a time in the future"),
        (["snooze", "review", "9999-12-31"], "'9999-12-31' is too far away"),
        (["tell", "Acme", "promise", "9999-12-31"], "'9999-12-31' is too far away"),
    ],
)
def test_wrong_usage_is_one_sentence_and_ends_with_2(
    arguments: Sequence[str], sentence: str, read: Path, ask: Ask
) -> None:
    answer = ask(*arguments)

    assert answer.code == 2
    assert sentence in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("done", ""),
        ("show", " "),
        ("confirm", ""),
        ("tell", " ", "offer"),
        ("merge", "Acme", ""),
        ("note", "Acme", " "),
    ],
)
def test_nothing_names_nothing(arguments: Sequence[str], read: Path, ask: Ask) -> None:
    before = ask("log").out

    answer = ask(*arguments)

    assert (answer.code, answer.out) == (2, "")
    assert ask("log").out == before


@pytest.mark.parametrize("command", [("forget", "data"), ("merge", "data", "Acme"), ("merge", "Acme", "oreal")])
def test_what_can_not_be_taken_back_needs_the_whole_name(command: Sequence[str], read: Path, ask: Ask) -> None:
    before = ask("log").out

    answer = ask(*command)

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("That can't be taken back: name Borealis – Data Engineer in full, or by its id, app-")
    assert ask("log").out == before


@pytest.mark.parametrize("name", ["borealis", "Borealis GmbH", "Borealis – Data Engineer", "borealis data engineer"])
def test_the_whole_name_is_that_of_the_company_with_or_without_the_role(name: str, read: Path, ask: Ask) -> None:
    assert ask("forget", name).out.startswith("Forgotten: Borealis – Data Engineer.")


def test_a_missing_configuration_says_what_to_do(ask: Ask) -> None:
    answer = ask("status")

    assert answer.code == 2
    assert answer.err == (
        "There is no configuration at /nonexistent/config.toml: "
        "afterword init writes one to fill in; or name yours by --config.\n"
    )


def test_every_mistake_of_a_configuration_is_told_at_once(tmp_path: Path, ask: Ask) -> None:
    wrong = CONFIG.replace("Europe/Berlin", "Europe/Berlni").replace("[delivery]", "[delivry]")
    (tmp_path / "config.toml").write_text(wrong, encoding="utf-8")

    answer = ask("status", "--config", tmp_path / "config.toml")

    assert answer.code == 2
    assert sorted(answer.err.splitlines()) == [
        "delivry: is no setting; did you mean 'delivery'?",
        "user.timezone: 'Europe/Berlni' is no time zone; did you mean 'Europe/Berlin'?",
    ]


def test_an_unknown_setting_of_an_account_is_told_with_its_place(home: Path, ask: Ask) -> None:
    config = home / "config.toml"
    config.write_text(CONFIG.replace('path = "Mail"', 'path = "Mail"\nrecursive = true'), encoding="utf-8")

    answer = ask("sync")

    assert (answer.code, answer.err) == (2, "accounts[1].recursive: is no setting of this kind of account.\n")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('kind = "maildir"', 'kind = "mailder"'),
        ('path = "Mail"', "path = 5"),
        ('path = "Mail"', 'path = "Mail"\nsign_in = "calendar"'),
        ('kind = "folder"', 'kind = "foldr"'),
        ("[user]", '[user]\nholidays = "XX"'),
    ],
)
def test_doctor_ends_with_2_as_all_commands_do_where_the_configuration_is_at_fault(
    right: str, wrong: str, read: Path, ask: Ask
) -> None:
    (read / "config.toml").write_text(CONFIG.replace(right, wrong, 1), encoding="utf-8")

    assert (ask("doctor").code, ask("sync").code) == (2, 2)


@pytest.mark.parametrize("said", [("tomorrow", "25:00"), ("friday", "14:61"), ("25:00",)])
def test_a_clock_that_no_day_has_is_told(said: Sequence[str], home: Path, ask: Ask) -> None:
    answer = ask("tell", "Delta", "interview", *said)
    assert (answer.code, "is no time" in answer.err) == (2, True)


@pytest.mark.parametrize(("command", "what"), [(("dismiss",), "dismiss"), (("snooze", "3", "days"), "put off")])
def test_what_is_done_is_neither_dismissed_nor_put_off(command: Sequence[str], what: str, read: Path, ask: Ask) -> None:
    item = ask("status", "--json").json["owed"][0]["id"]
    ask("done", item)
    name, *until = command
    answer = ask(name, item, *until)
    assert (answer.code, answer.err) == (2, f"{item} is done: there is nothing to {what}.\n")


def test_what_is_said_is_kept_though_it_can_not_be_delivered_and_the_answer_says_so(read: Path, ask: Ask) -> None:
    shutil.rmtree(read / "invites")
    item = ask("status", "--json").json["owed"][0]["id"]

    answer = ask("dismiss", item)

    gone = f"The folder {read / 'invites'} is gone: bring it back, or make it anew, and all that stood in it counts as dismissed."
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.endswith(f". Not delivered yet: {gone}\n")
    assert answer.out.count("\n") == 1
    assert item not in {each["id"] for each in ask("status", "--json").json["owed"]}
