"""Google's APIs by its own client library, built from the discovery documents that the library ships, with errors told in sentences."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from typing import Any

import httplib2
from google.auth.exceptions import GoogleAuthError
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build_from_document
from googleapiclient.discovery_cache import get_static_doc
from googleapiclient.errors import BatchError, HttpError, UnexpectedBodyError, UnexpectedMethodError

from afterword.ports import ConnectorError, NeedsUser, Unavailable

from .asking import TOO_MUCH, reasons
from .credentials import KeptCredentials, account_name
from .line import Line
from .settings import Access

_TOO_MUCH = TOO_MUCH | {"quotaExceeded", "dailyLimitExceeded"}
_NOT_ALLOWED = frozenset(
    {"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficientScope", "forbidden"}
)
_NOT_ENABLED = frozenset({"accessNotConfigured", "SERVICE_DISABLED"})
_NOT_BY_ADMIN = frozenset({"domainPolicy"})
_UNAUTHORIZED, _FORBIDDEN, _TOO_MANY = 401, 403, 429
_VERSIONS = {"gmail": "v1", "calendar": "v3"}


def service(name: str, access: Access) -> Any:
    """The client of an API ("gmail", "calendar"); one for each thread. Raises NeedsUser where nobody has signed in."""
    document = json.loads(get_static_doc(name, _VERSIONS[name]))
    if access.endpoint:
        root = access.endpoint.rstrip("/") + "/"
        document.update(rootUrl=root, baseUrl=root + document["servicePath"])
        document.pop("mtlsRootUrl", None)
    return build_from_document(document, http=AuthorizedHttp(KeptCredentials(access), http=Line()))


@contextmanager
def opened(name: str, access: Access, what: str) -> Iterator[Any]:
    """The client of an API, closed in the end; what goes wrong inside is told as `told` does."""
    with told(access, what):
        client = service(name, access)
        try:
            yield client
        finally:
            client.close()


@contextmanager
def told(access: Access, what: str) -> Iterator[None]:
    """Raise what goes wrong inside as Unavailable or NeedsUser; `what` is what was asked for ("your mail")."""
    try:
        yield
    except ConnectorError:
        raise
    except (BatchError, UnexpectedBodyError, UnexpectedMethodError, ValueError, KeyError) as error:
        raise Unavailable(f"Google gave an answer that can't be understood ({type(error).__name__}).") from error
    except HttpError as error:
        raise _of_answer(error, access, what) from error
    except (GoogleAuthError, httplib2.HttpLib2Error, HTTPException, OSError) as error:
        raise Unavailable(f"Google can't be reached ({type(error).__name__}).") from error


def _of_answer(error: HttpError, access: Access, what: str) -> ConnectorError:
    why = reasons(error)
    again = f"sign in again by `afterword connect {account_name(access)}`"
    if error.status_code == _UNAUTHORIZED:
        return NeedsUser(f"Google refuses the sign-in to {account_name(access)}: {again}.")
    if error.status_code == _TOO_MANY or (error.status_code == _FORBIDDEN and why & _TOO_MUCH):
        return Unavailable(f"Google has had too many requests for {what}: it is left alone for a while.")
    if error.status_code == _FORBIDDEN and why & _NOT_ENABLED:
        return NeedsUser(f"Your OAuth client's project may not use the API for {what} yet: enable it (docs/google.md).")
    if error.status_code == _FORBIDDEN and why & _NOT_BY_ADMIN:
        return NeedsUser(
            f"Your organization does not let Afterword use {what}: ask who administers its Google accounts."
        )
    if error.status_code == _FORBIDDEN and why & _NOT_ALLOWED:
        return NeedsUser(f"Google does not let Afterword use {what}: {again}, and allow it.")
    return Unavailable(f"Google can't give {what} at the moment (status {error.status_code}).")
