"""A session with an IMAP server: sign-in, and translation of errors to Unavailable and NeedsUser."""

import re
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from imaplib import IMAP4
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import LoginError, ProtocolError
from imapclient.imap_utf7 import decode, encode

from afterword.ports import ConnectorError, NeedsUser, Unavailable

from ..tls import certificate_error, tls_context
from .connection import CONNECT_TIMEOUT, READ_TIMEOUT, Connection
from .folders import ListedFolder
from .settings import Server

TEMPORARY_CODES = ("UNAVAILABLE", "[INUSE]", "[LIMIT]", "[OVERQUOTA]", "THROTTLED", "TOO MANY SIMULTANEOUS")
"""Markers of temporary refusals: response codes (RFC 5530), and texts of Gmail and Exchange."""

_CODE = re.compile(r"\[([A-Z-]{1,30})[ \]]")


class Client(IMAPClient):  # type: ignore[misc]  # imapclient has no types
    """imapclient's client on our limited `Connection`."""

    def __init__(self, server: Server) -> None:
        self._context = None if server.tls == "none" else tls_context(server.ca_file, "account")
        implicit = server.tls == "implicit"
        super().__init__(server.host, server.port, ssl=implicit, timeout=SocketTimeout(CONNECT_TIMEOUT, READ_TIMEOUT))
        self.connection.debug = 0
        self.normalise_times = False

    @property
    def connection(self) -> Connection:
        imap: Connection = self._imap
        return imap

    def upgrade_to_tls(self) -> None:
        """Send STARTTLS (RFC 3501, 6.2.1). Raises NeedsUser if the server does not offer it."""
        if self.connection.state != "NONAUTH" or not self.has_capability("STARTTLS"):
            raise NeedsUser(f'{self.host} offers no STARTTLS on port {self.port}: try tls = "implicit" and port = 993.')
        self.starttls(self._context)

    def list_folders_with_special_use(self) -> list[ListedFolder]:
        """List all folders, and request their special uses (RFC 6154), which some servers return only on request."""
        if not (self.has_capability("SPECIAL-USE") and self.has_capability("LIST-EXTENDED")):
            folders: list[ListedFolder] = self.list_folders()
            return folders
        status, data = self.connection._simple_command("LIST", '""', '"*"', "RETURN (SPECIAL-USE)")  # noqa: SLF001
        self._checkok("list", status, data)
        status, data = self.connection._untagged_response(status, data, "LIST")  # noqa: SLF001
        return self._proc_folder_list(data)

    def foreign_prefixes(self) -> tuple[str, ...]:
        """The prefixes of the names of other users' and shared folders (RFC 2342), as far as the server tells them."""
        if not self.has_capability("NAMESPACE"):
            return ()
        try:
            _, others, shared = self.namespace()
        except (ValueError, TypeError):  # of extensions that imapclient does not know
            return ()
        return tuple(prefix for prefix, _ in (*(others or ()), *(shared or ())) if prefix)

    def _proc_folder_list(self, folder_data: Any) -> list[ListedFolder]:
        """Skip folders whose names are no valid modified UTF-7 (RFC 3501, 5.1.3)."""
        self.folder_encode = False
        try:
            listed = super()._proc_folder_list(folder_data)
        finally:
            self.folder_encode = True
        return [(flags, delimiter, name) for flags, delimiter, raw in listed if (name := _decode_name(raw)) is not None]

    def start_idle(self) -> None:
        """Send IDLE (RFC 2177), and wait for the continuation request; untagged responses may come first."""
        self._idle_tag = self.connection._command("IDLE")  # noqa: SLF001
        while self.connection._get_response() is not None:  # noqa: SLF001
            if self.connection.tagged_commands[self._idle_tag]:
                raise Unavailable(f"{self.host} refuses to tell of new mail.")

    def _create_IMAP4(self) -> Connection:  # noqa: N802 - imapclient's name
        return Connection(self.host, self.port, self._context if self.ssl else None)


def _decode_name(raw: bytes | str | None) -> str | None:
    """Decode a folder's name; None if encoding it again would give another name."""
    if not isinstance(raw, bytes):
        return raw
    try:
        name = decode(raw)
    except UnicodeError:
        return None
    return name if encode(name) == raw else None


Authenticator = Callable[[Any], None]
"""Signs a client in. Raises NeedsUser if the server refuses."""


