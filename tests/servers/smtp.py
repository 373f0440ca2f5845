"""A submission server of the tests' own: real SMTP with STARTTLS and a password, on a free port; what it was given is kept."""

import smtplib
import ssl
import tempfile
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from msgspec import Struct

from connectors.imip import ImipSettings
from connectors.secrets import Secret
from tests.servers.dovecot import free_port

USER = "jane@example.org"
PASSWORD = "correct horse ü"
FAREWELL = "221 Bye"


class Given(Struct, frozen=True, kw_only=True):
    """A mail as it was handed in."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        found = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(found, EmailMessage)
        return found

    @property
    def calendar(self) -> bytes:
        (part,) = (each for each in self.message.walk() if each.get_content_type() == "text/calendar")
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        return content


class Submission:
    """The server. `carry` is what happens to a mail when it was taken; it may be a delivery to somewhere else.

    `refusal` is how it answers a mail, if not by taking it; `sender_refusal` and `recipient_refusal` how it answers those; `farewell`
    how it answers a good-bye.
    """

    def __init__(self, base: Path) -> None:
        self.base = base
        self.given: list[Given] = []
        self.carry: Callable[[Given], None] = lambda _: None
        self.refusal, self.farewell = "", FAREWELL
        self.sender_refusal = self.recipient_refusal = ""
        self.ca_file = base / "ca.pem"
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(self.ca_file))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("localhost").configure_cert(context)
        self._context = context
        self.port = free_port()
        self._controller: Controller | None = None

    def start(self) -> None:
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            tls_context=self._context,
            require_starttls=True,
            auth_required=True,
            auth_require_tls=True,
            authenticator=_authenticated,
        )
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_DATA(self, *given_with: object) -> str:  # noqa: N802 - aiosmtpd's name
        envelope = given_with[-1]
        assert isinstance(envelope, Envelope)
        if self.refusal:
            return self.refusal
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        given = Given(sender=envelope.mail_from or "", recipients=tuple(envelope.rcpt_tos), raw=raw)
        self.given.append(given)
        self.carry(given)
        return "250 OK"

    async def handle_MAIL(self, *given_with: object) -> str:  # noqa: N802 - aiosmtpd's name
        _, _, envelope, address, _ = given_with
        assert isinstance(envelope, Envelope)
        envelope.mail_from = str(address)
        return self.sender_refusal or "250 OK"

    async def handle_RCPT(self, *given_with: object) -> str:  # noqa: N802 - aiosmtpd's name
        _, _, envelope, address, _ = given_with
        assert isinstance(envelope, Envelope)
        envelope.rcpt_tos.append(str(address))
        return self.recipient_refusal or "250 OK"

    async def handle_QUIT(self, *_: object) -> str:  # noqa: N802 - aiosmtpd's name
        return self.farewell

    def settings(self, **others: object) -> ImipSettings:
        """The settings to send by it with."""
        file = self.base / "password"
        file.write_text(f"{PASSWORD}\n", encoding="utf-8")
        known: dict[str, object] = {
            "host": "localhost",
            "port": self.port,
            "tls": "starttls",
            "ca_file": str(self.ca_file),
            "user": USER,
            "password": Secret(file=str(file)),
            "addresses": (USER,),
            "name": "Jane Doe",
        }
        return ImipSettings(**{**known, **others})  # type: ignore[arg-type]

    def keys(self) -> str:
        """The same as lines of a configuration's table, but those that stand elsewhere in it."""
        known = self.settings()
        assert known.password is not None
        server = f'host = "localhost"\nport = {known.port}\ntls = "starttls"\nca_file = "{known.ca_file}"\n'
        return f'kind = "imip"\n{server}user = "{known.user}"\npassword = {{ file = "{known.password.file}" }}\n'


def to_lmtp(port: int) -> Callable[[Given], None]:
    """Hands each mail on to a server that takes it by LMTP (RFC 2033)."""

    def carry(given: Given) -> None:
        with smtplib.LMTP("127.0.0.1", port, timeout=20) as server:
            server.sendmail(given.sender, list(given.recipients), given.raw)

    return carry


def _authenticated(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=good, handled=False)


@pytest.fixture(scope="session")
def running_submission() -> Iterator[Submission]:
    with tempfile.TemporaryDirectory(prefix="afterword-submission-") as base:
        server = Submission(Path(base))
        server.start()
        yield server
        server.stop()


@pytest.fixture
def submission(running_submission: Submission) -> Submission:
    """The server with nothing in it."""
    running_submission.given.clear()
    running_submission.carry = lambda _: None
    running_submission.refusal, running_submission.farewell = "", FAREWELL
    running_submission.sender_refusal = running_submission.recipient_refusal = ""
    return running_submission
