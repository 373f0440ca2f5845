"""A connector that raises what it likes, wherever it is called: its account is in trouble, and nothing else."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from daemon import backoff, config, queries, waking
from daemon.doctor import Check, run_checks
from daemon.journal import Journal
from daemon.progress import NoProgress
from daemon.service import Service, SyncReport
from daemon.waking import Signals
from daemon.wiring import sources_of
from tests import installed
from tests.homes import Home
from tests.serving import PATIENCE, Running

MODULE = """
import asyncio
from errno import ENOSPC
from importlib import import_module
from typing import ClassVar
from msgspec import Struct
from requests import ConnectionError as Unreachable
from afterword.ports import Batch, Mail

class Settings(Struct, forbid_unknown_fields=True):
    fails: str
    error: str
    drafts: bool = False

class Connector:
    Settings: ClassVar = Settings
    holds_mail: ClassVar[bool] = True

    def __init__(self, settings):
        self.settings = settings
        self.watches = 0
        self.reach("__init__")

    def reach(self, method):
        if method == self.settings.fails:
            raise {
                "reset": ConnectionResetError(104, "Connection reset by peer"),
                "requests": Unreachable("Dear Jane, sadly"),
                "full": OSError(ENOSPC, "No space left on device"),
                "key": KeyError("Dear Jane, sadly"),
                "cancelled": asyncio.CancelledError("Dear Jane, sadly"),
            }[self.settings.error]

    def check(self):
        self.reach("check")
        return "works"

class Source(Connector):
    def read(self, cursor, until):
        self.reach("read")
        return self.batches()

    def batches(self):
        yield Batch(items=(), cursor=b"1")
        self.reach("batches")
        if self.settings.fails == "yields":
            yield {"batch": None, "mail": Batch(items=(Mail(raw="text", ref="1"),), cursor=b"2")}[self.settings.error]

    def watch(self, notify, is_stopping):
        self.watches += 1
        if self.watches == 1:
            self.reach("watch")
        notify()

    def busy(self, start, end):
        self.reach("busy")
        return []

    def place_draft(self, key, draft, *, sender, at):
        self.reach("place_draft")

    def withdraw_draft(self, key):
        self.reach("withdraw_draft")

class Channel(Connector):
    def place(self, invite):
        self.reach("place")

    def withdraw(self, placed, at):
        self.reach("withdraw")

    def observe(self, placed):
        self.reach("observe")
        yield from ()
        self.reach("observing")
"""
BOMB = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:bomb\r\nDTSTART:20260305T100000Z\r\nRRULE:FREQ=SECONDLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
ENTRY_POINTS = "[afterword.sources]\nbroken = broken:Source\n[afterword.channels]\nbroken = broken:Channel\n"
ERRORS = {
    "reset": "ConnectionResetError: Connection reset by peer",
    "requests": "ConnectionError",
    "full": "OSError: No space left on device",
    "key": "KeyError",
    "cancelled": "CancelledError",
}
ANY_ERROR = pytest.mark.parametrize("error", ERRORS)
DELIVERY = "delivery"
PLACES = [
    ("own", "read"),
    ("own", "batches"),
    ("own", "place_draft"),
    (DELIVERY, "place"),
    (DELIVERY, "observe"),
    (DELIVERY, "observing"),
]
ANY_PLACE = pytest.mark.parametrize(("account", "method"), PLACES)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """An interview was held an hour ago, so there are invites to place, and a draft of the thanks."""
    installed.put(tmp_path / "site", "broken", MODULE, ENTRY_POINTS)
    installed.found_here(tmp_path / "site", "broken", monkeypatch)
    home = Home(tmp_path / "home")
    start = now() - timedelta(hours=2)
    home.meet(("talk@acme.example", start, start + timedelta(hours=1), "Interview Acme", "carla@acme.example"))
    return home


def now() -> datetime:
    return datetime.now(UTC)


def breaks(home: Home, account: str, method: str, error: str) -> Path:
    """The home's configuration from now on: the account `own`, or the delivery, fails so in that method."""
    table = f'kind = "broken"\nfails = "{method}"\nerror = "{error}"\n'
    before, delivery, after = home.path.read_text(encoding="utf-8").partition("[delivery]\n")
    own = f'[[accounts]]\nname = "own"\n{table}drafts = true\n'
    text = f"{before}{delivery}{table}" if account == DELIVERY else f"{before}{own}{delivery}{after}"
    home.path.write_text(text, encoding="utf-8")
    return home.path


def sentence(error: str) -> str:
    return f"Its connector fails ({ERRORS[error]}); the service's log, or a sync with AFTERWORD_DEBUG=1, shows where."


def told(report: SyncReport) -> list[tuple[str, str]]:
    return [(each.account, each.sentence) for each in report.troubles]


@ANY_ERROR
@ANY_PLACE
def test_whatever_a_connector_raises_is_the_trouble_of_its_account(
    home: Home, account: str, method: str, error: str
) -> None:
    breaks(home, account, method, error)

    report = home.sync(now())

    assert told(report) == [(account, sentence(error))]
    assert not report.needs_user
    assert report.read["calendar"] == 1
    assert account == DELIVERY or report.placed == len(list(home.files())) > 0
    assert queries.status(home.config, now()).troubles == (f"{account}: {sentence(error)}",)


@pytest.mark.parametrize("yielded", ["batch", "mail"])
def test_what_no_contract_allows_it_to_yield_is_its_trouble_too(home: Home, yielded: str) -> None:
    breaks(home, "own", "yields", yielded)

    report = home.sync(now())

    assert [each.account for each in report.troubles] == ["own"]
    assert "(TypeError)" in report.troubles[0].sentence
    assert report.placed


