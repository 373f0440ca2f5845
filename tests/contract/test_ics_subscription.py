"""A calendar at an https address, fetched from a real server: what it is trusted with, and what it is not."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from afterword.ports import NeedsUser, Unavailable, UnreadableItem
from connectors import ics_subscription
from connectors.ics import IcsSettings, IcsSource
from connectors.ics_subscription import IcsSubscription, is_public
from tests.contract.source_contract import NOW, CalendarSourceContract, Reader, calendar, entry
from tests.servers.between import Listening
from tests.servers.web import Answered, Asked, Web, secure

SECRET = "/private-4711/basic.ics"


class Page:
    """What the server answers: a calendar with an ETag, or whatever a test says."""

    def __init__(self) -> None:
        self.fetch = calendar()
        self.otherwise: Answered | None = None

    def answer(self, asked: Asked) -> Answered:
        etag = f'"{hash(self.fetch)}"'
        if self.otherwise is not None:
            return self.otherwise
        if asked.head.get("If-None-Match") == etag:
            return Answered(status=304)
        return Answered(head={"Content-Type": "text/calendar", "ETag": etag}, body=self.fetch)


@pytest.fixture
def page() -> Page:
    return Page()


@pytest.fixture
def server(page: Page, tmp_path: Path) -> Iterator[tuple[Web, str]]:
    with secure(tmp_path, page.answer) as (web, ca_file):
        yield web, ca_file


@pytest.fixture
def source(server: tuple[Web, str]) -> IcsSource:
    return fetched(server)


def fetched(server: tuple[Web, str], **others: Any) -> IcsSource:
    """A source that may ask this machine, as no configured one may, and asks each time."""
    web, ca_file = server
    url = f"https://localhost:{web.port}{SECRET}"
    known = {"max_age": 0, "is_allowed": lambda _: True}
    return IcsSource(IcsSettings(url=url), IcsSubscription(url, ca_file, **{**known, **others}))


class TestAddress(CalendarSourceContract):
    @pytest.fixture(autouse=True)
    def standing(self, page: Page) -> None:
        self.page = page

    @pytest.fixture
    def source(self, server: tuple[Web, str]) -> IcsSource:
        return fetched(server)

    def put(self, *entries: str) -> None:
        self.page.fetch = calendar(*entries)


# ---- what is asked for


def test_what_has_not_changed_is_not_sent_again(source: IcsSource, page: Page, server: tuple[Web, str]) -> None:
    page.fetch = calendar(entry("a"))
    reader = Reader(source)
    assert [each.ref for each in reader.items()] == ["a"]
    assert reader.items() == []
    first, second = server[0].asked
    assert ("If-None-Match" in first.head, "If-None-Match" in second.head) == (False, True)


def test_who_was_asked_a_moment_ago_is_not_asked_again(page: Page, server: tuple[Web, str]) -> None:
    page.fetch = calendar(entry("a"))
    source = fetched(server, max_age=600)
    assert source.check() == "1 entry at localhost"
    list(source.busy(NOW, NOW))
    list(source.read(None, NOW))
    assert len(server[0].asked) == 1


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("/kalender/Müller & Söhne.ics", "/kalender/M%C3%BCller%20&%20S%C3%B6hne.ics"),
        ("/ical/jane%40example.org/private-4711/basic.ics", "/ical/jane%40example.org/private-4711/basic.ics"),
        ("/cal.ics?name=größe&key=a+b%2Bc", "/cal.ics?name=gr%C3%B6%C3%9Fe&key=a+b%2Bc"),
        ("", "/"),
    ],
)
def test_an_address_may_be_written_as_a_browser_shows_it(
    server: tuple[Web, str], page: Page, written: str, asked: str
) -> None:
    page.fetch = calendar(entry("a"))
    web, ca_file = server
    url = f"https://localhost:{web.port}{written}"
    IcsSubscription(url, ca_file, is_allowed=lambda _: True).fetch()
    assert [each.path for each in web.asked] == [asked]


def test_nothing_is_sent_but_the_question(source: IcsSource, server: tuple[Web, str]) -> None:
    source.check()
    (asked,) = server[0].asked
    assert (asked.method, asked.path, asked.body) == ("GET", SECRET, b"")
    assert set(asked.head) == {"Host", "Accept", "Accept-Encoding", "User-Agent"}


# ---- whom is asked


def test_f70_a_configured_address_never_leads_into_the_users_own_network(server: tuple[Web, str]) -> None:
    web, ca_file = server
    source = IcsSource(IcsSettings(url=f"https://localhost:{web.port}/", ca_file=ca_file))
    with pytest.raises(NeedsUser, match="inside this machine's own network"):
        source.check()
    assert web.asked == []


INSIDE = """\
127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1
::1 fe80::1%eth0 fc00::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::10.0.0.1 2002:a00:1::1
:: ::127.0.0.1 ::10.0.0.1 fec0::1 64:ff9b:1::10.0.0.1 2001:0:a00:1::1 100::1 2001:db8::1 ff02::1 192.0.2.1 255.255.255.255"""


@pytest.mark.parametrize("address", INSIDE.split())
def test_f70_what_is_no_address_of_the_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::93.184.215.14"]
)
def test_what_is_one(address: str) -> None:
    assert is_public(address)


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """What a name stands for from now on; the names that are asked for."""
    asked: list[str] = []

    def resolved(host: str, port: int, *_: object, **named: object) -> list[tuple[object, ...]]:
        asked.append(host)
        there = addresses if host == "localhost" else (host,)
        families = [socket.AF_INET6 if ":" in each else socket.AF_INET for each in there]
        return [(family, socket.SOCK_STREAM, 6, "", (each, port)) for family, each in zip(families, there, strict=True)]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    return asked


def test_f70_of_the_addresses_of_a_name_none_that_is_inside_is_asked(
    page: Page, server: tuple[Web, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page.fetch = calendar(entry("a"))
    asked = resolving(monkeypatch, "::1", "127.0.0.1")
    assert fetched(server, is_allowed=lambda each: each != "::1").check() == "1 entry at localhost"
    assert asked.count("localhost") == 1, "looked up twice, it may stand for another address"


def test_a_server_that_can_be_reached_by_its_second_address_only_is_read(
    page: Page, server: tuple[Web, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page.fetch = calendar(entry("a"))
    resolving(monkeypatch, "::1", "127.0.0.1")
    assert fetched(server).check() == "1 entry at localhost"


@pytest.mark.parametrize(
    "url", ["http://example.org/a.ics", "file:///etc/passwd", "https://jane:secret@example.org/", "https://"]
)
def test_f70_an_address_that_is_not_https_alone_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="https://"):
        IcsSettings(url=url)


def test_an_address_for_calendar_programs_is_asked_by_https() -> None:
    settings = IcsSettings(url="webcal://p12.example.org/published/2/abc?x=1")
    assert settings.address == "https://p12.example.org/published/2/abc?x=1"


def test_f44_a_redirect_to_another_host_is_not_followed(page: Page, source: IcsSource) -> None:
    with Web(lambda _: Answered()) as elsewhere:
        page.otherwise = Answered(status=302, head={"Location": f"http://127.0.0.1:{elsewhere.port}/"})
        with pytest.raises(NeedsUser, match="sends to another host"):
            source.check()
        assert elsewhere.asked == []


def test_f24_a_server_that_sends_back_and_forth_ends(page: Page, source: IcsSource, server: tuple[Web, str]) -> None:
    page.otherwise = Answered(status=302, head={"Location": "/again"})
    with pytest.raises(Unavailable, match="302"):
        source.check()
    assert len(server[0].asked) == ics_subscription.MAX_REDIRECTS + 1


def test_a_certificate_of_nobody_known_needs_the_user(server: tuple[Web, str]) -> None:
    web, _ = server
    address = IcsSubscription(f"https://localhost:{web.port}/", is_allowed=lambda _: True)
    with pytest.raises(NeedsUser, match="certificate of localhost can't be trusted"):
        address.fetch()


# ---- what comes


@pytest.mark.parametrize(
    ("status", "error", "sentence"),
    [
        (404, NeedsUser, "has no calendar at this address"),
        (403, NeedsUser, "has no calendar at this address"),
        (429, Unavailable, "does not give the calendar"),
        (500, Unavailable, "does not give the calendar"),
    ],
)
def test_f38_what_a_server_refuses_is_told_without_the_secret(
    page: Page, source: IcsSource, status: int, error: type[Exception], sentence: str
) -> None:
    page.otherwise = Answered(status=status)
    with pytest.raises(error, match=sentence) as told:
        source.check()
    assert "4711" not in str(told.value)


def test_f39_how_long_a_server_asks_to_be_left_alone_is_told(page: Page, source: IcsSource) -> None:
    page.otherwise = Answered(status=429, head={"Retry-After": "120"})
    with pytest.raises(Unavailable) as failed:
        source.check()
    assert failed.value.retry_after == 120


def test_a_server_that_is_not_there_is_tried_later_and_the_secret_is_not_told() -> None:
    address = IcsSubscription(f"https://localhost:1{SECRET}", is_allowed=lambda _: True)
    with pytest.raises(Unavailable, match="localhost can't be read") as told:
        address.fetch()
    assert "4711" not in str(told.value)


def test_f41_a_page_for_people_is_an_error_and_removes_nothing(page: Page, source: IcsSource) -> None:
    page.fetch = calendar(entry("a"), entry("b"))
    reader = Reader(source)
    reader.items()
    page.otherwise = Answered(head={"Content-Type": "text/html; charset=utf-8"}, body=b"<html>Log in</html>")
    with pytest.raises(Unavailable, match="localhost answers with a web page"):
        reader.items()
    page.otherwise = None
    assert reader.items() == []


def test_f41_what_is_no_calendar_is_set_aside_and_removes_nothing(page: Page, source: IcsSource) -> None:
    page.fetch = calendar(entry("a"), entry("b"))
    reader = Reader(source)
    reader.items()
    page.fetch = b"<html>Log in to the hotel's network</html>"
    (aside,) = reader.items()
    assert isinstance(aside, UnreadableItem)
    page.fetch = calendar(entry("a"), entry("b"))
    assert reader.items() == []


@pytest.mark.parametrize("said", [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"])
def test_f24_an_answer_that_comes_drop_by_drop_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    monkeypatch.setattr(ics_subscription, "RESPONSE_TIMEOUT", 0.3)
    clock = threading.Event()
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)

    def drip(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as line:
            line.recv(65536)
            line.sendall(said)
            while not clock.wait(0.02):
                line.sendall(b"x")

    with Listening(drip) as slow:
        address = IcsSubscription(
            f"https://localhost:{slow.port}/", str(tmp_path / "authority.pem"), is_allowed=lambda _: True
        )
        begun = time.monotonic()
        with pytest.raises(Unavailable, match="localhost did not answer in time"):
            address.fetch()
        assert time.monotonic() - begun < 5
        clock.set()


def test_f24_a_calendar_without_an_end_is_broken_off_and_set_aside(
    page: Page, source: IcsSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ics_subscription, "MAX_SIZE", 100_000)
    page.fetch = calendar(*(entry(f"e{number}") for number in range(5_000)))
    (aside,) = Reader(source).items()
    assert isinstance(aside, UnreadableItem)
    assert len(aside.raw) < 200_000
