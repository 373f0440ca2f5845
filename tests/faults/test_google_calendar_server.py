"""Google's calendars when tokens expire, answers are lost, cut off or never end, and the user changes things at the same moment."""

import json
import random
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from afterword.ports import CalendarEntry, Item, NeedsUser, RemovedEntry, Unavailable
from connectors.google import calendar_api
from connectors.google.calendar_source import GoogleCalendar
from connectors.google.channel import GoogleChannel
from connectors.google.source import GoogleSource
from tests.contract.channel_contract import INVITE, standing
from tests.contract.source_contract import LATER, NOW, Reader, calendar, entry, mail
from tests.google_calendar import interview
from tests.servers.google import Google
from tests.servers.google_access import Ask, Change, Signed, altered
from tests.servers.google_calendar import ROOT, SCOPES, GoogleCalendars, refusal
from tests.servers.unlucky import PORTAL
from tests.servers.web import Answered, Asked, Web, secure

JSON = {"Content-Type": "application/json; charset=UTF-8"}


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the library waited before it asked again; nobody has to."""
    waited: list[float] = []
    monkeypatch.setattr("connectors.google.execution.time.sleep", waited.append)
    return waited


@pytest.fixture
def personal(google_calendars: GoogleCalendars) -> GoogleCalendars:
    """With three events in the user's own calendar."""
    for uid in ("a", "b", "c"):
        google_calendars.put_text(calendar(entry(uid)))
    return google_calendars


def is_listing(asked: Asked) -> bool:
    return asked.method == "GET" and asked.path.partition("?")[0].endswith("/events")


