"""How a calendar server is found and signed in to, and which of its calendars are read and which one is ours."""

import re
import socket
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import md5
from pathlib import Path

import dns.resolver
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from msgspec.structs import replace

from afterword.ports import NeedsUser, Unavailable
from connectors.caldav import CaldavChannel, CaldavSource, connection, http_session
from connectors.secrets import Secret
from tests.contract.channel_contract import INVITE, OTHER, STANDS, START
from tests.contract.source_contract import Reader, calendar, entry
from tests.servers.calendars import PASSWORD, CalendarAccount, CalendarServer, Xandikos, running
from tests.servers.dovecot import free_port
from tests.servers.names import NameServer
from tests.servers.web import Answered, Asked, Web, between, forwarded, secure

FOUND = "1 calendar: Personal"


@pytest.fixture
def account(radicale: CalendarServer) -> CalendarAccount:
    account = radicale.account()
    account.make("Personal")
    return account


# ---- signing in


def digested(account: CalendarAccount) -> Callable[[Asked], Answered]:
    """A server that knows no other way than Digest (RFC 7616)."""
    challenge = Answered(
        status=401, head={"WWW-Authenticate": 'Digest realm="dav", nonce="n0nce", qop="auth", algorithm=MD5'}
    )
    basic = "Basic " + b64encode(f"{account.user}:{PASSWORD}".encode()).decode()

    def answer(asked: Asked) -> Answered:
        said = asked.head.get("Authorization", "")
        if not said.startswith("Digest ") or not _is_right(said, account.user, asked.method):
            return challenge
        return forwarded(account.server.port, replace(asked, head={**asked.head, "Authorization": basic}))

    return answer


def _is_right(said: str, user: str, method: str) -> bool:
    told: dict[str, str] = {
        name: quoted or plain for name, quoted, plain in re.findall(r'(\w+)=(?:"([^"]*)"|([^,\s]*))', said)
    }
    first, second = _md5(f"{user}:dav:{PASSWORD}"), _md5(f"{method}:{told['uri']}")
    return told["response"] == _md5(f"{first}:n0nce:{told['nc']}:{told['cnonce']}:auth:{second}")


