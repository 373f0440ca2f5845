"""Signing in to Microsoft, with the real msal, to a real OpenID provider."""

import json
import re
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from afterword.ports import NeedsUser
from connectors.microsoft import sign_in
from connectors.microsoft.refusals import refusal
from connectors.microsoft.settings import MicrosoftSettings
from connectors.microsoft.sign_in import access_token
from connectors.microsoft.source import MicrosoftSource
from daemon import doctor
from daemon.cli import main
from tests.homes import USER_AND_LOG
from tests.scenarios.test_by_microsoft import ACCOUNT
from tests.servers.dovecot import PATIENCE
from tests.servers.entra import CLIENT, Entra, Somebody
from tests.serving import Running
from tests.terminal import in_a_terminal

MAIL, CALENDARS = ["Mail.Read"], ["Calendars.Read"]
REFRESHING = """
import sys
from connectors.microsoft.refusals import refusal
from connectors.microsoft.settings import MicrosoftSettings
from connectors.microsoft.sign_in import access_token

client, authority, ca_file, token_file = sys.argv[1:]
settings = MicrosoftSettings(client_id=client, authority=authority, ca_file=ca_file, token_file=token_file)
print(access_token(settings, ["Mail.Read"]))
"""
CODE = re.compile(r"Open (?P<page>\S+) in any browser, .* enter the code (?P<code>\S+)\.")


class AtTheBrowser(Somebody):
    """A user whose browser goes on while the program waits."""

    def __init__(self, entra: Entra) -> None:
        super().__init__(entra)
        self.address = ""
        self._browser = threading.Thread(target=lambda: entra.click_through(self.address))

    def open_page(self, address: str) -> bool:
        self.address = address
        self._browser.start()
        return True

    def done(self) -> None:
        self._browser.join(PATIENCE)


class WhoRefuses(Somebody):
    """A user who does nothing."""

    def open_page(self, address: str) -> bool:
        _ = address
        return False


def worn(settings: MicrosoftSettings) -> None:
    """As it is an hour later."""
    file = Path(settings.token_file)
    kept = json.loads(file.read_bytes())
    for each in kept["AccessToken"].values():
        each["expires_on"] = each["extended_expires_on"] = "1000000000"
    file.write_text(json.dumps(kept), encoding="utf-8")


def configured(entra: Entra, folder: Path) -> Path:
    known = {"client": CLIENT, "authority": entra.authority, "ca_file": entra.ca_file}
    account = ACCOUNT.format(endpoint="http://127.0.0.1:9/v1.0", **known)
    file = folder / "config.toml"
    file.write_text(f"{USER_AND_LOG}{account}calendar = false\n", encoding="utf-8")
    return file


def refresh_tokens(settings: MicrosoftSettings) -> set[str]:
    kept = json.loads(Path(settings.token_file).read_bytes())
    return {each["secret"] for each in kept["RefreshToken"].values()}


@pytest.fixture
def settings(entra: Entra, tmp_path: Path) -> MicrosoftSettings:
    """Those of an account that was signed in to for its mail."""
    settings = entra.access(tmp_path, calendar=False)
    MicrosoftSource(settings).sign_in(Somebody(entra))
    return settings


def test_one_signs_in_by_a_code_that_is_entered_anywhere(entra: Entra, tmp_path: Path) -> None:
    somebody = Somebody(entra)
    settings = entra.access(tmp_path, calendar=False)
    assert MicrosoftSource(settings).sign_in(somebody) == "jane@outlook.example"
    assert any("enter the code" in each for each in somebody.heard)
    assert [each for each in somebody.heard if each.startswith("  - ")] == ["  - read your mail, to see what happened"]
    assert access_token(settings, MAIL)
    assert (Path(settings.token_file).stat().st_mode & 0o777) == 0o600


