"""Invites by mail: to the user and nobody else, in the form that calendars take, and what comes back of them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Component
from msgspec.structs import replace

from afterword.ports import PlacedInvite
from connectors.imip import ImipChannel
from daemon import config
from daemon.config import ConfigError
from daemon.wiring import channel_of
from tests.contract.channel_contract import INVITE, START, standing
from tests.homes import CONFIG, Home
from tests.servers.smtp import USER, Submission

OWN = (USER,)
PLUS = "jane+afterword@example.org"
LATER = datetime(2026, 3, 7, 8, tzinfo=UTC)
HELD = datetime(2026, 3, 5, 13, tzinfo=UTC)
NOW = HELD + timedelta(hours=2)
CARLA = "carla.rossi@acme.example"


@pytest.fixture
def channel(submission: Submission) -> ImipChannel:
    return ImipChannel(submission.settings())


def event_of(text: bytes) -> tuple[Calendar, Component]:
    calendar = Calendar.from_ical(text)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


# ---- to whom


HOSTILE = "x\r\nBcc: boss@acme.example\r\nTo: boss@acme.example\n\nATTENDEE:mailto:boss@acme.example"


def test_f68_nothing_that_an_invite_says_makes_another_recipient(channel: ImipChannel, submission: Submission) -> None:
    invite = replace(INVITE, uid=f"{HOSTILE}@afterword", summary=HOSTILE, description=HOSTILE)
    channel.place(invite)
    channel.withdraw(standing(invite)[0], LATER)
    assert [each.recipients for each in submission.given] == [OWN, OWN]
    for each in submission.given:
        assert each.message["To"] == USER
        assert not {"Cc", "Bcc", "Resent-To"} & set(each.message.keys())
        _, event = event_of(each.calendar)
        assert event["ATTENDEE"] == f"mailto:{USER}"
        assert event["ORGANIZER"] == f"mailto:{PLUS}"


@settings(deadline=None, max_examples=25)
@given(text=st.text(max_size=80))
def test_no_text_makes_another_recipient(running_submission: Submission, text: str) -> None:
    running_submission.given.clear()
    invite = replace(INVITE, uid=f"{text}@afterword", summary=text, description=text)
    ImipChannel(running_submission.settings(name=text)).place(invite)
    assert [each.recipients for each in running_submission.given] == [OWN]


@pytest.mark.parametrize(
    "address", ["boss@acme.example", "jane@example.org.evil.example", "jane@example.org,boss@acme.example"]
)
def test_no_setting_sends_to_anybody_else(submission: Submission, address: str) -> None:
    with pytest.raises(ValueError, match="from must be one of"):
        submission.settings(sender=address)


@pytest.mark.parametrize(
    "address", ["a@b.example\r\nRCPT TO:<boss@acme.example>", "<boss@acme.example> x@y", "a b@c.example"]
)
def test_an_own_address_that_is_more_than_one_is_refused(submission: Submission, address: str) -> None:
    with pytest.raises(ValueError, match="can't be written to"):
        submission.settings(addresses=(address,))


@pytest.mark.parametrize(
    "line", ['to = "boss@acme.example"', 'addresses = ["boss@acme.example"]', 'from = "boss@acme.example"']
)
def test_no_configuration_sends_to_anybody_else(tmp_path: Path, line: str) -> None:
    path = tmp_path / "config.toml"
    table = f'kind = "imip"\nhost = "localhost"\n{line}\n'
    path.write_text(CONFIG.replace('kind = "folder"\npath = "invites"\n', table), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"^delivery"):
        channel_of(config.load(str(path)))


def test_of_several_own_addresses_the_chosen_one_is_written_to(submission: Submission) -> None:
    own = (USER, "jane@home.example")
    ImipChannel(submission.settings(addresses=own, sender="jane@home.example")).place(INVITE)
    (only,) = submission.given
    assert (only.sender, only.recipients) == ("jane@home.example", ("jane@home.example",))


def test_another_own_address_is_the_one_that_is_answered_at(submission: Submission) -> None:
    """Where the provider takes no tags."""
    own = (USER, "jane.invites@example.org")
    ImipChannel(submission.settings(addresses=own, organizer="Jane.Invites@example.org")).place(INVITE)
    (only,) = submission.given
    _, event = event_of(only.calendar)
    assert only.recipients == OWN
    assert (event["ORGANIZER"], event["ATTENDEE"]) == ("mailto:jane.invites@example.org", f"mailto:{USER}")


@pytest.mark.parametrize("address", [USER, "boss@acme.example", "jane+other@example.org"])
def test_nobody_else_is_answered_and_nobody_answers_themselves(submission: Submission, address: str) -> None:
    with pytest.raises(ValueError, match=r"organizer must be one of user\.addresses, and another than from"):
        submission.settings(organizer=address)


# ---- in what form


def test_a_mail_is_an_invitation_that_programs_know(channel: ImipChannel, submission: Submission) -> None:
    channel.place(replace(INVITE, description="Gespräch mit Zoë.\n\nDear Carla,"))
    (only,) = submission.given
    message = only.message
    assert message.get_content_type() == "multipart/alternative"
    plain, calendar = message.iter_parts()
    assert plain.get_content_type() == "text/plain"
    assert "Gespräch mit Zoë." in plain.get_content()
    assert "2026-03-06 10:00-10:15 (Europe/Berlin)" in plain.get_content()
    assert calendar.get_content_type() == "text/calendar"
    assert (calendar.get_param("method"), calendar.get_param("charset")) == ("REQUEST", "UTF-8")
    assert calendar["Content-Transfer-Encoding"] == "base64"
    assert only.calendar.count(b"\r\n") == only.calendar.count(b"\n")
    assert "Auto-Submitted" not in message


def test_its_calendar_part_is_a_request_with_an_answer_asked_for(channel: ImipChannel, submission: Submission) -> None:
    channel.place(INVITE)
    calendar, event = event_of(submission.given[0].calendar)
    assert (calendar["METHOD"], calendar["VERSION"]) == ("REQUEST", "2.0")
    assert (event["UID"], event["SEQUENCE"]) == (INVITE.uid, 0)
    assert event.decoded("DTSTART") == INVITE.start
    assert event["ATTENDEE"].params["RSVP"] == "TRUE"
    assert event["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"
    assert event.walk("VALARM")


def test_a_change_has_the_next_sequence_and_a_cancel_the_one_after(
    channel: ImipChannel, submission: Submission
) -> None:
    channel.place(INVITE)
    changed = replace(INVITE, sequence=1, start=START + timedelta(hours=1), end=START + timedelta(hours=2))
    channel.place(changed)
    channel.withdraw(standing(changed)[0], LATER)
    told = [event_of(each.calendar) for each in submission.given]
    assert [(str(calendar["METHOD"]), event["SEQUENCE"]) for calendar, event in told] == [
        ("REQUEST", 0),
        ("REQUEST", 1),
        ("CANCEL", 2),
    ]
    assert {str(event["UID"]) for _, event in told} == {INVITE.uid}
    assert told[2][1]["STATUS"] == "CANCELLED"
    first, second, _ = (each.message for each in submission.given)
    assert second["References"] == first["Message-ID"]


def test_a_mail_that_is_sent_again_is_the_same_mail(channel: ImipChannel, submission: Submission) -> None:
    """Killed before it was kept in the log: the mailbox gets it twice, and knows it by its Message-ID."""
    channel.place(INVITE)
    channel.place(INVITE)
    first, second = submission.given
    assert first.message["Message-ID"] == second.message["Message-ID"]
    assert first.calendar == second.calendar


def test_a_channel_that_only_tells_observes_nothing(channel: ImipChannel) -> None:
    assert list(channel.observe([PlacedInvite(uid="never@afterword", sequence=0, start=START, end=START)])) == []


# ---- what comes back


REPLY = """\
From: {sender}
To: {plus}
Subject: Re: Thank Carla
Message-ID: <reply-{number}@example.org>
Date: {date}
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain

