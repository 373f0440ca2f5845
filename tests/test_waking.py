"""The service with mail accounts on servers: woken by news, stopped in time, and patient with who fails."""

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from queue import SimpleQueue

import pytest

from afterword.ports import Batch, Unavailable
from daemon import backoff, config, notify, queries, service, troubles, waking, wiring
from daemon.backoff import Backoff
from daemon.journal import Journal
from daemon.progress import NoProgress
from daemon.service import SyncReport
from daemon.troubles import Trouble
from daemon.waking import PERSISTS_AFTER, Signals
from tests.contract.source_contract import mail
from tests.homes import USER_AND_LOG, Home
from tests.servers.between import silent
from tests.servers.calendars import CalendarServer
from tests.servers.dovecot import PASSWORD, Account, Dovecot
from tests.servers.web import Answered, Web, between
from tests.serving import PATIENCE, Running

NOW = datetime(2026, 3, 5, 18, tzinfo=UTC)
TOLD_WITHIN = 5
CONFIG = (
    USER_AND_LOG
    + """
[[accounts]]
name = "post"
kind = "imap"
host = "localhost"
port = {port}
tls = "none"
user = "{user}"
password = {{ file = "password" }}
"""
)
ACCOUNT = """
[[accounts]]
name = "files"
kind = "maildir"
path = "Mail"
"""


@pytest.fixture
def account(dovecot: Dovecot) -> Account:
    return dovecot.account()


def configured(folder: Path, port: int, user: str, more: str = "") -> Path:
    (folder / "password").write_text(f"{PASSWORD}\n", encoding="utf-8")
    (folder / "config.toml").write_text(CONFIG.format(port=port, user=user) + more, encoding="utf-8")
    return folder / "config.toml"


def acknowledged() -> bytes:
    """A mail of now that says something."""
    return (
        "From: Acme Recruiting <jobs@acme.example>\r\nTo: jane@example.org\r\nSubject: Your application at Acme\r\n"
        f"Message-ID: <1@acme.example>\r\nDate: {format_datetime(datetime.now(UTC))}\r\n\r\n"
        "Dear Jane,\r\nthank you for your application as Data Engineer. We have received it.\r\n"
    ).encode()


@pytest.fixture
def started(tmp_path: Path) -> Iterator["Starter"]:
    starter = Starter(tmp_path)
    yield starter
    for each in starter.running:
        each.close()


class Starter:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.running: list[Running] = []

    def __call__(self, port: int, user: str) -> Running:
        self.running.append(Running(configured(self.folder, port, user)))
        return self.running[-1]


def test_a_new_mail_is_in_the_log_within_seconds(account: Account, started: Starter) -> None:
    running = started(account.server.port, account.user)
    running.hears("STATUS=0 read")
    running.hears("STATUS=0 read")

    account.put(acknowledged())
    arrived = time.monotonic()

    running.hears("STATUS=1 read")
    assert time.monotonic() - arrived < TOLD_WITHIN
    assert running.stop() == 0


def test_it_ends_in_time_while_it_watches(account: Account, started: Starter) -> None:
    running = started(account.server.port, account.user)
    running.hears("STATUS=")

    assert running.stop() == 0


def test_it_ends_in_time_though_a_server_holds_it(started: Starter) -> None:
    with silent() as server:
        running = started(server.port, "jane@example.org")
        running.hears("READY=1")

        assert running.stop() == 0


def synced(path: Path) -> SyncReport:
    return service.sync(config.load(str(path)), datetime.now(UTC))


def test_an_account_whose_server_is_gone_fails_alone_and_goes_on_later(own_dovecot: Dovecot, tmp_path: Path) -> None:
    account = own_dovecot.account()
    for part in ("cur", "new", "tmp"):
        (tmp_path / "Mail" / part).mkdir(parents=True)
    (tmp_path / "Mail" / "new" / "1").write_bytes(acknowledged().replace(b"<1@", b"<2@"))
    path = configured(tmp_path, own_dovecot.port, account.user, ACCOUNT)
    account.put(acknowledged())
    own_dovecot.stop(signal.SIGQUIT)

    report = synced(path)
    assert (report.read["files"], [each.sentence for each in report.troubles]) == (
        1,
        ["localhost can't be reached (Connection refused)."],
    )

    told = queries.status(config.load(str(path)), datetime.now(UTC)).troubles
    assert told == ("post: localhost can't be reached (Connection refused).",)

    own_dovecot.start()
    report = synced(path)
    assert queries.status(config.load(str(path)), datetime.now(UTC)).troubles == ()
    assert (report.read, report.troubles) == ({"post": 1, "files": 0}, [])


