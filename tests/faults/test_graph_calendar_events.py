"""What may go wrong between us and Outlook's calendar: nothing is lost, nothing told twice, nothing made twice."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from urllib.parse import quote

import pytest
from msgspec.structs import replace

from afterword.ports import RemovedEntry, Unavailable, UnreadableItem
from connectors.microsoft.calendar_api import MAX_PAGES
from tests.contract.channel_contract import INVITE, QUARTER, STANDS, START, answers, standing
from tests.contract.source_contract import NOW, Reader
from tests.faults.bounded import bounded
from tests.graph_calendar import HOUR, Home, event, exception, meetings, running, weekly
from tests.servers.graph_calendar import told
from tests.servers.graph_events import at
from tests.servers.web import Answered, Asked


@pytest.fixture
def home() -> Iterator[Home]:
    with running() as found:
        yield found


@pytest.fixture
def reader(home: Home) -> Reader:
    return home.reader()


def once(home: Home, is_meant: Callable[[Asked], bool], fault: Callable[[Asked], Answered]) -> None:
    """Have the first request of a kind fail, and no other."""
    left = [True]

    def answer(asked: Asked) -> Answered | None:
        return fault(asked) if is_meant(asked) and left and left.pop() else None

    home.fault = answer


def carried_out_unheard(home: Home, which: Callable[[Asked], bool]) -> None:
    """The first such request is carried out, and its answer lost on the way."""

    def answer(asked: Asked) -> Answered:
        home.outlook(asked)
        return Answered(status=503)

    once(home, which, answer)


def test_f58_half_an_emoji_keeps_no_entry_back(home: Home, reader: Reader) -> None:
    """Where a text is cut after so many UTF-16 units, Graph gives what is left of it."""
    home.outlook.put(event("a", subject="Interview Acme \ud83d"))
    home.outlook.put(event("b"))
    found = {each.uid: each.title for each in meetings(reader.items())}
    assert found == {"a": "Interview Acme ?", "b": found["b"]}


def is_link(asked: Asked) -> bool:
    return "deltatoken" in asked.path


# ---- 35 and 37: a read that is cut off, or finds less than was listed


def test_f35_a_series_that_is_gone_before_it_is_read_is_passed_over(home: Home, reader: Reader) -> None:
    master = home.outlook.put(weekly())
    home.outlook.put(event("b"))
    home.fault = lambda asked: told(404, {}) if "/events/" in asked.path else None
    assert [each.ref for each in reader.items()] == ["b"]
    home.fault = lambda _: None
    home.outlook.change(master, subject="Another name")
    assert [each.ref for each in reader.items()] == ["a"]


def test_f35_what_only_its_calendar_knows_is_not_gone(home: Home, reader: Reader) -> None:
    """As it is with a calendar that somebody else shares."""
    home.fault = lambda asked: told(404, {}) if "/me/events/" in asked.path else None
    known = home.outlook.put(event())
    home.outlook.put(weekly("b"))
    assert {each.ref for each in reader.items()} == {"a", "b"}
    far = NOW + timedelta(days=300)
    home.outlook.change(known, start=at(far), end=at(far + HOUR))
    assert [each.start for each in meetings(reader.items())] == [far]


def test_f37_a_read_that_ends_between_two_pages_is_begun_again(home: Home, reader: Reader) -> None:
    home.outlook.page = 2
    for uid in "abcde":
        home.outlook.put(event(uid))
    once(home, lambda asked: "skiptoken" in asked.path, lambda _: Answered(status=503))
    with pytest.raises(Unavailable):
        reader.items()
    assert reader.cursor is None
    assert sorted(each.ref for each in reader.items()) == list("abcde")
    assert reader.items() == []


# ---- 36 and 43: links that are no more


@pytest.mark.parametrize(
    ("status", "code"), [(410, "SyncStateNotFound"), (404, "ErrorItemNotFound"), (400, "BadRequest")]
)
def test_f43_a_link_that_is_no_more_loses_nothing_and_repeats_nothing(
    home: Home, reader: Reader, status: int, code: str
) -> None:
    master = home.outlook.put(weekly())
    second = home.outlook.put(exception(master))
    home.outlook.put(event("b"))
    gone = home.outlook.put(event("c"))
    reader.items()
    for each in (gone, second):
        home.outlook.remove(each)
    home.outlook.put(event("d"))
    once(home, is_link, lambda _: told(status, {"error": {"code": code, "message": ""}}))
    items = reader.items()
    assert {each.ref for each in items} == {"a", "c", "d"}
    assert RemovedEntry(uid="c", ref="c") in items
    assert [(each.uid, each.status) for each in meetings(items) if each.recurrence_id] == [("a", "CANCELLED")]
    assert reader.items() == []


def test_f43_a_mailbox_that_forgets_each_link_is_read_whole_each_time(home: Home, reader: Reader) -> None:
    home.outlook.forgets_links = True
    home.outlook.put(event())
    assert [each.ref for each in reader.items()] == ["a"]
    assert reader.items() == reader.items() == []


# ---- 40 and 41: answers that are none


@pytest.mark.parametrize(
    "answer",
    [
        Answered(head={"Content-Type": "text/html"}, body=b"<html>Sign in to the hotel's network</html>"),
        Answered(body=b'{"value": [{"id": "x", "sub'),
        Answered(body=b'{"value": [{"id": 7}]}'),
        Answered(body=b'{"value": [{"id": "x", "name": 3, "start": "tomorrow"}]}'),
        Answered(body=b'{"value": null}'),
        Answered(body=b"[]"),
        Answered(body=b"\xff\xfe"),
        Answered(body=b""),
        Answered(status=500),
    ],
)
@pytest.mark.parametrize("where", ["me/calendars?", "calendarView/delta", "events/"])
def test_f41_an_answer_that_is_none_changes_nothing(home: Home, reader: Reader, answer: Answered, where: str) -> None:
    home.outlook.put(weekly())
    once(home, lambda asked: where in asked.path, lambda _: answer)
    with pytest.raises(Unavailable):
        reader.items()
    assert reader.cursor is None
    assert [each.ref for each in reader.items()] == ["a"]


def test_f40_a_third_of_the_requests_may_fail(home: Home, reader: Reader) -> None:
    for uid in "abcd":
        home.outlook.put(event(uid))
    asked = iter(range(1000))
    home.fault = lambda _: Answered(status=503) if next(asked) % 3 == 0 else None
    read: list[str] = []
    for _ in range(6):
        with suppress(Unavailable):
            read += [each.ref for each in reader.items()]
    assert sorted(read) == list("abcd")


# ---- 42: pages for ever


def test_f42_pages_without_an_end_are_left_and_all_is_read_anew(home: Home, reader: Reader) -> None:
    home.outlook.put(event())
    home.outlook.put(event("b"))
    reader.items()
    numbers = iter(range(10**6))

    def endless(asked: Asked) -> Answered | None:
        if not is_link(asked):
            return None
        link = f"http://{asked.head['Host']}{asked.path.partition('?')[0]}?$deltatoken=for-ever-{next(numbers)}"
        return told(200, {"value": [], "@odata.nextLink": link})

    home.fault = endless
    with pytest.raises(Unavailable, match="without an end"):
        reader.items()
    assert next(numbers) == MAX_PAGES
    home.outlook.put(event("c"))
    assert [each.ref for each in reader.items()] == ["c"]


@pytest.mark.parametrize("status", [400, 403, 404])
def test_f35_a_calendar_that_is_listed_and_cannot_be_read_keeps_nobody_from_the_others(
    home: Home, reader: Reader, status: int
) -> None:
    home.outlook.make("Shared")
    home.outlook.put(event("b"), "Shared")
    home.outlook.put(event())
    reader.items()
    shared = quote(home.outlook.named("Shared"))
    home.fault = lambda asked: told(status, {}) if shared in asked.path else None
    home.outlook.put(event("c"))
    batches = reader.batches()
    assert [each.ref for each in next(batches).items] == ["c"]
    with pytest.raises(Unavailable, match=r"'Shared' .* account's calendars"):
        next(batches)
    home.fault = lambda _: None
    assert reader.items() == []


# ---- 52 and 2: writing


def test_f52_an_edit_between_reading_and_writing_wins(home: Home) -> None:
    channel = home.channel()
    channel.place(INVITE)
    (only,) = home.outlook.events("Afterword")
    later = START + timedelta(days=1)

    def edited(asked: Asked) -> Answered | None:
        home.fault = lambda _: None
        home.outlook.change(only["id"], start=at(later), end=at(later + QUARTER))
        return home.outlook(asked)

    home.fault = lambda asked: edited(asked) if asked.method == "PATCH" else None
    channel.place(replace(INVITE, sequence=1, description="A draft that changed."))
    assert (only["start"], only["body"]["content"]) == (at(later), "A draft that changed.")
    assert answers(channel.observe(standing(INVITE))) == {INVITE.uid: "moved"}


def test_f51_an_event_whose_etag_changes_by_itself_is_not_written_again(home: Home) -> None:
    home.channel().place(INVITE)
    (only,) = home.outlook.events("Afterword")
    for _ in range(3):
        home.outlook.change(only["id"])
        home.channel().place(INVITE)
    assert home.asked("PATCH") == []


def test_f52_an_event_that_is_another_each_time_is_left_for_later(home: Home) -> None:
    home.channel().place(INVITE)
    home.fault = lambda asked: told(412, {}) if asked.method == "PATCH" else None
    with pytest.raises(Unavailable, match="another version"):
        home.channel().place(replace(INVITE, sequence=1, description="A draft that changed."))


def test_f52_an_invite_that_is_changed_while_it_is_withdrawn_is_read_again(home: Home) -> None:
    home.channel().place(INVITE)
    (only,) = home.outlook.events("Afterword")

    def shared(asked: Asked) -> Answered | None:
        home.fault = lambda _: None
        guest = {"type": "required", "emailAddress": {"address": "friend@home.example"}}
        home.outlook.change(only["id"], attendees=[guest])
        return home.outlook(asked)

    home.fault = lambda asked: shared(asked) if asked.method == "DELETE" else None
    home.channel().withdraw(STANDS, START)
    assert len(home.outlook.events("Afterword")) == 1
    home.fault = lambda asked: told(412, {}) if asked.method == "DELETE" else None
    home.outlook.change(only["id"], attendees=[])
    with pytest.raises(Unavailable, match="another version"):
        home.channel().withdraw(STANDS, START)


@pytest.mark.parametrize("refusal", [0, 400, 409])
def test_f02_an_event_whose_making_was_not_heard_of_is_not_made_again(home: Home, refusal: int) -> None:
    home.outlook.refusal = refusal

    carried_out_unheard(home, lambda asked: asked.method == "POST" and asked.path.endswith("/events"))
    with pytest.raises(Unavailable):
        home.channel().place(INVITE)
    home.channel().place(INVITE)
    assert len(home.outlook.events("Afterword")) == 1


@pytest.mark.parametrize("refusal", [0, 400, 409])
def test_f02_an_event_that_cannot_be_found_yet_is_not_made_again(home: Home, refusal: int) -> None:
    """The transactionId says that it is the same."""
    home.outlook.refusal = refusal
    home.channel().place(INVITE)
    once(home, lambda asked: "%24filter" in asked.path or "$filter" in asked.path, lambda _: told(200, {"value": []}))
    home.channel().place(INVITE)
    assert len(home.outlook.events("Afterword")) == 1


def test_f02_an_event_that_no_filter_finds_is_not_made_again(home: Home) -> None:
    """What Graph has made stands among all of them at once."""
    home.channel().place(INVITE)
    home.fault = lambda asked: (
        told(200, {"value": []}) if "singleValue" in asked.path and "ep%3A" in asked.path else None
    )
    home.outlook.refusal = 409
    home.channel().place(INVITE)
    assert len(home.outlook.events("Afterword")) == 1


def test_f53_an_event_that_no_filter_finds_yet_is_not_taken_for_deleted(home: Home) -> None:
    home.channel().place(INVITE)
    home.fault = lambda asked: told(200, {"value": []}) if "filter=" in asked.path else None
    assert list(home.channel().observe([STANDS])) == []


def test_an_event_that_was_withdrawn_can_be_placed_again(home: Home) -> None:
    channel = home.channel()
    channel.place(INVITE)
    channel.withdraw(STANDS, START)
    channel.place(INVITE)
    assert len(home.outlook.events("Afterword")) == 1


def test_f02_a_calendar_whose_making_was_not_heard_of_is_not_made_again(home: Home) -> None:
    carried_out_unheard(home, lambda asked: asked.method == "POST")
    with pytest.raises(Unavailable):
        home.channel().place(INVITE)
    home.channel().place(INVITE)
    assert list(home.outlook.calendars.values()) == ["Calendar", "Afterword"]


def test_a_calendar_that_is_made_and_is_not_there_is_left_for_later(home: Home) -> None:
    home.fault = lambda asked: told(201, {"id": "x", "name": "Afterword"}) if asked.method == "POST" else None
    with pytest.raises(Unavailable, match="did not make a calendar"):
        home.channel().place(INVITE)
    home.fault = lambda _: None
    home.channel().place(INVITE)
    assert len(home.outlook.events("Afterword")) == 1


def test_f42_a_list_without_an_end_is_left(home: Home) -> None:
    home.channel().place(INVITE)

    def endless(asked: Asked) -> Answered | None:
        link = f"http://{asked.head['Host']}{asked.path}"
        return told(200, {"value": [], "@odata.nextLink": link}) if "/events?" in asked.path else None

    home.fault = endless
    with pytest.raises(Unavailable, match="without an end"):
        list(home.channel().observe(standing(INVITE)))


# ---- 55 and 56: hostile events


@pytest.mark.parametrize(
    "evil",
    [
        {
            "start": {"dateTime": "9999-12-31T23:59:59", "timeZone": "UTC"},
            "originalStartTimeZone": "Tokyo Standard Time",
        },
        {
            "start": {"dateTime": "0001-01-01T00:00:00", "timeZone": "UTC"},
            "originalStartTimeZone": "Eastern Standard Time",
        },
        {"start": {"dateTime": "yesterday", "timeZone": "UTC"}},
        {"start": {"dateTime": "2026-02-30T10:00:00", "timeZone": "UTC"}},
        {"lastModifiedDateTime": "never"},
    ],
)
def test_f55_an_event_that_cannot_be_understood_is_set_aside(
    home: Home, reader: Reader, evil: dict[str, object]
) -> None:
    home.outlook.put(event("b"))
    page = [{**event(), "id": "x", **evil}, {**event("b"), "id": "y"}]
    once(
        home,
        lambda asked: "delta" in asked.path,
        lambda asked: told(
            200, {"value": page, "@odata.deltaLink": f"http://{asked.head['Host']}{asked.path}&$deltatoken=x"}
        ),
    )
    items = reader.items()
    assert [each.ref for each in items if not isinstance(each, UnreadableItem)] == ["b"]
    (aside,) = (each for each in items if isinstance(each, UnreadableItem))
    assert json.loads(aside.raw)["id"] == "x"
    assert "can't be understood" in aside.reason


def test_f56_an_event_with_everybody_and_a_book_is_read_within_bounds(home: Home) -> None:
    guests = [{"emailAddress": {"address": f"p{number}@acme.example", "name": "N" * 100}} for number in range(50_000)]
    body = {"contentType": "html", "content": "<p>" * 100_000 + "words " * 500_000}
    page = json.dumps({"value": [{**event(), "id": "x", "attendees": guests, "body": body}], "@odata.deltaLink": "x"})
    home.fault = lambda asked: Answered(body=page.encode()) if "delta" in asked.path else None
    assert bounded(lambda: [each.ref for each in home.reader().items()]) == ["a"]
