"""IMAP, read from a real Dovecot."""

import pytest

from connectors.imap import ImapSource
from tests.contract.source_contract import MailSourceContract
from tests.servers.dovecot import Account, Dovecot


class TestImap(MailSourceContract):
    @pytest.fixture(autouse=True)
    def account(self, dovecot: Dovecot) -> Account:
        self._account = dovecot.account()
        return self._account

    @pytest.fixture
    def source(self, account: Account) -> ImapSource:
        return ImapSource(account.settings())

    def put(self, *mails: bytes) -> None:
        self._account.put(*(each.replace(b"\n", b"\r\n") for each in mails))
