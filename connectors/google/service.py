"""Clients of Google's APIs, built from the discovery documents in the library, and translation of errors."""

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
from ..tokens import account_name, connect_command
from .credentials import StoredCredentials
from .execution import error_reasons, is_rate_limited, retry_after
from .settings import Access
from .transport import HttpTransport

_DAILY_LIMIT_REASONS = {"quotaExceeded", "dailyLimitExceeded"}
_GMAIL_DISABLED = b"Mail service not enabled"
_USER_SENTENCES = {
    frozenset({"accessNotConfigured", "SERVICE_DISABLED"}): (
        "Your OAuth client's project may not use the API for {what} yet: enable it (docs/google.md)."
    ),
    frozenset({"domainPolicy"}): (
        "Your organization does not let Afterword use {what}: ask who administers its Google accounts."
    ),
    frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficientScope", "forbidden"}): (
        "Google does not let Afterword use {what}: sign in again by {command}, and allow it."
    ),
}
"""Sentences for the user by the reasons of a 403
(https://developers.google.com/workspace/gmail/api/guides/handle-errors).
"""

_VERSIONS = {"gmail": "v1", "calendar": "v3"}


def build_client(name: str, access: Access) -> Any:
    """Return a client for an API ("gmail", "calendar"), to be used by one thread. Raises NeedsUser without a sign-in."""
    document = json.loads(get_static_doc(name, _VERSIONS[name]))
    if access.endpoint:
        root = access.endpoint.rstrip("/") + "/"
        document.update(rootUrl=root, baseUrl=root + document["servicePath"])
        document.pop("mtlsRootUrl", None)
    return build_from_document(document, http=AuthorizedHttp(StoredCredentials(access), http=HttpTransport()))


@contextmanager
def open_client(name: str, access: Access, what: str) -> Iterator[Any]:
    """Yield a client, and close it at the end; errors as in `translate_errors`."""
    with translate_errors(access, what):
        client = build_client(name, access)
        try:
            yield client
        finally:
            client.close()


@contextmanager
def translate_errors(access: Access, what: str) -> Iterator[None]:
    """Raise errors inside the block as Unavailable or NeedsUser; `what` is what was requested ("your mail")."""
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
        raise _from_http_error(error, access, what) from error
    except (GoogleAuthError, httplib2.HttpLib2Error, HTTPException, OSError) as error:
        raise Unavailable(f"Google can't be reached ({type(error).__name__}).") from error


def _from_http_error(error: HttpError, access: Access, what: str) -> ConnectorError:
    wait = retries.parse_retry_after(retry_after(error))
    if is_rate_limited(error) or (
        error.status_code == HTTPStatus.FORBIDDEN and error_reasons(error) & _DAILY_LIMIT_REASONS
    ):
        return Unavailable(f"Google has had too many requests for {what}: it is left alone for a while.", wait)
    sentence = _user_sentence(error)
    if sentence:
        account = account_name(access.token_file)
        return NeedsUser(sentence.format(what=what, account=account, command=connect_command(account)))
    return Unavailable(f"Google can't give {what} at the moment (status {error.status_code}).", wait)


def _user_sentence(error: HttpError) -> str:
    """The sentence for an error that only the user can fix; "" for others."""
    if error.status_code == HTTPStatus.UNAUTHORIZED:
        return "Google refuses the sign-in to {account}: sign in again by {command}."
    if _GMAIL_DISABLED in error.content:
        return "The Google account {account} has no Gmail: set mail = false, or sign in to another."
    found = error_reasons(error) if error.status_code == HTTPStatus.FORBIDDEN else set()
    return next((sentence for known, sentence in _USER_SENTENCES.items() if known & found), "")
