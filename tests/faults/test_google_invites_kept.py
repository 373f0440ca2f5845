"""Our invites in Google Calendar when answers are lost, the user writes at the same moment, or the calendar goes."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from afterword.ports import Unavailable
from connectors.google.channel import GoogleChannel
from tests.contract.channel_contract import INVITE, STANDS, START, standing
from tests.servers.google_access import Ask, Signed, altered
from tests.servers.google_calendar import GoogleCalendars, refusal
from tests.servers.web import Answered, Asked
from tests.test_google_invites import SHARED

JSON = {"Content-Type": "application/json; charset=UTF-8"}


@pytest.fixture(autouse=True)
def without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library waits before it asks again; nobody has to."""
    monkeypatch.setattr("connectors.google.execution.time.sleep", lambda _: None)


def is_listing(asked: Asked) -> bool:
    return asked.method == "GET" and asked.path.partition("?")[0].endswith("/events")


def test_f02_an_invite_whose_answer_was_lost_is_there_once(google_calendars: GoogleCalendars, tmp_path: Path) -> None:
    """It was made, and nobody heard of it: the library asks again, and is told that the id is taken."""
    lost = iter([True])

    def change(asked: Asked, ask: Ask) -> Answered:
        told = ask()
        made = asked.method == "POST" and asked.path.partition("?")[0].endswith("/events")
        return refusal(503, "backendError") if made and next(lost, False) else told

    with altered(google_calendars, tmp_path, change) as (web, signed):
        GoogleChannel(signed.channel_settings()).place(INVITE)
        assert [each.method for each in web.asked].count("POST") == 3
    assert len(google_calendars.events(google_calendars.named("Afterword"))) == 1


def test_f02_an_invite_of_a_process_that_was_killed_is_found_again(
    google_calendars: GoogleCalendars, calendar_user: Signed
) -> None:
    GoogleChannel(calendar_user.channel_settings()).place(INVITE)
    later = replace(INVITE, stamp=INVITE.stamp + timedelta(minutes=5))
    GoogleChannel(calendar_user.channel_settings()).place(later)
    assert len(google_calendars.events(google_calendars.named("Afterword"))) == 1


def test_f02_a_calendar_whose_making_was_not_answered_is_not_made_twice(
    google_calendars: GoogleCalendars, tmp_path: Path
) -> None:
    def change(asked: Asked, ask: Ask) -> Answered:
        told = ask()
        is_making = asked.method == "POST" and "/events" not in asked.path
        return refusal(503, "backendError") if is_making else told

    with altered(google_calendars, tmp_path, change) as (_, signed):
        GoogleChannel(signed.channel_settings()).place(INVITE)
    assert [each.entry["summary"] for each in google_calendars.calendars.values()] == ["Jane", "Afterword"]


def test_f52_an_edit_between_our_look_and_our_write_stays(google_calendars: GoogleCalendars, tmp_path: Path) -> None:
    edits = iter(["Ask her about the team."])

    def change(asked: Asked, ask: Ask) -> Answered:
        if asked.method == "PATCH" and (edited := next(edits, None)):
            ours = google_calendars.named("Afterword")
            google_calendars.change(google_calendars.events(ours)[0]["id"], ours, description=edited)
        return ask()

    with altered(google_calendars, tmp_path, change) as (web, signed):
        channel = GoogleChannel(signed.channel_settings())
        channel.place(INVITE)
        later = START + timedelta(hours=1)
        channel.place(
            replace(INVITE, sequence=1, start=later, end=later + timedelta(minutes=15), description="A draft.")
        )
        assert [each.method for each in web.asked].count("PATCH") == 2
    (event,) = google_calendars.events(google_calendars.named("Afterword"))
    assert (event["description"], event["start"]["dateTime"]) == (
        "Ask her about the team.",
        "2026-03-06T11:00:00+01:00",
    )


def test_f52_an_invite_that_is_shared_while_we_take_it_back_stays(
    google_calendars: GoogleCalendars, tmp_path: Path
) -> None:
    shares = iter(range(1))

    def change(asked: Asked, ask: Ask) -> Answered:
        if asked.method == "DELETE" and next(shares, None) is not None:
            ours = google_calendars.named("Afterword")
            google_calendars.change(google_calendars.events(ours)[0]["id"], ours, attendees=SHARED)
        return ask()

    with altered(google_calendars, tmp_path, change) as (_, signed):
        channel = GoogleChannel(signed.channel_settings())
        channel.place(INVITE)
        channel.withdraw(STANDS, START)
    (event,) = google_calendars.events(google_calendars.named("Afterword"))
    assert event["attendees"] == SHARED


