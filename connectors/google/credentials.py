"""Stored credentials of a sign-in to Google, refreshed by one process at a time (RFC 6749, 6)."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from http.client import HTTPException

import msgspec
from google.auth.exceptions import GoogleAuthError, ReauthFailError, RefreshError
from google.oauth2.credentials import Credentials
from google_auth_httplib2 import Request
from httplib2 import HttpLib2Error
from msgspec import Struct

from afterword.ports import NeedsUser, Unavailable

from ..tokens import TokenStore, account_name, connect_command
from .settings import Access
from .transport import HttpTransport

TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
_PERMANENT_ERRORS = frozenset(
    {"invalid_grant", "invalid_client", "unauthorized_client", "deleted_client", "disabled_client", "access_denied"}
)
"""Errors (RFC 6749, 5.2, and Google's own) that only the user can fix; others are temporary."""


def sign_in_hint(access: Access) -> str:
    """Return what the user does to sign in, as the end of a sentence."""
    return f"sign in by {connect_command(account_name(access.token_file))}"


class StoredCredentials(Credentials):
    """The credentials in a `TokenStore`, which are stored again after each refresh, before they are used.

    They don't request scopes: a revoked scope only fails where it is used. Construction raises NeedsUser if there are no valid
    credentials.
    """

    def __init__(self, access: Access) -> None:
        self._store, self._access = TokenStore(access.token_file, access.tokens), access
        self._load()

    def valid_token(self, refused: str = "") -> str:
        """Return a valid access token other than `refused`. Raises NeedsUser and Unavailable."""
        if not self.valid or self.token == refused:
            self.refresh()
        return str(self.token)

    def refresh(self, _request: object = None) -> None:
        """Refresh through our own transport: some of the library's have no timeout, or follow redirects."""
        refused = self.token
        with self._store.locked():
            self._load()
            if self.token != refused and self.valid:
                return
            with _translate_errors(self._access), closing(HttpTransport()) as transport:
                super().refresh(Request(transport))  # type: ignore[no-untyped-call] # google-auth has no types
                renewed = str(self.to_json())  # type: ignore[no-untyped-call] # as above
                msgspec.json.decode(renewed, type=_Tokens)  # what can't be read again would end the sign-in
            self._store.write(renewed)

    def _load(self) -> None:
        """Load the stored credentials, which another process may have refreshed, replaced or removed."""
        tokens = _read(self._store.read(), self._access)
        super().__init__(  # type: ignore[no-untyped-call] # as above
            token=tokens.token,
            refresh_token=tokens.refresh_token,
            token_uri=tokens.token_uri if self._access.endpoint else TOKEN_URI,
            client_id=tokens.client_id,
            client_secret=tokens.client_secret,
            expiry=tokens.expiry.astimezone(UTC).replace(tzinfo=None),
        )


class _Tokens(Struct, frozen=True, kw_only=True):
    """The fields of google-auth's JSON that are read."""

    refresh_token: str
    client_id: str
    client_secret: str
    token_uri: str = TOKEN_URI
    token: str | None = None
    expiry: datetime = datetime.min.replace(tzinfo=UTC)


def _read(text: str, access: Access) -> _Tokens:
    if not text:
        raise NeedsUser(f"Nobody has signed in to {account_name(access.token_file)} yet: {sign_in_hint(access)}.")
    try:
        return msgspec.json.decode(text, type=_Tokens)
    except (msgspec.DecodeError, UnicodeError):
        raise NeedsUser(
            f"The sign-in to {account_name(access.token_file)} can't be read: {sign_in_hint(access)}."
        ) from None


@contextmanager
def _translate_errors(access: Access) -> Iterator[None]:
    """Raise NeedsUser only for Google's own refusals of the sign-in; network errors are Unavailable."""
    try:
        yield
    except RefreshError as error:
        if isinstance(error, ReauthFailError) or _error_code(error) in _PERMANENT_ERRORS:
            raise NeedsUser(
                f"The sign-in to {account_name(access.token_file)} has ended: {sign_in_hint(access)} again."
            ) from error
        raise Unavailable("Google can't renew the sign-in at the moment.") from error
    except (GoogleAuthError, HTTPException, HttpLib2Error, OSError) as error:
        raise Unavailable(f"Google can't be reached to renew the sign-in ({type(error).__name__}).") from error
    except (TypeError, AttributeError, ValueError, OverflowError, RecursionError) as error:
        raise Unavailable("Google gave an answer to the sign-in that can't be understood.") from error


def _error_code(error: RefreshError) -> str:
    details = error.args[1] if len(error.args) > 1 else None
    return str(details.get("error")) if isinstance(details, dict) else ""
