"""Our invites in Google Calendar: what they show, what is kept of the user's, and that nobody else is reached."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from msgspec.structs import replace

from afterword.ports import NeedsUser, Unavailable, UserAction
from connectors.google.calendar_source import GoogleCalendar
from connectors.google.channel import GoogleChannel
from connectors.google.settings import READ_CALENDARS
from connectors.google.source import GoogleSource
from tests.contract.channel_contract import INVITE, QUARTER, STANDS, START, answers, standing
from tests.servers.google_access import Signed
from tests.servers.google_calendar import GoogleCalendars
from tests.servers.google_events import at
from tests.servers.web import Web

SHARED = [{"email": "jane@example.org", "self": True}, {"email": "mentor@home.example"}]


@pytest.fixture
def channel(calendar_user: Signed) -> GoogleChannel:
    return GoogleChannel(calendar_user.channel_settings())


def test_an_invite_invites_nobody_and_sends_nothing(
    google_calendars: GoogleCalendars, calendar_web: Web, channel: GoogleChannel
) -> None:
    channel.place(INVITE)
    channel.place(replace(INVITE, sequence=1, description="Changed."))
    channel.withdraw(STANDS, START)
    written = [
        each for each in calendar_web.asked if each.method in {"POST", "PATCH", "DELETE"} and "/events" in each.path
    ]
    assert [each.method for each in written] == ["POST", "PATCH", "DELETE"]
    for each in written:
        assert parse_qs(urlsplit(each.path).query)["sendUpdates"] == ["none"]
        assert b"attendees" not in each.body


def test_an_invite_shows_what_is_to_do(google_calendars: GoogleCalendars, channel: GoogleChannel) -> None:
    channel.place(replace(INVITE, alarm=10))
    (event,) = google_calendars.events(google_calendars.named("Afterword"))
    assert (event["summary"], event["description"]) == (INVITE.summary, INVITE.description)
    assert event["start"] == {"dateTime": "2026-03-06T10:00:00+01:00", "timeZone": "Europe/Berlin"}
    assert event["reminders"] == {"useDefault": False, "overrides": [{"method": "popup", "minutes": 10}]}
    assert event["transparency"] == "opaque"


def test_what_is_done_is_marked_and_rings_no_more(google_calendars: GoogleCalendars, channel: GoogleChannel) -> None:
    channel.place(INVITE)
    channel.place(replace(INVITE, sequence=1, alarm=None, done=True))
    (event,) = google_calendars.events(google_calendars.named("Afterword"))
    assert event["summary"] == f"✓ {INVITE.summary}"
    assert event["reminders"]["overrides"] == []
    assert event["transparency"] == "transparent"


def test_the_calendar_is_made_once_and_found_again_under_a_name_of_the_users(
    google_calendars: GoogleCalendars, calendar_user: Signed
) -> None:
    GoogleChannel(calendar_user.channel_settings()).place(INVITE)
    calendar = google_calendars.named("Afterword")
    google_calendars.calendars[calendar].entry["summary"] = "To do after interviews"
    GoogleChannel(calendar_user.channel_settings()).place(replace(INVITE, sequence=1, description="Changed."))
    assert list(google_calendars.calendars) == [google_calendars.user, calendar]
    assert [each["description"] for each in google_calendars.events(calendar)] == ["Changed."]


def test_a_calendar_of_the_users_own_with_the_same_name_is_left_alone(
    google_calendars: GoogleCalendars, channel: GoogleChannel
) -> None:
    own = google_calendars.make("Afterword")
    with pytest.raises(NeedsUser, match="only to a calendar that it made itself"):
        channel.place(INVITE)
    assert google_calendars.events(own) == []


@pytest.mark.parametrize("reads", [True, False])
def test_only_the_scopes_of_the_settings_are_needed(
    google_calendars: GoogleCalendars, calendar_user: Signed, channel: GoogleChannel, reads: bool
) -> None:
    settings = calendar_user.settings(mail=False, calendar=reads, delivers=True)
    google_calendars.scopes = frozenset(settings.scopes())
    assert (READ_CALENDARS in google_calendars.scopes) is reads
    for alarm in (None, 10):
        channel.place(replace(INVITE, alarm=alarm))
    assert list(channel.observe(standing(INVITE))) == []
    assert channel.check().startswith("1 in Afterword")
    assert len(list(GoogleSource(settings).busy(START, START + timedelta(days=1)))) == 0
    channel.withdraw(STANDS, START)
    assert google_calendars.events(google_calendars.named("Afterword")) == []


def test_to_read_calendars_no_right_to_write_is_asked_for(
    google_calendars: GoogleCalendars, calendar_user: Signed, channel: GoogleChannel
) -> None:
    settings = calendar_user.settings(mail=False)
    google_calendars.scopes = frozenset(settings.scopes())
    assert google_calendars.scopes == {READ_CALENDARS}
    assert GoogleSource(settings).check() == "1 calendar: Jane"
    with pytest.raises(NeedsUser, match="does not let Afterword use your calendars"):
        channel.place(INVITE)


def test_what_the_user_added_to_an_invite_stays(google_calendars: GoogleCalendars, channel: GoogleChannel) -> None:
    channel.place(INVITE)
    calendar = google_calendars.named("Afterword")
    (event,) = google_calendars.events(calendar)
    google_calendars.change(event["id"], calendar, colorId="5", location="At home")
    channel.place(replace(INVITE, sequence=1, description="Changed."))
    (event,) = google_calendars.events(calendar)
    assert (event["colorId"], event["location"], event["description"]) == ("5", "At home", "Changed.")


def test_f52_a_reminder_and_what_else_the_user_set_on_an_invite_stays(
    google_calendars: GoogleCalendars, channel: GoogleChannel, calendar_web: Web
) -> None:
    channel.place(INVITE)
    calendar = google_calendars.named("Afterword")
    (event,) = google_calendars.events(calendar)
    own = {
        "reminders": {"useDefault": False, "overrides": [{"method": "email", "minutes": 60}]},
        "transparency": "transparent",
    }
    google_calendars.change(event["id"], calendar, **own)
    for number in (1, 2):
        channel.place(replace(INVITE, sequence=number, description="Changed."))
    (event,) = google_calendars.events(calendar)
    assert {name: event[name] for name in own} == own
    assert sum(each.method == "PATCH" for each in calendar_web.asked) == 1
    channel.place(replace(INVITE, sequence=3, alarm=None, done=True))
    channel.place(replace(INVITE, sequence=4))
    (event,) = google_calendars.events(calendar)
    assert event["reminders"]["overrides"] == [{"method": "popup", "minutes": 0}]
    assert event["transparency"] == "opaque"


def test_an_invite_to_which_the_user_invited_others_is_left_as_it_is(
    google_calendars: GoogleCalendars, channel: GoogleChannel
) -> None:
    """Its changes would be seen in their calendars, mails or none."""
    channel.place(INVITE)
    calendar = google_calendars.named("Afterword")
    google_calendars.change(google_calendars.events(calendar)[0]["id"], calendar, attendees=SHARED)
    before = google_calendars.events(calendar)
    channel.place(replace(INVITE, sequence=1, description="Changed."))
    channel.withdraw(STANDS, START)
    assert google_calendars.events(calendar) == before


def test_words_that_google_saved_as_html_are_still_ours(
    google_calendars: GoogleCalendars, channel: GoogleChannel
) -> None:
    """As its own pages do when somebody moves an event there."""
    channel.place(INVITE)
    calendar = google_calendars.named("Afterword")
    (event,) = google_calendars.events(calendar)
    google_calendars.change(event["id"], calendar, description=INVITE.description.replace("\n", "<br>"))
    channel.place(replace(INVITE, sequence=1, description="Changed."))
    assert [each["description"] for each in google_calendars.events(calendar)] == ["Changed."]


def test_f54_an_invite_that_was_given_a_whole_day_keeps_its_time_of_day(
    google_calendars: GoogleCalendars, channel: GoogleChannel
) -> None:
    channel.place(INVITE)
    calendar = google_calendars.named("Afterword")
    (event,) = google_calendars.events(calendar)
    google_calendars.change(event["id"], calendar, start={"date": "2026-04-07"}, end={"date": "2026-04-08"})
    there = datetime(2026, 4, 7, 8, tzinfo=UTC)
    moved = UserAction(uid=INVITE.uid, answer="moved", start=there, end=there + QUARTER)
    assert list(channel.observe(standing(INVITE))) == [moved]
    channel.place(replace(INVITE, sequence=1, start=there, end=there + QUARTER))
    (event,) = google_calendars.events(calendar)
    assert event["start"] == {"dateTime": "2026-04-07T10:00:00+02:00", "timeZone": "Europe/Berlin"}


def test_an_invite_that_was_withdrawn_can_be_placed_again(
    google_calendars: GoogleCalendars, channel: GoogleChannel
) -> None:
    """Google never gives an id free: what was deleted is brought back."""
    channel.place(INVITE)
    channel.withdraw(STANDS, START)
    again = replace(INVITE, sequence=1, start=START + QUARTER, end=START + 2 * QUARTER)
    channel.place(again)
    assert len(google_calendars.events(google_calendars.named("Afterword"))) == 1
    assert list(channel.observe(standing(again))) == []


def test_f53_an_invite_that_is_deleted_after_we_looked_stays_deleted(
    google_calendars: GoogleCalendars, channel: GoogleChannel
) -> None:
    channel.place(INVITE)
    assert list(channel.observe(standing(INVITE))) == []
    calendar = google_calendars.named("Afterword")
    google_calendars.remove(google_calendars.events(calendar)[0]["id"], calendar)
    channel.place(replace(INVITE, sequence=1, description="Changed."))
    assert google_calendars.events(calendar) == []
    assert answers(channel.observe(standing(INVITE))) == {INVITE.uid: "deleted"}


def test_placing_what_stands_writes_nothing(
    google_calendars: GoogleCalendars, calendar_web: Web, calendar_user: Signed
) -> None:
    GoogleChannel(calendar_user.channel_settings()).place(INVITE)
    before = len(calendar_web.asked)
    GoogleChannel(calendar_user.channel_settings()).place(replace(INVITE, stamp=INVITE.stamp + timedelta(minutes=5)))
    assert {each.method for each in calendar_web.asked[before:]} == {"GET"}


def test_it_says_where_invites_go_and_how_many_there_are(channel: GoogleChannel) -> None:
    assert channel.check() == "Afterword in Google Calendar (made with the first invite)"
    channel.place(INVITE)
    assert channel.check() == "1 in Afterword in Google Calendar"


def test_a_calendar_that_the_user_makes_in_the_place_of_ours_dismisses_what_stood_in_it(
    google_calendars: GoogleCalendars, channel: GoogleChannel
) -> None:
    channel.place(INVITE)
    del google_calendars.calendars[google_calendars.named("Afterword")]
    with pytest.raises(Unavailable, match="counts as dismissed"):
        list(channel.observe(standing(INVITE)))
    google_calendars.make("Afterword")
    assert answers(channel.observe(standing(INVITE))) == {INVITE.uid: "deleted"}


def test_somebody_elses_calendar_of_this_kind_is_neither_ours_nor_read(
    google_calendars: GoogleCalendars, channel: GoogleChannel, calendar_user: Signed
) -> None:
    theirs = google_calendars.make(
        "Afterword", "0@group.calendar.google.com", role="reader", description="afterword-calendar"
    )
    channel.place(INVITE)
    assert google_calendars.events(theirs) == []
    assert list(channel.observe(standing(INVITE))) == []
    assert GoogleCalendar(calendar_user.settings()).check() == "1 calendar: Jane"


def test_an_invite_that_was_moved_into_the_past_is_looked_up_by_itself(
    google_calendars: GoogleCalendars, channel: GoogleChannel, calendar_web: Web
) -> None:
    channel.place(INVITE)
    calendar = google_calendars.named("Afterword")
    (event,) = google_calendars.events(calendar)
    there = START - timedelta(days=2)
    google_calendars.change(event["id"], calendar, start=at(there), end=at(there + QUARTER))
    moved = UserAction(uid=INVITE.uid, answer="moved", start=there, end=there + QUARTER)
    assert list(channel.observe(standing(INVITE))) == [moved]
    assert any("timeMin=2026-03-06" in each.path for each in calendar_web.asked)
