"""Several accounts beside each other: what two of them hold counts once, and one that fails does so alone."""

import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from afterword.recognition.entries.calendar_text import entries
from daemon import doctor
from tests.homes import Home
from tests.servers.calendars import CalendarAccount, CalendarServer
from tests.servers.dovecot import Account, Dovecot

NOW = datetime(2026, 3, 5, 15, tzinfo=UTC)
AFTER = NOW + timedelta(minutes=30)
HELD = datetime(2026, 3, 5, 13, tzinfo=UTC)
ANNA = "Anna Berg <anna.berg@acme.example>"
CARLA = "carla.rossi@acme.example"
PROMISE = "Hi Jane,\n\nthank you for talking with us. We will let you know by Friday, 13 March.\n\nBest regards,\nAnna"
MEETING = ("talk@acme.example", HELD, HELD + timedelta(hours=1), "Interview Acme: Backend Engineer", CARLA)
SOON = (MEETING[0], NOW + timedelta(days=4), NOW + timedelta(days=4, hours=1), *MEETING[3:])
LUNCH = (
    "lunch@friends.example",
    NOW + timedelta(days=2),
    NOW + timedelta(days=2, hours=1),
    "Lunch",
    "mia@home.example",
)
POST, SERVER = "post", "server"


def facts(home: Home) -> list[str]:
    """The types of the facts in the log, what the clock says left out."""
    return sorted(type(each.event).__name__ for each in home.events() if each.evidence is not None)


def with_accounts(home: Home, *accounts: str) -> Home:
    """With these before those that it has."""
    head, table, rest = home.path.read_text(encoding="utf-8").partition("[[accounts]]")
    home.path.write_text(head + "".join(accounts) + table + rest, encoding="utf-8")
    return home


def by_imap(account: Account) -> str:
    return f'[[accounts]]\nname = "{POST}"\n{account.keys()}\n'


def by_caldav(account: CalendarAccount) -> str:
    return f'[[accounts]]\nname = "{SERVER}"\n{account.keys()}\n'


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "home").mkdir()
    home = Home(tmp_path / "home")
    home.receives("promise", NOW - timedelta(minutes=30), ANNA, PROMISE)
    home.meet(MEETING)
    return home


@pytest.fixture
def known(home: Home) -> list[str]:
    """What these facts are without any other account."""
    home.sync(NOW)
    found = facts(home)
    home.config.database.unlink()
    assert {"DecisionPromised", "InterviewScheduled"} <= set(found)
    return found


# ---- the same in two accounts


def copied(home: Home) -> bytes:
    """The mail as another server has it: with lines of its own, and other line ends."""
    (only,) = (home.maildir / "new").iterdir()
    text = (
        b"Delivered-To: jane@example.org\nReceived: by mx.example.org; Thu, 5 Mar 2026 14:30:00 +0000\n"
        + only.read_bytes()
    )
    return text.replace(b"\n", b"\r\n")


def test_a_mail_that_lies_in_two_accounts_gives_its_facts_once(home: Home, known: list[str], dovecot: Dovecot) -> None:
    account = dovecot.account()
    account.put(copied(home))
    with_accounts(home, by_imap(account))
    report = home.sync(NOW)
    assert (report.read[POST], report.read["mail"]) == (1, 1)
    assert facts(home) == known


def test_a_mail_that_comes_into_a_second_account_later_says_nothing_new(
    home: Home, known: list[str], dovecot: Dovecot
) -> None:
    account = dovecot.account()
    with_accounts(home, by_imap(account))
    home.sync(NOW)
    account.put(copied(home))
    report = home.sync(AFTER)
    assert (report.read[POST], report.facts) == (1, 0)
    assert facts(home) == known


def as_on_server(account: CalendarAccount, home: Home) -> None:
    account.make("Personal")
    for each in entries(home.calendar.read_bytes()):
        account.put(account.path("Personal", f"{each.uid.partition('@')[0]}.ics"), each.text)


@pytest.mark.parametrize("kind", ["radicale", "xandikos"])
def test_a_meeting_that_stands_in_two_calendars_gives_its_facts_once(
    home: Home, known: list[str], kind: str, request: pytest.FixtureRequest
) -> None:
    account = request.getfixturevalue(kind).account()
    as_on_server(account, home)
    with_accounts(home, by_caldav(account))
    report = home.sync(NOW)
    assert (report.read[SERVER], report.read["calendar"]) == (1, 1)
    assert facts(home) == known