Answered.
--b
Content-Type: text/calendar; method={method}; charset=UTF-8

{calendar}
--b--
"""
ANSWER = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//EN
METHOD:{method}
BEGIN:VEVENT
UID:{uid}
DTSTAMP:20260305T160000Z
DTSTART:{start}
DTEND:{end}
SEQUENCE:0
{organizer}ATTENDEE;PARTSTAT={said}:mailto:{attendee}
END:VEVENT
END:VCALENDAR"""


class ByMail(Home):
    """A home whose invites go out by mail, and whose mailbox gets the answers."""

    def __init__(self, folder: Path, submission: Submission) -> None:
        super().__init__(folder)
        table = CONFIG.replace('kind = "folder"\npath = "invites"\n', submission.keys())
        self.path.write_text(table, encoding="utf-8")
        self.meet(("talk@acme.example", HELD, HELD + timedelta(hours=1), "Interview Acme: Backend Engineer", CARLA))
        self.answered = 0

    def answers(self, uid: str, said: str, method: str = "REPLY", **others: str) -> None:
        self.answered += 1
        known = {
            "attendee": USER,
            "sender": USER,
            "organizer": f"ORGANIZER:mailto:{PLUS}\n",
            "start": "20260305T160000Z",
        }
        words = {**known, "end": "20260305T161500Z", **others, "uid": uid, "said": said, "method": method}
        sent = NOW + timedelta(minutes=self.answered)
        words |= {"plus": PLUS, "number": str(self.answered), "date": f"{sent:%a, %d %b %Y %H:%M:%S +0000}"}
        text = REPLY.format(calendar=ANSWER.format(**words), **words)
        (self.maildir / "new" / f"{self.answered}.reply.host").write_bytes(text.replace("\n", "\r\n").encode())


