"""What may go wrong between us and Microsoft's Graph, and with the sign-in to it: waited for, refused, or told once and clearly."""

import json
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import pytest

from afterword.ports import Batch, NeedsUser, Unavailable
from connectors import retries
from connectors.microsoft.graph import Graph
from connectors.microsoft.settings import MicrosoftSettings
from connectors.microsoft.sign_in import access_token
from connectors.microsoft.source import MicrosoftSource
from connectors.microsoft.throttle import MAX_CONCURRENT_REQUESTS, MAX_PAUSE, Throttle, throttle_of
from connectors.retries import FIRST_DELAY, MAX_ATTEMPTS, MAX_DELAY
from tests.contract.source_contract import Reader, mail
from tests.graph_calendar import event
from tests.servers.dovecot import PATIENCE, free_port
from tests.servers.entra import Entra, Somebody
from tests.servers.graph import GraphServer
from tests.servers.graph_calendar import told
from tests.servers.web import Answered, Asked, Web, secure

BOTH = ["Mail.ReadWrite", "Calendars.ReadWrite"]


@pytest.fixture
def server(entra: Entra, signed_in: bytes, tmp_path: Path) -> Iterator[GraphServer]:
    with GraphServer(entra, signed_in, tmp_path) as server:
        yield server


@pytest.fixture
def settings(server: GraphServer) -> MicrosoftSettings:
    return server.settings(calendar=True, drafts=True, delivers=True)


class Waiting(list[float]):
    """The seconds that were waited, and no time lost by it."""

    def ask(self, settings: MicrosoftSettings) -> int:
        """The status of an answer."""
        with closing(Graph(settings, BOTH, "your calendars", sleep=self.append)) as line:
            return line.request("GET", "me/calendars").status


def failing(server: GraphServer, answer: Answered, times: int = 10**6) -> None:
    left = list(range(times))
    server.answering.append(lambda _: answer if left and left.pop() >= 0 else None)


# ---- 38 and 49: what is not allowed


def test_f38_what_is_not_allowed_is_the_users_matter(server: GraphServer, settings: MicrosoftSettings) -> None:
    failing(server, told(403, {"error": {"code": "ErrorAccessDenied", "message": "x"}}))
    with pytest.raises(NeedsUser, match="does not let Afterword use your calendars"):
        Waiting().ask(settings)


def test_f49_calendars_that_are_not_allowed_leave_the_mail_as_it_is(
    server: GraphServer, settings: MicrosoftSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retries, "FIRST_DELAY", 0.0)
    server.mail.put(mail(1).replace(b"\n", b"\r\n"))
    server.calendars.put(event())
    server.answering.append(lambda asked: told(403, {}) if "calendar" in asked.path else None)
    batches = Reader(MicrosoftSource(settings)).batches()
    with pytest.raises(NeedsUser, match="your calendars") as refused:
        list(batches)
    assert refused.value.mail_was_read


def test_f49_mail_that_is_not_allowed_leaves_the_calendars_as_they_are(
    server: GraphServer, settings: MicrosoftSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retries, "FIRST_DELAY", 0.0)
    server.calendars.put(event())
    server.answering.append(lambda asked: told(403, {}) if "mailFolders" in asked.path else None)
    read: list[Batch] = []
    batches = Reader(MicrosoftSource(settings)).batches()
    with pytest.raises(NeedsUser, match="your mail") as refused:
        read.extend(batches)
    assert not refused.value.mail_was_read
    assert any(batch.items for batch in read)


# ---- 39: how long to wait


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [
        ("3", 3, 4),
        ("0", FIRST_DELAY, 1),
        ("-5", FIRST_DELAY, 1),
        ("soon", FIRST_DELAY, 1),
        ("", FIRST_DELAY, 1),
        ("Thu, 01 Jan 1970 00:00:00 GMT", FIRST_DELAY, 1),
    ],
)
def test_f39_the_server_says_how_long_to_wait(
    server: GraphServer, settings: MicrosoftSettings, asked: str, least: float, most: float
) -> None:
    failing(server, Answered(status=429, head={"Retry-After": asked}), times=1)
    waited = Waiting()
    assert waited.ask(settings) == 200
    (only,) = waited
    assert least <= only <= most


def test_f39_a_date_is_as_good_as_seconds(server: GraphServer, settings: MicrosoftSettings) -> None:
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
    failing(server, Answered(status=503, head={"Retry-After": at}), times=1)
    waited = Waiting()
    waited.ask(settings)
    assert 10 < waited[0] < 27


