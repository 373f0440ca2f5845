"""Signing in by OAuth 2.0 for installed apps: a page in the browser, an answer on loopback, PKCE (RFC 8252, RFC 7636)."""

import json
import os
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from google.oauth2.credentials import Credentials

from afterword.ports import NeedsUser, Prompt, Unavailable

from ..tokens import TokenStore
from .settings import PURPOSES, Access

PATIENCE = 600
"""Seconds that the user has for signing in."""

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
    return _Kept.of(text, store, access)


def sign_in(access: Access, scopes: Sequence[str], prompt: Prompt) -> Credentials:
    """Lead the user through the browser, and keep what comes of it. Raises NeedsUser and Unavailable."""
    from google_auth_oauthlib.flow import InstalledAppFlow, WSGITimeoutError

    flow = InstalledAppFlow.from_client_config(_client(access), list(scopes), autogenerate_code_verifier=True)
    prompt.say("Google will ask whether Afterword may:")
    for scope in scopes:
        prompt.say(f"  - {PURPOSES[scope]}")
    try:
        with _granted_in_part(), _shown_by(prompt) as browser:
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
    except WSGITimeoutError:
        raise NeedsUser(f"Nobody signed in within {PATIENCE // 60} minutes: {_how(access)}.") from None
    except (GoogleAuthError, OSError) as error:
        raise Unavailable(f"Google can't be reached ({type(error).__name__}): try again later.") from error
    except Exception as error:
        raise NeedsUser(f"Google did not sign you in ({type(error).__name__}): {_how(access)}.") from error
    _keep(access, granted)
    return signed_in(access)


def missing(credentials: Credentials, scopes: Sequence[str]) -> list[str]:
    """The scopes that the user did not grant."""
    granted = set(credentials.granted_scopes or credentials.scopes or ())
    return [each for each in scopes if each not in granted]


class _Kept(Credentials):
    """Credentials that are refreshed once, whoever asks first, and kept before they are used."""

    _store: TokenStore
    _access: Access

    @classmethod
    def of(cls, text: str, store: TokenStore, access: Access) -> "_Kept":
        try:
            kept: _Kept = cls.from_authorized_user_info(json.loads(text))  # type: ignore[no-untyped-call] # see refresh
        except (ValueError, TypeError, KeyError):
            raise NeedsUser(f"The sign-in to {account_name(access)} can't be read: {_how(access)}.") from None
        kept._store, kept._access = store, access
        return kept

    def refresh(self, request: Any) -> None:
        refused = self.token
        with self._store.held():
            fresh = self._of_another(refused)
            if fresh is not None:
                self.token, self.expiry, self._refresh_token = fresh.token, fresh.expiry, fresh.refresh_token
                return
            with _refusal_told(self._access):
                super().refresh(request)  # type: ignore[no-untyped-call] # google-auth has no types
            self._store.keep(self.to_json())  # type: ignore[no-untyped-call] # as above

    def _of_another(self, refused: str | None) -> "_Kept | None":
        """What somebody else has refreshed meanwhile."""
        text = self._store.read()
        kept = self.of(text, self._store, self._access) if text else None
        return kept if kept is not None and kept.token != refused and kept.valid else None


def _client(access: Access) -> dict[str, Any]:
    path = Path(access.client_secrets).expanduser()
    try:
        held = json.loads(path.read_bytes())
    except OSError as error:
        raise NeedsUser(f"The OAuth client {path} can't be read ({error.strerror}): see docs/google.md.") from None
    except ValueError:
        held = None
    if not isinstance(held, dict) or not isinstance(held.get("installed"), dict):
        raise NeedsUser(f"{path} is no OAuth client for desktop apps: see docs/google.md for how to make one.")
    return held


def _keep(access: Access, granted: Credentials) -> None:
    text = json.loads(granted.to_json())
    text["scopes"] = list(granted.granted_scopes or granted.scopes or ())
    store = TokenStore(access.token_file, access.tokens)
    with store.held():
        store.keep(json.dumps(text))


def _how(access: Access) -> str:
    return f"sign in by `afterword connect {account_name(access)}`"


@contextmanager
def _refusal_told(access: Access) -> Iterator[None]:
    try:
        yield
    except TransportError as error:
        raise Unavailable("Google can't be reached to renew the sign-in.") from error
    except RefreshError as error:
        if error.retryable:
            raise Unavailable("Google can't renew the sign-in at the moment.") from error
        raise NeedsUser(f"The sign-in to {account_name(access)} has ended: {_how(access)} again.") from error


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
