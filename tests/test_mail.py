"""What a mail comes to, where its words say more than one thing."""

import pytest

from afterword.eventlog.events import (
    AnyEvent,
    ApplicationAcknowledged,
    DecisionPromised,
    EmployerWrote,
    InterviewCancelled,
    InterviewInvited,
    InterviewRescheduled,
    InterviewScheduled,
    OfferReceived,
    RejectionReceived,
    UserWrote,
)
from afterword.recognition.parties.roles import find_role

from .carlas_mail import findings, told

_AWAY = "I am on holiday next week. If it is urgent, please contact me by phone."


def test_of_two_promised_days_the_later_counts() -> None:
    text = (
        "Dear Jane,\n\nthank you for the interview. We will let you know by Friday. "
        "At the latest you will hear from us by 18 March.\n\nCarla\n"
    )
    promised = [each.event for each in findings(text) if isinstance(each.event, DecisionPromised)]
    assert [each.until.isoformat() for each in promised] == ["2026-03-18"]


def test_what_speaks_of_nothing_is_the_word_of_a_person() -> None:
    assert told("Dear Jane,\n\nthank you, that is noted.\n\nCarla\n") == ["EmployerWrote"]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("unfortunately we have decided not to move forward with your application.", RejectionReceived),
        ("we are delighted to offer you the position of Data Analyst.", OfferReceived),
        ("thank you for your application. You will hear from us by Friday.", DecisionPromised),
        ("your interview is confirmed for Friday, 6 March at 11:00.", InterviewScheduled),
        ("we have to reschedule your interview: it is now on Friday, 6 March at 11:00.", InterviewRescheduled),
        ("we have to cancel your interview on Friday.", InterviewCancelled),
        ("we would like to invite you to an interview. When would it suit you?", InterviewInvited),
        ("thank you for your application, which we have received.", ApplicationAcknowledged),
    ],
)
def test_f61_whatever_a_sender_says_that_fails_dmarc_is_a_question(said: str, kind: type[AnyEvent]) -> None:
    def doubts(authenticated: str) -> set[str | None]:
        found = findings(f"Dear Jane,\n\n{said}\n\nCarla\n", authenticated=authenticated)
        assert kind in {type(each.event) for each in found}
        return {each.evidence.doubt for each in found}

    assert doubts("dmarc=pass header.from=acme.example") == {None}
    assert doubts("dmarc=fail header.from=acme.example") == {"sender"}


def test_f61_that_somebody_wrote_is_no_question_whoever_it_was() -> None:
    text = "Dear Jane,\n\nthank you, that is noted.\n\nCarla\n"

    (found,) = findings(text, authenticated="dmarc=fail header.from=acme.example")

    assert (type(found.event), found.evidence.doubt) == (EmployerWrote, None)


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("thank you for your application as Product Manager at Acme", "Product Manager"),
        ("you applied as a Senior Data Analyst", "Senior Data Analyst"),
        ("vielen Dank für Ihre Bewerbung als Sachbearbeiter/in Buchhaltung", "Sachbearbeiter/in Buchhaltung"),
        ("Ihre Bewerbung als Softwareentwickler*in in Berlin", "Softwareentwickler*in"),
        ("we will look at your application as Soon as possible", ""),
    ],
)
def test_what_somebody_applied_as_is_the_role(text: str, role: str) -> None:
    assert find_role("Your application", text) == role


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Hi Jane,\n\nglad that you liked the garden.\n\nJonas\n", "glad that you liked the garden. Jonas"),
        ("glad that you liked the garden.\n\nJonas\n", "glad that you liked the garden. Jonas"),
    ],
)
def test_a_word_is_quoted_from_behind_its_greeting(text: str, quote: str) -> None:
    assert [each.evidence.quote for each in findings(text, subject="Re: the garden")] == [quote]


@pytest.mark.parametrize(
    "text",
    [
        f"You will hear from us by Friday.\n\nCarla\n\nOn Tue, 3 Mar 2026, Jane Doe wrote:\n> {_AWAY}\n",
        f"{_AWAY} You will hear from us by Friday.\n\nCarla\n",
    ],
)
def test_a_promise_counts_beside_an_absence(text: str) -> None:
    found = findings(text, subject="Re: our talk", answers="1@home.example")

    assert any(isinstance(each.event, DecisionPromised) for each in found)


@pytest.mark.parametrize("text", [_AWAY, f"{_AWAY} Please contact Tom if you have questions about your application."])
def test_an_out_of_office_is_no_word_of_the_employers(text: str) -> None:
    assert findings(text, subject="Re: our talk", answers="1@home.example") == []


def test_a_user_who_says_when_they_are_away_has_written() -> None:
    text = f"Hi Carla,\n\nthank you for the interview today. {_AWAY}\n\nJane\n"
    (found,) = findings(text, subject="Re: our talk", answers="1@acme.example", by_the_user=True)

    assert isinstance(found.event, UserWrote)
    assert found.event.purposes == ("thank_you",)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Confermo, venerdì 6 alle 15. Grazie!\n\nJane Doe", "Confermo, venerdì 6 alle 15. Grazie! Jane Doe"),
        ("Perfect, thanks!\nJane", "Perfect, thanks! Jane"),
        ("Hi Carla!\nFriday at 3 is fine.\nJane", "Friday at 3 is fine. Jane"),
        ("Dear Dr. Rossi,\nFriday at 3 is fine.\nJane", "Friday at 3 is fine. Jane"),
    ],
)
def test_what_is_quoted_of_the_users_mail_is_what_it_says(text: str, quote: str) -> None:
    (wrote, *_) = findings(text, by_the_user=True)
    assert wrote.evidence.quote == quote
