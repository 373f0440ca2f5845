"""Gmail, read from an emulator of it."""

from pathlib import Path

import pytest

from connectors.google import gmail
from connectors.google.source import GoogleSource
from tests.contract.source_contract import MailSourceContract
from tests.servers.google import Google, GoogleAccount


class TestGmail(MailSourceContract):
    @pytest.fixture(autouse=True)
    def account(self, google: Google, tmp_path: Path) -> GoogleAccount:
        self._account = google.account(tmp_path)
        return self._account

    @pytest.fixture(autouse=True)
    def quota(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nobody waits for a minute to pass."""
        monkeypatch.setattr(gmail, "UNITS_PER_MINUTE", 10**9)

    @pytest.fixture
    def source(self, account: GoogleAccount) -> GoogleSource:
        return GoogleSource(account.settings())

    def put(self, *mails: bytes) -> None:
        self._account.put(*(each.replace(b"\n", b"\r\n") for each in mails))
