"""A session with a server: connected, signed in, and closed; what goes wrong in it is told in a sentence."""

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
from .folders import Listed
from .settings import Server
from .wire import CONNECT, READ, Wire

PASSING = ("UNAVAILABLE", "[INUSE]", "[LIMIT]", "[OVERQUOTA]", "THROTTLED", "TOO MANY SIMULTANEOUS")
"""Of a refusal that says nothing of what was asked: response codes (RFC 5530), and what Gmail and Exchange say in their place."""

_CODE = re.compile(r"\[([A-Z-]{1,30})[ \]]")


class Client(IMAPClient):  # type: ignore[misc]  # imapclient has no types
    """imapclient's client on our own wire."""

    def __init__(self, server: Server) -> None:
        self._context = None if server.tls == "none" else tls_context(server.ca_file, "account")
        implicit = server.tls == "implicit"
        super().__init__(server.host, server.port, ssl=implicit, timeout=SocketTimeout(CONNECT, READ))
        self.wire.debug = 0
        self.normalise_times = False

    @property
    def wire(self) -> Wire:
        wire: Wire = self._imap
        return wire

    def secured(self) -> None:
        """Begin TLS (RFC 3501, 6.2.1)."""
        if self.wire.state != "NONAUTH" or not self.has_capability("STARTTLS"):
            raise NeedsUser(f'{self.host} offers no STARTTLS on port {self.port}: try tls = "implicit" and port = 993.')
        self.starttls(self._context)

    def folders_with_uses(self) -> list[Listed]:
        """All folders, with their special uses (RFC 6154): some servers tell them only where they are asked for."""
        if not (self.has_capability("SPECIAL-USE") and self.has_capability("LIST-EXTENDED")):
            known: list[Listed] = self.list_folders()
            return known
        told, data = self.wire._simple_command("LIST", '""', '"*"', "RETURN (SPECIAL-USE)")  # noqa: SLF001
        self._checkok("list", told, data)
        told, data = self.wire._untagged_response(told, data, "LIST")  # noqa: SLF001
        return self._proc_folder_list(data)

    def _proc_folder_list(self, folder_data: Any) -> list[Listed]:
        """Those whose names can be said: one that is no modified UTF-7 (RFC 3501, 5.1.3) holds up no other."""
        self.folder_encode = False
        try:
            listed = super()._proc_folder_list(folder_data)
        finally:
            self.folder_encode = True
        return [(flags, delimiter, name) for flags, delimiter, raw in listed if (name := _name(raw)) is not None]

    def begin_idling(self) -> None:
        """Send IDLE (RFC 2177), and wait until the server has taken it; it may tell news before."""
        self._idle_tag = self.wire._command("IDLE")  # noqa: SLF001
        while self.wire._get_response() is not None:  # noqa: SLF001
            if self.wire.tagged_commands[self._idle_tag]:
                raise Unavailable(f"{self.host} refuses to tell of new mail.")

    def _create_IMAP4(self) -> Wire:  # noqa: N802 - imapclient's name
        return Wire(self.host, self.port, self._context if self.ssl else None)


def _name(raw: bytes | str | None) -> str | None:
    """A folder's name; a number comes as text. None where the server would not know it by what we say."""
    if not isinstance(raw, bytes):
        return raw
    try:
        name = decode(raw)
    except UnicodeError:
        return None
    return name if encode(name) == raw else None


SignIn = Callable[[Any], None]
"""Signs a client in. Raises NeedsUser where the server won't have it."""


def by_password(user: str, secret: Callable[[str], str]) -> SignIn:
    """Sign in with the password that `secret` gives for the user; it is asked for each time, and not kept."""

    def sign_in(client: Client) -> None:
        password = secret(user)
        with _refusals_told(
            client.host, "the user name or the password: check both; some providers want an app password"
        ):
            if client.has_capability("AUTH=PLAIN"):
                told = f"\0{user}\0{password}".encode()
                client.sasl_login("PLAIN", lambda _: told)
            elif client.has_capability("LOGINDISABLED") or not (user + password).isascii():
                raise NeedsUser(f"{client.host} takes no password this way: see whether it wants TLS or a token.")
            else:
                client.login(user, password)

    return sign_in


def by_token(user: str, token: Callable[[str], str], remedy: str = "`afterword connect`") -> SignIn:
    """Sign in with an access token: by OAUTHBEARER (RFC 7628) where offered, else by XOAUTH2.

    `token` gives one that is good and another than the one it is given, which the server would not have; `remedy` is what the
    user does where there is none.
    """

    def sign_in(client: Client) -> None:
        way = _way_of_tokens(client)
        first = token("")
        with _refusals_told(
            client.host, f"the sign-in as {user}: check the account's user, or sign in anew by {remedy}"
        ):
            try:
                way(user, first)
            except LoginError as error:
                if is_passing(error):
                    raise
                way(user, token(first))

    return sign_in


def _way_of_tokens(client: Client) -> Callable[[str, str], object]:
    ways: dict[str, Callable[[str, str], object]] = {
        "AUTH=OAUTHBEARER": client.oauthbearer_login,
        "AUTH=XOAUTH2": client.oauth2_login,
    }
    for capability, way in ways.items():
        if client.has_capability(capability):
            return way
    raise NeedsUser(f"{client.host} takes no tokens: name a password for the account instead.")


@contextmanager
def session(server: Server, sign_in: SignIn) -> Iterator[Client]:
    """A client that is signed in. Whatever the server does wrong inside the block is raised as Unavailable or NeedsUser."""
    with _told(server.host):
        client = Client(server)
        try:
            if server.tls == "starttls":
                client.secured()
            sign_in(client)
            yield client
        finally:
            _close(client)


def _close(client: Client) -> None:
    """Say good-bye, and wait for nothing: a server that hangs would hold us."""
    with suppress(Exception):
        client.wire.send(b"BYE LOGOUT\r\n")
    with suppress(Exception):
        client.wire.shutdown()


@contextmanager
def _refusals_told(host: str, refused: str) -> Iterator[None]:
    try:
        yield
    except LoginError as error:
        if is_passing(error) or "[SERVERBUG]" in str(error).upper():
            raise Unavailable(f"{host} can't sign anybody in at the moment.") from None
        raise NeedsUser(f"{host} refused {refused}.") from None


def is_passing(error: Exception) -> bool:
    """Whether a refusal has nothing to do with what was asked: another time it may be done."""
    return isinstance(error.__context__, IMAP4.abort) or any(code in str(error).upper() for code in PASSING)


@contextmanager
def _told(host: str) -> Iterator[None]:
    try:
        yield
    except ConnectorError:
        raise
    except ssl.SSLCertVerificationError as error:
        raise certificate_error(host, error, "account") from error
    except Exception as error:
        raise Unavailable(_sentence(host, error)) from error


def _refusal(error: Exception) -> str:
    if isinstance(error, IMAP4.abort) or "* BYE" in str(error):
        return "ended the connection"
    code = _CODE.search(str(error))
    return f"could not do what it was asked{f' ({code[1]})' if code else ''}"


def _sentence(host: str, error: Exception) -> str:
    """What an error means. Its own text may hold words of a mail, so it is not repeated."""
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
            return f"{host} {_refusal(error)}."
        case _:
            return f"{host} gave an answer that can't be understood ({type(error).__name__})."