@ANY_ERROR
def test_busy_times_that_a_connector_fails_to_tell_keep_no_invite_back(home: Home, error: str) -> None:
    breaks(home, "own", "busy", error)

    report = home.sync(now())

    assert (told(report), report.placed) == ([], len(list(home.files())))
    assert report.placed


def test_an_entry_that_is_gone_is_gone_though_another_calendar_fails_to_say_what_it_has(home: Home) -> None:
    start = now() + timedelta(days=1)
    talk = ("talk@acme.example", start, start + timedelta(hours=1), "Interview Acme", "carla@acme.example")
    other = ("lunch@example.org", start, start + timedelta(hours=1), "Lunch", "jane@example.org")
    breaks(home, "own", "busy", "key")
    home.meet(talk, other)
    home.sync(now())
    home.meet(other)

    report = home.sync(now())

    assert report.set_aside == 0
    assert home.status(now()).coming == ()


def passes(home: Home, minutes: int) -> Iterator[SyncReport]:
    with Journal.open(home.config.log) as journal:
        service, begin = Service(home.config, journal), now()
        for minute in range(minutes):
            yield service.pass_once(begin + timedelta(minutes=minute), NoProgress(), lambda: False)


@ANY_PLACE
def test_one_that_keeps_failing_is_left_alone_longer_each_time(
    home: Home, account: str, method: str, service_log: io.StringIO
) -> None:
    breaks(home, account, method, "key")
    tried, logged = [], 0
    for minute, report in enumerate(passes(home, 60)):
        assert told(report) == [(account, sentence("key"))]
        if (now_logged := service_log.getvalue().count("connector_failed")) > logged:
            tried.append(minute)
            logged = now_logged
    waits = [after - before for before, after in pairwise(tried)]
    assert waits[0] <= 2
    assert waits[-1] >= 7


def test_f04_a_disk_of_ours_that_is_full_is_no_trouble_of_an_account(home: Home) -> None:
    """What can't be read can't be set aside, either."""
    home.calendar.write_text(BOMB, encoding="utf-8")
    home.sync(now())
    (aside,) = home.config.set_aside.glob("*.raw")
    aside.unlink()
    aside.symlink_to("/dev/full")
    home.config.database.unlink()

    with pytest.raises(OSError, match="No space left"):
        home.sync(now())


def command(home: Home, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "daemon.cli", *arguments, "--config", str(home.path)],
        env={**os.environ, "PYTHONPATH": str(home.folder.parent / "site"), **more},
        check=False,
        capture_output=True,
        text=True,
    )


@ANY_PLACE
def test_a_sync_says_which_account_fails_in_one_sentence_and_keeps_the_rest(
    home: Home, account: str, method: str
) -> None:
    breaks(home, account, method, "requests")

    done = command(home, "sync", "--json")

    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.count(sentence("requests")) == 1

    done = command(home, "sync")

    assert (done.returncode, done.stderr) == (1, f"{account}: {sentence('requests')}\n")
    assert "Dear Jane" not in done.stdout + done.stderr


def test_where_a_connector_failed_is_shown_on_request_without_the_text_of_its_error(home: Home) -> None:
    breaks(home, "own", "read", "key")

    done = command(home, "sync", AFTERWORD_DEBUG="1")

    assert "broken.py:" in done.stderr
    assert "in reach" in done.stderr
    assert "Dear Jane" not in done.stderr


@ANY_PLACE
def test_a_running_service_goes_on_and_says_which_account_fails(home: Home, account: str, method: str) -> None:
    running = Running(breaks(home, account, method, "requests"), PYTHONPATH=str(home.folder.parent / "site"))
    try:
        for _ in range(2):
            assert f"; {account}: {sentence('requests')}" in running.hears("STATUS=")
            running.wake()
        traced = running.logs("connector_failed")
        assert running.stop() == 0
    finally:
        running.close()
    assert "broken.py:" in traced
    assert "Dear Jane" not in traced


def test_a_running_service_goes_on_though_a_watch_fails(home: Home) -> None:
    running = Running(breaks(home, "own", "watch", "key"), PYTHONPATH=str(home.folder.parent / "site"))
    try:
        assert '"account": "own"' in running.logs("connector_failed")
        assert running.hears("STATUS=1 read").endswith("delivered")
        running.wake()
        assert running.hears("STATUS=0 read").endswith("delivered")
        assert running.stop() == 0
    finally:
        running.close()


@ANY_ERROR
def test_a_watch_that_fails_is_begun_again(home: Home, error: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backoff, "INITIAL_DELAY", timedelta(seconds=0.01))
    signals = Signals()

    waking.watch(sources_of(config.load(str(breaks(home, "own", "watch", error)))), signals)

    assert signals.wait(timedelta(seconds=PATIENCE)) == {"own"}


def of_account(checks: list[Check], what: str) -> Check:
    return next(each for each in checks if each.what == what)


@ANY_ERROR
@pytest.mark.parametrize(("account", "what"), [("own", "account own"), (DELIVERY, "delivery")])
def test_a_check_up_says_what_fails_and_goes_on(home: Home, account: str, what: str, error: str) -> None:
    path = breaks(home, account, "check", error)

    checks = run_checks(str(path), now())

    assert of_account(checks, what).sentence == sentence(error)
    assert checks[-1].what == "service"


@pytest.mark.parametrize(("account", "where"), [("own", r"accounts\[3\]"), (DELIVERY, "delivery")])
def test_a_connector_that_can_not_be_made_is_told_with_its_table(home: Home, account: str, where: str) -> None:
    breaks(home, account, "__init__", "key")

    with pytest.raises(config.ConfigError, match=rf"^{where}: Its connector fails \(KeyError\)"):
        home.sync(now())
