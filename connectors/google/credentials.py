"""What a sign-in to Google left: read where it is kept, and renewed by one at a time (OAuth 2.0, RFC 6749, 6)."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path

import msgspec
from google.auth.exceptions import GoogleAuthError, ReauthFailError, RefreshError
from google.oauth2.credentials import Credentials
from google_auth_httplib2 import Request
from httplib2 import HttpLib2Error
from msgspec import Struct

from afterword.ports import NeedsUser, Unavailable

from ..tokens import TokenStore
from .line import Line
from .settings import Access

TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
_ENDED = frozenset(
    {"invalid_grant", "invalid_client", "unauthorized_client", "deleted_client", "disabled_client", "access_denied"}
)
"""Errors (RFC 6749, 5.2, and Google's own) that only the user can mend; all others may pass."""


def account_name(access: Access) -> str:
    """The name of the account in the configuration."""
    return Path(access.token_file).name


def how(access: Access) -> str:
    """What the user does to sign in."""
    return f"sign in by `afterword connect {account_name(access)}`"


class KeptCredentials(Credentials):
    """Those that a sign-in left: refreshed once, whoever asks first, and kept before they are used.

    They know nothing of scopes: what the user took back later shows where it is used, and ends no sign-in. Making them raises
    NeedsUser where nobody has signed in yet, or what is kept is broken.
    """

    def __init__(self, access: Access) -> None:
        self._store, self._access = TokenStore(access.token_file, access.tokens), access
        self._take_what_is_kept()

    def good_token(self, refused: str = "") -> str:
        """An access token that is good now, and another one than `refused`. Raises NeedsUser and Unavailable."""
        if not self.valid or self.token == refused:
            self.refresh()
        return str(self.token)

    def refresh(self, _request: object = None) -> None:
        """By a line of their own, whichever the library brings: some of its know no end of patience, or follow a redirect."""
        refused = self.token
        with self._store.locked():
            self._take_what_is_kept()
            if self.token != refused and self.valid:
                return
            with _refusal_told(self._access), closing(Line()) as line:
                super().refresh(Request(line))  # type: ignore[no-untyped-call] # google-auth has no types
                renewed = str(self.to_json())  # type: ignore[no-untyped-call] # as above
                msgspec.json.decode(renewed, type=_Tokens)  # what can't be read again would end the sign-in
            self._store.write(renewed)

    def _take_what_is_kept(self) -> None:
        """Somebody else may have refreshed it, signed in anew, or taken it away."""
        known = _read(self._store.read(), self._access)
        super().__init__(  # type: ignore[no-untyped-call] # as above
            token=known.token,
            refresh_token=known.refresh_token,
            token_uri=known.token_uri if self._access.endpoint else TOKEN_URI,
            client_id=known.client_id,
            client_secret=known.client_secret,
            expiry=known.expiry.astimezone(UTC).replace(tzinfo=None),
        )


class _Tokens(Struct, frozen=True, kw_only=True):
    """What google-auth keeps of a sign-in, as far as it is read again."""

    refresh_token: str
    client_id: str
    client_secret: str
    token_uri: str = TOKEN_URI
    token: str | None = None
    expiry: datetime = datetime.min.replace(tzinfo=UTC)


def _read(text: str, access: Access) -> _Tokens:
    if not text:
        raise NeedsUser(f"Nobody has signed in to {account_name(access)} yet: {how(access)}.")
    try:
        return msgspec.json.decode(text, type=_Tokens)
    except (msgspec.DecodeError, UnicodeError):
        raise NeedsUser(f"The sign-in to {account_name(access)} can't be read: {how(access)}.") from None


@contextmanager
def _refusal_told(access: Access) -> Iterator[None]:
    """Only what Google says of the sign-in itself is the user's matter: a line that is down is not, nor a page in between."""
    try:
        yield
    except RefreshError as error:
        if isinstance(error, ReauthFailError) or _code(error) in _ENDED:
            raise NeedsUser(f"The sign-in to {account_name(access)} has ended: {how(access)} again.") from error
        raise Unavailable("Google can't renew the sign-in at the moment.") from error
    except (GoogleAuthError, HTTPException, HttpLib2Error, OSError) as error:
        raise Unavailable(f"Google can't be reached to renew the sign-in ({type(error).__name__}).") from error
    except (TypeError, AttributeError, ValueError, OverflowError, RecursionError) as error:
        raise Unavailable("Google gave an answer to the sign-in that can't be understood.") from error


def _code(error: RefreshError) -> str:
    told = error.args[1] if len(error.args) > 1 else None
    return str(told.get("error")) if isinstance(told, dict) else ""
