"""Calendar servers of the tests' own: a real Radicale and a real Xandikos, on free ports of this machine."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from abc import ABC, abstractmethod
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from itertools import count
from pathlib import Path

import pytest

from connectors.caldav.settings import CaldavSettings
from connectors.secrets import Secret
from tests.servers.dovecot import PATIENCE, free_port, wait_until

PASSWORD = "correct horse ü"
PROGRAMS = Path(sys.executable).parent
RADICALE = """\
[server]
hosts = 127.0.0.1:{port}
[auth]
type = htpasswd
htpasswd_filename = {base}/users
htpasswd_encryption = plain
delay = 0
[storage]
filesystem_folder = {base}/collections
[logging]
level = error
"""


class CalendarServer(ABC):
    """A server in a folder. It can be killed and started again; its calendars stay."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = count(1)

    @abstractmethod
    def command(self) -> list[str]: ...

    @abstractmethod
    def home(self, user: str) -> str:
        """The path of the folder that the user's calendars are in."""

    @abstractmethod
    def new_user(self) -> str: ...

    def start(self) -> None:
        log = (self.base / "log").open("ab")
        environment = {**os.environ, "EMAIL": "jane@example.org"}
        with log:
            self._process = subprocess.Popen(self.command(), stdout=log, stderr=log, env=environment)
        wait_until(lambda: answers(self.port))

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(PATIENCE)
            self._process = None
            wait_until(lambda: not answers(self.port))

    def account(self) -> "CalendarAccount":
        """The account of a user with no calendars but those that the server makes by itself."""
        return CalendarAccount(self, self.new_user())


class Radicale(CalendarServer):
    def __init__(self, base: Path) -> None:
        super().__init__(base)
        (base / "config").write_text(RADICALE.format(port=self.port, base=base), encoding="utf-8")
        users = "".join(f"jane{number}:{PASSWORD}\n" for number in range(1, 500))
        (base / "users").write_text(users, encoding="utf-8")

    def command(self) -> list[str]:
        return [str(PROGRAMS / "radicale"), "--config", str(self.base / "config")]

    def home(self, user: str) -> str:
        return f"/{user}/"

    def new_user(self) -> str:
        return f"jane{next(self._numbers)}"


class Xandikos(CalendarServer):
    """It has one user, and asks for no password; for each account it is emptied."""

    def __init__(self, base: Path, *arguments: str) -> None:
        super().__init__(base)
        self._arguments = arguments

    def command(self) -> list[str]:
        where = ["-d", str(self.base / "data"), "-l", "127.0.0.1", "-p", str(self.port)]
        what = ["--autocreate", "--defaults", "--current-user-principal", "/jane/"]
        return [str(PROGRAMS / "xandikos"), "serve", *where, *what, *self._arguments]

    def home(self, user: str) -> str:
        return f"/{user}/calendars/"

    def new_user(self) -> str:
        for each in (self.base / "data" / "jane" / "calendars").glob("*"):
            if each.name != "calendar":
                shutil.rmtree(each)
        program = CalendarAccount(self, "jane")
        for path in program.paths(""):
            program.remove(path)
        return "jane"


class CalendarAccount:
    """A user's calendars, as their own calendar program has them."""

    def __init__(self, server: CalendarServer, user: str) -> None:
        self.server = server
        self.user = user

    def settings(self, port: int = 0, **others: object) -> CaldavSettings:
        """The settings to use it with; `port` is that of something in between."""
        file = self.server.base / "password"
        file.write_text(f"{PASSWORD}\n", encoding="utf-8")
        url = f"http://127.0.0.1:{port or self.server.port}/"
        known = {"url": url, "user": self.user, "password": Secret(file=str(file))}
        return CaldavSettings(**{**known, **others})  # type: ignore[arg-type]

    def keys(self, port: int = 0) -> str:
        """The same as lines of a configuration's table."""
        known = self.settings(port)
        password = f'{{ file = "{known.password.file}" }}'
        return f'kind = "caldav"\nurl = "{known.url}"\nuser = "{known.user}"\npassword = {password}\n'

    def asked(
        self, method: str, path: str, body: bytes = b"", head: Mapping[str, str] | None = None
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Status, head and body of the answer to a request."""
        token = b64encode(f"{self.user}:{PASSWORD}".encode()).decode()
        connection = HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, {"Authorization": f"Basic {token}", **(head or {})})
            answer = connection.getresponse()
            return answer.status, dict(answer.headers), answer.read()
        finally:
            connection.close()

    def make(self, name: str) -> None:
        """A new calendar."""
        inner = f"<D:set><D:prop><D:displayname>{name}</D:displayname></D:prop></D:set>"
        body = f'<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">{inner}</C:mkcalendar>'
        assert self.asked("MKCALENDAR", self.path(name), body.encode())[0] == 201

    def path(self, name: str, file: str = "") -> str:
        return f"{self.server.home(self.user)}{name.lower()}/{file}"

    def put(self, path: str, text: bytes) -> None:
        status, _, told = self.asked("PUT", path, text, {"Content-Type": "text/calendar; charset=utf-8"})
        assert status in {200, 201, 204}, told

    def text(self, path: str) -> bytes:
        status, _, told = self.asked("GET", path)
        assert status == 200
        return told

    def remove(self, path: str) -> None:
        assert self.asked("DELETE", path)[0] in {200, 204}

    def paths(self, name: str) -> list[str]:
        """The entries of a calendar; nothing where there is none."""
        folder = self.path(name) if name else f"{self.server.home(self.user)}calendar/"
        status, _, told = self.asked("PROPFIND", folder, head={"Depth": "1"})
        hrefs = [each.partition(b"<")[0].decode() for each in told.replace(b":href>", b"href>").split(b"href>")]
        return sorted({each for each in hrefs if each.endswith(".ics")}) if status == 207 else []


def answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1):
            return True
    except OSError:
        return False


@contextmanager
def running(kind: type[CalendarServer], *arguments: str) -> Iterator[CalendarServer]:
    """A server in a folder of its own, with arguments of the test's."""
    base = Path(tempfile.mkdtemp(prefix="afterword-calendars-"))
    server = kind(base, *arguments)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(base)


@pytest.fixture(scope="session")
def radicale() -> Iterator[CalendarServer]:
    with running(Radicale) as server:
        yield server


@pytest.fixture(scope="session")
def xandikos() -> Iterator[CalendarServer]:
    with running(Xandikos) as server:
        yield server


@pytest.fixture
def own_radicale() -> Iterator[CalendarServer]:
    """One that a test may kill."""
    with running(Radicale) as server:
        yield server
