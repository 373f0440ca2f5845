"""Signing in with msal: by a code that is entered in any browser (RFC 8628), or in the browser of this machine (RFC 8252, PKCE)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import time
from typing import Any

import msal
import requests
from msal.oauth2cli import AuthCodeReceiver
from msgspec import DecodeError, json

from afterword.ports import ConnectorError, NeedsUser, Prompt, Unavailable

from ..tokens import TokenStore
from .refusals import refusal
from .settings import AUTHORITY, PURPOSES, Access

PATIENCE = 600
"""Seconds that the user has for signing in."""

TIMEOUT = 30
SPARE = 300
"""Seconds that a token must still be good for, as msal has it."""

KEPT = dict[str, dict[str, dict[str, Any]]]
"""How msal keeps what it was given: by its kind, and by its key."""


def account_name(access: Access) -> str:
    """The name of the account in the configuration."""
    return Path(access.token_file).name


def access_token(access: Access, scopes: Sequence[str], refused: str = "") -> str:
    """A token for these scopes that is good now, and is another one than `refused`; refreshed by one process at a time.

    Raises NeedsUser where only a new sign-in helps, and Unavailable.
    """
    store = TokenStore(access.token_file, access.tokens)
    with store.locked(), _told():
        cache = _kept(store, access)
        good = _still_good(cache, access, scopes)
        if good and good != refused:
            return good
        try:
            with _application(access, cache) as application:
                told = _silently(application, list(scopes), refused)
        finally:  # a refresh token that was used is good for nothing: the one that came for it is kept, whatever failed after
            if cache.has_state_changed:
                store.write(cache.serialize())
    return _token(told, access)


def sign_in(access: Access, grants: Sequence[Sequence[str]], flow: str, prompt: Prompt) -> str:
    """Lead the user through it, once for each group of scopes, and keep what comes of it; gives who is signed in."""
    cache = msal.SerializableTokenCache()
    names: set[str] = set()
    with _told(), _application(access, cache) as application:
        by = _by_browser if flow == "browser" else _by_code
        for scopes in grants:
            prompt.say("Microsoft will ask whether Afterword may:")
            for each in scopes:
                prompt.say(f"  - {PURPOSES[each]}")
            told = by(application, list(scopes), prompt)
            _token(told, access)
            names.add(str(told.get("id_token_claims", {}).get("preferred_username", "")))
    names.discard("")
    if len(names) > 1:
        raise NeedsUser(f"Two people signed in, {' and '.join(sorted(names))}: {_how(access)} as one of them.")
    store = TokenStore(access.token_file, access.tokens)
    with store.locked():
        store.write(cache.serialize())
    return next(iter(names), "") or account_name(access)


def _still_good(cache: Any, access: Access, scopes: Sequence[str]) -> str:
    """The token that is kept, where it has a while to live: msal itself would ask Microsoft who they are before it looks."""
    of_ours = {"client_id": access.client_id}
    kept = cache.search(cache.CredentialType.ACCESS_TOKEN, target=list(scopes), query=of_ours)
    return next((str(each["secret"]) for each in kept if float(each["expires_on"]) > time() + SPARE), "")


def _silently(application: Any, scopes: list[str], refused: str) -> dict[str, Any] | None:
    account = next(iter(application.get_accounts()), None)
    told = application.acquire_token_silent_with_error(scopes, account)
    if told and refused and told.get("access_token") == refused:
        told = application.acquire_token_silent_with_error(scopes, account, force_refresh=True)
    return None if told is None else dict(told)


def _by_code(application: Any, scopes: list[str], prompt: Prompt) -> dict[str, Any]:
    flow = application.initiate_device_flow(scopes)
    if "user_code" not in flow:
        return dict(flow)
    address = flow["verification_uri"]
    prompt.open_page(flow.get("verification_uri_complete", address))
    prompt.say(f"Open {address} in any browser, on any machine, and enter the code {flow['user_code']}.")
    prompt.say(f"Afterword waits for {PATIENCE // 60:.0f} minutes.")
    flow["expires_at"] = min(flow["expires_at"], time() + PATIENCE)
    return dict(application.acquire_token_by_device_flow(flow))


def _by_browser(application: Any, scopes: list[str], prompt: Prompt) -> dict[str, Any]:
    with AuthCodeReceiver(port=0) as receiver:
        port = receiver.get_port()
        here = f"http://localhost:{port}"
        flow = application.initiate_auth_code_flow(scopes, redirect_uri=here, response_mode="form_post")
        opened = prompt.open_page(flow["auth_uri"])
        prompt.say("Your browser shows the page. It is this one:" if opened else "Open this page in a browser:")
        prompt.say(flow["auth_uri"])
        if not opened:
            prompt.say(
                f"If that browser is on another machine, run this there first: ssh -L {port}:localhost:{port} THIS-MACHINE"
            )
        answer = receiver.get_auth_response(timeout=PATIENCE, state=flow["state"])
    if answer is None:
        return {"error": "expired_token"}
    return dict(application.acquire_token_by_auth_code_flow(flow, answer))


@contextmanager
def _application(access: Access, cache: Any) -> Iterator[Any]:
    own = {"authority": access.authority} if access.authority.startswith(AUTHORITY.rpartition("/")[0]) else {}
    named = own or {"oidc_authority": access.authority}
    with requests.Session() as line:
        line.verify = access.ca_file or True
        line.auth = lambda request: request  # a ~/.netrc is not meant for it
        line.max_redirects = 0
        line.request = partial(line.request, timeout=TIMEOUT)  # type: ignore[method-assign] # as msal does it
        yield msal.PublicClientApplication(access.client_id, token_cache=cache, http_client=line, **named)


def _kept(store: TokenStore, access: Access) -> Any:
    """The cache as it was kept."""
    text = store.read()
    if not text:
        raise NeedsUser(f"Nobody has signed in to {account_name(access)} yet: {_how(access)}.")
    try:
        json.decode(text, type=KEPT)
    except DecodeError as error:
        raise NeedsUser(f"The sign-in to {account_name(access)} can't be read: {_how(access)} again.") from error
    cache = msal.SerializableTokenCache()
    cache.deserialize(text)
    return cache


def _token(told: dict[str, Any] | None, access: Access) -> str:
    if told and "access_token" in told:
        return str(told["access_token"])
    told = {"error": "interaction_required"} if told is None else told
    if sentence := refusal(told, account_name(access), _how(access)):
        raise NeedsUser(sentence)
    raise Unavailable(f"Microsoft can't sign anybody in at the moment ({told.get('error', 'no answer')}).")


def _how(access: Access) -> str:
    return f"sign in by `afterword connect {account_name(access)}`"


@contextmanager
def _told() -> Iterator[None]:
    """Only what the server says of the sign-in itself is the user's matter: a line that is down is not."""
    try:
        yield
    except ConnectorError:
        raise
    except requests.RequestException as error:
        raise Unavailable(f"Microsoft can't be reached to sign in ({type(error).__name__}).") from error
    except (msal.exceptions.MsalError, AttributeError, ValueError, KeyError, TypeError, RuntimeError) as error:
        # msal believes that whatever answers speaks JSON of the form that Microsoft's does
        raise Unavailable(
            f"Microsoft gave an answer to the sign-in that can't be understood ({type(error).__name__})."
        ) from error
