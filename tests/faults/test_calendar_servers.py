"""Calendar servers that lose their tokens, have no ETags worth the name, send elsewhere, or never end."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from msgspec.structs import replace

from afterword.ports import NeedsUser, RemovedEntry, Unavailable, UserAction
from connectors.caldav import CaldavChannel, CaldavSource, http_session
from tests.contract.channel_contract import INVITE, QUARTER, STANDS, START, standing
from tests.contract.source_contract import NOW, Reader, calendar, entry
from tests.faults.bounded import bounded
from tests.servers.calendars import CalendarAccount, CalendarServer
from tests.servers.web import Answered, Asked, Web, between

Ask = Callable[[], Answered]
DESCRIPTION = re.compile(rb"^DESCRIPTION:.*\r\n(?:[ \t].*\r\n)*", re.MULTILINE)


@pytest.fixture
def account(radicale: CalendarServer) -> CalendarAccount:
    return radicale.account()


@pytest.fixture
def personal(account: CalendarAccount) -> CalendarAccount:
    """With three entries in one calendar."""
    account.make("Personal")
    for uid in ("a", "b", "c"):
        account.put(account.path("Personal", f"{uid}.ics"), calendar(entry(uid)))
    return account


def is_sync(asked: Asked) -> bool:
    return b"sync-collection" in asked.body


@contextmanager
def altered(account: CalendarAccount, change: Callable[[Asked, Ask], Answered]) -> Iterator[Web]:
    with between(account.server.port, change) as web:
        yield web


# ---- 50: the token


@pytest.mark.parametrize("status", [400, 403, 409, 412, 415, 418, 500, 501, 507])
def test_f50_a_token_that_is_refused_leads_to_a_listing(personal: CalendarAccount, status: int) -> None:
    refusing = False

    def change(asked: Asked, ask: Ask) -> Answered:
        return Answered(status=status, body=b"no") if refusing and is_sync(asked) else ask()

    with altered(personal, change) as web:
        reader = Reader(CaldavSource(personal.settings(web.port)))
        assert len(reader.items()) == 3
        refusing = True
        personal.put(personal.path("Personal", "b.ics"), calendar(entry("b", "20260311T100000Z")))
        personal.remove(personal.path("Personal", "c.ics"))
        changed, gone = reader.items()
        assert (changed.ref, gone) == ("b", RemovedEntry(uid="c", ref="c"))
        assert reader.items() == []


@pytest.mark.parametrize(
    "told",
    [
        Answered(
            status=207,
            head={"Content-Type": "text/xml"},
            body=b'<?xml version="1.0"?><D:multistatus xmlns:D="DAV:"><D:resp',
        ),
        Answered(status=207, head={"Content-Type": "text/xml"}, body=b'<D:multistatus xmlns:D="DAV:"></D:multistatus>'),
        Answered(status=200, head={"Content-Type": "text/html"}, body=b"<html><p>Log in to the hotel's network</html>"),
        Answered(status=207, head={"Content-Type": "text/xml"}),
    ],
    ids=["cut off", "without a token", "a portal", "empty"],
)
def test_f50_an_answer_that_makes_no_sense_leads_to_a_listing(personal: CalendarAccount, told: Answered) -> None:
    with altered(personal, lambda asked, ask: told if is_sync(asked) else ask()) as web:
        reader = Reader(CaldavSource(personal.settings(web.port)))
        assert sorted(each.ref for each in reader.items()) == ["a", "b", "c"]
        assert reader.items() == []


def test_f50_a_token_of_before_the_server_was_set_up_anew_loses_nothing(xandikos: CalendarServer) -> None:
    account = xandikos.account()
    account.make("Personal")
    account.put(account.path("Personal", "a.ics"), calendar(entry("a")))
    reader = Reader(CaldavSource(account.settings()))
    assert [each.ref for each in reader.items()] == ["a"]
    account.remove(account.path("Personal"))
    account.make("Personal")
    for uid in ("a", "b"):
        account.put(account.path("Personal", f"{uid}.ics"), calendar(entry(uid)))
    assert [each.ref for each in reader.items()] == ["b"]


# ---- 51: ETags


def without_etags(asked: Asked, ask: Ask) -> Answered:
    told = ask()
    kept = {name: value for name, value in told.head.items() if name.lower() != "etag"}
    body = told.body.replace(b"getetag>", b"no-etag>")
    return Answered(status=told.status, head=kept, body=body)


def weak(asked: Asked, ask: Ask) -> Answered:
    """As a server that compresses makes them; what is asked for by one never holds."""
    if asked.head.get("If-Match", "").startswith("W/"):
        return Answered(status=412)
    told = ask()
    head = {name: f"W/{value}" if name.lower() == "etag" else value for name, value in told.head.items()}
    return Answered(status=told.status, head=head, body=told.body.replace(b'getetag>"', b'getetag>W/"'))


def changing() -> Callable[[Asked, Ask], Answered]:
    numbers = count()

    def change(asked: Asked, ask: Ask) -> Answered:
        told = ask()
        if is_sync(asked):
            return Answered(status=501)
        return Answered(
            status=told.status, head=told.head, body=told.body.replace(b'getetag>"', b'getetag>"%d' % next(numbers))
        )

    return change


@pytest.mark.parametrize("change", [without_etags, weak, changing()], ids=["absent", "weak", "changing"])
def test_f51_etags_that_say_nothing_make_no_entry_new(
    personal: CalendarAccount, change: Callable[[Asked, Ask], Answered]
) -> None:
    with altered(personal, change) as web:
        reader = Reader(CaldavSource(personal.settings(web.port)))
        assert len(reader.items()) == 3
        assert reader.items() == []


@pytest.mark.parametrize("change", [without_etags, weak], ids=["absent", "weak"])
def test_f51_etags_that_say_nothing_make_no_loop_of_writing(
    account: CalendarAccount, change: Callable[[Asked, Ask], Answered]
) -> None:
    with altered(account, change) as web:
        channel = CaldavChannel(account.settings(web.port))
        for _ in range(3):
            channel.place(INVITE)
        channel.place(replace(INVITE, sequence=1, description="Changed."))
        assert [each.method for each in web.asked].count("PUT") == 2
    assert b"Changed." in account.text(account.path("Afterword", f"{INVITE.uid}.ics"))


# ---- 52 to 54: what the user did


def test_f52_an_edit_between_our_look_and_our_write_stays(account: CalendarAccount) -> None:
    path = account.path("Afterword", f"{INVITE.uid}.ics")
    CaldavChannel(account.settings()).place(INVITE)
    edits = iter([b"DESCRIPTION:Ask her about the team.\r\n"])

    def change(asked: Asked, ask: Ask) -> Answered:
        if asked.method == "PUT" and (edited := next(edits, None)):
            account.put(path, DESCRIPTION.sub(edited, account.text(path), count=1))
        return ask()

    with altered(account, change) as web:
        CaldavChannel(account.settings(web.port)).place(
            replace(INVITE, sequence=1, description="A draft that changed.")
        )
        assert [each.method for each in web.asked].count("PUT") == 2
    assert b"Ask her about the team." in account.text(path)
    assert b"A draft that changed." not in account.text(path)


def test_f52_a_server_that_never_agrees_is_asked_thrice_and_no_more(account: CalendarAccount) -> None:
    CaldavChannel(account.settings()).place(INVITE)
    with altered(account, lambda asked, ask: Answered(status=412) if asked.method == "PUT" else ask()) as web:
        with pytest.raises(Unavailable, match="tried again later"):
            CaldavChannel(account.settings(web.port)).place(replace(INVITE, sequence=1, description="Changed."))
        assert [each.method for each in web.asked].count("PUT") == 3


def test_f02_an_invite_that_was_created_but_not_kept_is_found_again(account: CalendarAccount) -> None:
    """Killed after the server took it: another process begins, with a later moment."""
    CaldavChannel(account.settings()).place(INVITE)
    later = replace(INVITE, stamp=INVITE.stamp + timedelta(minutes=5))
    CaldavChannel(account.settings()).place(later)
    assert account.paths("Afterword") == [account.paths("Afterword")[0]]


@pytest.mark.parametrize("kind", ["radicale", "xandikos"])
def test_f02_an_invite_that_another_program_has_stored_under_its_own_name_is_no_second_one(
    kind: str, request: pytest.FixtureRequest
) -> None:
    account = request.getfixturevalue(kind).account()
    channel = CaldavChannel(account.settings())
    channel.place(INVITE)
    (path,) = account.paths("Afterword")
    text = account.text(path)
    account.remove(path)
    account.put(account.path("Afterword", "8A6F-11.ics"), text)
    assert list(channel.observe(standing(INVITE))) == []
    channel.place(replace(INVITE, sequence=1, description="Changed."))
    assert [each.rpartition("/")[2] for each in account.paths("Afterword")] == ["8A6F-11.ics"]
    channel.withdraw(STANDS, START)
    assert account.paths("Afterword") == []


def test_f52_an_invite_that_the_user_shares_between_our_look_and_our_removal_stays(account: CalendarAccount) -> None:
    """Their server would tell the others by mail that it is off."""
    path = account.path("Afterword", f"{INVITE.uid}.ics")
    CaldavChannel(account.settings()).place(INVITE)
    others = iter([b"ORGANIZER:mailto:jane@example.org\r\nATTENDEE:mailto:mia@home.example\r\nEND:VEVENT"])

    def change(asked: Asked, ask: Ask) -> Answered:
        if asked.method == "DELETE" and (added := next(others, None)):
            account.put(path, account.text(path).replace(b"END:VEVENT", added))
        return ask()

    with altered(account, change) as web:
        CaldavChannel(account.settings(web.port)).withdraw(STANDS, START)
    assert b"mia@home.example" in account.text(path)


def test_f53_what_a_listing_left_out_was_not_deleted(account: CalendarAccount) -> None:
    """A server that shows only a part of what there is."""
    CaldavChannel(account.settings()).place(INVITE)
    nothing = Answered(
        status=207, head={"Content-Type": "text/xml"}, body=b'<D:multistatus xmlns:D="DAV:"></D:multistatus>'
    )
    with altered(account, lambda asked, ask: nothing if asked.method == "REPORT" else ask()) as web:
        assert list(CaldavChannel(account.settings(web.port)).observe(standing(INVITE))) == []


def test_only_what_stands_is_fetched_to_see_what_the_user_did(account: CalendarAccount) -> None:
    """What was done stays in the calendar for years."""
    channel = CaldavChannel(account.settings())
    for number in range(20):
        done = replace(INVITE, uid=f"done{number}@afterword")
        channel.place(done)
        channel.place(replace(done, sequence=1, done=True))
    channel.place(INVITE)
    told: list[bytes] = []

    def noting(_: Asked, ask: Ask) -> Answered:
        answered = ask()
        told.append(answered.body)
        return answered

    with altered(account, noting) as web:
        assert list(CaldavChannel(account.settings(web.port)).observe(standing(INVITE))) == []
    assert b"".join(told).count(b"BEGIN:VEVENT") == 1


def test_f54_a_move_in_another_zone_is_told_in_utc(account: CalendarAccount) -> None:
    channel = CaldavChannel(account.settings())
    channel.place(INVITE)
    (path,) = account.paths("Afterword")
    text = account.text(path)
    moved = text.replace(b"20260306T100000", b"20260309T160000").replace(b"20260306T101500", b"20260309T161500")
    account.put(path, moved)
    there = datetime(2026, 3, 9, 15, tzinfo=UTC)
    assert list(channel.observe(standing(INVITE))) == [
        UserAction(uid=INVITE.uid, answer="moved", start=there, end=there + QUARTER)
    ]


# ---- servers that are wrong altogether


def test_f44_a_server_that_sends_to_another_host_is_not_followed(personal: CalendarAccount) -> None:
    with Web(lambda _: Answered(status=500)) as elsewhere:
        told = Answered(status=302, head={"Location": f"http://127.0.0.1:{elsewhere.port}/"})
        with Web(lambda _: told) as web, pytest.raises(Unavailable, match="sends to another host"):
            CaldavSource(personal.settings(web.port)).check()
        assert elsewhere.asked == []


def test_f44_an_address_on_another_host_in_an_answer_is_not_followed(personal: CalendarAccount) -> None:
    with Web(lambda _: Answered(status=500)) as elsewhere:
        wrong = f"http://127.0.0.1:{elsewhere.port}/{personal.user}/".encode()

        def change(asked: Asked, ask: Ask) -> Answered:
            told = ask()
            right = f"/{personal.user}/".encode()
            return Answered(
                status=told.status, head=told.head, body=told.body.replace(b"href>" + right, b"href>" + wrong)
            )

        with altered(personal, change) as web, pytest.raises(Unavailable):
            list(CaldavSource(personal.settings(web.port)).read(None, NOW))
        assert elsewhere.asked == []


def test_a_redirect_on_the_same_host_is_followed(personal: CalendarAccount) -> None:
    def change(asked: Asked, ask: Ask) -> Answered:
        return Answered(status=301, head={"Location": f"/{personal.user}/"}) if asked.path == "/" else ask()

    with altered(personal, change) as web:
        assert CaldavSource(personal.settings(web.port)).check() == "1 calendar: Personal"


def test_f24_a_server_that_sends_back_and_forth_ends(personal: CalendarAccount) -> None:
    with Web(lambda _: Answered(status=302, head={"Location": "/again"})) as web:
        with pytest.raises(Unavailable, match="without an end"):
            CaldavSource(personal.settings(web.port)).check()
        assert len(web.asked) < 20


def test_f24_an_answer_without_an_end_is_broken_off(personal: CalendarAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_session, "MAX_RESPONSE_SIZE", 1_000_000)
    flood = Answered(status=207, body=b"<" * 3_000_000)
    with Web(lambda _: flood) as web, pytest.raises(Unavailable, match="without an end"):
        CaldavSource(personal.settings(web.port)).check()


@pytest.mark.parametrize(
    ("status", "error", "sentence"),
    [
        (401, NeedsUser, "refused the user name or the password"),
        (403, NeedsUser, "does not allow"),
        (429, Unavailable, "left alone for a while"),
        (503, Unavailable, "left alone for a while"),
        (500, Unavailable, "could not do what it was asked"),
    ],
)
def test_f38_what_a_server_refuses_is_told_in_a_sentence(
    personal: CalendarAccount, status: int, error: type[Exception], sentence: str
) -> None:
    head = {"WWW-Authenticate": 'Basic realm="x"'} if status == 401 else {"Retry-After": "1000000000"}
    with Web(lambda _: Answered(status=status, head=head)) as web:
        with pytest.raises(error, match=sentence):
            CaldavSource(personal.settings(web.port)).check()
        assert len(web.asked) < 6


@pytest.mark.parametrize(
    ("said", "rest"), [("120", 120), ("0", 0), ("-5", 0), ("soon", 0), ("", 0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0)]
)
def test_f39_how_long_a_server_asks_to_be_left_alone_is_told(personal: CalendarAccount, said: str, rest: int) -> None:
    head = {"Retry-After": said} if said else {}
    with Web(lambda _: Answered(status=429, head=head)) as web, pytest.raises(Unavailable) as failed:
        CaldavSource(personal.settings(web.port)).check()
    assert failed.value.retry_after == rest


@pytest.mark.parametrize("body", [b"", b"{}", b'<multistatus xmlns="DAV:"/>'], ids=["nothing", "no XML", "no answers"])
@pytest.mark.parametrize("place", ["", "personal/"], ids=["all calendars", "one of two"])
def test_f26_an_answer_of_nothing_is_no_empty_calendar(personal: CalendarAccount, place: str, body: bytes) -> None:
    personal.make("Other")
    personal.put(personal.path("Other", "d.ics"), calendar(entry("d")))
    reader = Reader(CaldavSource(personal.settings()))
    assert len(reader.items()) == 4
    asked = f"{personal.server.home(personal.user)}{place}"

    def change(each: Asked, ask: Ask) -> Answered:
        is_lost = (each.path == asked and each.head.get("Depth", "0") != "0") or is_sync(each)
        return Answered(status=207, head={"Content-Type": "text/xml"}, body=body) if is_lost else ask()

    def lost(each: Asked, ask: Ask) -> Answered:
        return Answered(status=207, body=body) if each.path == asked and b"principal" not in each.body else ask()

    with altered(personal, change if place else lost) as web:
        reader.source = CaldavSource(personal.settings(web.port))
        with pytest.raises(Unavailable, match=r"127\.0\.0\.1"):
            reader.items()
    reader.source = CaldavSource(personal.settings())
    assert reader.items() == []


def test_f41_a_portals_page_is_no_calendar(personal: CalendarAccount) -> None:
    page = Answered(head={"Content-Type": "text/html"}, body=b"<html>Log in to the hotel's network</html>")
    with Web(lambda _: page) as web, pytest.raises((Unavailable, NeedsUser)):
        list(CaldavSource(personal.settings(web.port)).read(None, NOW))


def test_a_server_that_is_not_there_is_tried_later(personal: CalendarAccount) -> None:
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1 can't be reached"):
        CaldavSource(personal.settings(1)).check()


def test_a_move_and_a_change_of_ours_after_the_server_was_killed_and_started(own_radicale: CalendarServer) -> None:
    account = own_radicale.account()
    channel = CaldavChannel(account.settings())
    channel.place(INVITE)
    own_radicale.stop()
    with pytest.raises(Unavailable):
        channel.place(replace(INVITE, sequence=1, start=START + QUARTER, end=START + 2 * QUARTER))
    own_radicale.start()
    changed = replace(INVITE, sequence=1, start=START + QUARTER, end=START + 2 * QUARTER)
    channel.place(changed)
    assert list(channel.observe(standing(changed))) == []
    assert len(account.paths("Afterword")) == 1


def test_f70_an_answer_that_names_files_and_addresses_is_given_none(personal: CalendarAccount) -> None:
    with Web(lambda _: Answered()) as inside:
        named = f'<!ENTITY a SYSTEM "http://127.0.0.1:{inside.port}/"><!ENTITY f SYSTEM "file:///etc/hostname">'
        text = f'<!DOCTYPE m [{named}]><D:multistatus xmlns:D="DAV:"><D:response><D:href>/&a;&f;</D:href></D:response></D:multistatus>'
        told = Answered(status=207, head={"Content-Type": "text/xml"}, body=text.encode())
        with Web(lambda _: told) as web:
            assert CaldavSource(personal.settings(web.port)).check() == "no calendar yet"
            assert {each.path for each in web.asked} == {"/"}
        assert inside.asked == []


def test_f56_entities_that_grow_and_grow_are_given_up(personal: CalendarAccount) -> None:
    grow = "".join(f'<!ENTITY e{number} "{f"&e{number - 1};" * 10}">' for number in range(1, 10))
    text = f'<!DOCTYPE m [<!ENTITY e0 "ha">{grow}]><D:multistatus xmlns:D="DAV:"><D:href>&e9;</D:href></D:multistatus>'
    with Web(lambda _: Answered(status=207, head={"Content-Type": "text/xml"}, body=text.encode())) as web:

        def failing() -> str:
            with pytest.raises(Unavailable):
                CaldavSource(personal.settings(web.port)).check()
            return "given up"

        assert bounded(failing) == "given up"
