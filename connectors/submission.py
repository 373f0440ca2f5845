"""A session with a submission server (RFC 6409), with errors translated to Unavailable and NeedsUser."""

import re
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
_ENHANCED_CODE = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}\b")


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
        raise _from_reply(host, error) from None
    except smtplib.SMTPException as error:
        raise _from_reply(host, error) from error
    except ssl.SSLCertVerificationError as error:
        raise certificate_error(host, error, "delivery") from error
    except UnicodeEncodeError:
        raise NeedsUser(f"{host} takes no such letters in a user name or password: choose others.") from None
    except (OSError, ValueError) as error:
        raise Unavailable(f"{host} can't be reached ({type(error).__name__}).") from error


def _from_reply(host: str, error: smtplib.SMTPException) -> ConnectorError:
    match error:
        case smtplib.SMTPAuthenticationError():
            return _sign_in_refused(host, error.smtp_code)
        case smtplib.SMTPNotSupportedError():
            return NeedsUser(f"{host} does not offer what is needed here: check the delivery's port and tls.")
        case smtplib.SMTPSenderRefused():
            return _address_refused(host, error.sender, error.smtp_code, error.smtp_error)
        case smtplib.SMTPRecipientsRefused():
            ((address, (code, text)),) = error.recipients.items()
            return _address_refused(host, address, code, text)
        case smtplib.SMTPResponseException():
            return _mail_refused(host, error.smtp_code, error.smtp_error)
        case _:
            return Unavailable(f"{host} did not take the mail ({type(error).__name__}).")


def _sign_in_refused(host: str, code: int) -> ConnectorError:
    if _is_temporary(code):
        return Unavailable(f"{host} can't sign anybody in at the moment.")
    hint = "check both; some providers want an app password"
    return NeedsUser(f"{host} refused the user name or the password: {hint}.")


def _address_refused(host: str, address: str, code: int, text: bytes | str) -> ConnectorError:
    """The error for a refusal of the user's address, which is sender and recipient."""
    if _is_temporary(code):
        return _mail_refused(host, code, text)
    hint = "check the delivery's from, which must be an address that this user may send from"
    return NeedsUser(f"{host} refuses {address} ({_codes(code, text)}): {hint}.")


def _mail_refused(host: str, code: int, text: bytes | str) -> Unavailable:
    return Unavailable(f"{host} did not take the mail ({_codes(code, text)}).")


def _is_temporary(code: int) -> bool:
    """Whether the same may go well later (RFC 5321, 4.2.1)."""
    return 400 <= code < 500  # noqa: PLR2004 - the replies of that class


def _codes(code: int, text: bytes | str) -> str:
    """A reply's codes (RFC 5321, 4.2, and RFC 3463), without its text, which may quote the mail."""
    enhanced = _ENHANCED_CODE.match(text if isinstance(text, bytes) else text.encode())
    return f"{code} {enhanced[0].decode()}" if enhanced else str(code)