@pytest.mark.parametrize(
    ("method", "doing"),
    [
        ("PATCH", lambda channel: channel.place(replace(INVITE, sequence=1, description="Changed."))),
        ("DELETE", lambda channel: channel.withdraw(STANDS, START)),
    ],
)
def test_f52_a_server_that_never_agrees_is_asked_thrice_and_no_more(
    google_calendars: GoogleCalendars, tmp_path: Path, method: str, doing: Callable[[GoogleChannel], None]
) -> None:
    def change(asked: Asked, ask: Ask) -> Answered:
        return refusal(412, "conditionNotMet") if asked.method == method else ask()

    with altered(google_calendars, tmp_path, change) as (web, signed):
        channel = GoogleChannel(signed.channel_settings())
        channel.place(INVITE)
        with pytest.raises(Unavailable, match="tried again later"):
            doing(channel)
        assert [each.method for each in web.asked].count(method) == 3


def test_f40_an_invite_whose_taking_back_was_not_answered_is_taken_back_once(
    google_calendars: GoogleCalendars, tmp_path: Path
) -> None:
    losses = iter(range(1))

    def change(asked: Asked, ask: Ask) -> Answered:
        told = ask()
        return refusal(503, "backendError") if asked.method == "DELETE" and next(losses, None) is not None else told

    with altered(google_calendars, tmp_path, change) as (_, signed):
        channel = GoogleChannel(signed.channel_settings())
        channel.place(INVITE)
        channel.withdraw(STANDS, START)
    assert google_calendars.events(google_calendars.named("Afterword")) == []


def test_f53_what_a_list_left_out_was_not_deleted(google_calendars: GoogleCalendars, tmp_path: Path) -> None:
    def change(asked: Asked, ask: Ask) -> Answered:
        told = json.loads(ask().body or b"{}")
        return Answered(head=JSON, body=json.dumps({**told, "items": []}).encode()) if is_listing(asked) else ask()

    with altered(google_calendars, tmp_path, change) as (_, signed):
        channel = GoogleChannel(signed.channel_settings())
        channel.place(INVITE)
        assert list(channel.observe(standing(INVITE))) == []


def test_our_calendar_that_goes_while_we_write_is_made_anew_the_next_time(
    google_calendars: GoogleCalendars, calendar_user: Signed
) -> None:
    channel = GoogleChannel(calendar_user.channel_settings())
    channel.place(INVITE)
    del google_calendars.calendars[google_calendars.named("Afterword")]
    with pytest.raises(Unavailable):
        channel.place(INVITE)
    channel.place(INVITE)
    assert len(google_calendars.events(google_calendars.named("Afterword"))) == 1


def test_f02_a_calendar_that_was_made_twice_is_one_to_us(
    google_calendars: GoogleCalendars, calendar_user: Signed
) -> None:
    """As a line does that breaks after the request, and sends it again by itself."""
    channel = GoogleChannel(calendar_user.channel_settings())
    channel.place(INVITE)
    first = google_calendars.named("Afterword")
    twin = google_calendars.make("Afterword", "a@group.calendar.google.com", description="(afterword-calendar)")
    google_calendars.calendars[twin].by_app = True
    later = GoogleChannel(calendar_user.channel_settings())
    assert list(later.observe(standing(INVITE))) == []
    later.place(replace(INVITE, sequence=1, description="Changed."))
    assert [each["description"] for each in google_calendars.events(first)] == ["Changed."]
    assert google_calendars.events(twin) == []
    later.withdraw(STANDS, START)
    assert google_calendars.events(first) == []


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_f41_a_page_for_people_is_no_sign_that_something_was_done(
    google_calendars: GoogleCalendars, tmp_path: Path, method: str
) -> None:
    portal = Answered(head={"Content-Type": "text/html"}, body=b"<html>Log in to the hotel's network</html>")
    open_again = False

    def change(asked: Asked, ask: Ask) -> Answered:
        is_event = "/events" in asked.path
        return portal if is_event and asked.method == method and not open_again else ask()

    with altered(google_calendars, tmp_path, change) as (_, signed):
        channel = GoogleChannel(signed.channel_settings())
        with pytest.raises(Unavailable, match="can't be understood"):
            live(channel)
        open_again = True
        live(channel)
    assert google_calendars.events(google_calendars.named("Afterword")) == []


def live(channel: GoogleChannel) -> None:
    channel.place(INVITE)
    channel.place(replace(INVITE, sequence=1, description="Changed."))
    channel.withdraw(STANDS, START)


@pytest.mark.parametrize("time", ["", "soon", "9999-12-31T23:59:59-12:00"])
def test_f41_a_time_that_is_none_says_nothing_of_what_the_user_did(
    google_calendars: GoogleCalendars, tmp_path: Path, time: str
) -> None:
    def change(asked: Asked, ask: Ask) -> Answered:
        told = ask()
        if not is_listing(asked):
            return told
        listed = json.loads(told.body)
        for each in listed["items"]:
            each["start"]["dateTime"] = time
        return replace(told, body=json.dumps(listed).encode())

    with altered(google_calendars, tmp_path, change) as (_, signed):
        channel = GoogleChannel(signed.channel_settings())
        channel.place(INVITE)
        assert list(channel.observe(standing(INVITE))) == []