def test_afterword_connect_tells_a_code_and_what_is_asked_for(
    entra: Entra, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for screen in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(screen, raising=False)
    file = configured(entra, tmp_path)
    command = [sys.executable, "-m", "daemon.cli", "connect", "outlook", "--config", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        heard = []
        for line in running.stdout:
            heard.append(line.rstrip())
            if code := CODE.search(line):
                entra.click_through(f"{code['page']}?user_code={code['code']}")
    assert running.returncode == 0
    assert "- read your mail, to see what happened" in heard
    assert heard[-1] == "Signed in: jane@outlook.example."
    assert (tmp_path / "tokens" / "outlook").stat().st_mode & 0o777 == 0o600


def test_a_service_that_runs_learns_at_once_that_one_has_signed_in(entra: Entra, tmp_path: Path) -> None:
    file = configured(entra, tmp_path)
    service = Running(file)
    try:
        assert "Nobody has signed in to outlook yet" in service.hears("STATUS=")
        command = [sys.executable, "-m", "daemon.cli", "connect", "outlook", "--config", str(file)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
            assert running.stdout is not None
            for line in running.stdout:
                if code := CODE.search(line):
                    entra.click_through(f"{code['page']}?user_code={code['code']}")
        assert "Microsoft can't be reached" in service.hears("STATUS="), "which is so: nobody is at the endpoint"
        assert service.stop() == 0
    finally:
        service.close()


def test_in_a_terminal_lines_end_between_words(entra: Entra, tmp_path: Path) -> None:
    file = configured(entra, tmp_path)
    command = [sys.executable, "-m", "daemon.cli", "sync", "--config", str(file)]
    shown = in_a_terminal(command, code=3, COLUMNS="40").replace("\r", "")
    assert "outlook: Nobody has signed in to outlook\nyet: sign in by `afterword connect\noutlook`.\n" in shown


def test_one_signs_in_by_the_browser_of_this_machine(entra: Entra, tmp_path: Path) -> None:
    somebody = AtTheBrowser(entra)
    settings = entra.access(tmp_path, calendar=False, flow="browser")
    assert MicrosoftSource(settings).sign_in(somebody) == "jane@outlook.example"
    somebody.done()
    asked = {name: values[0] for name, values in parse_qs(urlsplit(somebody.address).query).items()}
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"].startswith("http://localhost:")
    assert "Mail.Read" in asked["scope"].split()
    assert somebody.address in somebody.heard
    assert not any("ssh" in each for each in somebody.heard)
    assert access_token(settings, MAIL)


@pytest.mark.parametrize(
    ("used_for", "scopes"),
    [
        ({}, {"Mail.Read", "Calendars.Read"}),
        ({"mail": False}, {"Calendars.Read"}),
        ({"drafts": True, "calendar": False}, {"Mail.ReadWrite"}),
        ({"delivers": True, "calendar": False}, {"Mail.Read", "Calendars.ReadWrite"}),
        ({"mail": False, "calendar": False, "imap": True}, {"https://outlook.office.com/IMAP.AccessAsUser.All"}),
    ],
)
def test_no_more_is_asked_for_than_is_needed(
    entra: Entra, tmp_path: Path, used_for: dict[str, bool], scopes: set[str]
) -> None:
    settings = entra.access(tmp_path, **used_for)
    assert {scope for each in settings.grants() for scope in each} == scopes


@pytest.mark.parametrize("flow", ["device", "browser"])
def test_nobody_is_waited_for_longer_than_ten_minutes(
    entra: Entra, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flow: str
) -> None:
    monkeypatch.setattr(sign_in, "SIGN_IN_TIMEOUT", 0.01)
    settings = entra.access(tmp_path, calendar=False, flow=flow)
    somebody = WhoRefuses(entra)
    with pytest.raises(NeedsUser, match=r"Nobody signed in .* in time: .*afterword connect outlook"):
        MicrosoftSource(settings).sign_in(somebody)
    assert not Path(settings.token_file).exists()
    assert any("ssh -L" in each for each in somebody.heard) == (flow == "browser")


def test_f48_daemon_and_cli_refresh_once(entra: Entra, settings: MicrosoftSettings) -> None:
    """The provider takes each refresh token but once, and ends the whole sign-in where one is shown again."""
    before = refresh_tokens(settings)
    worn(settings)
    given = [CLIENT, entra.authority, str(entra.ca_file), settings.token_file]
    running = [subprocess.Popen([sys.executable, "-c", REFRESHING, *given], stdout=subprocess.PIPE) for _ in range(2)]
    tokens = {each.communicate(timeout=PATIENCE)[0] for each in running}
    assert [each.returncode for each in running] == [0, 0]
    assert len(tokens) == 1
    assert not before & refresh_tokens(settings)
    worn(settings)
    assert access_token(settings, MAIL)


def test_two_people_are_not_signed_in_as_one(entra: Entra, tmp_path: Path) -> None:
    """The second page, for IMAP, may be opened where somebody else is signed in."""
    logins = iter(["jane@outlook.example", "john@outlook.example"])

    class Both(Somebody):
        def open_page(self, address: str) -> bool:
            entra.click_through(address, next(logins))
            return True

    settings = entra.access(tmp_path, calendar=False, imap=True)
    with pytest.raises(NeedsUser, match=r"jane@outlook\.example and john@outlook\.example"):
        MicrosoftSource(settings).sign_in(Both(entra))
    assert not Path(settings.token_file).exists()


def test_a_netrc_is_not_meant_for_the_sign_in(
    settings: MicrosoftSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login jane password secret\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    worn(settings)
    assert access_token(settings, MAIL)


@pytest.mark.parametrize("left", [b"{", b"[]", b"null", b'{"AccessToken": {"a": 5}}', b"\xff\xfe", b"{}"])
def test_f07_a_sign_in_that_can_not_be_read_is_the_users_matter(settings: MicrosoftSettings, left: bytes) -> None:
    Path(settings.token_file).write_bytes(left)
    with pytest.raises(NeedsUser, match="afterword connect outlook"):
        access_token(settings, MAIL)


@pytest.mark.parametrize(
    ("error", "description", "told"),
    [
        ("authorization_pending", "", "in time"),
        ("expired_token", "AADSTS70020: The code has expired.", "in time"),
        ("authorization_declined", "", "refused on Microsoft's page"),
        (
            "access_denied",
            "AADSTS65004: The user declined.",
            "refused on Microsoft's page (access_denied, AADSTS65004)",
        ),
        ("invalid_client", "AADSTS7000218: client_secret is missing.", '"Allow public client flows"'),
        ("unauthorized_client", "AADSTS700016: No such application.", "client_id"),
        ("invalid_request", "AADSTS50194: Not a multitenant application.", "authority"),
        ("invalid_grant", "AADSTS65001: Nobody has consented.", "not asked yet for all"),
        ("invalid_scope", "", "not asked yet for all"),
        ("invalid_client", "", "client_id"),
        ("access_denied", "AADSTS90094: Admin consent is required.", "administrator"),
        ("interaction_required", "AADSTS53003: Blocked by conditional access.", "devices that it manages"),
        (
            "interaction_required",
            "AADSTS50076: Use multi-factor authentication.",
            "(interaction_required, AADSTS50076)",
        ),
        ("temporarily_unavailable", "", ""),
        ("server_error", "AADSTS90033: A transient error.", ""),
    ],
)
def test_f45_a_refusal_says_what_can_be_done(error: str, description: str, told: str) -> None:
    known = {"error": error, "error_description": description}
    sentence = refusal(known, "outlook", "sign in by `afterword connect outlook`")
    assert told in sentence
    assert bool(sentence) == bool(told)
    assert ("sign in by `afterword connect outlook` again." in sentence) == bool(told)


def test_a_token_that_was_refused_is_not_given_again(settings: MicrosoftSettings) -> None:
    first = access_token(settings, MAIL)
    assert access_token(settings, MAIL) == first
    second = access_token(settings, MAIL, refused=first)
    assert second != first
    assert access_token(settings, MAIL, refused=first) == second


def test_f45_a_sign_in_that_was_taken_back_is_one_sentence_and_exit_code_3(
    entra: Entra, settings: MicrosoftSettings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for each in refresh_tokens(settings):
        form = {"client_id": CLIENT, "token": each}
        requests.post(f"{entra.authority}/revoke", data=form, verify=str(entra.ca_file), timeout=PATIENCE)
    worn(settings)
    with pytest.raises(SystemExit) as ended:
        main(["sync", "--config", str(configured(entra, tmp_path))])
    assert ended.value.code == 3
    told = capsys.readouterr()
    sentences = [each for each in (told.out + told.err).splitlines() if "afterword connect outlook" in each]
    assert len(sentences) == 1
    assert "invalid_grant" in sentences[0]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("client = ", r"accounts\[1\]\.client: is no setting"),
        ('client_id = ""\n#', r"accounts\[1\]\.client_id: Expected text of length >= 1"),
        ('authority = "consumers"\nclient_id = ', r"accounts\[1\]: authority must begin with https://"),
    ],
)
def test_doctor_names_the_setting_that_is_wrong(entra: Entra, tmp_path: Path, written: str, told: str) -> None:
    file = configured(entra, tmp_path)
    text = file.read_text(encoding="utf-8").replace(f'authority = "{entra.authority}"\n', "")
    file.write_text(text.replace("client_id = ", written), encoding="utf-8")
    (found,) = (each for each in doctor.run_checks(str(file), datetime.now(UTC)) if each.what == "account outlook")
    assert re.search(told, found.sentence)
