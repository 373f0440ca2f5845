"""Mail by IMAP, with the sign-in of a Microsoft account in the place of a password: real tokens, which the IMAP server asks the provider about."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from connectors.microsoft.source import MicrosoftSource
from daemon import config, doctor, service
from daemon.config import Config, ConfigError
from daemon.wiring import sources_of
from tests.contract.source_contract import NOW, Reader, mail
from tests.homes import USER_AND_LOG
from tests.servers.between import relayed
from tests.servers.dovecot import PATIENCE, Account, Dovecot
from tests.servers.entra import CLIENT, Entra, Somebody
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
sign_in = "{by}"

[[accounts]]
name = "outlook"
kind = "microsoft"
client_id = "{client}"
authority = "{authority}"
ca_file = "{ca_file}"
token_file = "tokens/outlook"
mail = false
calendar = false

[[accounts]]
name = "files"
kind = "maildir"
path = "Mail"
"""
)


@pytest.fixture
def account(entra: Entra, dovecot: Dovecot) -> Iterator[Account]:
    """A mailbox, whose server asks the provider whether a token is good."""
    account = dovecot.account()

    class Asking(Introspection):
        def told(self, given: str) -> dict[str, object]:
            form = {"client_id": CLIENT, "token": given}
            asked = requests.post(
                f"{entra.authority}/introspect", data=form, verify=str(entra.ca_file), timeout=PATIENCE
            )
            return {"active": "IMAP.AccessAsUser.All" in asked.json().get("scope", ""), "username": account.user}

    with ThreadingHTTPServer(("127.0.0.1", dovecot.introspection_port), Asking) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield account
        server.shutdown()


def configured(folder: Path, account: Account, entra: Entra, by: str = "outlook") -> Config:
    known = {"client": CLIENT, "authority": entra.authority, "ca_file": entra.ca_file}
    text = CONFIG.format(port=account.server.port, user=account.user, by=by, **known)
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return config.load(str(folder / "config.toml"))


def signed_in(known: Config, entra: Entra) -> Somebody:
    somebody = Somebody(entra)
    outlook = sources_of(known)["outlook"]
    assert isinstance(outlook, MicrosoftSource)
    outlook.sign_in(somebody)
    return somebody


def test_mail_is_read_by_the_sign_in_of_another_account(account: Account, entra: Entra, tmp_path: Path) -> None:
    known = configured(tmp_path, account, entra)
    somebody = signed_in(known, entra)
    account.put(mail(1))
    assert [each for each in somebody.heard if each.startswith("  - ")] == ["  - read your mail by IMAP"]
    assert Reader(sources_of(known)["post"]).subjects() == ["Mail 1"]
    told = {each.what: each.sentence for each in doctor.run_checks(str(known.path), datetime.now(UTC)) if each.fine}
    assert told["account post"].startswith("1 mail in ")
    assert told["account outlook"] == "signs in for IMAP"


@pytest.mark.parametrize("hidden", [b"AUTH=NONE", b"AUTH=OAUTHBEARER"])
def test_a_token_that_the_server_would_not_have_is_refreshed(
    account: Account, entra: Entra, tmp_path: Path, hidden: bytes
) -> None:
    """Both where OAUTHBEARER is offered, and where there is but XOAUTH2, as at Microsoft."""
    known = configured(tmp_path, account, entra)
    signed_in(known, entra)
    file = tmp_path / "tokens" / "outlook"
    kept = json.loads(file.read_bytes())
    for each in kept["AccessToken"].values():
        each["secret"] = "worn"
    file.write_text(json.dumps(kept), encoding="utf-8")
    account.put(mail(1))
    with relayed(account.server.port, lambda told: told.replace(hidden, b"AUTH=X")) as between:
        text = known.path.read_text(encoding="utf-8")
        known.path.write_text(text.replace(str(account.server.port), str(between.port)), encoding="utf-8")
        reader = Reader(sources_of(config.load(str(known.path)))["post"])
        assert reader.subjects() == ["Mail 1"]


def test_f45_before_anybody_has_signed_in_both_say_how(account: Account, entra: Entra, tmp_path: Path) -> None:
    report = service.sync(configured(tmp_path, account, entra), NOW + timedelta(days=1))
    assert {each.account for each in report.troubles} >= {"post"}
    (told,) = (each.sentence for each in report.troubles if each.account == "post")
    assert "afterword connect outlook" in told
    assert report.needs_user


@pytest.mark.parametrize("by", ["nobody", "post", "files"])
def test_what_can_not_sign_in_to_mail_is_a_mistake_in_the_configuration(
    account: Account, entra: Entra, tmp_path: Path, by: str
) -> None:
    known = configured(tmp_path, account, entra, by)
    with pytest.raises(
        ConfigError, match=r"accounts\[1\]\.sign_in: .* name one of the kind \"google\" or \"microsoft\""
    ):
        sources_of(known)
    (told,) = (each for each in doctor.run_checks(str(known.path), datetime.now(UTC)) if each.what == "account post")
    assert told.in_config


@pytest.mark.parametrize("given", ["", 'password = { file = "p" }\nsign_in = "outlook"'])
def test_either_a_password_or_a_sign_in_is_named(account: Account, entra: Entra, tmp_path: Path, given: str) -> None:
    file = configured(tmp_path, account, entra).path
    file.write_text(file.read_text(encoding="utf-8").replace('sign_in = "outlook"', given), encoding="utf-8")
    with pytest.raises(ConfigError, match="either password or sign_in"):
        sources_of(config.load(str(file)))