@pytest.mark.parametrize("asked", ["1000000000", "9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_f39_whoever_wants_to_be_left_alone_for_long_is(
    server: GraphServer, settings: MicrosoftSettings, asked: str
) -> None:
    failing(server, Answered(status=429, head={"Retry-After": asked}))
    waited = Waiting()
    with pytest.raises(Unavailable, match="429"):
        waited.ask(settings)
    assert waited == []


def test_f39_whoever_wants_to_be_left_alone_is_asked_by_nobody_of_the_account(
    server: GraphServer, settings: MicrosoftSettings
) -> None:
    failing(server, Answered(status=429, head={"Retry-After": "300"}), times=1)
    with pytest.raises(Unavailable, match="429"):
        Waiting().ask(settings)
    with pytest.raises(Unavailable, match="left alone for"):
        Waiting().ask(settings)
    assert len(server.asked) == 1


def test_f39_who_is_told_to_wait_has_the_others_wait_too(server: GraphServer, settings: MicrosoftSettings) -> None:
    failing(server, Answered(status=429, head={"Retry-After": "20"}), times=1)
    told, other = Waiting(), Waiting()
    assert (told.ask(settings), other.ask(settings)) == (200, 200)
    assert [15 < each <= MAX_DELAY for each in (*told, *other)] == [True, True]


def test_f39_no_more_than_four_ask_at_once_whoever_they_are(server: GraphServer, settings: MicrosoftSettings) -> None:
    arrived, go = threading.Semaphore(0), threading.Event()

    def held(asked: Asked) -> Answered:
        arrived.release()
        assert go.wait(PATIENCE)
        return server.answered(asked)

    server.through = held
    threads = [threading.Thread(target=Waiting().ask, args=[settings]) for _ in range(2 * MAX_CONCURRENT_REQUESTS)]
    for each in threads:
        each.start()
    assert all(arrived.acquire(timeout=PATIENCE) for _ in range(MAX_CONCURRENT_REQUESTS))
    assert not throttle_of(settings.token_file).slots.acquire(blocking=False)
    assert len(server.asked) == MAX_CONCURRENT_REQUESTS
    go.set()
    for each in threads:
        each.join()
    assert len(server.asked) == 2 * MAX_CONCURRENT_REQUESTS


def test_f39_a_rest_ends_and_lasts_half_an_hour_at_most() -> None:
    now = [1000.0]
    throttle = Throttle(clock=lambda: now[0])
    assert throttle.remaining() == 0
    throttle.pause(1e9)
    assert throttle.remaining() == MAX_PAUSE
    throttle.pause(5)
    assert throttle.remaining() == MAX_PAUSE
    now[0] += MAX_PAUSE
    assert throttle.remaining() == 0


def test_f40_what_fails_again_and_again_is_asked_a_few_times_and_ever_later(
    server: GraphServer, settings: MicrosoftSettings
) -> None:
    failing(server, Answered(status=503))
    waited = Waiting()
    with pytest.raises(Unavailable, match="503"):
        waited.ask(settings)
    assert len(server.asked) == MAX_ATTEMPTS
    assert len(waited) == MAX_ATTEMPTS - 1
    assert all(first < then <= MAX_DELAY * 1.3 for first, then in pairwise(waited))


# ---- 41 and 44: answers from elsewhere


def test_f41_a_hotels_page_is_no_answer(server: GraphServer, settings: MicrosoftSettings) -> None:
    page = Answered(head={"Content-Type": "text/html; charset=utf-8"}, body=b"<html>Room number, please</html>")
    failing(server, page)
    with pytest.raises(Unavailable, match="this network wants you to log in"):
        Waiting().ask(settings)


@pytest.mark.parametrize(
    "told",
    [
        Answered(status=302, head={"Location": "http://["}),
        Answered(head={"Content-Length": "twelve"}),
        Answered(body=b'{"value": ' + b"[" * 100_000),
    ],
    ids=["an address that is none", "a length that is none", "lists in lists"],
)
def test_f41_an_answer_in_no_form_is_told_as_any_other(
    server: GraphServer, settings: MicrosoftSettings, told: Answered
) -> None:
    failing(server, told)
    with pytest.raises(Unavailable):
        list(MicrosoftSource(settings).busy(datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 3, 6, tzinfo=UTC)))


@pytest.mark.parametrize("name", ["@odata.nextLink", "@odata.deltaLink"])
def test_f44_a_link_to_another_host_is_not_followed(
    server: GraphServer, settings: MicrosoftSettings, name: str
) -> None:
    with Web(lambda _: told(200, {"value": []})) as elsewhere:
        link = f"http://127.0.0.1:{elsewhere.port}/v1.0/me/calendars/x/calendarView/delta?$deltatoken=x"

        def astray(asked: Asked) -> Answered | None:
            return told(200, {"value": [], name: link}) if "delta" in asked.path else None

        server.answering.append(astray)
        reader = Reader(MicrosoftSource(settings))
        with pytest.raises(Unavailable, match="another host"):
            [reader.items() for _ in range(2)]
        assert elsewhere.asked == []


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_f44_a_redirect_is_not_followed(server: GraphServer, settings: MicrosoftSettings, status: int) -> None:
    with Web(lambda _: told(200, {"value": []})) as elsewhere:
        failing(server, Answered(status=status, head={"Location": f"http://127.0.0.1:{elsewhere.port}/v1.0/me"}))
        with pytest.raises(Unavailable):
            Waiting().ask(settings)
        assert elsewhere.asked == []


