"""Sign-in by OAuth 2.0 for native apps: browser, loopback redirect and PKCE (RFC 8252, RFC 7636)."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from google.auth.exceptions import GoogleAuthError

from afterword.ports import NeedsUser, Prompt, Unavailable

from ..tokens import TokenStore
from .credentials import sign_in_hint
from .loopback import LoopbackServer
from .settings import PURPOSES, Access
from .transport import TIMEOUT as REQUEST_TIMEOUT

SIGN_IN_TIMEOUT = 600
"""Seconds for the user to sign in."""

_TEMPORARY_ERRORS = frozenset({"missing_token", "server_error", "temporarily_unavailable", "internal_failure"})
"""Errors of a temporary failure, or of an HTML page instead of a response."""

_REQUIRED_KEYS = ("client_id", "client_secret", "auth_uri", "token_uri")
_RELAX_SCOPE_VARIABLE = "OAUTHLIB_RELAX_TOKEN_SCOPE"


def sign_in(access: Access, scopes: Sequence[str], prompt: Prompt) -> list[str]:
    """Sign in through the browser, store the tokens, and return the granted scopes. Raises NeedsUser and Unavailable."""
    from google_auth_oauthlib.flow import Flow

    store = TokenStore(access.token_file, access.tokens)
    store.check()
    flow = Flow.from_client_config(_client_config(access), list(scopes), autogenerate_code_verifier=True)
    prompt.say("Google will ask whether Afterword may:")
    for scope in scopes:
        prompt.say(f"- {PURPOSES[scope]}")
    with closing(flow.oauth2session), _translate_errors(access), _allow_partial_grant():
        flow.fetch_token(authorization_response=_authorization_response(flow, access, prompt), timeout=REQUEST_TIMEOUT)
        granted = flow.credentials
    with store.locked():
        store.write(granted.to_json())
    return list(granted.granted_scopes or granted.scopes or ())


def _authorization_response(flow: Any, access: Access, prompt: Prompt) -> str:
    """The redirect URI with the response; with https, which oauthlib insists on and loopback doesn't need."""
    with LoopbackServer() as server:
        flow.redirect_uri = server.redirect_uri
        page, server.state = flow.authorization_url(access_type="offline", prompt="consent")
        _show_page(page, server.port, prompt)
        path = server.wait_for_redirect(SIGN_IN_TIMEOUT)
    if path is None:
        raise NeedsUser(f"Nobody signed in within {SIGN_IN_TIMEOUT // 60} minutes: {sign_in_hint(access)}.")
    return f"https://127.0.0.1{path}"


def _show_page(page: str, port: int, prompt: Prompt) -> None:
    opened = prompt.open_page(page)
    prompt.say("Your browser shows the page. It is this one:" if opened else "Open this page in a browser:")
    prompt.say(page)
    if not opened:
        prompt.say(
            f"If that browser is on another machine, run this there first: ssh -L {port}:127.0.0.1:{port} THIS-MACHINE"
        )


def _client_config(access: Access) -> dict[str, Any]:
    path = Path(access.client_secrets).expanduser()
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise NeedsUser(f"The OAuth client {path} can't be read ({error.strerror}): see docs/google.md.") from None
    except ValueError:
        content = None
    client = content.get("installed") if isinstance(content, dict) else None
    if not isinstance(client, dict) or not all(isinstance(client.get(each), str) for each in _REQUIRED_KEYS):
        raise NeedsUser(f"{path} is no OAuth client for desktop apps: see docs/google.md for how to make one.")
    return {"installed": client}


@contextmanager
def _translate_errors(access: Access) -> Iterator[None]:
    from oauthlib.oauth2 import OAuth2Error
    from requests import RequestException

    try:
        yield
    except OAuth2Error as error:
        if error.error in _TEMPORARY_ERRORS:
            raise Unavailable(f"Google can't sign anybody in at the moment ({error.error}).") from error
        raise NeedsUser(
            f"Google did not sign you in ({error.error or type(error).__name__}): {sign_in_hint(access)}."
        ) from None
    except (RequestException, GoogleAuthError, OSError, ValueError) as error:
        raise Unavailable(f"Google can't be reached to sign in ({type(error).__name__}): try again later.") from error


@contextmanager
def _allow_partial_grant() -> Iterator[None]:
    """Accept a grant of fewer scopes than requested, which is an error for oauthlib otherwise."""
    before = os.environ.get(_RELAX_SCOPE_VARIABLE)
    os.environ[_RELAX_SCOPE_VARIABLE] = "1"
    try:
        yield
    finally:
        os.environ.pop(_RELAX_SCOPE_VARIABLE)
        if before is not None:
            os.environ[_RELAX_SCOPE_VARIABLE] = before
