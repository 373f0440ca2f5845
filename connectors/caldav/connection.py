"""Connection to an account's server, and translation of errors to Unavailable and NeedsUser."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http import HTTPStatus

from caldav.davclient import DAVClient
from caldav.lib import error as dav
from niquests.exceptions import ConnectionError as Unreachable
from niquests.exceptions import Timeout

from afterword.ports import ConnectorError, NeedsUser, Unavailable

from ..retries import parse_retry_after
from .http_session import HttpSession
from .server import Server
from .settings import CaldavSettings

HTTPS = 443
MAX_CAUSES = 10


@contextmanager
def connect(settings: CaldavSettings) -> Iterator[Server]:
    """Connect, and close at the end of the block. Errors inside the block are raised as Unavailable or NeedsUser."""
    with _translate_errors(settings):
        url = _server_url(settings)
        client = DAVClient(
            url,
            username=settings.user,
            password=settings.password.reveal(settings.user),
            ssl_verify_cert=settings.ca_file or True,
            enable_rfc6764=False,
        )
        client.session.close()
        client.session = HttpSession(url)
        try:
            yield Server(client, settings.host)
        finally:
            client.close()


def _server_url(settings: CaldavSettings) -> str:
    return settings.url if "://" in settings.url else _discover(settings.url, settings.ca_file)


@cache
def _discover(name: str, ca_file: str) -> str:
    """Return the server URL for a domain or mail address (RFC 6764); cached, because it takes several DNS and HTTP requests."""
    from caldav.discovery import discover_caldav  # asks DNS, which most accounts need not

    domain = name.rpartition("@")[2]
    service = discover_caldav(domain, ssl_verify_cert=ca_file or True, require_tls=True)  # type: ignore[arg-type]
    if service is None:
        if _is_dns_unavailable(domain):
            raise Unavailable(f"{domain} can't be looked up: see whether the network is there.")
        raise NeedsUser(f"No calendar server can be found for {domain}: name its https address as the account's url.")
    return service.url


def _is_dns_unavailable(domain: str) -> bool:
    try:
        socket.getaddrinfo(domain, HTTPS)
    except socket.gaierror as error:
        return error.errno == socket.EAI_AGAIN
    return False


@contextmanager
def _translate_errors(settings: CaldavSettings) -> Iterator[None]:
    host = settings.host
    try:
        yield
    except ConnectorError:
        raise
    except dav.AuthorizationError as error:
        if error.status == HTTPStatus.FORBIDDEN:
            raise NeedsUser(
                f"{host} does not allow this user what was asked: check the calendar's permissions."
            ) from None
        hint = "check both; some providers want an app password"
        raise NeedsUser(f"{host} refused the user name or the password: {hint}.") from None
    except dav.RateLimitError as error:
        retry_after = parse_retry_after(error.retry_after or "")
        raise Unavailable(f"{host} asks to be left alone for a while.", retry_after) from None
    except Exception as error:
        _discover.cache_clear()
        if _is_certificate_error(error):
            hint = "check the account's url, or name the authority's certificate as ca_file"
            raise NeedsUser(f"The certificate of {host} can't be trusted: {hint}.") from error
        raise Unavailable(_describe(host, error)) from error


def _is_certificate_error(error: BaseException | None) -> bool:
    """Whether a certificate error is in the chain of causes, or quoted in a message: the libraries wrap it."""
    for _ in range(MAX_CAUSES):
        if isinstance(error, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(error):
            return True
        error = error and (error.__cause__ or error.__context__)
    return False


def _describe(host: str, error: Exception) -> str:
    """A sentence for the error, without its text, which may quote an entry."""
    match error:
        case Timeout():
            return f"{host} did not answer in time."
        case Unreachable():
            return f"{host} can't be reached: see whether the network is there, and the account's url is right."
        case dav.DAVError(status=int(status)):
            return f"{host} could not do what it was asked ({status})."
        case _:
            return f"{host} gave an answer that can't be understood ({type(error).__name__})."
