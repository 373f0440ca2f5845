"""Google's sign-in when it has ended, can't be renewed now, is renewed by two at once, or lets only some of it be done."""

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

import httplib2
import pytest
from google_auth_httplib2 import Request

from afterword.ports import NeedsUser, Unavailable
from connectors.google import transport
from connectors.google.credentials import StoredCredentials
from connectors.google.settings import READ_CALENDARS, WRITE_OUR_CALENDAR, GoogleSettings
from connectors.google.source import GoogleSource
from connectors.tokens import TokenStore
from daemon import config, service
from daemon.cli import main
from tests.contract.source_contract import NOW, Reader, mail, subjects
from tests.homes import USER_AND_LOG
from tests.scenarios.story import read_story
from tests.scenarios.test_by_google_account import THANKS, Whole, open_invites
from tests.servers.dovecot import PATIENCE, free_port
from tests.servers.google import Google, GoogleAccount, Handler, answered, refused, unhurried
from tests.servers.unlucky import PORTAL
from tests.servers.web import Answered

Answering = list[Handler]
RENEWING = """
import sys
from msgspec.json import decode
from connectors.google.credentials import StoredCredentials
from connectors.google.settings import GoogleSettings

known = StoredCredentials(decode(sys.argv[1], type=GoogleSettings))
print("ready", flush=True)
sys.stdin.readline()
known.refresh()
print(known.token, flush=True)
"""
CONFIG = (
    USER_AND_LOG
    + """
[[accounts]]
name = "gmail"
kind = "google"
client_secrets = "client.json"
token_file = "tokens/google"
endpoint = "{endpoint}"
calendar = false

[[accounts]]
name = "files"
kind = "maildir"
path = "Mail"
"""
)


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    return unhurried(monkeypatch)


@pytest.fixture
def account(google: Google, tmp_path: Path) -> GoogleAccount:
    return google.account(tmp_path)


@pytest.fixture
def worn(account: GoogleAccount) -> GoogleSettings:
    """Those of somebody whose access token has run out."""
    known = account.settings()
    wear_out(Path(known.token_file))
    return known


def wear_out(file: Path) -> None:
    file.write_text(json.dumps({**json.loads(file.read_bytes()), "expiry": "2020-01-01T00:00:00Z"}), encoding="utf-8")


def kept(known: GoogleSettings) -> Any:
    return json.loads(Path(known.token_file).read_bytes())


def at_the_token_endpoint(answer: Callable[[], Answered | None]) -> Handler:
    return lambda asked: answer() if urlsplit(asked.path).path == "/oauth2/token" else None


def renewals(account: GoogleAccount, since: int) -> int:
    return sum(urlsplit(each.path).path == "/oauth2/token" for each in account.server.asked[since:])


def revoke(account: GoogleAccount) -> None:
    token = json.loads((account.folder / "tokens" / "google").read_bytes())["refresh_token"]
    urlopen(f"{account.server.url}/oauth2/revoke", urlencode({"token": token}).encode(), timeout=PATIENCE).close()


def test_a_token_that_ran_out_is_renewed_and_kept(account: GoogleAccount, worn: GoogleSettings) -> None:
    before = len(account.server.asked)
    account.put(mail(1).replace(b"\n", b"\r\n"))
    source = GoogleSource(worn)
    assert Reader(source).subjects() == ["Mail 1"]
    source.check()
    assert source.access_token() == kept(worn)["token"]
    assert renewals(account, before) == 1
    assert Path(worn.token_file).stat().st_mode & 0o777 == 0o600


def test_a_token_that_another_server_refused_is_not_given_again(account: GoogleAccount) -> None:
    source = GoogleSource(account.settings())
    first = source.access_token()
    second = source.access_token(refused=first)
    assert second != first
    assert source.access_token(refused=first) == second


# ---- 45 and 46: ended, or out of reach


def test_f45_a_sign_in_that_has_ended_is_told_once_and_the_rest_goes_on(
    account: GoogleAccount, worn: GoogleSettings, capsys: pytest.CaptureFixture[str]
) -> None:
    tmp_path = account.folder
    revoke(account)
    for part in ("cur", "new", "tmp"):
        (tmp_path / "Mail" / part).mkdir(parents=True)
    (tmp_path / "Mail" / "new" / "1.a.host").write_bytes(mail(1))
    (tmp_path / "config.toml").write_text(CONFIG.format(endpoint=account.server.url), encoding="utf-8")
    before = len(account.server.asked)
    with pytest.raises(SystemExit) as ended:
        main(["sync", "--config", str(tmp_path / "config.toml"), "--now", NOW.isoformat()])
    told = capsys.readouterr()
    assert ended.value.code == 3
    assert (told.out + told.err).count(
        "The sign-in to google has ended: sign in by `afterword connect google` again."
    ) == 1
    assert (renewals(account, before), len(account.server.asked) - before) == (1, 1)
    assert "1 from files" in told.out


