"""A session with a submission server (RFC 6409), with errors translated to Unavailable and NeedsUser."""

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
from .tls import Tls, certificate_error, tls_context

TIMEOUT, QUIT_TIMEOUT = 60.0, 5.0
"""Seconds to wait for a reply, and for the reply to QUIT."""

SESSION_TIMEOUT = 180.0
"""Seconds for a whole session: a slow server could otherwise keep each single reply within its timeout forever."""

PORTS = {"implicit": 465, "starttls": 587, "none": 25}
READY, SIGNED_IN = 220, 235


class SubmissionServer(Struct, frozen=True, kw_only=True):
    """A submission server. `port` 0 is the default of the TLS mode; without `password` there is no authentication; `ca_file` holds the
    trusted certificates, "" for the system's.
    """

    host: str
    port: int = 0
    tls: Tls = "implicit"
    ca_file: str = ""
    user: str = ""
    password: Secret | None = None


@contextmanager
def session(server: SubmissionServer) -> Iterator[smtplib.SMTP]:
    """Connect, authenticate, and close at the end of the block. Errors inside the block are raised as Unavailable or NeedsUser."""
    with _translate_errors(server.host):
        smtp = _create_client(server)
        deadline = threading.Timer(SESSION_TIMEOUT, _shut_down, [smtp])
        deadline.daemon = True
        deadline.start()
        try:
            _connect(smtp, server)
            if server.tls == "starttls":
                smtp.starttls(context=tls_context(server.ca_file, "delivery"))
            if server.password is not None:
                _authenticate(smtp, server.user, server.password.reveal(server.user))
            yield smtp
        finally:
            _close(smtp)
            deadline.cancel()


def _create_client(server: SubmissionServer) -> smtplib.SMTP:
    """A client that is not connected yet, but knows the host name to verify the certificate against."""
    if server.tls == "implicit":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(timeout=TIMEOUT, context=tls_context(server.ca_file, "delivery"))
    else:
        smtp = smtplib.SMTP(timeout=TIMEOUT)
    smtp._host = server.host  # type: ignore[attr-defined]  # noqa: SLF001 - else it is known only to one that connects at once
    return smtp


def _connect(smtp: smtplib.SMTP, server: SubmissionServer) -> None:
    code, reply = smtp.connect(server.host, server.port or PORTS[server.tls])
    if code != READY:
        raise smtplib.SMTPConnectError(code, reply)


def _shut_down(smtp: smtplib.SMTP) -> None:
    with suppress(OSError):
        if smtp.sock is not None:
            smtp.sock.shutdown(socket.SHUT_RDWR)


def _authenticate(smtp: smtplib.SMTP, user: str, password: str) -> None:
    """Authenticate by PLAIN in UTF-8 (RFC 4616) where offered: smtplib only encodes ASCII."""
    smtp.ehlo_or_helo_if_needed()
    if "PLAIN" in smtp.esmtp_features.get("auth", "").upper().split():
        credentials = b64encode(f"\0{user}\0{password}".encode()).decode("ascii")
        code, reply = smtp.docmd("AUTH", f"PLAIN {credentials}")
        if code != SIGNED_IN:
            raise smtplib.SMTPAuthenticationError(code, reply)
    else:
        smtp.login(user, password)


def _close(smtp: smtplib.SMTP) -> None:
    """Send QUIT; errors don't matter, because accepted mails are accepted."""
    with suppress(smtplib.SMTPException, OSError):
        if smtp.sock is not None:
            smtp.sock.settimeout(QUIT_TIMEOUT)
        smtp.quit()
    smtp.close()


@contextmanager
def _translate_errors(host: str) -> Iterator[None]:
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
        raise certificate_error(host, error, "delivery") from error
    except smtplib.SMTPException as error:
        raise Unavailable(f"{host} did not take the mail ({type(error).__name__}).") from error
    except UnicodeEncodeError:
        raise NeedsUser(f"{host} takes no such letters in a user name or password: choose others.") from None
    except (OSError, ValueError) as error:
        raise Unavailable(f"{host} can't be reached ({type(error).__name__}).") from error
