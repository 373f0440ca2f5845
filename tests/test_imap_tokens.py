"""Signing in to IMAP with a token instead of a password, as the large providers want it."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from afterword.ports import NeedsUser
from connectors.imap.session import session, token_authenticator
from tests.servers.between import relayed
from tests.servers.dovecot import Account, Dovecot

GOOD = "a-token-that-is-good"


class Introspection(BaseHTTPRequestHandler):
    """Says whose a token is (RFC 7662): the good one is everybody's who names themselves in it."""

    def do_POST(self) -> None:
        asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        told = json.dumps(self.told(asked["token"][0])).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def told(self, given: str) -> dict[str, object]:
        token, _, user = given.partition(":")
        return {"active": token == GOOD, "username": user}

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def account(dovecot: Dovecot) -> Iterator[Account]:
    with ThreadingHTTPServer(("127.0.0.1", dovecot.introspection_port), Introspection) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield dovecot.account()
        server.shutdown()


@pytest.mark.parametrize("hidden", [b"", b"AUTH=OAUTHBEARER"])
def test_a_token_signs_in_by_whichever_way_is_offered(account: Account, hidden: bytes) -> None:
    said: list[bytes] = []
    sign_in = token_authenticator(account.user, lambda _: f"{GOOD}:{account.user}")
    with (
        relayed(
            account.server.port, lambda told: told.replace(hidden or b"AUTH=NONE", b"AUTH=X"), said.append
        ) as between,
        session(account.settings(port=between.port).server, sign_in) as client,
    ):
        assert client.folder_exists("INBOX")
    assert any((b"XOAUTH2" if hidden else b"OAUTHBEARER") in each for each in said)


def test_a_token_that_is_not_good_any_more_needs_the_user(account: Account) -> None:
    refused = pytest.raises(NeedsUser, match=r"refused the sign-in as .*: check .* sign in anew by `afterword connect`")
    with refused as told, session(account.settings().server, token_authenticator(account.user, lambda _: "old:x")):
        pass
    assert "old" not in str(told.value)


def test_a_server_that_takes_no_tokens_is_told(account: Account) -> None:
    with (
        relayed(account.server.port, lambda told: told.replace(b"OAUTH", b"XAUTH")) as between,
        pytest.raises(NeedsUser, match="takes no tokens"),
        session(account.settings(port=between.port).server, token_authenticator(account.user, lambda _: GOOD)),
    ):
        pass
