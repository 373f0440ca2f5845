"""What the user says of a recognition: taken at its word, and taken back as easily."""

from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from afterword.eventlog.events import DecisionPromised, NewEvent, OfferReceived, RecognitionCorrected
from afterword.eventlog.log import EventLog
from daemon import commands, queries
from daemon.lookup import Refused
from tests.homes import Home

SENT = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
NOW = SENT + timedelta(hours=2)
RECEIPT = "Thank you for applying to the Backend Engineer position at Acme. We have received your application."
NO = "Unfortunately we will not be moving forward with your application for the QA Engineer position at Ember."


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """All that is known of Ember is one mail: a rejection."""
    home = Home(tmp_path)
    home.receives("no", SENT, "Ember Jobs <jobs@ember.example>", NO, "Your application as QA Engineer at Ember")
    home.sync(NOW)
    return home


def rejection(home: Home) -> str:
    (entry,) = (
        each for each in queries.timeline(home.config, "Ember", NOW).entries if each.type == "RejectionReceived"
    )
    return entry.id


def say(home: Home, question: str, meaning: str, minutes: int, application: str = "") -> None:
    commands.correct(home.config, question, meaning, application, NOW + timedelta(minutes=minutes))


def stages(home: Home) -> list[str]:
    return [each.stage for each in home.status(NOW + timedelta(hours=1)).applications]


def test_an_application_of_which_nothing_is_left_is_none(home: Home) -> None:
    say(home, rejection(home), "nothing", 1)

    assert home.sync(NOW + timedelta(hours=1)).facts == 0
    status = home.status(NOW + timedelta(hours=1))
    assert (status.applications, status.owed, status.unsure) == ((), (), ())
    assert queries.lessons(home.config, NOW + timedelta(hours=1)) == ()
    with pytest.raises(Refused, match="no application Ember"):
        queries.timeline(home.config, "Ember", NOW + timedelta(hours=1))


def test_what_was_ruled_out_is_brought_back_by_what_it_is(home: Home) -> None:
    question = rejection(home)[:10]
    say(home, question, "nothing", 1)

    with pytest.raises(Refused, match=f"afterword correct {question} rejection`"):
        commands.confirm(home.config, question, NOW + timedelta(minutes=2))
    say(home, question, "rejection", 3)

    assert stages(home) == ["rejected"]


def test_what_was_ruled_out_stands_in_the_timeline_as_that(home: Home) -> None:
    question = rejection(home)
    commands.note(home.config, "Ember", "the story about the parser", NOW)
    say(home, question, "nothing", 1)

    entries = queries.timeline(home.config, "app-", NOW + timedelta(hours=1)).entries

    assert [(each.type, each.ruled_out) for each in entries] == [
        ("RejectionReceived", True),
        ("HighlightNoted", False),
    ]


def doubts(home: Home) -> list[tuple[str, str]]:
    return [
        (each.type, each.doubt) for each in queries.timeline(home.config, "Ember", NOW + timedelta(hours=1)).entries
    ]


def test_what_the_user_confirmed_or_corrected_is_in_doubt_no_more(tmp_path: Path) -> None:
    """Of both mails the sender could not be verified."""
    home = Home(tmp_path)
    for name in ("no", "again"):
        unverified = {"Authentication-Results": "mx.example.org; dmarc=fail header.from=ember.example"}
        head = {"From": "jobs@ember.example", "To": "jane@example.org", "Subject": "QA Engineer at Ember", **unverified}
        home.put(home.maildir, name, SENT, NO, head)
    home.sync(NOW)
    assert doubts(home) == [("RejectionReceived", "sender")] * 2
    first, second = (each.source_key for each in home.events() if each.evidence and each.evidence.doubt)

    commands.confirm(home.config, first, NOW)
    say(home, second, "EmployerWrote", 1)

    assert sorted(doubts(home)) == [("EmployerWrote", ""), ("RejectionReceived", "")]


def test_the_last_word_counts_however_often_it_was_said_before(home: Home) -> None:
    question = rejection(home)
    for minutes, meaning in enumerate(["RejectionReceived", "offer", "Rejection"], start=1):
        say(home, question, meaning, minutes)

    assert stages(home) == ["rejected"]


def test_a_meaning_and_an_application_are_said_one_by_one(home: Home) -> None:
    commands.tell(home.config, "Cinder", OfferReceived(), NOW)
    question = rejection(home)
    say(home, question, "EmployerWrote", 1)
    say(home, question, "", 2, application="Cinder")

    assert stages(home) == ["offered"]