def cut_off(told: Answered) -> Answered:
    head = {**told.head, "Content-Length": str(len(told.body) + 1000), "Connection": "close"}
    return Answered(status=told.status, head=head, body=told.body[: len(told.body) // 2])


def event_of(calendars: GoogleCalendars, uid: str) -> str:
    return next(str(each["id"]) for each in calendars.events() if each["iCalUID"] == uid)


# ---- 36 and 37: the token


def test_f36_a_token_that_expired_leads_to_a_reading_of_all_that_loses_no_deletion(
    personal: GoogleCalendars, calendar_user: Signed
) -> None:
    reader = Reader(GoogleCalendar(calendar_user.settings()))
    assert len(reader.items()) == 3
    personal.remove(event_of(personal, "c"))
    personal.put_text(calendar(entry("b", "20260311T100000Z")))
    personal.expire_tokens()
    changed, gone = reader.items()
    assert (changed.ref, gone) == ("b", RemovedEntry(uid="c", ref="c"))
    assert reader.items() == []


def test_f36_what_ended_before_a_list_of_all_begins_is_not_gone(
    personal: GoogleCalendars, calendar_user: Signed
) -> None:
    personal.put(interview(recurrence=["RRULE:FREQ=WEEKLY;COUNT=4"]))
    reader = Reader(GoogleCalendar(calendar_user.settings()))
    assert len(reader.items()) == 4
    personal.put_text(calendar(entry("d", "20280310T100000Z")))
    personal.expire_tokens()
    assert [each.ref for each in reader.items(NOW + timedelta(days=800))] == ["d"]


@pytest.mark.parametrize("expired", [False, True], ids=["what changed", "all"])
def test_f36_a_token_that_expires_between_two_pages_loses_no_deletion(
    personal: GoogleCalendars, tmp_path: Path, expired: bool
) -> None:
    """Be it that of the changes, or that of a page of all that there is."""
    personal.page = 2
    left = iter(range(0))

    def change(asked: Asked, ask: Ask) -> Answered:
        is_expiring = "pageToken" in asked.path and next(left, None) is not None
        return refusal(410, "fullSyncRequired") if is_expiring else ask()

    with altered(personal, tmp_path, change) as (_, signed):
        reader = Reader(GoogleCalendar(signed.settings()))
        assert len(reader.items()) == 3
        personal.remove(event_of(personal, "c"))
        personal.put_text(calendar(*(entry(f"e{number}") for number in range(4))))
        if expired:
            personal.expire_tokens()
        left = iter(range(1))
        told: list[Item] = []
        while len(told) < 5:
            with suppress(Unavailable):
                told += reader.items()
    assert sorted(each.ref for each in told) == ["c", "e0", "e1", "e2", "e3"]
    assert [each for each in told if isinstance(each, RemovedEntry)] == [RemovedEntry(uid="c", ref="c")]


def test_f37_a_list_that_breaks_off_is_begun_again(google_calendars: GoogleCalendars, tmp_path: Path) -> None:
    google_calendars.put_text(calendar(*(entry(f"e{number}") for number in range(10))))
    google_calendars.page = 4
    broken = True

    def change(asked: Asked, ask: Ask) -> Answered:
        return refusal(500, "backendError") if broken and "pageToken" in asked.path else ask()

    with altered(google_calendars, tmp_path, change) as (_, signed):
        reader = Reader(GoogleCalendar(signed.settings()))
        with pytest.raises(Unavailable):
            reader.items()
        assert reader.cursor is None
        broken = False
        assert len(reader.items()) == 10
        assert reader.items() == []


# ---- 38 to 41: what Google refuses, and what is no answer


@pytest.mark.parametrize(
    ("status", "reason"), [(403, "rateLimitExceeded"), (429, "rateLimitExceeded"), (503, "backendError")]
)
def test_f38_too_many_requests_are_asked_again_after_growing_waits(
    personal: GoogleCalendars, tmp_path: Path, waits: list[float], status: int, reason: str
) -> None:
    left = iter(range(3))

    def change(asked: Asked, ask: Ask) -> Answered:
        return refusal(status, reason) if is_listing(asked) and next(left, None) is not None else ask()

    with altered(personal, tmp_path, change) as (_, signed):
        assert len(Reader(GoogleCalendar(signed.settings())).items()) == 3
    assert len(waits) == 3
    assert all(0 <= waited <= 2**number for number, waited in enumerate(waits, start=1))


@pytest.mark.parametrize("after", ["1000000000", "0", "-5", "Wed, 21 Oct 2099 07:28:00 GMT"])
def test_f39_who_is_to_be_left_alone_is_left_alone(
    personal: GoogleCalendars, tmp_path: Path, waits: list[float], after: str
) -> None:
    told = refusal(429, "rateLimitExceeded", {"Retry-After": after})
    with altered(personal, tmp_path, lambda *_: told) as (web, signed):
        with pytest.raises(Unavailable, match="left alone for a while"):
            list(GoogleCalendar(signed.settings()).read(None, NOW))
        assert len(web.asked) <= 5
    assert sum(waits) < 60


def test_f38_what_was_not_granted_asks_the_user_once(
    google_calendars: GoogleCalendars, calendar_web: Web, calendar_user: Signed
) -> None:
    google_calendars.scopes = frozenset()
    with pytest.raises(
        NeedsUser, match=r"does not let Afterword use your calendars: sign in again by `afterword connect"
    ):
        GoogleCalendar(calendar_user.settings()).check()
    with pytest.raises(NeedsUser, match="your calendars"):
        GoogleChannel(calendar_user.channel_settings()).place(INVITE)
    assert len(calendar_web.asked) == 2


def test_f49_calendars_that_are_not_granted_keep_nobody_from_the_mail(
    google: Google, google_calendars: GoogleCalendars, tmp_path: Path
) -> None:
    account = google.account(tmp_path)
    settings = account.settings(calendar=True)
    account.put(mail(1))
    google_calendars.scopes = SCOPES - SCOPES
    google.answering.append(lambda asked: google_calendars(asked) if asked.path.startswith(ROOT) else None)
    reader = Reader(GoogleSource(settings))
    with pytest.raises(NeedsUser, match="your calendars") as caught:
        reader.items(LATER)
    assert caught.value.mail_was_read
    google_calendars.scopes = SCOPES
    google_calendars.put(interview())
    assert [type(each) for each in reader.items(LATER)] == [CalendarEntry]
    google.answering.pop()


def test_f35_a_calendar_that_goes_after_it_was_listed_is_passed_over(personal: GoogleCalendars, tmp_path: Path) -> None:
    other = personal.make("Team")
    personal.put(interview(), other)
    gone = False

    def change(asked: Asked, ask: Ask) -> Answered:
        return refusal(404, "notFound") if gone and is_listing(asked) and "group.calendar" in asked.path else ask()

    with altered(personal, tmp_path, change) as (_, signed):
        reader = Reader(GoogleCalendar(signed.settings()))
        assert len(reader.items()) == 4
        gone = True
        personal.remove(event_of(personal, "c"))
        assert reader.items() == [RemovedEntry(uid="c", ref="c")]


def test_a_calendar_that_is_closed_to_us_keeps_nobody_from_the_others(
    personal: GoogleCalendars, tmp_path: Path
) -> None:
    other = personal.make("Team", role="reader")
    personal.put(interview(), other)
    closed = True

    def change(asked: Asked, ask: Ask) -> Answered:
        return refusal(403, "forbidden") if closed and is_listing(asked) and "group.calendar" in asked.path else ask()

    with altered(personal, tmp_path, change) as (_, signed):
        reader = Reader(GoogleCalendar(signed.settings()))
        read: list[Item] = []
        with pytest.raises(Unavailable, match="no longer shared"):
            read.extend(each for batch in reader.batches() for each in batch.items)
        assert len(read) == 3
        closed = False
        assert [type(each) for each in reader.items()] == [CalendarEntry]


@pytest.mark.parametrize(
    "told",
    [
        Answered(head={"Content-Type": "text/html"}, body=b"<html>Log in to the hotel's network</html>"),
        Answered(head=JSON, body=b'{"kind": "calendar#events", "items": [{"id": "a'),
        Answered(head=JSON, body=b'{"kind": "calendar#events", "items": {"id": 7}}'),
        Answered(head=JSON, body=b'{"items": [{"id": "a", "status": 3, "start": "now"}]}'),
        Answered(head=JSON, body=b"[1, 2]"),
        Answered(head=JSON, body=b"null"),
        Answered(head=JSON, body=b"\xff\xfe"),
        Answered(head=JSON),
        cut_off(Answered(head=JSON, body=b'{"items": []}')),
    ],
    ids=["a portal", "half of it", "no list", "wrong types", "a list", "null", "no text", "nothing", "cut off"],
)
def test_f41_an_answer_that_makes_no_sense_is_asked_for_later(
    personal: GoogleCalendars, tmp_path: Path, told: Answered
) -> None:
    failing = False

    def change(asked: Asked, ask: Ask) -> Answered:
        return told if failing and is_listing(asked) else ask()

    with altered(personal, tmp_path, change) as (web, signed):
        reader = Reader(GoogleCalendar(signed.settings()))
        reader.items()
        cursor, failing, before = reader.cursor, True, len(web.asked)
        with pytest.raises(Unavailable):
            reader.items()
        assert reader.cursor == cursor
        assert len(web.asked) - before <= 6
        failing = False
        personal.remove(event_of(personal, "c"))
        assert reader.items() == [RemovedEntry(uid="c", ref="c")]


@pytest.mark.parametrize(
    "body",
    ["[]", '{"error": 403}', '{"error": [1]}', '{"error": {"message": [1]}}', "[" * 100_000],
    ids=lambda each: each[:30],
)
def test_f41_an_error_in_a_form_of_somebody_elses_is_no_word_of_googles(
    personal: GoogleCalendars, tmp_path: Path, body: str
) -> None:
    """As proxies have them: the library believes that it is Google who speaks."""
    told = Answered(status=403, head=JSON, body=body.encode())
    with altered(personal, tmp_path, lambda *_: told) as (_, signed), pytest.raises(Unavailable):
        GoogleCalendar(signed.settings()).check()


def test_f41_whoever_has_no_certificate_of_googles_is_a_portal(tmp_path: Path) -> None:
    with secure(tmp_path, lambda _: PORTAL) as (web, _):
        calendars = GoogleCalendar(
            replace(Signed(tmp_path, web.port).settings(), endpoint=f"https://localhost:{web.port}")
        )
        with pytest.raises(Unavailable, match="does this network want you to log in first"):
            calendars.check()
    assert web.asked == []


# ---- 40: many answers fail

FAULTS: tuple[Change, ...] = (
    lambda _, __: refusal(429, "rateLimitExceeded"),
    lambda _, __: refusal(403, "userRateLimitExceeded"),
    lambda _, __: refusal(500, "backendError"),
    lambda _, __: Answered(status=503, body=b"<html>Sorry</html>"),
    lambda _, ask: cut_off(ask()),
)


PASSES = 20


def lived(folder: Path, change: Change) -> tuple[dict[str, str], list[str], int]:
    """A time of somebody's, with a pass after each of its days and some more: what was read, what stands in our calendar, and how
    many requests that took.
    """
    calendars = GoogleCalendars()
    folder.mkdir()
    known: dict[str, str] = {}
    with altered(calendars, folder, change) as (web, signed):
        reader, channel = Reader(GoogleCalendar(signed.settings())), GoogleChannel(signed.channel_settings())
        for day in range(PASSES):
            if day < PASSES // 2:
                happen(calendars, day)
            invite = replace(INVITE, sequence=day, description=f"Day {min(day, PASSES // 2)}.")
            with suppress(Unavailable):
                follow(reader, known)
            with suppress(Unavailable):
                channel.place(invite)
                assert list(channel.observe(standing(invite))) == []
    ours = [each["description"] for each in calendars.events(calendars.named("Afterword"))]
    assert known.keys() == {each["iCalUID"] for each in calendars.events()}
    return known, ours, len(web.asked)


def happen(calendars: GoogleCalendars, day: int) -> None:
    """Meetings come, move and go."""
    calendars.put_text(calendar(entry(f"e{day}"), entry("moving", f"202603{day + 10}T100000Z")))
    if day > 3:
        calendars.remove(event_of(calendars, f"e{day - 3}"))


def follow(reader: Reader, known: dict[str, str]) -> None:
    for each in reader.items():
        if isinstance(each, RemovedEntry):
            known.pop(each.uid, None)
        elif isinstance(each, CalendarEntry):
            known[each.ref] = each.raw.decode()


@pytest.mark.parametrize("seed", range(3))
def test_f40_with_a_third_of_the_answers_failing_it_ends_the_same_without_hammering(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)

    def change(asked: Asked, ask: Ask) -> Answered:
        return dice.choice(FAULTS)(asked, ask) if dice.random() < 0.3 else ask()

    *expected, calm = lived(tmp_path / "calm", lambda _, ask: ask())
    *ended, asked = lived(tmp_path / "stormy", change)
    assert [without_stamps(each) for each in ended] == [without_stamps(each) for each in expected]
    assert asked <= 1.5 * calm


def without_stamps(ended: Any) -> str:
    return re.sub(r"DTSTAMP:\w+", "", json.dumps(ended, sort_keys=True))


# ---- 42 and 44: without an end, and elsewhere


def test_f42_a_list_without_an_end_is_left_and_read_anew(
    personal: GoogleCalendars, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar_api, "MAX_PAGES", 7)
    endless = False

    page = Answered(head=JSON, body=b'{"kind": "calendar#events", "items": [], "nextPageToken": "again"}')

    def change(asked: Asked, ask: Ask) -> Answered:
        return page if endless and "syncToken" in asked.path else ask()

    with altered(personal, tmp_path, change) as (web, signed):
        reader = Reader(GoogleCalendar(signed.settings()))
        assert len(reader.items()) == 3
        endless = True
        personal.remove(event_of(personal, "c"))
        before = len(web.asked)
        with pytest.raises(Unavailable, match="without an end"):
            reader.items()
        assert len(web.asked) - before <= 8
        assert reader.items() == [RemovedEntry(uid="c", ref="c")]


def test_f44_an_answer_that_sends_elsewhere_is_not_followed(personal: GoogleCalendars, tmp_path: Path) -> None:
    with Web(lambda _: Answered(status=500)) as elsewhere:
        there = Answered(status=302, head={"Location": f"http://127.0.0.1:{elsewhere.port}/"})
        with altered(personal, tmp_path, lambda *_: there) as (web, signed):
            with pytest.raises(Unavailable):
                GoogleCalendar(signed.settings()).check()
            assert len(web.asked) == 1
        assert elsewhere.asked == []


def test_f44_a_page_token_that_is_an_address_is_no_address(personal: GoogleCalendars, tmp_path: Path) -> None:
    with Web(lambda _: Answered(status=500)) as elsewhere:
        token = f"http://127.0.0.1:{elsewhere.port}/x?y=z&alt="

        def change(asked: Asked, ask: Ask) -> Answered:
            if "pageToken" in asked.path:
                return Answered(head=JSON, body=b'{"kind": "calendar#events", "items": []}')
            told = json.loads(ask().body)
            return Answered(
                head=JSON,
                body=json.dumps({**told, "nextPageToken": token}).encode() if is_listing(asked) else ask().body,
            )

        with altered(personal, tmp_path, change) as (_, signed):
            assert len(Reader(GoogleCalendar(signed.settings())).items()) == 3
        assert elsewhere.asked == []


# ---- 77: a clock that jumps


def test_f77_a_clock_that_fell_back_tells_nothing_twice(personal: GoogleCalendars, calendar_user: Signed) -> None:
    reader = Reader(GoogleCalendar(calendar_user.settings()))
    assert len(reader.items()) == 3
    personal.expire_tokens()
    assert reader.items(datetime(1970, 1, 2, tzinfo=UTC)) == []
    personal.remove(event_of(personal, "c"))
    assert reader.items() == [RemovedEntry(uid="c", ref="c")]


def test_f77_a_clock_that_ran_ahead_calls_nothing_gone(personal: GoogleCalendars, calendar_user: Signed) -> None:
    reader = Reader(GoogleCalendar(calendar_user.settings()))
    assert len(reader.items()) == 3
    personal.expire_tokens()
    assert reader.items(datetime(2100, 1, 1, tzinfo=UTC)) == []
    personal.expire_tokens()
    assert [type(each) for each in reader.items()] == [CalendarEntry] * 3
