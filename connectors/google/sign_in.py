"""Signing in by OAuth 2.0 for installed apps: a page in the browser, an answer on loopback, PKCE (RFC 8252, RFC 7636)."""

import json
import os
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any

import msgspec
from google.auth.exceptions import GoogleAuthError, ReauthFailError, RefreshError
from google.oauth2.credentials import Credentials
from httplib2 import HttpLib2Error
from msgspec import Struct

from afterword.ports import NeedsUser, Prompt, Unavailable

from ..tokens import TokenStore
from .settings import PURPOSES, Access

PATIENCE = 600
"""Seconds that the user has for signing in."""

TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
_ENDED = frozenset(
    {"invalid_grant", "invalid_client", "unauthorized_client", "deleted_client", "disabled_client", "access_denied"}
)
"""Errors (RFC 6749, 5.2, and Google's own) that only the user can mend; all others may pass."""

_PASSING = frozenset({"missing_token", "server_error", "temporarily_unavailable", "internal_failure"})
"""What the sign-in ends with where Google is busy, or a page stands in its answer's place."""

_NEEDED = ("client_id", "client_secret", "auth_uri", "token_uri")
_IN_PART = "OAUTHLIB_RELAX_TOKEN_SCOPE"
_SUCCESS = "You are signed in. This page can be closed: Afterword goes on in the terminal."


def account_name(access: Access) -> str:
    """The name of the account in the configuration."""
    return Path(access.token_file).name


def signed_in(access: Access) -> Credentials:
    """The credentials that are kept. Raises NeedsUser where nobody has signed in yet, or what is kept is broken."""
    store = TokenStore(access.token_file, access.tokens)
    text = store.read()
    if not text:
        raise NeedsUser(f"Nobody has signed in to {account_name(access)} yet: {_how(access)}.")
    return _Kept(text, store, access)


def sign_in(access: Access, scopes: Sequence[str], prompt: Prompt) -> list[str]:
    """Lead the user through the browser, keep what comes of it, and give the scopes that they granted.

    Raises NeedsUser and Unavailable.
    """
    from google_auth_oauthlib.flow import InstalledAppFlow

    flow = InstalledAppFlow.from_client_config(_client(access), list(scopes), autogenerate_code_verifier=True)
    prompt.say("Google will ask whether Afterword may:")
    for scope in scopes:
        prompt.say(f"  - {PURPOSES[scope]}")
    with closing(flow.oauth2session), _failure_told(access), _granted_in_part(), _shown_by(prompt) as browser:
        granted = flow.run_local_server(
            host="127.0.0.1",
            port=0,
            browser=browser,
            authorization_prompt_message=None,
            success_message=_SUCCESS,
            timeout_seconds=PATIENCE,
            access_type="offline",
            prompt="consent",
        )
    store = TokenStore(access.token_file, access.tokens)
    with store.held():
        store.keep(granted.to_json())
    return list(granted.granted_scopes or granted.scopes or ())


class _Kept(Credentials):
    """Credentials that are refreshed once, whoever asks first, and kept before they are used.

    They know nothing of scopes: what the user took back later shows where it is used, and ends no sign-in.
    """

    def __init__(self, text: str, store: TokenStore, access: Access) -> None:
        self._store, self._access = store, access
        known = _read(text, access)
        super().__init__(  # type: ignore[no-untyped-call] # google-auth has no types
            token=known.token,
            refresh_token=known.refresh_token,
            token_uri=known.token_uri if access.endpoint else TOKEN_URI,
            client_id=known.client_id,
            client_secret=known.client_secret,
            expiry=known.expiry.astimezone(UTC).replace(tzinfo=None),
        )

    def refresh(self, request: Any) -> None:
        refused = self.token
        with self._store.held():
            fresh = self._of_another(refused)
            if fresh is not None:
                self.token, self.expiry, self._refresh_token = fresh.token, fresh.expiry, fresh.refresh_token
                return
            with _refusal_told(self._access):
                super().refresh(request)  # type: ignore[no-untyped-call] # as above
            self._store.keep(self.to_json())  # type: ignore[no-untyped-call] # as above

    def _of_another(self, refused: str | None) -> "_Kept | None":
        """What somebody else has refreshed meanwhile."""
        text = self._store.read()
        kept = _Kept(text, self._store, self._access) if text else None
        return kept if kept is not None and kept.token != refused and kept.valid else None


