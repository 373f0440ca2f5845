"""Signing in to an account's server, and what its errors and the libraries' mean for the user."""

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
from .line import Line
from .server import Server
from .settings import CaldavSettings

HTTPS = 443
MOST_CAUSES = 10


@contextmanager
def connected(settings: CaldavSettings) -> Iterator[Server]:
    """A server that requests can be made to. Whatever goes wrong inside the block is raised as Unavailable or NeedsUser."""
    with _told(settings):
        url = _found(settings)
        client = DAVClient(
            url,
            username=settings.user,
            password=settings.password.reveal(settings.user),
            ssl_verify_cert=settings.ca_file or True,
            enable_rfc6764=False,
        )
        client.session.close()
        client.session = Line(url)
        try:
            yield Server(client, settings.host)
        finally:
            client.close()


def _found(settings: CaldavSettings) -> str:
    return settings.url if "://" in settings.url else _discovered(settings.url, settings.ca_file)


@cache
def _discovered(name: str, ca_file: str) -> str:
    """The server of a domain or mail address; asked for once, for it takes several questions to the network."""
    from caldav.discovery import discover_caldav  # asks DNS, which most accounts need not

    domain = name.rpartition("@")[2]
    service = discover_caldav(domain, ssl_verify_cert=ca_file or True, require_tls=True)  # type: ignore[arg-type]
    if service is None:
        if _is_out_of_reach(domain):
            raise Unavailable(f"{domain} can't be looked up: see whether the network is there.")
        raise NeedsUser(f"No calendar server can be found for {domain}: name its https address as the account's url.")
    return service.url


def _is_out_of_reach(domain: str) -> bool:
    try:
        socket.getaddrinfo(domain, HTTPS)
    except socket.gaierror as error:
        return error.errno == socket.EAI_AGAIN
    return False


@contextmanager
def _told(settings: CaldavSettings) -> Iterator[None]:
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
        rest = parse_retry_after(error.retry_after or "")
        raise Unavailable(f"{host} asks to be left alone for a while.", rest) from None
    except Exception as error:
        _discovered.cache_clear()
        if _about_certificate(error):
            hint = "check the account's url, or name the authority's certificate as ca_file"
            raise NeedsUser(f"The certificate of {host} can't be trusted: {hint}.") from error
        raise Unavailable(_sentence(host, error)) from error


def _about_certificate(error: BaseException | None) -> bool:
    """Whether it is in the chain of what led to it, or in its words: the libraries wrap it."""
    for _ in range(MOST_CAUSES):
        if isinstance(error, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(error):
            return True
        error = error and (error.__cause__ or error.__context__)
    return False


def _sentence(host: str, error: Exception) -> str:
    """What an error means. Its own text may hold words of an entry, so it is not repeated."""
    match error:
        case Timeout():
            return f"{host} did not answer in time."
        case Unreachable():
            return f"{host} can't be reached: see whether the network is there, and the account's url is right."
        case dav.DAVError(status=int(status)):
            return f"{host} could not do what it was asked ({status})."
        case _:
            return f"{host} gave an answer that can't be understood ({type(error).__name__})."
