"""Our items in the programs that people read their calendars with, by way of a real server, and what they do to them there."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.homes import CONFIG, Home
from tests.servers.calendars import CalendarAccount, CalendarServer
from tests.servers.programs import Programs

HELD = datetime(2026, 3, 5, 13, tzinfo=UTC)
NOW = HELD + timedelta(hours=2)
QUARTER = timedelta(minutes=15)
AFTER = NOW + timedelta(minutes=30)
CARLA = "carla.rossi@acme.example"


class OnServer(Home):
    """A home whose invites stand in a calendar on a server."""

    def __init__(self, folder: Path, account: CalendarAccount, *, tasks: bool = False) -> None:
        folder.mkdir()
        super().__init__(folder)
        delivery = f"[delivery]\n{account.keys()}tasks = {str(tasks).lower()}\n"
        self.path.write_text(CONFIG.partition("[delivery]")[0] + delivery, encoding="utf-8")
        self.meet(("talk@acme.example", HELD, HELD + timedelta(hours=1), "Interview Acme: Backend Engineer", CARLA))


@pytest.fixture
def account(radicale: CalendarServer) -> CalendarAccount:
    return radicale.account()


@pytest.fixture
def programs(account: CalendarAccount, tmp_path: Path) -> Programs:
    return Programs(tmp_path / "programs", account)


def closed(home: Home) -> set[tuple[str, str]]:
    return {(each.kind, each.how) for each in home.status(AFTER).closed}


# ---- events: khal


def test_khal_shows_an_item_as_it_is_meant(account: CalendarAccount, programs: Programs, tmp_path: Path) -> None:
    home = OnServer(tmp_path / "home", account)
    home.sync(NOW)
    programs.synchronised()
    _, thanks = programs.khal("2026-03-05")
    assert (thanks.title, thanks.start, thanks.end) == (
        "Thank Carla Rossi (Acme)",
        "2026-03-05 16:15",
        "2026-03-05 16:30",
    )
    assert f"To: {CARLA}\nSubject: Thank you for your time on Thursday\n\nHi Carla,\n" in thanks.description
    assert thanks.alarm.strip() == "⏰"


def test_an_entry_that_is_deleted_in_khal_is_dismissed(
    account: CalendarAccount, programs: Programs, tmp_path: Path
) -> None:
    home = OnServer(tmp_path / "home", account)
    home.sync(NOW)
    programs.synchronised()
    programs.khal_edit("Thank Carla Rossi", "D", "y")
    programs.synchronised()
    home.sync(AFTER)
    assert ("thank_you", "dismissed") in closed(home)
    programs.synchronised()
    assert not [each for each in programs.khal("2026-03-05") if "Thank" in each.title]


def test_an_entry_that_is_moved_in_khal_is_snoozed_until_then(
    account: CalendarAccount, programs: Programs, tmp_path: Path
) -> None:
    home = OnServer(tmp_path / "home", account)
    home.sync(NOW)
    programs.synchronised()
    programs.khal_edit("Thank Carla Rossi", "t", "2026-03-06 11:00 2026-03-06 11:15", "n")
    programs.synchronised()
    home.sync(AFTER)
    thanks = home.owed(AFTER, "thank_you")
    assert thanks is not None
    assert (thanks.state, thanks.invite and thanks.invite.start) == ("snoozed", datetime(2026, 3, 6, 10, tzinfo=UTC))
    programs.synchronised()
    assert [each.start for each in programs.khal("2026-03-06")] == ["2026-03-06 11:00"]


def test_khal_shows_an_item_that_is_done_as_done(account: CalendarAccount, programs: Programs, tmp_path: Path) -> None:
    home = OnServer(tmp_path / "home", account)
    home.sync(NOW)
    home.sends("thanks", NOW + timedelta(minutes=5), CARLA, "Dear Carla,\n\nthank you for your time today.")
    home.sync(AFTER)
    programs.synchronised()
    thanks = next(each for each in programs.khal("2026-03-05") if "Thank" in each.title)
    assert (thanks.title, thanks.alarm.strip()) == ("✓ Thank Carla Rossi (Acme)", "")


# ---- tasks: todoman


@pytest.fixture
def home(account: CalendarAccount, tmp_path: Path) -> OnServer:
    """Whose invites are tasks."""
    home = OnServer(tmp_path / "home", account, tasks=True)
    home.sync(NOW)
    return home


def task(programs: Programs) -> dict[str, Any]:
    (only,) = (each for each in programs.tasks() if "Thank" in each["summary"])
    return only


@pytest.mark.usefixtures("home")
def test_todoman_shows_an_item_as_it_is_meant(programs: Programs) -> None:
    programs.synchronised()
    thanks = task(programs)
    assert (thanks["summary"], thanks["completed"]) == ("Thank Carla Rossi (Acme)", False)
    begins = datetime(2026, 3, 5, 15, 15, tzinfo=UTC)
    assert (thanks["start"], thanks["due"]) == (begins.timestamp(), (begins + QUARTER).timestamp())
    assert f"To: {CARLA}\nSubject: Thank you for your time on Thursday\n\nHi Carla,\n" in thanks["description"]


def test_a_task_that_is_done_in_todoman_closes_its_item(home: OnServer, programs: Programs) -> None:
    programs.synchronised()
    programs.todo("done", str(task(programs)["id"]))
    programs.synchronised()
    home.sync(AFTER)
    assert ("thank_you", "done") in closed(home)
    assert home.owed(AFTER, "thank_you") is None


def test_todoman_shows_that_an_item_was_done_elsewhere(home: OnServer, programs: Programs) -> None:
    programs.synchronised()
    home.sends("thanks", NOW + timedelta(minutes=5), CARLA, "Dear Carla,\n\nthank you for your time today.")
    home.sync(AFTER)
    programs.synchronised()
    thanks = task(programs)
    assert (thanks["completed"], thanks["percent"]) == (True, 100)
    assert thanks["completed_at"] == AFTER.timestamp()


def test_a_task_that_is_due_later_in_todoman_is_snoozed_until_then(home: OnServer, programs: Programs) -> None:
    programs.synchronised()
    programs.todo("edit", str(task(programs)["id"]), "--due", "2026-03-06 11:15")
    programs.synchronised()
    home.sync(AFTER)
    thanks = home.owed(AFTER, "thank_you")
    assert thanks is not None
    assert (thanks.state, thanks.invite and thanks.invite.start) == ("snoozed", datetime(2026, 3, 6, 10, tzinfo=UTC))


def test_a_task_that_is_deleted_in_todoman_is_dismissed(home: OnServer, programs: Programs) -> None:
    programs.synchronised()
    programs.todo("delete", "--yes", str(task(programs)["id"]))
    programs.synchronised()
    home.sync(AFTER)
    assert ("thank_you", "dismissed") in closed(home)