def _md5(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()


def test_a_server_that_asks_for_a_digest_never_hears_the_password(account: CalendarAccount) -> None:
    with Web(digested(account)) as web:
        assert CaldavSource(account.settings(web.port)).check() == FOUND
        said = [each.head["Authorization"] for each in web.asked if "Authorization" in each.head]
    assert all(each.startswith("Digest ") for each in said)


def test_a_wrong_password_is_told_by_a_server_that_asks_for_a_digest(account: CalendarAccount, tmp_path: Path) -> None:
    (tmp_path / "wrong").write_text("hunter2\n", encoding="utf-8")
    with Web(digested(account)) as web:
        with pytest.raises(NeedsUser, match=r"127\.0\.0\.1 refused the user name or the password"):
            CaldavSource(account.settings(web.port, password=Secret(file=str(tmp_path / "wrong")))).check()
        assert len(web.asked) < 6


# ---- finding it


@pytest.fixture(autouse=True)
def nothing_found_yet() -> None:
    connection._discover.cache_clear()


def test_a_server_whose_calendars_lie_elsewhere_is_asked_where(account: CalendarAccount) -> None:
    """RFC 6764, 5: by /.well-known/caldav."""

    def change(asked: Asked, ask: Callable[[], Answered]) -> Answered:
        if asked.path == "/.well-known/caldav":
            return Answered(status=301, head={"Location": f"/{account.user}/"})
        return ask() if asked.path.startswith(f"/{account.user}/") else Answered(status=404)

    with between(account.server.port, change) as web:
        assert CaldavSource(account.settings(web.port)).check() == FOUND


@pytest.fixture
def ask_names(monkeypatch: pytest.MonkeyPatch) -> Callable[[NameServer], None]:
    return lambda server: monkeypatch.setattr(dns.resolver, "default_resolver", server.resolver())


@pytest.mark.parametrize("url", ["localhost", "jane@localhost"])
def test_a_server_is_found_by_a_domain_or_a_mail_address(
    account: CalendarAccount, ask_names: Callable[[NameServer], None], tmp_path: Path, url: str
) -> None:
    with secure(tmp_path, lambda asked: forwarded(account.server.port, asked)) as (web, ca_file):
        records = {
            ("_caldavs._tcp.localhost", "SRV"): f"0 1 {web.port} localhost.",
            ("_caldavs._tcp.localhost", "TXT"): f'"path=/{account.user}/"',
        }
        with NameServer(records) as names:
            ask_names(names)
            assert CaldavSource(account.settings(url=url, ca_file=ca_file)).check() == FOUND
        assert web.asked[0].path == f"/{account.user}/"


def test_a_server_that_names_send_elsewhere_is_not_asked(
    account: CalendarAccount, ask_names: Callable[[NameServer], None]
) -> None:
    with NameServer({("_caldavs._tcp.localhost", "SRV"): "0 1 443 dav.evil.example."}) as names:
        ask_names(names)
        with pytest.raises(NeedsUser, match="No calendar server can be found for localhost"):
            CaldavSource(account.settings(url="jane@localhost")).check()


def test_without_a_network_nothing_is_the_users_to_mend(
    account: CalendarAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody_answers(*_: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    with NameServer({}) as names:
        monkeypatch.setattr(dns.resolver, "default_resolver", names.resolver())
        monkeypatch.setattr(socket, "getaddrinfo", nobody_answers)
        with pytest.raises(Unavailable, match=r"dav\.example can't be looked up"):
            CaldavSource(account.settings(url="jane@dav.example")).check()


def test_a_server_that_was_found_and_is_gone_is_looked_for_again(
    account: CalendarAccount, ask_names: Callable[[NameServer], None], tmp_path: Path
) -> None:
    srv = ("_caldavs._tcp.localhost", "SRV")
    records = {srv: "0 1 1 localhost."}
    with secure(tmp_path, lambda asked: forwarded(account.server.port, asked)) as (web, ca_file):
        source = CaldavSource(account.settings(url="jane@localhost", ca_file=ca_file))
        with NameServer(records) as names:
            ask_names(names)
            with pytest.raises(Unavailable, match="localhost can't be reached"):
                source.check()
            records[srv] = f"0 1 {web.port} localhost."
            assert source.check() == FOUND


def test_a_certificate_of_nobody_known_needs_the_user(account: CalendarAccount, tmp_path: Path) -> None:
    with secure(tmp_path, lambda asked: forwarded(account.server.port, asked)) as (web, ca_file):
        address = f"https://localhost:{web.port}/"
        assert CaldavSource(account.settings(url=address, ca_file=ca_file)).check() == FOUND
        with pytest.raises(NeedsUser, match="certificate of localhost can't be trusted"):
            CaldavSource(account.settings(url=address)).check()


# ---- which calendars


def put(account: CalendarAccount, name: str, *uids: str) -> None:
    for uid in uids:
        account.put(account.path(name, f"{uid}.ics"), calendar(entry(uid)))


def refs(reader: Reader) -> list[str]:
    return sorted(each.ref for each in reader.items())


def test_all_calendars_are_read_but_ours(account: CalendarAccount) -> None:
    account.make("Work")
    put(account, "Personal", "a")
    put(account, "Work", "b")
    CaldavChannel(account.settings()).place(INVITE)
    put(account, "Afterword", "c")
    source = CaldavSource(account.settings())
    assert refs(Reader(source)) == ["a", "b"]
    assert source.check() == "2 calendars: Personal, Work"


def test_of_several_calendars_those_that_are_named_are_read(account: CalendarAccount) -> None:
    account.make("Work")
    put(account, "Personal", "a")
    put(account, "Work", "b")
    assert refs(Reader(CaldavSource(account.settings(calendars=("Work",))))) == ["b"]


def test_a_calendar_that_is_named_and_not_there_needs_the_user(account: CalendarAccount) -> None:
    with pytest.raises(NeedsUser, match=r"has no calendar 'Works': correct .* There are: Personal\."):
        CaldavSource(account.settings(calendars=("Works",))).check()


def test_an_entry_that_moves_to_another_calendar_is_neither_new_nor_gone(account: CalendarAccount) -> None:
    account.make("Work")
    put(account, "Personal", "a", "b")
    reader = Reader(CaldavSource(account.settings()))
    assert refs(reader) == ["a", "b"]
    account.remove(account.path("Personal", "a.ics"))
    put(account, "Work", "a")
    assert reader.items() == []


def test_a_calendar_that_is_read_no_more_lost_nothing(account: CalendarAccount) -> None:
    account.make("Work")
    put(account, "Personal", "a")
    put(account, "Work", "b")
    reader = Reader(CaldavSource(account.settings()))
    assert refs(reader) == ["a", "b"]
    reader.source = CaldavSource(account.settings(calendars=("Personal",)))
    assert reader.items() == []


def test_our_calendar_is_made_once_and_known_by_whatever_name_the_user_gives_it(account: CalendarAccount) -> None:
    CaldavChannel(account.settings()).place(INVITE)
    renaming = b'<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><D:displayname>Afters</D:displayname></D:prop></D:set></D:propertyupdate>'
    assert account.asked("PROPPATCH", account.path("Afterword"), renaming)[0] == 207
    CaldavChannel(account.settings()).place(OTHER)
    assert len(account.paths("Afterword")) == 2
    assert CaldavSource(account.settings()).check() == FOUND


def test_a_calendar_of_the_users_choice_is_ours(account: CalendarAccount) -> None:
    channel = CaldavChannel(account.settings(calendar="Nach dem Gespräch"))
    channel.place(INVITE)
    assert channel.check() == "1 in Nach dem Gespräch on 127.0.0.1"
    assert len(account.paths("nach-dem-gespr-ch")) == 1


@pytest.mark.parametrize("status", [403, 405, 501, 507])
def test_where_no_program_may_make_calendars_the_user_is_asked_to(account: CalendarAccount, status: int) -> None:
    def change(asked: Asked, ask: Callable[[], Answered]) -> Answered:
        return Answered(status=status) if asked.method == "MKCALENDAR" else ask()

    with between(account.server.port, change) as web:
        channel = CaldavChannel(account.settings(web.port))
        with pytest.raises(NeedsUser, match=r"makes no calendars for us: make one of the name 'Afterword' yourself"):
            channel.place(INVITE)
        account.make("Afterword")
        channel.place(INVITE)
    assert len(account.paths("Afterword")) == 1


def test_a_server_that_fails_to_make_a_calendar_is_tried_later(account: CalendarAccount) -> None:
    def change(asked: Asked, ask: Callable[[], Answered]) -> Answered:
        return Answered(status=500) if asked.method == "MKCALENDAR" else ask()

    with (
        between(account.server.port, change) as web,
        pytest.raises(Unavailable, match="could not do what it was asked"),
    ):
        CaldavChannel(account.settings(web.port)).place(INVITE)


@pytest.mark.parametrize(("tasks", "kind"), [(False, b"VEVENT"), (True, b"VTODO")])
def test_a_server_that_mixes_no_events_and_tasks_makes_a_calendar_for_the_one(
    account: CalendarAccount, *, tasks: bool, kind: bytes
) -> None:
    def change(asked: Asked, ask: Callable[[], Answered]) -> Answered:
        mixed = asked.method == "MKCALENDAR" and b"VEVENT" in asked.body and b"VTODO" in asked.body
        return Answered(status=403) if mixed else ask()

    with between(account.server.port, change) as web:
        CaldavChannel(account.settings(web.port, tasks=tasks)).place(INVITE)
    (path,) = account.paths("Afterword")
    assert b"BEGIN:" + kind in account.text(path)


def test_a_provider_whose_calendars_lie_on_another_of_its_hosts_is_followed_there(
    account: CalendarAccount, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As iCloud's do: the folder that calendars are in has an address on the user's own server."""
    monkeypatch.setattr(http_session, "HOST_SUFFIXES", {"localhost": "127.0.0.1"})
    for each in ("first", "second"):
        (tmp_path / each).mkdir()
    second_host = secure(tmp_path / "second", lambda asked: forwarded(account.server.port, asked), "127.0.0.1")
    with second_host as (second, authority):
        where = rb"\g<0>" + f"https://127.0.0.1:{second.port}".encode()

        def sends_on(asked: Asked) -> Answered:
            told = forwarded(account.server.port, asked)
            return replace(told, body=re.sub(rb"calendar-home-set>\s*<[^>]*href>", where, told.body))

        with secure(tmp_path / "first", sends_on) as (first, other):
            both = tmp_path / "both.pem"
            both.write_bytes(Path(authority).read_bytes() + Path(other).read_bytes())
            known = account.settings(url=f"https://localhost:{first.port}/", ca_file=str(both))
            CaldavChannel(known).place(INVITE)
            assert CaldavSource(known).check() == FOUND
        assert "PUT" in {each.method for each in second.asked}
        assert "PUT" not in {each.method for each in first.asked}
    assert len(account.paths("Afterword")) == 1


# ---- nobody but the user


class Sent:
    """What a calendar server sends by mail."""

    def __init__(self) -> None:
        self.recipients: list[str] = []
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port())

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        _ = server, session
        self.recipients += envelope.rcpt_tos
        return "250 OK"


@pytest.fixture
def sent() -> Iterator[Sent]:
    sent = Sent()
    sent.controller.start()
    yield sent
    sent.controller.stop()


def test_no_server_is_made_to_write_to_those_whom_the_user_has_invited(sent: Sent) -> None:
    by_mail = ["--imip-send", "smtp", "--smtp-host", "127.0.0.1", "--smtp-port", str(sent.controller.port)]
    with running(Xandikos, *by_mail, "--smtp-from", "jane@example.org") as server:
        account = server.account()
        channel = CaldavChannel(account.settings())
        channel.place(INVITE)
        (path,) = account.paths("Afterword")
        others = b"ORGANIZER:mailto:jane@example.org\r\nATTENDEE:mailto:mia@home.example\r\nEND:VEVENT"
        account.put(path, account.text(path).replace(b"END:VEVENT", others))
        assert sent.recipients == ["mia@home.example"]
        channel.place(replace(INVITE, sequence=1, start=INVITE.end, end=INVITE.end + timedelta(minutes=15)))
        channel.withdraw(STANDS, START)
        assert sent.recipients == ["mia@home.example"]
        account.remove(path)
        assert sent.recipients == ["mia@home.example"] * 2