def test_f45_an_account_that_is_read_and_delivered_to_says_once_that_its_sign_in_has_ended(
    google: Google, tmp_path: Path
) -> None:
    whole = Whole(google, tmp_path / "home")
    with whole.of(THANKS, drafts=True) as path:
        moment = read_story(THANKS).moments[1].now
        assert service.sync(config.load(path), moment).troubles == []
        assert open_invites(whole.calendars)
        wear_out(Path(whole.account.settings().token_file))
        revoke(whole.account)
        (trouble,) = service.sync(config.load(path), moment + timedelta(hours=1)).troubles
    assert trouble.needs_user
    assert "has ended: sign in by `afterword connect google` again" in trouble.sentence


@pytest.mark.parametrize("error", ["invalid_grant", "invalid_client", "deleted_client", "unauthorized_client"])
def test_f45_what_only_the_user_mends_is_asked_for_once(
    account: GoogleAccount, worn: GoogleSettings, answering: Answering, waits: list[float], error: str
) -> None:
    answering.append(at_the_token_endpoint(lambda: answered({"error": error}, 400)))
    before = len(account.server.asked)
    with pytest.raises(NeedsUser, match="has ended"):
        GoogleSource(worn).check()
    assert (renewals(account, before), waits) == (1, [])


@pytest.mark.parametrize(
    "told",
    [
        answered({"error": "slow_down"}, 429),
        answered({"error": "internal_failure"}, 500),
        Answered(status=503, body=b"busy"),
        Answered(status=403, head=PORTAL.head, body=PORTAL.body),
        PORTAL,
        answered([]),
        answered({"expires_in": 5}),
        answered({"access_token": [], "expires_in": 3599}),
        answered({"access_token": "t", "expires_in": 3599, "refresh_token": None}),
        answered({"access_token": "t", "expires_in": 10**30}),
        Answered(head={"Content-Type": "application/json"}, body=b"[" * 100_000),
        Answered(body=b"{}" * 40, cut=7),
        Answered(cut=-1),
    ],
    ids=[
        "429",
        "500",
        "503",
        "a page that forbids",
        "a page",
        "a list",
        "no token",
        "a token that is none",
        "no token to renew by",
        "for ever",
        "lists in lists",
        "cut off",
        "nothing",
    ],
)
@pytest.mark.parametrize("asking", [GoogleSource.check, GoogleSource.access_token], ids=["Gmail", "IMAP"])
def test_f46_a_server_that_can_not_renew_now_is_no_bad_sign_in(
    worn: GoogleSettings, answering: Answering, asking: Callable[[GoogleSource], str], told: Answered
) -> None:
    answering.append(at_the_token_endpoint(lambda: told))
    before = kept(worn)
    with pytest.raises(Unavailable):
        asking(GoogleSource(worn))
    assert kept(worn) == before
    answering.pop()
    assert asking(GoogleSource(worn))


@pytest.mark.parametrize("asking", [GoogleSource.check, GoogleSource.access_token], ids=["Gmail", "IMAP"])
def test_f46_without_a_line_it_is_no_bad_sign_in(worn: GoogleSettings, asking: Callable[[GoogleSource], str]) -> None:
    tokens = {**kept(worn), "token_uri": f"http://127.0.0.1:{free_port()}/token"}
    Path(worn.token_file).write_text(json.dumps(tokens), encoding="utf-8")
    with pytest.raises(Unavailable):
        asking(GoogleSource(worn))