@pytest.fixture
def home(tmp_path: Path, submission: Submission) -> ByMail:
    home = ByMail(tmp_path, submission)
    home.sync(NOW)
    assert len(submission.given) == 2
    submission.given.clear()
    return home


AFTER = NOW + timedelta(minutes=30)


def item(home: Home, kind: str = "thank_you") -> str:
    found = home.owed(NOW, kind)
    assert found is not None
    return found.id


def told(submission: Submission, item: str) -> list[tuple[str, str]]:
    """METHOD and SEQUENCE of each mail about an item."""
    said = [event_of(each.calendar) for each in submission.given]
    return [
        (str(calendar["METHOD"]), str(event["SEQUENCE"]))
        for calendar, event in said
        if event["UID"] == f"{item}@afterword"
    ]


def test_an_answer_of_yes_is_noted_and_changes_nothing(home: ByMail, submission: Submission) -> None:
    home.answers(f"{item(home)}@afterword", "ACCEPTED")
    home.sync(AFTER)
    assert [type(each.event).__name__ for each in home.events()].count("InviteAnswered") == 1
    assert home.owed(AFTER, "thank_you") is not None
    assert submission.given == []


def test_an_answer_of_no_dismisses_the_item_and_takes_the_invite_back(home: ByMail, submission: Submission) -> None:
    thanks = item(home)
    home.answers(f"{thanks}@afterword", "DECLINED")
    home.sync(AFTER)
    assert home.owed(AFTER, "thank_you") is None
    assert ("thank_you", "dismissed") in {(each.kind, each.how) for each in home.status(AFTER).closed}
    assert told(submission, thanks) == [("CANCEL", "1")]


def test_a_proposed_time_snoozes_the_item_and_moves_the_invite_there(home: ByMail, submission: Submission) -> None:
    thanks, asked = item(home), {"start": "20260306T090000Z", "end": "20260306T091500Z"}
    home.answers(f"{thanks}@afterword", "TENTATIVE", method="COUNTER", **asked)
    home.sync(AFTER)
    owed = home.owed(AFTER, "thank_you")
    assert owed is not None
    assert owed.state == "snoozed"
    assert told(submission, thanks) == [("REQUEST", "1")]
    _, event = event_of(submission.given[0].calendar)
    assert event.decoded("DTSTART") == datetime(2026, 3, 6, 9, tzinfo=UTC)


def test_an_answer_counts_once_however_often_it_is_read(home: ByMail, submission: Submission) -> None:
    thanks = item(home)
    home.answers(f"{thanks}@afterword", "DECLINED")
    home.sync(AFTER)
    answer = next((home.maildir / "new").glob("*reply*"))
    (home.maildir / ".Sent" / "new" / "copy.reply.host").write_bytes(answer.read_bytes())
    home.sync(AFTER + timedelta(minutes=1))
    assert [type(each.event).__name__ for each in home.events()].count("InviteAnswered") == 1
    assert told(submission, thanks) == [("CANCEL", "1")]


def test_f63_an_answer_without_an_organizer_counts(home: ByMail) -> None:
    home.answers(f"{item(home)}@afterword", "DECLINED", organizer="")
    home.sync(AFTER)
    assert home.owed(AFTER, "thank_you") is None


