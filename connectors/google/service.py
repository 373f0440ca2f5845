"""Google's APIs by its own client library, built from the discovery documents that the library ships, with errors told in sentences."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPException
from ssl import SSLCertVerificationError
from typing import Any

import httplib2
from google.auth.exceptions import GoogleAuthError
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build_from_document
from googleapiclient.discovery_cache import get_static_doc
from googleapiclient.errors import BatchError, HttpError, UnexpectedBodyError, UnexpectedMethodError

from afterword.ports import ConnectorError, NeedsUser, Unavailable

from .. import retries
from .asking import is_too_much, reasons, retry_after
from .credentials import KeptCredentials, account_name
from .line import Line
from .settings import Access

_TOO_MUCH_FOR_TODAY = {"quotaExceeded", "dailyLimitExceeded"}
_NO_GMAIL = b"Mail service not enabled"
_REFUSALS = {
    frozenset({"accessNotConfigured", "SERVICE_DISABLED"}): (
        "Your OAuth client's project may not use the API for {what} yet: enable it (docs/google.md)."
    ),
    frozenset({"domainPolicy"}): (
        "Your organization does not let Afterword use {what}: ask who administers its Google accounts."
    ),
    frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficientScope", "forbidden"}): (
        "Google does not let Afterword use {what}: sign in again by `afterword connect {account}`, and allow it."
    ),
}
"""Reasons of a 403, and what the user does about each
(https://developers.google.com/workspace/gmail/api/guides/handle-errors).
"""

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
    except (
        BatchError,
        UnexpectedBodyError,
        UnexpectedMethodError,
        ValueError,
        KeyError,
        SSLCertVerificationError,
    ) as error:
        raise Unavailable(
            f"Google gave an answer that can't be understood ({type(error).__name__}): does this network want you to log in first?"
        ) from error
    except HttpError as error:
        raise _of_answer(error, access, what) from error
    except (GoogleAuthError, httplib2.HttpLib2Error, HTTPException, OSError) as error:
        raise Unavailable(f"Google can't be reached ({type(error).__name__}).") from error


def _of_answer(error: HttpError, access: Access, what: str) -> ConnectorError:
    rest = retries.parse_retry_after(retry_after(error))
    if is_too_much(error) or (error.status_code == HTTPStatus.FORBIDDEN and reasons(error) & _TOO_MUCH_FOR_TODAY):
        return Unavailable(f"Google has had too many requests for {what}: it is left alone for a while.", rest)
    sentence = _for_the_user(error)
    if sentence:
        return NeedsUser(sentence.format(what=what, account=account_name(access)))
    return Unavailable(f"Google can't give {what} at the moment (status {error.status_code}).", rest)


def _for_the_user(error: HttpError) -> str:
    """What only the user can mend; empty for all else."""
    if error.status_code == HTTPStatus.UNAUTHORIZED:
        return "Google refuses the sign-in to {account}: sign in again by `afterword connect {account}`."
    if _NO_GMAIL in error.content:
        return "The Google account {account} has no Gmail: set mail = false, or sign in to another."
    why = reasons(error) if error.status_code == HTTPStatus.FORBIDDEN else set()
    return next((sentence for known, sentence in _REFUSALS.items() if known & why), "")