@pytest.mark.parametrize("asking", [GoogleSource.check, GoogleSource.access_token], ids=["Gmail", "IMAP"])
def test_f46_without_names_it_is_no_bad_sign_in(
    worn: GoogleSettings, monkeypatch: pytest.MonkeyPatch, asking: Callable[[GoogleSource], str]
) -> None:
    def no_names(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", no_names)
    with pytest.raises(Unavailable):
        asking(GoogleSource(worn))


def test_f45_a_token_that_google_refuses_though_it_is_new_asks_the_user(
    account: GoogleAccount, answering: Answering, waits: list[float]
) -> None:
    known = account.settings()
    answering.append(lambda asked: refused(401, "authError") if "/gmail/" in asked.path else None)
    before = len(account.server.asked)
    with pytest.raises(NeedsUser, match="refuses the sign-in to google: sign in again"):
        GoogleSource(known).check()
    assert renewals(account, before) <= 2
    assert waits == []


# ---- 47 and 48: kept, by one at a time


def test_f47_killed_before_the_new_token_was_kept_the_old_one_serves(
    worn: GoogleSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, suppress(KeyboardInterrupt):
        patch.setattr(TokenStore, "write", killed)
        GoogleSource(worn).check()
    assert kept(worn)["expiry"].startswith("2020")
    assert GoogleSource(worn).check()
    assert not kept(worn)["expiry"].startswith("2020")


def test_f47_a_refresh_token_that_is_replaced_is_kept(worn: GoogleSettings, answering: Answering) -> None:
    told = answered({"access_token": "t-2", "refresh_token": "r-2", "expires_in": 3600, "token_type": "Bearer"})
    answering.append(at_the_token_endpoint(lambda: told))
    assert GoogleSource(worn).access_token() == "t-2"
    assert kept(worn)["refresh_token"] == "r-2"


def test_f47_a_sign_in_that_was_taken_away_meanwhile_is_not_kept_again(
    account: GoogleAccount, worn: GoogleSettings
) -> None:
    known = StoredCredentials(worn)
    Path(worn.token_file).unlink()
    before = len(account.server.asked)
    with pytest.raises(NeedsUser, match="Nobody has signed in to google yet"):
        known.refresh()
    assert renewals(account, before) == 0
    assert not Path(worn.token_file).exists()


def test_f47_whoever_signed_in_anew_meanwhile_is_renewed(account: GoogleAccount, worn: GoogleSettings) -> None:
    known = StoredCredentials(worn)
    revoke(account)
    anew = {**account.tokens(), "expiry": "2020-01-01T00:00:00Z"}
    Path(worn.token_file).write_text(json.dumps(anew), encoding="utf-8")
    assert known.valid_token() == kept(worn)["token"]
    assert kept(worn)["refresh_token"] == anew["refresh_token"]


@pytest.mark.parametrize("asking", [GoogleSource.check, GoogleSource.access_token], ids=["Gmail", "IMAP"])
def test_f44_a_sign_in_is_renewed_nowhere_else(
    account: GoogleAccount, worn: GoogleSettings, answering: Answering, asking: Callable[[GoogleSource], str]
) -> None:
    away = Answered(status=307, head={"Location": f"{account.server.url}/elsewhere"})
    answering.append(at_the_token_endpoint(lambda: away))
    with pytest.raises(Unavailable):
        asking(GoogleSource(worn))
    assert not any(each.path == "/elsewhere" for each in account.server.asked)


def test_f46_a_server_that_says_nothing_is_not_waited_for_forever(
    worn: GoogleSettings, answering: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "TIMEOUT", 0.2)
    until = threading.Event()
    answering.append(at_the_token_endpoint(lambda: answered({}) if until.wait(PATIENCE) else None))
    try:
        with pytest.raises(Unavailable):
            StoredCredentials(worn).refresh(plain_request())
    finally:
        until.set()


def plain_request() -> Request:
    """As the library makes one in the midst of a batch: without an end to its patience."""
    return Request(httplib2.Http())


@pytest.fixture
def both(worn: GoogleSettings) -> Iterator[list[subprocess.Popen[str]]]:
    """Two processes that know the old token, and wait for a word to renew it."""
    known = json.dumps({name: getattr(worn, name) for name in ("client_secrets", "token_file", "endpoint")})
    command = [sys.executable, "-c", RENEWING, known]
    running = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    yield running
    for each in running:
        each.communicate()


def test_f48_two_who_renew_at_once_do_it_once(account: GoogleAccount, both: list[subprocess.Popen[str]]) -> None:
    for each in both:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    before = len(account.server.asked)
    for each in both:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    tokens = {each.communicate(timeout=PATIENCE)[0] for each in both}
    assert renewals(account, before) == 1
    assert len(tokens) == 1
    assert tokens != {""}


# ---- 49: less is allowed


def test_f49_calendars_that_are_not_allowed_leave_the_mail_as_it_is(
    account: GoogleAccount, answering: Answering
) -> None:
    source = GoogleSource(account.settings(calendar=True))
    account.put(mail(1).replace(b"\n", b"\r\n"))
    answering.append(lambda asked: refused(403, "insufficientPermissions") if "/calendar/" in asked.path else None)
    read: list[str] = []

    def reading() -> None:
        for batch in source.read(None, NOW):
            read.extend(subjects(batch.items))

    with pytest.raises(NeedsUser, match="does not let Afterword use your calendars") as told:
        reading()
    assert read == ["Mail 1"]
    assert told.value.mail_was_read


@pytest.mark.parametrize(
    ("taken_away", "in_trouble", "placed"),
    [(WRITE_OUR_CALENDAR, ["delivery"], 0), (READ_CALENDARS, ["google"], 0), ("", [], 2)],
    ids=["to write invites", "to read calendars", "none"],
)
def test_f49_without_one_permission_the_rest_is_done(
    google: Google, tmp_path: Path, taken_away: str, in_trouble: list[str], placed: int
) -> None:
    whole = Whole(google, tmp_path / "home")
    whole.calendars.scopes -= {taken_away}
    with whole.of(THANKS) as path:
        report = service.sync(config.load(path), read_story(THANKS).moments[1].now)
    assert report.facts > 0
    assert report.placed == placed
    assert [each.account for each in report.troubles] == in_trouble
    assert all("does not let Afterword use your calendars" in each.sentence for each in report.troubles)