def test_an_answer_that_a_calendar_server_sends_for_the_user_counts_where_they_name_it(home: ByMail) -> None:
    known, server = home.path.read_text(encoding="utf-8"), "Calendar@dav.example.org"
    named = known.replace("authserv_ids", f'calendar_servers = ["{server}"]\nauthserv_ids')
    for kind, text in (("review", known), ("thank_you", named)):
        home.path.write_text(text, encoding="utf-8")
        home.answers(f"{item(home, kind)}@afterword", "DECLINED", sender=server)
        home.sync(AFTER)
    assert {each.kind for each in home.status(AFTER).closed if each.how == "dismissed"} == {"thank_you"}


@pytest.mark.parametrize(
    ("uid", "said", "others"),
    [
        ("{item}@afterword", "DECLINED", {"attendee": "boss@acme.example"}),
        ("{item}@afterword", "DECLINED", {"sender": "Jane Doe <boss@acme.example>"}),
        ("{item}@afterword", "DECLINED", {"sender": "boss@acme.example\nReply-To: jane@example.org"}),
        ("{item}@afterword", "DELEGATED", {"method": "REQUEST"}),
        ("{item}@afterword", "DECLINED", {"method": "CANCEL"}),
        ("talk@acme.example", "DECLINED", {}),
        ("never@afterword", "DECLINED", {}),
    ],
)
def test_f62_what_is_no_answer_of_the_users_to_us_changes_nothing(
    home: ByMail, submission: Submission, uid: str, said: str, others: dict[str, str]
) -> None:
    home.answers(uid.format(item=item(home)), said, **others)
    home.sync(AFTER)
    assert home.owed(AFTER, "thank_you") is not None
    assert submission.given == []


def test_f62_an_answer_that_the_own_mail_server_doubts_changes_nothing(home: ByMail) -> None:
    home.answers(f"{item(home)}@afterword", "DECLINED")
    path = next((home.maildir / "new").glob("*reply*"))
    path.write_bytes(b"Authentication-Results: mx.example.org; dmarc=fail\r\n" + path.read_bytes())
    home.sync(AFTER)
    assert home.owed(AFTER, "thank_you") is not None


def test_what_was_done_is_told_with_what_the_log_knows_of_it(home: ByMail, submission: Submission) -> None:
    """A pass that comes later is another process: it never saw the invite."""
    thanks = item(home)
    home.sends(
        "thanks", NOW + timedelta(minutes=5), CARLA, "Dear Carla,\n\nthank you for your time today.", "Thank you"
    )
    home.sync(AFTER)
    assert told(submission, thanks) == [("REQUEST", "1")]


TALK = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nBEGIN:VEVENT\r\nUID:talk@acme.example\r\n"
    "DTSTAMP:20260305T1{hour}0000Z\r\nSEQUENCE:{sequence}\r\nSTATUS:{status}\r\n"
    "DTSTART:20260305T130000Z\r\nDTEND:20260305T140000Z\r\nSUMMARY:Interview Acme: Backend Engineer\r\n"
    "ORGANIZER:mailto:carla.rossi@acme.example\r\nATTENDEE:mailto:carla.rossi@acme.example\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)


def test_an_invite_that_comes_back_after_it_was_cancelled_has_the_next_sequence(
    home: ByMail, submission: Submission
) -> None:
    thanks = item(home)
    for number, status in enumerate(("CANCELLED", "CONFIRMED", "CANCELLED"), start=1):
        text = TALK.format(hour=4 + number, sequence=number, status=status)
        home.calendar.write_text(text, encoding="utf-8", newline="")
        home.sync(AFTER + timedelta(minutes=number))
    assert told(submission, thanks) == [("CANCEL", "1"), ("REQUEST", "2"), ("CANCEL", "3")]


def test_a_copy_of_our_own_mail_in_sent_says_nothing(home: ByMail, submission: Submission) -> None:
    """Some providers put there what they were given to send: it holds the draft of a thank-you."""
    home.answers(f"{item(home)}@afterword", "TENTATIVE", method="COUNTER", start="20260306T090000Z")
    home.sync(AFTER)
    (moved,) = submission.given
    assert "Hi Carla" in str(moved.message.get_body(("plain",)))
    before = len(home.events())
    (home.maildir / ".Sent" / "new" / "1.copy.host").write_bytes(moved.raw)
    (home.maildir / "new" / "1.received.host").write_bytes(moved.raw)
    home.sync(AFTER + timedelta(minutes=1))
    assert len(home.events()) == before
