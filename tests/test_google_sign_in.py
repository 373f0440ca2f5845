"""Signing in to Google by an emulator of it, with the real library: the page, the answer on loopback, and what is kept of it."""

import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from keyring.errors import NoKeyringError
from msgspec import ValidationError, convert

from afterword.ports import NeedsUser, SignInSource, Unavailable
from connectors.google import sign_in
from connectors.google.settings import (
    LIST_CALENDARS,
    READ_BY_IMAP,
    READ_CALENDARS,
    READ_MAIL,
    WRITE_DRAFTS,
    WRITE_OUR_CALENDAR,
    GoogleSettings,
)
from connectors.google.source import GoogleSource
from tests.contract.source_contract import Reader, mail
from tests.servers.dovecot import PATIENCE
from tests.servers.google import Google, GoogleAccount, Handler, answered
from tests.servers.google_user import Absent, Disturbed, GoogleUser, Refusing
from tests.servers.unlucky import PORTAL
from tests.servers.web import Answered
from tests.token_stores import Ring

ACCOUNT = """
[user]
name = "Jane Doe"
addresses = ["jane@example.org"]
timezone = "Europe/Berlin"

[[accounts]]
name = "gmail"
kind = "google"
client_secrets = "client.json"
endpoint = "{endpoint}"
calendar = false
"""


@pytest.fixture(autouse=True)
def _plain_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library talks to Google by https alone; the emulator has none."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


@pytest.fixture
def account(google: Google, tmp_path: Path) -> GoogleAccount:
    return google.account(tmp_path)


def settings(account: GoogleAccount, **others: Any) -> GoogleSettings:
    """Those of somebody who has not signed in yet."""
    known = {
        "client_secrets": str(account.client()),
        "token_file": str(account.folder / "tokens" / "google"),
        "endpoint": account.server.url,
        "calendar": False,
    }
    return GoogleSettings(**{**known, **others})


def test_one_signs_in_by_the_address_that_is_printed(account: GoogleAccount, tmp_path: Path) -> None:
    settings(account)
    (tmp_path / "config.toml").write_text(ACCOUNT.format(endpoint=account.server.url), encoding="utf-8")
    without_a_screen = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    known = {"AFTERWORD_CONFIG": str(tmp_path / "config.toml"), "AFTERWORD_STATE_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "daemon.cli", "connect", "gmail"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**without_a_screen, **known}) as program:
        assert program.stdout is not None
        address = next(line.strip() for line in program.stdout if line.strip().startswith("http"))
        assert "goes on in the terminal" in GoogleUser(account.user).click_through(address)
        told = program.stdout.read()
        assert program.wait(PATIENCE) == 0
    assert f"Signed in: {account.user}." in told
    port = address.partition("redirect_uri=http%3A%2F%2F127.0.0.1%3A")[2].partition("%2F")[0]
    assert f"ssh -L {port}:127.0.0.1:{port}" in told
    assert (tmp_path / "tokens" / "gmail").stat().st_mode & 0o777 == 0o600


def test_whoever_has_signed_in_is_read(account: GoogleAccount) -> None:
    known = settings(account)
    source = GoogleSource(known)
    assert isinstance(source, SignInSource)
    assert source.sign_in(GoogleUser(account.user)) == account.user
    account.put(mail(1).replace(b"\n", b"\r\n"))
    assert Reader(source).subjects() == ["Mail 1"]


def test_the_code_is_bound_to_who_asked_for_it(account: GoogleAccount) -> None:
    user = GoogleUser(account.user)
    GoogleSource(settings(account)).sign_in(user)
    assert (user.asked["code_challenge_method"], len(user.asked["code_challenge"])) == ("S256", 43)
    assert user.asked["redirect_uri"].startswith("http://127.0.0.1:")


@pytest.mark.parametrize(
    ("used", "scopes"),
    [
        ({}, [READ_MAIL]),
        ({"drafts": True}, [READ_MAIL, WRITE_DRAFTS]),
        ({"mail": False, "calendar": True}, [READ_CALENDARS]),
        ({"mail": False, "imap": True}, [READ_BY_IMAP]),
        ({"mail": False, "delivers": True}, [LIST_CALENDARS, WRITE_OUR_CALENDAR]),
        ({"calendar": True, "delivers": True}, [READ_MAIL, READ_CALENDARS, WRITE_OUR_CALENDAR]),
    ],
)
def test_only_what_is_used_is_asked_for_and_each_in_a_sentence(
    account: GoogleAccount, used: dict[str, bool], scopes: list[str]
) -> None:
    user = GoogleUser(account.user)
    GoogleSource(settings(account, **used)).sign_in(user)
    assert user.asked["scope"].split() == scopes
    assert len([each for each in user.heard if each.startswith("- ")]) == len(scopes)


def test_what_the_user_leaves_out_is_told_and_the_rest_is_kept(account: GoogleAccount) -> None:
    user = GoogleUser(account.user, allows=[READ_MAIL])
    assert GoogleSource(settings(account, calendar=True)).sign_in(user) == account.user
    assert (
        user.heard[-1]
        == "You did not allow Afterword to read your calendars, to see interviews and free times: it goes without that."
    )


def test_who_does_not_sign_in_is_told_how_to(account: GoogleAccount) -> None:
    known = settings(account)
    with pytest.raises(
        NeedsUser, match=r"did not sign you in \(access_denied\): sign in by `afterword connect google`"
    ):
        GoogleSource(known).sign_in(Refusing(account.user))
    assert not Path(known.token_file).exists()


def test_whatever_else_comes_to_the_port_ends_no_sign_in(account: GoogleAccount) -> None:
    with closing(Disturbed(account.user)) as user:
        assert GoogleSource(settings(account)).sign_in(user) == account.user
    assert len(user.told_others) == 5
    assert all("not the answer" in each for each in user.told_others)


@pytest.mark.parametrize(
    "told",
    [
        PORTAL,
        Answered(status=503, body=b"busy"),
        answered({"error": "internal_failure"}, 500),
        Answered(cut=-1),
        Answered(never=True),
    ],
)
def test_where_google_can_not_answer_now_it_is_no_bad_sign_in(
    account: GoogleAccount, answering: list[Handler], monkeypatch: pytest.MonkeyPatch, told: Answered
) -> None:
    monkeypatch.setattr(sign_in, "REQUEST_TIMEOUT", 0.3)
    known = settings(account)
    answering.append(lambda asked: told if asked.path == "/oauth2/token" else None)
    with pytest.raises(Unavailable):
        GoogleSource(known).sign_in(GoogleUser(account.user))
    assert not Path(known.token_file).exists()


def test_who_never_comes_back_is_not_waited_for_forever(
    account: GoogleAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "SIGN_IN_TIMEOUT", 0.05)
    with pytest.raises(NeedsUser, match="Nobody signed in"):
        GoogleSource(settings(account)).sign_in(Absent(account.user))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "can't be read"),
        ("{", "no OAuth client for desktop apps"),
        ('{"web": {}}', "no OAuth client for desktop apps"),
        ('{"installed": {"client_id": "c"}}', "no OAuth client for desktop apps"),
    ],
)
def test_a_client_that_is_none_is_told(account: GoogleAccount, content: str | None, sentence: str) -> None:
    known = settings(account)
    Path(known.client_secrets).unlink()
    if content is not None:
        Path(known.client_secrets).write_text(content, encoding="utf-8")
    with pytest.raises(NeedsUser, match=rf"{sentence}.*docs/google\.md"):
        GoogleSource(known).sign_in(GoogleUser(account.user))


