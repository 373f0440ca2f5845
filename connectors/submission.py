"""A session with a submission server (RFC 6409): connected, signed in, and closed; what goes wrong in it is told in a sentence."""

import smtplib
import socket
import ssl
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from msgspec import Struct

from afterword.ports import ConnectorError, NeedsUser, Unavailable

from .secrets import Secret
from .tls import Tls, trusting, untrusted

PATIENCE, FAREWELL = 60.0, 5.0
"""Seconds for an answer, and for the one to our good-bye."""

SESSION = 180.0
"""Seconds for all that is said in a session: a server may always say a little more in time."""

PORTS = {"implicit": 465, "starttls": 587, "none": 25}
READY, SIGNED_IN = 220, 235


class SubmissionServer(Struct, frozen=True, kw_only=True):
    """Where mail is handed in. `port` 0 is the usual one; without a password nobody signs in; `ca_file` holds the certificates to trust."""

    host: str
    port: int = 0
    tls: Tls = "implicit"
    ca_file: str = ""
    user: str = ""
    password: Secret | None = None


@contextmanager
def session(server: SubmissionServer) -> Iterator[smtplib.SMTP]:
    """A line that mail can be sent by. Whatever the server does wrong inside the block is raised as Unavailable or NeedsUser."""
    with _told(server.host):
        line = _line(server)
        end = threading.Timer(SESSION, _hang_up, [line])
        end.daemon = True
        end.start()
        try:
            _connect(line, server)
            if server.tls == "starttls":
                line.starttls(context=trusting(server.ca_file, "delivery"))
            if server.password is not None:
                _sign_in(line, server.user, server.password.reveal(server.user))
            yield line
        finally:
            _close(line)
            end.cancel()


def _line(server: SubmissionServer) -> smtplib.SMTP:
    """Not connected yet; it knows by whose name the server is to prove itself."""
    if server.tls == "implicit":
        line: smtplib.SMTP = smtplib.SMTP_SSL(timeout=PATIENCE, context=trusting(server.ca_file, "delivery"))
    else:
        line = smtplib.SMTP(timeout=PATIENCE)
    line._host = server.host  # type: ignore[attr-defined]  # noqa: SLF001 - else it is known only to one that connects at once
    return line


def _connect(line: smtplib.SMTP, server: SubmissionServer) -> None:
    code, said = line.connect(server.host, server.port or PORTS[server.tls])
    if code != READY:
        raise smtplib.SMTPConnectError(code, said)


def _hang_up(line: smtplib.SMTP) -> None:
    with suppress(OSError):
        if line.sock is not None:
            line.sock.shutdown(socket.SHUT_RDWR)


def _sign_in(line: smtplib.SMTP, user: str, password: str) -> None:
    """By PLAIN in UTF-8 (RFC 4616) where it is offered: smtplib knows no letters but those of ASCII."""
    line.ehlo_or_helo_if_needed()
    if "PLAIN" in line.esmtp_features.get("auth", "").upper().split():
        told = b64encode(f"\0{user}\0{password}".encode()).decode("ascii")
        code, said = line.docmd("AUTH", f"PLAIN {told}")
        if code != SIGNED_IN:
            raise smtplib.SMTPAuthenticationError(code, said)
    else:
        line.login(user, password)


def _close(line: smtplib.SMTP) -> None:
    """Say good-bye: what was taken is taken, however it is answered."""
    with suppress(smtplib.SMTPException, OSError):
        if line.sock is not None:
            line.sock.settimeout(FAREWELL)
        line.quit()
    line.close()


@contextmanager
def _told(host: str) -> Iterator[None]:
    try:
        yield
    except ConnectorError:
        raise
    except smtplib.SMTPAuthenticationError as error:
        if 400 <= error.smtp_code < 500:  # noqa: PLR2004 - RFC 5321, 4.2.1: it may go well later
            raise Unavailable(f"{host} can't sign anybody in at the moment.") from error
        hint = "check both; some providers want an app password"
        raise NeedsUser(f"{host} refused the user name or the password: {hint}.") from None
    except smtplib.SMTPNotSupportedError as error:
        raise NeedsUser(f"{host} does not offer what is needed here: check the delivery's port and tls.") from error
    except ssl.SSLCertVerificationError as error:
        raise untrusted(host, error, "delivery") from error
    except smtplib.SMTPException as error:
        raise Unavailable(f"{host} did not take the mail ({type(error).__name__}).") from error
    except UnicodeEncodeError:
        raise NeedsUser(f"{host} takes no such letters in a user name or password: choose others.") from None
    except (OSError, ValueError) as error:
        raise Unavailable(f"{host} can't be reached ({type(error).__name__}).") from error
