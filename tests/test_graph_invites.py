"""Our invites as events in Outlook: what they hold, and what is done to them there."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from afterword.ports import UserAction
from tests.contract.channel_contract import INVITE, OTHER, QUARTER, STANDS, START, answers, standing
from tests.graph_calendar import Home, running
from tests.servers.graph_events import at


@pytest.fixture
def home() -> Iterator[Home]:
    with running() as found:
        yield found


def test_an_invite_is_an_event_for_the_user_alone_that_reminds(home: Home) -> None:
    home.channel().place(replace(INVITE, alarm=10))
    (only,) = home.outlook.events("Afterword")
    assert only["subject"] == INVITE.summary
    assert only["body"] == {"contentType": "text", "content": INVITE.description}
    assert (only["isReminderOn"], only["reminderMinutesBeforeStart"]) == (True, 10)
    assert (only["start"], only["originalStartTimeZone"]) == (at(START), "W. Europe Standard Time")
    assert "attendees" not in only


def test_what_is_done_is_marked_and_reminds_no_more(home: Home) -> None:
    channel = home.channel()
    channel.place(INVITE)
    channel.place(replace(INVITE, sequence=1, done=True, alarm=None))
    (only,) = home.outlook.events("Afterword")
    assert (only["subject"], only["isReminderOn"], only["showAs"]) == (f"✓ {INVITE.summary}", False, "free")


def test_a_zone_that_windows_does_not_name_is_told_in_utc(home: Home) -> None:
    home.channel().place(replace(INVITE, zone="Europe/Amsterdam"))
    (only,) = home.outlook.events("Afterword")
    assert (only["start"], only["originalStartTimeZone"]) == (at(START), "UTC")


def test_an_invite_that_was_moved_to_a_day_is_meant_at_its_time_of_day(home: Home) -> None:
    channel = home.channel()
    channel.place(INVITE)
    (only,) = home.outlook.events("Afterword")
    day = datetime(2026, 3, 9, tzinfo=UTC)
    home.outlook.change(only["id"], isAllDay=True, start=at(day), end=at(day + timedelta(days=1)))
    (act,) = channel.observe(standing(INVITE))
    assert (act.answer, act.start, act.end) == ("moved", START + timedelta(days=3), START + timedelta(days=3) + QUARTER)


def test_f54_an_invite_that_was_moved_to_a_day_can_be_changed_again(home: Home) -> None:
    channel = home.channel()
    channel.place(INVITE)
    (only,) = home.outlook.events("Afterword")
    day = datetime(2026, 3, 9, tzinfo=UTC)
    home.outlook.change(only["id"], isAllDay=True, start=at(day), end=at(day + timedelta(days=1)))
    channel.place(replace(INVITE, sequence=1, description="Changed."))
    (only,) = home.outlook.events("Afterword")
    assert (only["isAllDay"], only["start"]) == (False, at(START + timedelta(days=3)))


def test_f52_a_reminder_and_what_else_the_user_set_on_an_invite_stays(home: Home) -> None:
    channel = home.channel()
    channel.place(INVITE)
    (only,) = home.outlook.events("Afterword")
    own = {"isReminderOn": False, "showAs": "free", "categories": ["Red"]}
    home.outlook.change(only["id"], **own)
    for number in (1, 2):
        channel.place(replace(INVITE, sequence=number, description="Changed."))
    (only,) = home.outlook.events("Afterword")
    assert {name: only[name] for name in own} == own
    assert sum(each.method == "PATCH" for each in home.web.asked) == 1
    channel.place(replace(INVITE, sequence=3, alarm=None, done=True))
    channel.place(replace(INVITE, sequence=4))
    (only,) = home.outlook.events("Afterword")
    assert (only["isReminderOn"], only["showAs"]) == (True, "busy")


def test_the_calendar_is_made_once(home: Home) -> None:
    for each in (INVITE, OTHER):
        home.channel().place(each)
    assert list(home.outlook.calendars.values()) == ["Calendar", "Afterword"]
    assert home.channel().check() == "2 in Afterword in Outlook"


def test_a_calendar_of_ours_may_be_called_otherwise(home: Home) -> None:
    channel = home.channel()
    channel.place(INVITE)
    home.outlook.calendars[home.outlook.named("Afterword")] = "After interviews"
    assert list(home.channel().observe(standing(INVITE))) == []
    home.channel().place(OTHER)
    assert list(home.outlook.calendars.values()) == ["Calendar", "After interviews"]
    assert home.channel().check() == "2 in After interviews in Outlook"


def test_a_mailbox_whose_calendars_take_no_mark_has_one_of_ours_all_the_same(home: Home) -> None:
    home.outlook.marks_calendars = False
    home.channel().place(INVITE)
    home.channel().place(OTHER)
    assert len(home.outlook.events("Afterword")) == 2


def test_an_invite_that_was_moved_into_the_past_is_looked_up_by_itself(home: Home) -> None:
    channel = home.channel()
    channel.place(INVITE)
    (only,) = home.outlook.events("Afterword")
    there = START - timedelta(days=2)
    home.outlook.change(only["id"], start=at(there), end=at(there + QUARTER))
    assert list(channel.observe(standing(INVITE))) == [
        UserAction(uid=INVITE.uid, answer="moved", start=there, end=there + QUARTER)
    ]
    assert home.asked("GET", "end%2FdateTime+ge+%272026-03-06")


def test_an_invite_to_which_the_user_invited_others_is_left_as_it_is(home: Home) -> None:
    """Outlook would tell them of whatever is done to it."""
    channel = home.channel()
    channel.place(INVITE)
    (only,) = home.outlook.events("Afterword")
    guest = {"type": "required", "emailAddress": {"address": "friend@home.example"}}
    home.outlook.change(only["id"], attendees=[guest])
    channel.place(replace(INVITE, sequence=1, description="A draft that changed."))
    channel.withdraw(STANDS, START)
    assert [each["body"]["content"] for each in home.outlook.events("Afterword")] == [INVITE.description]


def test_f53_what_is_deleted_while_we_look_is_not_made_again(home: Home) -> None:
    channel = home.channel()
    channel.place(INVITE)
    assert list(channel.observe(standing(INVITE))) == []
    (only,) = home.outlook.events("Afterword")
    home.outlook.remove(only["id"])
    channel.place(replace(INVITE, sequence=1))
    assert home.outlook.events("Afterword") == []
    assert answers(channel.observe(standing(INVITE))) == {INVITE.uid: "deleted"}
    channel.withdraw(STANDS, START)
    channel.place(replace(INVITE, sequence=2))
    assert len(home.outlook.events("Afterword")) == 1


def test_an_uid_with_a_quote_is_found_again(home: Home) -> None:
    odd = replace(INVITE, uid="it's@afterword")
    for sequence in (0, 1):
        home.channel().place(replace(odd, sequence=sequence))
    assert len(home.outlook.events("Afterword")) == 1
    assert answers(home.channel().observe(standing(odd))) == {}


def test_words_that_outlook_keeps_in_a_form_of_its_own_are_still_ours(home: Home) -> None:
    home.outlook.keeps = lambda words: words.replace("thank you", "thank you <https://acme.example>")
    channel = home.channel()
    channel.place(INVITE)
    channel.place(replace(INVITE, sequence=1, description="A draft that changed; thank you."))
    (only,) = home.outlook.events("Afterword")
    assert only["body"]["content"].startswith("A draft that changed")
    home.outlook.change(only["id"], body={"contentType": "text", "content": "Ask her about the team."})
    channel.place(replace(INVITE, sequence=2, description="Another draft."))
    assert only["body"]["content"] == "Ask her about the team."
