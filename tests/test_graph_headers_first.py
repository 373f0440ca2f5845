"""The first reading of a full mailbox by Graph: headers before bodies, and nothing lost where Graph gives no headers."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from afterword.ports import HeadersFirstSource
from afterword.recognition.messages.header_stage import worth_reading
from connectors.microsoft.source import MicrosoftSource
from daemon import config, service
from tests.contract.source_contract import subjects
from tests.full_mailbox import ACME, BULK_OF_ACME, JANE, NOW, RECEIPT, RECEIVED, bulk, mail
from tests.homes import USER_AND_LOG
from tests.scenarios.test_by_microsoft import ACCOUNT
from tests.servers.entra import CLIENT, Entra
from tests.servers.graph import GraphServer
from tests.servers.graph_mail import failed


@pytest.fixture
def server(entra: Entra, signed_in: bytes, tmp_path: Path) -> Iterator[GraphServer]:
    with GraphServer(entra, signed_in, tmp_path) as server:
        yield server


class Reader:
    """Reads as the service does: each time from the cursor that it kept."""

    def __init__(self, server: GraphServer) -> None:
        self._source = MicrosoftSource(server.settings())
        assert isinstance(self._source, HeadersFirstSource)
        self._cursor: bytes | None = None

    def read(self) -> list[str]:
        read: list[str] = []
        for batch in self._source.read_headers_first(
            self._cursor, NOW, lambda headers: worth_reading(headers, user=JANE)
        ):
            self._cursor = batch.cursor
            read += subjects(batch.items)
        return read


@pytest.fixture
def reader(server: GraphServer) -> Reader:
    return Reader(server)


def fetched(server: GraphServer) -> int:
    return sum(each.path.endswith("$value") for each in server.asked)


def test_of_bulk_mail_no_body_is_fetched_at_first(server: GraphServer, reader: Reader) -> None:
    for each in (*(bulk(number) for number in range(10, 30)), RECEIVED):
        server.mail.put(each)
    assert reader.read() == ["Your application to Acme"]
    assert fetched(server) == 1


def test_whatever_the_headers_say_all_is_read_of_what_was_sent_and_of_what_comes_later(
    server: GraphServer, reader: Reader
) -> None:
    left_out = server.mail.put(bulk(10))
    server.mail.put(bulk(11), "sentitems")
    assert reader.read() == ["Your order 11 has shipped"]
    server.mail.put(bulk(12))
    server.mail.move(left_out, "archive")
    assert reader.read() == ["Your order 12 has shipped"]


def test_what_comes_when_graph_has_forgotten_is_read_whatever_its_headers_say(
    server: GraphServer, reader: Reader
) -> None:
    server.mail.put(bulk(10))
    assert reader.read() == []
    server.mail.put(bulk(11))
    server.answering.append(lambda asked: failed(410, "SyncStateNotFound") if "deltatoken" in asked.path else None)
    assert reader.read() == ["Your order 11 has shipped"]


def test_a_first_reading_that_was_cut_short_goes_on_with_the_headers(server: GraphServer, reader: Reader) -> None:
    server.mail.page = 1
    for each in (RECEIVED, bulk(10), bulk(11)):
        server.mail.put(each)
    source = MicrosoftSource(server.settings())
    first = next(source.read_headers_first(None, NOW, lambda headers: worth_reading(headers, user=JANE)))
    assert subjects(first.items) == ["Your application to Acme"]
    rest = source.read_headers_first(first.cursor, NOW, lambda headers: worth_reading(headers, user=JANE))
    assert [each for batch in rest for each in batch.items] == []
    assert fetched(server) == 1


def test_each_page_of_headers_tells_that_the_reading_goes_on(server: GraphServer) -> None:
    """A terminal shows it, the watchdog hears of it, and whoever is killed goes on from there."""
    server.mail.page = 10
    for number in range(100, 150):
        server.mail.put(bulk(number))
    source = MicrosoftSource(server.settings())
    batches = source.read_headers_first(None, NOW, lambda headers: worth_reading(headers, user=JANE))
    third = [next(batches) for _ in range(3)][-1]
    asked = len(server.asked)
    list(source.read_headers_first(third.cursor, NOW, lambda headers: worth_reading(headers, user=JANE)))
    pages = [each for each in server.asked[asked:] if "inbox" in each.path]
    assert len(pages) == 2


def test_where_no_headers_are_given_all_is_read(server: GraphServer, reader: Reader) -> None:
    server.mail.gives_headers = False
    server.mail.put(bulk(10))
    assert reader.read() == ["Your order 10 has shipped"]


def test_where_headers_can_not_be_asked_for_all_is_read(server: GraphServer, reader: Reader) -> None:
    server.mail.put(bulk(10))
    server.answering.append(
        lambda asked: failed(400, "ErrorInvalidProperty") if "internetMessageHeaders" in asked.path else None
    )
    assert reader.read() == ["Your order 10 has shipped"]


def test_a_sender_who_is_in_no_header_is_known_by_what_graph_says_of_them(server: GraphServer, reader: Reader) -> None:
    """Exchange leaves From and To out of the headers of mail that never left the house."""
    known = server.mail.put(bulk(10))
    server.mail.kept[known].raw = server.mail.kept[known].raw.replace(b"From: ", b"X-From: ")
    assert reader.read() == []


@pytest.mark.parametrize(("is_known", "read"), [(False, 0), (True, 1)])
def test_what_somebody_whom_the_log_knows_wrote_is_never_left_out(
    server: GraphServer, entra: Entra, tmp_path: Path, *, is_known: bool, read: int
) -> None:
    account = ACCOUNT.format(client=CLIENT, authority=entra.authority, endpoint=server.endpoint, ca_file=entra.ca_file)
    file = tmp_path / "config.toml"
    before = f'{USER_AND_LOG}[[accounts]]\nname = "files"\nkind = "mbox"\npath = "known.mbox"\n'
    receipt = mail(1, ACME, "Your application to Acme", RECEIPT).replace(b"\r\n", b"\n")
    (tmp_path / "known.mbox").write_bytes(b"From anna Thu Mar  5 12:00:00 2026\n" + receipt if is_known else b"")
    file.write_text(before, encoding="utf-8")
    service.sync(config.load(str(file)), NOW - timedelta(minutes=1))
    server.mail.put(BULK_OF_ACME)
    file.write_text(f"{before}{account}calendar = false\n", encoding="utf-8")
    report = service.sync(config.load(str(file)), NOW)
    assert (report.read["outlook"], report.troubles) == (read, [])
