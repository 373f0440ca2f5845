"""A delivery by way of an account has that account's settings."""

import shlex
from pathlib import Path

import pytest

from afterword.ports import NeedsUser
from connectors.caldav import CaldavChannel
from connectors.imip import ImipChannel
from daemon import config
from daemon.config import ConfigError
from daemon.wiring import channel_of, sources_of
from tests.homes import CONFIG

ACCOUNTS = """
[[accounts]]
name = "dav"
kind = "caldav"
url = "https://dav.example.org/"
user = "jane"
password = { file = "secret" }
calendars = ["Personal"]

[[accounts]]
name = "post"
kind = "imap"
host = "imap.example.org"
port = 993
user = "jane@example.org"
password = { file = "secret" }
folders = ["INBOX"]
"""


def channel(folder: Path, delivery: str, accounts: str = ACCOUNTS) -> object:
    text = CONFIG.replace('kind = "folder"\npath = "invites"\n', delivery)
    (folder / "config.toml").write_text(text + accounts, encoding="utf-8")
    return channel_of(config.load(str(folder / "config.toml")))


def test_an_account_of_the_same_kind_gives_all_its_settings(tmp_path: Path) -> None:
    made = channel(tmp_path, 'kind = "caldav"\naccount = "dav"\ncalendar = "Jobs"\ntasks = true\n')
    assert isinstance(made, CaldavChannel)
    settings = made._settings
    assert (settings.url, settings.user, settings.calendar, settings.tasks) == (
        "https://dav.example.org/",
        "jane",
        "Jobs",
        True,
    )
    assert settings.password.file == str(tmp_path / "secret")


def test_an_account_of_another_kind_gives_what_signs_in_and_no_place(tmp_path: Path) -> None:
    made = channel(tmp_path, 'kind = "imip"\naccount = "post"\nhost = "smtp.example.org"\n')
    assert isinstance(made, ImipChannel)
    settings = made._settings
    assert (settings.host, settings.port, settings.user) == ("smtp.example.org", 0, "jane@example.org")
    assert settings.addresses == ("jane@example.org",)


@pytest.mark.parametrize(("reads_at", "sends_at"), [("imap.example.org", "smtp.example.org"), ("example.org",) * 2])
def test_an_account_alone_is_enough_to_send_by(tmp_path: Path, reads_at: str, sends_at: str) -> None:
    accounts = ACCOUNTS.replace('"imap.example.org"', f'"{reads_at}"\ntls = "starttls"')
    made = channel(tmp_path, 'kind = "imip"\naccount = "post"\n', accounts)
    assert isinstance(made, ImipChannel)
    settings = made._settings
    assert (settings.host, settings.port, settings.tls) == (sends_at, 0, "starttls")


def test_an_account_that_signs_in_by_another_has_no_password_to_send_with(tmp_path: Path) -> None:
    accounts = ACCOUNTS.replace('password = { file = "secret" }\nfolders', 'sign_in = "gmail"\nfolders')
    with pytest.raises(ConfigError, match="delivery: name both user and password, or neither"):
        channel(tmp_path, 'kind = "imip"\naccount = "post"\nhost = "smtp.example.org"\n', accounts)


def test_an_account_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"delivery\.account: there is no account 'daw'"):
        channel(tmp_path, 'kind = "caldav"\naccount = "daw"\n')


@pytest.mark.parametrize("kind", ["google", "microsoft"])
@pytest.mark.parametrize("account", ["", 'account = "dav"\n'])
def test_a_place_that_one_signs_in_to_needs_an_account_of_its_kind(tmp_path: Path, kind: str, account: str) -> None:
    with pytest.raises(ConfigError) as told:
        channel(tmp_path, f'kind = "{kind}"\n{account}')
    assert told.value.problems == [f"delivery.account: name the account of the kind '{kind}' whose sign-in is used."]


def test_what_only_the_user_table_may_say_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"delivery\.addresses: stands in \[user\]"):
        channel(tmp_path, 'kind = "imip"\nhost = "smtp.example.org"\naddresses = ["boss@acme.example"]\n')


def test_a_folder_has_no_account(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"delivery\.path: is missing"):
        channel(tmp_path, 'kind = "folder"\naccount = "dav"\n')


@pytest.mark.parametrize(
    "url", ["http://dav.example.org/", "ftp://dav.example.org/", "https://jane:secret@dav.example.org/"]
)
def test_a_password_goes_over_no_open_line(tmp_path: Path, url: str) -> None:
    delivery = f'kind = "caldav"\nurl = "{url}"\nuser = "jane"\npassword = {{ file = "secret" }}\n'
    with pytest.raises(ConfigError, match=r"^delivery: url "):
        channel(tmp_path, delivery)


@pytest.mark.parametrize("name", ["My Google", "a/b", "a_b", "Büro", "jane@example.org"])
def test_whoever_has_not_signed_in_is_told_the_command_that_does_it(name: str, tmp_path: Path) -> None:
    account = f'[[accounts]]\nname = "{name}"\nkind = "google"\nclient_secrets = "client.json"\n'
    (tmp_path / "config.toml").write_text(CONFIG + account, encoding="utf-8")
    source = sources_of(config.load(str(tmp_path / "config.toml")))[name]

    with pytest.raises(NeedsUser) as told:
        source.check()
    assert shlex.split(str(told.value).split("`")[1]) == ["afterword", "connect", name]