def test_a_netrc_takes_nobodys_token_away(
    server: GraphServer, settings: MicrosoftSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login jane password secret\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    assert Waiting().ask(settings) == 200
    assert [each.head["Authorization"].partition(" ")[0] for each in server.asked] == ["Bearer"]


# ---- 45 to 48: the sign-in


def worn(settings: MicrosoftSettings, refresh_token: str = "") -> None:
    """As the sign-in is an hour later; and, with another refresh token, when it was revoked."""
    file = Path(settings.token_file)
    kept = json.loads(file.read_bytes())
    for each in kept["AccessToken"].values():
        each["expires_on"] = each["extended_expires_on"] = "1000000000"
    for each in kept["RefreshToken"].values():
        each["secret"] = refresh_token or each["secret"]
    file.write_text(json.dumps(kept), encoding="utf-8")


def test_f45_a_sign_in_that_has_ended_is_told_and_not_tried_again(
    server: GraphServer, settings: MicrosoftSettings
) -> None:
    worn(settings, refresh_token="revoked")
    waited = Waiting()
    with pytest.raises(NeedsUser, match="afterword connect outlook"):
        waited.ask(settings)
    assert not server.asked
    assert not waited


def test_f46_nobody_at_the_other_end_is_no_bad_sign_in(entra: Entra, signed_in: bytes, tmp_path: Path) -> None:
    settings = entra.access(tmp_path, authority=f"https://localhost:{free_port()}/tenant/v2.0")
    Path(settings.token_file).parent.mkdir()
    Path(settings.token_file).write_bytes(signed_in)
    assert access_token(settings, BOTH), "a token that is still good is given without asking"
    worn(settings)
    with pytest.raises(Unavailable, match="can't be reached"):
        access_token(settings, BOTH)


@pytest.mark.parametrize(
    "answer",
    [
        Answered(status=503),
        Answered(status=429),
        Answered(body=b"<html>Room number?"),
        *(Answered(body=each) for each in (b"[]", b"null", b'"x"', b"7", b"{}")),
    ],
)
def test_f46_a_sign_in_that_fails_to_answer_is_no_bad_sign_in(
    entra: Entra, signed_in: bytes, tmp_path: Path, answer: Answered
) -> None:
    with secure(tmp_path, lambda _: answer) as (web, ca_file):
        authority = f"https://localhost:{web.port}/tenant/v2.0"
        settings = entra.access(tmp_path, authority=authority, ca_file=ca_file)
        Path(settings.token_file).parent.mkdir()
        Path(settings.token_file).write_bytes(signed_in)
        worn(settings)
        with pytest.raises(Unavailable):
            access_token(settings, BOTH)


def test_f44_the_sign_in_follows_nobody_to_another_host(
    entra: Entra, server: GraphServer, settings: MicrosoftSettings, tmp_path: Path
) -> None:
    """What is asked for with a refresh token would bear it there."""
    worn(settings)
    with Web(lambda _: told(200, {})) as elsewhere:
        away = Answered(status=307, head={"Location": f"http://127.0.0.1:{elsewhere.port}/token"})
        with secure(tmp_path, lambda _: away) as (web, ca_file):
            authority = f"https://localhost:{web.port}/tenant/v2.0"
            moved = entra.access(tmp_path, authority=authority, ca_file=ca_file)
            with pytest.raises(Unavailable, match="TooManyRedirects"):
                access_token(moved, BOTH)
        assert elsewhere.asked == []
    assert server.asked == []


def test_f47_a_refreshed_sign_in_that_was_not_kept_is_told_clearly(entra: Entra, tmp_path: Path) -> None:
    """The provider takes a refresh token once: whoever lost the next one must sign in again."""
    settings = own_sign_in(entra, tmp_path)
    worn(settings)
    before = Path(settings.token_file).read_bytes()
    access_token(settings, ["Calendars.Read"])
    Path(settings.token_file).write_bytes(before)
    with pytest.raises(NeedsUser, match="afterword connect outlook"):
        access_token(settings, ["Calendars.Read"])


def test_f48_two_that_refresh_at_once_lose_nothing(entra: Entra, tmp_path: Path) -> None:
    """Both get on, though the provider takes each refresh token but once."""
    settings = own_sign_in(entra, tmp_path)
    worn(settings)
    tokens: list[str] = []
    threads = [
        threading.Thread(target=lambda: tokens.append(access_token(settings, ["Calendars.Read"]))) for _ in range(2)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(tokens) == 2
    assert len(set(tokens)) == 1
    assert access_token(settings, ["Calendars.Read"]) == tokens[0]


def own_sign_in(entra: Entra, folder: Path) -> MicrosoftSettings:
    """One that a test may wear out."""
    settings = entra.access(folder, mail=False)
    MicrosoftSource(settings).sign_in(Somebody(entra))
    return settings