def test_a_refused_password_is_told_as_something_to_mend(account: Account, tmp_path: Path) -> None:
    path = configured(tmp_path, account.server.port, account.user)
    (tmp_path / "password").write_text("hunter2\n", encoding="utf-8")

    checked = subprocess.run(
        [sys.executable, "-m", "daemon.cli", "doctor", "--config", str(path)],
        check=False,
        capture_output=True,
        text=True,
    )

    assert checked.returncode == 3
    assert "refused the user name or the password: check both" in " ".join(checked.stdout.split())
    assert "hunter2" not in checked.stdout + checked.stderr


AWAY = Trouble(account="post", sentence="It is away.")


def test_an_account_that_fails_is_left_alone_longer_each_time() -> None:
    accounts, tried = Backoff(), []
    for minute in range(180):
        now = NOW + timedelta(minutes=minute)
        if "post" not in accounts.waiting(now):
            tried.append(minute)
            accounts.record({"post": AWAY}, now)
    waits = [after - before for before, after in pairwise(tried)]
    assert 6 <= len(tried) <= 11
    assert waits[0] <= 2
    assert 24 <= waits[-1] <= 37


@pytest.mark.parametrize(("asked", "first_rest"), [(600, 10), (10**9, 30), (5, 1), (0, 1)])
def test_f39_who_asks_to_be_left_alone_for_a_while_is(asked: float, first_rest: int) -> None:
    accounts = Backoff()
    accounts.record({"post": Trouble(account="post", sentence="It is busy.", retry_after=asked)}, NOW)
    assert "post" in accounts.waiting(NOW + 0.75 * timedelta(minutes=first_rest))
    assert accounts.waiting(NOW + 1.25 * timedelta(minutes=first_rest)) == {}


def test_f77_a_clock_that_fell_back_leaves_nobody_alone_until_it_is_where_it_was() -> None:
    accounts = Backoff()
    accounts.record({"post": AWAY}, NOW + timedelta(days=1))
    assert accounts.waiting(NOW) == {}
    accounts.record({"post": AWAY}, NOW)
    assert "post" in accounts.waiting(NOW + timedelta(seconds=30))


def test_an_account_that_answers_again_is_asked_as_before() -> None:
    accounts = Backoff()
    accounts.record({"post": AWAY}, NOW)
    assert [each.sentence for each in accounts.waiting(NOW).values()] == ["It is away."]
    accounts.record({"post": None}, NOW + timedelta(minutes=2))
    assert accounts.waiting(NOW) == {}


def passes(service: service.Service, minutes: int) -> Iterator[SyncReport]:
    for minute in range(minutes):
        yield service.pass_once(NOW + timedelta(minutes=minute), NoProgress(), lambda: False)


@pytest.fixture
def interviewed(tmp_path: Path) -> Home:
    """A home with two invites to place."""
    home = Home(tmp_path)
    start = NOW - timedelta(hours=3)
    home.meet(("talk@acme.example", start, start + timedelta(hours=1), "Interview Acme", "carla@acme.example"))
    return home


@pytest.mark.parametrize("status", [401, 503])
def test_a_calendar_that_refuses_invites_is_left_alone_longer_each_time(interviewed: Home, status: int) -> None:
    (interviewed.folder / "password").write_text("hunter2\n", encoding="utf-8")
    with Web(lambda _: Answered(status=status, head={"WWW-Authenticate": 'Basic realm="x"'})) as web:
        table = f'kind = "caldav"\nurl = "http://127.0.0.1:{web.port}/"\nuser = "jane"\npassword = {{ file = "password" }}\n'
        text = interviewed.path.read_text(encoding="utf-8").partition("[delivery]")[0]
        interviewed.path.write_text(f"{text}[delivery]\n{table}", encoding="utf-8")
        asked = []
        with Journal.open(interviewed.config.log) as journal:
            for report in passes(service.Service(interviewed.config, journal), 120):
                assert [each.account for each in report.troubles] == ["delivery"]
                asked.append(len(web.asked))
    assert 5 <= sum(before < after for before, after in pairwise([0, *asked])) <= 10


def test_the_calendars_are_not_asked_for_free_times_where_nothing_is_to_be_placed(
    radicale: CalendarServer, interviewed: Home
) -> None:
    account = radicale.account()
    with between(account.server.port, lambda _, ask: ask()) as web:
        text = interviewed.path.read_text(encoding="utf-8")
        interviewed.path.write_text(
            text.replace("[delivery]", f'[[accounts]]\nname = "dav"\n{account.keys(web.port)}[delivery]'),
            encoding="utf-8",
        )
        account.make("Personal")
        assert interviewed.sync(NOW).placed == 2
        assert any(b"time-range" in each.body for each in web.asked)
        web.asked.clear()
        interviewed.sync(NOW + timedelta(minutes=1))
        assert web.asked
        assert not any(b"time-range" in each.body for each in web.asked)