class _Tokens(Struct, frozen=True, kw_only=True):
    """What google-auth keeps of a sign-in, as far as it is read again."""

    refresh_token: str
    client_id: str
    client_secret: str
    token_uri: str = TOKEN_URI
    token: str | None = None
    expiry: datetime = datetime.min.replace(tzinfo=UTC)


def _read(text: str, access: Access) -> _Tokens:
    try:
        return msgspec.json.decode(text, type=_Tokens)
    except (msgspec.DecodeError, UnicodeError):
        raise NeedsUser(f"The sign-in to {account_name(access)} can't be read: {_how(access)}.") from None


def _client(access: Access) -> dict[str, Any]:
    path = Path(access.client_secrets).expanduser()
    try:
        held = json.loads(path.read_bytes())
    except OSError as error:
        raise NeedsUser(f"The OAuth client {path} can't be read ({error.strerror}): see docs/google.md.") from None
    except ValueError:
        held = None
    client = held.get("installed") if isinstance(held, dict) else None
    if not isinstance(client, dict) or not all(isinstance(client.get(each), str) for each in _NEEDED):
        raise NeedsUser(f"{path} is no OAuth client for desktop apps: see docs/google.md for how to make one.")
    return {"installed": client}


def _how(access: Access) -> str:
    return f"sign in by `afterword connect {account_name(access)}`"


@contextmanager
def _failure_told(access: Access) -> Iterator[None]:
    from google_auth_oauthlib.flow import WSGITimeoutError
    from oauthlib.oauth2 import OAuth2Error
    from requests import RequestException

    try:
        yield
    except WSGITimeoutError:
        raise NeedsUser(f"Nobody signed in within {PATIENCE // 60} minutes: {_how(access)}.") from None
    except OAuth2Error as error:
        if error.error in _PASSING:
            raise Unavailable(f"Google can't sign anybody in at the moment ({error.error}).") from error
        raise NeedsUser(
            f"Google did not sign you in ({error.error or type(error).__name__}): {_how(access)}."
        ) from None
    except (RequestException, GoogleAuthError, OSError, ValueError) as error:
        raise Unavailable(f"Google can't be reached to sign in ({type(error).__name__}): try again later.") from error


@contextmanager
def _refusal_told(access: Access) -> Iterator[None]:
    """Only what Google says of the sign-in itself is the user's matter: a line that is down is not, nor a page in between."""
    try:
        yield
    except RefreshError as error:
        if isinstance(error, ReauthFailError) or _code(error) in _ENDED:
            raise NeedsUser(f"The sign-in to {account_name(access)} has ended: {_how(access)} again.") from error
        raise Unavailable("Google can't renew the sign-in at the moment.") from error
    except (GoogleAuthError, HTTPException, HttpLib2Error, OSError) as error:
        raise Unavailable(f"Google can't be reached to renew the sign-in ({type(error).__name__}).") from error
    except (TypeError, AttributeError, ValueError) as error:
        raise Unavailable("Google gave an answer to the sign-in that can't be understood.") from error


def _code(error: RefreshError) -> str:
    told = error.args[1] if len(error.args) > 1 else None
    return str(told.get("error")) if isinstance(told, dict) else ""


@contextmanager
def _shown_by(prompt: Prompt) -> Iterator[str]:
    """A browser, by its name, that shows a page through the prompt."""
    name = f"afterword-{os.getpid()}"
    webbrowser.register(name, None, _Shown(prompt))
    yield name


class _Shown(webbrowser.BaseBrowser):
    def __init__(self, prompt: Prompt) -> None:
        super().__init__()
        self._prompt = prompt

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:  # noqa: ARG002 - the library's signature
        opened = self._prompt.open_page(url)
        self._prompt.say("Your browser shows the page. It is this one:" if opened else "Open this page in a browser:")
        self._prompt.say(f"\n  {url}\n")
        if not opened:
            self._prompt.say(_forwarding(url))
        return True


def _forwarding(url: str) -> str:
    from urllib.parse import parse_qs, urlsplit

    answer = urlsplit(parse_qs(urlsplit(url).query).get("redirect_uri", [""])[0])
    return f"If that browser is on another machine, forward its port first: ssh -L {answer.port}:127.0.0.1:{answer.port} THIS-MACHINE"


@contextmanager
def _granted_in_part() -> Iterator[None]:
    """The user may leave out some of what is asked for: that is no error."""
    before = os.environ.get(_IN_PART)
    os.environ[_IN_PART] = "1"
    try:
        yield
    finally:
        os.environ.pop(_IN_PART)
        if before is not None:
            os.environ[_IN_PART] = before