HELD = SENT + timedelta(hours=1)
DENTIST = ("dentist@home.example", SENT, HELD, "Dentist", "praxis@dentist.example")
MEETING = ("i1@acme.example", SENT, HELD, "Interview Acme – Backend Engineer", "carla@acme.example")


@pytest.fixture
def met(tmp_path: Path) -> Home:
    """All that is known of Acme is an interview that was held."""
    home = Home(tmp_path)
    home.meet(DENTIST, MEETING)
    home.sync(NOW)
    return home


def key_of(home: Home, kind: str) -> str:
    return next(each.source_key for each in home.events() if type(each.event).__name__ == kind)


def test_a_meeting_that_was_none_leaves_no_application_behind(met: Home) -> None:
    say(met, key_of(met, "InterviewScheduled"), "nothing", 1)

    status = met.status(NOW + timedelta(hours=1))
    assert (status.applications, status.owed) == ((), ())


def test_an_interview_that_was_another_applications_was_held_there(met: Home) -> None:
    commands.tell(met.config, "Borealis", DecisionPromised(until=date(2026, 3, 20)), NOW)
    say(met, key_of(met, "InterviewScheduled"), "", 1, application="Borealis")

    status = met.status(NOW + timedelta(hours=1))
    assert [(each.company, each.stage) for each in status.applications] == [("Borealis", "waiting")]
    assert sorted(each.invite.uid for each in status.owed if each.invite) == sorted(
        each.removesuffix(".ics") for each in met.files()
    )
    assert {each.kind for each in status.owed} == {"thank_you", "review"}


def test_a_promise_of_another_application_lapses_there(met: Home) -> None:
    commands.tell(met.config, "Borealis", DecisionPromised(until=date(2026, 3, 6)), NOW)
    met.sync(NOW + timedelta(days=7))
    assert "DeadlinePassed" in {type(each.event).__name__ for each in met.events()}
    commands.correct(met.config, key_of(met, "DecisionPromised"), "", "Acme", NOW + timedelta(days=7))

    assert met.sync(NOW + timedelta(days=8)).facts == 0
    nudge = met.owed(NOW + timedelta(days=8), "nudge")
    assert nudge is not None
    assert nudge.invite is not None


def test_what_was_called_another_applications_is_brought_back_by_the_name_of_its_own(home: Home) -> None:
    commands.tell(home.config, "Cinder", OfferReceived(), NOW)
    question = rejection(home)
    say(home, question, "", 1, application="Cinder")
    assert stages(home) == ["offered"]

    say(home, question, "", 2, application="Ember")

    assert sorted(stages(home)) == ["offered", "rejected"]


def test_a_promise_that_was_called_something_else_is_brought_back_as_what_it_was(met: Home) -> None:
    commands.tell(met.config, "Acme", DecisionPromised(until=date(2026, 3, 20)), NOW)
    promise = key_of(met, "DecisionPromised")
    say(met, promise, "EmployerWrote", 1)
    say(met, promise, "DecisionPromised", 2)

    assert [each.until for each in met.status(NOW + timedelta(hours=1)).waiting] == ["2026-03-20"]


def test_a_promise_that_only_says_before_when_there_is_no_answer_can_be_called_a_wait(met: Home) -> None:
    commands.tell(met.config, "Acme", DecisionPromised(until=date(2026, 3, 20)), NOW)
    say(met, key_of(met, "DecisionPromised"), "WaitAnnounced", 1)

    (waiting,) = met.status(NOW + timedelta(hours=1)).waiting
    assert waiting.until > "2026-03-20"


def test_lessons_are_of_what_the_user_calls_feedback(home: Home) -> None:
    question = rejection(home)
    say(home, question, "FeedbackReceived", 1)
    assert [(each.company, each.text) for each in queries.lessons(home.config, NOW + timedelta(hours=1))] == [
        ("Ember", NO)
    ]
    say(home, question, "EmployerWrote", 2)
    assert queries.lessons(home.config, NOW + timedelta(hours=1)) == ()
    commands.tell(home.config, "Cinder", OfferReceived(), NOW)
    say(home, question, "FeedbackReceived", 3)
    say(home, question, "", 4, application="Cinder")

    assert [(each.company, each.about) for each in queries.lessons(home.config, NOW + timedelta(hours=1))] == [
        ("Cinder", "feedback")
    ]