def password_authenticator(user: str, get_password: Callable[[str], str]) -> Authenticator:
    """Return an authenticator by password; `get_password` is called with the user at each sign-in."""

    def sign_in(client: Client) -> None:
        password = get_password(user)
        with _translate_login_errors(
            client.host, "the user name or the password: check both; some providers want an app password"
        ):
            if client.has_capability("AUTH=PLAIN"):
                credentials = f"\0{user}\0{password}".encode()
                client.sasl_login("PLAIN", lambda _: credentials)
            elif client.has_capability("LOGINDISABLED") or not (user + password).isascii():
                raise NeedsUser(f"{client.host} takes no password this way: see whether it wants TLS or a token.")
            else:
                client.login(user, password)

    return sign_in


def token_authenticator(
    user: str, get_token: Callable[[str], str], remedy: str = "`afterword connect`"
) -> Authenticator:
    """Return an authenticator by access token: OAUTHBEARER (RFC 7628) where offered, else XOAUTH2.

    `get_token` returns a valid token other than its argument, the one that the server rejected; `remedy` is what the user does to
    sign in again.
    """

    def sign_in(client: Client) -> None:
        login = _token_login(client)
        token = get_token("")
        with _translate_login_errors(
            client.host, f"the sign-in as {user}: check the account's user, or sign in anew by {remedy}"
        ):
            try:
                login(user, token)
            except LoginError as error:
                if is_temporary(error):
                    raise
                login(user, get_token(token))

    return sign_in


def _token_login(client: Client) -> Callable[[str, str], object]:
    logins: dict[str, Callable[[str, str], object]] = {
        "AUTH=OAUTHBEARER": client.oauthbearer_login,
        "AUTH=XOAUTH2": client.oauth2_login,
    }
    for capability, login in logins.items():
        if client.has_capability(capability):
            return login
    raise NeedsUser(f"{client.host} takes no tokens: name a password for the account instead.")


@contextmanager
def session(server: Server, sign_in: Authenticator) -> Iterator[Client]:
    """Connect, sign in, and close at the end of the block. Errors inside the block are raised as Unavailable or NeedsUser."""
    with _translate_errors(server.host):
        client = Client(server)
        try:
            if server.tls == "starttls":
                client.upgrade_to_tls()
            sign_in(client)
            yield client
        finally:
            _close(client)


def _close(client: Client) -> None:
    """Send LOGOUT without waiting for the response, which a hanging server would never send."""
    with suppress(Exception):
        client.connection.send(b"BYE LOGOUT\r\n")
    with suppress(Exception):
        client.connection.shutdown()


@contextmanager
def _translate_login_errors(host: str, what: str) -> Iterator[None]:
    try:
        yield
    except LoginError as error:
        if is_temporary(error) or "[SERVERBUG]" in str(error).upper():
            raise Unavailable(f"{host} can't sign anybody in at the moment.") from None
        raise NeedsUser(f"{host} refused {what}.") from None


def is_temporary(error: Exception) -> bool:
    """Whether the server refuses only for now, independent of the command."""
    return isinstance(error.__context__, IMAP4.abort) or any(code in str(error).upper() for code in TEMPORARY_CODES)


@contextmanager
def _translate_errors(host: str) -> Iterator[None]:
    try:
        yield
    except ConnectorError:
        raise
    except ssl.SSLCertVerificationError as error:
        raise certificate_error(host, error, "account") from error
    except Exception as error:
        raise Unavailable(_describe(host, error)) from error


def code_in(error: Exception) -> str:
    """Return the response code (RFC 5530) of a refusal in parentheses, after a space; "" if it has none."""
    code = _CODE.search(str(error))
    return f" ({code[1]})" if code else ""


def _describe_refusal(error: Exception) -> str:
    if isinstance(error, IMAP4.abort) or "* BYE" in str(error):
        return "ended the connection"
    return f"could not do what it was asked{code_in(error)}"


def _describe(host: str, error: Exception) -> str:
    """A sentence for the error, without its text, which may quote a mail."""
    match error:
        case TimeoutError():
            return f"{host} did not answer in time."
        case socket.gaierror():
            return f"{host} can't be found: see whether the network is there, and the account's host is right."
        case ssl.SSLError():
            return f"{host} speaks no TLS that can be understood: check the account's port and tls."
        case OSError():
            return f"{host} can't be reached ({error.strerror or type(error).__name__})."
        case IMAP4.error() if type(error) is not ProtocolError:
            return f"{host} {_describe_refusal(error)}."
        case _:
            return f"{host} gave an answer that can't be understood ({type(error).__name__})."