def test_a_meeting_that_is_copied_to_a_second_calendar_later_says_nothing_new(
    home: Home, known: list[str], radicale: CalendarServer
) -> None:
    account = radicale.account()
    with_accounts(home, by_caldav(account))
    home.sync(NOW)
    as_on_server(account, home)
    report = home.sync(AFTER)
    assert (report.read[SERVER], report.facts) == (1, 0)
    assert facts(home) == known


def test_a_meeting_that_moves_in_both_calendars_moves_once(home: Home, radicale: CalendarServer) -> None:
    account = radicale.account()
    home.meet(SOON)
    as_on_server(account, home)
    with_accounts(home, by_caldav(account))
    home.sync(NOW)
    home.meet((SOON[0], SOON[1] + timedelta(days=1), SOON[2] + timedelta(days=1), *SOON[3:]))
    account.put(account.path("Personal", "talk.ics"), home.calendar.read_bytes())
    home.sync(AFTER)
    assert [each for each in facts(home) if each.startswith("Interview")] == [
        "InterviewRescheduled",
        "InterviewScheduled",
    ]


@pytest.fixture
def twice(home: Home, own_radicale: CalendarServer) -> CalendarAccount:
    """A meeting of next week that stands in both calendars, each of which holds another one too."""
    account = own_radicale.account()
    home.meet(SOON, LUNCH)
    as_on_server(account, home)
    with_accounts(home, by_caldav(account))
    home.sync(NOW)
    return account


def test_a_meeting_that_is_gone_from_one_of_two_calendars_still_takes_place(home: Home, twice: CalendarAccount) -> None:
    home.meet(LUNCH)
    home.sync(AFTER)
    assert "InterviewCancelled" not in facts(home)
    twice.remove(twice.path("Personal", "talk.ics"))
    twice.put(twice.path("Personal", "lunch.ics"), home.calendar.read_bytes())
    home.sync(AFTER + timedelta(minutes=1))
    assert facts(home).count("InterviewCancelled") == 1


def test_a_meeting_that_is_gone_from_the_calendar_that_can_be_asked_is_cancelled(
    home: Home, twice: CalendarAccount
) -> None:
    twice.server.stop(signal.SIGKILL)
    home.meet(LUNCH)
    home.sync(AFTER)
    assert facts(home).count("InterviewCancelled") == 1


# ---- one that fails


def sentences(home: Home) -> dict[str, str]:
    """What the status tells of accounts in trouble."""
    return dict(each.split(": ", 1) for each in home.status(AFTER).troubles)


def wrong(home: Home) -> dict[str, str]:
    """What the check-up finds wrong."""
    return {each.what: each.sentence for each in doctor.run_checks(str(home.path), datetime.now(UTC)) if not each.fine}


def test_a_mail_server_that_dies_is_told_and_the_others_are_read(home: Home, own_dovecot: Dovecot) -> None:
    account = own_dovecot.account()
    with_accounts(home, by_imap(account))
    own_dovecot.stop(signal.SIGQUIT)
    report = home.sync(NOW)
    assert (report.read["mail"], report.read["calendar"], report.placed) == (1, 1, 2)
    assert sentences(home) == {POST: "localhost can't be reached (Connection refused)."}
    assert wrong(home) == {f"account {POST}": "localhost can't be reached (Connection refused)."}
    own_dovecot.start()
    home.sync(AFTER)
    assert (sentences(home), wrong(home)) == ({}, {})


def test_a_calendar_server_that_dies_is_told_and_the_others_are_read(home: Home, own_radicale: CalendarServer) -> None:
    account = own_radicale.account()
    as_on_server(account, home)
    with_accounts(home, by_caldav(account))
    text = home.path.read_text(encoding="utf-8").partition("[delivery]")[0]
    home.path.write_text(f'{text}[delivery]\nkind = "caldav"\naccount = "{SERVER}"\n', encoding="utf-8")
    own_radicale.stop(signal.SIGKILL)
    report = home.sync(NOW)
    assert (report.read["mail"], report.read["calendar"], report.placed) == (1, 1, 0)
    gone = "127.0.0.1 can't be reached: see whether the network is there, and the account's url is right."
    assert sentences(home) == {SERVER: gone}
    assert wrong(home) == {f"account {SERVER}": gone, "delivery": gone}
    own_radicale.start()
    assert home.sync(AFTER).placed == 2
    assert (sentences(home), wrong(home)) == ({}, {})
    assert len(account.paths("Afterword")) == 2
