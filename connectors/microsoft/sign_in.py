"""Sign-in with msal: by device code (RFC 8628), or in this machine's browser with PKCE (RFC 8252)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from time import time
from typing import Any

import msal
import requests
from msal.oauth2cli import AuthCodeReceiver
from msgspec import DecodeError, json

from afterword.ports import ConnectorError, NeedsUser, Prompt, Unavailable

from ..tokens import TokenStore, account_name, connect_command
from .refusals import refusal
from .settings import AUTHORITY, PURPOSES, Access

SIGN_IN_TIMEOUT = 600
"""Seconds for the user to sign in."""

REQUEST_TIMEOUT = 30
MIN_LIFETIME = 300
"""Seconds that a cached token must still be valid, as in msal."""

CACHE_FORMAT = dict[str, dict[str, dict[str, Any]]]
"""The format of msal's token cache: entries by type and key."""


def access_token(access: Access, scopes: Sequence[str], refused: str = "") -> str:
    """Return a valid access token for the scopes, other than `refused`; one process refreshes at a time.

    Raises NeedsUser where only a new sign-in helps, and Unavailable.
    """
    store = TokenStore(access.token_file, access.tokens)
    with store.locked(), _translate_errors():
        cache = _load_cache(store, access)
        cached = _cached_token(cache, access, scopes)
        if cached and cached != refused:
            return cached
        try:
            with _application(access, cache) as application:
                result = _acquire_silently(application, list(scopes), refused)
        finally:  # a refresh token that was used is good for nothing: the one that came for it is kept, whatever failed after
            if cache.has_state_changed:
                store.write(cache.serialize())
    return _token(result, access)


def sign_in(access: Access, grants: Sequence[Sequence[str]], flow: str, prompt: Prompt) -> str:
    """Sign in once for each group of scopes, store the tokens, and return the user's name."""
    cache = msal.SerializableTokenCache()
    names: set[str] = set()
    with _translate_errors(), _application(access, cache) as application:
        run_flow = _browser_flow if flow == "browser" else _device_flow
        for scopes in grants:
            prompt.say("Microsoft will ask whether Afterword may:")
            for each in scopes:
                prompt.say(f"  - {PURPOSES[each]}")
            result = run_flow(application, list(scopes), prompt)
            _token(result, access)
            names.add(str(result.get("id_token_claims", {}).get("preferred_username", "")))
    names.discard("")
    if len(names) > 1:
        raise NeedsUser(f"Two people signed in, {' and '.join(sorted(names))}: {_sign_in_hint(access)} as one of them.")
    store = TokenStore(access.token_file, access.tokens)
    with store.locked():
        store.write(cache.serialize())
    return next(iter(names), "") or account_name(access.token_file)


def _cached_token(cache: Any, access: Access, scopes: Sequence[str]) -> str:
    """The cached access token, "" if it expires soon. msal's own lookup makes network requests first."""
    query = {"client_id": access.client_id}
    entries = cache.search(cache.CredentialType.ACCESS_TOKEN, target=list(scopes), query=query)
    return next((str(each["secret"]) for each in entries if float(each["expires_on"]) > time() + MIN_LIFETIME), "")


def _acquire_silently(application: Any, scopes: list[str], refused: str) -> dict[str, Any] | None:
    account = next(iter(application.get_accounts()), None)
    result = application.acquire_token_silent_with_error(scopes, account)
    if result and refused and result.get("access_token") == refused:
        result = application.acquire_token_silent_with_error(scopes, account, force_refresh=True)
    return None if result is None else dict(result)


def _device_flow(application: Any, scopes: list[str], prompt: Prompt) -> dict[str, Any]:
    flow = application.initiate_device_flow(scopes)
    if "user_code" not in flow:
        return dict(flow)
    address = flow["verification_uri"]
    prompt.open_page(flow.get("verification_uri_complete", address))
    prompt.say(f"Open {address} in any browser, on any machine, and enter the code {flow['user_code']}.")
    prompt.say(f"Afterword waits for {SIGN_IN_TIMEOUT // 60:.0f} minutes.")
    flow["expires_at"] = min(flow["expires_at"], time() + SIGN_IN_TIMEOUT)
    return dict(application.acquire_token_by_device_flow(flow))


def _browser_flow(application: Any, scopes: list[str], prompt: Prompt) -> dict[str, Any]:
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
        answer = receiver.get_auth_response(timeout=SIGN_IN_TIMEOUT, state=flow["state"])
    if answer is None:
        return {"error": "expired_token"}
    return dict(application.acquire_token_by_auth_code_flow(flow, answer))


@contextmanager
def _application(access: Access, cache: Any) -> Iterator[Any]:
    authority = {"authority": access.authority} if access.authority.startswith(AUTHORITY.rpartition("/")[0]) else {}
    options = authority or {"oidc_authority": access.authority}
    with requests.Session() as session:
        session.verify = access.ca_file or True
        session.auth = lambda request: request  # a ~/.netrc is not meant for it
        session.max_redirects = 0
        session.request = partial(session.request, timeout=REQUEST_TIMEOUT)  # type: ignore[method-assign] # as msal does it
        yield msal.PublicClientApplication(access.client_id, token_cache=cache, http_client=session, **options)


def _load_cache(store: TokenStore, access: Access) -> Any:
    """Load the token cache. Raises NeedsUser if there is none, or it can't be decoded."""
    text = store.read()
    if not text:
        raise NeedsUser(f"Nobody has signed in to {account_name(access.token_file)} yet: {_sign_in_hint(access)}.")
    try:
        json.decode(text, type=CACHE_FORMAT)
    except DecodeError as error:
        raise NeedsUser(
            f"The sign-in to {account_name(access.token_file)} can't be read: {_sign_in_hint(access)} again."
        ) from error
    cache = msal.SerializableTokenCache()
    cache.deserialize(text)
    return cache


def _token(result: dict[str, Any] | None, access: Access) -> str:
    if result and "access_token" in result:
        return str(result["access_token"])
    result = {"error": "interaction_required"} if result is None else result
    if sentence := refusal(result, account_name(access.token_file), _sign_in_hint(access)):
        raise NeedsUser(sentence)
    raise Unavailable(f"Microsoft can't sign anybody in at the moment ({result.get('error', 'no answer')}).")


def _sign_in_hint(access: Access) -> str:
    return f"sign in by {connect_command(account_name(access.token_file))}"


@contextmanager
def _translate_errors() -> Iterator[None]:
    """Raise errors of network and library as Unavailable: only the server's refusals need the user."""
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