@pytest.mark.parametrize("content", ["", "{}", "not json", '{"refresh_token": 3}', "[]"])
def test_before_the_first_sign_in_and_after_a_broken_one_the_user_is_told_how(
    account: GoogleAccount, content: str
) -> None:
    known = settings(account)
    Path(known.token_file).parent.mkdir()
    Path(known.token_file).write_text(content, encoding="utf-8")
    with pytest.raises(NeedsUser, match="sign in by `afterword connect google`"):
        Reader(GoogleSource(known)).items()


def test_no_secret_stands_in_an_error(account: GoogleAccount) -> None:
    known = settings(account)
    tokens = account.tokens()
    Path(known.token_file).parent.mkdir()
    Path(known.token_file).write_text(json.dumps({**tokens, "client_id": 7}), encoding="utf-8")
    with pytest.raises(NeedsUser) as told:
        GoogleSource(known).check()
    assert not any(str(tokens[secret]) in str(told.value) for secret in ("token", "refresh_token", "client_secret"))


@pytest.mark.parametrize("endpoint", ["https://mail.example", "http://127.0.0.1.example:80", "http://192.0.2.1"])
def test_no_other_server_than_one_on_this_machine_can_be_named(endpoint: str) -> None:
    with pytest.raises(ValidationError, match="must be on this machine"):
        convert({"client_secrets": "c", "token_file": "t", "endpoint": endpoint}, GoogleSettings)


def test_an_account_that_is_used_for_nothing_is_told(account: GoogleAccount) -> None:
    source = GoogleSource(settings(account, mail=False))
    user = GoogleUser(account.user)
    for asking in (source.check, lambda: source.sign_in(user)):
        with pytest.raises(NeedsUser, match="used for nothing"):
            asking()
    assert user.heard == []


def test_an_account_may_be_there_for_the_invites_alone(account: GoogleAccount) -> None:
    source = GoogleSource(settings(account, mail=False, delivers=True))
    assert source.sign_in(GoogleUser(account.user)) == "your calendars"
    assert source.check() == "takes the invites"
    assert Reader(source).items() == []


def test_where_nothing_can_be_kept_nobody_is_sent_to_a_browser(
    account: GoogleAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keyring.core._keyring_backend", Ring(NoKeyringError()))
    user = GoogleUser(account.user)
    with pytest.raises(NeedsUser, match='leave tokens = "keyring" out'):
        GoogleSource(settings(account, tokens="keyring")).sign_in(user)
    assert (user.heard, user.asked) == ([], {})
