"""Signing in by OAuth 2.0 for installed apps: a page in the browser, an answer on loopback, PKCE (RFC 8252, RFC 7636)."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from google.auth.exceptions import GoogleAuthError

from afterword.ports import NeedsUser, Prompt, Unavailable

from ..tokens import TokenStore
from .credentials import how
from .line import PATIENCE as PATIENCE_WITH_GOOGLE
from .loopback import Loopback
from .settings import PURPOSES, Access

PATIENCE = 600
"""Seconds that the user has for signing in."""

_PASSING = frozenset({"missing_token", "server_error", "temporarily_unavailable", "internal_failure"})
"""What the sign-in ends with where Google is busy, or a page stands in its answer's place."""

_NEEDED = ("client_id", "client_secret", "auth_uri", "token_uri")
_IN_PART = "OAUTHLIB_RELAX_TOKEN_SCOPE"


def sign_in(access: Access, scopes: Sequence[str], prompt: Prompt) -> list[str]:
    """Lead the user through the browser, keep what comes of it, and give the scopes that they granted.

    Raises NeedsUser and Unavailable.
    """
    from google_auth_oauthlib.flow import Flow

    store = TokenStore(access.token_file, access.tokens)
    store.check()
    flow = Flow.from_client_config(_client(access), list(scopes), autogenerate_code_verifier=True)
    prompt.say("Google will ask whether Afterword may:")
    for scope in scopes:
        prompt.say(f"- {PURPOSES[scope]}")
    with closing(flow.oauth2session), _failure_told(access), _granted_in_part():
        flow.fetch_token(authorization_response=_answer(flow, access, prompt), timeout=PATIENCE_WITH_GOOGLE)
        granted = flow.credentials
    with store.locked():
        store.write(granted.to_json())
    return list(granted.granted_scopes or granted.scopes or ())


def _answer(flow: Any, access: Access, prompt: Prompt) -> str:
    """The address that Google sends the user's browser back to, as oauthlib wants it: with https, which loopback doesn't need."""
    with Loopback() as back:
        flow.redirect_uri = back.address
        page, back.state = flow.authorization_url(access_type="offline", prompt="consent")
        _show(page, back.port, prompt)
        path = back.answer(PATIENCE)
    if path is None:
        raise NeedsUser(f"Nobody signed in within {PATIENCE // 60} minutes: {how(access)}.")
    return f"https://127.0.0.1{path}"


def _show(page: str, port: int, prompt: Prompt) -> None:
    opened = prompt.open_page(page)
    prompt.say("Your browser shows the page. It is this one:" if opened else "Open this page in a browser:")
    prompt.say(page)
    if not opened:
        prompt.say(
            f"If that browser is on another machine, run this there first: ssh -L {port}:127.0.0.1:{port} THIS-MACHINE"
        )


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


@contextmanager
def _failure_told(access: Access) -> Iterator[None]:
    from oauthlib.oauth2 import OAuth2Error
    from requests import RequestException

    try:
        yield
    except OAuth2Error as error:
        if error.error in _PASSING:
            raise Unavailable(f"Google can't sign anybody in at the moment ({error.error}).") from error
        raise NeedsUser(f"Google did not sign you in ({error.error or type(error).__name__}): {how(access)}.") from None
    except (RequestException, GoogleAuthError, OSError, ValueError) as error:
        raise Unavailable(f"Google can't be reached to sign in ({type(error).__name__}): try again later.") from error


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
