"""Calendar servers that can't give one calendar, or one entry, and give the others."""

import subprocess
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import islice

import pytest

from afterword.ports import Unavailable, UnreadableItem
from connectors.caldav import CaldavSource
from tests.contract.source_contract import NOW, Reader, calendar, entry
from tests.servers.calendars import CalendarAccount, CalendarServer
from tests.servers.web import Answered, Asked, between


@pytest.fixture
def personal(radicale: CalendarServer) -> CalendarAccount:
    """With three entries in one calendar."""
    account = radicale.account()
    account.make("Personal")
    for uid in ("a", "b", "c"):
        account.put(account.path("Personal", f"{uid}.ics"), calendar(entry(uid)))
    return account


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_calendar_that_can_not_be_read_holds_up_no_other_and_lost_nothing(
    personal: CalendarAccount, status: int
) -> None:
    personal.make("Shared")
    personal.put(personal.path("Shared", "s.ics"), calendar(entry("s")))
    shared, is_closed = personal.path("Shared"), threading.Event()

    def closed(asked: Asked, ask: Callable[[], Answered]) -> Answered:
        return Answered(status=status) if is_closed.is_set() and asked.path.startswith(shared) else ask()

    with between(personal.server.port, closed) as web:
        source = CaldavSource(personal.settings(web.port))
        reader = Reader(source)
        assert len(reader.items()) == 4

        is_closed.set()
        personal.put(personal.path("Personal", "d.ics"), calendar(entry("d")))
        personal.put(personal.path("Shared", "t.ics"), calendar(entry("t")))
        refs, error = read_until(reader, NOW)
        assert refs == ["d"]
        assert (
            error == "The calendar 'Shared' on 127.0.0.1 can't be read: name those that can as the account's calendars."
        )
        taken = iter(source.busy(NOW, NOW + timedelta(days=9)))
        assert len(list(islice(taken, 4))) == 4
        with pytest.raises(Unavailable, match="'Shared' on"):
            next(taken)

        is_closed.clear()
        assert [each.ref for each in reader.items()] == ["t"]


def damage(account: CalendarAccount, name: str, text: bytes) -> None:
    """Make an entry another than Xandikos would take: it fails whenever that is asked for, by itself or among others."""
    folder = account.server.base / "data" / account.user / "calendars" / "personal"
    (folder / name).write_bytes(text)
    git = ["git", "-C", str(folder), "-c", "user.email=jane@example.org", "-c", "user.name=Jane"]
    subprocess.run([*git, "commit", "-q", "-m", "Damaged", name], check=True)


@pytest.fixture
def damaged(xandikos: CalendarServer) -> CalendarAccount:
    account = xandikos.account()
    account.make("Personal")
    for each in "abc":
        account.put(account.path("Personal", f"{each}.ics"), calendar(entry(each)))
    damage(account, "b.ics", b"BEGIN:VCALENDAR\nNothing else\xff\n")
    return account


def read_until(reader: Reader, until: datetime) -> tuple[list[str], str]:
    """What is yielded, and what is told in the end."""
    refs: list[str] = []
    try:
        for batch in reader.batches(until):
            refs += [each.ref for each in batch.items]
    except Unavailable as error:
        return refs, str(error)
    return refs, ""


def test_an_entry_that_the_server_can_not_give_holds_up_no_other_and_is_read_later(damaged: CalendarAccount) -> None:
    reader, told = Reader(CaldavSource(damaged.settings())), "127.0.0.1 does not give 1 of the calendars' entries"
    refs, error = read_until(reader, NOW)
    assert (sorted(refs), error.partition(":")[0]) == (["a", "c"], told)
    damaged.put(damaged.path("Personal", "d.ics"), calendar(entry("d")))
    refs, error = read_until(reader, NOW + timedelta(days=2))
    assert (refs, error.partition(":")[0]) == (["d"], told)
    damage(damaged, "b.ics", calendar(entry("b")))
    assert read_until(reader, NOW + timedelta(days=2)) == (["b"], "")


def test_an_entry_that_the_server_never_gives_is_set_aside_after_three_days_and_read_when_it_changes(
    damaged: CalendarAccount,
) -> None:
    reader = Reader(CaldavSource(damaged.settings()))
    read_until(reader, NOW)
    (aside,) = reader.items(NOW + timedelta(days=3))
    assert isinstance(aside, UnreadableItem)
    assert (aside.ref, aside.reason) == (
        damaged.path("Personal", "b.ics"),
        "the server does not give it, however often it is asked",
    )
    assert reader.items(NOW + timedelta(days=4)) == []
    damage(damaged, "b.ics", calendar(entry("b")))
    assert [each.ref for each in reader.items(NOW + timedelta(days=5))] == ["b"]


def test_an_entry_with_a_character_that_no_xml_can_hold_is_read_as_the_others_are(damaged: CalendarAccount) -> None:
    """As it comes from a text processor's line break: Xandikos writes it into its answer all the same."""
    damage(damaged, "b.ics", calendar(entry("b", "20260310T100000Z", "DESCRIPTION:Room\v5")))
    assert sorted(each.ref for each in Reader(CaldavSource(damaged.settings())).items()) == ["a", "b", "c"]


def test_an_entry_that_was_known_and_can_not_be_given_any_more_was_not_removed(xandikos: CalendarServer) -> None:
    account = xandikos.account()
    account.make("Personal")
    for each in "ab":
        account.put(account.path("Personal", f"{each}.ics"), calendar(entry(each)))
    reader = Reader(CaldavSource(account.settings()))
    assert len(reader.items()) == 2
    damage(account, "b.ics", b"BEGIN:VCALENDAR\nNothing else\xff\n")
    assert read_until(reader, NOW)[0] == []
    assert [type(each) for each in reader.items(NOW + timedelta(days=3))] == [UnreadableItem]
