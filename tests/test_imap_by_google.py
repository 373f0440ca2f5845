"""Mail by IMAP, with the sign-in of a Google account in the place of a password: tokens of the emulator's, which the IMAP server asks it about."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from connectors.google.settings import READ_BY_IMAP
from connectors.google.source import GoogleSource
from daemon import config, doctor
from daemon.config import Config
from daemon.wiring import sources_of
from tests.contract.source_contract import Reader, mail
from tests.homes import USER_AND_LOG
from tests.servers.dovecot import PATIENCE, Account, Dovecot
from tests.servers.google import Google, GoogleAccount
from tests.servers.google_user import GoogleUser
from tests.test_imap_tokens import Introspection

CONFIG = (
    USER_AND_LOG
    + """
[[accounts]]
name = "post"
kind = "imap"
host = "localhost"
port = {port}
tls = "none"
user = "{user}"
sign_in = "gmail"

[[accounts]]
name = "gmail"
kind = "google"
client_secrets = "client.json"
endpoint = "{endpoint}"
token_file = "tokens/gmail"
mail = false
calendar = false
"""
)


@pytest.fixture
def gmail(google: Google, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GoogleAccount:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    account = google.account(tmp_path)
    account.client()
    return account


@pytest.fixture
def account(gmail: GoogleAccount, dovecot: Dovecot) -> Iterator[Account]:
    """A mailbox, whose server asks Google whose a token is."""
    account = dovecot.account()

    class Asking(Introspection):
        def told(self, given: str) -> dict[str, object]:
            head = {"Authorization": f"Bearer {given}"}
            asked = requests.get(f"{gmail.server.url}/oauth2/v2/userinfo", headers=head, timeout=PATIENCE)
            return {"active": asked.ok and asked.json()["email"] == gmail.user, "username": account.user}

    with ThreadingHTTPServer(("127.0.0.1", dovecot.introspection_port), Asking) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield account
        server.shutdown()


@pytest.fixture
def known(account: Account, gmail: GoogleAccount, tmp_path: Path) -> Config:
    text = CONFIG.format(port=account.server.port, user=account.user, endpoint=gmail.server.url)
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    return config.load(str(tmp_path / "config.toml"))


def signed_in(known: Config, gmail: GoogleAccount) -> GoogleUser:
    user = GoogleUser(gmail.user)
    source = sources_of(known)["gmail"]
    assert isinstance(source, GoogleSource)
    assert source.sign_in(user) == "your mail by IMAP"
    return user


def test_mail_is_read_by_the_sign_in_of_a_google_account(known: Config, account: Account, gmail: GoogleAccount) -> None:
    assert signed_in(known, gmail).asked["scope"] == READ_BY_IMAP
    account.put(mail(1))
    assert Reader(sources_of(known)["post"]).subjects() == ["Mail 1"]
    told = {each.what: each.sentence for each in doctor.run_checks(str(known.path), datetime.now(UTC)) if each.fine}
    assert told["account post"].startswith("1 mail in ")
    assert told["account gmail"] == "signs in for IMAP"


def test_a_token_that_the_server_would_not_have_is_refreshed(
    known: Config, account: Account, gmail: GoogleAccount, tmp_path: Path
) -> None:
    signed_in(known, gmail)
    file = tmp_path / "tokens" / "gmail"
    kept = json.loads(file.read_bytes())
    file.write_text(json.dumps({**kept, "token": "worn", "expiry": "2099-01-01T00:00:00Z"}), encoding="utf-8")
    account.put(mail(1))
    assert Reader(sources_of(known)["post"]).subjects() == ["Mail 1"]
    assert json.loads(file.read_bytes())["token"] != "worn"