def test_what_is_done_for_an_interview_is_so_though_its_time_is_put_right_afterwards(met: Home) -> None:
    for item in met.status(NOW).owed:
        commands.done(met.config, item.id, NOW)
    uid, start, end, title, organizer = MEETING
    for minutes in (15, 30):
        met.meet(DENTIST, (uid, start + timedelta(minutes=minutes), end, title, organizer))
        met.sync(NOW + timedelta(minutes=minutes))

    kinds = {each.kind for each in met.status(NOW + timedelta(minutes=30)).owed}
    assert kinds == {"connect"}


def test_what_the_user_set_apart_no_mail_makes_one_again(tmp_path: Path) -> None:
    home, anna = Home(tmp_path), "Anna Berg <anna.berg@acme.example>"
    home.receives("receipt", SENT, anna, RECEIPT)
    home.receives("invitation", SENT + timedelta(minutes=1), anna, "We would like to invite you to an interview.")
    home.sync(NOW)
    commands.tell(home.config, "Borealis", OfferReceived(), NOW)
    say(home, key_of(home, "InterviewInvited"), "", 1, application="Borealis")

    later = "Could we move our talk to next week? I will call you about the interview."
    home.receives("later", SENT + timedelta(hours=3), anna, later, answers=["receipt", "invitation"])
    home.sync(NOW + timedelta(hours=2))

    assert "NewTimeProposed" in {type(each.event).__name__ for each in home.events()}
    assert {each.company for each in home.status(NOW + timedelta(hours=2)).applications} == {"Acme", "Borealis"}


def test_a_cancellation_that_may_be_of_either_interview_is_asked_about(tmp_path: Path) -> None:
    home, anna, later = Home(tmp_path), "anna@acme.example", NOW + timedelta(hours=2)
    starts = {"phone": datetime(2026, 3, 10, 14, tzinfo=UTC), "onsite": datetime(2026, 3, 12, 14, tzinfo=UTC)}
    titles = {each: f"Interview ({each}): Jane Doe, Engineer at Acme" for each in starts}
    home.meet(*((each, start, start + timedelta(hours=1), titles[each], anna) for each, start in starts.items()))
    home.sync(NOW)
    home.receives("which", NOW + timedelta(hours=1), anna, "Unfortunately we have to cancel your interview at Acme.")
    home.sync(later)

    (question,) = home.status(later).unsure
    assert len(home.status(later).coming) == 2
    assert commands.confirm(home.config, question.id, later) == "Confirmed: Acme – Engineer, a cancelled interview."
    assert [each.start for each in home.status(later).coming] == [starts["onsite"]]
    assert home.status(later).unsure == ()


@pytest.mark.parametrize("meaning", ["MoonLanded", "DecisionPromised"])
def test_f18_a_correction_that_only_another_version_understands_leaves_the_fact_as_it_is(
    home: Home, meaning: str
) -> None:
    before = stages(home)
    correction = RecognitionCorrected(fact=home.events()[0].source_key, meaning=meaning)
    with closing(EventLog.open(home.config.log.url)) as log, log.begin() as transaction:
        new = NewEvent(stream="corrections", event=correction, occurred_at=NOW, source_key="later")
        transaction.append([new], recorded_at=NOW)

    assert home.sync(NOW + timedelta(minutes=1)).troubles == []
    assert stages(home) == before != []


def test_a_yes_that_takes_no_job_is_no_acceptance(tmp_path: Path) -> None:
    home, to = Home(tmp_path), "anna@ember.example"
    home.receives("receipt", SENT, f"Anna Berg <{to}>", RECEIPT)
    home.sends(
        "yes", SENT + timedelta(hours=1), to, "I accept with pleasure, and look forward to starting!", "Re: Friday"
    )
    home.sync(NOW)

    def said() -> list[str]:
        entries = queries.timeline(home.config, "Ember", NOW + timedelta(hours=3)).entries
        return [each.said for each in entries if each.type == "UserWrote"]

    assert said() == ["you wrote"]

    offer = "We are delighted to offer you the position of Backend Engineer at Acme."
    home.receives("offer", SENT + timedelta(minutes=30), f"Anna Berg <{to}>", offer)
    home.sync(NOW + timedelta(hours=2))

    assert said() == ["you wrote: acceptance"]