def test_an_account_that_tells_of_news_is_read_at_once_however_often_it_failed(
    own_dovecot: Dovecot, tmp_path: Path
) -> None:
    account, signals = own_dovecot.account(), Signals()
    loaded = config.load(str(configured(tmp_path, own_dovecot.port, account.user)))
    with Journal.open(loaded.log) as journal:
        running = service.Service(loaded, journal)

        def troubles(seconds: int) -> list[Trouble]:
            return running.pass_once(NOW + timedelta(seconds=seconds), NoProgress(), lambda: False).troubles

        own_dovecot.stop(signal.SIGQUIT)
        assert troubles(0)
        own_dovecot.start()
        assert troubles(10), "it rests"
        signals.report_news("post")
        running.retry_now(signals.wait(timedelta(0)), NOW + timedelta(seconds=20))
        assert troubles(20) == []


class Flickering:
    """A place that loses the watch at once, until it has held it for longer."""

    def __init__(self) -> None:
        self.begun: list[float] = []
        self.holds = threading.Event()
        self.enough = threading.Event()

    def watch(self, notice: Callable[[], None], is_stopping: Callable[[], bool]) -> None:
        _ = notice, is_stopping
        self.begun.append(time.monotonic())
        if len(self.begun) == 6:
            self.holds.wait(0.1)
        if len(self.begun) == 7:
            self.enough.set()
            return
        raise Unavailable("It is away.")


def test_a_watch_that_was_well_is_begun_soon_again_however_often_it_was_lost_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(backoff, "INITIAL_DELAY", timedelta(seconds=0.02))
    monkeypatch.setattr(waking, "STABLE_AFTER", 0.05)
    place = Flickering()
    waking.watch({"post": place}, Signals())  # type: ignore[dict-item]
    assert place.enough.wait(PATIENCE)
    waits = [after - before for before, after in pairwise(place.begun)]
    assert waits[3] < waits[4] > waits[5]


class Losing:
    """A place that can be read, and loses the watch at once, as long as it is `away`."""

    holds_mail = True

    def __init__(self) -> None:
        self.away = True
        self.lost: SimpleQueue[None] = SimpleQueue()
        self.back, self.ends = threading.Event(), threading.Event()

    def read(self, cursor: bytes | None, until: datetime) -> Iterator[Batch]:
        _ = cursor, until
        yield Batch(items=(), cursor=b"1")

    def watch(self, notice: Callable[[], None], is_stopping: Callable[[], bool]) -> None:
        _ = notice, is_stopping
        if self.away:
            self.lost.put(None)
            raise Unavailable("It is away.")
        self.back.set()
        self.ends.wait(PATIENCE)

    def check(self) -> str:
        return "works"


def test_a_watch_that_is_lost_again_and_again_is_told_until_it_is_stable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place, loaded = Losing(), config.load(str(configured(tmp_path, 1, "jane")))
    monkeypatch.setattr(backoff, "INITIAL_DELAY", timedelta(seconds=0.02))
    monkeypatch.setattr(wiring, "sources_of", lambda _: {"post": place})

    with Journal.open(loaded.log) as journal:
        running = service.Service(loaded, journal)

        def told() -> list[str]:
            running.pass_once(NOW, NoProgress(), lambda: False)
            return [*troubles.sentences(loaded, NOW)]

        before = told()
        running.watch(Signals())
        for _ in range(PERSISTS_AFTER + 1):
            place.lost.get(timeout=PATIENCE)
        lost = told()
        monkeypatch.setattr(waking, "STABLE_AFTER", 0.0)
        place.away = False
        assert place.back.wait(PATIENCE)
        assert (before, told()) == ([], [])
        place.ends.set()
    assert lost == ["post: It can't be watched for news, and is only read once a minute: It is away."]


def test_signs_of_life_that_nobody_listens_to_any_more_end_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        notify.ready()
        assert listening.recv(100) == b"READY=1"
    notify.watchdog()
    (tmp_path / "notify").unlink()
    notify.status("still here")


def test_the_watchdog_is_kept_quiet_while_a_server_takes_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    monkeypatch.setattr(notify, "HEARTBEAT_INTERVAL", 0.01)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(PATIENCE)
        with notify.heartbeat(timedelta(minutes=20)):
            assert {listening.recv(100) for _ in range(3)} == {b"WATCHDOG=1"}


class OneBatch(NoProgress):
    """Somebody who has seen enough after the first batch."""

    is_over = False

    def advance(self, account: str, items: int) -> None:
        self.is_over = bool(account and items)


def test_a_first_reading_that_is_told_to_stop_goes_on_where_it_was(account: Account, tmp_path: Path) -> None:
    path = configured(tmp_path, account.server.port, account.user)
    account.put(*(mail(number) for number in range(120)))
    loaded = config.load(str(path))
    with Journal.open(loaded.log) as journal:
        watching = OneBatch()
        cut = service.Service(loaded, journal).pass_once(datetime.now(UTC), watching, lambda: watching.is_over)
        with journal.step(NOW) as step:
            assert step.cursors()["post"].read_at.year == 1970
    assert cut.read == {"post": 50}
    assert synced(path).read == {"post": 70}
