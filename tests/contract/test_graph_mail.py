"""Outlook's mail, read from a stand-in of Graph."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.microsoft.source import MicrosoftSource
from tests.contract.source_contract import MailSourceContract
from tests.servers.entra import Entra
from tests.servers.graph import GraphServer


class TestGraphMail(MailSourceContract):
    @pytest.fixture(autouse=True)
    def server(self, entra: Entra, signed_in: bytes, tmp_path: Path) -> Iterator[GraphServer]:
        with GraphServer(entra, signed_in, tmp_path) as server:
            self._server = server
            yield server

    @pytest.fixture
    def source(self, server: GraphServer) -> MicrosoftSource:
        return MicrosoftSource(server.settings())

    def put(self, *mails: bytes) -> None:
        for each in mails:
            self._server.mail.put(each.replace(b"\n", b"\r\n"))
